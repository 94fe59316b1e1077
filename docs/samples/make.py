"""Write the samples beside this file anew: `python docs/samples/make.py` (about a minute).

A demo database of invented people is made in a folder of its own and thrown away; the samples
are its adopted report in every format. Nothing in them is about anybody who lives.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER.parents[1]))

from sqlalchemy import text  # noqa: E402

from tracking.access.actors import load_actor  # noqa: E402
from tracking.domain import clock  # noqa: E402
from tracking.exchange.demo import fill  # noqa: E402
from tracking.outcomes.reports import report_list  # noqa: E402
from tracking.reports.adopted import adopt_report, report_content  # noqa: E402
from tracking.reports.excel import to_excel  # noqa: E402
from tracking.reports.html import to_html  # noqa: E402
from tracking.reports.open_data import to_open_data  # noqa: E402
from tracking.reports.pdf import to_pdf  # noqa: E402
from tracking.reports.shapes import ReportContent  # noqa: E402
from tracking.reports.word import to_word  # noqa: E402
from tracking.store.database import Database  # noqa: E402

NAME = "halvarsrapport"
MAKERS = {
    "docx": to_word,
    "pdf": to_pdf,
    "xlsx": to_excel,
    "html": to_html,
    "zip": to_open_data,
}


def main() -> None:
    """Make the demo, read its adopted report, write it in every format."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{Path(folder).as_posix()}/demo.db")
        fill(database, seed=1, adopt=adopt_report)
        content = adopted(database)
        database.close()
    for ending, make in MAKERS.items():
        path = FOLDER / f"{NAME}.{ending}"
        path.write_bytes(make(content))
        print(f"{path.name}: {path.stat().st_size // 1024} KiB")


def adopted(database: Database) -> ReportContent:
    """The demo's first adopted report, as the förbund's administrator reads it."""
    with database.reading() as session:
        account = session.execute(
            text("SELECT account_id FROM assignment WHERE role = 'forbund_admin'")
        ).scalar_one()
        actor = load_actor(session, account, today=clock.today())
    first = next(item for item in report_list(database, actor) if item.head.is_adopted)
    return report_content(database, actor, first.head.report_id)


if __name__ == "__main__":
    main()

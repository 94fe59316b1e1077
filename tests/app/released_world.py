"""Releases as they are stored, written straight into the tables: what only reads them needs.

Making a real release takes half a minute; whether one may be made is tested elsewhere. The
numbers are invented and obey no disclosure control.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period, latest_12_months, year
from tracking.domain.records import InsatsKind
from tracking.domain.roles import Role, Zone
from tracking.domain.targets import (
    Comparison,
    Measure,
    PointInTime,
    Population,
    Verdict,
    judge_share,
    verdict_sentence,
)
from tracking.outcomes.encoding import canonical, checksum, table_content, target_content
from tracking.outcomes.releasing.heads import heads_table
from tracking.outcomes.releasing.shapes import HEADS, TARGETS, ReleasedTarget
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.store.database import Database
from tracking.store.tables import (
    Account,
    Assignment,
    Budget,
    Controller,
    Forbund,
    Insats,
    Release,
    ReleasedTable,
    ReleasePublication,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
THRESHOLD = 5


@dataclass(frozen=True)
class Said:
    """What a release says of one insats, or of all together (``insats_id`` None)."""

    insats_id: int | None
    name: str
    heads: tuple[int, int, int, int, int, int] = (10, 20, 18, 12, 12, 3)
    targets: tuple[ReleasedTarget, ...] = ()
    tables: tuple[Table, ...] = field(default=())


def share(
    target_id: int,
    met: int,
    of: int,
    *,
    aim: int = 80,
    missing: int = 0,
    wording: str = "80 % tar steg framåt",
    measure: Measure = Measure.STEP_FORWARD,
) -> ReleasedTarget:
    """A target whose count is shown."""
    outcome = judge_share(met, of, missing, aim)
    return ReleasedTarget(
        target_id=target_id,
        wording=wording,
        measure=measure,
        population=Population.COMPLETED,
        point=PointInTime.DURING,
        comparison=Comparison.AT_LEAST,
        value=Decimal(aim),
        period=year(2025),
        cell=Cell.of_share(met, of),
        verdict=outcome.verdict,
        sentence=f"{verdict_sentence(outcome, measure)} Bas: fullföljda, under insatsen, 2025.",
        family=f"{measure.value} end",
        exact=True,
        low=met,
        high=met,
        base=of,
        share_low=met / of,
        share_high=met / of,
        missing=str(missing) if missing else "",
    )


def as_range(target: ReleasedTarget, low: int, high: int, of: int) -> ReleasedTarget:
    """The same target where the release leaves a range."""
    return replace(
        target,
        cell=Cell.hidden(low, high, of),
        verdict=Verdict.UNDECIDED,
        sentence=f"Minst {low} av {of} tog steg framåt; målet är 80 %. Går inte att avgöra.",
        exact=False,
        low=low,
        high=high,
        base=of,
        share_low=low / of,
        share_high=high / of,
    )


def too_few(target: ReleasedTarget) -> ReleasedTarget:
    """The same target where nothing may be said."""
    return replace(
        target,
        cell=Cell.hidden(),
        verdict=Verdict.TOO_FEW,
        sentence="För få för att visa; målet är 80 %. För få för att bedöma.",
        exact=False,
        low=None,
        high=None,
        base=None,
        share_low=None,
        share_high=None,
        missing="",
    )


def year_places(target_id: int, places: float) -> ReleasedTarget:
    """A target that is no share."""
    return replace(
        share(target_id, 1, 1),
        wording="20 årsplatser används under året",
        measure=Measure.YEAR_PLACES,
        value=Decimal(20),
        cell=Cell.of_number(places),
        verdict=Verdict.NOT_MET,
        sentence=f"Årsplatser i bruk: {places}; målet är 20. Ej uppnått.",
        family="year_places end",
        low=None,
        high=None,
        base=None,
        share_low=None,
        share_high=None,
        outcome=places,
    )


def by_gender(period: Period, **rows: tuple[int, int]) -> Table:
    """Head counts of kvinnor and män: ``started``, ``ended``, ``completed``."""
    words = {
        "started": "Startade",
        "ended": "Avslutade, alla avslut",
        "completed": "Fullföljda",
    }
    return Table(
        key=BY_GENDER,
        title="Deltaganden, kvinnor och män",
        definition="",
        row_heading="Deltaganden",
        columns=("kvinnor", "män", "totalt"),
        rows=tuple(
            Row(words[name], tuple(map(Cell.of_count, (*pair, sum(pair)))))
            for name, pair in rows.items()
        ),
        period=period,
        population="insatsen",
    )


def broken_down(
    key: str, title: str, rows: dict[str, tuple[Cell, ...]], period: Period, *, split: bool
) -> Table:
    """A breakdown, by kön or not."""
    return Table(
        key=key,
        title=title,
        definition="",
        row_heading=title,
        columns=("kvinnor", "män", "totalt") if split else ("totalt",),
        rows=tuple(Row(label, cells) for label, cells in rows.items()),
        period=period,
        population="avslutade",
    )


class Releases:
    """A förbund under construction in an empty, migrated database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as work:
            work.session.add(Forbund(name="Förbundet Provet", is_demo=True, created_at=NOON))
            work.session.add(Controller(name="Kommunen", kind="municipality", created_at=NOON))
            work.session.flush()

    def insats(self, name: str, *, kind: InsatsKind = InsatsKind.INDIVIDUAL, **money: int) -> int:
        """An insats; ``budget_kr`` and ``actual_kr`` are those of 2025."""
        with self.database.transaction() as work:
            row = Insats(
                controller_id=1,
                name=name,
                owner="Kommunen",
                kind=kind,
                starts_on=year(2020).start,
                created_at=NOON,
            )
            work.session.add(row)
            work.session.flush()
            assert row.id is not None
            if money:
                work.session.add(Budget(insats_id=row.id, year=2025, **money))
            return row.id

    def reader(self, insats_id: int | None = None) -> int:
        """The styrelse, or the styrgrupp of one insats; returns the account."""
        role = Role.BOARD if insats_id is None else Role.STEERING_GROUP
        with self.database.transaction() as work:
            account = Account(
                username=f"läsare{insats_id}", title="Läsare", zone=Zone.FORBUND, created_at=NOON
            )
            work.session.add(account)
            work.session.flush()
            assert account.id is not None
            work.session.add(
                Assignment(
                    account_id=account.id,
                    zone=Zone.FORBUND,
                    role=role,
                    insats_id=insats_id,
                    starts_on=year(2020).start,
                    created_at=NOON,
                )
            )
            return account.id

    def publish(self, period: Period, said: Sequence[Said]) -> None:
        """Store a release of a period and let it be read."""
        with self.database.transaction() as work:
            release = Release(
                period_key=period.key,
                period_start=period.start,
                period_end=period.end,
                threshold=THRESHOLD,
                rule="prov",
                code_version="0",
                prepared_at=NOON,
                prepared_by=1,
            )
            work.session.add(release)
            work.session.flush()
            assert release.id is not None
            for one in said:
                for row in self._rows(release.id, period, one):
                    work.session.add(row)
            work.session.add(
                ReleasePublication(release_id=release.id, published_at=NOON, published_by=1)
            )

    def _rows(self, release_id: int, period: Period, said: Said) -> list[ReleasedTable]:
        labels = (
            "Pågående vid periodens början",
            "Startade",
            "Avslutade, alla avslut",
            "därav fullföljda",
            "Pågående vid periodens slut",
            "Anonyma deltagare, hittills under året",
        )
        heads = heads_table(
            dict(zip(labels, said.heads, strict=True)),
            period,
            said.name,
            whole_forbund=said.insats_id is None,
        )
        contents = [(HEADS, period, {"table": table_content(heads)})]
        if said.targets:
            window = latest_12_months(period.end)
            targets = [target_content(replace(t, period=window)) for t in said.targets]
            contents.append((TARGETS, window, {"targets": targets}))
        contents += [
            (t.key, t.period, {"table": table_content(t), "by_gender": "split"})
            for t in said.tables
        ]
        found = []
        for key, of, content in contents:
            text = canonical({"name": said.name, "period": of.key, **content})
            found.append(
                ReleasedTable(
                    release_id=release_id,
                    insats_id=said.insats_id,
                    table_key=key,
                    period_key=of.key,
                    content=text,
                    sha256=checksum(text),
                )
            )
        return found

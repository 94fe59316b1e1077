"""The page Hämta uppgifter: what an export holds, its three files, and the codebook."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tracking.domain.wording import counted
from tracking.exchange.exporting.columns import CODEBOOK, tables
from tracking.exchange.exporting.files import to_csv, to_excel, to_parquet
from tracking.outcomes.export import InsatsExport, export_insats
from tracking.ui import frame, shown
from tracking.ui import tables as drawn
from tracking.ui.guard import Context
from tracking.ui.report_downloads import file_stem
from tracking.ui.session import asking_again

_ZIP = "application/zip"
FILES: tuple[tuple[str, str, str, Callable[[InsatsExport], bytes]], ...] = (
    (
        "Excel",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        to_excel,
    ),
    ("CSV", "csv.zip", _ZIP, to_csv),
    ("Parquet", "parquet.zip", _ZIP, to_parquet),
)


def answer(name: str, spells: int, left_out: int) -> str:
    """How much the files hold."""
    told = f"{counted(spells, 'deltagande', 'deltaganden')} i {name}."
    if left_out:
        words = counted(left_out, "deltagande", "deltaganden")
        told += f" {words} saknar samtycke till att visas för din myndighet och är inte med."
    return told


def downloads(context: Context, insats_id: int, name: str) -> None:
    """The files, each made and logged when it is asked for."""
    actor_now = asking_again(context.database)

    def made(form: str, make: Callable[[InsatsExport], bytes]) -> Callable[[], bytes]:
        # The page may have stood open since: who is here and may do what is asked again.
        return lambda: make(
            export_insats(
                context.database, actor_now(), insats_id, page=context.page, form=form
            ).value
        )

    frame.small(
        "Filerna innehåller uppgifter om enskilda, utan namn och utan minnesord. De är märkta "
        "INTERNT och får inte lämna insatsen utan prövning. Varje hämtning loggas."
    )
    with st.container(horizontal=True, key="not-printed-files"):
        for place, (form, ending, mime, make) in enumerate(FILES):
            shown.download_button(
                f"Hämta {form}",
                data=made(form, make),
                file_name=f"{file_stem(f'INTERNT {name} {context.today}')}.{ending}",
                mime=mime,
                key=f"export::{insats_id}::{form}",
                type="secondary" if place else "primary",
                on_click="ignore",
            )
    frame.small(
        "Excel är en arbetsbok med en flik per tabell. CSV och Parquet är arkiv med en fil per "
        "tabell. Tabellerna kan läsas in igen under Läs in filer."
    )


def book() -> None:
    """Every column: what it means, its unit and its values."""
    frame.heading("Kodbok")
    for table in tables():
        with shown.expander(table.title):
            frame.small(table.about)
            drawn.show_list(
                table.title,
                CODEBOOK[1:],
                [(c.title, c.meaning, c.unit, c.values) for c in table.columns],
                show_caption=False,
            )

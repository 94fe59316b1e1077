"""An export as files: one Excel workbook, or an archive with one CSV or Parquet file a table.

Each bears the mark of the insats zone, the time and who took it, and a codebook.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal

from tracking.domain.clock import SWEDEN
from tracking.domain.errors import RuleBroken
from tracking.domain.leaving import INTERNAL, plain_cell
from tracking.domain.swedish import whole
from tracking.domain.wording import counted
from tracking.exchange.exporting.columns import (
    CODEBOOK,
    DAYS,
    FIGURES,
    WHOLE,
    Column,
    TableOf,
    codebook,
    tables,
)
from tracking.outcomes.export import InsatsExport, Value

EXCEL_ROWS = 1_048_575
"""How many rows a sheet of Excel holds beside its heading."""


def about(export: InsatsExport) -> tuple[tuple[str, str], ...]:
    """What the file says of itself."""
    moment = export.made_at.astimezone(SWEDEN)
    told = [
        ("Märkning", INTERNAL),
        ("Insats", export.insats),
        ("Uttaget", f"{moment:%Y-%m-%d %H:%M} av {export.made_by}"),
        ("Deltaganden", whole(export.spells)),
    ]
    if export.left_out:
        told.append(
            (
                "Inte med",
                f"{counted(export.left_out, 'deltagande', 'deltaganden')} utan "
                "sekretessbrytande samtycke",
            )
        )
    told += [
        ("Skattningar", "I poäng med en decimal; 0 är ett riktigt värde, tomt är inget värde"),
        ("Läses in igen", "Tabellerna utom Svar på frågor, under Läs in filer"),
    ]
    return tuple(told)


def to_excel(export: InsatsExport) -> bytes:
    """A workbook: what it is, the codebook, and a sheet for each table."""
    from xlsxwriter import Workbook

    for table in tables():
        if len(export.tables[table.key]) > EXCEL_ROWS:
            raise RuleBroken(
                f"Tabellen {table.title} har fler rader än Excel tar: hämta CSV eller Parquet."
            )
    out = io.BytesIO()
    book = Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": f"{INTERNAL}: {export.insats}"})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    tenths = book.add_format({"num_format": "0.0"})
    front = book.add_worksheet("Om filen")
    front.set_column(0, 0, 100, wrapped)
    for at, (name, words) in enumerate(about(export)):
        front.write_string(at, 0, f"{name}: {words}")
    sheet = book.add_worksheet("Kodbok")
    sheet.set_column(0, 1, 26, wrapped)
    sheet.set_column(2, 4, 46, wrapped)
    for line, texts in enumerate([CODEBOOK, *codebook()]):
        for place, text in enumerate(texts):
            sheet.write_string(line, place, text, bold if line == 0 else wrapped)
    sheet.freeze_panes(1, 0)
    for table in tables():
        sheet = book.add_worksheet(table.title[:31])
        sheet.set_header(f"&L{INTERNAL}")
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(table.columns):
            sheet.set_column(place, place, max(12, min(28, len(column.title) + 3)))
            sheet.write_string(0, place, column.title, bold)
        for line, row in enumerate(export.tables[table.key], start=1):
            for place, column in enumerate(table.columns):
                value = row.get(column.key)
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value, day)
                elif isinstance(value, Decimal):
                    sheet.write_number(line, place, float(value), tenths)
                elif isinstance(value, int):
                    sheet.write_number(line, place, value)
                elif value is not None:
                    sheet.write_string(line, place, value)
    book.close()
    return out.getvalue()


def to_csv(export: InsatsExport) -> bytes:
    """An archive of semicolon files as a Swedish Excel opens them, with decimal comma."""
    return _archive(
        export,
        "csv",
        lambda table: _csv(
            [column.title for column in table.columns],
            (
                [_said(row.get(column.key)) for column in table.columns]
                for row in export.tables[table.key]
            ),
        ),
    )


def to_parquet(export: InsatsExport) -> bytes:
    """An archive of Parquet files with types: days, whole numbers, tenths of a point."""
    return _archive(export, "parquet", lambda table: _parquet(export, table))


def _archive(export: InsatsExport, ending: str, make: Callable[[TableOf], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("INTERNT-om-filerna.csv", _csv(("Uppgift", "Värde"), about(export)))
        archive.writestr("kodbok.csv", _csv(CODEBOOK, codebook()))
        for table in tables():
            archive.writestr(f"INTERNT-{table.stem}.{ending}", make(table))
    return out.getvalue()


def _csv(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(headings)
    writer.writerows([plain_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _said(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:.1f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def _parquet(export: InsatsExport, table: TableOf) -> bytes:
    import pyarrow  # type: ignore[import-untyped]
    import pyarrow.parquet  # type: ignore[import-untyped]

    def type_of(column: Column) -> object:
        if column.value in FIGURES:
            return pyarrow.decimal128(4, 1)
        if column.value in WHOLE:
            return pyarrow.int32()
        return pyarrow.date32() if column.value in DAYS else pyarrow.string()

    rows = export.tables[table.key]
    fields = [
        pyarrow.field(c.title, type_of(c), metadata={"betydelse": c.meaning, "enhet": c.unit})
        for c in table.columns
    ]
    schema = pyarrow.schema(fields, metadata=dict(about(export)))
    columns = [
        pyarrow.array([row.get(c.key) for row in rows], type=type_of(c)) for c in table.columns
    ]
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_arrays(columns, schema=schema), out)
    return out.getvalue()

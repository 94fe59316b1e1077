"""An adopted report's tables as open data: a tidy CSV file each, with a description, zipped.

The description follows W3C's *CSV on the Web* (tables, columns, data types) and says of each
table what it counts, of whom, when, and the file's checksum. Only what was adopted is published,
and never what bears the marking of the insats zone.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from typing import Any

from tracking.domain.errors import StegvisError
from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.report_identity import Licence
from tracking.domain.swedish import cell_text
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.reports.plain_text import cleaned
from tracking.reports.shapes import ReportContent
from tracking.reports.target_rows import HEADINGS, outcome_cell, target_row

DESCRIPTION = "beskrivning-metadata.json"
_READ_ME = "LÄS-MIG.txt"
_STATUS = {
    CellKind.COUNT: "exakt",
    CellKind.SHARE: "exakt",
    CellKind.NUMBER: "exakt",
    CellKind.TEXT: "text",
    CellKind.EMPTY: "saknas",
}
_COLUMNS = (
    ("rad", "Rad", "string", "Radens rubrik i tabellen."),
    ("kolumn", "Kolumn", "string", "Kolumnens rubrik i tabellen, med enhet."),
    ("status", "Status", "string", "exakt, intervall, dolt, text eller saknas."),
    ("antal", "Antal", "integer", "Antal; vid en andel det som räknas av basen."),
    ("bas", "Bas", "integer", "Andelens eller intervallets bas."),
    ("varde", "Värde", "number", "Mätt värde i kolumnens enhet."),
    ("lagst", "Lägst", "integer", "Lägsta möjliga antal, där antalet är dolt."),
    ("hogst", "Högst", "integer", "Högsta möjliga antal, där antalet är dolt."),
    ("text", "I ord", "string", "Cellen som den står i rapporten."),
)
_MAY_BEGIN_A_FORMULA = re.compile(r"[=+@\t\r\n]|-(?!\d)")


class NotForPublishing(StegvisError):
    """The report isn't adopted, or bears the marking of the insats zone."""

    def __init__(self) -> None:
        super().__init__("Öppna data görs bara av en fastställd rapport.")


def to_open_data(content: ReportContent) -> bytes:
    """Return a zip file with a CSV file for each table and target list, and their description.

    The terms are those that were frozen with the report. The same report gives the same bytes.
    Raises `NotForPublishing`.
    """
    if content.adoption is None or content.marking:
        raise NotForPublishing
    content = cleaned(content)
    files: dict[str, bytes] = {}
    described: list[dict[str, Any]] = []
    for number, table in enumerate(content.tables, start=1):
        name = f"{number:02d}-{_slug(table.title)}.csv"
        files[name] = _csv([key for key, *_ in _COLUMNS], _cells(table))
        described.append(_table_description(name, files[name], table))
    if content.targets:
        name = "mal.csv"
        keys = [_slug(heading).replace("-", "_") for heading in HEADINGS]
        columns = [*keys, "antal", "bas", "varde", "lagst", "hogst", "i_ord"]
        files[name] = _csv(columns, map(_target, content.targets))
        described.append(_targets_description(name, files[name], columns, content))
    files[DESCRIPTION] = json.dumps(
        _description(content, described), ensure_ascii=False, indent=2
    ).encode()
    files[_READ_ME] = _read_me(content).encode()
    return _zipped(files, content)


def _cells(table: Table) -> Iterable[list[str]]:
    for row in table.rows:
        for heading, cell in zip(table.columns, row.cells, strict=True):
            yield [row.label, heading, _status(cell), *_numbers(cell), cell_text(cell)]


def _status(cell: Cell) -> str:
    if cell.kind is CellKind.HIDDEN:
        return "dolt" if cell.low is None else "intervall"
    return _STATUS[cell.kind]


def _numbers(cell: Cell) -> list[str]:
    """Count, base, value, lowest and highest, each empty where it isn't told."""
    value = None if cell.value is None else f"{cell.value:.{cell.decimals}f}"
    return [
        "" if n is None else str(n) for n in (cell.count, cell.base, value, cell.low, cell.high)
    ]


def _target(target: Any) -> list[str]:
    return [*target_row(target), *_numbers(outcome_cell(target)), target.sentence]


def _csv(columns: list[str], rows: Iterable[list[str]]) -> bytes:
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow(columns)
    for row in rows:
        write.writerow([_as_text(text) for text in row])
    return out.getvalue().encode("utf-8")


def _as_text(text: str) -> str:
    # A spreadsheet would run a text that begins as a formula does.
    return f"'{text}" if _MAY_BEGIN_A_FORMULA.match(text) else text


def _slug(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.casefold()).strip("-")[:60] or "tabell"


def _column(name: str, title: str, kind: str, about: str) -> dict[str, Any]:
    return {"name": name, "titles": {"sv": title}, "datatype": kind, "dc:description": about}


def _table_description(name: str, data: bytes, table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {
        "url": name,
        "dc:title": table.title,
        "dc:description": table.definition,
        "stegvis:population": table.population,
        "stegvis:period": _period(table.period),
        "stegvis:radrubrik": table.row_heading,
        "stegvis:noter": [note for note in (table.thresholds, *table.notes) if note],
        "stegvis:urval": [{"steg": s.label, "antal": s.count} for s in table.funnel],
        "stegvis:sha256": hashlib.sha256(data).hexdigest(),
        "tableSchema": {
            "columns": [_column(*column) for column in _COLUMNS],
            "primaryKey": ["rad", "kolumn"],
        },
    }
    labels = [row.label for row in table.rows]
    if len(set(labels)) < len(labels) or len(set(table.columns)) < len(table.columns):
        del told["tableSchema"]["primaryKey"]
    return told


def _targets_description(
    name: str, data: bytes, columns: list[str], content: ReportContent
) -> dict[str, Any]:
    numbers = {key: (title, kind, about) for key, title, kind, about in _COLUMNS}
    described = [
        _column(key, heading, "string", "") for key, heading in zip(columns, HEADINGS, strict=False)
    ]
    described += [_column(key, *numbers[key]) for key in columns[len(HEADINGS) : -1]]
    described.append(_column(columns[-1], "I ord", "string", "Målets fynd i en mening."))
    periods = {t.period.key: t.period for t in content.targets if isinstance(t, ReleasedTarget)}
    return {
        "url": name,
        "dc:title": "Mål, utfall och bedömning",
        "dc:description": "Ett mål per rad, med utfall i ord och i tal.",
        "stegvis:period": [_period(p) for p in periods.values()] or [_period(content.period)],
        "stegvis:sha256": hashlib.sha256(data).hexdigest(),
        "tableSchema": {"columns": described},
    }


def _period(period: Any) -> dict[str, str]:
    return {
        "namn": period.label,
        "fran": period.start.isoformat(),
        "till": period.end.isoformat(),
    }


def _licence(content: ReportContent) -> Licence:
    return Licence.CC0 if content.identity is None else content.identity.licence


def _description(content: ReportContent, tables: list[dict[str, Any]]) -> dict[str, Any]:
    assert content.adoption is not None
    return {
        "@context": [
            "http://www.w3.org/ns/csvw",
            {"@language": "sv", "stegvis": "urn:stegvis:"},
        ],
        "dc:title": content.title,
        "dc:description": content.subtitle,
        "dc:publisher": content.identity.name if content.identity else "",
        "dc:license": _licence(content).address,
        "dc:language": "sv",
        "dc:created": content.made_at.date().isoformat(),
        "stegvis:period": _period(content.period),
        "stegvis:faststalld": content.adoption.on.isoformat(),
        "stegvis:paragraf": content.adoption.paragraph,
        "stegvis:rapportens_sha256": content.adoption.sha256,
        "stegvis:programversion": content.code_version,
        "dialect": {"delimiter": ",", "encoding": "utf-8", "header": True},
        "tables": tables,
    }


def _read_me(content: ReportContent) -> str:
    licence = _licence(content)
    return (
        f"{content.title}, {content.subtitle}\n\n"
        "En CSV-fil per tabell, en rad per cell: kommatecken mellan fälten, decimalpunkt, UTF-8.\n"
        f"Vad kolumnerna betyder, definitioner och kontrollsummor står i {DESCRIPTION}.\n"
        "Status intervall betyder att antalet ligger mellan lägst och högst; dolt att inget sägs.\n"
        "En text som börjar med = + - @ har fått en apostrof framför sig.\n"
        f"Villkor: {licence.label}, {licence.address}\n"
    )


def _zipped(files: dict[str, bytes], content: ReportContent) -> bytes:
    assert content.adoption is not None
    day = content.adoption.on
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (max(day.year, 1980), day.month, day.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return out.getvalue()

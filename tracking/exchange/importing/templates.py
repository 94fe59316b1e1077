"""The empty files to fill in, one for each kind, made from the definitions that read them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook as Book
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tracking.domain.import_records import ImportKind
from tracking.domain.situation import SupportSource
from tracking.exchange.importing.fields import Field, ValueKind
from tracking.exchange.importing.questions import fields_for
from tracking.outcomes.imports import AskedQuestion, Vocabulary

_HELP = {
    ValueKind.DAY: "Datum, till exempel 2024-03-01.",
    ValueKind.BIRTH_YEAR: "Fyra siffror.",
    ValueKind.GENDER: "kvinna, man eller uppgift saknas",
    ValueKind.YES: "ja eller nej",
    ValueKind.ANSWER: "ja, nej eller vet ej",
    ValueKind.TICK: "x där det gäller",
    ValueKind.PERCENT: "1–100",
    ValueKind.SCORE: "0–10 med en decimal (eller millimeter i hela filen)",
    ValueKind.TOTAL: "0–40; bara om de fyra skalorna saknas",
    ValueKind.OUTCOME: "fullföljt eller avbrutet; tomt ger det som anledningen föreslår",
    ValueKind.YEAR: "Fyra siffror.",
    ValueKind.COUNT: "Ett helt tal.",
    ValueKind.PLACE: "1, 2 … om det är flera samtal samma dag",
}
_ONE_A_ROW = {"question", "answer"}
_TICKED = {f"support_{source.value}" for source in SupportSource} | {"support_none"}


def columns_of(kind: ImportKind, questions: Sequence[AskedQuestion] = ()) -> tuple[Field, ...]:
    """The columns of a template: every field; försörjning as one column and not eleven, and
    a column for each question where it is known which there are.
    """
    left_out = _TICKED | _ONE_A_ROW
    return tuple(field for field in fields_for(kind, questions) if field.key not in left_out)


def template(kind: ImportKind, vocabulary: Vocabulary | None = None) -> bytes:
    """An empty workbook with the kind's headings, and a sheet that says what may stand there.

    With ``vocabulary`` the insats's questions are columns, and the words of the code lists may be
    chosen in the cells.
    """
    book = Book()
    sheet = book.active
    sheet.title = "Fyll i"
    fields = columns_of(kind, () if vocabulary is None else vocabulary.questions)
    for place, field in enumerate(fields, start=1):
        cell = sheet.cell(row=1, column=place, value=field.title)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = max(12, min(28, len(field.title) + 4))
        if field.value is ValueKind.DAY:
            sheet.column_dimensions[letter].number_format = "yyyy-mm-dd"
        _choices(sheet, letter, _words_of(field, vocabulary))
    sheet.freeze_panes = "A2"
    _explain(book, kind, fields, vocabulary)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _words_of(field: Field, vocabulary: Vocabulary | None) -> list[str]:
    if field.list_key is None or vocabulary is None:
        return []
    return list(vocabulary.lists.get(field.list_key, {}).values())


def _choices(sheet: object, letter: str, labels: list[str]) -> None:
    formula = '"' + ",".join(labels) + '"'
    # Excel takes a list in the cell up to 255 characters, and parts it at commas.
    if not labels or len(formula) > 255 or any("," in label for label in labels):
        return
    choices = DataValidation(type="list", formula1=formula, allow_blank=True)
    choices.errorTitle = "Värdet finns inte i listan"
    choices.error = "Välj ett av värdena i listan."
    sheet.add_data_validation(choices)  # type: ignore[attr-defined]
    choices.add(f"{letter}2:{letter}10000")


def _explain(
    book: Book, kind: ImportKind, fields: tuple[Field, ...], vocabulary: Vocabulary | None
) -> None:
    page = book.create_sheet("Så fyller du i")
    page.append([kind.label])
    page["A1"].font = Font(bold=True, size=14)
    page.append(["Skriv aldrig namn, personnummer eller kontaktuppgifter. En sådan fil nekas."])
    page.append([])
    page.append(["Kolumn", "Måste finnas", "Vad som kan stå där"])
    for cell in page[4]:
        cell.font = Font(bold=True)
    for field in fields:
        words = ", ".join(_words_of(field, vocabulary))
        told = "; ".join(part for part in (field.help, _HELP.get(field.value, ""), words) if part)
        page.append([field.title, "ja" if field.required else "", told])
    for letter, width in (("A", 36), ("B", 14), ("C", 90)):
        page.column_dimensions[letter].width = width

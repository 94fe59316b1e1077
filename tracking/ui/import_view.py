"""Läs in filer: choosing what a file tells, trying it dry, reading it in.

What is held between runs is `import_desk`; the list of what has been read in, and taking it
back, is `import_list`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import streamlit as st

from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import Unit
from tracking.domain.wording import counted
from tracking.exchange.importing.fields import Field, ValueKind
from tracking.exchange.importing.mapping import Mapping
from tracking.exchange.importing.planning import dry_run
from tracking.exchange.importing.questions import fields_for, known_fields
from tracking.exchange.importing.recognition import propose_mapping
from tracking.exchange.importing.shapes import FileRefused, Table, column_letter
from tracking.exchange.importing.templates import template
from tracking.outcomes.imports import MappingView, Vocabulary
from tracking.ui import fields, forms, frame, import_progress, messages, shown
from tracking.ui.faults import show_problem
from tracking.ui.guard import Context
from tracking.ui.import_desk import Desk
from tracking.ui.report_downloads import file_stem

NOT_IN_FILE = -1
_LIST_CONSTANTS = {
    ValueKind.YES: {"ja": "ja", "nej": "nej"},
    ValueKind.ANSWER: {"ja": "ja", "nej": "nej", "vet ej": "vet ej"},
    ValueKind.MONTHS: {"6": "6 månader", "12": "12 månader", "18": "18 månader"},
    ValueKind.OCCASION: {"start": "vid start", "under": "under insatsen", "avslut": "vid avslut"},
    ValueKind.SESSION_KIND: {"samtal": "samtal", "telefon": "telefon", "grupp": "gruppträff"},
    ValueKind.FOLLOW_UP: {"genomförd": "genomförd"},
    ValueKind.WORK_KIND: {
        "osubventionerat": "osubventionerat",
        "subventionerat": "subventionerat",
        "eget företag": "eget företag",
    },
}


def draw_templates(vocabulary: Vocabulary, kinds: list[ImportKind]) -> None:
    """The empty files, one for each kind."""
    with shown.expander("Mallar att fylla i"):
        frame.small(
            "Mallarna har de rubriker som känns igen och ett blad som säger vad som kan stå i "
            "varje kolumn. Egna filer går lika bra: de tolkas i nästa steg."
        )
        for kind in kinds:
            shown.download_button(
                f"Hämta mallen {kind.label}",
                data=partial(template, kind, vocabulary),
                file_name=f"mall {file_stem(kind.label).lower()}.xlsx",
                mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                key=f"template::{kind.value}",
                on_click="ignore",
            )


def draw_file(
    desk: Desk,
    kinds: list[ImportKind],
    saved: tuple[MappingView, ...],
    vocabulary: Vocabulary,
) -> Table | None:
    """What the file is: its sheet and what it tells; the table to go on with."""
    table = desk.table
    if desk.workbook is None or table is None:
        return None
    sheets = [one.name for one in desk.workbook.tables]
    frame.small(
        f"{counted(table.row_count, 'rad', 'rader')} och "
        f"{counted(len(table.headings), 'kolumn', 'kolumner')}"
        + (f" på bladet {table.name}." if len(sheets) > 1 else ".")
        + " Filen finns bara i den här sidan och sparas aldrig."
    )
    shown.button("Ta bort filen", key=f"put-away::{desk.turn}", on_click=desk.put_away)
    if len(sheets) > 1:
        key = f"import-sheet::{desk.turn}"
        shown.selectbox("Blad", sheets, key=key, on_change=lambda: _choose_sheet(desk, key))
    _choose_kind(desk, table, kinds, saved, vocabulary)
    return desk.table


def _choose_sheet(desk: Desk, key: str) -> None:
    desk.sheet = st.session_state[key]
    desk.kind, desk.saved = None, ""
    desk.forget_plan()


def _choose_kind(
    desk: Desk,
    table: Table,
    kinds: list[ImportKind],
    saved: tuple[MappingView, ...],
    vocabulary: Vocabulary,
) -> None:
    if desk.kind is None:
        desk.kind = _likeliest(table, kinds, vocabulary)
    key = f"import-kind::{desk.turn}::{desk.sheet}"

    def chosen() -> None:
        desk.kind, desk.saved = ImportKind(st.session_state[key]), ""
        desk.forget_plan()

    st.session_state[key] = desk.kind.value
    shown.radio(
        "Vad filen innehåller",
        [kind.value for kind in kinds],
        key=key,
        format_func=lambda found: ImportKind(found).label,
        on_change=chosen,
    )
    mine = [one for one in saved if one.kind is desk.kind]
    if not mine:
        return
    slot = f"import-saved::{desk.turn}::{desk.sheet}::{desk.kind.value}"

    def remembered() -> None:
        desk.saved = st.session_state[slot] or ""
        desk.forget_plan()

    st.session_state[slot] = desk.saved
    shown.selectbox(
        "Sparad tolkning",
        ["", *(one.name for one in mine)],
        key=slot,
        format_func=lambda name: name or "Ingen: gissa ur rubrikerna",
        on_change=remembered,
        width=480,
    )


def _likeliest(table: Table, kinds: list[ImportKind], vocabulary: Vocabulary) -> ImportKind:
    try:
        found = propose_mapping(table, questions=vocabulary.questions).kind
    except FileRefused:
        # No heading is known: the columns are chosen by hand.
        return kinds[0]
    return found if found in kinds else kinds[0]


def proposed(
    desk: Desk, table: Table, saved: tuple[MappingView, ...], vocabulary: Vocabulary
) -> Mapping:
    """The mapping to begin from: the one just tried, the remembered one, or the guess."""
    if desk.mapping is not None:
        return desk.mapping
    for one in saved:
        if one.name == desk.saved:
            return Mapping.from_json(one.content, table, one.name)
    kind = desk.kind or ImportKind.SPELLS
    try:
        mapping = propose_mapping(table, kind=kind, questions=vocabulary.questions)
    except FileRefused:
        mapping = Mapping(kind, ())
    if not desk.wide:
        mapping = replace(mapping, columns=tuple(c for c in mapping.columns if c.slot is None))
    return mapping


def draw_mapping(
    context: Context, desk: Desk, table: Table, begun: Mapping, vocabulary: Vocabulary
) -> None:
    """The form that says which column is what; sending it tries the file dry."""
    frame.heading("Vilken kolumn är vad?")
    slotted = {column.field for column in begun.columns if column.slot is not None}
    if slotted:
        _tell_slots(desk, begun, vocabulary)
    form = forms.Form(
        f"import-map::{desk.turn}::{desk.sheet}::{begun.kind.value}::{desk.saved}::{desk.wide}"
        f"::{desk.tries}",
        page=context.page,
    )
    places = {column.field: column.index for column in begun.columns if column.slot is None}
    asked = [one for one in fields_for(begun.kind, vocabulary.questions) if one.key not in slotted]
    first = [one for one in asked if one.required or one.key in places]
    rest = [one for one in asked if one not in first]
    with form.drawn():
        _draw_fields(form, first, places, begun, table, vocabulary)
        if begun.kind is ImportKind.RATINGS:
            fields.choice(
                form,
                "unit",
                "Skattningarnas enhet",
                {unit.value: unit.label for unit in Unit},
                value=begun.unit.value,
                hint="Gäller hela filen. Ett värde som 45mm är alltid millimeter.",
            )
        if rest:
            with shown.expander(f"Fler uppgifter ({len(rest)})"):
                _draw_fields(form, rest, places, begun, table, vocabulary)

        def save(values: forms.Values) -> None:
            desk.forget_plan()
            mapping = _mapping_of(values, begun, asked, table)
            values.check()
            desk.plan = dry_run(
                table,
                mapping,
                context.actor,
                insats_id=desk.insats_id,
                database=context.database,
                progress=telling("Provläser"),
            )
            # What was chosen by hand is what the next try begins from.
            desk.mapping, desk.tries = mapping, desk.tries + 1
            messages.clear()

        form.submit("Provläs", save)
        telling = import_progress.room()


def _tell_slots(desk: Desk, begun: Mapping, vocabulary: Vocabulary) -> None:
    slots = begun.slots
    what = {
        ImportKind.RATINGS: ("samtal", "samtal"),
        ImportKind.HISTORY: ("kolumn med antal", "kolumner med antal"),
    }.get(begun.kind, ("tillfälle", "tillfällen"))
    titles = known_fields(begun.kind, vocabulary.questions)
    told = ", ".join(
        dict.fromkeys(
            titles[c.field].title for c in begun.columns if c.slot is not None and c.field in titles
        )
    )
    columns = [c.index for c in begun.columns if c.slot is not None]
    fields.hint(
        f"Varje rad har {counted(len(slots), *what)} bredvid varandra, i kolumn "
        f"{column_letter(min(columns))} till {column_letter(max(columns))}: {told}."
    )
    key = f"import-wide::{desk.turn}::{desk.sheet}::{begun.kind.value}"

    def chosen() -> None:
        desk.wide = bool(st.session_state[key])
        desk.forget_plan()

    st.session_state[key] = desk.wide
    shown.checkbox("Läs dem så", key=key, on_change=chosen)


def _draw_fields(
    form: forms.Form,
    asked: list[Field],
    places: dict[str, int],
    begun: Mapping,
    table: Table,
    vocabulary: Vocabulary,
) -> None:
    """Two fields beside one another; what may be said for all rows stands beside its column."""
    alone = [one for one in asked if not _may_be_constant(one, places, begun)]
    for pair in range(0, len(alone), 2):
        for place, one in zip(st.columns(2), alone[pair : pair + 2], strict=False):
            with place:
                _draw_column(form, one, places, table)
    for one in asked:
        if one not in alone:
            left, right = st.columns(2)
            with left:
                _draw_column(form, one, places, table)
            with right:
                _draw_constant(form, one, begun, vocabulary)


def _may_be_constant(one: Field, places: dict[str, int], begun: Mapping) -> bool:
    return one.constant and (one.key not in places or one.key in begun.constants)


def _draw_column(form: forms.Form, one: Field, places: dict[str, int], table: Table) -> None:
    columns = {NOT_IN_FILE: "– finns inte i filen –"} | {
        index: f"{column_letter(index)} · {heading}"
        for index, heading in enumerate(table.headings)
        if heading
    }
    fields.record(
        form,
        one.key,
        f"{one.title} (måste finnas)" if one.required else one.title,
        columns,
        value=places.get(one.key, NOT_IN_FILE),
        hint=one.help or None,
    )


def _draw_constant(form: forms.Form, one: Field, begun: Mapping, vocabulary: Vocabulary) -> None:
    said = begun.constants.get(one.key, "")
    label = f"{one.title}, samma för alla rader"
    options = _LIST_CONSTANTS.get(one.value)
    if one.list_key is not None:
        options = {word: word for word in vocabulary.lists.get(one.list_key, {}).values()}
    if options is None:
        fields.text(form, f"all_{one.key}", label, value=said)
        return
    fields.choice(form, f"all_{one.key}", label, {"": "–"} | options, value=said, as_list=True)


def _mapping_of(values: forms.Values, begun: Mapping, asked: list[Field], table: Table) -> Mapping:
    """The mapping as corrected by hand; a column that two fields want is at fault in both."""
    kept = tuple(column for column in begun.columns if column.slot is not None)
    mapping = replace(begun, columns=kept, constants={})
    taken: dict[int, str] = {}
    constants: dict[str, str] = {}
    for one in asked:
        index = values.number_choice(one.key)
        if index is not None and index != NOT_IN_FILE:
            if index in taken:
                values.fault(one.key, f"Kolumnen är redan vald för {taken[index]}.")
            taken[index] = one.title
            mapping = mapping.with_field(one.key, index, table)
            continue
        said = values.text(f"all_{one.key}") if one.constant else ""
        if said:
            constants[one.key] = said
    unit = values.choice("unit")
    return replace(mapping, constants=constants, unit=Unit(unit) if unit else begun.unit)


def show_faults(desk: Desk) -> None:
    """Why the last file was not opened."""
    if desk.problem:
        show_problem(desk.problem)

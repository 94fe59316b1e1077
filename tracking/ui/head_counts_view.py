"""Keying who came to an occasion: an organisation a row, kvinnor, män and uppgift saknas.

The organisations of the latest occasions stand filled in; a row without numbers is not stored, so
that nothing has to be cleared away. Tab goes along the row and down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import streamlit as st

from tracking.domain.head_counts import Heads, added
from tracking.domain.records import Gender
from tracking.domain.swedish import count_and_share, iso, whole
from tracking.domain.wording import counted
from tracking.outcomes.head_counts import OccasionView, StructuralLine, together
from tracking.services.head_counts import (
    LONGEST_NAME,
    LONGEST_TITLE,
    MOST_HEADS,
    SavedOccasion,
    correct_occasion,
    record_occasion,
    void_occasion,
)
from tracking.ui import fields, frame, messages, shown, tables
from tracking.ui.forms import Form, Saved
from tracking.ui.guard import Context
from tracking.ui.kept import Sheet
from tracking.ui.recording import UNDO_REASON
from tracking.ui.rounds import next_round, round_name
from tracking.ui.start_fields import codes
from tracking.ui.values import Values

WHICH = "tillfalle"
EMPTY_ROWS = 2
LATEST, MOST_ROWS = 6, 8
_COLUMNS = ((Gender.WOMAN, "Kvinnor"), (Gender.MAN, "Män"), (Gender.UNKNOWN, "Uppgift saknas"))
_WIDTHS = {Gender.WOMAN: 110, Gender.MAN: 110, Gender.UNKNOWN: 160}
HOW = (
    "Skriv hur många som kom från varje organisation. Rader utan tal sparas inte. Inga namn: "
    "här räknas huvuden, ingen person följs."
)
NOT_DIVIDED = (
    "Kvinnor och män visas var för sig när båda är minst gränsen för röjandekontroll i varje "
    "släppsperiod. Talen är deltagande vid tillfällen, inte personer, och är förbundets uppgifter "
    "i dag."
)


def answer(found: Sequence[OccasionView], name: str, year: int) -> str:
    """How many occasions and heads the year has so far."""
    own = [one for one in found if one.held_on.year == year]
    if not own:
        return f"Inga tillfällen är inlagda för {name} {year}."
    heads = sum(one.total.total for one in own)
    return f"{_occasions(len(own))} med {whole(heads)} deltagande är inlagda för {name} {year}."


def _occasions(number: int) -> str:
    return counted(number, "tillfälle", "tillfällen")


def names(found: Sequence[OccasionView]) -> dict[str, str]:
    """What can be opened: a new occasion, and each that there is."""
    return {"ny": "Nytt tillfälle"} | {
        str(one.occasion_id): f"Rätta {iso(one.held_on)}: {one.title}" for one in found
    }


def usual(found: Sequence[OccasionView], otherwise: Sequence[str]) -> list[str]:
    """The organisations of the latest occasions, which stand filled in for a new one."""
    recent = dict.fromkeys(name for one in found[:LATEST] for name in one.heads)
    return sorted(list(recent)[:MOST_ROWS] or otherwise[:MOST_ROWS])


def show(found: Sequence[OccasionView], year: int) -> None:
    """The year by organisation, and the occasions, the newest first."""
    own = [one for one in found if one.held_on.year == year]
    if own:
        by_name: dict[str, list[Heads]] = defaultdict(list)
        for one in own:
            for name, heads in one.heads.items():
                by_name[name].append(heads)
        rows = [(name, added(heads)) for name, heads in sorted(by_name.items())]
        rows.append(("Alla", added(heads for _, heads in rows)))
        tables.show_list(
            f"Deltagande {year} per organisation",
            ("Organisation", *(label for _, label in _COLUMNS), "Totalt"),
            [(name, *_numbers(heads)) for name, heads in rows],
            numbers=frozenset(range(1, 5)),
        )
        whole_year = rows[-1][1]
        women = count_and_share(whole_year.women, whole_year.total)
        frame.small(f"Kvinnor: {women}. En person som kommer två gånger räknas två gånger.")
    if found:
        tables.show_list(
            "Inlagda tillfällen, de senaste först",
            ("Dag", "Tillfälle", *(label for _, label in _COLUMNS), "Totalt", "Organisationer"),
            [
                (iso(one.held_on), one.title, *_numbers(one.total), whole(len(one.heads)))
                for one in found
            ],
            numbers=frozenset(range(2, 7)),
        )


def _numbers(heads: Heads) -> tuple[str, ...]:
    return tuple(whole(n) for n in (heads.women, heads.men, heads.unknown, heads.total))


def record(context: Context, insats_id: int, organisations: Sequence[str]) -> None:
    """A new occasion."""
    form = Form(f"tillfalle:ny:{insats_id}", page=context.page)
    rows = [*((name, Heads()) for name in organisations), *_empty()]

    def save(values: Values) -> Saved:
        held_on = values.required_day("held_on", "Skriv vilken dag tillfället hölls.")
        title = values.text("title", required="Skriv vad tillfället var.", longest=LONGEST_TITLE)
        heads = _read(values, len(rows))
        values.check()
        done = record_occasion(
            context.database,
            context.actor,
            insats_id=insats_id,
            held_on=held_on,
            title=title,
            heads=heads,
            key=values.key,
        )
        return Saved(
            f"Sparat: {title} {iso(held_on)}, {whole(done.heads)} deltagande.",
            messages.Undo(partial(_take_back, context, done)),
        )

    frame.small(HOW)
    with form.drawn():
        fields.text(form, "title", "Tillfälle", hint="Till exempel en utbildning eller träff.")
        fields.day(form, "held_on", "Hållet den", value=context.today)
        _draw(form, rows)
        form.submit("Spara tillfället", save)


def change(context: Context, one: OccasionView) -> None:
    """An occasion corrected, or struck out."""
    name = f"tillfalle:{one.occasion_id}"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", one.version)
    rows = [*one.heads.items(), *_empty()]

    def save(values: Values) -> str:
        held_on = values.required_day("held_on", "Skriv vilken dag tillfället hölls.")
        title = values.text("title", required="Skriv vad tillfället var.", longest=LONGEST_TITLE)
        heads = _read(values, len(rows))
        why = values.required_choice("why", "Välj skäl till rättelsen.")
        values.check()
        done = correct_occasion(
            context.database,
            context.actor,
            occasion_id=one.occasion_id,
            held_on=held_on,
            title=title,
            heads=heads,
            why=why,
            version=version,
            key=values.key,
        )
        next_round(name)
        return f"Rättat: {whole(done.heads)} deltagande. De gamla talen står i historiken."

    with form.drawn():
        fields.text(form, "title", "Tillfälle", value=one.title)
        fields.day(form, "held_on", "Hållet den", value=one.held_on)
        _draw(form, rows)
        fields.choice(form, "why", "Skäl", _reasons(context, "correction_reason", _CORRECTIONS))
        form.submit("Spara rättelsen", save)
    with shown.expander("Makulera tillfället"):
        _void(context, one)


_CORRECTIONS = ("typing_error", "misread_paper", "wrong_date", "later_knowledge")
_VOIDS = ("entered_twice", "never_took_place", "wrong_insats", "no_longer_valid")


def _reasons(context: Context, key: str, fitting: Sequence[str]) -> dict[str, str]:
    """The reasons of a list that can be said of an occasion."""
    found = codes(context.database, key)
    return {one: found[one] for one in fitting if one in found} or found


def _void(context: Context, one: OccasionView) -> None:
    form = Form(f"makulera-tillfalle:{one.occasion_id}", page=context.page)

    def save(values: Values) -> str:
        why = values.required_choice("why", "Välj skäl till makuleringen.")
        values.check()
        void_occasion(
            context.database,
            context.actor,
            occasion_id=one.occasion_id,
            why=why,
            version=one.version,
            key=values.key,
        )
        st.query_params[WHICH] = "ny"
        return f"Tillfället {iso(one.held_on)} är makulerat och räknas inte längre."

    with form.drawn():
        fields.choice(form, "why", "Skäl", _reasons(context, "void_reason", _VOIDS))
        form.submit("Makulera tillfället", save, primary=False)


def _take_back(context: Context, done: SavedOccasion, key: str) -> str:
    void_occasion(
        context.database,
        context.actor,
        occasion_id=done.occasion_id,
        why=UNDO_REASON,
        version=done.version,
        key=key,
    )
    return "Tillfället är makulerat."


def _empty() -> list[tuple[str, Heads]]:
    return [("", Heads())] * EMPTY_ROWS


def _draw(form: Form, rows: Sequence[tuple[str, Heads]]) -> None:
    fields.group_label("Antal som kom", form=form, name="heads")
    for place, (name, heads) in enumerate(rows, start=1):
        row = st.container(horizontal=True, vertical_alignment="top", gap="small")
        with row, st.container(width=260, key=f"organisation-{place}"):
            fields.text(form, f"name_{place}", f"{place} · Organisation", value=name, width=260)
        numbers = (heads.women, heads.men, heads.unknown)
        for (gender, label), number in zip(_COLUMNS, numbers, strict=True):
            with row, st.container(width=_WIDTHS[gender]):
                fields.number(
                    form,
                    f"heads_{place}_{gender.value}",
                    f"{place} · {label}",
                    value=str(number) if number else "",
                    width=_WIDTHS[gender],
                )


def _read(values: Values, rows: int) -> dict[str, dict[Gender, int]]:
    """Numbers by organisation; a row without numbers is not there."""
    found: dict[str, dict[Gender, int]] = {}
    for place in range(1, rows + 1):
        numbers = {
            gender: values.whole(f"heads_{place}_{gender.value}", low=0, high=MOST_HEADS)
            for gender, _ in _COLUMNS
        }
        given = {gender: number for gender, number in numbers.items() if number}
        if not given:
            continue
        name = values.text(
            f"name_{place}", required="Skriv organisationens namn.", longest=LONGEST_NAME
        )
        if name and name in found:
            values.fault(f"name_{place}", f"{name} står på två rader: lägg ihop dem.")
        found[name] = given
    return found


# The line on the styrelse's overview


def put_overview(sheet: Sheet, lines: Sequence[StructuralLine], label: str) -> None:
    """The strukturövergripande insatser of a period: a sentence, and a row each."""
    if not lines:
        return
    sheet.question("Strukturövergripande insatser")
    every = together(lines)
    sheet.lead(finding(every, label))
    told = [*lines, every] if len(lines) > 1 else list(lines)
    sheet.html(
        tables.list_html(
            f"Strukturövergripande insatser, {label}",
            ("Insats", "Tillfällen", "Deltagande", "Kvinnor", "Män"),
            [
                (
                    line.name,
                    whole(line.occasions),
                    whole(line.heads),
                    _or_dash(line.women),
                    _or_dash(line.men),
                )
                for line in told
            ],
            numbers=frozenset(range(1, 5)),
        )
    )
    sheet.small(NOT_DIVIDED)


def finding(every: StructuralLine, label: str) -> str:
    """How many occasions there were, and how many came."""
    if not every.occasions:
        return f"Inga tillfällen är inlagda för {label}."
    told = f"{_occasions(every.occasions)} med {whole(every.heads)} deltagande, {label}"
    if every.women is None:
        return f"{told}."
    return f"{told}; kvinnor {count_and_share(every.women, every.heads)}."


def _or_dash(number: int | None) -> str:
    return "–" if number is None else whole(number)

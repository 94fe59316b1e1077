"""Which columns hold scores and the days of talks: one talk a row, or several beside one another.

Part of the guess in `recognition`. A talk among several is told by a number or a day in the
heading, or by headings that come again.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from tracking.domain import clock
from tracking.domain.errors import StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.instruments import INSTRUMENTS
from tracking.exchange.importing import values
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.kinds import fields_of
from tracking.exchange.importing.mapping import MappedColumn
from tracking.exchange.importing.shapes import Table

_INSTRUMENT = re.compile(r"\b(g ?srs|ors|srs)\b ?")
_TALK = re.compile(
    r"\b(?:samtal|traff|tillfalle|gang|session|besok|mote|matning|s)(?:et)? ?(?:nr )?(\d{1,3})\b"
)
_NUMBER = re.compile(r"\b\d{1,3}\b")
_TOTAL = re.compile(r"\b(total|totalt|tot|summa|sum|totalpoang|totalsumma)\b")
_MARK = re.compile(r"\b(ifylld|ej ifylld|status)\b")
_DAY = re.compile(r"\b(datum|dag|date)\b")
_DAY_IN_HEADING = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}[ -/]\d{2,4}")
_TOPICS = {
    "individuellt": 1, "nara relationer": 2, "relationer": 2, "socialt": 3, "allmant": 4,
    "relation": 1, "mal och amne": 2, "mal": 2, "satt att arbeta": 3, "metod": 3, "helhet": 4,
}  # fmt: skip
_TELLING = {
    "ors": ("individuellt", "nara relationer", "socialt"),
    "srs": ("relation", "mal och amne", "satt att arbeta"),
}
"""Topics that together tell which form it is, when the headings do not name it."""


@dataclass(frozen=True)
class _Part:
    """What a heading tells: the form, which part of it, a number that may be a scale's or a
    talk's, and the talk where the heading names it.
    """

    form: str
    what: str | None
    number: str | None = None
    talk: str | None = None


def talk_columns(table: Table) -> dict[int, MappedColumn]:
    """The columns of scores and, where talks stand beside one another, of their days."""
    parts: dict[int, _Part] = {}
    for index, heading in enumerate(table.headings):
        part = _part(heading)
        if part is not None:
            parts[index] = part
    parts = _without_a_form(table) | _scales_told(parts)
    again = _coming_again(table)
    numbered = _numbers_are_talks(parts, table)
    found: dict[int, MappedColumn] = {}
    for index, part in parts.items():
        what, talk = part.what, part.talk
        if part.number is not None and what is None:
            if numbered and talk is None:
                what, talk = "total", part.number
            elif 1 <= int(part.number) <= 4:
                what = part.number
        elif part.number is not None and (what != "day" or numbered):
            talk = talk or part.number
        field = "held_on" if what == "day" else f"{part.form}_{what or 'total'}"
        found[index] = MappedColumn(index, table.headings[index], field, talk or again.get(index))
    found |= _days(table, found, again)
    return _each_once(found)


def _each_once(found: dict[int, MappedColumn]) -> dict[int, MappedColumn]:
    """Two columns for one thing would be a guess at which is meant: the first is proposed."""
    kept: dict[tuple[str, str | None], int] = {}
    for index in sorted(found):
        kept.setdefault((found[index].field, found[index].slot), index)
    return {index: found[index] for index in kept.values()}


def _part(heading: str) -> _Part | None:
    day = _DAY_IN_HEADING.search(heading)
    talk = None
    if day is not None:
        try:
            talk = values.day(day[0], epoch=None, today=clock.today()).isoformat()
        except StegvisError:
            return None
        heading = heading.replace(day[0], " ")
    plain = re.sub(r"\b(ors|srs|gsrs)(\d)", r"\1 \2", fold(heading))
    match = _INSTRUMENT.search(plain)
    if match is None:
        return _Part("ors", "total", None, talk) if talk and not plain else None
    form = match[1].replace(" ", "")
    rest = (plain[: match.start()] + plain[match.end() :]).strip()
    if form.upper() not in INSTRUMENTS:
        return None
    named = _TALK.search(rest)
    if named is not None:
        talk = talk or named[1]
        rest = (rest[: named.start()] + rest[named.end() :]).strip()
    number = _NUMBER.search(rest)
    said = None if number is None else number[0]
    if _DAY.search(rest):
        return _Part(form, "day", said, talk)
    if _TOTAL.search(rest):
        return _Part(form, "total", None, talk or said)
    if _MARK.search(rest):
        return _Part(form, "mark", None, talk)
    for topic, place in _TOPICS.items():
        if f" {topic} " in f" {rest} ":
            return _Part(form, str(place), said, talk)
    return _Part(form, None, said, talk)


def _scales_told(parts: dict[int, _Part]) -> dict[int, _Part]:
    """``ORS 1 Individuellt`` to ``ORS 4 Allmänt`` tell which scale it is twice, and no talk."""
    topics = [part for part in parts.values() if part.what in ("1", "2", "3", "4")]
    if any(part.number != part.what for part in topics):
        return parts
    return {
        index: _Part(part.form, part.what, None, part.talk) if part in topics else part
        for index, part in parts.items()
    }


def _without_a_form(table: Table) -> dict[int, _Part]:
    """Headings that are a topic and nothing more, where the topics together tell the form."""
    plain: dict[int, tuple[str, str | None]] = {}
    for index, heading in enumerate(table.headings):
        folded = fold(heading)
        named = _TALK.search(folded) or _NUMBER.search(folded)
        rest = folded if named is None else folded.replace(named[0], " ")
        rest = re.sub(r" eller metod$", "", " ".join(rest.split()))
        plain[index] = rest, None if named is None else named[named.re.groups]
    there = {rest for rest, _ in plain.values()}
    forms = [form for form, topics in _TELLING.items() if there.issuperset(topics)]
    found: dict[int, _Part] = {}
    last = None
    for index, (rest, talk) in plain.items():
        for form in forms:
            if rest in _TELLING[form]:
                last = form
        if last is None:
            continue
        if rest in _TELLING[last] or rest == "allmant":
            found[index] = _Part(last, str(_TOPICS[rest]), None, talk)
        elif _TOTAL.fullmatch(rest):
            found[index] = _Part(last, "total", None, talk)
    return found


def _coming_again(table: Table) -> dict[int, str]:
    """Headings that come as often as their day does: which time each is."""
    headings = [fold(heading) for heading in table.headings]
    times = Counter(heading for heading in headings if heading)
    known = {fold(one) for one in fields_of(ImportKind.RATINGS)["held_on"].spellings}
    often = max((times[heading] for heading in times if heading in known), default=1)
    if often == 1:
        return {}
    seen: Counter[str] = Counter()
    found = {}
    for index, heading in enumerate(headings):
        if times[heading] == often:
            seen[heading] += 1
            found[index] = str(seen[heading])
    return found


def _numbers_are_talks(parts: dict[int, _Part], table: Table) -> bool:
    """``ORS 1`` to ``ORS 4`` are the scales of one talk; with dates beside, or more, talks."""
    numbers = {
        (part.form, int(part.number))
        for part in parts.values()
        if part.what is None and part.number is not None and part.talk is None
    }
    dated = sum(part.what == "day" and part.number is not None for part in parts.values())
    dated += sum(bool(re.fullmatch(r"datum(?: samtal)? ?\d+", fold(h))) for h in table.headings)
    top = max((number for _, number in numbers), default=0)
    scales = all({1, 2, 3, 4} <= {n for i, n in numbers if i == one} for one, _ in numbers)
    return bool(numbers) and (dated > 1 or top > 4 or not scales)


def _days(
    table: Table, found: dict[int, MappedColumn], again: dict[int, str]
) -> dict[int, MappedColumn]:
    """The days of talks, *Datum 3*, *Samtal 3 datum*, or *Samtal 3* over days, and what else is
    told of each where headings come again.
    """
    talks = {column.slot for column in found.values() if column.slot}
    known = [one for one in fields_of(ImportKind.RATINGS).values() if one.slotted]
    columns = {}
    for index, heading in enumerate(table.headings):
        plain = fold(heading)
        if index in found:
            continue
        match = re.fullmatch(r"(?:datum|samtal|traff|dag)(?: (?:samtal|traff))? ?(\d{1,3})", plain)
        match = match or re.fullmatch(r"(?:samtal|traff) ?(\d{1,3})(?: (?:datum|dag))", plain)
        if match is not None and match[1] in talks and _are_days(table, index):
            columns[index] = MappedColumn(index, heading, "held_on", match[1])
        elif again.get(index) in talks:
            field = next((one for one in known if plain in map(fold, one.spellings)), None)
            if field is not None:
                columns[index] = MappedColumn(index, heading, field.key, again[index])
    return columns


def _are_days(table: Table, index: int) -> bool:
    right = wrong = 0
    for _, cells in table.sample:
        if index < len(cells) and cells[index] is not None:
            try:
                values.day(cells[index], epoch=table.epoch, today=clock.today())
                right += 1
            except StegvisError:
                wrong += 1
    return right >= max(1, wrong)

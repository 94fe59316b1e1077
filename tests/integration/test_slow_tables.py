"""Two hundred random worlds: every exact table says what a slow re-implementation says.

`tests.integration.slow_tables` knows the raw records and nothing of the product's summary,
divisions or statistics; here its answers are put into the rows that each table has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import pytest
import time_machine

from tests.databases import Sqlite
from tests.integration import slow_tables as slowly
from tests.integration.slow_tables import Cell, Lines, Seen, Slow, divided, number, share
from tests.integration.table_worlds import TODAY, Records, Worlds, build
from tracking.domain.figures import Cell as Shown
from tracking.domain.figures import CellKind, Table
from tracking.domain.periods import Period, previous
from tracking.domain.swedish import cell_text
from tracking.outcomes.insats_tables import insats_tables
from tracking.outcomes.tables import insats_dashboard
from tracking.store.database import Database

WORLDS = 200
SEED = 20250631
Expected = dict[str, list[tuple[str, tuple[Cell, ...]]]]


def plain(cell: Shown) -> Cell:
    if cell.kind is CellKind.COUNT:
        return cell.count
    if cell.kind is CellKind.SHARE:
        return cell.count, cell.base
    return None if cell.kind is CellKind.EMPTY else cell_text(cell)


def plainly(table: Table) -> list[tuple[str, tuple[Cell, ...]]]:
    return [(row.label, tuple(plain(cell) for cell in row.cells)) for row in table.rows]


def counted(rows: list[Seen], columns: list[str]) -> tuple[int, ...]:
    return tuple(len(part) for part in slowly.parts(rows, columns))


def shares(rows: list[Seen], columns: list[str], meets: Callable[[Seen], bool]) -> tuple[Cell, ...]:
    return tuple(share(sum(map(meets, part)), len(part)) for part in slowly.parts(rows, columns))


def flows(slow: Slow) -> Lines:
    columns = slowly.genders(slow.active)
    anonymous = {
        row["gender"]: row["number"]
        for row in slow.made.of["anonymous"]
        if row["year"] == slow.end.year
    }
    if anonymous.get("unknown"):
        columns = ["woman", "man", "unknown"]
    people = tuple(
        len({s.person["id"] for s in part}) for part in slowly.parts(slow.active, columns)
    )
    numbers = [anonymous.get(gender, 0) for gender in columns]
    return {
        "Pågående vid periodens början": counted(slow.at_start, columns),
        "Startade": counted(slow.started, columns),
        "Avslutade": counted(slow.ended, columns),
        "därav fullföljda": counted(slow.completed, columns),
        "därav avbrutna": counted(slow.interrupted, columns),
        "Flytt eller avliden, räknas för sig": counted(slow.outside, columns),
        "Pågående vid periodens slut": counted(slow.at_end, columns),
        "Deltaganden under perioden": counted(slow.active, columns),
        "Unika deltagare under perioden": people,
        f"Anonyma deltagare {slow.end.year}, hittills under året": (
            *numbers,
            sum(anonymous.values()),
        ),
    }


def end_reasons(slow: Slow) -> Lines:
    columns, ended, completed = slowly.genders(slow.ended), len(slow.ended), len(slow.completed)
    lines: Lines = {}
    for words, heading, rows in (
        ("fullföljt", "Fullföljda", slow.completed),
        ("avbrutet", "Avbrutna", slow.interrupted),
    ):
        of = completed if words == "fullföljt" else 0
        for key, label in slowly.LABEL_OF_REASON.items():
            own = [s for s in rows if s.reason == key]
            if own:
                cells = (share(len(own), ended), share(len(own), of))
                lines[f"{label}, {words}"] = (*counted(own, columns), *cells)
        cells = (share(len(rows), ended), share(len(rows), of))
        lines[heading] = (*counted(rows, columns), *cells)
    lines["Avslutade"] = (*counted(slow.ended, columns), share(ended, ended), None)
    return lines


def step_moves(slow: Slow) -> Lines:
    began = [s for s in slow.started if s.outcome != "outside"]
    done = [s for s in began if s.ended is not None]
    populations = [done, slow.ended, *slowly.parts(slow.completed, slowly.genders(slow.completed))]
    bases = [[s for s in rows if slowly.move(s) != "Bedömning saknas"] for rows in populations]
    lines: Lines = {
        label: tuple(
            share(sum(slowly.move(s) == label.capitalize() for s in b), len(b)) for b in bases
        )
        for label in ("framåt", "oförändrat", "bakåt", "inga utsikter för arbete")
    }
    lines["I basen"] = tuple(map(len, bases))
    lines["Bedömning saknas"] = tuple(
        len(rows) - len(base) for rows, base in zip(populations, bases, strict=True)
    )
    running = (len(began) - len(done), *[None] * (len(populations) - 1))
    return lines | {"Pågår ännu": running}


def sustained(slow: Slow) -> Lines:
    lines: Lines = {}
    for months in (6, 12, 18):
        if months == 12 and not slow.due(12):
            continue
        for words, outcomes in (
            ("avslutade", ("completed", "interrupted")),
            ("fullföljda", ("completed",)),
        ):
            rows = [s for s in slow.due(months) if s.outcome in outcomes]
            statuses = [s.follow_ups[months]["status"] for s in rows]
            alive = [s for s in slow.alive(months) if s.outcome in outcomes]
            known = [k for s in alive if (k := slowly.kept(s, months)) is not None]
            names = ("done", "not_reached", "declined", "no_contact_consent", "due", "deceased")
            lines[f"{months} månader efter, {words}"] = (
                len(alive),
                *(statuses.count(name) for name in names),
                share(sum(known), len(known)),
                len(alive) - len(known),
            )
    return lines


def ors_change(slow: Slow) -> Lines:
    rows = [s for s in slow.ended if slowly.pair(s) is not None]
    low, high = ([s for s in rows if slowly.below(s) is side] for side in (True, False))
    populations = [low, high, *slowly.parts(rows, slowly.genders(rows))]
    found = [[slowly.ors_class(s) for s in part] for part in populations]
    lines: Lines = {
        label: tuple(share(part.count(label), len(part)) for part in found)
        for label in slowly.CLASSES
    }
    lines["Alla tillförlitligt förbättrade"] = tuple(
        share(sum(part.count(label) for label in slowly.CLASSES[:2]), len(part)) for part in found
    )
    return lines | {"Med två skattningar": tuple(map(len, found))}


def background(slow: Slow) -> dict[str, Lines]:
    ages = ("16–18 år", "19–24 år", "25–29 år", "30–44 år", "45–64 år", "under 16 eller över 64 år")
    bands = ("None", "Under_1_year", "2_to_5_years", "Own_band", "1–2 år", "5–10 år")
    rest = ("Uppgift saknas",)
    rows = slow.started

    def of(name: str, labels: tuple[str, ...]) -> Lines:
        return divided(rows, (*labels, *rest), slowly.listed(name))

    names = {"self": "På egen hand", "region": "Region"}
    return {
        "age": divided(rows, ages, slowly.age),
        "referrer": divided(rows, names.values(), lambda s: names[s.codes["referrer"] or ""]),
        "education": of("education", ("Compulsory", "Upper_secondary", "Unknown")),
        "support_time": divided(
            rows, (*bands, "Mer än 10 år", "Vet ej", *rest), slowly.support_time
        ),
        "municipality": of("municipality", ("Here", "There")),
        "need_group": of("need_group", ("Time", "Training")),
    }


SOURCES = {
    "sickness_benefit": "Sjukpenning",
    "rehabilitation_benefit": "Rehabiliteringspenning",
    "sickness_compensation": "Sjukersättning",
    "activity_compensation": "Aktivitetsersättning",
    "unemployment_benefit": "A-kassa",
    "activity_support": "Aktivitetsstöd/utvecklingsersättning",
    "establishment_benefit": "Etableringsersättning",
    "income_support": "Försörjningsstöd",
    "study_support": "Studiestöd",
    "other": "Annan offentlig försörjning",
}


def support(slow: Slow) -> dict[str, Lines]:
    def first(s: Seen) -> str:
        return slowly.support(s.start, s.start_sources)

    def last(s: Seen) -> str:
        return slowly.support(s.end, s.end_sources)

    flow: Lines = {}
    for before in slowly.GROUPS:
        numbers = [
            sum((first(s), last(s)) == (before, after) for s in slow.ended)
            for after in slowly.GROUPS
        ]
        flow[before] = (*numbers, sum(numbers))
    sums = [sum(last(s) == after for s in slow.ended) for after in slowly.GROUPS]
    flow["Alla"] = (*sums, len(slow.ended))
    columns: list[list[set[str]]] = []
    for part in slowly.parts(slow.ended, slowly.genders(slow.ended)):
        columns.append(
            [s.start_sources for s in part if s.start and not s.start["support_unknown"]]
        )
        columns.append([s.end_sources for s in part if s.end and not s.end["support_unknown"]])
    sources: Lines = {
        label: tuple(share(sum(key in named for named in c), len(c)) for c in columns)
        for key, label in SOURCES.items()
    }
    sources["Ingen offentlig försörjning"] = tuple(
        share(sum(not named for named in c), len(c)) for c in columns
    )
    sources["Med känd försörjning"] = tuple(map(len, columns))
    return {
        "support_change": slowly.before_after(slow.ended, slowly.GROUPS, first, last),
        "support_flow": flow,
        "support_sources": sources,
    }


def occupation(slow: Slow) -> dict[str, Lines]:
    columns = slowly.genders(slow.ended)
    known = [s for s in slow.ended if slowly.occupation(s.end) != "Uppgift saknas"]
    active = [s for s in known if slowly.occupation(s.end) in slowly.ACTIVE]
    working = [s for s in active if s.end and s.end["work"] == "yes"]
    studying = [s for s in active if s.end and s.end["studies"] == "yes"]
    lines: Lines = {
        "Arbetar eller studerar vid avslut": shares(known, columns, lambda s: s in active),
        "därav började eller ökade arbete eller studier": shares(
            active, columns, lambda s: slowly.grew(s) is True
        ),
        "därav går det inte att säga": shares(active, columns, lambda s: slowly.grew(s) is None),
        "Av dem som arbetar: började eller ökade": shares(
            working, columns, lambda s: slowly.grew_in(s, "work") is True
        ),
        "Av dem som studerar: började eller ökade": shares(
            studying, columns, lambda s: slowly.grew_in(s, "studies") is True
        ),
    }
    for kind, label in (
        ("unsubsidised", "osubventionerat"),
        ("subsidised", "subventionerat"),
        ("own_business", "eget företag"),
    ):
        lines[f"Av dem som arbetar: {label}"] = shares(
            working, columns, lambda s, k=kind: bool(s.end and s.end["work_kind"] == k)
        )
    lines["Avslutade"] = counted(slow.ended, columns)
    return {
        "occupation_change": slowly.before_after(
            slow.ended,
            slowly.OCCUPATIONS,
            lambda s: slowly.occupation(s.start),
            lambda s: slowly.occupation(s.end),
        ),
        "occupation_grew": lines,
    }


def matrix(rows: list[Seen]) -> Lines:
    levels: list[tuple[int | None, str]] = [(n, f"{n} Steg {n}") for n in range(6)]
    levels += [(-1, "Inga utsikter för arbete"), (None, "Bedömning saknas")]
    lines: Lines = {}
    for start, label in levels:
        numbers = [
            sum((s.step_start, s.step_end) == (start, end) for s in rows) for end, _ in levels
        ]
        lines[label] = (*numbers, sum(numbers))
    sums = [sum(s.step_end == end for s in rows) for end, _ in levels]
    return lines | {"Alla": (*sums, len(rows))}


def steps(slow: Slow) -> dict[str, Lines]:
    moves = ("Framåt", "Oförändrat", "Bakåt", "Inga utsikter för arbete", "Bedömning saknas")
    follow = (
        "Samma eller högre steg",
        "Lägre steg eller inga utsikter för arbete",
        "Inte nådda",
        "Avböjde",
        "Utan samtycke till kontakt",
        "Ännu inte gjorda",
        "Bedömning saknas",
    )
    found = {
        "step_move": divided(slow.completed, moves, slowly.move),
        "step_matrix_completed": matrix(slow.completed),
        "step_matrix_ended": matrix(slow.ended),
    }
    for months in (6, 12, 18):
        rows = slow.alive(months)
        if rows or months != 12:
            found[f"sustained_{months}"] = divided(
                rows, follow, lambda s, m=months: slowly.after(s, m)
            )
    return found


def ratings(slow: Slow) -> dict[str, Lines]:
    names = {"woman": "Kvinnor", "man": "Män", "unknown": "Uppgift saknas"}

    def by_gender(rows: list[Seen]) -> list[tuple[str, list[Seen]]]:
        columns = slowly.genders(rows)
        labels = [*(names[gender] for gender in columns), "Alla"]
        return list(zip(labels, slowly.parts(rows, columns), strict=True))

    def pairs(rows: list[Seen], instrument: str) -> list[tuple[int, int]]:
        return [p for s in rows if (p := slowly.pair(s, instrument)) is not None]

    rows = [s for s in slow.ended if slowly.pair(s) is not None]
    low, high = ([s for s in rows if slowly.below(s) is side] for side in (True, False))
    groups = [("Började under gränsvärdet", low), ("Började på eller över", high), *by_gender(rows)]
    found = {"ors_means": {label: slowly.means(pairs(part, "ORS")) for label, part in groups}}
    for key, instrument, raises in (
        ("srs", "SRS", slowly.srs_raises),
        ("gsrs", "GSRS", lambda s: slowly.totals(s, "GSRS")[-1] < 360),
    ):
        own = [s for s in slow.ended if slowly.totals(s, instrument)]
        if own:
            found[key] = {
                label: (
                    share(sum(map(raises, part)), len(part)),
                    *slowly.means(pairs(part, instrument)),
                )
                for label, part in by_gender(own)
            }
    return found


def time(slow: Slow) -> dict[str, Lines]:
    every = slowly.stays(slow)
    columns = ["woman", "man"]
    if any(gender == "unknown" for gender, _, _ in every):
        columns.append("unknown")
    groups = [[(d, e) for g, d, e in every if g == gender] for gender in columns]
    groups.append([(d, e) for _, d, e in every])
    quartiles = [slowly.kaplan_meier(group) for group in groups]
    lines: Lines = {
        f"Dagar tills {words} har avslutats": tuple(
            None if q[place] is None else f"{q[place]}" for q in quartiles
        )
        for place, words in enumerate(("en fjärdedel", "hälften", "tre fjärdedelar"))
    }
    lines["Avslutade"] = tuple(sum(e for _, e in group) for group in groups)
    lines["Pågår, flytt eller avliden: räknas så långt de kommit"] = tuple(
        sum(not e for _, e in group) for group in groups
    )
    lines["Deltaganden"] = tuple(map(len, groups))

    def band(s: Seen) -> str:
        assert s.ended is not None
        days = (s.ended - s.started).days + 1
        for most, label in (
            (90, "Högst 90 dagar"),
            (180, "91–180 dagar"),
            (365, "181–365 dagar"),
            (730, "366–730 dagar"),
        ):
            if days <= most:
                return label
        return "Mer än 730 dagar"

    bands = ("Högst 90 dagar", "91–180 dagar", "181–365 dagar", "366–730 dagar", "Mer än 730 dagar")
    come = max(slow.start, min(slow.end, slow.today))
    days = [
        sum(
            max(0, (min(s.ended or come, come) - max(s.started, slow.start)).days + 1) for s in part
        )
        for part in slowly.parts(slow.active, slowly.genders(slow.active))
    ]
    length = (come - slow.start).days + 1
    planned = Fraction(10 * 16 * 7, 365)
    blank = [None] * (len(days) - 1)
    used = [Fraction(n, length) for n in days]
    return {
        "time_in_insats": lines,
        "stay": divided(slow.ended, bands, band),
        "capacity": {
            "Persondagar": tuple(days),
            "Årsplatser i bruk": tuple(number(n) for n in used),
            "Planerade årsplatser": (*blank, number(planned)),
            "Beläggning, procent": (*blank, number(100 * used[-1] / planned, 0)),
        },
    }


def compared(slow: Slow) -> dict[str, tuple[int, int]]:
    """Every compared share: how many meet it, of how many that is known."""

    def of(rows: list[Seen], says: Callable[[Seen], bool | None]) -> tuple[int, int]:
        known = [found for s in rows if (found := says(s)) is not None]
        return sum(known), len(known)

    def forward(s: Seen) -> bool | None:
        found = slowly.move(s)
        return None if found == "Bedömning saknas" else found == "Framåt"

    def occupied(s: Seen) -> bool | None:
        found = slowly.occupation(s.end)
        return None if found == "Uppgift saknas" else found in slowly.ACTIVE

    def free(s: Seen) -> bool | None:
        found = slowly.support(s.end, s.end_sources)
        return None if found == "Uppgift saknas" else found == "Ingen offentlig försörjning"

    def improved(s: Seen) -> bool | None:
        return None if slowly.pair(s) is None else slowly.ors_class(s) in slowly.CLASSES[:2]

    planned = {"yes": True, "no": False}
    return {
        "Fullföljda, av avslutade": of(slow.ended, lambda s: s.outcome == "completed"),
        "Steg framåt, av fullföljda": of(slow.completed, forward),
        "Arbete eller studier vid avslut": of(slow.ended, occupied),
        "Började eller ökade arbete eller studier": of(slow.ended, slowly.grew),
        "Ingen offentlig försörjning vid avslut": of(slow.ended, free),
        "Tydlig aktivitetsplanering vid avslut": of(
            slow.ended, lambda s: planned.get(s.spell["active_planning"] or "")
        ),
        "Tillförlitligt förbättrade på ORS": of(slow.ended, improved),
        "Samma eller högre steg efter 6 månader": of(slow.alive(6), lambda s: slowly.kept(s, 6)),
        "Samma eller högre steg efter 18 månader": of(slow.alive(18), lambda s: slowly.kept(s, 18)),
    }


def numbers_of(slow: Slow) -> dict[str, int]:
    return {
        "Pågående vid periodens början": len(slow.at_start),
        "Startade": len(slow.started),
        "Avslutade": len(slow.ended),
        "därav fullföljda": len(slow.completed),
        "Pågående vid periodens slut": len(slow.at_end),
        "Deltaganden under perioden": len(slow.active),
        "Unika deltagare under perioden": len({s.person["id"] for s in slow.active}),
    }


def comparison(slow: Slow, before: Slow) -> dict[str, Lines]:
    against: Lines = {}
    for (label, now), then in zip(
        numbers_of(slow).items(), numbers_of(before).values(), strict=True
    ):
        change = f"{'+' if now > then else ''}{number(now - then, 0)}"
        against[label] = (now, then, change, None)
    women, men = slow.only("woman"), slow.only("man")
    first, earlier = compared(slow), compared(before)
    of_women, of_men = compared(women), compared(men)
    sides: Lines = {}
    for label, found in first.items():
        against[label] = (
            share(*found),
            share(*earlier[label]),
            *slowly.difference(found, earlier[label]),
        )
        sides[label] = (
            share(*of_women[label]),
            share(*of_men[label]),
            share(*found),
            *slowly.difference(of_women[label], of_men[label]),
        )
    return {"against_before": against, "women_and_men": sides}


def expected(worlds: Worlds, made: Records, period: Period) -> Expected:
    ground = worlds.maker.ground
    slow = Slow(made, ground, TODAY, period.start, period.end)
    earlier = previous(period)
    before = Slow(made, ground, TODAY, earlier.start, earlier.end)
    tables: dict[str, Lines] = {
        "flows": flows(slow),
        "end_reasons": end_reasons(slow),
        "step_moves": step_moves(slow),
        "sustained": sustained(slow),
        "ors_change": ors_change(slow),
    }
    for some in (background, support, occupation, steps, ratings, time):
        tables |= some(slow)
    tables |= comparison(slow, before)
    return {key: list(lines.items()) for key, lines in tables.items()}


def drawn(worlds: Worlds, made: Records, period: Period) -> Expected:
    database, actor = worlds.database, worlds.actor
    dashboard = insats_dashboard(database, actor, made.insats_id, period).value
    tables = (
        dashboard.flows,
        dashboard.end_reasons,
        dashboard.step_moves,
        dashboard.sustained,
        dashboard.ors_change,
        *insats_tables(database, actor, made.insats_id, period).value.tables,
    )
    return {table.key: plainly(table) for table in tables}


@pytest.fixture(scope="module")
def worlds(sqlite_databases: Sqlite) -> Iterator[Worlds]:
    with sqlite_databases.fresh(migrated=True) as url, time_machine.travel(TODAY, tick=False):
        database = Database.open(url)
        yield build(database, WORLDS, SEED)
        database.close()


def test_every_table_of_200_random_worlds_is_the_one_worked_out_slowly(worlds: Worlds) -> None:
    assert len(worlds.worlds) == WORLDS
    lines = 0
    for made in worlds.worlds:
        wanted, found = expected(worlds, made, made.period), drawn(worlds, made, made.period)
        assert set(found) == set(wanted), made.insats_id
        for key, rows in wanted.items():
            assert found[key] == rows, f"{key}, insats {made.insats_id}, {made.period.key}"
            lines += len(rows)
    assert lines > 150 * WORLDS

"""What must hold of every exact table, whatever the data: sums, intervals, zones of time, words.

The worlds are those of the slow tables, fewer of them; what is added to one is written as raw
records, so that nothing here depends on how staff would enter it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import time_machine

from tests.databases import Makes, Postgres, Sqlite
from tests.integration.result_worlds import World, building
from tests.integration.table_worlds import TODAY, Records, Worlds, build, write
from tracking.access.actors import Actor
from tracking.domain.endings import Outcome
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.figures import Cell, CellKind, Table
from tracking.domain.periods import Period, half_year, previous, year
from tracking.domain.quality import Check
from tracking.domain.records import Gender
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.statistics import wilson_interval
from tracking.domain.swedish import cell_text
from tracking.outcomes.breakdown_tables import Basis
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.comparison import TOO_FEW
from tracking.outcomes.insats_tables import (
    Subject,
    insats_tables,
    insatser_side_by_side,
    read_basis,
)
from tracking.outcomes.quality_lists import insats_quality
from tracking.outcomes.selection import Selection
from tracking.outcomes.support import support_flow_table, support_sources_table
from tracking.outcomes.tables import insats_dashboard
from tracking.store.database import Database
from tracking.store.summary import rebuild

SEED, WORLDS = 7, 25
OUTCOMES = tuple(subject for subject in Subject if subject is not Subject.BACKGROUND)


@contextmanager
def worlds_in(kind: Makes) -> Iterator[Worlds]:
    with kind.fresh(migrated=True) as url, time_machine.travel(TODAY, tick=False):
        database = Database.open(url)
        yield build(database, WORLDS, SEED)
        database.close()


@pytest.fixture(scope="module")
def worlds(sqlite_databases: Sqlite) -> Iterator[Worlds]:
    with worlds_in(sqlite_databases) as built:
        yield built


@pytest.fixture(scope="module")
def elsewhere(postgres_databases: Postgres) -> Iterator[Worlds]:
    with worlds_in(postgres_databases) as built:
        yield built


def tables_of(worlds: Worlds, made: Records, period: Period | None = None) -> dict[str, Table]:
    period = period or made.period
    dashboard = insats_dashboard(worlds.database, worlds.actor, made.insats_id, period).value
    more = insats_tables(worlds.database, worlds.actor, made.insats_id, period).value
    found = {table.key: table for table in more.tables}
    kept = ("flows", "end_reasons", "step_moves", "sustained", "ors_change")
    return {name: getattr(dashboard, name) for name in kept} | found


def every_table(worlds: Worlds) -> Iterator[Table]:
    for made in worlds.worlds:
        yield from tables_of(worlds, made).values()


def figures(table: Table) -> object:
    """Everything of a table but its notes, where the anonymous are told."""
    return replace(table, notes=())


def outcomes(tables: dict[str, Table]) -> object:
    return {key: figures(table) for key, table in tables.items() if key != "flows"}


def added(worlds: Worlds, made: Records, change: Any) -> None:
    """Write what ``change`` adds to a world's records, and nothing that was there before."""
    before = {kind: len(rows) for kind, rows in made.of.items()}
    change()
    only = Records(made.insats_id, made.period)
    for kind, rows in made.of.items():
        only.of[kind] = rows[before[kind] :]
    assert any(only.of.values())
    with worlds.database.transaction() as work:
        write(work.session, only)


def busiest(worlds: Worlds) -> Records:
    return max(
        worlds.worlds,
        key=lambda made: sum(made.period.contains(s["started_on"]) for s in made.of["spell"]),
    )


# Sums


def test_the_classes_of_every_breakdown_add_up_to_its_people(worlds: Worlds) -> None:
    checked = 0
    for table in every_table(worlds):
        if table.key in BREAKDOWNS and table.key != "occupation_grew":
            *classes, everyone = table.rows
            for place, total in enumerate(everyone.cells):
                assert sum(row.cells[place].count or 0 for row in classes) == total.count
                checked += 1
    assert checked > 20 * WORLDS


def test_kvinnor_man_and_uppgift_saknas_add_to_totalt(worlds: Worlds) -> None:
    """Of every row of counts or shares, and of their bases; people of one kön are one kön."""
    checked = 0
    for table in every_table(worlds):
        genders = [n for n, name in enumerate(table.columns) if name in _GENDERS]
        if "totalt" not in table.columns or not genders or table.key == "women_and_men":
            continue
        place = table.columns.index("totalt")
        for row in table.rows:
            cells = [row.cells[n] for n in genders]
            whole = row.cells[place]
            if whole.kind in (CellKind.COUNT, CellKind.SHARE):
                assert sum(cell.count or 0 for cell in cells) == whole.count, (table.key, row.label)
                assert sum(cell.base or 0 for cell in cells) == (whole.base or 0)
                checked += 1
    assert checked > 40 * WORLDS


_GENDERS = ("kvinnor", "män", "uppgift saknas")


def test_before_and_after_add_over_the_kon_as_well(worlds: Worlds) -> None:
    checked = 0
    for table in every_table(worlds):
        for when in ("vid start", "vid avslut"):
            parts = [
                n for n, c in enumerate(table.columns) if c in {f"{g}, {when}" for g in _GENDERS}
            ]
            if f"totalt, {when}" not in table.columns or not parts:
                continue
            place = table.columns.index(f"totalt, {when}")
            for row in table.rows:
                assert sum(row.cells[n].count or 0 for n in parts) == (row.cells[place].count or 0)
                checked += 1
    assert checked > 10 * WORLDS


def test_the_flow_between_groups_has_the_sums_of_before_and_after(worlds: Worlds) -> None:
    for made in worlds.worlds:
        tables = tables_of(worlds, made)
        flow, change = tables["support_flow"], tables["support_change"]
        before, after = (
            [row.cells[change.columns.index(f"totalt, {when}")].count for row in change.rows]
            for when in ("vid start", "vid avslut")
        )
        assert len(flow.rows) - 1 == 7, "a Sankey of at most seven groups"
        assert [row.cells[-1].count for row in flow.rows] == [n or 0 for n in before]
        assert [cell.count for cell in flow.rows[-1].cells[:-1]] == [n or 0 for n in after[:-1]]


def test_started_and_ended_of_two_half_years_add_to_the_year(worlds: Worlds) -> None:
    checked = 0
    for made in worlds.worlds:
        halves = [tables_of(worlds, made, half_year(2024, n))["flows"] for n in (1, 2)]
        whole = tables_of(worlds, made, year(2024))["flows"]
        for label in ("Startade", "Avslutade", "därav fullföljda", "därav avbrutna"):
            found = [_total(table, label) for table in (*halves, whole)]
            assert found[0] + found[1] == found[2], (made.insats_id, label)
            checked += found[2]
    assert checked


def _total(table: Table, label: str) -> int:
    row = next(row for row in table.rows if row.label == label)
    return row.cells[-1].count or 0


def test_every_share_lies_in_its_interval_and_its_count_in_its_base(worlds: Worlds) -> None:
    seen: set[tuple[int, int]] = set()
    for table in every_table(worlds):
        for row in table.rows:
            for cell in row.cells:
                if cell.kind is CellKind.SHARE:
                    assert cell.count is not None
                    assert cell.base
                    seen.add((cell.count, cell.base))
    assert len(seen) > 10
    for count, base in seen:
        assert 0 <= count <= base
        assert wilson_interval(count, base).contains(count / base)


# What changes nothing


def test_the_order_of_the_rows_changes_nothing(worlds: Worlds) -> None:
    with worlds.database.reading() as session:
        for made in worlds.worlds[:10]:
            basis = read_basis(session, made.insats_id, made.period, today=TODAY)
            rows = list(basis.cohort.rows)
            Random(1).shuffle(rows)
            shuffled: Basis = replace(basis, cohort=replace(basis.cohort, rows=tuple(rows)))
            for draw in (support_flow_table, support_sources_table):
                assert draw(basis) == draw(shuffled)
            for item in BREAKDOWNS.values():
                of, setting = item.exact.tally, basis.setting
                assert of(item.rows(basis.cohort, setting), setting) == of(
                    item.rows(shuffled.cohort, setting), setting
                )


def test_a_subject_drawn_alone_has_all_the_columns_that_its_tables_need(worlds: Worlds) -> None:
    """Rows are read for a subject only; together with all others it reads every column."""
    for made in worlds.worlds:
        where = worlds.database, worlds.actor, made.insats_id, made.period
        together = insats_tables(*where).value.groups
        for subject, tables in together.items():
            alone = insats_tables(*where, subjects=(subject,)).value.groups[subject]
            assert alone == tables, subject


def test_a_table_beside_the_period_before_holds_both_tables_and_nothing_else(
    worlds: Worlds,
) -> None:
    told: Counter[str | None] = Counter()
    for made in worlds.worlds:
        where = worlds.database, worlds.actor, made.insats_id
        now, then = (
            insats_tables(*where, period).value.groups
            for period in (made.period, previous(made.period))
        )
        both = insats_tables(*where, made.period, against=True).value.groups
        assert both[Subject.COMPARISON] == now[Subject.COMPARISON]
        for subject in set(Subject) - {Subject.COMPARISON}:
            earlier = {table.key: table for table in then[subject]}
            assert len(both[subject]) == len(now[subject])
            for beside, table in zip(both[subject], now[subject], strict=True):
                assert part_of(beside, "") == filled(table)
                before = earlier.get(table.key)
                assert part_of(beside, ", före") == (filled(before) if before else {})
                told.update(row.cells[-1].text for row in beside.rows)
    assert told[TOO_FEW] > 50


def part_of(beside: Table, ending: str) -> dict[tuple[str, str], Cell]:
    """The filled cells of one of the two periods, by row and heading."""
    headings = beside.columns[:-2] if beside.columns[-1] == "jämförelse" else beside.columns
    return {
        (row.label, heading.removesuffix(", före")): cell
        for row in beside.rows
        for heading, cell in zip(headings, row.cells, strict=False)
        if heading.endswith(", före") == bool(ending) and cell.kind is not CellKind.EMPTY
    }


def filled(table: Table) -> dict[tuple[str, str], Cell]:
    """The filled cells of a table, by row and heading."""
    return {
        (row.label, heading): cell
        for row in table.rows
        for heading, cell in zip(table.columns, row.cells, strict=True)
        if cell.kind is not CellKind.EMPTY
    }


def test_the_strip_says_what_the_page_of_data_quality_says(worlds: Worlds) -> None:
    """One rule and one number each, wherever the staff meet them."""
    same = {
        "step_start": Check.START_STEP,
        "step_end": Check.END_STEP,
        "situation_end": Check.END_SITUATION,
        "talks_without_ors": Check.TALK_WITHOUT_ORS,
        "follow_ups": Check.FOLLOW_UP_LATE,
    }
    compared = 0
    for made in worlds.worlds:
        where = worlds.database, worlds.actor, made.insats_id, made.period
        strip = {item.key: item for item in insats_dashboard(*where).value.quality.items}
        page = {row.check: (row.lacking, row.base) for row in insats_quality(*where).value.rows}
        for key, check in same.items():
            if check in page:
                assert (strip[key].lacking, strip[key].base) == page[check], (key, made.insats_id)
                compared += page[check][1]
    assert compared > 2 * WORLDS


def test_postgresql_says_what_sqlite_says(worlds: Worlds, elsewhere: Worlds) -> None:
    for one, other in zip(worlds.worlds, elsewhere.worlds, strict=True):
        assert one.period == other.period
        assert tables_of(worlds, one) == tables_of(elsewhere, other)


def test_the_summary_made_anew_gives_the_same_tables(worlds: Worlds) -> None:
    before = [tables_of(worlds, made) for made in worlds.worlds]
    with worlds.database.transaction() as work:
        rebuild(work.session)
    assert [tables_of(worlds, made) for made in worlds.worlds] == before


@pytest.fixture
def apart(sqlite_databases: Sqlite) -> Iterator[Worlds]:
    """Worlds of a test's own, to be written in."""
    with worlds_in(sqlite_databases) as built:
        yield built


def test_a_felregistrering_leaves_every_table(apart: Worlds) -> None:
    made = busiest(apart)
    before = tables_of(apart, made)
    added(
        apart,
        made,
        lambda: apart.maker.spell(
            made,
            started_on=made.period.start,
            ended_on=made.period.start + timedelta(days=20),
            outcome="misregistered",
            end_reason_id=None,
            misregistered_reason="wrong_person",
        ),
    )
    assert tables_of(apart, made) == before


def test_a_voided_step_and_a_voided_talk_leave_every_table(apart: Worlds) -> None:
    made, maker = busiest(apart), apart.maker
    before = tables_of(apart, made)

    def change() -> None:
        for spell in list(made.of["spell"]):
            on = spell["ended_on"] or spell["started_on"]
            maker.step(made, spell, "end", on, **maker.voided())
            maker.talk(made, spell, spell["started_on"], **maker.voided())

    added(apart, made, change)
    assert tables_of(apart, made) == before


def test_anonymous_participants_change_the_volume_and_no_outcome(apart: Worlds) -> None:
    made = busiest(apart)
    before = tables_of(apart, made)
    added(apart, made, lambda: apart.maker.anonymous(made, made.period.end.year, "man", 3))
    after = tables_of(apart, made)
    assert after["flows"] != before["flows"]
    assert outcomes(after) == outcomes(before)
    told = [any("anonyma" in note for note in table.notes) for table in after.values()]
    assert all(told), "every table says how many they are"


def test_a_spell_in_another_insats_changes_no_table_of_this_one(apart: Worlds) -> None:
    made = busiest(apart)
    other = next(found for found in apart.worlds if found is not made)
    before = tables_of(apart, made)
    for _ in range(5):
        added(apart, other, lambda: apart.maker.spell(other, started_on=made.period.start))
    assert tables_of(apart, made) == before


def test_a_value_dated_after_the_period_changes_no_table(apart: Worlds) -> None:
    """Steps, talks and spells of the day after; ends and situations are in the slow tables."""
    maker = apart.maker
    for made in apart.worlds:
        before = tables_of(apart, made)
        after = made.period.end + timedelta(days=1)

        def change(made: Records = made, after: date = after) -> None:
            for spell in list(made.of["spell"]):
                for occasion in ("start", "end", "m6", "m18"):
                    maker.step(made, spell, occasion, after)
                maker.talk(made, spell, after)
            running = ("ended_on", "outcome", "end_reason_id", "active_planning")
            none = dict.fromkeys((*running, "misregistered_reason"))
            maker.spell(made, started_on=after, **none)

        added(apart, made, change)
        assert tables_of(apart, made) == before, made.insats_id


# Words instead of faults


@pytest.fixture
def insats(sqlite_database: Database) -> Iterator[tuple[Database, int, Actor]]:
    with time_machine.travel(TODAY, tick=False):
        with building(sqlite_database) as world:
            insats_id = world.insats("Stegen")
            actor = world.actor(Role.CASE_WORKER, insats_id)
        yield sqlite_database, insats_id, actor


def sane(tables: tuple[Table, ...]) -> None:
    """Every cell is a number or words, no table is without definition, funnel and population."""
    assert tables
    for table in tables:
        assert table.definition
        assert table.funnel, table.key
        assert table.population
        assert any("anonyma" in note for note in table.notes), table.key
        for row in table.rows:
            for cell in row.cells:
                if cell.kind is CellKind.NUMBER:
                    assert cell.value is not None
                    assert math.isfinite(cell.value)
                text = cell_text(cell)
                assert "nan" not in text.lower()
                assert "inf" not in text.lower()


def drawn(insats: tuple[Database, int, Actor], period: Period, **more: Any) -> tuple[Table, ...]:
    database, insats_id, actor = insats
    return insats_tables(database, actor, insats_id, period, **more).value.tables


def a_spell(world: World, insats_id: int, **more: Any) -> int:
    return world.spell(insats_id, date(2025, 1, 10), date(2025, 5, 1), **more)


def same_scores(total: int) -> list[tuple[date, int]]:
    return [(date(2025, 1, 10), total), (date(2025, 4, 1), total)]


def test_an_insats_without_spells_says_so_in_every_table(
    insats: tuple[Database, int, Actor],
) -> None:
    tables = drawn(insats, half_year(2025, 1))
    sane(tables)
    for table in tables:
        assert any(note.startswith("Inga ") and "i perioden" in note for note in table.notes)


def test_a_period_that_has_not_begun_says_so(insats: tuple[Database, int, Actor]) -> None:
    with building(insats[0]) as world:
        a_spell(world, insats[1])
    tables = drawn(insats, year(2030), subjects=(Subject.BACKGROUND, Subject.SUPPORT))
    sane(tables)
    for table in tables:
        assert "Perioden har inte börjat." in table.notes
    sane(drawn(insats, year(2030)))


@pytest.mark.parametrize("spells", [1, 2, 6])
def test_spells_with_nothing_known_about_them_are_counted_as_missing(
    insats: tuple[Database, int, Actor], spells: int
) -> None:
    with building(insats[0]) as world:
        for _ in range(spells):
            a_spell(world, insats[1])
    found = {table.key: table for table in drawn(insats, half_year(2025, 1))}
    sane(tuple(found.values()))
    missing = found["support_flow"].rows[-2]
    assert (missing.label, missing.cells[-1].count) == ("Uppgift saknas", spells)
    assert found["step_move"].rows[-2].cells[-1].count == spells
    assert found["ors_means"].rows[-1].cells[0].count == 0


def test_scores_that_are_all_the_same_have_no_effect_size_and_no_fault(
    insats: tuple[Database, int, Actor],
) -> None:
    with building(insats[0]) as world:
        for _ in range(6):
            a_spell(world, insats[1], ors=same_scores(200))
    found = {table.key: table for table in drawn(insats, half_year(2025, 1))}
    sane(tuple(found.values()))
    cells = dict(zip(found["ors_means"].columns, found["ors_means"].rows[-1].cells, strict=True))
    assert cell_text(cells["förändring, medel"]) == "0,0"
    assert cells["95 % intervall"].kind is CellKind.EMPTY
    assert cells["effektstorlek d"].kind is CellKind.EMPTY
    assert cell_text(cells["säkerhet"]) == "osäkert"


def test_below_the_smallest_count_no_mean_is_shown(insats: tuple[Database, int, Actor]) -> None:
    with building(insats[0]) as world:
        for _ in range(4):
            a_spell(world, insats[1], ors=same_scores(200))
    found = {table.key: table for table in drawn(insats, half_year(2025, 1))}
    everyone = found["ors_means"].rows[-1]
    assert everyone.cells[0].count == 4
    assert all(cell.kind is CellKind.EMPTY for cell in everyone.cells[1:])
    assert any("Under 5 par" in note for note in found["ors_means"].notes)


def test_an_insats_where_everybody_still_is_has_no_quartiles_and_no_fault(
    insats: tuple[Database, int, Actor],
) -> None:
    with building(insats[0]) as world:
        world.spell(insats[1], date(2025, 1, 10))
    (table, *_) = drawn(insats, half_year(2025, 1), subjects=(Subject.TIME,))
    sane((table,))
    assert [cell.kind for cell in table.rows[0].cells] == [CellKind.EMPTY] * 3
    assert any("Streck" in note for note in table.notes)


# One kön, several insatser, and who may see


def test_every_table_can_be_had_of_one_kon(insats: tuple[Database, int, Actor]) -> None:
    with building(insats[0]) as world:
        for gender, number in ((Gender.WOMAN, 3), (Gender.MAN, 2), (Gender.UNKNOWN, 1)):
            for _ in range(number):
                spell_id = a_spell(world, insats[1], gender=gender, steps=(1, 2))
                world.situation(spell_id, Occasion.START, date(2025, 1, 10), support="some")
    period = half_year(2025, 1)
    totals = []
    for gender in (None, *Gender):
        found = {table.key: table for table in drawn(insats, period, only=Selection(gender=gender))}
        sane(tuple(found.values()))
        totals.append(
            (
                found["support_flow"].rows[-1].cells[-1].count,
                found["step_matrix_ended"].rows[-1].cells[-1].count,
                found["time_in_insats"].rows[-1].cells[-1].count,
            )
        )
    assert totals == [(6, 6, 6), (3, 3, 3), (2, 2, 2), (1, 1, 1)]


def test_insatser_stand_side_by_side_for_those_who_work_in_all_of_them(
    insats: tuple[Database, int, Actor],
) -> None:
    database, insats_id, actor = insats
    with building(database) as world:
        other = world.insats("Bron")
        a_spell(world, insats_id)
        a_spell(world, other, outcome=Outcome.INTERRUPTED)
        both = world.actor(Role.CASE_WORKER, insats_id)
    period = half_year(2025, 1)
    with pytest.raises(NotPermitted):
        insatser_side_by_side(database, both, (insats_id, other), period)
    with pytest.raises(NotFound):
        insatser_side_by_side(database, both, (), period)
    table = insatser_side_by_side(database, actor, (insats_id,), period).value
    assert table.columns == ("Stegen",)
    sane((table,))


def test_nobody_without_an_assignment_sees_an_exact_table(
    insats: tuple[Database, int, Actor],
) -> None:
    database, insats_id, _ = insats
    with building(database) as world:
        elsewhere = world.actor(Role.CASE_WORKER, world.insats("Bron"))
        board = world.actor(Role.BOARD)
    for actor in (elsewhere, board):
        with pytest.raises(NotPermitted):
            insats_tables(database, actor, insats_id, half_year(2025, 1))


def test_a_difference_that_cannot_be_told_says_so_in_words(
    insats: tuple[Database, int, Actor],
) -> None:
    with building(insats[0]) as world:
        for n in range(20):
            women = Outcome.COMPLETED if n < 19 else Outcome.INTERRUPTED
            men = Outcome.COMPLETED if n < 4 else Outcome.INTERRUPTED
            a_spell(world, insats[1], gender=Gender.WOMAN, outcome=women)
            a_spell(world, insats[1], gender=Gender.MAN, outcome=men)
    found = {table.key: table for table in drawn(insats, half_year(2025, 1))}
    completed = found["women_and_men"].rows[0]
    assert cell_text(completed.cells[-1]) == "högre"
    assert cell_text(completed.cells[-2]).startswith("75 procentenheter (")
    before = found["against_before"]
    words = {row.label: cell_text(row.cells[-1]) for row in before.rows}
    assert words["Fullföljda, av avslutade"] == "ingen uppgift att jämföra med"

"""The insats's own dashboard: exact figures, every denominator said."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.result_worlds import NO_PROSPECTS, NOW, building, vasteras_2017
from tracking.access.actors import Actor
from tracking.domain.endings import Outcome
from tracking.domain.errors import NotPermitted
from tracking.domain.figures import Cell, Table
from tracking.domain.periods import Period, half_year, year
from tracking.domain.records import FollowUpStatus, Gender, SessionKind
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.swedish import THIN, percent
from tracking.outcomes.shapes import InsatsDashboard
from tracking.outcomes.tables import data_version, insats_dashboard
from tracking.store.database import Database
from tracking.store.tables import Attendance, Insats, Session, Spell

H1, H2 = half_year(2025, 1), half_year(2025, 2)


@pytest.fixture
def insats(database: Database) -> tuple[int, Actor]:
    with building(database) as world:
        insats_id = world.insats("Stegen")
        return insats_id, world.actor(Role.CASE_WORKER, insats_id)


def seen(database: Database, insats: tuple[int, Actor], period: Period = H1) -> InsatsDashboard:
    return insats_dashboard(database, insats[1], insats[0], period).value


def cells(table: Table, label: str) -> dict[str, Cell]:
    row = next(row for row in table.rows if row.label == label)
    return dict(zip(table.columns, row.cells, strict=True))


def total(table: Table, label: str) -> int | None:
    return cells(table, label)["totalt"].count


def outcomes(dashboard: InsatsDashboard) -> object:
    """Everything that is a result; what the data version and today say is left out."""
    tables = (dashboard.flows, dashboard.end_reasons, dashboard.step_moves, dashboard.sustained)
    return (tables, dashboard.ors_change, dashboard.ors_mean, dashboard.targets, dashboard.summary)


def test_vasteras_2017_is_8_2_43_46_of_ended_and_16_4_80_of_fullfoljda(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        vasteras_2017(world, insats[0])
    table = seen(database, insats, year(2017)).end_reasons
    rows = ("Arbete, fullföljt", "Studier, fullföljt", "Fortsatt rehabilitering, fullföljt")
    found = [cells(table, label) for label in (*rows, "Avbrutna")]
    of_ended = [row["andel av avslutade"] for row in found]
    assert [(c.count, c.base) for c in of_ended] == [(8, 95), (2, 95), (41, 95), (44, 95)]
    assert [percent(c.count, c.base) for c in of_ended if c.count is not None and c.base] == [
        f"{share}{THIN}%" for share in (8, 2, 43, 46)
    ]
    of_completed = [row["andel av fullföljda"] for row in found[:3]]
    assert [percent(c.count, c.base) for c in of_completed if c.count is not None and c.base] == [
        f"{share}{THIN}%" for share in (16, 4, 80)
    ]
    assert any("avrundning" in note for note in table.notes)


def test_a_spell_ended_by_flytt_or_avliden_stands_in_neither_base(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        world.spell(insats[0], date(2025, 1, 10), date(2025, 3, 1), reason="moved")
        world.spell(insats[0], date(2025, 1, 10), date(2025, 3, 1), reason="deceased")
        world.spell(insats[0], date(2025, 1, 10), date(2025, 3, 1))
    flows = seen(database, insats).flows
    assert total(flows, "Avslutade") == 1
    assert total(flows, "Flytt eller avliden, räknas för sig") == 2
    assert total(seen(database, insats).end_reasons, "Avslutade") == 1


def test_a_spell_ended_by_felregistrering_leaves_every_result(
    database: Database, insats: tuple[int, Actor]
) -> None:
    before = outcomes(seen(database, insats))
    with building(database) as world:
        world.spell(
            insats[0],
            date(2025, 1, 10),
            date(2025, 3, 1),
            outcome=Outcome.MISREGISTERED,
            steps=(1, 2),
        )
    assert outcomes(seen(database, insats)) == before


def test_a_voided_rating_and_a_voided_talk_leave_every_result(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        spell_id = world.spell(
            insats[0], date(2025, 1, 10), date(2025, 6, 1), ors=[(date(2025, 1, 10), 150)]
        )
    before = outcomes(seen(database, insats))
    with building(database) as world:
        attendance_id = world.talk(spell_id, date(2025, 4, 1), 300)
    assert outcomes(seen(database, insats)) != before
    with building(database) as world:
        row = world.session.get(Attendance, attendance_id)
        assert row is not None
        row.voided_at, row.voided_by, row.void_reason = NOW, world.account.id, "wrong_person"
    assert outcomes(seen(database, insats)) == before


def test_anonymous_count_in_volume_and_never_in_outcomes(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        world.spell(insats[0], date(2025, 1, 10), date(2025, 3, 1))
    before = seen(database, insats)
    with building(database) as world:
        world.anonymous(insats[0], 2025, Gender.WOMAN, 3)
        world.anonymous(insats[0], 2025, Gender.UNKNOWN, 1)
    after = seen(database, insats)
    row = cells(after.flows, "Anonyma deltagare 2025, hittills under året")
    assert [row[c].count for c in ("kvinnor", "män", "uppgift saknas", "totalt")] == [3, 0, 1, 4]
    assert after.end_reasons.rows == before.end_reasons.rows
    assert all(
        any("4 anonyma deltagare 2025" in note for note in table.notes)
        for table in (after.end_reasons, after.step_moves, after.sustained, after.ors_change)
    )


def test_a_spell_in_another_insats_changes_nothing_here(
    database: Database, insats: tuple[int, Actor]
) -> None:
    before = seen(database, insats)
    with building(database) as world:
        other = world.insats("En annan")
        world.spell(other, date(2025, 1, 10), date(2025, 3, 1), steps=(1, 2))
    assert seen(database, insats) == before


def test_a_value_dated_after_the_period_changes_nothing(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        running = world.spell(
            insats[0], date(2025, 2, 1), steps=(1, None), ors=[(date(2025, 2, 1), 200)]
        )
        ended = world.spell(
            insats[0],
            date(2024, 2, 1),
            date(2024, 11, 20),
            steps=(1, 2),
            ors=[(date(2024, 2, 1), 150), (date(2024, 11, 1), 260)],
        )
        closing = world.spell(insats[0], date(2025, 2, 1), date(2025, 6, 20), steps=(1, None))
    before = outcomes(seen(database, insats))
    with building(database) as world:
        row = world.session.get(Spell, running)
        assert row is not None
        row.ended_on, row.outcome = date(2025, 7, 1), Outcome.COMPLETED
        row.end_reason_id = world.codes["end_reason", "work"]
        world.talk(running, date(2025, 7, 1), 390)
        world.step(closing, date(2025, 7, 5), 4, Occasion.END)
        world.follow_up(ended, 6, FollowUpStatus.NOT_REACHED, date(2025, 7, 10))
        world.follow_up(ended, 18, FollowUpStatus.DONE, date(2026, 5, 20), step=3)
    assert outcomes(seen(database, insats)) == before
    assert total(seen(database, insats, H2).flows, "Avslutade") == 1


def test_unika_deltagare_stand_beside_deltaganden(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        person = world.participant()
        world.spell(insats[0], date(2025, 1, 2), date(2025, 2, 1), participant_id=person)
        world.spell(insats[0], date(2025, 4, 2), participant_id=person)
    flows = seen(database, insats).flows
    assert total(flows, "Deltaganden under perioden") == 2
    assert total(flows, "Unika deltagare under perioden") == 1


def test_step_moves_are_shown_for_three_populations_with_the_missing(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        start, end = date(2025, 1, 10), date(2025, 5, 1)
        for steps in ((1, 2), (1, 3), (2, 2), (2, 1), (1, NO_PROSPECTS), (None, 2)):
            world.spell(insats[0], start, end, steps=steps)
        world.spell(insats[0], date(2024, 8, 1), end, reason="illness", steps=(1, 2))
        world.spell(insats[0], start, steps=(1, None))
    table = seen(database, insats).step_moves
    forward = cells(table, "framåt")
    assert (forward["startade"].count, forward["startade"].base) == (2, 5)
    assert (forward["avslutade"].count, forward["avslutade"].base) == (3, 6)
    assert (forward["fullföljda, totalt"].count, forward["fullföljda, totalt"].base) == (2, 5)
    assert cells(table, "Bedömning saknas")["avslutade"].count == 1
    assert cells(table, "Pågår ännu")["startade"].count == 1
    exits = cells(table, "inga utsikter för arbete")["fullföljda, totalt"]
    assert (exits.count, exits.base) == (1, 5)


def test_follow_ups_show_what_came_of_them_and_the_dead_leave_the_base(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        ended = [
            world.spell(insats[0], date(2024, 2, 1), date(2024, 9, 1), steps=(1, 2))
            for _ in range(6)
        ]
        due = date(2025, 3, 1)
        world.follow_up(ended[0], 6, FollowUpStatus.DONE, due, step=3)
        world.follow_up(ended[1], 6, FollowUpStatus.DONE, due, step=1)
        world.follow_up(ended[2], 6, FollowUpStatus.NOT_REACHED, due)
        world.follow_up(ended[3], 6, FollowUpStatus.DECLINED, due)
        world.follow_up(ended[4], 6, FollowUpStatus.DECEASED, due)
    row = cells(seen(database, insats).sustained, "6 månader efter, fullföljda")
    counts = {heading: cell.count for heading, cell in row.items()}
    assert counts == {
        "att följa upp": 5,
        "svarade": 2,
        "inte nådda": 1,
        "avböjde": 1,
        "utan samtycke till kontakt": 0,
        "ännu inte gjorda": 1,
        "avlidna, utanför basen": 1,
        "samma eller högre steg": 1,
        "bedömning saknas": 3,
    }
    assert row["samma eller högre steg"].base == 2
    later = seen(database, insats, H2).sustained
    assert cells(later, "6 månader efter, fullföljda")["att följa upp"].count == 0


def test_ors_cutoff_follows_the_age_at_the_first_score(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        for birth_year in (2008, 1990):
            world.spell(
                insats[0],
                date(2025, 1, 10),
                date(2025, 6, 1),
                birth_year=birth_year,
                ors=[(date(2025, 1, 10), 260), (date(2025, 5, 1), 285)],
            )
    table = seen(database, insats).ors_change
    crossed = cells(table, "över gränsvärdet utan tillförlitlig förändring")
    assert (crossed["totalt"].count, crossed["totalt"].base) == (1, 2)
    below = crossed["började under gränsvärdet"]
    assert (below.count, below.base) == (1, 1)
    assert table.thresholds is not None
    assert "svenska normer saknas" in table.thresholds
    assert [step.count for step in table.funnel] == [2, 2, 2, 2]


def test_no_mean_is_shown_below_k_pairs(database: Database, insats: tuple[int, Actor]) -> None:
    def more(number: int) -> None:
        with building(database) as world:
            for n in range(number):
                scores = [(date(2025, 1, 10), 150 + n), (date(2025, 5, 1), 220)]
                world.spell(insats[0], date(2025, 1, 10), date(2025, 6, 1), ors=scores)

    more(4)
    assert seen(database, insats).ors_mean is None
    more(1)
    mean = seen(database, insats).ors_mean
    assert mean is not None
    assert mean.is_uncertain
    assert any("Osäkert" in line for line in seen(database, insats).summary)


def test_an_insats_without_anybody_has_an_empty_dashboard(
    database: Database, insats: tuple[int, Actor]
) -> None:
    dashboard = seen(database, insats)
    assert len(dashboard.summary) == 5
    assert dashboard.quality.sentence == "Inga uppgifter saknas i perioden."


def test_the_page_says_how_many_change_class_at_the_other_printed_limit(
    database: Database, insats: tuple[int, Actor]
) -> None:
    def ended_with(first: int, last: int) -> None:
        scores = [(date(2025, 1, 10), first), (date(2025, 5, 1), last)]
        world.spell(insats[0], date(2025, 1, 10), date(2025, 6, 1), ors=scores)

    with building(database) as world:
        for first, last in ((100, 149), (100, 150), (100, 159), (100, 160), (200, 150), (200, 151)):
            ended_with(first, last)
    notes = seen(database, insats).ors_change.notes
    assert "Med 5 poäng som gräns byter 3 klass." in notes


def lacking(dashboard: InsatsDashboard) -> dict[str, tuple[int, int]]:
    return {item.key: (item.lacking, item.base) for item in dashboard.quality.items}


def test_coverage_of_ors_is_counted_on_talks_and_never_on_group_meetings(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        spell_id = world.spell(insats[0], date(2025, 1, 10))
        world.talk(spell_id, date(2025, 1, 20), 150)
        world.talk(spell_id, date(2025, 1, 27))
        for day in (3, 10, 17):
            attendance = world.session.get(Attendance, world.talk(spell_id, date(2025, 2, day)))
            assert attendance is not None
            meeting = world.session.get(Session, attendance.session_id)
            assert meeting is not None
            meeting.kind = SessionKind.GROUP
    assert lacking(seen(database, insats))["talks_without_ors"] == (1, 2)


def test_what_an_insats_does_not_ask_for_is_not_missing(database: Database) -> None:
    with building(database) as world:
        insats_id = world.insats("Utan trappa och ORS", uses_ors=False)
        row = world.session.get(Insats, insats_id)
        assert row is not None
        row.ladder_id = None
        actor = world.actor(Role.CASE_WORKER, insats_id)
        world.talk(world.spell(insats_id, date(2025, 1, 10), date(2025, 3, 1)), date(2025, 2, 1))
    found = lacking(seen(database, (insats_id, actor)))
    assert set(found) == {"start_details", "situation_end", "follow_ups"}


@pytest.mark.parametrize(("days", "counted"), [(14, 0), (15, 1)])
def test_someone_is_not_seen_from_the_fifteenth_day_here_as_on_the_to_do_list(
    database: Database, insats: tuple[int, Actor], days: int, counted: int
) -> None:
    with building(database) as world:
        world.spell(insats[0], date(2025, 6, 1))
    with time_machine.travel(datetime(2025, 6, 1 + days, 12, tzinfo=UTC), tick=False):
        current = seen(database, insats).current
    assert total(current, "Inte sedda på 15 dagar") == counted


@pytest.mark.parametrize(
    "role", [Role.LOG_REVIEWER, Role.FORBUND_ADMIN, Role.BOARD, Role.SYSTEM_ADMIN]
)
def test_only_the_insats_staff_see_exact_tables(
    database: Database, insats: tuple[int, Actor], role: Role
) -> None:
    with building(database) as world:
        actor = world.actor(role, insats[0] if role is Role.LOG_REVIEWER else None)
        elsewhere = world.actor(Role.CASE_WORKER, world.insats("En annan"))
    for stranger in (actor, elsewhere):
        with pytest.raises(NotPermitted):
            insats_dashboard(database, stranger, insats[0], H1)


def test_the_data_version_grows_with_each_write_and_only_here(
    database: Database, insats: tuple[int, Actor]
) -> None:
    before = data_version(database, insats[0])
    with building(database) as world:
        world.spell(insats[0], date(2025, 1, 10))
    grown = data_version(database, insats[0])
    assert grown > before
    with building(database) as world:
        world.spell(world.insats("En annan"), date(2025, 1, 10))
    assert data_version(database, insats[0]) == grown
    assert seen(database, insats).data_version == grown


a_spell = st.fixed_dictionaries(
    {
        "start": st.integers(0, 17),
        "months": st.one_of(st.none(), st.integers(0, 12)),
        "reason": st.sampled_from(["work", "illness", "moved", "continued_rehabilitation"]),
        "gender": st.sampled_from(list(Gender)),
        "steps": st.tuples(*[st.sampled_from([None, NO_PROSPECTS, 1, 2, 3])] * 2),
        "scores": st.lists(st.integers(0, 400), max_size=3),
        "wrong": st.booleans(),
    }
)


def month(number: int) -> date:
    return date(2024 + number // 12, number % 12 + 1, 5)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(spells=st.lists(a_spell, max_size=12))
def test_tables_add_up_and_half_years_add_to_the_year(
    database: Database, spells: list[dict[str, object]]
) -> None:
    with building(database) as world:
        insats_id = world.insats(f"Insats {data_key()}")
        actor = world.actor(Role.CASE_WORKER, insats_id)
        for drawn in spells:
            start, months = int(str(drawn["start"])), drawn["months"]
            ended = None if months is None else month(start + int(str(months)))
            world.spell(
                insats_id,
                month(start),
                ended,
                reason=str(drawn["reason"]),
                outcome=Outcome.MISREGISTERED if drawn["wrong"] and ended else None,
                gender=Gender(str(drawn["gender"])),
                steps=drawn["steps"],  # type: ignore[arg-type]
                ors=[(month(start + n), s) for n, s in enumerate(drawn["scores"])],  # type: ignore[arg-type,var-annotated]
            )
    half = [insats_dashboard(database, actor, insats_id, p).value for p in (H1, H2)]
    whole = insats_dashboard(database, actor, insats_id, year(2025)).value
    for dashboard in (*half, whole):
        _columns_add_up(dashboard.flows)
        _columns_add_up(dashboard.current)
        flows = dashboard.flows
        before, after = "Pågående vid periodens början", "Pågående vid periodens slut"
        left = _n(flows, "Avslutade") + _n(flows, "Flytt eller avliden, räknas för sig")
        assert _n(flows, before) + _n(flows, "Startade") - left == _n(flows, after)
        _classes_add_up(dashboard)
    for label in ("Startade", "Avslutade", "därav fullföljda", "därav avbrutna"):
        assert sum(_n(d.flows, label) for d in half) == _n(whole.flows, label)


def _n(table: Table, label: str) -> int:
    found = total(table, label)
    assert found is not None
    return found


def _columns_add_up(table: Table) -> None:
    for row in table.rows:
        if "Unika" in row.label:
            continue
        *parts, whole = [cell.count or 0 for cell in row.cells]
        assert sum(parts) == whole, row.label


def _classes_add_up(dashboard: InsatsDashboard) -> None:
    table = dashboard.ors_change
    for column in range(len(table.columns)):
        counts = [row.cells[column].count or 0 for row in table.rows]
        assert sum(counts[:5]) == counts[-1]
    moves = dashboard.step_moves
    for column in range(len(moves.columns)):
        counts = [row.cells[column].count or 0 for row in moves.rows]
        assert sum(counts[:4]) == counts[4]
    reasons = [r for r in dashboard.end_reasons.rows if not r.emphasis]
    ended = _n(dashboard.end_reasons, "Avslutade")
    at = dashboard.end_reasons.columns.index("totalt")
    assert sum(row.cells[at].count or 0 for row in reasons) == ended


_keys = iter(range(10**9))


def data_key() -> int:
    return next(_keys)


def test_ratings_are_what_the_means_are_made_of(
    database: Database, insats: tuple[int, Actor]
) -> None:
    with building(database) as world:
        for n in range(6):
            scores = [(date(2025, 1, 10), 100 + n), (date(2025, 3, 1), 10), (date(2025, 5, 1), 200)]
            world.spell(insats[0], date(2025, 1, 10), date(2025, 6, 1), ors=scores)
    mean = seen(database, insats).ors_mean
    assert mean is not None
    assert mean.n == 6
    assert mean.mean_change == pytest.approx(97.5)

"""Återbetalningstid from the records: the same on the page as in the target, and what is saved."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from uuid import uuid4

import pytest

from tests.integration.result_worlds import NO, YES, World, building
from tracking.access.actors import Actor
from tracking.domain.errors import Conflict, InvalidValue, NotFound, NotPermitted
from tracking.domain.payback import PaybackAssumptions
from tracking.domain.periods import year
from tracking.domain.records import FollowUpStatus
from tracking.domain.roles import Role
from tracking.domain.situation import Occasion
from tracking.domain.targets import Comparison, Measure, PointInTime, Population, TargetSpec
from tracking.outcomes.payback import payback_calculations, payback_year
from tracking.outcomes.payback_tables import PaybackCase, basis, finding, points_table
from tracking.outcomes.tables import insats_dashboard
from tracking.reports.excel import to_excel
from tracking.reports.payback import payback_report
from tracking.reports.pdf import to_pdf
from tracking.services.payback import save_calculation
from tracking.services.targets import set_target
from tracking.store.database import Database
from tracking.store.tables import Situation

START, END = date(2025, 1, 10), date(2025, 5, 20)
ASSUMED = PaybackAssumptions(12_000, 40_000)


def key() -> str:
    return str(uuid4())


def left_support(world: World, insats_id: int, *, after: Occasion = Occasion.END) -> int:
    """Somebody who had support and no work, and afterwards works half time without support."""
    spell_id = world.spell(insats_id, START, END)
    world.situation(spell_id, Occasion.START, START, work=NO)
    on = END if after is Occasion.END else date(2025, 11, 20)
    made = world.situation(spell_id, after, on, support="none", work=YES)
    world.session.get_one(Situation, made).work_percent = 50
    return spell_id


@pytest.fixture
def people(database: Database) -> tuple[int, Actor, Actor]:
    """The insats, its insatsansvarig, and the förbund's administrator."""
    with building(database) as world:
        insats_id = world.insats("Stegen")
        for _ in range(2):
            left_support(world, insats_id)
        world.spell(insats_id, START, END)  # nothing known
        world.budget(insats_id, 2025, 1_920_000)
        return insats_id, world.actor(Role.INSATS_LEAD, insats_id), world.actor(Role.FORBUND_ADMIN)


def save(
    database: Database, actor: Actor, insats_id: int, name: str = "Försiktig", **more: object
) -> int:
    values: dict[str, object] = {
        "population": Population.COMPLETED,
        "assumptions": ASSUMED,
        "key": key(),
    }
    made = save_calculation(database, actor, insats_id=insats_id, name=name, **(values | more))  # type: ignore[arg-type]
    return made.calculation_id


def test_the_sums_and_the_months_of_a_case_worked_by_hand(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = people
    found = payback_year(database, lead, insats_id, 2025, Population.COMPLETED).value
    group = found.groups[PointInTime.AT_END]
    assert (group.left, group.work_percent, group.known, group.missing) == (2, 100, 2, 1)
    case = PaybackCase(found, ASSUMED)
    assert case.months(PointInTime.AT_END) == Fraction(1_920_000, 2 * 12_000 + 40_000) == 30
    said = finding(case, PointInTime.AT_END)
    assert said == "Kostnaden motsvarar 30,0 månaders vinst bland fullföljda vid avslut"
    rests = basis(case, PointInTime.AT_END).replace("\u202f", " ")
    assert "Kända uppgifter för 2 av 3; 1 saknar uppgift" in rests
    assert "De är få" in rests
    careful = PaybackCase(found, PaybackAssumptions(12_000, 40_000, 20, 350))
    rests = basis(careful, PointInTime.AT_END).replace("\u202f", " ")
    assert "51 200 kr i månaden" in rests
    assert "minus de 20 % som sägs ha skett ändå; kalkylränta 3,5 % om året." in rests


def test_nobody_known_and_no_gain_are_told_in_words_and_never_as_a_number(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = people
    found = payback_year(database, lead, insats_id, 2025, Population.COMPLETED).value
    later = PaybackCase(found, ASSUMED)
    assert later.months(PointInTime.M18) is None
    assert "Ingen har kända uppgifter" in later.why_not(PointInTime.M18)
    nothing = PaybackCase(found, PaybackAssumptions(12_000, 40_000, deadweight_percent=100))
    assert finding(nothing, PointInTime.AT_END).startswith(
        "Återbetalningstiden går inte att beräkna"
    )
    words = [cell.text for row in points_table(nothing).rows for cell in row.cells]
    assert "går inte att beräkna" in words
    before = payback_year(database, lead, insats_id, 2024, Population.ENDED).value
    assert "Årets utfall är inte inlagt" in PaybackCase(before, ASSUMED).why_not(PointInTime.AT_END)


def test_the_dead_leave_the_base_of_a_follow_up(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = people
    with building(database) as world:
        for status in (FollowUpStatus.DECEASED, FollowUpStatus.NOT_REACHED):
            spell_id = left_support(world, insats_id)
            world.follow_up(spell_id, 6, status=status)
    found = payback_year(database, lead, insats_id, 2025, Population.COMPLETED).value
    group = found.groups[PointInTime.M6]
    # The three of the fixture fall due as well, and nobody has asked them.
    assert (group.known, group.missing) == (0, 4)


def test_a_saved_calculation_is_never_written_over(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = people
    first = save(database, lead, insats_id)
    with pytest.raises(Conflict, match="redan en beräkning"):
        save(database, lead, insats_id, assumptions=PaybackAssumptions(1, 2))
    with pytest.raises(InvalidValue, match="desamma"):
        save(database, lead, insats_id, number=1)
    second = save(
        database, lead, insats_id, "försiktig", number=1, assumptions=PaybackAssumptions(9, 9, 20)
    )
    with pytest.raises(Conflict, match="Någon annan har sparat version 2"):
        save(database, lead, insats_id, number=1, assumptions=PaybackAssumptions(8, 8))
    found = payback_calculations(database, lead, insats_id)
    assert [(one.calculation_id, one.label, one.latest) for one in found] == [
        (second, "Försiktig, version 2", True),
        (first, "Försiktig, version 1", False),
    ]


def test_only_the_insatsansvarig_saves_and_only_her_own_staff_sees_the_figures(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, _, admin = people
    with building(database) as world:
        worker = world.actor(Role.CASE_WORKER, insats_id)
    with pytest.raises(NotPermitted):
        save(database, worker, insats_id)
    with pytest.raises(NotPermitted):
        payback_year(database, admin, insats_id, 2025, Population.ENDED)
    assert payback_calculations(database, admin, insats_id) == ()


@pytest.mark.parametrize("name", ["", "x" * 81, "Anna 19" + "900101-0017"])
def test_a_name_that_is_none_is_refused_at_its_field(
    database: Database, people: tuple[int, Actor, Actor], name: str
) -> None:
    insats_id, lead, _ = people
    with pytest.raises(InvalidValue) as caught:
        save(database, lead, insats_id, name)
    assert caught.value.field == "name"


def test_a_target_with_saved_assumptions_has_the_page_s_own_answer(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, admin = people
    careful = PaybackAssumptions(12_000, 40_000, deadweight_percent=20, discount_hundredths=300)
    calculation = save(database, lead, insats_id, assumptions=careful)
    spec = TargetSpec(
        Measure.PAYBACK_MONTHS, Population.COMPLETED, PointInTime.AT_END, Comparison.AT_MOST, 40
    )  # type: ignore[arg-type]

    def put(of: int, target: int | None = None, version: int | None = None) -> int:
        return set_target(
            database, admin, insats_id=insats_id, spec=spec, wording="Högst 40 månader",
            valid_from=date(2025, 1, 1), calculation_id=of, target_id=target, version=version,
            key=key(),
        ).target_id  # fmt: skip

    target_id = put(calculation)
    (result,) = insats_dashboard(database, lead, insats_id, year(2025)).value.targets
    found = payback_year(database, lead, insats_id, 2025, Population.COMPLETED).value
    case = PaybackCase(found, careful)
    assert result.outcome.value == case.months(PointInTime.AT_END)
    assert "(Försiktig, version 1)" in result.sentence
    assert "20\u202f% hade skett ändå, kalkylränta 3\u202f% om året" in result.sentence
    assert "Målet vid avslut är högst 40 månader." in basis(case, PointInTime.AT_END)
    # A new version changes nothing in a target until somebody chooses it there.
    newer = save(database, lead, insats_id, number=1, assumptions=ASSUMED)
    (same,) = insats_dashboard(database, lead, insats_id, year(2025)).value.targets
    assert same.outcome.value == result.outcome.value
    put(newer, target_id, 1)
    (other,) = insats_dashboard(database, lead, insats_id, year(2025)).value.targets
    assert other.outcome.value == 30


def test_a_calculation_of_another_insats_is_no_assumption(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, admin = people
    calculation = save(database, lead, insats_id)
    with building(database) as world:
        other = world.insats("Bron")
    spec = TargetSpec(
        Measure.PAYBACK_MONTHS, Population.ENDED, PointInTime.M6, Comparison.AT_MOST, 40
    )  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        set_target(
            database, admin, insats_id=other, spec=spec, wording="Högst 40 månader",
            valid_from=date(2025, 1, 1), calculation_id=calculation, key=key(),
        )  # fmt: skip


def test_the_document_says_what_it_is_not_and_every_assumption(
    database: Database, people: tuple[int, Actor, Actor]
) -> None:
    insats_id, lead, _ = people
    content = payback_report(
        database, lead, insats_id, 2025, Population.COMPLETED, PointInTime.AT_END, ASSUMED
    )
    said = repr(content)
    assert "inte vad insatsen har orsakat" in said
    assert "effekt" not in said.casefold()
    assert content.marking is not None
    assert content.marking.startswith("INTERNT")
    names = [row.label for table in content.tables for row in table.rows]
    assert {"Hade skett ändå, för hand", "Kalkylränta", "Insatsens kostnad"} <= set(names)
    assert to_excel(content)[:2] == b"PK"
    assert to_pdf(content)[:5] == b"%PDF-"

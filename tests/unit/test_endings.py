"""Avslutsanledningar and the outcomes they propose."""

from __future__ import annotations

from itertools import product

import pytest

from tracking.domain.endings import END_REASONS, EndGroup, Outcome, check_outcome, may_change
from tracking.domain.errors import RuleBroken


def test_reasons_propose_what_the_field_has_agreed() -> None:
    labels = {outcome: set() for outcome in Outcome}
    for reason in END_REASONS.values():
        labels[reason.proposes].add(reason.label)
    assert labels[Outcome.COMPLETED] == {
        "Arbete",
        "Studier",
        "Fortsatt rehabilitering",
        "Åter till ordinarie handläggning",
        "Övergång till annan insats",
    }
    assert labels[Outcome.INTERRUPTED] == {
        "Sjukdom",
        "Föräldraledighet",
        "Avbrott på egen begäran",
        "Avbrott från insatsens sida",
        "Okänt",
    }
    assert labels[Outcome.OUTSIDE] == {"Flytt", "Avliden"}
    assert labels[Outcome.MISREGISTERED] == {"Felregistrering"}


def test_three_reasons_have_a_group_of_their_own_and_the_rest_is_other() -> None:
    groups = [reason.group for reason in END_REASONS.values()]
    assert [groups.count(group) for group in EndGroup] == [1, 1, 1, len(groups) - 3]


@pytest.mark.parametrize(("proposed", "chosen"), list(product(Outcome, Outcome)))
@pytest.mark.parametrize("why", [None, "", "  ", "plan_carried_out"])
def test_only_completed_and_interrupted_change_places_and_only_with_a_reason(
    proposed: Outcome, chosen: Outcome, why: str | None
) -> None:
    exchange = {proposed, chosen} == {Outcome.COMPLETED, Outcome.INTERRUPTED}
    allowed = proposed is chosen or (exchange and why == "plan_carried_out")
    assert may_change(proposed, chosen, why) == allowed
    if not allowed:
        with pytest.raises(RuleBroken) as caught:
            check_outcome(proposed, chosen, why)
        assert caught.value.field == ("outcome_reason" if exchange else "outcome")

"""The page Hämta uppgifter: for who both leads an insats and works with its participants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.app.conftest import Open
from tests.app.conftest import words as raw_words
from tests.app.world import World
from tracking.domain.roles import Role
from tracking.domain.wording import NO_BREAK_SPACE
from tracking.services.accounts import assign
from tracking.store.database import Database


@pytest.fixture
def both(world: World) -> Iterator[int]:
    """The lead has an assignment to the insats's persons as well."""
    database = Database.open(world.url)
    assign(
        database,
        account_id=world.lead,
        role=Role.CASE_WORKER,
        insats_id=world.insats_id,
        starts_on=date(2025, 1, 1),
    )
    yield world.lead
    database.close()


def test_who_leads_and_works_with_persons_is_offered_three_files(
    open_as: Open, world: World, both: int
) -> None:
    app = open_as(both, "exportera")
    said = raw_words(app).replace(NO_BREAK_SPACE, " ")
    assert "3 deltaganden i Vägen vidare." in said
    assert "får inte lämna insatsen utan prövning" in said
    assert "Deltagarens kod. Vem det är står bara i insatsens kodnyckel på papper." in said
    for form in ("Excel", "CSV", "Parquet"):
        assert f"Hämta {form}" in said
    assert not any(secret in said for secret in (*world.codes, *world.words))


@pytest.mark.parametrize("who", ["worker", "lead", "admin", "board", "system"])
def test_nobody_else_has_the_page(open_as: Open, world: World, who: str) -> None:
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        open_as(getattr(world, who), "exportera")

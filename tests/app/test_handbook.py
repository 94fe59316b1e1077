"""The handbook: a sheet for every role, that speaks of the pages the role has and of no others."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from tests.app.conftest import Open, words
from tests.app.world import World
from tracking.access.actors import Actor, Grant
from tracking.domain.instruments import Unit
from tracking.domain.roles import INSATS_BOUND_ROLES, Role
from tracking.language import LANGUAGES, SWEDISH, catalogue
from tracking.ui.handbook import FOLDER, SHEETS, own_sheet, sheet, titles
from tracking.ui.menu import PAGE_TITLES, pages_for

PAGE = "handbok"
SHARED = {"Handbok", "Tillgänglighet", "Behörigheter", "Så räknar vi", "Så skyddar vi deltagarna"}
"""What everybody has; a sheet need not repeat it."""

MOST_WORDS = 500
"""One page of reading."""

BOLD = re.compile(r"\*\*([^*]+)\*\*")


def of_role(role: Role) -> Actor:
    insats = 1 if role in INSATS_BOUND_ROLES else None
    return Actor(
        account_id=1,
        username="nagon",
        title=role.label,
        zone=role.zone,
        employer_id=None,
        score_unit=Unit.MM,
        grants=(Grant(role, insats),),
    )


def said(title: str, language: str) -> str:
    return title if language == SWEDISH else catalogue(language).say(title)


def pages_named(text: str, language: str = SWEDISH) -> set[str]:
    """The pages that a sheet names, by their Swedish titles."""
    ours = {said(title, language): title for title in PAGE_TITLES.values()}
    return {ours[words] for words in BOLD.findall(text) if words in ours}


def test_every_role_has_a_sheet_and_every_sheet_a_role() -> None:
    assert set(SHEETS) == set(Role)
    assert {file.stem for file in FOLDER.glob("*.md")} == set(SHEETS.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", Role)
def test_sheet_names_every_page_of_its_role_and_none_that_it_lacks(
    role: Role, language: str
) -> None:
    has = {page.title for page in pages_for(of_role(role))}
    named = pages_named(sheet(SHEETS[role], language).text, language)
    assert not named - has
    assert not has - named - SHARED


@pytest.mark.parametrize("name", sorted(set(SHEETS.values())))
def test_sheet_is_one_page_with_pictures_that_are_there(name: str) -> None:
    found = sheet(name)
    assert 80 < len(found.text.split()) < MOST_WORDS
    pictures = [piece for piece in found.pieces if piece.picture is not None]
    assert pictures
    for piece in pictures:
        assert piece.picture is not None
        with Image.open(piece.picture) as picture:
            assert picture.width >= 800
        assert len(piece.text) > 10


def test_the_styrgrupp_and_the_beredningsgrupp_share_a_sheet() -> None:
    assert own_sheet(of_role(Role.PREPARATORY_GROUP)) == own_sheet(of_role(Role.STEERING_GROUP))


@pytest.mark.parametrize(
    ("who", "title"),
    [
        ("worker", "Deltagaransvarig"),
        ("lead", "Insatsansvarig"),
        ("admin", "Förbundsadministratör"),
        ("board", "Styrelse"),
        ("system", "Systemadministratör"),
    ],
)
def test_the_own_role_is_chosen_and_any_can_be_read(
    open_as: Open, world: World, who: str, title: str
) -> None:
    app = open_as(getattr(world, who), PAGE)
    assert app.header[0].value == title
    choice = next(box for box in app.selectbox if box.label == "Roll")
    assert list(choice.options) == list(titles().values())
    choice.set_value("revisor").run()
    assert app.header[0].value == "Revisor"
    assert any("Granskningar av loggen" in text.value for text in app.markdown)


def test_a_role_in_the_address_that_is_not_there_is_told(open_as: Open, world: World) -> None:
    app = open_as(world.board, PAGE, roll="kejsare")
    assert "Handboken har ingen sida för den rollen." in words(app)
    assert app.header[0].value == "Styrelse"

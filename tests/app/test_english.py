"""Every page in English: nothing of it is left in Swedish but names, and no number is another."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import MAIN
from tests.app.world import TODAY, World
from tracking.access.actors import load_actor
from tracking.language import catalogue
from tracking.language.markup import each_text
from tracking.store.database import Database
from tracking.ui.insats_parts import InsatsPart
from tracking.ui.menu import pages_for
from tracking.ui.reader import CHOSEN

ROLES = ("worker", "lead", "admin", "board", "system")
_WORD = re.compile(r"[A-Za-zÅÄÖåäöÉé]{2,}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\u00a0\u202f](?=\d{3})")
_NAMES = (
    "Samordningsförbundet Exempelbygden Exempelkommunen Vägen vidare Samordnare Deltagaransvarig "
    "Insatsansvarig Styrelsen Drift På svenska samordnare personal ansvarig styrelse drift "
    # authorities, a law, what others have named, and what files are read by
    "Försäkringskassan Arbetsförmedlingen Arbetsförmedlingens Försäkringskassans Västerås Töreboda "
    "Gullspång Skaraborg Uppföljning Finsam Försörjningsmåttet ÅKA lagen om tillgänglighet till "
    "digital offentlig service Myndigheten för digital förvaltning Digg"
)


@pytest.fixture(scope="module")
def swedish_words() -> frozenset[str]:
    """Words of the Swedish texts that no English text has."""
    ours: set[str] = set()
    theirs: set[str] = set()
    for key, said in catalogue("en").messages.items():
        ours |= {word.lower() for word in _WORD.findall(key)}
        for form in (said,) if isinstance(said, str) else said:
            theirs |= {word.lower() for word in _WORD.findall(form)}
    return frozenset(ours - theirs)


def texts_of(app: AppTest) -> Iterator[str]:
    """Every text on the page: between tags, in spoken attributes, on labels and choices."""
    found: list[str] = []

    def note(text: str) -> str:
        found.append(text)
        return text

    for element in (*app.main, *app.sidebar):
        # What is chosen is a key, and what stands in a field is stored: neither is said.
        stored = hasattr(element, "options") or element.type in ("text_input", "text_area")
        for name in ("label", "help", "placeholder", *(() if stored else ("value",))):
            written = getattr(element, name, None)
            if isinstance(written, str):
                each_text(written, note)
        for option in getattr(element, "options", ()):
            note(str(option))
    yield from found


def started(account_id: int, language: str) -> AppTest:
    app = AppTest.from_file(MAIN, default_timeout=60)
    app.session_state["stegvis::account"] = account_id
    app.session_state[CHOSEN] = language
    return app.run()


def turned_to(app: AppTest, page: str, **query: str) -> AppTest:
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"../../pages/{page}.py").run()
    assert not app.exception, page
    return app


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_the_role_is_in_english(
    world: World, role: str, swedish_words: frozenset[str]
) -> None:
    account_id = getattr(world, role)
    database = Database.open(world.url)
    with database.reading() as session:
        entries = pages_for(load_actor(session, account_id, today=TODAY))
    database.close()
    names = {*_WORD.findall(_NAMES), *(w for word in world.words for w in _WORD.findall(word))}
    app = started(account_id, "en")
    left: dict[str, set[str]] = {}
    for entry in entries:
        if entry.key == "handbok":
            continue  # its sheets are written in each language
        for text in texts_of(turned_to(app, entry.key)):
            if any(
                word not in names and (word.lower() in swedish_words or re.search("[åäö]", word))
                for word in _WORD.findall(text)
            ):
                left.setdefault(entry.key, set()).add(text)
    assert left == {}


def numbers_on(app: AppTest, language: str) -> Counter[str]:
    """The numbers of the page, written alike whatever its language."""
    found: Counter[str] = Counter()
    for text in texts_of(app):
        plain = _BETWEEN_DIGITS.sub("", text)
        if language == "en":
            plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
        else:
            plain = re.sub(r"(?<=\d),(?=\d)", ".", plain)
        found.update(re.findall(r"\d+(?:\.\d+)?", plain))
    return found


def test_parts_of_the_insats_have_the_same_numbers_in_english_as_in_swedish(world: World) -> None:
    pages = {language: started(world.lead, language) for language in ("sv", "en")}
    for part in InsatsPart:
        told = {
            language: numbers_on(turned_to(app, "insatsen", **{"del": part.value}), language)
            for language, app in pages.items()
        }
        assert told["sv"], part
        assert told["sv"] == told["en"], part

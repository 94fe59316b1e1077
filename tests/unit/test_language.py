"""The reader's language: the catalogue has everything, and touches nothing else when it is said."""

from __future__ import annotations

import ast
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.language import COOKIE, LANGUAGES, SWEDISH, Catalogue, catalogue, language_of_cookie
from tracking.language.catalogue import FOLDER
from tracking.language.markup import each_text
from tracking.language.numbers import numbers_in
from tracking.language.scripts import texts_of_script
from tracking.language.senses import SENSES
from tracking.language.sentences import messages, not_texts
from tracking.ui import shown

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"\{(\d+)\}")
OTHERS = sorted(set(LANGUAGES) - {SWEDISH})
THIN = "\u202f"

OWN_WORDS = {
    "tracking/ui/shown.py": "it is what speaks",
    "tracking/ui/handbook.py": "a sheet is written in each language",
    "tracking/ui/doors.py": "the way to another language is said in that language",
}
"""Where Streamlit's own elements are drawn with words, and why."""


@pytest.fixture(scope="module")
def english() -> Catalogue:
    return catalogue("en")


def forms(said: str | tuple[str, str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else said


def places(text: str) -> set[str]:
    return set(PLACE.findall(text))


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_of_the_source_is_in_the_catalogue_and_nothing_else_is(language: str) -> None:
    ours, theirs = set(messages()), set(catalogue(language).messages)
    assert not ours - theirs, "run python -m tracking.language and translate what it lists"
    assert not theirs - ours, "run python -m tracking.language"


@pytest.mark.parametrize("language", OTHERS)
def test_a_word_that_is_one_and_many_alike_is_one_over_a_field_and_a_column(language: str) -> None:
    speech = catalogue(language)
    wanted = {(where, word) for where, words in SENSES.items() for word in words}
    assert set(speech.senses) == wanted
    assert all(speech.senses.values())
    known = set(speech.messages) | {word.capitalize() for word in speech.messages}
    assert {word for _, word in wanted} <= known


def test_release_that_is_chosen_is_one_and_the_menus_are_many(english: Catalogue) -> None:
    assert english.over_field("Släpp") == "Release"
    assert english.say("Släpp") == "Releases"
    head = '<th scope="col" class="num">Steg</th><th scope="row">Steg</th>'
    assert english.html(head) == head.replace(">Steg<", ">Step<", 1).replace(">Steg<", ">Steps<")
    assert english.over_field("Bryggan") == "Bryggan"


def test_every_language_that_is_offered_has_a_catalogue_and_a_handbook() -> None:
    assert {folder.name for folder in FOLDER.iterdir()} == set(OTHERS)
    handbook = ROOT / "docs" / "handbok"
    ours = {sheet.name for sheet in handbook.glob("*.md")}
    for language in OTHERS:
        assert {sheet.name for sheet in (handbook / language).glob("*.md")} == ours


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_places_of_its_message(language: str) -> None:
    wrong = [
        key
        for key, said in catalogue(language).messages.items()
        for form in forms(said)
        if places(form) != places(key)
    ]
    assert not wrong


def filled(message: str) -> str:
    """The message with a number of its own in every place."""
    text = PLACE.sub(lambda found: str(211 + 7 * int(found[1])), message)
    return text.replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_found_again_when_its_places_are_filled(language: str) -> None:
    """Whatever a page fills in, the text is known for what it is: said, and said as itself."""
    speech = catalogue(language)
    lost = []
    for key, said in speech.messages.items():
        spoken = speech.say(filled(key))
        if spoken not in map(filled, forms(said)):
            lost.append((key, spoken))
    assert len(lost) <= len(speech.messages) // 100, lost[:20]


def test_what_is_for_no_reader_is_not_translated(english: Catalogue) -> None:
    assert not_texts()
    assert not not_texts() & set(english.messages)


def small(**more: str | tuple[str, str]) -> Catalogue:
    return Catalogue(
        "en",
        {
            "Spara": "Save",
            "deltagare": ("participant", "participants"),
            "kvinnor": "women",
            "män": "men",
            "och": "and",
            "{0} av {1} tog steg framåt i {2}.": "In {2}, {0} of {1} took a step forward.",
            "Målet är nått. {0} saknar bedömning.": "The target is met. {0} lack an assessment.",
            "{0} med {1}": "{0} with {1}",
        }
        | more,
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Spara", "Save"),
        (" Spara\n", " Save\n"),
        ("spara", "save"),
        ("✓ Spara", "✓ Save"),
        ("3\u00a0deltagare", "3\u00a0participants"),
        ("1\u00a0deltagare", "1\u00a0participant"),
        ("kvinnor och män", "women and men"),
        ("Kvinnor", "Women"),
        ("34 av 55 tog steg framåt i Bryggan.", "In Bryggan, 34 of 55 took a step forward."),
        ("4 saknar bedömning.", "4 lack an assessment."),
        ("Målet är nått. Spara", "The target is met. Save"),
        (f"kvinnor 1{THIN}234,5", "women 1,234.5"),
        (f"12,5{THIN}%", "12.5%"),
        ("2026-11-22", "2026-11-22"),
        ("mars 2026", "March 2026"),
        ("jan–juni 2026", "Jan–June 2026"),
    ],
)
def test_what_is_known_is_said(text: str, said: str) -> None:
    assert small().say(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Utbildning i motiverande samtal",
        "Kallelser går ut på svenska till deltagare som behöver tolk",
        "Frukost med arbetsgivare, kvinnor och grannar",
        "ST-0231",
        "Samteamet Älvmark",
    ],
)
def test_what_somebody_has_written_is_never_half_translated(text: str) -> None:
    assert small().say(text) == text


@given(st.text(alphabet="abcåäö ,.:;·–()[]{}<>&0123456789\u202f", max_size=60))
def test_any_text_gets_an_answer_with_the_same_digits(text: str) -> None:
    said = small().say(text)
    assert re.sub(r"\D", "", said) == re.sub(r"\D", "", text)


def test_only_words_of_html_are_said() -> None:
    html = (
        '<style>.a { content: "Spara"; }</style><p class="Spara" title="Spara">Spara &amp; '
        "x<b>kvinnor</b><br></p>"
    )
    assert small().html(html) == (
        '<style>.a { content: "Spara"; }</style><p class="Spara" title="Save">Spara &amp; '
        "x<b>women</b><br></p>"
    )


@given(st.text(max_size=40))
def test_html_that_is_said_as_it_stands_is_the_same_html(text: str) -> None:
    html = f'<p title="{text.replace("<", "").replace(chr(34), "").replace("&", "")}">a</p>'
    assert unescape(each_text(html, lambda piece: piece)) == unescape(html)


def test_days_and_codes_are_no_numbers() -> None:
    locale = small().locale
    for text in ("2026-11-22", "ST-0231", "1.4.10", "k = 5"):
        assert numbers_in(text, locale) == text


def test_a_script_says_its_strings_with_places() -> None:
    script = 'f("Spara de " + rows + " raderna");\n// "Aldrig sagt"\ng(`${kind} hämtad.`);'
    assert texts_of_script(script) == [("Spara de {0} raderna", 1), ("{0} hämtad.", 3)]


@pytest.mark.parametrize(
    ("cookies", "language"),
    [({}, "sv"), ({COOKIE: "en"}, "en"), ({COOKIE: "xx"}, "sv"), ({COOKIE: ""}, "sv")],
)
def test_a_page_is_swedish_unless_another_language_is_asked_for(
    cookies: dict[str, str], language: str
) -> None:
    assert language_of_cookie(cookies) == language


def undrawn(source: str) -> list[int]:
    """Lines where Streamlit itself draws something with words."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        drawer = node.func
        if ast.unparse(drawer.value) != "st" or drawer.attr not in shown.__all__:
            continue
        if drawer.attr == "progress" and not any(one.arg == "text" for one in node.keywords):
            continue
        if "said(" not in ast.unparse(node):
            found.append(node.lineno)
    return found


def test_everything_with_words_is_drawn_in_the_readers_language() -> None:
    found = {}
    for file in [*ROOT.glob("tracking/ui/**/*.py"), *ROOT.glob("pages/*.py")]:
        name = file.relative_to(ROOT).as_posix()
        lines = undrawn(file.read_text(encoding="utf-8"))
        if lines and name not in OWN_WORDS:
            found[name] = lines
    assert not found, "draw it by tracking.ui.shown"


def test_an_element_drawn_past_the_reader_is_seen() -> None:
    assert undrawn('st.button("Spara")') == [1]
    assert undrawn('shown.button("Spara")\nst.title(said("Spara"))') == []

"""How a text is said when it stands in no catalogue whole: what is left is names, never half."""

from __future__ import annotations

import pytest

from tracking.language import Catalogue
from tracking.language.sentences import messages
from tracking.ui.reader import _label

SPEECH = Catalogue(
    "en",
    {
        "avslutade": "ended",
        "avslutade med {0}": "ended with {0}",
        "avslutade med två skattningar": "ended with two ratings",
        "insatser": "interventions",
        "{0} {1} saknar granskning.": "{0} {1} without a review.",
        "{0} är {1}": ("{0} is {1}", "{0} are {1}"),
        "målet är {0}": "the target is {0}",
        "positiva": "positive",
        "steg": ("step", "steps"),
        "steg {0}, {1}": "step {0}, {1}",
        "Årsredovisning": "Annual accounts",
        "startade": "started",
        "Punkterna är personer.": "The points are people.",
        "Inga utsikter för arbete": "No prospects of work",
        "uppnått": "met",
    },
)


@pytest.mark.parametrize(
    ("swedish", "english"),
    [
        ("avslutade med två skattningar · 2025", "ended with two ratings · 2025"),
        ("5\u00a0insatser saknar granskning.", "5 interventions without a review."),
        ("3 är positiva", "3 are positive"),
        ("1 är uppnått", "1 is met"),
        ("62\u202f% är positiva", "62% are positive"),
        ("målet är 80\u202f%", "the target is 80%"),
        ("2026-05-05: steg 1, uppnått.", "2026-05-05: step 1, met."),
        ("2026-03-31 Årsredovisning", "2026-03-31 Annual accounts"),
        ("Punkterna är personer. startade: 3", "The points are people. started: 3"),
    ],
)
def test_of_all_ways_the_one_that_leaves_least_in_swedish_is_taken(
    swedish: str, english: str
) -> None:
    assert SPEECH.say(swedish) == english


@pytest.mark.parametrize(
    "written",
    [
        "Utbildning i motiverande samtal",
        "Kallelser går ut på svenska till deltagare",
        "2026-11-15 Frukostmöte om arbetsförmåga",
        "Väntetiden är längre än 20 % av insatsen",
    ],
)
def test_what_people_have_written_is_left_as_it_is(written: str) -> None:
    assert SPEECH.say(written) == written


def test_chart_label_is_broken_anew_with_its_number_last() -> None:
    said = _label("Inga utsikter för<br>arbete <b>2</b>", SPEECH)
    assert said == "No prospects of<br>work <b>2</b>"


def test_month_and_the_year_beneath_it_stay_on_two_lines() -> None:
    assert _label("J<br>2025", SPEECH) == "J<br>2025"


def test_place_of_str_format_is_a_place_of_the_message() -> None:
    assert "{0} gäller någon att kontakta" in messages()

"""The styrelse's overview over releases that hold what is awkward, and its screens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from streamlit.testing.v1 import AppTest

from tests.app.opening import open_page, words
from tests.app.released_world import (
    Releases,
    Said,
    as_range,
    broken_down,
    by_gender,
    share,
    too_few,
    year_places,
)
from tracking.domain.figures import Cell, Table
from tracking.domain.measures import Population
from tracking.domain.periods import half_year, year
from tracking.domain.records import InsatsKind
from tracking.outcomes.breakdowns import BREAKDOWNS
from tracking.outcomes.releasing.heads import heads_table
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleasedTarget
from tracking.store.database import Database
from tracking.ui.overview_compare import comparisons
from tracking.ui.overview_gender import RESULTS, view_of

H1, H2 = half_year(2025, 1), half_year(2025, 2)
ALL = "alla insatser"


@pytest.fixture
def url(sqlite_databases: Any) -> Iterator[str]:
    with (
        sqlite_databases.fresh(migrated=True) as found,
        time_machine.travel("2026-02-02 10:00", tick=False),
    ):
        yield found


class Made:
    """A förbund with a reader; insatser are published under their names."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.releases = Releases(Database.open(url))
        self.board = self.releases.reader()
        self.ids: dict[str, int] = {}

    def insats(self, name: str, **more: Any) -> int:
        self.ids[name] = self.releases.insats(name, **more)
        return self.ids[name]

    def said(self, name: str, targets: Sequence[ReleasedTarget] = (), **more: Any) -> Said:
        insats_id = None if name == ALL else self.ids[name]
        return Said(insats_id, name, targets=tuple(targets), **more)


@pytest.fixture
def made(url: str) -> Made:
    return Made(url)


Shown = Any


@pytest.fixture
def shown(made: Made, monkeypatch: pytest.MonkeyPatch) -> Shown:
    def open_it(account: int | None = None, **query: str) -> AppTest:
        return open_page(monkeypatch, made.url, account or made.board, "oversikt", **query)

    return open_it


def order_on(text: str, names: Sequence[str]) -> list[str]:
    return sorted(names, key=text.index)


@pytest.mark.parametrize("best", ["Ankaret", "Ön"])
def test_insatser_stand_by_their_names_whatever_came_out(
    made: Made, shown: Shown, best: str
) -> None:
    names = ["Ankaret", "Zenit", "Åkern", "Ängen", "Ön"]
    for name in reversed(names):
        made.insats(name)
    # Stored in the order of their results, which is what a ranking would show.
    ranked = sorted(names, key=lambda name: (name != best, name))
    said = [
        made.said(name, [share(n, 28 if name == best else 12 + n, 30)])
        for n, name in enumerate(ranked)
    ]
    made.releases.publish(H2, [*said, made.said(ALL)])
    pages = [words(shown()), words(shown(visa="presentation"))]
    for text in pages:
        assert order_on(text.partition("Når vi målen")[2] or text, names) == names
    compared = pages[0].partition("Insatser bredvid varandra")[2]
    assert order_on(compared, names) == names
    assert not re.search(r"\b(bäst resultat|sämst|etta|topp|rank)", " ".join(pages))


def test_comparison_says_only_whether_intervals_overlap(made: Made, shown: Shown) -> None:
    for name in ("A", "B"):
        made.insats(name)
    near = [made.said("A", [share(1, 20, 30)]), made.said("B", [share(2, 22, 30)])]
    made.releases.publish(H1, [*near, made.said(ALL)])
    far = [made.said("A", [share(1, 5, 40)]), made.said("B", [share(2, 38, 40)])]
    made.releases.publish(H2, [*far, made.said(ALL)])
    assert "2 insatser går inte att skilja åt: intervallen överlappar" in words(shown(slapp=H1.key))
    text = words(shown(slapp=H2.key))
    assert "Alla insatsers intervall överlappar inte varandra" in text
    assert "en skillnad säger inte vilken som arbetar bäst" in text


def an_insats(
    name: str, targets: Sequence[ReleasedTarget] = (), tables: Sequence[Table] = ()
) -> ReleasedInsats:
    heads = heads_table({"Startade": 1}, H2, name, whole_forbund=False)
    return ReleasedInsats(1, name, heads, tuple(targets), year(2025), tuple(tables))


def test_targets_that_ask_of_different_people_are_not_compared() -> None:
    one = share(1, 20, 30)
    other = replace(share(2, 20, 30), population=Population.ENDED)
    assert comparisons([an_insats("A", [one]), an_insats("B", [other])]) == []
    found = comparisons([an_insats("A", [one]), an_insats("B", [share(2, 9, 30)])])
    assert [name for name, _ in found[0].members] == ["A", "B"]


def test_a_target_has_its_way_over_the_releases_and_ranges_where_it_is_hidden(
    made: Made, shown: Shown
) -> None:
    made.insats("Stigen")
    was = as_range(share(1, 14, 16), 12, 16, 16)
    made.releases.publish(H1, [made.said("Stigen", [was]), made.said(ALL)])
    made.releases.publish(H2, [made.said("Stigen", [share(1, 24, 30)]), made.said(ALL)])
    text = words(shown(insats=f"{made.ids['Stigen']}"))
    assert "Tolv månader till och med 2025-06: minst 75 %" in text
    assert "2025-12: 80 % (uppnått, osäkert)" in text
    assert "24 av 30, 95 % KI 63–90" in text
    earlier = words(shown(insats=f"{made.ids['Stigen']}", slapp=H1.key))
    assert "24 av 30" not in earlier, "an earlier release knows nothing of a later"


def test_cost_is_worked_out_of_the_year_that_a_release_closed(made: Made, shown: Shown) -> None:
    made.insats("Stigen", budget_kr=1_200_000, actual_kr=1_000_000)
    made.insats("Nätverket", kind=InsatsKind.STRUCTURAL, budget_kr=90_000, actual_kr=80_000)
    half = by_gender(H2, started=(9, 8), ended=(7, 6), completed=(5, 5))
    whole = by_gender(year(2025), started=(20, 18), ended=(16, 15), completed=(9, 9))
    # 31 ended in the year, 12 ongoing at its end, 7 anonymous: 50.
    said = made.said(
        "Stigen", [year_places(1, 12.5)], heads=(10, 17, 13, 10, 12, 7), tables=(half, whole)
    )
    made.releases.publish(H2, [said, made.said(ALL)])
    text = words(shown())
    assert "1 000 000 50 20 000 12,5 80 000" in text
    assert "Nätverket är strukturövergripande och har inga deltaganden." in text


def test_cost_before_a_year_is_closed_says_what_it_waits_for(made: Made, shown: Shown) -> None:
    made.insats("Stigen", budget_kr=1_200_000)
    made.releases.publish(H1, [made.said("Stigen"), made.said(ALL)])
    text = words(shown())
    assert "Budgeten för 2025 är 1 200 tkr; utfallet saknas än." in text
    assert "när ett släpp avslutar ett kalenderår" in text


def test_women_under_25_of_an_insats_get_a_reason_and_something_instead(
    made: Made, shown: Shown
) -> None:
    made.insats("Stigen")
    ages = {"Startade": (Cell.of_count(90),), "19–24 år": (Cell.of_share(40, 90),)}
    every = broken_down("age", "Ålder", ages, H2, split=False)
    made.releases.publish(H2, [made.said("Stigen"), made.said(ALL, tables=(every,))])
    text = words(shown(insats=f"{made.ids['Stigen']}", uppdelning="age"))
    assert "Ålder kan inte visas för Stigen: 20 startade i juli–dec 2025." in text
    assert "Av färre skulle någon kunna kännas igen" in text
    assert "Det som kan visas i stället" in text
    assert "ålder för alla insatser tillsammans" in text
    assert "40 av 90" not in text
    together = words(shown(insats="alla", uppdelning="age"))
    assert "40 av 90" in together
    assert "till exempel kvinnor i en viss ålder" in together


@pytest.mark.parametrize(
    ("name", "value", "answer"),
    [
        ("slapp", "1999-H9", "Perioden i adressen är inte släppt."),
        ("insats", "0 OR 1=1", "Insatsen i adressen ingår inte"),
        ("uppdelning", "<script>", "Den uppdelningen finns inte."),
        ("uppdelning", "need_group", "Den uppdelningen finns inte."),
        ("visa", "allt", "Adressen ber om en visning som inte finns."),
    ],
)
def test_nonsense_in_the_address_gets_a_calm_sentence_and_the_overview(
    made: Made, shown: Shown, name: str, value: str, answer: str
) -> None:
    made.insats("Stigen")
    made.releases.publish(H2, [made.said("Stigen", [share(1, 20, 30)]), made.said(ALL)])
    app = shown(**{name: value})
    assert answer in words(app)
    assert app.title[0].value == "Översikt"


def test_what_is_awkward_is_said_plainly(made: Made, shown: Shown) -> None:
    long = "Insats " + "med ett långt namn " * 6
    for name in (long.strip(), "Utan mål", "För liten"):
        made.insats(name)
    made.releases.publish(
        H2,
        [
            made.said(long.strip(), [share(1, 20, 30), year_places(2, 4.2)]),
            made.said("Utan mål", heads=(0, 0, 0, 0, 0, 0)),
            made.said("För liten", [too_few(share(3, 1, 2))]),
            made.said(ALL),
        ],
    )
    text = words(shown())
    assert "Inga mål är släppta för insatsen." in text
    assert "För få för ett mål: För liten." in text
    assert "Ingen budget är inlagd för 2025." in text
    assert "20 startade och 18 avslutades juli–dec 2025" in text


def test_styrgrupp_meets_its_own_insats_and_no_other(made: Made, shown: Shown) -> None:
    mine, other = made.insats("Stigen"), made.insats("Bron")
    group = made.releases.reader(mine)
    said = [made.said("Stigen", [share(1, 20, 30)]), made.said("Bron", [share(2, 9, 30)])]
    made.releases.publish(H2, [*said, made.said(ALL)])
    app = shown(group)
    assert app.title[0].value == "Stigen"
    text = words(app) + words(shown(group, visa="presentation", bild="alla"))
    assert "Bron" not in text
    assert "9 av 30" not in text
    assert "ingår inte i ditt uppdrag" in words(shown(group, insats=f"{other}"))


def test_a_presentation_has_an_insats_a_screen_and_splits_what_is_too_much(
    made: Made, shown: Shown
) -> None:
    names = [f"Insats {n:02}" for n in range(20)]
    for name in names:
        made.insats(name)
    targets = [share(n, 20, 30, wording=f"Mål {n}") for n in range(7)]
    said = [made.said(name, targets if name == names[3] else targets[:1]) for name in names]
    made.releases.publish(H2, [*said, made.said(ALL)])
    titles = [title.value for title in shown(visa="presentation", bild="alla").title]
    assert titles[:2] == ["Når vi målen? \\(1 av 2\\)", "Når vi målen? \\(2 av 2\\)"]
    assert titles[2:6] == [*names[:3], f"{names[3]} \\(1 av 2\\)"]
    assert titles[-1] == "Vad kan inte visas, och varför?"
    one = shown(visa="presentation", bild="999")
    assert [title.value for title in one.title] == [titles[-1]], "the nearest screen"


def test_kvinnor_and_man_are_compared_with_an_interval_or_it_says_why_not() -> None:
    rows = {
        "Fullföljda": (Cell.of_count(90), Cell.of_count(80), Cell.of_count(170)),
        "Framåt": (Cell.of_share(40, 80), Cell.of_share(36, 70), Cell.of_share(76, 150)),
    }
    hidden = {"Arbete": (Cell.hidden(), Cell.hidden(), Cell.of_share(9, 150))}
    view = view_of(
        an_insats(
            "A",
            tables=(
                broken_down("step_move", "Stegförflyttning", rows, H2, split=True),
                broken_down("end_reason", "Avslutsanledning", hidden, H2, split=True),
            ),
        )
    )
    assert view.finding == "Kvinnor och män går inte att skilja åt i steg framåt"
    assert "Skillnaden är −1 procentenhet (95 % KI −17 till 14)" in view.lines[0].words.replace(
        "\u202f", " "
    )
    assert view.not_shown == ("Avslut till arbete", "Avslut till studier")


def test_results_by_kon_have_the_words_of_the_registry() -> None:
    """A row that were called something else would leave the page without a word."""
    for key, row, _ in RESULTS:
        division = BREAKDOWNS[key].released
        assert division is not None
        assert row in {item.label for item in division.fixed}, key

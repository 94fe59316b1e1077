"""A choice stands in the address, also when what is done next comes with the address of before."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tracking.ui import address

HALF, YEAR = "2026-H1", "2025"


def lists() -> None:
    """A page with two lists and some buttons."""
    import streamlit as st

    from tracking.ui import address, choices

    periods = {"2026-H1": "första halvåret", "2025": "året", "2024": "året innan"}
    first = choices.one_of("slapp", "Period", periods, unknown="Okänd.", default="2026-H1")
    second = choices.one_of(
        "om", "Om", {"alla": "Alla", "en": "En"}, unknown="Okänd.", default="alla"
    )
    women = choices.whether("kon", "kvinnor", "Bara kvinnor")
    st.button("Visa")
    st.button("Alla igen", on_click=choices.choose, args=("kon", None))
    st.button("Länk", on_click=address.follow, args=({"slapp": "2026-H1"},))
    st.button("Vänd blad", on_click=address.turned)
    st.text(f"{first} {second} {women}")


@pytest.fixture
def app() -> AppTest:
    found = AppTest.from_function(lists, default_timeout=60).run()
    assert said(found) == "2026-H1 alla False"
    return found


def said(app: AppTest) -> str:
    assert not app.exception
    return str(app.text[0].value)


def press(app: AppTest, label: str) -> None:
    next(one for one in app.button if one.label == label).click().run()


def period(app: AppTest, key: str) -> None:
    """Chosen, and the browser goes on with the address that it had before."""
    before = app.query_params["slapp"]
    app.selectbox(key="choose::slapp").set_value(key).run()
    assert app.query_params["slapp"] == key
    app.query_params["slapp"] = before


def test_choice_is_not_taken_back_by_what_is_done_before_the_browser_has_heard(
    app: AppTest,
) -> None:
    period(app, YEAR)
    app.selectbox(key="choose::om").set_value("en").run()
    assert said(app) == "2025 en False"
    assert app.query_params["slapp"] == YEAR, "and the browser is told once more"
    app.query_params["slapp"] = HALF
    app.button[0].click().run()
    assert said(app) == "2025 en False"


def test_choice_that_follows_at_once_on_another_one_in_the_same_list_is_the_one_that_counts(
    app: AppTest,
) -> None:
    period(app, YEAR)
    period(app, "2024")
    app.button[0].click().run()
    assert said(app) == "2024 alla False"
    for late in (YEAR, HALF):
        app.query_params["slapp"] = late
        app.button[0].click().run()
        assert said(app) == "2024 alla False"


def test_choice_of_what_was_chosen_first_is_a_choice_as_well(app: AppTest) -> None:
    period(app, YEAR)
    period(app, HALF)
    app.query_params["slapp"] = YEAR
    app.button[0].click().run()
    assert said(app) == "2026-H1 alla False"


def test_what_is_no_longer_limited_stays_so(app: AppTest) -> None:
    app.checkbox[0].check().run()
    assert said(app) == "2026-H1 alla True"
    app.button[1].click().run()
    assert said(app) == "2026-H1 alla False"
    assert "kon" not in app.query_params


def test_going_back_takes_a_choice_back(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    period(app, YEAR)
    page = address._run()[0]
    monkeypatch.setattr(address, "_run", lambda: (page, True))
    app.run()
    assert said(app) == "2026-H1 alla False"
    monkeypatch.undo()
    app.button[0].click().run()
    assert said(app) == "2026-H1 alla False"


def test_address_of_before_is_a_wish_once_the_browser_must_have_heard(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address, "SECONDS", -1.0)
    period(app, YEAR)
    app.button[0].click().run()
    assert said(app) == "2026-H1 alla False"


def test_link_to_the_same_page_is_followed_at_once_after_a_choice(app: AppTest) -> None:
    period(app, YEAR)
    press(app, "Länk")
    assert said(app) == "2026-H1 alla False"
    app.query_params["slapp"] = YEAR
    press(app, "Visa")
    assert said(app) == "2026-H1 alla False", "and what was asked before the link counts no more"


def test_choice_counts_no_more_when_another_page_has_been_turned_to(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    period(app, YEAR)
    monkeypatch.setattr(address, "_run", lambda: ("another page", False))
    del app.query_params["slapp"]
    press(app, "Vänd blad")
    monkeypatch.undo()
    app.query_params["slapp"] = HALF
    press(app, "Visa")
    assert said(app) == "2026-H1 alla False"

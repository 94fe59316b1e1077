"""What is done with words where they leave for the browser."""

from __future__ import annotations

from tracking.ui.shown import unbroken


def test_a_day_is_kept_on_one_line_and_copied_as_it_stands() -> None:
    said = unbroken("<p>Kom 2025-11-23 till 2026-11-22.</p>")
    assert said == "<p>Kom <time>2025-11-23</time> till <time>2026-11-22</time>.</p>"
    assert (
        said.replace("<time>", "").replace("</time>", "")
        == "<p>Kom 2025-11-23 till 2026-11-22.</p>"
    )


def test_what_is_no_day_in_a_text_is_left_alone() -> None:
    for text in (
        '<a title="2026-01-02" href="?dag=2026-01-02">dagen</a>',
        "<p>ST-2026-01-02</p>",
        "<p>2026-01-021 och 12026-01-02</p>",
        "<p>2026-01-02-rapport</p>",
        "<p>2026-11</p>",
    ):
        assert unbroken(text) == text


def test_the_size_of_a_group_stays_on_a_line_with_its_n() -> None:
    assert (
        unbroken("<p>Avslutade, n = 1\u202f200.</p>")
        == "<p>Avslutade, n\u00a0=\u00a01\u202f200.</p>"
    )
    for text in ('<a title="n = 30">x</a>', "<p>men = 30</p>", "<p>n = fler</p>"):
        assert unbroken(text) == text

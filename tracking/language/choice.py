"""Which languages there are to choose, and the cookie that remembers the choice."""

from __future__ import annotations

from collections.abc import Mapping

SWEDISH = "sv"
LANGUAGES: Mapping[str, str] = {SWEDISH: "På svenska", "en": "In English"}
"""Each language and how it is offered, in its own words."""

COOKIE = "stegvis-language"
"""Holds the language's key and nothing else; without it a page is Swedish."""


def language_of_cookie(cookies: Mapping[str, str]) -> str:
    """The language that the cookies ask for; Swedish when they ask for none that there is."""
    asked = cookies.get(COOKIE, SWEDISH)
    return asked if asked in LANGUAGES else SWEDISH

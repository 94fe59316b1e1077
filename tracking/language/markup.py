"""What of a piece of HTML is words: the text between the tags, and what some attributes say.

Used twice on the same grounds: to find the sentences of the source and to say them on a page, so
that what is found is what is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape

SPOKEN = "aria-label|aria-description|aria-valuetext|aria-roledescription|title|alt|placeholder"
_MUTE = re.compile(r"(<(style|script)\b.*?</\2\s*>)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"(<[a-zA-Z/!][^<>]*>)")
_HEADING = re.compile(r'<th scope="col"[ >]')
_ATTRIBUTE = re.compile(rf"""(\s(?:{SPOKEN})=)(["'])(.*?)\2""", re.DOTALL)


def is_markup(text: str) -> bool:
    """Whether the text has tags in it."""
    return _TAG.search(text) is not None


def each_text(
    html: str, say: Callable[[str], str], heading: Callable[[str], str] | None = None
) -> str:
    """The HTML with ``say`` asked for every text between tags and every spoken attribute.

    ``say`` is given plain text and gives plain text; styles and scripts are left alone. What
    heads a column is asked of ``heading`` instead, where it is given.
    """
    parts = _MUTE.split(html)
    # split gives text, the mute element and its name in turn
    said = [
        _outside(part, say, heading or say) if number % 3 == 0 else part
        for number, part in enumerate(parts)
        if number % 3 != 2
    ]
    return "".join(said)


def _outside(html: str, say: Callable[[str], str], heading: Callable[[str], str]) -> str:
    pieces = _TAG.split(html)
    for number, piece in enumerate(pieces):
        if number % 2:
            pieces[number] = _ATTRIBUTE.sub(lambda found: _attribute(found, say), piece)
        elif piece.strip():
            heads = number > 0 and _HEADING.match(pieces[number - 1]) is not None
            asked = heading if heads else say
            pieces[number] = escape(asked(unescape(piece)), quote=False)
    return "".join(pieces)


def _attribute(found: re.Match[str], say: Callable[[str], str]) -> str:
    begins, quote, value = found.groups()
    return f"{begins}{quote}{escape(say(unescape(value)))}{quote}"

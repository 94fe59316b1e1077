"""The field in which a section of a report is written, saved a second after the last key.

The browser keeps what is typed until the server has answered, sends again when no answer comes,
and shows both texts when somebody else has written meanwhile. What may be stored is decided by
the service; the page gives its answer back as `WriterResult`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tracking.domain.errors import InvalidValue
from tracking.ui.components.made import component
from tracking.ui.components.reception import asset, receive, reception_of
from tracking.ui.components.submissions import parse_attempt

MOST_CHARACTERS: Final = 600_000
_LARGEST: Final = 2**53
_NAMES: Final = {"submission_key", "attempt", "section_id", "version", "words"}


@dataclass(frozen=True, slots=True)
class WriterSubmission:
    """What somebody has written, and the version that it was begun from."""

    submission_key: str
    section_id: int
    version: int
    words: str


@dataclass(frozen=True, slots=True)
class WriterResult:
    """The page's answer to one sending. ``theirs`` is another's text, of ``version``."""

    submission_key: str
    saved: bool
    message: str
    version: int = 0
    theirs: str | None = None


_COMPONENT = component(
    "stegvis_section_writer",
    html=asset("section_writer.html"),
    css=asset("entry_common.css", "section_writer.css"),
    js=asset("entry_common.js", "section_writer.js"),
)


def parse_writing(raw: object) -> WriterSubmission:
    """Read what the browser sends. Raises `InvalidValue` unless it is exactly of the shape."""
    key, _ = parse_attempt(raw)
    refusal = InvalidValue("Det som skickades gick inte att läsa. Ladda om sidan och försök igen.")
    if not isinstance(raw, dict) or raw.keys() != _NAMES:
        raise refusal
    section_id, version, words = raw["section_id"], raw["version"], raw["words"]
    for number in (section_id, version):
        if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < _LARGEST:
            raise refusal
    if not isinstance(words, str):
        raise refusal
    if len(words) > MOST_CHARACTERS:
        raise InvalidValue("Texten är för lång för ett avsnitt. Inget är bortkapat; dela upp den.")
    return WriterSubmission(key, section_id, version, words)


def section_writer(
    *,
    key: str,
    label: str,
    prompt: str,
    section_id: int,
    words: str,
    version: int,
    saved: str,
    result: WriterResult | None,
    on_write: Callable[[WriterSubmission], None],
) -> None:
    """Draw the field. ``on_write`` runs as a callback, once per sending, and saves.

    ``saved`` says when the text was last saved, or is empty. ``key`` names the section and the
    account: what is not saved yet is kept in the browser's tab under it.
    """
    reception = reception_of(key)
    if reception.refusal is not None:
        result = WriterResult(
            reception.submission_key, saved=False, message=reception.refusal.sentence
        )
    if result is not None and result.saved:
        reception.saved_key = result.submission_key
    _COMPONENT(
        key=key,
        data={
            "component_key": key,
            "label": label,
            "prompt": prompt,
            "section_id": section_id,
            "words": words,
            "version": version,
            "saved": saved,
            "result": None
            if result is None
            else {
                "submission_key": result.submission_key,
                "saved": result.saved,
                "message": result.message,
                "version": result.version,
                "theirs": result.theirs,
            },
        },
        on_submitted_change=lambda: receive(key, parse_writing, on_write),
    )

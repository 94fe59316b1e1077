"""Registrera samtal: one talk, typed in the browser, answered by the page.

The page gives the ongoing spells and, after a submission, its result. Names of faults in
`TalkResult.errors`: spell_id, held_on, kind, attendance, and for scores `scale_field`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tracking.domain.instruments import Instrument
from tracking.ui.components.made import component
from tracking.ui.components.reception import asset, receive, reception_of
from tracking.ui.components.submissions import TalkSubmission, parse_submission

Unit = Literal["points", "mm"]


# The screen needs of an instrument what the domain has: key, title and the scales' names
# (where they are a setting, dataclasses.replace gives the förbund's own).
InstrumentView = Instrument


@dataclass(frozen=True)
class TalkOption:
    """An ongoing spell that the user may record for."""

    spell_id: int
    code: str
    memory_word: str
    insats: str
    started_on: date
    last_talk_on: date | None


@dataclass(frozen=True)
class TalkResult:
    """The page's answer to one submission; ``errors`` is field name → Swedish sentence."""

    submission_key: str
    saved: bool
    message: str
    errors: Mapping[str, str] = field(default_factory=dict)


_COMPONENT = component(
    "stegvis_talk_entry",
    html=asset("talk_entry.html"),
    css=asset("entry_common.css", "talk_entry.css"),
    js=asset(
        "entry_common.js",
        "entry_fields.js",
        "talk_search.js",
        "talk_instrument.js",
        "talk_draft.js",
        "talk_entry.js",
    ),
)


def instrument_data(instruments: Sequence[InstrumentView]) -> list[dict[str, object]]:
    """The instruments as the browser reads them."""
    return [{"key": i.key, "title": i.title, "scales": list(i.scales)} for i in instruments]


def _option_data(option: TalkOption) -> dict[str, object]:
    return {
        "id": option.spell_id,
        "code": option.code,
        "word": option.memory_word,
        "insats": option.insats,
        "started": option.started_on.isoformat(),
        "last": option.last_talk_on.isoformat() if option.last_talk_on else None,
    }


def talk_entry(
    *,
    key: str,
    options: Sequence[TalkOption],
    instruments: Sequence[InstrumentView],
    unit: Unit,
    today: date,
    result: TalkResult | None,
    preselected_spell_id: int | None = None,
    on_submit: Callable[[TalkSubmission], None],
) -> None:
    """Show the entry of one talk.

    ``on_submit`` runs as a callback before the script, once per sending, and saves; the
    page keeps the `TalkResult` and gives it back here as ``result`` in the same run. A
    StegvisError out of ``on_submit`` is shown at its field and need not be made a result.
    The draft is kept in the browser's tab under ``key``; let it name the user as well.
    """
    reception = reception_of(key)
    refusal = reception.refusal
    if refusal is not None:
        result = TalkResult(
            reception.submission_key,
            saved=False,
            message="Samtalet är inte sparat." if refusal.field else refusal.sentence,
            errors={refusal.field: refusal.sentence} if refusal.field else {},
        )
    if result is not None and result.saved:
        reception.saved_key = result.submission_key
    _COMPONENT(
        key=key,
        data={
            "component_key": key,
            "options": [_option_data(option) for option in options],
            "instruments": instrument_data(instruments),
            "unit": unit,
            "today": today.isoformat(),
            "preselected_spell_id": preselected_spell_id,
            "answered": reception.answered(),
            "result": None
            if result is None
            else {
                "submission_key": result.submission_key,
                "saved": result.saved,
                "message": result.message,
                "errors": dict(result.errors),
            },
        },
        on_submitted_change=lambda: receive(key, parse_submission, on_submit),
    )

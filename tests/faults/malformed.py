"""Malformed input to everything that reads what a browser or a file sends.

A parser answers with a value or with a sentence (`StegvisError`), never with any other error.
Inputs are right ones spoiled at random places (`spoiling`), and things that were never right;
files are in `malformed_files`.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from starlette.requests import Request

from tests.faults.malformed_files import FILE_PARSERS
from tests.faults.spoiling import ODD, scrap, spoiled, spoiled_bytes
from tests.integration.worlds import a_key
from tracking.domain.errors import StegvisError
from tracking.domain.identifiers import clean_text
from tracking.domain.instruments import Unit
from tracking.services.entries import FaultyRows, parse_ratings, parse_rows
from tracking.ui import situation_fields, start_fields
from tracking.ui.components.section_writer import parse_writing
from tracking.ui.components.submissions import parse_group_submission, parse_submission
from tracking.ui.recording import typed_day
from tracking.ui.values import Values, decimal_number, whole_number
from tracking.web.forms import marks, read_form

KEY = a_key()
CHOICES = {
    "gender": ("woman", "man", "unknown"),
    "referrer": ("self", "no_such"),
    "work": ("yes", "no", "unknown"),
    "studies": ("yes", "no", "unknown"),
    "seeking": ("yes", "no", "unknown"),
    "registered_af": ("yes", "no", "unknown"),
    "step": ("1", "7"),
    "work_kind": ("subsidised",),
}
"""What the framework itself holds a choice to; a choice that is none of these never comes."""
RATING = {"scales": ["7,5", "8,0", "6,4", "6,5"], "total": "", "mark": ""}
TALK = {
    "submission_key": KEY,
    "attempt": 1,
    "spell_id": 1,
    "held_on": "2026-03-09",
    "kind": "individual",
    "attendance": "present",
    "ratings": {"ORS": RATING, "SRS": RATING},
}
GROUP = {
    "submission_key": KEY,
    "attempt": 1,
    "insats_id": 1,
    "held_on": "2026-03-09",
    "rows": [{"spell_id": n, "attendance": "present", "ratings": {"GSRS": RATING}} for n in (1, 2)],
    "only_complete": False,
}
WRITING = {
    "submission_key": KEY,
    "attempt": 1,
    "section_id": 1,
    "version": 1,
    "words": "Ord som någon har skrivit.",
}


def _talk(dice: random.Random) -> None:
    sent = parse_submission(spoiled(dice, TALK))
    typed_day(sent.held_on)
    parse_ratings(sent.ratings, dice.choice(list(Unit)))


def _group(dice: random.Random) -> None:
    sent = parse_group_submission(spoiled(dice, GROUP))
    typed_day(sent.held_on)
    _, faults = parse_rows(sent.rows, dice.choice(list(Unit)))
    if faults:
        raise FaultyRows(faults)


def _writing(dice: random.Random) -> None:
    clean_text(parse_writing(spoiled(dice, WRITING)).words, max_length=100_000, multiline=True)


def _scores(dice: random.Random) -> None:
    rating = {"scales": [scrap(dice) for _ in range(4)], "total": "", "mark": ""}
    if dice.random() < 0.3:
        rating = {"scales": [""] * 4, "total": scrap(dice), "mark": ""}
    sent = parse_submission({**TALK, "ratings": {"ORS": rating}})
    parse_ratings(sent.ratings, dice.choice(list(Unit)))


ALWAYS = {
    "birth_year": "1990",
    "gender": "woman",
    "started_on": date(2026, 1, 12),
    "referrer": "self",
    "consent_follow_up": "yes",
    "consent_contact": "no",
}
NO_WORK = {"work": "no", "studies": "no", "seeking": "yes", "registered_af": "yes"}
FILLED: tuple[dict[str, object], ...] = (
    ALWAYS,
    ALWAYS | NO_WORK | {"no_support": True, "support_months": "14"},
    ALWAYS | NO_WORK | {"support_unknown": True, "studies": "yes", "studies_percent": "50"},
    ALWAYS
    | NO_WORK
    | {"source_sickness_benefit": True, "work": "yes", "work_percent": "25"}
    | {"work_kind": "subsidised", "support_band": None},
)
"""Forms that somebody has filled in rightly; a field that is not named is empty."""


def _form_values(dice: random.Random) -> Values:
    # A third are right, a third have one or two wrong fields, and the rest many.
    share, filled = dice.choice((0.0, 0.1, 0.6)), dice.choice(FILLED)

    def read(name: str) -> object:
        if dice.random() >= share:
            return filled.get(name)
        if name in CHOICES:
            return dice.choice((None, *CHOICES[name]))
        if name.startswith("consent") and not name.endswith("_on"):
            return dice.choice((None, "yes", "no"))
        if name in ("support_band", "education", "municipality", "need_group", "end_reason"):
            return dice.choice((None, "unknown", "no_such"))
        return dice.choice((scrap(dice), scrap(dice), dice.choice(ODD), date(2026, 1, 12)))

    return Values(KEY, read)


def _start(dice: random.Random) -> None:
    values = _form_values(dice)
    start_fields.read_person(values)
    start_fields.read_start(values)
    values.check()


def _details(dice: random.Random) -> None:
    values = _form_values(dice)
    start_fields.read_details(values)
    values.check()


def _situation(dice: random.Random) -> None:
    values = _form_values(dice)
    situation_fields.read(values)
    values.check()


def _numbers(dice: random.Random) -> None:
    dice.choice((whole_number, decimal_number, typed_day))(scrap(dice))


def _free_text(dice: random.Random) -> None:
    clean_text(scrap(dice), multiline=dice.random() < 0.5, required=dice.random() < 0.5)


def _small_page(dice: random.Random) -> None:
    made = marks("a secret", "/logga-in", "/")
    right = f"key={made.key}&proof={made.proof}&till=%2F&username=personal&password=x"
    body = spoiled_bytes(dice, right.encode()) if dice.random() < 0.9 else right.encode()

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    kind = dice.choice((b"application/x-www-form-urlencoded", b"text/plain", b"\xff", b""))
    scope = {"type": "http", "method": "POST", "path": "/logga-in", "query_string": b""}
    request = Request({**scope, "headers": [(b"content-type", kind)]}, receive)
    # A worker that has had a browser has a running loop of its own, so this one gets a thread.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, read_form(request, "/logga-in", "a secret")).result()


PARSERS: dict[str, Callable[[random.Random], None]] = {
    "a talk": _talk,
    "a group meeting": _group,
    "a section of a report": _writing,
    "scores": _scores,
    "the start of a spell": _start,
    "details of a start": _details,
    "a situation": _situation,
    "numbers and days": _numbers,
    "free text": _free_text,
    "a small page's form": _small_page,
    **FILE_PARSERS,
}


def try_parser(name: str, number: int, seed: int = 1) -> tuple[int, int]:
    """How many of so many inputs were read, and how many refused with a sentence.

    Whatever else is raised comes out, with the number of the input that raised it.
    """
    read = refused = 0
    for each in range(number):
        dice = random.Random(f"{name} {seed} {each}")
        try:
            PARSERS[name](dice)
        except StegvisError as fault:
            refused += 1
            sentence = str(fault)
            if not sentence.strip() or "Error" in sentence or "Traceback" in sentence:
                raise AssertionError(f"{name} {each}: no sentence: {sentence}") from fault
            json.dumps(sentence)
        except Exception as fault:
            raise AssertionError(
                f"{name}, input {each}: {type(fault).__name__}: {fault}"
            ) from fault
        else:
            read += 1
    return read, refused

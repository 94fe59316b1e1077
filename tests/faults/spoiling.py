"""Right input made wrong: texts that nobody should write, structures and bytes with faults."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

SCRAPS = (
    "", " ", "0", "7,5", "7.5", "10,1", "-1", "1e9", "NaN", "Infinity", "\u0661", "½", "⅕", "²",
    "٣", "45mm", "mm", "400", "401", "2026-03-09", "2026-02-30", "0000-00-00", "9" * 40, "\x00",
    "\u202e", "å" * 300, "e\u0301", "\ud800", "'; DROP TABLE spell; --", "<script>",
    "=1+1", "null", "true", "ÅÅÅÅ-MM-DD", "\u2212" + "5", "1 200", "1\u00a0200", "{}", "[]", "%00",
    "../../x", "😀", "\r\n",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**53, 2**70, 0.5, float("nan"), float("inf"), b"x", [], {}, [[]],
    {"a": 1}, date(1, 1, 1), date.max,
)  # fmt: skip


def scrap(dice: random.Random) -> str:
    """A text that nobody should write, or a few of them together."""
    if dice.random() < 0.3:
        return "".join(chr(dice.choice((dice.randint(0, 300), dice.randint(0, 0xD7FF)))) for _ in
                       range(dice.randint(0, 12)))  # fmt: skip
    return "".join(dice.choice(SCRAPS) for _ in range(dice.randint(1, 2)))


def spoiled(dice: random.Random, right: Any) -> Any:
    """The same structure with something in it changed, taken away, added or turned about."""
    if dice.random() < 0.04:
        return dice.choice((scrap(dice), dice.choice(ODD)))
    if isinstance(right, dict):
        made = {name: spoiled(dice, value) for name, value in right.items()}
        if made and dice.random() < 0.1:
            made.pop(dice.choice(list(made)))
        if dice.random() < 0.1:
            made[dice.choice((scrap(dice), "ORS", "mark"))] = dice.choice(ODD)
        return made
    if isinstance(right, list):
        made_list = [spoiled(dice, value) for value in right]
        return made_list * dice.choice((1, 1, 1, 0, 2))
    return right


def spoiled_bytes(dice: random.Random, right: bytes) -> bytes:
    """A file with bytes changed, cut off or put in."""
    made = bytearray(right)
    for _ in range(dice.randint(1, 12)):
        place = dice.randint(0, len(made)) if made else 0
        what = dice.random()
        if what < 0.5 and place < len(made):
            made[place] = dice.randint(0, 255)
        elif what < 0.7:
            made[place:place] = scrap(dice).encode("utf-8", "surrogatepass")
        elif what < 0.85:
            del made[place : place + dice.randint(1, 60)]
        else:
            del made[place:]
    return bytes(made)

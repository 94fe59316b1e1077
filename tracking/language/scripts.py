r"""The texts of a component's script: what its own words are, as messages of the catalogue.

A script says ``"Spara de " + rows + " kompletta raderna"`` or `` `${kind} hämtad.` ``; both are the
message with places. Only double quotes and backticks hold words: the house's scripts keep other
strings in them too, which `looks_like_swedish` leaves out.
"""

from __future__ import annotations

import re

from tracking.language.markup import each_text

_STRING = r'"(?:[^"\\\n]|\\.)*"|`(?:[^`\\\n]|\\.)*`'
_VALUE = r"[\w$.]+(?:\([^()\n]*\))?(?:\[[^\]\n]*\])?"
_CHAIN = re.compile(
    rf"(?:(?<![\w.])(?:{_VALUE})\s*\+\s*)?(?:{_STRING})(?:\s*\+\s*(?:{_STRING}|{_VALUE}))*"
)
_PART = re.compile(rf"{_STRING}|{_VALUE}")


def texts_of_script(script: str) -> list[tuple[str, int]]:
    """Every string of the script as a message with places, and its line."""
    bare = re.sub(r"(?m)^\s*//.*$", "", script)
    found = []
    for chain in _CHAIN.finditer(bare):
        found.append((_message(chain[0]), bare.count("\n", 0, chain.start()) + 1))
    return found


def component_messages(html: str, script: str) -> list[str]:
    """What a component may say by itself: the texts of its HTML and of its script."""
    found = [text for text, _ in texts_of_script(script)]

    def note(piece: str) -> str:
        found.append(piece.strip())
        return piece

    each_text(html, note)
    return found


def _message(chain: str) -> str:
    said: list[str] = []
    places = 0
    for part in _PART.finditer(chain):
        text = part[0]
        if text[0] not in '"`':
            said.append(f"{{{places}}}")
            places += 1
            continue
        inner = re.sub(r"\\u([0-9a-fA-F]{4})", lambda u: chr(int(u[1], 16)), text[1:-1])
        inner = re.sub(r"\\(.)", r"\1", inner)
        for number, piece in enumerate(re.split(r"\$\{[^{}]*\}", inner)):
            if number and text[0] == "`":
                said.append(f"{{{places}}}")
                places += 1
            said.append(piece)
    return "".join(said)

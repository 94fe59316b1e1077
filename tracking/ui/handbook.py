"""The handbook: one page a role, written in `docs/handbok` and shown in the app as it stands there.

Text and pictures are ours and ship with the program; nothing that somebody typed passes here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from tracking.access.actors import Actor
from tracking.domain.roles import Role
from tracking.language import SWEDISH

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "handbok"
"""The sheets in Swedish; those in another language lie in a folder of its name."""

SHEETS: Mapping[Role, str] = {
    Role.CASE_WORKER: "deltagaransvarig",
    Role.INSATS_LEAD: "insatsansvarig",
    Role.LOG_REVIEWER: "granskare",
    Role.FORBUND_ADMIN: "forbundsadministrator",
    Role.BOARD: "styrelse",
    Role.STEERING_GROUP: "styrgrupp",
    Role.PREPARATORY_GROUP: "styrgrupp",
    Role.AUDITOR: "revisor",
    Role.SYSTEM_ADMIN: "systemadministrator",
}
"""The sheet of each role; styrgrupp and beredningsgrupp do the same and share one."""

_PICTURE = re.compile(r"^!\[(?P<alt>[^\]]+)\]\((?P<path>[^)]+)\)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text, or a picture with its alternative text."""

    text: str
    picture: Path | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the handbook: its title and what stands on it, in order."""

    title: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Everything in words."""
        return "\n".join(piece.text for piece in self.pieces)


def sheet(name: str, language: str = SWEDISH) -> Sheet:
    """Read a sheet by its file's stem."""
    file = (FOLDER if language == SWEDISH else FOLDER / language) / f"{name}.md"
    heading, _, body = file.read_text(encoding="utf-8").partition("\n")
    pieces: list[Piece] = []
    end = 0
    for found in _PICTURE.finditer(body):
        pieces.append(Piece(body[end : found.start()].strip()))
        pieces.append(Piece(found["alt"], (file.parent / found["path"]).resolve()))
        end = found.end()
    pieces.append(Piece(body[end:].strip()))
    return Sheet(heading.removeprefix("# "), tuple(piece for piece in pieces if piece.text))


def titles(language: str = SWEDISH) -> dict[str, str]:
    """Every sheet's title, by its file's stem, in the order of the roles."""
    return {name: sheet(name, language).title for name in dict.fromkeys(SHEETS.values())}


def own_sheet(actor: Actor) -> str:
    """The sheet of the actor's first role in the table's order."""
    held = {grant.role for grant in actor.grants}
    return next(name for role, name in SHEETS.items() if role in held or not held)


def draw(chosen: Sheet) -> None:
    """The sheet's text and pictures, which are written in the reader's language."""
    for piece in chosen.pieces:
        if piece.picture is None:
            st.markdown(piece.text, width=640)
        else:
            st.image(str(piece.picture), alt=piece.text, width=640)

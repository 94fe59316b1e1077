"""A report's drawing as a picture on the page: as wide as there is room, on the reader's ground.

The drawings themselves are `tracking.reports.drawing`, made for white paper. Here the one for a
page and the one for a telephone are put into one picture, with their typeface, once.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path

import streamlit as st

from tracking.reports import layout
from tracking.reports.drawing import Drawing
from tracking.reports.metrics import FAMILY
from tracking.ui.tokens import DARK, LIGHT

FONTS = Path(layout.__file__).parent / "fonts"
ROOM = 450
"""Pixels; where there is less, the narrow drawing is shown."""

STYLE = f"""
.stegvis-drawn {{ container-type: inline-size; max-width: 40rem; margin: .35rem 0 .5rem; }}
.stegvis-drawn img {{ display: block; width: 100%; aspect-ratio: var(--wide); }}
@container (max-width: {ROOM}px) {{ .stegvis-drawn img {{ aspect-ratio: var(--narrow); }} }}
"""

_NAMED = (
    "ground",
    "ink",
    "second",
    "primary",
    "women",
    "men",
    "everybody",
    "met",
    "unsure",
    "unmet",
    "few",
)
ON_DARK = {getattr(LIGHT, name): getattr(DARK, name) for name in _NAMED} | {
    "#868c94": "#6f7781",
    "#dedbd4": "#333a43",
    "#8fbad3": "#37647f",
}
"""What the drawings' colours become: those of the look, the axes, and the third of a series."""

_COLOUR = re.compile(r"#[0-9a-f]{6}\b", re.IGNORECASE)
_SIZE = re.compile(r' width="\d+" height="\d+"')


def picture(wide: Sequence[Drawing], narrow: Sequence[Drawing], *, dark: bool) -> tuple[str, str]:
    """The picture's address, and the shapes of its two drawings as CSS."""
    both = _stacked(wide), _stacked(narrow)
    shapes = (
        f"--{name}: {one.width} / {one.height}"
        for name, one in zip(("wide", "narrow"), both, strict=True)
    )
    return _address(both[0].svg, both[1].svg, dark), "; ".join(shapes)


def shown(made: tuple[str, str], alt: str) -> str:
    """The picture as HTML, with its text alternative."""
    address, shapes = made
    return (
        f'<div class="stegvis-drawn" style="{shapes}">'
        f'<img alt="{escape(alt)}" src="{address}"></div>'
    )


def on_dark(svg: str) -> str:
    """The drawing in the colours of the dark page; a förbund's own colour half as light again."""
    return _COLOUR.sub(lambda found: ON_DARK.get(found[0].lower()) or _lighter(found[0]), svg)


def _lighter(colour: str) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{(part + 255) // 2:02x}" for part in parts)


def _stacked(parts: Sequence[Drawing]) -> Drawing:
    """A drawing that was parted for paper, in one piece again."""
    if len(parts) == 1:
        return parts[0]
    inside, tall = [], 0
    for part in parts:
        inside.append(part.svg.replace("<svg ", f'<svg y="{tall}" ', 1))
        tall += part.height
    width = parts[0].width
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {tall}" '
        f'width="{width}" height="{tall}">{"".join(inside)}</svg>'
    )
    return Drawing(svg, width, tall)


@st.cache_data(max_entries=400, show_spinner=False)
def _address(wide: str, narrow: str, dark: bool) -> str:
    """A picture of its own, with its typeface in it: a page lends it none."""
    both = "".join(
        _SIZE.sub(f' class="{kind}"', svg, count=1)
        for kind, svg in (("wide", wide), ("narrow", narrow))
    )
    style = (
        f"{_faces()}.narrow{{display:none}}"
        f"@media(max-width:{ROOM}px){{.narrow{{display:inline}}.wide{{display:none}}}}"
    )
    whole = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%">'
        f"<style>{style}</style>{on_dark(both) if dark else both}</svg>"
    )
    return "data:image/svg+xml;base64," + base64.b64encode(whole.encode()).decode("ascii")


@cache
def _faces() -> str:
    faces = []
    for weight, name in ((400, "Regular"), (600, "Semibold")):
        data = (FONTS / f"StegvisSans-{name}.woff").read_bytes()
        faces.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};'
            f'src:url("data:font/woff;base64,{base64.b64encode(data).decode("ascii")}")}}'
        )
    return "".join(faces)

"""A report as one HTML file that needs nothing else: no network, no library, no script to read.

With a script it is a little more: a chart can be stepped through by keyboard, figure and table
be shown one at a time, and the columns of kvinnor and män be folded away. The file's own content
policy lets its own style and script run, by their checksums, and nothing besides.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tracking.domain import clock
from tracking.reports.layout import Paper, lay_out, logotype_words
from tracking.reports.metrics import FONTS
from tracking.reports.shapes import Identity, ReportContent
from tracking.reports.typesetting import logotype_picture

TEMPLATES = Path(__file__).parent / "templates"
_FACES = ((400, "StegvisSans-Regular.woff"), (600, "StegvisSans-Semibold.woff"))


def to_html(content: ReportContent) -> bytes:
    """Return the report as one HTML file in UTF-8. Raises `UnreadableLogotype`."""
    paper = lay_out(content)
    style = f":root {{ --accent: {paper.colour}; }}\n{_on_every_page(paper)}\n{_style()}"
    script = (TEMPLATES / "report.js").read_text("utf-8")
    made = content.made_at.astimezone(clock.SWEDEN)
    page = (
        _environment()
        .get_template("report.html")
        .render(
            paper=paper,
            content=paper.content,
            identity=paper.content.identity,
            logotype=_logotype(content.identity),
            made_on=made.date().isoformat(),
            style=Markup(style),
            script=Markup(script),
            policy=(
                f"default-src 'none'; style-src '{_checksum(style)}'; "
                f"script-src '{_checksum(script)}'; img-src data:; font-src data:; "
                "base-uri 'none'; form-action 'none'"
            ),
        )
    )
    return page.encode("utf-8")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawn"] = _drawn
    environment.globals["logotype_words"] = logotype_words
    return environment


def _drawn(svg: str) -> Markup:
    """A drawing of ours as it is: every text in it was escaped when it was drawn."""
    return Markup(svg)


@cache
def _style() -> str:
    faces = []
    for weight, name in _FACES:
        data = base64.b64encode((FONTS / name).read_bytes()).decode()
        faces.append(
            f'@font-face {{ font-family: "Stegvis Sans"; font-weight: {weight}; '
            f'src: url("data:font/woff;base64,{data}") format("woff"); }}'
        )
    return "\n".join(faces) + "\n" + (TEMPLATES / "report.css").read_text("utf-8")


def _on_every_page(paper: Paper) -> str:
    """What a printed page says in its margins: status or marking, title and number."""
    look = 'font: 8.5pt "Stegvis Sans", Arial, sans-serif; color: #4a4f57;'
    bold = look.replace("8.5pt", "600 8.5pt").replace("#4a4f57", "#1a1a1a")
    return (
        f"@page {{ @top-right {{ content: {_css_text(paper.page_mark)}; {bold} }}\n"
        f"@bottom-left {{ content: {_css_text(paper.running_title)}; {look} }}\n"
        f'@bottom-right {{ content: "sida " counter(page) " av " counter(pages); {look} }} }}'
    )


def _css_text(text: str) -> str:
    """A text as CSS writes one, with everything but letters and digits as a number."""
    safe = (sign if sign.isascii() and sign.isalnum() else f"\\{ord(sign):06x}" for sign in text)
    return f'"{"".join(safe)}"'


def _checksum(text: str) -> str:
    """How a content policy names a piece of style or script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _logotype(identity: Identity | None) -> str:
    """The logotype as an address that holds the picture itself, or nothing."""
    if identity is None or not identity.logotype:
        return ""
    picture = base64.b64encode(logotype_picture(identity.logotype)).decode()
    return f"data:image/png;base64,{picture}"

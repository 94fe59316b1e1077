"""The small pages outside Streamlit: signing in, unlocking, setting up, being refused.

Templates with automatic escaping; nothing that somebody typed is ever put into HTML any other
way. No script: the pages work without one.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from tracking.web.language import in_readers_language, way_to_choose

TEMPLATES = Path(__file__).resolve().parent / "templates"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """One page. ``root`` is what addresses begin with behind a proxy."""
    values = {"root": "", "error": "", "faulty": None} | values
    other, offered, address = way_to_choose(str(values["root"]))
    text = (
        _environment()
        .get_template(template)
        .render(**values, other_language=other, offered=offered, choose_language=address)
    )
    text = in_readers_language(text)
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store"})


def message(
    title: str, sentence: str, *, status: int, go: str = "/", go_label: str = "Till Stegvis"
) -> HTMLResponse:
    """A page that says one thing and offers one way on."""
    return page(
        "message.html", status=status, title=title, sentence=sentence, go=go, go_label=go_label
    )

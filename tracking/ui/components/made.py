"""Components of our own, which say their words in the reader's language.

A component's HTML and script are Swedish, as everything here is. A reader of another language is
sent the component's own messages in it, and `in_language.js` says them in the browser.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import streamlit as st

from tracking.domain.instruments import INSTRUMENTS
from tracking.language import catalogue, component_messages
from tracking.ui import reader
from tracking.ui.components.reception import asset

_BEGINS = "export default function"
_NAMED = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
"""What stands outermost in a script."""

_OWN = "componentInItsOwnWords"
SPOKEN = frozenset({"spoken_words", "spoken_language"})
"""What is sent beside a component's own data to whoever reads another language."""
_ENDS = f""";
export default function (component) {{
  speak(component.parentElement, component.data?.spoken_words, component.data?.spoken_language);
  return {_OWN}(component);
}}
"""


def component(
    name: str, *, html: str, js: str, css: str | None = None, isolate_styles: bool = True
) -> Callable[..., Any]:
    """A component as `st.components.v2.component` makes it; ``js`` has one default export."""
    before, begins, after = js.partition(_BEGINS)
    assert begins, f"{name} has nothing to draw"
    script = f"{asset('in_language.js')}\n{before}const {_OWN} = function{after}{_ENDS}"
    named = _NAMED.findall(script)
    twice = {one for one in named if named.count(one) > 1}
    # The browser would refuse all of it, and draw nothing without a word.
    assert not twice, f"{name} gives {twice} to two things"
    made = st.components.v2.component(
        name, html=html, css=css, js=script, isolate_styles=isolate_styles
    )

    def drawn(**given: Any) -> Any:
        language = reader.language()
        if reader.speaks() is not None:
            words = _words(language, html, js)
            data = given.get("data") or {}
            assert not SPOKEN & set(data), f"{name} has data under the names of its words"
            given["data"] = {**data, "spoken_words": words, "spoken_language": language}
        return made(**given)

    return drawn


@lru_cache(maxsize=64)
def _words(language: str, html: str, js: str) -> dict[str, str]:
    speech = catalogue(language)
    # A form's scales come as data, and are the same texts wherever they are drawn.
    scales = [scale for one in INSTRUMENTS.values() for scale in one.scales]
    messages = [*component_messages(html, js), *scales]
    return {message: said for message in messages if (said := speech.entry(message)) is not None}

"""What has just been said is brought into view: a form's button may stand far below its answer.

`said` is put on the HTML that says it, `bring` drawn right after that. What has to be mended gets
the focus as well, so that a screen reader begins there and the next Tab goes to the first field.
"""

from __future__ import annotations

from html import escape

from tracking.ui.components.made import component
from tracking.ui.components.reception import asset

_COMPONENT = component("stegvis_attention", html="<span hidden></span>", js=asset("attention.js"))


def said(moment: str) -> str:
    """The attribute that ``bring`` finds the element by."""
    return f'data-said="{escape(moment)}"'


def bring(moment: str, *, mend: bool) -> None:
    """Show what bears ``moment``, once however often it is drawn. ``mend``: with the focus."""
    _COMPONENT(key=f"stegvis-attention-{moment}", data={"moment": moment, "mend": mend})

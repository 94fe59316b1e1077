"""A field for one picture from the visitor's disk: the browser's own, with Swedish words.

Streamlit's uploader speaks English and has a role that a screen reader cannot follow. What comes
is read with distrust: at most the given size, and whether it is a picture is the service's to say.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

import streamlit as st

from tracking.ui.components.made import component
from tracking.ui.components.reception import asset

_COMPONENT = component(
    "stegvis_picture_field",
    html="""
<div class="stegvis-entry"><label for="picture">Välj bild (PNG eller SVG)</label>
<input id="picture" type="file" accept=".png,.svg,image/png,image/svg+xml"
 aria-describedby="picture-told"><p id="picture-told" class="hint" role="status"></p></div>
""",
    css=asset("entry_common.css")
    + """
.stegvis-entry label { display: block; margin-bottom: .3rem; }
.stegvis-entry input { font: inherit; color: var(--ink); max-width: 100%; }
.stegvis-entry .hint { min-height: 1.4em; }
""",
    js=asset("entry_common.js")
    + """
export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".stegvis-entry");
  followTheme(root);
  const field = root.querySelector("input");
  const told = root.querySelector(".hint");
  field.onchange = () => {
    const file = field.files[0];
    if (!file) { setStateValue("picture", ""); setText(told, ""); return; }
    if (file.size > data.most) {
      setStateValue("picture", "");
      setText(told, "Bilden är för stor: högst " + Math.round(data.most / 1000) + " kB.");
      return;
    }
    const reader = new FileReader();
    reader.onload = () => {
      setStateValue("picture", String(reader.result).split(",")[1] || "");
      setText(told, "Vald. Spara utseendet för att använda den.");
    };
    reader.readAsDataURL(file);
  };
}
""",
)


def picture_field(key: str, most: int) -> Callable[[], bytes | None]:
    """Draw the field; what it answers gives the picture, of at most ``most`` bytes, or None."""
    _COMPONENT(
        key=key,
        data={"most": most},
        default={"picture": ""},
        on_picture_change=lambda: None,
    )

    def picked() -> bytes | None:
        raw = getattr(st.session_state.get(key), "picture", None)
        if not isinstance(raw, str) or not raw or len(raw) > 2 * most:
            return None
        try:
            return base64.b64decode(raw, validate=True)
        except binascii.Error:
            return None

    return picked

"""A field for one table file from the visitor's disk: the browser's own, with Swedish words.

What comes is bytes and a name, both to be distrusted by whoever reads them. It is held by the
session alone and is gone when the field is drawn under another key.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

import streamlit as st

from tracking.ui.components.made import component
from tracking.ui.components.reception import asset

MOST_BYTES = 10_000_000
"""More than a browser should send; a larger file is read in on the server."""

_COMPONENT = component(
    "stegvis_file_field",
    # The browser's own button speaks the browser's language: it is there, but our words show.
    html="""
<div class="stegvis-entry"><input id="table-file" type="file" accept=".xlsx,.csv,.txt,.tsv"
 aria-describedby="table-told"><label for="table-file">Välj fil</label>
<p id="table-told" class="hint" role="status">Excel (.xlsx) eller CSV, högst 10 MB.</p></div>
""",
    css=asset("entry_common.css")
    + """
.stegvis-entry input[type="file"] { position: absolute; width: 1px; height: 1px; opacity: 0; }
.stegvis-entry label[for="table-file"] {
  display: inline-block; padding: .55rem .9rem; border-radius: .25rem; cursor: pointer;
  background: var(--primary); color: var(--on-primary); font-weight: 600;
}
.stegvis-entry input[type="file"]:focus-visible + label {
  outline: 3px solid var(--ink); outline-offset: 2px;
}
.stegvis-entry .hint { min-height: 1.4em; margin-top: .4rem; }
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
    if (!file) { setStateValue("file", null); setText(told, ""); return; }
    if (file.size > data.most) {
      setStateValue("file", null);
      setText(told, "Filen är för stor: högst 10 MB. Större filer läses in på servern.");
      return;
    }
    setText(told, "Läser filen …");
    const reader = new FileReader();
    reader.onload = () => {
      const content = String(reader.result).split(",")[1] || "";
      setStateValue("file", { name: file.name, content: content });
      setText(told, "");
    };
    reader.onerror = () => setText(told, "Filen gick inte att läsa. Försök igen.");
    reader.readAsDataURL(file);
  };
}
""",
)


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file as it came: what it is called, and its bytes."""

    name: str
    content: bytes


def file_field(key: str) -> PickedFile | None:
    """Draw the field and give the file that is chosen in it, if any."""
    _COMPONENT(
        key=key, data={"most": MOST_BYTES}, default={"file": None}, on_file_change=lambda: None
    )
    raw = getattr(st.session_state.get(key), "file", None)
    if not isinstance(raw, dict):
        return None
    name, content = raw.get("name"), raw.get("content")
    if not isinstance(name, str) or not isinstance(content, str):
        return None
    if len(content) > 2 * MOST_BYTES:
        return None
    try:
        return PickedFile(name[:200], base64.b64decode(content, validate=True))
    except binascii.Error:
        return None

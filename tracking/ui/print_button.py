"""A button that opens the browser's own print dialogue; Streamlit has none."""

from __future__ import annotations

import streamlit as st

_COMPONENT = st.components.v2.component(
    "stegvis_print",
    html='<button type="button"></button>',
    css="""
button { font: inherit; font-weight: 600; padding: .45rem 1rem; border-radius: .25rem;
  border: 1px solid var(--st-primary-color); background: var(--st-primary-color);
  color: var(--st-background-color); cursor: pointer; }
button:focus-visible { outline: 3px solid var(--st-text-color); outline-offset: 2px; }
""",
    js="""
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button");
  button.textContent = data.label;
  button.onclick = () => window.print();
}
""",
)


def print_button(label: str, *, key: str) -> None:
    """Draw the button; nothing comes back from it."""
    _COMPONENT(key=key, data={"label": label})

"""A button that copies the page's address, so that a view can be sent as a link.

The address says what is looked at and nothing of what it shows; whoever opens it is asked for
permission like anybody else.
"""

from __future__ import annotations

from tracking.ui.components.made import component
from tracking.ui.components.reception import asset

_COMPONENT = component(
    "stegvis_copy_link",
    html=asset("copy_link.html"),
    css=asset("copy_link.css"),
    js=asset("copy_link.js"),
    # Its colours are the page's own.
    isolate_styles=False,
)


def copy_link() -> None:
    """Draw the button."""
    _COMPONENT(
        key="copy-link",
        data={
            "label": "Kopiera länken till den här vyn",
            "done": "Länken är kopierad. Den som får den ser bara det hen själv får se.",
            "byHand": "Kopiera adressen med Ctrl+C.",
        },
    )

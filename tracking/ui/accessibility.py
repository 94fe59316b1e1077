"""The accessibility statement on a page of the app, and the form for how the förbund is reached.

The text is `tracking.domain.accessibility`; those who cannot sign in read it from `tracking.web`.
"""

from __future__ import annotations

from html import escape

from tracking.domain.accessibility import statement
from tracking.outcomes.directory_views import ForbundView
from tracking.services.setup import change_contact
from tracking.ui import fields, frame, shown
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values


def draw(forbund: ForbundView) -> None:
    """Every part of the statement."""
    for part in statement(forbund.name, forbund.contact):
        frame.heading(part.heading)
        for paragraph in part.paragraphs:
            frame.lead_sentence(paragraph)
        if part.items:
            rows = "".join(f"<li>{escape(item)}</li>" for item in part.items)
            shown.html(f'<ul class="stegvis-lead">{rows}</ul>')
        if part.link is not None:
            label, address = part.link
            shown.html(
                f'<p class="stegvis-lead"><a href="{escape(address)}">{escape(label)}</a></p>'
            )


def contact_form(context: Context, forbund: ForbundView) -> None:
    """How the förbund is reached, for whoever sets it up."""
    name = "contact"
    form = Form(round_name(name), page=context.page)
    version = form.keep("version", forbund.version)

    def save(values: Values) -> str:
        contact = values.text("contact")
        values.check()
        change_contact(
            context.database, context.actor, contact=contact or "", version=version, key=values.key
        )
        next_round(name)
        return "Kontaktvägen är sparad." if contact else "Kontaktvägen är borttagen."

    frame.heading("Kontaktväg")
    with form.drawn():
        fields.text(
            form,
            "contact",
            "Kontaktväg",
            value=forbund.contact or "",
            hint="En e-postadress eller ett telefonnummer till kansliet, aldrig till en "
            "person. Visas för alla, även för den som inte är inloggad.",
        )
        form.submit("Spara kontaktvägen", save)

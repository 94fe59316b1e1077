"""The form for the förbund's name, colour and logotype on its reports."""

from __future__ import annotations

import base64
from html import escape

from tracking.domain.report_identity import (
    LARGEST_BYTES,
    LEAST_CONTRAST,
    Licence,
    checked_colour,
    contrast_on_white,
)
from tracking.domain.swedish import decimal
from tracking.outcomes.report_views import IdentityView
from tracking.services.report_identity import set_identity
from tracking.ui import fields, forms, frame, shown
from tracking.ui.components.picture_field import picture_field
from tracking.ui.guard import Context

_MIME = {"png": "image/png", "svg": "image/svg+xml"}
KEEP, NEW, NONE = "keep", "new", "none"


def draw(context: Context, look: IdentityView) -> None:
    """How reports look now, and the form that changes it."""
    _shown(look)
    frame.heading("Ändra")
    form = forms.Form(f"identity:{look.version or 0}", page=context.page)
    version = form.keep("version", look.version)
    picked = picture_field("logotype-picture", LARGEST_BYTES)
    with form.drawn():
        fields.text(form, "name", "Förbundets namn på rapporter", value=look.name)
        fields.text(
            form,
            "colour",
            "Färg",
            value=look.colour,
            width=200,
            hint=f"Som # och sex tecken. Kontrasten mot vitt ska vara minst "
            f"{decimal(LEAST_CONTRAST)} till 1.",
        )
        options = {NEW: "Bilden som är vald ovan", NONE: "Ingen logotyp"}
        if look.logotype is not None:
            options = {KEEP: "Behåll den som finns", **options}
        fields.choice(
            form,
            "which",
            "Logotyp",
            options,
            value=next(iter(options)) if look.logotype is not None else NONE,
        )
        form.register_label("logotype", "Bild")
        fault = form.error("logotype")
        if fault:
            shown.html(f'<p class="stegvis-error">{escape(fault)}</p>')
        fields.text(
            form,
            "logotype_alt",
            "Vad logotypen föreställer",
            value=look.logotype_alt,
            hint="Läses upp för den som inte ser bilden.",
        )

        fields.choice(
            form,
            "licence",
            "Villkor för öppna data",
            {one.value: one.label for one in Licence},
            value=look.licence.value,
            hint="Står i filerna med öppna data och fryses när en rapport fastställs. "
            "Rapporter som redan är fastställda behåller sina villkor.",
        )

        def save(values: forms.Values) -> str:
            which = values.choice("which") or NONE
            picture = picked() if which == NEW else None
            if which == NEW and picture is None:
                values.fault("logotype", "Välj en bild ovanför formuläret först.")
            values.check()
            set_identity(
                context.database,
                context.actor,
                name=values.text("name"),
                colour=values.text("colour"),
                logotype=picture,
                logotype_alt=values.text("logotype_alt"),
                keep_logotype=which == KEEP,
                licence=Licence(values.choice("licence") or look.licence),
                version=version,
                key=values.key,
            )
            return "Rapporternas utseende är sparat."

        form.submit("Spara utseendet", save)


def _shown(look: IdentityView) -> None:
    picture = ""
    if look.logotype is not None and look.logotype_kind is not None:
        # As a picture and never as part of the page, so that nothing in it could run.
        data = base64.b64encode(look.logotype).decode("ascii")
        picture = (
            f'<img alt="{escape(look.logotype_alt)}" style="max-height:56px;max-width:220px" '
            f'src="data:{_MIME[look.logotype_kind]};base64,{data}">'
        )
    colour = checked_colour(look.colour)
    shown.html(
        '<div style="background:#fff;color:#1a1a1a;padding:1rem 1.25rem;max-width:40rem;'
        f'border-top:6px solid {colour};border-bottom:1px solid #d4d6da">{picture}'
        f'<p style="margin:.5rem 0 0;font-weight:600;color:{colour};font-size:1.25rem">'
        f"{escape(look.name)}</p>"
        '<p style="margin:0;color:#4a4f57;font-size:.875rem">Så ser rapportens huvud ut. '
        f"Kontrast mot vitt {decimal(contrast_on_white(colour))} till 1.</p></div>"
    )

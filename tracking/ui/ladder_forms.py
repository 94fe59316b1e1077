"""Processtrappor: a drawn staircase with its texts, a new ladder, a new version.

A version never changes; the form for a new one begins with the words of the latest.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from tracking.domain.swedish import iso
from tracking.domain.wording import capitalised, counted
from tracking.outcomes.directory_views import LadderVersionView, LadderView, StepView
from tracking.services.ladders import StepText, add_ladder_version, create_ladder
from tracking.ui import charts, fields, frame, shown, tables
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

MOST_STEPS = 12
PARTS = (
    ("needs", "Behov av"),
    ("manages", "Klarar"),
    ("activity", "Insats"),
    ("goal", "Mål för steget"),
)


def answer(ladders: Sequence[LadderView]) -> str:
    """How many ladders there are."""
    if not ladders:
        return "Förbundet har ingen processtrappa än."
    return f"Förbundet har {counted(len(ladders), 'processtrappa', 'processtrappor')}."


def staircase(version: LadderVersionView) -> None:
    """The steps as a staircase, highest on top, each wider than the one above it.

    Real text in a list, so that it is read in order without being seen.
    """
    colours = charts.palette(charts.ground_is_dark())
    count = len(version.steps)
    rows = []
    for step in reversed(version.steps):
        indent = 100 * step.position / (count + 3) if count else 0
        rows.append(
            f'<li style="margin:0 0 3px {indent:.1f}%;padding:.35rem .75rem;list-style:none;'
            f"border-top:3px solid {colours.primary};border-left:3px solid {colours.primary};"
            f'"><strong>{step.position}</strong>&ensp;{escape(step.name)}</li>'
        )
    shown.html(
        f'<ol reversed style="padding:0;margin:.5rem 0;color:{colours.ink}" '
        f'aria-label="Trappans steg, det högsta först">{"".join(rows)}</ol>'
    )


def texts(version: LadderVersionView) -> None:
    """The words of every step in a table."""
    tables.show_list(
        f"Version {version.number}, gäller från {iso(version.valid_from)}",
        ("Steg", *(label for _, label in PARTS)),
        [
            (f"{step.position} {step.name}", *(getattr(step, name) or "–" for name, _ in PARTS))
            for step in version.steps
        ],
    )
    frame.small(
        "Utanför stegen finns utgången inga utsikter för arbete. Ett deltagande behåller den "
        "version det började med."
    )
    if version.decided:
        frame.small(f"Beslutad: {version.decided}")


def edit(context: Context, ladder: LadderView | None) -> None:
    """A new version of a ladder, or (None) a new ladder."""
    latest = ladder.versions[0] if ladder and ladder.versions else None
    name = f"ladder:{ladder.ladder_id if ladder else 'ny'}"
    count_key = f"choose::steps:{name}"
    st.session_state.setdefault(count_key, len(latest.steps) if latest else 6)
    count = shown.selectbox("Antal steg", range(2, MOST_STEPS + 1), key=count_key, width=160)
    form = Form(round_name(name), page=context.page)

    def save(values: Values) -> str:
        title = "" if ladder else values.text("name", required="Skriv trappans namn.")
        valid_from = values.required_day("valid_from", "Skriv från vilken dag versionen gäller.")
        steps = [_step(values, position) for position in range(count)]
        decided = values.text("decided")
        values.check()
        if ladder is None:
            create_ladder(
                context.database,
                context.actor,
                name=title,
                steps=steps,
                valid_from=valid_from,
                decided=decided,
                key=values.key,
            )
            said = f"Trappan {title} är upplagd."
        else:
            done = add_ladder_version(
                context.database,
                context.actor,
                ladder_id=ladder.ladder_id,
                steps=steps,
                valid_from=valid_from,
                decided=decided,
                key=values.key,
            )
            said = f"Version {done.number} av {ladder.name} är sparad."
        next_round(name)
        return said

    with form.drawn():
        if ladder is None:
            fields.text(form, "name", "Trappans namn")
        fields.day(form, "valid_from", "Gäller från")
        fields.text(form, "decided", "Beslutad", hint="Till exempel styrelsens datum.")
        for position in range(count):
            _step_fields(form, position, _known(latest, position))
        form.submit("Spara trappan" if ladder is None else "Spara ny version", save)


def _known(latest: LadderVersionView | None, position: int) -> StepView | None:
    if latest is None or position >= len(latest.steps):
        return None
    return latest.steps[position]


def _step_fields(form: Form, position: int, step: StepView | None) -> None:
    prefix = f"step_{position}"
    frame.subheading(f"Steg {position}")
    fields.text(form, f"{prefix}_name", "Stegets namn", value=step.name if step else "")
    for part, label in PARTS:
        fields.sentence(
            form,
            f"{prefix}_{part}",
            f"{capitalised(label)} (steg {position})",
            value=getattr(step, part) if step else "",
        )


def _step(values: Values, position: int) -> StepText:
    prefix = f"step_{position}"
    return StepText(
        values.text(f"{prefix}_name", required=f"Skriv namnet på steg {position}."),
        # A sentence, however many lines it was typed on.
        *(" ".join(values.text(f"{prefix}_{part}").split()) for part, _ in PARTS),
    )

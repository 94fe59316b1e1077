"""What a report, or the one after it, says of corrections, before anybody has to ask."""

from __future__ import annotations

from html import escape

from tracking.access.permissions import can_see_internal
from tracking.domain.swedish import whole
from tracking.outcomes.report_views import ReportView
from tracking.reports.corrections import Correction
from tracking.reports.corrections_ahead import counted_today, told_next
from tracking.ui import frame, shown
from tracking.ui.guard import Context

ADOPTED = "Det som är fastställt ändras inte. Det här kommer nästa rapport att säga."
DRAFT = "Rapporten säger själv vad som har rättats sedan ett tidigare släpp."
TODAY = (
    "INTERNT: så skulle perioden räknas i dag. Det märks i nästa släpp, där det rör pågående "
    "deltaganden och årets summor."
)


def draw(context: Context, view: ReportView) -> None:
    """The corrections that have been released, and for the insats's own staff those to come."""
    head = view.head
    told = told_next(context.database, context.actor, head.report_id).value
    if told:
        frame.heading("Rättelser sedan ett tidigare släpp")
        frame.small(ADOPTED if head.is_adopted else DRAFT)
        _listed([_words(one) for one in told])
    if not head.is_adopted or head.insats_id is None:
        return
    if not can_see_internal(context.actor, head.insats_id):
        return
    coming = counted_today(context.database, context.actor, head.report_id, page=context.page).value
    if coming:
        frame.heading("Rättat i registret efter släppet")
        frame.small(TODAY)
        _listed([_words(one) for one in coming])


def _words(one: Correction) -> str:
    return f"{one.label}, {one.when}: {whole(one.then)} i släppet, {whole(one.now)} nu"


def _listed(lines: list[str]) -> None:
    items = "".join(f"<li>{escape(line[:1].upper() + line[1:])}</li>" for line in lines)
    shown.html(f'<ul class="stegvis-notes">{items}</ul>')

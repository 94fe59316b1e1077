"""Gallring: vad som har sparats tiden ut, protokollen, och koder att stryka i kodnyckeln."""

from tracking.access.permissions import can_run_retention, can_see_internal, can_see_persons
from tracking.domain.records import InsatsKind
from tracking.outcomes.directory import my_insatser
from tracking.outcomes.retention import codes_to_strike, insats_retention, retention_view
from tracking.ui import frame
from tracking.ui import retention_view as parts
from tracking.ui.guard import require

context = require("gallring")
actor = context.actor

if can_run_retention(actor):
    view = retention_view(context.database, actor)
    frame.title("Gallring", page=context.page, lead=parts.answer(view))
    parts.due(view)
    parts.erasing(context, view)
    parts.kept(context, view.rules)
    parts.protocols(view.protocols)
else:
    mine = [
        item
        for item in my_insatser(context.database, actor)
        if can_see_internal(actor, item.insats_id) and item.kind is InsatsKind.INDIVIDUAL
    ]
    frame.title(
        "Gallring",
        page=context.page,
        lead="Deltagarnas uppgifter tas bort när tiden har gått ut. Det gör systemadministratören.",
    )
    if any(can_see_persons(actor, item.insats_id) for item in mine):
        parts.strike(codes_to_strike(context.database, actor, page=context.page).value)
    frame.heading("När insatsens uppgifter gallras")
    for item in mine:
        parts.own(item.name, insats_retention(context.database, actor, item.insats_id).value)

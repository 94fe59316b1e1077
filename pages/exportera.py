"""Hämta uppgifter: insatsens egna rader som Excel, CSV och Parquet, med kodbok."""

from tracking.access.permissions import can_export
from tracking.domain.records import InsatsKind
from tracking.outcomes.directory import my_insatser
from tracking.outcomes.export import export_size
from tracking.ui import choices, export_view, frame
from tracking.ui.guard import require

context = require("exportera")
insatser = {
    item.insats_id: item.name
    for item in my_insatser(context.database, context.actor)
    if can_export(context.actor, item.insats_id) and item.kind is InsatsKind.INDIVIDUAL
}
chosen = choices.insats(
    insatser,
    not_mine=(
        "Adressen gäller en insats som du inte har uppdrag i både som insatsansvarig och som "
        "deltagaransvarig."
    ),
)
size = None if chosen is None else export_size(context.database, context.actor, chosen)
frame.title(
    "Hämta uppgifter",
    page=context.page,
    lead=None if size is None else export_view.answer(insatser[chosen], *size),
)
if chosen is not None:
    export_view.downloads(context, chosen, insatser[chosen])
export_view.book()

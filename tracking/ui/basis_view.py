"""Underlag till Uppföljning Finsam on the screen: to copy number by number, or as Excel."""

from __future__ import annotations

from tracking.access.permissions import can_see_internal
from tracking.domain.errors import NotFound
from tracking.domain.roles import Zone
from tracking.outcomes.directory import my_insatser
from tracking.outcomes.releases import released_overview
from tracking.outcomes.tables_seen import see_tables
from tracking.reports.basis import finsam_basis, taken_basis
from tracking.ui import choices, frame, report_downloads, shown, tables
from tracking.ui.guard import Context

YEARS_SHOWN = 5


def insatser(context: Context) -> dict[int, str]:
    """The insatser that the visitor gets the basis of: own ones, or those that are released."""
    if context.actor.zone is Zone.INSATS:
        return {
            item.insats_id: item.name
            for item in my_insatser(context.database, context.actor)
            if can_see_internal(context.actor, item.insats_id)
        }
    board = released_overview(context.database, context.actor).value
    return {one.insats_id: one.name for one in board.insatser if one.insats_id is not None}


def draw(context: Context) -> None:
    """Choose insats and year; the numbers, and the file."""
    chosen = choices.insats(
        insatser(context), not_mine="Adressen gäller en insats som inte är din."
    )
    if chosen is None:
        return
    this_year = context.today.year
    # In January the year that has just ended is what is asked for.
    wanted = this_year - 1 if context.today.month == 1 else this_year
    years = {str(this_year - back): str(this_year - back) for back in range(YEARS_SHOWN)}
    in_year = int(
        choices.one_of(
            "ar",
            "År",
            years,
            unknown="Året i adressen finns inte att välja.",
            default=str(wanted),
        )
    )
    if context.actor.zone is Zone.INSATS:
        see_tables(context.database, context.actor, (chosen,), page=context.page)
    try:
        content = finsam_basis(context.database, context.actor, chosen, in_year)
    except NotFound as error:
        frame.lead_sentence(str(error))
        return
    if content.marking is not None:
        shown.html(
            '<p class="stegvis-base">INTERNT – exakta antal, även små. De lämnas bara i den '
            "nationella uppföljningen.</p>"
        )
        frame.on_paper(content.marking)
    frame.small(content.subtitle)
    for section in content.sections:
        frame.heading(section.heading)
        frame.lead_sentence(section.finding)
        for table in section.tables:
            tables.show_table(table)
    mark = "INTERNT " if content.marking else ""
    report_downloads.sheet(
        context,
        lambda actor, _form: taken_basis(context.database, actor, chosen, in_year),
        f"{mark}underlag Finsam {content.title.partition(': ')[2]} {in_year}",
    )

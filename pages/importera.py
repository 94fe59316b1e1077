"""Läs in filer: det som förts i Excel kommer in, provläst först och sedan allt eller inget."""

import streamlit as st

from tracking.domain.errors import StegvisError
from tracking.domain.import_records import ImportKind
from tracking.domain.records import InsatsKind
from tracking.outcomes.imports import (
    earlier_figures,
    import_insatser,
    import_vocabulary,
    imports_of,
    mappings_of,
)
from tracking.ui import choices, frame, import_desk, import_list, import_plan, import_view
from tracking.ui.faults import show_problem
from tracking.ui.guard import require

context = require("importera")
mine = {item.insats_id: item for item in import_insatser(context.database, context.actor)}
top = st.container()
insats_id = choices.insats(
    {key: item.name for key, item in mine.items()},
    not_mine="Adressen gäller en insats som du inte kan läsa in filer i.",
)
if insats_id is None:
    with top:
        frame.title("Läs in filer", page=context.page)
    st.stop()
imports = imports_of(context.database, context.actor, insats_id)
vocabulary = import_vocabulary(context.database, context.actor, insats_id)
remembered = mappings_of(context.database, context.actor, insats_id)
desk = import_desk.desk_of(context, insats_id)
with top:
    lead = import_list.answer(imports)
    frame.title(f"Läs in filer i {mine[insats_id].name}", page=context.page, lead=lead)
kinds = list(ImportKind)
if mine[insats_id].kind is not InsatsKind.INDIVIDUAL:
    kinds = [ImportKind.HISTORY]

frame.small(
    "Skriv aldrig namn, personnummer eller kontaktuppgifter i filen. En fil med sådant nekas hel "
    "och ingenting av den sparas."
)
import_view.show_faults(desk)
if desk.table is None:
    import_view.draw_templates(vocabulary, kinds)
    import_desk.receive(context, desk, vocabulary)
table = import_view.draw_file(desk, kinds, remembered, vocabulary)
if table is not None:
    try:
        begun = import_view.proposed(desk, table, remembered, vocabulary)
    except StegvisError as error:
        show_problem(str(error))
    else:
        import_view.draw_mapping(context, desk, table, begun, vocabulary)
        if desk.plan is not None:
            import_plan.draw_plan(context, desk, desk.plan)
import_list.draw(context, imports, vocabulary)
import_list.draw_keys(context, insats_id, imports)
import_list.draw_earlier(earlier_figures(context.database, context.actor, insats_id))

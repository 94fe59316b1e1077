"""Insatser: förbundets insatser, en ny från mall eller tom, ram och årets budget."""

from tracking.outcomes import directory
from tracking.services.setup import templates
from tracking.ui import choices, frame, insats_forms, insats_lists, shown
from tracking.ui.guard import require
from tracking.ui.menu import page_path

context = require("insatser")
insatser = directory.my_insatser(context.database, context.actor)
ladders = directory.ladders(context.database)

frame.title("Insatser", page=context.page, lead=insats_lists.answer(insatser))
insats_lists.show(insatser)
chosen = choices.one_of(
    choices.INSATS,
    "Ändra eller lägg upp",
    {"ny": "Ny insats"} | {str(item.insats_id): item.name for item in insatser},
    unknown="Insatsen i adressen finns inte.",
    default="ny",
)

if chosen == "ny":
    frame.heading("Ny insats")
    controllers = directory.controllers(context.database)
    if not controllers:
        frame.lead_sentence("Lägg först till den myndighet som ska driva insatsen.")
    else:
        by_key = {template.key: template for template in templates()}
        key = shown.selectbox(
            "Mall",
            ["", *by_key],
            key="choose::template",
            format_func=lambda k: by_key[k].name if k else "Ingen mall, börja tomt",
            width=480,
        )
        template = by_key.get(key or "")
        if template is not None:
            insats_forms.template_targets(template)
        insats_forms.new_insats(context, template, controllers, ladders)
    with shown.expander("Lägg till en myndighet", expanded=not controllers):
        insats_forms.new_controller(context)
else:
    insats = directory.insats_settings(context.database, context.actor, int(chosen))
    frame.heading(insats.name)
    shown.page_link(
        page_path("insats_mal"), label="Insatsens mål", query_params={choices.INSATS: chosen}
    )
    ram, money = shown.tabs(["Ram", "Budget"])
    with ram:
        insats_forms.edit_frame(context, insats, ladders)
    with money:
        years = directory.budgets(context.database, context.actor, insats.insats_id)
        insats_forms.budgets_table(years)
        year = shown.selectbox(
            "År",
            range(context.today.year + 1, min(insats.starts_on, context.today).year - 1, -1),
            index=1,
            key=f"choose::year:{chosen}",
            width=160,
        )
        insats_forms.budget(context, insats, year, years)

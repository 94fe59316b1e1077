"""Läs in filer: what a dry run found, reading it in, and remembering which column was what."""

from __future__ import annotations

from tracking.domain.import_records import RowState
from tracking.domain.swedish import whole
from tracking.domain.wording import counted
from tracking.exchange.importing.planning import MOST_SHOWN, Plan, Progress, apply
from tracking.services.imports import save_mapping
from tracking.ui import fields, forms, frame, import_progress, shown, tables
from tracking.ui.guard import Context
from tracking.ui.import_desk import Desk

SHOWN = 300


def draw_plan(context: Context, desk: Desk, plan: Plan) -> None:
    """What would happen row by row, and the button that lets it."""
    frame.heading("Provläsning")
    frame.lead_sentence(_answer(plan))
    ordered = sorted(plan.rows, key=lambda one: (one.state is not RowState.REFUSED, one.row))
    tables.show_list(
        "Rad för rad",
        ("I filen", "Vad som händer", "Vad det gäller"),
        [(f"Rad {whole(one.row)}", one.state.label, one.said) for one in ordered[:SHOWN]],
        show_caption=False,
    )
    total = plan.new + plan.same + plan.refused + plan.not_read
    if total > SHOWN:
        frame.small(
            f"De första {SHOWN} av {whole(total)} visas, nekade rader först"
            + (f" (högst {whole(MOST_SHOWN)} av varje sort)." if not plan.all_shown else ".")
        )
    if plan.columns_not_read:
        frame.small(f"Kolumner som inte läses: {', '.join(plan.columns_not_read)}.")
    if plan.may_be_applied:
        forms.act(
            f"Läs in {counted(plan.new, 'uppgift', 'uppgifter')}",
            lambda key: _apply(context, desk, plan, telling("Läser in"), key),
            name=f"apply-import-{desk.turn}",
            primary=True,
        )
        telling = import_progress.room()
    _draw_remember(context, desk)


def _answer(plan: Plan) -> str:
    new = counted(plan.new, "uppgift läggs till", "uppgifter läggs till")
    same = f", {whole(plan.same)} finns redan" if plan.same else ""
    if plan.not_read:
        same += f", {counted(plan.not_read, 'rad läses inte', 'rader läses inte')}"
    if plan.refused:
        return (
            f"{counted(plan.refused, 'uppgift', 'uppgifter')} nekas, så filen kan inte läsas in "
            "än. Rätta raderna i filen, eller välj andra kolumner, och provläs igen. "
            f"I övrigt: {new}{same}."
        )
    if not plan.new:
        return "Allt i filen finns redan. Det finns inget att läsa in."
    return f"{new}{same}. Ingen nekas. Inget är sparat än."


def _apply(context: Context, desk: Desk, plan: Plan, progress: Progress, key: str) -> str:
    done = apply(plan, context.actor, database=context.database, progress=progress, key=key)
    desk.put_away()
    same = f" {whole(done.same)} fanns redan." if done.same else ""
    return f"{counted(done.new, 'uppgift', 'uppgifter')} är inlästa.{same}"


def _draw_remember(context: Context, desk: Desk) -> None:
    mapping = desk.mapping
    if mapping is None:
        return
    with shown.expander("Spara tolkningen till nästa fil"):
        form = forms.Form(f"import-remember::{desk.turn}", page=context.page)
        with form.drawn():
            fields.text(
                form,
                "name",
                "Tolkningens namn",
                value=mapping.name or "",
                hint="Rubrikerna och valen sparas, inga värden ur filen.",
            )

            def save(values: forms.Values) -> str:
                done = save_mapping(
                    context.database,
                    context.actor,
                    insats_id=desk.insats_id,
                    name=values.text("name"),
                    kind=mapping.kind,
                    content=mapping.to_json(),
                    key=values.key,
                )
                return f"Tolkningen {done.name} är sparad."

            form.submit("Spara tolkningen", save, primary=False)

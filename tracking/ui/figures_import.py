"""Taking in figures from elsewhere: a file, what it would do, all or nothing, and back again.

The file is read and never kept; what was read stands in the session until it is taken in. What
a file may look like is `tracking.exchange.figures`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

from tracking.domain.context_figures import FigureKind
from tracking.domain.errors import StegvisError
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.directory_views import CodeView
from tracking.outcomes.figures import ImportView, would_change
from tracking.services.figures import take_back_figures, take_in_figures
from tracking.ui import fields, frame, shown, tables
from tracking.ui.components.file_field import file_field
from tracking.ui.faults import show_problem
from tracking.ui.forms import Form
from tracking.ui.guard import Context
from tracking.ui.rounds import next_round, round_name
from tracking.ui.values import Values

if TYPE_CHECKING:
    from tracking.exchange.figures import Reading


@dataclass(frozen=True, slots=True)
class Habit:
    """How a kind's file has to look, and a small file that does. Its figures are invented."""

    says: str
    headings: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]


_KOMMUN = (
    "En rad för varje kommun, ersättning och kön, med en kolumn för varje månad, kvartal eller "
    "halvår ({unit}); eller en rad för varje period, med kolumnerna period och antal. Excel "
    "eller CSV, som statistikdatabasen ger dem."
)
HABITS = {
    FigureKind.INDICATORS: Habit(
        "En rad för varje grupp, indikator och år. Bara indikatorns nummer läses: formuleringen "
        "är nätverkets och sparas inte.",
        ("Grupp", "Indikator", "År", "n", "Andel"),
        (("Deltagare", "1", "2025", "40", "62,5"), ("Personal", "1", "2025", "12", "75")),
    ),
    FigureKind.YEAR_EQUIVALENTS: Habit(
        _KOMMUN.format(unit="2025M01, 2025K1 eller 2025-H1"),
        ("Kommun", "Ersättning", "Kön", "2025-H1", "2025-H2"),
        (("Exempelby", "Sjukpenning", "Kvinnor", "101,5", "99"),
         ("Exempelby", "Sjukpenning", "Män", "80", "82,5")),
    ),
    FigureKind.SUPPORT_MEASURE: Habit(
        _KOMMUN.format(unit="2025M01, 2025K1 eller 2025-H1"),
        ("Kommun", "Grupp", "Kön", "2025-H1", "2025-H2"),
        (("Exempelby", "Ohälsa", "Kvinnor", "210", "205"),
         ("Exempelby", "Ekonomiskt bistånd", "Män", "40", "44")),
    ),
}  # fmt: skip


def take(context: Context, kind: FigureKind) -> None:
    """Choose a file, see what it would do, and take it in."""
    habit = HABITS[kind]
    frame.small(habit.says)
    shown.download_button(
        "Hämta en mall (CSV)",
        data=_template(habit),
        file_name=f"mall-{kind.value.replace('_', '-')}.csv",
        mime="text/csv",
        key=f"template::{kind}",
        on_click="ignore",
    )
    slot = round_name(f"figures:{kind}")
    picked = file_field(f"{slot}::file")
    if picked is None:
        return
    # What reads a workbook is imported when there is one: it takes half a second.
    from tracking.exchange.figures import read_figures

    try:
        reading = read_figures(picked.content, picked.name, kind)
    except StegvisError as error:
        show_problem(str(error))
        return
    _tell(context, reading)
    if reading.may_be_taken_in:
        _form(context, reading, f"figures:{kind}")


def _template(habit: Habit) -> str:
    out = StringIO("\ufeff")
    out.seek(1)
    for line in (habit.headings, *habit.lines):
        out.write(";".join(line) + "\r\n")
    return out.getvalue()


def _tell(context: Context, reading: Reading) -> None:
    """What would happen, before anything does."""
    if reading.faults:
        more = reading.more_faults + len(reading.faults)
        show_problem(
            f"Filen kan inte läsas in: {counted(more, 'rad', 'rader')} går inte att läsa. "
            "Rätta dem och välj filen på nytt. Inget är sparat."
        )
        tables.show_list(
            "Rader som inte går att läsa",
            ("Rad", "Varför"),
            [(str(fault.row), fault.why) for fault in reading.faults],
            show_caption=False,
        )
        return
    if not reading.rows:
        show_problem("Filen har inga tal att läsa in. Inget är sparat.")
        return
    change = would_change(context.database, context.actor, reading.kind, reading.rows)
    left = ""
    if reading.left_out:
        words = ("cell är tom eller prickad", "celler är tomma eller prickade")
        left = f" {counted(reading.left_out, *words)} i filen och läses inte."
    frame.lead_sentence(
        f"Provläst: {counted(len(reading.rows), 'uppgift', 'uppgifter')}. "
        f"Nya: {whole(change.new)}. Ersätter andra tal: {whole(change.other)}. "
        f"Står redan så: {whole(change.same)}.{left} Inget är sparat än."
    )


def _form(context: Context, reading: Reading, name: str) -> None:
    form = Form(f"take_in:{reading.kind}:{reading.sha256[:12]}", page=context.page)

    def save(values: Values) -> str:
        source = values.text("source", required="Skriv varifrån talen kommer.")
        values.check()
        made = take_in_figures(
            context.database,
            context.actor,
            kind=reading.kind,
            source=source,
            sha256=reading.sha256,
            rows=reading.rows,
            key=values.key,
        )
        next_round(name)
        few = (
            f" Andelen sparades inte för {counted(made.without_share, 'rad', 'rader')} med för "
            "få svar."
            if made.without_share
            else ""
        )
        return f"{counted(made.rows, 'uppgift är inläst', 'uppgifter är inlästa')}.{few}"

    with form.drawn():
        fields.text(
            form,
            "source",
            "Källa",
            hint="Till exempel SCB:s statistikdatabas, tabellens namn och dagen den hämtades.",
        )
        form.submit("Läs in", save)


def protocol(context: Context, imports: Sequence[ImportView], reasons: Sequence[CodeView]) -> None:
    """Every file that was taken in, and the way to take the latest ones back."""
    if not imports:
        return
    frame.subheading("Inläsningar")
    tables.show_list(
        "Inläsningar",
        ("Inläst", "Källa", "Uppgifter", "Av", "Tillbakatagen"),
        [
            (
                iso(one.imported_at.date()),
                one.source,
                whole(one.rows),
                one.by,
                EN_DASH if one.taken_back_at is None else iso(one.taken_back_at.date()),
            )
            for one in imports
        ],
        numbers=frozenset({2}),
        show_caption=False,
    )
    standing = {one.import_id: one for one in imports if one.taken_back_at is None}
    if not standing:
        return
    with shown.expander("Ta tillbaka en inläsning"):
        form = Form(round_name("take_back"), page=context.page)

        def save(values: Values) -> str:
            which = values.number_choice("import_id")
            if which is None:
                values.fault("import_id", "Välj inläsningen.")
            why = values.required_choice("why", "Välj ett skäl.")
            values.check()
            one = standing[which or 0]
            take_back_figures(
                context.database,
                context.actor,
                import_id=one.import_id,
                why=why,
                version=one.version,
                key=values.key,
            )
            next_round("take_back")
            return "Inläsningen är tillbakatagen. Tal som den ersatte gäller igen."

        with form.drawn():
            fields.record(
                form,
                "import_id",
                "Inläsning",
                {i: f"{iso(one.imported_at.date())} {one.source}" for i, one in standing.items()},
            )
            fields.choice(form, "why", "Skäl", {code.key: code.label for code in reasons})
            form.submit("Ta tillbaka", save, primary=False)

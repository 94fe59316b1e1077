"""What has been read in: each import with its protocol, taking one back, and earlier figures."""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain import clock
from tracking.domain.import_records import ImportKind
from tracking.domain.records import Gender
from tracking.domain.swedish import whole
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.imports import EarlierView, ImportView, Vocabulary, file_keys
from tracking.services.import_undoing import ChangedSince, void_import
from tracking.ui import fields, forms, frame, shown, tables
from tracking.ui.guard import Context

_TABLES = {
    "participant": ("deltagare", "deltagare"),
    "spell": ("deltagande", "deltaganden"),
    "session": ("samtal eller träff", "samtal och träffar"),
    "attendance": ("närvaro på gruppträff", "närvaror på gruppträff"),
    "rating": ("skattning", "skattningar"),
    "step_assessment": ("stegbedömning", "stegbedömningar"),
    "situation": ("situation", "situationer"),
    "follow_up": ("uppföljning", "uppföljningar"),
    "answer": ("svar", "svar"),
    "earlier_figure": ("tidigare uppgift", "tidigare uppgifter"),
}


def answer(imports: Sequence[ImportView]) -> str:
    """How many files have been read in."""
    held = sum(one.voided_at is None for one in imports)
    if not imports:
        return "Ingen fil är inläst än."
    taken_back = len(imports) - held
    return f"{counted(held, 'fil är inläst', 'filer är inlästa')}" + (
        f", {whole(taken_back)} är ångrade." if taken_back else "."
    )


def draw(context: Context, imports: Sequence[ImportView], vocabulary: Vocabulary) -> None:
    """Every import with what it made, and the form that takes one back."""
    if not imports:
        return
    frame.heading("Inlästa filer")
    tables.show_list(
        "Inlästa filer",
        ("När", "Nr", "Vad", "Av", "Vad det blev", "Fanns redan", "Läge"),
        [
            (
                _moment(one),
                str(one.import_id),
                one.kind.label,
                one.applied_by,
                _made(one),
                whole(one.same),
                "inläst" if one.voided_at is None else "ångrad",
            )
            for one in imports
        ],
        numbers=frozenset({1, 5}),
        show_caption=False,
    )
    _draw_undo(context, [one for one in imports if one.voided_at is None], vocabulary)


def _moment(one: ImportView) -> str:
    return one.applied_at.astimezone(clock.SWEDEN).strftime("%Y-%m-%d %H.%M")


def _made(one: ImportView) -> str:
    made = [
        counted(number, *_TABLES[table]) for table, number in one.made.items() if table in _TABLES
    ]
    return ", ".join(made) or EN_DASH


def _draw_undo(context: Context, held: Sequence[ImportView], vocabulary: Vocabulary) -> None:
    if not held:
        return
    frame.subheading("Ångra en inläsning")
    frame.small(
        "Allt som filen gav makuleras och lämnar resultaten, men står kvar i historiken. Har "
        "något ändrats eller byggts på sedan dess görs ingenting, och raderna räknas upp."
    )
    by_id = {one.import_id: one for one in held}
    form = forms.Form(f"import-undo::{max(by_id)}::{len(by_id)}", page=context.page)
    with form.drawn():
        fields.record(
            form,
            "import_id",
            "Inläsning",
            {
                number: f"Nr {number}, {_moment(one)}: {one.kind.label}"
                for number, one in by_id.items()
            },
            value=None,
        )
        fields.choice(form, "why", "Skäl", vocabulary.lists["void_reason"], as_list=True)

        def save(values: forms.Values) -> str:
            number = values.number_choice("import_id")
            why = values.required_choice("why", "Välj ett skäl i listan.")
            if number is None or number not in by_id:
                values.fault("import_id", "Välj vilken inläsning som ska ångras.")
            values.check()
            assert number is not None
            try:
                done = void_import(
                    context.database,
                    context.actor,
                    import_id=number,
                    why=why,
                    version=by_id[number].version,
                    key=values.key,
                )
            except ChangedSince as changed:
                rows = "; ".join(f"rad {one.row}: {one.said}" for one in changed.found[:10])
                values.fault("import_id", f"{changed} Det gäller {rows}")
                values.check()
                raise
            return (
                f"Inläsning {number} är ångrad: "
                f"{counted(done.voided, 'uppgift', 'uppgifter')} makulerade."
            )

        form.submit("Ångra inläsningen", save, primary=False)


def draw_keys(context: Context, insats_id: int, imports: Sequence[ImportView]) -> None:
    """On request, since it is a list of persons: what the files call whom."""
    if not any(one.kind is ImportKind.SPELLS and one.voided_at is None for one in imports):
        return
    frame.subheading("Filernas nummer och koderna i Stegvis")
    frame.small(
        "Nästa fil får använda samma nummer. Koderna behövs i kodnyckeln och på blanketter. "
        "Att listan visas loggas."
    )
    key = f"import-keys::{insats_id}"
    if not shown.checkbox("Visa listan", key=key):
        return
    found = file_keys(context.database, context.actor, insats_id, page=context.page).value
    tables.show_list(
        "Filernas nummer och koderna i Stegvis",
        ("I filen", "Kod i Stegvis"),
        found,
        show_caption=False,
    )


def draw_earlier(figures: Sequence[EarlierView]) -> None:
    """Earlier series, each measure by itself with its own definition; never beside our own."""
    if not figures:
        return
    frame.heading("Tidigare uppgifter, SUS")
    frame.small(
        "Sammanställda antal från tidigare system och rapporter, med sina egna definitioner. De "
        "är inte uträknade här, ingår inte i några andra tabeller och kan inte läggas ihop med dem."
    )
    series: dict[tuple[str, str, str], list[EarlierView]] = {}
    for one in figures:
        series.setdefault((one.measure, one.source, one.definition), []).append(one)
    for (measure, source, definition), found in series.items():
        cells = {(one.year, one.gender): one for one in found}
        years = sorted({one.year for one in found})
        tables.show_list(
            measure,
            ("År", "Kvinnor", "Män", "Uppgift saknas", "Totalt"),
            [
                (
                    str(year),
                    *(
                        _number(cells.get((year, gender)))
                        for gender in (Gender.WOMAN, Gender.MAN, Gender.UNKNOWN, None)
                    ),
                )
                for year in years
            ],
            numbers=frozenset({1, 2, 3, 4}),
        )
        frame.small(f"Källa: {source}. Definition: {definition}")


def _number(one: EarlierView | None) -> str:
    if one is None:
        return EN_DASH
    return whole(one.number) + ("" if one.base is None else f" av {whole(one.base)}")

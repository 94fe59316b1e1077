"""Data quality on the screen: the counts, what a lead sends to the staff, what staff mend.

Nothing is counted here. A lead without an own assignment as deltagaransvarig meets numbers alone;
the list with codes is drawn only for those who may see persons in the insats.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracking.domain.clock import SWEDEN
from tracking.domain.quality import Check
from tracking.domain.swedish import count_and_share, percent, whole
from tracking.domain.wording import EN_DASH, capitalised, counted
from tracking.outcomes.quality_lists import InsatsQuality, MendItem, QualityRow, RequestRow
from tracking.services.mending import ask_to_mend, take_request_back
from tracking.ui import fields, forms, frame, people, shown, tables
from tracking.ui.forms import Form, Values
from tracking.ui.guard import Context
from tracking.ui.menu import page_path
from tracking.ui.rounds import next_round, round_name

SHOWN_AT_FIRST = 12
COVERAGE = (Check.TALK_WITHOUT_ORS, Check.TALK_WITHOUT_SRS)


def answer(quality: InsatsQuality) -> str:
    """The page's first sentence: what is impossible, what lacks, and what is most urgent."""
    impossible = sum(row.lacking for row in quality.rows if row.check.is_impossible)
    mendable = sum(row.to_mend for row in quality.rows)
    if not mendable:
        return "Inget är omöjligt, försenat eller saknas av det som går att rätta."
    urgent = next(row for row in quality.rows if row.to_mend)
    said = count_and_share(urgent.lacking, urgent.base)
    contradict = (
        f"{counted(impossible, 'uppgift är omöjlig', 'uppgifter är omöjliga')} och gör siffrorna "
        "fel. "
        if impossible
        else ""
    )
    return (
        f"{contradict}{counted(mendable, 'sak', 'saker')} att rätta. Mest brådskar: "
        f"{urgent.check.label.lower()}, {said}."
    )


def draw_counts(quality: InsatsQuality) -> None:
    """Every check in order of urgency, and the coverage of the forms as its own sentence."""
    for row in quality.rows:
        if row.check in COVERAGE and row.base:
            name = "ORS" if row.check is Check.TALK_WITHOUT_ORS else "SRS"
            handed_in = row.base - row.lacking
            frame.lead_sentence(
                f"{name} lämnades vid {count_and_share(handed_in, row.base)} av periodens "
                "enskilda samtal."
            )
    for title, wanted in (
        ("Omöjliga uppgifter", True),
        ("Försenat och saknat", False),
    ):
        rows = [row for row in quality.rows if row.check.is_impossible is wanted]
        tables.show_list(
            f"{title}, {quality.period.label}",
            ("Kontroll", "Antal", "Av", "Andel"),
            [_cells(row) for row in rows],
            numbers=frozenset({1, 3}),
        )
    with shown.expander("Vad varje kontroll frågar efter"):
        frame.facts([(row.check.label, row.check.definition) for row in quality.rows])


def _cells(row: QualityRow) -> tuple[str, str, str, str]:
    share = percent(row.lacking, row.base) if row.base else EN_DASH
    return (row.check.label, whole(row.lacking), f"{whole(row.base)} {row.check.unit}", share)


def draw_sending(context: Context, quality: InsatsQuality) -> None:
    """The lead's form that sends checks to the staff, and what has been sent already."""
    sent = [row for row in quality.requests if row.insats_id == quality.insats_id]
    standing = {row.check for row in sent if row.period == quality.period}
    rows = [row for row in quality.rows if row.to_mend and row.check not in standing]
    frame.heading("Skicka till personalen")
    frame.small(
        "Insatsens deltagaransvariga får det på Att göra. Här visas bara antal; vilka deltagare "
        "det gäller ser den som har uppdrag som deltagaransvarig."
    )
    if rows:
        _sending_form(context, quality, rows)
    else:
        frame.lead_sentence("Det finns inget mer att skicka för perioden.")
    if sent:
        frame.subheading("Skickat")
    for row in sent:
        _sent_row(context, row)


def _sending_form(context: Context, quality: InsatsQuality, rows: Sequence[QualityRow]) -> None:
    name = f"skicka:{quality.insats_id}:{quality.period.key}"
    form = Form(round_name(name), page=context.page)

    def save(values: Values) -> str:
        chosen = {row.check: row.to_mend for row in rows if values.flag(row.check.value)}
        if not chosen:
            values.fault("checks", "Välj minst en sak att skicka till personalen.")
        values.check()
        ask_to_mend(
            context.database,
            context.actor,
            insats_id=quality.insats_id,
            period=quality.period,
            lacking=chosen,
            key=values.key,
        )
        next_round(name)
        many = counted(len(chosen), "kontroll är skickad", "kontroller är skickade")
        return f"{capitalised(many)} till personalen i {quality.insats}."

    with form.drawn():
        fields.group_label("Det här ska rättas", form=form, name="checks")
        for row in rows:
            fields.flag(
                form,
                row.check.value,
                f"{row.check.label}: {whole(row.to_mend)} att rätta",
                value=True,
            )
        form.submit("Skicka till personalen", save)


def _sent_row(context: Context, row: RequestRow) -> None:
    day = f"{row.sent_at.astimezone(SWEDEN):%Y-%m-%d}"
    left = f"{whole(row.now)} kvar av {whole(row.lacking)}" if row.now else "klart"
    frame.small(f"{row.check.label}, {row.period.label}: skickat {day}, {left}.")

    def take_back(key: str) -> str:
        take_request_back(context.database, context.actor, request_id=row.request_id, key=key)
        return f"{row.check.label} är tillbakataget och står inte längre på Att göra."

    forms.act(f"Ta tillbaka: {row.check.label}", take_back, name=f"begaran-{row.request_id}")


def draw_list(items: Sequence[MendItem], wanted: Check | None) -> None:
    """What to mend, check by check; ``wanted`` is the only one when it was asked for."""
    frame.heading("Att rätta")
    shown = [item for item in items if wanted is None or item.check is wanted]
    if not shown:
        frame.lead_sentence("Det finns inget att rätta bland de deltaganden som du ser.")
    frame.small("I ordning efter hur det brådskar, därefter efter datum.")
    for check in dict.fromkeys(item.check for item in shown):
        rows = [_row(item) for item in shown if item.check is check]
        frame.subheading(f"{check.label} ({whole(len(rows))})")
        people.list_of(rows, (3, 7), at_first=SHOWN_AT_FIRST)


def _row(item: MendItem) -> people.PersonRow:
    return people.PersonRow(
        label=people.person_name(item.code, item.memory_word),
        page=item.page,
        params=dict(item.params),
        texts=(item.sentence,),
    )


def draw_requests(rows: Sequence[RequestRow]) -> None:
    """On *Att göra*: what the lead asks for, each with the way to its list."""
    if not rows:
        return
    frame.heading(f"Insatsansvarig ber er rätta ({whole(len(rows))})")
    for row in rows:
        shown.page_link(
            page_path("datakvalitet"),
            label=f"{row.check.label} i {row.insats}, {row.period.label}: "
            f"{whole(row.now)} att rätta",
            query_params={
                "insats": str(row.insats_id),
                "period": row.period.key,
                "kontroll": row.check.value,
            },
        )

"""The sections on who took part: the head counts, their background, women and men.

From one release (and, for the curve over time, those before it); nothing is counted here but
what was ongoing when the year began, which follows from the year's other head counts.
"""

from __future__ import annotations

from dataclasses import replace

from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.report_kinds import SectionKey
from tracking.domain.swedish import cell_text, whole
from tracking.domain.wording import counted, listed
from tracking.outcomes.releasing.heads import (
    ANONYMOUS,
    COMPLETED,
    ENDED,
    ONGOING_AFTER,
    ONGOING_BEFORE,
    STARTED,
)
from tracking.outcomes.releasing.shapes import ReleasedInsats
from tracking.outcomes.releasing.tables import BY_GENDER
from tracking.outcomes.report_source import ReportSource
from tracking.reports.shapes import Chart, ChartKind, Section
from tracking.reports.table_words import bars, cell_of, exact, not_there, table_of

BACKGROUND = ("age", "referrer", "education", "support_time", "municipality")
MOST_PERIODS = 8


def participants(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """Who was there, who came and who left; their background; and over the periods so far."""
    flows = flows_table(source.own, period)
    tables, words, charts = [flows], [], []
    over_time = _over_time(source)
    if over_time is not None:
        tables.append(over_time)
        charts.append(_lines(over_time))
    if source.insats_id is None:
        tables.append(_by_insats(source))
    for key in BACKGROUND:
        table = table_of(source.own, key, period)
        if table is None:
            words.append(not_there(key, period))
        else:
            tables.append(table)
            if key in ("age", "referrer"):
                charts.append(bars(table))
    planned = [one.planned_participants for one in source.money if one.planned_participants]
    if planned:
        year = source.release.period.end.year
        words.insert(0, f"Planerat för hela {year}: {whole(sum(planned))} deltagare.")
    return (
        Section(
            SectionKey.PARTICIPANTS.value,
            SectionKey.PARTICIPANTS.heading,
            heads_sentence(flows),
            tables=tuple(tables),
            words=tuple(_joined(words)),
            charts=tuple(charts),
        ),
    )


def _joined(words: list[str]) -> list[str]:
    """One sentence for all that is not there, instead of the same one many times."""
    lacking = [one for one in words if " finns inte uppdelat i släppet " in one]
    if len(lacking) < 2:
        return words
    names = listed([one.split(" finns inte uppdelat")[0].lower() for one in lacking])
    rest = lacking[0].split(" finns inte uppdelat", 1)[1]
    kept = [one for one in words if one not in lacking]
    return [*kept, f"{names[:1].upper()}{names[1:]} finns inte uppdelat{rest}"]


def flows_table(insats: ReleasedInsats, period: Period) -> Table:
    """The undivided head counts of the period that the report is about."""
    heads = insats.heads
    if heads.period == period:
        return heads
    whole_year = table_of(insats, BY_GENDER, period)
    started, ended, completed = (
        cell_of(whole_year, label)
        for label in (STARTED, ENDED, COMPLETED.removeprefix("därav ").capitalize())
    )
    after, anonymous = cell_of(heads, ONGOING_AFTER), cell_of(heads, ANONYMOUS)
    counts = exact(started), exact(ended), exact(after)
    before = Cell.hidden()
    if None not in counts:
        came, left, still = (count or 0 for count in counts)
        before = Cell.of_count(still - came + left)
    cells = (before, started, ended, completed, after, anonymous)
    labels = (ONGOING_BEFORE, STARTED, ENDED, COMPLETED, ONGOING_AFTER, ANONYMOUS)
    return replace(
        heads,
        rows=tuple(
            Row(label, (cell or Cell.hidden(),)) for label, cell in zip(labels, cells, strict=True)
        ),
        period=period,
        notes=(*heads.notes, "Pågående vid årets början följer ur årets övriga antal."),
    )


def heads_sentence(table: Table) -> str:
    """The head counts in a sentence."""
    shown = {row.label: cell_text(row.cells[0]) for row in table.rows}
    anonymous = exact(cell_of(table, ANONYMOUS))
    extra = f", och {whole(anonymous)} anonyma hittills under året" if anonymous else ""
    return (
        f"{shown[STARTED]} startade och {shown[ENDED]} avslutades, varav {shown[COMPLETED]} "
        f"fullföljde; {shown[ONGOING_AFTER]} pågick vid periodens slut{extra}."
    )


def _over_time(source: ReportSource) -> Table | None:
    """The head counts of every release so far, each as it was released."""
    every = [*source.earlier, (source.release, source.own)][-MOST_PERIODS:]
    if len(every) < 2:
        return None
    labels = (STARTED, ENDED, ONGOING_AFTER)
    return Table(
        key="over_time",
        title="Deltaganden per period",
        definition="Varje period som den stod i sitt eget släpp.",
        row_heading="Period",
        columns=tuple(label.lower() for label in labels),
        rows=tuple(
            Row(
                head.period.label,
                tuple(cell_of(insats.heads, label) or Cell.hidden() for label in labels),
            )
            for head, insats in every
        ),
        period=Period(every[0][0].period.start, source.release.period.end),
        population=source.own.heads.population,
    )


def _lines(table: Table) -> Chart:
    first, last = table.rows[0], table.rows[-1]
    came, left, still = (cell_text(cell) for cell in last.cells)
    title = f"{came} startade och {left} avslutades i senaste perioden; {still} pågår"
    points = "; ".join(
        f"{row.label}: {', '.join(cell_text(cell) for cell in row.cells)}" for row in table.rows
    )
    return Chart(
        key="over_time",
        kind=ChartKind.LINES,
        title=title,
        subtitle=f"Deltaganden per period, {first.label} till {last.label}",
        alt=f"{title}. {', '.join(table.columns)} per period. {points}.",
        table_key=table.key,
        columns=tuple(range(len(table.columns))),
    )


def _by_insats(source: ReportSource) -> Table:
    heads = source.own.heads
    every = (*source.insatser, source.own)
    return replace(
        heads,
        key="by_insats",
        title="Deltaganden i varje insats",
        row_heading="Insats",
        columns=tuple(row.label.lower() for row in heads.rows),
        rows=tuple(
            Row(
                one.name if one.insats_id is not None else "Alla insatser",
                tuple(row.cells[0] for row in one.heads.rows),
                emphasis=one.insats_id is None,
            )
            for one in every
        ),
    )


def women_and_men(source: ReportSource, period: Period) -> tuple[Section, ...]:
    """What the release shows by kön, side by side, and what it does not."""
    rows: list[Row] = []
    undivided = 0
    columns: tuple[str, ...] = ()
    for table in source.own.tables:
        if table.period != period:
            continue
        if len(table.columns) < 3:
            undivided += 1
            continue
        columns = table.columns
        rows += [
            Row(f"{table.title}: {row.label}" if table.key != BY_GENDER else row.label, row.cells)
            for row in table.rows
            if not row.emphasis
        ]
    tables: tuple[Table, ...] = ()
    finding = "Släppet visar inga tal uppdelade på kvinnor och män för perioden: de är för få."
    if rows:
        finding = _gender_finding(rows) or "Kvinnor och män visas där antalen är stora nog."
        tables = (
            Table(
                key="women_and_men",
                title="Kvinnor och män",
                definition="De uppdelningar på kön som släppet visar, rad för rad.",
                row_heading="Vad som räknas",
                columns=columns,
                rows=tuple(rows),
                period=period,
                population=source.own.heads.population,
                notes=("I totalt ingår även de vars kön saknas.",),
            ),
        )
    words = (
        f"Ytterligare {counted(undivided, 'tabell', 'tabeller')} i släppet visas inte uppdelade "
        "på kön, för att enskilda inte ska kunna kännas igen.",
    )
    return (
        Section(
            SectionKey.GENDER.value,
            SectionKey.GENDER.heading,
            finding,
            tables=tables,
            words=words if rows and undivided else (),
        ),
    )


def _gender_finding(rows: list[Row]) -> str | None:
    for label, verb in ((STARTED, "startade"), (ENDED, "avslutades")):
        row = next((one for one in rows if one.label == label), None)
        if row is None:
            continue
        women, men = exact(row.cells[0]), exact(row.cells[1])
        if women is not None and men is not None:
            return f"{whole(women)} kvinnor och {whole(men)} män {verb} i perioden."
    return None

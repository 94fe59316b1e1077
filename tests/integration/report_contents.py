"""Report contents made by hand for the tests of the formats: no database, no service.

`a_report()` has every kind of cell, hidden cells with and without a range, targets of both zones,
all three kinds of chart, a logotype and the staff's words. `a_hard_report()` holds what nobody
should write and somebody will.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from tracking.domain.figures import EMPTY, Cell, FunnelStep, Row, Table, TargetResult
from tracking.domain.periods import Period, parse_period_key
from tracking.domain.targets import (
    Comparison,
    Measure,
    PointInTime,
    Population,
    TargetSpec,
    Verdict,
    judge_share,
    judge_value,
    verdict_sentence,
)
from tracking.outcomes.releasing.shapes import ReleasedTarget
from tracking.reports.shapes import (
    Adoption,
    Chart,
    ChartKind,
    Identity,
    ReportContent,
    Section,
)

PERIOD: Period = parse_period_key("2026-H1")
MADE_AT = datetime(2026, 7, 15, 8, 30, 12, 345, tzinfo=UTC)
MARKING = "INTERNT – ej röjandekontrollerad · 2026-07-15 10:30 · Insatsansvarig"
SHA256 = "3f2a9c01" * 8
LOGOTYPE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40">'
    b'<rect width="120" height="40" fill="#2f6f3e"/></svg>'
)
OWN_TEXT = "Våren var lugn.\nTvå byten av handläggare märktes.\n\nHösten börjar med kartläggningar."


def table(key: str, title: str, columns: tuple[str, ...], rows: tuple[Row, ...]) -> Table:
    return Table(
        key=key,
        title=title,
        definition=f"Vad {title.casefold()} räknar.",
        row_heading="Uppgift",
        columns=columns,
        rows=rows,
        period=PERIOD,
        population="avslutade",
        funnel=(FunnelStep("Startade", 1234), FunnelStep("Avslutade", None)),
        thresholds="Gränsvärde ORS 25 poäng.",
        notes=("Anonyma ingår inte.",),
    )


def tables() -> tuple[Table, ...]:
    of = Cell.of_share
    by_gender = (
        Row("Avslutade", tuple(map(Cell.of_count, (77, 52, 129))), emphasis=True),
        Row("Arbete", (of(6, 77), of(5, 52), of(11, 129))),
        Row("Studier", (Cell.hidden(0, 20, 77), Cell.hidden(), of(12, 129))),
        Row("Fortsatt rehabilitering", (of(45, 77), of(26, 52), of(71, 129))),
    )
    numbers = (
        Row("Första ORS", (Cell.of_number(20.04, 1), Cell.of_count(1109))),
        Row("Förändring", (Cell.of_number(-2.5, 1), Cell.hidden(12, 16))),
        Row("Ej mätt", (EMPTY, Cell.of_text("se bilagan"))),
    )
    over_time = (
        Row("jan–juni 2025", (Cell.of_count(31), Cell.of_count(22))),
        Row("juli–dec 2025", (Cell.of_count(28), Cell.hidden(3, 9))),
        Row("jan–juni 2026", (Cell.of_count(40), Cell.of_count(30))),
    )
    return (
        table("end_reason", "Avslutsanledning", ("kvinnor", "män", "totalt"), by_gender),
        table("ors", "ORS i medeltal", ("medeltal, poäng", "antal"), numbers),
        table("periods", "Startade per period", ("kvinnor", "män"), over_time),
    )


def targets() -> tuple[TargetResult | ReleasedTarget, ...]:
    share = TargetSpec(
        Measure.STEP_FORWARD, Population.COMPLETED, PointInTime.DURING, Comparison.AT_LEAST,
        Decimal(80),
    )  # fmt: skip
    places = TargetSpec(
        Measure.YEAR_PLACES, Population.STARTED, PointInTime.PERIOD, Comparison.AT_LEAST,
        Decimal(110),
    )  # fmt: skip
    forward = judge_share(34, 55, 3, 80)
    few = judge_share(10, 14, 2, 60)
    used = judge_value(Decimal("43.2"), 110)
    return (
        TargetResult(
            1, share, "80 % går framåt", forward, verdict_sentence(forward, share.measure)
        ),
        TargetResult(
            2, replace(share, value=Decimal(60)), "60 % går framåt", few,
            verdict_sentence(few, share.measure),
        ),
        TargetResult(3, places, "110 årsplatser", used, verdict_sentence(used, places.measure)),
    )  # fmt: skip


def released_targets() -> tuple[ReleasedTarget, ...]:
    first = ReleasedTarget(
        target_id=4,
        wording="80 % av svaren är positiva",
        measure=Measure.STEP_FORWARD,
        population=Population.COMPLETED,
        point=PointInTime.DURING,
        comparison=Comparison.AT_LEAST,
        value=Decimal(80),
        period=PERIOD,
        cell=Cell.hidden(12, 16, 16),
        verdict=Verdict.UNDECIDED,
        sentence="Minst 12 av 16, alltså minst 75 %; målet är 80 %. Går inte att avgöra.",
        family="steps",
        low=12,
        high=16,
        base=16,
        share_low=0.75,
        share_high=1.0,
        missing="färre än 5",
    )
    return (first, replace(first, target_id=5, cell=Cell.hidden(), share_low=None))


def charts() -> tuple[Chart, ...]:
    about = "avslutade, jan–juni 2026, n = 129"
    return (
        Chart("a", ChartKind.BARS, "Få gick till arbete", about, "Staplar per avslut.",
              "end_reason", (0, 1, 2)),
        Chart("b", ChartKind.LINES, "Fler startade", about, "Två linjer över tid.",
              "periods", (0, 1)),
    )  # fmt: skip


def a_report(**changes: object) -> ReportContent:
    """A draft with everything; ``changes`` are fields of the content."""
    bullets = Chart("m", ChartKind.BULLETS, "Inget mål är uppnått", "fullföljda", "Tre mål.")
    content = ReportContent(
        title="Halvårsrapport: Bryggan",
        subtitle="Status och resultat, jan–juni 2026",
        period=PERIOD,
        made_at=MADE_AT,
        made_by="Släpp 2026-H1",
        sections=(
            Section("summary", "Sammanfattning", "113 startade.", words=("129 avslutades.",)),
            Section(
                "results", "Resultat", "11 av 129 (9 %) gick till arbete.", tables(),
                words=("Andelar bland dem med uppgift.",), own_text=OWN_TEXT, charts=charts(),
            ),
            Section("targets", "Måluppfyllelse", "0 av 3 mål.", targets=targets(),
                    charts=(bullets,)),
            Section("released", "Släppta mål", "Går inte att avgöra.",
                    targets=released_targets(), charts=(replace(bullets, key="s"),)),
            Section("analysis", "Analys", "", own_text=OWN_TEXT),
        ),
        marking=None,
        identity=Identity("Samordningsförbundet Ån", "#2f6f3e", LOGOTYPE, "Åns logotyp"),
        code_version="0.1.0",
    )  # fmt: skip
    return replace(content, **changes)  # type: ignore[arg-type]


def an_adopted_report() -> ReportContent:
    return a_report(adoption=Adoption(date(2026, 9, 15), "§ 47", SHA256))


MARKUP = (
    '#panic("x") $x^2$ @ref <lbl> *b* _i_ `c` = Rubrik [x] {{ y }} // k /* <script>alert(1)'
    "</script> &amp; <w:p/> </style> =1+1"
)
ODD = "_x0041_ \x00\x0b\x1f\u202eomvänt\u202c \U0001f600 a\u030a slut"
FORMULAS = ("=1+1", "+46", "-2+3", "@sum", "\t=1", "http://exempel.invalid/x")
WORDS = 20_000


def a_hard_report() -> ReportContent:
    """Markup, forbidden signs, 20 000 words, a table of 12 × 60, an empty table, long names."""
    long_text = "\n\n".join(
        " ".join(f"ord{n}" for n in range(start, start + 200)) for start in range(0, WORDS, 200)
    )
    name = "Namn" * 30
    wide = table(
        "wide",
        f"=Bred {name}",
        tuple(f"Kolumn nummer {n}" for n in range(12)),
        tuple(
            Row(
                f"Rad {line} {'enmycketlångradrubrik' * 4 if line % 7 == 0 else ''}",
                tuple(
                    Cell.of_share(line + at, 90 + at) if (line + at) % 5 else Cell.hidden(0, 9, 90)
                    for at in range(12)
                ),
            )
            for line in range(60)
        ),
    )
    formulas = table("text", "Text", ("=kolumn",), tuple(
        Row(words, (Cell.of_text(words),)) for words in FORMULAS
    ))  # fmt: skip
    empty = table("empty", "Tom", ("a", "b"), ())
    bars = Chart("w", ChartKind.BARS, MARKUP, MARKUP, MARKUP, "wide", (0, 1, 2))
    return ReportContent(
        title=name,
        subtitle=MARKUP,
        period=PERIOD,
        made_at=MADE_AT,
        made_by=MARKUP,
        sections=(
            Section(
                "a", MARKUP, MARKUP, (wide, formulas, empty), words=(MARKUP, ODD),
                own_text=f"{long_text}\n\n{MARKUP}\n\n{ODD}\n\n{'långt' * 1000}\n\n=2+2",
                charts=(
                    bars,
                    replace(bars, key="l", kind=ChartKind.LINES),
                    replace(bars, key="e", table_key="empty", columns=(0,)),
                ),
            ),
            Section("b", " ", ""),
            Section("c", "C", ODD),
        ),
        marking=None,
        identity=Identity(MARKUP, "red; } * { display: none"),
    )  # fmt: skip

"""How participants are protected, in plain words, with an example made by the real functions.

The example's numbers are invented; what is done to them is what is done to a release.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from tracking.domain.disclosure import (
    HIDDEN_REASON,
    TOTAL,
    CellKey,
    CountTable,
    ReleaseTables,
    protect,
    protect_target,
    released_base,
)
from tracking.domain.figures import Cell, Row, Table
from tracking.domain.periods import Period
from tracking.domain.records import Gender
from tracking.domain.swedish import whole
from tracking.domain.targets import Measure
from tracking.outcomes.releasing.catalogue import LEAST_BY_GENDER, LEAST_IN_PERIOD, LEAST_IN_YEAR
from tracking.ui import frame, tables

_PERIOD = Period(date(2001, 1, 1), date(2001, 12, 31))
_REASONS = {"Arbete": 8, "Studier": 2, "Fortsatt rehabilitering": 24, "Övrigt": 17}


def paragraphs(k: int) -> None:
    """What is counted, what stays, what the marks mean, and what can't be promised."""
    frame.heading("Vad som lämnar insatsen")
    frame.lead_sentence(
        "Styrelsen, styrgrupperna och revisorn läser bara släpp: tabeller som räknades för en "
        "avslutad period på en bestämd dag, kontrollerades och lagrades."
    )
    frame.lead_sentence(
        "Hur många som startade, avslutade, fullföljde och pågick visas alltid exakt för varje "
        "insats, utan uppdelning. Mål visas för de senaste tolv månaderna från "
        f"{whole(released_base(k))} deltaganden. En insats delas upp på till exempel ålder eller "
        f"avslutsanledning för ett helt år från {LEAST_IN_YEAR} deltaganden, för en kortare "
        f"period från {LEAST_IN_PERIOD}, och på kvinnor och män från {LEAST_BY_GENDER}. Alla "
        "insatser tillsammans delas alltid upp."
    )
    frame.heading("Vad som aldrig lämnar insatsen")
    frame.lead_sentence(
        "Koder, minnesord, födelseår, enskilda skattningar och steg, behovsgrupper, vilken "
        "försörjning någon har, och allt som gäller en enskild person. Förbundet har inga "
        "personuppgifter om deltagare."
    )
    frame.heading("Vad dolt betyder")
    frame.lead_sentence(
        f"I en uppdelning visas inte ett antal från 0 till {k - 1}, och inte heller ett som är så "
        f"nära hela gruppen att resten är 0 till {k - 1}. Sedan döljs fler tal, så att inget av de "
        "små går att räkna ut genom att dra ifrån. Alla dolda tal har samma märke och samma skäl: "
        f"{HIDDEN_REASON} Det går alltså inte att se vilka som själva var små."
    )
    frame.lead_sentence(
        "Ibland följer ett intervall av det som visas ändå. Då skrivs det ut: 12–16 av 16 betyder "
        "att minst 12 av 16 nådde dit, men inte hur många av de sista fyra."
    )
    frame.heading("Varför kvinnor och män ibland inte visas")
    frame.lead_sentence(
        "När en uppdelning på kön skulle bli dold till hälften eller mer visas den inte alls, och "
        "tabellen säger det. De vars kön saknas är med i totalt men får aldrig en egen kolumn. "
        "Uppföljningar delas inte på kön."
    )
    frame.heading("Varför siffrorna inte ändras")
    frame.lead_sentence(
        "Ett släpp ändras aldrig och görs aldrig om. Rättas en uppgift efteråt kommer det med i "
        "nästa släpp. Varje nytt släpp prövas mot alla tidigare: skillnaden mellan två släpp ska "
        "inte heller kunna berätta om några få."
    )
    frame.heading("Vad som inte kan lovas")
    frame.lead_sentence(
        f"För varje litet tal finns minst {k} möjliga värden kvar för den som vet allt som har "
        "släppts. Det går inte att hindra någon från att gissa vilket som är troligast, och inte "
        "från att lägga ihop tabellerna med det hen redan vet om personerna."
    )


def example(k: int) -> None:
    """An invented insats before and after, worked out by the functions that make releases."""
    frame.heading("Ett påhittat exempel")
    tables.show_table(_worked_out(k))
    met = protect_target(14, 16, 0, k, 70)
    frame.small(
        "Ett mål i en annan påhittad insats, där 14 av 16 tog steg framåt, skrivs så här: "
        f"{met.sentence(Measure.STEP_FORWARD)}"
    )


@lru_cache(maxsize=8)
def _worked_out(k: int) -> Table:
    """The example under a threshold, kept: the numbers are always the same."""
    total = sum(_REASONS.values())
    counts = tuple(
        CountTable(
            "1",
            _PERIOD,
            measure,
            {name: {Gender.WOMAN: n} for name, n in found.items()},
            within=within,
            divided=False,
        )
        for measure, found, within in (
            ("ended", {TOTAL: total}, None),
            ("reason", _REASONS, ("ended", TOTAL)),
        )
    )
    protected = protect(ReleaseTables(counts), k)
    rows = []
    for name, number in _REASONS.items():
        cell = protected.cells[CellKey("1", _PERIOD.key, "reason", name)]
        shown = (
            Cell.of_count(cell.low)
            if cell.is_exact
            else Cell.hidden(cell.low, cell.high, cell.base)
            if cell.says_something
            else Cell.hidden()
        )
        rows.append(Row(name, (Cell.of_count(number), shown)))
    rows.append(Row("Avslutade", (Cell.of_count(total), Cell.of_count(total)), emphasis=True))
    return Table(
        key="example",
        title="Avslutsanledning i en påhittad insats",
        definition=f"Påhittade tal. Förbundets gräns är {k}.",
        row_heading="Avslutsanledning",
        columns=("i insatsen", "i släppet"),
        rows=tuple(rows),
        period=_PERIOD,
        population="påhittade deltaganden",
        notes=(HIDDEN_REASON,),
    )

"""The definitions of verdicts, steps and payback, for the page *Så räknar vi*.

Beside the functions rather than on them, since a target's rules are spread over three modules;
the kinds of targets themselves carry their own words (`Measure.help`).
"""

from __future__ import annotations

from tracking.domain.definitions import Part, defined
from tracking.domain.ladder import step_move, sustained
from tracking.domain.payback import monthly_gain, payback_months
from tracking.domain.targets import SMALLEST_BASE, Verdict, judge_share, judge_value

defined(
    "omdome",
    part=Part.TARGETS,
    heading="Omdöme om ett mål",
    says=(
        f"{Verdict.MET.label.capitalize()}: andelen når målet och hela intervallet gör det. "
        f"{Verdict.MET_UNCERTAIN.label.capitalize()}: andelen når målet, intervallet når under. "
        f"{Verdict.NOT_MET_UNCERTAIN.label.capitalize()}: andelen når inte målet, men intervallet "
        f"gör det. {Verdict.NOT_MET.label.capitalize()}: hela intervallet ligger under. "
        f"{Verdict.TOO_FEW.label.capitalize()}: färre än {SMALLEST_BASE} i basen, eller färre än "
        "förbundets minsta antal. För mål med högst gäller det omvända. Andelen är bland dem med "
        "svar; intill står vad den vore om ingen, och om alla, av dem utan svar når målet."
    ),
    formula="andel = antal som når / antal med känt svar; mot målet och mot Wilsons intervall",
    unit="omdöme",
    source="Målen i förbundens planer; intervallet efter Newcombe 1998.",
    checked="Varje omdöme prövat på båda sidor om sin gräns, åt båda hållen.",
)(judge_share)

defined(
    "omdome-varde",
    part=Part.TARGETS,
    heading="Omdöme om ett mål som inte är en andel",
    says=(
        "Månader, antal, kronor och årsplatser jämförs rakt av med målets värde. Så görs också med "
        "mål på 0 eller 100 procent, eftersom ett intervall aldrig kan säga ja till dem."
    ),
    formula="värde ≥ mål, eller ≤ mål",
    unit="målets egen",
    source="Målen i förbundens planer.",
    checked="Lika med målet är uppnått, åt båda hållen.",
)(judge_value)

defined(
    "stegforflyttning",
    part=Part.TARGETS,
    heading="Stegförflyttning",
    says=(
        "Steget vid avslut minus steget vid start: framåt, oförändrat eller bakåt. Inga utsikter "
        "för arbete är en egen klass, som räknas i basen men aldrig som framåt. Den som saknar en "
        "bedömning redovisas som saknad. Startens bedömning är den första inom 30 dagar från "
        "start, avslutets den sista från 30 dagar före till 30 dagar efter."
    ),
    formula="steg vid avslut − steg vid start",
    unit="steg",
    source="Processtrappan i Västerås plan.",
    checked="Västerås redovisning 2017: 8, 2, 41 och 44 av 95.",
)(step_move)

defined(
    "varaktigt-steg",
    part=Part.TARGETS,
    heading="Samma eller högre steg vid uppföljningen",
    says=(
        "Steget 6, 12 eller 18 månader efter avslut är minst lika högt som vid avslut. Inga "
        "utsikter för arbete är aldrig varaktigt."
    ),
    formula="steg vid uppföljningen ≥ steg vid avslut",
    unit="antal och andel",
    source="Målen i Västerås plan.",
    checked="Alla par av steg och utgången prövade.",
)(sustained)

defined(
    "manadsvinst",
    part=Part.TARGETS,
    heading="Vinst i månaden",
    says=(
        "Personer som lämnat offentlig försörjning minus personer som fått den, gånger vad en "
        "månad kostar, plus ökningen av arbete gånger vad en månads heltid är värd. Den andel som "
        "sägs ha skett ändå dras av. Antagandena är valda, inte uppmätta, och står vid svaret. "
        "Det är en skillnad före och efter, inte något som visats "
        "bero på insatsen."
    ),
    formula=(
        "(slutade − började ha försörjning) · kr per månad + ökning i heltider · kr per månad"
    ),
    unit="kronor i månaden",
    source="Återbetalningstid i Västerås plan.",
    checked="Handräknade exempel, också med förlust.",
)(monthly_gain)

defined(
    "aterbetalningstid",
    part=Part.TARGETS,
    heading="Återbetalningstid",
    says=(
        "Insatsens kostnad delad med vinsten i månaden. Utan vinst går den inte att beräkna. Med "
        "kalkylränta är varje månads vinst värd lite mindre än månaden innan, och betalar de "
        "aldrig kostnaden går tiden inte heller att beräkna."
    ),
    formula="kostnad / vinst; med månadsränta i: −ln(1 − kostnad · i / vinst) / ln(1 + i)",
    unit="månader",
    source="Återbetalningstid i Västerås plan.",
    checked=(
        "Handräknade exempel; noll och minus ger ingen siffra; nuvärdet månad för månad prövat "
        "mot formeln."
    ),
)(payback_months)

"""The usual course: how ORS has gone for earlier participants, as a band for a new one.

A model of our own on our own data (Finch, Lambert & Schaalje 2001; Lutz et al. 2006), no
vendor's curve. Whose scores are read, and where a fitted course is kept, is the business of
`tracking.outcomes.course`; the model is fitted in `random_slope`. Scores are whole millimetres
(0–400), talks are numbered from the one with the first score.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from numbers import Integral, Real
from statistics import NormalDist

from tracking.domain.definitions import Part, defined
from tracking.domain.errors import InvalidValue
from tracking.domain.instruments import TOTAL_MAX_MM, format_points
from tracking.domain.random_slope import fit_random_slope

SessionScore = tuple[Hashable, int, float | None]
"""Spell, number of the talk, score; None (or NaN, as tables of data have it) without a form."""

# Each spell's talks with a score, in order.
Spells = dict[Hashable, list[tuple[int, float]]]

FIRST_OF_BAND = 2
FEWEST_SCORES = 3
FOLDS = 5
# Of what two independent parts as large as the residual would span: far below what any spread
# that can be told from none comes to, far above what is left of a part that is none.
BOUNDARY = 1e-4
INNER, OUTER = 50, 80
BAND_NAME = "vanligt förlopp bland våra tidigare deltagare"


@dataclass(frozen=True, slots=True)
class Gate:
    """When a band may be shown at all, and to whom.

    At least ``smallest_spells`` ended spells with three scores or more, of which
    ``smallest_near`` began within ``near_mm`` of the person.
    """

    smallest_spells: int = 100
    smallest_near: int = 30
    near_mm: int = 30


DEFAULT_GATE = Gate()


@dataclass(frozen=True, slots=True)
class Band:
    """The scores (mm) between which a stated part of earlier participants lay."""

    low: float
    high: float

    def contains(self, score: float) -> bool:
        """Say whether the score lies in the band, ends included."""
        return self.low <= score <= self.high


@dataclass(frozen=True, slots=True)
class CourseFit:
    """A fitted course, in the unit of the scores.

    ``fixed_effects`` are b0 to b3 of y = b0 + b1 ln(s) + b2 c + b3 c ln(s), c being the first
    score less ``mean_first``; ``random_covariance`` is G, the 2 × 2 covariance of a spell's own
    intercept and slope; ``residual_sd`` is σ; ``log_likelihood`` is the restricted one.
    ``spells`` and ``scores`` are how many the fit rests on (scores from the second talk on).
    """

    fixed_effects: tuple[float, ...]
    random_covariance: tuple[tuple[float, float], tuple[float, float]]
    residual_sd: float
    log_likelihood: float
    mean_first: float
    spells: int
    scores: int

    @property
    def on_boundary(self) -> bool:
        """Say whether part of the spread between spells could not be told from none.

        The band holds as well then: that part counts as nothing in it.
        """
        (g00, g01), (_, g11) = self.random_covariance
        return g00 * g11 - g01**2 <= BOUNDARY * self.residual_sd**4

    def expected(self, first: float, session: int) -> float:
        """Return the fitted mean for somebody with this first score at talk ``session``.

        Raises InvalidValue below the second talk: the first score is what it starts from.
        """
        if session < FIRST_OF_BAND:
            raise InvalidValue("Det vanliga förloppet börjar vid det andra samtalet.")
        b0, b1, b2, b3 = self.fixed_effects
        log_session, centred = math.log(session), first - self.mean_first
        return b0 + b1 * log_session + b2 * centred + b3 * centred * log_session

    def band(self, first: float, session: int, percent: int = OUTER) -> Band:
        """Return the band that holds ``percent`` (0–100) of new people, clipped to 0–400 mm.

        Mean ± z · √(zᵀ G z + σ²), z by talk being (1, ln s). Raises InvalidValue below the
        second talk or on a percentage outside 0–100.
        """
        if not 0 < percent < 100:
            raise InvalidValue("Bandet ska omfatta mellan 0 och 100 procent.")
        middle, log_session = self.expected(first, session), math.log(max(session, 1))
        (g00, g01), (_, g11) = self.random_covariance
        spread = math.sqrt(g00 + 2 * log_session * g01 + log_session**2 * g11 + self.residual_sd**2)
        reach = NormalDist().inv_cdf(0.5 + percent / 200) * spread
        return Band(_within_scale(middle - reach), _within_scale(middle + reach))


def _within_scale(score: float) -> float:
    return min(float(TOTAL_MAX_MM), max(0.0, score))


@defined(
    "vanligt-forlopp",
    part=Part.COURSE,
    heading="Vanligt förlopp bland våra tidigare deltagare",
    says=(
        "Bandet visar var hälften och fyra av fem av tidigare deltagare med samma första ORS låg "
        "vid samma samtal. Det är räknat på avslutade deltaganden med minst tre skattningar, i den "
        "egna insatsen om den har nog många, annars hos samma personuppgiftsansvarig. Ett "
        "deltagandes första ORS är utgångspunkten och räknas aldrig bland de senare. Det visas "
        f"bara när det finns minst {DEFAULT_GATE.smallest_spells} sådana deltaganden och minst "
        f"{DEFAULT_GATE.smallest_near} av dem började inom {DEFAULT_GATE.near_mm // 10} poäng från "
        "personen. Det räknas fram på kommando och ändras inte av dagens skattningar. Bandet "
        "är ingen prognos, inget mål och inget omdöme: det säger vad som har varit vanligt, inte "
        "vad som är bra eller vad som orsakat det."
    ),
    formula=(
        "ORS vid samtal s = b₀ + b₁ ln s + b₂ c + b₃ c ln s + u₀ + u₁ ln s + e, där c är första "
        "ORS minus medelvärdet av första ORS; bandet är medelvärdet ± z · √(var(u₀ + u₁ ln s) + "
        "σ²), z = 0,674 för 50 % och 1,282 för 80 %, inom 0–40"
    ),
    unit="poäng",
    source=(
        "Finch, Lambert & Schaalje 2001, Clinical Psychology & Psychotherapy 8:231; Lutz m.fl. "
        "2006. Egen modell på egna data, inget företags förväntade kurva."
    ),
    checked=(
        "Räknas av statsmodels MixedLM (REML). Prövad mot lme4:s tryckta anpassning av "
        "sleepstudy och mot en egen uträkning på ett publicerat material. Andel inom "
        "80 %-bandet, när deltagandena lämnas utanför i tur och ordning, trycks vid varje band."
    ),
)
def fit(sessions: Iterable[SessionScore]) -> CourseFit:
    """Return the usual course of some spells, fitted by REML.

    ``sessions`` are rows (spell, number of the talk, score), in any order, one unit
    throughout; a row without a score is a talk without a form and is left out. A spell's
    first score is that of its lowest number, and is never explained itself; later rows
    numbered 2 or higher are. Raises InvalidValue when a number is no whole number of 0 or
    more, a score no number, one talk of a spell comes twice, or there is too little to tell
    the model from; FitNotSettled when no fit was found (see `random_slope`). Checked against
    lme4's printed numbers and an independent likelihood.
    """
    return _fitted(_by_spell(sessions), None)


def _fitted(spells: Spells, start: CourseFit | None) -> CourseFit:
    """The fit of some spells, searched from ``start`` where there is one."""
    explained = {spell: rows for spell, rows in spells.items() if _later(rows)}
    if not explained:
        raise InvalidValue("Underlaget är för litet för att räkna fram ett vanligt förlopp.")
    firsts = {spell: rows[0][1] for spell, rows in explained.items()}
    mean_first = math.fsum(firsts.values()) / len(firsts)
    groups: list[Hashable] = []
    fixed: list[tuple[float, float, float, float]] = []
    logs: list[float] = []
    scores: list[float] = []
    for spell, rows in explained.items():
        centred = firsts[spell] - mean_first
        for number, score in _later(rows):
            log_session = math.log(number)
            groups.append(spell)
            fixed.append((1.0, log_session, centred, centred * log_session))
            logs.append(log_session)
            scores.append(score)
    near = None if start is None else (start.random_covariance, start.residual_sd)
    found = fit_random_slope(groups, fixed, logs, scores, near)
    return CourseFit(
        fixed_effects=found.fixed,
        random_covariance=found.random_covariance,
        residual_sd=found.residual_sd,
        log_likelihood=found.log_likelihood,
        mean_first=mean_first,
        spells=len(explained),
        scores=len(scores),
    )


def _later(rows: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """What is explained of a spell: after its first score, and from the second talk on."""
    return [(number, score) for number, score in rows[1:] if number >= FIRST_OF_BAND]


def _by_spell(sessions: Iterable[SessionScore]) -> Spells:
    """Each spell's talks with a score in order, the spells in order as well where they have
    one: the same rows shuffled then give the same sums to the last bit.
    """
    found: dict[Hashable, dict[int, float]] = {}
    for row in sessions:
        try:
            spell, number, score = row
        except (TypeError, ValueError):
            raise InvalidValue(
                "Varje rad i underlaget ska vara deltagande, samtal och skattning."
            ) from None
        if score is None:
            continue
        if not isinstance(score, Real) or math.isinf(score):
            raise InvalidValue("En skattning i underlaget är inget tal.")
        if math.isnan(score):
            continue
        if isinstance(number, bool) or not isinstance(number, Real) or not number >= 0:
            raise InvalidValue("Samtalen ska vara numrerade med hela tal.")
        if not math.isfinite(number) or number != int(number):
            raise InvalidValue("Samtalen ska vara numrerade med hela tal.")
        rows = found.setdefault(spell, {})
        if int(number) in rows:
            raise InvalidValue("Ett samtal förekommer två gånger i underlaget.")
        rows[int(number)] = float(score)
    spells: Iterable[Hashable] = found
    if all(isinstance(spell, Integral | str) for spell in found):
        spells = sorted(found, key=lambda spell: (isinstance(spell, str), spell))
    return {spell: sorted(found[spell].items()) for spell in spells}


def numbered(totals: Sequence[int | None]) -> tuple[tuple[int, int], ...]:
    """Return (number, score) of a person's attended talks in order, None where no form was
    filled in: numbered from the first talk with a score, which is 1.
    """
    first = next((place for place, total in enumerate(totals) if total is not None), 0)
    return tuple(
        (place - first + 1, total) for place, total in enumerate(totals) if total is not None
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many scores of left-out spells lay within the bands that the others gave."""

    inside_inner: int
    inside_outer: int
    tried: int


@defined(
    "tackning",
    part=Part.COURSE,
    heading="Andel inom 80 %-bandet",
    says=(
        f"Deltagandena delas i {FOLDS} delar. Var del lämnas utanför, modellen räknas på de andra, "
        "och de utelämnade skattningarna jämförs med bandet. Ligger andelen nära 80 procent håller "
        "bandet vad det lovar för den som inte är med i underlaget."
    ),
    formula="skattningar inom bandet / alla skattningar efter den första",
    unit="procent, med antalet intill",
    source="Korsvalidering med hela deltaganden (Hastie m.fl., Elements of Statistical Learning).",
    checked="Data gjorda av modellen själv ger 80 procent, inom slumpens gränser.",
)
def coverage(
    sessions: Iterable[SessionScore], folds: int = FOLDS, start: CourseFit | None = None
) -> Coverage:
    """Return how well the bands of fits without some spells hold those spells' scores.

    Rows as in ``fit``; whole spells are left out, every ``folds``-th together. ``start`` is the
    fit of all of them, which the searches then begin from. Raises InvalidValue and
    FitNotSettled where ``fit`` does, and InvalidValue with fewer spells than twice the folds.
    Checked on worlds that the model itself made: 80 per cent within chance.
    """
    spells = _by_spell(sessions)
    if folds < 2 or len(spells) < 2 * folds:
        raise InvalidValue("Underlaget är för litet för att pröva ett vanligt förlopp.")
    inner = outer = tried = 0
    every = list(spells.items())
    for fold in range(folds):
        kept = {spell: rows for place, (spell, rows) in enumerate(every) if place % folds != fold}
        found = _fitted(kept, start)
        for _, rows in every[fold::folds]:
            for number, score in _later(rows):
                tried += 1
                inner += found.band(rows[0][1], number, INNER).contains(score)
                outer += found.band(rows[0][1], number, OUTER).contains(score)
    return Coverage(inner, outer, tried)


def enough_scores(sessions: Iterable[SessionScore]) -> list[SessionScore]:
    """Return the rows of the spells that a course may rest on: three scores or more."""
    return [
        (spell, number, score)
        for spell, rows in _by_spell(sessions).items()
        if len(rows) >= FEWEST_SCORES
        for number, score in rows
    ]


def first_scores(sessions: Iterable[SessionScore]) -> list[float]:
    """Return each spell's first score."""
    return [rows[0][1] for rows in _by_spell(sessions).values()]


def open_ranges(firsts: Sequence[float], gate: Gate = DEFAULT_GATE) -> tuple[tuple[int, int], ...]:
    """Return the first scores (mm, from–to) for which enough spells began near by.

    Empty with too few spells in all. Only the ranges are kept, never who began where.
    """
    if len(firsts) < gate.smallest_spells:
        return ()
    found: list[tuple[int, int]] = []
    for score in range(TOTAL_MAX_MM + 1):
        near = sum(abs(first - score) <= gate.near_mm for first in firsts)
        if near < gate.smallest_near:
            continue
        if found and found[-1][1] == score - 1:
            found[-1] = (found[-1][0], score)
        else:
            found.append((score, score))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class UsualCourse:
    """A fitted course as it is kept: what it rests on, for whom it opens, how it was tried.

    ``of`` says whose it is in words; ``values_to`` is the last day of the scores read.
    """

    fit: CourseFit
    of: str
    version: int
    fitted_on: date
    values_to: date
    code_version: str
    ranges: tuple[tuple[int, int], ...]
    coverage: Coverage
    gate: Gate = field(default=DEFAULT_GATE)

    def opens_for(self, first_mm: int) -> bool:
        """Say whether enough earlier participants began near this first score."""
        return any(low <= first_mm <= high for low, high in self.ranges)


@dataclass(frozen=True, slots=True)
class CoursePoint:
    """One talk of a person beside the bands at that talk, all in mm."""

    number: int
    score: int
    inner: Band
    outer: Band


def beside(course: UsualCourse, scores: Sequence[tuple[int, int]]) -> tuple[CoursePoint, ...]:
    """Return a person's scores (number, mm; the first is 1) beside the bands, from the second.

    Empty where the gate is closed for the first score, or nothing follows it.
    """
    if not scores or not course.opens_for(scores[0][1]):
        return ()
    first = scores[0][1]
    return tuple(
        CoursePoint(
            number,
            score,
            course.fit.band(first, number, INNER),
            course.fit.band(first, number, OUTER),
        )
        for number, score in scores[1:]
        if number >= FIRST_OF_BAND
    )


def standing(point: CoursePoint) -> str:
    """Return where a score lies beside the bands, as a sentence."""
    score = f"ORS {format_points(point.score)} vid samtal {point.number}"
    if point.inner.contains(point.score):
        return f"{score} ligger mitt i det vanliga förloppet."
    if point.outer.contains(point.score):
        return f"{score} ligger inom det vanliga förloppet."
    side = "över" if point.score > point.outer.high else "under"
    return f"{score} ligger {side} det vanliga förloppet."

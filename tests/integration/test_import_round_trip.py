"""What is written by the templates' own definitions is read as it was meant.

Records are drawn at random, written into the template of their kind by its headings, and read:
the same records come out. Then they go into a database, where the second reading adds nothing.
"""

from __future__ import annotations

import io
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.databases import on_sqlite
from tests.integration.test_import_workbooks import (
    people,
    planned,
    read_in,
    summary_is_right,
)
from tests.integration.worlds import World
from tracking.domain.import_records import (
    AnswerSaid,
    FollowUpRecord,
    HistoryRecord,
    ImportKind,
    ImportRecord,
    SituationRecord,
    SpellRecord,
    StepRecord,
    TalkRecord,
)
from tracking.domain.instruments import INSTRUMENTS, RatingStatus, RatingValue, format_points
from tracking.domain.ladder import NO_PROSPECTS, StepLevel
from tracking.domain.records import (
    AttendanceStatus,
    FollowUpStatus,
    Gender,
    QuestionKind,
    SessionKind,
    SupportMonthsKnown,
)
from tracking.domain.situation import (
    FOLLOW_UPS,
    NO_SUPPORT_LABEL,
    Occasion,
    SituationValue,
    SupportSource,
    WorkKind,
    YesNoUnknown,
    follow_up_months,
)
from tracking.exchange import propose_mapping, read_workbook
from tracking.exchange.importing.fields import fold
from tracking.exchange.importing.questions import fields_for
from tracking.exchange.importing.records import Reader
from tracking.exchange.importing.templates import columns_of, template
from tracking.outcomes.imports import AskedQuestion, Vocabulary

TODAY = date(2026, 3, 16)
VOCABULARY = Vocabulary(
    {
        "referrer": {"employment_service": "Arbetsförmedlingen", "self": "På egen hand"},
        "municipality": {"here": "Testby"},
        "education": {"higher": "Högskola eller universitet"},
        "support_band": {"1_to_2_years": "1–2 år"},
        "need_group": {"first": "Behöver tid och trygghet"},
        "end_reason": {"work": "Arbete", "illness": "Sjukdom"},
        "outcome_reason": {"ended_early": "Avslutades innan planen hade börjat"},
        "attempt_way": {"phone": "Telefon"},
    },
    {0: "Ordinarie", 1: "Bedömning", 2: "Förrehabilitering"},
    (
        AskedQuestion(
            "health", ("Hur mår du?",), QuestionKind.SCALE, ("Illa", "Bra"), True, True, True
        ),
        AskedQuestion(
            "needs", ("Vad behöver du?", "Vad saknas?"), QuestionKind.SEVERAL_OF,
            ("Tid", "Stöd"), True, False, True,
        ),
    ),
)  # fmt: skip

ASKED = VOCABULARY.questions
days = st.dates(date(2020, 1, 1), date(2026, 3, 1))
keys = st.one_of(
    st.integers(1, 9_999_999).map(str),
    st.integers(1, 9999).map(lambda number: f"B-{number}"),
    st.integers(1, 9999).map(lambda number: f"ST-{number:04d}"),
)
levels = st.one_of(st.just(NO_PROSPECTS), st.integers(0, 5).map(StepLevel))
answers = st.sampled_from(YesNoUnknown)


def answered(*occasions: Occasion) -> st.SearchStrategy[tuple[AnswerSaid, ...]]:
    """Answers in the order of a template's columns, to the questions of the occasions."""
    asked = [
        (question.key, occasion)
        for question in VOCABULARY.questions
        for occasion in occasions
        if occasion is not Occasion.END or question.at_end
    ]
    words = st.sampled_from(["Bra", "illa", "2", "vet ej", "Tid, Stöd", "ingetdera"])
    return st.lists(st.none() | words, min_size=len(asked), max_size=len(asked)).map(
        lambda said: tuple(
            AnswerSaid(*one, text) for one, text in zip(asked, said, strict=True) if text
        )
    )


@st.composite
def situations(draw: st.DrawFn) -> SituationValue:
    how = draw(st.sampled_from(["none", "unknown", "some"]))
    work, studies = draw(answers), draw(answers)
    works, studying = work is YesNoUnknown.YES, studies is YesNoUnknown.YES
    return SituationValue(
        no_support=True if how == "none" else None,
        sources=draw(st.frozensets(st.sampled_from(SupportSource), min_size=1))
        if how == "some"
        else frozenset(),
        support_unknown=how == "unknown",
        work=work,
        work_percent=draw(st.none() | st.integers(1, 100)) if works else None,
        work_kind=draw(st.sampled_from(WorkKind)) if works else None,
        studies=studies,
        studies_percent=draw(st.none() | st.integers(1, 100)) if studying else None,
        seeking=draw(answers),
        registered_af=draw(answers),
    )


@st.composite
def ratings(draw: st.DrawFn) -> dict[str, RatingValue]:
    value = st.one_of(
        st.tuples(*[st.integers(0, 100)] * 4).map(lambda four: RatingValue.filled(*four)),
        st.integers(0, 400).map(RatingValue.total_only),
        st.just(RatingValue.incomplete()),
        st.just(RatingValue.not_filled()),
    )
    return draw(st.dictionaries(st.sampled_from(list(INSTRUMENTS)), value, min_size=1))


@st.composite
def spells(draw: st.DrawFn) -> SpellRecord:
    started = draw(days)
    ended = draw(st.none() | st.integers(0, 400).map(lambda n: started + timedelta(days=n)))
    known = draw(st.none() | st.sampled_from(SupportMonthsKnown))
    return SpellRecord(
        row=2,
        key=draw(keys),
        started_on=started,
        birth_year=draw(st.integers(1950, 2009)),
        gender=draw(st.sampled_from(Gender)),
        referrer=draw(st.sampled_from(["employment_service", "self"])),
        consent_follow_up=draw(st.booleans()),
        consent_contact=draw(st.booleans()),
        consent_disclosure_on=draw(st.none() | days),
        municipality=draw(st.none() | st.just("here")),
        education=draw(st.none() | st.just("higher")),
        support_months_known=known,
        support_months=draw(st.integers(0, 720)) if known is SupportMonthsKnown.MONTHS else None,
        support_band="1_to_2_years" if known is SupportMonthsKnown.BAND else None,
        need_group=draw(st.none() | st.just("first")),
        step=draw(st.none() | levels),
        ended_on=ended,
        end_reason=None if ended is None else draw(st.sampled_from(["work", "illness"])),
        active_planning=None if ended is None else draw(st.none() | answers),
        answers=draw(answered(Occasion.START, Occasion.END)),
    )


@st.composite
def parts(draw: st.DrawFn) -> ImportRecord:
    person: dict[str, Any] = {"row": 2, "key": draw(keys), "started_on": draw(st.none() | days)}
    what = draw(st.sampled_from(["talk", "situation", "step", "follow_up", "history"]))
    if what == "talk":
        came = draw(st.sampled_from(AttendanceStatus))
        return TalkRecord(
            **person,
            held_on=draw(days),
            kind=draw(st.sampled_from(SessionKind)),
            attendance=came,
            ratings=draw(ratings()),
            place=draw(st.none() | st.integers(1, 9)),
        )
    if what == "situation":
        occasion = draw(st.sampled_from([Occasion.START, Occasion.END]))
        said = draw(answered(occasion).filter(bool) | st.just(()))
        return SituationRecord(
            **person,
            occasion=occasion,
            value=draw(st.none() | situations()) if said else draw(situations()),
            answers=said,
            on=draw(st.none() | days),
        )
    if what == "step":
        return StepRecord(
            **person,
            occasion=draw(st.sampled_from(Occasion)),
            level=draw(levels),
            on=draw(st.none() | days),
        )
    if what == "follow_up":
        done = draw(st.booleans())
        occasion = draw(st.sampled_from(FOLLOW_UPS))
        return FollowUpRecord(
            **person,
            months=follow_up_months(occasion),
            answers=draw(answered(occasion)),
            status=FollowUpStatus.DONE if done else FollowUpStatus.NOT_REACHED,
            on=draw(days),
            way=None if done else "phone",
            situation=draw(situations()) if done else None,
            step=draw(st.none() | levels) if done else None,
        )
    base = draw(st.integers(0, 900))
    return HistoryRecord(
        row=2,
        year=draw(st.integers(2004, 2025)),
        measure="I arbete vid avslut",
        number=draw(st.integers(0, base)),
        gender=draw(st.none() | st.sampled_from(Gender)),
        base=base,
        definition="Alla avslutade under året.",
        source="SUS, uttag i mars 2022",
    )


def cells(record: ImportRecord) -> tuple[ImportKind, dict[str, Any]]:
    """The record as somebody would fill it in, by field."""
    if isinstance(record, SpellRecord):
        told = _spell_cells(record)
        return ImportKind.SPELLS, told | {
            f"svar_{one.occasion.value}_{one.question}": one.words for one in record.answers
        }
    if isinstance(record, HistoryRecord):
        told = {name: getattr(record, name) for name in ("year", "measure", "number", "base")}
        told |= {"definition": record.definition, "source": record.source}
        return ImportKind.HISTORY, told | {"gender": record.gender and record.gender.label}
    told = {"key": record.key, "spell_start": record.started_on}
    if isinstance(record, TalkRecord):
        return ImportKind.RATINGS, told | _talk_cells(record)
    if isinstance(record, SituationRecord):
        words = {"occasion": record.occasion.label, "on": record.on}
        situation = {} if record.value is None else _situation_cells(record.value)
        return ImportKind.SITUATIONS, told | words | situation | _answer_cells(record.answers)
    if isinstance(record, StepRecord):
        words = {"occasion": record.occasion.label, "on": record.on}
        return ImportKind.STEPS, told | words | {"step": _level(record.level)}
    told |= {"months": record.months, "status": record.status.label, "on": record.on}
    told |= {"way": record.way and "Telefon", "step": record.step and _level(record.step)}
    situation = {} if record.situation is None else _situation_cells(record.situation)
    return ImportKind.FOLLOW_UPS, told | situation | _answer_cells(record.answers)


def _answer_cells(said: tuple[AnswerSaid, ...]) -> dict[str, Any]:
    return {f"svar_{one.question}": one.words for one in said}


def _level(level: StepLevel) -> object:
    return "inga utsikter" if level.position is None else level.position


def _label(list_key: str, key: str | None) -> str | None:
    return None if key is None else VOCABULARY.lists[list_key][key]


def _spell_cells(record: SpellRecord) -> dict[str, Any]:
    time = {
        None: None,
        SupportMonthsKnown.MONTHS: record.support_months,
        SupportMonthsKnown.BAND: _label("support_band", record.support_band),
        SupportMonthsKnown.UNKNOWN: "vet ej",
    }[record.support_months_known]
    told = {
        name: getattr(record, name)
        for name in ("key", "birth_year", "started_on", "consent_disclosure_on", "ended_on")
    }
    for name in ("referrer", "municipality", "education", "need_group", "end_reason"):
        told[name] = _label(name, getattr(record, name))
    yes_no = {True: "ja", False: "nej"}
    return told | {
        "gender": record.gender.label,
        "consent_follow_up": yes_no[record.consent_follow_up],
        "consent_contact": yes_no[record.consent_contact],
        "support_time": time,
        "step": None if record.step is None else _level(record.step),
        "active_planning": record.active_planning and record.active_planning.label,
    }


def _talk_cells(record: TalkRecord) -> dict[str, Any]:
    told: dict[str, Any] = {
        "held_on": record.held_on,
        "session_kind": record.kind.label,
        "attendance": record.attendance.label,
        "place": record.place,
    }
    for name, value in record.ratings.items():
        small = name.lower()
        for place, scale in enumerate(value.scales or (), start=1):
            told[f"{small}_{place}"] = format_points(scale)
        if value.total is not None:
            told[f"{small}_total"] = format_points(value.total)
        if value.status in (RatingStatus.INCOMPLETE, RatingStatus.NOT_FILLED):
            told[f"{small}_mark"] = value.status.label
    return told


def _situation_cells(value: SituationValue) -> dict[str, Any]:
    support = ", ".join(source.label for source in SupportSource if source in value.sources)
    if value.no_support:
        support = NO_SUPPORT_LABEL
    if value.support_unknown:
        support = "vet ej"
    told = {"support": support, "work_percent": value.work_percent}
    told |= {"studies_percent": value.studies_percent}
    told |= {"work_kind": value.work_kind and value.work_kind.label}
    for name in ("work", "studies", "seeking", "registered_af"):
        answer = getattr(value, name)
        told[name] = answer and answer.label
    return told


def filled_in(kind: ImportKind, lines: list[dict[str, Any]]) -> bytes:
    """The kind's template with these lines."""
    book = openpyxl.load_workbook(io.BytesIO(template(kind, VOCABULARY)))
    sheet = book["Fyll i"]
    places = {field.key: place for place, field in enumerate(columns_of(kind, ASKED), start=1)}
    for number, line in enumerate(lines, start=2):
        for key, value in line.items():
            if value is not None:
                sheet.cell(row=number, column=places[key], value=value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(spells(), parts(), parts(), parts()))
def test_record_written_in_its_template_is_read_as_it_was(record: ImportRecord) -> None:
    kind, told = cells(record)
    table = read_workbook(filled_in(kind, [told])).table("Fyll i")
    reader = Reader(table, propose_mapping(table, kind=kind, questions=ASKED), VOCABULARY, TODAY)
    assert list(reader.records()) == [record]


@pytest.mark.parametrize("kind", list(ImportKind))
def test_every_column_of_a_template_is_recognised_as_what_it_is(kind: ImportKind) -> None:
    line = {field.key: None for field in columns_of(kind, ASKED)}
    table = read_workbook(filled_in(kind, [line])).table("Fyll i")
    proposed = propose_mapping(table, questions=ASKED)
    assert proposed.kind is kind
    assert {c.heading: c.field for c in proposed.columns} == {
        field.title: field.key for field in columns_of(kind, ASKED)
    }


@pytest.mark.parametrize("kind", list(ImportKind))
def test_spellings_of_a_kind_mean_one_thing_each(kind: ImportKind) -> None:
    said: dict[str, str] = {}
    for field in fields_for(kind, ASKED):
        for spelling in {fold(text) for text in (*field.spellings, field.title)}:
            assert said.setdefault(spelling, field.key) == field.key, spelling


@on_sqlite
def test_what_was_read_in_is_there_already_the_second_time(world: World) -> None:
    people(world, "1", "2")
    value = RatingValue.filled(40, 50, 60, 70)
    for kind, lines in (
        (
            ImportKind.RATINGS,
            [
                _talk_cells(TalkRecord(row=2, key="1", held_on=day, ratings={"ORS": value}))
                | {"key": "1"}
                for day in (date(2025, 2, 1), date(2025, 2, 2))
            ],
        ),
        (ImportKind.STEPS, [{"key": "2", "occasion": "vid start", "step": 2}]),
    ):
        file = filled_in(kind, lines)
        done = read_in(world, file, kind=kind)
        assert done.new == len(lines)
        _, again = planned(world, file, kind=kind, **{})
        assert (again.new, again.same, again.refused) == (0, len(lines), 0)
    assert summary_is_right(world)

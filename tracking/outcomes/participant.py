"""One person's page: everything recorded in one spell, voided and corrected rows included.

Logged each time with the spell. Other insatser's spells of the same person are named only
where the actor may see them.
"""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.permissions import can_see_spell
from tracking.domain import clock
from tracking.domain.change import Thresholds
from tracking.domain.errors import NotFound, NotPermitted
from tracking.domain.instruments import (
    GSRS,
    INSTRUMENTS,
    ORS,
    SRS,
    RatingStatus,
    RatingValue,
    Scales,
)
from tracking.domain.ladder import (
    StepLevel,
    step_move,
)
from tracking.domain.periods import age_in_year
from tracking.domain.signals import always_highest, ors_signal, srs_points_to_raise
from tracking.outcomes._answers import answers_of
from tracking.outcomes._due import missing_at_start
from tracking.outcomes._history import history_of
from tracking.outcomes._progress import follow_ups_of, ladder_of, situations_of, steps_of
from tracking.outcomes._seen import log_participant, log_refused, visible
from tracking.outcomes._unchanged import standing
from tracking.outcomes.kinds import Persons
from tracking.outcomes.participant_views import (
    OrsReading,
    OtherSpell,
    ParticipantView,
    RatingPoint,
    RatingSeries,
    SessionRow,
    SpellHead,
)
from tracking.store.database import Database
from tracking.store.summary import NO_PROSPECTS
from tracking.store.tables import (
    Account,
    Attendance,
    Code,
    Insats,
    Participant,
    Rating,
    Session,
    Spell,
    SpellSummary,
)
from tracking.store.thresholds import thresholds_on


def participant_page(
    database: Database,
    actor: Actor,
    spell_id: int,
    *,
    page: str,
    before: ParticipantView | None = None,
) -> Persons[ParticipantView]:
    """Everything about one spell: ``before`` itself where it still stands, else read anew.

    Raises `NotFound` or `NotPermitted`.
    """
    with database.reading() as session:
        found = session.exec(
            select(Spell, Participant, Insats)
            .join(Participant, col(Participant.id) == col(Spell.participant_id))
            .join(Insats, col(Insats.id) == col(Spell.insats_id))
            .where(Spell.id == spell_id)
        ).one_or_none()
        if found is None:
            raise NotFound("Deltagandet finns inte: sök fram det på nytt.")
        spell, person, insats = found
        permitted = can_see_spell(
            actor,
            insats_id=spell.insats_id,
            controller_id=spell.controller_id,
            consent_disclosure_on=spell.consent_disclosure_on,
        )
        view = _kept_or_read(session, actor, (spell, person, insats), before) if permitted else None
    if view is None:
        log_refused(database, actor, page, insats_id=spell.insats_id, spell_id=spell_id)
        error = NotPermitted("Ditt uppdrag ger inte rätt att se den här deltagaren.")
        # In the log of the spell's own insats already.
        error.noted = True
        raise error
    log_participant(database, actor, page, insats_id=spell.insats_id, spell_id=spell_id)
    return Persons(view)


def _kept_or_read(
    session: DbSession,
    actor: Actor,
    found: tuple[Spell, Participant, Insats],
    before: ParticipantView | None,
) -> ParticipantView:
    now = standing(session, actor)
    if before is not None and (before.head.spell_id, before.read_under) == (found[0].id, now):
        return before
    return replace(read_view(session, actor, *found), read_under=now)


def read_view(
    session: DbSession, actor: Actor | None, spell: Spell, person: Participant, insats: Insats
) -> ParticipantView:
    """Read one spell, after permission has been asked; without an actor no other is named."""
    assert spell.id is not None
    titles = dict(session.exec(select(Account.id, Account.title)).all())
    codes = {code.id: code for code in session.exec(select(Code))}
    words = {(code.list_key, code.key): code.label for code in codes.values()}
    summary = session.get_one(SpellSummary, spell.id)
    changes = history_of(session, spell, titles, codes)
    corrected = {change.row_id for change in changes if change.table == "rating"}
    sessions, series = _sessions(session, spell.id, corrected)
    ladder = ladder_of(session, spell.ladder_version_id)
    thresholds = thresholds_on(session, clock.today())
    srs = series[SRS.key]
    return ParticipantView(
        head=_head(spell, person, insats, summary, codes, words, titles),
        ors=series[ORS.key],
        srs=srs,
        gsrs=series[GSRS.key],
        ors_reading=_reading(series[ORS.key], person.birth_year, thresholds),
        srs_points=_to_raise(srs, thresholds),
        gsrs_points=_to_raise(series[GSRS.key], thresholds),
        always_highest=always_highest(srs.totals),
        sessions=sessions,
        ladder=ladder,
        steps=steps_of(session, spell.id, ladder, titles),
        move=step_move(_level(summary.step_start), _level(summary.step_end)),
        situations=situations_of(session, spell.id),
        answers=answers_of(session, spell.id),
        follow_ups=follow_ups_of(session, spell.id, words, titles),
        changes=changes,
        others=() if actor is None else _others(session, actor, spell),
    )


def _to_raise(series: RatingSeries, thresholds: Thresholds) -> tuple[str, ...]:
    """What the latest rating gives to talk about, beside the one before it."""
    scored = series.scored
    if not scored:
        return ()
    before = scored[-2].value if len(scored) > 1 else None
    instrument = INSTRUMENTS[series.instrument]
    return srs_points_to_raise(scored[-1].value, before, thresholds, instrument)


def _level(kept: int | None) -> StepLevel | None:
    """A step column of the summary as a level."""
    if kept is None:
        return None
    return StepLevel(None if kept == NO_PROSPECTS else kept)


def _head(
    spell: Spell,
    person: Participant,
    insats: Insats,
    summary: SpellSummary,
    codes: dict[int | None, Code],
    words: dict[tuple[str, str], str],
    titles: dict[int | None, str],
) -> SpellHead:
    def label(code_id: int | None) -> str | None:
        code = codes.get(code_id)
        return None if code is None else code.label

    uses = ((ORS.key, insats.uses_ors), (SRS.key, insats.uses_srs), (GSRS.key, insats.uses_gsrs))
    assert spell.id is not None
    assert person.id is not None
    return SpellHead(
        spell_id=spell.id,
        version=spell.version,
        participant_id=person.id,
        participant_version=person.version,
        code=person.code,
        memory_word=person.memory_word,
        gender=person.gender,
        birth_year=person.birth_year,
        age=age_in_year(person.birth_year, spell.started_on),
        insats_id=spell.insats_id,
        insats=insats.name,
        instruments=tuple(key for key, used in uses if used),
        started_on=spell.started_on,
        referrer=label(spell.referrer_id) or "",
        referrer_key=codes[spell.referrer_id].key,
        consent_contact=spell.consent_contact,
        consent_disclosure_on=spell.consent_disclosure_on,
        municipality=label(spell.municipality_id),
        education=label(spell.education_id),
        support_months_known=spell.support_months_known,
        support_months=spell.support_months,
        support_band=label(spell.support_band_id),
        need_group=label(spell.need_group_id),
        responsible=titles.get(spell.responsible_id),
        responsible_id=spell.responsible_id,
        previous_spell_id=spell.previous_spell_id,
        ended_on=spell.ended_on,
        outcome=spell.outcome,
        end_reason=label(spell.end_reason_id),
        outcome_reason=words.get(("outcome_reason", spell.outcome_reason or "")),
        active_planning=spell.active_planning,
        misregistered_reason=words.get(("void_reason", spell.misregistered_reason or "")),
        missing_at_start=tuple(missing_at_start(spell, summary)),
    )


def _reading(series: RatingSeries, birth_year: int, thresholds: Thresholds) -> OrsReading:
    totals, scored = series.totals, series.scored
    age = age_in_year(birth_year, scored[0].held_on) if scored else None
    cutoff = thresholds.ors_cutoff_for(age)
    reach = thresholds.reliable_change_mm
    return OrsReading(
        cutoff_mm=cutoff,
        band=(max(0, totals[0] - reach), min(400, totals[0] + reach)) if totals else None,
        signal=ors_signal(totals, thresholds, cutoff_mm=cutoff),
        thresholds=thresholds,
    )


def _sessions(
    session: DbSession, spell_id: int, corrected: set[int]
) -> tuple[tuple[SessionRow, ...], dict[str, RatingSeries]]:
    rows = session.exec(
        select(Attendance, Session)
        .join(Session, col(Session.id) == col(Attendance.session_id))
        .where(Attendance.spell_id == spell_id)
        .order_by(col(Session.held_on), col(Session.order_in_day), col(Session.id))
    ).all()
    ratings: dict[int, list[Rating]] = {}
    for rating in session.exec(
        select(Rating)
        .join(Attendance, col(Attendance.id) == col(Rating.attendance_id))
        .where(Attendance.spell_id == spell_id)
        .order_by(col(Rating.id))
    ):
        ratings.setdefault(rating.attendance_id, []).append(rating)
    listed: list[SessionRow] = []
    points: dict[str, list[RatingPoint]] = {key: [] for key in INSTRUMENTS}
    for attendance, held in rows:
        assert attendance.id is not None
        assert held.id is not None
        gone = attendance.voided_at is not None or held.voided_at is not None
        own = ratings.get(attendance.id, [])
        listed.append(
            SessionRow(
                session_id=held.id,
                session_version=held.version,
                attendance_id=attendance.id,
                attendance_version=attendance.version,
                held_on=held.held_on,
                order_in_day=held.order_in_day,
                kind=held.kind,
                status=attendance.status,
                ratings={r.instrument: r.id for r in own if r.id and r.voided_at is None},
                voided=gone,
            )
        )
        for rating in own:
            assert rating.id is not None
            points[rating.instrument].append(
                RatingPoint(
                    rating_id=rating.id,
                    version=rating.version,
                    session_id=held.id,
                    attendance_id=attendance.id,
                    held_on=held.held_on,
                    order_in_day=held.order_in_day,
                    kind=held.kind,
                    value=_value(rating),
                    voided=gone or rating.voided_at is not None,
                    corrected=rating.id in corrected,
                )
            )
    return tuple(listed), {key: RatingSeries(key, tuple(p)) for key, p in points.items()}


def _value(rating: Rating) -> RatingValue:
    scales: Scales | None = None
    if rating.status is RatingStatus.FILLED:
        one, two, three, four = rating.scale_1, rating.scale_2, rating.scale_3, rating.scale_4
        scales = (one or 0, two or 0, three or 0, four or 0)
    return RatingValue(rating.status, scales, rating.total)


def _others(session: DbSession, actor: Actor, spell: Spell) -> tuple[OtherSpell, ...]:
    rows = session.exec(
        select(Spell, Insats.name)
        .join(Insats, col(Insats.id) == col(Spell.insats_id))
        .where(
            Spell.participant_id == spell.participant_id,
            Spell.id != spell.id,
            *visible(actor, Spell),
        )
        .order_by(col(Spell.started_on))
    )
    return tuple(
        OtherSpell(
            other.id or 0,
            name,
            other.started_on,
            other.ended_on,
            other.outcome,
            other.version,
            other.previous_spell_id,
        )
        for other, name in rows
    )

"""Reviews of the access log: saying that one is done, and what is to stand out in the next.

Both are only added to. What the log says is read by `tracking.outcomes.log_review`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.log_rows import count_rows
from tracking.access.permissions import check_can_review_log
from tracking.domain.errors import InvalidValue, NotFound, RuleBroken
from tracking.domain.log_actions import REVIEWED, RULE_CHANGED
from tracking.domain.log_review import ReviewOutcome, ReviewRule
from tracking.domain.periods import Period
from tracking.domain.swedish import iso
from tracking.services._setup import found
from tracking.services._writing import writing
from tracking.store.database import Database
from tracking.store.tables import AccessLog, Insats, LogReview, LogReviewRule

PAGE = "logggranskning"


@dataclass(frozen=True, slots=True)
class RecordedLogReview:
    """A review that is stored: which, and how many rows of the log it covers."""

    review_id: int
    rows: int


def record_log_review(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    starts_on: date,
    ends_on: date,
    up_to: int,
    outcome: ReviewOutcome,
    key: str,
) -> RecordedLogReview:
    """Say that the insats's rows of a period have been reviewed, as the log stood at ``up_to``.

    ``up_to`` is the number of the newest link when the granskare read the log; what has come
    since is not reviewed. Raises `NotPermitted`, and `RuleBroken` on a period that has not begun
    or a link that does not exist.
    """
    with writing(database, actor, REVIEWED, key) as write:
        check_can_review_log(actor, insats_id)
        if write.earlier is not None:
            earlier = found(write.session, LogReview, write.earlier, what="Granskningen")
            return RecordedLogReview(write.earlier, earlier.rows_n)
        found(write.session, Insats, insats_id, what="Insatsen")
        if starts_on > ends_on:
            raise RuleBroken("Periodens slut ligger före dess början.", field="ends_on")
        if ends_on > write.today:
            raise RuleBroken(
                f"Perioden kan inte sluta efter i dag, {iso(write.today)}.", field="ends_on"
            )
        link = write.session.get(AccessLog, up_to)
        if link is None:
            raise NotFound("Loggen har ändrats sedan sidan lästes: läs in sidan igen.")
        rows = count_rows(write.session, insats_id, Period(starts_on, ends_on), up_to=up_to)
        review = LogReview(
            insats_id=insats_id,
            starts_on=starts_on,
            ends_on=ends_on,
            rows_n=rows,
            head_id=up_to,
            head_hash=link.link_hash,
            outcome=_outcome(outcome),
            reviewed_at=write.now,
            reviewed_by=actor.account_id,
        )
        write.session.add(review)
        write.session.flush()
        assert review.id is not None
        detail = f"{iso(starts_on)}–{iso(ends_on)}, {rows} rader, {review.outcome.value}"
        write.finish(review.id, Entry(REVIEWED, insats_id=insats_id, page=PAGE, detail=detail))
        return RecordedLogReview(review.id, rows)


def _outcome(outcome: ReviewOutcome | str) -> ReviewOutcome:
    try:
        return ReviewOutcome(outcome)
    except ValueError:
        raise InvalidValue("Välj vad granskningen ledde till.", field="outcome") from None


def set_log_review_rule(
    database: Database, actor: Actor, *, insats_id: int, rule: ReviewRule, key: str
) -> ReviewRule:
    """Say when work is done in the insats and how many participants are many; from now on.

    Raises `NotPermitted`. Earlier rules stay, with who set them and when.
    """
    with writing(database, actor, RULE_CHANGED, key) as write:
        check_can_review_log(actor, insats_id)
        if write.earlier is not None:
            kept = found(write.session, LogReviewRule, write.earlier, what="Regeln")
            return ReviewRule(kept.opens, kept.closes, kept.many, kept.minutes)
        found(write.session, Insats, insats_id, what="Insatsen")
        row = LogReviewRule(
            insats_id=insats_id,
            opens=rule.opens,
            closes=rule.closes,
            many=rule.many,
            minutes=rule.minutes,
            set_at=write.now,
            set_by=actor.account_id,
        )
        write.session.add(row)
        write.session.flush()
        assert row.id is not None
        detail = f"{rule.opens}–{rule.closes}, {rule.many} på {rule.minutes} minuter"
        write.finish(row.id, Entry(RULE_CHANGED, insats_id=insats_id, page=PAGE, detail=detail))
        return rule

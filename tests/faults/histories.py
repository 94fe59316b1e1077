"""Random histories of what people do, by several actors at once in one förbund.

Half of what is tried is wrong in some way: days outside the spell, stale versions, somebody
without the right, a key used before. After each step the database is held to its rules: it
answers with a sentence or it does the thing, wholly; the summary is a rebuild's; the log's
chain is whole; nobody has done what the table of permissions does not give them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import text

from tests.integration.worlds import (
    AT_WORK,
    ON_SUPPORT,
    TODAY,
    World,
    a_key,
    a_start,
    a_world,
    standing_still,
)
from tracking.access.actors import Actor
from tracking.access.log import walk
from tracking.access.permissions import can_record
from tracking.domain.errors import Conflict, NotFound, StegvisError
from tracking.domain.instruments import RatingValue
from tracking.domain.ladder import StepLevel
from tracking.domain.records import AttendanceStatus, FollowUpStatus, Gender
from tracking.services import (
    assess_step,
    correct_rating,
    end_spell,
    record_attempt,
    record_follow_up,
    record_group_session,
    record_session,
    register_and_start,
    reopen_spell,
    void_record,
)
from tracking.services.sessions import GroupRow
from tracking.store.database import Database
from tracking.store.tables import metadata
from tracking.store.verify import summary_differences

ACTORS = ("worker", "colleague", "neighbour", "outsider", "lead", "nobody")
UNTOUCHED_BY_A_REFUSAL = set(metadata.tables) - {
    "access_log",
    "access_log_payload",
    "access_log_head",
}
"""Who is refused something is noted in the log; nothing else may come of it."""

actors = st.sampled_from(("worker", "worker", "worker", "colleague", *ACTORS))
days = st.one_of(st.integers(-120, 0), st.integers(-400, 40)).map(
    lambda n: TODAY + timedelta(days=n)
)
some = st.integers(0, 30)
"""Which of what there is: taken modulo how many there are, one too many included."""
values = st.tuples(*[st.integers(0, 100)] * 4).map(lambda four: RatingValue.filled(*four))
ratings = st.dictionaries(st.sampled_from(["ORS", "SRS", "GSRS"]), values, max_size=3)
reasons = st.sampled_from(["work", "moved", "illness", "other", "no_such_reason"])


@dataclass(frozen=True)
class Done:
    """Something that was done, to be sent once more."""

    who: str
    what: Callable[..., Any]
    given: dict[str, Any]


class _Template:
    """A förbund made once; each history has a copy."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stegvis-histories-"))
        self.file = self.folder / "template.db"
        with standing_still():
            database = Database.open(f"sqlite:///{self.file.as_posix()}")
            self.world = a_world(database)
            database.close()

    def copy(self, number: int) -> World:
        file = self.folder / f"history-{number}.db"
        shutil.copy(self.file, file)
        return replace(self.world, database=Database.open(f"sqlite:///{file.as_posix()}"))


class Histories(RuleBasedStateMachine):
    """One history."""

    template: _Template | None = None
    made = 0
    tally: ClassVar[Counter[tuple[str, bool]]] = Counter()
    """How often each thing was done (True) and refused (False), in all histories."""

    @initialize()
    def begin(self) -> None:
        if Histories.template is None:
            Histories.template = _Template()
        Histories.made += 1
        self.stack = ExitStack()
        self.stack.enter_context(standing_still())
        self.world = Histories.template.copy(Histories.made)
        self.done: list[Done] = []
        self.before = self._rows()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.database.close()
            for left in Path(self.world.database.engine.url.database or "").parent.glob(
                f"history-{Histories.made}.db*"
            ):
                left.unlink()
            self.stack.close()

    # -- what is done -----------------------------------------------------------------------

    @rule(who=actors, insats=st.integers(1, 4), day=days, year=st.integers(1900, 2030))
    def starts(self, who: str, insats: int, day: date, year: int) -> None:
        self._try(
            who,
            register_and_start,
            insats_id=insats,
            birth_year=year,
            gender=Gender.WOMAN,
            start=a_start(day, step=StepLevel(1)),
            at=insats,
        )

    @rule(who=actors, which=some, day=days, given=ratings, there=st.sampled_from(AttendanceStatus))
    def talks(
        self, who: str, which: int, day: date, given: dict[str, Any], there: AttendanceStatus
    ) -> None:
        spell, insats = self._spell(which)
        self._try(
            who,
            record_session,
            spell_id=spell,
            held_on=day,
            attendance=there,
            ratings=given,
            at=insats,
        )

    @rule(who=actors, which=st.lists(some, max_size=4), day=days, value=values)
    def meets(self, who: str, which: list[int], day: date, value: RatingValue) -> None:
        rows = [GroupRow(self._spell(one)[0], ratings={"GSRS": value}) for one in which]
        insats = self.world.insats_id
        self._try(who, record_group_session, insats_id=insats, held_on=day, rows=rows, at=insats)

    @rule(who=actors, which=some, value=values, stale=st.booleans())
    def corrects(self, who: str, which: int, value: RatingValue, stale: bool) -> None:
        row, version, insats = self._one(_RATINGS, which)
        self._try(
            who,
            correct_rating,
            rating_id=row,
            value=value,
            why="typing_error",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, stale=st.booleans(), table=st.sampled_from(["session", "rating"]))
    def voids(self, who: str, which: int, stale: bool, table: str) -> None:
        row, version, insats = self._one(_RATINGS if table == "rating" else _SESSIONS, which)
        self._try(
            who,
            void_record,
            table=table,
            row_id=row,
            why="wrong_person",
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, level=st.integers(1, 7), day=days)
    def climbs(self, who: str, which: int, level: int, day: date) -> None:
        spell, insats = self._spell(which)
        step = StepLevel(level)
        self._try(who, assess_step, spell_id=spell, level=step, assessed_on=day, at=insats)

    @rule(who=actors, which=some, day=days, reason=reasons, stale=st.booleans())
    def ends(self, who: str, which: int, day: date, reason: str, stale: bool) -> None:
        spell, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            end_spell,
            spell_id=spell,
            on=day,
            reason=reason,
            situation=AT_WORK,
            version=version + stale,
            at=insats,
        )

    @rule(who=actors, which=some, stale=st.booleans())
    def reopens(self, who: str, which: int, stale: bool) -> None:
        spell, version, insats = self._one(_SPELLS, which)
        self._try(
            who,
            reopen_spell,
            spell_id=spell,
            why="wrong_person",
            version=version + stale,
            at=insats,
        )

    @rule(
        who=actors,
        which=some,
        months=st.sampled_from([6, 12, 18]),
        status=st.sampled_from(FollowUpStatus),
        day=days,
    )
    def follows_up(
        self, who: str, which: int, months: int, status: FollowUpStatus, day: date
    ) -> None:
        spell, insats = self._spell(which)
        self._try(
            who,
            record_follow_up,
            spell_id=spell,
            months=months,
            status=status,
            on=day,
            situation=ON_SUPPORT if status is FollowUpStatus.DONE else None,
            version=1,
            at=insats,
        )

    @rule(who=actors, which=some, months=st.sampled_from([6, 12]), day=days)
    def tries_to_reach(self, who: str, which: int, months: int, day: date) -> None:
        spell, insats = self._spell(which)
        self._try(
            who, record_attempt, spell_id=spell, months=months, way="phone", on=day, at=insats
        )

    @rule(which=some)
    def is_sent_once_more(self, which: int) -> None:
        """As a double click, or a browser that never got its answer."""
        if not self.done:
            return
        again = self.done[which % len(self.done)]
        before = self._rows()
        with suppress(Conflict, NotFound):  # the record has been voided or erased since
            again.what(self.world.database, getattr(self.world, again.who), **again.given)
        assert self._rows() == before, "the same key twice left something more"

    # -- what holds -------------------------------------------------------------------------

    @invariant()
    def everything_holds(self) -> None:
        if not hasattr(self, "world"):
            return
        with self.world.database.reading() as session:
            assert list(summary_differences(session)) == []
            assert walk(session).faults == ()
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
            for broken in _NEVER:
                assert session.execute(text(broken)).all() == [], broken

    def _try(self, who: str, what: Callable[..., Any], *, at: int | None, **given: Any) -> None:
        """Do it; whatever is refused is said in a sentence, and has left nothing."""
        actor: Actor = getattr(self.world, who)
        given["key"] = a_key()
        before = self._rows()
        refused = None
        try:
            what(self.world.database, actor, **given)
        except StegvisError as error:
            refused = str(error)
        Histories.tally[what.__name__, refused is None] += 1
        if refused is not None:
            after = self._rows()
            left = {name for name in UNTOUCHED_BY_A_REFUSAL if after[name] != before[name]}
            assert left == set(), f"{what.__name__} was refused and left rows in {left}"
            assert refused.endswith((".", "?")), refused
            return
        assert at is not None
        assert can_record(actor, at), f"{who} may not {what.__name__} in insats {at}"
        assert who != "outsider", "of another authority"
        self.done.append(Done(who, what, given))

    def _rows(self) -> Counter[str]:
        asked = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM \"{name}\"" for name in metadata.tables
        )
        with self.world.database.reading() as session:
            return Counter({name: number for name, number in session.execute(text(asked))})

    def _spell(self, which: int) -> tuple[int, int | None]:
        row, _, insats = self._one(_SPELLS, which)
        return row, insats

    def _one(self, statement: str, which: int) -> tuple[int, int, int | None]:
        """Number, version and insats of one of what there is; or of one that there is not."""
        with self.world.database.reading() as session:
            found = session.execute(text(statement)).all()
        place = which % (len(found) + 1)
        return tuple(found[place]) if place < len(found) else (999_999, 1, None)


_SPELLS = "SELECT id, version, insats_id FROM spell ORDER BY id"
_SESSIONS = "SELECT id, version, insats_id FROM session ORDER BY id"
_RATINGS = """
SELECT rating.id, rating.version, attendance.insats_id FROM rating
JOIN attendance ON attendance.id = rating.attendance_id ORDER BY rating.id"""

_NEVER = (
    "SELECT id FROM spell WHERE ended_on < started_on",
    "SELECT participant_id FROM spell WHERE ended_on IS NULL AND misregistered_reason IS NULL"
    " GROUP BY participant_id, insats_id HAVING count(*) > 1",
    "SELECT s.id FROM session s JOIN attendance a ON a.session_id = s.id"
    " JOIN spell p ON p.id = a.spell_id WHERE s.voided_at IS NULL AND a.voided_at IS NULL"
    " AND (s.held_on < p.started_on OR s.held_on > p.ended_on)",
    "SELECT r.id FROM rating r JOIN attendance a ON a.id = r.attendance_id"
    " WHERE a.status <> 'present'",
    "SELECT id FROM rating WHERE status = 'filled'"
    " AND total <> scale_1 + scale_2 + scale_3 + scale_4",
    "SELECT id FROM session WHERE held_on > '2026-03-16'",
    "SELECT f.id FROM follow_up f JOIN spell s ON s.id = f.spell_id WHERE s.ended_on IS NULL",
    "SELECT spell_id FROM touched_spell",
    "SELECT idempotency_key FROM finished_write WHERE record_id IS NULL",
)
"""What must never be in the database, whatever was done; each statement must find nothing."""

"""What every random history is held to; what is done in one is in `history_acts`.

A history begins in a förbund where some take part already. After each step the database is held
to its rules: it answers with a sentence or it does the thing, wholly; the summary is a rebuild's;
the log's chain is whole; nobody has done what the table of permissions does not give them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from sqlalchemy import text

from tests.integration.worlds import (
    AT_WORK,
    TODAY,
    World,
    a_key,
    a_spell,
    a_talk,
    a_world,
    standing_still,
    the_same_world,
    version_of,
)
from tracking.access.actors import Actor
from tracking.access.log import walk
from tracking.access.permissions import can_record
from tracking.domain.errors import StegvisError
from tracking.domain.ladder import StepLevel
from tracking.services import GroupRow, end_spell, record_group_session
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


@dataclass(frozen=True)
class Aim:
    """How something is tried. ``fits``: with what is there, by somebody who works there, on a day
    of its own time, ``share`` per cent into it. Else by ``who``, with ``which`` of all there is
    (or of none), on ``day`` and with the version one too high if ``stale``.
    """

    fits: bool
    who: str
    which: int
    day: date
    share: int
    stale: bool


@dataclass(frozen=True)
class Found:
    """A row that something is tried with, and the days that would be right."""

    row: int
    version: int
    insats: int | None
    first: date
    last: date


NOTHING = Found(999_999, 1, None, TODAY, TODAY)


@dataclass(frozen=True)
class Done:
    """Something that was done, to be sent once more."""

    who: str
    what: Callable[..., Any]
    given: dict[str, Any]
    answer: Any


class _Template:
    """A förbund made once; each history has a copy."""

    def __init__(self) -> None:
        self._kept = tempfile.TemporaryDirectory(prefix="stegvis-histories-")
        self.folder = Path(self._kept.name)
        self.file = self.folder / "template.db"
        with standing_still():
            database = Database.open(f"sqlite:///{self.file.as_posix()}")
            self.world = a_world(database)
            _populate(self.world)
            database.close()

    def copy(self, number: int) -> World:
        file = self.folder / f"history-{number}.db"
        shutil.copy(self.file, file)
        return the_same_world(self.world, Database.open(f"sqlite:///{file.as_posix()}"))


def _populate(world: World) -> None:
    """Some who take part, some who have left, and as many in the other insats, with what they
    rated; who left did so long enough ago to be followed up.
    """
    for days in (200, 180, 160, 140):
        spell = a_spell(world, TODAY - timedelta(days=days), step=StepLevel(2))
        a_talk(world, spell.spell_id, TODAY - timedelta(days=days - 10))
        a_talk(world, spell.spell_id, TODAY - timedelta(days=days - 40))
        a_talk(world, spell.spell_id, TODAY - timedelta(days=days - 60), ors=None)
    record_group_session(
        world.database,
        world.worker,
        insats_id=world.insats_id,
        held_on=TODAY - timedelta(days=90),
        rows=[GroupRow(spell.spell_id)],
        key=a_key(),
    )
    for actor, insats_id, ended in (
        (world.worker, world.insats_id, 190),
        (world.worker, world.insats_id, 300),
        (world.neighbour, world.other_insats_id, 400),
    ):
        left = a_spell(world, TODAY - timedelta(days=ended + 200), actor=actor, insats_id=insats_id)
        end_spell(
            world.database,
            actor,
            spell_id=left.spell_id,
            on=TODAY - timedelta(days=ended),
            reason="work",
            situation=AT_WORK,
            step=StepLevel(4),
            version=version_of(world, left.spell_id),
            key=a_key(),
        )
    for days in (100, 120):
        a_spell(
            world,
            TODAY - timedelta(days=days),
            actor=world.neighbour,
            insats_id=world.other_insats_id,
        )


class Held(RuleBasedStateMachine):
    """One history; `history_acts.Histories` says what is done in it."""

    template: _Template | None = None
    made = 0
    tally: ClassVar[Counter[tuple[str, bool]]] = Counter()
    """How often each thing was done (True) and refused (False), in all histories."""

    @initialize()
    def begin(self) -> None:
        if Held.template is None:
            Held.template = _Template()
        Held.made += 1
        self.stack = ExitStack()
        self.stack.enter_context(standing_still())
        self.world = Held.template.copy(Held.made)
        self.done: list[Done] = []
        self.before = self._rows()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.database.close()
            for left in Path(self.world.database.engine.url.database or "").parent.glob(
                f"history-{Held.made}.db*"
            ):
                left.unlink()
            self.stack.close()

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

    def _again(self, which: int) -> None:
        """Send something that was done once more."""
        if not self.done:
            return
        again = self.done[which % len(self.done)]
        before = self._rows()
        try:
            answer = again.what(self.world.database, getattr(self.world, again.who), **again.given)
        except StegvisError:
            # What it wrote has been voided, closed or erased since.
            assert again is not self.done[-1], "a double click was refused"
        else:
            if again is self.done[-1]:
                assert answer == again.answer, "a double click was answered otherwise"
        assert self._rows() == before, "the same key twice left something more"

    def _try(self, who: str, what: Callable[..., Any], *, at: int | None, **given: Any) -> None:
        """Do it; whatever is refused is said in a sentence, and has left nothing."""
        actor: Actor = getattr(self.world, who)
        given["key"] = a_key()
        before = self._rows()
        refused = None
        try:
            answer = what(self.world.database, actor, **given)
        except StegvisError as error:
            refused = str(error)
        Held.tally[what.__name__, refused is None] += 1
        if refused is not None:
            after = self._rows()
            left = {name for name in UNTOUCHED_BY_A_REFUSAL if after[name] != before[name]}
            assert left == set(), f"{what.__name__} was refused and left rows in {left}"
            assert refused.endswith((".", "?")), refused
            return
        assert at is not None
        assert can_record(actor, at), f"{who} may not {what.__name__} in insats {at}"
        assert who != "outsider", "of another authority"
        self.done.append(Done(who, what, given, answer))

    def _rows(self) -> Counter[str]:
        asked = " UNION ALL ".join(
            f"SELECT '{name}', count(*) FROM \"{name}\"" for name in metadata.tables
        )
        with self.world.database.reading() as session:
            return Counter({name: number for name, number in session.execute(text(asked))})

    def _found(self, aim: Aim, every: str, fitting: str = "") -> Found:
        """One of what there is, or what is not there; ``fitting`` is the condition of a fit.

        ``every`` selects number, version, insats, and the first and the last day.
        """
        asked = f"{every} WHERE {fitting}" if aim.fits and fitting else every
        with self.world.database.reading() as session:
            rows = session.execute(text(asked + " ORDER BY 1")).all()
        place = aim.which % (len(rows) or 1) if aim.fits else aim.which % (len(rows) + 1)
        if place >= len(rows):
            return NOTHING
        row, version, insats, first, last = rows[place]
        days = (date.fromisoformat(str(day)) if day else TODAY for day in (first, last))
        return Found(row, version + (aim.stale and not aim.fits), insats, *days)

    def _who(self, aim: Aim, insats: int | None) -> str:
        if not aim.fits:
            return aim.who
        if insats == self.world.other_insats_id:
            return "neighbour"
        return "worker" if aim.which % 3 else "colleague"

    def _day(self, aim: Aim, found: Found) -> date:
        if not aim.fits:
            return aim.day
        return found.first + timedelta(days=(found.last - found.first).days * aim.share // 100)


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

"""What is ready and what is missing at a date of the årshjul, for whoever asks.

The förbund zone's comes from releases, reports and money that it reads anyway; the insats zone's
from counts of its own insatser. Nothing here is of a single person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, text
from sqlmodel import Session as DbSession

from tracking.access.actors import Actor
from tracking.access.permissions import PERMISSIONS, Action, can_make_release, can_read_released
from tracking.domain.periods import Calendar, Period
from tracking.domain.report_kinds import ReportKind
from tracking.domain.roles import Zone
from tracking.domain.swedish import iso, whole
from tracking.domain.wording import counted, listed
from tracking.outcomes.money import InsatsMoney, money_of_insatser
from tracking.outcomes.releases import open_periods
from tracking.outcomes.releasing.released import release_heads
from tracking.outcomes.releasing.shapes import Stage
from tracking.outcomes.report_views import ReportItem, Startable
from tracking.outcomes.reports import report_list, startable_reports
from tracking.store.database import Database
from tracking.store.tables import Forbund
from tracking.store.types import IsoDate


@dataclass(frozen=True, slots=True)
class State:
    """What is ready and what is missing, in words; ``done`` None where nothing is asked for."""

    ready: str = ""
    lacking: str = ""
    done: bool | None = None


NOTHING = State()
_LACKS = text(
    "SELECT sum(CASE WHEN s.started_on BETWEEN :first AND :last AND s.start_details_missing > 0"
    " THEN 1 ELSE 0 END),"
    " sum(CASE WHEN s.ended_on BETWEEN :first AND :last AND s.end_support IS NULL"
    " AND s.outcome <> 'outside' THEN 1 ELSE 0 END)"
    " FROM spell_summary s WHERE s.insats_id = :insats_id"
    " AND (s.outcome IS NULL OR s.outcome <> 'misregistered')"
).bindparams(bindparam("first", type_=IsoDate()), bindparam("last", type_=IsoDate()))
_DUE = (
    "SELECT substr(CAST(s.m{n}_due_on AS TEXT), 6, 2), s.m{n}_status, count(*)"
    " FROM spell_summary s WHERE s.insats_id = :insats_id"
    " AND s.m{n}_due_on BETWEEN :first AND :last AND s.m{n}_status IN ('due', 'done')"
    " AND s.outcome IN ('completed', 'interrupted') GROUP BY 1, 2"
)


@dataclass(frozen=True)
class YearState:
    """What has been read once for a whole year."""

    calendar: Calendar | None
    published: dict[str, date]
    prepared: frozenset[str]
    reports: tuple[ReportItem, ...]
    startable: tuple[Startable, ...]
    money: tuple[InsatsMoney, ...]
    own: tuple[int, ...]

    def release(self, period: Period) -> State:
        """Where the release of a period stands."""
        on = self.published.get(period.key)
        if on is not None:
            return State(f"släppt {iso(on)}", done=True)
        if period.key in self.prepared:
            return State("förberett", "inte släppt", done=False)
        return State(lacking="inte släppt", done=False)

    def reports_of(self, released: Period, kind: ReportKind | None = None) -> State:
        """Where the reports made from a period's release stand, of those the actor may see.

        With ``kind`` that of the förbund alone.
        """
        items = [one for one in self.reports if one.head.release.period == released]
        waiting = [one for one in self.startable if one.release.period == released]
        if kind is not None:
            items = [o for o in items if o.head.kind is kind and o.head.insats_id is None]
            waiting = [o for o in waiting if o.kind is kind and o.insats_id is None]
        if not items and not waiting:
            before = released.key not in self.published
            return State(lacking="väntar på släppet" if before else "ingen fastställd", done=False)
        # Of what each report is about one is enough, of whatever kind.
        adopted = {item.head.insats_id for item in items if item.head.is_adopted}
        drafts = {item.head.insats_id for item in items} - adopted
        none = {one.insats_id for one in waiting} - adopted - drafts
        lacking = [
            counted(len(of), *words)
            for of, words in (
                (drafts, ("utkast", "utkast")),
                (none, ("inte påbörjad", "inte påbörjade")),
            )
            if of
        ]
        ready = counted(len(adopted), "fastställd", "fastställda") if adopted else ""
        return State(ready, listed(lacking), done=not lacking)

    def planned(self, year: int) -> State:
        """How many of the insatser have a budget for the year."""
        found = [one.of(year) for one in self.money]
        have = sum(one is not None and one.budget_kr is not None for one in found)
        return self._of_insatser(have, f"budget för {year}")

    def spent(self, year: int) -> State:
        """How many of the insatser have their utfall of the year entered."""
        found = [one.of(year) for one in self.money]
        have = sum(one is not None and one.actual_kr is not None for one in found)
        return self._of_insatser(have, f"utfall för {year}")

    def _of_insatser(self, have: int, what: str) -> State:
        everyone = len(self.money)
        if not everyone:
            return NOTHING
        said = f"{whole(have)} av {whole(everyone)} insatser har {what}"
        if have == everyone:
            return State(said, done=True)
        return State(said if have else "", f"{whole(everyone - have)} saknar {what}", done=False)

    def drawn(self, session: DbSession, period: Period) -> State:
        """What the actor's own insatser lack before a draw of the period's participants."""
        if not self.own:
            return NOTHING
        starts = ends = 0
        for insats_id in self.own:
            bound = {"insats_id": insats_id, "first": period.start, "last": period.end}
            row = session.execute(_LACKS, bound).one()
            starts, ends = starts + int(row[0] or 0), ends + int(row[1] or 0)
        lacking = [
            f"{whole(number)} {words}"
            for number, words in (
                (starts, "utan startuppgifter"),
                (ends, "utan situation i slutet"),
            )
            if number
        ]
        return State("" if lacking else "inget saknas", listed(lacking), done=not lacking)

    def due(self, session: DbSession, year: Period) -> dict[int, State]:
        """Month → follow-ups of the actor's own insatser that fall due in it: done and not."""
        counts: dict[tuple[int, str], int] = {}
        for insats_id in self.own:
            bound = {"insats_id": insats_id, "first": year.start, "last": year.end}
            for months in (6, 12, 18):
                statement = text(_DUE.format(n=months)).bindparams(
                    bindparam("first", type_=IsoDate()), bindparam("last", type_=IsoDate())
                )
                for month, status, number in session.execute(statement, bound):
                    key = int(month), str(status)
                    counts[key] = counts.get(key, 0) + int(number)
        found = {}
        for month in sorted({month for month, _ in counts}):
            done, waiting = (counts.get((month, status), 0) for status in ("done", "due"))
            found[month] = State(
                counted(done, "gjord", "gjorda") if done else "",
                counted(waiting, "inte gjord än", "inte gjorda än") if waiting else "",
                done=not waiting,
            )
        return found


def read_state(database: Database, actor: Actor) -> YearState:
    """Read what the actor may know of how things stand."""
    with database.reading() as session:
        forbund = session.get(Forbund, 1)
        published = {head.period.key: head.released_at.date() for head in release_heads(session)}
    prepared: frozenset[str] = frozenset()
    if can_make_release(actor):
        stages = open_periods(database, actor)
        prepared = frozenset(one.period.key for one in stages if one.stage is Stage.PREPARED)
    reads = actor.zone is Zone.FORBUND and any(
        can_read_released(actor, grant.insats_id) for grant in actor.grants
    )
    return YearState(
        calendar=None if forbund is None else forbund.calendar,
        published=published,
        prepared=prepared,
        reports=report_list(database, actor),
        startable=startable_reports(database, actor),
        money=money_of_insatser(database, actor) if reads else (),
        own=actor.insatser_with(PERMISSIONS[Action.SEE_INTERNAL]),
    )

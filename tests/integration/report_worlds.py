"""A förbund with two releases behind it, made once for each kind of database and then copied.

95 people ended in the Samordningsteam in 2017. One of them was recorded after the first release,
so that the second one says otherwise of the first half-year than the first did.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import uuid4

import time_machine
from sqlmodel import select

from tests.databases import Makes
from tests.integration.result_worlds import building, vasteras_2017
from tracking.access.actors import Actor
from tracking.domain.records import Gender
from tracking.domain.report_kinds import ReportKind, SectionKey
from tracking.domain.roles import Role
from tracking.domain.targets import Measure
from tracking.outcomes.releases import prepare_and_publish
from tracking.outcomes.report_views import SectionView
from tracking.outcomes.reports import report_work
from tracking.services.report_words import SavedWords, mark_ready, write_section
from tracking.services.reports import start_report
from tracking.store.database import Database
from tracking.store.tables import Code, CodeList, Release

NOW = datetime(2018, 2, 5, 9, 0, tzinfo=UTC)


def key() -> str:
    return str(uuid4())


@dataclass(frozen=True)
class ReportWorld:
    """The database, who is in it, and the numbers of the insatser and releases."""

    database: Database
    insats: int
    other: int
    lead: Actor
    colleague: Actor
    other_lead: Actor
    worker: Actor
    admin: Actor
    board: Actor
    group: Actor
    first: int
    second: int

    def started(
        self,
        kind: ReportKind = ReportKind.SIMPLE_HALF_YEAR,
        *,
        whole: bool = False,
        release: int | None = None,
    ) -> int:
        """A report of the insats, begun by its lead, or of the förbund."""
        return start_report(
            self.database,
            self.admin if whole else self.lead,
            release_id=release or self.second,
            insats_id=None if whole else self.insats,
            kind=kind,
            key=key(),
        ).report_id

    def section(
        self, report_id: int, section: SectionKey = SectionKey.SUMMARY, by: Actor | None = None
    ) -> SectionView:
        return report_work(self.database, by or self.lead, report_id).section(section)

    def write(
        self,
        report_id: int,
        words: str,
        section: SectionKey = SectionKey.SUMMARY,
        *,
        by: Actor | None = None,
    ) -> SavedWords:
        actor = by or self.lead
        found = self.section(report_id, section, actor)
        return write_section(
            self.database,
            actor,
            section_id=found.section_id,
            words=words,
            version=found.version,
            key=key(),
        )

    def ready(
        self,
        report_id: int,
        words: str = "Lugnt.",
        section: SectionKey = SectionKey.SUMMARY,
        *,
        by: Actor | None = None,
        acknowledged: bool = False,
    ) -> None:
        saved = self.write(report_id, words, section, by=by)
        mark_ready(
            self.database,
            by or self.lead,
            section_id=saved.section_id,
            version=saved.version,
            acknowledged=acknowledged,
            key=key(),
        )


def made(url: str) -> ReportWorld:
    """Fill the database behind an address, and leave it closed."""
    database = Database.open(url)
    with building(database) as world:
        world.calendar()
        insats = world.insats("Samordningsteamet", starts_on=date(2016, 1, 1))
        other = world.insats("Bryggan", starts_on=date(2016, 1, 1))
        vasteras_2017(world, insats)
        world.target(insats, Measure.STEP_FORWARD)
        world.anonymous(insats, 2017, Gender.WOMAN, 31)
        world.budget(insats, 2017, 4_200_000)
        world.session.add(CodeList(key="void_reason", title="Skäl till makulering"))
        world.session.flush()
        world.session.add(
            Code(list_key="void_reason", key="entered_twice", label="Registrerat två gånger")
        )
        people = {
            "lead": world.actor(Role.INSATS_LEAD, insats),
            "colleague": world.actor(Role.INSATS_LEAD, insats),
            "other_lead": world.actor(Role.INSATS_LEAD, other),
            "worker": world.actor(Role.CASE_WORKER, insats),
            "admin": world.actor(Role.FORBUND_ADMIN),
            "board": world.actor(Role.BOARD),
            "group": world.actor(Role.STEERING_GROUP, other),
        }
    admin = people["admin"]
    with time_machine.travel(datetime(2017, 8, 5, 9, tzinfo=UTC), tick=False):
        prepare_and_publish(database, admin, "2017-H1", key=key())
    with building(database) as world:
        world.spell(insats, date(2016, 2, 1), date(2017, 3, 10), reason="work", steps=(1, 2))
    with time_machine.travel(NOW, tick=False):
        prepare_and_publish(database, admin, "2017-H2", key=key())
    with database.reading() as session:
        releases = {row.period_key: row.id or 0 for row in session.exec(select(Release)).all()}
    database.close()
    return ReportWorld(
        database,
        insats,
        other,
        first=releases["2017-H1"],
        second=releases["2017-H2"],
        **people,
    )


class Originals(ExitStack):
    """The world on each kind of database, made when it is first asked for."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, tuple[str, ReportWorld]] = {}

    @contextmanager
    def copy(self, databases: Makes) -> Iterator[ReportWorld]:
        """A copy of the world, on the day after its second release."""
        kind = type(databases).__name__
        if kind not in self._made:
            url = self.enter_context(databases.fresh(migrated=True))
            self._made[kind] = (url, made(url))
        original, world = self._made[kind]
        with databases.copy(original) as url, time_machine.travel(NOW, tick=False):
            database = Database.open(url)
            yield replace(world, database=database)
            database.close()


__all__ = ["NOW", "Originals", "ReportWorld", "key"]

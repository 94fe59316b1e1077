"""Participants that are added in bundles are what they would be one at a time, to the last row.

Records, summary, protocol and log are compared whole; only what is made at random, by the clock
or of those two differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from tests.databases import Sqlite
from tests.integration.test_import_workbooks import CONSENTS, planned, summary_is_right
from tests.integration.worlds import World, a_key, a_world, standing_still
from tests.workbooks import a_workbook
from tracking.domain.errors import StegvisError
from tracking.domain.import_records import ImportKind
from tracking.exchange import apply
from tracking.services import _import_spells
from tracking.services._import_spells import SpellWriter
from tracking.store.database import Database
from tracking.store.tables import Code, metadata

HEAD = [
    "Nr", "Född", "Kön", "Start", "Remittent", "Samtycke uppföljning", "Samtycke kontakt", "Slut",
    "Avslutsanledning", "Fullföljt", "Skäl", "Steg vid start", "Behovsgrupp", "Tydlig planering",
]  # fmt: skip
BEGAN = date(2024, 2, 1)
NEVER_ALIKE = {
    "access_log": {"at", "previous_hash", "payload_digest", "link_hash"},
    "access_log_head": {"link_hash"},
    "access_log_payload": {"salt"},
    "import_run": {"file_hash"},
}
people = st.tuples(
    st.sampled_from(["1", "2", "3", "4", "5", "ST-0042", "ST-0050"]),
    st.integers(0, 12),
    st.one_of(st.none(), st.integers(20, 300)),
    st.sampled_from(["Arbete", "Sjukdom", "Avliden", "Flytt", "Studier"]),
    st.sampled_from(["ja", "nej"]),
    st.one_of(st.none(), st.integers(0, 3)),
    st.booleans(),
)


def lines(told: list[tuple[Any, ...]]) -> list[list[Any]]:
    """A file with one kön and year of birth for each person."""
    found: list[list[Any]] = [HEAD]
    for key, month, days, reason, contact, step, changed in told:
        start = BEGAN + timedelta(days=30 * month)
        end = None if days is None else start + timedelta(days=days)
        number = int(key[-2:].strip("-"))
        otherwise = changed and reason == "Sjukdom" and end is not None
        found.append(
            [
                key, 1970 + number, "k" if number % 2 else "m", start, "Kommun", "ja", contact,
                end, None if end is None else reason, "fullföljt" if otherwise else None, None,
                step, None, None if end is None else "ja",
            ]
        )  # fmt: skip
    return found


@contextmanager
def a_forbund(databases: Sqlite) -> Iterator[World]:
    """An empty förbund, with one participant who is known before the file comes."""
    with databases.fresh(migrated=True) as url:
        database = Database.open(url)
        world = a_world(database)
        known = [("5", 0, 100, "Arbete", "ja", 1, False)]
        _, plan = planned(world, a_workbook(lines(known)), kind=ImportKind.SPELLS)
        apply(plan, world.worker, key=a_key())
        yield world
        database.close()


def everything(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, but for what is never alike."""
    with database.reading() as session:
        return {
            table.name: [
                {
                    name: value
                    for name, value in row._mapping.items()
                    if name not in NEVER_ALIKE.get(table.name, ())
                }
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
                if table.name != "finished_write"
            ]
            for table in metadata.sorted_tables
        }


@settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.lists(people, min_size=4, max_size=14))
def test_bundles_store_and_log_what_one_at_a_time_does(
    sqlite_databases: Sqlite, told: list[tuple[Any, ...]]
) -> None:
    kept: list[tuple[Any, ...]] = []
    with standing_still(), a_forbund(sqlite_databases) as one, a_forbund(sqlite_databases) as two:
        # What may not stand beside the rest is taken out, so that much is left to compare.
        _, tried = planned(one, a_workbook(lines(told)), kind=ImportKind.SPELLS)
        planned(two, a_workbook(lines(told)), kind=ImportKind.SPELLS)
        refused = {row.row for row in tried.rows if row.state == "refused"}
        kept = [person for row, person in enumerate(told, start=2) if row not in refused]
        file = a_workbook(lines(kept))
        _, plan = planned(one, file, kind=ImportKind.SPELLS)
        _, other = planned(two, file, kind=ImportKind.SPELLS)
        if not plan.may_be_applied:
            return
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_import_spells, "BUNDLE", 3)
            done = apply(plan, one.worker)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(SpellWriter, "takes", lambda *_: False)
            assert apply(other, two.worker) == done
        assert everything(one.database) == everything(two.database)
        assert summary_is_right(one)


def test_value_retired_since_the_dry_run_undoes_the_bundle_and_names_the_row(
    world: World,
) -> None:
    told = [(str(number), 0, None, "", "ja", None, False) for number in range(1, 5)]
    _, plan = planned(world, a_workbook(lines(told)), kind=ImportKind.SPELLS, **CONSENTS)
    with world.database.transaction() as work:
        code = work.session.exec(
            select(Code).where(Code.list_key == "referrer", Code.key == "municipality")
        ).one()
        code.retired_on = BEGAN
        work.session.add(code)
    before = everything(world.database)["spell"]
    with pytest.raises(StegvisError, match="Rad 2: "):
        apply(plan, world.worker)
    assert everything(world.database)["spell"] == before
    with world.database.transaction() as work:
        work.session.get_one(Code, code.id).retired_on = None
    assert apply(plan, world.worker).made == {"participant": 4, "spell": 4}
    assert summary_is_right(world)

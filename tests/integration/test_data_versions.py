"""What stands in every insats's figures tells every cache that they have changed."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import select

from tests.integration.worlds import World, a_spell
from tracking.store.tables import DataVersion


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE forbund SET disclosure_threshold = 7",
        "UPDATE threshold_set SET reliable_change_mm = 50",
        "INSERT INTO threshold_set SELECT 99, '2026-03-01', ors_cutoff_adult_mm,"
        " ors_cutoff_young_mm, reliable_change_mm, alternative_reliable_change_mm, srs_total_mm,"
        " srs_scale_mm, srs_fall_mm, gsrs_total_mm, tie_counts, source FROM threshold_set",
        "UPDATE code SET label = 'Kommunen' WHERE key = 'municipality'",
    ],
    ids=["k", "threshold corrected", "threshold set", "label"],
)
def test_what_stands_in_every_insatss_figures_bumps_every_data_version(
    world: World, change: str
) -> None:
    def versions() -> dict[int, int]:
        with world.database.reading() as session:
            return {row.insats_id: row.version for row in session.exec(select(DataVersion))}

    a_spell(world)
    before = versions()
    with world.database.transaction() as work:
        if work.session.get_bind().dialect.name == "postgresql":
            change = change.replace("'2026-03-01'", "DATE '2026-03-01'")
        assert work.session.execute(text(change)).rowcount == 1  # type: ignore[attr-defined]
    after = versions()
    assert set(before) == {world.insats_id, world.other_insats_id, world.group_insats_id}
    assert all(after[insats_id] == version + 1 for insats_id, version in before.items())

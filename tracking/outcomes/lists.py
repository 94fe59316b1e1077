"""The förbund's code lists as breakdowns need them, read once for all divisions."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session as DbSession

from tracking.domain.change import Thresholds
from tracking.outcomes.divisions import Listed, Setting

LISTS = ("referrer", "education", "municipality", "need_group", "support_band", "end_reason")
"""The code lists that breakdowns divide by."""


def read_setting(session: DbSession, thresholds: Thresholds, insats_id: int | None) -> Setting:
    """Read what divisions need beside the spells: the förbund's lists in their own order.

    A behovsgrupp of another insats than ``insats_id`` counts as retired.
    """
    rows = session.execute(
        text(
            "SELECT list_key, key, label, retired_on, insats_id FROM code"
            " ORDER BY list_key, sort, id"
        )
    )
    lists: dict[str, list[Listed]] = {name: [] for name in LISTS}
    for list_key, key, label, retired_on, owner in rows.fetchall():
        if list_key in lists:
            gone = retired_on is not None or owner not in (None, insats_id)
            lists[list_key].append(Listed(key, label, gone))
    return Setting({name: tuple(found) for name, found in lists.items()}, thresholds)

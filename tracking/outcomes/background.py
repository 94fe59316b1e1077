"""Who started: age, remittent, education, time in offentlig försörjning, hemkommun, behovsgrupp."""

from __future__ import annotations

from tracking.domain.figures import Table
from tracking.outcomes.breakdown_tables import Basis, breakdown_table
from tracking.outcomes.breakdowns import Head, of_head


def background_tables(basis: Basis) -> tuple[Table, ...]:
    """Every breakdown of the started; a list that the förbund has not filled has no table."""
    return tuple(
        breakdown_table(found, basis)
        for found in of_head(Head.STARTED)
        if found.exact.code_list is None
        or any(not item.retired for item in basis.setting.lists.get(found.exact.code_list, ()))
    )

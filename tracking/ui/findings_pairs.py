"""Findings of the chart of persons: first against last ORS, one point each.

No number but counts: nothing here names a person, and the table behind is that of classes.
"""

from __future__ import annotations

from tracking.domain.change import ChangeClass
from tracking.domain.swedish import whole
from tracking.outcomes.ors_pairs import OrsPairs
from tracking.ui.findings_tables import few, of_base


def pairs_finding(found: OrsPairs) -> str:
    """How many gained more than measurement error explains, and crossed the cut-off as well."""
    if not found.pairs:
        return "Ingen som avslutats har två skattningar av ORS"
    gained = sum(pair.change.is_reliable_improvement for pair in found.pairs)
    crossed = sum(pair.change is ChangeClass.RECOVERED for pair in found.pairs)
    also = f", {whole(crossed)} av dem också över gränsvärdet" if gained else ""
    size = len(found.pairs)
    return few(size, f"{of_base(gained, size)} blev tillförlitligt förbättrade på ORS{also}")


def pairs_base(found: OrsPairs) -> str:
    """Who is counted, and how many of them are not drawn."""
    unseen = f"; {whole(found.unseen)} visas inte för dig" if found.unseen else ""
    n = whole(len(found.pairs))
    return f"Avslutade med två skattningar, {found.period.label}, n = {n}{unseen}"


def pairs_alt(found: OrsPairs) -> str:
    """The classes with their counts; the chart says no more that words can."""
    counts = [
        f"{change.label}: {whole(sum(pair.change is change for pair in found.pairs))}"
        for change in ChangeClass
    ]
    return "Första ORS mot sista, en punkt per person. " + "; ".join(counts) + "."

"""The audit of a release: recomputed from what is published, without asking how it was made.

For every cell that was small itself, in this release and all before it, the attacker must be
left with as many possible values as the rule demands; the same for what this release says anew
about periods already released, for sums, and for what verdicts add. An empty list passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from tracking.domain.disclosure.blocks import groups
from tracking.domain.disclosure.bounds import exact_bounds
from tracking.domain.disclosure.cells import CellKey, LinkedSet, link, released_keys
from tracking.domain.disclosure.coarse import check_k, is_small, released_base
from tracking.domain.disclosure.means import (
    changed_groups,
    known_sums,
    linked_sums,
    may_show,
    sum_bounds,
    touched_groups,
)
from tracking.domain.disclosure.primary import changed_since, demanded, newest_periods
from tracking.domain.disclosure.published import (
    ProtectedTables,
    add_published,
    add_release,
    blank_knowledge,
    joined_keys,
)
from tracking.domain.disclosure.tables import ReleaseTables
from tracking.domain.disclosure.verdicts import implied_verdict
from tracking.domain.disclosure.witnesses import Witnesses


class Fault(StrEnum):
    """What is wrong with a release."""

    UNTRUE = "untrue"
    """It says something that is not so, or leaves out a cell."""

    SMALL_SHOWN = "small_shown"
    """A cell that is small, or whose complement is, stands there exactly."""

    TOO_FEW_VALUES = "too_few_values"
    """A small cell is left with too few possible values."""

    CORRECTION = "correction"
    """The difference from an earlier release tells of too few people."""

    SMALL_GROUP = "small_group"
    """The mean of too few people follows."""

    VERDICT = "verdict"
    """A verdict does not follow from the numbers that are published."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault at a cell (or target), with the numbers it may have: all from ``low`` to ``high``."""

    fault: Fault
    key: CellKey | str
    low: int | None = None
    high: int | None = None


def audit(
    tables: ReleaseTables,
    protected: ProtectedTables,
    published: Sequence[ProtectedTables],
    threshold: int,
) -> list[Finding]:
    """Return what is wrong with a release; an empty list passes.

    ``tables`` as they stand today, ``published`` every earlier release. Raises InvalidValue on a
    k out of range or on tables that do not add up.
    """
    check_k(threshold)
    released = released_keys(tables, threshold)
    joined = joined_keys(tables, published)
    today = link(tables.counts, joined)
    now = link(tables.newest, joined)
    findings = _untrue(now, set(released), protected, threshold)
    if any(finding.fault is Fault.UNTRUE for finding in findings):
        return findings
    newest = newest_periods(tables, today)
    needed = demanded(today, newest, published, threshold)
    findings += _too_few(today, needed, protected, published, Fault.TOO_FEW_VALUES)
    corrected = changed_since(now, today, published, threshold)
    findings += _too_few(now, corrected, protected, (), Fault.CORRECTION)
    findings += _groups(tables, protected, published, threshold)
    for target in tables.targets:
        if not implied_verdict(target, protected, now, threshold):
            findings.append(Finding(Fault.VERDICT, target.key))
    return findings


def _untrue(
    now: LinkedSet, released: set[CellKey], protected: ProtectedTables, k: int
) -> list[Finding]:
    findings = [Finding(Fault.UNTRUE, key) for key in released ^ set(protected.cells)]
    for key in released & set(protected.cells):
        i, cell = now.index[key], protected.cells[key]
        value, base = int(now.values[i]), int(now.base[i])
        while base >= 0 and not _is_exact(protected, now.keys[base]):
            base = int(now.base[base])
        if not cell.low <= value <= cell.high or (now.is_head[i] and not cell.is_exact):
            findings.append(Finding(Fault.UNTRUE, key, cell.low, cell.high))
        elif cell.is_exact and not now.is_head[i]:
            most = int(now.values[base if base >= 0 else now.root[i]])
            if is_small(value, most, k):
                # What the head counts tell, as 0 of nobody, cannot be taken back.
                least, most = exact_bounds(blank_knowledge(now), i)
                if least < most:
                    findings.append(Finding(Fault.SMALL_SHOWN, key, value, value))
    return findings


def _is_exact(protected: ProtectedTables, key: CellKey) -> bool:
    return key in protected.cells and protected.cells[key].is_exact


def _too_few(
    linked: LinkedSet,
    needed: np.ndarray,
    protected: ProtectedTables,
    published: Sequence[ProtectedTables],
    fault: Fault,
) -> list[Finding]:
    knowledge = blank_knowledge(linked)
    add_published(knowledge, published)
    new = np.zeros(len(needed), dtype=bool)
    new[[linked.index[key] for key in protected.cells]] = True
    # What could be loose if nothing of this release were known; parts of earlier releases that
    # it does not touch are as they were.
    touched = groups(linked, knowledge.loose, new)
    demands = np.zeros_like(needed)
    for group in touched:
        demands[group.cells] = needed[group.cells]
    add_release(knowledge, protected.cells)
    findings = []
    for cell in Witnesses(knowledge, demands).settle(touched):
        low, high = exact_bounds(knowledge, int(cell), seen_only=True)
        if high - low + 1 >= needed[cell]:
            continue
        # Neither undivided head counts nor earlier releases can be taken back. What they tell is
        # too much only where head counts are small, or where data were corrected since.
        before = blank_knowledge(linked)
        add_published(before, published)
        least, most = exact_bounds(before, int(cell))
        if high - low + 1 < min(int(needed[cell]), most - least + 1):
            findings.append(Finding(fault, linked.keys[cell], low, high))
    return findings


def _groups(
    tables: ReleaseTables,
    protected: ProtectedTables,
    published: Sequence[ProtectedTables],
    k: int,
) -> list[Finding]:
    if not tables.sums:
        return []
    findings, floor = [], released_base(k)
    end = max(table.period.end for table in tables.counts)
    today = linked_sums(tables, tables.sums)
    now = linked_sums(tables, [table for table in tables.sums if table.period.end == end])
    shown = {key for key, value in protected.sums.items() if value is not None}
    for key in shown:
        if key not in now.people or not may_show(now, protected.cells, key, floor):
            findings.append(Finding(Fault.SMALL_GROUP, key))
    known = known_sums(today, published)
    for sums, before, small in (
        (today, known, touched_groups(today, now.people, floor) - set(known)),
        (now, {}, changed_groups(now, today, known, published, floor)),
    ):
        for key in sorted(small):
            low, high = sum_bounds(sums, {*before, *(shown & sums.values.keys())}, key)
            if high - low < sums.width_needed(key, k):
                findings.append(Finding(Fault.SMALL_GROUP, key, int(low), int(high)))
    return findings

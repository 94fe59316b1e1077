"""Disclosure control: what may leave the insats zone, and how.

`coarse` holds the rule of head counts and targets alone.
"""

from __future__ import annotations

from tracking.domain.disclosure.audit import Fault, Finding, audit
from tracking.domain.disclosure.cells import CellKey
from tracking.domain.disclosure.coarse import (
    ALLOWED_K,
    DEFAULT_K,
    HIDDEN_MARK,
    HIDDEN_REASON,
    SMALLEST_RELEASED_BASE,
    ProtectedCount,
    ProtectedSet,
    ProtectedTarget,
    Shown,
    TargetFigure,
    TargetView,
    check_k,
    coarse_protect,
    is_small,
    protect_target,
    protect_targets,
    released_base,
    target_view,
)
from tracking.domain.disclosure.published import ProtectedTables
from tracking.domain.disclosure.release import protect
from tracking.domain.disclosure.tables import (
    ALL,
    TOTAL,
    CountTable,
    ReleaseTables,
    SumTable,
    TargetLine,
)

__all__ = [
    "ALL",
    "ALLOWED_K",
    "DEFAULT_K",
    "HIDDEN_MARK",
    "HIDDEN_REASON",
    "SMALLEST_RELEASED_BASE",
    "TOTAL",
    "CellKey",
    "CountTable",
    "Fault",
    "Finding",
    "ProtectedCount",
    "ProtectedSet",
    "ProtectedTables",
    "ProtectedTarget",
    "ReleaseTables",
    "Shown",
    "SumTable",
    "TargetFigure",
    "TargetLine",
    "TargetView",
    "audit",
    "check_k",
    "coarse_protect",
    "is_small",
    "protect",
    "protect_target",
    "protect_targets",
    "released_base",
    "target_view",
]

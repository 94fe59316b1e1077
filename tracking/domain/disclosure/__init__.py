"""Disclosure control: what may leave the insats zone, and how.

`coarse` holds the rule of head counts and targets alone.
"""

from __future__ import annotations

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

__all__ = [
    "ALLOWED_K",
    "DEFAULT_K",
    "HIDDEN_MARK",
    "HIDDEN_REASON",
    "SMALLEST_RELEASED_BASE",
    "ProtectedCount",
    "ProtectedSet",
    "ProtectedTarget",
    "Shown",
    "TargetFigure",
    "TargetView",
    "check_k",
    "coarse_protect",
    "is_small",
    "protect_target",
    "protect_targets",
    "released_base",
    "target_view",
]

"""Disclosure control: what may leave the insats zone, and how.

`coarse` is the rule of undivided head counts and single targets. The fine rule protects every
table of a release together with all releases before it: `protect` chooses what to hide, `audit`
works out afresh whether it suffices. `tables` says what they are given, `published` what they
give.

**The attacker** knows everything ever published, that counts are whole numbers, k, the catalogue
with every equation in it, and where nobody's kön is missing; not which hidden cells were small
themselves. Of corrections he is told, for each number, how far at most and which way it was
corrected since: whoever assumes that nothing was, and is right, or that little was, knows no
more. For every cell that was small itself when it was released he is left with at least k
possible values, or with all that the undivided head counts allow where these are so small that
there are fewer. A second attacker takes one release by itself and subtracts what was published
before: where a number no longer holds, he is left with k possible values of what it is now.

**What is not promised.** He may weigh the possible values, knowing the field or how the rule
prefers to hide: what is demanded is that they exist. Between the least and the greatest, every
value is taken to be possible. Corrections can make earlier releases say more together than they
did, if one believes that one knows how far each number was corrected; no later release takes that
back, and `audit` demands only that it adds nothing. What a board member knows of people from
elsewhere is outside any rule of this kind. See docs/disclosure.md.
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

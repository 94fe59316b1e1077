"""What a hidden cell shows: the range that follows from the rest of the release anyway.

It is worked out from this release alone, so that it tells nothing of earlier ones or of what was
corrected since.
"""

from __future__ import annotations

import numpy as np

from tracking.domain.disclosure.bounds import Knowledge, around, exact_bounds, narrow
from tracking.domain.disclosure.tables import TOTAL

LARGEST_EXACT = 150
"""Up to so many connected cells the range is exact; above, what propagation tells. A wider range
is as true, and no less safe."""


def implied_ranges(knowledge: Knowledge, released: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest value of each cell that the release allows.

    Cells by kön get no range, since a hidden one there mostly means that the split collapsed.
    """
    low, high = knowledge.low.copy(), knowledge.high.copy()
    narrowed = Knowledge(knowledge.linked, low.copy(), high.copy())
    narrow(narrowed)
    for i in np.flatnonzero(knowledge.loose & released):
        if knowledge.linked.keys[i].gender != TOTAL:
            continue
        low[i], high[i] = narrowed.low[i], narrowed.high[i]
        if len(around(narrowed, int(i), LARGEST_EXACT + 1)) <= LARGEST_EXACT:
            low[i], high[i] = exact_bounds(narrowed, int(i))
    return low, high

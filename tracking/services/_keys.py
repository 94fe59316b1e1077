"""Keys that stand in stored records, made from the words on the screen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST_STEM = 40


def key_from(label: str, taken: Collection[str], *, otherwise: str) -> str:
    """``Åter till skolan`` → ``ater_till_skolan``, with a number when it is taken."""
    plain = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_STEM] or otherwise
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key

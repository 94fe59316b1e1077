"""The three kinds of result, which cannot be mixed up: whose eyes each is for.

`Persons` needs an assignment and is logged, `Internal` is exact and stays in the insats zone,
`Released` has passed disclosure control and was stored. They share nothing on purpose: a
function that takes one refuses the others, in the type checker and when it runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Persons(Generic[T]):
    """About single participants; only for those with an assignment in the insats."""

    value: T


@dataclass(frozen=True, slots=True)
class Internal(Generic[T]):
    """Exact tables of one insats; only for its own staff."""

    value: T


@dataclass(frozen=True, slots=True)
class Released(Generic[T]):
    """What a release holds; the only kind that the förbund zone can obtain."""

    value: T

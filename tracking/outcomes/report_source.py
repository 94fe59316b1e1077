"""What a report's figures are read from: published releases, money, obstacles, its look.

Everything here works inside a read that somebody else has opened and asked permission for.
Figures of participants come from published releases alone. Money, systemavvikelser that are
cleared and heads at strukturövergripande occasions are the förbund's own, as they stand today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session as DbSession
from sqlmodel import col, select

from tracking.domain.errors import NotFound
from tracking.domain.periods import Period, year
from tracking.domain.report_identity import DEFAULT_COLOUR
from tracking.outcomes.deviations import DeviationView, read_cleared
from tracking.outcomes.forbund_money import YearOfMoney, read_year_of_money
from tracking.outcomes.head_counts import StructuralLine, read_structural
from tracking.outcomes.releasing.released import release_heads, stored_insatser
from tracking.outcomes.releasing.shapes import ReleasedInsats, ReleaseHead
from tracking.outcomes.report_views import IdentityView
from tracking.store.tables import Forbund, Insats, ReleasedTable, ReportIdentity


@dataclass(frozen=True, slots=True)
class YearsMoney:
    """An insats's year in whole kronor; None where nothing has been entered."""

    name: str
    planned_participants: int | None
    budget_kr: int | None
    actual_kr: int | None
    esf_kr: int | None = None
    cost_share_percent: int = 100


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A stored table that the report is made from, with its checksum."""

    row_id: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportSource:
    """All that the figures of one report rest on.

    ``own`` is the insats, or all insatser together; ``insatser`` are the single ones of a report
    on the whole förbund. ``earlier`` are the releases before, oldest first, of the same.
    ``forbund`` is the förbund's own year, in a report on the whole of it.
    """

    release: ReleaseHead
    insats_id: int | None
    own: ReleasedInsats
    insatser: tuple[ReleasedInsats, ...]
    earlier: tuple[tuple[ReleaseHead, ReleasedInsats], ...]
    money: tuple[YearsMoney, ...]
    rows: tuple[SourceRow, ...]
    deviations: tuple[DeviationView, ...] = ()
    structural: Mapping[Period, tuple[StructuralLine, ...]] = field(default_factory=dict)
    forbund: YearOfMoney | None = None


def read_source(session: DbSession, release_id: int, insats_id: int | None) -> ReportSource:
    """Read what a report of a published release rests on.

    Raises `NotFound` when the release is not published or does not have the insats, and
    `DamagedRelease` when a stored table is not what was released.
    """
    heads = release_heads(session)
    release = next((head for head in heads if head.release_id == release_id), None)
    if release is None:
        raise NotFound("Perioden är inte släppt.")
    readable = frozenset({insats_id})
    found = stored_insatser(session, release, readable)
    own = next((one for one in found if one.insats_id == insats_id), None)
    if own is None:
        raise NotFound(
            "Släppet innehåller inga insatser."
            if insats_id is None
            else "Insatsen finns inte i det här släppet."
        )
    earlier = []
    for head in reversed(heads):
        if head.period.end >= release.period.start:
            continue
        before = stored_insatser(session, head, readable)
        earlier += [(head, one) for one in before if one.insats_id == insats_id]
    singles = tuple(one for one in found if one.insats_id is not None) if insats_id is None else ()
    money = read_year_of_money(session, release.period.end.year)
    names = {one.insats_id: one.name for one in (own, *singles) if one.insats_id is not None}
    return ReportSource(
        release=release,
        insats_id=insats_id,
        own=own,
        insatser=singles,
        earlier=tuple(earlier),
        money=tuple(_money(money, names, insats_id)),
        rows=_rows(session, release_id, insats_id),
        deviations=read_cleared(session, _one_or_all(insats_id)),
        structural={
            period: read_structural(session, period, _one_or_all(insats_id))
            for period in (release.period, year(release.period.end.year))
        },
        forbund=money if insats_id is None else None,
    )


def _one_or_all(insats_id: int | None) -> frozenset[int] | None:
    return None if insats_id is None else frozenset({insats_id})


def read_name(session: DbSession, insats_id: int | None) -> str:
    """What a report is about, as the insats is called today."""
    if insats_id is None:
        return "hela förbundet"
    insats = session.get(Insats, insats_id)
    return "" if insats is None else insats.name


def read_identity(session: DbSession) -> IdentityView:
    """How the förbund looks on paper: as it was set, or its name and the program's own colour."""
    row = session.get(ReportIdentity, 1)
    if row is not None:
        return IdentityView(
            row.name,
            row.colour,
            row.logotype,
            row.logotype_kind,
            row.logotype_alt,
            row.version,
            row.licence,
        )
    forbund = session.get(Forbund, 1)
    name = "" if forbund is None else forbund.name
    return IdentityView(name, DEFAULT_COLOUR, None, None, "", None)


def _money(
    year: YearOfMoney, names: Mapping[int, str], insats_id: int | None
) -> Iterable[YearsMoney]:
    """What has been entered, under the names of the release; the insats's, or of every one."""
    for one in year.insatser:
        entered = (one.planned_participants, one.budget_kr, one.actual_kr, one.esf_kr)
        if insats_id not in (None, one.insats_id) or all(part is None for part in entered):
            continue
        name = names.get(one.insats_id, one.name)
        yield YearsMoney(name, *entered, cost_share_percent=one.cost_share_percent)


def _rows(session: DbSession, release_id: int, insats_id: int | None) -> tuple[SourceRow, ...]:
    query = (
        select(ReleasedTable.id, ReleasedTable.sha256)
        .where(ReleasedTable.release_id == release_id)
        .order_by(col(ReleasedTable.id))
    )
    if insats_id is not None:
        query = query.where(ReleasedTable.insats_id == insats_id)
    return tuple(SourceRow(row_id or 0, sha256) for row_id, sha256 in session.exec(query))

"""Asking the staff of an insats to mend what a check of data quality has found.

A request names a check and a period and never a person: the lead sees counts, the staff see
on *Att göra* that they are asked, and whom it concerns on a page of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import Action, check
from tracking.domain.errors import Conflict, InvalidValue, NotFound
from tracking.domain.periods import Period
from tracking.domain.quality import Check
from tracking.services._writing import writing
from tracking.store.database import Database
from tracking.store.tables import MendRequest


@dataclass(frozen=True, slots=True)
class AskedToMend:
    """The insats whose staff were asked."""

    insats_id: int


def ask_to_mend(
    database: Database,
    actor: Actor,
    *,
    insats_id: int,
    period: Period,
    lacking: Mapping[Check, int],
    key: str,
) -> AskedToMend:
    """Ask the insats's deltagaransvariga to mend what some checks found in a period.

    ``lacking`` is how many each check had to mend when it was sent. What stands already is
    left as it is. Raises `NotPermitted` for anybody but the insatsansvariga, and `InvalidValue`
    when nothing is chosen or cannot be mended.
    """
    with writing(database, actor, "ask_to_mend", key) as write:
        check(actor, Action.CONFIGURE_INSATS, insats_id)
        if write.repeated:
            return AskedToMend(insats_id)
        if not lacking:
            raise InvalidValue("Välj minst en sak att skicka till personalen.", field="checks")
        for item, number in lacking.items():
            if not item.can_be_mended or number < 1:
                raise InvalidValue(f"{item.label}: det finns inget att rätta.", field="checks")
        standing = set(
            write.session.exec(
                select(MendRequest.item).where(
                    MendRequest.insats_id == insats_id,
                    MendRequest.period_key == period.key,
                    col(MendRequest.taken_back_at).is_(None),
                )
            )
        )
        write.session.add_all(
            MendRequest(
                insats_id=insats_id,
                item=item,
                period_key=period.key,
                lacking=number,
                sent_at=write.now,
                sent_by=actor.account_id,
            )
            for item, number in lacking.items()
            if item not in standing
        )
        detail = f"{period.key} {' '.join(item.value for item in lacking)}"
        write.finish(insats_id, Entry("ask_to_mend", insats_id=insats_id, detail=detail))
        return AskedToMend(insats_id)


def take_request_back(
    database: Database, actor: Actor, *, request_id: int, key: str
) -> AskedToMend:
    """Take a request back: the staff are no longer asked. Raises `Conflict` when it is already."""
    with writing(database, actor, "take_request_back", key) as write:
        request = write.session.exec(
            select(MendRequest).where(MendRequest.id == request_id).with_for_update()
        ).one_or_none()
        if request is None:
            raise NotFound("Begäran finns inte: läs in sidan igen.")
        check(actor, Action.CONFIGURE_INSATS, request.insats_id)
        if not write.repeated:
            if request.taken_back_at is not None:
                raise Conflict("Begäran är redan tillbakatagen.")
            request.taken_back_at = write.now
            write.session.add(request)
            write.finish(
                request_id,
                Entry(
                    "take_request_back",
                    insats_id=request.insats_id,
                    detail=f"{request.period_key} {request.item.value}",
                ),
            )
        return AskedToMend(request.insats_id)

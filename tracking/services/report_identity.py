"""How the förbund looks on its reports: name, colour, logotype and terms, all checked."""

from __future__ import annotations

from dataclasses import dataclass

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.errors import InvalidValue
from tracking.domain.identifiers import clean_text
from tracking.domain.report_identity import Licence, checked_colour, checked_logotype
from tracking.services._writing import check_version, writing
from tracking.store.database import Database
from tracking.store.tables import ReportIdentity


@dataclass(frozen=True, slots=True)
class SavedIdentity:
    """The version after the write."""

    version: int


def set_identity(
    database: Database,
    actor: Actor,
    *,
    name: str,
    colour: str,
    logotype: bytes | None,
    logotype_alt: str,
    keep_logotype: bool,
    licence: Licence = Licence.CC0,
    version: int | None,
    key: str,
) -> SavedIdentity:
    """Set how reports look from now on, and the terms of their open data; adopted ones keep what
    they had.

    ``logotype`` is a new picture; without one the old stays if ``keep_logotype``, else it is
    taken away. Raises `InvalidValue` with the field at fault (name, colour, logotype,
    logotype_alt) and `Conflict` when somebody else has set it since.
    """
    with writing(database, actor, "set_identity", key) as write:
        check_can_set_up_forbund(actor)
        row = write.session.get(ReportIdentity, 1)
        if write.repeated and row is not None:
            return SavedIdentity(row.version)
        if row is not None:
            check_version(row.version, version or 0, theirs=row.name, mine=name, what="Namn")
        kind = None if logotype is None else checked_logotype(logotype)
        if row is None:
            row = ReportIdentity(name="", colour="", changed_at=write.now, version=0)
        row.name = clean_text(name, field="name", max_length=120, required=True)
        row.colour = checked_colour(colour)
        if logotype is not None or not keep_logotype:
            row.logotype, row.logotype_kind = logotype, kind
        row.logotype_alt = clean_text(logotype_alt, field="logotype_alt", max_length=200)
        if row.logotype is not None and not row.logotype_alt:
            raise InvalidValue(
                "Skriv vad logotypen föreställer, för den som inte ser den.", field="logotype_alt"
            )
        row.licence = licence
        row.changed_at, row.version = write.now, row.version + 1
        write.session.add(row)
        write.finish(1, Entry("set_identity"))
        return SavedIdentity(row.version)

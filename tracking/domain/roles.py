"""Zones and roles: who may stand on which side of the border, and what each role is called.

What a role may *do* is `tracking.access.permissions`; here are only the words and the
rule that an account belongs to one zone. Source: finsam law 2003:1210 leaves the
personal data with the authority that runs the insats, hence the two zones.
"""

from __future__ import annotations

from enum import StrEnum


class Zone(StrEnum):
    """Where an account stands. One account never stands in two."""

    INSATS = "insats"
    FORBUND = "forbund"
    SYSTEM = "system"


class Role(StrEnum):
    """What an assignment makes of its holder."""

    CASE_WORKER = "case_worker"
    INSATS_LEAD = "insats_lead"
    LOG_REVIEWER = "log_reviewer"
    FORBUND_ADMIN = "forbund_admin"
    BOARD = "board"
    STEERING_GROUP = "steering_group"
    PREPARATORY_GROUP = "preparatory_group"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"

    @property
    def label(self) -> str:
        """The Swedish word on the screen."""
        return ROLE_LABELS[self]

    @property
    def zone(self) -> Zone:
        """The zone that the role belongs to."""
        return ROLE_ZONES[self]


ROLE_LABELS: dict[Role, str] = {
    Role.CASE_WORKER: "Deltagaransvarig",
    Role.INSATS_LEAD: "Insatsansvarig",
    Role.LOG_REVIEWER: "Granskare",
    Role.FORBUND_ADMIN: "Förbundsadministratör",
    Role.BOARD: "Styrelse",
    Role.STEERING_GROUP: "Styrgrupp",
    Role.PREPARATORY_GROUP: "Beredningsgrupp",
    Role.AUDITOR: "Revisor",
    Role.SYSTEM_ADMIN: "Systemadministratör",
}

ROLE_ZONES: dict[Role, Zone] = {
    Role.CASE_WORKER: Zone.INSATS,
    Role.INSATS_LEAD: Zone.INSATS,
    Role.LOG_REVIEWER: Zone.INSATS,
    Role.FORBUND_ADMIN: Zone.FORBUND,
    Role.BOARD: Zone.FORBUND,
    Role.STEERING_GROUP: Zone.FORBUND,
    Role.PREPARATORY_GROUP: Zone.FORBUND,
    Role.AUDITOR: Zone.FORBUND,
    Role.SYSTEM_ADMIN: Zone.SYSTEM,
}

INSATS_BOUND_ROLES = frozenset({Role.CASE_WORKER, Role.INSATS_LEAD, Role.LOG_REVIEWER})
"""Roles that mean nothing without an insats."""

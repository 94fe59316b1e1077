"""The table of role × action, drawn from the same table that every permission is asked of."""

from __future__ import annotations

from tracking.access.actors import Actor
from tracking.access.permissions import ACTION_LABELS, PERMISSIONS, Action
from tracking.domain.roles import Role, Zone
from tracking.domain.wording import EN_DASH, capitalised
from tracking.ui import frame, tables

ZONE_TITLES = {
    Zone.INSATS: "Insatserna: personer och exakta tabeller",
    Zone.FORBUND: "Förbundet: släppta resultat, mål och kalender",
    Zone.SYSTEM: "Drift: konton, inga deltagare",
}
NO_ROLE = "Du har ingen roll i dag."


def show(actor: Actor) -> None:
    """One table for each zone, and which of the roles the reader has today."""
    held = sorted({grant.role.label for grant in actor.grants})
    frame.small(f"Du är i dag: {', '.join(held)}." if held else NO_ROLE)
    for zone in Zone:
        roles = [role for role in Role if role.zone is zone]
        actions = [action for action in Action if PERMISSIONS[action] & set(roles)]
        tables.show_list(
            ZONE_TITLES[zone],
            ("Får", *(role.label for role in roles)),
            [
                (
                    capitalised(ACTION_LABELS[action]),
                    *("ja" if role in PERMISSIONS[action] else EN_DASH for role in roles),
                )
                for action in actions
            ],
        )
    frame.small(
        "En roll i insatserna och en i förbundet möts aldrig i samma konto. En deltagare hos en "
        "annan myndighet än den egna syns bara med ett sekretessbrytande samtycke."
    )

"""The systemadministratör's forms: open an account, its password, assignments, closing it.

The fields and their Swedish names; what may be saved is asked by
`tracking.services.sign_in_accounts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

from tracking.access.passwords import Passwords
from tracking.access.second_factor import random_code
from tracking.domain.records import AuthorityKind
from tracking.domain.roles import INSATS_BOUND_ROLES, Role, Zone
from tracking.domain.swedish import iso
from tracking.domain.wording import EN_DASH, counted
from tracking.outcomes.accounts import AccountView, AssignmentView
from tracking.outcomes.directory_views import ControllerView
from tracking.services.sign_in_accounts import (
    add_employer,
    close_account,
    end_assignment,
    give_assignment,
    link_identity,
    open_account,
    reset_second_factor,
    set_password,
    sign_out_account,
)
from tracking.ui import fields, frame, shown, tables
from tracking.ui.forms import Form, act
from tracking.ui.guard import Context
from tracking.ui.values import Values

ZONES = {
    Zone.INSATS.value: "Insatserna",
    Zone.FORBUND.value: "Förbundet",
    Zone.SYSTEM.value: "Drift",
}
WHOLE_FORBUND = 0
PASSWORD_GROUPS = 4
PASSWORD_HINT = (
    "Skriv av det innan du sparar, det visas inte igen. Det byts vid första inloggningen."
)


@cache
def _passwords() -> Passwords:
    return Passwords()


def answer(accounts: Sequence[AccountView], today: date) -> str:
    """How many accounts there are, and how many can do nothing."""
    active = [account for account in accounts if account.active]
    idle = sum(not any(a.holds_on(today) for a in account.assignments) for account in active)
    lacking = f"{idle} saknar" if idle else "inget saknar"
    return f"{counted(len(active), 'konto är öppet', 'konton är öppna')}; {lacking} uppdrag i dag."


def listed(accounts: Sequence[AccountView], today: date) -> None:
    """Every account in a row."""
    tables.show_list(
        "Konton",
        ("Användarnamn", "Funktion", "Zon", "Arbetsgivare", "Uppdrag i dag", "Inloggning"),
        [
            (
                account.username,
                account.title,
                ZONES[account.zone.value],
                account.employer or EN_DASH,
                ", ".join(_said(a) for a in account.assignments if a.holds_on(today)) or EN_DASH,
                _sign_in(account),
            )
            for account in accounts
        ],
        show_caption=False,
    )


def facts(account: AccountView) -> None:
    """What is known of the account."""
    frame.facts(
        [
            ("Funktion", account.title),
            ("Zon", ZONES[account.zone.value]),
            ("Arbetsgivare", account.employer or ""),
            ("Inloggning", _sign_in(account)),
            ("Tvåfaktor", "inställd" if account.has_second_factor else "inte inställd"),
        ]
    )


def assignments(account: AccountView) -> None:
    """The account's assignments, also those that are over."""
    if not account.assignments:
        frame.small("Kontot har inga uppdrag och kan därför inte göra något.")
        return
    tables.show_list(
        "Uppdrag",
        ("Roll", "Insats", "Första dag", "Sista dag"),
        [
            (
                row.role.label,
                row.insats or "hela förbundet",
                iso(row.starts_on),
                EN_DASH if row.ends_on is None else iso(row.ends_on),
            )
            for row in account.assignments
        ],
    )


def new_account(context: Context, employers: Sequence[ControllerView]) -> None:
    """Open an account, with a first password to hand over."""
    form = Form("open_account", page=context.page)
    proposed = form.keep("password", random_code(PASSWORD_GROUPS))

    def save(values: Values) -> str:
        username = values.text("username", required="Skriv ett användarnamn.")
        title = values.text("title", required="Skriv funktionen, till exempel Deltagaransvarig.")
        zone = values.required_choice("zone", "Välj var kontot hör hemma.")
        password = values.text("password")
        values.check()
        open_account(
            context.database,
            context.actor,
            _passwords(),
            username=username,
            title=title,
            zone=Zone(zone),
            employer_id=values.number_choice("employer_id") or None,
            first_password=password or None,
            key=values.key,
        )
        return f"Kontot {username} är öppnat. Ge det ett uppdrag."

    with form.drawn():
        fields.text(
            form, "username", "Användarnamn", hint="Små bokstäver a–z, siffror, punkt och streck."
        )
        fields.text(form, "title", "Funktion", hint="Aldrig en persons namn.")
        fields.choice(form, "zone", "Zon", ZONES, hint="Kan inte ändras sedan.")
        fields.record(
            form,
            "employer_id",
            "Arbetsgivare",
            {e.controller_id: e.name for e in employers},
            hint="Krävs för konton i insatserna.",
        )
        fields.text(
            form,
            "password",
            "Första lösenord",
            value=proposed,
            hint=f"{PASSWORD_HINT} Tomt: kontot loggar in med en annan tjänst.",
        )
        form.submit("Öppna kontot", save)


def new_employer(context: Context) -> None:
    """Add an authority that accounts may have as employer."""
    form = Form("add_employer", page=context.page)

    def save(values: Values) -> str:
        name = values.text("name", required="Skriv myndighetens namn.")
        kind = values.required_choice("kind", "Välj vilket slags myndighet det är.")
        values.check()
        add_employer(
            context.database, context.actor, name=name, kind=AuthorityKind(kind), key=values.key
        )
        return f"Arbetsgivaren {name} är tillagd."

    with form.drawn():
        fields.text(form, "name", "Myndighetens namn")
        fields.choice(form, "kind", "Slag", {kind.value: kind.label for kind in AuthorityKind})
        form.submit("Lägg till arbetsgivaren", save)


def new_assignment(context: Context, account: AccountView, insatser: Mapping[int, str]) -> None:
    """Give the account a role, with its dates."""
    form = Form(f"give_assignment:{account.account_id}", page=context.page)
    roles = [role for role in Role if role.zone is account.zone]
    bound = all(role in INSATS_BOUND_ROLES for role in roles)

    def save(values: Values) -> str:
        role = values.required_choice("role", "Välj en roll.")
        starts_on = values.required_day("starts_on")
        values.check()
        give_assignment(
            context.database,
            context.actor,
            account_id=account.account_id,
            role=Role(role),
            insats_id=values.number_choice("insats_id") or None,
            starts_on=starts_on,
            ends_on=values.day("ends_on"),
            key=values.key,
        )
        return f"{account.username} har fått uppdraget som {Role(role).label.lower()}."

    with form.drawn():
        only = roles[0].value if len(roles) == 1 else None
        fields.choice(form, "role", "Roll", {r.value: r.label for r in roles}, value=only)
        if account.zone is not Zone.SYSTEM:
            everywhere = {} if bound else {WHOLE_FORBUND: "Hela förbundet"}
            fields.record(
                form,
                "insats_id",
                "Insats",
                {**everywhere, **insatser},
                value=None if bound else WHOLE_FORBUND,
            )
        fields.day(form, "starts_on", "Första dag", value=context.today)
        fields.day(form, "ends_on", "Sista dag", hint="Tomt: tills vidare.")
        form.submit("Ge uppdraget", save)


def ending(context: Context, account: AccountView) -> None:
    """End one of the assignments that are not over."""
    going = {a.assignment_id: a for a in account.assignments if not a.is_over(context.today)}
    if not going:
        frame.small("Kontot har inget uppdrag att avsluta.")
        return
    form = Form(f"end_assignment:{account.account_id}", page=context.page)

    def save(values: Values) -> str:
        chosen = values.number_choice("assignment_id")
        on = values.required_day("on")
        if chosen is None:
            values.fault("assignment_id", "Välj ett uppdrag.")
        values.check()
        assert chosen is not None
        end_assignment(context.database, context.actor, assignment_id=chosen, on=on, key=values.key)
        return f"Uppdraget avslutas {iso(on)}."

    with form.drawn():
        only = next(iter(going)) if len(going) == 1 else None
        fields.record(
            form,
            "assignment_id",
            "Uppdrag",
            {number: _said(row) for number, row in going.items()},
            value=only,
        )
        fields.day(form, "on", "Uppdragets sista dag", value=context.today)
        form.submit("Avsluta uppdraget", save)


def sign_in(context: Context, account: AccountView) -> None:
    """A new first password, the second factor, the sign-ins, an identity at another issuer."""
    form = Form(f"set_password:{account.account_id}", page=context.page)
    proposed = form.keep("password", random_code(PASSWORD_GROUPS))

    def save(values: Values) -> str:
        password = values.text("password", required="Skriv ett lösenord.")
        values.check()
        set_password(
            context.database,
            context.actor,
            _passwords(),
            account_id=account.account_id,
            password=password,
            key=values.key,
        )
        return f"{account.username} har fått ett nytt första lösenord och är utloggad."

    with form.drawn():
        fields.text(form, "password", "Nytt första lösenord", value=proposed, hint=PASSWORD_HINT)
        form.submit("Byt lösenordet", save)
    if account.has_second_factor:
        act(
            "Ta bort tvåfaktorn",
            lambda key: _without_second_factor(context, account, key),
            name=f"second_factor:{account.account_id}",
        )
    act(
        "Logga ut kontot överallt",
        lambda key: _signed_out(context, account, key),
        name=f"sign_out:{account.account_id}",
    )
    link = Form(f"link_identity:{account.account_id}", page=context.page)

    def save_link(values: Values) -> str:
        code = values.text("code", required="Skriv kopplingskoden.")
        values.check()
        link_identity(
            context.database,
            context.actor,
            account_id=account.account_id,
            link_code=code,
            key=values.key,
        )
        return f"{account.username} kan nu logga in med den andra tjänsten."

    with shown.expander("Koppla en inloggning från en annan tjänst"), link.drawn():
        fields.text(
            link,
            "code",
            "Kopplingskod",
            hint="Koden som personen fick se när inloggningen nekades.",
        )
        link.submit("Koppla", save_link, primary=False)


def closing(context: Context, account: AccountView) -> None:
    """Close the account for good, knowingly."""
    form = Form(f"close_account:{account.account_id}", page=context.page)

    def save(values: Values) -> str:
        if not values.flag("sure"):
            values.fault("sure", "Kryssa i rutan om kontot ska avslutas.")
        values.check()
        close_account(
            context.database, context.actor, account_id=account.account_id, key=values.key
        )
        return f"Kontot {account.username} är avslutat."

    with form.drawn():
        fields.flag(
            form,
            "sure",
            "Kontot ska avslutas",
            hint="Det loggas ut genast, uppdragen slutar och det kan inte öppnas igen.",
        )
        form.submit("Avsluta kontot", save, primary=False)


def _without_second_factor(context: Context, account: AccountView, key: str) -> str:
    reset_second_factor(context.database, context.actor, account_id=account.account_id, key=key)
    return f"Tvåfaktorn för {account.username} är borttagen och ställs in på nytt."


def _signed_out(context: Context, account: AccountView, key: str) -> str:
    sign_out_account(context.database, context.actor, account_id=account.account_id, key=key)
    return f"{account.username} är utloggad överallt."


def _said(row: AssignmentView) -> str:
    return row.role.label if row.insats is None else f"{row.role.label} {row.insats}"


def _sign_in(account: AccountView) -> str:
    if not account.active:
        return "avslutat"
    if not account.has_password:
        return "utan lösenord"
    return "första lösenordet" if account.must_change_password else "eget lösenord"

"""Konton: vem som får logga in, för vem de arbetar, och vilka uppdrag de har."""

from tracking.outcomes import directory
from tracking.outcomes.accounts import insats_names, kept_accounts
from tracking.outcomes.operations import how_it_runs
from tracking.ui import account_forms, choices, frame, operations, shown
from tracking.ui.guard import require

context = require("konton")
accounts = kept_accounts(context.database, context.actor)

frame.title("Konton", page=context.page, lead=account_forms.answer(accounts, context.today))
operations.warn(how_it_runs(context.database, context.actor))
account_forms.listed(accounts, context.today)
chosen = choices.one_of(
    "konto",
    "Öppna eller ändra",
    {"nytt": "Nytt konto"} | {str(a.account_id): f"{a.username}, {a.title}" for a in accounts},
    unknown="Kontot i adressen finns inte.",
    default="nytt",
)
account = next((a for a in accounts if str(a.account_id) == chosen), None)

if account is None:
    frame.heading("Nytt konto")
    employers = directory.controllers(context.database)
    account_forms.new_account(context, employers)
    with shown.expander("Lägg till en arbetsgivare", expanded=not employers):
        account_forms.new_employer(context)
else:
    frame.heading(account.username)
    account_forms.facts(account)
    account_forms.assignments(account)
    if account.active:
        give, end, sign_in, close = shown.tabs(
            ["Nytt uppdrag", "Avsluta uppdrag", "Inloggning", "Avsluta kontot"]
        )
        with give:
            insatser = insats_names(context.database, context.actor)
            account_forms.new_assignment(context, account, insatser)
        with end:
            account_forms.ending(context, account)
        with sign_in:
            account_forms.sign_in(context, account)
        with close:
            account_forms.closing(context, account)

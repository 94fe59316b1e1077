"""Välj konto: become one of the demo's accounts. Only on a demo's own database."""

from tracking.ui.accounts import draw_accounts
from tracking.ui.guard import require

context = require("valj_konto")
draw_accounts(context.database, page=context.page)

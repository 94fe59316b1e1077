"""Every change of data: one function for each thing a person does.

A service takes the actor, asks for permission, checks the values, writes, keeps the summary
and the log, all in one transaction. The public names stand here; modules beginning with an
underscore are the services' own.
"""

from tracking.services.accounts import assign, create_account
from tracking.services.budgets import set_budget, set_forbund_budget
from tracking.services.codes import add_code, edit_code, retire_code
from tracking.services.insatser import create_insats, edit_insats
from tracking.services.ladders import StepText, add_ladder_version, create_ladder
from tracking.services.setup import (
    ReleaseDayChoice,
    add_controller,
    choose_calendar,
    proposed_release_days,
    set_up_forbund,
    templates,
)
from tracking.services.targets import remove_target, set_target

__all__ = [
    "ReleaseDayChoice",
    "StepText",
    "add_code",
    "add_controller",
    "add_ladder_version",
    "assign",
    "choose_calendar",
    "create_account",
    "create_insats",
    "create_ladder",
    "edit_code",
    "edit_insats",
    "proposed_release_days",
    "remove_target",
    "retire_code",
    "set_budget",
    "set_forbund_budget",
    "set_target",
    "set_up_forbund",
    "templates",
]

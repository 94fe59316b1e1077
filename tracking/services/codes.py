"""The förbund's code lists: new values, new labels, values that are no longer chosen.

A value is never taken away, since older spells have it; it retires. Its key never changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_set_up_forbund
from tracking.domain.endings import EndGroup, Outcome
from tracking.domain.errors import Conflict, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.services._keys import key_from
from tracking.services._setup import (
    EDITED,
    check_day,
    check_unchanged,
    found,
    move_one_place,
)
from tracking.services._writing import edit, writing
from tracking.store.database import Database
from tracking.store.tables import Code, CodeList

END_REASON = "end_reason"
NEED_GROUP = "need_group"
LONGEST_LABEL = 80
OWN_OF_INSATS = "Behovsgrupperna är insatsens egna och läggs upp av insatsansvarig."


@dataclass(frozen=True, slots=True)
class SavedCode:
    """A value of a code list, with the key that stands in stored records."""

    code_id: int
    code_key: str


def add_code(
    database: Database,
    actor: Actor,
    *,
    list_key: str,
    label: str,
    proposes: Outcome | None = None,
    group: EndGroup | None = None,
    key: str,
) -> SavedCode:
    """Add a value last in a list. An avslutsanledning also needs what it proposes and its group.

    Raises `Conflict` when the list has the label already.
    """
    with writing(database, actor, "add_code", key) as write:
        check_can_set_up_forbund(actor)
        if write.earlier is not None:
            return _saved(found(write.session, Code, write.earlier, what="Värdet"))
        found(write.session, CodeList, list_key, what="Listan")
        if list_key == NEED_GROUP:
            raise RuleBroken(OWN_OF_INSATS)
        text = clean_text(label, field="label", max_length=LONGEST_LABEL, required=True)
        _check_ending(list_key, proposes, group)
        in_list = list(write.session.exec(select(Code).where(Code.list_key == list_key)))
        if any(code.label.casefold() == text.casefold() for code in in_list):
            raise Conflict(f"Listan har redan värdet {text}.", field="label")
        code = Code(
            list_key=list_key,
            key=key_from(text, {code.key for code in in_list}, otherwise="code"),
            label=text,
            sort=max((code.sort for code in in_list), default=0) + 1,
            proposes=proposes,
            group_key=group,
        )
        write.session.add(code)
        write.session.flush()
        assert code.id is not None
        write.finish(code.id, Entry("add_code", detail=f"{list_key}.{code.key}"))
        return _saved(code)


def edit_code(
    database: Database,
    actor: Actor,
    *,
    code_id: int,
    label: str,
    sort: int | None = None,
    version: int,
    key: str,
) -> SavedCode:
    """Change a value's label or place. Raises `Conflict` when somebody else has changed it."""
    with writing(database, actor, "edit_code", key) as write:
        check_can_set_up_forbund(actor)
        code = found(write.session, Code, code_id, what="Värdet")
        _check_common(code)
        if write.repeated:
            return _saved(code)
        text = clean_text(label, field="label", max_length=LONGEST_LABEL, required=True)
        values = {"label": text, "sort": code.sort if sort is None else sort}
        check_unchanged(code, version, values)
        same = select(Code.id).where(
            Code.list_key == code.list_key, Code.label == text, col(Code.id) != code_id
        )
        if write.session.exec(same).first() is not None:
            raise Conflict(f"Listan har redan värdet {text}.", field="label")
        edit(write.work, actor, code, values, why=EDITED)
        write.finish(code_id, Entry("edit_code", detail=f"{code.list_key}.{code.key}"))
        return _saved(code)


def move_code(
    database: Database, actor: Actor, *, code_id: int, up: bool, version: int, key: str
) -> SavedCode:
    """Move a value one place up or down in the list that is chosen from.

    Raises `RuleBroken` where it stands first or last, `Conflict` when somebody else has changed
    it.
    """
    with writing(database, actor, "move_code", key) as write:
        check_can_set_up_forbund(actor)
        code = found(write.session, Code, code_id, what="Värdet")
        _check_common(code)
        if write.repeated:
            return _saved(code)
        check_unchanged(code, version, {})
        query = select(Code).where(Code.list_key == code.list_key, col(Code.insats_id).is_(None))
        order = list(write.session.exec(query.order_by(col(Code.sort), col(Code.id))))
        move_one_place(write, code, order, up=up, what="Värdet")
        write.finish(code_id, Entry("move_code", detail=f"{code.list_key}.{code.key}"))
        return _saved(code)


def retire_code(
    database: Database,
    actor: Actor,
    *,
    code_id: int,
    on: date | None,
    version: int,
    key: str,
) -> SavedCode:
    """Let a value be chosen no longer from ``on``, or again when ``on`` is None."""
    with writing(database, actor, "retire_code", key) as write:
        check_can_set_up_forbund(actor)
        code = found(write.session, Code, code_id, what="Värdet")
        _check_common(code)
        if write.repeated:
            return _saved(code)
        if on is not None:
            check_day(on, field="on")
        check_unchanged(code, version, {"retired_on": on})
        edit(write.work, actor, code, {"retired_on": on}, why=EDITED)
        write.finish(code_id, Entry("retire_code", detail=f"{code.list_key}.{code.key}"))
        return _saved(code)


def _check_common(code: Code) -> None:
    if code.insats_id is not None:
        raise RuleBroken(OWN_OF_INSATS)


def _saved(code: Code) -> SavedCode:
    assert code.id is not None
    return SavedCode(code.id, code.key)


def _check_ending(list_key: str, proposes: Outcome | None, group: EndGroup | None) -> None:
    if list_key != END_REASON:
        if proposes is not None or group is not None:
            raise RuleBroken("Bara en avslutsanledning föreslår utfall.", field="proposes")
        return
    if proposes is None or proposes is Outcome.MISREGISTERED:
        raise RuleBroken("Välj vilket utfall anledningen föreslår.", field="proposes")
    if group is None:
        raise RuleBroken("Välj vilken grupp anledningen redovisas i.", field="group")

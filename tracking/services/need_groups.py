"""Behovsgrupper: each insats's own list, kept by its insatsansvarig.

Labels, never notes: a group says what several people need. It is chosen at the start of a
spell and never a breakdown outside the insats. A group that spells have is retired, not taken
away.
"""

from __future__ import annotations

from datetime import date

from sqlmodel import col, select

from tracking.access.actors import Actor
from tracking.access.log import Entry
from tracking.access.permissions import check_can_configure_insats
from tracking.domain.errors import Conflict, InvalidValue, RuleBroken
from tracking.domain.identifiers import clean_text
from tracking.services._keys import key_from
from tracking.services._rules import code_of
from tracking.services._setup import (
    EDITED,
    check_day,
    check_unchanged,
    found,
    insats_of,
    move_one_place,
)
from tracking.services._writing import Writing, edit, writing
from tracking.services.codes import LONGEST_LABEL, NEED_GROUP, SavedCode
from tracking.store.database import Database
from tracking.store.tables import Code


def add_need_group(
    database: Database, actor: Actor, *, insats_id: int, label: str, key: str
) -> SavedCode:
    """Add a behovsgrupp last in an insats's list. Raises `Conflict` when it is there already."""
    with writing(database, actor, "add_need_group", key) as write:
        check_can_configure_insats(actor, insats_id)
        if write.earlier is not None:
            return _saved(found(write.session, Code, write.earlier, what="Gruppen"))
        insats_of(write.session, insats_id)
        text = _label(write, insats_id, label, but=None)
        everywhere = select(Code.key).where(Code.list_key == NEED_GROUP)
        code = Code(
            list_key=NEED_GROUP,
            key=key_from(text, set(write.session.exec(everywhere)), otherwise="group"),
            label=text,
            sort=max((row.sort for row in _groups(write, insats_id)), default=0) + 1,
            insats_id=insats_id,
        )
        write.session.add(code)
        write.session.flush()
        _finish(write, code)
        return _saved(code)


def edit_need_group(
    database: Database, actor: Actor, *, code_id: int, label: str, version: int, key: str
) -> SavedCode:
    """Change what a behovsgrupp is called. Raises `Conflict` when somebody else has done it."""
    with writing(database, actor, "edit_need_group", key) as write:
        code = _group(write, code_id)
        if write.repeated:
            return _saved(code)
        assert code.insats_id is not None
        values = {"label": _label(write, code.insats_id, label, but=code_id)}
        check_unchanged(code, version, values)
        edit(write.work, actor, code, values, why=EDITED)
        _finish(write, code)
        return _saved(code)


def retire_need_group(
    database: Database,
    actor: Actor,
    *,
    code_id: int,
    on: date | None,
    version: int,
    key: str,
) -> SavedCode:
    """Let a behovsgrupp be chosen no longer from ``on``, or again when ``on`` is None."""
    with writing(database, actor, "retire_need_group", key) as write:
        code = _group(write, code_id)
        if write.repeated:
            return _saved(code)
        if on is not None:
            check_day(on, field="on")
        check_unchanged(code, version, {"retired_on": on})
        edit(write.work, actor, code, {"retired_on": on}, why=EDITED)
        _finish(write, code)
        return _saved(code)


def move_need_group(
    database: Database, actor: Actor, *, code_id: int, up: bool, version: int, key: str
) -> SavedCode:
    """Move a behovsgrupp one place up or down in its insats's list.

    Raises `RuleBroken` where it stands first or last, `Conflict` when somebody else has changed
    it.
    """
    with writing(database, actor, "move_need_group", key) as write:
        code = _group(write, code_id)
        if write.repeated:
            return _saved(code)
        check_unchanged(code, version, {})
        assert code.insats_id is not None
        move_one_place(write, code, _groups(write, code.insats_id), up=up, what="Gruppen")
        _finish(write, code)
        return _saved(code)


def need_group_id(write: Writing, insats_id: int, key: str | None) -> int | None:
    """The number of a behovsgrupp of this insats that may be chosen; None when none is given."""
    if key is None:
        return None
    code = code_of(write, NEED_GROUP, key, field=NEED_GROUP)
    if code.insats_id != insats_id:
        raise InvalidValue("Välj en av insatsens egna behovsgrupper.", field=NEED_GROUP)
    return code.id


def _groups(write: Writing, insats_id: int) -> list[Code]:
    query = select(Code).where(Code.list_key == NEED_GROUP, Code.insats_id == insats_id)
    return list(write.session.exec(query.order_by(col(Code.sort), col(Code.id))))


def _group(write: Writing, code_id: int) -> Code:
    code = found(write.session, Code, code_id, what="Gruppen")
    if code.list_key != NEED_GROUP or code.insats_id is None:
        raise RuleBroken("Värdet är ingen behovsgrupp.")
    check_can_configure_insats(write.actor, code.insats_id)
    return code


def _label(write: Writing, insats_id: int, label: str, *, but: int | None) -> str:
    text = clean_text(label, field="label", max_length=LONGEST_LABEL, required=True)
    for row in _groups(write, insats_id):
        if row.id != but and row.label.casefold() == text.casefold():
            raise Conflict(f"Insatsen har redan behovsgruppen {text}.", field="label")
    return text


def _finish(write: Writing, code: Code) -> None:
    assert code.id is not None
    write.finish(
        code.id, Entry(write.action, insats_id=code.insats_id, detail=f"need_group {code.id}")
    )


def _saved(code: Code) -> SavedCode:
    assert code.id is not None
    return SavedCode(code.id, code.key)

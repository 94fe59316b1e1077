"""Alembic's entrance: runs the migrations on the connection that `migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context

from tracking.store.tables import metadata
from tracking.store.types import Flag, Instant, IsoDate, Millimetres, Word


def render_item(kind: str, item: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our types by name; a closed list is text, its words stand in the CHECK."""
    if kind != "type":
        return False
    if isinstance(item, Word):
        return "sa.Text()"
    if isinstance(item, Millimetres):
        autogen_context.imports.add("from tracking.store import types")
        return f"types.Millimetres({item.top})"
    if isinstance(item, IsoDate | Instant | Flag):
        autogen_context.imports.add("from tracking.store import types")
        return f"types.{type(item).__name__}()"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=render_item,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=False,
)
with context.begin_transaction():
    context.run_migrations()

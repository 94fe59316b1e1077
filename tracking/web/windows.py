"""Whose windows are open: the ids that Streamlit gives its sessions, and the account of each.

A browser that has lost its connection sends its session's id along when it connects again.
Another account's id is taken out of the handshake before Streamlit sees it, so that the visitor
gets a window of their own; that it was tried is for the caller to log. Kept by this process
alone, as the sessions are.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from starlette.types import Message, Scope, Send

MOST_REMEMBERED = 10_000
PROTOCOLS = b"sec-websocket-protocol"
PLACE = 2
"""Of the sub-protocols that Streamlit's browser side sends the third is a session's id."""

_ID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Windows:
    """The sessions of this process, the newest last."""

    def __init__(self) -> None:
        self._accounts: OrderedDict[bytes, int] = OrderedDict()

    def is_anothers(self, scope: Scope, account_id: int) -> bool:
        """Whether the handshake names a session that was opened by another account."""
        asked = _entries(scope)[PLACE : PLACE + 1]
        return any(self._accounts.get(one, account_id) != account_id for one in asked)

    def without(self, scope: Scope) -> Scope:
        """The same handshake without a session's id."""
        kept = b", ".join(_entries(scope)[:PLACE])
        headers = [(k, kept if k.lower() == PROTOCOLS else v) for k, v in scope["headers"]]
        return {**scope, "headers": headers}

    def noting(self, send: Send, account_id: int) -> Send:
        """``send``, remembering the id in the first message, which tells the browser its own."""
        waiting = True

        async def noted(message: Message) -> None:
            nonlocal waiting
            told = message.get("bytes") if message["type"] == "websocket.send" else None
            if waiting and told:
                waiting = False
                for found in _ID.findall(told):
                    self._remember(found, account_id)
            await send(message)

        return noted

    def _remember(self, session_id: bytes, account_id: int) -> None:
        # Whoever opened it first keeps it.
        self._accounts.setdefault(session_id, account_id)
        while len(self._accounts) > MOST_REMEMBERED:
            self._accounts.popitem(last=False)


def _entries(scope: Scope) -> list[bytes]:
    raw = next((v for k, v in scope["headers"] if k.lower() == PROTOCOLS), b"")
    return [entry.strip() for entry in raw.split(b",")]

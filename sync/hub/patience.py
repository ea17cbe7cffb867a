"""HTTP/1.1 that hangs up on whoever takes too long to say what they want: lines are few, and a slow one is a lost one."""

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_WAIT_S = 30.0
"""So long a request's head may take, from the line's beginning or the head's first byte on. Its body has a limit of its own
(`api/access.py`), and a line between two requests one too (`timeout_keep_alive`)."""


class PatientProtocol(H11Protocol):
    """One line from a terminal."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # A cycle is made as soon as a head is whole, and is complete once it was answered.
        if self.cycle is not None and not self.cycle.response_complete:
            self._forget_head()
        elif self._head_due is None:
            self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        self._head_due = self.loop.call_later(HEAD_WAIT_S, self.transport.abort)

    def _forget_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

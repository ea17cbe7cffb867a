"""Tells the other processes on a PostgreSQL database what was published, and hears it from them.

NOTIFY is sent after the commit and by itself: inside it, PostgreSQL lets only one transaction of the whole server commit at a
time. A process that dies between the two tells nobody; therefore revisions are also looked at every few seconds.
"""

import logging
import selectors
import socket
import threading
import time
import uuid
from typing import Any

import msgspec
import psycopg
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from kiosk.decoding import read_json
from sync.hub.storage.database import EVERYTHING, Heard, Touched

log = logging.getLogger("toonbank.hub.storage")
CHANNEL = "toonbank_hub"
PAYLOAD_MAX = 7_000
"""PostgreSQL takes 8,000 bytes."""

LOOK_EVERY_S = 3.0
RECONNECT_S = 1.0


class _Note(msgspec.Struct, array_like=True, frozen=True):
    origin: str
    touched: list[tuple[str, str, str]]


class News:
    """A thread with a connection of its own that listens; after each silence it looks whether a revision moved untold."""

    def __init__(self, url: str, options: dict[str, Any], heard: Heard) -> None:
        self._url, self._options, self._heard = url, options, heard
        self._origin = uuid.uuid4().hex
        self._woken, self._waker = socket.socketpair()
        self._closing = threading.Event()
        self._revs: dict[str, int] = {}
        self._looked_s = 0.0
        self._thread = threading.Thread(target=self._run, name="hub-news", daemon=True)
        self._thread.start()

    def tell(self, connection: Connection, touched: Touched) -> None:
        """Tell the other processes, in a transaction of its own; a failure costs them some seconds, never the caller."""
        payload = msgspec.json.encode(_Note(self._origin, sorted(touched))).decode()
        if len(payload) > PAYLOAD_MAX:
            tenants = sorted({(tenant, "", "") for tenant, _, _ in touched})
            payload = msgspec.json.encode(_Note(self._origin, tenants)).decode()
        try:
            with connection.begin():
                connection.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})
        except DBAPIError as error:
            log.info("other processes will see the change at their next look (%s)", type(error.orig).__name__)

    def close(self) -> None:
        """Hang up."""
        self._closing.set()
        self._waker.send(b"x")
        self._thread.join()
        for end in (self._woken, self._waker):
            end.close()

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, **self._options) as line, selectors.DefaultSelector() as ears:
                    ears.register(line.fileno(), selectors.EVENT_READ)
                    ears.register(self._woken, selectors.EVENT_READ)
                    line.execute(f"LISTEN {CHANNEL}")
                    self._revs = _revs(line)
                    self._heard(EVERYTHING)  # whatever was told while nobody listened
                    while not self._closing.is_set():
                        self._listen(line, ears)
            except psycopg.Error as error:
                log.warning("the line for news broke (%s); it is made again", type(error).__name__)
                self._closing.wait(RECONNECT_S)

    def _listen(self, line: psycopg.Connection[Any], ears: selectors.BaseSelector) -> None:
        ears.select(LOOK_EVERY_S)
        for notice in line.notifies(timeout=0):
            self._hear(notice.payload)
        if time.monotonic() - self._looked_s < LOOK_EVERY_S:
            return
        self._looked_s = time.monotonic()
        revs = _revs(line)
        moved = {tenant for tenant, rev in revs.items() if self._revs.get(tenant) != rev}
        self._revs = revs
        if moved:
            self._heard(frozenset((tenant, "", "") for tenant in moved))

    def _hear(self, payload: str) -> None:
        try:
            note = read_json(payload, _Note)
        except msgspec.MsgspecError:  # from a newer process, or from anybody who may use the database
            self._heard(EVERYTHING)
            return
        if note.origin != self._origin:
            self._heard(frozenset(note.touched))


def _revs(line: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(line.execute("SELECT tenant, rev FROM tenants").fetchall())

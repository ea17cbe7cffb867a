"""Requests that must not be carried out twice: a key, a fingerprint of the request, and the answer that is given again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, insert, select

from kiosk.domain.codec import digest
from sync.hub.problems import HubProblem
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import idempotency
from sync.protocol.limits import IDEMPOTENCY_DAYS

KEY_LENGTH_MAX = 100
_DAY_MS = 86_400_000


@contextmanager
def in_progress(calling: set[tuple[str, str]], route: str, key: str) -> Iterator[None]:
    """While this lasts, the same request is refused. Raises HubProblem when it is in work already."""
    if (route, key) in calling:
        raise HubProblem("request.in_progress")
    calling.add((route, key))
    try:
        yield
    finally:
        calling.discard((route, key))


def once(connection: Connection, route: str, key: str, body: bytes, now_ms: int, make: Callable[[Connection], bytes]) -> bytes:
    """Carry a request out, or give again what this key was answered before; one transaction, so there is no between.

    Raises HubProblem for a key that was used with another body. What `make` raises leaves the key unused.
    """
    fingerprint = digest(body)
    lock_name(connection, f"idempotency {route} {key}")  # the same request may be with two processes
    stored = connection.execute(select(idempotency).where(idempotency.c.route == route, idempotency.c.key == key)).first()
    if stored is not None:
        if bytes(stored.fingerprint) != fingerprint:
            raise HubProblem("request.idempotency_reused")
        return bytes(stored.reply)
    reply = make(connection)
    connection.execute(insert(idempotency).values(route=route, key=key, fingerprint=fingerprint, reply=reply, at_ms=now_ms))
    return reply


def answered(connection: Connection, route: str, key: str, body: bytes) -> bytes | None:
    """What this key was answered before, None when it was not. Raises HubProblem for a key that was used with another body."""
    stored = connection.execute(select(idempotency).where(idempotency.c.route == route, idempotency.c.key == key)).first()
    if stored is not None and bytes(stored.fingerprint) != digest(body):
        raise HubProblem("request.idempotency_reused")
    return bytes(stored.reply) if stored is not None else None


def forget_old(connection: Connection, now_ms: int) -> int:
    """Forget the answers that nobody asks for any more; gives how many."""
    old = idempotency.c.at_ms < now_ms - IDEMPOTENCY_DAYS * _DAY_MS
    return connection.execute(delete(idempotency).where(old)).rowcount

"""Bytes that a terminal sent and did not sign: kept in a capped file, noted here so that a person sees them."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from kiosk.domain.codec import digest
from sync.hub.core import Device
from sync.hub.storage.schema_held import dead_letters

PER_DEVICE_MAX = 100


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Refused bytes: under which number they came, and when (hub's wall ms)."""

    seq: int
    data: bytes
    at_ms: int


def note(connection: Connection, device: Device, dead: DeadLetter) -> None:
    """Note refused bytes once; no more than PER_DEVICE_MAX of a terminal, so that none can fill the hub with them."""
    mark, at = digest(dead.data), dead_letters.c
    mine = (at.tenant == device.tenant) & (at.store == device.store) & (at.dev == device.dev)
    if connection.scalar(select(at.seq).where(mine, at.sha256 == mark)) is not None:
        return
    count = connection.scalar(select(func.count()).select_from(dead_letters).where(mine)) or 0
    if count < PER_DEVICE_MAX:
        connection.execute(
            insert(dead_letters).values(
                dev=device.dev, sha256=mark, tenant=device.tenant, store=device.store, terminal=device.terminal,
                seq=dead.seq, size=len(dead.data), at_ms=dead.at_ms,
            )
        )  # fmt: skip

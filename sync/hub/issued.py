"""The certificates that a hub gave out, kept in its folder beside the database.

A database that was put back knows nothing of a terminal that was enrolled after the backup; that terminal may hold rights all the
same. So it is taken in again before the hub says whom it waits for, by the certificate that the hub signed itself.
"""

import base64
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.decoding import read_json
from kiosk.domain.chain import Verify
from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged
from kiosk.domain.identity import uuid7
from sync.hub import devices
from sync.hub.devices import Who
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.storage.schema import terminals
from sync.protocol.certificate import Certificate
from sync.protocol.certificate import read as read_certificate
from sync.protocol.messages import ReadmitRequest
from sync.protocol.signature import device_name

FILE = "issued"
Signed = tuple[bytes, bytes]
"""A certificate and the hub's signature over it."""


def keep(folder: Path, *given: Signed) -> None:
    """Have certificates on the disk before their terminals get them. Raises OSError."""
    lines = [ReadmitRequest(*(base64.b64encode(part).decode() for part in one)) for one in given]
    data = b"".join(b"\n" + msgspec.json.encode(line) for line in lines)  # a line that broke off ends where the next begins
    handle = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "ab") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def kept(folder: Path) -> list[Signed]:
    """What the folder remembers, in the order in which it was given; a line that cannot be read is left out."""
    path, found = folder / FILE, list[Signed]()
    for line in path.read_bytes().splitlines() if path.exists() else []:
        try:
            one = read_json(line, ReadmitRequest)
            found.append((base64.b64decode(one.certificate, validate=True), base64.b64decode(one.signature, validate=True)))
        except (msgspec.DecodeError, ValueError):
            continue
    return found


def missing(connection: Connection, known: list[Signed]) -> list[Signed]:
    """The certificates of terminals in use that a folder does not remember: another process gave them, or an older version."""
    there, at = {data for data, _ in known}, terminals.c
    query = select(at.certificate, at.signature).where(at.revoked_ms == 0).order_by(at.enrolled_ms, at.dev)
    return [(bytes(data), bytes(mark)) for data, mark in connection.execute(query) if bytes(data) not in there]


def remember(connection: Connection, given: list[Signed], verify: Verify, now_ms: int) -> int:
    """Take those in again of whom a database that was put back knows nothing; gives how many. Before its epoch begins."""
    count, newest_ms = 0, int(connection.scalar(select(func.max(terminals.c.enrolled_ms))) or 0)
    at_ms = max(now_ms, newest_ms + 1)  # also where this machine's clock is behind the one that they were enrolled by
    for data, signature in given:
        try:
            made = read_certificate(data, signature, verify)
            if not _is_new(connection, made):
                continue
            shown = ReadmitRequest(*(base64.b64encode(part).decode() for part in (data, signature)))
            who = Who("hub", at_ms, _id_from(data, at_ms))
            devices.readmit(connection, shown, device_name(made.dev, made.inc), verify, who)
            count += 1
        except (Damaged, HubProblem):
            continue  # another has its series by now: it is for a person, and shown by whoever comes with it
    return count


def _is_new(connection: Connection, made: Certificate) -> bool:
    at = terminals.c
    known = connection.scalar(select(at.dev).where(at.dev == made.dev, at.inc == made.inc))
    return known is None and made.place.store in stores_of(connection, made.place.tenant)


def _id_from(data: bytes, now_ms: int) -> Callable[[], str]:
    return partial(uuid7, now_ms, int.from_bytes(digest(data)[:10]) >> 6)

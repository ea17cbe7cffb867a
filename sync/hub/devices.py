"""A terminal's whole life at the hub: its certificate over the years, its incarnations, its loss and its end.

Whatever becomes of a terminal, the facts that it signed are taken: nothing here stops a push.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.chain import Sign, Verify
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import GENESIS
from kiosk.domain.feed import DEVICE, Peer
from kiosk.domain.identity import Place
from sync.hub import epochs, escrow, feedlog, staff
from sync.hub.core import Device
from sync.hub.problems import HubProblem
from sync.hub.storage.database import PEERS, TOUCHED
from sync.hub.storage.schema import facts, terminals
from sync.hub.storage.schema_lives import lives
from sync.hub.terms import Terms
from sync.protocol import certificate as certificates
from sync.protocol.certificate import Certificate
from sync.protocol.messages import PushedFact, ReadmitRequest, RenewReply
from sync.protocol.signature import device_name

FACTS_PER_READ_MAX = 500
LOST, DECOMMISSIONED, RECOVERED = "lost", "decommissioned", "recovered"


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something to a terminal, when (ms), and where ids come from."""

    name: str
    now_ms: int
    new_id: Callable[[], str]


class Told(msgspec.Struct, frozen=True):
    """A terminal as the hub knows it, for a person."""

    dev: str
    inc: int
    store: str
    terminal: str
    kind: str
    series: int
    facts: int
    durable: int
    last_seen_ms: int
    not_after_ms: int
    state: str
    supersedes: str = ""


def look(connection: Connection, tenant: str) -> list[Told]:
    """Every terminal there ever was, in order of place and age."""
    query = (
        select(terminals, lives.c.ended, lives.c.supersedes)
        .select_from(terminals.outerjoin(lives, epochs.same_terminal()))
        .where(terminals.c.tenant == tenant)
        .order_by(terminals.c.store, terminals.c.terminal, terminals.c.series)
    )
    return [_told(row) for row in connection.execute(query)]


def _told(row: Any) -> Told:
    state = row.ended or ("replaced" if row.revoked_ms else "forked" if row.forked else "in use")
    return Told(
        row.dev, row.inc, row.store, row.terminal, row.kind, row.series, row.next_seq - 1, max(0, row.durable_seq - 1),
        row.last_seen_ms, end_of(bytes(row.certificate)), state, row.supersedes or "",
    )  # fmt: skip


def end_of(data: bytes) -> int:
    """When a certificate of ours ends (ms)."""
    return int(msgspec.json.decode(data)["not_after_ms"])


# The certificate ------------------------------------------------------------------------------------


def renew(connection: Connection, device: Device, now_ms: int, sign: Sign, terms: Terms) -> RenewReply:
    """The same certificate with a later end. Raises HubProblem for a replaced terminal, and for one that is too late."""
    if device.revoked:
        raise HubProblem("device.revoked")
    at = _place_of(device)
    row = connection.execute(select(terminals.c.certificate, terminals.c.signature).where(at)).one()
    old = bytes(row.certificate)
    terms.require_in_time(end_of(old), now_ms)
    renew_ms, not_after_ms = terms.span(now_ms)
    raw = msgspec.json.decode(old)
    made = Certificate(
        raw["dev"], raw["inc"], raw["kind"], raw["series"], Place(**raw["place"]),
        base64.b64decode(raw["key"]), not_after_ms, renew_ms,
    )  # fmt: skip
    data, signature = certificates.issue(made, sign)
    connection.execute(update(terminals).where(at).values(certificate=data, signature=signature))
    touched: set[tuple[str, str, str]] = connection.info[TOUCHED]
    touched.add((device.tenant, PEERS, feedlog.EVERYWHERE))  # other processes know the old end
    return RenewReply(base64.b64encode(data).decode(), base64.b64encode(signature).decode())


def readmit(connection: Connection, request: ReadmitRequest, name: str, verify: Verify, who: Who) -> None:
    """Take a terminal in again that this hub enrolled after the backup that it was restored from.

    The certificate proves it: the hub signed it. Of two at one place the one with the later receipt series stays.
    Raises HubProblem for any other certificate.
    """
    made, data, signature = _shown(request, verify)
    if device_name(made.dev, made.inc) != name:
        raise HubProblem("device.unknown")
    place = made.place
    mine = terminals.c
    here = and_(mine.tenant == place.tenant, mine.store == place.store, mine.terminal == place.terminal)
    if connection.scalar(select(mine.dev).where(here, mine.series == made.series)) is not None:
        known = connection.scalar(select(mine.dev).where(here, mine.dev == made.dev, mine.inc == made.inc))
        if known is None:
            raise HubProblem("device.series", series=made.series)
        return
    others = connection.execute(select(terminals).where(here, mine.revoked_ms == 0)).all()
    newer = any(row.series > made.series for row in others)
    changes = [] if newer else [revoke(connection, row, who.now_ms) for row in others]
    connection.execute(
        insert(terminals).values(
            dev=made.dev, inc=made.inc, tenant=place.tenant, store=place.store, terminal=place.terminal, kind=made.kind,
            series=made.series, public_key=made.public_key, certificate=data, signature=signature,
            enrolled_ms=who.now_ms, revoked_ms=who.now_ms if newer else 0, next_seq=1, head=GENESIS, durable_seq=0,
            forked=False, last_seen_ms=who.now_ms,
        )
    )  # fmt: skip
    device = Device(made.dev, made.inc, place.tenant, place.store, place.terminal, made.kind, made.public_key, newer)
    epochs.change_life(connection, device, readmitted_ms=who.now_ms)
    spelled = base64.b64encode(made.public_key).decode()
    changes.append(feedlog.change(DEVICE, place.store, "peer", made.dev, Peer(made.dev, place.terminal, made.kind, spelled, newer)))
    feedlog.publish(connection, place.tenant, changes)
    _note(connection, device, who, "device.readmitted")


def _shown(request: ReadmitRequest, verify: Verify) -> tuple[Certificate, bytes, bytes]:
    try:
        data, signature = (base64.b64decode(part, validate=True) for part in (request.certificate, request.signature))
        return certificates.read(data, signature, verify), data, signature
    except (ValueError, Damaged) as error:
        raise HubProblem("device.unknown") from error


# Its end --------------------------------------------------------------------------------------------


def lose(connection: Connection, device: Device, who: Who) -> dict[tuple[str, str], int]:
    """A terminal is lost or destroyed: it gets nothing any more, and what it might still promise is written off.

    Gives what that was. The facts that it comes back with one day are taken all the same.
    """
    row = connection.execute(select(terminals).where(_place_of(device)).with_for_update()).one()
    changes = [] if row.revoked_ms else [revoke(connection, row, who.now_ms)]
    epochs.change_life(connection, device, ended=LOST, ended_ms=who.now_ms)
    left = escrow.write_off(connection, device, who.name, who.now_ms, who.new_id)
    feedlog.publish(connection, device.tenant, changes)
    _note(connection, device, who, "device.lost", facts=str(row.next_seq - 1))
    epochs.open_when_all_reported(connection, device.tenant, who.now_ms)
    return left


def decommission(connection: Connection, device: Device, seq: int, head: bytes, given_up: dict[str, str], who: Who) -> None:
    """A terminal ends itself in good order: the hub has its last fact `seq`, or a person gave up what is missing.

    Raises HubProblem when facts are missing and nobody gave them up.
    """
    row = connection.execute(select(terminals).where(_place_of(device)).with_for_update()).one()
    if (row.next_seq - 1, bytes(row.head)) != (seq, head) and not given_up:
        raise HubProblem("device.unsent", count=max(0, seq - row.next_seq + 1))
    changes = [] if row.revoked_ms else [revoke(connection, row, who.now_ms)]
    epochs.change_life(connection, device, ended=DECOMMISSIONED, ended_ms=who.now_ms)
    escrow.write_off(connection, device, who.name, who.now_ms, who.new_id)
    feedlog.publish(connection, device.tenant, changes)
    _note(connection, device, who, "device.decommissioned", facts=str(row.next_seq - 1), last=str(seq), **_given_up(given_up))
    epochs.open_when_all_reported(connection, device.tenant, who.now_ms)


def _given_up(said: dict[str, str]) -> dict[str, str]:
    """What a terminal says of who gave up what, short enough to be kept for ever."""
    return {f"given_up_{name[:20]}": value[:200] for name, value in sorted(said.items())[:10]}


def revoke(connection: Connection, row: Any, now_ms: int) -> feedlog.Change:
    """Take a terminal's place from it. Its facts are still taken, but it gets no data any more."""
    mine = terminals.c
    connection.execute(update(terminals).where(mine.dev == row.dev, mine.inc == row.inc).values(revoked_ms=now_ms))
    stood = feedlog.row_now(connection, row.tenant, DEVICE, row.store, "peer", row.dev)
    spelled = base64.b64encode(bytes(row.public_key)).decode()
    peer = read_json(stood, Peer) if stood else Peer(row.dev, row.terminal, row.kind, spelled)
    return feedlog.change(DEVICE, row.store, "peer", row.dev, replace(peer, revoked=True))


# Its facts, for the incarnation that follows it -------------------------------------------------------


def read_facts(connection: Connection, device: Device, from_seq: int, limit: int) -> list[PushedFact]:
    """What the hub has of a terminal's facts, from a number on."""
    at = facts.c
    mine = and_(at.tenant == device.tenant, at.store == device.store, at.dev == device.dev, at.inc == device.inc)
    query = select(at.data, at.signature).where(mine, at.seq >= from_seq).order_by(at.seq).limit(min(limit, FACTS_PER_READ_MAX))
    return [PushedFact(bytes(data), bytes(signature)) for data, signature in connection.execute(query)]


def head_of(connection: Connection, device: Device) -> int:
    """The number of the last fact that the hub has of a terminal."""
    return int(connection.scalar(select(terminals.c.next_seq).where(_place_of(device))) or 1) - 1


def find_place(connection: Connection, tenant: str, store: str, terminal: str) -> Device:
    """The terminal that stands, or stood last, at a place. Raises HubProblem when there never was one."""
    mine = terminals.c
    query = select(terminals).where(mine.tenant == tenant, mine.store == store, mine.terminal == terminal)
    row = connection.execute(query.order_by(mine.series.desc())).first()
    if row is None:
        raise HubProblem("device.none", store=store, terminal=terminal)
    return device_from(row)


def find_named(connection: Connection, tenant: str, name: str) -> Device:
    """A terminal by `dev` or `dev/inc`. Raises HubProblem when there is none."""
    for row in connection.execute(select(terminals).where(terminals.c.tenant == tenant)):
        if device_name(row.dev, row.inc) == name:
            return device_from(row)
    raise HubProblem("device.none", store=name, terminal="?")


def device_from(row: Any) -> Device:
    """A terminal from its row."""
    return Device(
        row.dev, row.inc, row.tenant, row.store, row.terminal, row.kind, bytes(row.public_key), row.revoked_ms != 0,
        end_of(bytes(row.certificate)),
    )  # fmt: skip


def _place_of(device: Device) -> Any:
    mine = terminals.c
    return and_(mine.tenant == device.tenant, mine.store == device.store, mine.dev == device.dev, mine.inc == device.inc)


def _note(connection: Connection, device: Device, who: Who, what: str, **more: str) -> None:
    place = f"{device.store}-{device.terminal}"
    detail = {"device": device_name(device.dev, device.inc), "terminal": place, **more}
    staff.note(connection, device.tenant, who.name, what, detail, who.now_ms, who.new_id)

"""Making terminals: one-time codes, certificates, receipt series, and what replaces what."""

import base64
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from kiosk.domain.chain import Sign
from kiosk.domain.codec import digest
from kiosk.domain.facts import GENESIS
from kiosk.domain.feed import DEVICE, Peer
from kiosk.domain.identity import Place
from sync.hub import devices, epochs, escrow, feedlog
from sync.hub.core import Device
from sync.hub.places import known_store
from sync.hub.problems import HubProblem
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.schema import enrol_codes, terminals
from sync.hub.terms import Terms
from sync.protocol.certificate import Certificate, issue
from sync.protocol.limits import BATCH_CODE_VALID_S_MAX
from sync.protocol.messages import EnrolReply, EnrolRequest
from sync.protocol.signature import device_name

KINDS = ("till", "kiosk")
CODE_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Letters and digits that nobody mistakes for one another."""

CODE_LENGTH = 8
FIRST_INC = 1


@dataclass(frozen=True, slots=True)
class Order:
    """What a code makes: a terminal of a kind, in a place, until an instant (ms)."""

    tenant: str
    store: str
    terminal: str
    kind: str
    expires_ms: int


def terminal_number(text: str) -> str:
    """A terminal's number as it stands on receipts: `1` is `01`."""
    number = text.strip().upper().zfill(2)
    if not text.strip() or not re.fullmatch(r"[0-9A-Z]{2,4}", number):
        raise HubProblem("terminal.number", terminal=text)
    return number


def spell_code(chance: int) -> str:
    """A one-time code from chance: `K7QM-2XFA`."""
    letters = ""
    for _ in range(CODE_LENGTH):
        chance, place = divmod(chance, len(CODE_LETTERS))
        letters += CODE_LETTERS[place]
    return f"{letters[:4]}-{letters[4:]}"


def add_code(connection: Connection, order: Order, code: str, now_ms: int) -> None:
    """Keep a new code (only its hash). Raises HubProblem for an unknown store, kind or too long a time."""
    if order.kind not in KINDS:
        raise HubProblem("terminal.kind", kind=order.kind)
    if order.expires_ms - now_ms > BATCH_CODE_VALID_S_MAX * 1000:
        raise HubProblem("enrol.hours")
    known_store(connection, order.tenant, order.store)
    connection.execute(
        insert(enrol_codes).values(
            code_hash=_code_hash(code), tenant=order.tenant, store=order.store, kind=order.kind,
            terminal=terminal_number(order.terminal), expires_ms=order.expires_ms, used_ms=0, dev="",
        )
    )  # fmt: skip


def enrol(
    connection: Connection, request: EnrolRequest, dev: str, now_ms: int, sign: Sign, hub_key: bytes, epoch: int,
    terms: Terms,
) -> EnrolReply:  # fmt: skip
    """Use a code up and make the terminal it stands for; the one that stood there before is revoked.

    Raises HubProblem for a wrong, old or used code and for a key that is none.
    """
    public_key = _public_key(request.public_key)
    code = _usable_code(connection, request.code, now_ms)
    epochs.require_no_doubt(connection, code.tenant)  # it would give a series again
    series = _next_series(connection, code.tenant, code.store, code.terminal)
    renew_ms, not_after_ms = terms.span(now_ms)
    certificate = Certificate(dev, FIRST_INC, code.kind, series, _place(connection, code), public_key, not_after_ms, renew_ms)
    data, signature = issue(certificate, sign)
    before = _stood_here(connection, code)
    changes = _replace(connection, code, now_ms)
    connection.execute(
        insert(terminals).values(
            dev=dev, inc=FIRST_INC, tenant=code.tenant, store=code.store, terminal=code.terminal, kind=code.kind,
            series=series, public_key=public_key, certificate=data, signature=signature, enrolled_ms=now_ms,
            revoked_ms=0, next_seq=1, head=GENESIS, durable_seq=0, forked=False, last_seen_ms=now_ms,
        )
    )  # fmt: skip
    connection.execute(
        update(enrol_codes).where(enrol_codes.c.code_hash == code.code_hash).values(used_ms=now_ms, dev=dev)
    )
    peer = Peer(dev, code.terminal, code.kind, base64.b64encode(public_key).decode())
    changes.append(feedlog.change(DEVICE, code.store, "peer", dev, peer))
    mark_to_share(connection, code.tenant, code.store)
    supersedes = device_name(before.dev, before.inc) if before else ""
    made = Device(dev, FIRST_INC, code.tenant, code.store, code.terminal, code.kind, public_key, False)
    epochs.change_life(connection, made, supersedes=supersedes)
    if before and request.recovers:
        epochs.change_life(connection, before, ended=devices.RECOVERED, ended_ms=now_ms)
        escrow.write_off(connection, before, f"{code.store}-{code.terminal}", now_ms, lambda: dev)
        epochs.open_when_all_reported(connection, code.tenant, now_ms)
    feedlog.publish(connection, code.tenant, changes)  # the tenant's row last, as everybody does
    spelled = [base64.b64encode(part).decode() for part in (data, signature, hub_key)]
    return EnrolReply(spelled[0], spelled[1], spelled[2], epoch, supersedes)


def find_device(connection: Connection, dev: str, inc: int = FIRST_INC) -> Device | None:
    """An incarnation of a terminal by its id, or None."""
    row = connection.execute(select(terminals).where(terminals.c.dev == dev, terminals.c.inc == inc)).first()
    return None if row is None else devices.device_from(row)


def _code_hash(code: str) -> bytes:
    return digest(code.upper().replace("-", "").replace(" ", "").encode())


def _public_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise HubProblem("enrol.key") from error
    if len(key) != 32:
        raise HubProblem("enrol.key")
    return key


def _usable_code(connection: Connection, code: str, now_ms: int) -> Any:
    # Held until the commit: of two processes that are shown the same code at once, the second finds it used.
    query = select(enrol_codes).where(enrol_codes.c.code_hash == _code_hash(code)).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise HubProblem("enrol.code_wrong")
    if row.used_ms:
        raise HubProblem("enrol.code_used")
    if row.expires_ms <= now_ms:
        raise HubProblem("enrol.code_expired")
    return row


def _next_series(connection: Connection, tenant: str, store: str, terminal: str) -> int:
    """Series run on for ever per store and terminal number, so no receipt number is ever given twice."""
    highest = connection.scalar(
        select(func.max(terminals.c.series)).where(
            terminals.c.tenant == tenant, terminals.c.store == store, terminals.c.terminal == terminal
        )
    )
    return int(highest or 0) + 1 + epochs.series_after(connection, tenant, store, terminal)


def _place(connection: Connection, code: Any) -> Place:
    place = known_store(connection, code.tenant, code.store)
    return Place(tenant=code.tenant, store=code.store, terminal=code.terminal, **place)


def _stood_here(connection: Connection, code: Any) -> Device | None:
    """Who stood in this place last, in use or not."""
    mine = terminals.c
    here = (mine.tenant == code.tenant) & (mine.store == code.store) & (mine.terminal == code.terminal)
    row = connection.execute(select(terminals).where(here).order_by(mine.series.desc())).first()
    return None if row is None else devices.device_from(row)


def _replace(connection: Connection, code: Any, now_ms: int) -> list[feedlog.Change]:
    """Revoke who stood in this place. Its facts are still taken, but it gets no data any more."""
    mine = terminals.c
    there = connection.execute(
        select(terminals).where(
            mine.tenant == code.tenant, mine.store == code.store, mine.terminal == code.terminal, mine.revoked_ms == 0
        ).with_for_update()
    ).all()
    return [devices.revoke(connection, row, now_ms) for row in there]

"""The hub's own work with mails: what is due is written with what is known now, sent, tried again, or given up for a person."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import SQLAlchemyError

from kiosk.decoding import read_json
from kiosk.domain.address import Address
from kiosk.domain.arbitrating import OrderState
from kiosk.domain.feed import CATALOG, Store
from kiosk.domain.orderfacts import TRACK, OrderKnown
from kiosk.domain.orderrules import OrderRules
from kiosk.text import local, words
from sync.hub import feedlog, feedprune, order_addresses, orders
from sync.hub.core import Hub
from sync.hub.mail import outbox
from sync.hub.mail.due import DROPPED, PLACED, READY_NOW, REMINDER, still_ready
from sync.hub.mail.sending import NotSent, send
from sync.hub.mail.server import MailServer
from sync.hub.mail.writing import LANGUAGES, sender_of, template_of, write
from sync.hub.order_rows import Stored
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.shop.ordering import rules_of

log = logging.getLogger("toonbank.hub.mail")
LOOK_AGAIN_S = 5.0
DAY_MS = 86_400_000
PASS_MAX = 200

Send = Callable[[MailServer, EmailMessage], None]


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a mail is written of, as it stands when it is sent."""

    row: "Row[Any]"
    stored: Stored
    person: Address
    stores: dict[str, Store]
    rules: OrderRules
    language: str


class Posting:
    """The mails of one run of a hub; used on the event loop."""

    def __init__(self, hub: Hub, server: MailServer, send: Send = send) -> None:
        self._hub, self._server, self._send = hub, server, send

    async def go_on(self) -> None:
        """Go on for as long as the hub serves."""
        while True:
            try:
                await self.one_pass()
            except (OSError, SQLAlchemyError, HubProblem) as error:
                log.error("mails could not be sent: %s", error)
            await asyncio.sleep(LOOK_AGAIN_S)

    async def one_pass(self) -> int:
        """Send what is due; gives how many were sent. A server that is away ends the pass: the others wait for it too."""
        sent = 0
        for tenant in await self._hub.storage.read(feedprune.tenants_of):
            for _ in range(PASS_MAX):
                work = partial(outbox.claim, tenant=tenant, now_ms=self._hub.world.now_ms())
                row = await self._hub.storage.run(work)
                if row is None:
                    break
                took, is_away = await self._one(tenant, row)
                sent += took
                if is_away:
                    return sent
        return sent

    async def _one(self, tenant: str, row: "Row[Any]") -> tuple[int, bool]:
        hub, server = self._hub, self._server
        letter = await hub.storage.read(lambda connection: _letter(connection, tenant, row))
        why, until_ms = _not_now(letter, server.is_on, hub.world.now_ms())
        if why or letter is None:
            await hub.storage.run(lambda connection: outbox.done(connection, row, outbox.DROPPED, why))
            return 0, False
        if until_ms:
            await hub.storage.run(lambda connection: outbox.later(connection, row, until_ms))
            return 0, False
        try:
            message = written(letter, hub.folder.path, server.sender, hub.world.now_ms())
            await asyncio.to_thread(self._send, server, message)
        except (NotSent, ValueError) as error:
            for_good = error.for_good if isinstance(error, NotSent) else True
            said = error.why if isinstance(error, NotSent) else "the address, or the brand's template, is none that can be used"
            times = hub.world.now_ms(), server.give_up_hours * 3_600_000
            await hub.storage.run(lambda connection: outbox.failed(connection, row, said, for_good, times))
            log.warning("mail %s of order %s was not sent: %s", row.kind, row.order_id, said)
            return 0, isinstance(error, NotSent) and error.is_away
        await hub.storage.run(lambda connection: outbox.done(connection, row, outbox.SENT))
        return 1, False


def _letter(connection: Connection, tenant: str, row: "Row[Any]") -> Letter | None:
    """What a mail is written of; None where the order or the person is not known any more."""
    stored = orders.find(connection, tenant, row.order_id)
    people = order_addresses.of_orders(connection, tenant, [row.order_id]).get(row.order_id, {})
    person = next((one for one in people.values() if one.email), None)
    if stored is None or person is None or stored.known.state is None:
        return None
    rows = feedlog.rows_now(connection, tenant, CATALOG, "store")
    places = {key: read_json(bytes(payload), Store) for _, key, payload in rows}
    brand = stored.known.state.order.brand
    spoken = next((place["language"] for place in stores_of(connection, tenant).values() if place["brand"] == brand), "")
    language = spoken if spoken in LANGUAGES else LANGUAGES[0]
    return Letter(row, stored, person, places, rules_of(connection, tenant), language)


def _not_now(letter: Letter | None, is_on: bool, now_ms: int) -> tuple[str, int]:
    """Why a mail is not sent at all, or until when (ms) it waits; neither where it goes out now."""
    if not is_on:
        return "no mail server is set", 0
    if letter is None:
        return "nobody to write to", 0
    state = letter.stored.known.state
    assert state is not None, "it was placed"
    if letter.row.kind not in (READY_NOW, REMINDER):
        return "", 0
    if not still_ready(state):
        return "nothing lies ready any more", 0
    if letter.row.kind == READY_NOW:
        return "", 0
    held = _held_until_ms(state, letter.rules)
    if now_ms >= held:
        return "it was held long enough", 0
    return ("", 0) if now_ms >= held - DAY_MS else ("", held - DAY_MS)


def written(letter: Letter, folder: Path, sender: str, now_ms: int) -> EmailMessage:
    """A mail as it goes out, under a name that is the same however often it does. Raises ValueError for an address that is none."""
    known, row = letter.stored.known, letter.row
    assert known.state is not None, "it was placed"
    order, person = known.state.order, letter.person
    values = _values(letter, known, outbox.said_in(row))
    shop, address = sender_of(folder, order.brand, sender)
    template = template_of(folder, order.brand, letter.language, row.kind)
    made = write(template, {**values, "shop": shop or order.brand}, (address, person.name, person.email), letter.language)
    made["Message-ID"] = f"<{row.id}@{address.rpartition('@')[2]}>"
    made["Date"] = datetime.fromtimestamp(now_ms // 1_000, UTC)
    return made


def _values(letter: Letter, known: OrderKnown, said: outbox.Said) -> dict[str, str]:
    state, say = known.state, words(letter.language)
    assert state is not None and known.money is not None, "it was placed"
    order, kind, money = state.order, letter.row.kind, known.money
    meant = still_ready(state) if kind in (READY_NOW, REMINDER) else dict(said.lines)
    prices = {line.line: f"  {say.money(line.amount_minor, order.currency)}" if kind == PLACED else "" for line in order.lines}
    named = [line for line in order.lines if line.line in meant]
    lines = [f"{say.quantity(meant[line.line], line.unit)} x {line.name}{prices[line.line]}" for line in named]
    to = next((line.fulfilment.to for line in order.lines if line.fulfilment.to), "")
    place = letter.stores.get(to)
    store = f"{place.name}, {place.street}, {place.city}" if place is not None else to
    zone = place.zone if place is not None else next((one.zone for one in letter.stores.values()), "Europe/Amsterdam")
    until = local(_held_until_ms(state, letter.rules), zone).date().isoformat()
    way = say("You collect it at {store}. We write to you when it lies ready.", store=store) if to else say("We send it to you.")
    track, owed, due = known.said.get(TRACK), money.to_give_back_minor, money.to_pay_minor
    return {
        "number": order.number, "name": letter.person.name, "lines": "\n".join(lines), "store": store, "until": say.date(until),
        "delivery": say.money(sum(one.amount_minor for one in order.charges), order.currency), "way": way,
        "total": say.money(state.placed.total_minor, order.currency), "code": letter.stored.code,
        "collect_code": letter.stored.code, "order_code": order.number, "amount": say.money(said.amount_minor, order.currency),
        "pay": say("You pay {amount} when you collect it.", amount=say.money(due, order.currency)) if due else "",
        "track": say("The carrier's number: {track}", track=track.text) if track is not None and track.text else "",
        "owed": say("We give back {amount}.", amount=say.money(owed, order.currency)) if kind == DROPPED and owed else "",
    }  # fmt: skip


def _held_until_ms(state: OrderState, rules: OrderRules) -> int:
    """Until when goods that are ready wait, as tills reckon it: so many days after the last one promised."""
    until = [line.promise.until_ms for line in state.order.lines if line.promise is not None]
    return max(until, default=state.order.placed_ms) + rules.hold_days * DAY_MS

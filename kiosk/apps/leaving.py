"""Ending a terminal: what is unsent and how much money that is, sending it, and a manager's word where it cannot be sent."""

import asyncio
import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kiosk import config
from kiosk.apps import backups, recovery
from kiosk.apps.papers import open_ledger
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SALE_COMPLETED, read_fact
from kiosk.services.counter import Counter
from kiosk.services.session import Session
from kiosk.store import customers
from kiosk.store.catalog import Catalog
from kiosk.store.folder import FolderLock, write_whole
from kiosk.store.ledger import Ledger
from kiosk.text import words
from sync.agent import lives
from sync.agent.client import HubClient
from sync.agent.customers import tell_customer
from sync.agent.events import Failure

_BATCH_BYTES = 256 * 1024
GIVEN_UP = "given-up.json"


@dataclass(frozen=True, slots=True)
class Unsent:
    """What the hub does not have yet: facts, sales among them, and their money in minor units of `currency`."""

    facts: int
    sales: int
    amount_minor: int
    currency: str

    @property
    def money(self) -> str:
        """The amount as a person reads it."""
        return words("en").money(self.amount_minor, self.currency)


@dataclass(frozen=True, slots=True)
class Manager:
    """Who gives up what is unsent: staff number and PIN, checked against this terminal's own list."""

    number: str
    pin: str


def unsent(ledger: Ledger) -> Unsent:
    """What is unsent, by what the hub said last."""
    waiting = [read_fact(sealed.data) for sealed in ledger.facts(ledger.acked())]
    sales = [fact for fact in waiting if fact.kind == SALE_COMPLETED]
    amount = sum(int(fact.body["total"]) for fact in sales)
    return Unsent(len(waiting), len(sales), amount, ledger.identity.place.currency)


def leave(folder: Path, give_up: Manager | None = None) -> Unsent:
    """Send everything, tell the hub that this terminal is taken out of use, and wipe the folder; gives what was given up.

    Raises Refused, with how much money it is about, when something cannot be sent and no manager gives it up. A hub that is
    not reached does not stop a manager: what was given up then stays in the folder as `given-up.json`.
    """
    lock = FolderLock(folder)
    try:
        ledger = open_ledger(folder)
        try:
            failure = asyncio.run(_send_all(folder, ledger))
            left = unsent(ledger)
            if left.facts or failure:
                if give_up is None:
                    raise Refused("leave.unsent" if left.facts else "leave.no_hub", **_values(left, failure))
                _approve(folder, ledger, give_up)
            said = _said(ledger, left, give_up)
            told = asyncio.run(_tell(folder, ledger, said if left.facts or failure else {}))
        finally:
            ledger.close()
        if isinstance(told, Failure) and give_up is None:
            raise Refused("leave.no_hub", **_values(left, told))
        recovery.wipe(folder)
        if give_up is not None and (left.facts or isinstance(told, Failure)):
            write_whole(folder / GIVEN_UP, json.dumps(said, indent=2).encode())
        return left
    finally:
        lock.release()


async def _send_all(folder: Path, ledger: Ledger) -> Failure | None:
    client = backups.client_of(folder)
    try:
        while True:
            state = ledger.push_state()
            facts = ledger.pending(state.acked + 1, 200, _BATCH_BYTES)
            reply = await client.push(state.acked + 1, facts, state.epoch)
            if isinstance(reply, Failure):
                return reply
            ledger.acknowledge(reply.next_seq, reply.durable_seq, reply.epoch, reply.head, reply.held, reply.forked)
            after = ledger.push_state()
            if after.acked == after.head:
                return await _send_customers(client, ledger)
            if after.acked <= state.acked and facts:
                return Failure("sync.forked" if after.forked else "sync.no_progress", contact=True)
    finally:
        await client.close()


async def _send_customers(client: HubClient, ledger: Ledger) -> Failure | None:
    """Who became a customer here and is nowhere else."""
    for new in ledger.look(customers.new_in):
        reply = await tell_customer(client, new.customer, new.employee)
        if isinstance(reply, Failure):
            return reply
        ledger.run(partial(customers.told_in, number=new.customer.number))
    return None


async def _tell(folder: Path, ledger: Ledger, given_up: dict[str, str]) -> Failure | None:
    client = backups.client_of(folder)
    try:
        last = ledger.facts(ledger.head() - 1, 1)
        head = last[0].hash if last else bytes(32)
        return await lives.end(client, ledger.head(), head, given_up)
    finally:
        await client.close()


def _approve(folder: Path, ledger: Ledger, manager: Manager) -> None:
    """Raise Refused unless a manager of this store gave the right PIN; wrong ones count as at the counter."""
    catalog, settings = Catalog(folder), config.load(folder)
    try:
        who = Session(Counter(ledger, catalog), settings.pin_passes, settings.pin_memory_kib).sign_in(manager.number, manager.pin)
    finally:
        catalog.close()
    if who.role != "manager":
        raise Refused("leave.not_a_manager", number=manager.number)


def _said(ledger: Ledger, left: Unsent, manager: Manager | None) -> dict[str, str]:
    place = ledger.identity.place
    return {
        "by": manager.number if manager else "", "terminal": f"{place.store}-{place.terminal}", "device": ledger.identity.dev,
        "facts": str(left.facts), "sales": str(left.sales), "money": left.money, "at_ms": str(time.time_ns() // 1_000_000),
    }  # fmt: skip


def _values(left: Unsent, failure: Failure | None) -> dict[str, str | int]:
    return {"count": left.sales, "facts": left.facts, "money": left.money, "why": failure.code if failure else ""}

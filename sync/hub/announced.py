"""Returns that customers announced: of a web order, or of a store's receipt by its digital copy; a number that is on the label.

Whoever takes the goods in scans the number at any till; the sale that gives the money back says it, and the return is received.
"""

import hmac
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select, update

from kiosk.decoding import read_json
from kiosk.domain.facts import SALE_COMPLETED, Fact, read_fact
from kiosk.domain.returning import NUMBER_PREFIX, returnables
from sync.hub.problems import HubProblem
from sync.hub.stock_counts import add_task
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema import facts, tasks, terminals
from sync.hub.storage.schema_returns import returned_lines
from sync.hub.storage.schema_webback import announced_returns

TASK = "order.return_announced"
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LETTERS = 10
PAGE_MAX = 200


class Announced(msgspec.Struct, frozen=True):
    """What was announced: (line, thousandths), the ground, the customer's own words, and what people are to look for."""

    lines: list[tuple[int, int]]
    ground: str
    words: str = ""
    goods: str = ""


def new_number(chance: Callable[[str], str] = secrets.choice) -> str:
    """A number that nobody guesses: 50 bits of chance in letters that are read without mistakes."""
    return NUMBER_PREFIX + "".join(chance(_ALPHABET) for _ in range(_LETTERS))


def keep(
    connection: Connection, whose: tuple[str, str, str], of: tuple[str, str], number: str, said: Announced,
    shown: dict[str, object], now_ms: int,
) -> None:  # fmt: skip
    """Keep one of `whose` (tenant, brand, country), `of` an order's id or a receipt's number, and give people a task."""
    tenant, brand, country = whose
    task = f"{TASK}/{number}"
    values = {
        "tenant": tenant, "number": number, "brand": brand, "country": country, "order_id": of[0], "receipt": of[1],
        "body": msgspec.json.encode(said).decode(), "at_ms": now_ms, "task": task, "received_ms": 0, "received_at": "",
        "told": True,
    }  # fmt: skip
    if not insert_new(connection, announced_returns, values):
        raise HubProblem("hub.busy")  # chance gave the same number twice: asked again, it gives another
    detail = {**shown, "return": number, "ground": said.ground, "goods": said.goods[:300], "words": said.words}
    add_task(connection, (tenant, ""), TASK, detail, now_ms, task)


def find(connection: Connection, tenant: str, number: str) -> "Row[Any] | None":
    """One by its number, or None."""
    at = announced_returns.c
    return connection.execute(select(announced_returns).where(at.tenant == tenant, at.number == number)).first()


def said_in(row: "Row[Any]") -> Announced:
    """What was announced."""
    return read_json(row.body, Announced)


def receive(connection: Connection, tenant: str, numbers: Sequence[str], receipt: str, now_ms: int) -> None:
    """The goods are there: a sale took them in. In the transaction of its fact; again, nothing changes."""
    at, of = announced_returns.c, tasks.c
    for number in sorted(set(numbers)):
        mine = (at.tenant == tenant, at.number == number, at.received_ms == 0)
        done = connection.execute(
            update(announced_returns).where(*mine).values(received_ms=now_ms, received_at=receipt, told=False)
        )
        if done.rowcount:
            connection.execute(
                update(tasks).where(of.tenant == tenant, of.id == f"{TASK}/{number}", of.done_ms == 0).values(done_ms=now_ms)
            )


def untold(connection: Connection, tenant: str) -> list["Row[Any]"]:
    """Returns whose receipt no event tells of yet; from now on one does."""
    at = announced_returns.c
    mine = (at.tenant == tenant, at.told.is_(False))
    found = list(connection.execute(select(announced_returns).where(*mine).order_by(at.received_ms, at.number).limit(PAGE_MAX)))
    if found:
        numbers = [row.number for row in found]
        connection.execute(update(announced_returns).where(at.tenant == tenant, at.number.in_(numbers)).values(told=True))
    return found


def receipt_of(connection: Connection, tenant: str, code: str) -> Fact | None:
    """The sale whose digital copy has this address, or its end (`dev/inc/seq/token`); None where the token is not its own."""
    parts = code.strip().rstrip("/").removesuffix("/pdf").split("/")[-4:]
    if len(parts) != 4 or not parts[1].isdigit() or not parts[2].isdigit() or len(parts[1]) > 9 or len(parts[2]) > 9:
        return None
    dev, inc, seq, token = parts[0], int(parts[1]), int(parts[2]), parts[3]
    at, of = facts.c, terminals.c
    mine = (of.tenant == tenant, of.dev == dev, of.inc == inc)
    store = connection.scalar(select(of.store).where(*mine))
    found = connection.scalar(
        select(at.data).where(at.tenant == tenant, at.store == store, at.dev == dev, at.inc == inc, at.seq == seq)
    )
    fact = read_fact(bytes(found)) if found is not None else None
    told = str(fact.body.get("copy", "")) if fact is not None and fact.kind == SALE_COMPLETED else ""
    return fact if told and hmac.compare_digest(told.encode(), token.encode()) else None


def left_of(connection: Connection, tenant: str, sale: Fact) -> dict[int, tuple[str, int]]:
    """What of a sale can still come back: name and thousandths by line."""
    at = returned_lines.c
    given: dict[int, int] = {}
    rows = connection.execute(
        select(at.line, at.quantity_milli).where(at.tenant == tenant, at.receipt == str(sale.body["receipt"]))
    )
    for line, milli in rows:
        given[int(line)] = given.get(int(line), 0) + int(milli)
    return {one.line: (one.name, one.left_milli) for one in returnables(sale.body, {k: max(0, v) for k, v in given.items()})}

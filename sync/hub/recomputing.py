"""Every sale is computed again with the function that priced it, after it was acknowledged; what differs is kept for a person.

A pass takes some of the sales that came since the last one: read in one transaction, computed beside the event loop, and kept
in another with how far it came. So a hub that is killed computes a few sales again, and none never.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, and_, func, select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.decoding import read_json
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import SALE_COMPLETED, Fact
from kiosk.domain.recompute import Difference, Verdict, work_out_again
from sync.hub.core import Hub
from sync.hub.offered import Offered
from sync.hub.problems import HubProblem
from sync.hub.reading import open_fact
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import facts, terminals
from sync.hub.storage.schema_offers import price_checks, price_days, price_differences

log = logging.getLogger("toonbank.hub.recomputing")

FACTS_PER_PASS = 400
"""Facts of one terminal that a pass looks at: some tens of milliseconds of work when all of them are sales."""

TERMINALS_PER_PASS = 8
PAUSE = 3.0
"""While there is more to do, pauses are so many times as long as the work before them: whoever pushes goes first."""

PAUSE_S_MAX = 2.0
LOOK_AGAIN_S = 5.0
"""So long after a pass that found nothing to do."""

QUIET_S = 0.5
"""A pass begins when no push has come for so long."""

GIVE_WAY_S = 30.0
"""And after so long also where they never end."""

_CHECKS = ("tenant", "store", "dev", "inc", "next_seq")
_DAYS = ("tenant", "store", "day", "sales", "unknown", "differing")
_DIFFERENCES = (
    "tenant", "store", "dev", "inc", "seq", "day", "receipt", "terminal", "said_minor", "found_minor", "detail", "at_ms",
)  # fmt: skip


class Piece(NamedTuple):
    """Some facts of one terminal: which, from and before which number, and the sales among them."""

    tenant: str
    store: str
    dev: str
    inc: int
    start: int
    end: int
    sales: list[tuple[int, bytes]]


class Judged(NamedTuple):
    """A piece and what came of its sales; None where the bytes do not read or cannot be computed at all."""

    piece: Piece
    verdicts: list[tuple[int, Fact | None, Verdict | None]]


class Recomputing:
    """The regular computing again of one hub; used on the event loop."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._offered: dict[str, Offered] = {}

    async def go_on(self) -> None:
        """Compute again for as long as the hub serves, with pauses in which pushes are stored."""
        while True:
            await self._give_way()
            began = time.monotonic()
            try:
                more = await self.one_pass()
            except (OSError, SQLAlchemyError, HubProblem) as error:
                log.error("sales could not be computed again: %s", error)
                more = False
            await asyncio.sleep(min(PAUSE * (time.monotonic() - began), PAUSE_S_MAX) if more else LOOK_AGAIN_S)

    async def _give_way(self) -> None:
        """Let pushes go first: nobody waits for what is computed again, and it needs the interpreter that stores them."""
        for _ in range(round(GIVE_WAY_S / QUIET_S)):
            if self._hub.ingests.idle_s() >= QUIET_S:
                return
            await asyncio.sleep(QUIET_S)

    async def one_pass(self) -> bool:
        """Compute some sales again; whether there may be more."""
        storage = self._hub.storage
        pieces = await storage.read(_next_pieces)
        if not pieces:
            return False
        opened = await asyncio.to_thread(_opened, pieces)
        for tenant in sorted({piece.tenant for piece in pieces}):
            offered = self._offered.setdefault(tenant, Offered(tenant))
            articles = offered.missing(_articles(opened, tenant))
            await storage.read(partial(offered.catch_up, articles=articles))
        judged = await asyncio.to_thread(self._judge, pieces, opened)
        now_ms = self._hub.world.now_ms()
        await storage.run(lambda connection: _keep(connection, judged, now_ms))
        return True

    def _judge(self, pieces: Sequence[Piece], opened: dict[tuple[str, int, int], Fact | None]) -> list[Judged]:
        return [
            Judged(piece, [(seq, fact, _verdict(fact, self._offered[piece.tenant])) for seq, fact in _facts(piece, opened)])
            for piece in pieces
        ]


def _facts(piece: Piece, opened: dict[tuple[str, int, int], Fact | None]) -> list[tuple[int, Fact | None]]:
    return [(seq, opened[piece.dev, piece.inc, seq]) for seq, _ in piece.sales]


def _next_pieces(connection: Connection) -> list[Piece]:
    """The next facts of some terminals that have any."""
    mine, at = terminals.c, price_checks.c
    same = and_(*(mine[name] == at[name] for name in _CHECKS[:4]))
    start = func.coalesce(at.next_seq, 1)
    behind = (
        select(mine.tenant, mine.store, mine.dev, mine.inc, mine.next_seq, start.label("start"))
        .outerjoin(price_checks, same)
        .where(mine.next_seq > start)
        .limit(TERMINALS_PER_PASS)
    )
    found = []
    for row in connection.execute(behind).all():
        end = min(row.next_seq, row.start + FACTS_PER_PASS)
        own = and_(*(facts.c[name] == getattr(row, name) for name in _CHECKS[:4]))
        sales = select(facts.c.seq, facts.c.data).where(
            own, facts.c.seq >= row.start, facts.c.seq < end, facts.c.kind == SALE_COMPLETED
        )
        read = [(int(seq), bytes(data)) for seq, data in connection.execute(sales.order_by(facts.c.seq))]
        found.append(Piece(row.tenant, row.store, row.dev, row.inc, row.start, end, read))
    return found


def _opened(pieces: Sequence[Piece]) -> dict[tuple[str, int, int], Fact | None]:
    return {(piece.dev, piece.inc, seq): _open(data) for piece in pieces for seq, data in piece.sales}


def _open(data: bytes) -> Fact | None:
    try:
        return open_fact(data)
    except Damaged:
        return None


def _articles(opened: dict[tuple[str, int, int], Fact | None], tenant: str) -> set[str]:
    found: set[str] = set()
    for fact in opened.values():
        if fact is not None and fact.place.tenant == tenant:
            lines = fact.body.get("lines")
            for line in lines if isinstance(lines, list) else ():
                if isinstance(line, dict) and isinstance(line.get("article"), str):
                    found.add(line["article"])
    return found


def _verdict(fact: Fact | None, offered: Offered) -> Verdict | None:
    """What came of a sale; None for one that no till of ours wrote so: it is held for that, and counted as unknown here."""
    if fact is None or fact.place.tenant != offered.tenant:
        return None
    try:
        verdict = work_out_again(fact, offered)
        whole = all(isinstance(number, int) for number in (fact.body["total"], *(one.said for one in verdict.differences)))
        return verdict if whole else None
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError, ArithmeticError):
        return None


def _keep(connection: Connection, judged: Sequence[Judged], now_ms: int) -> None:
    """Keep what came out, and how far; nothing of a piece that another process has kept meanwhile."""
    lock_name(connection, "recomputing")
    days: dict[tuple[str, str, str], list[int]] = {}
    checks: list[tuple[Any, ...]] = []
    differing: list[tuple[Any, ...]] = []
    for piece, verdicts in judged:
        name = (piece.tenant, piece.store, piece.dev, piece.inc)
        at = price_checks.c
        mine = and_(*(at[column] == value for column, value in zip(_CHECKS, name, strict=False)))
        if (connection.scalar(select(at.next_seq).where(mine)) or 1) != piece.start:
            continue
        checks.append((*name, piece.end))
        for seq, fact, verdict in verdicts:
            counted = days.setdefault((piece.tenant, piece.store, fact.day if fact else ""), [0, 0, 0])
            counted[0] += 1
            counted[1] += verdict is None or not verdict.complete
            if fact is not None and verdict is not None and verdict.differences:
                counted[2] += 1
                differing.append((*name, seq, *_told(fact, verdict), now_ms))
    upsert_many(connection, price_checks, _CHECKS, checks)
    upsert_many(connection, price_days, _DAYS, [(*name, *counted) for name, counted in days.items()], added=_DAYS[3:])
    upsert_many(connection, price_differences, _DIFFERENCES, differing)


def _told(fact: Fact, verdict: Verdict) -> tuple[Any, ...]:
    body, detail = fact.body, msgspec.json.encode(verdict.differences).decode()
    return fact.day, str(body.get("receipt", "")), fact.place.terminal, body["total"], verdict.found_minor, detail


def told_differences(detail: str) -> list[Difference]:
    """The differences of a row."""
    return read_json(detail, list[Difference])

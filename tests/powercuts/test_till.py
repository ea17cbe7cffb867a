"""The power goes at any moment of a till's days: no committed sale is lost, none is half, numbers and chain go on."""

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain import facts
from kiosk.domain.errors import ShopError
from kiosk.domain.facts import Fact, read_fact
from kiosk.store import spool
from kiosk.store.carts import open_cart_in
from kiosk.store.database import Connection, connect
from kiosk.store.ledger import LEDGER_FILE, SCHEMA, Ledger, verify_in, walk_in
from sync.protocol.signature import verifier
from tests.kiosk.store.kill_nursery import KEY
from tests.kiosk.support import IDENTITY, HandClock, SeededIds
from tests.powercuts.disk import Entry, Op
from tests.powercuts.images import Replay, lay_out
from tests.powercuts.state import EMPTY, fingerprint
from tests.powercuts.support import LONG, Lost, Trace, expect, record

pytestmark = pytest.mark.timeout(900 if LONG else 120)
CUTS = 20_000 if LONG else 500
CUTS_PER_TILL = 1_000 if LONG else 500
CUTS_FOR_A_MUTANT = 120
RESTARTS, CUTS_AFTER_A_CUT = (20, 400) if LONG else (1, 120)
SELLS_ON_EVERY = 7
APPEND, SYNC, CHECKPOINT, CREATION = "in WAL append", "in sync", "in checkpoint", "in file creation"
HALF_SALE = "a sale's fact and its number are not there together"
LOST_SALE = "was acknowledged and is lost"


opened = cache(read_fact)  # each fact is met in hundreds of cuts


@dataclass(frozen=True)
class Cut:
    """Where the power went, and by which seed the disk decided what it holds."""

    at: int
    seed: int
    phase: str


def phase(entry: Entry, created: bool) -> str:
    """What was going on when an entry was under way."""
    if not created or entry.op in (Op.CREATE, Op.UNLINK, Op.SYNC_FOLDER):
        return CREATION
    if entry.name == LEDGER_FILE or entry.op is Op.TRUNCATE:
        return CHECKPOINT
    return SYNC if entry.op is Op.SYNC else APPEND


def cuts(trace: Trace, count: int, chance: random.Random) -> list[Cut]:
    """So many cuts, a quarter of them in each phase; every entry of a phase before any of them for a second time."""
    born = next(promise["at"] for promise in trace.promises if promise.get("state", EMPTY) != EMPTY)
    phases: dict[str, list[int]] = {APPEND: [], SYNC: [], CHECKPOINT: [], CREATION: []}
    for at, entry in list(enumerate(trace.log))[trace.start :]:
        phases[phase(entry, at >= born)].append(at)
    assert all(phases.values()), "the workload never came into one of the phases"
    made: list[Cut] = []
    for name, places in phases.items():
        drawn: list[int] = []
        while len(drawn) < count // len(phases):
            drawn += chance.sample(places, len(places))
        made += [Cut(at, chance.getrandbits(32), name) for at in drawn[: count // len(phases)]]
    return sorted(made, key=lambda cut: cut.at)


def judge(folder: Path, trace: Trace, cut: Cut) -> bool:
    """Everything that must hold after a cut; gives whether a commit that nobody was told of is there too."""
    conn = connect(folder / LEDGER_FILE)
    try:
        expect(conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)], "the ledger is damaged")
        if is_made(conn):
            judge_shop(conn, trace, cut)
        return judge_state(conn, trace, cut)
    finally:
        conn.close()


def is_made(conn: Connection) -> bool:
    """Whether the file has all its steps: before the last one nothing was ever written into it."""
    if not conn.execute("SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'").fetchone():
        return False
    taken = conn.execute("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (SCHEMA.name,)).fetchall()
    return {step for (step,) in taken} >= set(SCHEMA.steps)


def judge_state(conn: Connection, trace: Trace, cut: Cut) -> bool:
    """The ledger holds exactly what it held after the last commit that returned, or after the one that was under way."""
    states = [(0, EMPTY)] + [(promise["at"], promise["state"]) for promise in trace.promises if "state" in promise]
    known = sum(1 for at, _ in states if at <= cut.at)
    allowed = [state for _, state in states[known - 1 : known + 1]]
    found: str = fingerprint(conn)
    expect(found in allowed, f"the ledger holds neither commit {known - 1} of {len(states) - 1} nor the next")
    return bool(found != allowed[0])


def judge_shop(conn: Connection, trace: Trace, cut: Cut) -> None:
    """The same by what it means: what the clerk was told, each sale whole, numbers and chain unbroken, one cart."""
    count, broken = verify_in(conn, verifier(KEY.public), IDENTITY.dev, IDENTITY.inc)
    expect(broken is None, f"the chain is broken: {broken}")
    held = [opened(sealed.data) for sealed in walk_in(conn)]
    expect(count == len(held), "the chain does not cover every fact")
    sales = [fact for fact in held if fact.kind == facts.SALE_COMPLETED]
    judge_sales(conn, sales, trace.by(cut.at, "sold"))
    told = [promise for promise in trace.promises if promise["at"] <= cut.at and {"cart", "sold"} & promise.keys()]
    judge_cart(conn, told[-1] if told else {}, {fact.body["sale"] for fact in held if "sale" in fact.body})


def judge_sales(conn: Connection, sales: list[Fact], told: list[dict[str, Any]]) -> None:
    """Fact, receipt number, emptied cart, paper and drawer of a sale are there together; at most one was not told of."""
    by_sale = {fact.body["sale"]: fact for fact in sales}
    for promise in told:
        expect(promise["sold"] in by_sale, f"sale {promise['receipt']} {LOST_SALE}")
        body = by_sale[promise["sold"]].body
        expect((body["receipt"], body["total"]) == (promise["receipt"], promise["total"]), "a sale is another one now")
    expect(len(told) <= len(sales) <= len(told) + 1, "more than one sale was not told of")
    rows = conn.execute("SELECT sale, receipt, number, seq FROM sales ORDER BY number").fetchall()
    whole = [(fact.body["sale"], fact.body["receipt"], n, fact.seq) for n, fact in enumerate(sales, 1)]
    expect(rows == whole, HALF_SALE)
    keys = {job.idempotency_key for job in spool.jobs(conn, limit=100_000)}
    wanted = {f"receipt-{sale}" for sale in by_sale} | {
        f"drawer-{sale}" for sale, fact in by_sale.items() if any(one["kind"] == "cash" for one in fact.body["tenders"])
    }
    expect(keys == wanted, "paper and drawer are not those of the sales")
    left = {sale for (sale,) in conn.execute("SELECT DISTINCT sale FROM cart_events")}
    expect(not left & by_sale.keys() and len(left) <= 1, "a paid cart is still open, or two carts are")


def judge_cart(conn: Connection, told: dict[str, Any], ended: set[str]) -> None:
    """The cart is the one last told of, or that and the one step that was under way."""
    cart = open_cart_in(conn)
    (count,) = conn.execute("SELECT count(*) FROM cart_events").fetchone()
    if not told.get("events"):
        expect(count <= 2, "a cart from nowhere")  # a first article begins the cart and fills a line, in one step
    elif cart is None or cart.sale != told["cart"]:
        expect(told["cart"] in ended, "the open cart is lost")
    else:
        expect(told["events"] <= count <= told["events"] + 1, f"{told['events']} steps were told of, {count} are there")
        lines = [[line.line, line.article, line.quantity_milli] for line in cart.lines]
        expect(count > told["events"] or lines == told["lines"], "the cart shows other lines")


def sells_on(folder: Path) -> None:
    """The shop's own start takes the file, and the next fact goes behind the last."""
    clock = HandClock()
    clock.pass_ms(86_400_000)  # a clock that went back would be told of by a fact of its own
    ledger = Ledger(folder, IDENTITY, clock, SeededIds(clock, 9), KEY.sign)
    try:
        before = ledger.head()
        expect(ledger.append("drawer.opened", {}, employee="101", day="2026-11-21").seq == before + 1, "a number is missing")
        expect(ledger.verify(verifier(KEY.public)) == (before + 1, None), "the chain does not go on")
    finally:
        ledger.close()


@dataclass
class Tally:
    """What a run of cuts met."""

    phases: Counter[str]
    newer: int = 0
    lost: int = 0
    sales: int = 0
    first: str = ""

    def line(self, what: str, began: float) -> str:
        """For the report."""
        met = ", ".join(f"{count} {name}" for name, count in sorted(self.phases.items()))
        return (
            f"{what}: {self.phases.total()} cuts ({met}), {self.lost} lost something, {self.sales} of them an acknowledged"
            f" sale, {self.newer} kept a commit nobody was told of, {time.process_time() - began:.1f} s of CPU"
        )


def cut_all(trace: Trace, chosen: list[Cut], *, lying: float = 0.0) -> Tally:
    """Lay out the disk of each cut and judge it."""
    tally = Tally(Counter())
    replay = Replay(trace.log, lying=lying)
    for number, cut in enumerate(chosen):
        replay.advance(cut.at)
        tally.phases[cut.phase] += 1
        with tempfile.TemporaryDirectory(prefix="cut-") as name:
            folder = Path(name)
            lay_out(replay.image(random.Random(cut.seed)), folder, LEDGER_FILE)
            try:
                tally.newer += judge(folder, trace, cut)
                if cut.phase == CREATION or number % SELLS_ON_EVERY == 0:
                    sells_on(folder)
            except (Lost, ShopError, sqlite3.DatabaseError) as error:  # any of them closes a shop
                tally.lost += 1
                tally.sales += LOST_SALE in str(error)
                tally.first = tally.first or f"{cut}, {trace.log[cut.at].op.value} {trace.log[cut.at].name}: {error}"
    return tally


@pytest.fixture(scope="module")
def trace() -> Trace:
    """One till's life, for every test that does not need another."""
    return record("till", 1)


@pytest.mark.parametrize("seed", range(1, CUTS // CUTS_PER_TILL + 1))
def test_a_power_cut_at_any_moment_loses_no_sale_and_leaves_no_half_one(seed: int, trace: Trace) -> None:
    began, lived = time.process_time(), record("till", seed) if seed > 1 else trace
    found = cut_all(lived, cuts(lived, CUTS_PER_TILL, random.Random(seed)))
    print(found.line(f"till {seed}", began))
    assert not found.lost, f"{found.lost} of {CUTS_PER_TILL} cuts lost something, the first: {found.first}"
    assert set(found.phases) == {APPEND, SYNC, CHECKPOINT, CREATION}
    assert found.newer > 0, "no commit under way ever survived its cut: the model is too harsh to be true"
    assert sum("sold" in promise for promise in lived.promises) >= 20, "the till hardly sold: this proves little"


def restart(trace: Trace, cut: Cut, seed: int) -> Trace:
    """The till goes on after a cut: what the disk then holds is what it must still hold after the next one."""
    replay = Replay(trace.log)
    replay.advance(cut.at)
    image = replay.image(random.Random(cut.seed))
    with tempfile.TemporaryDirectory(prefix="cut-") as name:
        lay_out(image, Path(name))
        conn = connect(Path(name) / LEDGER_FILE)
        held = [opened(sealed.data) for sealed in walk_in(conn)]
        cart = open_cart_in(conn)
        (events,) = conn.execute("SELECT count(*) FROM cart_events").fetchone()
        kept: list[dict[str, Any]] = [{"state": fingerprint(conn)}]
        conn.close()
    for fact in held:
        if fact.kind == facts.SALE_COMPLETED:
            kept.append({"sold": fact.body["sale"], "receipt": fact.body["receipt"], "total": fact.body["total"]})
    if cart is not None:
        lines = [[line.line, line.article, line.quantity_milli] for line in cart.lines]
        kept.append({"cart": cart.sale, "events": events, "lines": lines})
    lived = record("till", seed, image=image)
    return Trace(lived.log, [{**one, "at": lived.start} for one in kept] + list(lived.promises), lived.start)


@pytest.mark.parametrize("seed", range(RESTARTS))
def test_a_till_that_went_on_after_a_cut_survives_the_next_one(seed: int, trace: Trace) -> None:
    began, chance = time.process_time(), random.Random(seed)
    filled = next(promise["at"] for promise in trace.promises if "filled" in promise)
    first = chance.choice([cut for cut in cuts(trace, CUTS_PER_TILL, chance) if cut.at > filled and cut.phase != CREATION])
    lived = restart(trace, first, seed=50 + seed)
    found = cut_all(lived, cuts(lived, CUTS_AFTER_A_CUT, chance))
    print(f"after {first}:", found.line(f"restart {seed}", began))
    assert not found.lost, f"{found.lost} of {CUTS_AFTER_A_CUT} cuts after {first} lost something, the first: {found.first}"


def test_a_sale_in_two_transactions_is_caught() -> None:
    began, halved = time.process_time(), record("till", 1, "split")
    found = cut_all(halved, cuts(halved, CUTS_FOR_A_MUTANT, random.Random(4)))
    print(found.line("a sale in two transactions", began), found.first)
    assert HALF_SALE in found.first


def test_a_ledger_that_does_not_wait_for_the_disk_is_caught() -> None:
    began, hasty = time.process_time(), record("till", 1, "normal")
    found = cut_all(hasty, cuts(hasty, CUTS_FOR_A_MUTANT, random.Random(5)))
    print(found.line("synchronous = NORMAL", began), found.first)
    assert found.sales >= 3 and found.lost >= CUTS_FOR_A_MUTANT // 10


def test_a_disk_that_lies_about_its_syncs_is_caught(trace: Trace) -> None:
    began = time.process_time()
    found = cut_all(trace, cuts(trace, CUTS_FOR_A_MUTANT, random.Random(6)), lying=0.2)
    print(found.line("lying syncs", began), found.first)
    assert found.lost >= 3


def test_the_same_seed_leaves_the_same_disk(trace: Trace) -> None:
    middle = len(trace.log) // 2
    images = []
    for _ in range(2):
        replay = Replay(trace.log)
        replay.advance(middle)
        images.append(replay.image(random.Random(3)))
    assert images[0] == images[1] != {}

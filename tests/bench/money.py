"""Money and the journal: a Z report of a day of 2,000 sales, and a journal of 200,000 facts."""

import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.domain import facts
from kiosk.domain.chain import seal
from kiosk.domain.facts import Fact
from kiosk.domain.identity import Moment
from kiosk.domain.journal import Filter
from kiosk.services.closing import Wish
from kiosk.services.journal import Journal
from kiosk.services.journalwords import GROUPS
from kiosk.store.database import Connection
from kiosk.store.journal import index_in
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.kiosk.services.test_closing import Office
from tests.kiosk.support import Shop, open_shop

FIGURES = ("z_2000", "journal_200k", "receipt_200k")
SALES, FACTS, LOOKS, DAYS = 2_000, 200_000, 300, 365
QUICK_SALES, QUICK_FACTS = 200, 5_000
_ZS = 5
_BATCH = 5_000


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """All of it on one till's ledger, which is copied for each Z report."""
    home = folder / "money"
    with open_shop(home) as shop:
        office = Office(shop).start()
        for _ in range(QUICK_SALES if options.quick else SALES):
            office.sell()
    if options.wants("z_2000"):
        for turn in range(_ZS):
            copy = folder / f"money-{turn}"
            shutil.copytree(home, copy)
            _z(copy, figures)
            shutil.rmtree(copy)
    if options.wants("journal_200k", "receipt_200k"):
        with open_shop(home) as shop:
            _fill(shop, QUICK_FACTS if options.quick else FACTS)
            _look(shop, figures)


def _z(folder: Path, figures: Figures) -> None:
    """From the count that is handed in to the Z report in the spool, at a till that was just started: nothing is folded yet."""
    with open_shop(folder) as shop:
        office = Office(shop)
        shop.sign_in()
        office.counting.begin()
        office.counting.put_rest(1)
        began = time.perf_counter()
        office.counting.hand_in()
        office.closing.close(Wish(go_home=True))
        figures.add("z_2000", (time.perf_counter() - began) * 1_000)


def _fill(shop: Shop, count: int) -> None:
    """Sealed facts as a year would bring them: mostly sales, by a dozen people."""
    head, chance = shop.facts()[-1], random.Random(1)
    sealed = shop.ledger.facts(head.seq - 1, 1)[0]
    prev, seq, body = sealed.hash, head.seq, head.body
    kinds = [kind for group in GROUPS.values() for kind in group]
    while seq < count:
        batch: list[Fact] = []
        rows = []
        for _ in range(min(_BATCH, count - seq)):
            seq += 1
            kind = facts.SALE_COMPLETED if chance.random() < 0.8 else chance.choice(kinds)
            said = {**body, "receipt": f"AMS1-01-A-{seq:06d}", "total": chance.randrange(50, 20_000)}
            day = f"2026-{1 + seq * 12 // (count + 1):02d}-{1 + seq % 28:02d}"
            fact = Fact(
                head.dev, head.inc, seq, f"id-{seq}", kind, 1, head.place, str(100 + seq % 12), day,
                Moment(head.moment.wall_ms + seq * 1_000, seq, "b"), head.hlc + seq, prev, said,
            )  # fmt: skip
            made = seal(fact, lambda mark: mark * 2)
            prev = made.hash
            batch.append(fact)
            rows.append((seq, kind, day, made.data, made.hash, made.signature))
        shop.ledger.run(lambda conn, batch=batch, rows=rows: _put(conn, batch, rows))  # type: ignore[misc]


def _put(conn: Connection, batch: list[Fact], rows: list[tuple[int, str, str, bytes, bytes, bytes]]) -> None:
    conn.executemany("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?)", rows)
    for fact in batch:
        index_in(conn, fact)


def _look(shop: Shop, figures: Figures) -> None:
    """A page by filters of all sorts, deep pages too; and a receipt by its number."""
    journal, chance, head = Journal(shop.counter, "", tuple), random.Random(2), shop.ledger.head()
    groups = list(GROUPS.values())
    for _ in range(LOOKS):
        day = f"2026-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        wanted = chance.choice(
            [
                Filter(), Filter(day_from=day, day_to=day), Filter(employee=str(100 + chance.randrange(12))),
                Filter(kinds=chance.choice(groups)), Filter(day_from=day, kinds=chance.choice(groups)),
                Filter(employee="105", kinds=chance.choice(groups), day_to=day),
                Filter(amount_from=(amount := chance.randrange(50, 20_000)), amount_to=amount), Filter(employee="999"),
            ]
        )  # fmt: skip
        before = chance.choice([0, chance.randrange(1, head)])
        figures.add("journal_200k", _ms(lambda wanted=wanted, before=before: journal.page(wanted, before)))  # type: ignore[misc]
        receipt = Filter(receipt=f"AMS1-01-A-{chance.randrange(1, head):06d}")
        figures.add("receipt_200k", _ms(lambda receipt=receipt: journal.page(receipt)))  # type: ignore[misc]


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000

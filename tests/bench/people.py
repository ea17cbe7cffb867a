"""Customers: 50,000 of one store taken in from the feed beside a till, and looked up by name, telephone, card and postcode."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk.domain.customer import Customer, ask
from kiosk.domain.feed import Cursor, Row, Transaction, moved, row_number
from kiosk.store import customers
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.kiosk.support import Shop, open_shop

FIGURES = ("customer_search", "customer_feed")
CUSTOMERS, QUICK_CUSTOMERS, ROWS, LOOKS = 50_000, 2_000, 500, 150
_PARTS = (
    "jan", "pie", "ter", "ma", "ri", "an", "ne", "ke", "van", "dij", "bak", "ker", "vis", "ser", "smi", "ts", "de", "boer", "mul",
    "der", "hof", "man", "bos", "ha", "ver", "kamp", "wil", "lem", "kor", "ste", "lie", "ve", "zoë", "ïs", "ön",
)  # fmt: skip
_INFIXES = ("", "", "", "van", "de", "van de", "van der", "van den", "ten")


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """Both on one till's ledger."""
    chance = random.Random(4)
    people = _people(chance, QUICK_CUSTOMERS if options.quick else CUSTOMERS)
    with open_shop(folder / "people") as shop:
        _take_in(shop, people, figures)
        for one in chance.sample(people, LOOKS):
            for text in _texts(one):
                figures.add("customer_search", _ms(lambda text=text: _find(shop, text)))  # type: ignore[misc]


def _people(chance: random.Random, count: int) -> list[Customer]:
    def made(most: int) -> str:
        return "".join(chance.choice(_PARTS) for _ in range(chance.randint(2, most))).capitalize()

    given, family = [made(3) for _ in range(1_500)], [made(4) for _ in range(6_000)]
    return [
        Customer(
            f"NL{n:07d}", chance.choice(given), chance.choice(_INFIXES),
            chance.choice(family[:200] if chance.random() < 0.4 else family), f"+316{chance.randrange(10**8):08d}",
            f"a{n}@example.com", f"{chance.randrange(1000, 9999)} {chance.choice('ABCD')}X", ("gold",)[: n % 2],
        )
        for n in range(count)
    ]  # fmt: skip


def _take_in(shop: Shop, people: list[Customer], figures: Figures) -> None:
    """As the hub sends them: a revision of 500 rows is one transaction, behind which a scan would wait."""
    at = shop.ledger.cursor()
    for start in range(0, len(people), ROWS):
        rows = [Row("customer", one.number, msgspec.json.encode(one)) for one in people[start : start + ROWS]]
        at = Cursor(at.epoch, at.rev + 1, moved(at.digest, sum(map(row_number, rows))))
        told = [Transaction(at.rev, rows)]
        figures.add("customer_feed", _ms(lambda told=told, at=at: shop.ledger.apply(told, at)))  # type: ignore[misc]


def _texts(one: Customer) -> list[str]:
    words = one.name.split()
    return [
        words[0][:2], words[-1][:3], words[-1], one.name[:6], f"{words[0][:2]} {words[-1][:2]}", one.phone[-4:],
        f"06{one.phone[4:8]}", one.phone, one.number, f"{words[-1][:4]} {one.postcode[:4]}", "van", f"van {words[-1][:2]}",
        "va zz", "van de ma",
    ]  # fmt: skip


def _find(shop: Shop, text: str) -> None:
    asked = ask(text, shop.counter.rules.PHONE)
    shop.ledger.look(lambda conn: customers.find_in(conn, asked, text, 8))


def _ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1_000

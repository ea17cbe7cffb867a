"""Benches of the order rules: who sends an order, and one more event of one. Pure computing, orders and stores from a seed."""

import random
import time

from kiosk.domain.arbitrating import arbitrate, placed
from kiosk.domain.order import PAID_IN_FULL, SHIP, WEB, Fulfilment, Order, OrderLine, Promise
from kiosk.domain.orderevents import OrderEvent
from kiosk.domain.orderlife import ALLOCATED, CONFIRMED, PICKED, SHIPPED, SYSTEM, WAREHOUSE
from kiosk.domain.quantity import ONE
from kiosk.domain.sourcing import HOUR_MS, Candidate, Rates, Want, source
from tests.bench.figures import Figures
from tests.bench.options import Options

FIGURES = ("source_200", "source_200_large", "order_event", "order_event_2000")
STORES = 200
_PROMISED_MS = 24 * HOUR_MS
_STEPS = (
    (ALLOCATED, CONFIRMED, SYSTEM, "W"), (PICKED, ALLOCATED, WAREHOUSE, ""), (SHIPPED, PICKED, WAREHOUSE, ""),
)  # fmt: skip


def measure(figures: Figures, options: Options) -> None:
    """Orders of one to five lines, as most are, and of ten; events of a usual order and of one with 2,000 lines."""
    chance = random.Random(5)
    sizes = (("source_200", (1, 5), options.count(400, 40)), ("source_200_large", (10, 10), options.count(60, 10)))
    for name, lines, count in sizes:
        if options.wants(name):
            for _ in range(count):
                wants, stores = question(chance, STORES, chance.randint(*lines))
                began = time.perf_counter()
                source(wants, stores, Rates(), promised_ms=_PROMISED_MS)
                figures.add(name, (time.perf_counter() - began) * 1_000)
    for name, lines_of_it in (("order_event", 5), ("order_event_2000", 2_000)):
        if options.wants(name):
            for _ in range(40 if lines_of_it < 100 else 1):
                figures.add(name, *events(lines_of_it, options.count(600, 60)))


def question(chance: random.Random, stores: int, lines: int) -> tuple[list[Want], list[Candidate]]:
    """An order over stores of which three in ten have an article, one to three pieces of it."""
    articles = [f"a{number}" for number in range(lines)]
    places = [
        Candidate(
            f"s{number:04}", {article: chance.randint(1, 3) * ONE for article in articles if chance.random() < 0.3},
            distance_m=chance.randint(0, 250_000), waiting=chance.randint(0, 20), room=chance.randint(0, 5),
            leaves_ms=chance.randint(0, 48) * HOUR_MS, handling_minor=chance.choice((0, 50, 80)),
        )
        for number in range(stores)
    ]  # fmt: skip
    return [Want(number, article, chance.randint(1, 2) * ONE) for number, article in enumerate(articles, 1)], places


def events(lines: int, count: int) -> list[float]:
    """How long one more event takes (ms), in an order of so many lines on which everybody is at work."""
    way, promise = Fulfilment(SHIP, delivery="d"), Promise(True, 0, 1)
    ordered = tuple(OrderLine(number, f"a{number}", "", "piece", ONE, 1_000, way, promise) for number in range(1, lines + 1))
    state = placed(Order("o", "1", "t", "e", "b", "NL", "EUR", WEB, "", "", PAID_IN_FULL, 0, ordered))
    took: list[float] = []
    for number in range(1, lines + 1):
        for step, before, role, place in _STEPS:
            event = OrderEvent(f"{step}{number}", "o", number, step, before, ONE, number, role, 1, "W", place=place)
            began = time.perf_counter()
            state = arbitrate(state, event).state
            took.append((time.perf_counter() - began) * 1_000)
    return took[:: max(1, len(took) // count)]  # spread over its whole life, not only its beginning

"""kill -9 around attempt, approval and commit, at a terminal that misbehaves: judged by the terminal's own book."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers import registry
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from kiosk.domain import facts
from kiosk.domain.cardterminal import Deed
from tests.kiosk.services.card_nursery import KEY
from tests.kiosk.services.carddesk import TOOLS, Desk, desk
from tests.kiosk.support import MANAGER, PIN

LONG = os.environ.get("TOONBANK_LONG") == "1"
KILLS = 300 if LONG else 8
LIFE_S_MAX = 0.25
MOODS = (
    "approve", "approve", "approve", "decline", "approve_then_cut", "cut", "approve_then_garble", "half", "decline_then_cut",
    "approve_then_answer_another",
)  # fmt: skip


@pytest.fixture
def port(tmp_path: Path) -> Iterator[PoiPort]:
    with PoiPort(tmp_path / "poi", Journal(time.time)) as made:
        yield made


@pytest.fixture
def nursery(port: PoiPort) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kiosk.services.card_nursery", port.address + "&wait=10"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    yield process
    assert process.stdin is not None and process.stdout is not None
    process.stdin.close()
    process.stdout.close()
    process.wait(30)


def life_and_death(nursery: subprocess.Popen[str], folder: Path, seed: int, chance: random.Random) -> None:
    """Raise a till, let it be paid for a moment, kill it."""
    assert nursery.stdin is not None and nursery.stdout is not None
    nursery.stdin.write(f"{folder} {seed}\n")
    pid = json.loads(nursery.stdout.readline())["pid"]
    if chance.random() < 0.9:
        assert "ready" in json.loads(nursery.stdout.readline())
    # The kill has to come at any moment; this wait is the chance in it.
    threading.Event().wait(chance.random() * LIFE_S_MAX)
    os.kill(pid, signal.SIGKILL)
    while "gone" not in json.loads(nursery.stdout.readline()):
        continue


def recorded(till: Desk) -> dict[str, int]:
    """What this till says each sale has taken from cards."""
    taken: dict[str, int] = {}
    for body in till.facts_of(facts.SALE_COMPLETED):
        taken[body["sale"]] = sum(one["amount"] for one in body["tenders"] if one.get("card"))
    cart = till.shop.selling.priced.cart
    if cart.sale and cart.sale not in taken:
        taken[cart.sale] = sum(one.amount_minor for one in cart.tenders)
    return taken


def judge(till: Desk, port: PoiPort) -> int:
    """Once all is found out, the till's books and the terminal's are the same to the cent; gives the count of sales."""
    till.side.until(lambda: all(one.needs_person for one in till.cards.open_attempts))
    for refused in till.cards.open_attempts:  # the terminal would not give it back: its paper says so
        assert refused.deed is Deed.REVERSAL and refused.code == "card.not_reversed"
        till.cards.state(refused.reference, False, "", MANAGER, PIN)
    taken = recorded(till)
    book = port.terminal.book
    sales = {entry.sale for entry in book.entries}
    assert {sale: book.charged(sale) for sale in sales} == {sale: taken.get(sale, 0) for sale in sales}
    assert all(taken[sale] == 0 for sale in taken.keys() - sales), "nothing is recorded that was not paid"
    done = till.facts_of(facts.SALE_COMPLETED)
    assert all(taken[body["sale"]] == body["total"] for body in done), "a sale is paid once"
    asked = [body["attempt"] for body in till.facts_of(facts.CARD_ATTEMPTED)]
    told = [body["attempt"] for body in till.facts_of(facts.CARD_RESOLVED)]
    assert len(set(asked)) == len(asked) and sorted(asked) == sorted(told), "each attempt ends once"
    assert {entry.service_id for entry in book.entries} <= set(asked), "no byte before the attempt was on disk"
    assert till.shop.chain()[1] is None
    return len(done)


@pytest.mark.timeout(1800 if LONG else 120)
def test_no_kill_charges_twice_or_leaves_approved_money_unrecorded(
    nursery: subprocess.Popen[str], port: PoiPort, tmp_path: Path
) -> None:
    chance = random.Random(20_261_122)
    folder, sold, found = tmp_path / "till", 0, 0
    folder.mkdir()
    with desk(folder, None, key=KEY, seed=10_000):
        pass  # the till is filled and its shift is open
    for seed in range(1, KILLS + 1):
        for _ in range(12):
            port.terminal.next(chance.choice(MOODS))
        life_and_death(nursery, folder, seed, chance)
        port.terminal.forget_orders()
        with desk(folder, registry.payment_terminal(port.address, TOOLS), sell=False, key=KEY, seed=20_000 + seed) as till:
            found += bool(till.cards.open_attempts)
            sold = judge(till, port)
    print(f"{KILLS} kills, {sold} sales by card, {found} unknown payments found, {len(port.terminal.book.entries)} at the terminal")
    assert sold + found >= KILLS // 4, "the kills hardly ever met a payment"

"""Records what a release leaves behind: `python -m tests.upgrades.record FOLDER`, run once with the code of that release.

It writes the hub's and the till's database as SQL, each fact of the till as it was sealed, raw requests as they went over the
wire, and what the hub's report said once it had everything. Later releases are held to it (test_upgrades.py). All keys here are
made up for this and open to everybody.
"""

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.domain.errors import ShopError
from kiosk.domain.facts import SealedFact
from kiosk.store.ledger import LEDGER_FILE, Identity
from sync.hub.storage.folder import Folder
from sync.protocol.messages import PushedFact, PushRequest, pack
from sync.protocol.signature import Key
from tests.kiosk.support import CASHIER, PIN, SATURDAY_MS, HandClock, Shop, open_shop
from tests.sync.hub.support import STORE, FakeTerminal, RunningHub, a_product, bring_products, open_test_hub, running_hub

TILL_KEY, HUB_KEY = Key.load(bytes([41]) * 32), Key.load(bytes([42]) * 32)
SENT_FIRST = 6
DAY = "2026-11-21"
ARTICLES = ("1001-WHT-S", "1001-WHT-M", "1001-WHT-L")


def dump(path: Path) -> str:
    """A database as SQL: what made its tables, and their rows."""
    conn = sqlite3.connect(str(path))
    try:
        made = conn.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'index', rowid"
        ).fetchall()
        lines = [f"{sql};" for _, name, sql in made if not name.startswith("sqlite_")]
        for _, name, _ in [one for one in made if one[0] == "table"]:
            columns = [row[1] for row in conn.execute(f"PRAGMA table_info({name})")]
            quoted = ", ".join(f'quote("{column}")' for column in columns)
            for row in conn.execute(f"SELECT {quoted} FROM {name}"):
                lines.append(f"INSERT INTO {name} VALUES ({', '.join(row)});")
        return "\n".join(lines) + "\n"
    finally:
        conn.close()


def work(shop: Shop) -> None:
    """A day in which every kind of fact happens."""
    ledger = shop.ledger

    def also(kind: str, body: Json) -> None:
        ledger.append(kind, body, employee=CASHIER, day=DAY)

    also(facts.TERMINAL_ENROLLED, {"app": "toonbank", "host": "till-01", "series": 1})
    with contextlib.suppress(ShopError):
        shop.session.sign_in(CASHIER, "0000")  # refused
    shop.sign_in()
    shop.open_shift()
    shop.add(ARTICLES[0], 2_000)
    shop.sell_cash()
    shop.add(ARTICLES[1])
    shop.add(ARTICLES[2])
    shop.selling.discount_line(2, "amount", 100, "stain")
    shop.sell_cash()
    shop.receipts.reprint()
    shop.add(ARTICLES[0])
    shop.selling.abandon("changed their mind")
    shop.clock.set_back_ms(300_000)
    also(facts.DRAWER_OPENED, {"reason": "change"})
    also(facts.TICKET_ISSUED, {"ticket": "K1-7", "lines": [], "total": 0})
    shop.session.change_pin(PIN, "9753")
    shop.add(ARTICLES[1], 3_000)
    shop.checkout.begin()
    shop.checkout.pay_card(1_000, "A1")
    shop.sell_cash()
    also(facts.SHIFT_CLOSED, {"shift": "S", "counted": 0})
    shop.session.sign_out()


def serve(folder: Path) -> "contextlib.AbstractContextManager[RunningHub]":
    """A hub with this run's key and goods."""
    made = Folder(folder)
    made.key(lambda: HUB_KEY)
    made.release()
    hub = open_test_hub(folder)
    bring_products(hub, *(a_product(sku, line=n + 2, stock={STORE: 50_000}) for n, sku in enumerate(ARTICLES)))
    hub.close()
    return running_hub(folder)


@contextlib.contextmanager
def sold(folder: Path, dev: str, place: Any) -> Iterator[Shop]:
    """The till's day."""
    identity = Identity(dev, 1, "till", 1, place)
    with open_shop(folder, key=TILL_KEY, identity=identity, clock=HandClock(SATURDAY_MS)) as shop:
        work(shop)
        yield shop


def requests(till: FakeTerminal, sealed: list[SealedFact]) -> dict[str, str]:
    """Bodies as they went over the wire, in hex."""
    batch = [PushedFact(fact.data, fact.signature) for fact in sealed]
    return {"push": pack(PushRequest(till.dev, 1, 1, batch)).hex(), "ask": pack(PushRequest(till.dev, 1, 1, [])).hex()}


def main(out: Path) -> None:
    """Record."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="record-") as name:
        home = Path(name)
        with serve(home / "hub") as hub:
            till = hub.stranger()
            till.key = TILL_KEY
            assert till.enrol(hub.code("1")).status_code == 200
            with sold(home / "till", till.dev, till.place) as shop:
                sealed = shop.ledger.facts()
                assert {fact.kind for fact in shop.facts()} == set(facts.KINDS), "a kind of fact never happened"
                reply = till.push(sealed[:SENT_FIRST])
                shop.ledger.acknowledge(reply.next_seq, 0, reply.epoch, reply.head, reply.held, reply.forked)
        (out / "hub.sql").write_text(dump(home / "hub" / "hub.db"))
        (out / "ledger.sql").write_text(dump(home / "till" / LEDGER_FILE))
        with running_hub(home / "hub") as hub:
            again = FakeTerminal(hub.url, key=TILL_KEY, dev=till.dev, certificate=till.certificate)
            done = again.push(sealed)
            assert not done.held
            report = again.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
            again.close()
        (out / "recorded.json").write_text(
            json.dumps(
                {
                    "dev": till.dev, "till_key": TILL_KEY.raw.hex(), "hub_key": HUB_KEY.raw.hex(), "day": DAY,
                    "sent_first": SENT_FIRST, "facts": [[f.seq, f.data.hex(), f.hash.hex(), f.signature.hex()] for f in sealed],
                    "requests": requests(till, sealed), "report": report,
                },
                indent=1,
            )
            + "\n"
        )  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))

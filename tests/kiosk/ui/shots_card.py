"""Pictures of a card at the terminal of the lab: python -m tests.kiosk.ui.shots_card --out DIR [--size WxH]."""

import argparse
import os
import secrets
import tempfile
import time
from pathlib import Path

import msgspec
from PySide6.QtCore import Qt

from drivers import registry
from drivers.api import Tools
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from kiosk.domain.tender import CARD, CASH, CHANGE_CASH, ECO_VOUCHER, GIFT_CARD, KEEPS_REST, ON_ACCOUNT, TenderRule
from kiosk.ui.theme import Look
from tests.kiosk.ui.shots import CODES, SIZES, Camera, Take, well
from tests.kiosk.ui.till_shop import TillShop

RULES = (
    TenderRule("cash", CASH, {"nl": "Contant", "en": "Cash"}, 1, change=CHANGE_CASH, drawer=True),
    TenderRule("card", CARD, {"nl": "Pin", "en": "Card"}, 2, reference=True),
    TenderRule("gift", GIFT_CARD, {"nl": "Cadeaukaart", "en": "Gift card"}, 3, change=KEEPS_REST),
    TenderRule("eco", ECO_VOUCHER, {"nl": "Ecocheque", "en": "Eco voucher"}, 4, eligible=("category:Dames",)),
    TenderRule("account", ON_ACCOUNT, {"nl": "Op rekening", "en": "On account"}, 5),
)
ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape


def tour(shop: TillShop, port: PoiPort, take: Take) -> None:
    """One sale, by card, with what can go wrong on the way."""
    shop.ready()
    well(shop)
    for code in CODES:
        shop.scan(code)
    for rule in RULES:
        payload = msgspec.json.encode(rule)
        shop.shop.ledger.run(
            lambda conn, r=rule, p=payload: conn.execute("INSERT INTO device_rows VALUES ('tender', ?, ?)", (r.id, p))
        )
    shop.shop.counter.reload()
    shop.key(Qt.Key.Key_F9, Qt.Key.Key_F5)
    take("t7-terminal")
    shop.key(Qt.Key.Key_F5)
    take("t7-voucher")
    shop.key(ENTER)
    take("t7-voucher-no-number")
    shop.till.payment.setCard(True)
    shop.settle()
    port.terminal.next("dawdle")
    shop.key(ENTER)
    shop.settle(until=lambda: bool(port.terminal.state()["under_way"]))
    take("t7-terminal-waits")
    shop.scan(CODES[0])
    take("t7-terminal-scan-waits")
    port.terminal.release("WrongPIN")
    shop.settle(until=lambda: shop.till.payment.card.phase == "declined")
    take("t7-terminal-refused")
    shop.key(ESC)
    shop.type("1000")
    shop.key(ENTER)
    shop.settle(until=lambda: shop.till.payment.hasTenders)
    take("t7-terminal-part-paid")
    shop.key(ESC)
    take("t7-terminal-give-back")
    shop.key(ESC, Qt.Key.Key_F5)
    port.terminal.next("approve_then_reboot")
    shop.key(ENTER)
    shop.settle(until=lambda: shop.till.payment.card.phase == "unknown")
    take("t7-terminal-unknown")
    shop.key(Qt.Key.Key_F7)
    shop.type("4711")
    take("t7-terminal-word")
    shop.key(ENTER)
    shop.type("101")
    shop.key(ENTER)
    shop.type("2580")
    shop.key(ENTER)
    take("t7-terminal-word-refused")
    shop.key(ESC)
    port.terminal.switch(True)
    shop.key(ENTER)
    shop.settle(until=lambda: shop.till.screen == "done")
    take("t8-terminal-paid")
    shop.scan(CODES[0])
    shop.key(Qt.Key.Key_F9, Qt.Key.Key_F5)
    port.terminal.signature = True
    shop.key(ENTER)
    shop.settle(until=lambda: shop.till.payment.card.phase == "to_sign")
    take("t7-terminal-to-sign")
    shop.key(Qt.Key.Key_F4)
    shop.settle(until=lambda: shop.till.payment.card.phase == "declined")
    take("t7-terminal-not-signed")


def main() -> None:
    """Take all pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--language", default="nl")
    parser.add_argument("--size", default="", help="one size, as 1366x768; else the three that a till is made for")
    parser.add_argument("--scale", type=float, default=1.0, help="of the text: 1.0, 1.5 or 2.0")
    given = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    wide, _, high = given.size.partition("x")
    tools = Tools(time.monotonic_ns, lambda: secrets.randbelow(1000) / 1000)
    for size in ((int(wide), int(high)),) if given.size else SIZES:
        with tempfile.TemporaryDirectory(prefix="toonbank-") as name, PoiPort(Path(name) / "poi", Journal(time.time)) as port:
            terminal = registry.payment_terminal(port.address, tools)
            shop = TillShop(Path(name) / "till", "fashion", size, given.language, Look(text_scale=given.scale), terminal=terminal)
            folder = given.out / f"{size[0]}x{size[1]}"
            folder.mkdir(parents=True, exist_ok=True)
            tour(shop, port, Camera(shop, folder))
            assert not shop.warnings and not shop.bugs, (shop.warnings, shop.bugs)
            shop.close()


if __name__ == "__main__":
    main()

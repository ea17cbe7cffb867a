"""A feed that a catalogue takes in, known to the process that takes it in and to the one that judges."""

import random

from kiosk.domain.catalog import Article, StockLevel
from kiosk.domain.feed import Cursor, Row, Transaction
from tests.kiosk.support import digest_of, row

FILE = "catalog-1.db"
A_LIFE = 25
LIVES = 3
GOODS = 150


def history(seed: int) -> list[tuple[Transaction, Cursor]]:
    """Transactions in order, each with the cursor after it: new goods, other stock, goods that go."""
    chance = random.Random(seed)
    held: dict[tuple[str, str], Row] = {}
    made: list[tuple[Transaction, Cursor]] = []
    for rev in range(1, A_LIFE * LIVES + 1):
        rows = {(one.entity, one.key): one for one in (_change(chance, rev) for _ in range(chance.randint(1, 120)))}
        held.update(rows)
        held = {key: one for key, one in held.items() if one.payload}
        made.append((Transaction(rev, list(rows.values())), Cursor(1, rev, digest_of(held.values()))))
    return made


def _change(chance: random.Random, rev: int) -> Row:
    key = f"A{chance.randrange(GOODS):05}"
    drawn = chance.random()
    if drawn < 0.1:
        return Row("article", key, b"")
    if drawn < 0.6:
        return row("stock", f"{key}|AMS1", StockLevel(key, "AMS1", chance.randrange(-9, 99), rev))
    article = Article(
        id=key, style=key, names={"nl": f"artikel {key} {rev}"}, brand="", category="all", size="", colour="",
        barcodes=(key[1:].zfill(14),), vat_class="high", unit="piece", content_milli=0, content_unit="", picture="",
        deposit_minor=0, age_limit=0,
    )  # fmt: skip
    return row("article", key, article)

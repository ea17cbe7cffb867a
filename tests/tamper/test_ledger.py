"""One bit of a ledger's file changed behind the till's back: found every time, and traced to the fact and the byte."""

import random
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.chain import Break
from kiosk.domain.errors import ShopError
from kiosk.domain.facts import SealedFact
from kiosk.store.database import connect
from kiosk.store.ledger import LEDGER_FILE, Ledger, verify_in, walk_in
from sync.protocol.signature import Key, verifier
from tests.kiosk.support import IDENTITY, HandClock, SeededIds, open_shop
from tests.tamper.support import FLIPS, MINUTES, flipped

KEY = Key.load(bytes([8]) * 32)
SALES = 12
TABLES = ("meta", "facts", "sales", "tickets", "cart_events", "device_rows", "cursors", "attempts", "new_pins", "spool_job")

pytestmark = pytest.mark.timeout(MINUTES)


@dataclass(frozen=True, eq=False)
class Original:
    """A ledger as it was before anybody touched it."""

    file: bytes
    facts: list[SealedFact]
    content: dict[str, list[Any]]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    """A till that sold, and was closed in good order."""
    folder = tmp_path_factory.mktemp("till")
    with open_shop(folder, key=KEY) as shop:
        shop.sign_in()
        shop.open_shift()
        goods = [one.id for one in shop.catalog.articles("LIMIT 8", ()) if not one.is_weighed]
        for number in range(SALES):
            shop.add(goods[number % len(goods)])
            shop.sell_cash()
        shop.add(goods[0])
    assert not (folder / f"{LEDGER_FILE}-wal").exists(), "everything is in the one file"
    conn = connect(folder / LEDGER_FILE, readonly=True)
    made = Original((folder / LEDGER_FILE).read_bytes(), list(walk_in(conn)), content(conn))
    conn.close()
    assert len(made.facts) > SALES
    return made


def content(conn: Any) -> dict[str, list[Any]]:
    """All that a ledger's tables say."""
    return {table: conn.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in TABLES}


def verdict(path: Path, file: bytes) -> Break | str | None:
    """What `toonbank ledger verify` says of a file: a break, the code of an error, or nothing."""
    path.write_bytes(file)
    try:
        conn = connect(path, readonly=True)
        try:
            return verify_in(conn, verifier(KEY.public), IDENTITY.dev, IDENTITY.inc)[1]
        finally:
            conn.close()
    except (ShopError, sqlite3.DatabaseError) as error:
        return str(getattr(error, "code", "") or type(error).__name__)


@cache
def place_of(original: Original, path: Path, seq: int, part: bytes) -> int:
    """Where in the file a part of a fact lies; what a page held before it was split may lie about elsewhere, and is not read."""
    at = original.file.find(part)
    while at >= 0:
        path.write_bytes(original.file[:at] + bytes([part[0] ^ 1]) + original.file[at + 1 :])
        conn = connect(path, readonly=True)
        read = conn.execute("SELECT data, hash, signature FROM facts WHERE seq = ?", (seq,)).fetchone()
        conn.close()
        if part not in read:
            return at
        at = original.file.find(part, at + 1)
    raise AssertionError(f"fact {seq} does not lie in one piece")


def test_the_ledger_as_it_was_is_proved(original: Original, tmp_path: Path) -> None:
    # Guards those below: were there something wrong to begin with, every flip would be found.
    assert verdict(tmp_path / "ledger.db", original.file) is None


def test_a_flipped_bit_in_any_fact_is_found_and_traced_to_the_fact_and_to_the_byte(original: Original, tmp_path: Path) -> None:
    chance, found = random.Random(1), Counter[str]()
    for _ in range(FLIPS):
        fact = chance.choice(original.facts)
        part, whole = chance.choice([("data", fact.data)] * 8 + [("hash", fact.hash), ("signature", fact.signature)])
        start = place_of(original, tmp_path / "ledger.db", fact.seq, whole)
        file, at = flipped(original.file, chance, start + chance.randrange(len(whole)))
        broken = verdict(tmp_path / "ledger.db", file)
        assert isinstance(broken, Break), f"a changed byte {at - start} of the {part} of fact {fact.seq} was not found: {broken}"
        assert broken.seq == fact.seq, f"{broken} is said of a change in fact {fact.seq}"
        if part == "data":
            assert broken.byte == at - start
        found[broken.code] += 1
    print(f"{FLIPS} flips in facts: {dict(found)}")
    assert set(found) == {"chain.altered", "chain.seal"}


def test_a_flipped_bit_anywhere_in_the_file_is_found_or_changes_no_fact(original: Original, tmp_path: Path) -> None:
    chance, said = random.Random(2), Counter[str]()
    for _ in range(FLIPS):
        file, at = flipped(original.file, chance)
        told = verdict(tmp_path / "ledger.db", file)
        if told is not None:
            said[told.code if isinstance(told, Break) else told] += 1
            continue
        conn = connect(tmp_path / "ledger.db", readonly=True)
        try:
            now = list(walk_in(conn))
        finally:
            conn.close()
        assert now == original.facts, f"a changed byte {at} changed a fact, and nobody noticed"
        said["no fact changed"] += 1
    print(f"{FLIPS} flips anywhere in {len(original.file)} bytes: {dict(said)}")
    assert said["no fact changed"] < FLIPS, "no flip met anything that counts"


@pytest.mark.parametrize("statement", [
    "DELETE FROM facts WHERE seq = (SELECT max(seq) - 3 FROM facts)",
    "UPDATE facts SET seq = seq + 1000 WHERE seq > 5",
    "UPDATE facts SET data = (SELECT data FROM facts WHERE seq = 3) WHERE seq = 4",
    "UPDATE facts SET (data, hash, signature) = (SELECT data, hash, signature FROM facts WHERE seq = 3) WHERE seq = 4",
    "DELETE FROM sales WHERE number = 2",
])  # fmt: skip
def test_a_fact_that_was_taken_out_moved_or_copied_is_found(original: Original, tmp_path: Path, statement: str) -> None:
    path = tmp_path / "ledger.db"
    path.write_bytes(original.file)
    conn = sqlite3.connect(str(path))
    assert conn.execute(statement).rowcount > 0
    conn.commit()
    conn.close()
    assert isinstance(verdict(path, path.read_bytes()), Break)


def test_a_till_does_not_sell_on_a_head_that_was_changed(original: Original, tmp_path: Path) -> None:
    chance, head = random.Random(3), original.facts[-1]
    start = place_of(original, tmp_path / "ledger.db", head.seq, head.data)
    for _ in range(FLIPS // 10):
        file, _ = flipped(original.file, chance, start + chance.randrange(len(head.data)))
        (tmp_path / LEDGER_FILE).write_bytes(file)
        clock = HandClock()
        with pytest.raises(ShopError) as refused:
            Ledger(tmp_path, IDENTITY, clock, SeededIds(clock, 1), KEY.sign)
        assert refused.value.code == "ledger.head"

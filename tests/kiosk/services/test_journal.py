"""The journal: found by day, person, kind, receipt and amount; read by pages that skip nothing; taken along with its signatures."""

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain import facts
from kiosk.domain.facts import Fact
from kiosk.domain.holding import receipt_of, worth_of
from kiosk.domain.journal import Filter
from kiosk.services.journal import COLUMNS, PAGE, Journal
from kiosk.services.journalwords import GROUPS, detail, title
from kiosk.store import lives, migrations
from kiosk.store.database import Connection
from kiosk.store.journal import index_in, page_in
from kiosk.text import words
from tests.kiosk.domain.strategies import fact as any_fact
from tests.kiosk.services.test_closing import ARTICLE, Office, Wish
from tests.kiosk.support import CASHIER, MANAGER, Shop, code_of, open_shop

WANTED = Filter(day_from="2026-11-21", employee=CASHIER)


def a_day(shop: Shop) -> Office:
    """A few sales by two people, and a drawer without one."""
    office = Office(shop).start()
    office.sell()
    office.sell()
    office.cash.no_sale("wisselen")
    shop.sign_in(MANAGER)
    shop.add(ARTICLE)
    shop.selling.abandon("no money")
    return office


def fits(fact: Fact, wanted: Filter) -> bool:
    """What a filter means, said once more and without an index."""
    amount = worth_of(fact)
    return (
        (not wanted.day_from or fact.day >= wanted.day_from)
        and (not wanted.day_to or fact.day <= wanted.day_to)
        and (not wanted.employee or fact.employee == wanted.employee)
        and (not wanted.kinds or fact.kind in wanted.kinds)
        and (not wanted.receipt or receipt_of(fact) == wanted.receipt)
        and (wanted.amount_from is None or (amount is not None and amount >= wanted.amount_from))
        and (wanted.amount_to is None or (amount is not None and amount <= wanted.amount_to))
    )


def test_every_filter_finds_what_it_means_and_nothing_else(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        a_day(shop)
        journal, everything = Journal(shop.counter, "", tuple), shop.facts()
        for wanted in (
            Filter(), WANTED, Filter(employee=MANAGER), Filter(kinds=GROUPS["voids"]), Filter(receipt="AMS1-01-A-000002"),
            Filter(amount_from=1_499, amount_to=1_499), Filter(amount_from=1_000), Filter(day_to="2026-11-20"),
            Filter(employee=CASHIER, kinds=(facts.SALE_COMPLETED,), amount_to=9_999), Filter(receipt="nothing"),
        ):  # fmt: skip
            found = [fact.seq for fact in journal.page(wanted).found]
            assert found == [fact.seq for fact in reversed(everything) if fits(fact, wanted)], wanted


@given(
    st.lists(st.tuples(st.sampled_from(["101", "201"]), st.integers(1, 9)), min_size=1, max_size=40), st.integers(1, 7),
    st.sampled_from([Filter(), Filter(employee="101"), Filter(amount_from=5, amount_to=5), Filter(kinds=(facts.CASH_MOVED,))]),
)  # fmt: skip
def test_pages_of_any_size_are_the_whole_without_a_gap_or_a_double(
    said: list[tuple[str, int]], size: int, wanted: Filter
) -> None:
    conn = sqlite3.connect(":memory:")
    conn.execute(
        "CREATE TABLE fact_index (seq INTEGER PRIMARY KEY, kind TEXT, day TEXT, employee TEXT, receipt TEXT, amount INT, at_ms INT)"
    )
    for seq, (_, amount) in enumerate(said, 1):
        index_in(conn, any_fact(seq, body={"amount": amount}, kind=facts.CASH_MOVED if amount % 2 else facts.DRAWER_OPENED))
    pages = _pages(conn, wanted, size)
    assert [seq for page in pages for seq in page] == page_in(conn, wanted, 0, 500)
    conn.close()


def _pages(conn: Connection, wanted: Filter, size: int) -> list[list[int]]:
    pages: list[list[int]] = []
    before = 0
    while page := page_in(conn, wanted, before, size):
        pages.append(page)
        before = page[-1]
    return pages


def test_a_page_says_whether_there_is_more(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        office = Office(shop).start()
        for _ in range(PAGE):
            office.cash.no_sale("x")
        journal = Journal(shop.counter, "", tuple)
        first = journal.page(Filter())
        rest = journal.page(Filter(), first.next_before)
        assert (len(first.found), rest.next_before) == (PAGE, 0)
        assert [*first.found, *rest.found][-1].seq == 1


def test_an_export_is_a_table_and_the_signed_lines_and_is_in_the_journal_itself(tmp_path: Path) -> None:
    with open_shop(tmp_path / "till") as shop:
        a_day(shop)
        stick = tmp_path / "stick"
        stick.mkdir()
        journal = Journal(shop.counter, "", lambda: (stick,))
        done = journal.export_anywhere(WANTED)
        expected = [fact for fact in shop.facts() if fits(fact, WANTED)]
        with done.table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
        assert tuple(rows[0]) == COLUMNS and [int(row["seq"]) for row in rows] == [fact.seq for fact in expected]
        lines = [json.loads(line) for line in done.lines.read_text("utf-8").splitlines()]
        sealed = {fact.seq: fact for fact in shop.ledger.facts()}
        assert [line["hash"] for line in lines] == [sealed[fact.seq].hash.hex() for fact in expected]
        assert lines[0]["fact"].encode() == sealed[expected[0].seq].data
        body = shop.facts()[-1].body
        assert (body["facts"], body["to"]) == (len(expected), str(stick))


def test_without_a_stick_or_a_folder_the_export_says_what_to_do(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        a_day(shop)
        assert code_of(lambda: Journal(shop.counter, "", tuple).export_anywhere(Filter())) == "journal.folder"
        gone = Journal(shop.counter, str(tmp_path / "not there"), tuple)
        assert code_of(lambda: gone.export_anywhere(Filter())) == "journal.no_access"
        assert facts.JOURNAL_EXPORTED not in shop.kinds()


def test_who_did_anything_is_listed_by_name(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        a_day(shop)
        people = dict(Journal(shop.counter, "", tuple).people())
        assert set(people) == {CASHIER, MANAGER} and all(name and name != number for number, name in people.items())


def test_every_kind_of_fact_has_a_name_in_dutch_or_its_code(tmp_path: Path) -> None:
    dutch, english = words("nl"), words("en")
    for kind in (kind for group in GROUPS.values() for kind in group):
        each = any_fact(kind=kind, body={"what": "drop", "settings": []})
        assert title(each, dutch) not in (kind, title(each, english)) or kind == facts.CARD_ATTEMPTED
    assert title(any_fact(kind="a.kind.of.tomorrow"), dutch) == "a.kind.of.tomorrow"
    said = any_fact(kind=facts.SHIFT_CLOSED, body={"difference": -205, "explanation": "e", "approved_by": "201"})
    assert detail(said, dutch) == "verschil € -2,05 · e · akkoord door 201"


@contextmanager
def follow(folder: Path, before: Shop) -> Iterator[Shop]:
    """A till in place of another one, with what the hub had of that."""
    identity = replace(before.ledger.identity, dev="dev-after", series=before.ledger.identity.series + 1)
    with open_shop(folder, identity=identity, seed=2) as made:
        made.ledger.run(lambda conn: lives.put_in(conn, before.ledger.facts()))
        yield made


def test_a_till_that_follows_another_shows_finds_and_exports_its_journal_before_its_own(tmp_path: Path) -> None:
    with open_shop(tmp_path / "old") as old:
        a_day(old)
        before = old.facts()
        with follow(tmp_path / "new", old) as shop:
            office = Office(shop).start()
            office.sell()
            out, journal = tmp_path / "out", Journal(shop.counter, str(tmp_path / "out"), tuple)
            out.mkdir()
            own, lived = shop.facts(), Filter(day_to="2026-11-30")
            page = journal.page(lived)
            assert [fact.id for fact in page.found] == [fact.id for fact in reversed([*before, *own])]
            assert [number > 0 for number in page.numbers] == [True] * len(own) + [False] * len(before)
            numbers = shop.ledger.look(lambda conn: page_in(conn, lived, page.numbers[len(own)], 3))
            assert numbers == list(page.numbers[len(own) + 1 : len(own) + 4]), "pages go on through the change of tills"
            receipt = next(fact.body["receipt"] for fact in before if fact.kind == facts.SALE_COMPLETED)
            assert [fact.body["receipt"] for fact in journal.page(Filter(receipt=receipt)).found] == [receipt]
            done = journal.export_anywhere(lived)
            with done.lines.open(encoding="utf-8") as lines:
                told = [json.loads(line)["hash"] for line in lines]
            assert told == [bytes(one).hex() for one in hashes(old)] + [bytes(one).hex() for one in hashes(shop)][: len(own)]
            with done.table.open(encoding="utf-8-sig", newline="") as rows:
                assert len({row["device"] for row in csv.DictReader(rows, delimiter=";")}) == 2
            office.count_right()
            z = office.closing.close(Wish(float_minor=10_000))
            assert (z.body["z"], z.body["z_name"].split("-")[2]) == (1, "B"), "Z reports are numbered by series"


def hashes(shop: Shop) -> list[bytes]:
    """Of a till's own facts, in their order."""
    return shop.ledger.look(lambda conn: [found for (found,) in conn.execute("SELECT hash FROM facts ORDER BY seq")])


def test_m018_finds_the_journal_of_the_till_before_in_a_ledger_that_had_it_already(tmp_path: Path) -> None:
    with open_shop(tmp_path / "old") as old:
        a_day(old)
        with follow(tmp_path / "new", old) as shop:
            query = "SELECT * FROM fact_index JOIN past_index ON fact_index.seq = n ORDER BY n"
            kept = shop.ledger.look(lambda conn: conn.execute(query).fetchall())

            def again(conn: Connection) -> list[object]:
                for table in ("fact_index WHERE seq < 0", "past_index"):
                    conn.execute(f"DELETE FROM {table}")
                for statement in migrations._PAST_JOURNAL[1:]:
                    conn.execute(statement)
                return conn.execute(query).fetchall()

            assert kept and shop.ledger.run(again) == kept

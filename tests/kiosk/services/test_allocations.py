"""Promises at a terminal: firm within what it was granted, refused beyond it, and never more, whatever happens in between."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.apps.outbox import LedgerOutbox
from kiosk.domain import facts
from kiosk.domain.allocation import Grant, Reclaim, RightsState, apply_rights, available, newest
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact
from kiosk.domain.feed import Peer, Row, Transaction, moved, row_number
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import Movement
from kiosk.services.allocations import Allocations
from kiosk.services.checkout import Checkout
from kiosk.services.ports import NullFiscalDevice
from kiosk.store import rights
from kiosk.store.ledger import Identity
from sync.protocol.messages import HeldRight
from sync.protocol.signature import Key, verifier
from tests.kiosk.domain.strategies import fact
from tests.kiosk.support import CASHIER, MANAGER, PIN, PLACE, Shop, open_shop

STORE = PLACE.store
ARTICLE = "1001-WHT-M"
HOUR_MS = 3_600_000


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till in the fashion shop with a cashier at work."""
    with open_shop(tmp_path / "till") as made:
        made.sign_in()
        made.open_shift()
        yield made


def of(shop: Shop) -> Allocations:
    """The till's rights."""
    return Allocations(shop.counter, shop.session, verifier)


def row(entity: str, key: str, value: object) -> Row:
    """A row as the feed brings it."""
    return Row(entity, key, msgspec.json.encode(value))


def digest_after(digest: bytes, new: Row, old: Row) -> bytes:
    """A scope's digest once a row has taken another's place."""
    return moved(digest, row_number(new), row_number(old))


def rights_key(key: Key) -> str:
    """A public key as a peer's row has it."""
    return base64.b64encode(key.public).decode()


def newest_of(came: list[Grant]) -> Grant | None:
    """The grant that holds."""
    return newest(came).get((STORE, ARTICLE))


def rights_fact(kind: str, promise: str, milli: int) -> Fact:
    """A fact of rights, as the rule reads it."""
    body = {"store": STORE, "article": ARTICLE, "quantity": milli, "serials": [], "promise": promise}
    return fact(1, body={**body, "reason": "ship", "over_right": False, "approved_by": "", "lease": 0}, kind=kind)


def put(shop: Shop, entity: str, key: str, value: object | None) -> None:
    """A row that is new or changed or gone, as the feed would bring it."""
    there = shop.ledger.run(
        lambda conn: conn.execute("SELECT payload FROM device_rows WHERE entity = ? AND key = ?", (entity, key)).fetchone()
    )
    if there is not None:
        gone = Row(entity, key, there[0])
        _replace(shop, gone, row(entity, key, value) if value is not None else Row(entity, key, b""))
    elif value is not None:
        shop.put_device(row(entity, key, value))


def _replace(shop: Shop, old: Row, new: Row) -> None:
    cursor = shop.ledger.cursor()
    digest = digest_after(cursor.digest, new, old)
    after = cursor._replace(rev=cursor.rev + 1, digest=digest)
    shop.ledger.apply([Transaction(after.rev, [new])], after)


def grant(shop: Shop, level_milli: int, no: int = 1, article: str = ARTICLE, serials: tuple[str, ...] = ()) -> None:
    """The hub grants."""
    put(shop, "grant", f"{STORE}|{article}", Grant(STORE, article, level_milli, no, serials))


def left(shop: Shop, article: str = ARTICLE) -> int:
    """What the till may still promise."""
    return next((one.left_milli for one in of(shop).held() if one.article == article), 0)


def set_class(shop: Shop, stock_class: str) -> None:
    """Change the article's class."""
    changed = replace(shop.article(ARTICLE), stock_class=stock_class)
    cursor = shop.catalog.cursor()
    new = row("article", ARTICLE, changed)
    found = shop.catalog.read(
        lambda conn: conn.execute("SELECT payload FROM catalog_rows WHERE entity = 'article' AND key = ?", (ARTICLE,)).fetchone()
    )
    old = Row("article", ARTICLE, found[0])
    after = cursor._replace(rev=cursor.rev + 1, digest=digest_after(cursor.digest, new, old))
    shop.catalog.apply([Transaction(after.rev, [new])], after)


def test_without_a_grant_nothing_is_promised_and_the_refusal_is_kept_with_its_sentence(shop: Shop) -> None:
    answer = of(shop).promise(ARTICLE, ONE, "collect")
    assert (answer.firm, answer.code) == (False, "stock.no_right") and "0" in answer.sentence
    assert shop.kinds()[-1] == facts.RIGHTS_REFUSED
    assert shop.facts()[-1].body["quantity"] == ONE


def test_promises_are_firm_until_the_rights_are_used_up(shop: Shop) -> None:
    grant(shop, 3 * ONE)
    answers = [of(shop).promise(ARTICLE, ONE, "ship") for _ in range(5)]
    assert [one.firm for one in answers] == [True, True, True, False, False]
    assert len({one.promise for one in answers[:3]}) == 3
    assert left(shop) == 0
    assert [one.quantity_milli for one in of(shop).open_promises()] == [ONE] * 3


def test_the_same_grant_again_gives_nothing_and_a_snapshot_neither(shop: Shop) -> None:
    grant(shop, 2 * ONE)
    assert of(shop).promise(ARTICLE, ONE, "ship").firm
    for _ in range(3):
        grant(shop, 2 * ONE)
    assert left(shop) == ONE
    cursor = shop.ledger.cursor()
    kept = shop.ledger.run(lambda conn: conn.execute("SELECT entity, key, payload FROM device_rows").fetchall())
    shop.ledger.replace([Row(*one) for one in kept], cursor)
    assert left(shop) == ONE


def test_what_is_left_survives_a_restart(tmp_path: Path) -> None:
    key = Key.generate()
    with open_shop(tmp_path / "till", key=key) as shop:
        shop.sign_in()
        grant(shop, 3 * ONE)
        made = of(shop).promise(ARTICLE, 2 * ONE, "reserve")
    with open_shop(tmp_path / "till", key=key) as shop:
        shop.sign_in()
        assert left(shop) == ONE
        of(shop).release(made.promise)
        assert left(shop) == 3 * ONE


def test_a_release_gives_the_right_back_once(shop: Shop) -> None:
    grant(shop, ONE)
    made = of(shop).promise(ARTICLE, ONE, "collect")
    of(shop).release(made.promise)
    with pytest.raises(Refused, match=r"stock\.no_promise"):
        of(shop).release(made.promise)
    assert left(shop) == ONE


def test_handed_over_goods_leave_the_stock_and_keep_the_promise(shop: Shop) -> None:
    grant(shop, ONE)
    made = of(shop).promise(ARTICLE, ONE, "collect")
    of(shop).hand_over(made.promise)
    moved = shop.facts()[-1]
    assert moved.kind == facts.STOCK_MOVED and moved.body["promise"] == made.promise
    assert moved.body["lines"] == [{"article": ARTICLE, "quantity": -ONE, "serials": []}]
    assert left(shop) == 0 and of(shop).open_promises() == []
    with pytest.raises(Refused, match=r"stock\.no_promise"):
        of(shop).hand_over(made.promise)


@pytest.mark.parametrize(("quantity", "reason"), [(0, "ship"), (-ONE, "ship"), (10**12, "ship"), (ONE, "give away")])
def test_what_cannot_be_meant_is_refused_and_leaves_no_trace(shop: Shop, quantity: int, reason: str) -> None:
    grant(shop, 3 * ONE)
    before = len(shop.facts())
    with pytest.raises(Refused, match=r"stock\.quantity"):
        of(shop).promise(ARTICLE, quantity, reason)
    assert len(shop.facts()) == before


def test_over_the_right_only_with_a_manager_s_pin_and_marked(shop: Shop) -> None:
    for approver, code in (((CASHIER, PIN), "staff.not_allowed"), ((MANAGER, "0000"), "staff.wrong_pin")):
        with pytest.raises(Refused, match=code):
            of(shop).promise_over(ARTICLE, ONE, "ship", approver)
    answer = of(shop).promise_over(ARTICLE, ONE, "ship", (MANAGER, PIN))
    assert answer.firm and answer.over_right
    body = shop.facts()[-1].body
    assert (body["over_right"], body["approved_by"]) == (True, MANAGER)
    assert shop.counter.signed_in().number == CASHIER, "the manager only approved"
    grant(shop, ONE)
    assert left(shop) == ONE, "it used no right up"
    of(shop).release(answer.promise)
    assert left(shop) == ONE


def test_the_hub_s_request_is_answered_once_by_a_fact(shop: Shop) -> None:
    grant(shop, 5 * ONE)
    put(shop, "reclaim", f"{STORE}|{ARTICLE}", Reclaim(STORE, ARTICLE, 2 * ONE))
    assert [of(shop).keep_house() for _ in range(3)] == [1, 0, 0]
    body = shop.facts()[-1].body
    assert (body["quantity"], body["reason"]) == (3 * ONE, "reclaimed") and left(shop) == 2 * ONE


def test_rights_that_nobody_uses_go_back_and_used_ones_stay(shop: Shop) -> None:
    grant(shop, 5 * ONE)
    of(shop).keep_house()
    shop.clock.pass_ms(23 * HOUR_MS)
    assert of(shop).promise(ARTICLE, ONE, "ship").firm
    assert of(shop).keep_house() == 0
    shop.clock.pass_ms(23 * HOUR_MS)
    assert of(shop).keep_house() == 0
    shop.clock.pass_ms(2 * HOUR_MS)
    assert of(shop).keep_house() == 1 and left(shop) == 0
    assert shop.facts()[-1].body["reason"] == "idle"


def test_of_goods_that_are_granted_ahead_one_stays(shop: Shop) -> None:
    set_class(shop, "limited")
    grant(shop, 5 * ONE)
    of(shop).keep_house()
    shop.clock.pass_ms(25 * HOUR_MS)
    assert of(shop).keep_house() == 1 and left(shop) == ONE
    shop.clock.pass_ms(25 * HOUR_MS)
    assert of(shop).keep_house() == 0


def test_reserved_goods_are_never_promised_here(shop: Shop) -> None:
    set_class(shop, "reserved")
    grant(shop, 5 * ONE)
    assert of(shop).promise(ARTICLE, ONE, "ship").code == "stock.reserved_only"


def test_each_serial_right_is_used_once_and_a_piece_granted_again_is_another_right(shop: Shop) -> None:
    set_class(shop, "serial")
    grant(shop, 2 * ONE, serials=("S1#1", "S2#1"))
    first = of(shop).promise(ARTICLE, ONE, "ship")
    assert shop.facts()[-1].body["serials"] == ["S1#1"]
    assert of(shop).promise(ARTICLE, ONE, "ship").firm and not of(shop).promise(ARTICLE, ONE, "ship").firm
    of(shop).release(first.promise)
    assert of(shop).promise(ARTICLE, ONE, "ship").firm
    grant(shop, 3 * ONE, no=2, serials=("S1#2",))
    made = of(shop).promise(ARTICLE, ONE, "ship")
    of(shop).hand_over(made.promise)
    assert shop.facts()[-1].body["lines"][0]["serials"] == ["S1"]


def test_a_lease_ends_by_the_monotonic_clock_and_with_a_reboot(shop: Shop) -> None:
    shop.put_settings({"stock.lease_minutes": 60})
    grant(shop, 5 * ONE)
    assert of(shop).promise(ARTICLE, ONE, "ship").code == "stock.lease_over"
    sent = shop.clock.now()
    shop.clock.pass_ms(10 * 60_000)  # the answer took ten minutes: they count
    of(shop).note_lease(1, HOUR_MS, 1, sent)
    answer = of(shop).promise(ARTICLE, ONE, "ship")
    assert answer.firm and answer.until_ms == shop.clock.wall_ms + 50 * 60_000
    shop.clock.set_back_ms(5 * HOUR_MS)  # a wall clock changes nothing
    shop.clock.mono_ms += 50 * 60_000 - 1
    assert of(shop).promise(ARTICLE, ONE, "ship").firm and of(shop).lapsed() == []
    shop.clock.mono_ms += 1
    assert of(shop).promise(ARTICLE, ONE, "ship").code == "stock.lease_over"
    assert len(of(shop).lapsed()) == 2, "the hub never heard of them"
    of(shop).note_lease(2, HOUR_MS, 1, shop.clock.now())
    assert of(shop).promise(ARTICLE, ONE, "ship").firm
    shop.clock.boot = "boot-2"
    assert of(shop).promise(ARTICLE, ONE, "ship").code == "stock.lease_over"


def test_a_lease_waits_for_the_grants_that_the_hub_had_made_by_then(shop: Shop) -> None:
    shop.put_settings({"stock.lease_minutes": 60})
    grant(shop, 5 * ONE, no=1)
    of(shop).note_lease(1, HOUR_MS, 2, shop.clock.now())
    assert of(shop).promise(ARTICLE, ONE, "ship").code == "stock.lease_over", "grant 2 may have taken rights away"
    grant(shop, 0, no=2)
    assert of(shop).promise(ARTICLE, ONE, "ship").code == "stock.no_right"


@pytest.mark.parametrize("stock_class", ["limited", "serial"])
def test_a_clock_far_off_stops_promises_of_limited_goods_while_goods_in_hand_are_sold(shop: Shop, stock_class: str) -> None:
    off_ms = 0
    till = Allocations(shop.counter, shop.session, verifier, lambda: off_ms)
    checkout = Checkout(shop.counter, shop.selling, shop.receipts, NullFiscalDevice(), till)
    set_class(shop, stock_class)
    grant(shop, 3 * ONE, serials=("S1#1", "S2#1", "S3#1") if stock_class == "serial" else ())
    made = till.promise(ARTICLE, ONE, "collect")
    assert made.firm
    off_ms = 11 * 60_000 + 5
    answer = till.promise(ARTICLE, ONE, "collect")
    assert (answer.firm, answer.code) == (False, "stock.clock") and "11" in answer.sentence
    assert (shop.kinds()[-1], shop.facts()[-1].body["code"]) == (facts.RIGHTS_REFUSED, "stock.clock")
    over = till.promise_over(ARTICLE, ONE, "collect", (MANAGER, PIN))
    assert over.firm and over.over_right, "a manager may answer for it"
    till.hand_over(made.promise)
    shop.add(ARTICLE, ONE)
    checkout.begin()
    assert checkout.pay_cash(checkout.cash_due()) is not None
    off_ms = 0
    assert till.promise(ARTICLE, ONE, "collect").firm


def test_a_clock_far_off_does_not_stop_promises_of_open_goods(shop: Shop) -> None:
    grant(shop, ONE)
    till = Allocations(shop.counter, shop.session, verifier, lambda: 11 * 60_000)
    assert till.promise(ARTICLE, ONE, "collect").firm


def test_a_sale_uses_up_what_the_till_holds_and_is_never_refused(shop: Shop) -> None:
    grant(shop, ONE)
    till = Checkout(shop.counter, shop.selling, shop.receipts, NullFiscalDevice(), of(shop))
    for expected in ([{"store": STORE, "article": ARTICLE, "quantity": ONE}], None):
        shop.add(ARTICLE, 2 * ONE)
        till.begin()
        assert till.pay_cash(till.cash_due()) is not None
        assert shop.facts()[-1].body.get("rights") == expected
    assert left(shop) == 0
    found = shop.ledger.run(lambda conn: of(shop).used_by_sale_in(conn, (Movement("other", STORE, -ONE, "sale"),)))
    assert found == []


def test_rights_pass_to_another_terminal_once_and_only_to_the_one_that_was_meant(tmp_path: Path) -> None:
    keys = [Key.generate(), Key.generate()]
    two = Identity("dev-2", 1, "till", 1, PLACE)
    with open_shop(tmp_path / "one", key=keys[0]) as first, open_shop(tmp_path / "two", key=keys[1], identity=two) as second:
        for shop in (first, second):
            shop.sign_in()
            for dev, key in (("dev-1", keys[0]), ("dev-2", keys[1])):
                put(shop, "peer", dev, Peer(dev, dev[-1:], "till", rights_key(key)))
        grant(first, 3 * ONE)
        slip = of(first).transfer("dev-2", ARTICLE, 2 * ONE)
        assert (left(first), left(second)) == (ONE, 0)
        assert of(second).receive(slip).left_milli == 2 * ONE
        with pytest.raises(Refused, match=r"transfer\.taken"):
            of(second).receive(slip)
        with pytest.raises(Refused, match=r"transfer\.not_for_here"):
            of(first).receive(slip)
        with pytest.raises(Refused, match=r"transfer\.unreadable"):
            of(second).receive(slip[:-9])
        with pytest.raises(Refused, match=r"stock\.no_right"):
            of(first).transfer("dev-2", ARTICLE, 2 * ONE)
        with pytest.raises(Refused, match=r"transfer\.unknown_terminal"):
            of(first).transfer("dev-9", ARTICLE, ONE)
        assert of(second).promise(ARTICLE, 2 * ONE, "ship").firm and left(second) == 0
        put(second, "peer", "dev-1", Peer("dev-1", "1", "till", rights_key(Key.generate())))
        other = of(first).transfer("dev-2", ARTICLE, ONE)
        with pytest.raises(Refused, match=r"transfer\.not_genuine"):
            of(second).receive(other)


def test_the_report_says_what_is_left_and_how_far_the_terminal_is(shop: Shop) -> None:
    grant(shop, 5 * ONE)
    of(shop).promise(ARTICLE, 2 * ONE, "ship")
    report, cursor = LedgerOutbox(shop.ledger).report(), shop.ledger.cursor()
    assert report.rights == [HeldRight(STORE, ARTICLE, 3 * ONE)]
    assert (report.seq, report.epoch, report.rev, report.digest) == (len(shop.facts()), *cursor)


def test_what_is_kept_in_the_ledger_is_the_fold_of_its_facts(shop: Shop) -> None:
    grant(shop, 9 * ONE)
    made = [of(shop).promise(ARTICLE, ONE, "ship") for _ in range(5)]
    of(shop).release(made[0].promise)
    of(shop).hand_over(made[1].promise)
    of(shop).promise_over(ARTICLE, ONE, "ship", (MANAGER, PIN))
    put(shop, "reclaim", f"{STORE}|{ARTICLE}", Reclaim(STORE, ARTICLE, ONE))
    of(shop).keep_house()
    state = RightsState()
    for one in shop.facts():
        state = apply_rights(state, one)
    kept = shop.ledger.run(lambda conn: rights.spent_in(conn, (STORE, ARTICLE)))
    assert kept == state.of((STORE, ARTICLE))
    assert left(shop) == available(Grant(STORE, ARTICLE, 9 * ONE, 1), kept) == ONE
    before = shop.ledger.run(rights.held_in)
    shop.ledger.run(rights.rebuild_in)
    assert shop.ledger.run(rights.held_in) == before
    assert len(of(shop).open_promises()) == sum(one.state == "open" for one in state.promises.values()) == 4


@given(st.lists(st.tuples(st.sampled_from(["grant", "again", "old", "use", "release", "return"]), st.integers(1, 4)), max_size=25))
def test_never_more_is_promised_than_was_granted_however_rows_come(story: list[tuple[str, int]]) -> None:
    """The rule alone: grants twice and out of order, uses as far as the rights reach, releases and returns."""
    sent: list[Grant] = [Grant(STORE, ARTICLE, 0, 0)]
    came: list[Grant] = []
    state, promised, given_back = RightsState(), 0, 0
    for n, (what, count) in enumerate(story):
        held = newest_of(came)
        can = available(held, state.of((STORE, ARTICLE)))
        if what == "grant":
            sent.append(Grant(STORE, ARTICLE, sent[-1].level_milli + count * ONE, sent[-1].no + 1))
            came.append(sent[-1])
        elif what in ("again", "old"):
            came.append(sent[max(0, len(sent) - count)])
        elif what == "use" and can >= count * ONE:
            state = apply_rights(state, rights_fact(facts.RIGHTS_USED, f"P{n}", count * ONE))
            promised += count * ONE
        elif what == "release" and state.promises:
            made = sorted(state.promises.values(), key=lambda one: one.id)[count % len(state.promises)]
            promised -= made.quantity_milli if made.state == "open" else 0
            state = apply_rights(state, rights_fact(facts.RIGHTS_RELEASED, made.id, made.quantity_milli))
        elif what == "return" and can >= ONE:
            state = apply_rights(state, rights_fact(facts.RIGHTS_RETURNED, "", ONE))
            given_back += ONE
        left_milli = available(newest_of(came), state.of((STORE, ARTICLE)))
        assert promised + given_back + left_milli == max((one.level_milli for one in came), default=0)

"""Gift cards, store credit and vouchers over all stores (step_0012, step_0024): booked once, told, and too much is a task."""

from typing import Any

import msgspec
from sqlalchemy import func, select

from kiosk.decoding import read_json
from kiosk.domain.empties import key_of
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED
from kiosk.domain.receipt import ReceiptNumber
from kiosk.domain.tender import GIFT_CARD, MEAL_VOUCHER, STORE_CREDIT
from kiosk.domain.voiding import void_body
from kiosk.domain.voucher import MULTI, SINGLE_PURPOSE, Voucher, once_key
from sync.hub.day_operations import ReportPosting, report_posting
from sync.hub.storage.schema_vouchers import voucher_accounts, voucher_parts
from sync.hub.voucher_accounts import Liability
from sync.hub.voucher_operations import ReportVouchers, report_vouchers
from sync.protocol.messages import VoucherReply, unpack
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, FakeTerminal, RunningHub

CODE = "GC1"


def load(till: FakeTerminal, minor: int, code: str = CODE, until: int = 0) -> dict[str, Any]:
    """A gift card is sold at a till; gives the body of the sale."""
    till.number += 1
    body: dict[str, Any] = till.sale_body("GIFT", 1, minor)
    body["lines"][0] |= {"vat_class": "outside", "voucher": MULTI, "voucher_code": code, "until": until}
    body["tax"] = [{"class": "outside", "rate_bp": 0, "net": minor, "tax": 0, "gross": minor}]
    body["movements"] = []
    till.fact(SALE_COMPLETED, body)
    return body


def pay(till: FakeTerminal, minor: int, code: str = CODE, kind: str = GIFT_CARD, **more: Any) -> dict[str, Any]:
    """Something is paid with a voucher."""
    till.number += 1
    body: dict[str, Any] = {**till.sale_body("A1", 1, minor), **more}
    body["tenders"] = [{"kind": kind, "amount": minor, "tendered": minor, "change": 0, "reference": code, "rule": "gift"}]
    till.fact(SALE_COMPLETED, body)
    return body


def undo(till: FakeTerminal, body: dict[str, Any]) -> None:
    """A sale is undone, as a till does it."""
    till.number += 1
    series = till.certificate.series if till.certificate else 1
    number = ReceiptNumber(till.place.store, till.place.terminal, series, till.number)
    till.fact(SALE_VOIDED, void_body(body, f"void {till.number}", number, "mistake", "201"))


def told(till: FakeTerminal, code: str = CODE, kind: str = GIFT_CARD) -> Voucher | None:
    """The voucher as the feed tells a till."""
    row = till.catch_up("device").get(("voucher", f"{kind}|{code}"))
    return read_json(row, Voucher) if row else None


def left(till: FakeTerminal, code: str = CODE) -> int:
    """What a till hears is left."""
    found = told(till, code)
    assert found is not None, "the till was not told"
    return found.left_minor


def tasks(hub: RunningHub) -> list[dict[str, Any]]:
    """The open tasks of accounts."""
    query = "select kind, detail from tasks where done_ms = 0 order by at_ms"
    found = hub.hub.storage.call(lambda c: c.exec_driver_sql(query).all())
    return [msgspec.json.decode(detail) for kind, detail in found if kind == "voucher.overspent"]


def owed(hub: RunningHub, store: str = STORE) -> int:
    """What the day's posting says is owed for vouchers more than before."""
    report = report_posting(hub.hub, ReportPosting(store, DAY))
    return -sum(line.debit - line.credit for part in report.parts for line in part.lines if line.account == "vouchers")


def test_the_store_that_sold_a_card_and_the_one_where_it_was_used_hear_what_is_left(hub: RunningHub) -> None:
    here, beside, there = hub.terminal("1"), hub.terminal("2"), hub.terminal("1", store=OTHER_STORE)
    load(here, 2_500, until=77)
    here.push()
    assert left(beside) == 2_500 and told(there) is None
    pay(there, 1_000)
    there.push()
    for till in (here, beside, there):
        found = told(till)
        assert found is not None and (found.left_minor, found.until_ms, found.currency) == (1_500, 77, "EUR")
        assert (found.loaded, found.spent, found.turn) == ({here.dev: 2_500}, {there.dev: 1_000}, 2)
    load(there, 500)
    there.push()
    assert left(here) == 2_000 and tasks(hub) == []


def test_pushed_again_or_in_pieces_everything_counts_once(hub: RunningHub) -> None:
    till = hub.terminal()
    load(till, 2_500)
    pay(till, 700)
    till.push(till.facts[:1])
    till.push()
    till.push()
    pay(till, 300)
    till.push()
    assert left(till) == 1_500
    rows = hub.hub.storage.call(lambda c: c.execute(select(voucher_parts.c.loaded_minor, voucher_parts.c.spent_minor)).all())
    assert [(int(loaded), int(spent)) for loaded, spent in rows] == [(2_500, 1_000)]


def test_two_tills_that_were_cut_off_took_more_than_there_was_and_a_person_hears_how_much(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    load(one, 1_000)
    one.push()
    pay(one, 800)
    body = pay(two, 700)
    one.push()
    assert tasks(hub) == []
    two.push()
    (task,) = tasks(hub)
    assert (task["code"], task["amount_minor"], task["receipt"]) == (CODE, 500, body["receipt"])
    assert task["by"] == sorted([one.dev, two.dev])
    pay(two, 100)
    two.push()
    assert [task["amount_minor"] for task in tasks(hub)] == [600], "one task for one account"


def test_a_payment_that_is_heard_of_before_the_card_was_sold_is_no_task_for_long(hub: RunningHub) -> None:
    sells, takes = hub.terminal("1"), hub.terminal("2")
    pay(takes, 700)
    takes.push()
    assert [task["amount_minor"] for task in tasks(hub)] == [700]
    load(sells, 2_500)
    sells.push()
    assert tasks(hub) == [] and left(takes) == 1_800
    pay(takes, 2_000)
    takes.push()
    assert [task["amount_minor"] for task in tasks(hub)] == [200], "and another one later is a task of its own"


def test_a_sale_that_is_undone_gives_back_and_one_that_loaded_takes_back(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    sold = load(one, 2_500)
    undo(one, pay(one, 1_000))
    one.push()
    assert left(two) == 2_500
    pay(two, 400)
    undo(one, sold)  # till 1 was cut off, and knows nothing of till 2
    one.push()
    two.push()
    assert [task["amount_minor"] for task in tasks(hub)] == [400]


def test_credit_that_a_refund_issued_is_an_account_of_its_own(hub: RunningHub) -> None:
    till = hub.terminal()
    till.number += 1
    body = till.sale_body("A1", -1, 1_499)
    body["tenders"] = [
        {"kind": STORE_CREDIT, "amount": -1_499, "tendered": -1_499, "change": 0, "reference": "C1", "issued": {"until": 9}}
    ]
    till.fact(SALE_COMPLETED, body)
    till.push()
    found = told(till, "C1", STORE_CREDIT)
    assert found is not None and (found.left_minor, found.until_ms, found.brand) == (1_499, 9, till.place.brand)


def test_a_voucher_that_pays_once_and_a_slip_are_good_again_everywhere_after_their_sale_was_undone(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    voucher, slip = once_key(MEAL_VOUCHER, "M1"), key_of("9812000703451")
    body = pay(one, 500, "M1", MEAL_VOUCHER, coupons_once=[voucher, slip, "coupon:C1"])
    one.push()
    assert {("ticket", voucher), ("ticket", slip)} <= two.catch_up("device").keys()
    undo(one, body)
    one.push()
    rows = two.catch_up("device")
    assert not {("ticket", voucher), ("ticket", slip)} & rows.keys() and ("ticket", "coupon:C1") in rows, "a coupon stays used"


def test_a_till_asks_for_a_number_that_it_does_not_know_and_no_other_tenant_s_is_told(hub: RunningHub) -> None:
    till, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    load(till, 2_500, "G 1/ß")
    till.push()
    reply = there.request("GET", "/v1/vouchers/gift_card/G%201%2F%C3%9F")
    assert reply.status_code == 200, reply.text
    assert read_json(unpack(reply.content, VoucherReply).data, Voucher).left_minor == 2_500
    for unknown in ("gift_card/G2", "store_credit/G%201%2F%C3%9F", "x/" + "9" * 500):
        reply = there.request("GET", f"/v1/vouchers/{unknown}")
        assert reply.status_code == 200 and unpack(reply.content, VoucherReply).data == b""
    assert till.http.get("/v1/vouchers/gift_card/G2").status_code in (401, 403)


def test_a_voucher_for_certain_goods_is_an_account_of_its_own_that_is_told_under_a_gift_cards_name_too(hub: RunningHub) -> None:
    till, there = hub.terminal("1"), hub.terminal("1", store=OTHER_STORE)
    till.number += 1
    body: dict[str, Any] = till.sale_body("BON", 1, 2_500)
    body["lines"][0] |= {"voucher_code": "B1", "good_for": "reduced|Books", "until": 0}
    till.fact(SALE_COMPLETED, body)
    till.number += 1
    body = till.sale_body("A1", 1, 900)
    body["lines"].append({**body["lines"][0], "line": 2, "quantity": -1_000, "amount": -900, "redeems": {"code": "B1"}})
    body |= {"total": 0, "tenders": [], "tax": [{**body["tax"][0], "net": 0, "tax": 0, "gross": 0}]}
    till.fact(SALE_COMPLETED, body)
    undone = {**till.sale_body("A1", -1, 0), "receipt": "AMS1-9-A-000001"}
    onto = [{"code": "B1", "amount": 400}]
    undone["lines"][0] |= {"returned": {"receipt": body["receipt"], "line": 1, "sold": 1_000, "onto": onto}}
    till.number += 1
    till.fact(SALE_COMPLETED, undone)
    assert not till.push().held
    reply = there.request("GET", "/v1/vouchers/gift_card/B1")
    found = read_json(unpack(reply.content, VoucherReply).data, Voucher)
    assert (found.kind, found.good_for, found.left_minor) == (SINGLE_PURPOSE, "reduced|Books", 2_000)
    assert told(till, "B1", SINGLE_PURPOSE) == found and told(till, "B1") is None


def test_a_sale_whose_voucher_is_none_is_held_and_stops_nothing(hub: RunningHub) -> None:
    till = hub.terminal()
    strange: list[tuple[str, dict[str, Any]]] = [
        ("lines", {"voucher_code": 7}), ("lines", {"voucher_code": "9" * 101}), ("lines", {"voucher_code": "G1", "until": "x"}),
        ("lines", {"amount": 10**13}), ("tenders", {"reference": 7}), ("tenders", {"issued": {}}), ("tenders", {"change": 10**13}),
        ("tenders", {"kind": GIFT_CARD, "reference": "9" * 101}), ("lines", {"redeems": {"code": "9" * 101}}),
        ("lines", {"redeems": "B1"}), ("lines", {"good_for": 7}),
    ]  # fmt: skip
    for part, said in strange:
        till.number += 1
        body: dict[str, Any] = till.sale_body("A1", 1, 1_000)
        body[part][0] |= said
        till.fact(SALE_COMPLETED, body)
    load(till, 500)
    assert [held.seq for held in till.push().held] == list(range(1, len(strange) + 1)) and left(till) == 500


def test_what_is_owed_is_what_the_books_say_and_what_the_report_shows(hub: RunningHub) -> None:
    one, two = hub.terminal("1"), hub.terminal("2")
    sold = load(one, 2_500)
    load(one, 1_000, "GC2")
    undo(one, pay(one, 700))
    pay(two, 400, "GC2")
    undo(one, sold)
    one.push()
    two.push()
    report = report_vouchers(hub.hub, ReportVouchers())
    assert report.items == [Liability(one.place.brand, GIFT_CARD, "EUR", 2, 1_000, 400, 600, 0)]
    assert owed(hub) == sum(item.left for item in report.items) == 600
    whole = select(func.sum(voucher_accounts.c.loaded_minor - voucher_accounts.c.spent_minor))
    parts = select(func.sum(voucher_parts.c.loaded_minor - voucher_parts.c.spent_minor))
    assert [int(hub.hub.storage.call(lambda c, q=query: c.scalar(q)) or 0) for query in (whole, parts)] == [600, 600]  # type: ignore[misc]

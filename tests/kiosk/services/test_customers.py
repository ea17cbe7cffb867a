"""The customer of a sale: found, attached, named to who may read names; and no name or telephone number outside of their row."""

import logging
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.domain import facts
from kiosk.domain.customer import Customer
from kiosk.domain.staff import Employee
from kiosk.services.customers import Customers
from kiosk.services.scans import Attached, Halted, ScanDesk, Sold
from kiosk.services.suspending import Suspending
from kiosk.store import customers, spool
from sync.protocol.messages import PushedFact, PushRequest, pack, unpack
from tests.kiosk.services.test_scans import scan
from tests.kiosk.support import MANAGER, Shop, code_of, open_shop, row

ZOE = Customer(
    "NL204", "Quirine", "van der", "Zwartkruis", "+31612349876", "q.zwartkruis@example.com", "1012AB", ("gold",), "nl",
    {"marketing": "2026-01-01"},
)  # fmt: skip
PERSONAL = ("Quirine", "Zwartkruis", "12349876", "q.zwartkruis", "1012AB")


class Desk:
    """A shop whose tills know ZOE and a few of one name."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.customers = Customers(shop.counter, shop.selling)
        self.scans = ScanDesk(shop.counter, shop.selling, dict, customers=self.customers)
        people = [ZOE, *(Customer(f"NL{n}", "Jan", "", f"Jansen{'abcdefghij'[n]}", f"+3120111220{n}") for n in range(10))]
        shop.put_device(*(row("customer", one.number, one) for one in people))
        shop.sign_in()
        shop.open_shift()

    def numbers(self, text: str) -> list[str]:
        """Who is found."""
        return [one.number for one in self.customers.find(text).people]

    def looks(self) -> list[dict[str, object]]:
        """What the journal says of looks."""
        return [dict(fact.body) for fact in self.shop.facts() if fact.kind == facts.CUSTOMER_SEARCHED]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of the test's own."""
    with open_shop(tmp_path) as shop:
        yield Desk(shop)


def test_a_customer_is_found_and_attached_with_the_groups_that_the_shop_gave(desk: Desk) -> None:
    assert desk.numbers("zwart") == desk.numbers("9876") == desk.numbers("nl204") == ["NL204"]
    priced = desk.customers.attach("nl 204", scanned=False)
    assert (priced.cart.customer, priced.cart.customer_groups) == ("NL204", ("member", "gold"))
    assert desk.customers.named("NL204") == ZOE
    assert desk.customers.detach().cart.customer_groups == () and desk.customers.named("") is None


def test_a_list_has_eight_and_says_that_there_are_more(desk: Desk) -> None:
    listing = desk.customers.find("jan")
    assert (len(listing.people), listing.more) == (8, True)


def test_that_somebody_looked_is_told_once_for_each_look_and_never_what_for(desk: Desk) -> None:
    for text in ("q", "qu", "qui", "quir", "qui", "jan", "9876", "987", ""):
        desk.customers.find(text)
    assert [(one["by"], one["found"]) for one in desk.looks()] == [("name", 1), ("name", 8), ("phone", 1)]
    desk.customers.begin()
    desk.customers.find("9876")
    assert len(desk.looks()) == 4
    assert {frozenset(one) for one in desk.looks()} == {frozenset({"by", "found", "elsewhere"})}


def test_who_may_not_look_attaches_by_card_and_reads_no_name(desk: Desk) -> None:
    desk.shop.put_settings({"staff.cashier.find_customer": False})
    desk.shop.counter.reload()
    assert code_of(lambda: desk.customers.find("zwart")) == "customer.not_allowed"
    assert code_of(lambda: desk.customers.welcome([msgspec.json.encode(ZOE)])) == "customer.not_allowed"
    assert desk.customers.attach("NL204").cart.customer_groups == ("member", "gold")
    assert desk.customers.named("NL204") is None and desk.looks() == []
    desk.shop.sign_in(MANAGER)
    assert desk.customers.named("NL204") == ZOE
    desk.shop.counter.employee = Employee("900", "Later", "a role of a newer hub", "", "")
    assert code_of(lambda: desk.customers.find("zwart")) == "customer.not_allowed"


@pytest.mark.parametrize("text", ["jan", "Zwartkruis", "0612349999", "06123", "Zwartkruis9", "+31612349999"])
def test_a_name_or_telephone_number_of_nobody_never_becomes_the_number_of_a_card(desk: Desk, text: str) -> None:
    assert code_of(lambda: desk.customers.attach(text, scanned=False)) == "customer.unknown"
    assert desk.shop.selling.priced.cart.customer == ""


def test_a_card_of_another_store_is_a_member_and_the_hubs_answer_adds_what_it_knows(desk: Desk) -> None:
    assert desk.customers.attach("DE77", scanned=False).cart.customer_groups == ("member",)
    assert desk.customers.named("DE77") is None
    guest = Customer("DE77", "Karl", "", "Weiß", groups=("silver",))
    assert desk.customers.welcome([msgspec.json.encode(guest), b"{}", b"rubbish"]) == (guest,)
    assert desk.customers.attach("DE77").cart.customer_groups == ("member", "silver")
    assert desk.customers.named("DE77") == guest and desk.looks()[-1] == {"by": "hub", "found": 1, "elsewhere": True}
    desk.customers.named("")  # the next sale
    assert desk.customers.named("DE77") is None, "what the hub told of others is kept for one sale"


def test_a_bank_card_is_no_search(desk: Desk) -> None:
    assert code_of(lambda: desk.customers.find("4111 1111 1111 1111")) == "scan.card" and desk.looks() == []


def test_a_customers_card_scanned_into_the_sale_attaches_them_and_goods_stay_goods(desk: Desk) -> None:
    result = desk.scans.handle(scan("nl204"))
    assert isinstance(result, Attached) and result.priced.cart.customer == "NL204"
    code = desk.shop.article("1001-WHT-M").barcodes[0]
    assert isinstance(desk.scans.handle(scan(code)), Sold)
    assert isinstance(desk.scans.handle(scan("XX99")), Halted)


def test_a_suspended_sale_keeps_the_customer_and_a_forgotten_one_is_a_number_only(desk: Desk) -> None:
    suspending = Suspending(desk.shop.counter, desk.shop.selling, desk.shop.receipts)
    desk.customers.attach("NL204")
    desk.shop.add("1001-WHT-M")
    suspended = suspending.suspend()
    assert desk.shop.selling.priced.cart.customer == ""
    assert suspending.retrieve(suspended.sale).cart.customer == "NL204" and desk.customers.named("NL204") == ZOE
    desk.shop.ledger.run(lambda conn: conn.execute("DELETE FROM device_rows WHERE key = 'NL204'"))
    assert desk.customers.named("NL204") is None and desk.shop.selling.priced.cart.customer == "NL204"


def test_no_name_and_no_telephone_number_is_in_a_fact_on_paper_in_the_log_or_on_the_wire(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shop, suspending = desk.shop, Suspending(desk.shop.counter, desk.shop.selling, desk.shop.receipts)
    for text in ("Quirine", "zwartkr", "0612349876", "9876", "1012ab zwart"):
        desk.customers.find(text)
        if text != "9876":  # four digits may be a card's
            assert code_of(lambda text=text: desk.customers.attach(text + "9", scanned=False)) != ""  # type: ignore[misc]
    desk.customers.attach("NL204")
    shop.add("1001-WHT-M")
    suspending.retrieve(suspending.suspend().sale)
    shop.sell_cash()
    sealed = shop.ledger.facts()
    sent = unpack(pack(PushRequest("dev-1", 1, 1, [PushedFact(fact.data, fact.signature) for fact in sealed])), PushRequest)
    printed = "".join(job.plain_text + (job.data or b"").decode("latin-1") for job in shop.ledger.run(spool.jobs))
    events = shop.ledger.run(lambda conn: conn.execute("SELECT group_concat(event) FROM cart_events").fetchone()[0]) or ""
    assert "NL204" in repr(sent) and printed
    for where, text in {"facts and wire": repr(sent), "paper": printed, "log": caplog.text, "cart": events}.items():
        assert [word for word in PERSONAL if word.casefold() in text.casefold()] == [], where


PAULA = {"given": "Paula", "infix": "de", "family": "Vrieskruyt", "phone": "06 8765 4321", "postcode": "1012 ab"}


def test_somebody_becomes_a_customer_while_the_hub_is_away_and_no_fact_has_their_name(desk: Desk) -> None:
    told: list[str] = []
    desk.customers.on_new = lambda: told.append("now")
    priced = desk.customers.enrol({**PAULA, "email": "paula@example.com"}, {"receipt_by_mail"})
    number = priced.cart.customer
    assert number.startswith("K") and len(number) == 12 and told == ["now"] and priced.cart.customer_groups == ("member",)
    one = desk.customers.named(number)
    assert one is not None and (one.name, one.phone, one.postcode) == ("Paula de Vrieskruyt", "+31687654321", "1012 AB")
    assert one.consents == {"receipt_by_mail": "2026-11-21"} and one.language == "nl"
    for text in ("vriesk", "paula de", "4321", "06 8765 4321", number):
        assert desk.numbers(text) == [number], text
    assert desk.numbers("paula 3511") == []
    desk.shop.add("1001-WHT-M")
    desk.shop.sell_cash()
    made = next(fact for fact in desk.shop.facts() if fact.kind == facts.CUSTOMER_ENROLLED)
    assert made.body == {"number": number, "card": False, "consents": ["receipt_by_mail"]}
    ledger = b"".join(sealed.data for sealed in desk.shop.ledger.facts())
    assert not any(word.encode() in ledger for word in ("Paula", "Vrieskruyt", "87654321", "paula@"))


def test_a_printed_card_is_one_persons_and_what_cannot_be_is_refused_by_its_field(desk: Desk) -> None:
    assert desk.customers.enrol(PAULA, (), "nl 77").cart.customer == "NL77"
    refusals: tuple[tuple[dict[str, str], Collection[str], str, str], ...] = (
        ({}, (), "NL78", "newcustomer.name"), (PAULA, (), "NL77", "newcustomer.taken"), (PAULA, (), "NL204", "newcustomer.taken"),
        (PAULA, (), "N-1", "newcustomer.number"), (PAULA, (), "4111 1111 1111 1111", "scan.card"),
        ({**PAULA, "phone": "12"}, (), "", "newcustomer.phone"), (PAULA, {"receipt_by_mail"}, "", "newcustomer.email"),
        ({**PAULA, "email": "paula@"}, (), "", "newcustomer.email"),
        ({**PAULA, "postcode": "1" * 13}, (), "", "newcustomer.postcode"),
        (PAULA, {"everything"}, "", "newcustomer.consent"), ({"given": "x" * 81}, (), "", "newcustomer.name"),
    )  # fmt: skip
    for said, agreed, card, code in refusals:
        assert code_of(lambda: desk.customers.enrol(said, agreed, card)) == code, code  # noqa: B023
    assert len(desk.shop.ledger.look(customers.new_in)) == 1


def test_what_the_hub_has_is_not_kept_here_any_more(desk: Desk) -> None:
    desk.customers.enrol(PAULA, (), "NL77")
    desk.shop.ledger.run(lambda conn: customers.told_in(conn, "NL77"))
    assert desk.numbers("vrieskruyt") == [] and desk.customers.named("NL77") is None
    assert desk.shop.ledger.look(customers.new_in) == []


def test_only_who_may_look_customers_up_makes_one_and_nobody_in_training(desk: Desk) -> None:
    desk.shop.counter.training = True
    assert code_of(lambda: desk.customers.enrol(PAULA, ())) == "training.not_here"
    desk.shop.counter.training = False
    desk.shop.counter.employee = Employee("900", "T", "technician", "", "")
    assert code_of(lambda: desk.customers.enrol(PAULA, ())) == "customer.not_allowed"

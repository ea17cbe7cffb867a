"""Accounts of gift cards and store credit: the same whoever hears of which device first, and nothing after what is undone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.account import Account, Sums, book, entries_in, fold, known_of, newer
from kiosk.domain.codec import Json
from kiosk.domain.facts import GENESIS, SALE_COMPLETED, SALE_VOIDED, TRAINING_REHEARSED, Fact
from kiosk.domain.identity import Moment, Place
from kiosk.domain.receipt import ReceiptNumber
from kiosk.domain.tender import GIFT_CARD, STORE_CREDIT
from kiosk.domain.voiding import void_body
from kiosk.domain.voucher import Voucher, credit_number, is_credit_number, later

PLACE = Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "01")
CARD = (GIFT_CARD, "G1")


def fact(body: Json, dev: str = "dev-1", kind: str = SALE_COMPLETED) -> Fact:
    """A fact of a device; what an account asks of the frame is only its device, kind and place."""
    return Fact(dev, 1, 1, "id", kind, 2, PLACE, "101", "2026-11-22", Moment(0, 0, "b"), 0, GENESIS, body)


def loads(amount: int, dev: str = "dev-1", until: int = 0) -> Fact:
    """A gift card is sold, or sold again."""
    return fact({"lines": [{"voucher_code": "G1", "amount": amount, "until": until}], "tenders": []}, dev)


def pays(amount: int, dev: str = "dev-1", change: int = 0) -> Fact:
    """Something is paid with it."""
    tender = {"kind": GIFT_CARD, "amount": amount, "tendered": amount + change, "change": change, "reference": "G1"}
    return fact({"lines": [], "tenders": [tender]}, dev)


def undone(sale: Fact) -> Fact:
    """The void of a sale, as a till makes it."""
    whole = {
        "lines": [], "tax": [], "movements": [], "receipt": "AMS1-01-A-000001", "sale": "s", "deposit": 0, "discount": 0,
        "promotion": 0, "total": 0, "rounding": 0, **sale.body,
    }  # fmt: skip
    number = ReceiptNumber("AMS1", "01", 1, 2)
    return replace(sale, kind=SALE_VOIDED, body=void_body(whole, "void", number, "mistake", "201"))


def test_a_card_is_loaded_reloaded_paid_with_and_says_what_is_left() -> None:
    account = fold([loads(2_500), pays(1_000), loads(1_000), pays(400, "dev-2")])[CARD]
    assert (account.loaded_minor, account.left_minor, account.brand, account.currency) == (3_500, 2_100, "noord-zuid", "EUR")
    assert account.by == {"dev-1": Sums(3_500, 1_000), "dev-2": Sums(0, 400)} and account.turn == 4
    told = account.voucher()
    assert (told.amount_minor, told.left_minor, told.spent) == (3_500, 2_100, {"dev-1": 1_000, "dev-2": 400})


def test_change_in_cash_is_off_the_card_too() -> None:
    assert fold([loads(2_500), pays(2_000, change=500)])[CARD].left_minor == 0


def test_store_credit_is_issued_by_a_refund_and_a_refund_onto_the_paying_card_gives_back() -> None:
    issued = {"kind": STORE_CREDIT, "amount": -900, "change": 0, "reference": "C1", "issued": {"until": 77}}
    back = {"kind": GIFT_CARD, "amount": -300, "change": 0, "reference": "G1"}
    accounts = fold([loads(500), pays(300), fact({"lines": [], "tenders": [issued, back]})])
    assert accounts[STORE_CREDIT, "C1"].voucher() == Voucher(
        "C1", STORE_CREDIT, 900, "EUR", "noord-zuid", 77, loaded={"dev-1": 900}, turn=1
    )
    assert (accounts[CARD].loaded_minor, accounts[CARD].left_minor) == (500, 500)


def test_what_is_no_sale_or_has_no_number_books_nothing() -> None:
    tenders = [{"kind": GIFT_CARD, "amount": 5, "reference": ""}, {"kind": "cash", "amount": 5}]
    body: Json = {"lines": [{"amount": 5}], "tenders": tenders}
    assert entries_in(fact(body)) == [] and entries_in(fact({}, kind=TRAINING_REHEARSED)) == []


def test_a_card_holds_until_the_latest_end_that_was_given_and_for_ever_once_there_was_none() -> None:
    assert fold([loads(1, until=50), loads(1, until=90), loads(1, until=70)])[CARD].until_ms == 90
    assert fold([loads(1, until=50), loads(1)])[CARD].until_ms == 0 == later(0, 50)
    unheard = fold([pays(5, "dev-2")])[CARD]
    assert (unheard.until_ms, unheard.brand, unheard.left_minor) == (None, "", -5)
    assert book(unheard, entries_in(loads(5, until=50))[0], loads(5)).until_ms == 50


moves = st.builds(
    lambda make, amount, dev, undo: [made := make(amount, dev)] + ([undone(made)] if undo else []),
    st.sampled_from([loads, pays]), st.integers(1, 10_000), st.sampled_from(["dev-1", "dev-2", "dev-3"]), st.booleans(),
)  # fmt: skip


@given(st.lists(moves, max_size=12), st.randoms(use_true_random=False))
def test_devices_may_be_heard_of_in_any_order_and_what_is_undone_counts_nothing(days: list[list[Fact]], chance: object) -> None:
    facts = [one for day in days for one in day]
    shuffled = list(facts)
    getattr(chance, "shuffle")(shuffled)  # noqa: B009  hypothesis hands its chance over as random.Random
    assert fold(facts).keys() == fold(shuffled).keys()
    for key, account in fold(facts).items():
        other = fold(shuffled)[key]
        assert (account.by, account.until_ms, account.left_minor) == (other.by, other.until_ms, other.left_minor)
    kept = fold([one for day in days if len(day) == 1 for one in day]).get(CARD, Account(*CARD))
    assert fold(facts).get(CARD, Account(*CARD)).left_minor == kept.left_minor


@given(st.lists(moves, max_size=10), st.integers(0, 10))
def test_a_till_knows_its_own_part_itself_however_little_of_it_the_hub_has_heard(days: list[list[Fact]], heard: int) -> None:
    facts = [one for day in days for one in day]
    own = [one for one in facts if one.dev == "dev-1"]
    told = fold([*(one for one in facts if one.dev != "dev-1"), *own[:heard]]).get(CARD)
    mine = fold(own).get(CARD)
    known = known_of(told.voucher() if told else None, mine, "dev-1")
    whole = fold(facts).get(CARD)
    assert (known.left_minor if known else None) == (whole.left_minor if whole else None)
    assert (known.amount_minor if known else None) == (whole.loaded_minor if whole else None)


def test_of_two_tellings_the_later_counts() -> None:
    one, two = Voucher("G1", GIFT_CARD, 5, "EUR", turn=1), Voucher("G1", GIFT_CARD, 5, "EUR", turn=2)
    assert newer(one, two) is two and newer(two, one) is two and newer(None, one) is one and newer(None, None) is None


def test_an_end_that_only_one_of_hub_and_till_knows_is_taken_from_it() -> None:
    own = fold([loads(5, until=50)])[CARD]
    unheard = fold([pays(1, "dev-2")])[CARD].voucher()
    known = known_of(unheard, own, "dev-1")
    assert known is not None and (known.until_ms, known.brand, known.currency, known.left_minor) == (50, "noord-zuid", "EUR", 4)
    told = fold([loads(5, "dev-2", until=90)])[CARD].voucher()
    known = known_of(told, own, "dev-1")
    assert known is not None and known.until_ms == 90
    known = known_of(told, fold([pays(2)])[CARD], "dev-1")
    assert known is not None and (known.until_ms, known.left_minor) == (90, 3)


@settings(max_examples=50)
@given(st.integers(0, (1 << 128) - 1), st.integers(0, 60), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"))
def test_a_slip_of_the_finger_in_a_number_of_store_credit_is_found(secret: int, place: int, letter: str) -> None:
    number = credit_number("AMS1-01-A-000042", f"{secret:032x}")
    assert is_credit_number(number) and is_credit_number(f" {number.lower()} ")
    at = place % len(number)
    typed = number[:at] + letter + number[at + 1 :]
    assert is_credit_number(typed) == (typed == number)


@pytest.mark.parametrize("text", ["", "AMS1-01-A-000042", "8710398500526", "G-1", "HOLD-AMS1-01-3"])
def test_other_codes_are_no_store_credit(text: str) -> None:
    assert not is_credit_number(text)

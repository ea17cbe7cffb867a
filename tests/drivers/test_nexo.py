"""The nexo driver against the terminal of the lab: what it knows, what it does not know, and never a guess."""

import json
import secrets
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import registry
from drivers.api import Health, Tools
from drivers.errors import AddressRefused
from drivers.nexo import crypto, frames
from drivers.nexo.driver import NexoTerminal
from drivers.nexo.frames import Garbled, Station
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from drivers.simulated.poi.papers import PAN
from drivers.simulated.poi.seal import Sealer
from kiosk.domain.cardnumbers import found
from kiosk.domain.cardterminal import CardRequest, Deed, Found, Verdict

TOOLS = Tools(time.monotonic_ns, lambda: secrets.randbelow(1000) / 1000)
PAY = CardRequest(Deed.PAYMENT, "A0000001", "sale-1", 1234, "EUR", "2026-11-21T11:00:00Z")
ADYEN_BLOB = (
    "0J+K910TgD9zK1DQ9/fC8F71KycQzmUFgeHHmLdH2DeG3nBilmSWZ+6cgBAXAQCFE33smFctc9AxstnlsiJEFh7DEuY0cVl1renCEkCGVpY/Nnq3yKlgSSNW"
    "bU3k/tpG6DQzk5sO/Q3uJVg3PXd5X6pCPotcaDgBVAiFB86ppQT+n0xiS3x7+LsxYxx8dwyeoA8EEqjCIHkWqQmUrGSaAYu19YsBGO7sa27EFEVyrcYPU0ZS"
    "U4IsTmq2NRmESviEuNZ/6QP+BVPpAxgdgcBFhK+Ldh+FLAVdOsfYkbiHFtErR3WITOqLm/wqi2VtRBB/H2D/buMs+Ek+ckaXTrMgI7S9n4z0rV+SpX5L/k0q"
    "6Rqy8lpDQO8rZ8yLiJF6f5PiPhriCYejIlGgYrIy5FcChgVyJgnJo8jJ/Mns7sResisyVM9QRWY24l6+Y/XHI2uO9WuRD5sG8ZaT+voFHIRyANS8Kv+Je/XJ"
    "hNHLFdecT9eTlc9EvA1zeqnzZuwkj9DSdA9IDTag1ecR0JKO1aRnuPOCPDeD6SiGT9orIdKz+nk="
)
ADYEN = {
    "NexoBlob": ADYEN_BLOB,
    "SecurityTrailer": {
        "AdyenCryptoVersion": 1, "Hmac": "Moj4C0c8LwngFv9FlMqPsElBj614pv7mkUYSugNx6u8=",
        "KeyIdentifier": "CryptoKeyIdentifier12345", "KeyVersion": 1, "Nonce": "mP2DCFFwsRv9G/+bLtfCtg==",
    },
}  # fmt: skip
"""Sealed by the provider's own library (api-library 32.1.0 for Node) with the passphrase of its documentation."""


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoiPort]:
    with PoiPort(tmp_path_factory.mktemp("poi"), Journal(time.time)) as made:
        yield made


@pytest.fixture
def driver(port: PoiPort) -> Iterator[NexoTerminal]:
    made = open_terminal(port.address + "&wait=5")
    yield made
    made.close()
    port.terminal.switch(True)
    port.terminal.answer_status("")
    port.terminal.leaks = port.terminal.signature = False


def open_terminal(address: str) -> NexoTerminal:
    """A driver from its address, as a till makes it."""
    made = registry.payment_terminal(address, TOOLS)
    assert isinstance(made, NexoTerminal)
    made.open("AMS1-01", lambda health: None)
    return made


def pay(number: int, **more: Any) -> CardRequest:
    """A payment with a reference of its own."""
    return replace(PAY, reference=f"A{number:07d}", **more)


# the seal


def test_the_seal_of_the_provider_s_own_library_opens_on_both_sides() -> None:
    key = crypto.derive("mysupersecretpassphrase", "CryptoKeyIdentifier12345", 1)
    opened = crypto.unseal(ADYEN, key)
    theirs = Sealer("mysupersecretpassphrase", "CryptoKeyIdentifier12345", 1).open(dict(ADYEN))
    amount = opened["SaleToPOIRequest"]["PaymentRequest"]["PaymentTransaction"]["AmountsReq"]["RequestedAmount"]
    assert opened == theirs and frames.minor(amount, "EUR") == 1234


def test_the_key_is_the_published_one() -> None:
    key = crypto.derive("mysupersecretpassphrase", "k", 1)
    assert key.mac.hex() == "633651f2a778f91ef37ca2eae92d2f8e58073b766d26899967dc1202c1444742"
    assert key.aes.hex() == "89b3399a5c77fc0c38762ba1529488d19b4daf8360a2ef3f7a0b06d23c89b12a"
    assert key.iv.hex() == "17be85c2e52ba327bdce1910f4c2c7de"


@pytest.mark.parametrize("spoil", ["Hmac", "Nonce", "KeyIdentifier", "NexoBlob"])
def test_a_message_that_was_touched_is_not_believed(spoil: str) -> None:
    key = crypto.derive("mysupersecretpassphrase", "CryptoKeyIdentifier12345", 1)
    touched = json.loads(json.dumps(ADYEN))
    where = touched if spoil == "NexoBlob" else touched["SecurityTrailer"]
    where[spoil] = ("M" if where[spoil][0] != "M" else "N") + where[spoil][1:]
    with pytest.raises(crypto.Unsealed):
        crypto.unseal(touched, key)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["Response", "Result", "PaymentResult", "POIData", "Text"]), inner, max_size=3)
        ),
    )
)
def test_no_answer_at_all_makes_the_reading_fail_unforeseen(body: Any) -> None:
    for read in (
        lambda: frames.read_deed(body, Deed.PAYMENT, "EUR", "T"),
        lambda: frames.read_status(body, Deed.PAYMENT, "A1", "EUR", "T"),
        lambda: frames.read_totals(body, "EUR", "T"),
        lambda: frames.response(body, "Payment", "A1", Station("S", "P")),
    ):
        try:
            read()
        except Garbled:
            continue


# what is known


def test_a_payment_is_approved_with_what_a_receipt_needs(port: PoiPort, driver: NexoTerminal) -> None:
    answer = driver.carry_out(pay(1))
    assert (answer.verdict, answer.amount_minor, answer.brand, answer.last_digits) == (Verdict.APPROVED, 1234, "visa", "1111")
    assert answer.original.startswith("LAB") and answer.approval == "123456" and answer.terminal == "LAB-0001"
    assert "EUR 12.34" in answer.customer_text and not answer.signature
    assert port.terminal.book.charged("sale-1") == 1234


def test_only_a_part_is_approved_and_that_part_is_told(port: PoiPort, driver: NexoTerminal) -> None:
    port.terminal.next("approve", amount_minor=1000)
    assert driver.carry_out(pay(2)).amount_minor == 1000


@pytest.mark.parametrize(
    ("condition", "code"),
    [("Refusal", "card.refused"), ("Cancel", "card.cancelled"), ("WrongPIN", "card.wrong_pin"), ("Busy", "card.busy"),
     ("InsertedCard", "card.card_left"), ("UnreachableHost", "card.no_bank"), ("SomethingNew", "card.refused")],
)  # fmt: skip
def test_a_refusal_says_why(port: PoiPort, driver: NexoTerminal, condition: str, code: str) -> None:
    port.terminal.next("decline", condition=condition)
    answer = driver.carry_out(replace(PAY, reference=f"R{condition[:7]}"))
    assert (answer.verdict, answer.code, answer.sent) == (Verdict.DECLINED, code, True)


def test_a_refund_and_a_reversal_give_the_money_back(port: PoiPort, driver: NexoTerminal) -> None:
    paid = driver.carry_out(pay(10, sale="sale-r"))
    reversal = CardRequest(Deed.REVERSAL, "A0000011", "sale-r", 1234, "EUR", PAY.at, paid.original, paid.original_at)
    assert driver.carry_out(reversal).verdict is Verdict.APPROVED
    assert port.terminal.book.charged("sale-r") == 0
    again = driver.carry_out(replace(reversal, reference="A0000012"))
    assert (again.verdict, again.code) == (Verdict.DECLINED, "card.not_allowed")
    assert driver.carry_out(pay(13, sale="sale-r", deed=Deed.REFUND)).amount_minor == 1234
    assert port.terminal.book.charged("sale-r") == -1234


def test_the_totals_are_the_terminal_s_own_and_start_anew(port: PoiPort, driver: NexoTerminal) -> None:
    driver.reconcile("EUR")
    for number in (20, 21):
        driver.carry_out(pay(number))
    totals = driver.reconcile("EUR")
    assert totals is not None and totals.payments == (2, 2468) and totals.refunds == (0, 0)
    again = driver.reconcile("EUR")
    assert again is not None and again.payments == (0, 0)


# what is not known


@pytest.mark.parametrize(
    "do", ["approve_then_cut", "approve_then_garble", "approve_then_answer_another", "half", "approve_then_reboot"]
)
def test_money_that_moved_without_an_answer_is_unknown_and_found_by_our_reference(
    port: PoiPort, driver: NexoTerminal, do: str
) -> None:
    port.terminal.next(do)
    asked = replace(PAY, reference=f"U{sum(map(ord, do)):07d}")
    answer = driver.carry_out(asked)
    assert (answer.verdict, answer.sent) == (Verdict.UNKNOWN, True)
    port.terminal.switch(True)
    status = driver.status(Deed.PAYMENT, asked.reference, "EUR")
    assert status.found is Found.ENDED and status.answer is not None
    assert (status.answer.verdict, status.answer.amount_minor) == (Verdict.APPROVED, 1234)


@pytest.mark.parametrize("do", ["cut", "reboot"])
def test_money_that_did_not_move_is_absent_once_the_terminal_can_be_asked(port: PoiPort, driver: NexoTerminal, do: str) -> None:
    port.terminal.next(do)
    asked = replace(PAY, reference=f"N{sum(map(ord, do)):07d}")
    assert driver.carry_out(asked).verdict is Verdict.UNKNOWN
    if do == "reboot":
        assert driver.status(Deed.PAYMENT, asked.reference, "EUR").found is Found.NO_ANSWER
    port.terminal.switch(True)
    assert driver.status(Deed.PAYMENT, asked.reference, "EUR").found is Found.ABSENT


def test_a_shopper_who_takes_too_long_is_unknown_then_in_progress_then_paid(port: PoiPort) -> None:
    driver = open_terminal(port.address + "&wait=1")
    try:
        port.terminal.next("dawdle")
        asked = pay(40)
        assert driver.carry_out(asked).verdict is Verdict.UNKNOWN
        assert driver.status(Deed.PAYMENT, asked.reference, "EUR").found is Found.IN_PROGRESS
        port.terminal.release()
        assert port.terminal.wait_for(lambda poi: poi.book.find("AMS1-01", asked.reference) is not None, 30)
        assert driver.status(Deed.PAYMENT, asked.reference, "EUR").found is Found.ENDED
    finally:
        driver.close()


def test_an_abort_names_the_payment_and_not_the_message_that_came_last(port: PoiPort, driver: NexoTerminal) -> None:
    port.terminal.next("dawdle")
    answers: list[Verdict] = []
    asked = pay(50)
    payer = threading.Thread(target=lambda: answers.append(driver.carry_out(asked).verdict))
    payer.start()
    assert port.terminal.wait_for(lambda poi: poi.state()["under_way"] == asked.reference, 30)
    driver.probe()
    driver.status(Deed.PAYMENT, asked.reference, "EUR")
    driver.abort(Deed.PAYMENT, "A9999999")
    assert port.terminal.state()["under_way"] == asked.reference, "another one's abort changes nothing"
    driver.abort(Deed.PAYMENT, asked.reference)
    payer.join(30)
    assert answers == [Verdict.DECLINED]


def test_closing_the_driver_ends_a_payment_that_waits_as_unknown(port: PoiPort) -> None:
    driver = open_terminal(port.address + "&wait=60")
    port.terminal.next("dawdle")
    asked = pay(60)
    answers: list[Verdict] = []
    payer = threading.Thread(target=lambda: answers.append(driver.carry_out(asked).verdict))
    payer.start()
    assert port.terminal.wait_for(lambda poi: poi.state()["under_way"] == asked.reference, 30)
    driver.close()
    payer.join(30)
    port.terminal.release("Cancel")
    assert answers == [Verdict.UNKNOWN]


# what was never sent


def test_a_terminal_that_is_away_was_never_asked(tmp_path: Path, port: PoiPort) -> None:
    address = port.address.replace(port.address.split("?")[0], "nexo+https://127.0.0.1:9")
    driver = open_terminal(address)
    answer = driver.carry_out(pay(70))
    assert (answer.verdict, answer.sent, answer.code) == (Verdict.DECLINED, False, "device.absent")
    assert driver.probe().code == "device.absent"
    driver.close()


def test_another_terminal_s_certificate_or_another_root_is_not_trusted(tmp_path: Path, port: PoiPort) -> None:
    with PoiPort(tmp_path / "other", Journal(time.time), poi_id="LAB-0002") as other:
        for address in (
            port.address.replace("poi=LAB-0001", "poi=LAB-0009"),
            other.address.replace(str(other.root), str(port.root)),
        ):
            driver = open_terminal(address)
            answer = driver.carry_out(pay(80))
            assert (answer.verdict, answer.sent, answer.code) == (Verdict.DECLINED, False, "device.foreign")
            driver.close()
        assert other.terminal.book.entries == []


def test_a_missing_key_is_told_before_anything_is_sent(tmp_path: Path, port: PoiPort) -> None:
    driver = open_terminal(port.address.replace(str(port.passphrase), str(tmp_path / "none")))
    assert driver.carry_out(pay(90)).sent is False
    driver.close()


def test_a_terminal_that_knows_no_sessions_is_paid_at_all_the_same(port: PoiPort) -> None:
    port.terminal.knows_login = False
    driver = open_terminal(port.address)
    assert driver.carry_out(pay(95)).verdict is Verdict.APPROVED
    driver.close()
    port.terminal.knows_login = True


@pytest.mark.parametrize(
    "address",
    ["nexo+https://h:1?poi=P&root=R&passphrase=F", "nexo://h?poi=P&root=R&passphrase=F&key=K",
     "nexo+https://h?poi=P&root=R&passphrase=F&key=K&secret=x", "nexo+https://h?poi=P&root=R&passphrase=F&key=K&wait=0"],
)  # fmt: skip
def test_a_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(AddressRefused):
        registry.payment_terminal(address, TOOLS)


# card numbers


def test_no_card_number_comes_through_whatever_the_terminal_says(port: PoiPort, driver: NexoTerminal) -> None:
    port.terminal.leaks = True
    answer = driver.carry_out(pay(98))
    told = repr(answer)
    assert answer.verdict is Verdict.APPROVED and "**** 1111" in told
    assert not found(told) and PAN not in told.replace(" ", "").replace("-", "")
    status = driver.status(Deed.PAYMENT, pay(98).reference, "EUR")
    assert status.found is Found.ENDED and not found(repr(status))


def test_a_signature_is_asked_for_when_the_terminal_wants_one(port: PoiPort, driver: NexoTerminal) -> None:
    port.terminal.signature = True
    assert driver.carry_out(pay(99)).signature


def test_health_is_told_when_it_changes(port: PoiPort) -> None:
    told: list[Health] = []
    made = registry.payment_terminal(port.address, TOOLS)
    made.open("AMS1-01", told.append)
    made.probe()
    port.terminal.switch(False)
    made.probe()
    port.terminal.switch(True)
    made.close()
    assert [one.state.value for one in told] == ["opening", "ready", "lost"]

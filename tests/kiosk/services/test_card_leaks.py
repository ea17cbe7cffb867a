"""A terminal that puts the whole card number into every text: none of it is stored, printed, logged or sent."""

import logging
import secrets
import time
from pathlib import Path

import pytest

from drivers import registry
from drivers.api import Tools
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from drivers.simulated.poi.papers import PAN
from kiosk.domain import facts
from kiosk.domain.cardnumbers import found
from kiosk.store import spool
from sync.protocol.messages import PushedFact, PushRequest, pack, unpack
from tests.kiosk.services.carddesk import desk
from tests.kiosk.support import MANAGER, PIN, code_of

TOOLS = Tools(time.monotonic_ns, lambda: secrets.randbelow(1000) / 1000)


def clean(text: str, where: str) -> None:
    """Nothing in a text is a card number, and this one is not there in any spelling."""
    squeezed = text.replace(" ", "").replace("-", "")
    assert PAN not in squeezed, f"the card number is in {where}"
    assert not found(text), f"a card number is in {where}: {found(text)}"


def test_no_card_number_is_stored_printed_logged_or_sent(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with PoiPort(tmp_path / "poi", Journal(time.time)) as port:
        port.terminal.leaks = True
        terminal = registry.payment_terminal(port.address + "&wait=10", TOOLS)
        with desk(tmp_path / "till", terminal) as till:
            till.pay(500)
            till.settled()
            port.terminal.next("decline", condition=f"Refusal {PAN}")
            till.cards.pay(300)
            till.settled()
            port.terminal.next("approve_then_reboot")
            attempt = till.cards.pay(400).reference
            till.side.until(lambda: bool(till.cards.open_attempts) and till.cards.open_attempts[0].code == "device.lost")
            assert code_of(lambda: till.cards.state(attempt, True, PAN, MANAGER, PIN)) == "scan.card"
            assert code_of(lambda: till.cards.state(attempt, True, "1", MANAGER, PIN, f"pas {PAN}")) == "scan.card"
            till.cards.state(attempt, True, "000042", MANAGER, PIN)
            assert till.shop.checkout.pay_cash(till.shop.checkout.cash_due()) is not None
            sealed = till.shop.ledger.facts()
            sold = till.facts_of(facts.SALE_COMPLETED)[0]
            assert any("**** 1111" in line for line in sold["tenders"][0]["card"]["text"]), "what may be told of it is there"
            for fact in sealed:
                clean(fact.data.decode(), f"fact {fact.seq}")
            jobs = till.shop.ledger.run(spool.jobs)
            assert any("**** 1111" in job.plain_text for job in jobs), "it is on the paper as the terminal wants it"
            for job in jobs:
                clean(job.plain_text + (job.data or b"").decode("latin-1"), f"print job {job.job_id}")
            wire = [PushedFact(fact.data, fact.signature) for fact in sealed]
            sent = unpack(pack(PushRequest("dev-1", 1, 1, wire)), PushRequest)
            clean(repr(sent), "what is sent to the hub")
    for file in (tmp_path / "till").iterdir():
        if file.is_file():
            assert PAN.encode() not in file.read_bytes(), f"the card number is in {file.name}"
    clean(caplog.text, "the log")

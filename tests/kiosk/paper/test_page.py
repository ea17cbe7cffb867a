"""A paper as a web page, and what a receipt carries for telephones: the same lines, nothing foreign, an address nobody guesses."""

import re
from pathlib import Path

import pytest

from kiosk.domain.document import Document, Line, QrCode, plain_text
from kiosk.paper.letterhead import letterhead_of
from kiosk.paper.page import page_of
from kiosk.store.ledger import Ledger
from tests.kiosk.support import Shop, open_shop

ADDRESS = "https://bon.example.org"


def _sold(shop: Shop) -> None:
    shop.sign_in()
    shop.open_shift()
    shop.add("1001-WHT-M")
    shop.sell_cash()


def test_a_page_has_every_line_of_the_paper_and_nothing_from_elsewhere(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        _sold(shop)
        document = shop.receipts.document(shop.facts()[-1])
    page = page_of(document, "nl")
    for block in document.blocks:
        if isinstance(block, Line) and block.text.strip():
            assert block.text.strip().split()[0].replace("&", "&amp;") in page
    assert "<script" not in page and "http" not in page and "src=" not in page


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_letters_are_small_enough_for_a_whole_line_on_a_telephone(columns: int) -> None:
    page = page_of(Document((Line("w" * columns),), columns), "nl")
    found = re.search(r"main{font-size:min\(1rem,calc\(\(100vw - 2.5rem\)/([\d.]+)\)\)", page)
    assert found
    size = min(16.0, (360 - 40) / float(found[1]))
    assert size > 10 and columns * size * 0.605 <= 360 - 32


def test_hostile_names_stay_text_on_a_page(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.put_settings({"receipt.nl.header": ["<script>alert(1)</script>"]})
        _sold(shop)
        assert "&lt;script&gt;" in page_of(shop.receipts.document(shop.facts()[-1]), "nl")


def test_a_receipt_of_a_store_with_copies_carries_the_address_of_its_own_fact(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"receipt.copy_address": ADDRESS + "/"}) as shop:
        _sold(shop)
        fact = shop.facts()[-1]
        (code,) = [block for block in shop.receipts.document(fact).blocks if isinstance(block, QrCode)]
        assert code.data == f"{ADDRESS}/r/{fact.dev}/{fact.inc}/{fact.seq}/{fact.body['copy']}"
        assert len(fact.body["copy"]) == 32
        _guessable_by_nobody(shop.ledger, fact.body["sale"], fact.body["copy"])


def _guessable_by_nobody(ledger: Ledger, sale: str, copy: str) -> None:
    assert ledger.secret_of(sale) == copy and ledger.secret_of(sale + "x") != copy


def test_a_store_without_copies_prints_no_code_and_asks_for_none(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        _sold(shop)
        fact = shop.facts()[-1]
        assert "copy" not in fact.body
        assert not [block for block in shop.receipts.document(fact).blocks if isinstance(block, QrCode)]


def test_narrow_paper_keeps_every_figure(tmp_path: Path) -> None:
    for columns in (32, 42, 48):
        with open_shop(tmp_path / str(columns), settings={"receipt.columns": columns}) as shop:
            _sold(shop)
            document = shop.receipts.document(shop.facts()[-1])
            assert document.columns == columns
            text = plain_text(document)
            assert "14,99" in text and all(len(line) <= columns for line in text.splitlines())


def test_settings_that_make_no_sense_print_a_plain_receipt() -> None:
    head = letterhead_of({"receipt.nl.header": "no list", "receipt.copy_address": 7}, None, "nl")
    assert (list(head.header), list(head.store_lines), head.copy_address) == ([], [], "7")

"""What a receipt looks like is the shop's; what has to stand on it is the law's, and its number is always the last of it."""

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.document import Barcode, Cut, Document, Feed, Line, Picture, QrCode, plain_text
from kiosk.domain.facts import Fact
from kiosk.paper.letterhead import ADDRESS, FOOTER, HEADER, LAYOUT, LOGO, POLICY, QR, SALE, Letterhead, layout_of
from kiosk.paper.receipt import gift_receipt, receipt
from kiosk.text import words
from tests.kiosk.support import open_shop

MARKS = {HEADER: "Noord & Zuid", ADDRESS: "Voorbeeldkade 12", FOOTER: "Tot ziens!", POLICY: "Ruilen kan"}
LOGO_PICTURE = Picture(8, b"\xff", b"")


def _head(layout: tuple[str, ...]) -> Letterhead:
    return Letterhead(
        ["Noord & Zuid"], ["Tot ziens!"], ["Voorbeeldkade 12"], "Voorbeeld B.V.", "NL000099998B57", ["Ruilen kan"],
        "https://bon.example.org", LOGO_PICTURE, layout,
    )  # fmt: skip


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Fact:
    """A sale with a digital copy."""
    given = {"receipt.copy_address": "https://bon.example.org"}
    with open_shop(tmp_path_factory.mktemp("till"), settings=given) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        shop.sell_cash(2_000)
        return shop.facts()[-1]


def _places(document: Document) -> dict[str, int]:
    """Where each part begins."""
    found: dict[str, int] = {}
    for at, block in enumerate(document.blocks):
        match block:
            case Picture():
                found[LOGO] = at
            case QrCode():
                found[QR] = at
            case Line(text) if "Totaal EUR" in text:
                found[SALE] = at
            case Line(text):
                found.update({name: at for name, mark in MARKS.items() if text == mark})
    return found


LAYOUTS = st.lists(st.sampled_from([name for name in LAYOUT if name != SALE]), unique=True).flatmap(
    lambda names: st.permutations([*names, SALE])
)


@given(LAYOUTS)
def test_every_order_prints_its_parts_in_it_and_all_that_the_law_wants_with_the_number_last(sold: Fact, order: list[str]) -> None:
    document = receipt(sold, _head(layout_of(order)), words("nl"))
    places = _places(document)
    assert sorted(places, key=lambda name: places[name]) == order
    usual = plain_text(receipt(sold, _head((SALE,)), words("nl"))).splitlines()
    every = plain_text(document).splitlines()
    assert [line for line in usual if line.strip() and line not in every] == []
    *_, white, code, knife = document.blocks
    assert (white, knife) == (Feed(), Cut()) and code.data == sold.body["receipt"]  # type: ignore[union-attr]
    assert not any(isinstance(a, Feed) and isinstance(b, Feed) for a, b in itertools.pairwise(document.blocks))


def test_without_a_layout_a_receipt_is_as_it_always_was(sold: Fact) -> None:
    places = _places(receipt(sold, _head(layout_of(())), words("nl")))
    assert sorted(places, key=lambda name: places[name]) == list(LAYOUT) == [LOGO, HEADER, ADDRESS, SALE, FOOTER, POLICY, QR]


def test_a_gift_receipt_follows_the_layout_and_tells_no_amount_and_no_copy(sold: Fact) -> None:
    document = gift_receipt(sold, _head((FOOTER, SALE, QR, POLICY, LOGO)), words("nl"))
    kinds = [block for block in document.blocks if isinstance(block, Picture | QrCode | Barcode)]
    assert [type(block) for block in kinds] == [Picture, Barcode]
    assert plain_text(document).splitlines()[0].strip() == "Tot ziens!" and "14,99" not in plain_text(document)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("logo", "as a list"),
        ({"logo": 1}, "as a list"),
        (["logo"], "'sale' is missing"),
        (["sale", "sale"], "named twice"),
        (["sale", "qr", "logo", "qr"], "'qr' is named twice"),
        (["sale", "vat"], "no part 'vat': there are logo"),
        (["sale", 7], "no part 7"),
        (["sale", ["qr"]], "no part"),
    ],
)
def test_a_layout_that_is_none_says_why(value: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        layout_of(value)


@pytest.mark.parametrize("settings", [{"receipt.layout": ["logo"]}, {"receipt.layout": 7}, {"receipt.layout": [["sale"]]}])
def test_a_till_that_is_told_nonsense_prints_the_usual_receipt(tmp_path: Path, settings: Mapping[str, Any]) -> None:
    with open_shop(tmp_path, settings=dict(settings)) as shop:
        assert shop.receipts.letterhead("nl").layout == LAYOUT

"""What a camera reads goes the way of every scan: goods, the label of a shelf, a coupon on a phone, a kiosk's ticket, a receipt."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from drivers.api import Scan
from drivers.camera.reading import codes_in
from kiosk.domain.promotion import PERCENT, SINGLE, Coupon
from kiosk.domain.ticket import Ticket, encode, key_mark
from kiosk.services.scans import Halted, ScanDesk, ScanResult, Sold, TicketTaken
from sync.protocol.signature import Key, verifier
from tests.kiosk.services.test_offers import SHIRT, publish, rule
from tests.kiosk.support import Shop, open_shop

KIOSK = Key.load(bytes([5]) * 32)
QR, CODE128, MATRIX, EAN = (
    zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.EAN13,
)  # fmt: skip
TICKET_ID = "0192f0a0-0000-7000-8000-00000000002a"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A till at work, with a single coupon on shirts."""
    with open_shop(tmp_path) as made:
        made.sign_in()
        made.open_shift()
        publish(made, rule("C", PERCENT, percent_bp=1_000, coupon=Coupon(SINGLE, (), "WELKOM", 4)))
        yield made


def held_before_the_camera(shop: Shop, text: str, kind: zxingcpp.BarcodeFormat, ink: int = 0) -> ScanResult:
    """Draw a code, on a phone's bright screen or with `ink` 255 on its dark one; look at it, and scan what was read."""
    drawn = Image.fromarray(zxingcpp.create_barcode(text, kind).to_image(scale=5, add_quiet_zones=True)).convert("L")
    drawn = drawn.point(lambda value: 255 - value) if ink else drawn
    picture = Image.new("L", (max(900, drawn.width + 80), max(700, drawn.height + 80)), 255 - ink if ink else 190)
    picture.paste(drawn, ((picture.width - drawn.width) // 2, (picture.height - drawn.height) // 2))
    (found,) = codes_in(picture, 3 if ink else 0)
    desk = ScanDesk(shop.counter, shop.selling, lambda: {key_mark(KIOSK.public): verifier(KIOSK.public)})
    return desk.handle(Scan("camera", found.raw, found.text, found.aim, 0))


@pytest.mark.parametrize(("kind", "ink"), [(QR, 0), (QR, 255), (MATRIX, 0), (CODE128, 0)])
def test_a_coupon_on_a_phone_counts_like_any_other(shop: Shop, kind: zxingcpp.BarcodeFormat, ink: int) -> None:
    shop.selling.add_code(SHIRT)
    assert isinstance(held_before_the_camera(shop, "WELKOM0001", kind, ink), Sold)
    assert shop.selling.priced.promotion_minor > 0 and shop.selling.priced.cart.coupons == ("WELKOM0001",)
    again = held_before_the_camera(shop, "WELKOM0001", kind, ink)
    assert isinstance(again, Halted) and again.error.code == "coupon.twice"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("{gtin}", EAN), ("https://id.example/01/{gtin14}/10/B7?17=301231", QR), ("\x1d01{gtin14}10B7", MATRIX),
    ],
)  # fmt: skip
def test_goods_are_the_same_goods_however_they_are_marked(shop: Shop, text: str, kind: zxingcpp.BarcodeFormat) -> None:
    gtin = shop.article(SHIRT).barcodes[0]
    result = held_before_the_camera(shop, text.format(gtin=gtin, gtin14=gtin.zfill(14)), kind)
    assert isinstance(result, Sold) and [line.article for line in result.priced.cart.lines] == [SHIRT]


def test_a_kiosks_ticket_is_read_from_its_screen(shop: Shop) -> None:
    lines = tuple((code.barcodes[0].zfill(14), 1_000) for code in shop.catalog.articles("ORDER BY a.id", ())[:12])
    text = encode(Ticket(TICKET_ID, key_mark(KIOSK.public), 1, lines), KIOSK.sign)
    result = held_before_the_camera(shop, text, QR)
    assert isinstance(result, TicketTaken) and result.outcome.added == 12

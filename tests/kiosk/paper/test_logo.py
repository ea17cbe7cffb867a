"""A shop's logo: from any picture to dots on paper, in colour on a screen, and refused in a sentence where it is none."""

import base64
import io
import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from drivers.escpos.encoder import encode
from drivers.escpos.profile import Profile
from drivers.simulated.printer.interpreter import EscPosInterpreter
from drivers.simulated.printer.paper import Picture as Printed
from kiosk.domain.document import Cut, Document, Line, Picture, plain_text
from kiosk.paper.logo import HEIGHT_MAX, WIDTH_MAX, kept, logo_of
from kiosk.paper.logomaking import FILE_BYTES_MAX, logo_from
from kiosk.paper.page import page_of
from kiosk.paper.pdf import pdf_of
from tests.kiosk.support import open_shop


def picture(width: int = 300, height: int = 120, kind: str = "PNG", ink: str = "#0a5046") -> bytes:
    """A logo with a wide empty border, on nothing (or on white where the format knows no transparency)."""
    image = Image.new("RGBA", (width + 80, height + 60), (255, 255, 255, 0))
    ImageDraw.Draw(image).rectangle((40, 30, 40 + width - 1, 30 + height - 1), fill=ink)
    ImageDraw.Draw(image).ellipse((60, 50, 30 + width - 20, 10 + height), fill="#f0a030")
    if kind == "JPEG":
        image = Image.composite(image, Image.new("RGBA", image.size, "white"), image).convert("RGB")
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _bomb(side: int) -> bytes:
    """A file of some kilobytes that says it is a square of so many points."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(bytes(9_000_000), 9)) + _chunk(b"IEND", b"")


def _moving() -> bytes:
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    return file.getvalue()


def _noise() -> bytes:
    file = io.BytesIO()
    Image.effect_noise((900, 500), 120).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_loses_its_border_and_becomes_dots_and_colours(kind: str) -> None:
    logo = logo_from(picture(kind=kind))
    rough = {"PNG": 0, "WEBP": 2, "JPEG": 8}[kind]  # what a lossy format smears beyond the edge
    assert abs(logo.width - 300) <= rough and abs(logo.height - 120) <= rough
    shown = Image.open(io.BytesIO(logo.png)).convert("RGB")
    assert abs(shown.width / shown.height - 2.5) < 0.2
    middle, corner = shown.getpixel((shown.width // 2, shown.height // 2)), shown.getpixel((14, 14))
    assert middle[0] > 200 > middle[2] and corner[0] < 60  # type: ignore[index]
    dots = Image.frombytes("1", (logo.width, logo.height), logo.dots)
    assert all(dots.getpixel((at, 14)) for at in range(14, 280)), "a dark colour prints wholly"
    raster = [dots.getpixel((at, 60)) for at in range(100, 200)]
    assert 5 < sum(map(bool, raster)) < 95, "a light colour is a raster"


def test_a_logo_of_one_light_colour_prints_black_and_not_as_a_haze() -> None:
    logo = logo_from(_plain("#ffe9a0"))
    assert set(logo.dots[: logo.row_bytes - 1]) == {0xFF}


@pytest.mark.parametrize(("width", "height"), [(1_000, 200), (200, 1_000), (2_900, 300)])
def test_a_large_picture_is_made_to_fit_with_its_shape(width: int, height: int) -> None:
    logo = logo_from(picture(width, height))
    assert logo.width <= WIDTH_MAX and logo.height <= HEIGHT_MAX and (logo.width == WIDTH_MAX or logo.height == HEIGHT_MAX)
    assert logo.width / logo.height == pytest.approx(width / height, rel=0.05)
    assert len(json.dumps(kept(logo))) < 100_000


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: b"", "no picture"),
        (lambda: b"GIF89a" + bytes(100), "no picture"),
        (lambda: b"%PDF-1.7", "no picture"),
        (lambda: picture()[:400], "damaged"),
        (lambda: b"\x89PNG\r\n\x1a\n" + bytes(200), "no picture"),
        (lambda: _bomb(60_000), "on a side"),
        (lambda: _bomb(10_000), "on a side"),
        (lambda: _bomb(3_001), "on a side"),
        (lambda: _bomb(2_900), "damaged"),
        (lambda: bytes(FILE_BYTES_MAX + 1), "smaller"),
        (lambda: _plain("white"), "white all over"),
        (lambda: _plain("#0000"), "white all over"),
        (lambda: _plain("black", 6), "larger"),
        (_moving, "moves"),
    ],
)
def test_what_is_no_logo_is_refused_in_a_sentence_that_says_what_to_do(make: Callable[[], bytes], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        logo_from(make())


def _plain(colour: str, side: int = 100) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (side, side), colour).save(file, "PNG")
    return file.getvalue()


@given(st.binary(max_size=300), st.integers(0, 600))
def test_no_damage_to_a_file_is_more_than_a_refusal(data: bytes, at: int) -> None:
    whole = _WHOLE
    hurt = whole[:at] + data + whole[at + len(data) :]
    try:
        logo = logo_from(hurt)
    except ValueError as error:
        assert str(error)
    else:
        assert 0 < logo.width <= WIDTH_MAX and 0 < logo.height <= HEIGHT_MAX


_WHOLE = picture(60, 40)


def test_a_photograph_gets_few_colours_and_stays_small() -> None:
    assert len(logo_from(_noise()).png) <= 48_000


def test_the_same_picture_is_the_same_logo_and_comes_back_from_its_setting() -> None:
    logo = logo_from(_WHOLE)
    assert logo == logo_from(_WHOLE)
    assert logo_of(json.loads(json.dumps(kept(logo))), "") == logo


@pytest.mark.parametrize(
    "value",
    [
        None, "logo.png", 7, {}, {"width": 9, "dots": "", "png": ""}, {"width": 0, "dots": "eJwDAAAAAAE=", "png": ""},
        {"width": 9, "dots": "no base64!", "png": ""}, {"width": 9, "dots": "AAAA", "png": ""},
        {"width": 99_999, "dots": "AAAA", "png": ""},
        {"width": 8, "dots": base64.b64encode(zlib.compress(bytes(HEIGHT_MAX + 1))).decode(), "png": ""},
        {"width": 384, "dots": "eJz7zwAAAf8A/w==", "png": "AAAA"},
    ],
)  # fmt: skip
def test_a_setting_that_holds_no_logo_prints_none_and_stops_nothing(value: object) -> None:
    assert logo_of(value, "") is None


def _pressed(document: Document, profile: Profile) -> list[object]:
    press = EscPosInterpreter()
    press.receive(encode(document, profile))
    while press.step() is not None:
        pass
    return list(press.press.pieces[-1].items)


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_the_printer_sets_the_very_dots_in_the_middle_of_every_paper(columns: int) -> None:
    logo = logo_from(picture(2_000, 800))
    printed = [one for one in _pressed(Document((logo, Line("x"), Cut()), columns), Profile()) if isinstance(one, Printed)]
    assert b"".join(one.bitmap.rows for one in printed) == logo.dots
    assert {one.align for one in printed} == {"center"} and {one.bitmap.width_dots for one in printed} == {logo.row_bytes * 8}


def test_a_printer_without_pictures_prints_the_receipt_as_before() -> None:
    logo, rest = logo_from(_WHOLE), (Line("Bon 1"), Cut())
    assert encode(Document((logo, *rest), 48), Profile(raster=False)) == encode(Document(rest, 48), Profile(raster=False))


def test_a_receipt_of_a_shop_with_a_logo_begins_with_it_on_paper_page_and_pdf(tmp_path: Path) -> None:
    logo = logo_from(picture())
    given = {"receipt.logo": "abc", "logo.abc": kept(logo), "brand.name": "Noord & <Zuid>"}
    with open_shop(tmp_path, settings=given) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        done = shop.sell_cash(2_000)
        document = done.document
        job = shop.receipts.job_of(shop.facts()[-1].body["receipt"]) or shop.receipts.jobs()[-1]
    assert document.blocks[0] == Picture(logo.width, logo.dots, logo.png, "Noord & <Zuid>")
    assert logo.dots[: logo.row_bytes * 3] in job.data
    page = page_of(document, "nl")
    assert page.count("<img ") == 1 and 'alt="Noord &amp; &lt;Zuid&gt;"' in page and 'src="data:image/png;base64,' in page
    (shown,) = pdfium.PdfDocument(pdf_of(document, "nl", 0))[0].get_objects(filter=[FPDF_PAGEOBJ_IMAGE])
    assert shown.get_bounds()[2] - shown.get_bounds()[0] == pytest.approx(logo.width / 8 / 25.4 * 72, abs=0.1)
    assert "Noord & <Zuid>" not in plain_text(Document(document.blocks[:1])), "who searches paper searches words"


def test_a_logo_that_is_named_and_not_there_prints_none(tmp_path: Path) -> None:
    with open_shop(tmp_path, settings={"receipt.logo": "abc"}) as shop:
        assert shop.receipts.letterhead("nl").logo is None

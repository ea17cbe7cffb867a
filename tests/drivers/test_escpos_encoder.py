"""Documents as ESC/POS bytes: every character truthful, every code sound."""

import contextlib
import io
import random

import pytest
from escpos.printer import Dummy
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.api import Tools
from drivers.errors import NotPrintable
from drivers.escpos.driver import create
from drivers.escpos.encoder import copy_banner, encode, linear_code, qr_code, raster
from drivers.escpos.frames import DRAWER_PULSE, NUL_FLUSH
from drivers.escpos.lettering import Lettering
from drivers.escpos.profile import EPSON_PAGES, Profile
from drivers.transport.address import parse
from kiosk.domain.document import Barcode, BarcodeKind, Cut, Document, Line, Picture

LANGUAGES = {
    "Dutch": "Één reçu, geïnd: € 12,50 (coördinatie)",
    "French": "L’œuvre déjà payée : 3 × 4,20 € à Noël",
    "Polish": "Zażółć gęślą jaźń – 9,99 €",
    "German": "Größe „XL“: 5 Stück für 20 €",
    "Greek": "Καφές ελληνικός",
    "Russian": "Чек № 5, сдача",
    "Turkish": "İndirim: ığşç",
}


def read_back(data: bytes) -> str:
    """The text in encoded bytes, by a reader of our own that follows ESC t."""
    pages = dict(EPSON_PAGES)
    text, page, at = [], "ascii", 0
    lengths = {b"\x1ba": 3, b"\x1bE": 3, b"\x1d!": 3, b"\x1bR": 3, b"\x1bt": 3, b"\x1bd": 3}
    lengths[b"\x1dV"] = 3
    while at < len(data):
        head = data[at : at + 2]
        if head == b"\x1bt":
            page = pages[data[at + 2]]
        if head in lengths:
            at += lengths[head]
            continue
        text.append(data[at : at + 1].decode(page))
        at += 1
    return "".join(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_a_language_is_on_the_page_that_is_chosen_for_it(language: str) -> None:
    text = LANGUAGES[language]
    read = read_back(encode(Document((Line(text),), 60), Profile()))
    assert read == text + "\n"
    assert "?" not in read


def test_the_euro_stands_on_the_first_page_so_a_dutch_receipt_needs_one_page_command() -> None:
    data = encode(Document((Line("€ 1,50"), Line("Één ijs € 2,00")), 42), Profile())
    assert data.count(b"\x1bt") == 1
    assert b"\x80 1,50" in data


def test_a_character_no_page_has_appears_as_its_code_point() -> None:
    data = encode(Document((Line("茶 and \x1bp\x00 tea"),), 42), Profile())
    assert read_back(data) == "[U+8336] and [U+001B]p[U+0000] tea\n"


def test_spaces_and_signs_with_a_plain_twin_are_spelled_by_it() -> None:
    printable = Lettering(EPSON_PAGES).printable
    assert printable("1\u202f234,50\u00a0€ \u22125 e\u0301 a\u00adb\ufeff") == "1 234,50 € -5 é ab"


@given(st.text(max_size=80))
def test_any_text_is_encoded_without_error_and_reads_back_as_what_was_promised(text: str) -> None:
    promised = Lettering(EPSON_PAGES).printable(text)
    line = " ".join(text.splitlines())
    promised = Lettering(EPSON_PAGES).printable(line)
    read = read_back(encode(Document((Line(line),), 96), Profile()))
    assert read.replace("\n", "").replace(" ", "") == promised.replace(" ", "")
    assert read.count("?") == promised.count("?")


def test_a_line_longer_than_the_paper_is_wrapped_and_nothing_is_dropped() -> None:
    read = read_back(encode(Document((Line("seventeen letters and more", size=2),), 20), Profile()))
    assert read == "seventeen\nletters\nand more\n"


def test_codes_cut_and_drawer_are_byte_for_byte_those_of_an_independent_encoder() -> None:
    theirs = Dummy()
    with contextlib.redirect_stdout(io.StringIO()):
        theirs.qr("https://example.com/", native=True, size=6)
        assert theirs.output == qr_code("https://example.com/", 6)
        theirs.clear()
        theirs.barcode("8710398500526", "EAN13", function_type="B", align_ct=False)
        assert theirs.output == linear_code(BarcodeKind.EAN13, "8710398500526")
        theirs.clear()
        theirs.barcode("{BAB-12", "CODE128", function_type="B", align_ct=False)
        assert theirs.output == linear_code(BarcodeKind.CODE128, "AB-12")
        theirs.clear()
        theirs.cut()
        assert encode(Document((Cut(),)), Profile()).endswith(theirs.output)
        theirs.clear()
        theirs.cashdraw(2)
        assert theirs.output == DRAWER_PULSE[0]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (BarcodeKind.EAN13, "8710398500527"),
        (BarcodeKind.EAN13, "87103985"),
        (BarcodeKind.EAN8, "96385075"),
        (BarcodeKind.UPCA, "04210000526x"),
        (BarcodeKind.ITF, "123"),
        (BarcodeKind.CODE39, "lower"),
        (BarcodeKind.CODE128, "caf\u00e9"),
        (BarcodeKind.CODE128, "x" * 300),
    ],
)
def test_a_code_that_would_not_read_back_is_refused(kind: BarcodeKind, data: str) -> None:
    with pytest.raises(NotPrintable) as refusal:
        linear_code(kind, data)
    assert refusal.value.code == "printer.not-printable"
    assert refusal.value.hint


def test_a_long_code_gets_thinner_bars_and_one_too_wide_for_the_paper_is_refused() -> None:
    assert b"\x1dw\x03" in linear_code(BarcodeKind.CODE128, "0101-A-000123"[:11])
    assert b"\x1dw\x02" in linear_code(BarcodeKind.CODE128, "0101-01-A-000123")
    with pytest.raises(NotPrintable):
        linear_code(BarcodeKind.CODE128, "0101-01-A-000123-0000000000")
    with pytest.raises(NotPrintable):
        linear_code(BarcodeKind.CODE128, "0101-01-A-000123", 384)


def test_a_code_too_wide_for_the_paper_appears_as_its_text_and_the_sale_goes_on() -> None:
    code = Barcode(BarcodeKind.CODE128, "0101-01-A-000123")
    assert read_back(encode(Document((code,), 32), Profile())) == "0101-01-A-000123\n"
    assert b"\x1dk" in encode(Document((code,), 42), Profile())


def test_twelve_digits_get_their_check_digit() -> None:
    assert linear_code(BarcodeKind.EAN13, "871039850052").endswith(b"8710398500526")


def test_a_qr_code_beyond_its_largest_symbol_is_refused() -> None:
    with pytest.raises(NotPrintable):
        qr_code("x" * 2954, 3)


def test_the_copy_banner_is_large_and_leaves_nothing_behind_for_the_receipt() -> None:
    banner = copy_banner("COPY", Profile())
    assert read_back(banner).splitlines()[1] == "COPY"
    own = encode(Document((Line("x"),)), Profile())
    assert own.startswith(b"\x1ba\x00\x1bE\x00\x1d!\x00\x1bR\x00\x1bt\x10")


@settings(max_examples=15)
@given(st.integers(1, 384), st.integers(1, 40), st.randoms(use_true_random=False))
def test_a_picture_is_byte_for_byte_that_of_an_independent_encoder(width: int, height: int, chance: random.Random) -> None:
    ink = Image.new("1", (width, height), 0)
    ink.putdata([chance.randrange(2) for _ in range(width * height)])
    picture = Picture(width, ink.tobytes(), b"")
    theirs = Dummy()
    with contextlib.redirect_stdout(io.StringIO()):
        theirs.image(ink.point([1, 0] * 128), impl="bitImageRaster")  # theirs is 1 for white
    assert theirs.output == raster(picture)


def test_a_picture_that_is_cut_off_anywhere_ends_within_the_flush() -> None:
    picture = Picture(384, bytes(range(256)) * 30, b"")
    data = raster(picture)
    rows, longest, at = b"", 0, 0
    while at < len(data):
        assert data[at : at + 4] == b"\x1d\x76\x30\x00"
        size = int.from_bytes(data[at + 4 : at + 6], "little") * int.from_bytes(data[at + 6 : at + 8], "little")
        rows, longest, at = rows + data[at + 8 : at + 8 + size], max(longest, size), at + 8 + size
    assert rows == picture.dots and longest < len(NUL_FLUSH)


@pytest.mark.parametrize(("columns", "profile"), [(30, Profile()), (48, Profile(raster=False))])
def test_a_picture_that_is_too_wide_or_not_the_printers_to_print_is_left_out(columns: int, profile: Profile) -> None:
    rest = (Line("Bon 1"), Cut())
    assert encode(Document((Picture(384, bytes(480), b""), *rest), columns), profile) == encode(Document(rest, columns), profile)


@pytest.mark.parametrize(
    ("address", "printed"),
    [
        ("escpos+tcp://192.0.2.7", True),
        ("escpos+tcp://192.0.2.7?raster=0", False),
        ("escpos+serial:///dev/null?baud=115200", True),
        ("escpos+serial:///dev/null", False),
        ("escpos+serial:///dev/null?raster=1", True),
    ],
)
def test_a_logo_goes_where_it_takes_no_time_and_elsewhere_by_wish(address: str, printed: bool) -> None:
    printer = create(parse(address), Tools(lambda: 0, lambda: 0.5))
    picture = Picture(8, bytes(8), b"")
    assert (raster(picture) in printer.encode(Document((picture,), 48))) is printed

"""A paper as a PDF, read back by the reader that browsers have: text in order, letters that are there, codes that scan."""

import re
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
import zxingcpp

from kiosk.domain.document import Align, Barcode, BarcodeKind, Cut, Document, Feed, Line, QrCode, Rule
from kiosk.paper.pdf import A4, MM, ROLL, pdf_of
from kiosk.paper.pdffont import face
from tests.kiosk.support import open_shop

AT_MS = 1_800_000_000_000
QR = "https://bon.example.org/r/dev/1/42/0123456789abcdef0123456789abcdef"


def _of(*blocks: Line | Rule | Feed | QrCode | Barcode | Cut, columns: int = 48) -> Document:
    return Document(blocks, columns, title="AMS1-01-A-000001")


def _opened(document: Document, **how: object) -> pdfium.PdfDocument:
    return pdfium.PdfDocument(pdf_of(document, "nl", AT_MS, **how))  # type: ignore[arg-type]


def _text(pdf: pdfium.PdfDocument) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pdf).replace("\r", "")


def _words(text: str) -> list[str]:
    return re.sub(r"[-]{5,}", " ", text).split()


def _scanned(pdf: pdfium.PdfDocument) -> set[str]:
    return {code.text for code in zxingcpp.read_barcodes(pdf[0].render(scale=4).to_pil())}


def test_a_receipt_as_a_pdf_has_all_its_words_in_the_order_of_the_paper(tmp_path: Path) -> None:
    with open_shop(tmp_path) as shop:
        shop.sign_in()
        shop.open_shift()
        shop.add("1001-WHT-M")
        document = shop.sell_cash(2_000).document
    printed = [block.text if isinstance(block, Line) else getattr(block, "data", "") for block in document.blocks]
    assert _words(_text(_opened(document))) == " ".join(printed).split()
    assert _scanned(_opened(document)) == {document.title}


def test_the_same_paper_gives_the_same_bytes_and_another_moment_others() -> None:
    document = _of(Line("Totaal EUR 12,34", bold=True, size=2), QrCode(QR), Barcode(BarcodeKind.CODE128, "A-1"))
    assert pdf_of(document, "nl", AT_MS) == pdf_of(document, "nl", AT_MS)
    assert pdf_of(document, "nl", AT_MS) != pdf_of(document, "nl", AT_MS + 60_000)


def test_the_file_says_its_title_its_language_and_when_it_was_made() -> None:
    pdf = _opened(_of(Line("Bedankt!")))
    about = pdf.get_metadata_dict()
    assert (about["Title"], about["CreationDate"]) == ("AMS1-01-A-000001", "D:20270115080000Z")
    assert raw.FPDFCatalog_IsTagged(pdf)
    size = raw.FPDFCatalog_GetLanguage(pdf, None, 0)
    buffer = (raw.FPDF_WCHAR * (size // 2))()
    raw.FPDFCatalog_GetLanguage(pdf, buffer, size)
    assert "".join(map(chr, buffer)).rstrip("\0") == "nl"


def test_a_screen_reader_finds_a_heading_paragraphs_and_what_a_code_says() -> None:
    shop, rest = Line("Noord & Zuid", Align.CENTRE, bold=True, size=2), Line("een lange regel " * 9)
    pdf = _opened(_of(shop, Rule(), Line("Bon 1"), Feed(), rest, QrCode(QR)))
    tree = raw.FPDF_StructTree_GetForPage(pdf[0])
    (body,) = [raw.FPDF_StructTree_GetChildAtIndex(tree, at) for at in range(raw.FPDF_StructTree_CountChildren(tree))]
    children = [raw.FPDF_StructElement_GetChildAtIndex(body, at) for at in range(raw.FPDF_StructElement_CountChildren(body))]
    roles = [_told(raw.FPDF_StructElement_GetType, one) for one in children]
    assert roles == ["H1", "P", "P", "Figure"]
    assert raw.FPDF_StructElement_CountChildren(children[2]) == 3, "a wrapped line is one paragraph in three pieces"
    assert _told(raw.FPDF_StructElement_GetAltText, children[3]) == QR
    raw.FPDF_StructTree_Close(tree)


def _told(ask: object, element: object) -> str:
    buffer = (raw.FPDF_WCHAR * 200)()
    ask(element, buffer, 400)  # type: ignore[operator]
    return "".join(map(chr, buffer)).rstrip("\0")


def test_letters_of_europe_and_the_euro_are_embedded_and_read_back() -> None:
    text = "Café Łódź € ő ß ñ Ж ﬁ – ‘’"
    pdf = _opened(_of(Line(text), Line(text, bold=True)))
    assert _text(pdf).count(text.replace("ﬁ", "fi")) == 2
    for cut in (face(text, False), face(text, True)):
        assert all(cut.glyphs[letter] for letter in set(text) - {" "}) and len(cut.data) < 30_000
        assert cut.data[:4] == b"\x00\x01\x00\x00" and re.fullmatch(r"[A-Z]{6}\+IBMPlexMono-\w+", cut.name)


def test_a_letter_that_the_typeface_lacks_appears_as_its_code_point_and_a_composed_one_is_put_together() -> None:
    assert "Cafe\u0301 [U+4E2D][U+1F642][U+001B]".replace("e\u0301", "é") in _text(_opened(_of(Line("Cafe\u0301 中🙂\x1b"))))


@pytest.mark.parametrize(
    ("kind", "data", "seen"),
    [
        (BarcodeKind.CODE128, "AMS1-01-A-000001", "AMS1-01-A-000001"),
        (BarcodeKind.EAN13, "8710398500526", "8710398500526"),
        (BarcodeKind.EAN8, "73513537", "73513537"),
        (BarcodeKind.UPCA, "036000291452", "0036000291452"),
        (BarcodeKind.CODE39, "ABC-12", "ABC-12"),
        (BarcodeKind.ITF, "12345678", "12345678"),
    ],
)
def test_every_barcode_scans_from_the_page_and_stands_below_in_clear(kind: BarcodeKind, data: str, seen: str) -> None:
    pdf = _opened(_of(Feed(2), Barcode(kind, data), Feed(2)))
    assert seen.lstrip("0") in {text.lstrip("0") for text in _scanned(pdf)}
    assert _text(pdf).strip() == data


@pytest.mark.parametrize(
    ("kind", "data"),
    [(BarcodeKind.EAN13, "8710398500527"), (BarcodeKind.ITF, "123"), (BarcodeKind.CODE39, "é"), (BarcodeKind.CODE128, "A" * 60)],
)
def test_a_barcode_that_cannot_be_drawn_is_its_text_and_never_another_number(kind: BarcodeKind, data: str) -> None:
    pdf = _opened(_of(Barcode(kind, data)))
    assert "".join(_text(pdf).split()) == data and not _scanned(pdf)


def test_a_qr_code_scans_and_one_with_too_much_in_it_is_its_text() -> None:
    assert _scanned(_opened(_of(Feed(2), QrCode(QR, 5), Feed(2)))) == {QR}
    assert "".join(_text(_opened(_of(QrCode("x" * 3_000)))).split()) == "x" * 3_000


@pytest.mark.parametrize("columns", [32, 42, 48])
def test_a_strip_is_80_mm_wide_as_long_as_its_text_and_nothing_leaves_it(columns: int) -> None:
    pdf = _opened(_of(*(Line("w" * columns) for _ in range(30)), columns=columns))
    width, height = pdf[0].get_size()
    assert len(pdf) == 1 and width == pytest.approx(80 * MM, abs=0.01)
    told = pdf[0].get_textpage()
    boxes = [told.get_rect(at) for at in range(told.count_rects())]
    assert min(box[0] for box in boxes) >= 4 * MM and max(box[2] for box in boxes) <= 76 * MM + 0.1
    assert 0 < min(box[1] for box in boxes) < 12 * MM and max(box[3] for box in boxes) < height


def test_a_long_receipt_on_a4_goes_on_overleaf_with_every_line_once() -> None:
    lines = [f"regel {number}" for number in range(200)]
    pdf = _opened(_of(*map(Line, lines), QrCode(QR)), sheet=A4)
    assert len(pdf) == 4 and {tuple(map(round, page.get_size())) for page in pdf} == {(595, 842)}
    told = [page.get_textpage().get_text_range().split() for page in pdf]
    assert [words[-3:] for words in told] == [[str(number), "/", "4"] for number in range(1, 5)]
    assert [word for words in told for word in words[:-3]] == " ".join(lines).split()


def test_a_receipt_longer_than_a_page_may_be_is_cut_into_several() -> None:
    pdf = _opened(_of(*(Line(f"regel {number}") for number in range(2_000))), sheet=ROLL)
    assert len(pdf) == 2 and all(page.get_height() <= 14_400 for page in pdf)
    assert _text(pdf).count("regel") == 2_000

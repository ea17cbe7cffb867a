"""Digital copies of receipts: for whoever has the address on the paper, once the till was connected, and for nobody else."""

import base64
import re

import httpx
import pypdfium2 as pdfium
from pypdfium2.raw import FPDF_PAGEOBJ_IMAGE

from kiosk.domain.document import Picture
from kiosk.paper.logo import kept
from sync.hub.operations import ImportShop, import_shop
from tests.sync.hub.support import FakeTerminal, RunningHub, a_shop

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==")
TOKEN = "0123456789abcdef0123456789abcdef"


def _get(hub: RunningHub, path: str) -> httpx.Response:
    return httpx.get(f"{hub.url}{path}", timeout=10, trust_env=False)


def _address(till: FakeTerminal, seq: int = 1, token: str = TOKEN) -> str:
    return f"/r/{till.dev}/1/{seq}/{token}"


def test_the_address_on_the_paper_shows_the_receipt_in_its_language(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(copy=TOKEN, language="nl", price_minor=1499)
    till.push()
    page = _get(hub, _address(till))
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert "Totaal EUR" in page.text and "14,99" in page.text and 'lang="nl"' in page.text
    assert page.headers["cache-control"] == "private, no-store" and "default-src 'none'" in page.headers["content-security-policy"]


def test_the_page_leads_to_the_same_receipt_as_a_file_to_keep_and_on_sheets(hub: RunningHub) -> None:
    logo = kept(Picture(16, bytes(range(1, 33)), PNG))
    import_shop(hub.hub, ImportShop(a_shop(**{"receipt.logo": "a", "logo.a": logo})))
    till = hub.terminal()
    till.sale(copy=TOKEN, language="nl", price_minor=1499)
    till.push()
    page = _get(hub, _address(till))
    assert page.text.count("<img ") == 1
    links = [str(page.url.join(link).raw_path, "ascii") for link in re.findall(r'<a href="([^"]+)"', page.text)]
    assert links == [f"{_address(till)}/pdf", f"{_address(till)}/pdf?paper=a4"]
    strip, sheet = (_get(hub, link) for link in links)
    for reply in (strip, sheet):
        assert reply.status_code == 200 and reply.headers["content-type"] == "application/pdf"
        assert re.fullmatch(r'attachment; filename="[\w.-]+\.pdf"', reply.headers["content-disposition"])
        secret = ("cache-control", "content-security-policy", "referrer-policy", "x-robots-tag")
        assert [reply.headers[name] for name in secret] == [page.headers[name] for name in secret]
        sheet_one = pdfium.PdfDocument(reply.content)[0]
        assert len(list(sheet_one.get_objects(filter=[FPDF_PAGEOBJ_IMAGE]))) == 1
        text = sheet_one.get_textpage().get_text_range()
        assert "Totaal EUR" in text and "14,99" in text
    assert strip.content == _get(hub, links[0]).content, "the same receipt is the same file"
    assert pdfium.PdfDocument(sheet.content)[0].get_width() > pdfium.PdfDocument(strip.content)[0].get_width()


def test_before_the_till_was_connected_the_page_says_when_to_come_back(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(copy=TOKEN)
    page = _get(hub, _address(till))
    assert page.status_code == 404 and "probeer het straks opnieuw" in page.text
    till.push()
    assert _get(hub, _address(till)).status_code == 200


def test_a_guessed_token_looks_like_a_receipt_that_is_not_there(hub: RunningHub) -> None:
    till = hub.terminal()
    till.sale(copy=TOKEN)
    till.sale()
    till.push()
    absent = _get(hub, _address(till, seq=99))
    for path in (_address(till, token="f" * 32), _address(till, seq=2), _address(till, seq=2, token="-"), f"/r/nobody/1/1/{TOKEN}"):
        page = _get(hub, path)
        assert (page.status_code, page.text) == (404, absent.text)
        file = _get(hub, f"{path}/pdf")
        assert (file.status_code, file.text, file.headers["content-type"]) == (404, absent.text, absent.headers["content-type"])


def test_strange_addresses_are_refused_without_a_fault(hub: RunningHub) -> None:
    pages = ("/r/x/0/1/t", "/r/x/1/99999999999999999999/t", "/r/x/a/1/t", "/r/x/1/1/%00")
    for path in (*pages, "/r/x/0/1/t/pdf", "/r/x/1/1/t/pdf?paper=%00"):
        assert _get(hub, path).status_code in (400, 404, 422)

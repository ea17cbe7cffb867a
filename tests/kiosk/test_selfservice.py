"""A kiosk's basket becomes a signed ticket; a till makes it a basket at its own prices, once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from drivers.escpos.encoder import encode as encode_paper
from drivers.escpos.profile import Profile
from kiosk.domain import facts
from kiosk.domain.document import QrCode, plain_text
from kiosk.domain.errors import Damaged, NotFound, Refused
from kiosk.domain.facts import read_fact
from kiosk.domain.ticket import key_mark, open_ticket
from kiosk.store import spool
from kiosk.store.spool import JobKind, SpoolState
from sync.protocol.signature import Key, verifier
from tests.kiosk.ui.kiosk.shop import Shop, open_shop, row

SHIRT, SHIRT_CODE, SHIRT_OTHER_CODE = "1001-WHT-S", "8799999000017", "8799999900010"


class PaperOnly:
    """The real encoder of the receipt printer, without a printer behind it."""

    def encode(self, document: object) -> bytes:
        return encode_paper(document, Profile())  # type: ignore[arg-type]


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "kiosk", printer=PaperOnly())
    yield shop
    shop.close()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "till", kind="till", terminal="01")
    yield shop
    shop.close()


@pytest.fixture
def grocery(tmp_path: Path) -> Iterator[Shop]:
    shop = open_shop(tmp_path / "grocery", "grocery")
    yield shop
    shop.close()


def articles(shop: Shop, count: int) -> list[str]:
    """So many different articles of the shop."""
    return [article.id for article in shop.catalog.articles("ORDER BY a.id LIMIT ?", (count,))]


def read_qr(rows: tuple[str, ...]) -> str:
    """What a scanner reads in a code as drawn: a border of four modules, four pixels each."""
    side = len(rows) + 8
    image = Image.new("L", (side, side), 255)
    for y, line in enumerate(rows):
        for x, cell in enumerate(line):
            if cell == "1":
                image.putpixel((x + 4, y + 4), 0)
    found = zxingcpp.read_barcodes(image.resize((side * 4, side * 4), Image.Resampling.NEAREST))
    assert len(found) == 1, "one code, and it can be read"
    return found[0].text


def test_a_till_rebuilds_the_basket_from_the_code_on_the_screen(kiosk: Shop, till: Shop) -> None:
    service = kiosk.selfservice
    for article in articles(kiosk, 12):
        service.add_article(article)
    service.set_quantity(3, 4_000)
    made = service.issue_ticket(on_paper=False)
    text = read_qr(made.rows)
    assert text == made.text
    known = {key_mark(kiosk.key.public): verifier(kiosk.key.public)}
    outcome = till.selling.take_ticket(open_ticket(text, known))
    assert (outcome.added, outcome.unknown) == (12, ())
    bought = [(line.article, line.quantity_milli, line.unit_price_minor) for line in
              till.selling.priced.cart.lines]  # fmt: skip
    wanted = [(line.article, line.quantity_milli, line.unit_price_minor) for line in
              service.priced.cart.lines]  # fmt: skip
    assert bought == wanted
    assert till.selling.priced.total_minor == made.priced.total_minor


def test_a_ticket_of_sixty_lines_is_read_and_a_sixty_first_line_is_refused(kiosk: Shop) -> None:
    *sixty, one_more = articles(kiosk, 61)
    for article in sixty:
        kiosk.selfservice.add_article(article)
    with pytest.raises(Refused, match=r"ticket\.lines"):
        kiosk.selfservice.add_article(one_more)
    kiosk.selfservice.add_article(sixty[0])  # more of the same takes no line
    made = kiosk.selfservice.issue_ticket(on_paper=False)
    assert read_qr(made.rows) == made.text
    code = next(block for block in made.document.blocks if isinstance(block, QrCode))
    assert code.data == made.text and code.size >= 4, "half a millimetre a module, or more"


def test_the_till_charges_the_price_of_the_till(kiosk: Shop, till: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    made = kiosk.selfservice.issue_ticket(on_paper=False)
    till.set_price(SHIRT, 999)
    known = {key_mark(kiosk.key.public): verifier(kiosk.key.public)}
    till.selling.take_ticket(open_ticket(made.text, known))
    assert (made.priced.total_minor, till.selling.priced.total_minor) == (1499, 999)


def test_a_ticket_is_taken_once(kiosk: Shop, till: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    made = kiosk.selfservice.issue_ticket(on_paper=False)
    ticket = open_ticket(made.text, {key_mark(kiosk.key.public): verifier(kiosk.key.public)})
    till.selling.take_ticket(ticket)
    with pytest.raises(Refused, match=r"ticket\.already_taken"):
        till.selling.take_ticket(ticket)
    assert len(till.selling.priced.cart.lines) == 1


def test_a_ticket_of_another_key_or_with_another_quantity_is_refused(kiosk: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    text = kiosk.selfservice.issue_ticket(on_paper=False).text
    stranger = Key.generate()
    with pytest.raises(Refused, match=r"ticket\.foreign"):
        open_ticket(text, {key_mark(stranger.public): verifier(stranger.public)})
    known = {key_mark(kiosk.key.public): verifier(kiosk.key.public)}
    place = 3 + 8 * 39 // 5  # somewhere in the quantity of the only line
    for other in "A7":
        forged = text[:place] + other + text[place + 1 :]
        if forged != text:
            with pytest.raises((Refused, Damaged), match="ticket"):
                open_ticket(forged, known)
    with pytest.raises(Damaged, match=r"ticket\.damaged"):
        open_ticket(text[:-9], known)


def test_the_issue_is_a_fact_and_its_paper_is_spooled_with_it(kiosk: Shop) -> None:
    service = kiosk.selfservice
    service.add_article(SHIRT, 2_000)
    made = service.issue_ticket(on_paper=True)
    (sealed,) = kiosk.ledger.facts()
    fact = read_fact(sealed.data)
    assert (fact.kind, fact.employee) == (facts.TICKET_ISSUED, "")
    assert fact.body["ticket"] == made.id
    assert fact.body["total"] == 2998
    assert [(line["article"], line["quantity"]) for line in fact.body["lines"]] == [(SHIRT, 2000)]
    (job,) = kiosk.ledger.run(spool.jobs)
    assert (job.idempotency_key, job.kind) == (made.job, JobKind.REPORT)
    assert kiosk.woken == [None]
    assert made.number == "K1-0001" and made.number in job.plain_text


def test_without_paper_nothing_is_spooled_and_the_ticket_is_there_all_the_same(kiosk: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    made = kiosk.selfservice.issue_ticket(on_paper=False)
    assert (made.job, kiosk.ledger.run(spool.jobs), kiosk.woken) == ("", [], [])
    assert made.number == "K1-0001"


def test_the_paper_says_what_is_in_it_and_that_the_till_decides(grocery: Shop) -> None:
    service = grocery.selfservice
    article = next(one for one in grocery.catalog.articles("ORDER BY a.id", ()) if one.deposit_minor)
    service.add_article(article.id, 3_000)
    service.use_language("en")
    made = service.issue_ticket(on_paper=False)
    paper = plain_text(made.document)
    words = grocery.counter.words
    assert words.amount(made.priced.total_minor) in paper
    assert article.names["en"].split()[0] in paper and "Deposit" in paper
    assert "The price at the till counts." in " ".join(paper.split())
    assert all(len(line) <= 48 for line in paper.splitlines() if not line.startswith("["))


def test_what_was_scanned_is_on_the_ticket_by_the_code_that_was_scanned(kiosk: Shop) -> None:
    kiosk.selfservice.add_code(SHIRT_OTHER_CODE)
    made = kiosk.selfservice.issue_ticket(on_paper=False)
    ticket = open_ticket(made.text, {key_mark(kiosk.key.public): verifier(kiosk.key.public)})
    assert ticket.lines == ((f"0{SHIRT_OTHER_CODE}", 1000),)


def test_scanning_and_tapping_the_same_article_make_one_line(kiosk: Shop) -> None:
    kiosk.selfservice.add_code(SHIRT_CODE)
    kiosk.selfservice.add_article(articles(kiosk, 9)[-1])
    priced = kiosk.selfservice.add_article(SHIRT)
    assert [line.quantity_milli for line in priced.cart.lines] == [2000, 1000]


def test_every_change_can_be_undone_in_order(kiosk: Shop) -> None:
    service = kiosk.selfservice
    service.add_article(SHIRT)
    service.set_quantity(1, 5_000)
    service.remove(1)
    assert service.priced.cart.is_empty
    assert service.undo().cart.lines[0].quantity_milli == 5000
    assert service.undo().cart.lines[0].quantity_milli == 1000
    assert service.undo().cart.is_empty
    assert not service.can_undo
    with pytest.raises(Refused, match=r"cart\.nothing_to_undo"):
        service.undo()


def test_a_quantity_of_nothing_takes_the_line_out(kiosk: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    assert kiosk.selfservice.set_quantity(1, 0).cart.is_empty


def test_an_unknown_code_is_refused_and_adds_nothing(kiosk: Shop) -> None:
    with pytest.raises(NotFound, match=r"scan\.unknown"):
        kiosk.selfservice.add_code("8710398500526")
    assert kiosk.selfservice.priced.cart.is_empty and not kiosk.selfservice.can_undo


def test_an_article_without_a_barcode_gets_a_sentence(kiosk: Shop) -> None:
    shirt = kiosk.catalog.article(SHIRT)
    assert shirt is not None
    kiosk.put(row("article", SHIRT, replace(shirt, barcodes=())))
    with pytest.raises(Refused) as refused:
        kiosk.selfservice.add_article(SHIRT)
    assert refused.value.code == "ticket.no_barcode"
    assert "T-shirt Basis" in kiosk.counter.words.error(refused.value)


def test_goods_by_weight_wait_for_the_till_unless_a_label_brings_the_weight(grocery: Shop) -> None:
    with pytest.raises(Refused, match=r"ticket\.weigh"):
        grocery.selfservice.add_article("101")
    priced = grocery.selfservice.add_code("8798888000015", 420)
    assert (priced.cart.lines[0].quantity_milli, priced.total_minor) == (420, 105)
    assert len(grocery.selfservice.add_code("8798888000015", 300).cart.lines) == 2


def test_the_basket_speaks_the_language_of_now_and_shows_the_price_of_now(kiosk: Shop) -> None:
    service = kiosk.selfservice
    service.add_article(SHIRT)
    assert service.use_language("en").cart.lines[0].name == "Basic T-shirt"
    kiosk.set_price(SHIRT, 1299)
    assert service.refresh().total_minor == 1299


def test_wiping_leaves_nothing_of_the_shopper(kiosk: Shop) -> None:
    service = kiosk.selfservice
    fresh = vars(open_state(service))
    service.use_language("en")
    service.add_article(SHIRT)
    service.remove(1)
    service.wipe()
    assert vars(open_state(service)) == fresh
    assert kiosk.counter.language == "nl"


def open_state(service: object) -> object:
    """A copy of what an object holds, without what it was made with."""
    kept = {name: value for name, value in vars(service).items() if name not in ("_counter", "_receipts", "_sign", "_mark")}
    return type("State", (), {"__init__": lambda self: self.__dict__.update(kept)})()


def test_a_ticket_that_waits_for_paper_is_not_printed_for_the_next_shopper(kiosk: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    kiosk.selfservice.issue_ticket(on_paper=True)
    kiosk.selfservice.wipe()
    (job,) = kiosk.ledger.run(spool.jobs)
    assert (job.state, job.code) == (SpoolState.FAILED, "spool.given-up")


def test_a_ticket_that_is_printed_stays_as_it_is(kiosk: Shop) -> None:
    kiosk.selfservice.add_article(SHIRT)
    kiosk.selfservice.issue_ticket(on_paper=True)
    (job,) = kiosk.ledger.run(spool.jobs)
    kiosk.ledger.run(lambda conn: spool.mark_sending(conn, job.job_id, at_ms=1))
    kiosk.selfservice.wipe()  # bytes are under way: what comes out comes out
    kiosk.ledger.run(lambda conn: spool.mark_confirmed(conn, job.job_id, level="x", at_ms=2))
    kiosk.selfservice.wipe()
    (job,) = kiosk.ledger.run(spool.jobs)
    assert job.state is SpoolState.CONFIRMED


def test_an_empty_basket_makes_no_ticket_and_no_fact(kiosk: Shop) -> None:
    with pytest.raises(Refused, match=r"cart\.empty"):
        kiosk.selfservice.issue_ticket(on_paper=False)
    assert kiosk.ledger.facts() == []

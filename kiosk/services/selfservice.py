"""Self-service: a shopper's basket at a kiosk, and the signed ticket that a till makes a sale of.

The basket is no sale: it is kept in memory only and is gone with the shopper. Money is taken at the
till, which prices the basket again from the codes on the ticket.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from kiosk.domain import cart as carts
from kiosk.domain import facts
from kiosk.domain.barcode import has_valid_check_digit, is_digits
from kiosk.domain.cart import (
    Cart,
    CartEvent,
    CartLine,
    CartStarted,
    LineAdded,
    LineRemoved,
    QuantityChanged,
)
from kiosk.domain.catalog import Article
from kiosk.domain.chain import Sign
from kiosk.domain.codec import Json
from kiosk.domain.document import Document
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.pricing import PricedCart, price_cart
from kiosk.domain.quantity import ONE
from kiosk.domain.salesstop import Verdict, judge
from kiosk.domain.ticket import LINES_MAX, Ticket, encode, is_ticket, key_mark
from kiosk.paper.ticket import TicketHead, qr_rows, ticket_document
from kiosk.services.barcodes import BarcodeRules, Refusal, read
from kiosk.services.counter import Counter
from kiosk.services.receipts import Receipts
from kiosk.store import spool
from kiosk.store.catalog import Offer
from kiosk.store.database import Connection
from kiosk.store.spool import Job, JobKind, SpoolState

UNDO_MAX = 20
_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class IssuedTicket:
    """A ticket that was made. `number` is for people, `text` what the QR says, `rows` its modules.

    `job` is the key of its print job, empty when it was not sent to paper.
    """

    id: str
    number: str
    text: str
    rows: tuple[str, ...]
    priced: PricedCart
    document: Document
    job: str


class PaperState(Enum):
    """What is known of a ticket's paper; PRINTED only when the printer itself said so."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    STOPPED = "stopped"


def paper_state(job: Job) -> PaperState:
    """What a print job says of its ticket."""
    if job.state is SpoolState.CONFIRMED:
        return PaperState.PRINTED
    if job.state in (SpoolState.QUEUED, SpoolState.SENDING) and not job.held:
        return PaperState.PRINTING
    return PaperState.STOPPED


@dataclass(frozen=True, slots=True)
class ScannedGoods:
    """What a scan named; `quantity_milli` is one piece, or the weight on a label."""

    offer: Offer
    code: str
    quantity_milli: int


class SelfService:
    """One shopper at a time. Every change gives the priced basket; used on the counter's thread.

    `sign` and `public_key` are those of the terminal's certificate: a till knows kiosks by them.
    """

    def __init__(self, counter: Counter, receipts: Receipts, sign: Sign, public_key: bytes) -> None:
        self._counter = counter
        self._receipts = receipts
        self._sign = sign
        self._mark = key_mark(public_key)
        self._before: tuple[Cart, ...] = ()
        self._cart = Cart()
        self._job = ""
        self.priced = self._price(self._cart)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._before)

    # looking up

    def look_up(self, code: str) -> Offer:
        """The article of a scanned code with price and stock; raises NotFound("scan.unknown")."""
        catalog = self._counter.catalog
        article = catalog.by_barcode(code.zfill(14)) or catalog.article(code)
        if article is None:
            raise NotFound("scan.unknown", code=code.lstrip("0") or code)
        return self._counter.offer(article)

    def look_up_scan(self, text: str, aim: str | None) -> ScannedGoods:
        """What a scan names: the article and, from a scale's label, its weight. `aim` is its symbology.

        Raises NotFound("scan.unknown"), or Refused for a code that names no article.
        """
        if is_ticket(text):
            raise Refused("ticket.at_kiosk")
        today = date.fromisoformat(self._counter.business_day())
        reading = read(text, aim, BarcodeRules(self._counter.settings.patterns), today)
        if isinstance(reading, Refusal):
            raise Refused(reading.code, code=text[:40])
        code = reading.gtin or reading.text
        if reading.price is not None:  # a basket ticket carries quantities, and this price stands on the goods alone
            raise Refused("ticket.priced", name=self.look_up(code).article.name(self._counter.language))
        offer = self.look_up(code)
        article, language = offer.article, self._counter.language
        self._refuse_stopped(article.id, article.name(language), reading.batch or "", reading.serial or "")
        return ScannedGoods(offer, code, reading.weight_g or ONE)

    # the basket

    def add_code(self, code: str, quantity_milli: int = ONE) -> PricedCart:
        """Add what was scanned; a weight label brings its weight as quantity in thousandths."""
        article = self.look_up(code).article
        return self._add(article, quantity_milli, weighed=quantity_milli != ONE, scanned=code)

    def add_article(self, article: str, quantity_milli: int = ONE) -> PricedCart:
        """Add what was tapped. Raises NotFound, or Refused for goods that a ticket cannot carry."""
        found = self._counter.catalog.article(article)
        if found is None:
            raise NotFound("scan.unknown", code=article)
        return self._add(found, quantity_milli, weighed=False, scanned="")

    def set_quantity(self, line: int, quantity_milli: int) -> PricedCart:
        """Set a line's quantity in thousandths; 0 takes the line out."""
        if quantity_milli <= 0:
            return self.remove(line)
        return self._record(QuantityChanged(line, quantity_milli))

    def remove(self, line: int) -> PricedCart:
        """Take a line out; `undo` brings it back."""
        return self._record(LineRemoved(line, ""))

    def undo(self) -> PricedCart:
        """Take the last change back; raises Refused when there is none."""
        if not self._before:
            raise Refused("cart.nothing_to_undo")
        *earlier, self._cart = self._before
        self._before = tuple(earlier)
        return self.refresh()

    def refresh(self) -> PricedCart:
        """The same basket with the prices of now and in the language of now."""
        lines = tuple(self._renewed(line) for line in self._cart.lines)
        self._cart = replace(self._cart, lines=lines)
        self.priced = self._price(self._cart)
        return self.priced

    def use_language(self, language: str) -> PricedCart:
        """Speak the shopper's language from now on; the basket too."""
        self._counter.language = language
        return self.refresh()

    def wipe(self) -> PricedCart:
        """Forget everything of this shopper: basket, changes to undo, ticket, language."""
        self.drop_ticket()
        self._before = ()
        self._cart = Cart()
        self._counter.language = self._counter.ledger.identity.place.language
        self.priced = self._price(self._cart)
        return self.priced

    def price_alone(self, article: str, quantity_milli: int) -> PricedCart:
        """What pieces of an article cost by themselves, as a basket of nothing else. Raises NotFound, or Refused where none may go.

        Weighed goods are not put aside: nobody knows yet how much it will be.
        """
        found = self._counter.catalog.article(article)
        if found is None:
            raise NotFound("scan.unknown", code=article)
        name = found.name(self._counter.language)
        self._refuse_stopped(found.id, name)
        if found.is_weighed:
            raise Refused("reservation.weigh", name=name)
        line = replace(self._line(found, quantity_milli, ""), line=1)
        return self._price(carts.apply(carts.apply(Cart(), CartStarted(self._counter.ledger.ids())), LineAdded(line)))

    # the ticket

    def issue_ticket(self, *, on_paper: bool) -> IssuedTicket:
        """Make the basket a ticket: a sealed fact and, with `on_paper`, a print job with it.

        The basket stays, for a shopper who wants to go on. Raises Refused for an empty one.
        """
        if self._cart.is_empty:
            raise Refused("cart.empty")
        for line in self._cart.lines:  # a stop may have come since
            self._refuse_stopped(line.article, line.name)
        self.drop_ticket()
        counter, priced = self._counter, self.refresh()
        codes = tuple((self._gtin(line), line.quantity_milli) for line in priced.cart.lines)
        ticket = Ticket(counter.ledger.ids(), self._mark, counter.now_ms() // _MINUTE_MS, codes)
        text = encode(ticket, self._sign)
        made = counter.ledger.run(lambda conn: self._issue_in(conn, ticket, text, priced, on_paper))
        self._job = made.job
        if made.job:
            self._receipts.wake()
        return made

    def drop_ticket(self) -> None:
        """The ticket is done with: what is still waiting for paper is not wanted there any more.

        A ticket that came out after its shopper had gone would be taken by the next one.
        """
        key, self._job = self._job, ""
        if key:
            self.give_up_paper(key)

    def give_up_paper(self, job: str) -> None:
        """A paper is not wanted any more, unless it is coming out already."""
        self._counter.ledger.run(lambda conn: _give_up(conn, job, self._counter.now_ms()))

    def _issue_in(self, conn: Connection, ticket: Ticket, text: str, priced: PricedCart, on_paper: bool) -> IssuedTicket:
        counter = self._counter
        sealed = counter.ledger.append_in(conn, facts.TICKET_ISSUED, _body(ticket, priced), employee="", day=counter.business_day())
        place = counter.ledger.identity.place
        number = f"{place.terminal}-{sealed.seq:04d}"
        store = counter.catalog.stores().get(place.store)
        made = counter.words.date_time(counter.now_ms(), place.zone)
        head = TicketHead(counter.settings.brand_name, store.name if store else "", number, made)
        document = ticket_document(priced, text, head, counter.words)
        job = None
        if on_paper:
            key = f"ticket-{ticket.id}"
            job = self._receipts.spool_in(conn, key, JobKind.REPORT, document)
        key = job.idempotency_key if job else ""
        return IssuedTicket(ticket.id, number, text, qr_rows(text), priced, document, key)

    # inside

    def _add(self, article: Article, quantity_milli: int, *, weighed: bool, scanned: str) -> PricedCart:
        name = article.name(self._counter.language)
        self._refuse_stopped(article.id, name)
        if article.is_weighed and not weighed:
            raise Refused("ticket.weigh", name=name)
        code = _ticket_code(article, scanned)
        if not code:
            raise Refused("ticket.no_barcode", name=name)
        same = None if article.is_weighed else self._line_of(article.id)
        if same is not None:
            return self._record(QuantityChanged(same.line, same.quantity_milli + quantity_milli))
        if len(self._cart.lines) >= LINES_MAX:
            raise Refused("ticket.lines", limit=LINES_MAX)
        return self._record(LineAdded(self._line(article, quantity_milli, code)))

    def _refuse_stopped(self, article: str, name: str, batch: str = "", serial: str = "") -> None:
        """Goods of a batch that nobody knows go on the ticket: the till asks somebody to look at them."""
        said, stop = judge(self._counter.stops_of(article), batch, serial)
        if stop is not None and said is Verdict.STOPPED:
            says = stop.says.get(self._counter.language, "")
            raise Refused("stop.shopper_says", name=name, says=says) if says else Refused("stop.shopper", name=name)

    def _line_of(self, article: str) -> CartLine | None:
        return next((line for line in self._cart.lines if line.article == article), None)

    def _record(self, event: CartEvent) -> PricedCart:
        before = self._cart
        cart = before if before.sale else carts.apply(before, CartStarted(self._counter.ledger.ids()))
        cart = carts.apply(cart, event)
        priced = self._price(cart)
        self._before = (*self._before, before)[-UNDO_MAX:]
        self._cart, self.priced = cart, priced
        return priced

    def _line(self, article: Article, quantity_milli: int, code: str) -> CartLine:
        counter = self._counter
        quote = counter.catalog.quote(article.id, counter.now_ms())
        name = article.name(counter.language)
        if quote is None:
            raise Refused("scan.no_price", name=name)
        price = quote.price
        return CartLine(
            line=self._cart.next_line, article=article.id, barcode=code, name=name,
            variant=counter.variant_text(article), quantity_milli=quantity_milli, unit=article.unit,
            unit_price_minor=price.amount_minor, price_rev=price.rev, vat_class=counter.vat_class(article),
            deposit_minor=article.deposit_minor, age_limit=article.age_limit,
            picture=article.picture, price_list=price.list, price_at_ms=quote.at_ms, price_seen=quote.seen,
            style=article.style, category=article.category, brand=article.brand, tags=article.tags, goods=article.goods,
        )  # fmt: skip

    def _renewed(self, line: CartLine) -> CartLine:
        """A line as its article is offered now; one that is offered no more stays as it was."""
        article = self._counter.catalog.article(line.article)
        price = self._counter.catalog.price(line.article, self._counter.now_ms())
        if article is None or price is None:
            return line
        return replace(self._line(article, line.quantity_milli, line.barcode), line=line.line)

    def _gtin(self, line: CartLine) -> str:
        return line.barcode.zfill(14)

    def _price(self, cart: Cart) -> PricedCart:
        rates = self._counter.rules.vat_rates(self._counter.business_day())
        return price_cart(cart, rates, self._counter.settings.vat_rule, self._counter.terms())


def _give_up(conn: Connection, key: str, now_ms: int) -> None:
    """End a print job of which no byte is under way."""
    for job in spool.jobs(conn, open_only=True):
        if job.idempotency_key == key and job.state is not SpoolState.SENDING:
            spool.give_up(conn, job.job_id, at_ms=now_ms)


def _ticket_code(article: Article, scanned: str) -> str:
    """The code a ticket names an article by: what was scanned, else its first real barcode."""
    known = {code.zfill(14) for code in article.barcodes}
    for code in (scanned, *article.barcodes):
        gtin = code.zfill(14)
        if gtin in known and is_digits(gtin) and len(gtin) == 14 and has_valid_check_digit(gtin):
            return gtin
    return ""


def _body(ticket: Ticket, priced: PricedCart) -> Json:
    """The body of `ticket.issued` (schema 1): what was in the basket and what it cost then."""
    return {
        "ticket": ticket.id,
        "total": priced.total_minor,
        "lines": [
            {
                "article": line.line.article,
                "gtin": gtin,
                "quantity": quantity_milli,
                "unit_price": line.line.unit_price_minor,
                "price_rev": line.line.price_rev,
            }
            for line, (gtin, quantity_milli) in zip(priced.lines, ticket.lines, strict=True)
        ],
    }

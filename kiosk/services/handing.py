"""A basket handed to a till: its goods as a signed code on this screen; a till of the store takes it once, offline too."""

from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.cart import CartLine
from kiosk.domain.chain import Sign
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.pricing import PricedCart
from kiosk.domain.ticket import LINES_MAX, Ticket, encode, key_mark
from kiosk.paper.ticket import qr_rows
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.store import carts
from kiosk.store.database import Connection

_MINUTE_MS = 60_000
_GTIN_DIGITS = 14


@dataclass(frozen=True, slots=True)
class Handed:
    """A basket as a code: `rows` are its modules. `left`: something stays behind, such as a discount or the customer."""

    id: str
    sale: str
    text: str
    rows: tuple[str, ...]
    left: bool


class Handing:
    """Hands the open basket over. `sign` and `public_key` belong to the terminal's certificate, which tills of the store know."""

    def __init__(self, counter: Counter, selling: Selling, sign: Sign, public_key: bytes) -> None:
        self._counter, self._selling, self._sign = counter, selling, sign
        self._mark = key_mark(public_key)

    def make(self) -> Handed:
        """The open basket as a code; the basket stays until `finish`, so that nothing is lost when nobody scans it.

        Raises Refused for an empty basket, one that is being paid, practice, and what a code cannot carry.
        """
        counter, priced = self._counter, self._selling.priced
        counter.signed_in()
        if priced.cart.is_empty:
            raise Refused("cart.empty")
        if self._selling.locked or priced.cart.tenders:
            raise Refused("cart.locked")
        if counter.training:
            raise Refused("training.not_here")
        if len(priced.cart.lines) > LINES_MAX:
            raise Refused("hand.too_many", limit=LINES_MAX)
        for line in priced.cart.lines:
            if not _travels(line):
                raise Refused("hand.not_goods", name=line.name)
        goods = tuple((line.barcode.zfill(_GTIN_DIGITS), line.quantity_milli) for line in priced.cart.lines)
        ticket = Ticket(counter.ledger.ids(), self._mark, counter.now_ms() // _MINUTE_MS, goods)
        text = encode(ticket, self._sign)
        counter.ledger.append(
            facts.TICKET_ISSUED, _body(ticket, priced), employee=counter.signed_in().number, day=counter.business_day()
        )
        return Handed(ticket.id, priced.cart.sale, text, qr_rows(text), _stays_behind(priced))

    def finish(self, handed: Handed) -> PricedCart:
        """A till has it: this terminal goes on with the next customer. Raises Refused when another basket is open by now."""
        if self._selling.priced.cart.sale != handed.sale:
            raise Refused("hand.gone")
        if self._selling.locked:
            raise Refused("cart.locked")

        def work(conn: Connection) -> None:
            carts.clear_in(conn, handed.sale)

        self._counter.ledger.run(work)
        return self._selling.start_fresh()


def _travels(line: CartLine) -> bool:
    """Whether a code can carry it: goods that are taken along, known by their bars, at the price of the shop."""
    is_plain = not (line.is_given or line.is_card or line.is_agreed or line.marked_minor or line.serial or line.label)
    is_plain = is_plain and line.ordered is None and line.override is None
    return is_plain and line.barcode.isascii() and line.barcode.isdigit() and len(line.barcode) <= _GTIN_DIGITS


def _stays_behind(priced: PricedCart) -> bool:
    """Whether the till has to set something again."""
    cart = priced.cart
    return bool(cart.customer or cart.discount or any(line.discount or line.note or line.associate for line in cart.lines))


def _body(ticket: Ticket, priced: PricedCart) -> Json:
    """The body of `ticket.issued` (schema 1) with `sale`: whose basket it was, which a kiosk's has not."""
    return {
        "ticket": ticket.id, "sale": priced.cart.sale, "total": priced.total_minor,
        "lines": [
            {
                "article": line.line.article, "gtin": gtin, "quantity": quantity_milli,
                "unit_price": line.line.unit_price_minor, "price_rev": line.line.price_rev,
            }
            for line, (gtin, quantity_milli) in zip(priced.lines, ticket.lines, strict=True)
        ],
    }  # fmt: skip

"""Suspend and retrieve: a sale is put aside while its customer fetches something, and taken up again by whoever is at the till.

What is put aside is on this terminal's disk like the open cart: a crash, a change of cashier and the night leave it there.
"""

import re
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.pricing import PricedCart
from kiosk.paper.suspended import SlipHead, suspended_slip
from kiosk.services.counter import Counter
from kiosk.services.receipts import Receipts
from kiosk.services.selling import Selling
from kiosk.store import carts
from kiosk.store.carts import Suspended as Suspended
from kiosk.store.database import Connection
from kiosk.store.spool import JobKind

NOTE_MAX = 60
SUSPENDED_MAX = 50
"""More is no longer a counter but a cupboard: they have to be finished or voided first."""

_CODE = re.compile(r"HOLD-([A-Z0-9]+)-([A-Z0-9]+)-(\d{1,9})", re.ASCII)


def is_suspended_code(text: str) -> bool:
    """Whether a scanned text is the code of a suspended sale's slip."""
    return _CODE.fullmatch(text.strip()) is not None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A suspended sale with what it would cost now."""

    suspended: Suspended
    priced: PricedCart


class Suspending:
    """The sales that wait at this terminal. Used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling, receipts: Receipts) -> None:
        self._counter, self._selling, self._receipts = counter, selling, receipts

    def listed(self) -> tuple[Waiting, ...]:
        """What waits, the oldest first, priced as of now."""

        def work(conn: Connection) -> list[Waiting]:
            found = carts.suspended_in(conn)
            return [Waiting(one, self._selling.price(carts.cart_in(conn, one.sale))) for one in found]

        return tuple(self._counter.ledger.run(work))

    def suspend(self, note: str = "") -> Suspended:
        """Put the open cart aside, with a slip to find it again, and start afresh.

        Raises Refused for an empty cart, one that is being paid, or when too many wait already.
        """
        counter, priced = self._counter, self._selling.priced
        employee = counter.signed_in().number
        if priced.cart.is_empty:
            raise Refused("cart.empty")
        if self._selling.locked:
            raise Refused("cart.locked")
        if counter.training:
            raise Refused("training.not_here")

        def work(conn: Connection) -> Suspended:
            if len(carts.suspended_in(conn)) >= SUSPENDED_MAX:
                raise Refused("suspended.too_many", limit=SUSPENDED_MAX)
            body = {
                "sale": priced.cart.sale, "total": priced.total_minor, "pieces": priced.pieces, "note": note.strip()[:NOTE_MAX],
            }  # fmt: skip
            sealed = counter.ledger.append_in(
                conn, facts.SALE_SUSPENDED, body, employee=employee, day=counter.business_day()
            )
            suspended = Suspended(priced.cart.sale, sealed.seq, counter.now_ms(), employee, str(body["note"]))
            carts.suspend_in(conn, suspended)
            made = counter.words.date_time(suspended.at_ms, counter.ledger.identity.place.zone)
            head = SlipHead(self.code(suspended), made, employee, suspended.note)
            slip = suspended_slip(head, priced, counter.words)
            self._receipts.spool_in(conn, f"suspended-{sealed.seq}", JobKind.RECEIPT, slip)
            return suspended

        suspended = counter.ledger.run(work)
        self._receipts.wake()
        self._selling.start_fresh()
        return suspended

    def retrieve(self, sale: str) -> PricedCart:
        """Take a suspended sale up again; an open cart is suspended in its place, so that nothing has to be finished first.

        Raises Refused when somebody took it already, or while the open cart is being paid.
        """
        counter = self._counter
        employee = counter.signed_in().number
        if not self._selling.priced.cart.is_empty:
            self.suspend()

        def work(conn: Connection) -> PricedCart:
            found = carts.retrieve_in(conn, sale)
            if found is None:
                raise Refused("suspended.gone")
            body = {"sale": sale, "suspended_by": found.employee, "number": found.number}
            counter.ledger.append_in(conn, facts.SALE_RETRIEVED, body, employee=employee, day=counter.business_day())
            return self._selling.take_up(carts.cart_in(conn, sale))

        return counter.ledger.run(work)

    def retrieve_code(self, text: str) -> PricedCart:
        """Take up the sale of a slip's code. Raises NotFound for another terminal's slip, or one that is no longer there."""
        match = _CODE.fullmatch(text.strip())
        place = self._counter.ledger.identity.place
        if match is None or (match[1], match[2]) != (place.store, place.terminal):
            raise NotFound("suspended.elsewhere", terminal=match[2] if match else "")
        found = self._counter.ledger.run(carts.suspended_in)
        sale = next((one.sale for one in found if one.number == int(match[3])), None)
        if sale is None:
            raise Refused("suspended.gone")
        return self.retrieve(sale)

    def void(self, sale: str, reason: str) -> None:
        """Void a suspended sale whose customer did not come back; the journal keeps what stood in it."""

        def work(conn: Connection) -> None:
            if not any(one.sale == sale for one in carts.suspended_in(conn)):
                raise Refused("suspended.gone")
            self._selling.abandon_in(conn, self._selling.price(carts.cart_in(conn, sale)), reason)

        self._counter.ledger.run(work)

    def code(self, suspended: Suspended) -> str:
        """What the slip's barcode says: store, terminal and number."""
        place = self._counter.ledger.identity.place
        return f"HOLD-{place.store}-{place.terminal}-{suspended.number}"

"""Post-void at the till: undo a finished sale of the open shift, with its money on the way back and a slip that says so."""

from collections.abc import Callable, Sequence
from typing import Any

from kiosk.domain import facts
from kiosk.domain.account import entries_in
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.payment import CASH
from kiosk.domain.returning import returnables
from kiosk.domain.voiding import VOID_SCHEMA, check_void, void_body
from kiosk.services.counter import Counter
from kiosk.services.orderdesk import OrderDesk
from kiosk.services.receipts import Receipts
from kiosk.services.session import Session
from kiosk.store import accounts, vouchers
from kiosk.store.database import Connection
from kiosk.store.returned import given_in, is_voided_in, void_in
from kiosk.store.spool import JobKind


def _nothing(sale: str, tenders: Sequence[dict[str, Any]]) -> None:
    """No card terminal of this till has anything to reverse."""


class Voiding:
    """Undoes finished sales. `reverse_cards` gives card payments back at their terminal, before anything is written."""

    def __init__(self, counter: Counter, session: Session, receipts: Receipts) -> None:
        self._counter, self._session, self._receipts = counter, session, receipts
        self.orders: OrderDesk | None = None
        self.reverse_cards: Callable[[str, Sequence[dict[str, Any]]], None] = _nothing

    def check(self, receipt: str) -> Fact:
        """The sale that would be undone. Raises NotFound, or Refused when it cannot be undone any more."""
        counter = self._counter
        fact = counter.ledger.find_sale(receipt)
        if fact is None or fact.kind != facts.SALE_COMPLETED:
            raise NotFound("receipt.not_found", number=receipt)
        check_void(fact.body, counter.open_shift().id)
        counter.ledger.run(lambda conn: self._check_in(conn, fact))
        return fact

    def void(self, receipt: str, reason: str, number: str, pin: str) -> Fact:
        """Undo a sale with a second person's word; gives the fact of its mirror image.

        Raises Refused when it is voided or partly returned already, without a reason, and as `Session.approve` does.
        """
        counter, asker = self._counter, self._counter.signed_in()
        sale = self.check(receipt)
        if not reason.strip():
            raise Refused("cart.reason")
        if self._session.find(number).number == asker.number:
            raise Refused("staff.same_person")
        approver = self._session.approve(number, pin).number
        self.reverse_cards(str(sale.body["sale"]), [one for one in sale.body["tenders"] if one.get("card")])

        def work(conn: Connection) -> Fact:
            self._check_in(conn, sale)
            void, printed = counter.ledger.ids(), counter.ledger.next_receipt_in(conn)
            body = void_body(sale.body, void, printed, reason.strip(), approver)
            sealed = counter.ledger.append_in(
                conn, facts.SALE_VOIDED, body, employee=asker.number, day=counter.open_shift().day, schema=VOID_SCHEMA
            )
            counter.ledger.record_sale_in(conn, void, printed, sealed.seq, ())
            void_in(conn, str(sale.body["receipt"]), str(printed))
            if self.orders is not None:
                self.orders.void_in(conn, sale.body, str(printed))
            for key in sale.body.get("coupons_once", ()):
                vouchers.give_back_in(conn, key)
            fact = read_fact(sealed.data)
            if any(one["kind"] == CASH for one in body["tenders"]):
                self._receipts.kick_drawer_in(conn, f"drawer-{void}")
            self._receipts.spool_in(conn, f"void-{void}", JobKind.RECEIPT, self._receipts.document(fact))
            return fact

        fact = counter.ledger.run(work)
        self._receipts.wake()
        return fact

    def _check_in(self, conn: Connection, sale: Fact) -> None:
        receipt = str(sale.body["receipt"])
        if is_voided_in(conn, receipt):
            raise Refused("void.already", receipt=receipt)
        if self.orders is not None:
            self.orders.check_void_in(conn, sale.body)
        given = given_in(conn, receipt, self._counter.ledger.identity.dev)
        if any(line.left_milli != line.sold_milli for line in returnables(sale.body, given)):
            raise Refused("void.returned", receipt=receipt)
        for entry in entries_in(sale):
            if entry.loaded_minor > 0:
                dev = self._counter.ledger.identity.dev
                accounts.check_undo_in(conn, entry.kind, entry.code, entry.loaded_minor, dev)

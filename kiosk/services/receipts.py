"""Receipts: made from the sale's fact, put into the spool with it, and printed again as marked copies."""

from collections.abc import Callable

from drivers.api import ReceiptPrinter
from kiosk.domain import facts
from kiosk.domain.cardpay import Attempt
from kiosk.domain.document import Document, plain_text
from kiosk.domain.errors import NotFound
from kiosk.domain.facts import Fact
from kiosk.paper.credit import credit_slips
from kiosk.paper.letterhead import Letterhead, letterhead_of
from kiosk.paper.receipt import gift_receipt, receipt
from kiosk.paper.signing import signature_slip
from kiosk.services.counter import Counter
from kiosk.store import spool
from kiosk.store.database import Connection
from kiosk.store.spool import Job, JobKind
from kiosk.text import words

PRINTER = "receipt"
"""The role of the receipt printer in the spool."""


class Receipts:
    """Paper for this terminal's sales. `encode` is the printer driver's pure encoder; None when the store prints none."""

    def __init__(self, counter: Counter, printer: ReceiptPrinter | None, wake: Callable[[], None]) -> None:
        self._counter = counter
        self._printer = printer
        self._wake = wake

    def document(self, fact: Fact) -> Document:
        """The receipt of a sale in the language it was rung in, whichever the counter speaks now."""
        language = fact.body.get("language", fact.place.language)
        return receipt(fact, self.letterhead(language), words(language), self._counter.settings.receipt_columns)

    def letterhead(self, language: str) -> Letterhead:
        """What the store prints above and below."""
        store = self._counter.catalog.stores().get(self._counter.ledger.identity.place.store)
        return letterhead_of(self._counter.settings.papers, store, language)

    def spool_sale_in(self, conn: Connection, fact: Fact) -> Document:
        """Queue the receipt of a sale and the slips of what it issued, within its transaction; gives the receipt."""
        document = self.document(fact)
        self.spool_in(conn, f"receipt-{fact.body['sale']}", JobKind.RECEIPT, document)
        language = fact.body.get("language", fact.place.language)
        slips = credit_slips(fact, self.letterhead(language), words(language), self._counter.settings.receipt_columns)
        for slip in slips:
            self.spool_in(conn, f"credit-{slip.title}", JobKind.RECEIPT, slip)
        return document

    def spool_in(self, conn: Connection, key: str, kind: JobKind, document: Document, marked: bool = False) -> Job | None:
        """Queue paper within the transaction of what it proves."""
        if self._printer is None:
            return None
        return spool.enqueue(
            conn, printer=PRINTER, kind=kind, key=key, data=self._printer.encode(document),
            plain_text=plain_text(document), at_ms=self._counter.now_ms(), marked=marked,
        )  # fmt: skip

    def kick_drawer_in(self, conn: Connection, key: str) -> None:
        """Queue one opening of the drawer; it is never replayed after a crash."""
        if self._printer is not None:
            spool.enqueue(
                conn, printer=PRINTER, kind=JobKind.DRAWER, key=key, data=b"", plain_text="",
                at_ms=self._counter.now_ms(),
            )  # fmt: skip

    def print_signature_in(self, conn: Connection, attempt: Attempt) -> None:
        """Queue the paper that a customer signs for a card payment, within the transaction that keeps what was approved."""
        document = signature_slip(attempt, self._counter.words, self._counter.settings.receipt_columns)
        self.spool_in(conn, f"sign-{attempt.reference}", JobKind.RECEIPT, document)

    def wake(self) -> None:
        """Tell the spooler; only after COMMIT."""
        self._wake()

    def reprint(self, number: str = "") -> Document:
        """Print a receipt of this terminal again, marked as a copy; the latest when no number is given."""
        counter = self._counter
        fact = counter.ledger.find_sale(number)
        if fact is None:
            raise NotFound("receipt.not_found", number=number)
        document = self.document(fact)
        employee = counter.signed_in().number

        def work(conn: Connection) -> None:
            sealed = counter.ledger.append_in(
                conn, facts.RECEIPT_COPIED, {"receipt": fact.body["receipt"]}, employee=employee, day=counter.business_day()
            )
            self.spool_in(conn, f"copy-{sealed.seq}", JobKind.COPY, document, marked=True)

        counter.ledger.run(work)
        self.wake()
        return document

    def gift(self, number: str = "") -> Document:
        """Print a receipt without amounts to go with a present, and keep in the journal that it was given."""
        counter = self._counter
        fact = counter.ledger.find_sale(number)
        if fact is None:
            raise NotFound("receipt.not_found", number=number)
        language = fact.body.get("language", fact.place.language)
        document = gift_receipt(fact, self.letterhead(language), words(language), counter.settings.receipt_columns)
        employee = counter.signed_in().number

        def work(conn: Connection) -> None:
            body = {"receipt": fact.body["receipt"], "gift": True}
            sealed = counter.ledger.append_in(
                conn, facts.RECEIPT_COPIED, body, employee=employee, day=counter.business_day()
            )
            self.spool_in(conn, f"gift-{sealed.seq}", JobKind.RECEIPT, document)

        counter.ledger.run(work)
        self.wake()
        return document

    def jobs(self) -> list[Job]:
        """What is still to be printed, or waits for a person, oldest first."""
        return self._counter.ledger.run(lambda conn: spool.jobs(conn, open_only=True))

    def job_of(self, key: str) -> Job | None:
        """The print job of a sale, however it stands."""
        return self._counter.ledger.run(lambda conn: spool.job_of(conn, key))

"""X and Z reports and the slips of cash: shown as sheets, put into the spool with what they prove, and printed again."""

from kiosk.domain import facts
from kiosk.domain.document import Document
from kiosk.domain.errors import NotFound
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.journal import Filter
from kiosk.domain.sheet import Sheet
from kiosk.domain.staff import SEE_CASH, may
from kiosk.paper import slips
from kiosk.paper.shiftsheet import x_sheet, z_sheet
from kiosk.services.cash import CashDesk
from kiosk.services.closing import ClosingDesk
from kiosk.services.counter import Counter
from kiosk.services.counting import Counting
from kiosk.services.receipts import Receipts
from kiosk.services.shifts import Shifts
from kiosk.store import journal
from kiosk.store.database import Connection
from kiosk.store.spool import JobKind

Z_LISTED = 60


class ShiftReports:
    """Reports of this terminal's shifts. Made once; from then on the desks put their paper into the spool."""

    def __init__(
        self, counter: Counter, shifts: Shifts, receipts: Receipts, cash: CashDesk, counting: Counting, closing: ClosingDesk
    ) -> None:
        self._counter, self._shifts, self._receipts = counter, shifts, receipts
        closing.on_paper = self._z_in
        cash.on_paper = self._slip_in
        cash.kick = receipts.kick_drawer_in
        counting.on_paper = self._count_in

    def x(self) -> Sheet:
        """The open shift so far. It resets nothing. Where counts are blind, only a manager sees payments and drawer."""
        counter, shift = self._counter, self._counter.open_shift()
        hides = counter.settings.blind_count and not may(counter.signed_in(), SEE_CASH)
        zone = counter.ledger.identity.place.zone
        return x_sheet(shift, self._shifts.so_far(), counter.now_ms(), zone, counter.words, hides_cash=hides)

    def print_x(self) -> Sheet:
        """The X report on paper; the journal keeps that it was taken."""
        counter, shift, sheet = self._counter, self._counter.open_shift(), self.x()
        employee = counter.signed_in().number
        document = slips.report(sheet, self._receipts.letterhead(counter.language))

        def work(conn: Connection) -> None:
            body = {"shift": shift.id, "report": "x"}
            sealed = counter.ledger.append_in(conn, facts.SHIFT_REPORTED, body, employee=employee, day=shift.day)
            self._receipts.spool_in(conn, f"x-{sealed.seq}", JobKind.REPORT, document)

        counter.ledger.run(work)
        self._receipts.wake()
        return sheet

    def z(self, fact: Fact) -> Sheet:
        """A Z report as a sheet."""
        return z_sheet(fact, self._counter.words)

    def listed(self) -> tuple[Fact, ...]:
        """The latest Z reports of this terminal, newest first."""
        wanted = Filter(kinds=(facts.SHIFT_CLOSED,))

        def work(conn: Connection) -> tuple[Fact, ...]:
            found = journal.opened_in(conn, journal.page_in(conn, wanted, 0, Z_LISTED))
            return tuple(fact for fact in found if "z" in fact.body)

        return self._counter.ledger.run(work)

    def print_z(self, seq: int) -> None:
        """Print a Z report again, marked as a copy. Raises NotFound when the fact is none."""
        counter = self._counter
        employee = counter.signed_in().number

        def work(conn: Connection) -> None:
            row = conn.execute("SELECT data FROM facts WHERE seq = ? AND kind = ?", (seq, facts.SHIFT_CLOSED)).fetchone()
            fact = read_fact(row[0]) if row else None
            if fact is None or "z" not in fact.body:
                raise NotFound("receipt.not_found", number=str(seq))
            body = {"receipt": fact.body["z_name"]}
            day = counter.business_day()
            sealed = counter.ledger.append_in(conn, facts.RECEIPT_COPIED, body, employee=employee, day=day)
            self._receipts.spool_in(conn, f"copy-{sealed.seq}", JobKind.COPY, self._z_document(fact), marked=True)

        counter.ledger.run(work)
        self._receipts.wake()

    def wake(self) -> None:
        """Something was put into the spool; after its transaction."""
        self._receipts.wake()

    # inside

    def _z_document(self, fact: Fact) -> Document:
        counter = self._counter
        return slips.report(z_sheet(fact, counter.words), self._receipts.letterhead(counter.language))

    def _z_in(self, conn: Connection, key: str, fact: Fact) -> None:
        self._receipts.spool_in(conn, key, JobKind.REPORT, self._z_document(fact))

    def _slip_in(self, conn: Connection, key: str, fact: Fact) -> None:
        counter = self._counter
        slip = slips.order_slip if fact.kind == facts.CHANGE_ORDERED else slips.cash_slip
        document = slip(fact, self._receipts.letterhead(counter.language), counter.words)
        self._receipts.spool_in(conn, key, JobKind.REPORT, document)

    def _count_in(self, conn: Connection, key: str, fact: Fact) -> None:
        counter = self._counter
        document = slips.count_slip(fact, self._receipts.letterhead(counter.language), counter.words)
        self._receipts.spool_in(conn, key, JobKind.REPORT, document)

"""Cash without a sale: drops, change, deposits, pay-ins and pay-outs, the drawer without a sale, and orders for change."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from kiosk.domain import facts
from kiosk.domain.cash import (
    AMOUNT_MAX_MINOR,
    DEPOSIT,
    DRAWER,
    PAY_OUT,
    WAYS,
    ChangeOrder,
    Move,
    Tally,
    awaited,
    check_move,
    move_body,
)
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.services.counter import Counter
from kiosk.services.session import Session
from kiosk.services.shifts import Shifts
from kiosk.store.database import Connection


class CashDesk:
    """Movements of cash at this terminal; each is a fact, with its slip in the same transaction."""

    def __init__(self, counter: Counter, session: Session, shifts: Shifts) -> None:
        self._counter, self._session, self._shifts = counter, session, shifts
        self.on_paper: Callable[[Connection, str, Fact], None] = _no_paper
        self.kick: Callable[[Connection, str], None] = _no_drawer

    def move(self, move: Move, approver: str = "", pin: str = "") -> Fact:
        """Write a movement down. A pay-out above the store's limit needs a second person with `pin`.

        Raises Refused as `check_move` does; for more than the drawer should hold; for a bag that is known already; and without
        the second person (`cash.sign_off`).
        """
        check_move(move)
        counter = self._counter
        employee = counter.signed_in()
        way = WAYS[move.what]
        source = move.source or way.source
        touches = DRAWER in (source, way.target)
        shift = counter.open_shift() if touches else counter.shift
        if source == DRAWER and move.amount_minor > self._shifts.expected_cash():
            raise Refused("cash.not_there")
        if move.what == PAY_OUT and move.amount_minor > counter.settings.pay_out_limit_minor:
            move = replace(move, approved_by=self._second(approver, pin))
        day = counter.business_day()
        name, of = counter.ledger.ids(), shift if touches else None
        body = move_body(move, name, of.id if of else "", of.drawer if of else "")

        def work(conn: Connection) -> Fact:
            if move.what == DEPOSIT and _bag_known_in(conn, move.bag.strip()):
                raise Refused("cash.bag_used", bag=move.bag.strip())
            sealed = counter.ledger.append_in(conn, facts.CASH_MOVED, body, employee=employee.number, day=day)
            fact = read_fact(sealed.data)
            self.on_paper(conn, f"cash-{sealed.seq}", fact)
            if touches:
                self.kick(conn, f"drawer-cash-{sealed.seq}")
            return fact

        return counter.ledger.run(work)

    def order_change(self, tally: Tally) -> Fact:
        """Ask the bank for notes and coins; what comes is a delivery that names the order.

        Raises Refused for nothing, and for more than anybody has brought.
        """
        counter = self._counter
        employee = counter.signed_in().number
        if not 0 < tally.total_minor <= AMOUNT_MAX_MINOR:
            raise Refused("cash.amount")
        body: Json = {"order_no": counter.ledger.ids(), "counts": tally.body(), "amount": tally.total_minor}
        day = counter.business_day()

        def work(conn: Connection) -> Fact:
            fact = read_fact(counter.ledger.append_in(conn, facts.CHANGE_ORDERED, body, employee=employee, day=day).data)
            self.on_paper(conn, f"change-{fact.seq}", fact)
            return fact

        return counter.ledger.run(work)

    def awaited(self) -> tuple[ChangeOrder, ...]:
        """Change that was ordered at this terminal and has not come yet, the oldest first."""
        return awaited(*self._counter.ledger.look(_orders_in), self._counter.now_ms())

    def no_sale(self, reason: str) -> Fact:
        """Open the drawer without a sale, for a reason that stays in the journal."""
        counter = self._counter
        employee, shift = counter.signed_in().number, counter.open_shift()
        if not reason.strip():
            raise Refused("cash.reason")
        body = {"shift": shift.id, "reason": reason.strip()[:200]}

        def work(conn: Connection) -> Fact:
            sealed = counter.ledger.append_in(conn, facts.DRAWER_OPENED, body, employee=employee, day=shift.day)
            self.kick(conn, f"no-sale-{sealed.seq}")
            return read_fact(sealed.data)

        return counter.ledger.run(work)

    def is_full(self) -> bool:
        """Whether so much cash lies in the drawer that some should go to the safe; never where the store set no limit."""
        limit = self._counter.settings.drawer_limit_minor
        return limit > 0 and self._counter.shift is not None and self._shifts.expected_cash() > limit

    def _second(self, approver: str, pin: str) -> str:
        if not approver:
            raise Refused("cash.sign_off", limit_minor=self._counter.settings.pay_out_limit_minor)
        if self._session.find(approver).number == self._counter.signed_in().number:
            raise Refused("staff.same_person")
        return self._session.approve(approver, pin).number


def _bag_known_in(conn: Connection, bag: str) -> bool:
    return any(one.body["what"] == DEPOSIT and one.body["bag"] == bag for one in _facts_in(conn, facts.CASH_MOVED))


def _orders_in(conn: Connection) -> tuple[list[ChangeOrder], list[str]]:
    """What was ordered, and the numbers of the orders that came."""
    ordered = [
        ChangeOrder(order.body["order_no"], order.moment.wall_ms, order.body["amount"])
        for order in _facts_in(conn, facts.CHANGE_ORDERED)
    ]
    return ordered, [fact.body["order_no"] for fact in _facts_in(conn, facts.CASH_MOVED) if "order_no" in fact.body]


def _facts_in(conn: Connection, kind: str) -> Iterator[Fact]:
    rows = conn.execute("SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ?", (kind,))
    return (read_fact(data) for (data,) in rows)


def _no_paper(conn: Connection, key: str, fact: Fact) -> None:
    """This terminal prints nothing."""


def _no_drawer(conn: Connection, key: str) -> None:
    """There is no drawer that opens."""

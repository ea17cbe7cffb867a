"""Closing a shift: what stands in the way, the count, a second person above the limit, and the Z report as one transaction.

It works offline and is never refused for a cent. Whoever must go home can close in any case; the fact then says what is
missing, and the hub makes it a task for the manager.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.cash import DROP, Move, move_body
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.payment import CASH
from kiosk.domain.shift import Shift
from kiosk.domain.staff import CLOSE_ANY, may
from kiosk.domain.zreport import EXPLANATION_MAX, Closing, GrandTotals, Left, closed_body, grand_of, z_number
from kiosk.services.counter import Counter
from kiosk.services.counting import Counting, Draft, drop_in
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.services.shifts import Shifts, closed_in
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in, set_meta_in

_POI = "poi_totals"
CART, PART_PAID, SUSPENDED, CARD, OTHERS = "cart", "part_paid", "suspended", "card", "others"


@dataclass(frozen=True, slots=True)
class Hindrance:
    """Something that is better finished before the close. `what` is one of the names above; it never forbids the close."""

    what: str
    count: int = 0
    amount_minor: int = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """How a person wants to close. `float_minor` None keeps everything in the drawer; `go_home` closes whatever is missing."""

    explanation: str = ""
    approver: str = ""
    pin: str = ""
    float_minor: int | None = None
    counted: bool = True
    go_home: bool = False


class ClosingDesk:
    """The end of a shift. `suspended` counts suspended carts, `unsure_cards` names card payments whose outcome nobody knows."""

    def __init__(self, counter: Counter, session: Session, shifts: Shifts, selling: Selling, counting: Counting) -> None:
        self._counter, self._session, self._shifts = counter, session, shifts
        self._selling, self._counting = selling, counting
        self.suspended: Callable[[], int] = _none
        self.unsure_cards: Callable[[], Sequence[str]] = tuple
        self.ask_poi: Callable[[], None] = _nobody_to_ask
        self.on_paper: Callable[[Connection, str, Fact], None] = _no_paper
        shifts.pending_cash = self._pending_cash

    def hindrances(self) -> tuple[Hindrance, ...]:
        """What is unfinished, gravest first."""
        left = self._left()
        found = [
            Hindrance(CARD, len(left.cards)) if left.cards else None,
            Hindrance(PART_PAID, 1, left.paid_minor) if left.paid_minor else None,
            Hindrance(CART, 1, left.total_minor) if left.sale and not left.paid_minor else None,
            Hindrance(SUSPENDED, left.suspended) if left.suspended else None,
            Hindrance(OTHERS, len(resting)) if (resting := self._shifts.resting()) else None,
        ]
        return tuple(one for one in found if one is not None)

    def needs_second(self, draft: Draft) -> bool:
        """Whether a difference is above the limit, so that it has to be explained and signed off by another person."""
        return abs(draft.difference_minor or 0) > self._counter.settings.over_short_limit_minor

    def heard_poi(self, kind: str, minor: int) -> None:
        """A card terminal told what it has counted since it was last asked: kept, and added up, until the shift is closed."""
        now = self._poi()
        text = json.dumps({**now, kind: now.get(kind, 0) + minor})
        self._counter.ledger.run(lambda conn: set_meta_in(conn, _POI, text))

    def close(self, wish: Wish) -> Fact:
        """Close the open shift; gives the Z report. The cart, if there is one, stays for the next shift.

        Raises Refused for a count that was not handed in, for what has no explanation or no second person (unless `go_home`),
        and as `Session.approve` does.
        """
        counter, employee, shift = self._counter, self._counter.signed_in(), self._counter.open_shift()
        if shift.drawer not in ("", employee.number) and not may(employee, CLOSE_ANY):
            raise Refused("shift.not_yours")
        draft = self._counting.draft() if wish.counted else None
        if wish.counted and (draft is None or draft.expected_minor is None):
            raise Refused("shift.not_counted")
        if not wish.counted and not wish.go_home:
            raise Refused("shift.not_counted")
        closing = self._closing(wish, draft)
        sealed = counter.ledger.run(lambda conn: self._close_in(conn, shift, closing, draft))
        counter.shift = None
        return sealed

    # inside

    def _closing(self, wish: Wish, draft: Draft | None) -> Closing:
        expected = self._shifts.expected_cash()
        counted = draft.tally.total_minor if draft else None
        approved = ""
        over_limit = counted is not None and abs(counted - expected) > self._counter.settings.over_short_limit_minor
        if over_limit and not wish.explanation.strip() and not wish.go_home:
            raise Refused("shift.explanation")
        if over_limit and (wish.approver or not wish.go_home):
            approved = self._second(wish, draft)
        there = expected if counted is None else counted
        stays = there if wish.float_minor is None else min(max(wish.float_minor, 0), max(there, 0))
        return Closing(
            expected_minor=expected, counted_minor=counted, explanation=wish.explanation.strip()[:EXPLANATION_MAX],
            approved_by=approved, takings_minor=there - stays if draft else 0, people=draft.people if draft else (),
            unsigned=over_limit and not approved, left=self._left(), poi=self._poi(),
        )  # fmt: skip

    def _second(self, wish: Wish, draft: Draft | None) -> str:
        """Another person's word: nobody signs off what they counted themselves."""
        if not wish.approver:
            raise Refused("shift.sign_off")
        involved = {self._counter.signed_in().number, *(draft.people if draft else ())}
        if self._session.find(wish.approver).number in involved:
            raise Refused("staff.same_person")
        return self._session.approve(wish.approver, wish.pin).number

    def _close_in(self, conn: Connection, shift: Shift, closing: Closing, draft: Draft | None) -> Fact:
        counter, ledger = self._counter, self._counter.ledger
        employee = counter.signed_in().number
        self._shifts.carry_out_in(conn, shift)
        if closing.takings_minor > 0:
            drop = Move(DROP, closing.takings_minor)
            body = {**move_body(drop, ledger.ids(), shift.id, shift.drawer), "closing": True}
            ledger.append_in(conn, facts.CASH_MOVED, body, employee=employee, day=shift.day)
        totals = self._shifts.so_far_in(conn, shift)
        (z,) = conn.execute("SELECT count(*) + 1 FROM fact_index WHERE kind = ? AND seq > 0", (facts.SHIFT_CLOSED,)).fetchone()
        before = closed_in(conn)
        grand = (grand_of(before.body["grand_total"]) if before else GrandTotals()).plus(totals)
        place = ledger.identity.place
        name = z_number(place.store, place.terminal, ledger.identity.series, z)
        last = conn.execute("SELECT seq, hash FROM facts ORDER BY seq DESC LIMIT 1").fetchone()
        body = closed_body(shift, z, name, closing, totals, grand, last, counter.now_ms())
        body["counts"] = draft.tally.body() if draft else {}
        sealed = ledger.append_in(conn, facts.SHIFT_CLOSED, body, employee=employee, day=shift.day)
        set_meta_in(conn, _POI, "")
        self._shifts.forget_in(conn)
        drop_in(conn)
        fact = read_fact(sealed.data)
        self.on_paper(conn, f"z-{sealed.seq}", fact)
        return fact

    def _poi(self) -> dict[str, int]:
        kept = self._counter.ledger.run(lambda conn: meta_in(conn, _POI))
        found: dict[str, int] = json.loads(kept or "{}")
        return found

    def _pending_cash(self) -> int:
        return sum(tender.amount_minor for tender in self._selling.priced.cart.tenders if tender.kind == CASH)

    def _left(self) -> Left:
        priced = self._selling.priced
        paid = sum(tender.amount_minor for tender in priced.cart.tenders)
        sale = priced.cart.sale if priced.lines or paid else ""
        return Left(sale, priced.total_minor if sale else 0, paid, self.suspended(), tuple(self.unsure_cards()))


def _nobody_to_ask() -> None:
    """This till has no card terminal."""


def _none() -> int:
    """No cart is suspended."""
    return 0


def _no_paper(conn: Connection, key: str, fact: Fact) -> None:
    """This terminal prints nothing."""

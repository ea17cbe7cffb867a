"""Opening a shift with its float, whose drawer is in use, and what shift and day have brought so far."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import reduce

from kiosk.domain import cash, facts
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.projections import FOLDED, DayTotals, apply_day
from kiosk.domain.shift import PERSONAL, Shift
from kiosk.domain.staff import Employee
from kiosk.domain.zreport import ShiftTotals, fold_shift
from kiosk.services.counter import Counter
from kiosk.store import lives
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in, set_meta_in
from kiosk.store.opening import open_own

FLOAT_MAX_MINOR = 1_000_000
_OPEN, _RESTING = "open_shift", "resting_shifts"


class Shifts:
    """The terminal's shifts; the open ones survive a restart. `pending_cash` is cash taken for the sale that is not finished."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._folded: dict[str, tuple[int, ShiftTotals]] = {}
        self.pending_cash: Callable[[], int] = _nothing
        kept = counter.ledger.run(lambda conn: meta_in(conn, _OPEN))
        if kept:
            counter.shift = Shift(**json.loads(kept))

    # beginning

    def open(self, float_minor: int, tally: cash.Tally | None = None) -> Shift:
        """Open a shift on today's calendar day with so much cash (minor units) in the drawer, counted as `tally` if it was."""
        counter = self._counter
        employee = counter.signed_in()
        if counter.shift is not None:
            raise Refused("shift.already_open")
        if not 0 <= float_minor <= FLOAT_MAX_MINOR:
            raise Refused("shift.float")
        drawer = employee.number if counter.settings.drawer == PERSONAL else ""
        pending = self.pending_cash()

        def work(conn: Connection) -> Shift:
            (count,) = conn.execute("SELECT count(*) FROM fact_index WHERE kind = ? AND seq > 0", (facts.SHIFT_OPENED,)).fetchone()
            count += lives.shifts_in(conn)
            shift = Shift(
                counter.ledger.ids(), count + 1, counter.business_day(), employee.number, float_minor, counter.now_ms(), drawer
            )
            body: Json = {"shift": shift.id, "number": shift.number, "float": float_minor}
            if drawer:
                body["drawer"] = drawer
            if tally is not None:
                body["counts"] = tally.body()
            left = left_in(conn, drawer)
            if left is not None:
                body["left"] = left
            counter.ledger.append_in(conn, facts.SHIFT_OPENED, body, employee=employee.number, day=shift.day)
            self._carry_in(conn, -pending, shift)
            self._keep_in(conn, shift)
            return shift

        counter.shift = counter.ledger.run(work)
        return counter.shift

    def float_left(self) -> int | None:
        """What the shift before left in the drawer that would be opened now, minor units; None when none did."""
        counter = self._counter
        drawer = counter.signed_in().number if counter.settings.drawer == PERSONAL else ""
        return counter.ledger.run(lambda conn: left_in(conn, drawer))

    def switch_to(self, employee: Employee) -> Shift | None:
        """With drawers of persons: whoever signed in uses their own. Gives the shift in use now, None when one has to be opened.

        The cart stays. Cash that was taken for it in the other drawer is written over, so that each drawer adds up.
        """
        counter = self._counter
        now = counter.shift
        if counter.settings.drawer != PERSONAL or (now is not None and now.drawer == employee.number):
            return now
        if now is not None and not now.drawer:
            return now  # opened while all shared one: it stays so until it is closed
        pending = self.pending_cash()

        def work(conn: Connection) -> Shift | None:
            resting = _resting_in(conn)
            own = next((one for one in resting if one.drawer == employee.number), None)
            if now is not None:
                body = {"from": now.id, "to": own.id if own else "", "shift": own.id if own else now.id}
                counter.ledger.append_in(conn, facts.SHIFT_SWITCHED, body, employee=employee.number, day=now.day)
                self._carry_in(conn, pending, now)
                if own is not None:
                    self._carry_in(conn, -pending, own)
            others = [one for one in resting if one is not own] + ([now] if now is not None else [])
            set_meta_in(conn, _RESTING, json.dumps([asdict(one) for one in others]))
            self._keep_in(conn, own)
            return own

        counter.shift = counter.ledger.run(work)
        return counter.shift

    def resting(self) -> tuple[Shift, ...]:
        """Open shifts of persons whose drawer is not in use now."""
        return self._counter.ledger.run(lambda conn: tuple(_resting_in(conn)))

    # so far

    def totals(self) -> DayTotals:
        """This terminal's totals of the business day so far."""
        return reduce(apply_day, self._counter.ledger.day_facts(self._counter.business_day()), DayTotals())

    def so_far(self) -> DayTotals:
        """The open shift's totals. Only what came since the last look is read."""
        shift = self._counter.open_shift()
        last, state = self._counter.ledger.run(lambda conn: self._fold_in(conn, shift))
        self._folded = {shift.id: (last, state)}
        return state.totals

    def so_far_in(self, conn: Connection, shift: Shift) -> DayTotals:
        """A shift's totals within a transaction, with what it has written already."""
        return self._fold_in(conn, shift)[1].totals

    def expected_cash(self) -> int:
        """What should lie in the open drawer now, minor units: with what an unfinished sale has brought already."""
        return self.so_far().cash_expected + self.pending_cash()

    def forget_in(self, conn: Connection) -> None:
        """The shift is closed; within the transaction that closes it."""
        self._keep_in(conn, None)

    def carry_out_in(self, conn: Connection, shift: Shift) -> None:
        """What an unfinished sale has brought stays behind in this drawer, and belongs to the shift that goes on with it."""
        self._carry_in(conn, self.pending_cash(), shift)

    # inside

    def _fold_in(self, conn: Connection, shift: Shift) -> tuple[int, ShiftTotals]:
        last, state = self._folded.get(shift.id) or self._before_in(conn, shift)
        kinds = ", ".join("?" * len(FOLDED))
        found = conn.execute(
            f"SELECT seq, data FROM facts WHERE seq > ? AND kind IN ({kinds}) ORDER BY seq", (last, *FOLDED)
        ).fetchall()
        return found[-1][0] if found else last, fold_shift(shift, (open_own(data) for _, data in found), state)

    def _before_in(self, conn: Connection, shift: Shift) -> tuple[int, ShiftTotals]:
        """Where to begin: the facts of the terminal that this one follows, then its own of that day."""
        past = (read_fact(data) for data in lives.day_in(conn, shift.day))
        (first,) = conn.execute("SELECT coalesce(min(seq), 1) FROM facts WHERE day = ?", (shift.day,)).fetchone()
        return first - 1, fold_shift(shift, past)

    def _carry_in(self, conn: Connection, amount_minor: int, shift: Shift) -> None:
        if amount_minor:
            counter = self._counter
            body = cash.carried_body(counter.ledger.ids(), amount_minor, shift.id, shift.drawer)
            counter.ledger.append_in(conn, facts.CASH_MOVED, body, employee=counter.signed_in().number, day=shift.day)

    def _keep_in(self, conn: Connection, shift: Shift | None) -> None:
        set_meta_in(conn, _OPEN, json.dumps(asdict(shift)) if shift else "")


def closed_in(conn: Connection, drawer: str | None = None) -> Fact | None:
    """The latest Z report of this terminal or of the one it follows; of one drawer only, if it is named."""
    own = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ? ORDER BY i.seq DESC", (facts.SHIFT_CLOSED,)
    )
    past = "SELECT data FROM past_facts WHERE kind = ? ORDER BY inc DESC, seq DESC"
    for rows in (own, conn.execute(past, (facts.SHIFT_CLOSED,))):
        for (data,) in rows:
            fact = read_fact(bytes(data))
            if "z" in fact.body and (drawer is None or fact.body["drawer"] == drawer):
                return fact  # release 1.0 closed without a report
    return None


def left_in(conn: Connection, drawer: str) -> int | None:
    """What the last shift of a drawer left in it."""
    fact = closed_in(conn, drawer)
    return None if fact is None else int(fact.body["left"])


def _resting_in(conn: Connection) -> list[Shift]:
    return [Shift(**one) for one in json.loads(meta_in(conn, _RESTING) or "[]")]


def _nothing() -> int:
    """No sale is unfinished."""
    return 0

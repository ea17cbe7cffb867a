"""Opening a shift with its float, and what the day has brought so far."""

import json
from dataclasses import asdict
from functools import reduce

from kiosk.domain import facts
from kiosk.domain.errors import Refused
from kiosk.domain.projections import DayTotals, apply_day
from kiosk.domain.shift import Shift
from kiosk.services.counter import Counter
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in, set_meta_in
from kiosk.store.lives import shifts_in

FLOAT_MAX_MINOR = 1_000_000
_OPEN = "open_shift"


class Shifts:
    """The terminal's shifts; the open one survives a restart."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        kept = counter.ledger.run(lambda conn: meta_in(conn, _OPEN))
        if kept:
            counter.shift = Shift(**json.loads(kept))

    def open(self, float_minor: int) -> Shift:
        """Open a shift on today's calendar day with so much cash (minor units) in the drawer."""
        counter = self._counter
        employee = counter.signed_in()
        if counter.shift is not None:
            raise Refused("shift.already_open")
        if not 0 <= float_minor <= FLOAT_MAX_MINOR:
            raise Refused("shift.float")

        def work(conn: Connection) -> Shift:
            (count,) = conn.execute("SELECT count(*) FROM facts WHERE kind = ?", (facts.SHIFT_OPENED,)).fetchone()
            count += shifts_in(conn)
            shift = Shift(
                counter.ledger.ids(), count + 1, counter.business_day(), employee.number, float_minor, counter.now_ms()
            )
            body = {"shift": shift.id, "number": shift.number, "float": float_minor}
            counter.ledger.append_in(conn, facts.SHIFT_OPENED, body, employee=employee.number, day=shift.day)
            set_meta_in(conn, _OPEN, json.dumps(asdict(shift)))
            return shift

        counter.shift = counter.ledger.run(work)
        return counter.shift

    def totals(self) -> DayTotals:
        """This terminal's totals of the business day so far."""
        return reduce(apply_day, self._counter.ledger.day_facts(self._counter.business_day()), DayTotals())

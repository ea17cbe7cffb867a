"""Sign-in: staff number or tapped name and PIN, or badge and PIN; never a PIN alone. Wrong tries lock per person here."""

from dataclasses import dataclass, replace
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.domain import facts
from kiosk.domain.errors import Refused
from kiosk.domain.staff import APPROVE, FREE_TRIES, Attempts, Employee, after_wrong_pin, as_seen_at, locked_until, may
from kiosk.services.counter import Counter
from kiosk.store.database import Connection
from kiosk.store.ledger import Ledger

PIN_DIGITS = range(4, 9)


class Session:
    """Who is at work at this terminal. argon2id's cost (passes, memory in KiB) comes from the terminal's settings."""

    def __init__(self, counter: Counter, passes: int, memory_kib: int) -> None:
        self._counter = counter
        self._hasher = PasswordHasher(passes, memory_kib, parallelism=1)

    @property
    def employee(self) -> Employee | None:
        """Who is signed in, or None."""
        return self._counter.employee

    def staff(self) -> tuple[Employee, ...]:
        """Active staff of the store, by name, for tapping one's own."""
        found = self._counter.ledger.device_rows("staff", Employee)
        return tuple(sorted((one for one in found if one.active), key=lambda one: one.name.casefold()))

    def find(self, number_or_badge: str) -> Employee:
        """The employee of a number or badge; raises Refused when unknown or no longer active."""
        for one in self._counter.ledger.device_rows("staff", Employee):
            if number_or_badge and number_or_badge in (one.number, one.badge):
                if not one.active:
                    raise Refused("staff.inactive", name=one.name)
                return self._with_new_pin(one)
        raise Refused("staff.unknown")

    def sign_in(self, number_or_badge: str, pin: str) -> Employee:
        """Sign in; raises Refused with `staff.unknown`, `staff.locked` or `staff.wrong_pin`."""
        employee = self.find(number_or_badge)
        self._check_lock(employee)
        if not self._fits(employee, pin):
            self._count_wrong(employee)
        if self._counter.employee is not None and self._counter.employee.number != employee.number:
            self.sign_out()

        def work(conn: Connection) -> None:
            _set_attempts(conn, employee.number, Attempts())
            self._fact_in(conn, facts.STAFF_SIGNED_IN, employee)

        self._counter.ledger.run(work)
        self._counter.employee = employee
        return employee

    def approve(self, number_or_badge: str, pin: str, right: str = APPROVE) -> Employee:
        """A second person allows something in place, with the PIN, while another stays signed in; gives who it was.

        Raises Refused as `sign_in` does, or `staff.not_allowed` for who has not that right.
        """
        employee = self.find(number_or_badge)
        if not may(employee, right):
            raise Refused("staff.not_allowed")
        self._check_lock(employee)
        if not self._fits(employee, pin):
            self._count_wrong(employee)
        self._counter.ledger.run(lambda conn: _set_attempts(conn, employee.number, Attempts()))
        return employee

    def sign_out(self) -> None:
        """End the session; the cart and the shift stay."""
        if self._counter.employee is not None:
            employee = self._counter.employee
            self._counter.ledger.run(lambda conn: self._fact_in(conn, facts.STAFF_SIGNED_OUT, employee))
            self._counter.employee = None

    def change_pin(self, old_pin: str, new_pin: str) -> None:
        """Take a person's own new PIN; it holds here at once, and everywhere when the hub has heard of it.

        Raises Refused for a weak one, or the one that was given.
        """
        employee = self._counter.signed_in()
        if new_pin == old_pin:
            raise Refused("staff.pin_same")
        check_pin(new_pin)
        made = self._hasher.hash(new_pin)

        def work(conn: Connection) -> None:
            conn.execute("REPLACE INTO new_pins VALUES (?, ?, ?)", (employee.number, made, employee.pin_hash))
            self._fact_in(conn, facts.STAFF_PIN_CHANGED, employee)

        self._counter.ledger.run(work)
        self._counter.employee = replace(employee, pin_hash=made, must_change=False)

    def _with_new_pin(self, employee: Employee) -> Employee:
        """The employee with the PIN that was chosen here and is not at the hub yet.

        It gives way when the hub's row has it, or when the hub was told another one in the meantime.
        """
        number = employee.number
        for chosen in new_pins(self._counter.ledger):
            if chosen.number == number:
                if employee.pin_hash == chosen.replaces:
                    return replace(employee, pin_hash=chosen.pin_hash, must_change=False)
                self._counter.ledger.run(lambda conn: conn.execute("DELETE FROM new_pins WHERE number = ?", (number,)))
        return employee

    def _fits(self, employee: Employee, pin: str) -> bool:
        try:
            return self._hasher.verify(employee.pin_hash, pin)
        except (VerificationError, InvalidHashError):
            return False

    def _check_lock(self, employee: Employee) -> None:
        now_ms = self._counter.now_ms()

        def work(conn: Connection) -> Attempts:
            kept = _attempts(conn, employee.number)
            seen = as_seen_at(kept, now_ms)
            if seen != kept:
                _set_attempts(conn, employee.number, seen)
            return seen

        waits_ms = locked_until(self._counter.ledger.run(work)) - now_ms
        if waits_ms > 0:
            raise Refused("staff.locked", name=employee.name, seconds=-(-waits_ms // 1000))

    def _count_wrong(self, employee: Employee) -> None:
        now_ms = self._counter.now_ms()

        def work(conn: Connection) -> Attempts:
            counted = after_wrong_pin(_attempts(conn, employee.number), now_ms)
            _set_attempts(conn, employee.number, counted)
            self._fact_in(conn, facts.STAFF_REFUSED, employee)
            return counted

        counted = self._counter.ledger.run(work)
        if counted.wrong >= FREE_TRIES:
            self._check_lock(employee)
        raise Refused("staff.wrong_pin", left=max(0, FREE_TRIES - counted.wrong))

    def _fact_in(self, conn: Connection, kind: str, employee: Employee) -> None:
        counter = self._counter
        counter.ledger.append_in(
            conn, kind, {"number": employee.number}, employee=employee.number, day=counter.business_day()
        )


@dataclass(frozen=True, slots=True)
class NewPin:
    """A PIN that a person chose here, as argon2id text, and the hash it takes the place of."""

    number: str
    pin_hash: str
    replaces: str


def new_pins(ledger: Ledger) -> tuple[NewPin, ...]:
    """What the hub may not have heard of yet; from any thread."""
    found = ledger.run(lambda conn: conn.execute("SELECT number, pin_hash, replaces FROM new_pins").fetchall())
    return tuple(NewPin(*one) for one in found)


def check_pin(pin: str) -> None:
    """Raise Refused for a PIN that anybody would try first."""
    digits = [int(digit) for digit in pin] if pin.isascii() and pin.isdigit() else []
    steps = {after - before for before, after in pairwise(digits)}
    if len(pin) not in PIN_DIGITS or len(digits) != len(pin) or (len(steps) == 1 and steps <= {-1, 0, 1}):
        raise Refused("staff.pin_weak")


def _attempts(conn: Connection, number: str) -> Attempts:
    found = conn.execute("SELECT wrong, last_ms FROM attempts WHERE number = ?", (number,)).fetchone()
    return Attempts(*found) if found else Attempts()


def _set_attempts(conn: Connection, number: str, attempts: Attempts) -> None:
    conn.execute("REPLACE INTO attempts VALUES (?, ?, ?)", (number, attempts.wrong, attempts.last_ms))

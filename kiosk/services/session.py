"""Sign-in: staff number or tapped name and PIN, or badge and PIN; never a PIN alone. Wrong tries lock per person here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.domain import facts
from kiosk.domain.errors import Refused
from kiosk.domain.staff import (
    APPROVE,
    FREE_TRIES,
    Attempts,
    Employee,
    after_wrong_pin,
    as_seen_at,
    is_list_old,
    known_here,
    locked_until,
    may,
    vouchers,
)
from kiosk.services.counter import Counter
from kiosk.store import journal
from kiosk.store.database import Connection
from kiosk.store.ledger import Ledger, meta_in, set_meta_in

PIN_DIGITS = range(4, 9)
_HEARD = "staff.heard_ms"
_HEARD_EVERY_MS = 3_600_000
"""To the hour is near enough for a limit in days, and the disk is spared."""

_NOTHING_MORE: Mapping[str, str] = {}


class Session:
    """Who is at work at this terminal. argon2id's cost (passes, memory in KiB) comes from the terminal's settings."""

    def __init__(self, counter: Counter, passes: int, memory_kib: int) -> None:
        self._counter = counter
        self._hasher = PasswordHasher(passes, memory_kib, parallelism=1)
        self._waiting: Employee | None = None

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
        """Sign in; raises Refused with `staff.unknown`, `staff.locked` or `staff.wrong_pin`.

        And with `staff.list_old` for somebody who may have left since the hub was last heard: then `admit` lets them in.
        """
        self._waiting = None
        employee = self.find(number_or_badge)
        self._check_pin(employee, pin)
        self._check_known(employee)
        return self._enter(employee)

    def admit(self, number_or_badge: str, pin: str) -> Employee:
        """Let in who was right about the PIN and is not known here, by another person's word; gives who is signed in now.

        Raises Refused as `sign_in` does, or `staff.cannot_admit` for who may not vouch for them.
        """
        employee = self._waiting
        if employee is None:
            raise Refused("staff.not_signed_in")
        voucher = self.find(number_or_badge)
        if voucher.number not in vouchers(employee.number, self.staff(), self._known()):
            raise Refused("staff.cannot_admit", name=voucher.name)
        self._check_pin(voucher, pin)
        self._counter.ledger.run(lambda conn: _set_attempts(conn, voucher.number, Attempts()))
        self._waiting = None
        return self._enter(employee, {"approved_by": voucher.number})

    def heard(self) -> None:
        """The hub answered: what it had to say of staff is here. From any thread; kept on disk now and then."""
        now_ms = self._counter.now_ms()

        def work(conn: Connection) -> None:
            kept = int(meta_in(conn, _HEARD) or "0")
            if not 0 <= now_ms - kept < _HEARD_EVERY_MS:
                set_meta_in(conn, _HEARD, str(now_ms))

        self._counter.ledger.run(work)

    def _check_pin(self, employee: Employee, pin: str) -> None:
        self._check_lock(employee)
        if not self._fits(employee, pin):
            self._count_wrong(employee)

    def _check_known(self, employee: Employee) -> None:
        """The store never stops selling because the network is away: who worked here lately always signs in."""
        ledger, limit = self._counter.ledger, self._counter.settings.staff_offline_days
        heard_ms = int(ledger.look(lambda conn: meta_in(conn, _HEARD)) or "0") or ledger.push_state().last_ms
        if is_list_old(heard_ms, self._counter.now_ms(), limit) and employee.number not in self._known():
            self._waiting = employee
            raise Refused("staff.list_old", name=employee.name, days=limit)

    def _known(self) -> frozenset[str]:
        counter = self._counter
        active = {one.number for one in self.staff()}
        seen = counter.ledger.look(lambda conn: journal.last_by(conn, facts.STAFF_SIGNED_IN))
        return known_here(seen, active, counter.now_ms(), counter.settings.staff_offline_days)

    def _enter(self, employee: Employee, more: Mapping[str, str] = _NOTHING_MORE) -> Employee:
        if self._counter.employee is not None and self._counter.employee.number != employee.number:
            self.sign_out()

        def work(conn: Connection) -> None:
            _set_attempts(conn, employee.number, Attempts())
            self._fact_in(conn, facts.STAFF_SIGNED_IN, employee, more)

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
        self._check_pin(employee, pin)
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

    def _fact_in(
        self, conn: Connection, kind: str, employee: Employee, more: Mapping[str, str] = _NOTHING_MORE
    ) -> None:
        counter = self._counter
        body = {"number": employee.number, **more}
        counter.ledger.append_in(conn, kind, body, employee=employee.number, day=counter.business_day())


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

"""Staff: who may do what, and how long a person waits after wrong PINs on one terminal."""

from collections.abc import Mapping
from dataclasses import dataclass

CASHIER, ASSOCIATE, SUPERVISOR, MANAGER, TECHNICIAN = "cashier", "associate", "supervisor", "manager", "technician"
ROLES = (CASHIER, ASSOCIATE, SUPERVISOR, MANAGER, TECHNICIAN)

SELL, APPROVE, LEAVE_OUT, CLOSE_ANY, SEE_CASH = "sell", "approve", "leave_out", "close_any", "see_cash"
FIND_CUSTOMER = "find_customer"
"""Rights: ring up; be a second person; leave held facts out; close another's drawer; see what a blind count hides; look customers
up and read their names."""

_RIGHTS: Mapping[str, frozenset[str]] = {
    CASHIER: frozenset({SELL, FIND_CUSTOMER}),
    ASSOCIATE: frozenset({SELL, FIND_CUSTOMER}),
    SUPERVISOR: frozenset({SELL, APPROVE, CLOSE_ANY, FIND_CUSTOMER}),
    MANAGER: frozenset({SELL, APPROVE, LEAVE_OUT, CLOSE_ANY, SEE_CASH, FIND_CUSTOMER}),
    TECHNICIAN: frozenset(),
}
_OF_A_NEWER_ROLE = frozenset({SELL})

FREE_TRIES = 5
"""Wrong PINs before the first wait; the fifth one locks."""

DISCOUNT_BP_MAX = {CASHIER: 1_000, ASSOCIATE: 2_000, SUPERVISOR: 5_000, MANAGER: 10_000, TECHNICIAN: 0}
"""The largest manual discount by role, in basis points of the line or sale, where the shop says nothing else."""

_WAIT_MS = 60_000
_WAIT_MS_MAX = 15 * 60_000
_DOUBLINGS_MAX = 10


@dataclass(frozen=True, slots=True)
class Employee:
    """A member of staff as a terminal knows them. `pin_hash` is argon2id text; `must_change` after the one-time first PIN."""

    number: str
    name: str
    role: str
    badge: str
    pin_hash: str
    must_change: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong PINs of one person on one terminal since the last right one, and when the last was (wall clock, ms)."""

    wrong: int = 0
    last_ms: int = 0


def may(employee: Employee, right: str) -> bool:
    """Whether somebody has a right. A role of a newer hub may sell and nothing else."""
    return right in _RIGHTS.get(employee.role, _OF_A_NEWER_ROLE)


def locked_until(attempts: Attempts) -> int:
    """The instant (ms) before which no PIN of this person is tried here; 0 when none.

    The wait doubles and ends at 15 minutes, so nobody can lock a colleague out for a day.
    """
    if attempts.wrong < FREE_TRIES:
        return 0
    wait = min(_WAIT_MS << min(attempts.wrong - FREE_TRIES, _DOUBLINGS_MAX), _WAIT_MS_MAX)
    return attempts.last_ms + wait


def as_seen_at(attempts: Attempts, now_ms: int) -> Attempts:
    """The attempts on a clock that may have been set back: the last one cannot lie ahead, so a lock begins anew at most."""
    return Attempts(attempts.wrong, min(attempts.last_ms, now_ms))


def after_wrong_pin(attempts: Attempts, now_ms: int) -> Attempts:
    """The count after one more wrong PIN."""
    return Attempts(attempts.wrong + 1, now_ms)

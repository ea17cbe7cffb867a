"""Staff: who may do what, and how long a person waits after wrong PINs on one terminal."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

CASHIER, ASSOCIATE, SUPERVISOR, MANAGER, TECHNICIAN = "cashier", "associate", "supervisor", "manager", "technician"
ROLES = (CASHIER, ASSOCIATE, SUPERVISOR, MANAGER, TECHNICIAN)

SELL, APPROVE, LEAVE_OUT, CLOSE_ANY, SEE_CASH = "sell", "approve", "leave_out", "close_any", "see_cash"
FIND_CUSTOMER, HANDLE_STOCK = "find_customer", "handle_stock"
"""Rights: ring up; be a second person; leave held facts out; close another's drawer; see what a blind count hides; look customers
up and read their names; change stock without a sale."""

_RIGHTS: Mapping[str, frozenset[str]] = {
    CASHIER: frozenset({SELL, FIND_CUSTOMER}),
    ASSOCIATE: frozenset({SELL, FIND_CUSTOMER, HANDLE_STOCK}),
    SUPERVISOR: frozenset({SELL, APPROVE, CLOSE_ANY, FIND_CUSTOMER, HANDLE_STOCK}),
    MANAGER: frozenset({SELL, APPROVE, LEAVE_OUT, CLOSE_ANY, SEE_CASH, FIND_CUSTOMER, HANDLE_STOCK}),
    TECHNICIAN: frozenset(),
}
_OF_A_NEWER_ROLE = frozenset({SELL})

FREE_TRIES = 5
"""Wrong PINs before the first wait; the fifth one locks."""

DISCOUNT_BP_MAX = {CASHIER: 1_000, ASSOCIATE: 2_000, SUPERVISOR: 5_000, MANAGER: 10_000, TECHNICIAN: 0}
"""The largest manual discount by role, in basis points of the line or sale, where the shop says nothing else."""

OFFLINE_DAYS = 7
"""Days without the hub after which a terminal takes its list of staff for an old one, where the shop says nothing else."""

_DAY_MS = 86_400_000
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


def is_list_old(heard_ms: int, now_ms: int, limit_days: int) -> bool:
    """Whether somebody may have left whom this terminal believes to be there. `heard_ms` 0: nobody knows when the hub spoke.

    A clock that says the hub spoke more than a day from now is wrong, and then nobody knows how old the list is: it counts as old.
    With `limit_days` 0 a list never grows old.
    """
    if not heard_ms or not limit_days:
        return False
    return not -_DAY_MS <= now_ms - heard_ms <= limit_days * _DAY_MS


def known_here(signed_in_ms: Mapping[str, int], active: Collection[str], now_ms: int, limit_days: int) -> frozenset[str]:
    """Who still works here as far as this terminal saw itself: those who signed in within so many days of the last one who did.

    Times are compared with each other and not with now, so that a shop which was closed for weeks, or whose clock runs years
    ahead, opens again with the people who closed it. There is always somebody; where nobody ever signed in, it is everybody. A
    sign-in that lies ahead was made by a wrong clock and counts as now.
    """
    seen = {number: min(signed_in_ms[number], now_ms) for number in active if number in signed_in_ms}
    if not seen:
        return frozenset(active)
    last = max(seen.values())
    return frozenset(number for number, at_ms in seen.items() if last - at_ms <= limit_days * _DAY_MS)


def vouchers(number: str, staff: Iterable[Employee], known: frozenset[str]) -> frozenset[str]:
    """Who may let somebody in that is not known here: another person who may approve, or where there is none a known colleague.

    Never nobody, and never the one who asks: somebody who left cannot let themselves in.
    """
    others = {one.number for one in staff if one.active and may(one, APPROVE)} - {number}
    return frozenset(others) or known - {number}

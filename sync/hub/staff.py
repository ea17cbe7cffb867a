"""Staff at the hub: add and disable people, hand out one-time first PINs, take a till's new PIN hash."""

import operator
import re
from collections.abc import Callable
from dataclasses import replace

import msgspec
from argon2 import PasswordHasher
from argon2 import Type as Argon2Type
from sqlalchemy import Connection, insert

from kiosk.decoding import read_json
from kiosk.domain.feed import DEVICE
from kiosk.domain.staff import ROLES, Employee
from sync.hub import feedlog
from sync.hub.problems import HubProblem
from sync.hub.settings import PIN_COST_MAX, HubSettings
from sync.hub.storage.schema import audit

PIN_DIGITS = 6
_PIN_HASH = re.compile(
    r"\$argon2id\$v=\d{1,2}\$m=(?P<m>\d{1,8}),t=(?P<t>\d{1,3}),p=(?P<p>\d{1,2})\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+", re.ASCII
)
PIN_HASH_MAX = 300


def first_pin(chance: int) -> str:
    """A one-time first PIN from chance; never one of the few that everybody guesses first."""
    pin = f"{chance % 10**PIN_DIGITS:0{PIN_DIGITS}d}"
    guessed = len(set(pin)) == 1 or pin in "0123456789012" or pin in "9876543210987"
    return first_pin(chance // 7 + 271_828) if guessed else pin


def hash_pin(pin: str, settings: HubSettings) -> str:
    """The argon2id hash of a PIN, at the cost of the hub's settings. Takes a noticeable time: not on the event loop."""
    hasher = PasswordHasher(
        time_cost=settings.pin_time_cost, memory_cost=settings.pin_memory_kib, parallelism=settings.pin_lanes,
        type=Argon2Type.ID,
    )  # fmt: skip
    return str(hasher.hash(pin))


def find(connection: Connection, tenant: str, number: str) -> Employee | None:
    """A member of staff by number, also one who is no longer active."""
    payload = feedlog.row_now(connection, tenant, DEVICE, feedlog.TILLS, "staff", number)
    return read_json(payload, Employee) if payload else None


def add(connection: Connection, tenant: str, employee: Employee) -> None:
    """Add a person, or take one back who was disabled. Raises HubProblem when the number is somebody's."""
    if employee.role not in ROLES:
        raise HubProblem("staff.role", role=employee.role)
    there = find(connection, tenant, employee.number)
    if there is not None and there.active:
        raise HubProblem("staff.exists", number=there.number, name=there.name)
    owner = badge_owner(connection, tenant, employee.badge)
    if owner and owner.number != employee.number:
        raise HubProblem("staff.badge", number=owner.number, name=owner.name)
    put(connection, tenant, [employee])


def badge_owner(connection: Connection, tenant: str, badge: str) -> Employee | None:
    """Whose badge it is; nobody's when it is empty."""
    if not badge:
        return None
    everybody = (
        read_json(payload, Employee)
        for _, _, payload in feedlog.rows_now(connection, tenant, DEVICE, "staff")
    )
    return next((one for one in everybody if one.badge == badge), None)


def put(connection: Connection, tenant: str, employees: list[Employee]) -> int:
    """Publish people as they now are; gives the revision."""
    changes = [feedlog.change(DEVICE, feedlog.TILLS, "staff", one.number, one) for one in employees]
    return feedlog.publish(connection, tenant, changes)


def disable(connection: Connection, tenant: str, number: str) -> Employee:
    """Take a person's access away everywhere. Raises HubProblem for a number that nobody active has."""
    there = _active(connection, tenant, number)
    put(connection, tenant, [replace(there, active=False, pin_hash="", badge="")])
    return there


def change_pin(connection: Connection, tenant: str, number: str, pin_hash: str) -> None:
    """Take the hash that a till made of a person's new PIN."""
    match = _PIN_HASH.fullmatch(pin_hash)
    if match is None or len(pin_hash) > PIN_HASH_MAX or any(map(operator.gt, map(int, match.group("t", "m", "p")), PIN_COST_MAX)):
        raise HubProblem("staff.pin_hash")
    feedlog.hold(connection, tenant)
    there = _active(connection, tenant, number)
    put(connection, tenant, [replace(there, pin_hash=pin_hash, must_change=False)])


def note(
    connection: Connection, tenant: str, who: str, what: str, detail: dict[str, str], now_ms: int, new_id: Callable[[], str]
) -> None:
    """Keep who did what at the hub, for ever."""
    connection.execute(
        insert(audit).values(
            id=new_id(), tenant=tenant, at_ms=now_ms, who=who, what=what, detail=msgspec.json.encode(detail).decode()
        )
    )


def _active(connection: Connection, tenant: str, number: str) -> Employee:
    there = find(connection, tenant, number)
    if there is None or not there.active:
        raise HubProblem("staff.unknown", number=number)
    return there

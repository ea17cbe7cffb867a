"""The second factor of each of the office's users, as it is kept: set up by the user, taken away by a command."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.domain.codec import digest
from sync.hub import totp
from sync.hub.storage.dialect import insert_new
from sync.hub.storage.schema_held import office_users
from sync.hub.storage.schema_office import office_factors, office_halves, office_recovery

HALF_MS = 10 * 60_000
"""For so long a right password waits for its code."""

BY_CODE, BY_RECOVERY = "code", "recovery"


@dataclass(frozen=True, slots=True)
class Half:
    """Somebody whose password was right. `proven`: a second factor was set up before."""

    name: str
    tenant: str
    csrf: str
    language: str
    salt: str
    proven: bool


def begin(connection: Connection, name: str, salt: str, now_ms: int) -> None:
    """Have a factor for somebody who has none yet; it counts only once its first code was typed."""
    insert_new(connection, office_factors, {"name": name, "salt": salt, "proven": False, "used_step": 0, "at_ms": now_ms})


def open_half(connection: Connection, name: str, csrf: str, language: str, token: str, now_ms: int) -> None:
    """Wait for somebody's code under a token, of which only the hash is kept."""
    at = office_halves.c
    connection.execute(delete(office_halves).where(at.until_ms <= now_ms))
    row = {"token_hash": digest(token.encode()), "name": name, "csrf": csrf, "language": language, "until_ms": now_ms + HALF_MS}
    connection.execute(insert(office_halves).values(row))


def half_of(connection: Connection, token: str, now_ms: int) -> Half | None:
    """Whose code is awaited under a token."""
    at, who, factor = office_halves.c, office_users.c, office_factors.c
    query = (
        select(at.name, who.tenant, at.csrf, at.language, factor.salt, factor.proven)
        .join(office_users, who.name == at.name)
        .join(office_factors, factor.name == at.name)
        .where(at.token_hash == digest(token.encode()), at.until_ms > now_ms, who.active, who.tenant != "")
    )
    row = connection.execute(query).one_or_none()
    return Half(row.name, row.tenant, row.csrf, row.language, row.salt, bool(row.proven)) if row is not None else None


def close_half(connection: Connection, token: str) -> None:
    """Wait no longer."""
    connection.execute(delete(office_halves).where(office_halves.c.token_hash == digest(token.encode())))


def passes(connection: Connection, name: str, typed: str, now_ms: int, secret: Callable[[str], bytes]) -> str:
    """By what a typed code lets somebody in, and use it up; empty for a wrong one. `secret` gives it by the salt."""
    at = office_factors.c
    row = connection.execute(select(office_factors).where(at.name == name).with_for_update()).one_or_none()
    if row is None:
        return ""
    step = totp.step_of(secret(row.salt), typed, now_ms, row.used_step)
    if step is not None:
        connection.execute(update(office_factors).where(at.name == name).values(used_step=step))
        return BY_CODE
    mine = (office_recovery.c.name == name) & (office_recovery.c.code_hash == totp.recovery_hash(typed))
    there = bool(row.proven) and connection.execute(delete(office_recovery).where(mine)).rowcount > 0
    return BY_RECOVERY if there else ""


def prove(connection: Connection, name: str, codes: Sequence[str], now_ms: int) -> None:
    """From now on the factor counts, and these recovery codes with it, in place of any before."""
    connection.execute(update(office_factors).where(office_factors.c.name == name).values(proven=True, at_ms=now_ms))
    connection.execute(delete(office_recovery).where(office_recovery.c.name == name))
    rows = [{"name": name, "code_hash": totp.recovery_hash(code)} for code in codes]
    connection.execute(insert(office_recovery), rows)


def codes_left(connection: Connection, name: str) -> int:
    """How many recovery codes were not used yet."""
    return len(list(connection.scalars(select(office_recovery.c.code_hash).where(office_recovery.c.name == name))))


def forget(connection: Connection, name: str) -> None:
    """Take a factor away: it is set up anew at the next sign-in."""
    for table in (office_factors, office_recovery, office_halves):
        connection.execute(delete(table).where(table.c.name == name))

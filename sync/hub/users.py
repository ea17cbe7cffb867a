"""Who may use the office pages: names with a password hash, and sessions that end by themselves."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec
from argon2 import PasswordHasher
from argon2 import Type as Argon2Type
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from kiosk.decoding import read_json
from kiosk.domain.codec import digest
from sync.hub import factors
from sync.hub.places import stores_of
from sync.hub.problems import HubProblem
from sync.hub.roles import BOUND, IT, RIGHTS, ROLES, Right
from sync.hub.settings import HubSettings
from sync.hub.spelling import spelled
from sync.hub.storage.schema_held import office_sessions, office_users
from sync.hub.storage.schema_office import office_factors, office_roles

PASSWORD_BITS = 80
TOKEN_BITS = 256
PASSWORD_LETTERS = 16
_NAME = re.compile(r"[\w.-]{2,60}")
SESSION_MS_MAX = 12 * 3_600_000
"""Whoever is at work for longer signs in again, so a forgotten window closes by the next day."""


@dataclass(frozen=True, slots=True)
class OfficeSession:
    """Who is signed in, of which tenant, the token that a form has to bring back, and the language of the pages.

    `stores` are those that somebody is bound to; none: all.
    """

    name: str
    tenant: str
    csrf: str
    language: str
    role: str = IT
    stores: tuple[str, ...] = ()

    @property
    def who(self) -> str:
        """How the journal names somebody."""
        return f"office:{self.name}"

    def may(self, right: Right) -> bool:
        """Whether the role has a right."""
        return right in RIGHTS.get(self.role, ())  # a newer version may know more roles

    def sees(self, store: str) -> bool:
        """Whether something of a store concerns somebody; what is of no store (empty) concerns those who see all."""
        return not self.stores or store in self.stores


@dataclass(frozen=True, slots=True)
class OfficeUser:
    """A user as the hub knows them, for whoever runs it."""

    name: str
    tenant: str
    role: str
    stores: tuple[str, ...]
    second_factor: bool


def check_name(name: str) -> None:
    """Raise HubProblem for a name that is none."""
    if not _NAME.fullmatch(name):
        raise HubProblem("office.name")


def spell_password(chance: int) -> str:
    """A password from chance, in groups that can be read out; no letter that looks like another."""
    return spelled(chance, PASSWORD_LETTERS)


def hash_password(password: str, settings: HubSettings) -> str:
    """The argon2id hash at the cost of the hub's settings. Takes a noticeable time: not on the event loop."""
    return str(_hasher(settings).hash(password))


def add(connection: Connection, tenant: str, name: str, password_hash: str, now_ms: int) -> None:
    """Let somebody of a tenant in, or in again after they were disabled. Raises HubProblem when the name is somebody's.

    A name is one person's on the whole hub, so that signing in needs no tenant.
    """
    found = connection.execute(select(office_users).where(office_users.c.name == name)).one_or_none()
    if found is not None and found.active:
        raise HubProblem("office.exists", name=name)
    connection.execute(delete(office_users).where(office_users.c.name == name))
    factors.forget(connection, name)
    connection.execute(delete(office_roles).where(office_roles.c.name == name))
    row = {"name": name, "tenant": tenant, "password_hash": password_hash, "active": True, "added_ms": now_ms}
    connection.execute(insert(office_users).values(row))


def disable(connection: Connection, name: str) -> None:
    """End somebody's access and open sessions. Raises HubProblem for a name that is nobody's."""
    at = office_users.c
    if not connection.execute(update(office_users).where(at.name == name, at.active).values(active=False)).rowcount:
        raise HubProblem("office.user", name=name[:60])
    factors.forget(connection, name)
    end_sessions(connection, name)


def put_password(connection: Connection, name: str, password_hash: str) -> None:
    """Give somebody another password; open sessions end."""
    connection.execute(update(office_users).where(office_users.c.name == name).values(password_hash=password_hash))
    end_sessions(connection, name)


def end_sessions(connection: Connection, name: str) -> None:
    """Somebody signs in again, wherever they are."""
    connection.execute(delete(office_sessions).where(office_sessions.c.name == name))


def check_role(connection: Connection, tenant: str, role: str, stores: Sequence[str]) -> None:
    """Raise HubProblem for a role that there is not, a store that there is not, or a manager of no store."""
    if role not in ROLES:
        raise HubProblem("office.role", role=role[:60], roles=", ".join(ROLES))
    there = stores_of(connection, tenant)
    if unknown := [store for store in stores if store not in there]:
        raise HubProblem("store.unknown", store=unknown[0][:60], stores=", ".join(there) or "none yet")
    if role in BOUND and not stores:
        raise HubProblem("office.stores", role=role)


def put_role(connection: Connection, name: str, role: str, stores: Sequence[str]) -> None:
    """Have somebody in a role, and bound to stores; open sessions end. The role was checked."""
    connection.execute(delete(office_roles).where(office_roles.c.name == name))
    spelled_stores = msgspec.json.encode(sorted(set(stores))).decode()
    connection.execute(insert(office_roles).values(name=name, role=role, stores=spelled_stores))
    end_sessions(connection, name)


def find(connection: Connection, name: str) -> OfficeUser:
    """An active user. Raises HubProblem for a name that is nobody's."""
    found = next((one for one in everybody(connection) if one.name == name), None)
    if found is None:
        raise HubProblem("office.user", name=name[:60])
    return found


def everybody(connection: Connection, tenant: str = "") -> list[OfficeUser]:
    """Everybody who may sign in, of a tenant or of all, by name."""
    at, factor = office_users.c, office_factors.c
    query = (
        select(at.name, at.tenant, office_roles.c.role, office_roles.c.stores, factor.proven)
        .outerjoin(office_roles, office_roles.c.name == at.name)
        .outerjoin(office_factors, factor.name == at.name)
        .where(at.active, at.tenant != "")
        .order_by(at.name)
    )
    if tenant:
        query = query.where(at.tenant == tenant)
    return [
        OfficeUser(row.name, row.tenant, row.role or IT, _stores(row.stores), bool(row.proven)) for row in connection.execute(query)
    ]


def _stores(text: str | None) -> tuple[str, ...]:
    return tuple(read_json(text, list[str])) if text else ()


def hash_of(connection: Connection, name: str) -> tuple[str, str]:
    """The hash of an active user's password, and whose user it is; both empty for nobody."""
    at = office_users.c
    found = connection.execute(select(at.password_hash, at.tenant).where(at.name == name, at.active, at.tenant != "")).first()
    return (found.password_hash, found.tenant) if found is not None else ("", "")


def fits(password: str, password_hash: str, settings: HubSettings) -> bool:
    """Whether it is the password. Takes as long for a name that is nobody's, so that names cannot be found out."""
    hasher = _hasher(settings)
    try:
        return bool(hasher.verify(password_hash or hasher.hash("nobody"), password)) and password_hash != ""
    except (VerificationError, InvalidHashError):
        return False


def open_session(connection: Connection, session: OfficeSession, token: str, now_ms: int, idle_ms: int) -> None:
    """Open a session under a token, of which only the hash is kept. Sessions that stood idle are forgotten."""
    at = office_sessions.c
    connection.execute(delete(office_sessions).where(at.seen_ms < now_ms - idle_ms))
    connection.execute(
        insert(office_sessions).values(
            token_hash=digest(token.encode()), name=session.name, csrf=session.csrf, language=session.language, seen_ms=now_ms,
            until_ms=now_ms + SESSION_MS_MAX,
        )
    )  # fmt: skip


def new_token(chance: Callable[[int], int]) -> str:
    """A token that nobody guesses."""
    return f"{chance(TOKEN_BITS):0{TOKEN_BITS // 4}x}"


def session_of(connection: Connection, token: str, now_ms: int, idle_ms: int) -> OfficeSession | None:
    """Whose session a cookie is, seen now; None when there is none, or it stood idle for too long."""
    at, who = office_sessions.c, office_users.c
    mine = at.token_hash == digest(token.encode())
    query = select(office_sessions, who.tenant, office_roles.c.role, office_roles.c.stores).join(office_users, who.name == at.name)
    query = query.outerjoin(office_roles, office_roles.c.name == at.name)
    row = connection.execute(query.where(mine, who.active, who.tenant != "")).one_or_none()
    if row is None or row.until_ms <= now_ms or row.seen_ms <= now_ms - idle_ms:
        return None
    if now_ms - row.seen_ms > 60_000:  # a write for each click would be for nothing
        connection.execute(update(office_sessions).where(mine).values(seen_ms=now_ms))
    return OfficeSession(row.name, row.tenant, row.csrf, row.language, row.role or IT, _stores(row.stores))


def close_session(connection: Connection, token: str) -> None:
    """Sign out."""
    connection.execute(delete(office_sessions).where(office_sessions.c.token_hash == digest(token.encode())))


def speak(connection: Connection, token: str, language: str) -> None:
    """Have the pages in another language."""
    mine = office_sessions.c.token_hash == digest(token.encode())
    connection.execute(update(office_sessions).where(mine).values(language=language))


def _hasher(settings: HubSettings) -> PasswordHasher:
    return PasswordHasher(
        time_cost=settings.pin_time_cost, memory_cost=settings.pin_memory_kib, parallelism=settings.pin_lanes,
        type=Argon2Type.ID,
    )  # fmt: skip

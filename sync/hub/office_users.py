"""Who may use the office pages, and as what: operations, as in `operations.py`."""

import msgspec
from sqlalchemy import Connection

from sync.hub import factors, staff, users
from sync.hub.core import Hub
from sync.hub.places import the_tenant
from sync.hub.roles import IT
from sync.hub.users import OfficeUser

WHO = "hub"


class AddOfficeUser(msgspec.Struct, frozen=True):
    """Let somebody use the office pages of a tenant, of the only one unless it is named; `stores` none: all of them."""

    name: str
    tenant: str = ""
    role: str = IT
    stores: list[str] = []


class OfficeUserAdded(msgspec.Struct, frozen=True):
    """Who, as what, and the password: shown once, only its hash is kept."""

    name: str
    password: str
    role: str = IT
    stores: list[str] = []


class ChangeOfficeUser(msgspec.Struct, frozen=True):
    """Change what somebody may do; None leaves it. `reset_totp` takes the second factor away, `reset_password` makes a new one."""

    name: str
    role: str | None = None
    stores: list[str] | None = None
    reset_totp: bool = False
    reset_password: bool = False


class OfficeUserChanged(msgspec.Struct, frozen=True):
    """What somebody is now, and the new password, where one was made: shown once."""

    name: str
    role: str
    stores: list[str]
    second_factor: bool
    password: str = ""


class DisableOfficeUser(msgspec.Struct, frozen=True):
    """Take it away again; open sessions end."""

    name: str


class OfficeUserDisabled(msgspec.Struct, frozen=True):
    """Whose access ended."""

    name: str


class ListOfficeUsers(msgspec.Struct, frozen=True):
    """Everybody who may sign in."""

    tenant: str = ""


class OfficeUserList(msgspec.Struct, frozen=True):
    """Everybody, by name."""

    users: list[OfficeUser]


def add_office_user(hub: Hub, ask: AddOfficeUser) -> OfficeUserAdded:
    """Let somebody use the office pages, with a password made of chance."""
    users.check_name(ask.name)
    password = users.spell_password(hub.world.chance(users.PASSWORD_BITS))
    made = users.hash_password(password, hub.settings)

    def keep(connection: Connection) -> None:
        tenant = the_tenant(connection, ask.tenant)
        users.check_role(connection, tenant, ask.role, ask.stores)
        users.add(connection, tenant, ask.name, made, hub.world.now_ms())
        users.put_role(connection, ask.name, ask.role, ask.stores)
        _note(hub, connection, tenant, "office.added", {"user": ask.name, "role": ask.role, "stores": ", ".join(ask.stores)})

    hub.storage.call(keep)
    return OfficeUserAdded(ask.name, password, ask.role, ask.stores)


def change_office_user(hub: Hub, ask: ChangeOfficeUser) -> OfficeUserChanged:
    """Change somebody's role, stores, password or second factor. Open sessions end."""
    password = users.spell_password(hub.world.chance(users.PASSWORD_BITS)) if ask.reset_password else ""
    made = users.hash_password(password, hub.settings) if password else ""

    def keep(connection: Connection) -> OfficeUser:
        one = users.find(connection, ask.name)
        role, stores = ask.role if ask.role is not None else one.role, ask.stores if ask.stores is not None else list(one.stores)
        users.check_role(connection, one.tenant, role, stores)
        users.put_role(connection, ask.name, role, stores)
        if made:
            users.put_password(connection, ask.name, made)
        if ask.reset_totp:
            factors.forget(connection, ask.name)
        resets = [what for what, done in (("password", ask.reset_password), ("second factor", ask.reset_totp)) if done]
        detail = {"user": ask.name, "role": role, "stores": ", ".join(stores), "reset": ", ".join(resets)}
        _note(hub, connection, one.tenant, "office.changed", detail)
        return users.find(connection, ask.name)

    now = hub.storage.call(keep)
    return OfficeUserChanged(now.name, now.role, list(now.stores), now.second_factor, password)


def disable_office_user(hub: Hub, ask: DisableOfficeUser) -> OfficeUserDisabled:
    """Take the office pages away from somebody."""

    def keep(connection: Connection) -> None:
        one = users.find(connection, ask.name)
        users.disable(connection, ask.name)
        _note(hub, connection, one.tenant, "office.disabled", {"user": ask.name})

    hub.storage.call(keep)
    return OfficeUserDisabled(ask.name)


def list_office_users(hub: Hub, ask: ListOfficeUsers) -> OfficeUserList:
    """Everybody who may sign in."""
    return hub.storage.call(lambda connection: OfficeUserList(users.everybody(connection, ask.tenant)))


def _note(hub: Hub, connection: Connection, tenant: str, what: str, detail: dict[str, str]) -> None:
    staff.note(connection, tenant, WHO, what, detail, hub.world.now_ms(), hub.world.new_id)

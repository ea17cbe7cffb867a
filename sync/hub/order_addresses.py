"""Whom an order is for: name, address and how to reach them. Kept apart, and told to nobody but the store that hands over.

Facts, rows of other stores, logs and reports hold none of it. It is deleted some days after the order is over.
"""

import re
import unicodedata
from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, delete, select

from kiosk.decoding import read_json
from kiosk.domain.address import Address
from sync.hub.problems import HubProblem
from sync.hub.storage.bulk import upsert_many
from sync.hub.storage.dialect import erasing
from sync.hub.storage.schema_orders import order_addresses

TEXT_MAX = 200
NAMES_MIN = 3
"""Fewer letters of a name find half a town."""


_COLUMNS = ("tenant", "key", "order_id", "body", "name_folded", "at_ms")


def put(connection: Connection, tenant: str, key: str, order: str, address: Address, now_ms: int) -> None:
    """Keep whom an order is for; the same key again replaces it. Raises HubProblem for what is no address.

    `key` is what the order's lines say (`fulfilment.delivery`), or any other where it is collected.
    """
    texts = [key, order, *(str(getattr(address, name)) for name in Address.__slots__)]
    if not key or not order or any(len(text) > TEXT_MAX or not _plain(text) for text in texts):
        wanted = "texts of at most 200 characters, with a key and an order"
        raise HubProblem("request.argument", name="address", value="...", wanted=wanted)
    row = (tenant, key, order, msgspec.json.encode(address).decode(), folded(address.name), now_ms)
    with erasing(connection):
        upsert_many(connection, order_addresses, _COLUMNS, [row])


def of_orders(connection: Connection, tenant: str, orders: Iterable[str]) -> dict[str, dict[str, Address]]:
    """The addresses of orders, by order and key."""
    at, found, wanted = order_addresses.c, dict[str, dict[str, Address]](), sorted(set(orders))
    for start in range(0, len(wanted), 400):
        query = select(at.order_id, at.key, at.body).where(at.tenant == tenant, at.order_id.in_(wanted[start : start + 400]))
        for order, key, body in connection.execute(query.order_by(at.key)):
            found.setdefault(order, {})[key] = read_json(body, Address)
    return found


def named(connection: Connection, tenant: str, name: str, most: int) -> list[str]:
    """The orders of people whose name begins so, or has a word that does; none for less than three letters."""
    wanted, at = folded(name).strip(), order_addresses.c
    if len(wanted) < NAMES_MIN:
        return []
    begins = at.name_folded.startswith(wanted, autoescape=True) | at.name_folded.contains(f" {wanted}", autoescape=True)
    query = select(at.order_id).where(at.tenant == tenant, begins).order_by(at.at_ms.desc()).limit(most)
    return list(dict.fromkeys(connection.scalars(query)))


def drop(connection: Connection, tenant: str, order: str) -> bool:
    """Forget whom an order was for; whether anything was known."""
    at = order_addresses.c
    with erasing(connection):
        return connection.execute(delete(order_addresses).where(at.tenant == tenant, at.order_id == order)).rowcount > 0


def folded(name: str) -> str:
    """A name as it is looked for: small letters without accents, words apart by one space."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"\s+", " ", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip()


def _plain(text: str) -> bool:
    return all(ord(sign) >= 32 for sign in text)

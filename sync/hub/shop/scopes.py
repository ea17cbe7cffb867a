"""What a key of the shop API may be used for."""

from collections.abc import Sequence

from sync.hub.problems import HubProblem

CATALOGUE_READ, CONTENT_READ, CONTENT_WRITE = "catalogue:read", "content:read", "content:write"
PRICES_READ, STOCK_READ, STOCK_WRITE = "prices:read", "stock:read", "stock:write"
BASKETS_WRITE, ORDERS_READ, ORDERS_WRITE = "baskets:write", "orders:read", "orders:write"
CONSENTS_READ, CONSENTS_WRITE, CUSTOMERS_READ = "consents:read", "consents:write", "customers:read"
CONTACTS_READ, CONTACTS_WRITE = "contacts:read", "contacts:write"
SERVICE_READ, SERVICE_WRITE = "service:read", "service:write"
EVENTS_READ, WEBHOOKS_WRITE = "events:read", "webhooks:write"
SCOPES = (
    CATALOGUE_READ, CONTENT_READ, CONTENT_WRITE, PRICES_READ, STOCK_READ, STOCK_WRITE, BASKETS_WRITE, ORDERS_READ, ORDERS_WRITE,
    CONSENTS_READ, CONSENTS_WRITE, CUSTOMERS_READ, CONTACTS_READ, CONTACTS_WRITE, SERVICE_READ, SERVICE_WRITE,
    EVENTS_READ, WEBHOOKS_WRITE,
)  # fmt: skip
"""`stock:write` is to reserve; `baskets:write` is to make, read and change baskets."""


def checked(scopes: Sequence[str]) -> tuple[str, ...]:
    """Scopes in the order of SCOPES, each once. Raises HubProblem for none, and for what is none."""
    unknown = [one for one in scopes if one not in SCOPES]
    if unknown or not scopes:
        raise HubProblem("shop.scopes", scope=", ".join(unknown)[:60] or "nothing", scopes=", ".join(SCOPES))
    return tuple(one for one in SCOPES if one in scopes)

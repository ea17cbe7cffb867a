"""Holding what a terminal has rights to, in the order in which everybody does: marks, then stock, then the rights themselves."""

from sqlalchemy import Connection

from sync.hub import stock_accounts as accounts
from sync.hub.stock import pools
from sync.hub.stock_projecting import mark_to_share


def hold_rights(connection: Connection, tenant: str, dev: str) -> None:
    """Hold the articles that a terminal can still promise, and have them shared again: it is about to lose its rights."""
    articles: dict[str, list[str]] = {}
    for store, article in sorted(accounts.held_by(connection, tenant, dev)):
        articles.setdefault(store, []).append(article)
    for store, names in articles.items():
        mark_to_share(connection, tenant, store, *names)
    for store, names in articles.items():
        pools(connection, tenant, store, names, lock=True)

"""What the office's users may do: a table of rights by role. Whoever is bound to stores has them there and nowhere else."""

from collections.abc import Mapping
from enum import StrEnum


class Right(StrEnum):
    """One thing that somebody may do on the office pages."""

    ORDERS = "orders"
    """See orders, without whom they are for."""
    PEOPLE = "people"
    """See whom an order is for, look for a name, and see a customer with all that they said; each time stands in the journal."""
    CANCEL = "cancel"
    """Cancel an order or a part of it."""
    DECIDE = "decide"
    """Give goods to another place, confirm or reject a promise, say that something arrived or was lost."""
    SERVICE = "service"
    """See service requests, without what customers said; moving them is doing tasks."""
    TASKS = "tasks"
    """See tasks."""
    DO_TASKS = "do_tasks"
    """Close a task."""
    STOCK = "stock"
    """See the stock of all places: a store that sells what another has must know it."""
    TERMINALS = "terminals"
    """See terminals."""
    LOSE = "lose"
    """Declare a terminal lost."""
    HELD = "held"
    """See and mend held work."""
    PRICES = "prices"
    """See prices that came out otherwise."""
    JOURNAL = "journal"
    """See who did what."""


IT, VIEWER, MANAGER, OFFICE, ADMIN = "it", "viewer", "manager", "office", "admin"
_LOOK = frozenset({Right.ORDERS, Right.SERVICE, Right.TASKS, Right.STOCK, Right.TERMINALS})
RIGHTS: Mapping[str, frozenset[Right]] = {
    IT: frozenset({Right.TERMINALS, Right.LOSE, Right.HELD, Right.PRICES}),
    VIEWER: _LOOK,
    MANAGER: _LOOK | {Right.PEOPLE, Right.CANCEL, Right.DO_TASKS},
    OFFICE: _LOOK | {Right.PEOPLE, Right.CANCEL, Right.DECIDE, Right.DO_TASKS, Right.HELD, Right.PRICES},
    ADMIN: frozenset(Right),
}
"""The roles. `it` is what every user of the office pages was before there were roles."""

ROLES = tuple(RIGHTS)
BOUND = frozenset({MANAGER})
"""Roles that are of some stores and never of all."""

"""Budgets of promotions: what this terminal's own facts took from each, and what the hub told of all others."""

from collections.abc import Sequence

from kiosk.domain.budget import Spent, SpentHere, left, spent_in
from kiosk.domain.facts import Fact
from kiosk.domain.feed import BUDGET, BUDGET_HERE
from kiosk.domain.promotion import Promotion
from kiosk.store import rows
from kiosk.store.database import Connection

_TABLE = "device_rows"


def fold_in(conn: Connection, fact: Fact) -> None:
    """Count what a fact takes from budgets, in its own transaction."""
    for one in spent_in(fact):
        conn.execute(
            "INSERT INTO budgets VALUES (?1, ?2, ?3)"
            " ON CONFLICT (promotion) DO UPDATE SET minor = minor + ?2, uses = uses + ?3",
            (one.promotion, one.minor, one.uses),
        )


def left_in(conn: Connection, promotions: Sequence[Promotion], dev: str) -> dict[str, int]:
    """What may still be taken off by each of these promotions (minor units), by their ids."""
    return {one.id: _left(conn, one, dev) for one in promotions}


def _left(conn: Connection, promotion: Promotion, dev: str) -> int:
    found = conn.execute("SELECT minor, uses FROM budgets WHERE promotion = ?", (promotion.id,)).fetchone()
    own = Spent(promotion.id, *found) if found else None
    told = rows.read(conn, _TABLE, BUDGET, promotion.id, Spent)
    return left(promotion, told, rows.read(conn, _TABLE, BUDGET_HERE, promotion.id, SpentHere), own, dev)

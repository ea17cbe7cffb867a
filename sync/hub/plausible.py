"""Valid and absurd: what a fact may say and still be taken in without a person. The limits are settings, the rule is here.

Nothing is refused for being absurd. What breaks a limit, or contradicts itself, is held with a reason that says which.
"""

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact

AMOUNT, QUANTITY, DAY, SUM = "absurd.amount", "absurd.quantity", "absurd.day", "absurd.sum"
REASONS = (AMOUNT, QUANTITY, DAY, SUM)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a fact may go: money in minor units, quantities in thousandths, days from the day it arrived."""

    amount_minor: int = 10_000_000
    quantity_milli: int = 10_000_000
    past_days: int = 400
    future_days: int = 31


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a fact is not taken in by itself; `values` fill the sentence of its reason."""

    reason: str
    values: Mapping[str, str | int] = field(default_factory=dict)


def fault_of(fact: Fact, limits: Limits, received_ms: int) -> Fault | None:
    """What is absurd about a fact whose body was found sound (`bodies.reason_to_hold`); None when nothing is."""
    if fault := _day_fault(fact, limits, received_ms):
        return fault
    return _sale_fault(fact.body, limits) if fact.kind in (SALE_COMPLETED, SALE_VOIDED) else None


def _day_fault(fact: Fact, limits: Limits, received_ms: int) -> Fault | None:
    today = datetime.fromtimestamp(received_ms / 1000, UTC).date()
    try:
        off = (date.fromisoformat(fact.day) - today).days
    except ValueError:
        return Fault(DAY, {"business_day": fact.day[:20]})
    if -limits.past_days <= off <= limits.future_days:
        return None
    return Fault(DAY, {"business_day": fact.day})


def _sale_fault(body: Mapping[str, Any], limits: Limits) -> Fault | None:
    money = [body["total"], body["discount"], body["deposit"], body["rounding"]]
    money += [tender["amount"] for tender in body["tenders"]]
    largest = max(map(abs, money))
    if largest > limits.amount_minor:
        return Fault(AMOUNT, {"amount_minor": largest, "most_minor": limits.amount_minor})
    moved = [line["quantity"] for line in body["lines"]] + [one["quantity_milli"] for one in body["movements"]]
    most = max(map(abs, moved), default=0)
    if most > limits.quantity_milli:
        return Fault(QUANTITY, {"quantity_milli": most, "most_milli": limits.quantity_milli})
    return _sum_fault(body)


def _sum_fault(body: Mapping[str, Any]) -> Fault | None:
    """Tenders, VAT block and lines have to come to the total; a part that the body leaves out is not looked at."""
    total = body["total"]
    paid = sum(map(operator.itemgetter("amount"), body["tenders"])) - body["rounding"]
    taxed = sum(band["net"] + band["tax"] for band in body["tax"])
    sums = [paid, taxed] if body["tax"] else [paid]
    if all(isinstance(line.get("amount"), int) and isinstance(line.get("deposit"), int) for line in body["lines"]):
        sums.append(sum(line["amount"] + line["deposit"] for line in body["lines"]))
    wrong = next((found for found in sums if found != total), None)
    return None if wrong is None else Fault(SUM, {"total_minor": total, "other_minor": wrong})

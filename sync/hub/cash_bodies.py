"""What the bodies of facts about shifts and cash must hold before they are projected."""

from typing import Annotated

import msgspec

from kiosk.domain import facts

MONEY_MAX = 10**12
_PLACES = ("", "drawer", "safe", "bank", "outside")

Money = Annotated[int, msgspec.Meta(ge=-MONEY_MAX, le=MONEY_MAX)]


class ShiftOpenedBody(msgspec.Struct):
    """`shift.opened`. `left` is what the shift before left in this drawer, where there was one."""

    float: Money
    left: Money | None = None


class ShiftClosedBody(msgspec.Struct):
    """`shift.closed`, as far as the hub's projections read it. One of release 1.0 held nothing of all this."""

    difference: Money = 0
    left: Money = 0
    z_name: str = ""
    is_counted: bool = True
    unsigned: bool = False
    poi: dict[str, Money] = {}


class CashMovedBody(msgspec.Struct, rename={"source": "from", "target": "to"}):
    """`cash.moved`."""

    what: str
    source: str
    target: str
    amount: Money


class Part(msgspec.Struct):
    """One way of paying."""

    kind: str
    amount: Money


class TenderCorrectedBody(msgspec.Struct):
    """`tender.corrected`: before and after are the same money."""

    receipt: str
    before: list[Part]
    after: list[Part]


BODIES: dict[str, type[msgspec.Struct]] = {
    facts.SHIFT_OPENED: ShiftOpenedBody, facts.SHIFT_CLOSED: ShiftClosedBody, facts.CASH_MOVED: CashMovedBody,
    facts.TENDER_CORRECTED: TenderCorrectedBody,
}  # fmt: skip


def fault_of(body: msgspec.Struct) -> str:
    """Why a body of these kinds cannot be projected; empty when it can."""
    if isinstance(body, CashMovedBody) and not {body.source, body.target} <= set(_PLACES):
        return "body.invalid"
    if isinstance(body, TenderCorrectedBody):
        parts = sum(part.amount for part in body.before), sum(part.amount for part in body.after)
        return "" if parts[0] == parts[1] else "body.amount"
    return ""

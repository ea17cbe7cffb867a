"""What the bodies of facts about stock and rights must hold before they are projected."""

import msgspec

from kiosk.domain import facts
from kiosk.domain.allocation import PROMISE_REASONS
from kiosk.domain.facts import Fact
from kiosk.domain.quantity import ONE
from kiosk.domain.stock import COUNTED, INITIAL, SALE

LINES_MAX = 2_000
FRONTIER_MAX = 1_000
TEXT_MAX = 200
_HUBS_OWN = (SALE, INITIAL, COUNTED)


class MovedLine(msgspec.Struct):
    """One article that moved, in thousandths; serial goods name each piece."""

    article: str
    quantity: int
    serials: list[str] = []


class StockMovedBody(msgspec.Struct):
    """`stock.moved`."""

    location: str
    reason: str
    lines: list[MovedLine]
    promise: str


class CountedLine(msgspec.Struct):
    """One article that was counted, in thousandths."""

    article: str
    quantity: int


class StockCountedBody(msgspec.Struct):
    """`stock.counted`; `hlc` (16 hex digits) is when the counting began."""

    location: str
    lines: list[CountedLine]
    frontier: dict[str, int]
    hlc: str


class RightsBody(msgspec.Struct):
    """What all facts of rights share."""

    store: str
    article: str
    quantity: int
    serials: list[str]


class RightsUsedBody(RightsBody):
    """`rights.used`."""

    promise: str
    reason: str
    over_right: bool
    approved_by: str
    lease: int


class RightsReleasedBody(RightsBody):
    """`rights.released`."""

    promise: str


class RightsRefusedBody(RightsBody):
    """`rights.refused`."""

    reason: str
    code: str


class RightsReturnedBody(RightsBody):
    """`rights.returned`."""

    reason: str


class RightsTransferredBody(RightsBody):
    """`rights.transferred`."""

    transfer: str
    to: str


class RightsReceivedBody(RightsBody, rename={"from_": "from"}):
    """`rights.received`."""

    transfer: str
    from_: str


BODIES: dict[str, type[msgspec.Struct]] = {
    facts.STOCK_MOVED: StockMovedBody, facts.STOCK_COUNTED: StockCountedBody, facts.RIGHTS_USED: RightsUsedBody,
    facts.RIGHTS_RELEASED: RightsReleasedBody, facts.RIGHTS_REFUSED: RightsRefusedBody,
    facts.RIGHTS_RETURNED: RightsReturnedBody, facts.RIGHTS_TRANSFERRED: RightsTransferredBody,
    facts.RIGHTS_RECEIVED: RightsReceivedBody,
}  # fmt: skip


def fault_of(body: msgspec.Struct, fact: Fact, amount_max: int) -> str:
    """What is wrong with a body of the right shape: `body.invalid`, `body.amount`, `body.store`, or nothing."""
    if isinstance(body, StockMovedBody):
        return _moved_fault(body, fact, amount_max)
    if isinstance(body, StockCountedBody):
        return _counted_fault(body, fact, amount_max)
    assert isinstance(body, RightsBody), "stock has these bodies"
    if not 0 < body.quantity <= amount_max:
        return "body.amount"
    texts = [body.store, body.article, *body.serials, getattr(body, "promise", ""), getattr(body, "transfer", "")]
    if not _short(texts) or (body.serials and len(body.serials) * ONE != body.quantity):
        return "body.invalid"
    if isinstance(body, RightsUsedBody) and (body.reason not in PROMISE_REASONS or not 0 <= body.lease <= amount_max):
        return "body.invalid"
    return ""


def _moved_fault(body: StockMovedBody, fact: Fact, amount_max: int) -> str:
    if body.location != fact.place.store:
        return "body.store"
    texts = [body.promise, body.reason, *(line.article for line in body.lines)]
    texts += [serial for line in body.lines for serial in line.serials]
    numbered = [line for line in body.lines if line.serials]
    if not _short(texts) or body.reason in _HUBS_OWN or not 0 < len(body.lines) <= LINES_MAX:
        return "body.invalid"
    if any(len(line.serials) * ONE != abs(line.quantity) or len(set(line.serials)) != len(line.serials) for line in numbered):
        return "body.invalid"
    return "body.amount" if any(abs(line.quantity) > amount_max for line in body.lines) else ""


def _counted_fault(body: StockCountedBody, fact: Fact, amount_max: int) -> str:
    if body.location != fact.place.store:
        return "body.store"
    if not 0 < len(body.lines) <= LINES_MAX or len(body.frontier) > FRONTIER_MAX:
        return "body.invalid"
    try:
        began = int(body.hlc, 16)
    except ValueError:
        return "body.invalid"
    if len(body.hlc) != 16 or began < 0 or not _short([line.article for line in body.lines] + list(body.frontier)):
        return "body.invalid"
    absurd = any(not 0 <= line.quantity <= amount_max for line in body.lines)
    absurd = absurd or any(seq < 0 for seq in body.frontier.values())
    return "body.amount" if absurd else ""


def _short(texts: list[str]) -> bool:
    return all(len(text) <= TEXT_MAX and text.isprintable() for text in texts)

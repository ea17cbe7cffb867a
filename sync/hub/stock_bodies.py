"""What the bodies of facts about stock and rights must hold before they are projected."""

import msgspec

from kiosk.domain import facts
from kiosk.domain.allocation import PROMISE_REASONS
from kiosk.domain.delivery import sender_of
from kiosk.domain.facts import Fact
from kiosk.domain.quantity import ONE
from kiosk.domain.salesstop import ANSWERS
from kiosk.domain.stock import COUNTED, INITIAL, SALE

LINES_MAX = 2_000
FRONTIER_MAX = 1_000
TEXT_MAX = 200
PEOPLE_MAX = 200
VALUE_MAX = 10**12
"""Minor units; beyond it a worth is a mistake."""
_HUBS_OWN = (SALE, INITIAL, COUNTED)


class Detail(msgspec.Struct):
    """What a person said about a movement or a count; older terminals say nothing. `value` in minor units."""

    work: str = ""
    why: str = ""
    note: str = ""
    value: int = 0
    approved_by: str = ""
    people: list[str] = []


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
    detail: Detail = msgspec.field(default_factory=Detail)


class CountedLine(msgspec.Struct, rename={"from_": "from"}):
    """One article that was counted, in thousandths; a line may say when itself (16 hex digits, and the terminal's numbers)."""

    article: str
    quantity: int
    from_: str = ""
    to: str = ""
    first: int = 0
    last: int = 0


class StockCountedBody(msgspec.Struct):
    """`stock.counted`; `hlc` (16 hex digits) is when the counting began."""

    location: str
    lines: list[CountedLine]
    frontier: dict[str, int]
    hlc: str
    detail: Detail = msgspec.field(default_factory=Detail)


class DiscardedBody(msgspec.Struct):
    """`stock.discarded`."""

    location: str
    work: str
    what: str
    lines: int


class DeliveredLine(msgspec.Struct):
    """One article of a delivery, in thousandths: what came whole, what was to come, and what came broken."""

    article: str
    quantity: int
    due: int
    damaged: int


class UnknownLine(msgspec.Struct):
    """Goods that nobody knows by their code, in thousandths."""

    code: str
    quantity: int


class DeliveryBody(msgspec.Struct):
    """`delivery.received`."""

    location: str
    notice: str
    supplier: str
    parcels: list[str]
    lines: list[DeliveredLine]
    unknown: list[UnknownLine]
    announced: bool = True
    detail: Detail = msgspec.field(default_factory=Detail)


class TransferBody(msgspec.Struct):
    """`transfer.sent`; what is sent counts up."""

    location: str
    transfer: str
    to: str
    lines: list[MovedLine]
    detail: Detail = msgspec.field(default_factory=Detail)


class LookedBody(msgspec.Struct):
    """`stop.looked`: what somebody saw on goods that a sales stop may mean."""

    location: str
    stop: str
    article: str
    quantity: int
    answer: str


class ClearedBody(msgspec.Struct):
    """`stop.cleared`: what was taken off a shelf; nothing is an answer too."""

    location: str
    stop: str
    article: str
    lines: list[MovedLine]
    quantity: int
    handling: str
    detail: Detail = msgspec.field(default_factory=Detail)


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
    facts.STOCK_MOVED: StockMovedBody, facts.STOCK_COUNTED: StockCountedBody,
    facts.STOCK_DISCARDED: DiscardedBody, facts.DELIVERY_RECEIVED: DeliveryBody,
    facts.TRANSFER_SENT: TransferBody, facts.STOP_LOOKED: LookedBody, facts.STOP_CLEARED: ClearedBody,
    facts.RIGHTS_USED: RightsUsedBody,
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
    if isinstance(body, DiscardedBody):
        return "" if body.location == fact.place.store and _short([body.work, body.what]) else "body.invalid"
    if isinstance(body, DeliveryBody):
        return _delivery_fault(body, fact, amount_max)
    if isinstance(body, TransferBody):
        return _transfer_fault(body, fact, amount_max)
    if isinstance(body, LookedBody | ClearedBody):
        return _stop_fault(body, fact, amount_max)
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
    if not _short(texts) or body.reason in _HUBS_OWN or not 0 < len(body.lines) <= LINES_MAX or not _is_sound(body.detail):
        return "body.invalid"
    if any(len(line.serials) * ONE != abs(line.quantity) or len(set(line.serials)) != len(line.serials) for line in numbered):
        return "body.invalid"
    return "body.amount" if any(abs(line.quantity) > amount_max for line in body.lines) else ""


def _counted_fault(body: StockCountedBody, fact: Fact, amount_max: int) -> str:
    if body.location != fact.place.store:
        return "body.store"
    if not 0 < len(body.lines) <= LINES_MAX or len(body.frontier) > FRONTIER_MAX:
        return "body.invalid"
    windows = [text for line in body.lines if line.from_ or line.to for text in (line.from_, line.to)]
    if not all(map(_is_clock, [body.hlc, *windows])) or not _is_sound(body.detail):
        return "body.invalid"
    if not _short([line.article for line in body.lines] + list(body.frontier)):
        return "body.invalid"
    absurd = any(not 0 <= line.first <= line.last <= amount_max for line in body.lines)
    absurd = absurd or any(not 0 <= line.quantity <= amount_max for line in body.lines)
    absurd = absurd or any(seq < 0 for seq in body.frontier.values())
    return "body.amount" if absurd else ""


def _delivery_fault(body: DeliveryBody, fact: Fact, amount_max: int) -> str:
    if body.location != fact.place.store:
        return "body.store"
    texts = [body.notice, body.supplier, *body.parcels, *(line.article for line in body.lines), *(one.code for one in body.unknown)]
    count = len(body.lines) + len(body.unknown)
    if not _short(texts) or not 0 < count <= LINES_MAX or len(body.parcels) > LINES_MAX or not _is_sound(body.detail):
        return "body.invalid"
    amounts = [amount for line in body.lines for amount in (line.quantity, line.due, line.damaged)]
    amounts += [one.quantity for one in body.unknown]
    return "body.amount" if any(not 0 <= amount <= amount_max for amount in amounts) else ""


def _transfer_fault(body: TransferBody, fact: Fact, amount_max: int) -> str:
    if body.location != fact.place.store or sender_of(body.transfer) != fact.place.store:
        return "body.store"
    texts = [body.to, *(line.article for line in body.lines), *(serial for line in body.lines for serial in line.serials)]
    if body.to in ("", body.location) or not _short(texts) or not 0 < len(body.lines) <= LINES_MAX or not _is_sound(body.detail):
        return "body.invalid"
    return "body.amount" if any(not 0 < line.quantity <= amount_max for line in body.lines) else ""


def _stop_fault(body: LookedBody | ClearedBody, fact: Fact, amount_max: int) -> str:
    if body.location != fact.place.store:
        return "body.store"
    texts, amounts = [body.stop, body.article], [body.quantity]
    if isinstance(body, LookedBody):
        sound = body.answer in ANSWERS
    else:
        texts += [body.handling, *(line.article for line in body.lines)]
        texts += [serial for line in body.lines for serial in line.serials]
        amounts += [line.quantity for line in body.lines]
        sound = len(body.lines) <= LINES_MAX and _is_sound(body.detail)
    if not sound or not body.stop or not _short(texts):
        return "body.invalid"
    return "body.amount" if any(not 0 <= amount <= amount_max for amount in amounts) else ""


def _is_clock(text: str) -> bool:
    """Whether it is a hybrid clock's value as facts spell it."""
    try:
        return len(text) == 16 and int(text, 16) >= 0
    except ValueError:
        return False


def _is_sound(detail: Detail) -> bool:
    texts = [detail.work, detail.why, detail.note, detail.approved_by, *detail.people]
    return _short(texts) and abs(detail.value) <= VALUE_MAX and len(detail.people) <= PEOPLE_MAX


def _short(texts: list[str]) -> bool:
    return all(len(text) <= TEXT_MAX and text.isprintable() for text in texts)

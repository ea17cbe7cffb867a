"""What the bodies of facts about orders must hold before they are projected."""

from collections.abc import Iterable

from kiosk.domain.facts import ORDER_MOVED, ORDER_PLACED, ORDER_SUBSTITUTED, Fact
from kiosk.domain.order import LINES_MAX, Order
from kiosk.domain.orderfacts import moves_in, order_of_fact, payments_in, read_order, said_in, swap_in

TEXT_MAX = 200
NAME_MAX = 1_000
PAYMENTS_MAX = 1_000
NUMBER_MAX = 2**53


def fault_of(fact: Fact, amount_max: int) -> str:
    """What is wrong with the body of an order's fact: `body.invalid`, `body.amount`, `body.store`, or nothing."""
    try:
        order = order_of_fact(fact)
        if not order or not _short([order]):
            return "body.invalid"
        if fact.kind == ORDER_PLACED:
            return _placed_fault(fact, amount_max)
        if fact.kind == ORDER_MOVED:
            return _moved_fault(fact, amount_max)
        if fact.kind == ORDER_SUBSTITUTED:
            return _swap_fault(fact, amount_max)
        return _paid_fault(fact, amount_max)
    except ValueError:
        return "body.invalid"


def _placed_fault(fact: Fact, amount_max: int) -> str:
    order = read_order(fact.body)
    if order.tenant != fact.place.tenant or len(order.lines) > LINES_MAX or any(len(one.name) > NAME_MAX for one in order.lines):
        return "body.invalid"
    if not _short(_texts(order)):
        return "body.invalid"
    if order.store != fact.place.store:
        return "body.store"
    amounts = [line.amount_minor for line in order.lines] + [line.deposit_minor for line in order.lines]
    amounts += [charge.amount_minor for charge in order.charges]
    numbers = [line.line for line in order.lines] + [order.placed_ms]
    numbers += [ms for line in order.lines if line.promise for ms in (line.promise.from_ms, line.promise.until_ms)]
    if any(amount > amount_max for amount in amounts) or not _sane(numbers):
        return "body.amount"
    return _paid_fault(fact, amount_max) if "payments" in fact.body else ""


def _moved_fault(fact: Fact, amount_max: int) -> str:
    moves, said = moves_in(fact), said_in(fact)
    if not (moves or said) or len(moves) > LINES_MAX:
        return "body.invalid"
    if not _short([text for one in moves for text in (one.step, one.source, one.ground, one.parcel)]):
        return "body.invalid"
    if any(abs(one.quantity_milli) > amount_max for one in moves) or not _sane([n for one in moves for n in (one.line, one.fence)]):
        return "body.amount"
    return ""


def _swap_fault(fact: Fact, amount_max: int) -> str:
    swap = swap_in(fact)
    if not _short([swap.source, swap.article, swap.unit, swap.vat_class, swap.promise]) or len(swap.name) > NAME_MAX:
        return "body.invalid"
    if max(swap.amount_minor, swap.deposit_minor, swap.quantity_milli) > amount_max or not _sane([swap.line, swap.fence]):
        return "body.amount"
    return ""


def _paid_fault(fact: Fact, amount_max: int) -> str:
    payments = payments_in(fact)
    if len(payments) > PAYMENTS_MAX or not _short([text for one in payments for text in (one.kind, one.reference)]):
        return "body.invalid"
    return "body.amount" if any(abs(one.amount_minor) + abs(one.rounding_minor) > amount_max for one in payments) else ""


def _texts(order: Order) -> list[str]:
    texts = [order.id, order.number, order.entity, order.brand, order.country, order.currency, order.channel, order.customer]
    for line in order.lines:
        way = line.fulfilment
        texts += [line.article, line.unit, line.vat_class, line.employee, way.source, way.to, way.delivery]
        texts += [line.promise.id] if line.promise else []
    return texts + [text for charge in order.charges for text in (charge.id, charge.vat_class)]


def _short(texts: Iterable[str]) -> bool:
    return all(len(text) <= TEXT_MAX and text.isprintable() for text in texts)


def _sane(numbers: Iterable[int]) -> bool:
    return all(-1 <= number <= NUMBER_MAX for number in numbers)

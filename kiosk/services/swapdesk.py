"""Goods that are not there, replaced by others with their customer's word: what to propose, what it costs them, and the fact of it.

What replaces costs what was promised or less; more only where the customer agreed to that. What it costs less goes back at once to
a payment of the web; of what is still to be paid it is simply less, and more is asked when the goods are handed over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kiosk.domain import facts
from kiosk.domain.catalog import Article
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.money import divide_half_up
from kiosk.domain.order import SHIPPED, OrderLine
from kiosk.domain.orderback import refunded, web_ways
from kiosk.domain.orderfacts import OrderKnown, apply_order, paid_body, swap_body
from kiosk.domain.orderlife import CANCELLED, DECLINED, EXPIRED
from kiosk.domain.orderswap import HEARD, Swap, line_of
from kiosk.domain.quantity import ONE
from kiosk.domain.receipt import is_receipt_number
from kiosk.domain.returning import share_of
from kiosk.domain.variants import size_rank
from kiosk.services.allocations import Allocations, Wanted
from kiosk.services.counter import Counter
from kiosk.services.orderdesk import OrderDesk, OrderView, Part
from kiosk.services.pickdesk import PickDesk, parts_of
from kiosk.services.stopguard import refuse_any
from kiosk.store import orders
from kiosk.store.catalog import Offer
from kiosk.store.database import Connection

PROPOSALS_MAX = 6


@dataclass(frozen=True, slots=True)
class SwapPrice:
    """What so much of an article costs in place of a line's goods, in minor units with deposit: as promised, by itself, and asked.

    `asked_minor` is the lower of both; `more_minor` what it costs above the promise by itself, which somebody has to agree to.
    """

    promised_minor: int
    own_minor: int

    @property
    def asked_minor(self) -> int:
        """What the customer pays if nobody says otherwise."""
        return min(self.promised_minor, self.own_minor)

    @property
    def more_minor(self) -> int:
        """How much dearer it is by itself."""
        return max(0, self.own_minor - self.promised_minor)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An article to propose, how much of it is here (thousandths), and its price for as much as is missing."""

    article: str
    name: str
    here_milli: int
    price: SwapPrice


@dataclass(frozen=True, slots=True)
class _Agreed:
    """What a customer takes, for how much (minor units, with deposit), and how they said so."""

    goods: Article
    cost_minor: int
    heard: str
    dearer: bool


class SwapDesk:
    """Replaces goods of orders. Used on the counter's thread. `variants` gives the offers of a style."""

    def __init__(
        self, counter: Counter, desk: OrderDesk, picking: PickDesk, allocations: Allocations,
        variants: Callable[[str], Sequence[Offer]],
    ) -> None:  # fmt: skip
        self._counter, self._desk, self._picking, self._allocations = counter, desk, picking, allocations
        self._variants = variants

    def proposals(self, order: str, line: int, quantity_milli: int) -> tuple[Proposal, ...]:
        """What of the same style is here instead: the same size first, then the same colour, then what is nearest."""
        view = self._desk.view(order)
        wanted = self._line(view, line)
        gone = self._counter.catalog.article(wanted.article)
        if gone is None or not gone.style or is_receipt_number(view.number):
            return ()
        found = []
        for offer in self._variants(gone.style):
            here = next((level.on_hand_milli for level in offer.stock if level.store == self._desk.store), 0)
            fits = offer.article.id != gone.id and offer.article.unit == wanted.unit and offer.shelf is not None
            if fits and here >= quantity_milli and not self._is_stopped(offer.article.id):
                price = self._price(view, wanted, quantity_milli, offer.article)
                found.append((_distance(gone, offer.article), Proposal(offer.article.id, self._name(offer.article), here, price)))
        return tuple(one for _, one in sorted(found, key=lambda one: one[0]))[:PROPOSALS_MAX]

    def price(self, order: str, line: int, quantity_milli: int, article: str) -> SwapPrice:
        """What so much of an article costs in place of a line's goods. Raises NotFound, and Refused as `substitute` does."""
        view = self._desk.view(order)
        return self._price(view, self._line(view, line), quantity_milli, self._article(article))

    def substitute(
        self, order: str, line: int, quantity_milli: int, article: str, heard: str, *, dearer: bool = False
    ) -> OrderView:
        """The customer takes so much of an article in place of a line's goods. It is picked next, by its own scan.

        `heard`: how they said so (`orderswap.HEARD`); `dearer`: they agreed to its own price though that is higher.
        Raises Refused("order.too_many") where less is missing, ("order.same_article"), ("order.other_unit"), ("order.swap_receipt")
        for an order of a till, ("order.not_now") where somebody was faster, ("stop.order"), and as the price of an article does.
        """
        assert heard in HEARD, f"unknown {heard!r}"
        view, goods = self._desk.view(order), self._article(article)
        wanted = self._line(view, line)
        refuse_any(self._counter, [(goods.id, self._name(goods))])
        found = self._missing(view, line, quantity_milli)

        def work(conn: Connection) -> OrderView:
            stored = orders.order_in(conn, order)
            if stored is None or stored.known.state is None:
                raise NotFound("order.unknown", text=order)
            known, saved = stored.known, 0
            for part, milli in found:
                price = self._price(self._desk.view_of(replace(stored, known=known)), wanted, milli, goods)
                cost = price.own_minor if dearer else price.asked_minor
                known = self._swap_in(conn, known, part, milli, _Agreed(goods, cost, heard, dearer))
                saved += price.promised_minor - cost
            known = self._give_back_in(conn, known, saved)
            return self._desk.view_of(replace(stored, known=known))

        return self._counter.ledger.run(work)

    # parts

    def _swap_in(self, conn: Connection, known: OrderKnown, part: Part, milli: int, agreed: _Agreed) -> OrderKnown:
        assert known.state is not None, "it was placed"
        goods, order = agreed.goods, known.state.order
        deposit = divide_half_up(goods.deposit_minor * milli, ONE)
        line = order.line(part.line)
        assert line is not None, "it was looked at before"
        way = "ship" if line.fulfilment.kind in SHIPPED else "collect"
        right = self._allocations.promise_or_refuse_in(conn, Wanted(goods.id, milli, way, self._desk.store))
        swap = Swap(
            "", 0, part.line, part.state, part.fence, milli, self._desk.store, goods.id, self._name(goods), goods.unit,
            max(0, agreed.cost_minor - deposit), deposit, self._counter.vat_class(goods),
            "" if isinstance(right, Refused) else right.id, agreed.heard, agreed.dearer,
        )  # fmt: skip
        fact = self._desk.append_in(conn, facts.ORDER_SUBSTITUTED, {"number": order.number, **swap_body(order.id, swap)})
        known = apply_order(known, fact)
        assert known.state is not None, "it was placed"
        new = known.state.lines.get(line_of(f"{fact.dev}/{fact.inc}/{fact.seq}/0"))
        if new is None or new.of(CANCELLED):
            raise Refused("order.not_now")
        return known

    def _give_back_in(self, conn: Connection, known: OrderKnown, saved_minor: int) -> OrderKnown:
        """What it costs less goes back to the payments of the web, as far as the order was paid by them."""
        assert known.state is not None and known.money is not None, "it was placed"
        left, back = min(saved_minor, known.money.to_give_back_minor), list[tuple[str, int]]()
        for way in web_ways(known.payments.values(), max(0, left)):
            taken = min(left, way.most_minor)
            left -= taken
            back += [(way.reference, -taken)] if taken else []
        if not back:
            return known
        body = paid_body(known.state.order.id, refunded(known.payments, back))
        return apply_order(known, self._desk.append_in(conn, facts.ORDER_PAID, body))

    def _missing(self, view: OrderView, line: int, quantity_milli: int) -> list[tuple[Part, int]]:
        """Which parts of a line are given up: what is to be picked, then what nobody has, then what was picked already."""
        parts = (*self._picking.to_take(view), *view.in_state(DECLINED), *self._picking.taken(view))
        return parts_of(parts, line, quantity_milli)

    def _price(self, view: OrderView, line: OrderLine, milli: int, goods: Article) -> SwapPrice:
        if is_receipt_number(view.number):  # its receipt has the line, which would come back by it as well
            raise Refused("order.swap_receipt", number=view.number)
        if goods.id == line.article:
            raise Refused("order.same_article", name=line.name)
        if goods.unit != line.unit:
            raise Refused("order.other_unit", name=line.name)
        shelf = self._counter.offer(goods).shelf
        if shelf is None:
            raise Refused("scan.no_price", name=goods.name(self._counter.language))
        gone = sum(part.quantity_milli for part in view.parts if part.line == line.line and part.state in (CANCELLED, EXPIRED))
        milli = min(milli, line.quantity_milli - gone)
        if milli <= 0:
            raise Refused("order.too_many")
        whole = (line.amount_minor, line.deposit_minor)
        promised = sum(share_of(part, line.quantity_milli, gone, milli) for part in whole)
        return SwapPrice(promised, divide_half_up((shelf.asked_minor + goods.deposit_minor) * milli, ONE))

    def _line(self, view: OrderView, line: int) -> OrderLine:
        found = view.order.line(line)
        if found is None:
            raise Refused("order.not_now")
        return found

    def _article(self, article: str) -> Article:
        found = self._counter.catalog.article(article)
        if found is None:
            raise NotFound("scan.unknown", code=article)
        return found

    def _name(self, article: Article) -> str:
        return f"{article.name(self._counter.language)} {self._counter.variant_text(article)}".strip()

    def _is_stopped(self, article: str) -> bool:
        return any(stop.is_whole for stop in self._counter.stops_of(article))


def _distance(gone: Article, other: Article) -> tuple[bool, bool, tuple[int, float, str], str]:
    """How far an article is from another of its style: the size has to fit, then the colour pleases."""
    return other.size != gone.size, other.colour != gone.colour, size_rank(other.size), other.id

"""Returns and exchanges: find the sale, say what comes back and why, and the cart holds it with the exact money of that day.

A return line stands in the same cart as what is bought, so an exchange is one transaction with one receipt.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.domain.cart import CartLine, Ordered
from kiosk.domain.catalog import Article, Price
from kiosk.domain.errors import Damaged, NotFound, Refused
from kiosk.domain.facts import SALE_COMPLETED, Fact, read_fact
from kiosk.domain.journal import Filter
from kiosk.domain.order import Fulfilment
from kiosk.domain.payment import CASH, Tender
from kiosk.domain.pricelist import WEB, prior_price
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE, price_of
from kiosk.domain.receipt import TRAINING, ReceiptNumber
from kiosk.domain.refunding import STORE_CREDIT, RefundOption, less, options, paid_with
from kiosk.domain.returning import (
    DAY_MS,
    Returnable,
    Returned,
    ReturnPolicy,
    Wish,
    needs_approval,
    refund_goes_to,
    returnables,
    take_back,
)
from kiosk.domain.returning import VOUCHER as VOUCHER
from kiosk.domain.tender import GIFT_CARD
from kiosk.domain.voucher import MULTI, SINGLE, SINGLE_PURPOSE
from kiosk.services.counter import Counter
from kiosk.services.goods import goods_of
from kiosk.services.selling import Selling
from kiosk.services.session import Session
from kiosk.store import accounts, journal
from kiosk.store.database import Connection
from kiosk.store.returned import is_voided_in, known_in

FOUND_MAX = 50
LOOSE_MAX = 99
"""So many pieces of one article at most come back at once without a receipt."""


@dataclass(frozen=True, slots=True)
class FoundSale:
    """A sale whose goods may come back. `sold_ms` is its wall clock; amounts in minor units."""

    receipt: str
    sold_ms: int
    employee: str
    total_minor: int
    lines: tuple[Returnable, ...]
    fact: Fact
    elsewhere: Mapping[int, int] = field(default_factory=dict)
    """What other terminals took back (thousandths by line), as the hub said when it was asked."""

    @property
    def is_over(self) -> bool:
        """Whether everything came back already."""
        return all(line.left_milli == 0 for line in self.lines)


@dataclass(frozen=True, slots=True)
class Approval:
    """A second person's word, given in place."""

    number: str = ""
    pin: str = ""


@dataclass(frozen=True, slots=True)
class LooseReturn:
    """Goods without a receipt: which article, how many (thousandths), and what a person says of them."""

    code: str
    quantity_milli: int
    ground: str
    reason: str
    condition: str
    to_stock: bool


@dataclass(frozen=True, slots=True)
class FoundGoods:
    """Goods that somebody brings without a receipt: one line, with as many as the shop gives money back for."""

    code: str
    lines: tuple[Returnable, ...]
    receipt: str = ""
    is_over: bool = False

    def wish(self, said: Wish) -> LooseReturn:
        """What a person says of them."""
        return LooseReturn(self.code, said.quantity_milli, said.ground, said.reason, said.condition, said.to_stock)


def _always(order: str, line: int, milli: int, given_milli: int) -> bool:
    """No orders are known here: what is taken back is in somebody's hands."""
    return True


class Returns:
    """What comes back at this terminal. Used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling, session: Session) -> None:
        self._counter, self._selling, self._session = counter, selling, session
        self._opened: dict[str, Fact] = {}
        self.comes_in_hand: Callable[[str, int, int, int], bool] = _always
        self.ways_of_orders: Callable[[], tuple[RefundOption, ...]] = tuple

    @property
    def policy(self) -> ReturnPolicy:
        """What the shop allows."""
        return self._counter.settings.returns

    # finding

    def find(self, number: str) -> FoundSale:
        """The sale of a receipt number, or the last one of a piece by its serial number; digits alone mean this terminal's own.

        Raises NotFound("return.unknown_receipt") and Refused("return.training").
        """
        if number.strip().upper() == TRAINING:
            raise Refused("return.training")
        ledger = self._counter.ledger
        fact = ledger.find_sale(self._whole_number(number)) or ledger.look(lambda conn: journal.sale_of_serial_in(conn, number))
        if fact is None:
            raise NotFound("return.unknown_receipt", number=number.strip())
        return self._found(fact)

    def open_elsewhere(self, data: bytes, returned: Sequence[tuple[int, str, int]]) -> FoundSale:
        """A sale of another terminal, as the hub gave it, and what came back of it as (line, dev, thousandths).

        Raises NotFound when it is none, and as `find` does.
        """
        try:
            fact = read_fact(data)
        except Damaged as error:
            raise NotFound("return.unknown_receipt", number="") from error
        own = self._counter.ledger.identity.dev
        elsewhere: dict[int, int] = {}
        for line, dev, milli in returned:
            if dev != own:
                elsewhere[line] = elsewhere.get(line, 0) + milli
        self._opened[str(fact.body.get("receipt", ""))] = fact
        return self._found(fact, elsewhere)

    def search(self, wanted: Filter, article: str = "", before: int = 0) -> tuple[FoundSale, ...]:
        """Sales that were not voided, by day, amount, person or receipt, newest first; `article`: those in which it was sold."""

        def work(conn: Connection) -> list[Fact]:
            numbers = journal.page_in(conn, replace(wanted, kinds=(SALE_COMPLETED,)), before, FOUND_MAX)
            return [fact for fact in journal.opened_in(conn, numbers) if not is_voided_in(conn, fact.body["receipt"])]

        found = [self._found(fact) for fact in self._counter.ledger.look(work)]
        return tuple(one for one in found if not article or any(line.article == article for line in one.lines))

    # taking back

    def reason_to_ask(self, sale: FoundSale, wishes: Sequence[Wish]) -> str:
        """Why a second person has to say yes before this comes back, as an error code; empty when nobody has to."""
        age_days = max(0, self._counter.now_ms() - sale.sold_ms) // DAY_MS
        goods = {line["line"]: tuple(line.get("goods", ())) for line in sale.fact.body["lines"]}
        distance = sale.fact.body.get("channel") == WEB
        for wish in wishes:
            if reason := needs_approval(self.policy, wish.ground, age_days, goods.get(wish.line, ()), distance=distance):
                return reason
        return ""

    def take(self, sale: FoundSale, wishes: Sequence[Wish], approval: Approval | None = None) -> PricedCart:
        """Put what comes back into the cart. Raises Refused for what is gone already, or what wants a second person."""
        approved = ""
        if reason := self.reason_to_ask(sale, wishes):
            approved = self.approved(reason, approval)
        given = self._given(sale.receipt, sale.elsewhere)
        lines = []
        for n, wish in enumerate(wishes):
            back = take_back(sale.fact.body, given, wish, sale.receipt, approved)
            self._check_card(sale.fact.body, wish.line, -back.amount_minor)
            before = given.get(wish.line, 0)
            given = {**given, wish.line: before + wish.quantity_milli}
            lines.append(self._line(sale.fact.body, wish, back, self._selling.next_line + n, before))
        return self._selling.add_returned(lines)

    def take_without_receipt(self, wish: LooseReturn, approval: Approval | None) -> PricedCart:
        """Take goods back that nobody has a receipt of, at the lowest price of the last 30 days, always with approval.

        Raises NotFound for an unknown article, and Refused above the shop's limit.
        """
        counter = self._counter
        article = counter.catalog.by_barcode(wish.code.zfill(14)) or counter.catalog.article(wish.code)
        if article is None:
            raise NotFound("scan.unknown", code=wish.code)
        each, today = self._lowest(article)
        amount = price_of(quantity_milli=wish.quantity_milli, unit_price_minor=each)
        if amount > self.policy.without_receipt_minor:
            raise Refused("return.without_receipt_limit", limit_minor=self.policy.without_receipt_minor)
        approved = self.approved("return.without_receipt", approval)
        rate = counter.rules.vat_rates(counter.business_day())[article.vat_class]
        deposit = price_of(quantity_milli=wish.quantity_milli, unit_price_minor=article.deposit_minor)
        back = Returned(
            "", 0, wish.ground, wish.reason, wish.condition, wish.to_stock, -amount, -deposit, rate, 0, approved
        )
        line = CartLine(
            line=self._selling.next_line, article=article.id, barcode=wish.code, name=article.name(counter.language),
            variant=counter.variant_text(article), quantity_milli=-wish.quantity_milli, unit=article.unit,
            unit_price_minor=each, price_rev=today.rev, vat_class=article.vat_class,
            deposit_minor=article.deposit_minor, age_limit=0, picture=article.picture, returned=back,
        )  # fmt: skip
        return self._selling.add_returned([line])

    def find_goods(self, text: str) -> FoundGoods:
        """Goods without a receipt, by a code that was scanned or keyed in, and how many of them can come back so.

        Raises NotFound("scan.unknown"), Refused("return.needs_receipt") for what only a receipt can tell the worth of, and Refused
        where one of them is worth more than the shop's limit.
        """
        article = goods_of(self._counter, text).article
        each, _ = self._lowest(article)
        most = self.policy.without_receipt_minor
        if each > most:
            raise Refused("return.without_receipt_limit", limit_minor=most)
        milli = (min(most // each, LOOSE_MAX) if each else LOOSE_MAX) * ONE
        amounts = (price_of(quantity_milli=milli, unit_price_minor=one) for one in (each, article.deposit_minor))
        name, variant = article.name(self._counter.language), self._counter.variant_text(article)
        line = Returnable(1, article.id, name, variant, article.unit, milli, milli, *amounts)
        return FoundGoods(article.barcodes[0] if article.barcodes else article.id, (line,))

    # giving money back

    def refund_options(
        self, left_minor: int, refund_to: Mapping[str, Sequence[str]], given: Sequence[Tender] = ()
    ) -> tuple[RefundOption, ...]:
        """The ways that the cart's refund (minor units, positive) may go after parts of it were `given`, the right one first."""
        back = [line.returned for line in self._selling.priced.cart.lines if line.returned is not None]
        originals: list[RefundOption] = []
        for receipt in dict.fromkeys(one.receipt for one in back if one.receipt):
            fact = self._counter.ledger.find_sale(receipt) or self._opened.get(receipt)
            originals += paid_with(fact.body) if fact is not None else ()
        web = self.ways_of_orders()
        originals += web
        voucher = bool(back) and refund_goes_to(self.policy, (one.ground for one in back)) == VOUCHER
        found = options(left_minor, less(originals, given, refund_to), refund_to, voucher=voucher)
        empties = any(line.empties is not None for line in self._selling.priced.cart.lines)
        if empties and all(one.kind != CASH for one in found):  # deposit was paid by nobody knows what
            found = (*found, RefundOption(CASH, left_minor))
        if web and not voucher:  # the law wants the same means, unless the customer agreed to another (2011/83/EU art. 13(1))
            others = [kind for kind in (STORE_CREDIT, CASH) if all(one.kind != kind for one in found)]
            found = (*found, *(RefundOption(kind, left_minor, asks="refund.other_way") for kind in others))
        if not self._counter.has_drawer:
            found = tuple(one for one in found if one.kind != CASH)
            if not found:
                raise Refused("refund.no_drawer")
        return found

    def agreed(self, option: RefundOption, approval: Approval) -> RefundOption:
        """An option that a second person allows, in place. Raises Refused as `Session.approve` does."""
        return replace(option, asks="", approved_by=self.approved(option.asks, approval))

    # inside

    def _lowest(self, article: Article) -> tuple[int, Price]:
        """The least that one of these cost in the last 30 days (minor units), and today's price.

        Raises Refused for goods without a price, and for gift cards and goods by weight: their worth only a receipt tells.
        """
        counter = self._counter
        if article.is_weighed or {MULTI, SINGLE} & set(article.goods):
            raise Refused("return.needs_receipt", name=article.name(counter.language))
        now = counter.now_ms()
        today = counter.catalog.price(article.id, now)
        if today is None:
            raise Refused("scan.no_price", name=article.name(counter.language))
        before = prior_price(counter.catalog.prices(article.id), counter.catalog.place, now)
        return today.amount_minor if before is None else min(before, today.amount_minor), today

    def _found(self, fact: Fact, elsewhere: Mapping[int, int] | None = None) -> FoundSale:
        body = fact.body
        if body.get("training"):
            raise Refused("return.training")
        if fact.kind != SALE_COMPLETED or self._counter.ledger.look(lambda conn: is_voided_in(conn, body["receipt"])):
            raise Refused("return.voided", receipt=body["receipt"])
        known = elsewhere or {}
        lines = returnables(body, self._given(body["receipt"], known))
        return FoundSale(body["receipt"], fact.moment.wall_ms, fact.employee, body["total"], lines, fact, known)

    def _given(self, receipt: str, elsewhere: Mapping[int, int]) -> dict[int, int]:
        """What came back so far, also into the open cart. Of other terminals the feed and the hub's answer may know unlike much."""
        ledger = self._counter.ledger
        own, told = ledger.look(lambda conn: known_in(conn, receipt, ledger.identity.dev))
        others = {line: max(told.get(line, 0), elsewhere.get(line, 0)) for line in {*told, *elsewhere}}
        given = {line: own.get(line, 0) + others.get(line, 0) for line in {*own, *others}}
        for line in self._selling.priced.cart.lines:
            if line.returned is not None and line.returned.receipt == receipt:
                number = line.returned.line
                given[number] = given.get(number, 0) - line.quantity_milli
        return given

    def _check_card(self, sale: Mapping[str, Any], number: int, amount_minor: int) -> None:
        """Raise Refused("voucher.spent_since") for a gift card that was paid with after it was sold."""
        line = next(one for one in sale["lines"] if one["line"] == number)
        if code := line.get("voucher_code"):
            ledger = self._counter.ledger
            kind = SINGLE_PURPOSE if line.get("good_for") else GIFT_CARD
            ledger.look(lambda conn: accounts.check_undo_in(conn, kind, code, amount_minor, ledger.identity.dev))

    def approved(self, reason: str, approval: Approval | None) -> str:
        """Who gave a second person's word. Raises Refused(reason) where nobody did, and as `Session.approve` does."""
        asker = self._counter.signed_in()
        if approval is None or not approval.number:
            raise Refused(reason, days=self.policy.window_days)
        if self._session.find(approval.number).number == asker.number:
            raise Refused("staff.same_person")
        return self._session.approve(approval.number, approval.pin).number

    def _line(self, sale: Mapping[str, Any], wish: Wish, back: Returned, number: int, given_milli: int) -> CartLine:
        lines = sale["lines"]
        assert isinstance(lines, list), "a sale has lines"
        sold = next(line for line in lines if line["line"] == wish.line)
        article = self._counter.catalog.article(sold["article"])
        return CartLine(
            line=number, article=sold["article"], barcode=sold["barcode"], name=sold["name"], variant=sold["variant"],
            quantity_milli=-wish.quantity_milli, unit=sold["unit"], unit_price_minor=sold["unit_price"],
            price_rev=sold["price_rev"], vat_class=sold["vat_class"], deposit_minor=0, age_limit=0,
            picture=article.picture if article else "", returned=back, serial=sold.get("serial") or sold.get("voucher_code", ""),
            goods=(MULTI,) if sold.get("voucher") else (SINGLE,) if sold.get("good_for") else (),
            bought_minor=sold["margin"]["bought"] if "margin" in sold else None, delivers=sold.get("delivers", ""),
            ordered=self._not_out(sale, sold, wish, given_milli), of_order=_order_of(sale, sold),
            of_line=sold.get("pays", {}).get("line", 0),
        )  # fmt: skip

    def _not_out(self, sale: Mapping[str, Any], sold: Mapping[str, Any], wish: Wish, given_milli: int) -> Ordered | None:
        """Goods of an order that nobody has yet are cancelled, and move no stock; what its customer has comes back."""
        if "ordered" not in sold or self.comes_in_hand(str(sale["sale"]), wish.line, wish.quantity_milli, given_milli):
            return None
        said = sold["ordered"]
        fulfilment = Fulfilment(said["kind"], said["source"], said["to"], said["delivery"])
        return Ordered(fulfilment, said["from"], said["until"], said["firm"], said.get("place", ""))

    def _whole_number(self, number: str) -> str:
        text = number.strip().upper()
        if text.isascii() and text.isdigit() and len(text) <= 7:
            identity = self._counter.ledger.identity
            place = identity.place
            return str(ReceiptNumber(place.store, place.terminal, identity.series, int(text)))
        return text or "-"


def _order_of(sale: Mapping[str, object], sold: Mapping[str, Any]) -> str:
    """The order that a sold line belongs to: that of its sale, or the one that it paid; empty for a line of none."""
    if "pays" in sold:
        return str(sold["pays"]["order"])
    return str(sale["sale"]) if {"ordered", "delivers"} & set(sold) else ""

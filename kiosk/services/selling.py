"""Selling: what is scanned or chosen becomes a line that is on disk before it is on the screen."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kiosk.domain import facts
from kiosk.domain.barcode import GTIN_DIGITS, is_in_store
from kiosk.domain.cart import (
    AMOUNT,
    AgeChecked,
    Cart,
    CartEvent,
    CartLine,
    CartStarted,
    CouponRemoved,
    CouponTaken,
    Discount,
    LineAdded,
    LineAssigned,
    LineDiscounted,
    LineLooked,
    LineNoted,
    LineNumbered,
    LineOrdered,
    LineQuoted,
    LineRemoved,
    LineRepriced,
    Ordered,
    Override,
    QuantityChanged,
    SaleDiscounted,
    ShopperKnown,
    TenderReversed,
    TendersGivenBack,
    TenderTaken,
    TicketTaken,
    apply,
)
from kiosk.domain.catalog import Article
from kiosk.domain.customer import NUMBER_MAX
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.money import divide_half_up
from kiosk.domain.payment import Tender
from kiosk.domain.pricing import BASIS, PricedCart, PricedLine, price_cart, taken_off
from kiosk.domain.promotion import COUPON_KEY, MEMBERS, strictest
from kiosk.domain.promotionbasket import most_off
from kiosk.domain.quantity import ONE, price_of, quantity_for
from kiosk.domain.redeeming import good_for
from kiosk.domain.staff import CASHIER, SELL, Employee, may
from kiosk.domain.ticket import Ticket
from kiosk.domain.voucher import SINGLE, asks_number
from kiosk.services.counter import Counter
from kiosk.services.stopguard import refuse_stopped
from kiosk.services.storedvalue import card_to_load
from kiosk.store import carts
from kiosk.store.database import Connection

PRICE_MAX_MINOR = 10_000_000
NOTE_MAX = 80
SERIAL_MAX = 40

Also = Callable[[Connection], None]
"""Something that belongs into the same transaction."""


@dataclass(frozen=True, slots=True)
class TicketOutcome:
    """A kiosk's ticket became lines; `unknown` are codes this till has no article for, `stopped` names of what must not be sold."""

    added: int
    unknown: tuple[str, ...]
    stopped: tuple[str, ...] = ()


class Selling:
    """The cart of this terminal. Every change is one durable transaction, then the new priced cart."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self.locked = False
        self.follow: Callable[[PricedCart], Sequence[CartEvent]] = _nothing_follows
        self._cart = counter.ledger.run(carts.open_cart_in) or Cart()
        self.priced = self.price(self._cart)
        self.locked = bool(self._cart.tenders)  # a part was paid before the restart: the payment goes on

    # adding

    def add_code(
        self, code: str, quantity_milli: int = ONE, *, weighed: bool = False, marked_minor: int = 0, item: str = "",
        serial: str = "", batch: str = "",
    ) -> PricedCart:  # fmt: skip
        """Add the article of a GTIN-14, in-house code or article number; `item` is what a shop's own label calls it by itself.

        Raises NotFound("scan.unknown"), Refused("scan.no_price") or Refused("scan.weigh") (goods by weight need a weight), and as
        `refuse_stopped` does for goods that must not be sold.
        """
        catalog = self._counter.catalog
        article = catalog.by_barcode(code.zfill(14)) or catalog.article(code) or (catalog.article(item) if item else None)
        if article is None:
            events = self._counter.offers.events_of(code, self._cart, self._counter.terms())
            if events is None:
                in_store = len(code) == GTIN_DIGITS and is_in_store(code)
                raise NotFound("scan.in_store" if in_store else "scan.unknown", code=code.lstrip("0") or code)
            self._check_unused(events)
            return self._record(*events)
        if marked_minor:
            return self._add_marked(article, quantity_milli if weighed else 0, code, marked_minor, batch)
        return self.add_article(article, quantity_milli, code, weighed=weighed, serial=serial, batch=batch)

    def _add_numbered(self, article: Article, quantity_milli: int, barcode: str, serial: str, batch: str) -> PricedCart:
        """Pieces with a number of their own are a line each; `serial` is that of a single one, where its code says it."""
        first, count = self._cart.next_line, max(1, quantity_milli // ONE)
        lines = [self._line(article, ONE, barcode, first + n, batch) for n in range(count)]
        numbers = [LineNumbered(first, self._number(lines[0], serial))] if serial and count == 1 else []
        return self._record(*map(LineAdded, lines), *numbers)

    def number_line(self, line: int, serial: str) -> PricedCart:
        """Say which very piece or gift card a line is; empty takes the number away.

        Raises Refused("serial.twice") where another line of the cart is that piece, and as `card_to_load` does.
        """
        return self._record(LineNumbered(line, self._number(self._cart.find(line), serial) if serial.strip() else ""))

    def _number(self, line: CartLine, serial: str) -> str:
        if line.is_card:
            said = good_for(line.vat_class, line.category) if SINGLE in line.goods else ""
            return card_to_load(self._counter, serial, said)
        refuse_stopped(self._counter, line.article, line.name, line.batch, serial)
        return serial.strip()[:SERIAL_MAX]

    def _add_marked(
        self, article: Article, quantity_milli: int, barcode: str, marked_minor: int, batch: str
    ) -> PricedCart:
        """Goods that bear their price, which is what they cost. Without a weight, goods by measure get the one that it pays for."""
        self._check_open()
        line = replace(self._line(article, ONE, barcode, batch=batch), marked_minor=marked_minor)
        if not article.is_weighed:
            return self._record(LineAdded(replace(line, unit_price_minor=marked_minor)))
        if not line.unit_price_minor:
            raise Refused("scan.no_price", name=line.name)
        paid_for = quantity_for(price_minor=marked_minor, unit_price_minor=line.unit_price_minor)
        return self._record(LineAdded(replace(line, quantity_milli=quantity_milli or paid_for)))

    def refresh(self) -> PricedCart:
        """The same cart as it costs now: a promotion may have begun or ended meanwhile. Not while it is being paid."""
        if not self.locked:
            self.priced = self.price(self._cart)
        return self.priced

    def _check_unused(self, events: Sequence[CartEvent]) -> None:
        """A single coupon that a sale of this store took is refused when it is scanned, and once more when it is paid."""
        for event in events:
            if isinstance(event, CouponTaken):
                for key in (f"{COUPON_KEY}{event.code}", f"{COUPON_KEY}{event.code}|{self._cart.customer}"):
                    self._counter.ledger.run(lambda conn, key=key: self._counter.ledger.check_ticket_in(conn, key))  # type: ignore[misc]

    def remove_coupon(self, code: str) -> PricedCart:
        """Take a coupon out of the sale again."""
        return self._record(CouponRemoved(code))

    def add_article(
        self, article: Article, quantity_milli: int = ONE, barcode: str = "", *, weighed: bool = False, serial: str = "",
        batch: str = "",
    ) -> PricedCart:  # fmt: skip
        """Add an article; the same article twice in a row, at the same price, counts up on its line.

        `weighed` says that the quantity was measured: a weight says nothing about goods by the piece, which are one piece.
        """
        self._check_open()
        if article.is_weighed and not weighed:
            raise Refused("scan.weigh", name=article.name(self._counter.language), article=article.id)
        if weighed and not article.is_weighed:
            quantity_milli = ONE
        if asks_number(article):
            return self._add_numbered(article, quantity_milli, barcode, serial, batch)
        line = self._line(article, quantity_milli, barcode, batch=batch)
        last = self._cart.lines[-1] if self._cart.lines else None
        if last is not None and last.line == self._cart.last_line and _same_goods(last, line):
            return self._record(QuantityChanged(last.line, last.quantity_milli + quantity_milli))
        return self._record(LineAdded(line))

    def take_ticket(self, ticket: Ticket) -> TicketOutcome:
        """Rebuild and re-price a kiosk's basket; raises Refused when the ticket was taken before.

        Goods that were stopped since are left out, like those that are not known.
        """
        self._check_open()
        if ticket.id in self._cart.tickets:
            raise Refused("ticket.already_taken", receipt="")
        self._counter.ledger.run(lambda conn: self._counter.ledger.check_ticket_in(conn, ticket.id))
        events: list[CartEvent] = [TicketTaken(ticket.id)]
        unknown, stopped = list[str](), list[str]()
        number = self._cart.next_line
        for gtin, quantity_milli in ticket.lines:
            article = self._counter.catalog.by_barcode(gtin)
            store = self._counter.ledger.identity.place.store
            if article is not None and self._counter.is_stopped(article.id, store):
                stopped.append(article.name(self._counter.language))
                continue
            if article is None or self._counter.catalog.price(article.id, self._counter.now_ms()) is None:
                unknown.append(gtin)
                continue
            pieces = (ONE,) * (quantity_milli // ONE) if asks_number(article) else (quantity_milli,)
            for milli in pieces:
                events.append(LineAdded(self._line(article, milli, gtin, number)))
                number += 1
        self._record(*events)
        return TicketOutcome(len(events) - 1, tuple(unknown), tuple(stopped))

    # changing

    def set_quantity(self, line: int, quantity_milli: int) -> PricedCart:
        """Set a line's quantity in thousandths; of a line of empties, how many go back."""
        empties = self._cart.find(line).empties is not None
        return self._record(QuantityChanged(line, -quantity_milli if empties else quantity_milli))

    def remove(self, line: int) -> PricedCart:
        """Take a line out; the journal keeps it."""
        return self._record(LineRemoved(line, self._counter.signed_in().number))

    def discount_line(
        self, line: int, kind: str, value: int, reason: str, approver: Employee | None = None
    ) -> PricedCart:
        """Reduce a line by basis points or minor units, with a reason, within the role's limit; 0 takes it away.

        `approver` is a second person who agreed in place: then it is their limit that counts.
        """
        found = next((priced for priced in self.priced.lines if priced.line.line == line), None)
        if found is None:
            raise Refused("cart.no_such_line", line=line)
        if value and found.line.is_card:
            raise Refused("cart.gift_card", name=found.line.name)
        discount = self._discount(kind, value, reason, found.before_minor - found.promotion_minor, approver)
        self._check_law(found, discount)
        return self._record(LineDiscounted(line, discount))

    def discount_sale(self, kind: str, value: int, reason: str, approver: Employee | None = None) -> PricedCart:
        """Reduce the whole sale (not its deposit, gift cards, nor what comes back); 0 takes it away."""
        open_ = [one for one in self.priced.lines if not (one.line.is_given or one.line.is_card)]
        card = next((one.line for one in self.priced.lines if one.line.is_card), None)
        if value and card is not None and not open_:
            raise Refused("cart.gift_card", name=card.name)
        before = sum(one.before_minor - one.promotion_minor - one.line_discount_minor for one in open_)
        return self._record(SaleDiscounted(self._discount(kind, value, reason, before, approver)))

    def know_customer(self, number: str, groups: Sequence[str] = ()) -> PricedCart:
        """The sale is a customer's, by the pseudonymous number of their card; empty: nobody's.

        Prices follow at once, also of the lines that were there before: nobody has to show a card first. `groups` are those that
        the shop put the customer in; whoever has a card is a member besides.
        """
        number = number.strip().upper()[:NUMBER_MAX]
        if number and not number.isalnum():
            raise Refused("customer.card", number=number)
        known = tuple(dict.fromkeys((MEMBERS, *groups))) if number else ()
        return self._record(ShopperKnown(known, number), *self._quoted(known))

    def reprice_line(self, line: int, price_minor: int, reason: str, approver: Employee | None = None) -> PricedCart:
        """Set a line's unit price by hand, within the role's limit for what that takes off; 0 gives the shop's price back."""
        found = self._cart.find(line)
        before = found.override.price_before_minor if found.override else found.unit_price_minor
        if price_minor in (0, before):
            return self._record(LineRepriced(line, before, None))
        if not reason.strip():
            raise Refused("cart.reason")
        if not 0 < price_minor <= PRICE_MAX_MINOR:
            raise Refused("cart.price")
        if price_minor < before:
            self._check_allowed((before - price_minor) * BASIS > self._allowed_bp(self._deciding(approver)) * before, approver)
            self._check_amount(price_of(quantity_milli=found.quantity_milli, unit_price_minor=before - price_minor), approver)
            limit = strictest(found.goods, self._counter.rules.GOODS_LIMITS)
            if limit is not None and before - price_minor > most_off(before, limit):
                raise Refused("cart.law_most", percent=self._counter.words.percent(limit.most_bp), law=limit.law)
        override = Override(before, reason.strip(), self._counter.signed_in().number, approver.number if approver else "")
        return self._record(LineRepriced(line, price_minor, override))

    def note_line(self, line: int, note: str) -> PricedCart:
        """Write something down with a line; it stands on the receipt."""
        return self._record(LineNoted(line, note.strip()[:NOTE_MAX]))

    def order_lines(self, lines: Sequence[int], ordered: Ordered | None) -> PricedCart:
        """Say how the goods of lines come; None: they are taken along. Raises Refused for what cannot come later."""
        return self._record(*(LineOrdered(line, ordered) for line in lines))

    def assign_line(self, line: int, associate: str) -> PricedCart:
        """Credit a line to a sales associate, by staff number; empty: to the cashier."""
        return self._record(LineAssigned(line, associate))

    def looked_at(self, line: int, stop: str, listed: bool, also: Also) -> PricedCart:
        """Somebody looked at the goods of a line for a sales stop; those that it means go out of the sale."""
        self._check_open()
        by = self._counter.signed_in().number
        return self._keep(LineRemoved(line, by) if listed else LineLooked(line, stop), also=also)

    def check_age(self, years: int) -> PricedCart:
        """The employee saw that the shopper is old enough."""
        return self._record(AgeChecked(years, self._counter.signed_in().number))

    def abandon(self, reason: str) -> PricedCart:
        """Void the whole sale; the journal keeps what stood in it."""
        self._check_open()
        cart, priced = self._cart, self.priced
        if not cart.sale:
            return priced
        self._counter.ledger.run(lambda conn: self.abandon_in(conn, priced, reason))
        return self.start_fresh()

    def abandon_in(self, conn: Connection, priced: PricedCart, reason: str) -> None:
        """Void a cart, open or suspended, within the transaction that does."""
        counter, cart = self._counter, priced.cart
        body = {
            "sale": cart.sale, "reason": reason, "total": priced.total_minor,
            "lines": [
                {"article": line.article, "quantity": line.quantity_milli, "unit_price": line.unit_price_minor}
                for line in (*cart.lines, *cart.removed)
            ],
        }  # fmt: skip
        employee = counter.signed_in().number
        kind = facts.TRAINING_REHEARSED if counter.training else facts.SALE_ABANDONED
        counter.ledger.append_in(conn, kind, body, employee=employee, day=counter.business_day())
        carts.clear_in(conn, cart.sale)

    def record_tender(self, tender: Tender, also: Also | None = None) -> None:
        """Make a part payment durable at once (the cart itself stays locked); `also` is written in the same transaction."""
        self._keep(TenderTaken(tender), also=also)

    def record_reversed(self, attempt: str, also: Also) -> None:
        """A part that a card terminal had taken was given back there."""
        self._keep(TenderReversed(attempt), also=also)

    def record_given_back(self) -> None:
        """All part payments went back to the shopper."""
        self._keep(TendersGivenBack(self._counter.signed_in().number))

    @property
    def next_line(self) -> int:
        """The number that the next line gets."""
        return self._cart.next_line

    def add_returned(self, lines: Sequence[CartLine]) -> PricedCart:
        """Put lines into the cart that come back; their money is fixed."""
        assert all(line.returned is not None for line in lines), "these lines come back"
        return self._record(*(LineAdded(line) for line in lines))

    def add_given(self, line: CartLine) -> PricedCart:
        """Put a line of empties, or of a voucher that is redeemed, into the cart."""
        assert line.is_given and line.returned is None, "this line gives deposit back, or redeems"
        return self._record(LineAdded(line))

    def add_paying(self, lines: Sequence[CartLine]) -> PricedCart:
        """Put the open amount of an order into the cart, at the prices that were agreed."""
        assert all(line.pays is not None for line in lines), "these lines pay for an order"
        return self._record(*(LineAdded(line) for line in lines))

    def take_up(self, cart: Cart) -> PricedCart:
        """Go on with a cart that was suspended; it is on disk already. Raises Refused while another one is open."""
        self._check_open()
        if not self._cart.is_empty:
            raise Refused("suspended.cart_open")
        priced = self.price(cart)
        self._cart, self.priced = cart, priced
        return priced

    def start_fresh(self) -> PricedCart:
        """An empty cart on the screen; the next line starts a new sale."""
        self.locked = False
        self._cart = Cart()
        self.priced = self.price(self._cart)
        return self.priced

    # inside

    def _record(self, *events: CartEvent) -> PricedCart:
        self._check_open()
        if self._counter.employee is not None and not may(self._counter.employee, SELL):
            raise Refused("staff.no_selling", name=self._counter.employee.name)
        return self._keep(*events)

    def _keep(self, *events: CartEvent, also: Also | None = None) -> PricedCart:
        before = self._cart
        todo: list[CartEvent] = []
        if not before.sale:
            todo.append(CartStarted(self._counter.ledger.ids()))
        todo.extend(events)
        cart = before
        for event in todo:
            cart = apply(cart, event)
        priced = self.price(cart)  # before it is kept: a cart that cannot be priced is not made durable
        if not self.locked and (following := self.follow(priced)):
            todo.extend(following)
            for event in following:
                cart = apply(cart, event)
            priced = self.price(cart)
        self._check_limits(priced)

        def work(conn: Connection) -> None:
            carts.add_all_in(conn, cart.sale, todo)
            if also is not None:
                also(conn)

        self._counter.ledger.run(work)
        self._cart, self.priced = cart, priced
        return priced

    def _quoted(self, groups: tuple[str, ...]) -> Iterator[LineQuoted]:
        """What changes when the shopper is of these groups: each line as it would have been quoted to them when it was scanned.

        A price by hand or on the goods themselves stays, as does one that only moved within its list since.
        """
        for line in self._cart.lines:
            if line.is_given or line.marked_minor or line.override is not None or not line.price_at_ms:
                continue
            quote = self._counter.catalog.quote(line.article, line.price_at_ms, groups)
            if quote is not None and quote.price.list != line.price_list:
                price = quote.price
                yield LineQuoted(line.line, price.amount_minor, price.rev, price.list, quote.seen)

    def _line(self, article: Article, quantity_milli: int, barcode: str, number: int = 0, batch: str = "") -> CartLine:
        quote = self._counter.catalog.quote(article.id, self._counter.now_ms(), self._cart.customer_groups)
        name = article.name(self._counter.language)
        refuse_stopped(self._counter, article.id, name, batch)
        if quote is None:
            raise Refused("scan.no_price", name=name)
        price = quote.price
        return CartLine(
            line=number or self._cart.next_line, article=article.id, barcode=barcode, name=name,
            variant=self._counter.variant_text(article), quantity_milli=quantity_milli, unit=article.unit,
            unit_price_minor=price.amount_minor, price_rev=price.rev, vat_class=self._counter.vat_class(article),
            deposit_minor=article.deposit_minor, age_limit=article.age_limit, picture=article.picture,
            price_list=price.list, price_at_ms=quote.at_ms, price_seen=quote.seen,
            style=article.style, category=article.category, brand=article.brand, tags=article.tags, goods=article.goods,
            asks_serial=asks_number(article), bought_minor=article.bought_minor, batch=batch,
        )  # fmt: skip

    def _discount(
        self, kind: str, value: int, reason: str, before_minor: int, approver: Employee | None
    ) -> Discount | None:
        if value == 0:
            return None
        if not reason.strip():
            raise Refused("cart.reason")
        most = before_minor if kind == AMOUNT else BASIS
        if not 0 < value <= most:
            raise Refused("cart.discount")
        allowed_bp = self._allowed_bp(self._deciding(approver))
        self._check_allowed((value * BASIS > allowed_bp * before_minor) if kind == AMOUNT else value > allowed_bp, approver)
        self._check_amount(value if kind == AMOUNT else divide_half_up(before_minor * value, BASIS), approver)
        approved_by = (approver.number, allowed_bp) if approver else ("", 0)
        return Discount(kind, value, reason.strip(), self._counter.signed_in().number, *approved_by)

    def _deciding(self, approver: Employee | None) -> Employee:
        """Whose limit counts: the second person's, who is never the one who asks."""
        asker = self._counter.signed_in()
        if approver is not None and approver.number == asker.number:
            raise Refused("staff.same_person")
        return approver or asker

    def _allowed_bp(self, employee: Employee) -> int:
        limits = self._counter.settings.discount_bp
        return limits.get(employee.role, limits[CASHIER])  # a role of a newer hub may do the least

    def _check_amount(self, off_minor: int, approver: Employee | None) -> None:
        """The shop may limit what a role takes off at once in money too."""
        most = self._counter.settings.discount_minor.get(self._deciding(approver).role)
        if most is not None and off_minor > most:
            raise Refused("staff.discount_amount", most_minor=most)

    def _check_allowed(self, too_much: bool, approver: Employee | None) -> None:
        if too_much:
            allowed_bp = self._allowed_bp(self._deciding(approver))
            raise Refused("staff.discount_limit", percent=self._counter.words.percent(allowed_bp))

    def _check_law(self, found: PricedLine, discount: Discount | None) -> None:
        """Say why the law lets no more off goods of this class; the price itself keeps to it in any case."""
        limit = strictest(found.line.goods, self._counter.rules.GOODS_LIMITS)
        if discount is None or limit is None:
            return
        if limit.most_bp == 0:
            raise Refused("cart.law_none", name=found.line.name, law=limit.law)
        off = found.promotion_minor + taken_off(found.before_minor - found.promotion_minor, discount)
        if off > most_off(found.before_minor, limit):
            raise Refused("cart.law_most", percent=self._counter.words.percent(limit.most_bp), law=limit.law)

    def _check_limits(self, after: PricedCart) -> None:
        """A fixed amount off becomes a larger part when goods go: who takes them out must be allowed to give that part.

        And no more goes back for counted empties than the shop allows.
        """
        most_minor = self._counter.settings.deposit.most_minor
        if (back := _counted_empties(after)) > most_minor and back > _counted_empties(self.priced):
            raise Refused("deposit.most", limit_minor=most_minor)
        fixed = zip(_fixed_parts(self.priced, after), _fixed_parts(after, after), _fixed_limits(after), strict=True)
        for (off, base), (new_off, new_base), limit_bp in fixed:
            if new_off * base <= off * new_base:
                continue
            allowed_bp = max(limit_bp, self._allowed_bp(self._counter.signed_in()))
            if new_off * BASIS > allowed_bp * new_base:
                raise Refused("staff.discount_limit", percent=self._counter.words.percent(allowed_bp))

    def _check_open(self) -> None:
        if self.locked:
            raise Refused("cart.locked")

    def price(self, cart: Cart) -> PricedCart:
        """A cart with its money, by the rates of the business day and the store's rules."""
        rates = self._counter.rules.vat_rates(self._counter.business_day())
        return price_cart(cart, rates, self._counter.settings.vat_rule, self._counter.terms())


def _nothing_follows(priced: PricedCart) -> Sequence[CartEvent]:
    """Nothing is ordered here, so nothing is delivered."""
    return ()


def _same_goods(last: CartLine, line: CartLine) -> bool:
    same = (last.article, last.discount, last.unit_price_minor, last.price_rev, last.price_list, last.batch) == (
        line.article, None, line.unit_price_minor, line.price_rev, line.price_list, line.batch,
    )  # fmt: skip
    own = last.is_given or last.marked_minor or last.asks_serial or last.override is not None or last.ordered is not None
    plain = not (own or last.label or last.note or last.associate)
    return same and plain and last.unit == "piece"


def _counted_empties(priced: PricedCart) -> int:
    """What goes back for empties that a person counted, minor units."""
    return -sum(one.deposit_minor for one in priced.lines if one.line.empties is not None and not one.line.empties.code)


def _fixed_parts(priced: PricedCart, held: PricedCart) -> list[tuple[int, int]]:
    """(amount off, amount before) of every fixed discount that `held` has, the sale's last; (0, 1) where `priced` has none."""
    numbers = [line.line.line for line in held.lines if _is_fixed(line.line.discount)]
    lines = {line.line.line: line for line in priced.lines} if numbers else {}
    parts = []
    for number in numbers:
        line = lines.get(number)
        fixed = line is not None and _is_fixed(line.line.discount)
        parts.append((line.line_discount_minor, line.before_minor) if line is not None and fixed else (0, 1))
    if _is_fixed(held.cart.discount):
        off = sum(line.sale_discount_minor for line in priced.lines) if _is_fixed(priced.cart.discount) else 0
        goods = [line for line in priced.lines if line.line.redeems is None]
        parts.append((off, sum(line.before_minor - line.line_discount_minor for line in goods) or 1))
    return parts


def _fixed_limits(priced: PricedCart) -> list[int]:
    """What the second person who agreed to each fixed discount may give (basis points), in the order of `_fixed_parts`."""
    found = [line.line.discount for line in priced.lines] + [priced.cart.discount]
    return [discount.limit_bp for discount in found if discount is not None and _is_fixed(discount)]


def _is_fixed(discount: Discount | None) -> bool:
    return discount is not None and discount.kind == AMOUNT

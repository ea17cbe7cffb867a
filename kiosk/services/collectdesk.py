"""Handing an order over: proof, age, what is still to be paid as a part of the same sale, the slip; and what nobody fetched.

Paying at collection puts the open amount into the basket, each of its goods as a line at the price that was agreed. The order hears
of money and goods in the transaction of that sale: neither is ever without the other.
"""

import contextlib
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain import facts
from kiosk.domain.cart import CartLine, Pays
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused, ShopError
from kiosk.domain.handwriting import BROKEN, UNABLE, UNWILLING, Handwriting, Signed, read_signed
from kiosk.domain.money import share
from kiosk.domain.order import OrderLine
from kiosk.domain.orderfacts import SIGNED, paid_body
from kiosk.domain.orderlife import CANCELLED, HANDED_OVER, READY, STATES, STEPS
from kiosk.domain.ordermoney import OrderPayment, due_now
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.domain.returning import share_of
from kiosk.paper.orderslips import SlipLine, handed_slip
from kiosk.services.counter import Counter
from kiosk.services.orderdesk import PROOFS, Move, OrderDesk, OrderView
from kiosk.services.ordering import SALE_PAID
from kiosk.services.pickdesk import head_of
from kiosk.services.receipts import Receipts
from kiosk.services.selling import Selling
from kiosk.services.stopguard import refuse_any
from kiosk.store import orders, signatures
from kiosk.store.database import Connection
from kiosk.store.spool import JobKind
from kiosk.text import Words

Most = Mapping[int, int]
"""So much of each line, in thousandths."""

Hand = Handwriting | Signed
"""How somebody signs: strokes on the screen, or why on paper."""


@dataclass(frozen=True, slots=True)
class HandingTerms:
    """What so much of an order asks for before it goes: an age to be seen (years; 0: any), money (minor units), a signature."""

    years: int = 0
    due_minor: int = 0
    signs: bool = False


class CollectDesk:
    """Hands orders over. Used on the counter's thread."""

    def __init__(self, counter: Counter, desk: OrderDesk, selling: Selling, receipts: Receipts) -> None:
        self._counter, self._desk, self._selling, self._receipts = counter, desk, selling, receipts

    def age_needed(self, view: OrderView, most: Most | None = None) -> int:
        """From which age (years) what is handed over may be given out; 0: any."""
        going = {part.article for part in view.in_state(READY) if most is None or most.get(part.line)}
        found = (self._counter.catalog.article(article) for article in going)
        return max((one.age_limit for one in found if one is not None), default=0)

    def asks_signature(self, view: OrderView, most: Most | None = None) -> bool:
        """Whether the shop wants a name for what is handed over: for anything, or for what was agreed to be worth so much."""
        least = self._counter.settings.orders.sign_from_minor
        if least is None:
            return False
        lines, worth = {line.line: line for line in view.order.lines}, 0
        for move in self._desk.handing(view, most):
            line = lines[move.line]
            worth += share_of(line.amount_minor, line.quantity_milli, 0, move.quantity_milli)
        return worth >= least

    def hand_over(
        self, order: str, proof: str, most: Most | None = None, age_checked: int = 0, hand: Hand | None = None
    ) -> OrderView:
        """What is ready goes to its customer, all or so much of each line, and a slip says so; then the sale is that customer's.

        Raises Refused("stop.order") for goods that must not go out, Refused("order.proof"), Refused("order.age") until somebody saw
        how old the customer is, Refused("order.signature") where the shop wants one, Refused("order.unpaid") while something is to
        be paid (`to_basket`), and as `OrderDesk.move` does.
        """
        if proof not in PROOFS:
            raise Refused("order.proof")
        view = self._desk.view(order)
        self._refuse_over(view)
        if (years := self.age_needed(view, most)) > age_checked:
            raise Refused("order.age", years=years)
        moves = self._desk.handing(view, most)
        self._refuse_stopped(view, {move.line for move in moves})
        signed = self._signed(view, most, hand)
        also: Json = {"proof": proof, **({"age_checked": age_checked} if years else {}), **({SIGNED: signed} if signed else {})}

        def slip(conn: Connection, after: OrderView) -> None:
            self._keep_in(conn, order, hand, handed=True)
            self._slip_in(conn, after, moves, proof, signed)

        after = self._desk.move(order, moves, also, slip)
        self._receipts.wake()
        self._know(after)
        return after

    def due_minor(self, order: str, most: Most | None = None) -> int:
        """What is to be paid before so much of it is handed over, in minor units."""
        return sum(amount + deposit for _, _, amount, deposit in self._bill(self._desk.view(order), most))

    def terms(self, order: str, most: Most) -> HandingTerms:
        """What so much of an order asks for before it goes."""
        if not any(most.values()):
            return HandingTerms()
        view = self._desk.view(order)
        return HandingTerms(self.age_needed(view, most), self.due_minor(order, most), self.asks_signature(view, most))

    def to_basket(self, order: str, proof: str, most: Most | None = None, hand: Hand | None = None) -> PricedCart:
        """The open amount goes into the basket; with its sale it is paid and handed over.

        Raises Refused("order.proof"), Refused("order.in_basket") where it stands there already, Refused("order.nothing_due"),
        Refused("order.signature").
        """
        if proof not in PROOFS:
            raise Refused("order.proof")
        if any(line.pays is not None and line.pays.order == order for line in self._selling.priced.cart.lines):
            raise Refused("order.in_basket")
        view = self._desk.view(order)
        self._refuse_over(view)
        bill = self._bill(view, most)
        self._refuse_stopped(view, {line.line for line, *_ in bill})
        if not any(amount + deposit for _, _, amount, deposit in bill):
            raise Refused("order.nothing_due")
        signed = self._signed(view, most, hand)
        self._counter.ledger.run(lambda conn: self._keep_in(conn, order, hand, handed=False))
        first = self._selling.next_line
        lines = [
            self._line(one, milli, amount, deposit, Pays(order, one.line, proof, signed), first + n, view.number)
            for n, (one, milli, amount, deposit) in enumerate(bill)
        ]
        self._selling.add_paying(lines)
        self._know(view)
        return self._selling.priced

    def check_due(self, priced: PricedCart) -> None:
        """Raise Refused("order.changed") for a basket that pays what is not to be paid any more: another till was faster."""
        wanted: dict[str, dict[int, int]] = {}
        paid: dict[str, int] = {}
        for one in priced.lines:
            if (pays := one.line.pays) is not None:
                wanted.setdefault(pays.order, {})[pays.line] = one.line.quantity_milli
                paid[pays.order] = paid.get(pays.order, 0) + one.amount_minor + one.deposit_minor
        for order, most in wanted.items():
            view = self._desk.view(order)
            ready = {part.line for part in view.in_state(READY)}
            if not most.keys() <= ready or self.due_minor(order, most) != paid[order]:
                raise Refused("order.changed", number=view.number)

    def settle_in(self, conn: Connection, body: Json) -> None:
        """What a sale's lines pay of orders, and bring back of them, in the transaction of that sale."""
        paying: dict[str, list[Json]] = {}
        for line in body["lines"]:
            if line.get("pays") and "returned" not in line:
                paying.setdefault(line["pays"]["order"], []).append(line)
        for order, lines in paying.items():
            minor = sum(line["amount"] + line["deposit"] for line in lines)
            paid = [OrderPayment("", 0, SALE_PAID, minor, reference=body["receipt"])]
            self._desk.append_in(conn, facts.ORDER_PAID, paid_body(order, paid))
            self._hand_in(conn, order, lines, body)
        self._desk.give_back_in(conn, body)

    # what nobody fetched

    def expired(self) -> tuple[OrderView, ...]:
        """What lies ready longer than the shop holds it."""
        return self._desk.expired(self._counter.now_ms())

    # parts

    def _refuse_over(self, view: OrderView) -> None:
        """What is free again is not handed over for a price of then, whoever may have it by now."""
        if view.order.is_over(self._counter.now_ms()):
            raise Refused("reservation.over", number=view.number)

    def _refuse_stopped(self, view: OrderView, lines: Container[int]) -> None:
        refuse_any(self._counter, ((line.article, line.name) for line in view.order.lines if line.line in lines))

    def _hand_in(self, conn: Connection, order: str, lines: Sequence[Json], body: Json) -> None:
        """The goods of what was just paid go out. What is not ready any more stays: the money's fold says what is to give back."""
        stored = orders.order_in(conn, order)
        if stored is None or stored.known.state is None:
            return
        view = self._desk.view_of(stored)
        proof, signed = lines[0]["pays"]["proof"], lines[0]["pays"].get("signed", "")
        most = {line["pays"]["line"]: line["quantity"] for line in lines}
        also: Json = {"proof": proof, **({"age_checked": body["age_checked"]} if body.get("age_checked") else {})}
        also |= {SIGNED: signed} if signed else {}
        with contextlib.suppress(ShopError):  # refused before anything is written: the sale is paid and kept all the same
            moves = self._desk.handing(view, most)
            rest = _released(view, moves) if view.order.expires_ms else []
            self._desk.move_in(
                conn, order, [*moves, *rest], also, lambda conn, after: self._slip_in(conn, after, moves, proof, signed)
            )
            signatures.handed_in(conn, signed)

    def _signed(self, view: OrderView, most: Most | None, hand: Hand | None) -> str:
        """What the fact says of a signature; empty where none was given and none is wanted."""
        if hand is None:
            if self.asks_signature(view, most):
                raise Refused("order.signature")
            return ""
        return hand.mark if isinstance(hand, Handwriting) else hand.text

    def _keep_in(self, conn: Connection, order: str, hand: Hand | None, *, handed: bool) -> None:
        if isinstance(hand, Handwriting):
            one = signatures.Signature(hand.mark, order, self._counter.now_ms(), hand.text)
            signatures.keep_in(conn, one, handed=handed)

    def _bill(self, view: OrderView, most: Most | None) -> list[tuple[OrderLine, int, int, int]]:
        """What is to be paid by line: (line, thousandths, amount, deposit). Deposit is asked for whole, the rest goes by value."""
        stored = self._counter.ledger.look(lambda conn: orders.order_in(conn, view.id))
        if stored is None or stored.known.state is None or stored.known.money is None:
            return []
        going: dict[int, int] = {}
        for move in self._desk.handing(view, most):
            going[move.line] = going.get(move.line, 0) + move.quantity_milli
        due = due_now(stored.known.state, stored.known.money, going)
        lines = [(line, going[line.line]) for line in view.order.lines if line.line in going]
        deposits = [_deposit(line, milli) for line, milli in lines]
        if sum(deposits) > due:
            deposits = [0] * len(lines)
        weights = [share_of(line.amount_minor, line.quantity_milli, 0, milli) for line, milli in lines]
        amounts = share(due - sum(deposits), weights if sum(weights) else [1] * len(lines))
        return [(line, milli, amount, back) for (line, milli), amount, back in zip(lines, amounts, deposits, strict=True)]

    def _line(self, line: OrderLine, milli: int, amount: int, deposit: int, pays: Pays, number: int, of: str) -> CartLine:
        article = self._counter.catalog.article(line.article)
        rates = self._counter.rules.vat_rates(self._counter.business_day())
        own = self._counter.vat_class(article) if article is not None else ""
        vat_class = next((one for one in (line.vat_class, own) if one in rates), next(iter(rates)))
        each = amount * ONE // milli if milli else 0
        return CartLine(
            line=number, article=line.article, barcode="", name=line.name, variant="", quantity_milli=milli, unit=line.unit,
            unit_price_minor=each, price_rev=0, vat_class=vat_class, deposit_minor=deposit * ONE // milli,
            age_limit=article.age_limit if article else 0, picture=article.picture if article else "", marked_minor=amount,
            associate=line.employee, pays=pays, note=self._counter.words("Order {number}", number=of),
        )  # fmt: skip

    def _know(self, view: OrderView) -> None:
        """The sale is that customer's from now on, so that one thing more is sold to them at once."""
        if view.customer and not self._selling.locked and not self._selling.priced.cart.customer:
            self._selling.know_customer(view.customer)

    def _slip_in(self, conn: Connection, after: OrderView, moves: Sequence[Move], proof: str, signed: str) -> None:
        words, names = self._counter.words, {line.line: line for line in after.order.lines}
        handed = [
            SlipLine(names[one.line].name, names[one.line].article, names[one.line].unit, one.quantity_milli) for one in moves
        ]
        rest = [
            SlipLine(part.name, part.article, part.unit, part.quantity_milli)
            for part in after.parts
            if STATES[part.state].open and part.state != HANDED_OVER
        ]
        slip = handed_slip(
            head_of(self._counter, after), handed, rest, proof_name(proof, words), signed_name(signed, words), words,
            self._counter.settings.receipt_columns, by_hand=signed.startswith("paper"),
        )  # fmt: skip
        self._receipts.spool_in(conn, f"handed-{after.id}-{self._counter.now_ms()}", JobKind.RECEIPT, slip)


def _released(view: OrderView, going: Sequence[Move]) -> list[Move]:
    """What was reserved and is not bought, once something of it is: nobody waits for the rest any more."""
    found, left = list[Move](), {(one.line, one.source, one.fence): one.quantity_milli for one in going}
    for part in view.parts:
        rest = part.quantity_milli - left.get((part.line, part.state, part.fence), 0)
        if rest > 0 and part.state in STEPS[CANCELLED].sources:
            found.append(Move(part.line, CANCELLED, part.state, part.fence, rest))
    return found


def _deposit(line: OrderLine, milli: int) -> int:
    """The deposit of so much of a line, where each piece has a whole number of minor units."""
    each, rest = divmod(line.deposit_minor * ONE, line.quantity_milli)
    return 0 if rest else each * milli // ONE


def proof_name(proof: str, words: Words) -> str:
    """By what goods were shown to be theirs, in words."""
    return {
        "code": words("Code or receipt"), "card": words("Customer card"), "identity": words("Identity document"),
        "known": words("Known here"),
    }.get(proof, proof)  # fmt: skip


def signed_name(signed: str, words: Words) -> str:
    """How somebody signed for goods, in words; empty where nobody did."""
    known = read_signed(signed)
    if known is None:
        return ""
    return {
        "": words("On the screen"), UNABLE: words("On paper: cannot on the screen"),
        UNWILLING: words("On paper: does not want to on the screen"), BROKEN: words("On paper: the screen does not work"),
    }[known.paper]  # fmt: skip

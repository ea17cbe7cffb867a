"""The basket's rows as finished text; a row is made again only when its line has changed."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.domain.cart import PERCENT, Discount, Ordered
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.promotionhints import Hint
from kiosk.domain.quantity import ONE
from kiosk.domain.redeeming import Redeems
from kiosk.text import Seen, Words, way_text


@dataclass(frozen=True, slots=True)
class BasketRow:
    """One line as it is shown and spoken."""

    key: int
    name: str
    detail: str
    quantity: str
    amount: str
    discount: str
    picture: str
    newest: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class BasketSums:
    """What the whole basket comes to, as it is shown and spoken; a text is empty where there is nothing to say."""

    count: int
    pieces: str
    total: str
    discount: str
    sale_discount: str
    deposit: str
    vat: str
    summary: str


class BasketText:
    """Makes rows of priced lines in one language, remembering those that stay."""

    def __init__(self, words: Words, currency: str, seen: Callable[[], Seen] | None = None) -> None:
        self._words = words
        self._currency = currency
        self._seen = seen
        self._known: dict[int, tuple[PricedLine, bool, BasketRow]] = {}

    def rows(self, priced: PricedCart) -> list[BasketRow]:
        """All rows, oldest first; the line that was touched last is marked."""
        last = priced.cart.last_line
        made: dict[int, tuple[PricedLine, bool, BasketRow]] = {}
        for line in priced.lines:
            number, newest = line.line.line, line.line.line == last
            known = self._known.get(number)
            if known is None or known[1] != newest or known[0] != line:
                known = (line, newest, self._row(line, newest))
            made[number] = known
        self._known = made
        return [entry[2] for entry in made.values()]

    def sums(self, priced: PricedCart) -> BasketSums:
        """What stands below the rows."""
        say = self._words
        total = self._money(priced.total_minor)
        count = len(priced.lines)
        pieces = say("1 item") if priced.pieces == 1 else say("{count} items", count=priced.pieces)
        vat = " · ".join(
            say("VAT {rate}: {amount}", rate=say.percent(band.rate_bp), amount=self._money(band.amount.tax))
            for band in priced.bands
            if band.amount.tax
        )
        off = priced.discount_minor + priced.promotion_minor
        return BasketSums(
            count=count,
            pieces=pieces,
            total=total,
            discount=self._money(-off) if off else "",
            sale_discount=self._sale_discount(priced.cart.discount),
            deposit=self._money(priced.deposit_minor) if priced.deposit_minor else "",
            vat="\n".join(text for text in (vat, " · ".join(self._coupons(priced)), self._hint(priced.hint)) if text),
            summary=say("Basket, {count} lines, total {total}", count=count, total=total),
        )

    def _coupons(self, priced: PricedCart) -> list[str]:
        return [self._words("Coupon {code}", code=code) for code in priced.cart.coupons]

    def _money(self, minor: int) -> str:
        return self._words.money(minor, self._currency)

    def _sale_discount(self, discount: Discount | None) -> str:
        if discount is None:
            return ""
        say = self._words
        if discount.kind == PERCENT:
            return say("{rate} off ({reason})", rate=say.percent(discount.value), reason=discount.reason)
        return discount.reason

    def _row(self, priced: PricedLine, newest: bool) -> BasketRow:
        line, say = priced.line, self._words
        unit_price = self._money(line.unit_price_minor)
        if line.unit == "piece":
            quantity = say.quantity(line.quantity_milli, line.unit)
            per = say("{price} each", price=unit_price) if line.quantity_milli != ONE else ""
        else:
            quantity = say.quantity(line.quantity_milli, line.unit)
            per = say("{price} per {unit}", price=unit_price, unit=line.unit)
        if line.returned is not None:
            known = line.returned.receipt
            per = say("Return of {receipt}", receipt=known) if known else say("Return without a receipt")
            per = say("Return of order {number}", number=line.returned.order) if line.returned.order else per
            onto = [say("{amount} back onto {code}", amount=self._money(minor), code=code) for code, minor in line.returned.onto]
            per = " · ".join((per, *onto))
        if line.empties is not None:
            return self._empties(priced, newest)
        if line.redeems is not None:
            return self._redeemed(priced, line.redeems, newest)
        way = self._way(line.ordered) if line.ordered is not None else ""
        deposit = ""
        if priced.deposit_minor:
            amount = self._money(priced.deposit_minor)
            deposit = say("incl. deposit {amount}", amount=amount)
        off = priced.line_discount_minor + priced.sale_discount_minor
        discount = self._discount(line.discount, priced.line_discount_minor) if off else ""
        if priced.promotions or priced.hint is not None:
            discount = "\n".join(text for text in (*self._promotions(priced), discount, self._hint(priced.hint)) if text)
        amount = self._money(priced.before_minor - priced.promotion_minor - priced.line_discount_minor)
        detail = " · ".join(part for part in (line.variant, line.serial, per, deposit) if part)
        detail = "\n".join(part for part in (detail, way) if part)
        spoken = ", ".join(part for part in (line.name, line.variant, quantity, amount, discount, way) if part)
        return BasketRow(line.line, line.name, detail, quantity, amount, discount, line.picture, newest, spoken)

    def _way(self, ordered: Ordered) -> str:
        """How it comes, where it is not taken along."""
        assert self._seen is not None, "whoever shows ordered goods says from where"
        way, window = ordered.fulfilment, (ordered.from_ms, ordered.until_ms)
        return way_text(way.kind, (way.to, ordered.place), window, self._seen(), self._words, firm=ordered.firm)

    def _empties(self, priced: PricedLine, newest: bool) -> BasketRow:
        """Deposit that goes back: how many, each, and what that comes to."""
        line, say = priced.line, self._words
        quantity, amount = say.quantity(abs(line.quantity_milli), line.unit), self._money(priced.deposit_minor)
        detail = f"{say('Deposit back')} · {say('{price} each', price=self._money(line.deposit_minor))}"
        spoken = ", ".join((line.name, detail, quantity, amount))
        return BasketRow(line.line, line.name, detail, quantity, amount, "", line.picture, newest, spoken)

    def _redeemed(self, priced: PricedLine, voucher: Redeems, newest: bool) -> BasketRow:
        """A voucher that takes off goods: what it was sold for, and what stays on it."""
        line, say = priced.line, self._words
        amount, left = self._money(priced.amount_minor), self._money(voucher.holds_minor + priced.amount_minor)
        detail = f"{voucher.code} · {line.variant}\n{say('then left on it {amount}', amount=left)}"
        spoken = ", ".join((line.name, detail, amount))
        return BasketRow(line.line, line.name, detail, "", amount, "", "", newest, spoken)

    def _promotions(self, priced: PricedLine) -> list[str]:
        return [f"{part.name}  {self._money(-part.amount_minor)}" for part in priced.promotions]

    def _hint(self, hint: Hint | None) -> str:
        """What would bring the next promotion."""
        if hint is None:
            return ""
        values: dict[str, str | int] = {
            "name": hint.name,
            "count": hint.count,
            "goods": hint.goods,
            "amount": self._money(hint.amount_minor),
        }
        return self._words.sentence(hint.code, **values)

    def _discount(self, discount: Discount | None, off_minor: int) -> str:
        if discount is None:
            return ""
        say = self._words
        off = self._money(-off_minor)
        if discount.kind == PERCENT:
            rate = say.percent(discount.value)
            return say("{rate} off ({reason})", rate=rate, reason=discount.reason) + f"  {off}"
        return f"{discount.reason}  {off}"

"""The basket's rows as finished text; a row is made again only when its line has changed."""

from dataclasses import dataclass

from kiosk.domain.cart import PERCENT, Discount
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.quantity import ONE
from kiosk.text import Words


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


class BasketText:
    """Makes rows of priced lines in one language, remembering those that stay."""

    def __init__(self, words: Words, currency: str) -> None:
        self._words = words
        self._currency = currency
        self._known: dict[int, tuple[PricedLine, bool, int, int, BasketRow]] = {}

    def rows(self, priced: PricedCart) -> list[BasketRow]:
        """All rows, oldest first; the line that was touched last is marked."""
        last, count = priced.cart.last_line, len(priced.lines)
        made: dict[int, tuple[PricedLine, bool, int, int, BasketRow]] = {}
        for place, line in enumerate(priced.lines, start=1):
            number, newest = line.line.line, line.line.line == last
            known = self._known.get(number)
            if known is None or known[:4] != (line, newest, place, count):
                # The spoken place changes for every row when one more comes; only its text is new.
                made[number] = (line, newest, place, count, self._row(line, newest, place, count))
            else:
                made[number] = known
        self._known = made
        return [entry[4] for entry in made.values()]

    def _row(self, priced: PricedLine, newest: bool, place: int, count: int) -> BasketRow:
        known = self._known.get(priced.line.line)
        if known is not None and known[:2] == (priced, newest):
            return known[4]
        line, say = priced.line, self._words
        unit_price = say.money(line.unit_price_minor, self._currency)
        if line.unit == "piece":
            quantity = say.quantity(line.quantity_milli, line.unit)
            per = say("{price} each", price=unit_price) if line.quantity_milli != ONE else ""
        else:
            quantity = say.quantity(line.quantity_milli, line.unit)
            per = say("{price} per {unit}", price=unit_price, unit=line.unit)
        deposit = ""
        if priced.deposit_minor:
            amount = say.money(priced.deposit_minor, self._currency)
            deposit = say("incl. deposit {amount}", amount=amount)
        off = priced.line_discount_minor + priced.sale_discount_minor
        discount = self._discount(line.discount, priced.line_discount_minor) if off else ""
        amount = say.money(priced.before_minor - priced.line_discount_minor, self._currency)
        detail = " · ".join(part for part in (line.variant, per, deposit) if part)
        spoken = ", ".join(
            part for part in (line.name, line.variant, quantity, amount, discount) if part
        )
        return BasketRow(
            line.line, line.name, detail, quantity, amount, discount, line.picture, newest, spoken
        )

    def _discount(self, discount: Discount | None, off_minor: int) -> str:
        if discount is None:
            return ""
        say = self._words
        off = say.money(-off_minor, self._currency)
        if discount.kind == PERCENT:
            rate = say.percent(discount.value)
            return say("{rate} off ({reason})", rate=rate, reason=discount.reason) + f"  {off}"
        return f"{discount.reason}  {off}"

"""Empties at the till: bottles that are scanned or counted, and the slips of return machines, as lines that give money back."""

from datetime import date

from kiosk.domain.cart import CartLine
from kiosk.domain.empties import DepositRules, Empties, key_of
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling

COUNTED_CLASS = "standard"
"""The class of what is only counted, in a country whose deposit follows the goods."""


class EmptiesDesk:
    """Takes empties and slips into the open cart. Used on the counter's thread."""

    def __init__(self, counter: Counter, selling: Selling) -> None:
        self._counter, self._selling = counter, selling

    @property
    def rules(self) -> DepositRules:
        """What the shop set."""
        return self._counter.settings.deposit

    def take_article(self, code: str, pieces: int) -> PricedCart:
        """So many empties of an article (GTIN-14 or number) go back.

        Raises NotFound("scan.unknown"), and Refused with deposit.none for goods without deposit or deposit.most (too many).
        """
        catalog, language = self._counter.catalog, self._counter.language
        article = catalog.by_barcode(code.zfill(14)) or catalog.article(code)
        if article is None:
            raise NotFound("scan.unknown", code=code.lstrip("0") or code)
        if not article.deposit_minor:
            raise Refused("deposit.none", name=article.name(language))
        return self._take(article.deposit_minor, pieces, article.name(language), article.vat_class, article.id, article.picture)

    def take_amount(self, amount_minor: int, pieces: int) -> PricedCart:
        """So many empties of one deposit (minor units each), counted by hand; Refused for an amount the shop does not know."""
        if amount_minor not in self.rules.amounts_minor:
            raise Refused("deposit.amount")
        return self._take(amount_minor, pieces, self._counter.words("Empties"), COUNTED_CLASS)

    def is_slip(self, text: str) -> bool:
        """Whether a scan is the slip of a return machine."""
        return self.rules.is_slip(text.strip())

    def take_slip(self, text: str) -> PricedCart:
        """Take a slip, once only: here, and as far as the hub told also at the other tills of the store.

        Raises Refused with deposit.voucher_misread, _elsewhere, _expired, _empty, _twice (in this sale) or _used.
        """
        code, ledger = text.strip(), self._counter.ledger
        slip = self.rules.read_slip(code, date.fromisoformat(self._counter.business_day()))
        if any(line.empties is not None and line.empties.code == code for line in self._selling.priced.cart.lines):
            raise Refused("deposit.voucher_twice")
        ledger.run(lambda conn: ledger.check_ticket_in(conn, key_of(code)))
        name = self._counter.words("Deposit slip {number}", number=slip.number)
        return self._take(slip.amount_minor, 1, name, COUNTED_CLASS, code=code)

    def _take(
        self, each_minor: int, pieces: int, name: str, vat_class: str, article: str = "", picture: str = "", code: str = ""
    ) -> PricedCart:
        lines = self._selling.priced.cart.lines
        last = lines[-1] if lines else None
        same = last is not None and last.empties == Empties() and (last.article, last.deposit_minor) == (article, each_minor)
        if last is not None and same and not code:
            return self._selling.set_quantity(last.line, abs(last.quantity_milli) + pieces * ONE)
        return self._selling.add_given(
            CartLine(
                line=self._selling.next_line, article=article, barcode=code, name=name, variant="",
                quantity_milli=-pieces * ONE, unit="piece", unit_price_minor=0, price_rev=0, vat_class=vat_class,
                deposit_minor=each_minor, age_limit=0, picture=picture, empties=Empties(code),
            )
        )  # fmt: skip

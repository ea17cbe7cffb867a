"""What a cart is priced under at this terminal now: the promotions that run, and the law's limits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kiosk.domain.budget import gone, has_budget
from kiosk.domain.cart import Cart, CartEvent, CouponTaken, LineAdded, LineLabelled, QuantityChanged
from kiosk.domain.errors import Refused
from kiosk.domain.identity import Place
from kiosk.domain.pricelist import STORE
from kiosk.domain.pricing import Terms
from kiosk.domain.promotion import CUSTOMER, LawLimit, Promotion
from kiosk.domain.promotionbook import NOWHERE_LIVE, Book, Live, Where, coupons_of, go_live, is_at
from kiosk.domain.quantity import ONE
from kiosk.domain.tax import OUTSIDE
from kiosk.text import zone_offset

Budgets = Callable[[Sequence[Promotion]], Mapping[str, int]]
"""What may still be taken off by each of some promotions with a budget (minor units), by their ids."""


def _nothing_known(promotions: Sequence[Promotion]) -> Mapping[str, int]:
    """Whoever has no ledger counts no budget."""
    return {}


class Offers:
    """Keeps the promotions that run until the next switch, or until the catalogue has others."""

    def __init__(
        self, place: Place, limits: Mapping[str, LawLimit], deposit_vat: str = OUTSIDE, budgets: Budgets = _nothing_known
    ) -> None:
        self._place, self._deposit_vat, self._budgets = place, deposit_vat, budgets
        self.where = Where(place.brand, place.country, place.store, STORE)
        """Where promotions have to be meant for."""
        self._limits = limits
        self._book = Book()
        self._live: Live = NOWHERE_LIVE
        self._budgeted: tuple[Promotion, ...] = ()

    def terms(self, book: Book, now_ms: int, language: str) -> Terms:
        """The terms of this instant."""
        if book is not self._book or not self._live.holds(now_ms):
            offset_min, until_ms = zone_offset(now_ms, self._place.zone)
            self._live = go_live(book, self.where, now_ms, offset_min, until_ms)
            self._book = book
            self._budgeted = tuple(one for one in self._live.promotions if has_budget(one))
        left = self._budgets(self._budgeted) if self._budgeted else {}
        return Terms(self._live, now_ms, self._limits, left, language=language, deposit_vat=self._deposit_vat)

    def events_of(self, code: str, cart: Cart, terms: Terms) -> list[CartEvent] | None:
        """What a scanned or typed code does when it is a coupon's or a reduced-to-clear label's; None when it is neither.

        Raises Refused, with the reason, for one that is known but does nothing here and now.
        """
        for spelled in dict.fromkeys((code.strip().upper(), code.strip().upper().lstrip("0"))):
            if any(one.label == spelled for one in self._book.promotions):
                return self._labelled(spelled, cart, terms)
            known = coupons_of(self._book.promotions, spelled)
            if known:
                self._check_coupon(spelled, known, cart, terms)
                return [CouponTaken(spelled)]
        return None

    def _labelled(self, label: str, cart: Cart, terms: Terms) -> list[CartEvent]:
        """The label belongs to the piece that was scanned just before."""
        if not any(one.label == label for one in terms.live.promotions):
            raise Refused("label.not_now", label=label)
        last = cart.lines[-1] if cart.lines and cart.lines[-1].line == cart.last_line else None
        if last is None or last.label:
            raise Refused("label.scan_first", label=label)
        if not any(terms.live.promotions[n].label == label for n, _ in terms.live.matching(replace(last, label=label))):
            raise Refused("label.other_goods", label=label, name=last.name)
        if last.unit == "piece" and last.quantity_milli > ONE:  # one of several: it gets a line of its own
            single = replace(last, line=cart.next_line, quantity_milli=ONE, label=label, discount=None)
            return [QuantityChanged(last.line, last.quantity_milli - ONE), LineAdded(single)]
        return [LineLabelled(last.line, label)]

    def _check_coupon(self, code: str, known: tuple[Promotion, ...], cart: Cart, terms: Terms) -> None:
        if code in cart.coupons:
            raise Refused("coupon.twice", code=code)
        name = known[0].name(terms.language)
        running = coupons_of(terms.live.promotions, code)
        if running:
            if not cart.customer and all(one.coupon is not None and one.coupon.use == CUSTOMER for one in running):
                raise Refused("coupon.customer", name=name)
            if gone(terms.budget_left).issuperset(one.id for one in running):
                raise Refused("coupon.used_up", name=name)
            return
        here = [one for one in known if is_at(one, self.where)]
        if not here:
            raise Refused("coupon.elsewhere", name=name)
        over = all(0 < one.until_ms <= terms.now_ms for one in here)
        raise Refused("coupon.expired" if over else "coupon.not_now", name=name)

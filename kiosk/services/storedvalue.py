"""Gift cards, vouchers and store credit at one till: the number of a card that is sold, what is left, what the hub answered."""

from dataclasses import dataclass

from kiosk.domain.cardnumbers import found
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.tender import GIFT_CARD, STORE_CREDIT
from kiosk.domain.voucher import SINGLE_PURPOSE, Voucher, clean_code, is_credit_number
from kiosk.services.counter import Counter
from kiosk.store import accounts

CODE_MAX = 40
"""The longest number of a voucher."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is known of one: `left_minor` is what it holds, `ended` whether its time is over (`until_ms`, 0: no end).

    `good_for` is what a single-purpose voucher is good for.
    """

    kind: str
    code: str
    left_minor: int
    currency: str
    brand: str
    until_ms: int
    ended: bool
    good_for: str = ""


def kind_of(text: str) -> str:
    """What a number is asked of, by its form: store credit is this system's own, all else is a gift card or a voucher."""
    return STORE_CREDIT if is_credit_number(text) else GIFT_CARD


def known(counter: Counter, kind: str, code: str) -> Voucher | None:
    """What is known here of a voucher that the shop owes, or None."""
    return counter.ledger.look(lambda conn: accounts.known_in(conn, kind, code, counter.ledger.identity.dev))


def learn(counter: Counter, told: Voucher) -> None:
    """Keep what the hub answered, for now and for when it cannot be asked."""
    counter.ledger.run(lambda conn: accounts.answered_in(conn, told, counter.now_ms()))


def balance(counter: Counter, text: str) -> Balance:
    """What is left on a card or store credit, as it is known here.

    Raises Refused("voucher.number"), ("voucher.card_number") for a bank card's, and NotFound("voucher.unknown").
    """
    code = checked_code(text)
    told = known(counter, kind_of(code), code) or known(counter, SINGLE_PURPOSE, code)
    if told is None or not told.amount_minor:
        raise NotFound("voucher.unknown", code=code)
    ended = 0 < told.until_ms <= counter.now_ms()
    return Balance(told.kind, code, max(0, told.left_minor), told.currency, told.brand, told.until_ms, ended, told.good_for)


def checked_code(text: str) -> str:
    """A number as it is kept. Raises Refused("voucher.number") for none, ("voucher.card_number") for a bank card's."""
    if found(text) or found(clean_code(text)):
        raise Refused("voucher.card_number")
    code = clean_code(text)[:CODE_MAX]
    if not code:
        raise Refused("voucher.number")
    return code


def offline_room(counter: Counter, kind: str, code: str) -> int | None:
    """What may still be taken off it (minor units) before the hub hears of it; None without a limit.

    What only this till knows of, it issued itself: nobody else can have taken anything off it.
    """
    limit, dev = counter.settings.voucher_offline_minor, counter.ledger.identity.dev
    told, own = counter.ledger.look(lambda conn: (accounts.told_in(conn, kind, code), accounts.own_in(conn, kind, code, dev)))
    if not limit or told is None:
        return None
    unheard = own.by[dev].spent_minor - told.spent.get(dev, 0) if own is not None else 0
    return limit - max(0, unheard)


def card_to_load(counter: Counter, text: str, good_for: str = "") -> str:
    """The number of a gift card, or of a voucher that is `good_for` some goods only, that is sold or loaded again.

    Raises Refused for what is no card's number (empty, a bank card's, the code of an article, store credit), for a card that is
    known to be another brand's, in another currency, or over, and for one that is known as another kind of voucher.
    """
    code = checked_code(text)
    if is_credit_number(code) or counter.catalog.by_barcode(code.zfill(14)) or counter.catalog.article(code):
        raise Refused("voucher.no_card", code=code)
    place = counter.ledger.identity.place
    told = known(counter, GIFT_CARD, code) or known(counter, SINGLE_PURPOSE, code)
    if told is None:
        return code
    if told.amount_minor and told.good_for != good_for:
        raise Refused("voucher.other_kind", code=code)
    if told.brand not in ("", place.brand):
        raise Refused("voucher.other_brand", code=code)
    if told.currency not in ("", place.currency):
        raise Refused("voucher.other_currency", code=code)
    if 0 < told.until_ms <= counter.now_ms():
        raise Refused("voucher.card_ended", code=code)
    return code


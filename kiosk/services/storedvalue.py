"""Gift cards and store credit at one till: the number of a card that is sold, what is left on one, and what the hub answered."""

from dataclasses import dataclass

from kiosk.domain.cardnumbers import found
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.tender import GIFT_CARD, STORE_CREDIT
from kiosk.domain.voucher import Voucher, clean_code, is_credit_number
from kiosk.services.counter import Counter
from kiosk.store import accounts

CODE_MAX = 40
"""The longest number of a voucher."""


@dataclass(frozen=True, slots=True)
class Balance:
    """What is known of one: `left_minor` is what it holds, `ended` whether its time is over (`until_ms`, 0: no end)."""

    kind: str
    code: str
    left_minor: int
    currency: str
    brand: str
    until_ms: int
    ended: bool


def kind_of(text: str) -> str:
    """What a number is of, by its form: store credit is this system's own, all else is a gift card."""
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
    told = known(counter, kind_of(code), code)
    if told is None or not told.amount_minor:
        raise NotFound("voucher.unknown", code=code)
    ended = 0 < told.until_ms <= counter.now_ms()
    return Balance(told.kind, code, max(0, told.left_minor), told.currency, told.brand, told.until_ms, ended)


def checked_code(text: str) -> str:
    """A number as it is kept. Raises Refused("voucher.number") for none, ("voucher.card_number") for a bank card's."""
    if found(text) or found(clean_code(text)):
        raise Refused("voucher.card_number")
    code = clean_code(text)[:CODE_MAX]
    if not code:
        raise Refused("voucher.number")
    return code


def card_to_load(counter: Counter, text: str) -> str:
    """The number of a gift card that is sold or loaded again.

    Raises Refused for what is no card's number (empty, a bank card's, the code of an article, store credit), and for a card that
    is known to be another brand's, in another currency, or over.
    """
    code = checked_code(text)
    if is_credit_number(code) or counter.catalog.by_barcode(code.zfill(14)) or counter.catalog.article(code):
        raise Refused("voucher.no_card", code=code)
    told, place = known(counter, GIFT_CARD, code), counter.ledger.identity.place
    if told is None:
        return code
    if told.brand not in ("", place.brand):
        raise Refused("voucher.other_brand", code=code)
    if told.currency not in ("", place.currency):
        raise Refused("voucher.other_currency", code=code)
    if 0 < told.until_ms <= counter.now_ms():
        raise Refused("voucher.card_ended", code=code)
    return code


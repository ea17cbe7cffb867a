"""Single-purpose vouchers at the till: redeemed by a line among the goods, as far as those are what the voucher was sold for."""

from kiosk.domain.cart import CartLine
from kiosk.domain.errors import Refused
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.domain.redeeming import Redeems, category_of, covers
from kiosk.domain.voucher import SINGLE_PURPOSE, Voucher, Where, check_voucher
from kiosk.services.counter import Counter
from kiosk.services.selling import Selling
from kiosk.services.storedvalue import checked_code, known, offline_room


def voucher_of(counter: Counter, text: str) -> Voucher | None:
    """The single-purpose voucher of a scanned or typed number, as it is known here; None for anything else."""
    try:
        return known(counter, SINGLE_PURPOSE, checked_code(text))
    except Refused:
        return None


def may_cover(counter: Counter, priced: PricedCart, text: str) -> bool:
    """Whether a number is a single-purpose voucher's, and something in the cart is what it was sold for."""
    found = voucher_of(counter, text)
    return found is not None and any(covers(found.good_for, one.line) for one in priced.lines)


def redeem(counter: Counter, selling: Selling, text: str, *, away: bool = False) -> PricedCart:
    """Put a voucher among the goods of the open cart; how much it takes off follows the cart from then on.

    `away`: the hub cannot be asked now. Raises Refused with voucher.number, voucher.card_number, voucher.unknown, voucher.empty and
    the like, voucher.twice when it is in the cart already, voucher.no_goods when nothing there is what it was sold for, and
    voucher.offline_max.
    """
    code = checked_code(text)
    found = _check(counter, code)
    if any(line.redeems is not None and line.redeems.code == code for line in selling.priced.cart.lines):
        raise Refused("voucher.twice", code=code)
    if not may_cover(counter, selling.priced, code):
        raise Refused("voucher.no_goods", code=code, goods=goods_name(counter, found.good_for))
    holds = found.left_minor
    room = offline_room(counter, SINGLE_PURPOSE, code) if away else None
    if room is not None:
        if room <= 0:
            raise Refused("voucher.offline_max", code=code, limit_minor=counter.settings.voucher_offline_minor)
        holds = min(holds, room)
    vat_class = found.good_for.partition("|")[0]
    return selling.add_given(
        CartLine(
            line=selling.next_line, article="", barcode=code, name=counter.words("Voucher redeemed"),
            variant=goods_name(counter, found.good_for), quantity_milli=-ONE, unit="piece", unit_price_minor=0,
            price_rev=0, vat_class=vat_class, deposit_minor=0, age_limit=0, redeems=Redeems(code, holds, found.good_for),
        )
    )  # fmt: skip


def check_redeemed(counter: Counter, priced: PricedCart) -> None:
    """Raise Refused before a payment begins: for a voucher that covers nothing any more, or was spent elsewhere meanwhile."""
    for one in priced.lines:
        if one.line.redeems is None:
            continue
        code = one.line.redeems.code
        if not one.amount_minor:
            raise Refused("voucher.no_goods", code=code, goods=goods_name(counter, one.line.redeems.good_for))
        if _check(counter, code).left_minor < -one.amount_minor:
            raise Refused("voucher.less_left", code=code)


def goods_name(counter: Counter, said: str) -> str:
    """What a voucher is good for, in the language in use."""
    path = category_of(said)
    names = next((one.names for one in counter.catalog.categories() if one.path == path), {})
    return names.get(counter.language) or path or counter.words("certain goods")


def _check(counter: Counter, code: str) -> Voucher:
    """The voucher, when it may be redeemed here and now."""
    found, place, dev = known(counter, SINGLE_PURPOSE, code), counter.ledger.identity.place, counter.ledger.identity.dev
    here = found.spent.get(dev, 0) if found is not None else 0
    where = Where(place.brand, place.currency, counter.now_ms(), dev, keeps_rest=True)
    check_voucher(SINGLE_PURPOSE, code, found, here, where)
    assert found is not None, "what is not known is refused"
    return found

"""What is wrong with a promotion before it is published: every fault with its field, its value and how it is mended.

For whoever imports promotions: make a `Known` of the shop's goods once (`known_of`), then check all promotions together.
"""

import difflib
from collections.abc import Callable, Iterator, Mapping, Sequence

from kiosk.domain import promotion as kinds
from kiosk.domain.budget import has_budget
from kiosk.domain.pricelist import CHANNELS
from kiosk.domain.promotion import (
    ALL,
    BASIS,
    COUPON_USES,
    DAY_MIN,
    KINDS,
    TOKENS,
    WEEK,
    Promotion,
)
from kiosk.domain.promotionknown import Fault, Known
from kiosk.domain.promotionlaw import law_faults, worth_faults

ID_MAX = 40
STACKING_MAX = 9
CODE_MAX = 40


def check_promotions(promotions: Sequence[Promotion], known: Known) -> tuple[Fault, ...]:
    """All faults of all promotions, also those that only show between two of them."""
    found = [fault for promotion in promotions for fault in check_promotion(promotion, known)]
    found += _between(promotions)
    return tuple(found)


def check_promotion(promotion: Promotion, known: Known) -> tuple[Fault, ...]:
    """All faults of one promotion."""
    if promotion.kind not in KINDS:
        mend = f"choose one of {', '.join(KINDS)}{_meant(promotion.kind, KINDS)}"
        return (Fault(promotion.id, "kind", promotion.kind, mend),)
    found = [
        Fault(promotion.id, name, value, mend)
        for check in (_self, _fields, _goods_fields, _tiers, _times, _places, _coupon, _limits)
        for name, value, mend in check(promotion, known)
    ]
    found += [Fault(promotion.id, "goods", value, mend) for value, mend in _tokens(promotion, known)]
    if not found:
        found += [Fault(promotion.id, name, value, mend) for name, value, mend in worth_faults(promotion, known)]
        found += [Fault(promotion.id, "goods", value, mend, law) for value, mend, law in law_faults(promotion, known)]
    return tuple(found)


_Found = Iterator[tuple[str, str, str]]
"""(field, value, how to mend it)."""


def _self(promotion: Promotion, known: Known) -> _Found:
    if not promotion.id or len(promotion.id) > ID_MAX or "|" in promotion.id or not promotion.id.isprintable():
        yield "id", promotion.id, f"give it a name of its own of 1 to {ID_MAX} characters, without |"
    if not any(promotion.names.values()):
        yield "names", "", "say what it is called on the receipt, in at least one language"


# what each kind needs, and what it may have beside that

_REWARDS = ("percent_bp", "amount_minor", "price_minor")
_NEEDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # kind: (fields that must be given, rewards of which exactly one must be)
    kinds.N_FOR_M: (("pay",), ()),
    kinds.N_FOR_PRICE: (("price_minor",), ()),
    kinds.MIX_AND_MATCH: ((), _REWARDS),
    kinds.BUNDLE: ((), _REWARDS),
    kinds.CHEAPEST: ((), _REWARDS),
    kinds.DEAREST: ((), _REWARDS),
    kinds.TIERS: (("tiers",), ()),
    kinds.GIFT: ((), ()),
    kinds.PERCENT: (("percent_bp",), ()),
    kinds.AMOUNT: (("amount_minor",), ()),
    kinds.FIXED_PRICE: (("price_minor",), ()),
    kinds.HAPPY_HOUR: (("hours",), _REWARDS),
    kinds.MEMBER_PRICE: ((), _REWARDS),
    kinds.EMPLOYEE: ((), _REWARDS),
    kinds.MARKDOWN: (("label",), _REWARDS),
    kinds.THRESHOLD: ((), ()),
    kinds.POINTS: (("points_bp",), ()),
}
_UNSET: Mapping[str, object] = {
    "pay": 0, "percent_bp": None, "amount_minor": None, "price_minor": None, "threshold_minor": 0, "tiers": (), "points_bp": BASIS,
    "label": "", "hours": None,
}  # fmt: skip


def _fields(promotion: Promotion, known: Known) -> _Found:
    must, one_of = _NEEDS[promotion.kind]
    given = {name: getattr(promotion, name) for name, unset in _UNSET.items() if getattr(promotion, name) != unset}
    for name in must:
        if name not in given:
            yield name, "", f"{promotion.kind} needs {name}"
    if one_of and sum(name in given for name in one_of) != 1:
        yield one_of[0], "", f"{promotion.kind} needs exactly one of {', '.join(one_of)}"
    if promotion.kind == kinds.THRESHOLD:
        yield from _threshold(promotion, given)
        return
    welcome = {*must, *one_of, "hours", "label"}
    for name in given:
        if name not in welcome:
            yield name, str(given[name]), f"{promotion.kind} has no {name}: leave it out or choose another kind"
    if (percent := promotion.percent_bp) is not None and not 0 < percent <= BASIS:
        yield "percent_bp", str(percent), "a percentage is more than 0 and at most 100 (10000 basis points)"
    if (amount := promotion.amount_minor) is not None and amount <= 0:
        yield "amount_minor", str(amount), "an amount off is more than 0"
    if (price := promotion.price_minor) is not None and price < 0:
        yield "price_minor", str(price), "a price is not below 0"
    if promotion.kind == kinds.POINTS and not 0 <= promotion.points_bp <= 100 * BASIS:
        yield "points_bp", str(promotion.points_bp), "points are multiplied by 0 to 100"


def _threshold(promotion: Promotion, given: Mapping[str, object]) -> _Found:
    rewards = [name for name in ("percent_bp", "amount_minor", "tiers") if name in given]
    is_gift = len(promotion.goods) == 2
    if len(rewards) + is_gift != 1:
        yield "percent_bp", "", "a threshold gives exactly one: percent_bp, amount_minor, tiers, or a gift as its second goods"
    if "tiers" not in given and promotion.threshold_minor <= 0:
        yield "threshold_minor", str(promotion.threshold_minor), "say from which sum on it counts, more than 0"
    if (percent := promotion.percent_bp) is not None and not 0 < percent <= BASIS:
        yield "percent_bp", str(percent), "a percentage is more than 0 and at most 100 (10000 basis points)"
    amount = promotion.amount_minor
    if amount is not None and not 0 < amount <= max(1, promotion.threshold_minor):
        yield "amount_minor", str(amount), "an amount off is more than 0 and no more than the sum from which on it counts"
    if promotion.price_minor is not None:
        yield "price_minor", str(promotion.price_minor), "a threshold has no price: give percent_bp or amount_minor"


def _goods_fields(promotion: Promotion, known: Known) -> _Found:
    groups = len(promotion.goods)
    least, most = {
        kinds.BUNDLE: (2, 9), kinds.GIFT: (2, 9), kinds.MIX_AND_MATCH: (1, 9), kinds.THRESHOLD: (1, 2),
    }.get(promotion.kind, (1, 1))  # fmt: skip
    if not least <= groups <= most:
        many = str(least) if least == most else f"{least} to {most}"
        yield "goods", str(groups), f"{promotion.kind} has {many} groups of goods"
        return
    for goods in promotion.goods:
        if not goods.of:
            yield "goods", "", "say which goods, or all"
        if goods.need < 1:
            yield "need", str(goods.need), "at least one piece is needed of each goods"
    need = promotion.goods[0].need
    if promotion.kind in (kinds.N_FOR_M, kinds.N_FOR_PRICE, kinds.CHEAPEST, kinds.DEAREST) and need < 2:
        yield "need", str(need), f"{promotion.kind} is about two pieces or more: set need"
    if promotion.kind == kinds.N_FOR_M and not 0 < promotion.pay < max(2, need):
        yield "pay", str(promotion.pay), f"of {need} pieces 1 to {max(1, need - 1)} are paid"
    if promotion.kind in (kinds.CHEAPEST, kinds.DEAREST) and not 0 < promotion.reduced < max(2, need):
        yield "reduced", str(promotion.reduced), f"of {need} pieces 1 to {max(1, need - 1)} are reduced"


def _tiers(promotion: Promotion, known: Known) -> _Found:
    starts = [tier.start for tier in promotion.tiers]
    if starts != sorted(set(starts)) or (starts and starts[0] < 1):
        yield "tiers", str(starts), "tiers start at 1 or more and rise"
    for tier in promotion.tiers:
        rewards = [value for value in (tier.percent_bp, tier.amount_minor, tier.price_minor) if value is not None]
        good = len(rewards) == 1 and rewards[0] >= 0 and (tier.percent_bp is None or tier.percent_bp <= BASIS)
        if not good or (promotion.kind == kinds.THRESHOLD and tier.price_minor is not None):
            yield (
                "tiers",
                f"from {tier.start}",
                "a tier has exactly one of percent_bp (at most 10000), amount_minor, price_minor",
            )


def _times(promotion: Promotion, known: Known) -> _Found:
    if promotion.from_ms < 0 or 0 < promotion.until_ms <= promotion.from_ms:
        yield "until_ms", str(promotion.until_ms), "it ends before it begins: correct one of the two"
    hours = promotion.hours
    if hours is None:
        return
    if not hours.days or not set(hours.days) <= set(WEEK):
        yield "hours", str(list(hours.days)), "days are 1 (Monday) to 7 (Sunday), at least one"
    if not (0 <= hours.start_min < DAY_MIN and 0 <= hours.end_min <= DAY_MIN) or hours.start_min == hours.end_min:
        yield "hours", f"{hours.start_min}-{hours.end_min}", "hours are minutes after midnight, 0 to 1440, and not the same twice"


def _places(promotion: Promotion, known: Known) -> _Found:
    groups = known.groups | {kinds.MEMBERS, kinds.STAFF} if known.groups else frozenset()
    checks: tuple[tuple[str, Sequence[str], frozenset[str]], ...] = (
        ("stores", promotion.stores, known.stores),
        ("brands", promotion.brands, known.brands),
        ("countries", promotion.countries, frozenset(known.limits)),
        ("channels", promotion.channels, frozenset(CHANNELS)),
        ("customer_groups", promotion.customer_groups, groups),
    )
    for name, wanted, there in checks:
        for one in wanted:
            if there and one not in there:
                yield name, one, f"there is no such one here; there are {', '.join(sorted(there))}{_meant(one, sorted(there))}"


def _coupon(promotion: Promotion, known: Known) -> _Found:
    coupon = promotion.coupon
    if coupon is None:
        return
    if coupon.use not in COUPON_USES:
        yield "coupon", coupon.use, f"choose one of {', '.join(COUPON_USES)}"
    if not coupon.codes and not coupon.prefix:
        yield "coupon", "", "give its codes, or the prefix and number of digits that they have"
    for code in (*coupon.codes, *((coupon.prefix,) if coupon.prefix else ())):
        if (
            not 0 < len(code) <= CODE_MAX
            or code != code.strip().upper()
            or not code.isascii()
            or not code.isprintable()
            or code[:1] == "0"
        ):
            yield "coupon", code, f"a code has 1 to {CODE_MAX} capital letters, digits or signs and does not begin with 0"
    if coupon.prefix and not 1 <= coupon.digits <= 20:
        yield "coupon", coupon.prefix, "say how many digits follow the prefix, 1 to 20"


def _is_code(code: str) -> bool:
    """What scanners and keyboards give back as it is; leading noughts of a number are not told apart from none."""
    plain = code.isascii() and code.isprintable() and code == code.strip().upper()
    return plain and 0 < len(code) <= CODE_MAX and not code.startswith("0")


def _limits(promotion: Promotion, known: Known) -> _Found:
    for name in ("applications_max", "sale_max_minor", "budget_minor", "budget_uses", "budget_unheard_minor"):
        if getattr(promotion, name) < 0:
            yield name, str(getattr(promotion, name)), "a limit is 0 (none) or more"
    if promotion.budget_unheard_minor and not has_budget(promotion):
        mend = "it is a part of a budget: give budget_minor or budget_uses, too"
        yield "budget_unheard_minor", str(promotion.budget_unheard_minor), mend
    if promotion.kind == kinds.POINTS and has_budget(promotion):
        yield "budget_minor", str(promotion.budget_minor), "points take nothing off: leave the budget empty"
    if not 0 <= promotion.stacking <= STACKING_MAX:
        yield "stacking", str(promotion.stacking), f"stacking groups are 0 to {STACKING_MAX}"
    if promotion.id in promotion.not_with:
        yield "not_with", promotion.id, "it excludes itself: take it out of not_with"
    label = promotion.label
    if label and not _is_code(label):
        yield "label", label, f"a label's code has at most {CODE_MAX} capital letters, digits or signs and does not begin with 0"


def _tokens(promotion: Promotion, known: Known) -> Iterator[tuple[str, str]]:
    """Goods that nothing in the shop is called by: most often a typing error."""
    for goods in promotion.goods:
        for token in (*goods.of, *goods.but):
            kind, _, name = token.partition(":")
            if token == ALL or token in known.named:
                continue
            if kind not in TOKENS or not name:
                known_kinds = ", ".join(f"{one}:..." for one in TOKENS)
                yield token, f"write goods as {known_kinds} or {ALL}{_meant(kind, TOKENS)}"
                continue
            there = [one.partition(":")[2] for one in known.named if one.startswith(f"{kind}:")]
            yield token, f"the shop has no {kind} {name!r}{_meant(name, there)}: correct it, or import the goods first"
        if not any(token == ALL or token in known.named for token in goods.of):
            continue
        if not known.articles(goods):
            yield ", ".join(goods.of), "nothing is left of these goods: what is left out takes all of them"


def _meant(word: str, there: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, there, 1, 0.6)
    return f" (did you mean {near[0]}?)" if near else ""


# between two promotions


def _between(promotions: Sequence[Promotion]) -> list[Fault]:
    found: list[Fault] = []
    seen: dict[str, Promotion] = {}
    for promotion in promotions:
        if promotion.id in seen:
            found.append(Fault(promotion.id, "id", promotion.id, "two promotions have this id: give each its own"))
        seen[promotion.id] = promotion
    for promotion in promotions:
        for other in promotion.not_with:
            if other not in seen:
                mend = f"there is no promotion {other!r}{_meant(other, sorted(seen))}: correct it or take it out"
                found.append(Fault(promotion.id, "not_with", other, mend))
    found += _same_code(promotions, "label", lambda one: (one.label,) if one.label else ())
    found += _same_code(promotions, "coupon", lambda one: one.coupon.codes if one.coupon else (), apart=_different_use)
    found += _clashing(promotions)
    return found


def _different_use(one: Promotion, other: Promotion) -> bool:
    """One code may open several promotions, as long as it is used up in the same way."""
    return one.coupon is not None and other.coupon is not None and one.coupon.use != other.coupon.use


def _same_code(
    promotions: Sequence[Promotion], name: str, codes: Callable[[Promotion], Sequence[str]],
    apart: Callable[[Promotion, Promotion], bool] = lambda one, other: one.kind != other.kind,
) -> Iterator[Fault]:  # fmt: skip
    holders: dict[str, Promotion] = {}
    for promotion in promotions:
        for code in codes(promotion):
            other = holders.setdefault(code, promotion)
            if other is not promotion and apart(promotion, other):
                yield Fault(promotion.id, name, code, f"{other.id} has this code with another meaning: give it a code of its own")


def _clashing(promotions: Sequence[Promotion]) -> Iterator[Fault]:
    """Exclusive promotions of one kind on the same goods, at the same place and time: one of them would never be given."""
    alone = [one for one in promotions if one.exclusive and one.kind in KINDS and one.coupon is None and not one.label]
    for place, one in enumerate(alone):
        for other in alone[place + 1 :]:
            same = one.kind == other.kind and one.goods == other.goods and one.groups_asked == other.groups_asked
            if same and one.id != other.id and _overlap(one, other):
                mend = f"{one.id} excludes it on the same goods at the same time: give one of them other goods, times or customers"
                yield Fault(other.id, "exclusive", one.id, mend)


def _overlap(one: Promotion, other: Promotion) -> bool:
    times = (one.from_ms < (other.until_ms or 1 << 60)) and (other.from_ms < (one.until_ms or 1 << 60))
    places = all(
        not set(a) or not set(b) or set(a) & set(b)
        for a, b in zip(
            (one.brands, one.countries, one.stores, one.channels), (other.brands, other.countries, other.stores, other.channels),
            strict=True,
        )
    )  # fmt: skip
    return times and bool(places) and (one.hours is None or other.hours is None or one.hours == other.hours)

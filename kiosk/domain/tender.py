"""Tenders as a table of rules: what may be paid with each means, what change and refunds it gives, how it rounds, its limits.

The rows come from the hub and this module says what is wrong with one; a country's own table holds where there are none.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from kiosk.domain.catalog import GOODS_CLASSES
from kiosk.domain.money import parse_minor

CASH, CARD, GIFT_CARD, STORE_CREDIT = "cash", "card", "gift_card", "store_credit"
MEAL_VOUCHER, ECO_VOUCHER, ON_ACCOUNT, PAY_LINK = "meal_voucher", "eco_voucher", "on_account", "pay_link"
TENDER_KINDS = (CASH, CARD, GIFT_CARD, STORE_CREDIT, MEAL_VOUCHER, ECO_VOUCHER, ON_ACCOUNT, PAY_LINK)

NO_CHANGE, CHANGE_CASH, KEEPS_REST, REST_LOST = "none", "cash", "balance", "lost"
CHANGES = (NO_CHANGE, CHANGE_CASH, KEEPS_REST, REST_LOST)
"""What happens to more than is left to pay: it is not taken, goes back in cash, stays on the card, or is forfeited."""

SAME = "same"
"""A refund that goes back to the very means that paid (the same card, the same account)."""

REFUSE_FROM, REFUSE_ABOVE = ">=", ">"
COMPARISONS = (REFUSE_FROM, REFUSE_ABOVE)

PER_SALE, PER_LINKED, PER_DAY = "sale", "linked", "day"
SPANS = (PER_SALE, PER_LINKED, PER_DAY)
"""What a limit adds up: one sale, all payments that belong together (one order or customer), a customer's day."""

CATEGORY, CLASS, ARTICLE = "category", "class", "article"
SELECTORS = (CATEGORY, CLASS, ARTICLE)

_LIMIT = re.compile(r"(>=|>)\s*(\d{1,9}(?:\.\d{1,2})?)(?:\s+(sale|linked|day))?(?:\s+(-?[a-z_]+))?", re.ASCII)

STEP_MAX_MINOR = 10_000
AMOUNT_MAX_MINOR = 100_000_000


@dataclass(frozen=True, slots=True)
class Limit:
    """An amount (minor units) from which, or above which, a tender is refused; `law` names what asks for it.

    `goods` is one of GOODS_CLASSES when only such lines are limited or, with a minus before it, when they are not.
    """

    comparison: str
    amount_minor: int
    per: str = PER_SALE
    law: str = ""
    goods: str = ""
    from_ms: int = 0
    until_ms: int = 0

    def __post_init__(self) -> None:
        assert self.comparison in COMPARISONS and self.per in SPANS, f"no such limit: {self.comparison} per {self.per}"

    def refuses(self, amount_minor: int, now_ms: int) -> bool:
        """Whether an amount in this tender, linked payments included, may not be taken (or paid out) at an instant."""
        if now_ms < self.from_ms or 0 < self.until_ms <= now_ms:
            return False
        return abs(amount_minor) >= self.amount_minor if self.comparison == REFUSE_FROM else abs(amount_minor) > self.amount_minor

    def counts(self, goods: Sequence[str]) -> bool:
        """Whether goods of these classes are limited by it."""
        return not self.goods or (self.goods[1:] not in goods if self.goods.startswith("-") else self.goods in goods)


@dataclass(frozen=True, slots=True)
class TenderRule:
    """One means of payment. `rounding_step_minor` 1 rounds nothing; `refund_to` are kinds in the order they are offered.

    `eligible` are selectors such as `class:food`, `category:Drinks/Beer` or `article:1001`: a line that one of them names may be
    paid with it, all lines where there is none; `excluded` takes lines out again.
    """

    id: str
    kind: str
    names: Mapping[str, str] = field(default_factory=dict)
    rank: int = 0
    currency: str = ""
    store: str = ""
    eligible: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    deposit: bool = True
    change: str = NO_CHANGE
    refund_to: tuple[str, ...] = (SAME,)
    rounding_step_minor: int = 1
    drawer: bool = False
    reference: bool = False
    limits: tuple[Limit, ...] = ()
    from_ms: int = 0
    until_ms: int = 0

    def holds_at(self, now_ms: int) -> bool:
        """Whether it may be used at an instant."""
        return self.from_ms <= now_ms and not 0 < self.until_ms <= now_ms

    def name(self, language: str) -> str:
        """What it is called."""
        return self.names.get(language) or next(iter(self.names.values()), self.id)


class Goods(Protocol):
    """What a rule asks of a line or article: its id, category path and goods classes."""

    @property
    def article(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def goods(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class TenderFault:
    """One thing that is wrong with a rule: the field, the value in it, and how to mend it."""

    field: str
    value: str
    mend: str


def selected(goods: Goods, selectors: Iterable[str]) -> bool:
    """Whether one of the selectors names these goods; a category names those below it too."""
    for selector in selectors:
        kind, _, value = selector.partition(":")
        if kind == CATEGORY and (goods.category == value or goods.category.startswith(value + "/")):
            return True
        if (kind == CLASS and value in goods.goods) or (kind == ARTICLE and value == goods.article):
            return True
    return False


def is_eligible(rule: TenderRule, goods: Goods) -> bool:
    """Whether a line of these goods may be paid with a tender."""
    return (not rule.eligible or selected(goods, rule.eligible)) and not selected(goods, rule.excluded)


def refusing(rule: TenderRule, amounts: Mapping[str, int], now_ms: int) -> Limit | None:
    """The first limit that an amount breaks, or None. `amounts` has the sums (minor units) by span, this payment included."""
    return next((limit for limit in rule.limits if limit.refuses(amounts.get(limit.per, 0), now_ms)), None)


DEFAULT_TENDERS = (
    TenderRule(CASH, CASH, {"en": "Cash", "nl": "Contant"}, 1, change=CHANGE_CASH, refund_to=(CASH,), drawer=True),
    TenderRule(CARD, CARD, {"en": "Card", "nl": "Pin"}, 2, refund_to=(SAME, CASH), reference=True),
)
"""What a shop takes whose hub has no rules: cash and cards. Its country's limits and the store's rounding come on top."""


CREDIT_TENDER = TenderRule(
    STORE_CREDIT, STORE_CREDIT, {"en": "Store credit", "nl": "Winkeltegoed"}, 90, change=KEEPS_REST, reference=True
)
"""How store credit is taken where a shop gives it and its hub has no rule for it: what was given must be worth something."""


def usable(rules: Iterable[TenderRule], store: str, currency: str, now_ms: int) -> tuple[TenderRule, ...]:
    """The rules that hold at a store now, in their order; one for the store goes before one of the same id for all."""
    found: dict[str, TenderRule] = {}
    for rule in rules:
        if rule.store in ("", store) and rule.currency in ("", currency) and rule.holds_at(now_ms):
            there = found.get(rule.id)
            if there is None or (bool(rule.store), rule.from_ms) >= (bool(there.store), there.from_ms):
                found[rule.id] = rule
    return tuple(sorted(found.values(), key=lambda rule: (rule.rank, rule.id)))


def with_law(rule: TenderRule, law: Sequence[Limit]) -> TenderRule:
    """A rule with the limits that the country sets for its kind, where its own do not refuse as much already."""
    missing = [limit for limit in law if not any(_as_strict(own, limit) for own in rule.limits)]
    return replace(rule, limits=(*rule.limits, *missing))


def check_tender(rule: TenderRule, law: Sequence[Limit] = (), categories: frozenset[str] | None = None) -> list[TenderFault]:
    """Everything that is wrong with a rule. `law` are the limits that the country sets for its kind: no rule may allow more."""
    faults = [*_wrong_choices(rule), *_wrong_numbers(rule), *_wrong_selectors(rule, categories)]
    for own in rule.limits:
        for limit in law:
            if own.per == limit.per and own.goods == limit.goods and not _refuses_as_much(own, limit):
                out = f"{limit.law} allows less: write {spell_limit(limit)}, or leave it out"
                faults.append(TenderFault("limit", spell_limit(own), out))
    return faults


def read_limit(text: str) -> Limit:
    """A limit from `>=3000.00 linked`, `>500` or `>=3000 linked -service`. Raises ValueError for anything else."""
    match = _LIMIT.fullmatch(text.strip())
    if match is None or (match[4] or "service").removeprefix("-") not in GOODS_CLASSES:
        raise ValueError(f"not a limit: {text!r}")
    comparison, amount, per, goods = match.groups()
    return Limit(comparison, parse_minor(amount), per or PER_SALE, goods=goods or "")


def spell_limit(limit: Limit) -> str:
    """A limit as `read_limit` reads it: `>=3000.00 linked`."""
    goods = f" {limit.goods}" if limit.goods else ""
    return f"{limit.comparison}{limit.amount_minor // 100}.{limit.amount_minor % 100:02d} {limit.per}{goods}"


def _as_strict(own: Limit, law: Limit) -> bool:
    """Whether a limit always refuses what another does. A linked sum is never below the sale's own."""
    always = own.from_ms <= law.from_ms and (own.until_ms == 0 or 0 < law.until_ms <= own.until_ms)
    spans = own.per == law.per or law.per == PER_SALE
    return always and spans and own.goods in ("", law.goods) and _refuses_as_much(own, law)


def _refuses_as_much(own: Limit, law: Limit) -> bool:
    if own.amount_minor == law.amount_minor:
        return own.comparison in (law.comparison, REFUSE_FROM)
    return own.amount_minor < law.amount_minor


def _wrong_choices(rule: TenderRule) -> list[TenderFault]:
    faults: list[TenderFault] = []
    for name, value, allowed in (("kind", rule.kind, TENDER_KINDS), ("change", rule.change, CHANGES)):
        if value not in allowed:
            faults.append(TenderFault(name, value, f"choose one of {', '.join(allowed)}"))
    for target in rule.refund_to:
        if target not in (SAME, *TENDER_KINDS):
            faults.append(TenderFault("refund_to", target, f"choose of {', '.join((SAME, *TENDER_KINDS))}"))
    if not rule.refund_to:
        faults.append(TenderFault("refund_to", "", f"say where a refund goes: {SAME}, or a kind of tender"))
    if rule.kind not in (CASH, GIFT_CARD, STORE_CREDIT) and rule.change == CHANGE_CASH:
        faults.append(TenderFault("change", rule.change, f"a {rule.kind} gives no cash back; choose {NO_CHANGE}"))
    if rule.change == KEEPS_REST and rule.kind not in (GIFT_CARD, STORE_CREDIT):
        faults.append(TenderFault("change", rule.change, f"nothing keeps the rest of a {rule.kind}; choose {NO_CHANGE}"))
    if rule.kind == CASH and not rule.drawer:
        faults.append(TenderFault("drawer", "0", "cash needs the drawer: write 1"))
    return faults


def _wrong_numbers(rule: TenderRule) -> list[TenderFault]:
    faults: list[TenderFault] = []
    step = rule.rounding_step_minor
    if not 1 <= step <= STEP_MAX_MINOR:
        faults.append(TenderFault("rounding", str(step), f"write a step from 0.01 to {STEP_MAX_MINOR // 100}.00"))
    elif step > 1 and rule.kind != CASH:
        faults.append(TenderFault("rounding", str(step), "only cash is rounded (never cards or vouchers): leave it empty"))
    for limit in rule.limits:
        text = spell_limit(limit)
        if not 0 < limit.amount_minor <= AMOUNT_MAX_MINOR:
            faults.append(TenderFault("limit", text, "an amount above 0 and up to 1000000.00"))
        if limit.goods and limit.goods.removeprefix("-") not in GOODS_CLASSES:
            faults.append(TenderFault("limit", text, f"goods: {', '.join(GOODS_CLASSES)}; - before it means all others"))
    if 0 < rule.until_ms <= rule.from_ms:
        faults.append(TenderFault("until", str(rule.until_ms), "it ends before it begins: write a later time"))
    return faults


def _wrong_selectors(rule: TenderRule, categories: frozenset[str] | None) -> list[TenderFault]:
    faults: list[TenderFault] = []
    for name, selectors in (("eligible", rule.eligible), ("excluded", rule.excluded)):
        for selector in selectors:
            kind, _, value = selector.partition(":")
            if kind not in SELECTORS or not value:
                faults.append(TenderFault(name, selector, "write class:food, category:Drinks or article:1001"))
            elif kind == CLASS and value not in GOODS_CLASSES:
                faults.append(TenderFault(name, selector, f"no such class of goods; there are {', '.join(GOODS_CLASSES)}"))
            elif kind == CATEGORY and categories is not None and value not in categories:
                faults.append(TenderFault(name, selector, "no such category: import it first, or mend its name"))
    if rule.kind in (MEAL_VOUCHER, ECO_VOUCHER) and not rule.eligible:
        faults.append(TenderFault("eligible", "", f"a {rule.kind} pays for some goods only: say which, such as class:food"))
    return faults

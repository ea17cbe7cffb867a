"""Paying by the rules of the shop's tenders: which lines a means may pay, how much, its change, its limits; in any mix.

Several means that may each pay only some lines share those lines fairly: what one may still take is the most that leaves every
earlier payment a line to stand on (Hall's condition over the rules in use, of which there are few).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from kiosk.domain.errors import Refused
from kiosk.domain.payment import Settlement, Tender, cash_due, pay_cash, with_tender
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.tender import (
    CARD,
    CASH,
    CHANGE_CASH,
    KEEPS_REST,
    NO_CHANGE,
    PER_DAY,
    PER_LINKED,
    PER_SALE,
    REST_LOST,
    TenderRule,
    is_eligible,
    refusing,
)

RULES_MAX = 8
"""More means than this in one sale are refused: nobody pays so, and every subset of them is looked at."""


@dataclass(frozen=True, slots=True)
class Offered:
    """What is offered: the amount given (minor units) or what the voucher holds, and its number.

    `linked_minor` is what was paid by this kind in payments that belong to this sale (one order or customer), `day_minor` what
    the same customer paid with it that day.
    """

    given_minor: int
    reference: str = ""
    linked_minor: int = 0
    day_minor: int = 0


@dataclass(frozen=True, slots=True)
class Till:
    """What a rule is asked in: the sale, what is paid of it, all rules, the store's cash step, and the instant (wall ms)."""

    priced: PricedCart
    settlement: Settlement
    rules: Mapping[str, TenderRule]
    cash_step_minor: int
    now_ms: int

    def rule_of(self, tender: Tender) -> TenderRule:
        """The rule by which a tender was taken; one that is gone may have paid anything."""
        found = self.rules.get(tender.rule) or next((one for one in self.rules.values() if one.kind == tender.kind), None)
        return found or TenderRule(tender.kind, tender.kind)


def line_worth(rule: TenderRule, line: PricedLine) -> int:
    """How much of a line a rule may pay: its amount, less what vouchers cover of it, and its deposit where the rule pays that too.

    Nothing for a returned line.
    """
    if not is_eligible(rule, line.line):
        return 0
    return max(0, line.amount_minor - line.redeemed_minor + (line.deposit_minor if rule.deposit else 0))


def payable(till: Till, rule: TenderRule) -> int:
    """The most (minor units) that may still be paid with a rule: never more than is left, never for lines it may not pay."""
    settlement = till.settlement
    paid: dict[str, int] = {}
    used = {rule.id: rule}
    for tender in settlement.tenders:
        other = till.rule_of(tender)
        used[other.id] = other
        paid[other.id] = paid.get(other.id, 0) + tender.amount_minor
    if len(used) > RULES_MAX:
        raise Refused("tender.too_many", limit=RULES_MAX)
    others = [one for one in used.values() if one.id != rule.id]
    room = settlement.left_minor
    for size in range(len(others) + 1):
        for with_it in combinations(others, size):
            group = (rule, *with_it)
            room = min(room, _worth(till.priced.lines, group) - sum(paid.get(one.id, 0) for one in group))
    return max(0, room)


def take(till: Till, rule: TenderRule, offered: Offered) -> Settlement:
    """The settlement after one more payment by a rule.

    Raises Refused when the sale is paid, nothing is given, nothing of the sale may be paid so, more is given than may be taken
    and it gives no change, its number is missing or was given before in this sale, or a limit says no.
    """
    settlement = till.settlement
    if settlement.is_paid:
        raise Refused("payment.already_paid")
    if not rule.holds_at(till.now_ms):
        raise Refused("tender.not_now", name=rule.id)
    if rule.reference and not offered.reference.strip():
        raise Refused("payment.reference_missing" if rule.kind == CARD else "voucher.number")
    if offered.reference and any(one.kind == rule.kind and one.reference == offered.reference for one in settlement.tenders):
        raise Refused("voucher.used", code=offered.reference)
    if rule.kind == CASH:
        after = pay_cash(settlement, offered.given_minor, _cash_step(till, rule))
    else:
        after = _take_plain(till, rule, offered)
    check_limits(till, rule, offered, after)
    return after


def due(till: Till, rule: TenderRule) -> int:
    """What is asked for when all that may be is paid with a rule; cash is rounded."""
    if rule.kind == CASH:
        return cash_due(till.settlement, _cash_step(till, rule))
    return payable(till, rule)


def offered_rules(till: Till) -> tuple[TenderRule, ...]:
    """The rules by which something may be paid now, in their order: the others need not be shown."""
    found = [rule for rule in till.rules.values() if rule.holds_at(till.now_ms) and (rule.kind == CASH or payable(till, rule) > 0)]
    return tuple(sorted(found, key=lambda rule: (rule.rank, rule.id)))


def opens_drawer(settlement: Settlement, rules: Mapping[str, TenderRule]) -> bool:
    """Whether a payment wants the drawer open: cash always, change in cash too, paper vouchers where their rule says so."""
    for tender in settlement.tenders:
        rule = rules.get(tender.rule)
        if tender.kind == CASH or tender.change_minor or (rule is not None and rule.drawer):
            return True
    return False


def _take_plain(till: Till, rule: TenderRule, offered: Offered) -> Settlement:
    given = offered.given_minor
    if given <= 0:
        raise Refused("payment.nothing_given")
    most = payable(till, rule)
    if most <= 0:
        raise Refused("tender.no_goods", name=rule.id)
    if given > most and rule.change == NO_CHANGE:
        raise Refused("tender.too_much", limit_minor=most)
    amount = min(given, most)
    tendered = amount if rule.change in (NO_CHANGE, KEEPS_REST) else given
    change = given - amount if rule.change == CHANGE_CASH else 0
    made = Tender(rule.kind, amount, tendered, change, offered.reference.strip(), rule=rule.id)
    assert rule.change == REST_LOST or tendered - change == amount, "what was given is taken, given back, or lost by its rule"
    return with_tender(till.settlement, made)


def check_limits(till: Till, rule: TenderRule, offered: Offered, after: Settlement) -> None:
    """Raise Refused where a limit says no to the sale as it would be after a payment.

    Limits count what is paid by the kind in this sale and before; those of some goods hold only where such goods are sold.
    """
    goods = [line.line.goods for line in till.priced.lines]
    limits = tuple(limit for limit in rule.limits if not goods or any(limit.counts(one) for one in goods))
    in_sale = sum(one.amount_minor for one in after.tenders if one.kind == rule.kind)
    sums = {PER_SALE: in_sale, PER_LINKED: in_sale + offered.linked_minor, PER_DAY: in_sale + offered.day_minor}
    broken = refusing(replace(rule, limits=limits), sums, till.now_ms)
    if broken is not None:
        if rule.kind == CASH:
            raise Refused("tender.cash_limit", limit_minor=broken.amount_minor, law=broken.law)
        raise Refused("tender.limit", limit_minor=broken.amount_minor, law=broken.law)


def _worth(lines: Sequence[PricedLine], rules: Iterable[TenderRule]) -> int:
    """What a group of rules may pay together: each line once, at the most that one of them may pay of it."""
    group = tuple(rules)
    return sum(max(line_worth(rule, line) for rule in group) for line in lines)


def _cash_step(till: Till, rule: TenderRule) -> int:
    return max(rule.rounding_step_minor, till.cash_step_minor)

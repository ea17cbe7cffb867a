"""Returns: what a sold line may still give back, to the cent, on which ground, and where the money goes.

Amounts come from the sale's fact and from nowhere else: promotion, discounts and rounding shares are in them already.

>>> [share_of(1000, 3000, given, 1000) for given in (0, 1000, 2000)]
[333, 334, 333]
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.money import divide_half_up
from kiosk.domain.quantity import ONE
from kiosk.domain.redeeming import Parts, onto

GOODWILL, WITHDRAWAL, NON_CONFORMITY, RECALL = "goodwill", "withdrawal", "non_conformity", "recall"
GROUNDS = (GOODWILL, WITHDRAWAL, NON_CONFORMITY, RECALL)
"""Why goods come back: the shop is kind; the law lets a distance sale be withdrawn (2011/83/EU art. 9); the goods are not what
was agreed (2019/771 art. 13); the maker calls them back."""

AS_NEW, OPENED, DAMAGED = "as_new", "opened", "damaged"
CONDITIONS = (AS_NEW, OPENED, DAMAGED)

ORIGINAL, VOUCHER = "original", "voucher"
REFUNDS = (ORIGINAL, VOUCHER)

DAY_MS = 86_400_000
WITHDRAWAL_DAYS = 14
"""2011/83/EU art. 9: fourteen days from delivery; a distance sale is told by its channel."""

NON_CONFORMITY_DAYS = 730
"""2019/771 art. 10: two years at least. Dutch law knows no fixed end: later ones are a manager's word."""

KEEP_DAYS_MIN = 90
"""Receipts stay on the terminal for so long, or for the return window where that is longer."""


NUMBER_PREFIX = "RT-"
"""How the number of a return begins that its customer announced: it is on a label, and opens the return at any till."""

_NUMBER = re.compile(NUMBER_PREFIX + r"[2-9A-HJ-NP-Z]{10}", re.ASCII)


def is_return_number(text: str) -> bool:
    """Whether a scanned or typed text is the number of a return that was announced."""
    return _NUMBER.fullmatch(text.strip().upper()) is not None


@dataclass(frozen=True, slots=True)
class ReturnPolicy:
    """What the shop allows of its own will. Money in minor units; 0 days means that goodwill needs approval from the start.

    `without_receipt_minor` is the most that a return without a receipt may give back, always with approval.
    """

    window_days: int = 30
    goodwill_refund: str = ORIGINAL
    without_receipt_minor: int = 5_000
    excluded_goods: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert self.goodwill_refund in REFUNDS, f"unknown refund {self.goodwill_refund!r}"

    @property
    def keep_days(self) -> int:
        """For how many days a terminal keeps its receipts at hand."""
        return max(KEEP_DAYS_MIN, self.window_days)


@dataclass(frozen=True, slots=True)
class Returned:
    """What a return line undoes. Amounts are negative minor units; `receipt` is empty for goods without a receipt.

    `sold_milli` is how much that line had sold, so that whoever adds up all returns of it sees when it came back twice. `onto` is
    what goes back onto the single-purpose vouchers that had covered it (positive), and is no money.
    """

    receipt: str
    line: int
    ground: str
    reason: str
    condition: str
    to_stock: bool
    amount_minor: int
    deposit_minor: int
    rate_bp: int
    sold_milli: int
    approved_by: str = ""
    onto: Parts = ()
    order: str = ""
    """The number of the web order that it is a line of, where goods come back by that and not by a receipt."""
    announced: str = ""
    """The number under which its customer announced the return."""

    def __post_init__(self) -> None:
        assert self.ground in GROUNDS and self.condition in CONDITIONS, f"unknown ground or condition: {self}"
        assert self.amount_minor <= 0 and self.deposit_minor <= 0, "a return gives back"


@dataclass(frozen=True, slots=True)
class Returnable:
    """A sold line and what of it is still out. Quantities in thousandths; amounts for all that is left, in minor units."""

    line: int
    article: str
    name: str
    variant: str
    unit: str
    sold_milli: int
    left_milli: int
    amount_minor: int
    deposit_minor: int


def share_of(whole_minor: int, sold_milli: int, given_milli: int, quantity_milli: int) -> int:
    """What a part of a line gives back after other parts did: all parts together are the whole, in whatever steps they come."""
    assert given_milli >= 0 and 0 < quantity_milli <= sold_milli - given_milli, "no more comes back than was sold"
    after = divide_half_up(whole_minor * (given_milli + quantity_milli), sold_milli)
    return after - divide_half_up(whole_minor * given_milli, sold_milli)


def returnables(sale: Json, given: Mapping[int, int]) -> tuple[Returnable, ...]:
    """The sold lines of a `sale.completed` body, less what came back before (thousandths by line)."""
    found = []
    for line in sale["lines"]:
        if line["quantity"] <= 0:
            continue  # a line of an exchange that came back itself
        before = min(given.get(line["line"], 0), line["quantity"])
        left = line["quantity"] - before
        amounts = [share_of(whole, line["quantity"], before, left) if left else 0 for whole in (_money(line), line["deposit"])]
        found.append(
            Returnable(
                line["line"], line["article"], line["name"], line["variant"], line["unit"], line["quantity"], left, *amounts
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of one line that comes back: how much (thousandths), on which ground, why, and in what state."""

    line: int
    quantity_milli: int
    ground: str
    reason: str
    condition: str
    to_stock: bool
    announced: str = ""


def take_back(sale: Json, given: Mapping[int, int], wish: Wish, receipt: str, approved_by: str = "") -> Returned:
    """The exact money of a wish. Raises Refused for a line that is not there, too much, or half a piece."""
    line = next((one for one in sale["lines"] if one["line"] == wish.line and one["quantity"] > 0), None)
    if line is None:
        raise Refused("return.no_such_line", line=wish.line)
    before, sold = given.get(wish.line, 0), line["quantity"]
    if before >= sold:
        raise Refused("return.already", name=line["name"])
    if not 0 < wish.quantity_milli <= sold - before:
        raise Refused("return.too_much", left=(sold - before) // ONE if line["unit"] == "piece" else (sold - before) / ONE)
    if line["unit"] == "piece" and wish.quantity_milli % ONE:
        raise Refused("cart.whole_pieces")
    amount, deposit = (share_of(whole, sold, before, wish.quantity_milli) for whole in (_money(line), line["deposit"]))
    vouchers = tuple((code, share_of(minor, sold, before, wish.quantity_milli)) for code, minor in onto(line))
    return Returned(
        receipt, wish.line, wish.ground, wish.reason, wish.condition, wish.to_stock, -amount, -deposit,
        line["margin"]["rate_bp"] if "margin" in line else rate_of(sale, line["vat_class"]), sold, approved_by,
        tuple(one for one in vouchers if one[1]),
        announced=wish.announced,
    )  # fmt: skip


def _money(line: Json) -> int:
    """What was paid of a sold line: what vouchers had covered of it goes back onto them."""
    return int(line["amount"]) - sum(minor for _, minor in onto(line))


def rate_of(sale: Json, vat_class: str) -> int:
    """The rate (basis points) at which a class was taxed in a sale: what comes back takes the tax of its day with it."""
    return next((int(band["rate_bp"]) for band in sale["tax"] if band["class"] == vat_class), 0)


def needs_approval(policy: ReturnPolicy, ground: str, age_days: int, goods: Sequence[str], *, distance: bool) -> str:
    """Why a second person has to say yes, as an error code, or nothing. What the law gives needs nobody's kindness."""
    if ground == RECALL:
        return ""
    if ground == WITHDRAWAL:
        return "" if distance and age_days <= WITHDRAWAL_DAYS else "return.no_withdrawal"
    if ground == NON_CONFORMITY:
        return "" if age_days <= NON_CONFORMITY_DAYS else "return.long_ago"
    if set(goods) & set(policy.excluded_goods):
        return "return.excluded"
    return "" if age_days <= policy.window_days else "return.window"


def refund_goes_to(policy: ReturnPolicy, grounds: Iterable[str]) -> str:
    """Where the money of a return goes: back the way it came, unless all of it is goodwill and the shop gives a voucher."""
    return policy.goodwill_refund if set(grounds) <= {GOODWILL} else ORIGINAL


@dataclass(frozen=True, slots=True)
class Back:
    """One line of a receipt that came back, in thousandths; below zero where a voided return gave the goods out again."""

    receipt: str
    line: int
    quantity_milli: int
    sold_milli: int
    name: str


def announced_in(fact: Fact) -> list[str]:
    """The numbers of announced returns whose goods a sale took in."""
    if fact.kind != SALE_COMPLETED:
        return []
    return [str(back["announced"]) for line in fact.body["lines"] if (back := line.get("returned")) and back.get("announced")]


def returned_in(fact: Fact) -> list[Back]:
    """What a fact brings back of receipts that are known. The lines of a voided sale have the opposite sign of the sale's.

    All that a voided sale had sold counts as back: nothing of it comes back once more, at this till or another.
    """
    if fact.kind not in (SALE_COMPLETED, SALE_VOIDED):
        return []
    found = [
        Back(back["receipt"], back["line"], -line["quantity"], back["sold"], line["name"])
        for line in fact.body.get("lines", ())
        if (back := line.get("returned")) and back["receipt"]
    ]
    if fact.kind == SALE_VOIDED:
        receipt = str(fact.body["void"]["receipt"])
        sold = [line for line in fact.body["lines"] if not line.get("returned") and line["quantity"] < 0]
        found += [Back(receipt, line["line"], -line["quantity"], -line["quantity"], line["name"]) for line in sold]
    return found

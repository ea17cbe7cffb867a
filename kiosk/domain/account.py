"""Stored value: what facts put on gift cards, store credit and vouchers and take off again, so that tills and hub tell the same.

An account has two sums for each device: what it loaded and what was paid with it there. Both are net, as a void or a return of
the goods takes its own sale's part back; so the order in which the hub hears of devices does not matter, and a till's own part
is what its ledger says, however much of it the hub has heard.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kiosk.domain.codec import Json
from kiosk.domain.facts import SALE_COMPLETED, SALE_VOIDED, Fact
from kiosk.domain.redeeming import put_back
from kiosk.domain.voucher import OURS, SINGLE_PURPOSE, Voucher, later

LINE_KIND = "gift_card"
"""What the line of a voucher loads, unless it is good for some goods only. Store credit comes from refunds alone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What one fact does to one account (minor units, below zero where it is undone).

    `until_ms` comes with what is loaded, and so does `good_for` of a single-purpose voucher.
    """

    kind: str
    code: str
    loaded_minor: int = 0
    spent_minor: int = 0
    until_ms: int | None = None
    good_for: str = ""

    @property
    def takes(self) -> bool:
        """Whether there is less on the account after it."""
        return self.loaded_minor < self.spent_minor


@dataclass(frozen=True, slots=True)
class Sums:
    """What one device loaded onto an account and what was paid with it there, net, in minor units."""

    loaded_minor: int = 0
    spent_minor: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One gift card, store credit or voucher of goods. `until_ms` None: nobody who loaded it was heard yet; 0: it does not end.

    `brand` and `currency` are those of who loaded it; `turn` counts what was booked, so that of two tellings the later is known.
    """

    kind: str
    code: str
    brand: str = ""
    currency: str = ""
    until_ms: int | None = None
    by: Mapping[str, Sums] = field(default_factory=dict)
    turn: int = 0
    good_for: str = ""

    @property
    def loaded_minor(self) -> int:
        """What was put on it everywhere."""
        return sum(one.loaded_minor for one in self.by.values())

    @property
    def left_minor(self) -> int:
        """What is left on it; below zero where tills that knew nothing of each other took more than there was."""
        return sum(one.loaded_minor - one.spent_minor for one in self.by.values())

    def voucher(self) -> Voucher:
        """As tills are told of it."""
        return Voucher(
            self.code, self.kind, self.loaded_minor, self.currency, self.brand, self.until_ms or 0,
            {dev: one.spent_minor for dev, one in self.by.items() if one.spent_minor},
            {dev: one.loaded_minor for dev, one in self.by.items() if one.loaded_minor}, self.turn, self.good_for,
        )  # fmt: skip


def entries_in(fact: Fact) -> list[Entry]:
    """What a sale, or what undoes one, does to accounts. A void's amounts have the opposite sign already.

    A tender takes what was counted against the sale and what went out as change; what a paper forfeits stays owed. A single-purpose
    voucher is redeemed by a line, and goods that come back put on it again what it had covered of them.
    """
    if fact.kind not in (SALE_COMPLETED, SALE_VOIDED):
        return []
    found = [entry for line in fact.body.get("lines", ()) for entry in _of_line(line)]
    for one in fact.body.get("tenders", ()):
        if one["kind"] not in OURS or not one.get("reference"):
            continue
        amount = one["amount"] + one.get("change", 0)
        if "issued" in one:
            found.append(Entry(one["kind"], one["reference"], -amount, until_ms=_until(one["issued"], -amount)))
        else:
            found.append(Entry(one["kind"], one["reference"], spent_minor=amount))
    return [one for one in found if one.loaded_minor or one.spent_minor]


def _of_line(line: Json) -> list[Entry]:
    found: list[Entry] = []
    if code := line.get("voucher_code"):
        kind, good_for = (SINGLE_PURPOSE if line.get("good_for") else LINE_KIND), line.get("good_for", "")
        found.append(Entry(kind, code, line["amount"], until_ms=_until(line, line["amount"]), good_for=good_for))
    if redeems := line.get("redeems"):
        found.append(Entry(SINGLE_PURPOSE, redeems["code"], spent_minor=-line["amount"]))
    found += [Entry(SINGLE_PURPOSE, code, spent_minor=-minor) for code, minor in put_back(line).items()]
    return found


def book(account: Account | None, entry: Entry, fact: Fact) -> Account:
    """The account after one more entry of a fact; None before there was any."""
    found = account or Account(entry.kind, entry.code)
    before = found.by.get(fact.dev, Sums())
    after = Sums(before.loaded_minor + entry.loaded_minor, before.spent_minor + entry.spent_minor)
    made = replace(
        found, by={**found.by, fact.dev: after}, turn=found.turn + 1, good_for=found.good_for or entry.good_for
    )
    if entry.until_ms is None:
        return made
    until = entry.until_ms if found.until_ms is None else later(found.until_ms, entry.until_ms)
    return replace(
        made, until_ms=until, brand=found.brand or fact.place.brand, currency=found.currency or fact.place.currency
    )


def fold(facts: Iterable[Fact]) -> dict[tuple[str, str], Account]:
    """All accounts after some facts, by (kind, code)."""
    accounts: dict[tuple[str, str], Account] = {}
    for fact in facts:
        for entry in entries_in(fact):
            key = (entry.kind, entry.code)
            accounts[key] = book(accounts.get(key), entry, fact)
    return accounts


def newer(one: Voucher | None, other: Voucher | None) -> Voucher | None:
    """Which of two tellings of the hub is the later."""
    return max((found for found in (one, other) if found is not None), key=lambda found: found.turn, default=None)


def known_of(told: Voucher | None, own: Account | None, dev: str) -> Voucher | None:
    """A voucher as a till knows it: the others' part as the hub told it, its own from its ledger; None when both know nothing."""
    if own is None:
        return told
    mine = own.voucher()
    if told is None:
        return mine
    loaded = mine.loaded.get(dev, 0)
    until = told.until_ms if own.until_ms is None else later(told.until_ms, own.until_ms) if told.amount_minor else own.until_ms
    return replace(
        told, amount_minor=told.amount_minor - told.loaded.get(dev, 0) + loaded, brand=told.brand or mine.brand,
        currency=told.currency or mine.currency, until_ms=until, good_for=told.good_for or mine.good_for,
        spent={**told.spent, dev: mine.spent.get(dev, 0)}, loaded={**told.loaded, dev: loaded},
    )  # fmt: skip


def _until(said: Mapping[str, object], loaded_minor: int) -> int | None:
    """Until when (wall ms, 0: no end) what is loaded holds; None where nothing is."""
    until = said.get("until")
    return until if loaded_minor > 0 and isinstance(until, int) else None

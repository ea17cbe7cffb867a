"""Cash that moves without a sale: drops, change, deposits, pay-ins and pay-outs, and the counting of what lies in a drawer.

A movement names where the money was and where it is now, so that a drawer, the safe and the bank each are a sum of facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused

DRAWER, SAFE, BANK, OUTSIDE = "drawer", "safe", "bank", "outside"
"""Places of money. OUTSIDE is whoever brings or gets it: a supplier, the postman, a colleague."""

DROP, CHANGE, DEPOSIT, DELIVERY, PAY_IN, PAY_OUT = "drop", "change", "deposit", "delivery", "pay_in", "pay_out"
CARRIED = "carried"
"""The cash of a sale that is not finished, from one drawer's shift to the next; never chosen by a person."""

AMOUNT_MAX_MINOR = 10_000_000
REASON_MAX, BAG_MAX = 200, 40
AWAITED_DAYS, DAY_MS = 31, 86_400_000


@dataclass(frozen=True, slots=True)
class Way:
    """From where to where a kind of movement goes, and what has to be said with it."""

    source: str
    target: str
    needs_reason: bool = False
    needs_bag: bool = False


WAYS: Mapping[str, Way] = {
    DROP: Way(DRAWER, SAFE),
    CHANGE: Way(SAFE, DRAWER),
    DEPOSIT: Way(SAFE, BANK, needs_bag=True),
    DELIVERY: Way(BANK, SAFE),
    PAY_IN: Way(OUTSIDE, DRAWER, needs_reason=True),
    PAY_OUT: Way(DRAWER, OUTSIDE, needs_reason=True),
}
"""What people do with cash. A deposit may also go straight from the drawer, where a shop has no safe."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Notes and coins counted: pieces by value in minor units, and what was not counted by piece as one amount."""

    pieces: Mapping[int, int] = field(default_factory=dict)
    rest_minor: int = 0

    @property
    def total_minor(self) -> int:
        """What it is worth.

        >>> Tally({5_000: 2, 20: 3}, 7).total_minor
        10067
        """
        return sum(value * count for value, count in self.pieces.items()) + self.rest_minor

    def body(self) -> dict[str, int]:
        """The pieces as a fact keeps them, largest first; kinds of which there are none are left out."""
        return {str(value): count for value, count in sorted(self.pieces.items(), reverse=True) if count}


def tally_of(pieces: Mapping[str, int], rest_minor: int = 0) -> Tally:
    """A tally from a fact's or a draft's keys."""
    return Tally({int(value): count for value, count in pieces.items()}, rest_minor)


@dataclass(frozen=True, slots=True)
class Move:
    """One movement of cash, in minor units. `bag` is the number of a sealed bag, `approved_by` the second person."""

    what: str
    amount_minor: int
    reason: str = ""
    bag: str = ""
    source: str = ""
    """Only for a deposit that goes straight from the drawer; else the way of its kind holds."""
    tally: Tally | None = None
    approved_by: str = ""
    order: str = ""
    """The order for change that a delivery answers."""


def check_move(move: Move) -> None:
    """Raise Refused for a movement that cannot be, or that lacks its reason or its bag."""
    way = WAYS.get(move.what)
    if way is None:
        raise Refused("cash.kind")
    if move.source not in ("", way.source) and (move.what, move.source) != (DEPOSIT, DRAWER):
        raise Refused("cash.kind")
    if not 0 < move.amount_minor <= AMOUNT_MAX_MINOR:
        raise Refused("cash.amount")
    if move.tally is not None and move.tally.pieces and move.tally.total_minor != move.amount_minor:
        raise Refused("cash.tally")
    if (way.needs_reason and not move.reason.strip()) or len(move.reason) > REASON_MAX:
        raise Refused("cash.reason")
    if (way.needs_bag and not move.bag.strip()) or len(move.bag) > BAG_MAX:
        raise Refused("cash.bag")


def move_body(move: Move, name: str, shift: str, drawer: str) -> Json:
    """The body of `cash.moved`; `name` is its id, `shift` the open one's id (empty for what concerns no drawer)."""
    way = WAYS[move.what]
    body: Json = {
        "move": name, "what": move.what, "from": move.source or way.source, "to": way.target, "amount": move.amount_minor,
        "shift": shift, "drawer": drawer, "reason": move.reason.strip(), "bag": move.bag.strip(),
        "counts": move.tally.body() if move.tally else {}, "approved_by": move.approved_by,
    }  # fmt: skip
    if move.order:
        body["order_no"] = move.order
    return body


def carried_body(name: str, amount_minor: int, shift: str, drawer: str) -> Json:
    """The body of `cash.moved` for part payments of an unfinished sale: above zero when a shift leaves them behind."""
    source, target = ("", DRAWER) if amount_minor > 0 else (DRAWER, "")
    return {
        "move": name, "what": CARRIED, "from": source, "to": target, "amount": amount_minor, "shift": shift,
        "drawer": drawer, "reason": "", "bag": "", "counts": {}, "approved_by": "",
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """Change that the bank is to bring; `ordered_ms` UTC."""

    number: str
    ordered_ms: int
    amount_minor: int


def awaited(ordered: Iterable[ChangeOrder], delivered: Iterable[str], now_ms: int) -> tuple[ChangeOrder, ...]:
    """The orders for change that no delivery answered, the oldest first; what is older than AWAITED_DAYS came another way."""
    come = set(delivered)
    since_ms = now_ms - AWAITED_DAYS * DAY_MS
    left = [one for one in ordered if one.number not in come and one.ordered_ms >= since_ms]
    return tuple(sorted(left, key=lambda one: (one.ordered_ms, one.number)))


def effect_on(place: str, body: Json) -> int:
    """What a `cash.moved` does to a place, in minor units with its sign.

    >>> effect_on("drawer", {"what": "drop", "from": "drawer", "to": "safe", "amount": 500})
    -500
    """
    if body["what"] == CARRIED:
        carried: int = body["amount"]
        return carried if place == DRAWER else 0
    amount: int = body["amount"]
    return amount * (int(body["to"] == place) - int(body["from"] == place))


def proposed_float(tally: Tally, wanted_minor: int) -> Tally:
    """Which notes and coins to leave in the drawer, so that it holds `wanted_minor` or the most below it.

    Change is worth most where it is small: coins stay first, then small notes. What is too much goes to the safe.

    >>> proposed_float(Tally({5_000: 2, 1_000: 3, 100: 20}), 4_000).pieces
    {1000: 2, 100: 20}
    """
    left = wanted_minor
    kept: dict[int, int] = {}
    for value in sorted(tally.pieces):
        count = min(tally.pieces[value], left // value)
        if count:
            kept[value] = count
            left -= count * value
    return Tally(dict(sorted(kept.items(), reverse=True)))

"""What a fact that cannot be used yet holds back, what it is about, and what it is worth.

Works on any fact, also on one of a newer version: it reads names that bodies share, and asks for no schema.
"""

from dataclasses import dataclass

from kiosk.domain.facts import Fact

_SHIFT = "shift."
_ONCE = ("promise", "transfer")
"""What has one id for the whole retailer, as `stock.moved` hands over what another terminal promised."""


@dataclass(frozen=True, slots=True)
class Aggregate:
    """The threads of history a fact belongs to: `own` are moved on by it, `after` only have to stand before it."""

    own: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """All of them: a later fact waits while any of these is held up."""
        return self.own + self.after


def aggregate_of(fact: Fact) -> Aggregate:
    """The aggregate of a fact: its shift, cart, tickets, order, promise or transfer of rights.

    A held fact holds back the later ones that name what is its `own`. A sale only stands after its shift: one strange
    sale never holds back the others of the day. Shifts and carts are one terminal's, the others the retailer's.
    """
    home = f"{fact.dev}/{fact.inc}/"
    own: list[str] = []
    after: list[str] = []
    shift = _text(fact.body.get("shift"))
    if shift:
        (own if fact.kind.startswith(_SHIFT) else after).append(f"shift:{home}{shift}")
    if sale := _text(fact.body.get("sale")):
        own.append(f"cart:{home}{sale}")
    if order := _text(fact.body.get("order")):
        own.append(f"order:{order}")
    own += [f"{what}:{name}" for what in _ONCE if (name := _text(fact.body.get(what)))]
    own += [f"ticket:{ticket}" for ticket in _tickets(fact)]
    return Aggregate(tuple(dict.fromkeys(own)), tuple(after))


def worth_of(fact: Fact) -> int | None:
    """How much money a fact is about, in minor units; None when it is about none, or does not say it in a known way."""
    for name in ("total", "float", "amount"):
        value = fact.body.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def receipt_of(fact: Fact) -> str:
    """The receipt number a fact is about; empty when it names none."""
    return _text(fact.body.get("receipt"))


def _tickets(fact: Fact) -> list[str]:
    many = fact.body.get("tickets")
    found = [_text(fact.body.get("ticket")), *(map(_text, many) if isinstance(many, list) else ())]
    return [ticket for ticket in found if ticket]


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

"""Writes down what a customer wanted and did not get: one fact in the ledger, also without the network."""

from kiosk.domain import facts
from kiosk.domain.errors import Refused
from kiosk.domain.lostsale import QUANTITY_MILLI_MAX, REASONS, WANTED_MAX, LostSale, body_of
from kiosk.services.counter import Counter


def note_lost(counter: Counter, lost: LostSale) -> None:
    """Keep a lost sale. Raises Refused while practising, when nobody is at work, and for a wish that is none."""
    employee = counter.signed_in().number
    if counter.training:
        raise Refused("training.not_here")
    if lost.reason not in REASONS or counter.catalog.article(lost.article) is None:
        raise Refused("lost.unclear")
    counter.ledger.append(facts.SALE_LOST, body_of(lost), employee=employee, day=counter.business_day())


def note_wished(counter: Counter, lost: LostSale) -> None:
    """Keep what a shopper says at a kiosk, where nobody is signed in. Raises Refused for an article that is none."""
    if counter.catalog.article(lost.article) is None:
        raise Refused("lost.unclear")
    counter.ledger.append(facts.SALE_LOST, body_of(lost), employee="", day=counter.business_day())


def wish(text: str) -> str:
    """What was typed as a size or colour, in one line and short enough to keep."""
    return " ".join("".join(sign for sign in text if sign.isprintable()).split())[:WANTED_MAX].strip()


def quantity_within(milli: int) -> int:
    """A quantity that somebody can have wanted (thousandths)."""
    return min(max(milli, 1_000), QUANTITY_MILLI_MAX)

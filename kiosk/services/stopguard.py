"""Refuses goods that a sales stop means, wherever they would be sold or handed out."""

from collections.abc import Iterable

from kiosk.domain.errors import Refused
from kiosk.domain.salesstop import RECALL, Verdict, judge, verdict
from kiosk.services.counter import Counter


def refuse_stopped(counter: Counter, article: str, name: str, batch: str = "", serial: str = "") -> None:
    """Raise Refused for goods that must not be sold. Goods of which nobody can tell yet are asked about in the basket."""
    said, stop = judge(counter.stops_of(article), batch, serial)
    if stop is None or said is not Verdict.STOPPED:
        return
    if stop.is_whole:
        raise Refused("stop.article", name=name, reason=stop.reason)
    number = serial if verdict(stop, "", serial) is Verdict.STOPPED else batch
    raise Refused("stop.number", name=name, number=number, reason=stop.reason)


def refuse_any(counter: Counter, goods: Iterable[tuple[str, str]]) -> None:
    """Raise Refused("stop.order") where any of these goods (article, name) must not go out, whatever their batch."""
    for article, name in goods:
        for stop in counter.stops_of(article):
            if stop.is_whole:
                raise Refused("stop.order", name=name, reason=stop.reason)


def is_recalled(counter: Counter, article: str) -> bool:
    """Whether goods of an article are called back now, so that a return of them begins on that ground."""
    return any(one.kind == RECALL for one in counter.stops_of(article))

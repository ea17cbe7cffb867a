"""Sales stops and recalls: which goods must not be sold, from when, on what ground, and what becomes of them. Pure.

A stop is of an article, or of some of it by batch (GS1 AI 10) or by the number of a piece. Where a code says neither, only a
person who looks at the goods can tell: then the question is asked, and the answer is a fact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

STOP, RECALL = "stop", "recall"
KINDS = (STOP, RECALL)
"""A stop keeps goods from being sold; a recall also asks back what was sold (2023/988 art. 36 and 37)."""

KEEP, SEND_BACK, DESTROY = "keep", "send_back", "destroy"
HANDLINGS = (KEEP, SEND_BACK, DESTROY)
"""What a store does with what it took off the shelf."""

OTHER, LISTED = "other", "listed"
ANSWERS = (OTHER, LISTED)
"""What somebody saw who looked at the goods: another number, or one of those that must not be sold."""


class Verdict(StrEnum):
    """What a stop says of goods."""

    FREE = "free"
    LOOK = "look"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class SalesStop:
    """One stop. Key: `id`. From and until in ms (UTC), until 0: no end. No batches and no serials: all of the article.

    `reason` is for those who work there, `says` for shoppers by language, `law` the ground; `stores` empty: all of them.
    """

    id: str
    kind: str
    article: str
    reason: str
    from_ms: int
    until_ms: int = 0
    batches: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    law: str = ""
    handling: str = KEEP

    @property
    def is_whole(self) -> bool:
        """Whether all of the article is meant."""
        return not (self.batches or self.serials)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The batches and pieces that are meant."""
        return (*self.batches, *self.serials)

    def is_at(self, store: str) -> bool:
        """Whether it is meant for a store."""
        return not self.stores or store in self.stores

    def holds(self, store: str, now_ms: int) -> bool:
        """Whether it is in force at a store."""
        return self.is_at(store) and self.from_ms <= now_ms and not 0 < self.until_ms <= now_ms


@dataclass(frozen=True, slots=True)
class StopDone:
    """A store said what it took off its shelf for a stop (thousandths, all it ever found). Key: `stop`; for its own tills."""

    stop: str
    at_ms: int
    employee: str
    quantity_milli: int


Stops = Mapping[str, tuple[SalesStop, ...]]
"""All stops that are known, by article."""


def by_article(found: Iterable[SalesStop]) -> Stops:
    """Stops as they are asked for."""
    made: dict[str, tuple[SalesStop, ...]] = {}
    for one in found:
        made[one.article] = (*made.get(one.article, ()), one)
    return made


def verdict(stop: SalesStop, batch: str = "", serial: str = "") -> Verdict:
    """What a stop that is in force says of goods with this batch and number; empty: nobody knows it.

    Numbers are compared without regard to case: a letter keyed in small must not let goods through.
    """
    if stop.is_whole or _among(batch, stop.batches) or _among(serial, stop.serials):
        return Verdict.STOPPED
    unknown = (stop.batches and not batch) or (stop.serials and not serial)
    return Verdict.LOOK if unknown else Verdict.FREE


def judge(
    stops: Iterable[SalesStop], batch: str = "", serial: str = "", looked: Iterable[str] = ()
) -> tuple[Verdict, SalesStop | None]:
    """The gravest of what stops in force say of goods, and which one says it. `looked` are those somebody answered for."""
    seen, ask = frozenset(looked), None
    for stop in stops:
        found = verdict(stop, batch, serial)
        if found is Verdict.STOPPED:
            return found, stop
        if found is Verdict.LOOK and stop.id not in seen and ask is None:
            ask = stop
    return (Verdict.LOOK, ask) if ask is not None else (Verdict.FREE, None)


def in_force(stops: Stops, article: str, store: str, now_ms: int) -> tuple[SalesStop, ...]:
    """The stops that hold for an article in a store now."""
    return tuple(one for one in stops.get(article, ()) if one.holds(store, now_ms))


def is_stopped(stops: Stops, article: str, store: str, now_ms: int) -> bool:
    """Whether all of an article is stopped in a store, so that nobody may be promised any of it there."""
    return any(one.is_whole for one in in_force(stops, article, store, now_ms))


def _among(number: str, listed: tuple[str, ...]) -> bool:
    wanted = number.strip().upper()
    return bool(wanted) and any(wanted == one.strip().upper() for one in listed)

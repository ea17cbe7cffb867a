"""What all view-models of a kiosk share: the services, the language on the screen, and the way to the threads."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.domain.feed import Category, Word
from kiosk.services.counter import Counter, StoreSettings
from kiosk.services.help import HelpLine
from kiosk.services.lookup import Lookup
from kiosk.services.reserving import Answer, Hold, Reserving, Told
from kiosk.services.selfservice import SelfService
from kiosk.text import Words, words
from kiosk.ui.bridge import Bridge

SHOWCASE = 6


AskHold = Callable[[Hold, Callable[[Answer], None]], None]
"""Asks the hub to hold goods back; the answer comes on the screen's thread."""


def _nobody_asked(hold: Hold, told: Callable[[Answer], None]) -> None:
    """There is no line to a hub."""
    told(Told.AWAY)


class SoundPlayer(Protocol):
    """Plays a short sound by name and returns at once."""

    def play(self, name: str) -> None:
        """One of the names in kiosk.ui.sounds."""
        ...


@dataclass(frozen=True, slots=True)
class Offering:
    """What the catalogue says that every screen needs, read together when new data came in."""

    categories: tuple[Category, ...] = ()
    words: Mapping[str, Word] = field(default_factory=dict)
    settings: StoreSettings = field(default_factory=StoreSettings)
    store: str = ""
    store_name: str = ""
    count: int = 0
    showcase: tuple[str, ...] = ()


@dataclass(slots=True)
class Desk:
    """The services of one kiosk, and the shopper's language. `now_ms` is monotonic."""

    bridge: Bridge
    counter: Counter
    selfservice: SelfService
    lookup: Lookup
    help_line: HelpLine
    sounds: SoundPlayer
    now_ms: Callable[[], int]
    language: str
    help_place: str = ""
    offering: Offering = field(default_factory=Offering)
    reserving: Reserving | None = None
    ask_hold: AskHold = _nobody_asked

    @property
    def say(self) -> Words:
        """The words of the language on the screen."""
        return words(self.language)

    @property
    def till_place(self) -> str:
        """Where a shopper finds a person, in their language."""
        return self.offering.settings.kiosk_help_place.get(self.language, "") or self.help_place


def read_offering(counter: Counter) -> Offering:
    """Read it; on the thread of searches."""
    catalog, place = counter.catalog, counter.ledger.identity.place
    stores = catalog.stores()
    filled = tuple(one for one in catalog.categories() if _is_filled(counter, one.path))
    name = stores[place.store].name if place.store in stores else ""
    return Offering(
        filled, catalog.words(), counter.settings, place.store, name, catalog.count(),
        _showcase(filled),
    )  # fmt: skip


def _is_filled(counter: Counter, path: str) -> bool:
    """Whether a category or one below it holds anything; an empty one is not shown."""
    where = "WHERE a.category = ? OR (a.category >= ? AND a.category < ?) LIMIT 1"
    return bool(counter.catalog.articles(where, (path, f"{path}/", f"{path}0")))


def _showcase(categories: tuple[Category, ...]) -> tuple[str, ...]:
    """Pictures for the attract screen: one of each department, then one of each category below."""
    ordered = sorted(categories, key=lambda one: one.path.count("/"))
    return tuple(dict.fromkeys(one.picture for one in ordered if one.picture))[:SHOWCASE]

"""Where an article can be had: what lies at each place, what of it is for somebody, how old that knowledge is, how far it is.

>>> distance_m((52_373_100, 4_892_200), (52_090_700, 5_121_400))
35067
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from kiosk.domain.catalog import StockLevel, StockPromised
from kiosk.domain.feed import WAREHOUSE, Store, StoreContact

EARTH_M = 6_371_008
"""The mean radius of the earth (IUGG), in metres."""

OLD_MS = 24 * 3_600_000
"""Older knowledge than a day is said to be old: a day's selling lies between."""

_UNKNOWN_M = 1 << 40

Spot = tuple[int, int]
"""North and east of zero, in millionths of a degree."""


@dataclass(frozen=True, slots=True)
class PlaceStock:
    """One article at one place: thousandths of its unit; `age_ms` says how long ago the hub knew it, `distance_m` how far it is."""

    store: Store
    here: bool
    on_hand_milli: int
    promised_milli: int
    age_ms: int
    distance_m: int | None = None
    stopped: bool = False
    """Whether it must not be sold there, however much of it lies there."""

    @property
    def free_milli(self) -> int:
        """What may be sold or promised: below nothing there is nothing."""
        return 0 if self.stopped else max(0, self.on_hand_milli - max(0, self.promised_milli))

    @property
    def is_old(self) -> bool:
        """Whether so much time has passed that somebody should look before relying on it."""
        return self.age_ms >= OLD_MS


@dataclass(frozen=True, slots=True)
class Availability:
    """One article everywhere. `here` is None where nothing was ever known of it; the others come nearest first."""

    here: PlaceStock | None = None
    stores: tuple[PlaceStock, ...] = ()
    warehouses: tuple[PlaceStock, ...] = ()

    @property
    def places(self) -> tuple[PlaceStock, ...]:
        """All of them: here, the other stores, the warehouses."""
        return (*((self.here,) if self.here else ()), *self.stores, *self.warehouses)

    @property
    def elsewhere(self) -> tuple[PlaceStock, ...]:
        """The other places that have some, nearest first, warehouses last."""
        return tuple(place for place in (*self.stores, *self.warehouses) if place.free_milli > 0)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A place as it is seen from here; `distance_m` is None for here, and where nobody said where it lies.

    `heard_ms` is up to when its figures hold, also those that did not change: 0 where nobody knows.
    """

    store: Store
    here: bool
    distance_m: int | None
    heard_ms: int = 0


def neighbours(
    here: str, stores: Iterable[Store], contacts: Iterable[StoreContact] = (), own_ms: int = 0
) -> tuple[Neighbour, ...]:
    """All places in the order in which they are told: here, then the nearest; those without a place on the map last, by name.

    `own_ms` is when this terminal last heard the hub (0: nobody knows). What the hub hears of a store holds up to then.
    """
    heard = {one.store: min(own_ms, one.silent_since_ms or own_ms) for one in contacts}
    known = list(stores)
    spot = next((spot_of(store) for store in known if store.id == here), None)
    seen = [
        Neighbour(
            store, store.id == here, None if store.id == here else _between(spot, spot_of(store)), heard.get(store.id, 0)
        )
        for store in known
    ]
    return tuple(sorted(seen, key=_nearest))


def availability(
    around: Iterable[Neighbour], levels: Iterable[StockLevel], promised: Iterable[StockPromised], now_ms: int, brief: bool = False,
    stopped: Callable[[str], bool] | None = None,
) -> Availability:  # fmt: skip
    """Bring together what is known of one article. A level of a place that nobody knows is left out.

    A clock that is behind makes no knowledge of the future. `brief` ends with the nearest other store that has some: a cell of a
    grid tells no more, and forty of them stay quick. `stopped` says in which stores the article must not be sold.
    """
    there = {one.store: one for one in levels}
    kept = {one.store: one.promised_milli for one in promised}
    here: PlaceStock | None = None
    stores: list[PlaceStock] = []
    warehouses: list[PlaceStock] = []
    for near in around:
        level = there.get(near.store.id)
        if level is None:
            continue
        age_ms = max(0, now_ms - max(level.as_of_ms, near.heard_ms))
        held = stopped is not None and stopped(near.store.id)
        place = PlaceStock(near.store, near.here, level.on_hand_milli, kept.get(near.store.id, 0), age_ms, near.distance_m, held)
        if near.here:
            here = place
        else:
            (warehouses if near.store.kind == WAREHOUSE else stores).append(place)
            if brief and near.store.kind != WAREHOUSE and place.free_milli > 0:
                break
    return Availability(here, tuple(stores), tuple(warehouses))


def spot_of(store: Store) -> Spot | None:
    """Where a store lies, or None where nobody said it."""
    if store.latitude_micro is None or store.longitude_micro is None:
        return None
    return store.latitude_micro, store.longitude_micro


def distance_m(one: Spot, other: Spot) -> int:
    """The way of a bird between two spots in whole metres (haversine; a sphere is exact to half a percent)."""
    (north, east), (to_north, to_east) = ((radians(part / 1_000_000) for part in spot) for spot in (one, other))
    half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return round(2 * EARTH_M * asin(min(1.0, sqrt(half))))


def _between(one: Spot | None, other: Spot | None) -> int | None:
    return distance_m(one, other) if one and other else None


def _nearest(near: Neighbour) -> tuple[bool, int, str, str]:
    return not near.here, (_UNKNOWN_M if near.distance_m is None else near.distance_m), near.store.name, near.store.id

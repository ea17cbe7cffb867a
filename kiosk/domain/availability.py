"""Where an article can be had: what lies at each place, what of it is for somebody, how old that knowledge is, how far it is.

>>> distance_m((52_373_100, 4_892_200), (52_090_700, 5_121_400))
35067
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from kiosk.domain.catalog import StockLevel, StockPromised
from kiosk.domain.feed import WAREHOUSE, Store

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

    @property
    def free_milli(self) -> int:
        """What may be sold or promised: below nothing there is nothing."""
        return max(0, self.on_hand_milli - max(0, self.promised_milli))

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


def availability(
    here: str, stores: Mapping[str, Store], levels: Iterable[StockLevel], promised: Iterable[StockPromised], now_ms: int
) -> Availability:
    """Bring together what is known of one article. A level of a place that nobody knows is left out.

    Distances are from `here`; places without one come after the others, by name. A clock that is behind makes no knowledge of
    the future.
    """
    kept = {one.store: one.promised_milli for one in promised}
    mine = stores.get(here)
    spot = spot_of(mine) if mine else None
    found: list[PlaceStock] = []
    for level in levels:
        store = stores.get(level.store)
        if store is not None:
            far = None if store.id == here else _between(spot, spot_of(store))
            age_ms = max(0, now_ms - level.as_of_ms)
            found.append(PlaceStock(store, store.id == here, level.on_hand_milli, kept.get(store.id, 0), age_ms, far))
    found.sort(key=_nearest)
    others = [place for place in found if not place.here]
    return Availability(
        next((place for place in found if place.here), None),
        tuple(place for place in others if place.store.kind != WAREHOUSE),
        tuple(place for place in others if place.store.kind == WAREHOUSE),
    )


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


def _nearest(place: PlaceStock) -> tuple[int, str, str]:
    return (_UNKNOWN_M if place.distance_m is None else place.distance_m), place.store.name, place.store.id

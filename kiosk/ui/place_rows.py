"""Stock at places as it is read and spoken, at till and kiosk alike: never without its age. Plain functions without Qt."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.availability import Availability, PlaceStock
from kiosk.domain.catalog import Article
from kiosk.domain.feed import WAREHOUSE
from kiosk.text import Words

PLACES_MOST = 12
"""So many other places are listed, the nearest that have some: nobody reads two hundred."""


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """Stock at one place: `amount` alone, `text` with words, `detail` how old the figure is and how far the place."""

    key: str
    name: str
    amount: str
    text: str
    detail: str
    here: bool
    soldOut: bool
    old: bool
    warehouse: bool
    spoken: str


def place_row(place: PlaceStock, article: Article, say: Words) -> PlaceRow:
    """Stock at a place in words: never a colour alone, always with its age."""
    free = place.free_milli
    amount = say.quantity(free, article.unit)
    if place.here:
        text = say("{count} here", count=amount) if free else say("Sold out here")
    else:
        text = say("{count} in stock", count=amount) if free else say("Sold out")
    if place.stopped:
        text = say("Must not be sold")
    far = say.distance(place.distance_m) if place.distance_m is not None else ""
    kept = max(0, min(place.promised_milli, place.on_hand_milli))
    for_others = say("{amount} reserved", amount=say.quantity(kept, article.unit)) if kept else ""
    detail = " · ".join(part for part in (say("known {age}", age=say.ago(place.age_ms)), far, for_others) if part)
    spoken = ", ".join(part for part in (place.store.name, text, *detail.split(" · ")) if part)
    return PlaceRow(
        place.store.id, place.store.name, amount, text, detail, place.here, not free, place.is_old,
        place.store.kind == WAREHOUSE, spoken,
    )  # fmt: skip


def place_rows(found: Availability, article: Article, say: Words) -> list[PlaceRow]:
    """Here, then the nearest other places that have some; without any of those, those that are known to have none."""
    others: Sequence[PlaceStock] = found.elsewhere or (*found.stores, *found.warehouses)
    here = [found.here] if found.here is not None else []
    return [place_row(place, article, say) for place in (*here, *others[:PLACES_MOST])]


def rest_text(found: Availability, say: Words) -> str:
    """What the list leaves out: more places that have some, or how many have none."""
    some, all_others = len(found.elsewhere), len(found.stores) + len(found.warehouses)
    if some > PLACES_MOST:
        return say("and {count} more places that have some", count=some - PLACES_MOST)
    none = all_others - some if some else max(0, all_others - PLACES_MOST)
    if not none:
        return ""
    return say("1 more place has none") if none == 1 else say("{count} more places have none", count=none)

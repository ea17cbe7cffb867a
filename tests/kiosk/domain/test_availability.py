"""Where an article can be had: nearest first, what is for somebody apart, and never younger than it is."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.availability import OLD_MS, availability, distance_m, neighbours
from kiosk.domain.catalog import StockLevel, StockPromised
from kiosk.domain.feed import WAREHOUSE, Store, StoreContact

NOW_MS = 1_800_000_000_000
AMS = Store("AMS1", "Amsterdam", "", "", "", "Europe/Amsterdam", latitude_micro=52_373_100, longitude_micro=4_892_200)
UTR = replace(AMS, id="UTR1", name="Utrecht", latitude_micro=52_090_700, longitude_micro=5_121_400)
GRO = replace(AMS, id="GRO1", name="Groningen", latitude_micro=53_219_400, longitude_micro=6_566_500)
APE = replace(AMS, id="APE1", name="Apeldoorn", latitude_micro=None, longitude_micro=None)
DC = replace(AMS, id="DC", name="Magazijn", kind=WAREHOUSE, latitude_micro=52_373_200)
STORES = {store.id: store for store in (GRO, DC, APE, AMS, UTR)}


def level(store: str, milli: int = 3_000, age_ms: int = 0) -> StockLevel:
    """A level so old."""
    return StockLevel("A", store, milli, NOW_MS - age_ms)


def test_this_store_comes_first_then_the_nearest_then_those_without_a_place_and_the_warehouse_is_apart() -> None:
    found = availability(neighbours("AMS1", STORES.values()), [level(store) for store in STORES], (), NOW_MS)
    assert found.here is not None and found.here.store == AMS and found.here.distance_m is None
    assert [place.store.id for place in found.stores] == ["UTR1", "GRO1", "APE1"]
    assert [place.store.id for place in found.warehouses] == ["DC"]
    assert [place.distance_m for place in found.stores] == [35_067, 146_716, None]
    assert [place.store.id for place in found.places] == ["AMS1", "UTR1", "GRO1", "APE1", "DC"]


def test_without_a_place_on_the_map_here_the_others_stand_by_name() -> None:
    found = availability(neighbours("APE1", STORES.values()), [level(store) for store in STORES], (), NOW_MS)
    assert [place.store.name for place in found.stores] == ["Amsterdam", "Groningen", "Utrecht"]
    assert all(place.distance_m is None for place in found.places)


def test_what_is_for_somebody_is_not_free_and_below_nothing_there_is_nothing() -> None:
    levels = [level("AMS1", 3_000), level("UTR1", 2_000), level("GRO1", -4_000), level("DC", 1_000)]
    promised = [StockPromised("A", "AMS1", 1_000), StockPromised("A", "UTR1", 5_000)]
    found = availability(neighbours("AMS1", STORES.values()), levels, [*promised, StockPromised("A", "DC", -1_000)], NOW_MS)
    free = [(place.store.id, place.free_milli) for place in found.places]
    assert free == [("AMS1", 2_000), ("UTR1", 0), ("GRO1", 0), ("DC", 1_000)]
    assert [place.store.id for place in found.elsewhere] == ["DC"]


def test_knowledge_of_a_day_is_old_and_none_is_of_the_future() -> None:
    levels = [level("AMS1", age_ms=OLD_MS), level("UTR1", age_ms=OLD_MS - 1), level("GRO1", age_ms=-5_000)]
    found = availability(neighbours("AMS1", STORES.values()), levels, (), NOW_MS)
    assert [(place.age_ms, place.is_old) for place in found.places] == [(OLD_MS, True), (OLD_MS - 1, False), (0, False)]


def test_a_figure_that_did_not_change_is_as_fresh_as_the_hub_hears_its_store_and_this_terminal_the_hub() -> None:
    week, hour = 7 * OLD_MS, 3_600_000
    contacts = [StoreContact("AMS1"), StoreContact("UTR1"), StoreContact("GRO1", NOW_MS - 2 * OLD_MS)]
    levels = [level(store, age_ms=week) for store in ("AMS1", "UTR1", "GRO1", "DC")]

    def ages(own_ms: int) -> list[int]:
        around = neighbours("AMS1", STORES.values(), contacts, own_ms)
        return [one.age_ms for one in availability(around, levels, (), NOW_MS).places]

    assert ages(NOW_MS) == [0, 0, 2 * OLD_MS, week]
    assert ages(NOW_MS - hour) == [hour, hour, 2 * OLD_MS, week]
    assert ages(NOW_MS - 3 * OLD_MS) == [3 * OLD_MS, 3 * OLD_MS, 3 * OLD_MS, week]
    assert ages(0) == [week] * 4
    assert ages(NOW_MS + hour) == [0, 0, 2 * OLD_MS, week]


def test_where_nothing_is_known_nothing_is_said() -> None:
    found = availability(neighbours("AMS1", STORES.values()), [level("GHOST"), level("UTR1")], (), NOW_MS)
    assert found.here is None and [place.store.id for place in found.places] == ["UTR1"]
    assert availability(neighbours("NEW", ()), [level("UTR1")], (), NOW_MS).places == ()


@given(st.lists(st.tuples(st.sampled_from(sorted(STORES)), st.integers(-2_000, 3_000)), unique_by=lambda one: one[0]))
def test_in_brief_here_and_the_nearest_that_has_some_are_the_same(found: list[tuple[str, int]]) -> None:
    levels, around = [level(store, milli) for store, milli in found], neighbours("AMS1", STORES.values())
    whole, brief = (availability(around, levels, (), NOW_MS, brief=brief) for brief in (False, True))
    assert brief.here == whole.here and brief.elsewhere[:1] == whole.elsewhere[:1]
    assert set(brief.places) <= set(whole.places)


SPOTS = st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))


@given(SPOTS, SPOTS)
def test_a_way_is_as_long_back_as_there_and_at_most_half_around_the_earth(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert distance_m(one, other) == distance_m(other, one)
    assert 0 <= distance_m(one, other) <= 20_015_200
    assert distance_m(one, one) == 0

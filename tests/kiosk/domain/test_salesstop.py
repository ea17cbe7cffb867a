"""Sales stops: what they say of goods whose batch or number is known, is another, or nobody knows."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.salesstop import SalesStop, Verdict, by_article, in_force, is_stopped, judge, verdict

WHOLE = SalesStop("s1", "recall", "A1", "glass in it", 1_000)
BATCH = SalesStop("s2", "recall", "A1", "milk is not named", 1_000, batches=("L1", "l2"))
PIECE = SalesStop("s3", "stop", "A1", "stolen", 1_000, serials=("900",))
BOTH = SalesStop("s4", "stop", "A1", "hot", 1_000, batches=("L1",), serials=("900",))


def test_a_stop_of_all_of_an_article_means_it_whatever_is_known_of_it() -> None:
    assert [verdict(WHOLE, batch, serial) for batch in ("", "L1") for serial in ("", "1")] == [Verdict.STOPPED] * 4


def test_a_batch_that_is_meant_is_stopped_another_goes_and_one_that_nobody_knows_is_asked_for() -> None:
    assert [verdict(BATCH, batch) for batch in ("L1", " L2 ", "L3", "")] == [
        Verdict.STOPPED, Verdict.STOPPED, Verdict.FREE, Verdict.LOOK,
    ]  # fmt: skip
    assert [verdict(PIECE, "L1", serial) for serial in ("900", "901", "")] == [Verdict.STOPPED, Verdict.FREE, Verdict.LOOK]


def test_goods_known_by_half_of_what_a_stop_asks_for_are_still_looked_at() -> None:
    assert verdict(BOTH, "L2") is Verdict.LOOK and verdict(BOTH, "", "901") is Verdict.LOOK
    assert verdict(BOTH, "L2", "901") is Verdict.FREE
    assert verdict(BOTH, "L2", "900") is Verdict.STOPPED and verdict(BOTH, "L1", "901") is Verdict.STOPPED


def test_a_stop_holds_from_its_beginning_to_before_its_end_and_in_its_stores_alone() -> None:
    stops = by_article([SalesStop("s", "stop", "A1", "why", 10, 20, stores=("AMS1",)), SalesStop("t", "stop", "A2", "why", 0)])
    held = [now_ms for now_ms in (9, 10, 19, 20) if in_force(stops, "A1", "AMS1", now_ms)]
    assert held == [10, 19]
    assert in_force(stops, "A1", "UTR1", 15) == () and in_force(stops, "A3", "AMS1", 15) == ()
    assert in_force(stops, "A2", "UTR1", 10**15), "without an end it goes on, and without stores it is everywhere"


def test_only_a_stop_of_all_of_it_keeps_an_article_from_being_promised() -> None:
    assert is_stopped(by_article([WHOLE, BATCH]), "A1", "AMS1", 2_000)
    assert not is_stopped(by_article([BATCH, PIECE]), "A1", "AMS1", 2_000)


_NUMBERS = st.sampled_from(["", "L1", "l1", "L2", "900", "901"])


@given(st.permutations([WHOLE, BATCH, PIECE, BOTH]), st.integers(0, 4), _NUMBERS, _NUMBERS)
def test_the_gravest_word_counts_in_whatever_order_stops_came(order: list[SalesStop], most: int, batch: str, serial: str) -> None:
    stops = order[:most]
    found, stop = judge(stops, batch, serial)
    said = [verdict(one, batch, serial) for one in stops]
    gravest = next((one for one in (Verdict.STOPPED, Verdict.LOOK) if one in said), Verdict.FREE)
    assert found is gravest and (stop is None) == (gravest is Verdict.FREE)
    if stop is not None:
        assert verdict(stop, batch, serial) is found


def test_what_somebody_looked_at_is_asked_once_and_what_is_known_to_be_meant_stays_stopped() -> None:
    assert judge([BATCH, PIECE], looked=["s2"]) == (Verdict.LOOK, PIECE)
    assert judge([BATCH, PIECE], looked=["s2", "s3"]) == (Verdict.FREE, None)
    assert judge([BATCH], "L1", looked=["s2"]) == (Verdict.STOPPED, BATCH)

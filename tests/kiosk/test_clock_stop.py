"""A terminal whose clock is far off at a real hub: what is limited is not promised from it until the clock is right again."""

from pathlib import Path

from kiosk.apps import enrolment
from kiosk.apps.terminal import Terminal
from kiosk.domain.quantity import ONE
from tests.journeys.support import Ear
from tests.sync.hub.support import a_product, bring_products, running_hub

MINUTE_MS = 60_000


def test_a_clock_eleven_minutes_off_stops_promises_of_limited_goods_until_it_is_right(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub:
        bring_products(hub.hub, a_product(stock_class="limited"), a_product("B1"))
        enrolment.enrol(tmp_path / "till", hub.url, hub.code("1"), lambda step, percent: None)
        ear = Ear()
        till = Terminal(tmp_path / "till", ear)
        try:
            assert till.allocations.promise("A1", ONE, "collect").code == "stock.no_right", "nothing is known of its clock yet"
            hub.clock.added_ms = 12 * MINUTE_MS - 10_000  # so that 11 are said however long a request takes
            till.start()
            assert ear.wait(lambda: ear.sync.clock_stop), ear.sync
            answer = till.allocations.promise("A1", ONE, "collect")
            assert (answer.firm, answer.code) == (False, "stock.clock") and "11" in answer.sentence
            assert till.allocations.promise("B1", ONE, "collect").code != "stock.clock", "open goods need no turn"
            hub.clock.added_ms = 5 * MINUTE_MS
            till.try_sync()
            assert ear.wait(lambda: ear.sync.clock_warning and not ear.sync.clock_stop), ear.sync
            assert till.allocations.promise("A1", ONE, "collect").code != "stock.clock"
        finally:
            till.close()

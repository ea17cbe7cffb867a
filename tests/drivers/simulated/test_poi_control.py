"""The card terminal of the lab as a process part: fitted or not, steered and judged by its control port."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.simulated.bench import Bench
from drivers.simulated.control import ControlPort, Refused
from drivers.simulated.journal import Journal
from drivers.simulated.poi.network import PoiPort
from drivers.simulated.printer.device import SimulatedPrinter


@pytest.fixture
def control(tmp_path: Path) -> Iterator[ControlPort]:
    journal = Journal(time.time)
    with SimulatedPrinter(journal=journal) as printer, PoiPort(tmp_path, journal) as poi:
        made = ControlPort(Bench(printer, poi=poi)).start()
        yield made
        made.stop()


def test_the_operator_chooses_what_happens_and_reads_the_book(control: ControlPort) -> None:
    state = json.loads(control.post("/poi/next", {"do": "decline", "condition": "WrongPIN"})[1])
    assert state["poi"]["next"] == ["decline"] and state["poi"]["on"]
    assert not json.loads(control.post("/poi/power", {"on": False})[1])["poi"]["on"]
    assert json.loads(control.post("/poi/set", {"leaks": True})[1])["poi"]["leaks"]
    assert json.loads(control.get("/poi/book", {})[1]) == []
    assert "dawdle" in json.loads(control.get("/poi/deeds", {})[1])


@pytest.mark.parametrize(("path", "body"), [("/poi/next", {"do": "explode"}), ("/poi/status", {"how": "maybe"})])
def test_an_order_that_it_does_not_know_is_refused_with_a_way_out(control: ControlPort, path: str, body: dict[str, object]) -> None:
    with pytest.raises(Refused, match="is"):
        control.post(path, body)


def test_a_bench_without_a_card_terminal_says_how_to_get_one() -> None:
    with SimulatedPrinter() as printer:
        made = ControlPort(Bench(printer)).start()
        with pytest.raises(Refused, match="--poi"):
            made.get("/poi/book", {})
        made.stop()

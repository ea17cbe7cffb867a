"""The wedge scanner's face: tokens come back as typing, codes as scans."""

from drivers.api import DeviceState, Scan
from drivers.wedge.driver import WedgeScanner
from drivers.wedge.judge import WedgeProfile


def opened() -> tuple[WedgeScanner, list[Scan]]:
    scans: list[Scan] = []
    scanner = WedgeScanner("wedge", WedgeProfile(), lambda: 7_000_000)
    scanner.open(scans.append, lambda health: None)
    return scanner, scans


def test_a_scan_is_told_with_its_aim_prefix_apart_and_its_keys_are_swallowed() -> None:
    scanner, scans = opened()
    for place, char in enumerate("]E08710398500526\r"):
        assert scanner.key(char, place * 9, token=place) == ()
    assert scans == [Scan("wedge", b"]E08710398500526", "8710398500526", "]E0", 7_000_000, complete=True)]
    assert scanner.due_ms is None


def test_typing_comes_back_by_its_tokens_in_order() -> None:
    scanner, scans = opened()
    assert scanner.key("a", 100, token="first") == ()
    assert scanner.due_ms == 131
    assert scanner.tick(131) == ("first",)
    assert scanner.key("b", 300, token="second") == ()
    assert scanner.key("c", 400, token="third") == ("second",)
    assert scanner.tick(1000) == ("third",)
    assert scans == []


def test_a_scan_without_its_suffix_is_told_to_be_incomplete() -> None:
    scanner, scans = opened()
    for place, char in enumerate("87103985"):
        scanner.key(char, place * 9)
    assert scanner.tick(1000) == ()
    assert [(scan.text, scan.complete) for scan in scans] == [("87103985", False)]


def test_a_closed_wedge_lets_every_key_pass() -> None:
    scanner, _ = opened()
    scanner.close()
    assert scanner.key("8", 1, token=1) == (1,)
    assert scanner.health().state is DeviceState.CLOSED

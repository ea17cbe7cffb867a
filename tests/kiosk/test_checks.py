"""A terminal's folder in bad shape: every look at it ends in a sentence, and the doctor still looks at all the rest."""

import json
import random
import shutil
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk import config
from kiosk.apps import checks, enrolment
from kiosk.apps.enrolment import enrol
from kiosk.apps.papers import open_ledger
from kiosk.commands.output import BAD_ARGUMENT, HUB_ABSENT, exit_code
from kiosk.domain.errors import ShopError
from kiosk.store import identity
from kiosk.store.ledger import LEDGER_FILE
from tests.sync.hub.support import running_hub

FACTS = 40


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A till of a real hub with some facts, to be copied."""
    folder = tmp_path_factory.mktemp("shop")
    with running_hub(folder / "hub") as hub:
        enrol(folder / "till", hub.url, hub.code(), lambda step, percent: None)
        ledger = open_ledger(folder / "till")
        for number in range(FACTS):
            ledger.append("staff.signed_in", {"how": "pin", "number": number}, employee="101", day="2026-12-01")
        ledger.close()
    yield folder / "till"


@pytest.fixture
def till(enrolled: Path, tmp_path: Path) -> Path:
    """A till's folder to spoil."""
    return shutil.copytree(enrolled, tmp_path / "till #1 (Zürich)")


def code_of(work: Callable[[], object]) -> str:
    """The code that it ends with; empty when it ends well."""
    try:
        work()
    except ShopError as error:
        return error.code
    return ""


def test_a_ledger_can_be_read_by_its_owner_only(enrolled: Path) -> None:
    for path in (enrolled / LEDGER_FILE, enrolled / identity.FOLDER / "key", *enrolled.glob("catalog-*.db")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


@pytest.mark.parametrize("spoilt", [b"", b"\0" * 8192, b"no database, only text " * 400])
def test_a_file_that_is_no_ledger_is_damaged_in_words(till: Path, tmp_path: Path, spoilt: bytes) -> None:
    (till / LEDGER_FILE).write_bytes(spoilt)
    for look in (checks.status, checks.verify, lambda folder: checks.export(folder, tmp_path / "out")):
        assert code_of(lambda look=look: look(till)) == "database.damaged"  # type: ignore[misc]


def test_the_doctor_says_that_the_ledger_is_damaged_and_looks_on(till: Path) -> None:
    (till / LEDGER_FILE).write_bytes(b"")
    found = {finding.check: finding for finding in checks.doctor(till)}
    assert not found["ledger"].well and found["ledger"].way_out
    assert found["disk"].found and found["hub"].way_out and found["printer"].well


def test_whatever_bit_flips_every_look_ends_in_a_sentence(till: Path) -> None:
    whole, chance = (till / LEDGER_FILE).read_bytes(), random.Random(7)
    seen = set()
    # The first page holds the words of the schema, where a flip meets other parts of SQLite than one in a fact does.
    for place in [*(chance.randrange(100, 4096) for _ in range(150)), *(chance.randrange(len(whole)) for _ in range(40))]:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << chance.randrange(8)
        (till / LEDGER_FILE).write_bytes(spoilt)
        for look in (checks.status, checks.verify):
            seen.add(code_of(lambda look=look: look(till)))  # type: ignore[misc]
    assert "database.damaged" in seen and "data.not_canonical" not in seen


def test_an_export_never_goes_over_the_ledger(till: Path) -> None:
    before = (till / LEDGER_FILE).read_bytes()
    assert code_of(lambda: checks.export(till, till / "identity" / ".." / LEDGER_FILE)) == "export.inside"
    assert (till / LEDGER_FILE).read_bytes() == before


def test_an_export_that_cannot_be_written_says_so(till: Path, tmp_path: Path) -> None:
    assert code_of(lambda: checks.export(till, tmp_path / "none" / "out")) == "export.no_access"
    assert checks.export(till, tmp_path / "out") == FACTS + 1
    assert all(json.loads(line)["signature"] for line in (tmp_path / "out").read_text("utf-8").splitlines())


def test_a_misspelt_setting_is_found_by_the_doctor_and_stops_nobody(till: Path) -> None:
    (till / config.FILE).write_text('printr = "escpos+tcp://192.0.2.1"\nwedge = "wedge://?gapp=30"\n')
    found = {finding.check: finding for finding in checks.doctor(till)}
    assert not found["settings"].well and "printr" in found["settings"].found
    assert not found["keyboard scanner"].well
    assert config.load(till).printer == ""


@pytest.mark.parametrize("line", ["mm_per_px = -1.0", "mm_per_px = nan", "pin_passes = 0", "pin_memory_kib = 99999999"])
def test_a_number_that_no_terminal_could_work_with_is_refused(till: Path, line: str) -> None:
    (till / config.FILE).write_text(line)
    assert code_of(lambda: config.load(till)) == "config.out_of_range"


@pytest.mark.parametrize(
    ("address", "code", "ending"),
    [("http://127.0.0.1:1", "enrol.no_hub", HUB_ABSENT), ("127.0.0.1:8750", "sync.address", BAD_ARGUMENT)],
)
def test_enrolling_where_no_hub_is_says_so_and_keeps_nothing(tmp_path: Path, address: str, code: str, ending: int) -> None:
    with pytest.raises(ShopError) as refused:
        enrolment.enrol(tmp_path / "t", address, "AAAA-BBBB", lambda step, percent: None)
    assert (refused.value.code, exit_code(refused.value)) == (code, ending)
    assert not identity.is_enrolled(tmp_path / "t")

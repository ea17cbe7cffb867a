"""What a terminal does by itself: it looks at its ledger before it sells, backs up every night, and looks at all of it weekly."""

import datetime
import zoneinfo
from collections.abc import Iterator
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite3

from kiosk.apps.nightly import AGAIN_MS, CHECKED, Nightly, night_start_ms
from kiosk.domain.errors import Damaged, ShopError
from kiosk.domain.facts import SHIFT_CLOSED
from kiosk.domain.identity import Moment, Place
from kiosk.store.ledger import LEDGER_FILE, Identity, Ledger
from kiosk.store.soundness import check_at_start
from sync.protocol.signature import Key, verifier

ZONE = "Europe/Amsterdam"
HOUR_MS = 3_600_000
KEY = Key.load(bytes(range(32)))


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.wall_ms = int(datetime.datetime(2026, 12, 1, 12, tzinfo=zoneinfo.ZoneInfo(ZONE)).timestamp() * 1000)

    def now(self) -> Moment:
        return Moment(self.wall_ms, self.wall_ms, "boot")

    def local_date(self, wall_ms: int) -> str:
        return "2026-12-01"


def _open(folder: Path, clock: Clock) -> Ledger:
    place = Place("t", "e", "b", "NL", "EUR", "nl", "AMS1", ZONE, "01")
    ids = iter(range(10_000))
    return Ledger(folder, Identity("d", 1, "till", 1, place), clock, lambda: str(next(ids)), KEY.sign)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = _open(tmp_path, Clock())
    made.append("drawer.opened", {}, employee="1", day="2026-12-01")
    yield made
    made.close()


class Watch:
    """A Nightly with its doings counted."""

    def __init__(self, folder: Path, ledger: Ledger, last_ms: int = 0) -> None:
        self.backups = self.looks = 0
        self.fails = False
        self.told: list[Exception] = []
        self.nightly = Nightly(folder, ledger, 3, self.backup, self.look, self.told.append, lambda: last_ms)

    def backup(self) -> None:
        if self.fails:
            raise ShopError("backup.no_access")
        self.backups += 1

    def look(self) -> None:
        self.looks += 1


def _clock(ledger: Ledger) -> Clock:
    assert isinstance(ledger.clock, Clock)
    return ledger.clock


def test_one_backup_a_night_from_its_hour_on(tmp_path: Path, ledger: Ledger) -> None:
    watch, made = Watch(tmp_path, ledger), []
    for _ in range(72):
        watch.nightly.look_once()
        made.append(watch.backups)
        _clock(ledger).wall_ms += HOUR_MS
    assert made[0] == 1 and made[14] == 1 and made[15] == 2 and made[-1] == 4


def test_a_backup_that_was_made_since_the_night_is_not_made_again_after_a_restart(tmp_path: Path, ledger: Ledger) -> None:
    watch = Watch(tmp_path, ledger, last_ms=_clock(ledger).wall_ms - HOUR_MS)
    watch.nightly.look_once()
    assert watch.backups == 0


def test_a_closed_shift_is_backed_up_at_once(tmp_path: Path, ledger: Ledger) -> None:
    watch = Watch(tmp_path, ledger)
    watch.nightly.look_once()
    ledger.append(SHIFT_CLOSED, {"shift": "S"}, employee="1", day="2026-12-01")
    watch.nightly.look_once()
    watch.nightly.look_once()
    assert watch.backups == 2


def test_a_backup_that_failed_is_told_and_tried_again_an_hour_later(tmp_path: Path, ledger: Ledger) -> None:
    watch = Watch(tmp_path, ledger)
    watch.fails = True
    watch.nightly.look_once()
    watch.nightly.look_once()
    assert [str(error) for error in watch.told] == ["backup.no_access"]
    watch.fails = False
    _clock(ledger).wall_ms += AGAIN_MS
    watch.nightly.look_once()
    assert watch.backups == 1


def test_all_of_the_ledger_is_looked_at_once_a_week(tmp_path: Path, ledger: Ledger) -> None:
    watch = Watch(tmp_path, ledger)
    for _ in range(15):
        watch.nightly.look_once()
        _clock(ledger).wall_ms += 24 * HOUR_MS
    assert watch.looks == 3 and (tmp_path / CHECKED).exists()


def test_the_night_has_its_hour_also_when_the_clocks_change() -> None:
    zone = zoneinfo.ZoneInfo(ZONE)
    for moment in (datetime.datetime(2026, 3, 29, 12, tzinfo=zone), datetime.datetime(2026, 10, 25, 1, tzinfo=zone)):
        start = datetime.datetime.fromtimestamp(night_start_ms(int(moment.timestamp() * 1000), ZONE, 3) / 1000, zone)
        assert start <= moment and moment - start < datetime.timedelta(hours=26)


# Before each start ----------------------------------------------------------------------------------


def _spoilt(folder: Path, statement: str) -> None:
    conn = sqlite3.connect(str(folder / LEDGER_FILE))
    conn.execute(statement)
    conn.commit()
    conn.close()


@pytest.mark.parametrize("damage", ["noise", "cut", "head", "signature"])
def test_a_damaged_ledger_is_set_aside_at_the_start_and_the_way_out_is_said(tmp_path: Path, damage: str) -> None:
    ledger = _open(tmp_path, Clock())
    for _ in range(200):
        ledger.append("drawer.opened", {"note": "x" * 200}, employee="1", day="2026-12-01")
    ledger.close()
    path, verify = tmp_path / LEDGER_FILE, verifier(KEY.public)
    check_at_start(tmp_path, verify, 1)
    data = path.read_bytes()
    if damage == "noise":
        path.write_bytes(data[: len(data) // 2] + bytes(8192) + data[len(data) // 2 + 8192 :])
    elif damage == "cut":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "head":
        _spoilt(tmp_path, "UPDATE facts SET data = zeroblob(10) WHERE seq = 200")
    else:
        _spoilt(tmp_path, "UPDATE facts SET signature = zeroblob(64) WHERE seq = 200")
    with pytest.raises(Damaged) as found:
        check_at_start(tmp_path, verify, 7)
    assert found.value.code == "ledger.set_aside" and (tmp_path / "set-aside-7" / LEDGER_FILE).exists()
    with pytest.raises(Damaged, match=r"ledger\.missing"):
        check_at_start(tmp_path, verify, 8)
    assert not path.exists(), "no new ledger takes its numbers"


def test_a_new_terminal_without_a_ledger_and_a_whole_one_may_start(tmp_path: Path, ledger: Ledger) -> None:
    verify = verifier(KEY.public)
    check_at_start(tmp_path / "empty", verify, 1)
    check_at_start(tmp_path, verify, 1)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "catalog.current").write_text("catalog-1.db")
    with pytest.raises(Damaged, match=r"ledger\.missing"):
        check_at_start(tmp_path / "empty", verify, 1)

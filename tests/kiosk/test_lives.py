"""A terminal that breaks and comes back: backups that show every flipped bit, restore, recovery, and an orderly end."""

import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlite_utils
from pysqlite3 import dbapi2 as sqlite3

from kiosk.apps import backups, checks, enrolment, leaving, recovery
from kiosk.apps.leaving import Manager
from kiosk.apps.papers import open_ledger, read_certificate
from kiosk.domain.cart import CartStarted
from kiosk.domain.customer import Customer
from kiosk.domain.errors import Damaged, Refused, ShopError
from kiosk.domain.facts import GAP_DECLARED, SALE_COMPLETED, SHIFT_OPENED, SealedFact, read_fact
from kiosk.domain.generations import kept
from kiosk.services.counter import Counter
from kiosk.services.shifts import Shifts
from kiosk.store import backup, carts, customers, identity
from kiosk.store import migrations as steps
from kiosk.store.catalog import Catalog
from kiosk.store.database import Connection
from kiosk.store.ledger import LEDGER_FILE
from sync.hub import customers as hub_customers
from sync.hub import devices, snapshots
from sync.hub.operations import AddStaff, add_staff
from sync.protocol import sealing
from sync.protocol.messages import PushedFact, PushRequest, pack
from sync.protocol.signature import Key
from tests.sync.hub.support import DAY, STORE, TENANT, FakeTerminal, RunningHub, running_hub, shop_folder, system_ms

NIGHT_MS = 86_400_000


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shop_folder(tmp_path_factory.mktemp("shop"))


@dataclass
class Till:
    """A terminal in a folder, at a hub."""

    hub: RunningHub
    folder: Path

    def sell(self, count: int = 1) -> None:
        """Sell so many times EUR 10.00, as the checkout writes it."""
        certificate = read_certificate(self.folder)
        body = FakeTerminal(self.hub.url, certificate=certificate, dev=certificate.dev)
        body.http.close()
        ledger = open_ledger(self.folder)
        for _ in range(count):

            def write(conn: Connection) -> None:
                number = ledger.next_receipt_in(conn)
                made = {**body.sale_body("A1", 1, 1000), "receipt": str(number)}
                sealed = ledger.append_in(conn, SALE_COMPLETED, made, employee="101", day=DAY)
                ledger.record_sale_in(conn, made["sale"], number, sealed.seq, [])

            ledger.run(write)
        ledger.close()

    def facts(self) -> list[SealedFact]:
        """What the ledger holds."""
        ledger = open_ledger(self.folder)
        try:
            return ledger.facts()
        finally:
            ledger.close()

    def push(self) -> int:
        """Send everything; gives how many facts the hub has."""
        files, certificate = identity.load(self.folder), read_certificate(self.folder)
        line = FakeTerminal(self.hub.url, key=Key.load(files.key), dev=certificate.dev, certificate=certificate)
        self.hub.terminals.append(line)
        ledger = open_ledger(self.folder)
        reply = line.push(ledger.facts())
        ledger.acknowledge(reply.next_seq, reply.durable_seq, reply.epoch, reply.head, reply.held, reply.forked)
        ledger.close()
        return reply.next_seq - 1

    def held(self, dev: str) -> int:
        """How many facts the hub has of a device."""
        return self.hub.hub.storage.call(lambda c: devices.head_of(c, devices.find_named(c, TENANT, dev)))


@pytest.fixture
def till(tmp_path: Path, shop: Path) -> Iterator[Till]:
    shutil.copytree(shop, tmp_path / "hub")
    with running_hub(tmp_path / "hub") as hub:
        enrolment.enrol(tmp_path / "till", hub.url, hub.code("1"), lambda step, percent: None)
        yield Till(hub, tmp_path / "till")


def _backup(till: Till, at_ms: int = 0) -> Path:
    return backups.make(till.folder, till.folder.parent / "stick", at_ms or system_ms()).file


def _quiet(step: str, percent: int) -> None:
    """Nobody watches."""


def _recover(till: Till, folder: Path, file: Path | None) -> recovery.Recovered:
    return recovery.recover(folder, till.hub.url, till.hub.code("1"), file, system_ms(), _quiet)


# Backups --------------------------------------------------------------------------------------------


def test_a_backup_is_made_beside_an_open_ledger_and_opens_with_the_hubs_help_only(till: Till, tmp_path: Path) -> None:
    till.sell(3)
    ledger = open_ledger(till.folder)
    file = _backup(till)
    ledger.close()
    assert file.stat().st_mode & 0o777 == 0o600 and b"sale.completed" not in file.read_bytes()
    with pytest.raises(Damaged):
        backup.unpack(file, tmp_path / "x.db", lambda number, last, data, context: data)
    assert not (tmp_path / "x.db").exists()
    shutil.rmtree(till.folder)
    found = _recover(till, till.folder, file)
    assert (found.from_hub, found.brought) == (0, 4)


def test_a_backup_is_noted_in_the_terminals_folder_once_it_is_proven(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.status(till.folder)["last_backup_ms"] == 0
    at_ms = system_ms() - NIGHT_MS
    _backup(till, at_ms)
    found = checks.status(till.folder)
    assert found["last_backup_ms"] == at_ms == backups.last_made_ms(till.folder, till.folder.parent / "stick")
    assert found["certificate_until_ms"] == read_certificate(till.folder).not_after_ms and found["hub_state"] == ""

    def spoilt(*args: object) -> None:
        raise Damaged("backup.damaged", part=0)

    monkeypatch.setattr(backup, "unpack", spoilt)
    with pytest.raises(Damaged):
        _backup(till)
    assert checks.status(till.folder)["last_backup_ms"] == at_ms, "what does not open again is no backup"


def test_any_flipped_bit_and_any_missing_byte_of_a_backup_is_found(till: Till, tmp_path: Path) -> None:
    till.sell(2)
    sealed = sealing.seal_to(sealing.public_of(bytes(range(32))), backups.CONTENT)
    copy, file = tmp_path / "copy.db", tmp_path / "one.backup"
    seq, head = backup.copy_ledger(till.folder / LEDGER_FILE, copy)
    header = backup.Header("d", 1, STORE, "01", 1, seq, head.hex(), 5, 1, sealed.public.hex())
    backup.write(copy, file, header, lambda *part: sealing.seal_part(sealed.key, *part))

    def opens(path: Path) -> bool:
        try:
            backup.unpack(path, tmp_path / "out.db", lambda *part: sealing.open_part(sealed.key, *part))
        except Damaged:
            return False
        return True

    assert opens(file)
    data, spoilt = file.read_bytes(), tmp_path / "spoilt.backup"
    places = {*range(400), *(secrets.randbelow(len(data)) for _ in range(100)), len(data) - 1}
    for place in places:
        spoilt.write_bytes(data[:place] + bytes([data[place] ^ 1 << place % 8]) + data[place + 1 :])
        assert not opens(spoilt), f"byte {place}"
    for cut in (0, 10, len(data) // 2, len(data) - 1):
        spoilt.write_bytes(data[:cut])
        assert not opens(spoilt), f"cut at {cut}"
    spoilt.write_bytes(data + b"\0")
    assert not opens(spoilt), "something was added"


def test_seven_days_and_four_weeks_are_kept(till: Till) -> None:
    start = system_ms()
    made = [_backup(till, start + night * NIGHT_MS) for night in range(40)]
    keep = kept(start + night * NIGHT_MS for night in range(40))
    there = [path for path in made if path.exists()]
    assert len(there) == len(keep) <= 11
    assert set(made[-7:]) <= set(there)


def test_a_backup_into_the_terminals_own_folder_is_refused(till: Till) -> None:
    with pytest.raises(ShopError, match=r"backup\.inside"):
        backups.make(till.folder, till.folder / "copies", 1)


def test_a_backup_is_made_without_the_hub_once_its_key_is_known(till: Till) -> None:
    _backup(till)
    settings = till.folder / "terminal.toml"
    settings.write_text(settings.read_text().replace(till.hub.url, "http://127.0.0.1:9"))
    assert _backup(till).exists()
    (till.folder / identity.FOLDER / "backup-key").unlink()
    with pytest.raises(ShopError, match=r"backup\.no_key"):
        _backup(till)


# Restore --------------------------------------------------------------------------------------------


def test_a_backup_goes_back_onto_its_own_device_when_nothing_is_newer(till: Till) -> None:
    till.sell(2)
    till.push()
    before, file = till.facts(), _backup(till)
    (till.folder / LEDGER_FILE).write_bytes(b"not a database at all")
    assert recovery.restore(till.folder, file, system_ms()) == 3
    assert till.facts() == before
    till.sell()
    assert till.push() == 4


def test_a_backup_older_than_what_the_hub_or_the_ledger_knows_is_not_put_back(till: Till) -> None:
    till.sell()
    file = _backup(till)
    till.sell()
    with pytest.raises(Refused, match=r"restore\.older"):
        recovery.restore(till.folder, file, system_ms())
    till.push()
    (till.folder / LEDGER_FILE).unlink()
    with pytest.raises(Refused, match=r"restore\.older"):
        recovery.restore(till.folder, file, system_ms())


def test_the_backup_of_another_terminal_is_not_put_back(till: Till, tmp_path: Path) -> None:
    enrolment.enrol(tmp_path / "other", till.hub.url, till.hub.code("2"), _quiet)
    other = backups.make(tmp_path / "other", tmp_path / "stick", system_ms()).file
    with pytest.raises(Refused, match=r"restore\.foreign"):
        recovery.restore(till.folder, other, system_ms())


# Recovery -------------------------------------------------------------------------------------------


def _open_shift(till: Till) -> None:
    ledger, catalog = open_ledger(till.folder), Catalog(till.folder)
    body = {"shift": "S1", "number": 1, "float": 15_000}
    ledger.append(SHIFT_OPENED, body, employee="101", day=DAY)
    ledger.run(lambda conn: carts.add_all_in(conn, "cart-1", [CartStarted("cart-1")]))
    catalog.close()
    ledger.close()


def test_a_destroyed_terminal_comes_back_from_hub_and_backup_with_receipts_and_shift(till: Till, tmp_path: Path) -> None:
    _open_shift(till)
    till.sell(2)
    till.push()
    till.sell(3)
    file, old = _backup(till), till.facts()
    dev = read_certificate(till.folder).dev
    shutil.rmtree(till.folder)
    found = _recover(till, tmp_path / "new", file)
    assert (found.follows, found.from_hub, found.brought, found.has_shift) == (dev, 4, 3, True)
    assert till.held(dev) == 7, "what only the backup had is at the hub now"
    ledger, catalog = open_ledger(tmp_path / "new"), Catalog(tmp_path / "new")
    receipt = read_fact(old[-1].data).body["receipt"]
    assert ledger.find_sale(receipt) == read_fact(old[-1].data) == ledger.find_sale("")
    counter = Counter(ledger, catalog)
    shifts = Shifts(counter)
    assert counter.shift is not None and counter.shift.id == "S1"
    totals = shifts.totals()
    assert (totals.sales, totals.cash_expected) == (5, 15_000 + 5_000)
    certificate = read_certificate(tmp_path / "new")
    assert certificate.series == 2 and certificate.dev != dev
    gap = next(read_fact(fact.data) for fact in ledger.facts() if read_fact(fact.data).kind == GAP_DECLARED)
    assert (gap.body["dev"], gap.body["from"], gap.body["to"], gap.body["head"]) == (dev, 8, 0, old[-1].hash.hex())
    catalog.close()
    ledger.close()
    new = Till(till.hub, tmp_path / "new")
    new.sell()
    assert new.push() == len(new.facts())


def test_without_a_backup_the_hub_alone_brings_it_back(till: Till, tmp_path: Path) -> None:
    till.sell(3)
    till.push()
    shutil.rmtree(till.folder)
    found = _recover(till, tmp_path / "new", None)
    assert (found.from_hub, found.brought, found.gap_from) == (4, 0, 5)


def test_a_damaged_ledger_is_read_as_far_as_it_goes_and_the_hole_is_declared(till: Till, tmp_path: Path) -> None:
    till.sell(3)
    till.push()
    till.sell(4)
    dev = read_certificate(till.folder).dev
    with sqlite3.connect(str(till.folder / LEDGER_FILE)) as conn:
        conn.execute("UPDATE facts SET data = X'00' WHERE seq = 7")
    conn.close()
    found = _recover(till, till.folder, None)
    assert (found.from_hub, found.brought, found.gap_from, found.gap_to) == (4, 2, 7, 8)
    assert till.held(dev) == 6
    assert list(till.folder.glob("set-aside-*/ledger.db")), "the damaged ledger is kept"


def test_the_old_terminal_is_ended_at_the_hub_and_what_it_still_sends_is_taken(till: Till, tmp_path: Path) -> None:
    till.sell()
    old = shutil.copytree(till.folder, tmp_path / "came-back")
    shutil.rmtree(till.folder)
    _recover(till, tmp_path / "new", None)
    states = [(one.series, one.state) for one in till.hub.hub.storage.call(lambda c: devices.look(c, TENANT))]
    assert states == [(1, "recovered"), (2, "in use")]
    assert Till(till.hub, old).push() == 2


def test_a_history_that_the_old_key_did_not_sign_recovers_nothing(till: Till, tmp_path: Path) -> None:
    till.sell(2)
    file_dev = read_certificate(till.folder).dev
    forged = [SealedFact(fact.seq, fact.data, fact.hash, bytes(64)) for fact in till.facts()]
    shutil.rmtree(till.folder)
    enrolment.enrol(tmp_path / "new", till.hub.url, till.hub.code("1"), _quiet)
    new = Till(till.hub, tmp_path / "new")
    files, certificate = identity.load(new.folder), read_certificate(new.folder)
    line = FakeTerminal(till.hub.url, key=Key.load(files.key), dev=certificate.dev, certificate=certificate)
    till.hub.terminals.append(line)
    pushed = [PushedFact(fact.data, fact.signature) for fact in forged]
    answer = line.request("POST", "/v1/push", pack(PushRequest(file_dev, 1, 1, pushed)))
    assert answer.status_code == 422 and till.held(file_dev) == 0


# The end --------------------------------------------------------------------------------------------


def test_a_terminal_sends_everything_tells_the_hub_and_leaves_nothing_behind(till: Till) -> None:
    till.sell(2)
    ledger = open_ledger(till.folder)
    ledger.run(lambda conn: customers.keep_new_in(conn, Customer("K234", "Paula", phone="+31687654321"), "101", 1))
    ledger.close()
    dev = read_certificate(till.folder).dev
    left = leaving.leave(till.folder)
    (known,) = till.hub.hub.storage.call(lambda c: hub_customers.find(c, TENANT, "", "+31687654321"))
    assert known.number == "K234", "who became a customer there is known"
    assert (left.facts, till.held(dev)) == (0, 3)
    assert [path.name for path in till.folder.iterdir()] == ["in-use"]
    state = till.hub.hub.storage.call(lambda c: devices.look(c, TENANT)[0].state)
    assert state == "decommissioned"
    enrolment.enrol(till.folder, till.hub.url, till.hub.code("1", store="UTR1"), _quiet)
    assert read_certificate(till.folder).place.store == "UTR1"


def _cut_off(till: Till) -> None:
    settings = till.folder / "terminal.toml"
    settings.write_text(settings.read_text().replace(till.hub.url, "http://127.0.0.1:9"))


def test_a_terminal_that_is_cut_off_refuses_to_end_and_says_how_much_money_is_unsent(till: Till) -> None:
    till.sell(3)
    till.push()
    till.sell(2)
    _cut_off(till)
    with pytest.raises(Refused) as refused:
        leaving.leave(till.folder)
    assert refused.value.code == "leave.unsent"
    assert (refused.value.values["count"], refused.value.values["facts"]) == (2, 2)
    assert "20.00" in str(refused.value.values["money"])
    assert len(till.facts()) == 6, "nothing was touched"


def test_only_a_manager_with_the_right_pin_gives_up_what_is_unsent_and_it_stays_written_down(till: Till) -> None:
    pins = {
        number: add_staff(till.hub.hub, AddStaff(number, number, role)).pins[number]
        for number, role in (("900", "manager"), ("101", "cashier"))
    }
    snapshots.make(till.hub.hub, TENANT, "device")
    enrolment.fetch(till.folder, _quiet)
    till.sell(2)
    _cut_off(till)
    for number, pin, code in (("101", pins["101"], "leave.not_a_manager"), ("900", "000000", "staff.wrong_pin")):
        with pytest.raises(Refused) as refused:
            leaving.leave(till.folder, Manager(number, pin))
        assert refused.value.code == code
    left = leaving.leave(till.folder, Manager("900", pins["900"]))
    assert left.sales == 2
    said = (till.folder / leaving.GIVEN_UP).read_text()
    assert '"by": "900"' in said and "20.00" in said
    assert not (till.folder / LEDGER_FILE).exists() and not identity.is_enrolled(till.folder)


def test_step_m003_ledger_lives_gives_an_old_ledger_room_for_a_predecessor(tmp_path: Path) -> None:
    with sqlite3.connect(str(tmp_path / "old.db")) as conn:
        database = sqlite_utils.Database(conn)
        steps.ledger.apply(database, stop_before="m003_lives")
        assert "past_facts" not in database.table_names()
        steps.ledger.apply(database)
        assert {"past_facts", "past_sales"} <= set(database.table_names())
    conn.close()

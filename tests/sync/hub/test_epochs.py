"""A hub restored from yesterday's backup while terminals sell: nothing is lost, nothing comes twice, nothing is promised twice."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from kiosk.domain.facts import RIGHTS_RECEIVED
from sync.hub import devices, epochs, feedlog, stock_accounts, stock_leases
from sync.hub.core import Hub
from sync.hub.devices import Who
from sync.hub.enrolment import find_device
from sync.hub.problems import HubProblem
from sync.hub.reservations import expire
from sync.hub.stock import HELD
from sync.hub.storage.marks import REV_BITS
from sync.hub.storage.schema import facts, stock
from sync.hub.storage.schema_lives import hub_states
from sync.hub.storage.schema_stock import reservations, rights_devices
from sync.protocol.messages import HeldRight, PushRequest, pack
from tests.sync.hub.lives import LivingTerminal, copy_of, life, put_back, restore_copy, state_of, waiting_of
from tests.sync.hub.support import DAY, STORE, TENANT, a_product, bring_products, open_test_hub, running_hub, system_ms


def _two(folder: Path) -> tuple[LivingTerminal, LivingTerminal]:
    """A hub with an article of which ten are there, and two tills that sold one each and sent it."""
    with running_hub(folder) as hub:
        bring_products(hub.hub, a_product())
        one, two = LivingTerminal(hub.terminal("1")), LivingTerminal(hub.terminal("2"))
        for till in (one, two):
            till.sell()
            till.settle()
            till.catch_up()
    return one, two


def _facts(hub: Hub) -> int:
    return hub.storage.call(lambda c: int(c.scalar(select(func.count()).select_from(facts)) or 0))


def _on_hand(hub: Hub) -> int:
    return hub.storage.call(lambda c: int(c.scalar(select(stock.c.on_hand_milli).where(stock.c.store == STORE)) or 0))


def _refused(hub: Hub) -> str:
    try:
        hub.storage.call(lambda connection: epochs.require_open(connection, TENANT))
    except HubProblem as problem:
        return problem.code
    return ""


@pytest.fixture
def folder(tmp_path: Path, shop: Path) -> Path:
    shutil.copytree(shop, tmp_path / "hub")
    return tmp_path / "hub"


def test_yesterdays_backup_and_terminals_that_sold_meanwhile_lose_nothing_and_double_nothing(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    yesterday = copy_of(folder, tmp_path / "yesterday")
    with life(folder, one, two) as hub:
        for till in (one, two):
            till.sell(3)
            till.settle()
        assert _facts(hub.hub) == 8
    one.sell(2)
    epoch = restore_copy(folder, yesterday, system_ms())
    two.sell()
    with life(folder, one, two) as hub:
        assert _facts(hub.hub) == 2 and hub.hub.storage.epoch == epoch
        assert [till.settle().epoch for till in (one, two)] == [epoch, epoch]
        assert _facts(hub.hub) == 11
        assert one.settle().next_seq == 7 and two.settle().next_seq == 6
        assert _facts(hub.hub) == 11 and _on_hand(hub.hub) == -1_000
        report = one.terminal.request("GET", f"/v1/report/day?store={STORE}&day={DAY}").json()
        assert report["total"]["sales"] == 11


def test_a_restored_hub_promises_nothing_until_every_terminal_has_said_what_it_holds(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one, two) as hub:
        assert state_of(hub.hub).state == epochs.RECOVERING and _refused(hub.hub) == "hub.recovering"
        assert waiting_of(hub.hub) == ["01", "02"]
        one.rights = [HeldRight(STORE, "A1", 2_000)]
        first = one.settle()
        assert (first.hub, first.wants_report) == ("recovering", True)
        one.catch_up()
        assert not one.push(one.report()).wants_report
        assert waiting_of(hub.hub) == ["02"] and _refused(hub.hub) == "hub.recovering"
        two.settle()
        two.catch_up()
        told = two.push(two.report())
        assert (told.hub, told.wants_report) == ("open", False)
        assert _refused(hub.hub) == "" and waiting_of(hub.hub) == []
    with life(folder, one) as hub:
        assert state_of(hub.hub).state == epochs.OPEN, "it stays open over a restart"


def test_a_report_counts_only_with_the_last_fact_and_the_newest_row(folder: Path, tmp_path: Path) -> None:
    one, _ = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one) as hub:
        one.settle()
        one.catch_up()
        early = one.report()
        one.sell()
        assert one.push(early).wants_report, "a sale came after it"
        assert one.push(early).wants_report
        current = one.report()
        hub.terminal("3")  # a peer row for the store is on its way
        assert one.push(current).wants_report, "the copy is not the newest"
        one.catch_up()
        stale = one.report()
        one.terminal.cursors["device"] = one.terminal.cursors["device"]._replace(digest=bytes(32))
        assert one.push(one.report()).wants_report, "the copy is another"
        assert not one.push(stale).wants_report


def test_the_old_copy_of_the_feed_is_refused_and_a_snapshot_of_the_new_epoch_replaces_it(folder: Path, tmp_path: Path) -> None:
    one, _ = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one):
        gone = one.terminal.feed_raw("device")
        assert gone.status_code == 410 and int(gone.headers["Toonbank-Epoch"]) > 60_000
        one.catch_up()
        assert one.terminal.cursors["device"].epoch == int(gone.headers["Toonbank-Epoch"])


def test_every_revision_of_an_epoch_is_above_every_revision_of_those_before(folder: Path, tmp_path: Path) -> None:
    """Restored again and again from the same first backup, by machines that know nothing of one another."""
    _two(folder)
    first = copy_of(folder, tmp_path / "first")
    highest, epochs_seen = 0, list[int]()
    for day in range(5):
        epoch = restore_copy(folder, first, system_ms() + day * 3_600_000)
        hub = open_test_hub(folder, shop=False)
        lowest = hub.storage.call(lambda connection: feedlog.head(connection, TENANT))
        assert lowest > highest and epoch not in epochs_seen
        epochs_seen.append(epoch)
        for price in range(1, 20):
            bring_products(hub, a_product(price_minor=price))
        highest = hub.storage.call(lambda connection: feedlog.head(connection, TENANT))
        assert highest < (epoch + 1) << REV_BITS
        hub.close()


def test_an_epoch_is_above_what_the_folder_knew_and_above_the_revisions_it_finds(folder: Path) -> None:
    _two(folder)
    hub = open_test_hub(folder, shop=False)
    begin = hub.storage.call
    assert begin(lambda connection: epochs.begin(connection, 0)) == 2
    assert begin(lambda connection: epochs.begin(connection, 0, known_epoch=70)) == 71
    assert begin(lambda connection: epochs.begin(connection, system_ms())) > 60_000
    hub.close()


def test_no_receipt_series_of_the_lost_days_is_given_again(folder: Path, tmp_path: Path) -> None:
    _two(folder)
    copy = copy_of(folder, tmp_path / "copy")
    with running_hub(folder) as hub:
        lost = [hub.terminal("1").certificate, hub.terminal("1").certificate]
    restore_copy(folder, copy, system_ms())
    with running_hub(folder) as hub:
        fresh = [hub.terminal("1").certificate, hub.terminal("1").certificate]
    given = [one.series for one in (*lost, *fresh) if one is not None]
    assert given == [2, 3, 102, 103]


def test_a_code_that_was_not_used_when_the_backup_was_made_is_good_no_more(folder: Path, tmp_path: Path) -> None:
    _two(folder)
    with running_hub(folder) as hub:
        code = hub.code("5")
    copy = copy_of(folder, tmp_path / "copy")
    restore_copy(folder, copy, system_ms())
    with running_hub(folder) as hub:
        assert hub.stranger().enrol(code).json()["code"] == "enrol.code_expired"


def test_a_terminal_enrolled_after_the_restore_is_not_waited_for(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one, two) as hub:
        fresh = LivingTerminal(hub.terminal("3"))
        fresh.sell()
        assert not fresh.push().wants_report and waiting_of(hub.hub) == ["01", "02"]


# A database that was put back by hand ---------------------------------------------------------------


def test_a_database_put_back_by_hand_is_found_out_by_the_first_terminal_that_pushes(folder: Path, tmp_path: Path) -> None:
    one, _ = _two(folder)
    copy = copy_of(folder, tmp_path / "copy")
    with life(folder, one):
        one.sell(4)
        one.settle()
    put_back(folder, copy)
    with life(folder, one) as hub:
        one.sell()
        told = one.push()
        assert (told.hub, told.next_seq) == ("doubtful", 2)
        assert _refused(hub.hub) == "hub.doubtful"
        assert "AMS1-01 was told that 5 facts are kept, and 1 are" in state_of(hub.hub).doubt
        assert one.settle().next_seq == 7, "facts are taken all the same"
        doubt = state_of(hub.hub).doubt
        assert hub.hub.storage.call(lambda c: epochs.begin(c, system_ms())) > 60_000
        assert doubt and state_of(hub.hub).state == epochs.RECOVERING, "restored in order, the doubt is over"


def test_a_cursor_from_the_future_shows_it_too_and_the_terminal_gets_a_snapshot(folder: Path, tmp_path: Path) -> None:
    one, _ = _two(folder)
    copy = copy_of(folder, tmp_path / "copy")
    with life(folder, one) as hub:
        for price in range(1, 5):
            bring_products(hub.hub, a_product(price_minor=price))
        one.catch_up()
    put_back(folder, copy)
    with life(folder, one) as hub:
        assert state_of(hub.hub).state == epochs.OPEN
        assert one.terminal.feed_raw("device").status_code == 410
        assert state_of(hub.hub).state == epochs.DOUBTFUL and "has seen revision" in state_of(hub.hub).doubt
        one.catch_up()


def test_a_terminal_that_only_asks_again_or_was_put_back_itself_raises_no_doubt(folder: Path) -> None:
    one, _ = _two(folder)
    with life(folder, one) as hub:
        one.sell(3)
        one.settle()
        one.push()
        one.acked = 1  # its own ledger is an older copy
        one.push()
        assert state_of(hub.hub).state == epochs.OPEN


def test_a_relay_does_not_speak_for_the_terminal_whose_facts_it_brings(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one, two) as hub:
        one.settle()
        one.catch_up()
        request = PushRequest(one.terminal.dev, 1, one.acked + 1, [], 0, 0, one.report())
        assert two.terminal.request("POST", "/v1/push", pack(request)).status_code == 200
        assert waiting_of(hub.hub) == ["01", "02"]


def test_a_hub_restored_on_a_machine_whose_clock_is_years_behind_waits_for_its_terminals_all_the_same(
    folder: Path, tmp_path: Path
) -> None:
    one, two = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms() - 5 * 365 * 86_400_000)
    with life(folder, one, two) as hub:
        assert waiting_of(hub.hub) == ["01", "02"] and _refused(hub.hub) == "hub.recovering"
        for till in (one, two):
            assert till.settle().wants_report
            till.catch_up()
            assert not till.push(till.report()).wants_report
        assert _refused(hub.hub) == ""


def test_a_terminal_that_heard_of_a_later_epoch_proves_that_the_whole_machine_was_put_back(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    copy = copy_of(folder, tmp_path / "copy")
    restore_copy(folder, copy, system_ms())
    with life(folder, one) as hub:
        later = one.settle().epoch
    put_back(folder, copy)
    with life(folder, one, two) as hub:
        assert two.push().hub == "open"
        told = one.push()
        assert (told.hub, told.epoch) == ("doubtful", 1) and f"in epoch {later}" in state_of(hub.hub).doubt
        assert hub.stranger().enrol(hub.code("7")).json()["code"] == "hub.doubtful", "it would give a series a second time"


def test_a_report_that_comes_with_facts_is_held_against_an_account_that_has_them(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    with life(folder, one) as hub:
        grant = lambda c: feedlog.publish(c, TENANT, stock_accounts.grant(c, TENANT, one.terminal.dev, (STORE, "A1"), 4_000))  # noqa: E731
        hub.hub.storage.call(grant)
        one.catch_up()
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one, two) as hub:
        assert one.settle().wants_report
        one.catch_up()
        body = {"store": STORE, "article": "A1", "quantity": 1_000, "serials": [], "transfer": "t", "from": two.terminal.dev}
        one.terminal.fact(RIGHTS_RECEIVED, body)
        one.rights = [HeldRight(STORE, "A1", 5_000)]
        assert not one.push(one.report()).wants_report
        held = hub.hub.storage.call(lambda c: stock_accounts.held_by(c, TENANT, one.terminal.dev))
        assert held == {(STORE, "A1"): 5_000}, "neither more nor less than it says"


def test_who_was_replaced_after_the_restore_is_waited_for_until_somebody_says_that_it_is_lost(folder: Path, tmp_path: Path) -> None:
    one, two = _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    with life(folder, one, two) as hub:
        two.settle()
        two.catch_up()
        two.push(two.report())
        hub.terminal("1")
        assert waiting_of(hub.hub) == ["01"] and _refused(hub.hub) == "hub.recovering", "the backup may lack rights that it has"
        gone = hub.hub.storage.call(lambda c: find_device(c, one.terminal.dev))
        assert gone is not None
        hub.hub.storage.call(lambda c: devices.lose(c, gone, Who("900", system_ms(), hub.hub.world.new_id)))
        assert _refused(hub.hub) == ""


def test_nothing_ends_by_itself_while_the_hub_may_have_forgotten_that_it_was_made_longer(folder: Path, tmp_path: Path) -> None:
    _two(folder)
    restore_copy(folder, copy_of(folder, tmp_path / "copy"), system_ms())
    hub = open_test_hub(folder, shop=False)
    far_ms = system_ms() + 400 * 86_400_000
    row = {"tenant": TENANT, "dev": "d", "grant_no": 0, "lease_no": 3, "lease_until_ms": 1, "leases_over": 2, "lost_ms": 0}
    held = {
        "tenant": TENANT, "store": STORE, "id": "r", "article": "A1", "quantity_milli": 1_000, "state": HELD, "who": "web",
        "serials": "[]", "at_ms": 1, "expires_ms": 2,
    }  # fmt: skip
    hub.storage.call(lambda c: (c.execute(insert(rights_devices).values(**row)), c.execute(insert(reservations).values(**held))))
    ends = lambda c: (stock_leases.take_back(c, TENANT, far_ms), expire(c, TENANT, far_ms))  # noqa: E731
    assert hub.storage.call(ends) == (0, 0)
    hub.storage.call(lambda c: c.execute(update(hub_states).values(state=epochs.OPEN)))
    assert hub.storage.call(ends) == (1, 1)
    hub.close()

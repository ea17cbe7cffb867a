"""A database file that somebody copied back is found out by the folder's mark before it promises anything a second time."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, update

from kiosk.domain.quantity import ONE
from sync.hub import backups, epochs, stock_leases
from sync.hub.enrolment import find_device
from sync.hub.problems import HubProblem
from sync.hub.stock import Pool
from sync.hub.storage.database import read_revs
from sync.hub.storage.marks import FILE, REV_BITS, Giving, Marks
from sync.hub.storage.schema import feed_digest, feed_log, tenants
from sync.protocol.messages import HeldRight
from tests.sync.hub.lives import LivingTerminal, life, state_of, waiting_of
from tests.sync.hub.stock_support import DirectHub, call, free, granted, make_limited, share, take
from tests.sync.hub.support import STORE, TENANT, Pair, TestClock, a_product, bring_products, open_test_hub

DATABASE = ("hub.db", "hub.db-wal", "hub.db-shm")


@contextmanager
def opened(folder: Path) -> Iterator[DirectHub]:
    """One life of a hub, which begins as a server does: by looking back."""
    clock = TestClock()
    hub = open_test_hub(folder, clock, shop=False)
    try:
        backups.look_back(hub)
        yield DirectHub(hub, clock)
    finally:
        hub.close()


def file_put_back(folder: Path, copy: Path) -> None:
    """Copy an old database file over the one in the folder, as people do, and leave all else as it is."""
    for name in DATABASE:
        (folder / name).unlink(missing_ok=True)
    shutil.copy(copy, folder / "hub.db")


@pytest.fixture
def folder(tmp_path: Path, shop: Path) -> Path:
    """A hub with ten pieces of one article and a till."""
    shutil.copytree(shop, tmp_path / "hub")
    with opened(tmp_path / "hub") as hub:
        bring_products(hub.hub, a_product())
        make_limited(hub)
        hub.terminal()
    shutil.copy(tmp_path / "hub" / "hub.db", tmp_path / "copy")
    return tmp_path / "hub"


@pytest.fixture
def copy(folder: Path) -> Path:
    """The database file as it was then."""
    return folder.parent / "copy"


def refused(hub: DirectHub) -> str:
    """Why nothing can be reserved."""
    with pytest.raises(HubProblem) as problem:
        take(hub)
    return problem.value.code


def gives_a_lease(hub: DirectHub) -> None:
    """A till asks how long its rights hold."""
    till = hub.terminal("8")
    device = call(hub, lambda c: find_device(c, till.dev))
    assert device is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stock_leases, "rules_of", lambda *_: type("Rules", (), {"lease_minutes": 30}))
        assert call(hub, lambda c: stock_leases.give(c, device, hub.clock())).no


def shares(hub: DirectHub) -> None:
    """A round of grants."""
    assert share(hub, whole=True)


GIVES: dict[str, Callable[[DirectHub], object]] = {
    "a reservation": take, "rights": shares, "a lease": gives_a_lease, "a place with its series": lambda hub: hub.terminal("9"),
}  # fmt: skip


@pytest.mark.parametrize("gives", GIVES.values(), ids=GIVES)
def test_a_file_from_before_something_was_given_out_begins_as_a_restored_one(
    folder: Path, copy: Path, gives: Callable[[DirectHub], object]
) -> None:
    with opened(folder) as hub:
        before = hub.hub.storage.epoch
        gives(hub)
    file_put_back(folder, copy)
    with opened(folder) as hub:
        assert state_of(hub.hub).state == epochs.RECOVERING and hub.hub.storage.epoch > before
        assert refused(hub) == "hub.recovering" and share(hub, whole=True) == 0
        assert waiting_of(hub.hub) == ["01"]
    with opened(folder) as hub:
        assert state_of(hub.hub).state == epochs.RECOVERING, "and it is not restored a second time"
        assert hub.hub.storage.marks.behind == ""


def test_what_was_given_out_before_is_not_given_again(folder: Path, copy: Path) -> None:
    with opened(folder) as hub:
        take(hub, 6 * ONE)
    file_put_back(folder, copy)
    with opened(folder) as hub:
        assert free(hub).reserved == 0, "the file knows nothing of it"
        assert refused(hub) == "hub.recovering"


def test_sales_that_a_file_lacks_show_too_once_a_round_went_by(folder: Path, copy: Path) -> None:
    with opened(folder) as hub:
        till = hub.terminal("2")
        shutil.copy(folder / "hub.db", copy)
        till.sale()
        till.push()
        assert hub.hub.storage.look_back() == ""
    file_put_back(folder, copy)
    with opened(folder) as hub:
        assert state_of(hub.hub).state == epochs.RECOVERING


def test_a_hub_that_only_stopped_or_died_between_its_commit_and_its_mark_goes_on(folder: Path) -> None:
    with opened(folder) as hub:
        before = hub.hub.storage.epoch
        mark = (folder / FILE).read_bytes()
        take(hub)
    (folder / FILE).write_bytes(mark)
    for _ in range(2):
        with opened(folder) as hub:
            assert hub.hub.storage.epoch == before and state_of(hub.hub).state == epochs.OPEN


def test_a_file_from_which_nothing_is_missing_is_believed(folder: Path) -> None:
    with opened(folder) as hub:
        before = hub.hub.storage.epoch
    shutil.copy(folder / "hub.db", folder.parent / "copy")
    file_put_back(folder, folder.parent / "copy")
    with opened(folder) as hub:
        assert hub.hub.storage.epoch == before and free(hub).free == 10 * ONE


def test_an_import_into_the_old_file_before_the_hub_serves_does_not_hide_it(folder: Path, copy: Path) -> None:
    with opened(folder) as hub:
        take(hub)
    file_put_back(folder, copy)
    offline = open_test_hub(folder, shop=False)
    for price in range(1, 5):
        bring_products(offline, a_product(price_minor=price))
    assert call(DirectHub(offline, TestClock()), read_revs)[TENANT] > Marks(folder / FILE, offline.key.public.hex()).revs()[TENANT]
    offline.close()
    with opened(folder) as hub:
        assert state_of(hub.hub).state == epochs.RECOVERING


def test_once_the_tills_have_said_what_they_hold_such_a_hub_opens_by_itself(folder: Path, copy: Path) -> None:
    with life(folder) as hub:
        till = LivingTerminal(hub.terminal())
        till.push()
    shutil.copy(folder / "hub.db", copy)
    with life(folder, till) as hub:
        till.sell(3)
        till.settle()
        share(hub, whole=True)
        till.catch_up()
        held = granted(till.terminal)[f"{STORE}|A1"].level_milli
    file_put_back(folder, copy)
    with life(folder, till) as hub:
        assert free(hub) == Pool(10 * ONE), "the file knows neither the sales nor the rights"
        till.rights = [HeldRight(STORE, "A1", held)]
        till.settle()
        till.catch_up()
        assert till.push(till.report()).hub == "open"
        assert free(hub).granted == held > 0 and free(hub).free == 7 * ONE - held


def test_the_mark_of_another_hub_and_one_that_cannot_be_read_say_nothing(folder: Path) -> None:
    Marks(folder / FILE, "another").note({TENANT: 1 << 40})
    with opened(folder) as hub:
        assert state_of(hub.hub).state == epochs.OPEN
    (folder / FILE).write_bytes(b"\x00 rubbish")
    with opened(folder) as hub:
        assert state_of(hub.hub).state == epochs.OPEN
        take(hub)
    assert b'"noord"' in (folder / FILE).read_bytes()


def test_a_mark_is_on_the_disk_before_anybody_hears_of_what_was_given(folder: Path) -> None:
    with opened(folder) as hub:
        heard: list[int] = []
        path, owner = folder / FILE, hub.hub.key.public.hex()
        hub.hub.storage.listen(lambda touched: heard.append(Marks(path, owner).revs()[TENANT]))
        share(hub, whole=True)
        assert heard and heard[-1] == call(hub, read_revs)[TENANT]


def test_a_proof_stays_until_the_database_has_a_later_epoch_whoever_gave_it() -> None:
    marks = Marks()
    marks.note({"a": 7, "b": 9})
    assert marks.compare(marks.revs(), {"a": 7, "b": 8}) == "this hub was at revision 9 of b, and its database is at 8"
    marks.note({"b": 100})
    assert marks.compare(marks.revs(), {"a": 70, "b": 80}).endswith("at 8"), "numbers rise by themselves"
    with pytest.raises(HubProblem, match=r"hub\.doubtful"):
        Giving(marks).require_ahead("a", 70)
    restored = {"a": 5 << REV_BITS, "b": 5 << REV_BITS}
    assert marks.compare(marks.revs(), restored) == "" and marks.revs() == restored


def test_hubs_on_one_database_stop_promising_when_it_goes_back_under_them(pair: Pair) -> None:
    one, two = pair
    bring_products(one.hub, a_product())
    till = LivingTerminal(one.terminal())
    take(one)
    take(two)
    seen = call(one, read_revs)[TENANT]

    def go_back(connection: Connection) -> None:
        for table in (feed_log, feed_digest):
            connection.execute(delete(table).where(table.c.rev > seen - 2))
        connection.execute(update(tenants).values(rev=seen - 2))

    call(one, go_back)
    assert till.terminal.push([]).hub == "open", "nobody knows yet"
    with pytest.raises(HubProblem, match=r"hub\.doubtful"):
        take(two)
    assert call(two, read_revs)[TENANT] == seen - 2
    assert backups.look_back(two.hub)
    with pytest.raises(HubProblem, match=r"hub\.doubtful"):
        take(one)
    assert state_of(one.hub).state == epochs.DOUBTFUL
    backups.begin_anew(one.hub)
    assert two.hub.storage.look_back() == "" == two.hub.storage.marks.behind

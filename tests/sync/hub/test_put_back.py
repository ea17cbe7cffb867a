"""Reservations after a restore: the web shop sends again what it holds, the hub takes it and says what has no goods."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import func, select

from kiosk.domain.quantity import ONE
from sync.hub import epochs
from sync.hub.reservations import Asker, Reservation, proved, proved_in
from sync.hub.stock_operations import MakeConnectorKey, ReportStock, make_connector_key, report_stock
from sync.hub.storage.schema import audit, tasks
from sync.hub.storage.schema_stock import put_back
from sync.protocol.signature import verifier
from tests.sync.hub.lives import LivingTerminal, copy_of, life, restore_copy, state_of
from tests.sync.hub.stock_support import a_round, call, free, moved
from tests.sync.hub.support import STORE, TENANT, RunningHub, a_product, bring_products, running_hub, system_ms


@dataclass
class Shop:
    """A web shop that keeps what it holds, and the epoch that it knew."""

    key: str
    hub: RunningHub
    epoch: int = 0

    def ask(self, path: str, body: object = None) -> httpx.Response:
        """Ask the hub; the epoch stands in every answer."""
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": str(uuid.uuid4())}
        content = msgspec.json.encode(body) if body is not None else b""
        return self.hub.terminals[0].http.post(path, content=content, headers=headers)

    def reserve(self, article: str = "A1", pieces: int = 1) -> dict[str, Any]:
        """Reserve for a customer."""
        answer = self.ask("/v1/reserve", {"store": STORE, "article": article, "quantity": pieces * ONE})
        assert answer.status_code == 200, answer.text
        self.epoch = int(answer.headers["Toonbank-Epoch"])
        return dict(answer.json())

    def again(self, *held: dict[str, Any], epoch: int | None = None) -> httpx.Response:
        """Send what it holds, as the hub gave it."""
        names = ("id", "store", "article", "quantity", "state", "expires_ms", "serials", "proof")
        sent = [{name: one[name] for name in names} for one in held]
        return self.ask("/v1/reserve/again", {"epoch": self.epoch if epoch is None else epoch, "reservations": sent})

    def given(self, one: dict[str, Any], who: str = "connector:webshop", epoch: int | None = None) -> dict[str, Any]:
        """The same with other words in it, as if this hub had given it so."""
        made = Reservation(one["id"], one["store"], one["article"], one["quantity"], "held", 0, one["serials"])
        proof = proved(made, Asker(TENANT, who), self.epoch if epoch is None else epoch, self.hub.hub.key.sign).proof
        return {**one, "proof": proof}


@dataclass
class Restored:
    """A hub that was restored from a backup made before the last reservations, its till, and the web shop."""

    hub: RunningHub
    till: LivingTerminal
    shop: Shop
    held: list[dict[str, Any]]
    claimed: dict[str, Any]

    def report(self) -> None:
        """The till sends what is missing and says what it holds: the hub opens."""
        self.till.settle()
        self.till.catch_up()
        assert not self.till.push(self.till.report()).wants_report
        assert state_of(self.hub.hub).state == epochs.OPEN


@pytest.fixture
def restored(tmp_path: Path, shop: Path) -> Iterator[Restored]:
    """Ten pieces; a backup; three of them reserved, one more claimed; the hub dies and is put back."""
    folder = copy_of(shop, tmp_path / "hub")
    with running_hub(folder) as hub:
        bring_products(hub.hub, a_product("A1"))
        till = LivingTerminal(hub.terminal())
        till.push()
        key = make_connector_key(hub.hub, MakeConnectorKey("webshop")).key
    backup = copy_of(folder, tmp_path / "backup")
    with life(folder, till) as hub:
        web = Shop(key, hub)
        held = [web.reserve(), web.reserve(pieces=2)]
        claimed = web.reserve()
        assert web.ask(f"/v1/reserve/{claimed['id']}/claim").json()["state"] == "claimed"
        claimed["state"] = "claimed"
    restore_copy(folder, backup, system_ms())
    with life(folder, till) as hub:
        yield Restored(hub, till, Shop(key, hub, web.epoch), held, claimed)


def waiting_tasks(hub: RunningHub) -> list[dict[str, Any]]:
    """What the tasks of reservations without goods say."""
    query = select(tasks.c.detail).where(tasks.c.kind == "reservation.uncovered", tasks.c.done_ms == 0)
    return [msgspec.json.decode(detail) for detail in call(hub, lambda c: c.scalars(query).all())]


def reserved(hub: RunningHub) -> int:
    """How many pieces are reserved of the article."""
    return free(hub).reserved // ONE


def test_the_web_shop_is_told_of_the_new_epoch_and_puts_everything_back_before_the_hub_opens(restored: Restored) -> None:
    refused = restored.shop.ask("/v1/reserve", {"store": STORE, "article": "A1", "quantity": ONE})
    assert refused.json()["code"] == "hub.recovering" and int(refused.headers["Toonbank-Epoch"]) > restored.shop.epoch
    assert reserved(restored.hub) == 0, "the backup does not know them"
    answer = restored.shop.again(*restored.held, restored.claimed).json()
    assert [one["state"] for one in answer["reservations"]] == ["held", "held", "claimed"]
    assert [one["covered"] for one in answer["reservations"]] == [None] * 3, "nobody knows before the tills have reported"
    assert reserved(restored.hub) == 4
    restored.report()
    a_round(restored.hub)
    again = restored.shop.again(*restored.held, restored.claimed).json()
    assert [one["covered"] for one in again["reservations"]] == [True] * 3 and again["uncovered"] == 0
    assert reserved(restored.hub) == 4 and waiting_tasks(restored.hub) == []


def test_sent_again_and_again_it_changes_nothing_and_the_audit_says_once_that_it_was_put_back(restored: Restored) -> None:
    answers = {restored.shop.again(*restored.held).text for _ in range(3)}
    assert len(answers) == 1 and reserved(restored.hub) == 3
    query = select(func.count()).select_from(audit).where(audit.c.what == "reservation.put_back")
    assert call(restored.hub, lambda c: c.scalar(query)) == 1


def test_a_reservation_that_came_back_is_claimed_released_and_handed_over_as_before(restored: Restored) -> None:
    restored.shop.again(*restored.held, restored.claimed)
    first, second = restored.held
    assert restored.shop.ask(f"/v1/reserve/{first['id']}/claim").json()["state"] == "claimed"
    assert restored.shop.ask(f"/v1/reserve/{second['id']}/release").json()["state"] == "released"
    moved(restored.till.terminal, -ONE, promise=restored.claimed["id"], reason="handed_over")
    restored.till.settle()
    assert reserved(restored.hub) == 1 and free(restored.hub).on_hand == 9 * ONE


def test_what_was_handed_over_before_the_web_shop_came_is_not_held_a_second_time(restored: Restored) -> None:
    moved(restored.till.terminal, -ONE, promise=restored.claimed["id"], reason="handed_over")
    restored.till.settle()
    answer = restored.shop.again(restored.claimed).json()
    assert answer["reservations"][0]["state"] == "fulfilled" and reserved(restored.hub) == 0


def test_what_is_not_covered_any_more_is_a_task_each_the_last_first_and_counted(restored: Restored) -> None:
    restored.till.sell(8)
    restored.shop.again(*restored.held, restored.claimed)
    assert waiting_tasks(restored.hub) == [], "the sales are not here yet, so it is not known"
    restored.report()
    a_round(restored.hub)
    there = free(restored.hub)
    assert there.on_hand == 2 * ONE and there.reserved == 4 * ONE
    short = waiting_tasks(restored.hub)
    assert sum(one["quantity_milli"] for one in short) >= 2 * ONE and len(short) < 3
    again = restored.shop.again(*restored.held, restored.claimed).json()
    assert again["uncovered"] == len(short) and len(waiting_tasks(restored.hub)) == len(short)
    told = report_stock(restored.hub.hub, ReportStock(STORE))
    assert told.uncovered == len(short)


def test_a_web_shop_that_comes_after_the_hub_opened_hears_at_once_what_has_no_goods(restored: Restored) -> None:
    restored.till.sell(10)
    restored.report()
    answer = restored.shop.again(*restored.held).json()
    assert [one["covered"] for one in answer["reservations"]] == [False, False] and answer["uncovered"] == 2
    assert not call(restored.hub, lambda c: c.execute(select(put_back)).all())


def test_what_was_released_or_expired_meanwhile_holds_nothing_back(restored: Restored) -> None:
    first, second = restored.held
    restored.shop.again({**first, "state": "released"}, {**second, "expires_ms": 1})
    restored.report()
    a_round(restored.hub)
    assert reserved(restored.hub) == 0 and waiting_tasks(restored.hub) == []


def test_of_the_hub_s_own_epoch_nothing_is_put_back(restored: Restored) -> None:
    for epoch in (restored.hub.hub.storage.epoch, restored.hub.hub.storage.epoch + 1):
        refused = restored.shop.again(*restored.held, epoch=epoch)
        assert refused.status_code == 409 and refused.json()["code"] == "reservation.epoch"
    assert reserved(restored.hub) == 0


@pytest.mark.parametrize(
    "wrong",
    [{"id": "a/b"}, {"id": ""}, {"id": "x\x00"}, {"quantity": 0}, {"quantity": 10**10}, {"article": ""}, {"article": "A\x001"},
     {"serials": ["\x00"]}, {"expires_ms": -1}, {"store": "NIX"}, {"store": "A\x00"}, {"state": "fulfilled"}],
)  # fmt: skip
def test_one_that_cannot_be_is_refused_and_none_of_them_is_taken(restored: Restored, wrong: dict[str, Any]) -> None:
    refused = restored.shop.again(restored.held[0], restored.shop.given({**restored.held[1], **wrong}))
    assert refused.status_code in (400, 404), refused.text
    assert reserved(restored.hub) == 0


def test_nobody_puts_back_what_another_reserved(restored: Restored) -> None:
    restored.shop.again(*restored.held)
    other = Shop(make_connector_key(restored.hub.hub, MakeConnectorKey("other")).key, restored.hub, restored.shop.epoch)
    assert other.again(restored.held[0]).json()["code"] == "reservation.proof"
    assert other.again(other.given(restored.held[0], "connector:other")).json()["code"] == "reservation.unknown"
    assert other.again(*[{**restored.held[0], "id": str(uuid.uuid4())}] * 201).json()["code"] == "state.large"


def test_a_reservation_of_goods_of_which_the_backup_knows_nothing_is_not_covered(restored: Restored) -> None:
    restored.report()
    strange = restored.shop.given({**restored.held[0], "id": "later-article", "article": "A9"})
    answer = restored.shop.again(strange).json()
    assert [one["covered"] for one in answer["reservations"]] == [False] and answer["uncovered"] == 1
    assert [one["reservation"] for one in waiting_tasks(restored.hub)] == ["later-article"]


@pytest.mark.parametrize(
    "forged",
    [{"quantity": 9 * ONE}, {"article": "A9"}, {"id": "another"}, {"serials": ["1"]}, {"proof": ""}, {"proof": "1."},
     {"proof": "x.AA=="},
     {"proof": "1." + "A" * 86 + "=="}, {"proof": "9" * 5_000 + ".AA=="}, {"quantity": 10**30}],
)  # fmt: skip
def test_what_the_hub_never_gave_is_not_taken_on_anybody_s_word(restored: Restored, forged: dict[str, Any]) -> None:
    refused = restored.shop.again(restored.held[0], {**restored.held[1], **forged})
    assert refused.status_code in (400, 403) and reserved(restored.hub) == 0, refused.text
    assert forged.get("quantity") == 10**30 or refused.json()["code"] == "reservation.proof"


def test_a_connector_cannot_go_around_the_pool_by_an_epoch_that_it_only_says(restored: Restored) -> None:
    restored.report()
    epoch = restored.hub.hub.storage.epoch
    fresh = restored.shop.reserve()
    assert restored.shop.again(fresh, epoch=0).json()["code"] == "reservation.epoch", "it is of this epoch, and the hub knows it"
    other_epoch = {**fresh, "proof": f"{epoch - 1}.{fresh['proof'].partition('.')[2]}"}
    assert restored.shop.again(other_epoch, epoch=0).json()["code"] == "reservation.proof"
    assert reserved(restored.hub) == 1


def test_every_answer_about_a_reservation_bears_the_proof(restored: Restored) -> None:
    restored.report()
    made = restored.shop.reserve()
    claimed = restored.shop.ask(f"/v1/reserve/{made['id']}/claim").json()
    assert made["proof"].partition(".")[0] == str(restored.hub.hub.storage.epoch)
    key, epoch = restored.hub.hub.key.public, restored.hub.hub.storage.epoch
    for one in (made, claimed):
        assert proved_in(Reservation(**one), Asker(TENANT, "connector:webshop"), verifier(key)) == epoch

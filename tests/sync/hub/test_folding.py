"""A push that was folded by whoever checked it leaves the database just as one whose facts were projected in their turn."""

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from kiosk.domain import facts
from kiosk.domain.facts import read_fact
from kiosk.domain.projections import DayTotals, apply_day
from sync.hub.checker import answered, asked, work
from sync.hub.checking import check, judge_of
from sync.hub.core import Device
from sync.hub.folding import FOLDED, Fold, added
from sync.hub.ingest import Ingest, push
from sync.hub.plausible import Limits
from sync.hub.storage.database import TOUCHED
from sync.hub.storage.schema import metadata, tenants, terminals
from sync.hub.storage.sqlite import SqliteStorage
from sync.protocol.messages import PushReply, PushRequest, pack
from tests.sync.hub.chains import DAY, DEVICE, NEIGHBOUR, NOW_MS, Chain, push_of, sale

LIMITS = Limits()
BODIES: dict[str, dict[str, Any]] = {
    facts.SALE_ABANDONED: {"sale": "s"}, facts.SHIFT_OPENED: {"shift": "S", "number": 1, "float": 10_000},
    facts.DRAWER_OPENED: {"reason": "change"}, facts.RECEIPT_COPIED: {"receipt": "r"}, facts.STAFF_SIGNED_IN: {"how": "pin"},
    facts.CUSTOMER_SEARCHED: {"by": "name", "found": 1, "elsewhere": False},
    facts.CUSTOMER_ENROLLED: {"number": "K1", "card": True, "consents": []},
}  # fmt: skip


class _Hub:
    """As much of a hub as stores pushes."""

    def __init__(self, path: Path) -> None:
        self.storage = SqliteStorage(path)
        self._ids = iter(range(10**6))
        self.storage.call(self._make)

    def _make(self, connection: Connection) -> None:
        connection.execute(insert(tenants).values(tenant=DEVICE.tenant, rev=0, floor=0))
        row = {
            "tenant": DEVICE.tenant, "store": DEVICE.store, "inc": 1, "kind": "till",
            "series": 1, "public_key": DEVICE.public_key, "certificate": b"", "signature": b"", "enrolled_ms": 0, "revoked_ms": 0,
            "next_seq": 1, "head": facts.GENESIS, "durable_seq": 0, "forked": False, "last_seen_ms": 0,
        }  # fmt: skip
        for device in (DEVICE, NEIGHBOUR):
            connection.execute(insert(terminals).values(**row, dev=device.dev, terminal=device.terminal))

    def push(self, request: PushRequest, apart: bool, device: Device = DEVICE) -> PushReply:
        """Store a push that was checked by such a process, or here."""
        if apart:
            checked, forged, folded = answered(work(asked(pack(request), device, LIMITS, NOW_MS, {})), request)
        else:
            (checked, forged), folded = check(request, device, judge_of(LIMITS, NOW_MS)), None

        def store(connection: Connection) -> PushReply:
            connection.info[TOUCHED] = set()
            return push(connection, device, checked, forged, 1, NOW_MS, lambda: f"id{next(self._ids)}", folded=folded)

        return self.storage.call(store)

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything that is kept."""

        def look(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
            return {
                name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for name, table in metadata.tables.items()
            }

        return self.storage.call(look)


def _some_fact(chain: Chain, chance: random.Random, strange: float) -> None:
    day = DAY if chance.random() < 0.9 else "2026-11-21"
    if chance.random() < strange:
        kind = chance.choice([facts.STOCK_COUNTED, facts.SALE_COMPLETED, facts.WORK_WRITTEN_OFF])
        body = {
            facts.STOCK_COUNTED: COUNT, facts.SALE_COMPLETED: chance.choice([sale(0, total=10**9), sale(0, tickets=["T"])]),
            facts.WORK_WRITTEN_OFF: {"seq": chance.randint(1, len(chain.facts) + 1), "approved_by": "900", "note": "x"},
        }[kind]  # fmt: skip
        chain.add(kind, body, day)
    elif chance.random() < 0.3:
        kind = chance.choice(sorted(BODIES))
        chain.add(kind, BODIES[kind], day)
    else:
        sold = [
            {"article": f"A{chance.randrange(4)}", "store": "AMS1", "quantity_milli": -1_000, "reason": "sale"}
            for _ in range(chance.randrange(4))
        ]
        chain.add(body=sale(len(chain.facts) + 1, chance.randrange(200, 9_000), movements=sold), day=day)


@pytest.mark.parametrize("seed", range(3))
def test_folded_pushes_leave_the_database_as_facts_projected_in_their_turn_do(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, chain = random.Random(seed), Chain()
    together, in_turn = _Hub(tmp_path / "together.db"), _Hub(tmp_path / "in-turn.db")
    ways = {True: 0, False: 0}
    goes_on = Ingest._goes_on

    def counted(self: Ingest, seq: int, folded: Fold) -> bool:
        ways[taken := goes_on(self, seq, folded)] += 1
        return taken

    monkeypatch.setattr(Ingest, "_goes_on", counted)
    for turn in range(30):
        before = max(0, len(chain.facts) - (chance.randrange(3) if turn > 12 else 0))
        for _ in range(chance.randrange(1, 8)):
            _some_fact(chain, chance, strange=0.0 if turn < 12 else 0.1)
        request = push_of(*chain.facts[before:])
        assert together.push(request, apart=True) == in_turn.push(request, apart=False)
    assert together.rows() == in_turn.rows()
    assert ways[True], "nothing was folded, so nothing was compared"


COUNT = {"location": "AMS1", "lines": [{"article": "A1", "quantity": 5_000}], "frontier": {}, "hlc": "01a201c76edc0000"}


def test_folded_sales_from_before_a_count_that_is_there_already_are_in_what_was_counted(tmp_path: Path) -> None:
    """They come late: of the neighbour's shelf, counted an hour after they were rung, they take nothing."""
    counting, selling = Chain(NEIGHBOUR, NOW_MS), Chain(from_ms=NOW_MS - 3_600_000)
    counting.add(facts.STOCK_COUNTED, {**COUNT, "hlc": f"{NOW_MS << 16:016x}"})
    for _ in range(3):
        selling.add()
    kept = []
    for apart in (True, False):
        hub = _Hub(tmp_path / f"{apart}.db")
        hub.push(push_of(*counting.facts, device=NEIGHBOUR), apart=False, device=NEIGHBOUR)
        hub.push(push_of(*selling.facts), apart=apart)
        kept.append(hub.rows())
    assert kept[0] == kept[1] and [row[3] for row in kept[0]["stock"]] == [5_000]


def test_a_sale_that_used_up_a_coupon_or_a_slip_is_told_to_the_other_tills_also_when_it_was_folded(tmp_path: Path) -> None:
    chain = Chain()
    chain.add(body={**sale(1), "coupons_once": ["coupon:AB12"]})
    chain.add(body={**sale(2), "coupons_once": ["deposit:9812000703451"]})
    hub = _Hub(tmp_path / "hub.db")
    hub.push(push_of(*chain.facts), apart=True)
    assert {row[2] for row in hub.rows()["ticket_uses"]} == {"coupon:AB12", "deposit:9812000703451"}


@pytest.mark.parametrize("said", [{"voucher_code": "B1", "good_for": "reduced|Books"}, {"redeems": {"code": "B1"}}])
def test_a_voucher_that_is_sold_or_redeemed_is_booked_also_where_pushes_are_folded(said: dict[str, object], tmp_path: Path) -> None:
    chain, body = Chain(), sale(1)
    chain.add(body={**body, "lines": [{**body["lines"][0], **said, "amount": body["total"]}]})
    hub = _Hub(tmp_path / "hub.db")
    hub.push(push_of(*chain.facts), apart=True)
    assert [row[1:3] for row in hub.rows()["voucher_accounts"]] == [("single_purpose", "B1")]


def test_a_chain_that_forks_is_kept_twice_also_when_it_was_folded(tmp_path: Path) -> None:
    hub, chain, other = _Hub(tmp_path / "hub.db"), Chain(), Chain()
    for place in range(4):
        chain.add()
        other.add(body=sale(place + 1, total=2_000))
    assert hub.push(push_of(*chain.facts[:3]), apart=True).next_seq == 4
    reply = hub.push(push_of(*other.facts[2:]), apart=True)
    assert reply.forked and reply.next_seq == 4
    assert len(hub.rows()["forks"]) == 2 and len(hub.rows()["facts"]) == 3


def test_a_gap_in_a_push_is_not_folded_over(tmp_path: Path) -> None:
    hub, chain = _Hub(tmp_path / "hub.db"), Chain()
    for _ in range(4):
        chain.add()
    request = push_of(*chain.facts)
    holey = PushRequest(request.dev, 1, 1, [request.facts[0], *request.facts[2:]])
    assert hub.push(holey, apart=True).next_seq == 2


@given(st.lists(st.integers(0, 5), max_size=8), st.integers(0, 8), st.randoms(use_true_random=False))
def test_totals_of_parts_of_a_day_add_up_to_those_of_the_day(kinds: list[int], cut: int, chance: random.Random) -> None:
    chain = Chain()
    for kind in kinds:
        name = sorted(BODIES)[kind] if kind < len(BODIES) else facts.SALE_COMPLETED
        chain.add(name, BODIES.get(name) or sale(len(chain.facts) + 1, chance.randrange(200, 9_000)))
    whole = [read_fact(one.data) for one in chain.facts]

    def totals(part: list[facts.Fact]) -> DayTotals:
        state = DayTotals()
        for fact in part:
            state = apply_day(state, fact)
        return state

    cut = min(cut, len(whole))
    assert added(totals(whole[:cut]), totals(whole[cut:])) == totals(whole)


def test_only_kinds_that_are_known_are_folded() -> None:
    assert set(facts.KINDS) >= FOLDED and set(BODIES) < FOLDED
    assert replace(DayTotals(), sales=1) == added(DayTotals(), DayTotals(sales=1))

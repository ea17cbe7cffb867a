"""Mending by a form: the fields are those of the reason, what was typed is kept beside the fact, and no byte changes."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.domain.exceptions import MEND
from kiosk.domain.facts import GENESIS, SALE_COMPLETED, STOCK_MOVED, Fact
from kiosk.domain.identity import Moment, Place
from sync.hub import mending
from sync.hub.problems import HubProblem
from sync.hub.queue import Deed, Item, Queue
from sync.hub.storage.schema import facts, stock
from sync.hub.storage.schema_held import overrides
from tests.sync.hub.support import DAY, OTHER_STORE, STORE, TENANT, FakeTerminal, RunningHub, a_product, bring_products

T = TypeVar("T")


def in_queue(hub: RunningHub, work: Callable[[Queue], T]) -> T:
    """Something done with the queue in a transaction of its own."""
    return hub.hub.storage.call(lambda c: work(Queue(c, TENANT, hub.hub.settings.plausible, hub.hub.world.new_id)))


def the_item(hub: RunningHub) -> Item:
    """The one thing that waits."""
    (item,) = in_queue(hub, lambda queue: queue.items())
    return item


def names(hub: RunningHub) -> dict[str, str]:
    """The form of the one thing that waits: what each field holds."""
    item = the_item(hub)
    return {field.name: field.value for field in in_queue(hub, lambda queue: queue.fields(item))}


def mend(hub: RunningHub, typed: str = "", **form: str) -> None:
    """Fill the form in and send it."""
    item = the_item(hub).waiting.id
    fields = {f"mend-{name.replace('_', '-')}": value for name, value in form.items()}

    def work(queue: Queue) -> None:
        queue.act(item, MEND, Deed("ann", "looked at the receipt", hub.clock(), queue.patch_for(item, fields, typed)))

    in_queue(hub, work)


def on_hand(hub: RunningHub, article: str) -> int:
    """What the hub counts of an article in the first store."""
    query = select(stock.c.on_hand_milli).where(stock.c.store == STORE, stock.c.article == article)
    return int(hub.hub.storage.call(lambda c: c.scalar(query)) or 0)


def sold(hub: RunningHub, day: str = DAY) -> int:
    """How many sales a day has."""
    return int(hub.terminals[0].request("GET", f"/v1/report/day?store={STORE}&day={day}").json()["total"]["sales"])


def stored(hub: RunningHub) -> list[bytes]:
    """The bytes of all facts."""
    return [bytes(data) for data in hub.hub.storage.call(lambda c: c.scalars(select(facts.c.data)).all())]


def wrong(hub: RunningHub, **more: Any) -> FakeTerminal:
    """A till that sends one sale that has to wait."""
    bring_products(hub.hub, a_product("A1"), a_product("A2", line=3))
    till = hub.terminal()
    till.sale(**more)
    till.push()
    return till


def test_a_wrong_day_is_mended_by_its_field_and_the_sale_counts_on_the_right_one(hub: RunningHub) -> None:
    till = wrong(hub, day="2012-12-01")
    assert names(hub) == {"mend-day": "2012-12-01"}
    mend(hub, day=DAY)
    assert in_queue(hub, lambda queue: queue.items()) == [] and sold(hub) == 1
    assert stored(hub) == [fact.data for fact in till.facts], "not a byte of what was signed"


def test_a_wrong_quantity_is_mended_and_the_goods_move_with_it(hub: RunningHub) -> None:
    wrong(hub, pieces=200_000, price_minor=0)
    assert names(hub) == {"mend-article-1": "A1", "mend-quantity-1": "200000"}
    mend(hub, quantity_1="2")
    assert sold(hub) == 1 and on_hand(hub, "A1") == 8_000
    kept = hub.hub.storage.call(lambda c: c.execute(select(overrides.c.who, overrides.c.note)).one())
    assert tuple(kept) == ("ann", "looked at the receipt")


def test_a_wrong_article_is_mended_and_the_other_s_goods_stay(hub: RunningHub) -> None:
    wrong(hub, pieces=200_000, price_minor=0)
    mend(hub, article_1="A2", quantity_1="3")
    assert (on_hand(hub, "A1"), on_hand(hub, "A2")) == (10_000, 7_000)


def test_goods_of_another_store_are_mended_by_the_store_s_field(hub: RunningHub) -> None:
    till = hub.terminal()
    body = {"location": OTHER_STORE, "reason": "received", "lines": [{"article": "A1", "quantity": 5_000}], "promise": ""}
    till.fact(STOCK_MOVED, body)
    till.push()
    assert names(hub) == {"mend-location": OTHER_STORE}
    mend(hub, location=STORE)
    assert in_queue(hub, lambda queue: queue.items()) == [] and on_hand(hub, "A1") == 5_000


def test_a_second_mending_goes_on_from_the_first_and_json_goes_over_the_form(hub: RunningHub) -> None:
    wrong(hub, pieces=200_000, price_minor=0, total=5)
    mend(hub, quantity_1="4")
    assert the_item(hub).waiting.why == "held.absurd.sum" and names(hub)["mend-quantity-1"] == "4"
    mend(hub, '{"total": 0}', quantity_1="5")
    assert sold(hub) == 1 and on_hand(hub, "A1") == 5_000


@pytest.mark.parametrize(
    "form", [{"quantity_1": "two"}, {"quantity_1": "1.2345"}, {"quantity_1": ""}, {"article_1": ""}, {"article_1": "A\x001"}]
)
def test_a_field_that_cannot_be_is_refused_by_name_and_nothing_changes(hub: RunningHub, form: dict[str, str]) -> None:
    wrong(hub, pieces=200_000, price_minor=0)
    with pytest.raises(HubProblem) as refused:
        mend(hub, **form)
    assert refused.value.code == "queue.field" and next(iter(form)).split("_")[0] in refused.value.detail
    assert sold(hub) == 0 and not hub.hub.storage.call(lambda c: c.execute(select(overrides)).all())


def test_a_form_in_which_nothing_was_changed_is_no_mending(hub: RunningHub) -> None:
    wrong(hub, pieces=200_000, price_minor=0)
    with pytest.raises(HubProblem) as refused:
        mend(hub, quantity_1="200000", article_1=" A1 ")
    assert refused.value.code == "queue.patch"


@pytest.mark.parametrize("day", ['"2026-13-01"', '"today"', "7", '"2026-12-1"'])
def test_a_day_in_json_has_to_be_one(hub: RunningHub, day: str) -> None:
    wrong(hub, day="2012-12-01")
    with pytest.raises(HubProblem) as refused:
        mend(hub, f'{{"@day": {day}}}')
    assert refused.value.code == "queue.field"


NAMES = st.sampled_from(["article", "quantity", "store", "x"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(
    body=st.dictionaries(st.sampled_from(["lines", "movements", "location", "store", "article", "quantity"]), JSON, max_size=4),
    kind=st.sampled_from([SALE_COMPLETED, STOCK_MOVED, "rights.used"]),
    typed=st.text(max_size=5),
)
def test_whatever_a_body_holds_the_form_can_be_shown_and_a_form_sent_back_as_it_is_changes_nothing(
    body: dict[str, Any], kind: str, typed: str
) -> None:
    fact = sample(kind, body)
    fields = mending.fields_of(fact, "body.invalid")
    as_it_is = {field.name: field.value for field in fields if field.value.strip() == field.value}
    assert mending.patch_of(fact, "body.invalid", as_it_is) == {}
    for field in fields:
        try:
            mending.patch_of(fact, "body.invalid", {field.name: typed})
        except HubProblem as problem:
            assert problem.code == "queue.field"


def sample(kind: str, body: dict[str, Any]) -> Fact:
    """A fact of a terminal with such a body."""
    place = Place(TENANT, "e", "b", "NL", "EUR", "nl", STORE, "Europe/Amsterdam", "01")
    return Fact("d", 1, 1, "d-1", kind, 1, place, "101", DAY, Moment(1, 1, "b"), 1 << 16, GENESIS, body)


@given(milli=st.integers(-(10**11), 10**11))
def test_a_quantity_is_spelled_and_read_alike(milli: int) -> None:
    field = mending.Field("x", "quantity", 1, "")
    assert mending._read_quantity(field, mending.spell(milli)) == milli

"""What a person does at the hub about sales stops: operations, as in `operations.py`."""

import zoneinfo

import msgspec
from sqlalchemy import Connection

from kiosk.domain.feed import CATALOG
from kiosk.domain.salesstop import HANDLINGS, KEEP, KINDS, RECALL, SalesStop
from sync.hub import feedlog, staff, stops
from sync.hub.core import Hub
from sync.hub.imports.times import NoInstant, instant_ms
from sync.hub.places import known_store, stores_of, the_tenant
from sync.hub.problems import HubProblem
from sync.hub.stops import StopShown

NUMBERS_MAX = 500
NUMBER_MAX = 40
TEXT_MAX = 300


class AddStop(msgspec.Struct, frozen=True):
    """Stop an article, or its batches and pieces. `valid_from` and `until` are local times of the (first) store's zone.

    `valid_from` empty: now; `until` empty: no end. `says` is what shoppers are told, by language.
    """

    article: str
    reason: str
    who: str
    kind: str = RECALL
    batches: list[str] = []
    serials: list[str] = []
    stores: list[str] = []
    says: dict[str, str] = {}
    law: str = ""
    handling: str = KEEP
    valid_from: str = ""
    until: str = ""
    tenant: str = ""


class StopAdded(msgspec.Struct, frozen=True):
    """A stop as it was published, and the revision that tells of it."""

    stop: SalesStop
    rev: int


class LiftStop(msgspec.Struct, frozen=True):
    """End a stop, by its id or how that begins."""

    id: str
    who: str
    note: str
    tenant: str = ""


class StopLifted(msgspec.Struct, frozen=True):
    """The stop that ended."""

    stop: SalesStop


class ListStops(msgspec.Struct, frozen=True):
    """Stops with what stores did about them; of one store, and also those that are over."""

    store: str = ""
    every: bool = False
    tenant: str = ""


class StopList(msgspec.Struct, frozen=True):
    """Stops, the latest first."""

    stops: list[StopShown]


def add_stop(hub: Hub, ask: AddStop) -> StopAdded:
    """Stop goods. Raises HubProblem for an unknown article or store, and for what is no stop."""
    _check(ask)

    def keep(connection: Connection) -> StopAdded:
        tenant, now_ms = the_tenant(connection, ask.tenant), hub.world.now_ms()
        if not feedlog.row_now(connection, tenant, CATALOG, feedlog.EVERYWHERE, "article", ask.article):
            raise HubProblem("article.unknown", sku=ask.article[:60])
        for store in ask.stores:
            known_store(connection, tenant, store)
        zone = zoneinfo.ZoneInfo(_zone(connection, tenant, ask.stores))
        start_ms = _instant("from", ask.valid_from, zone) or now_ms
        end_ms = _instant("until", ask.until, zone)
        if 0 < end_ms <= max(start_ms, now_ms):
            raise HubProblem("request.argument", name="until", value=ask.until[:40], wanted="later than now and than --from")
        stop = SalesStop(
            hub.world.new_id(), ask.kind, ask.article, ask.reason.strip(), start_ms, end_ms, _numbers(ask.batches),
            _numbers(ask.serials), tuple(sorted(set(ask.stores))), ask.says, ask.law.strip(), ask.handling,
        )  # fmt: skip
        detail = {"subject": f"{ask.kind} {ask.article} {' '.join(stop.numbers)}"[:200], "reason": stop.reason, "id": stop.id}
        staff.note(connection, tenant, ask.who, "stop.added", detail, now_ms, hub.world.new_id)
        return StopAdded(stop, stops.add(connection, tenant, stop, ask.who, now_ms))

    return hub.storage.call(keep)


def lift_stop(hub: Hub, ask: LiftStop) -> StopLifted:
    """End a stop, with a word why."""
    if not 0 < len(ask.note.strip()) <= TEXT_MAX:
        raise HubProblem("queue.note")

    def work(connection: Connection) -> StopLifted:
        tenant, now_ms = the_tenant(connection, ask.tenant), hub.world.now_ms()
        stop = stops.lift(connection, tenant, ask.id, ask.who, ask.note.strip(), now_ms)
        detail = {"subject": stop.article, "id": stop.id, "note": ask.note.strip()}
        staff.note(connection, tenant, ask.who, "stop.lifted", detail, now_ms, hub.world.new_id)
        return StopLifted(stop)

    return hub.storage.call(work)


def list_stops(hub: Hub, ask: ListStops) -> StopList:
    """Stops and what became of them."""

    def read(connection: Connection) -> StopList:
        tenant = the_tenant(connection, ask.tenant)
        if ask.store:
            known_store(connection, tenant, ask.store)
        return StopList(stops.listed(connection, tenant, ask.store, ask.every))

    return hub.storage.look(read)


def _check(ask: AddStop) -> None:
    if not 0 < len(ask.reason.strip()) <= TEXT_MAX:
        raise HubProblem("request.argument", name="reason", value=ask.reason[:40], wanted=f"a text of 1 to {TEXT_MAX} characters")
    for name, value, wanted in (("kind", ask.kind, KINDS), ("goods", ask.handling, HANDLINGS)):
        if value not in wanted:
            raise HubProblem("request.argument", name=name, value=value[:40], wanted=f"one of {', '.join(wanted)}")
    numbers = [*ask.batches, *ask.serials]
    if len(numbers) > NUMBERS_MAX or any(not 0 < len(one.strip()) <= NUMBER_MAX or not one.isprintable() for one in numbers):
        wanted_text = f"{NUMBERS_MAX} numbers at most, of 1 to {NUMBER_MAX} characters"
        raise HubProblem("request.argument", name="batch", value=str(len(numbers)), wanted=wanted_text)
    texts = [ask.reason, ask.law, ask.who, *ask.says, *ask.says.values()]
    if any(len(text) > TEXT_MAX or not text.isprintable() for text in texts):
        raise HubProblem("request.argument", name="text", value="", wanted=f"{TEXT_MAX} printable characters at most")


def _numbers(given: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.strip() for one in given))


def _zone(connection: Connection, tenant: str, wanted: list[str]) -> str:
    places = stores_of(connection, tenant)
    if not places:
        raise HubProblem("store.unknown", store="", stores="none yet")
    return places[wanted[0] if wanted else next(iter(places))]["zone"]


def _instant(name: str, text: str, zone: zoneinfo.ZoneInfo) -> int:
    if not text:
        return 0
    try:
        return instant_ms(text, zone)
    except NoInstant as error:
        wanted = "a local time such as 2026-12-01 09:00"
        raise HubProblem("request.argument", name=name, value=text[:40], wanted=wanted) from error


ALL = ((AddStop, add_stop), (LiftStop, lift_stop), (ListStops, list_stops))
"""Each operation with what it takes."""

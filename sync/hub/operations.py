"""What a person does at the hub: each operation takes a message and gives one, in the running hub or without it."""

import hashlib
import zoneinfo
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection

from kiosk.domain.catalog import Price
from kiosk.domain.feed import CATALOG, Category, Word
from kiosk.domain.staff import Employee
from sync.hub import (
    backups,
    day_operations,
    delivery_operations,
    desk,
    devices,
    enrolment,
    epochs,
    feedlog,
    lost_operations,
    offer_operations,
    office_users,
    order_operations,
    promotion_operations,
    reports,
    snapshots,
    staff,
    stock_operations,
    stop_operations,
    street_operations,
    voucher_operations,
)
from sync.hub.core import Hub
from sync.hub.imports import apply
from sync.hub.imports.cells import Cell, money
from sync.hub.imports.faults import Faults
from sync.hub.imports.others import Person
from sync.hub.imports.outcome import Applied, Circumstances, Imported
from sync.hub.imports.pause import collector_paused
from sync.hub.imports.products import Product
from sync.hub.imports.shop import Shop
from sync.hub.imports.times import LEFT_OUT, NoInstant, instant_ms
from sync.hub.places import known_store, stores_of, the_tenant
from sync.hub.price_rows import ended_prices, price_row, prices_of
from sync.hub.problems import HubProblem
from sync.hub.shop import operations as shop_operations
from sync.protocol.limits import BATCH_CODE_VALID_S_MAX, CODE_VALID_S

SNAPSHOT_AFTER_ROWS = 2_000
"""After an import of this size a snapshot is made at once, so that no terminal has to wait for it."""


class EnrolCode(msgspec.Struct, frozen=True):
    """Make a one-time code. `hours` 0 is the usual ten minutes."""

    store: str
    terminal: str
    kind: str
    hours: float = 0
    tenant: str = ""


class EnrolCodeMade(msgspec.Struct, frozen=True):
    """A code, what it makes, and until when (ms)."""

    code: str
    store: str
    terminal: str
    kind: str
    expires_ms: int


class AddStaff(msgspec.Struct, frozen=True):
    """Add a person."""

    number: str
    name: str
    role: str
    badge: str = ""
    tenant: str = ""


class FirstPins(msgspec.Struct, frozen=True):
    """One-time first PINs by staff number, shown once."""

    pins: dict[str, str]


class DisableStaff(msgspec.Struct, frozen=True):
    """Take a person's access away."""

    number: str
    tenant: str = ""


class StaffDisabled(msgspec.Struct, frozen=True):
    """Whose access was taken away."""

    number: str
    name: str


class SetPrice(msgspec.Struct, frozen=True):
    """Set a price. `valid_from` is a local time of the store's zone, empty for now."""

    sku: str
    amount: str
    valid_from: str = ""
    store: str = ""
    tenant: str = ""


class PriceSet(msgspec.Struct, frozen=True):
    """The price as it was published: the instant (ms) it holds from, and the local time that was meant."""

    sku: str
    amount_minor: int
    valid_from_ms: int
    local_time: str
    rev: int


class NoteBackup(msgspec.Struct, frozen=True):
    """A backup was made at `path`; `facts` (dev, inc, next number) are those that are kept off this machine by it."""

    facts: list[tuple[str, int, int]]
    path: str


class BackupNoted(msgspec.Struct, frozen=True):
    """It is noted."""

    facts: int


class MarkRestored(msgspec.Struct, frozen=True):
    """The database was put back by hand: begin a new epoch."""


class RestoreDone(msgspec.Struct, frozen=True):
    """The hub's new epoch."""

    epoch: int


class ListDevices(msgspec.Struct, frozen=True):
    """Which terminals are there?"""

    tenant: str = ""


class DeviceList(msgspec.Struct, frozen=True):
    """All terminals, the hub's state, what a doubt rests on, and whom a restored hub waits for."""

    terminals: list[devices.Told]
    state: str
    doubt: str
    waiting: list[str]


class LoseDevice(msgspec.Struct, frozen=True):
    """A terminal is lost."""

    store: str
    terminal: str
    tenant: str = ""


class DeviceLost(msgspec.Struct, frozen=True):
    """Which one, what was written off (`store|article` to thousandths), and the hub's state now."""

    place: str
    written_off: dict[str, int]
    state: str


class ReportDay(msgspec.Struct, frozen=True):
    """Report a store's business day `YYYY-MM-DD`; empty is today, in the store's zone."""

    store: str
    day: str = ""
    tenant: str = ""


class AskContext(msgspec.Struct, frozen=True):
    """What does an import have to know?"""

    tenant: str = ""


class Context(msgspec.Struct, frozen=True):
    """The tenant and its stores; both empty before the settings came."""

    tenant: str
    stores: list[str]
    picture_size_max: int


class AskPictures(msgspec.Struct, frozen=True):
    """Which of these pictures (SHA-256, hex) are missing?"""

    sha256s: list[str]


class MissingPictures(msgspec.Struct, frozen=True):
    """These are missing."""

    sha256s: list[str]


class PutPicture(msgspec.Struct, frozen=True):
    """Keep a picture (WebP)."""

    data: bytes


class PictureKept(msgspec.Struct, frozen=True):
    """Under this name."""

    sha256: str


class ImportProducts(msgspec.Struct, frozen=True):
    """Bring products in that were read and found sound."""

    products: list[Product]
    set_stock: bool = False
    tenant: str = ""


class ImportCategories(msgspec.Struct, frozen=True):
    """Bring categories in."""

    categories: list[Category]
    tenant: str = ""


class ImportWords(msgspec.Struct, frozen=True):
    """Bring words in."""

    words: list[Word]
    tenant: str = ""


class ImportStaff(msgspec.Struct, frozen=True):
    """Bring staff in."""

    people: list[Person]
    tenant: str = ""


class ImportShop(msgspec.Struct, frozen=True):
    """Bring tenant, stores and settings in."""

    shop: Shop


def enrol_code(hub: Hub, ask: EnrolCode) -> EnrolCodeMade:
    """Make a one-time code for a terminal."""
    if ask.hours * 3600 > BATCH_CODE_VALID_S_MAX:  # before it is an instant: infinity is none
        raise HubProblem("enrol.hours")
    code, now_ms = enrolment.spell_code(hub.world.chance(64)), hub.world.now_ms()
    expires_ms = now_ms + round(ask.hours * 3_600_000) if ask.hours > 0 else now_ms + CODE_VALID_S * 1000
    terminal = enrolment.terminal_number(ask.terminal)

    def keep(connection: Connection) -> None:
        order = enrolment.Order(the_tenant(connection, ask.tenant), ask.store, terminal, ask.kind, expires_ms)
        enrolment.add_code(connection, order, code, now_ms)

    hub.storage.call(keep)
    return EnrolCodeMade(code, ask.store, terminal, ask.kind, expires_ms)


def add_staff(hub: Hub, ask: AddStaff) -> FirstPins:
    """Add a person with a one-time first PIN."""
    for name, value in (("number", ask.number), ("name", ask.name)):
        if not value.strip() or len(value) > 200 or not value.isprintable():
            raise HubProblem("request.argument", name=name, value=value[:40], wanted="a text of 1 to 200 characters")
    pin = staff.first_pin(hub.world.chance(64))
    employee = Employee(
        ask.number, ask.name, ask.role, ask.badge, staff.hash_pin(pin, hub.settings), must_change=True
    )

    def keep(connection: Connection) -> None:
        tenant = _held_tenant(connection, ask.tenant)
        staff.add(connection, tenant, employee)
        _note(connection, hub, tenant, "staff.added", ask.number)

    hub.storage.call(keep)
    return FirstPins({ask.number: pin})


def disable_staff(hub: Hub, ask: DisableStaff) -> StaffDisabled:
    """Take a person's access away on every terminal that the feed reaches."""

    def keep(connection: Connection) -> Employee:
        tenant = _held_tenant(connection, ask.tenant)
        _note(connection, hub, tenant, "staff.disabled", ask.number)
        return staff.disable(connection, tenant, ask.number)

    gone = hub.storage.call(keep)
    return StaffDisabled(gone.number, gone.name)


def set_price(hub: Hub, ask: SetPrice) -> PriceSet:
    """Publish a price with its start; terminals get it ahead of time and switch by their own clock."""
    faults = Faults()
    amount = money(Cell(1, "amount", ask.amount, faults))
    if amount is None:
        raise HubProblem("price.amount", amount=ask.amount[:40])

    def keep(connection: Connection) -> PriceSet:
        tenant = _held_tenant(connection, ask.tenant)
        if not feedlog.row_now(connection, tenant, CATALOG, feedlog.EVERYWHERE, "article", ask.sku):
            raise HubProblem("article.unknown", sku=ask.sku[:60])
        places = stores_of(connection, tenant)
        place = known_store(connection, tenant, ask.store) if ask.store else next(iter(places.values()))
        zone = zoneinfo.ZoneInfo(place["zone"])
        start_ms = _instant(ask.valid_from, zone) if ask.valid_from else hub.world.now_ms()
        price = Price(ask.sku, start_ms, amount, feedlog.next_rev(connection, tenant), entered_ms=hub.world.now_ms())
        there = prices_of(connection, tenant, ask.sku).get(ask.sku, [])
        _refuse_overtaken(there, ask.sku, start_ms, hub.world.now_ms(), zone)
        ended = ended_prices(there, hub.world.now_ms())
        rev = feedlog.publish(connection, tenant, [*ended, price_row(price)])
        _note(connection, hub, tenant, "price.set", f"{ask.sku} {ask.amount} {start_ms}")
        local = datetime.fromtimestamp(start_ms / 1000, zone).isoformat(" ", "minutes")
        return PriceSet(ask.sku, amount, start_ms, local, rev)

    return hub.storage.call(keep)


def _refuse_overtaken(
    there: Sequence[Price], sku: str, start_ms: int, now_ms: int, zone: zoneinfo.ZoneInfo
) -> None:
    """A price from the past that a newer one has followed would never hold, and would only seem to be set."""
    newer = max((price.valid_from_ms for price in there if price.valid_from_ms <= now_ms and not price.until_ms), default=0)
    if start_ms < newer:
        since = datetime.fromtimestamp(newer / 1000, zone).isoformat(" ", "minutes")
        raise HubProblem("price.overtaken", sku=sku, since=since)


def _instant(text: str, zone: zoneinfo.ZoneInfo) -> int:
    """A local time as an instant in ms; one that a change of the clocks leaves out is refused."""
    try:
        return instant_ms(text, zone)
    except NoInstant as error:
        out = f"{text[:40]} ({LEFT_OUT})" if LEFT_OUT in str(error) else text[:40]
        raise HubProblem("price.from", text=out) from error


def note_backup(hub: Hub, ask: NoteBackup) -> BackupNoted:
    """Note what is kept elsewhere now."""
    hub.storage.call(lambda connection: backups.note_durable(connection, ask.facts))
    backups.write_life(hub.folder.path, hub.storage.epoch)
    return BackupNoted(len(ask.facts))


def mark_restored(hub: Hub, ask: MarkRestored) -> RestoreDone:
    """Begin a new epoch on a database that was put back by hand. Raises HubProblem while the hub serves: it would not know."""
    if hub.serving:
        raise HubProblem("hub.serving")
    return RestoreDone(backups.begin_anew(hub))


def list_devices(hub: Hub, ask: ListDevices) -> DeviceList:
    """Every terminal, and how the hub is."""

    def read(connection: Connection) -> DeviceList:
        tenant = the_tenant(connection, ask.tenant)
        found = epochs.state(connection, tenant)
        waits = [f"{one.store}-{one.terminal}" for one in epochs.waiting(connection, tenant)]
        return DeviceList(devices.look(connection, tenant), found.state, found.doubt, waits)

    return hub.storage.call(read)


def lose_device(hub: Hub, ask: LoseDevice) -> DeviceLost:
    """Declare the terminal that stands, or stood last, at a place lost."""

    def keep(connection: Connection) -> DeviceLost:
        tenant = the_tenant(connection, ask.tenant)
        terminal = enrolment.terminal_number(ask.terminal)
        device = devices.find_place(connection, tenant, ask.store, terminal)
        who = devices.Who("hub", hub.world.now_ms(), hub.world.new_id)
        left = {"|".join(key): milli for key, milli in devices.lose(connection, device, who).items()}
        return DeviceLost(f"{ask.store}-{terminal}", left, epochs.state(connection, tenant).state)

    done = hub.storage.call(keep)
    hub.devices.forget()
    return done


def report_day(hub: Hub, ask: ReportDay) -> reports.DayReport:
    """A store's business day."""

    def read(connection: Connection) -> reports.DayReport:
        tenant = the_tenant(connection, ask.tenant)
        zone = zoneinfo.ZoneInfo(known_store(connection, tenant, ask.store)["zone"])
        today = datetime.fromtimestamp(hub.world.now_ms() / 1000, zone).date().isoformat()
        return reports.day(connection, tenant, ask.store, ask.day or today)

    return hub.storage.call(read)


def import_context(hub: Hub, ask: AskContext) -> Context:
    """What a file is checked against before it is sent."""

    def read(connection: Connection) -> Context:
        try:
            tenant = the_tenant(connection, ask.tenant)
        except HubProblem as problem:
            if problem.code != "tenant.none":
                raise
            return Context("", [], hub.settings.picture_size_max)
        return Context(tenant, list(stores_of(connection, tenant)), hub.settings.picture_size_max)

    return hub.storage.call(read)


def missing_pictures(hub: Hub, ask: AskPictures) -> MissingPictures:
    """Which pictures the hub does not have yet."""
    return MissingPictures(hub.blobs.missing("picture", ask.sha256s))


def put_picture(hub: Hub, ask: PutPicture) -> PictureKept:
    """Keep a picture under the hash of its bytes."""
    sha256 = hashlib.sha256(ask.data).hexdigest()
    hub.blobs.put("picture", sha256, ask.data, hub.world.now_ms())
    return PictureKept(sha256)


def import_products(hub: Hub, ask: ImportProducts) -> Imported:
    """Bring products in, and make a snapshot when there are many."""
    faults = Faults()

    def bring(connection: Connection) -> tuple[str, Applied]:
        around = Circumstances(the_tenant(connection, ask.tenant), hub.world.now_ms(), hub.world.new_id)
        return around.tenant, apply.apply_products(connection, around, ask.products, ask.set_stock, faults)

    with collector_paused():
        tenant, applied = hub.storage.call(bring)
    if faults.count:
        return Imported("products", len(ask.products), fault_count=faults.count, faults=faults.in_order())
    if applied.added + applied.changed > SNAPSHOT_AFTER_ROWS:
        snapshots.make(hub, tenant, "catalog")
        snapshots.forget_old_chunks(hub)
    return _imported("products", applied)


def import_categories(hub: Hub, ask: ImportCategories) -> Imported:
    """Bring categories in."""
    done = hub.storage.call(lambda c: apply.apply_categories(c, _around(c, hub, ask.tenant), ask.categories))
    return _imported("categories", done)


def import_words(hub: Hub, ask: ImportWords) -> Imported:
    """Bring words in."""
    applied = hub.storage.call(lambda c: apply.apply_words(c, _around(c, hub, ask.tenant), ask.words))
    return _imported("words", applied)


def import_staff(hub: Hub, ask: ImportStaff) -> Imported:
    """Bring staff in; who is new gets a one-time first PIN."""
    tenant = hub.storage.call(lambda connection: the_tenant(connection, ask.tenant))
    hub.storage.call(lambda connection: _refuse_taken_badges(connection, tenant, ask.people))
    numbers = hub.storage.call(lambda connection: apply.new_people(connection, tenant, ask.people))
    pins = {number: staff.first_pin(hub.world.chance(64)) for number in numbers}
    hashes = {number: staff.hash_pin(pin, hub.settings) for number, pin in pins.items()}
    applied = hub.storage.call(
        lambda connection: apply.apply_staff(connection, _around(connection, hub, tenant), ask.people, hashes)
    )
    return msgspec.structs.replace(_imported("staff", applied), pins=pins)


def _refuse_taken_badges(connection: Connection, tenant: str, people: Sequence[Person]) -> None:
    """A badge of somebody outside the file stays theirs; inside the file it was checked when the file was read."""
    in_file = {person.number for person in people}
    for person in people:
        owner = staff.badge_owner(connection, tenant, person.badge)
        if owner and owner.number not in in_file:
            raise HubProblem("staff.badge", number=owner.number, name=owner.name)


def import_shop(hub: Hub, ask: ImportShop) -> Imported:
    """Bring tenant, stores and settings in."""
    around = Circumstances(ask.shop.tenant, hub.world.now_ms(), hub.world.new_id)
    return _imported("settings", hub.storage.call(lambda c: apply.apply_shop(c, around, ask.shop)))


def _imported(kind: str, applied: Applied) -> Imported:
    return Imported(kind, applied.rows, applied.added, applied.changed, applied.rev)


def _around(connection: Connection, hub: Hub, tenant: str) -> Circumstances:
    return Circumstances(_held_tenant(connection, tenant), hub.world.now_ms(), hub.world.new_id)


def _held_tenant(connection: Connection, wanted: str) -> str:
    """The tenant meant, with what is published for it standing still until this change is in."""
    tenant = the_tenant(connection, wanted)
    feedlog.hold(connection, tenant)
    return tenant


def _note(connection: Connection, hub: Hub, tenant: str, what: str, subject: str) -> None:
    staff.note(connection, tenant, "hub", what, {"subject": subject}, hub.world.now_ms(), hub.world.new_id)


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation by name: the message it takes and what carries it out."""

    takes: type[Any]
    run: Callable[[Hub, Any], msgspec.Struct]


OPERATIONS = {
    operation.takes.__name__: operation
    for operation in (
        Operation(EnrolCode, enrol_code), Operation(AddStaff, add_staff), Operation(DisableStaff, disable_staff),
        Operation(NoteBackup, note_backup), Operation(MarkRestored, mark_restored),
        Operation(ListDevices, list_devices), Operation(LoseDevice, lose_device),
        Operation(SetPrice, set_price), Operation(ReportDay, report_day), Operation(AskContext, import_context),
        Operation(AskPictures, missing_pictures), Operation(PutPicture, put_picture),
        Operation(ImportProducts, import_products), Operation(ImportCategories, import_categories),
        Operation(desk.ListQueue, desk.list_queue), Operation(desk.ShowItem, desk.show_item),
        Operation(desk.ActOnItem, desk.act_on_item), Operation(desk.RetryHeld, desk.retry_held),
        Operation(desk.ShowReadiness, desk.show_readiness), Operation(office_users.AddOfficeUser, office_users.add_office_user),
        Operation(office_users.ChangeOfficeUser, office_users.change_office_user),
        Operation(office_users.ListOfficeUsers, office_users.list_office_users),
        Operation(office_users.DisableOfficeUser, office_users.disable_office_user),
        Operation(day_operations.ReportPosting, day_operations.report_posting),
        *(Operation(takes, run) for takes, run in (*order_operations.ALL, *stop_operations.ALL, *street_operations.ALL)),
        Operation(promotion_operations.ReportPromotions, promotion_operations.report_promotions),
        Operation(voucher_operations.ImportGiftCards, voucher_operations.import_gift_cards),
        Operation(voucher_operations.ReportVouchers, voucher_operations.report_vouchers),
        Operation(lost_operations.ReportLostSales, lost_operations.report_lost_sales),
        Operation(stock_operations.ReportStock, stock_operations.report_stock),
        Operation(stock_operations.ReportLosses, stock_operations.report_losses),
        Operation(delivery_operations.ImportNotices, delivery_operations.import_notices),
        Operation(delivery_operations.ReportDeliveries, delivery_operations.report_deliveries),
        Operation(stock_operations.Reconcile, stock_operations.reconcile),
        Operation(stock_operations.MakeConnectorKey, stock_operations.make_connector_key),
        Operation(stock_operations.DecideMovement, stock_operations.decide_movement),
        Operation(shop_operations.AddKey, shop_operations.add_key), Operation(shop_operations.ListKeys, shop_operations.list_keys),
        Operation(shop_operations.RevokeKey, shop_operations.revoke_key),
        Operation(offer_operations.AskOffers, offer_operations.offers_context),
        Operation(offer_operations.ImportPriceLists, offer_operations.import_price_lists),
        Operation(offer_operations.ImportPrices, offer_operations.import_prices),
        Operation(offer_operations.ImportTenders, offer_operations.import_tenders),
        Operation(offer_operations.ImportPromotions, offer_operations.import_promotions),
        Operation(offer_operations.ImportCustomers, offer_operations.import_customers),
        Operation(offer_operations.ReportPrices, offer_operations.report_prices),
        Operation(ImportWords, import_words), Operation(ImportStaff, import_staff), Operation(ImportShop, import_shop),
    )
}  # fmt: skip

"""Brings an imported file into the hub: one transaction, one revision, only what really changes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.countries.known import COUNTRIES
from kiosk.decoding import read_json
from kiosk.domain.catalog import Article, Price, price_at
from kiosk.domain.feed import CATALOG, DEVICE, Category, Setting, Word
from kiosk.domain.staff import Employee
from kiosk.domain.stock import INITIAL, OPEN, Movement
from sync.hub import feedlog, staff
from sync.hub.imports.apply_prices import FROM_THE_BEGINNING
from sync.hub.imports.cells import same_code
from sync.hub.imports.faults import Faults
from sync.hub.imports.others import Person
from sync.hub.imports.outcome import Applied, Circumstances
from sync.hub.imports.products import Product
from sync.hub.imports.shop import Shop
from sync.hub.places import add_tenant, put_store, stores_of
from sync.hub.price_rows import ended_prices, price_row, prices_of
from sync.hub.projecting import Projector
from sync.hub.stock_grants import put_classes
from sync.hub.stock_projecting import mark_to_share
from sync.hub.storage.dialect import lock_name
from sync.hub.storage.schema import HUBS_OWN, stock, stock_movements

COUNTED = "counted"


def apply_products(
    connection: Connection, around: Circumstances, products: Sequence[Product], set_stock: bool, faults: Faults
) -> Applied:
    """Bring products in. Adds to `faults`, and changes nothing, when a barcode is another article's already.

    Locks are taken in the order of pushes and of rounds of grants: what is to be shared, stock, and the tenant's row last.
    """
    tenant = around.tenant
    lock_name(connection, f"import {tenant}")  # of two imports, the second sees all of the first
    there = {key: payload for _, key, payload in feedlog.rows_now(connection, tenant, CATALOG, "article")}
    _find_taken_barcodes(products, there, faults)
    _find_untaxed(products, stores_of(connection, tenant), around.now_ms, faults)
    if faults.count:
        return Applied(len(products), 0, 0, feedlog.head(connection, tenant))
    _keep_classes(connection, tenant, products)
    moved = _stock_changes(connection, around, products, set_stock)
    rev = feedlog.next_rev(connection, tenant)
    prices = prices_of(connection, tenant)
    changes: list[feedlog.Change] = []
    added = changed = 0
    for product in products:
        payload = msgspec.json.encode(product.article)
        before = there.get(product.article.id)
        more = _price_changes(product, prices.get(product.article.id, []), around.now_ms, rev)
        added += before is None
        changed += before is not None and (before != payload or bool(more))
        if before != payload:
            changes.append(feedlog.Change(CATALOG, feedlog.EVERYWHERE, "article", product.article.id, payload))
        changes += more
    return Applied(len(products), added, changed, feedlog.publish(connection, tenant, changes + moved))


def _find_taken_barcodes(products: Sequence[Product], there: dict[str, bytes], faults: Faults) -> None:
    in_file = {product.article.id for product in products}
    taken: dict[str, str] = {}
    for key, payload in there.items():
        if key not in in_file:
            article = read_json(payload, Article)
            taken.update((same_code(code), key) for code in article.barcodes)
    for product in products:
        for code in product.article.barcodes:
            if same_code(code) in taken:
                out = f"{taken[same_code(code)]}, which the hub has already, has this barcode: one code is one article"
                faults.add(product.line, "barcodes", code, out)


def _find_untaxed(products: Sequence[Product], places: Mapping[str, Mapping[str, str]], now_ms: int, faults: Faults) -> None:
    """Refuse a VAT class that a country of the shop does not have: no till there could sell the article."""
    today = datetime.fromtimestamp(now_ms / 1_000, UTC).date().isoformat()
    for country in sorted({place["country"] for place in places.values()} & COUNTRIES.keys()):
        rates = COUNTRIES[country].vat_rates(today)
        for product in products:
            if product.article.vat_class not in rates:
                out = f"{country} has no such VAT class: choose one of {', '.join(rates)}"
                faults.add(product.line, "vat_class", product.article.vat_class, out)


def _price_changes(product: Product, there: Sequence[Price], now_ms: int, rev: int) -> list[feedlog.Change]:
    """A regular price that differs from today's holds from now on; those sent ahead and those with an end stay as they are."""
    sku = product.article.id
    today = price_at([price for price in there if not price.until_ms], now_ms)
    if today is not None and today.amount_minor == product.price_minor:
        return []
    start_ms = FROM_THE_BEGINNING if today is None else now_ms
    made = Price(sku, start_ms, product.price_minor, rev, entered_ms=now_ms)
    return [price_row(made), *ended_prices(there, now_ms)]


def _stock_changes(
    connection: Connection, around: Circumstances, products: Sequence[Product], set_stock: bool
) -> list[feedlog.Change]:
    """The first import of an article at a store is its initial stock; later ones count it only when told to."""
    query = select(stock.c.store, stock.c.article, stock.c.on_hand_milli).where(stock.c.tenant == around.tenant)
    if set_stock:  # nobody sells between what is read here and the correction
        query = query.order_by(stock.c.store, stock.c.article).with_for_update()
    on_hand = {(store, article): quantity for store, article, quantity in connection.execute(query)}
    projector = Projector(connection, around.tenant, around.now_ms, around.new_id)
    at = stock_movements.c
    places = {store for product in products for store in product.stock}
    ours = (at.tenant == around.tenant) & at.store.in_(sorted(places)) & HUBS_OWN
    last = connection.scalar(select(func.max(at.seq)).where(ours))
    batch = int(last or 0) + 1
    n = 0
    for product in products:
        for store, milli in product.stock.items():
            there = on_hand.get((store, product.article.id))
            if there is not None and (not set_stock or there == milli):
                continue
            reason = INITIAL if there is None else COUNTED
            projector.move(Movement(product.article.id, store, milli - (there or 0), reason), ("", 0, batch, n))
            n += 1
    return projector.finish()


def _keep_classes(connection: Connection, tenant: str, products: Sequence[Product]) -> None:
    """Know which articles are granted ahead, and have their rights shared where they are sold."""
    classes = {product.article.id: product.article.stock_class for product in products}
    put_classes(connection, tenant, classes)
    ahead = [product.article.id for product in products if product.article.stock_class != OPEN]
    for store in stores_of(connection, tenant) if ahead else ():
        mark_to_share(connection, tenant, store, *ahead)


def apply_categories(connection: Connection, around: Circumstances, categories: Sequence[Category]) -> Applied:
    """Bring categories in; one that the file no longer has is gone."""
    changes = [feedlog.change(CATALOG, feedlog.EVERYWHERE, "category", one.path, one) for one in categories]
    return _replace_all(connection, around, "category", changes)


def apply_words(connection: Connection, around: Circumstances, words: Sequence[Word]) -> Applied:
    """Bring words in; one that the file no longer has is gone."""
    changes = [feedlog.change(CATALOG, feedlog.EVERYWHERE, "word", one.code, one) for one in words]
    return _replace_all(connection, around, "word", changes)


def _replace_all(
    connection: Connection, around: Circumstances, entity: str, changes: list[feedlog.Change]
) -> Applied:
    there = {key: payload for _, key, payload in feedlog.rows_now(connection, around.tenant, CATALOG, entity)}
    kept = {change.key for change in changes}
    added = len(kept - set(there))
    changed = sum(there.get(change.key, change.payload) != change.payload for change in changes)
    lost = [feedlog.gone(CATALOG, feedlog.EVERYWHERE, entity, key) for key in there if key not in kept]
    rev = feedlog.publish(connection, around.tenant, changes + lost)
    return Applied(len(changes), added, changed + len(lost), rev)


def new_people(connection: Connection, tenant: str, people: Sequence[Person]) -> list[str]:
    """The numbers of those who need a first PIN: who are new, or were disabled."""
    there = {one.number: staff.find(connection, tenant, one.number) for one in people}
    return [number for number, employee in there.items() if employee is None or not employee.active]


def apply_staff(
    connection: Connection, around: Circumstances, people: Sequence[Person], pin_hashes: dict[str, str]
) -> Applied:
    """Bring staff in; whoever is there keeps their PIN, and nobody is taken away by a file that leaves them out."""
    employees: list[Employee] = []
    changed = 0
    for person in people:
        there = staff.find(connection, around.tenant, person.number)
        if there is None or not there.active:
            employee = Employee(
                person.number, person.name, person.role, person.badge, pin_hashes[person.number], must_change=True
            )
        else:
            employee = replace(there, name=person.name, role=person.role, badge=person.badge)
            changed += employee != there
        employees.append(employee)
    rev = staff.put(connection, around.tenant, employees)
    return Applied(len(people), len(pin_hashes), changed, rev)


def apply_shop(connection: Connection, around: Circumstances, shop: Shop) -> Applied:
    """Bring the tenant, its stores and their settings in; a setting that the file no longer has is gone."""
    add_tenant(connection, shop.tenant)
    feedlog.hold(connection, shop.tenant)
    changes: list[feedlog.Change] = []
    for store in shop.stores:
        put_store(connection, shop.tenant, store.id, shop.places[store.id])
        changes.append(feedlog.change(CATALOG, feedlog.EVERYWHERE, "store", store.id, store))
    # A terminal sees one row per setting: what any store says otherwise is sent to each store by itself.
    by_store = {name for settings in shop.by_store.values() for name in settings}
    for name in sorted({*shop.settings, *by_store}):
        for audience in [store.id for store in shop.stores] if name in by_store else [feedlog.EVERYWHERE]:
            settings = {**shop.settings, **shop.by_store.get(audience, {})}
            if name in settings:
                changes.append(feedlog.change(DEVICE, audience, "setting", name, Setting(name, settings[name])))
    kept = {(change.audience, change.key) for change in changes if change.entity == "setting"}
    there = feedlog.rows_now(connection, shop.tenant, DEVICE, "setting")
    changes += [
        feedlog.gone(DEVICE, audience, "setting", key) for audience, key, _ in there if (audience, key) not in kept
    ]
    before = feedlog.head(connection, shop.tenant)
    rev = feedlog.publish(connection, shop.tenant, changes)
    return Applied(len(shop.stores), 0, int(rev != before), rev)

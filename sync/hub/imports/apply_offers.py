"""Brings price lists and tenders into the hub."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from kiosk.domain.feed import CATALOG, DEVICE, PRICE_LIST
from kiosk.domain.tender import TenderRule, with_law
from sync.hub import feedlog
from sync.hub.imports.outcome import Applied, Circumstances
from sync.hub.imports.prices import ListRow
from sync.hub.imports.tenders import TenderRow, law_of
from sync.hub.places import stores_of


def apply_price_lists(connection: Connection, around: Circumstances, rows: Sequence[ListRow]) -> Applied:
    """Bring price lists in; one that the file leaves out stays."""
    there = {key: payload for _, key, payload in feedlog.rows_now(connection, around.tenant, CATALOG, PRICE_LIST)}
    changes = [feedlog.change(CATALOG, feedlog.EVERYWHERE, PRICE_LIST, row.list.id, row.list) for row in rows]
    added = sum(change.key not in there for change in changes)
    changed = sum(there.get(change.key, change.payload) != change.payload for change in changes)
    return Applied(len(rows), added, changed, feedlog.publish(connection, around.tenant, changes))


def apply_tenders(connection: Connection, around: Circumstances, rows: Sequence[TenderRow]) -> Applied:
    """Bring tenders in, for each store with the limits of its country; one that the file no longer has is gone."""
    changes: list[feedlog.Change] = []
    for store, place in stores_of(connection, around.tenant).items():
        rules: dict[str, TenderRule] = {}
        for row in sorted(rows, key=lambda row: bool(row.rule.store)):
            if row.rule.store in ("", store):
                rules[row.rule.id] = replace(with_law(row.rule, law_of(place["country"], row.rule.kind)), store=store)
        changes += [feedlog.change(DEVICE, store, "tender", rule.id, rule) for rule in rules.values()]
    found = feedlog.rows_now(connection, around.tenant, DEVICE, "tender")
    there = {(audience, key): payload for audience, key, payload in found}
    after = {(change.audience, change.key): change.payload for change in changes}
    lost = [feedlog.gone(DEVICE, audience, "tender", key) for audience, key in there.keys() - after.keys()]
    added = {key for _, key in after} - {key for _, key in there}
    changed = {name[1] for name, payload in after.items() if there.get(name, payload) != payload} - added
    changed |= {change.key for change in lost}
    return Applied(len(rows), len(added), len(changed), feedlog.publish(connection, around.tenant, changes + lost))

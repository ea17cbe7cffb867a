"""Brings delivery notices into the hub: whoever a file leaves out stays as it is, and what was received is not told again."""

from collections.abc import Sequence

from sqlalchemy import Connection

from kiosk.decoding import read_json
from kiosk.domain.catalog import Article
from kiosk.domain.delivery import Notice, NoticeLine
from kiosk.domain.feed import CATALOG
from sync.hub import deliveries, feedlog
from sync.hub.imports.cells import same_code
from sync.hub.imports.faults import Faults
from sync.hub.imports.notices import NoticeRow
from sync.hub.imports.outcome import Applied, Circumstances


def apply_notices(connection: Connection, around: Circumstances, rows: Sequence[NoticeRow], faults: Faults) -> Applied:
    """Bring notices in. Adds to `faults`, and changes nothing, for an unknown article and for what was received already."""
    articles = _articles(connection, around.tenant, rows, faults)
    by_number: dict[str, list[NoticeRow]] = {}
    for row in rows:
        by_number.setdefault(row.notice, []).append(row)
    there = deliveries.known(connection, around.tenant, sorted(by_number))
    for number, listed in by_number.items():
        if number in there and there[number][1]:
            out = "this notice was received already: give what still comes a number of its own"
            faults.add(listed[0].line, "notice", number, out)
    if faults.count:
        return Applied(len(rows), 0, 0, 0)
    before = {number: notice for number, (notice, _) in there.items()}
    wanted = [_notice(number, listed, articles) for number, listed in by_number.items()]
    changed = [one for one in wanted if before.get(one.number) != one]
    added = sum(1 for one in changed if one.number not in before)
    changes = [change for one in changed for change in deliveries.changes_of(one, before.get(one.number))]
    deliveries.keep(connection, around.tenant, changed, around.now_ms)
    rev = feedlog.publish(connection, around.tenant, changes)
    return Applied(len(rows), added, len(changed) - added, rev)


def _notice(number: str, rows: Sequence[NoticeRow], articles: dict[int, str]) -> Notice:
    lines = tuple(NoticeLine(articles[row.line], row.quantity_milli) for row in rows)
    parcels = tuple(dict.fromkeys(row.sscc for row in rows if row.sscc))
    return Notice(number, rows[0].supplier, rows[0].store, lines, parcels)


def _articles(connection: Connection, tenant: str, rows: Sequence[NoticeRow], faults: Faults) -> dict[int, str]:
    """The article of each row, by the row's line."""
    keys = {key for _, key, _ in feedlog.rows_now(connection, tenant, CATALOG, "article")}
    by_code: dict[str, str] = {}
    if any(not row.sku for row in rows):
        for _, key, payload in feedlog.rows_now(connection, tenant, CATALOG, "article"):
            by_code.update((same_code(code), key) for code in read_json(payload, Article).barcodes)
    found: dict[int, str] = {}
    for row in rows:
        article = row.sku if row.sku in keys else "" if row.sku else by_code.get(row.barcode, "")
        if not article:
            column, said = ("sku", row.sku) if row.sku else ("barcode", row.barcode)
            faults.add(row.line, column, said, "no article has it: import the product first")
        found[row.line] = article
    return found

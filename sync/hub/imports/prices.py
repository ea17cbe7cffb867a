"""Reads price lists and prices: who each list is for, what an article costs in it, from when until when."""

import zoneinfo
from collections.abc import Mapping

import msgspec

from kiosk.domain.catalog import BASE, REDUCTIONS
from kiosk.domain.pricelist import CHANNELS, PriceList
from sync.hub.imports.cells import money, short_id
from sync.hub.imports.columns import PRICE_LISTS, PRICES, Line, check_columns, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet
from sync.hub.imports.times import moment, zone_of

Places = Mapping[str, Mapping[str, str]]
"""The tenant's stores and their places: brand, country, currency, zone."""


class PriceRow(msgspec.Struct, frozen=True, array_like=True):
    """One row of a price file. `from_ms` 0 is from now on; no amount takes away a price that has not begun."""

    line: int
    article: str
    list: str
    amount_minor: int | None
    from_ms: int
    until_ms: int
    reduction: str


class ListRow(msgspec.Struct, frozen=True, array_like=True):
    """One row of a file of price lists."""

    line: int
    list: PriceList


def read_price_lists(sheet: Sheet, places: Places, faults: Faults) -> list[ListRow]:
    """Read price lists; `places` are the stores that one may be for."""
    if not check_columns(sheet, PRICE_LISTS, frozenset(places), faults):
        return []
    found: dict[str, ListRow] = {}
    for line in lines(sheet, faults):
        row = _list(line, places)
        if row.list.id in found:
            line.cell("pricelist").wrong(f"line {found[row.list.id].line} has the same list: remove one")
        found[row.list.id] = row
    return list(found.values())


def _list(line: Line, places: Places) -> ListRow:
    key = short_id(line.cell("pricelist"))
    if key == BASE:
        line.cell("pricelist").wrong(f"{BASE} is the list that every store has: give this one another name")
    store = line.text("store")
    if store and store not in places:
        line.cell("store").wrong(f"this store is not known; known are {', '.join(sorted(places)) or 'none'}")
    for column, part in (("brand", "brand"), ("country", "country")):
        there = sorted({place[part] for place in places.values()})
        if line.text(column) and line.text(column) not in there:
            line.cell(column).wrong(f"no store is of this {column}; there are {', '.join(there)}")
    if line.text("channel") not in ("", *CHANNELS):
        line.cell("channel").wrong(f"choose one of {', '.join(CHANNELS)}, or leave it empty for all")
    fitting = [place for name, place in places.items() if _is_for(line, name, place)]
    if places and not fitting:
        line.cell("pricelist").wrong("no store fits all that this list asks for: mend store, brand or country")
    zone = zone_of(line.cell("zone"), fitting[0]["zone"] if fitting else "UTC")
    currency = _currency(line, sorted({place["currency"] for place in fitting}))
    from_ms, until_ms = moment(line.cell("from"), zone), moment(line.cell("until"), zone)
    if 0 < until_ms <= from_ms:
        line.cell("until").wrong("it ends before it begins: write a later time")
    made = PriceList(
        key, line.text("name") or key, currency, line.text("brand"), line.text("country"), store, line.text("channel"),
        line.text("group"), from_ms, until_ms, zone.key,
    )  # fmt: skip
    return ListRow(line.number, made)


def _is_for(line: Line, store: str, place: Mapping[str, str]) -> bool:
    asked = ((line.text("store"), store), (line.text("brand"), place["brand"]), (line.text("country"), place["country"]))
    return all(wanted in ("", there) for wanted, there in asked)


def _currency(line: Line, there: list[str]) -> str:
    """The list's currency: named, or the only one of its stores."""
    named = line.text("currency")
    if named and there and named not in there:
        line.cell("currency").wrong(f"its stores sell in {', '.join(there)}: write that, or name other stores")
    elif not named and len(there) > 1:
        line.cell("currency").wrong(f"its stores sell in {', '.join(there)}: write which one is meant")
    return named or (there[0] if there else "")


def read_prices(sheet: Sheet, lists: Mapping[str, PriceList], base: PriceList, faults: Faults) -> list[PriceRow]:
    """Read prices; times are local in the zone of their list. `base` stands for the list that every store has."""
    if not check_columns(sheet, PRICES, frozenset(), faults):
        return []
    zones = {one.id: zoneinfo.ZoneInfo(one.zone or base.zone) for one in (*lists.values(), base)}
    seen: dict[tuple[str, str, int], int] = {}
    found: list[PriceRow] = []
    for line in lines(sheet, faults):
        before = faults.count
        row = _price(line, lists, base, zones)
        other = seen.setdefault((row.article, row.list, row.from_ms), line.number)
        if other != line.number:
            line.cell("sku").wrong(f"line {other} has a price of the same list that begins with it: remove one")
        if faults.count == before:
            found.append(row)
    return found


def _price(line: Line, lists: Mapping[str, PriceList], base: PriceList, zones: Mapping[str, zoneinfo.ZoneInfo]) -> PriceRow:
    name = line.text("list") or BASE
    list_ = base if name == BASE else lists.get(name)
    if list_ is None:
        there = ", ".join(sorted((BASE, *lists)))
        line.cell("list").wrong(f"no such price list; there are {there}: import the lists first, or mend its name")
        list_ = base
    currency = line.text("currency")
    if currency and list_.currency and currency != list_.currency:
        line.cell("currency").wrong(f"this list is in {list_.currency}: convert the price, or name a list in {currency}")
    zone = zones[list_.id]
    from_ms, until_ms = moment(line.cell("from"), zone), moment(line.cell("until"), zone)
    if 0 < until_ms <= from_ms:
        line.cell("until").wrong("it ends before it begins: write a later time")
    amount: int | None = None
    if line.by_column.get("price"):
        amount = money(line.cell("price"))
    elif not line.by_column.get("from"):
        line.cell("price").wrong("the price is missing: write it, such as 19.99 (only a price to take away has none, and a from)")
    reduction = line.text("reduction")
    if reduction not in ("", *REDUCTIONS):
        line.cell("reduction").wrong(f"choose one of {', '.join(REDUCTIONS)}, or leave it empty for a plain price")
    return PriceRow(line.number, line.needed("sku", 60), list_.id, amount, from_ms, until_ms, reduction)

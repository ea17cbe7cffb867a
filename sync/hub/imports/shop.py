"""Reads settings.toml: the tenant, its legal entity, brand and stores, and every setting of its terminals.

A table outside `[[store]]` becomes settings named by their path, `till.cash_rounding`; the same table inside `[brands.ID]` says
it otherwise for the stores of that brand, and inside a store for that store.
"""

import re
import tomllib
import zoneinfo
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec

from kiosk.countries.known import COUNTRIES
from kiosk.domain.barcode import patterns_of
from kiosk.domain.empties import layouts_of
from kiosk.domain.feed import PLACE_KINDS, STORE, Store
from kiosk.paper.letterhead import LOGO_SETTING, layout_of
from sync.hub.imports.faults import Faults
from sync.hub.imports.logos import LogoFiles

_ID = re.compile(r"[A-Za-z0-9-]{1,20}")
_STORE_KEYS = ("id", "name", "street", "postcode", "city", "zone")
_SPOT = (("latitude", 90), ("longitude", 180))
"""Where a store lies, in degrees up to so many."""
_PLACE_KEYS = ("entity", "brand", "country", "currency", "language")
_PATTERNS = {
    "currency": (re.compile("[A-Z]{3}"), "write a currency as three capital letters, such as EUR"),
    "country": (re.compile("[A-Z]{2}"), "write a country as two capital letters, such as NL"),
    "language": (re.compile("[a-z]{2}"), "write a language as two small letters, such as nl"),
}

_CODES: dict[str, Callable[[object], object]] = {
    "barcodes.patterns": patterns_of, "deposit.vouchers": layouts_of, "receipt.layout": layout_of,
}  # fmt: skip


class Shop(msgspec.Struct, frozen=True):
    """What a settings file says: stores with their places, settings for all, and settings by store."""

    tenant: str
    stores: list[Store]
    places: dict[str, dict[str, str]]
    settings: dict[str, Any]
    by_store: dict[str, dict[str, Any]]


def read_shop(path: Path, faults: Faults) -> Shop | None:
    """Read a settings file; None when it is not TOML at all or a needed part is missing."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        faults.add(1, "", "", "the file is not UTF-8: save it so")
        return None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+)", str(error))
        faults.add(int(place[1]) if place else 1, "", "", f"this is not TOML: {error}")
        return None
    source = path.read_text(encoding="utf-8").splitlines()
    return _Reader(raw, source, faults, LogoFiles(path.parent)).read()


class _Reader:
    def __init__(self, raw: dict[str, Any], source: list[str], faults: Faults, logos: LogoFiles) -> None:
        self._raw, self._source, self._faults, self._logos = raw, source, faults, logos
        self._here = 1

    def read(self) -> Shop | None:
        before = self._faults.count
        tenant = self._id(self._raw.get("tenant"), "tenant")
        common = {
            "entity": self._id(_part(self._raw, "legal_entity").get("id"), "legal_entity.id"),
            "brand": self._id(_part(self._raw, "brand").get("id"), "brand.id"),
            **{name: self._raw.get(name) for name in _PATTERNS},
        }
        tables = self._raw.get("store")
        if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
            self._wrong("store", "", "there is no store: add a [[store]] with id, name and zone")
            return None
        stores, places, by_store = [], {}, {}
        headers = [n for n, text in enumerate(self._source, 1) if text.strip().startswith("[[store]]")]
        for nth, table in enumerate(tables):
            self._here = headers[nth] if nth < len(headers) else 1
            store = self._store(table)
            if store.id in places:
                self._wrong("id", store.id, "two stores have this id: give each its own")
            stores.append(store)
            place = {key: table.get(key, common[key]) for key in _PLACE_KEYS}
            self._check_place(place, table, store.id)
            places[store.id] = {**{key: str(value) for key, value in place.items()}, "zone": store.zone}
            by_store[store.id] = _flat({key: part for key, part in table.items() if isinstance(part, dict)})
        if self._faults.count > before:
            return None
        settings = _flat({key: part for key, part in self._raw.items() if key not in ("store", "brands")})
        by_brand = self._brands({place["brand"] for place in places.values()})
        for told in (settings, *by_brand.values(), *by_store.values()):
            self._check_codes(told)
        if self._faults.count > before:
            return None
        by_store = {store: {**by_brand.get(places[store]["brand"], {}), **own} for store, own in by_store.items()}
        return Shop(tenant, stores, places, {**settings, **self._logos.made}, by_store)

    def _brands(self, known: set[str]) -> dict[str, dict[str, Any]]:
        """What the stores of one brand do otherwise, by brand."""
        self._here, tables = 1, self._raw.get("brands", {})
        if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
            self._wrong("brands", "", "write what a brand does otherwise as [brands.ID.receipt]")
            return {}
        for brand in sorted(tables.keys() - known):
            self._wrong("brands", brand, f"no store is of this brand; there are {', '.join(sorted(known))}")
        return {brand: _flat(table) for brand, table in tables.items()}

    def _store(self, table: dict[str, Any]) -> Store:
        for name in ("name", "zone"):
            if not isinstance(table.get(name), str) or not table[name]:
                self._wrong(name, "", f"a store needs a {name}")
        zone = str(table.get("zone", ""))
        if zone and zone not in zoneinfo.available_timezones():
            self._wrong("zone", zone, "not a time zone: write it as Europe/Amsterdam")
        known = {*_STORE_KEYS, *_PLACE_KEYS, "kind", *(name for name, _ in _SPOT)}
        for name, value in table.items():
            if name not in known and not isinstance(value, dict):
                self._wrong(name, str(value), f"a store has no such key; it has {', '.join(sorted(known))}")
        texts = {name: str(table.get(name, "")) for name in _STORE_KEYS}
        texts["id"] = self._id(table.get("id"), "id")
        kind = table.get("kind", STORE)
        if kind not in PLACE_KINDS:
            self._wrong("kind", str(kind), f"a place is one of {', '.join(PLACE_KINDS)}")
        north, east = self._spot(table)
        return Store(**texts, kind=str(kind), latitude_micro=north, longitude_micro=east)

    def _spot(self, table: dict[str, Any]) -> list[int | None]:
        """Where a store lies, in millionths of a degree: both numbers or none."""
        found: list[int | None] = []
        for name, most in _SPOT:
            value, other = table.get(name), next(one for one, _ in _SPOT if one != name)
            fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= most
            if value is not None and not fits:
                self._wrong(name, str(value), f"write degrees from -{most} to {most}, such as {name} = 5.1214")
            elif value is None and other in table:
                self._wrong(other, str(table[other]), f"a place on the map needs a {name} too")
            found.append(round(value * 1_000_000) if fits and value is not None else None)
        return found

    def _check_place(self, place: dict[str, Any], table: dict[str, Any], store: str) -> None:
        header = self._here
        for name, (pattern, mend) in _PATTERNS.items():
            value = place[name]
            if not isinstance(value, str) or not pattern.fullmatch(value):
                self._here = header if name in table else 1  # what a store leaves out stands above all stores
                self._wrong(name, "" if value is None else str(value), f"{mend} (store {store})")
            elif name == "country" and value not in COUNTRIES:
                self._here = header if name in table else 1
                self._wrong(name, value, f"its laws are not known here: there are {', '.join(COUNTRIES)} (store {store})")
        self._here = header

    def _check_codes(self, told: dict[str, Any]) -> None:
        """Layouts and pictures must be some before a till looks for them: one that is wrong sells nothing, or something else."""
        self._here = 1
        try:
            self._logos.take(told)
        except ValueError as error:
            self._wrong(LOGO_SETTING, str(told.get(LOGO_SETTING)), str(error))
        for name, read in _CODES.items():
            try:
                read(told.get(name, ()))
            except ValueError as error:
                self._wrong(name, "", str(error))

    def _id(self, value: object, name: str) -> str:
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self._wrong(name, "" if value is None else str(value), "needed: 1 to 20 letters, digits or dashes")
            return ""
        return value

    def _wrong(self, key: str, value: str, mend: str) -> None:
        """TOML keeps no line numbers, so the fault points at the line that names key and value, or at its table's head."""
        last = key.rpartition(".")[2]
        heads = (last, f"[{last}", f"[[{last}", f"[[{key}")
        lines = [n for n, text in enumerate(self._source, 1) if text.strip().startswith(heads)]
        after = [n for n in lines if n >= self._here and value in self._source[n - 1]] if value else []
        outside = lines if self._here == 1 else []
        self._faults.add((after or outside or [self._here])[0], key, value, mend)


def _part(raw: dict[str, Any], name: str) -> dict[str, Any]:
    part = raw.get(name)
    return part if isinstance(part, dict) else {}


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Settings by their path; dates and times become text, because a setting travels as JSON."""
    flat: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat.update(_flat(value, f"{prefix}{name}."))
        else:
            flat[prefix + name] = value.isoformat() if isinstance(value, datetime | date | time) else value
    return flat

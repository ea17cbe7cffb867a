"""Reads streets by postcode: one row for each range of house numbers, of all, of odd or of even ones."""

from collections.abc import Collection

from kiosk.countries.known import COUNTRIES
from kiosk.domain.streets import NUMBER_MAX, SIDES, Street, bare, clash
from sync.hub.imports.cells import whole
from sync.hub.imports.columns import ADDRESSES, Line, check_columns, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet

NAME_MAX = 80


def read_addresses(sheet: Sheet, countries: Collection[str], faults: Faults) -> list[Street]:
    """Read streets; rows that say no country are of the shop's only one. No house stands in two streets."""
    if not check_columns(sheet, ADDRESSES, frozenset(), faults):
        return []
    country = next(iter(countries)) if len(countries) == 1 else ""
    found: list[Street] = []
    seen: dict[tuple[str, str], list[tuple[int, Street]]] = {}
    for line in lines(sheet, faults):
        one = _street(line, country)
        others = seen.setdefault((one.country, one.postcode), [])
        if (other := next((number for number, there in others if clash(one, there)), 0)) and one.postcode:
            line.cell("from").wrong(f"line {other} has the same numbers: a house stands in one street")
        others.append((line.number, one))
        found.append(one)
    return found


def _street(line: Line, country: str) -> Street:
    country = (line.text("country", 2) or country).upper()
    postcode = ""
    if country not in COUNTRIES:
        line.cell("country").wrong(f"no rules for this country: choose one of {', '.join(sorted(COUNTRIES))}")
    elif not (postcode := bare(COUNTRIES[country].POSTCODES.written(line.by_column.get("postcode", "")))):
        line.cell("postcode").wrong("not a postcode of that country")
    first, last = (whole(line.cell(name), NUMBER_MAX) or 0 for name in ("from", "to"))
    if not 0 < first <= last:
        line.cell("to").wrong("numbers run from 1 on, the lower one first")
    side = line.by_column.get("side", "").lower()
    if side not in SIDES:
        line.cell("side").wrong(f"choose one of {', '.join(SIDES)}")
    return Street(country, postcode, first, last, side, line.needed("street", NAME_MAX), line.needed("city", NAME_MAX))

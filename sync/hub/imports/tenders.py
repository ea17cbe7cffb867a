"""Reads tenders: one row for each means of payment, checked against the law of the countries of its stores."""

import zoneinfo
from collections.abc import Mapping

import msgspec

from kiosk.countries.known import COUNTRIES
from kiosk.domain.tender import (
    CASH,
    CHANGE_CASH,
    NO_CHANGE,
    SAME,
    Limit,
    TenderRule,
    check_tender,
    read_limit,
)
from sync.hub.imports.cells import money, short_id, whole, yes_or_no
from sync.hub.imports.columns import TENDERS, Line, check_columns, languages, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet
from sync.hub.imports.times import moment

RANK_MAX = 1_000
Places = Mapping[str, Mapping[str, str]]


class TenderRow(msgspec.Struct, frozen=True, array_like=True):
    """One row of a tender file."""

    line: int
    rule: TenderRule


def read_tenders(sheet: Sheet, places: Places, categories: frozenset[str], faults: Faults) -> list[TenderRow]:
    """Read tenders. A rule for one store stands beside the one for all, which it goes before."""
    if not check_columns(sheet, TENDERS, frozenset(places), faults):
        return []
    order = languages(sheet)
    found: dict[tuple[str, str], TenderRow] = {}
    for line in lines(sheet, faults):
        rule = _rule(line, order, places)
        _check(line, rule, places, categories)
        other = found.setdefault((rule.id, rule.store), TenderRow(line.number, rule))
        if other.line != line.number:
            line.cell("tender").wrong(f"line {other.line} has the same tender: remove one")
    return list(found.values())


def _rule(line: Line, order: list[str], places: Places) -> TenderRule:
    kind, store = line.text("kind"), line.text("store")
    if store and store not in places:
        line.cell("store").wrong(f"this store is not known; known are {', '.join(sorted(places)) or 'none'}")
    fitting = [place for name, place in places.items() if store in ("", name)]
    zone = zoneinfo.ZoneInfo(fitting[0]["zone"] if fitting else "UTC")
    default_change = CHANGE_CASH if kind == CASH else NO_CHANGE
    return TenderRule(
        id=short_id(line.cell("tender")),
        kind=kind,
        names=line.names(order),
        rank=whole(line.cell("rank"), RANK_MAX) or 0,
        store=store,
        eligible=_parts(line, "eligible"),
        excluded=_parts(line, "excluded"),
        deposit=yes_or_no(line.cell("deposit")) if line.by_column.get("deposit") else True,
        change=line.text("change") or default_change,
        refund_to=_parts(line, "refund_to") or ((CASH,) if kind == CASH else (SAME,)),
        rounding_step_minor=(money(line.cell("rounding")) or 0) if line.by_column.get("rounding") else 1,
        drawer=yes_or_no(line.cell("drawer")) if line.by_column.get("drawer") else kind == CASH,
        reference=yes_or_no(line.cell("reference")),
        limits=_limits(line),
        from_ms=moment(line.cell("from"), zone),
        until_ms=moment(line.cell("until"), zone),
    )


def _parts(line: Line, column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.text(column, 2_000).split("|") if part.strip())


def _limits(line: Line) -> tuple[Limit, ...]:
    found: list[Limit] = []
    for text in _parts(line, "limit"):
        try:
            found.append(read_limit(text))
        except ValueError:
            out = "write an operator, an amount and what is added up (sale, linked, day), such as >=3000.00 linked or >250.00"
            line.faults.add(line.number, "limit", text, out)
    return tuple(found)


def _check(line: Line, rule: TenderRule, places: Places, categories: frozenset[str]) -> None:
    """What the rule itself and each country of its stores say of it, each fault once."""
    countries = sorted({place["country"] for name, place in places.items() if rule.store in ("", name)})
    said: set[tuple[str, str, str]] = set()
    for country in countries or [""]:
        law = law_of(country, rule.kind)
        for fault in check_tender(rule, law, categories):
            key = (fault.field, fault.value, fault.mend)
            if key not in said:
                said.add(key)
                line.faults.add(line.number, fault.field, fault.value, fault.mend)


def law_of(country: str, kind: str) -> tuple[Limit, ...]:
    """The limits that a country sets for a kind of tender; none where its rules are not known."""
    rules = COUNTRIES.get(country)
    found: Mapping[str, tuple[Limit, ...]] = rules.TENDER_LIMITS if rules else {}
    return found.get(kind, ())

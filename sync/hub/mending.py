"""The usual mistakes of a held fact as fields of a form: which there are, and the merge patch that a filled form means.

A fact's bytes are never touched: the patch is kept beside them, and says how the hub counts the fact.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from kiosk.domain.facts import STOCK_COUNTED, STOCK_MOVED, Fact
from kiosk.domain.quantity import ONE
from sync.hub.problems import HubProblem

DAY_KEY = "@day"
"""In a patch: another business day. The day is no part of the body, and no body has such a key."""

LINES_MAX = 10
"""Lines that the form shows; a fact with more of them is mended as JSON."""

TEXT_MAX = 60
_PREFIX = "mend-"
_QUANTITY = re.compile(r"(-?)(\d{1,9})(?:[.,](\d{1,3}))?")

What = Literal["day", "location", "article", "quantity"]
_FIELDS_OF: dict[str, tuple[What, ...]] = {
    "absurd.day": ("day",),
    "body.store": ("location",),
    "absurd.quantity": ("quantity",),
    "body.amount": ("quantity",),
    "absurd.sum": ("quantity",),
    "absurd.amount": ("quantity",),
}
_ALL: tuple[What, ...] = ("day", "location", "article", "quantity")
"""A reason that names no part may come from each of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the form: its name there, what it is about, the line (from 1; 0: the whole fact), and what it holds now."""

    name: str
    what: What
    line: int
    value: str


def fields_of(fact: Fact, reason: str) -> list[Field]:
    """What a person may have to say otherwise about a fact that is held for this reason; those that the body really has."""
    wanted = _FIELDS_OF.get(reason, _ALL)
    found = [Field(f"{_PREFIX}day", "day", 0, fact.day)] if "day" in wanted else []
    if "location" in wanted and (place := _location(fact)) is not None:
        found.append(Field(f"{_PREFIX}location", "location", 0, place))
    for number, line in enumerate(_lines(fact), 1):
        article, quantity = line.get("article"), line.get("quantity")
        if ("article" in wanted or "quantity" in wanted) and isinstance(article, str):
            found.append(Field(f"{_PREFIX}article-{number}", "article", number, article))
        if "quantity" in wanted and isinstance(quantity, int) and not isinstance(quantity, bool):
            found.append(Field(f"{_PREFIX}quantity-{number}", "quantity", number, spell(quantity)))
    return found


def patch_of(fact: Fact, reason: str, form: Mapping[str, str]) -> dict[str, Any]:
    """The merge patch for what was typed otherwise; empty when nothing was. Raises HubProblem for what cannot be."""
    changed = {
        field.name: (field, typed)
        for field in fields_of(fact, reason)
        if (typed := form.get(field.name, field.value).strip()) != field.value
    }
    patch: dict[str, Any] = {}
    lines = [dict(line) for line in _lines(fact)]
    movements = [dict(one) for one in _dicts(fact.body.get("movements"))]
    for field, typed in changed.values():
        if field.what == "day":
            patch[DAY_KEY] = read_day(typed)
        elif field.what == "location":
            _relocate(patch, movements, fact, _read_text(field, typed))
    for number in sorted({field.line for field, _ in changed.values() if field.line}):
        before, line = _lines(fact)[number - 1], lines[number - 1]
        for field, typed in (one for one in changed.values() if one[0].line == number):
            line[field.what] = _read_quantity(field, typed) if field.what == "quantity" else _read_text(field, typed)
        _move_alike(movements, before, line)
    if lines != _lines(fact):
        patch |= {"lines": lines} if "lines" in fact.body else lines[0]
    if movements != _dicts(fact.body.get("movements")):
        patch["movements"] = movements
    return patch


def spell(quantity_milli: int) -> str:
    """A quantity in thousandths as a person writes it: 2, 0.35, -1."""
    whole, part = divmod(abs(quantity_milli), ONE)
    sign = "-" if quantity_milli < 0 else ""
    return f"{sign}{whole}" + (f".{part:03d}".rstrip("0") if part else "")


def read_day(text: str) -> str:
    """A business day `YYYY-MM-DD`. Raises HubProblem for none."""
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise HubProblem("queue.field", field="day", value=text[:20], wanted="a day such as 2026-12-01")


def _read_quantity(field: Field, text: str) -> int:
    found = _QUANTITY.fullmatch(text)
    if found is None:
        raise HubProblem("queue.field", field=f"quantity {field.line}", value=text[:20], wanted="a quantity such as 2 or 0.35")
    sign = -1 if found[1] else 1
    return sign * (int(found[2]) * ONE + int((found[3] or "").ljust(3, "0")))


def _read_text(field: Field, text: str) -> str:
    if 0 < len(text) <= TEXT_MAX and text.isprintable():
        return text
    where = f"{field.what} {field.line}" if field.line else field.what
    raise HubProblem("queue.field", field=where, value=text[:20], wanted=f"1 to {TEXT_MAX} characters")


def _location(fact: Fact) -> str | None:
    """Whose goods it moves: of a sale with several, the one that is not the terminal's."""
    body = fact.body
    if fact.kind in (STOCK_MOVED, STOCK_COUNTED):
        found = body.get("location")
    elif "movements" in body:
        stores = [one.get("store") for one in _dicts(body["movements"])]
        found = next((store for store in stores if store != fact.place.store), stores[0] if stores else None)
    else:
        found = body.get("store")
    return found if isinstance(found, str) else None


def _relocate(patch: dict[str, Any], movements: list[dict[str, Any]], fact: Fact, store: str) -> None:
    if fact.kind in (STOCK_MOVED, STOCK_COUNTED):
        patch["location"] = store
    elif movements:
        wrong = _location(fact)
        for one in movements:
            if one.get("store") == wrong:
                one["store"] = store
    else:
        patch["store"] = store


def _move_alike(movements: list[dict[str, Any]], before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """The goods that a line of a sale took along move as the line says now."""
    same = [one for one in movements if one.get("article") == before.get("article") and isinstance(one.get("quantity_milli"), int)]
    was, now = _milli(before), _milli(after)
    exact = [one for one in same if one["quantity_milli"] == -was]
    moved = exact[0] if exact else same[0] if len(same) == 1 else None
    if moved is not None:
        moved["article"] = after["article"]
        moved["quantity_milli"] -= now - was


def _milli(line: Mapping[str, Any]) -> int:
    quantity = line.get("quantity")
    return quantity if isinstance(quantity, int) else 0


def _lines(fact: Fact) -> list[dict[str, Any]]:
    """The lines of a fact that a form can show; a right is one line by itself."""
    if "lines" in fact.body:
        lines = fact.body["lines"]
        whole = _dicts(lines)
        return whole if isinstance(lines, list) and len(whole) == len(lines) <= LINES_MAX else []
    one: dict[str, Any] = {name: fact.body[name] for name in ("article", "quantity") if name in fact.body}
    return [one] if "article" in one else []


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

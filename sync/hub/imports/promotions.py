"""Reads promotions: one row for each, groups of goods with + between, and what a kind needs checked by the domain."""

import re
from collections.abc import Callable, Mapping

import msgspec

from kiosk.domain.promotion import DAY_MIN, THRESHOLD, WEEK, Coupon, Goods, Hours, Promotion, Tier
from kiosk.domain.promotionknown import Fault
from sync.hub.imports.cells import Cell, money, short_id, whole, yes_or_no
from sync.hub.imports.columns import PROMOTIONS, Line, check_columns, goods_languages, languages, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.sheet import Sheet
from sync.hub.imports.times import moment, zone_of

NO_MORE = "none"
"""In place of a kind: the promotion is taken away, or ends now when it has begun."""

PIECES_MAX = 10_000
USES_MAX = 100_000_000
COLUMNS = {
    "id": "promotion", "names": "name_nl", "percent_bp": "percent", "amount_minor": "amount", "price_minor": "price",
    "threshold_minor": "threshold", "points_bp": "points", "until_ms": "until", "customer_groups": "groups",
    "sale_max_minor": "sale_max", "budget_minor": "budget",
    "budget_unheard_minor": "budget_unheard",
}  # fmt: skip
"""What fields of a promotion are called in a file, where that is another name."""

_PERCENT = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?")
_BETWEEN = re.compile(r"(?:^|\s)\+(?:\s|$)")
_HOURS = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")
_TIER = re.compile(r"(\d{1,9}(?:\.\d{1,2})?)\s*:\s*(\d{1,9}(?:\.\d{1,2})?)\s*(%|off|each)")

Places = Mapping[str, Mapping[str, str]]


class PromotionRow(msgspec.Struct, frozen=True, array_like=True):
    """One row of a promotion file."""

    line: int
    promotion: Promotion


def read_promotions(sheet: Sheet, places: Places, faults: Faults) -> list[PromotionRow]:
    """Read promotions; whether their goods are there, and what they do to prices, is looked at with the goods at hand."""
    if not check_columns(sheet, PROMOTIONS, frozenset(), faults):
        return []
    order, goods_order = languages(sheet), goods_languages(sheet)
    found: dict[str, PromotionRow] = {}
    for line in lines(sheet, faults):
        before = faults.count
        promotion = _promotion(line, order, goods_order, places)
        other = found.get(promotion.id)
        if other is not None:
            line.cell("promotion").wrong(f"line {other.line} has the same promotion: remove one")
        if faults.count == before:
            found[promotion.id] = PromotionRow(line.number, promotion)
    return list(found.values())


def _promotion(line: Line, order: list[str], goods_order: list[str], places: Places) -> Promotion:
    key, kind = short_id(line.cell("promotion")), line.needed("kind")
    if kind == NO_MORE:
        return Promotion(key, kind, {})
    stores = _parts(line, "stores")
    default = next((place["zone"] for name, place in places.items() if not stores or name in stores), "UTC")
    zone = zone_of(line.cell("zone"), default)
    return Promotion(
        id=key,
        kind=kind,
        names=line.names(order),
        goods=_goods(line, goods_order),
        pay=whole(line.cell("pay"), PIECES_MAX) or 0,
        reduced=(whole(line.cell("reduced"), PIECES_MAX) or 0) if line.by_column.get("reduced") else 1,
        percent_bp=_given(line, "percent", _percent),
        amount_minor=_given(line, "amount", money),
        price_minor=_given(line, "price", money),
        threshold_minor=_given(line, "threshold", money) or 0,
        tiers=_tiers(line, kind),
        points_bp=_points(line),
        brands=_parts(line, "brands"),
        countries=_parts(line, "countries"),
        stores=stores,
        channels=_parts(line, "channels"),
        customer_groups=_parts(line, "groups"),
        from_ms=moment(line.cell("from"), zone),
        until_ms=moment(line.cell("until"), zone),
        hours=_hours(line),
        label=line.text("label").upper(),
        coupon=_coupon(line),
        stacking=whole(line.cell("stacking"), 9) or 0,
        exclusive=yes_or_no(line.cell("exclusive")),
        not_with=_parts(line, "not_with"),
        applications_max=whole(line.cell("applications_max"), PIECES_MAX) or 0,
        sale_max_minor=_given(line, "sale_max", money) or 0,
        budget_minor=_given(line, "budget", money) or 0,
        budget_uses=whole(line.cell("budget_uses"), USES_MAX) or 0,
        budget_unheard_minor=_given(line, "budget_unheard", money) or 0,
    )


def told(fault: Fault) -> tuple[str, str]:
    """The column that a fault of the domain means, and its sentence in the words of a file."""
    mend = fault.mend
    for name, column in COLUMNS.items():
        mend = re.sub(rf"\b{name}\b", column, mend)
    return COLUMNS.get(fault.field, fault.field), mend


def _parts(line: Line, column: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in line.text(column, 4_000).split("|") if part.strip())


def _given(line: Line, column: str, read: Callable[[Cell], int | None]) -> int | None:
    return read(line.cell(column)) if line.by_column.get(column) else None


def _percent(cell: Cell) -> int | None:
    """Basis points from `25` or `12.5`, with or without its sign."""
    match = _PERCENT.fullmatch(cell.text.removesuffix("%").strip())
    if match is None:
        cell.wrong("not a percentage: write it as 25 or 12.5")
        return None
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def _points(line: Line) -> int:
    """A multiplier of points, `2` or `1.5`, in basis points of the normal ones."""
    if not line.by_column.get("points"):
        return 10_000
    return (_percent(line.cell("points")) or 0) * 100


def _goods(line: Line, goods_order: list[str]) -> tuple[Goods, ...]:
    """The groups of goods, their pieces and names, each with + between the groups."""
    groups = _groups(line.text("goods", 8_000))
    out, need = _groups(line.text("but", 8_000)), _groups(line.text("need"))
    names = {language: _groups(line.text(f"goods_name_{language}", 400)) for language in goods_order}
    for column, found in (("but", out), ("need", need), *((f"goods_name_{language}", found) for language, found in names.items())):
        if len(found) > max(1, len(groups)):
            line.cell(column).wrong(f"there are {len(groups)} groups of goods: write as many parts with + between, or fewer")
            return (Goods(),)
    made: list[Goods] = []
    for place, group in enumerate(groups or [""]):
        asked = _part(need, place)
        pieces = whole(Cell(line.number, "need", asked, line.faults), PIECES_MAX) if asked else 1
        named = {language: text for language, found in names.items() if (text := _part(found, place))}
        of = tuple(token.strip() for token in group.split("|") if token.strip()) or ("all",)
        but = tuple(token.strip() for token in _part(out, place).split("|") if token.strip())
        made.append(Goods(of, but, pieces or 0, named))
    return tuple(made)


def _groups(text: str) -> list[str]:
    return [part.strip() for part in _BETWEEN.split(text)] if text else []


def _part(found: list[str], place: int) -> str:
    return found[place] if place < len(found) else ""


def _tiers(line: Line, kind: str) -> tuple[Tier, ...]:
    """Steps such as `3: 10% | 6: 15%`, `2: 0.50 off`, `10: 0.89 each`; of a threshold they begin at an amount."""
    found: list[Tier] = []
    for text in _parts(line, "tiers"):
        match = _TIER.fullmatch(text)
        if match is None or (kind != THRESHOLD and "." in match[1]):
            out = "write steps as 3: 10% | 6: 15%, with %, off (an amount) or each (a price) behind the number"
            line.faults.add(line.number, "tiers", text, out)
            continue
        start = _hundredths(match[1]) if kind == THRESHOLD else int(match[1])
        value, unit = _hundredths(match[2]), match[3]
        found.append(Tier(start, *(value if unit == wanted else None for wanted in ("%", "off", "each"))))
    return tuple(found)


def _hundredths(text: str) -> int:
    integer, _, part = text.partition(".")
    return int(integer) * 100 + int(part.ljust(2, "0") or 0)


def _hours(line: Line) -> Hours | None:
    """Recurring hours: `16:00-18:00`, on the days of `days` (1 is Monday; all by default)."""
    text, days = line.text("hours"), _days(line)
    if not text:
        if days != WEEK:
            return Hours(days)
        return None
    match = _HOURS.fullmatch(text)
    if match is None:
        line.cell("hours").wrong("write hours of the local day as 16:00-18:00")
        return None
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if start >= DAY_MIN or end > DAY_MIN:
        line.cell("hours").wrong("a day ends at 24:00: write hours as 16:00-18:00")
        return None
    return Hours(days, start, end)


def _days(line: Line) -> tuple[int, ...]:
    found: set[int] = set()
    for part in _parts(line, "days"):
        first, _, last = part.partition("-")
        if not (first.isdigit() and (last or first).isdigit() and len(part) <= 3):
            line.cell("days").wrong("write days as 1|2|5 or 1-5; 1 is Monday and 7 Sunday")
            return WEEK
        found.update(range(int(first), int(last or first) + 1))
    return tuple(sorted(found)) or WEEK


def _coupon(line: Line) -> Coupon | None:
    use, codes, prefix = line.text("coupon"), _parts(line, "coupon_codes"), line.text("coupon_prefix")
    digits = whole(line.cell("coupon_digits"), 20) or 0
    if not (use or codes or prefix or digits):
        return None
    return Coupon(use or "open", tuple(code.upper() for code in codes), prefix.upper(), digits)

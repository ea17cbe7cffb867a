"""A sale's fact as a receipt on paper: columns that add up, the VAT block, how it was paid, and its number as a code."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.codec import Json
from kiosk.domain.document import Align, Barcode, BarcodeKind, Block, Cut, Document, Feed, Line, Rule, wrapped
from kiosk.domain.facts import Fact
from kiosk.domain.tax import OUTSIDE
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above and below every receipt of a store."""

    header: Sequence[str]
    footer: Sequence[str]
    store_lines: Sequence[str]
    entity: str
    vat_id: str


def receipt(fact: Fact, head: Letterhead, words: Words, columns: int = 48) -> Document:
    """The receipt of a `sale.completed` fact. Pure: the same fact gives the same paper for ever."""
    body = fact.body
    number = words("Receipt {number}", number=body["receipt"])
    blocks: list[Block] = [
        *(Line(text, Align.CENTRE, bold=place == 0, size=2 if place == 0 else 1) for place, text in enumerate(head.header)),
        *(Line(text, Align.CENTRE) for text in head.store_lines),
        Feed(),
        Line(_pair(words.date_time(fact.moment.wall_ms, fact.place.zone), number, columns)),
        Rule(),
    ]  # fmt: skip
    for line in body["lines"]:
        blocks.extend(_line(line, words, columns))
    blocks.extend(_totals(body, words, columns))
    blocks.extend(_vat(body["tax"], words, columns))
    blocks.append(Line(words("VAT rounded per line") if body["vat_rule"] == "per_line" else words("VAT rounded per rate")))
    blocks.append(Rule())
    blocks.append(Line(_pair(words("Served by"), fact.employee, columns)))
    for text in (head.entity, words("VAT no. {number}", number=head.vat_id) if head.vat_id else ""):
        if text:
            blocks.append(Line(text))
    for key, value in sorted(body["fiscal"].items()):
        blocks.append(Line(words("Fiscal unit out of order, reported") if key == "outage" else f"{key}: {value}"))
    blocks.append(Feed())
    blocks.extend(Line(text, Align.CENTRE) for text in head.footer)
    # The number comes last: a slip torn off before it is visibly no receipt.
    blocks.extend((Feed(), Barcode(BarcodeKind.CODE128, body["receipt"]), Cut()))
    return Document(tuple(blocks), columns, title=body["receipt"])


def shift_slip(title: str, rows: Sequence[tuple[str, str]], columns: int = 48) -> Document:
    """A short report: a title and rows of name and figure."""
    lines = [Line(_pair(name, figure, columns)) for name, figure in rows]
    return Document((Line(title, Align.CENTRE, bold=True), Rule(), *lines, Cut()), columns, title=title)


def _line(line: Json, words: Words, columns: int) -> list[Block]:
    name = " ".join(part for part in (line["name"], line["variant"]) if part)
    amount = words.amount(line["before"])
    blocks: list[Block] = []
    one_piece = line["unit"] == "piece" and line["quantity"] == 1000
    first, *rest = wrapped(name, columns - len(amount) - 1) if one_piece else wrapped(name, columns)
    blocks.append(Line(_pair(first, amount, columns) if one_piece else first))
    blocks.extend(Line(text) for text in rest)
    if not one_piece:
        each = f"/{line['unit']}" if line["unit"] != "piece" else ""
        count = f"  {words.quantity(line['quantity'], line['unit'])} x {words.amount(line['unit_price'])}{each}"
        blocks.append(Line(_pair(count, amount, columns)))
    if line["line_discount"]:
        blocks.append(Line(_pair(f"  {words('Discount')} {line['reason']}", words.amount(-line["line_discount"]), columns)))
    if line["deposit"]:
        blocks.append(Line(_pair(f"  {words('Deposit')}", words.amount(line["deposit"]), columns)))
    return blocks


def _totals(body: Json, words: Words, columns: int) -> list[Block]:
    blocks: list[Block] = [Rule()]
    sale_discount = sum(line["sale_discount"] for line in body["lines"])
    if sale_discount:
        blocks.append(Line(_pair(words("Discount on the sale"), words.amount(-sale_discount), columns)))
    blocks.append(Line(_pair(words("Total EUR"), words.amount(body["total"]), columns // 2), bold=True, size=2))
    if body["rounding"]:
        blocks.append(Line(_pair(words("Rounding"), words.amount(body["rounding"]), columns)))
        blocks.append(Line(_pair(words("To pay in cash"), words.amount(_cash(body)), columns)))
    for tender in body["tenders"]:
        name = words("Cash") if tender["kind"] == "cash" else words("Card")
        label = f"{name} {tender['reference']}".strip()
        blocks.append(Line(_pair(label, words.amount(tender["tendered"]), columns)))
        if tender["change"]:
            blocks.append(Line(_pair(words("Change"), words.amount(tender["change"]), columns), bold=True))
    return blocks


def _cash(body: Json) -> int:
    return sum(int(tender["amount"]) for tender in body["tenders"] if tender["kind"] == "cash")


def _vat(bands: Sequence[Mapping[str, int | str]], words: Words, columns: int) -> list[Block]:
    widths = (columns - 36, 12, 12, 12)
    titles = (words("VAT"), words("Net"), words("VAT amount"), words("Gross"))
    blocks: list[Block] = [Rule(), Line(_columns(titles, widths))]
    for band in bands:
        name = words("no VAT") if band["class"] == OUTSIDE else words.percent(int(band["rate_bp"]))
        figures = (words.amount(int(band[key])) for key in ("net", "tax", "gross"))
        blocks.append(Line(_columns((name, *figures), widths)))
    return blocks


def _columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = zip(cells, widths, strict=True)
    return first[0][: first[1]].ljust(first[1]) + "".join(cell[:width].rjust(width) for cell, width in rest)


def _pair(left: str, right: str, columns: int) -> str:
    room = columns - len(right) - 1
    return f"{left[:room].ljust(room)} {right}"

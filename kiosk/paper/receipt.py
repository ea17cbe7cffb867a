"""A sale's fact as a receipt on paper: columns that add up, the VAT block, how it was paid, and its number as a code."""

from collections.abc import Mapping, Sequence

from kiosk.domain.codec import Json
from kiosk.domain.document import Align, Barcode, BarcodeKind, Block, Cut, Document, Feed, Line, QrCode, Rule, wrapped
from kiosk.domain.facts import Fact
from kiosk.domain.refunding import WEB_PAYMENT
from kiosk.domain.tax import MARGIN, OUTSIDE
from kiosk.paper.columns import columned, named, pair, plain
from kiosk.paper.credit import until_text
from kiosk.paper.letterhead import ADDRESS, FOOTER, HEADER, LOGO, POLICY, QR, SALE, Letterhead
from kiosk.paper.ordered import line_way, order_notes
from kiosk.paper.shiftsheet import tender_name
from kiosk.text import Words

_APART = frozenset({LOGO, QR})
QR_DOTS = 5
"""Modules of 0.6 mm: a telephone reads them at once, and 150 characters fit on 58 mm paper."""


def receipt(fact: Fact, head: Letterhead, words: Words, columns: int = 48) -> Document:
    """The receipt of a `sale.completed` or `sale.voided` fact. Pure: the same fact gives the same paper for ever."""
    body = fact.body
    above, below = _around(head, {**_known(head, columns), QR: _copy(fact, head, words, columns)})
    blocks = [*above, Feed(), *_sale(fact, head, words, columns), *([Feed(), *below] if below else [])]
    # The number comes last: a slip torn off before it is visibly no receipt.
    training = bool(body.get("training"))
    code = Barcode(BarcodeKind.CODE128, body["receipt"])
    blocks.extend((Feed(), Line(words("TRAINING, NO RECEIPT"), Align.CENTRE, bold=True) if training else code, Cut()))
    return Document(tuple(blocks), columns, title=body["receipt"])


def gift_receipt(fact: Fact, head: Letterhead, words: Words, columns: int = 48) -> Document:
    """What goes with a present: what it is and where it came from, without any amount; its code takes it back."""
    body = fact.body
    above, below = _around(head, {name: part for name, part in _known(head, columns).items() if name != POLICY})
    blocks: list[Block] = [
        *above,
        Feed(),
        Line(words("Gift receipt"), Align.CENTRE, bold=True),
        Line(pair(words.date(fact.day), words("Receipt {number}", number=body["receipt"]), columns)),
        Rule(),
    ]
    for line in body["lines"]:
        if line["quantity"] > 0:
            name = plain(f"{line['name']} {line['variant']}") or line["article"]
            blocks.extend(named(name, words.quantity(line["quantity"], line["unit"]), columns))
    blocks += [
        Rule(),
        *(Line(text, Align.CENTRE) for text in wrapped(words("With this receipt the present can be exchanged."), columns)),
        *below,
        Feed(),
        Barcode(BarcodeKind.CODE128, body["receipt"]),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=body["receipt"])


def shift_slip(title: str, rows: Sequence[tuple[str, str]], columns: int = 48) -> Document:
    """A short report: a title and rows of name and figure."""
    lines = [Line(pair(name, figure, columns)) for name, figure in rows]
    return Document((Line(title, Align.CENTRE, bold=True), Rule(), *lines, Cut()), columns, title=title)


def _known(head: Letterhead, columns: int) -> dict[str, list[Block]]:
    """The parts that stand on every paper for a shopper, by their names."""
    return {
        LOGO: [head.logo] if head.logo else [],
        HEADER: [Line(plain(text), Align.CENTRE, bold=n == 0, size=2 if n == 0 else 1) for n, text in enumerate(head.header)],
        ADDRESS: [Line(plain(text), Align.CENTRE) for text in head.store_lines],
        FOOTER: [Line(plain(text), Align.CENTRE) for text in head.footer],
        POLICY: [Line(part, Align.CENTRE) for text in head.policy for part in wrapped(plain(text), columns)],
    }


def _around(head: Letterhead, parts: Mapping[str, list[Block]]) -> tuple[list[Block], list[Block]]:
    """What stands above the sale and what below it, in the shop's order; pictures and codes keep away from text."""
    at = head.layout.index(SALE)
    found: list[list[Block]] = []
    for names in (head.layout[:at], head.layout[at + 1 :]):
        blocks: list[Block] = []
        last = ""
        for name in names:
            if not parts.get(name):
                continue
            if blocks and {last, name} & _APART:
                blocks.append(Feed())
            blocks.extend(parts[name])
            last = name
        found.append(blocks)
    return found[0], found[1]


def _copy(fact: Fact, head: Letterhead, words: Words, columns: int) -> list[Block]:
    """The way to the digital copy, where the sale has one."""
    if not (fact.body.get("copy") and head.copy_address):
        return []
    address = f"{head.copy_address}/r/{fact.dev}/{fact.inc}/{fact.seq}/{fact.body['copy']}"
    when = words("Digital copy: there as soon as this till is connected, mostly within a minute.")
    return [QrCode(address, QR_DOTS), *(Line(part, Align.CENTRE) for part in wrapped(when, columns))]


def _sale(fact: Fact, head: Letterhead, words: Words, columns: int) -> list[Block]:
    """All that has to stand on a receipt, whatever a shop wants it to look like."""
    body = fact.body
    number = words("Receipt {number}", number=body["receipt"])
    blocks: list[Block] = [
        Line(pair(words.date_time(fact.moment.wall_ms, fact.place.zone), number, columns)), *_void(body, words, columns), Rule(),
    ]  # fmt: skip
    for line in body["lines"]:
        blocks.extend(_line(line, fact, words, columns))
    blocks.extend(_totals(body, words, columns))
    blocks.extend(order_notes(fact, words, columns))
    blocks.extend(_vat(body["tax"], words, columns))
    blocks.append(Line(words("VAT rounded per line") if body["vat_rule"] == "per_line" else words("VAT rounded per rate")))
    blocks.append(Rule())
    blocks.append(Line(pair(words("Served by"), fact.employee, columns)))
    for text in (head.entity, words("VAT no. {number}", number=head.vat_id) if head.vat_id else ""):
        if text:
            blocks.append(Line(plain(text)))
    for key, value in sorted(body["fiscal"].items()):
        blocks.append(Line(words("Fiscal unit out of order, reported") if key == "outage" else plain(f"{key}: {value}")))
    return blocks


def _line(line: Json, fact: Fact, words: Words, columns: int) -> list[Block]:
    if "empties" in line:
        return _empties(line, words, columns)
    if "redeems" in line:
        return _redeemed(line, words, columns)
    name = plain(f"{line['name']} {line['variant']}") or line["article"]
    amount = words.amount(line["before"])
    blocks: list[Block] = []
    one_piece = line["unit"] == "piece" and line["quantity"] == 1000
    first, *rest = wrapped(name, columns - len(amount) - 1) if one_piece else wrapped(name, columns)
    blocks.append(Line(pair(first, amount, columns) if one_piece else first))
    blocks.extend(Line(text) for text in rest)
    if not one_piece:
        each = f"/{line['unit']}" if line["unit"] != "piece" else ""
        count = f"  {words.quantity(line['quantity'], line['unit'])} x {words.amount(line['unit_price'])}{each}"
        blocks.append(Line(pair(count, amount, columns)))
    for part in line.get("promotions", ()):
        blocks.extend(named(part["name"], words.amount(-part["amount"]), columns, "  "))
    if line["line_discount"]:
        blocks.extend(named(f"{words('Discount')} {line['reason']}", words.amount(-line["line_discount"]), columns, "  "))
    if "ordered" in line:
        blocks.extend(Line(f"  {text}") for text in wrapped(line_way(line["ordered"], fact, words), columns - 2))
    if "margin" in line:
        blocks.append(Line(f"  {words('Margin scheme')}"))
    if serial := line.get("serial"):
        blocks.extend(Line(f"  {text}") for text in wrapped(words("Serial number {serial}", serial=plain(serial)), columns - 2))
    if code := line.get("voucher_code"):
        blocks.extend(Line(f"  {text}") for text in wrapped(words("Card {code}", code=plain(code)), columns - 2))
    if line.get("voucher_code") and line.get("until"):
        blocks.extend(Line(f"  {text}") for text in wrapped(until_text(line["until"], fact, words), columns - 2))
    if note := line.get("note"):
        blocks.extend(Line(f"  {text}") for text in wrapped(plain(note), columns - 2))
    if back := line.get("returned"):
        origin = _origin(back, words)
        blocks.extend(Line(f"  {text}") for text in wrapped(plain(f"{origin} · {back['reason']}"), columns - 2))
        for part in back.get("onto", ()):
            told = words("Back onto voucher {code}", code=plain(part["code"]))
            blocks.extend(named(told, words.amount(part["amount"]), columns, "  "))
    if line["deposit"]:
        blocks.append(Line(pair(f"  {words('Deposit')}", words.amount(line["deposit"]), columns)))
    return blocks


def _origin(back: Json, words: Words) -> str:
    """Where goods that come back are from: a receipt, a web order, or nobody knows."""
    if back.get("order"):
        return words("Return of order {number}", number=back["order"])
    return words("Return of {receipt}", receipt=back["receipt"]) if back["receipt"] else words("Return without a receipt")


def _empties(line: Json, words: Words, columns: int) -> list[Block]:
    """Deposit that went back: what it was for, how many, and each."""
    blocks: list[Block] = [Line(text) for text in wrapped(plain(line["name"]) or line["article"], columns)]
    each = words.amount(line["deposit"] * 1000 // line["quantity"])
    count = f"  {words('Deposit back')} {words.quantity(abs(line['quantity']), line['unit'])} x {each}"
    return [*blocks, Line(pair(count, words.amount(line["deposit"]), columns))]


def _redeemed(line: Json, words: Words, columns: int) -> list[Block]:
    """A single-purpose voucher: what it took off, that its VAT was paid, and what stays on it; a void says nothing of that."""
    voucher, amount = line["redeems"], line["amount"]
    blocks = list(named(plain(f"{line['name']} {line['variant']}"), words.amount(amount), columns))
    told = (plain(voucher["code"]), words("VAT was paid when it was sold"))
    blocks += [Line(f"  {text}") for part in told for text in wrapped(part, columns - 2)]
    left = [Line(pair(f"  {words('Left on it')}", words.amount(voucher["holds"] + amount), columns))] if amount <= 0 else []
    return [*blocks, *left]


def _totals(body: Json, words: Words, columns: int) -> list[Block]:
    blocks: list[Block] = [Rule()]
    sale_discount = sum(line["sale_discount"] for line in body["lines"])
    if sale_discount:
        reason = f"{words('Discount on the sale')} {body.get('sale_reason', '')}"
        blocks.extend(named(reason, words.amount(-sale_discount), columns))
    blocks.append(Line(pair(words("Total EUR"), words.amount(body["total"]), columns // 2), bold=True, size=2))
    saved = body.get("promotion", 0) + body.get("discount", 0)
    if body.get("promotion", 0):
        blocks.append(Line(pair(words("Your savings"), words.amount(saved), columns)))
    if body["rounding"]:
        blocks.append(Line(pair(words("Rounding"), words.amount(body["rounding"]), columns)))
        due = words("To pay in cash") if body["total"] >= 0 else words("Paid out in cash")
        blocks.append(Line(pair(due, words.amount(_cash(body)), columns)))
    for tender in body["tenders"]:
        name, card = tender_name(tender["kind"], words), tender.get("card") or {}
        what = f"{card['brand']} **** {card['digits']}" if card.get("digits") else tender["reference"]
        what = "" if tender["kind"] == WEB_PAYMENT else what  # its own name in the order says nothing to people
        blocks.extend(named(f"{name} {what}".strip(), words.amount(tender["tendered"]), columns))
        if tender["change"]:
            blocks.append(Line(pair(words("Change"), words.amount(tender["change"]), columns), bold=True))
        blocks.extend(_rest(tender, body, words, columns))
        for text in card.get("text", ()):  # what the card terminal wants on the shopper's paper
            blocks.extend(Line(part) for part in wrapped(plain(text), columns))
    return blocks


def _rest(tender: Json, body: Json, words: Words, columns: int) -> list[Block]:
    """What is left on a voucher that paid, and whether that is what the till knew without the hub; a void says nothing of it."""
    if "left" not in tender or body.get("void"):
        return []
    away = [Line(f"  {words('Paid while the hub was away')}")] if tender.get("offline") else []
    return [Line(pair(f"  {words('Left on it')}", words.amount(tender["left"]), columns)), *away]


def _void(body: Json, words: Words, columns: int) -> list[Block]:
    """What undoes a sale says so above everything else, and by whose word."""
    if body.get("training"):
        return [Rule(), Line(words("TRAINING, NO RECEIPT"), Align.CENTRE, bold=True, size=2)]
    void = body.get("void")
    if not void:
        return []
    title = words("VOID of receipt {receipt}", receipt=void["receipt"])
    by = words("Agreed by {employee}", employee=void["approved_by"])
    why = wrapped(plain(f"{void['reason']} · {by}"), columns)
    return [Rule(), Line(title, Align.CENTRE, bold=True), *(Line(text) for text in why)]


def _cash(body: Json) -> int:
    return sum(int(tender["amount"]) for tender in body["tenders"] if tender["kind"] == "cash")


def _vat(bands: Sequence[Mapping[str, int | str]], words: Words, columns: int) -> list[Block]:
    figure = min(12, (columns - 6) // 3)
    widths = (columns - 3 * figure, figure, figure, figure)
    titles = (words("VAT"), words("Net"), words("VAT amount"), words("Gross"))
    fitting = [title[: width - 1] for title, width in zip(titles, widths, strict=True)]
    blocks: list[Block] = [Rule(), Line(columned(fitting, widths))]
    under: list[Block] = []
    for band in bands:
        if band["class"] == MARGIN:
            told = words("Margin scheme {amount}: VAT cannot be deducted", amount=words.amount(int(band["gross"])))
            under.extend(Line(text) for text in wrapped(told, columns))
            continue
        name = words("no VAT") if band["class"] == OUTSIDE else words.percent(int(band["rate_bp"]))
        figures = (words.amount(int(band[key])) for key in ("net", "tax", "gross"))
        blocks.append(Line(columned((name[: widths[0]], *figures), widths)))
    return [*blocks, *under]

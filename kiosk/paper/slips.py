"""Sheets on paper, and the slips of cash: drop, change, deposit, pay-in and pay-out, an order for change, the count of a drawer."""

from kiosk.domain.cash import DEPOSIT, DROP, PAY_IN, PAY_OUT
from kiosk.domain.codec import Json
from kiosk.domain.document import Align, Barcode, BarcodeKind, Block, Cut, Document, Feed, Line, Rule, wrapped
from kiosk.domain.facts import Fact
from kiosk.domain.sheet import Section, Sheet
from kiosk.paper.columns import named, pair, plain
from kiosk.paper.letterhead import Letterhead
from kiosk.paper.shiftsheet import move_name
from kiosk.text import Words

COLUMNS = 48
_SIGN = 3


def report(sheet: Sheet, head: Letterhead, columns: int = COLUMNS) -> Document:
    """A sheet as paper of so many columns (32, 42 and 48 are usual)."""
    blocks: list[Block] = [*_top(head, sheet.title, columns)]
    if sheet.number:
        blocks.append(Line(sheet.number, Align.CENTRE, bold=True))
    for text in sheet.head:
        blocks.extend(Line(part, Align.CENTRE) for part in wrapped(plain(text), columns))
    for section in sheet.sections:
        blocks.extend(_section(section, columns))
    blocks.append(Rule())
    for text in sheet.foot:
        blocks.extend(Line(part) for part in wrapped(plain(text), columns))
    blocks.extend((Feed(), Cut()))
    return Document(tuple(blocks), columns, title=sheet.number or sheet.title)


def cash_slip(fact: Fact, head: Letterhead, words: Words, columns: int = COLUMNS) -> Document:
    """The slip of a `cash.moved`, with what was counted and lines to sign on."""
    body = fact.body
    blocks: list[Block] = [
        *_top(head, move_name(body["what"], words), columns),
        _when(fact, words, columns),
        Line(pair(words("By"), fact.employee, columns)),
    ]  # fmt: skip
    if body["approved_by"]:
        blocks.append(Line(pair(words("Approved by"), body["approved_by"], columns)))
    blocks.append(Rule())
    blocks.extend(_counts(body["counts"], words, columns))
    blocks.append(Line(pair(words("Amount EUR"), words.amount(body["amount"]), columns // 2), bold=True, size=2))
    if body["reason"]:
        blocks.extend(Line(part) for part in wrapped(plain(words("For: {text}", text=body["reason"])), columns))
    if body["what"] == DEPOSIT:
        blocks.append(Line(pair(words("Sealed bag"), plain(body["bag"]), columns), bold=True))
        if plain(body["bag"]).isascii():
            blocks.append(Barcode(BarcodeKind.CODE128, plain(body["bag"])))
    names = {DROP: words("Put in the safe by"), PAY_IN: words("Brought by"), PAY_OUT: words("Received by")}
    blocks.extend(_signatures([names.get(body["what"], words("Taken by")), words("Seen by")], columns))
    blocks.append(Cut())
    return Document(tuple(blocks), columns, title=f"cash-{fact.seq}")


def order_slip(fact: Fact, head: Letterhead, words: Words, columns: int = COLUMNS) -> Document:
    """The slip of a `change.ordered`: what the bank is to bring, note by note."""
    body = fact.body
    blocks: list[Block] = [
        *_top(head, words("Order for change"), columns),
        _when(fact, words, columns),
        Line(pair(words("By"), fact.employee, columns)),
        Rule(),
        *_counts(body["counts"], words, columns),
        Line(pair(words("Amount EUR"), words.amount(body["amount"]), columns // 2), bold=True, size=2),
        *_signatures([words("Ordered by")], columns),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=f"change-{fact.seq}")


def count_slip(fact: Fact, head: Letterhead, words: Words, columns: int = COLUMNS) -> Document:
    """The slip of a `shift.counted`: what lay in the drawer. It does not say what should have: that is the Z report's."""
    body = fact.body
    blocks: list[Block] = [
        *_top(head, words("Count of the drawer"), columns),
        _when(fact, words, columns),
        Line(pair(words("Counted by"), ", ".join(body["people"]), columns)),
        Line(pair(words("Count number"), str(body["round"]), columns)),
        Rule(),
        *_counts(body["counts"], words, columns),
    ]  # fmt: skip
    if body["rest"]:
        blocks.append(Line(pair(words("Other cash"), words.amount(body["rest"]), columns)))
    blocks.append(Line(pair(words("Counted"), words.amount(body["amount"]), columns // 2), bold=True, size=2))
    blocks.extend(_signatures([words("Counted by")], columns))
    blocks.append(Cut())
    return Document(tuple(blocks), columns, title=f"count-{fact.seq}")


def _when(fact: Fact, words: Words, columns: int) -> Line:
    till = words("Till {number}", number=fact.place.terminal)
    return Line(pair(words.date_time(fact.moment.wall_ms, fact.place.zone), till, columns))


def _top(head: Letterhead, title: str, columns: int) -> list[Block]:
    shop = next((plain(text) for text in head.header if plain(text)), "")
    lines: list[Block] = [Line(shop, Align.CENTRE)] if shop else []
    lines += [Line(plain(text), Align.CENTRE) for text in head.store_lines[:1]]
    size = 2 if len(title) <= columns // 2 else 1
    return [*lines, Feed(), Line(title, Align.CENTRE, bold=True, size=size)]


def _section(section: Section, columns: int) -> list[Block]:
    blocks: list[Block] = [Rule()]
    if section.title:
        blocks.extend(Line(part, bold=True) for part in wrapped(section.title, columns))
    for row in section.rows:
        lines = named(row.name, row.figure, columns)
        bold = row.strong or row.warns
        blocks.extend(Line(line.text, bold=bold) if isinstance(line, Line) and bold else line for line in lines)
    return blocks


def _counts(counts: Json, words: Words, columns: int) -> list[Block]:
    lines: list[Block] = []
    for value, pieces in sorted(counts.items(), key=lambda one: -int(one[0])):
        lines.append(Line(pair(f"{pieces:>5} x {words.amount(int(value)):>8}", words.amount(int(value) * pieces), columns)))
    return [*lines, Rule()] if lines else []


def _signatures(names: list[str], columns: int) -> list[Block]:
    blocks: list[Block] = []
    for name in names:
        blocks.extend((Feed(_SIGN), Line("_" * min(columns, 32)), Line(name)))
    return [*blocks, Feed()]

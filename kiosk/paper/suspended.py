"""The slip of a suspended sale: what is in it, and the code that brings it back."""

from dataclasses import dataclass

from kiosk.domain.document import Align, Barcode, BarcodeKind, Block, Cut, Document, Feed, Line, Rule, wrapped
from kiosk.domain.pricing import PricedCart
from kiosk.domain.quantity import ONE
from kiosk.paper.columns import named, pair, plain
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class SlipHead:
    """Which sale it is: its code, when it was put aside, by whom, and what was noted."""

    code: str
    made: str
    employee: str
    note: str


def suspended_slip(head: SlipHead, priced: PricedCart, words: Words, columns: int = 48) -> Document:
    """The slip on paper. It is no receipt: nothing was paid."""
    blocks: list[Block] = [
        Line(words("Suspended sale"), Align.CENTRE, bold=True, size=2),
        Line(pair(head.made, words("Suspended by {employee}", employee=head.employee), columns)),
    ]
    blocks.extend(Line(text) for text in (wrapped(plain(head.note), columns) if head.note else ()))
    blocks.append(Rule())
    for line in priced.lines:
        item = line.line
        one_piece = item.unit == "piece" and item.quantity_milli == ONE
        count = "" if one_piece else f"{words.quantity(item.quantity_milli, item.unit)} x "
        blocks.extend(named(f"{count}{item.name} {item.variant}", words.amount(line.amount_minor), columns))
    blocks += [
        Rule(),
        Line(pair(words("Total EUR"), words.amount(priced.total_minor), columns // 2), bold=True, size=2),
        Feed(),
        *(Line(text, Align.CENTRE) for text in wrapped(words("Not paid. Scan this code at the same till to go on."), columns)),
        Feed(),
        Barcode(BarcodeKind.CODE128, head.code),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=head.code)

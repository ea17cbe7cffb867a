"""A reservation on paper: its code and number, until when it is held, and what for."""

from dataclasses import dataclass

from kiosk.domain.document import Align, Block, Cut, Document, Feed, Line, QrCode, Rule, wrapped
from kiosk.domain.pricing import PricedCart
from kiosk.paper.columns import named, pair
from kiosk.paper.ticket import module_dots
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class ReservationHead:
    """Brand, the store where the goods wait, the number, when it was made and until when they wait, both in words."""

    brand: str
    store: str
    number: str
    made: str
    until: str


def reservation_document(priced: PricedCart, code: str, head: ReservationHead, words: Words, columns: int = 48) -> Document:
    """The paper. It holds no name: whoever finds it knows nobody."""
    blocks: list[Block] = [
        *([Line(head.brand, Align.CENTRE, bold=True, size=2)] if head.brand else []),
        Feed(),
        Line(words("Reserved for you"), Align.CENTRE, bold=True),
        Line(head.number, Align.CENTRE, bold=True, size=2),
        Feed(),
        QrCode(code, module_dots(code, columns)),
        Feed(),
        *_centred(words("Held until {time}", time=head.until), columns, bold=True),
        *_centred(words("in {store}", store=head.store), columns, bold=True),
        Rule(),
    ]
    for one in priced.lines:
        name = f"{one.line.name} {one.line.variant}".strip()
        blocks += named(name, words.quantity(one.line.quantity_milli, one.line.unit), columns)
    if priced.deposit_minor:
        blocks.append(Line(pair(words("Deposit"), words.amount(priced.deposit_minor), columns)))
    blocks += [
        Line(pair(words("To pay at the till"), words.amount(priced.total_minor), columns), bold=True),
        Rule(),
        *_centred(words("Show this at the till. You pay there, and only if you like it."), columns),
        *_centred(words("After that time the goods are free again, and you need not do anything."), columns),
        Feed(),
        Line(head.made, Align.CENTRE),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=head.number)


def _centred(text: str, columns: int, bold: bool = False) -> list[Block]:
    return [Line(piece, Align.CENTRE, bold=bold) for piece in wrapped(text, columns)]

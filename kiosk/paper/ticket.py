"""A kiosk's ticket on paper: the basket as a QR code for a scanner, and as lines for a person."""

from dataclasses import dataclass

import segno

from kiosk.domain.document import Align, Block, Cut, Document, Feed, Line, QrCode, Rule, wrapped
from kiosk.domain.pricing import PricedCart, PricedLine
from kiosk.domain.quantity import ONE
from kiosk.paper.columns import pair
from kiosk.text import Words

DOTS_PER_COLUMN = 12
"""Font A of a receipt printer: 48 columns are the 576 dots of 80 mm paper at 203 dpi."""

QUIET_MODULES = 4
"""The white border a QR code needs (ISO/IEC 18004, 6.3.8)."""

_MODULE_DOTS_MAX = 8


@dataclass(frozen=True, slots=True)
class TicketHead:
    """What stands above the code: brand, store, the ticket's number and when it was made."""

    brand: str
    store: str
    number: str
    made: str


def ticket_document(priced: PricedCart, code: str, head: TicketHead, words: Words, columns: int = 48) -> Document:
    """The ticket on paper. It is no receipt: the till prices the basket again."""
    blocks: list[Block] = [
        *([Line(head.brand, Align.CENTRE, bold=True, size=2)] if head.brand else []),
        *([Line(head.store, Align.CENTRE)] if head.store else []),
        Feed(),
        Line(words("Basket ticket {number}", number=head.number), Align.CENTRE, bold=True),
        Line(head.made, Align.CENTRE),
        Feed(),
        QrCode(code, module_dots(code, columns)),
        Feed(),
        Line(words("Hand this ticket over at the till."), Align.CENTRE, bold=True),
        Rule(),
    ]
    for line in priced.lines:
        blocks += _line(line, words, columns)
    if priced.deposit_minor:
        blocks.append(Line(pair(words("Deposit"), words.amount(priced.deposit_minor), columns)))
    blocks += [
        Rule(),
        Line(
            pair(words("Total EUR"), words.amount(priced.total_minor), columns // 2),
            bold=True,
            size=2,
        ),
        Feed(),
        *(_centred(words("This is not a receipt. The price at the till counts."), columns)),
        Feed(),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=head.number)


def qr_rows(code: str) -> tuple[str, ...]:
    """The code's modules, row by row, `1` for dark, without the quiet zone: for a screen.

    Level M: a screen has no folds, but it has reflections and fingerprints.
    """
    made = segno.make_qr(code, error="m", boost_error=False)
    return tuple("".join(str(int(bool(cell))) for cell in row) for row in made.matrix)


def module_dots(code: str, columns: int) -> int:
    """How wide one module may be so that the code and its quiet zone fit between the margins.

    From 4 dots (0.5 mm at 203 dpi) on, hand-held and counter scanners read it at arm's length.

    >>> module_dots("TBK" + "A" * 165, 48), module_dots("TBK" + "A" * 1015, 48)
    (8, 5)
    """
    made = segno.make_qr(code, error="l", boost_error=False)
    modules = int(made.symbol_size(border=QUIET_MODULES)[0])
    return max(1, min(_MODULE_DOTS_MAX, columns * DOTS_PER_COLUMN // modules))


def _line(line: PricedLine, words: Words, columns: int) -> list[Block]:
    item = line.line
    amount = words.amount(line.amount_minor)
    name = " ".join(part for part in (item.name, item.variant) if part)
    one_piece = item.unit == "piece" and item.quantity_milli == ONE
    first, *rest = wrapped(name, columns - len(amount) - 1)
    blocks: list[Block]
    if one_piece:
        blocks = [Line(pair(first, amount, columns)), *(Line(text) for text in rest)]
    else:
        each = f"/{item.unit}" if item.unit != "piece" else ""
        count = words.quantity(item.quantity_milli, item.unit)
        sum_text = f"  {count} x {words.amount(item.unit_price_minor)}{each}"
        blocks = [*(Line(text) for text in (first, *rest)), Line(pair(sum_text, amount, columns))]
    if item.age_limit:
        blocks.append(Line("  " + words("From {years} years", years=item.age_limit)))
    return blocks


def _centred(text: str, columns: int) -> list[Block]:
    return [Line(piece, Align.CENTRE) for piece in wrapped(text, columns)]

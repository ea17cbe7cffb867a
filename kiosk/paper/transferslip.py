"""The slip that travels with goods to another store: what is in the parcel, and the code that receives it there."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.document import Align, Barcode, BarcodeKind, Block, Cut, Document, Feed, Line, Rule, wrapped
from kiosk.paper.columns import named, pair
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class TransferHead:
    """Which transfer it is, from and to which store, when it was made, and by whom (a staff number)."""

    number: str
    from_store: str
    to_store: str
    made: str
    employee: str


@dataclass(frozen=True, slots=True)
class TransferLine:
    """So many thousandths of something in the parcel, as people call it."""

    name: str
    quantity_milli: int
    unit: str


def transfer_slip(head: TransferHead, lines: Sequence[TransferLine], words: Words, columns: int = 48) -> Document:
    """The slip on paper."""
    blocks: list[Block] = [
        Line(words("Transfer"), Align.CENTRE, bold=True, size=2),
        Line(pair(words("From"), head.from_store, columns)),
        Line(pair(words("To"), head.to_store, columns), bold=True),
        Line(pair(head.made, words("Made by {employee}", employee=head.employee), columns)),
        Rule(),
    ]
    for line in lines:
        blocks.extend(named(line.name, words.quantity(line.quantity_milli, line.unit), columns))
    blocks += [
        Rule(),
        Line(pair(words("Articles"), str(len(lines)), columns)),
        Feed(),
        *(Line(text, Align.CENTRE) for text in wrapped(words("Put this in the parcel. Scan it where the goods arrive."), columns)),
        Feed(),
        Barcode(BarcodeKind.CODE128, head.number),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=head.number)

"""Paper of an order in the store: what to pick, the label of a parcel, and what was handed over."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.address import Address
from kiosk.domain.document import Align, Barcode, BarcodeKind, Block, Cut, Document, Feed, Line, Rule, wrapped
from kiosk.domain.parcel import ParcelLabel
from kiosk.paper.columns import named, pair, plain
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class SlipLine:
    """So much (thousandths) of an article; `hint` is what else helps to find it or to tell what became of it."""

    name: str
    article: str
    unit: str
    quantity_milli: int
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OrderHead:
    """Which order a paper is of, for whom, when it was made and by whom; `until` is by when it was promised."""

    number: str
    name: str
    made: str
    until: str
    employee: str


def pick_slip(head: OrderHead, lines: Sequence[SlipLine], words: Words, columns: int = 48) -> Document:
    """What to take off the shelf, with a box to tick and the order's code to open it with."""
    blocks: list[Block] = [
        Line(words("Pick slip"), Align.CENTRE, bold=True, size=2),
        *_head(head, words, columns),
        Line(pair(words("Promised"), head.until, columns), bold=True),
        Rule(),
    ]
    for line in lines:
        blocks += named(line.name, f"[ ] {words.quantity(line.quantity_milli, line.unit)}", columns)
        blocks += [Line(f"  {part}") for part in wrapped(plain(" · ".join(filter(None, (line.article, line.hint)))), columns - 2)]
    return _ended(blocks, head, columns)


def parcel_label(head: OrderHead, label: ParcelLabel, words: Words, columns: int = 48) -> Document:
    """A parcel's label on receipt paper: to whom, which parcel of how many, and its number as a barcode."""
    blocks: list[Block] = [Line(label.mark, Align.CENTRE, bold=True, size=2)] if label.mark else []
    blocks += [Line(part) for text in label.sender for part in wrapped(plain(text), columns)]
    blocks += [Rule(), *(Line(part, bold=True, size=2) for text in label.to for part in wrapped(plain(text), columns // 2))]
    blocks += [Rule(), *(Line(plain(text), bold=True) for text in (*label.route, label.order, label.count, label.weight) if text)]
    blocks += [Line(label.readable), Feed(), Barcode(BarcodeKind.CODE128, label.number), Cut()]
    return Document(tuple(blocks), columns, title=head.number)


def carrier_list(carrier: str, made: str, employee: str, parcels: Sequence[SlipLine], words: Words, columns: int = 48) -> Document:
    """What a carrier took along: each parcel by its number (`name`) with its order (`article`), how many, and a line to sign on."""
    blocks: list[Block] = [Line(words("Given to the carrier"), Align.CENTRE, bold=True, size=2)]
    blocks += [Line(plain(carrier), Align.CENTRE, bold=True)] if carrier else []
    blocks += [Line(pair(made, words("By {employee}", employee=employee) if employee else "", columns)), Rule()]
    for one in parcels:
        blocks += [Line(one.name, bold=True), Line(pair(f"  {one.article}", words.quantity(one.quantity_milli, one.unit), columns))]
    blocks += [Rule(), Line(pair(words("Parcels"), str(len(parcels)), columns), bold=True)]
    blocks += [Feed(3), Rule(), Line(words("Signature of the carrier")), Feed(), Cut()]
    return Document(tuple(blocks), columns, title=made)


def plain_parcel(head: OrderHead, address: Address | None, words: Words, columns: int = 48) -> Document:
    """The label of a parcel: to whom, where this store knows it, and the order's code. Without an address it says who has it."""
    blocks: list[Block] = [Line(words("Parcel"), Align.CENTRE, bold=True, size=2), *_head(head, words, columns), Rule()]
    if address is None:
        blocks += [Line(part) for part in wrapped(words("The address is with the carrier's portal: look up this order."), columns)]
    else:
        street = f"{address.street} {address.house}".strip()
        town = f"{address.postcode}  {address.city}".strip()
        for text in (address.name, street, town, address.country):
            blocks += [Line(part, bold=True, size=2) for part in wrapped(plain(text), columns // 2) if part]
    return _ended(blocks, head, columns)


def handed_slip(
    head: OrderHead, handed: Sequence[SlipLine], rest: Sequence[SlipLine], proof: str, signed: str, words: Words,
    columns: int = 48, *, by_hand: bool = False,
) -> Document:  # fmt: skip
    """What the customer took along and what is still to come; in words by what the goods were shown to be theirs (`proof`) and how
    they were `signed` for. `by_hand`: with a line to write on."""
    blocks: list[Block] = [Line(words("Handed over"), Align.CENTRE, bold=True, size=2), *_head(head, words, columns), Rule()]
    blocks += _listed(handed, words, columns)
    if rest:
        blocks += [Rule(), Line(words("Still to come"), bold=True), *_listed(rest, words, columns)]
    blocks += [Rule(), Line(pair(words("Shown"), proof, columns))]
    blocks += [Line(part) for part in wrapped(f"{words('Signed')}: {signed}", columns)] if signed else []
    blocks += [Feed(3), Rule(), Line(words("Signature of the customer"))] if by_hand else []
    return _ended(blocks, head, columns)


def _head(head: OrderHead, words: Words, columns: int) -> list[Block]:
    made = pair(head.made, words("By {employee}", employee=head.employee) if head.employee else "", columns)
    name = [Line(plain(head.name), bold=True)] if head.name else []
    return [Line(pair(words("Order"), head.number, columns), bold=True), *name, Line(made)]


def _listed(lines: Sequence[SlipLine], words: Words, columns: int) -> list[Block]:
    blocks: list[Block] = []
    for line in lines:
        blocks += named(line.name, words.quantity(line.quantity_milli, line.unit), columns)
        blocks += [Line(f"  {part}") for part in wrapped(plain(line.hint), columns - 2)] if line.hint else []
    return blocks


def _ended(blocks: Sequence[Block], head: OrderHead, columns: int) -> Document:
    return Document((*blocks, Feed(), Barcode(BarcodeKind.CODE128, head.number), Cut()), columns, title=head.number)

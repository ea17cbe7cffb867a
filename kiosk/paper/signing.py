"""The shop's paper that a customer signs when a card terminal asks for it: what it said, the amount, and a line to sign on."""

from kiosk.domain.cardpay import Attempt
from kiosk.domain.document import Align, Block, Cut, Document, Feed, Line, Rule, wrapped
from kiosk.paper.columns import pair, plain
from kiosk.text import Words


def signature_slip(attempt: Attempt, words: Words, columns: int = 48) -> Document:
    """The paper of an attempt that is to be signed; the shop keeps it. No card number is in it: drivers mask what terminals say."""
    part = attempt.part
    card = f"{part.brand} **** {part.digits}" if part is not None and part.digits else ""
    said = [text for line in attempt.paper for text in wrapped(plain(line), columns)]
    blocks: list[Block] = [
        Line(words("To be signed by the customer"), Align.CENTRE, bold=True),
        Rule(),
        *(Line(text) for text in said),
        Line(pair(words("Amount"), words.money(attempt.amount_minor, attempt.currency), columns), bold=True),
        *([Line(pair(words("Card"), card, columns))] if card and not said else []),
        Line(pair(words("Reference"), attempt.reference, columns)),
        Feed(3),
        Line("_" * min(columns, 36)),
        Line(words("Signature")),
        Feed(),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=attempt.reference)

"""The slip of store credit that a refund issued: its amount, its number as a code and to be read, and until when it holds."""

from kiosk.domain.codec import Json
from kiosk.domain.document import Align, Block, Cut, Document, Feed, Line, QrCode, Rule, wrapped
from kiosk.domain.facts import Fact
from kiosk.paper.columns import pair, plain
from kiosk.paper.letterhead import Letterhead
from kiosk.text import Words, local

QR_DOTS = 8
"""Modules of 1 mm: a number of two dozen characters makes a small code, and a scanner reads it off creased paper."""


def credit_slips(fact: Fact, head: Letterhead, words: Words, columns: int = 48) -> tuple[Document, ...]:
    """A slip for each voucher that a sale's fact issued to the customer; none where it issued none."""
    if fact.body.get("void") or fact.body.get("training"):
        return ()
    issued = [one for one in fact.body["tenders"] if one["kind"] == "store_credit" and "issued" in one]
    by_number: dict[str, list[Json]] = {}
    for one in issued:
        by_number.setdefault(one["reference"], []).append(one)
    return tuple(_slip(fact, number, parts, head, words, columns) for number, parts in by_number.items())


def until_text(until_ms: int, fact: Fact, words: Words) -> str:
    """The last day on which something holds that ends at an instant (wall ms)."""
    day = words.date(local(until_ms - 1, fact.place.zone).date().isoformat())
    return words("Valid to the end of {day}", day=day)


def _slip(fact: Fact, number: str, parts: list[Json], head: Letterhead, words: Words, columns: int) -> Document:
    amount = -sum(one["amount"] for one in parts)
    until = parts[0]["issued"]["until"]
    blocks: list[Block] = [
        *(Line(plain(text), Align.CENTRE, bold=n == 0, size=2 if n == 0 else 1) for n, text in enumerate(head.header)),
        *(Line(plain(text), Align.CENTRE) for text in head.store_lines),
        Feed(),
        Line(words("Store credit"), Align.CENTRE, bold=True, size=2),
        Feed(),
        Line(plain(words.money(amount, fact.place.currency)), Align.CENTRE, bold=True, size=2),
        Feed(),
        QrCode(number, QR_DOTS),
        *(Line(part, Align.CENTRE, bold=True) for part in wrapped(number, columns)),
        Feed(),
    ]
    if until:
        blocks.append(Line(until_text(until, fact, words), Align.CENTRE))
    told = words("Pays like money at every till of this shop. What is left stays on it: keep this slip.")
    when, receipt = words.date_time(fact.moment.wall_ms, fact.place.zone), words("Receipt {number}", number=fact.body["receipt"])
    blocks += [
        *(Line(part, Align.CENTRE) for part in wrapped(told, columns)),
        Rule(),
        Line(pair(when, receipt, columns)),
        Cut(),
    ]
    return Document(tuple(blocks), columns, title=number)

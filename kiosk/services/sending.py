"""Goods that go to another store: what is told of them, and the slip that travels with them."""

from collections.abc import Sequence

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.domain.delivery import transfer_number
from kiosk.domain.document import Document
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact
from kiosk.domain.receipt import ReceiptNumber
from kiosk.domain.stockwork import Work, WorkLine
from kiosk.paper.transferslip import TransferHead, TransferLine, transfer_slip
from kiosk.services.counter import Counter
from kiosk.services.receiving import Bodies


def bodies_of(counter: Counter, work: Work, lines: Sequence[WorkLine], detail: Json) -> Bodies:
    """What a posted transfer says: what is under way to whom, and that it left the stock here. Raises Refused for nothing."""
    identity = counter.ledger.identity
    place = identity.place
    sent = [line for line in lines if line.quantity_milli]
    if not sent:
        raise Refused("stock.nothing")
    number = transfer_number(ReceiptNumber(place.store, place.terminal, identity.series, work.number))
    transfer: Json = {
        "location": place.store, "transfer": number, "to": work.to, "detail": detail,
        "lines": [{"article": one.article, "quantity": one.quantity_milli, "serials": list(one.serials)} for one in sent],
    }  # fmt: skip
    move: Json = {
        "location": place.store, "reason": "transferred_out", "promise": "", "detail": detail,
        "lines": [
            {"article": one.article, "quantity": -(one.quantity_milli or 0), "serials": list(one.serials)} for one in sent
        ],
    }  # fmt: skip
    return [(facts.TRANSFER_SENT, transfer), (facts.STOCK_MOVED, move)]


def slip_of(counter: Counter, fact: Fact) -> Document:
    """The slip of a transfer, made from its fact."""
    stores, words, place = counter.catalog.stores(), counter.words, fact.place
    names: dict[str, str] = {key: store.name for key, store in stores.items()}
    to = str(fact.body["to"])
    head = TransferHead(
        fact.body["transfer"], names.get(place.store, place.store), names.get(to, to),
        words.date_time(fact.moment.wall_ms, place.zone), fact.employee,
    )  # fmt: skip
    return transfer_slip(head, [_line(counter, line["article"], line["quantity"]) for line in fact.body["lines"]], words)


def _line(counter: Counter, article: str, milli: int) -> TransferLine:
    found = counter.catalog.article(article)
    if found is None:
        return TransferLine(article, milli, "piece")
    name = " ".join(part for part in (found.name(counter.language), counter.variant_text(found), found.id) if part)
    return TransferLine(name, milli, found.unit)

"""What a scanned or keyed code means as goods, without selling them: article, quantity, the piece's number and the batch."""

from dataclasses import dataclass
from datetime import date

from kiosk.domain.catalog import Article
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.quantity import ONE
from kiosk.services import barcodes
from kiosk.services.barcodes import BarcodeRules, Refusal
from kiosk.services.counter import Counter

_SHOWN_MAX = 40


@dataclass(frozen=True, slots=True)
class Goods:
    """Goods that a code names: thousandths of the article's unit, and what else the code says (empty: nothing)."""

    article: Article
    quantity_milli: int
    serial: str = ""
    batch: str = ""


def goods_of(counter: Counter, text: str, aim: str | None = None) -> Goods:
    """The goods of a code. Raises NotFound("scan.unknown"), or Refused for what is no code of goods."""
    today = date.fromisoformat(counter.business_day())
    reading = barcodes.read(text, aim, BarcodeRules(counter.settings.patterns), today)
    if isinstance(reading, Refusal):
        raise Refused(reading.code, code=reading.text[:_SHOWN_MAX])
    code, catalog = reading.gtin or reading.text, counter.catalog
    article = catalog.by_barcode(code.zfill(14)) or catalog.article(code) or catalog.article(reading.item or "")
    if article is None:
        raise NotFound("scan.unknown", code=code.lstrip("0") or code)
    milli = ONE if reading.count is None else reading.count * ONE
    return Goods(article, milli if reading.weight_g is None else reading.weight_g, reading.serial or "", reading.batch or "")

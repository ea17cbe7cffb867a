"""Digital copies of receipts: a page and a PDF for whoever has the address on the paper, and for nobody else."""

import asyncio
import hmac
import re
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection, select

from kiosk.decoding import read_json
from kiosk.domain.document import Document, Line
from kiosk.domain.facts import SALE_COMPLETED, read_fact
from kiosk.domain.feed import CATALOG, DEVICE, Setting, Store
from kiosk.paper.letterhead import letterhead_of
from kiosk.paper.page import page_of
from kiosk.paper.receipt import receipt
from kiosk.text import LANGUAGES, words
from sync.hub import feedlog
from sync.hub.api.access import AskedHub, Signed
from sync.hub.api.pushing import MSGPACK
from sync.hub.core import Hub
from sync.hub.receipt_search import find_receipt
from sync.hub.storage.schema import facts, terminals
from sync.protocol.messages import pack

NUMBER_MAX = 1 << 31
NUMBER_CHARS_MAX = 80
_PDF, _A4 = "application/pdf", "a4"
_DRAWER = "kiosk.paper.pdf"
_HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}
"""The address is the key: it goes into no cache, no search engine and no other site's log."""


@get("/r/{dev:str}/{inc:int}/{seq:int}/{token:str}", media_type="text/html", summary="The digital copy of a receipt")
async def digital_copy(
    hub: AskedHub, dev: FromPath[str], inc: FromPath[int], seq: FromPath[int], token: FromPath[str]
) -> Response[str]:
    """The receipt as a page. 404 with a page that says when to come back: the till may not have been connected yet."""
    copy = await _asked(hub, dev, inc, seq, token)
    if copy is None:
        return Response(_not_there(), status_code=404, media_type="text/html", headers=_HEADERS)
    say = words(copy.language)
    links = ((f"{token}/pdf", say("Save as PDF")), (f"{token}/pdf?paper={_A4}", say("PDF on A4 paper")))
    return Response(page_of(copy.document, copy.language, links), media_type="text/html", headers=_HEADERS)


@get("/r/{dev:str}/{inc:int}/{seq:int}/{token:str}/pdf", media_type=_PDF, summary="The digital copy of a receipt as a PDF")
async def digital_pdf(
    hub: AskedHub, dev: FromPath[str], inc: FromPath[int], seq: FromPath[int], token: FromPath[str], paper: FromQuery[str] = ""
) -> Response[bytes]:
    """The receipt as a file to keep: a strip of 80 mm, or on sheets with `paper=a4`. 404 as for the page."""
    copy = await _asked(hub, dev, inc, seq, token)
    if copy is None:
        return Response(_not_there().encode(), status_code=404, media_type="text/html", headers=_HEADERS)
    # Made beside the storage's thread, which all others wait for.
    data = await asyncio.to_thread(_drawn, copy, paper == _A4)
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", copy.document.title)
    kept = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Response(data, media_type=_PDF, headers=kept)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A receipt in its language; `made_ms` is when it was rung."""

    document: Document
    language: str
    made_ms: int


def _drawn(copy: _Copy, on_sheets: bool) -> bytes:
    """The PDF. What draws it loads with the first one: most hubs start often and draw few."""
    drawer = import_module(_DRAWER)
    sheet = drawer.A4 if on_sheets else drawer.ROLL
    return bytes(drawer.pdf_of(copy.document, copy.language, copy.made_ms, sheet))


async def _asked(hub: Hub, dev: str, inc: int, seq: int, token: str) -> _Copy | None:
    if not (0 < inc < NUMBER_MAX and 0 < seq < NUMBER_MAX):
        return None
    return await hub.storage.read(lambda connection: _copy(connection, dev, inc, seq, token))


def _copy(connection: Connection, dev: str, inc: int, seq: int, token: str) -> _Copy | None:
    """None for what is not here, and for a token that is not the fact's own: nobody learns which of the two it is."""
    at, of = facts.c, terminals.c
    places = connection.execute(select(of.tenant, of.store).where(of.dev == dev, of.inc == inc)).all()
    for tenant, store in places:
        mine = (at.tenant == tenant) & (at.store == store) & (at.dev == dev) & (at.inc == inc) & (at.seq == seq)
        data = connection.scalar(select(at.data).where(mine, at.kind == SALE_COMPLETED))
        fact = read_fact(bytes(data)) if data else None
        if fact is None or not hmac.compare_digest(str(fact.body.get("copy", "")).encode(), token.encode()):
            continue
        language = str(fact.body.get("language", fact.place.language))
        head = letterhead_of(_settings(connection, tenant, store), _store(connection, tenant, store), language)
        return _Copy(receipt(fact, head, words(language)), language, fact.moment.wall_ms)
    return None


def _settings(connection: Connection, tenant: str, store: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for audience, key, payload in feedlog.rows_now(connection, tenant, DEVICE, "setting"):
        if audience in (feedlog.EVERYWHERE, store):
            found[key] = read_json(payload, Setting).value
    return found


def _store(connection: Connection, tenant: str, store: str) -> Store | None:
    for _, key, payload in feedlog.rows_now(connection, tenant, CATALOG, "store"):
        if key == store:
            return read_json(payload, Store)
    return None


def _not_there() -> str:
    """In both languages: whose receipt it would be, nobody knows."""
    said = "The copy is not here yet. The till sends it as soon as it is connected: try again in a while."
    lines = (Line(words(language)(said)) for language in LANGUAGES)
    return page_of(Document((*lines,), title="-"), LANGUAGES[0])


@get("/v1/receipts/{number:str}", summary="A sale by its receipt number, from whichever till of the tenant")
async def find(hub: AskedHub, device: Signed, number: FromPath[str]) -> Response[bytes]:
    """ReceiptReply, packed: empty where the hub does not know the number. Only tills of the same tenant are told."""
    reply = await hub.storage.read(lambda connection: find_receipt(connection, device.tenant, number[:NUMBER_CHARS_MAX]))
    return Response(pack(reply), media_type=MSGPACK)

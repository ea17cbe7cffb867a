"""A running hub and a terminal that is only protocol, for every suite that needs the other side to be real."""

import asyncio
import base64
import hashlib
import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import msgspec

from kiosk.domain.catalog import Article
from kiosk.domain.chain import seal
from kiosk.domain.codec import Json
from kiosk.domain.facts import GENESIS, SALE_COMPLETED, Fact, SealedFact
from kiosk.domain.feed import NOWHERE, Cursor, Row, Store, moved, row_number
from kiosk.domain.identity import Moment, Place, hybrid_time
from sync.hub.core import Hub, Surroundings, open_hub
from sync.hub.imports.products import Product
from sync.hub.imports.shop import Shop
from sync.hub.operations import (
    EnrolCode,
    ImportProducts,
    ImportShop,
    enrol_code,
    import_products,
    import_shop,
)
from sync.hub.server import Address, HubServer
from sync.hub.settings import FILE
from sync.protocol.certificate import Certificate, read
from sync.protocol.messages import (
    EnrolReply,
    FeedReply,
    PushedFact,
    PushReply,
    PushRequest,
    SignedManifest,
    SnapshotManifest,
    pack,
    unpack,
)
from sync.protocol.signature import Key, request_headers, verifier

WAIT_S = 30
TENANT, STORE, OTHER_STORE = "noord", "AMS1", "UTR1"
DAY = datetime.now(UTC).date().isoformat()
"""A sale of another day would be held: the hub asks whether a day can be meant."""

CHEAP_PINS = "[pins]\ntime_cost = 1\nmemory_kib = 8\nlanes = 1\n"


def system_ms() -> int:
    """The real time in ms."""
    return time.time_ns() // 1_000_000


@dataclass
class TestClock:
    """A clock that a test moves: real time and what was added to it."""

    __test__ = False
    added_ms: int = 0

    def __call__(self) -> int:
        return system_ms() + self.added_ms


@dataclass
class RunningHub:
    """A hub that serves on a real port; `hub` is the same hub, for looking inside."""

    hub: Hub
    url: str
    clock: TestClock
    terminals: list["FakeTerminal"] = field(default_factory=list)

    def code(self, terminal: str = "1", kind: str = "till", store: str = STORE, hours: float = 0) -> str:
        """A one-time code."""
        return enrol_code(self.hub, EnrolCode(store, terminal, kind, hours)).code

    def terminal(self, terminal: str = "1", kind: str = "till", store: str = STORE) -> "FakeTerminal":
        """A terminal, enrolled."""
        made = self.stranger()
        assert made.enrol(self.code(terminal, kind, store)).status_code == 200
        return made

    def stranger(self) -> "FakeTerminal":
        """A terminal that is not enrolled yet."""
        made = FakeTerminal(self.url)
        self.terminals.append(made)
        return made


def open_test_hub(folder: Path, clock: TestClock | None = None, shop: bool = True, database_url: str = "") -> Hub:
    """A hub with cheap PINs and, unless told otherwise, a shop of two stores in it."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / FILE).exists():
        (folder / FILE).write_text(CHEAP_PINS)
    hub = open_hub(folder, Surroundings(clock or TestClock(), secrets.randbits), database_url=database_url)
    if shop:
        import_shop(hub, ImportShop(a_shop()))
    return hub


def shop_folder(folder: Path) -> Path:
    """A data folder with a shop in it, to be copied: that is quicker than making one for each test."""
    open_test_hub(folder).close()
    return folder


Pair = tuple[RunningHub, RunningHub]
"""Two processes' worth of hub on one database."""


@contextmanager
def running_hub(folder: Path, shop: bool = True, database_url: str = "") -> Iterator[RunningHub]:
    """Run a hub in a thread on a free port until the block ends; a folder that has a hub already is served as it is."""
    clock = TestClock()
    hub = open_test_hub(folder, clock, shop and not (folder / "hub.db").exists() and not database_url, database_url)
    ready = threading.Event()
    server = HubServer(hub, Address(), lambda _: ready.set())
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), name="hub-under-test")
    thread.start()
    running = RunningHub(hub, server.url, clock)
    try:
        assert ready.wait(WAIT_S), "the hub did not get ready"
        yield running
    finally:
        for terminal in running.terminals:
            terminal.close()
        server.stop()
        thread.join(WAIT_S)
        hub.close()
        assert not thread.is_alive(), "the hub did not stop"


@dataclass
class FakeTerminal:
    """Speaks the protocol as a terminal does: its own key, its own chain of facts, its own copy of the feed."""

    url: str
    key: Key = field(default_factory=Key.generate)
    dev: str = ""
    certificate: Certificate | None = None
    hub_key: bytes = b""
    epoch: int = 0
    facts: list[SealedFact] = field(default_factory=list)
    head: bytes = GENESIS
    copies: dict[str, dict[tuple[str, str], bytes]] = field(default_factory=dict)
    cursors: dict[str, Cursor] = field(default_factory=dict)
    clock_ms: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=WAIT_S, trust_env=False, verify=False)

    def close(self) -> None:
        """Hang up."""
        self.http.close()

    def enrol(self, code: str, idempotency_key: str = "") -> httpx.Response:
        """Enrol with a code; the answer is kept when it is a certificate."""
        spelled = base64.b64encode(self.key.public).decode()
        reply = self.http.post(
            "/v1/enrol",
            json={"code": code, "public_key": spelled, "app": "test", "host": "test"},
            headers={"Idempotency-Key": idempotency_key or str(uuid.uuid4())},
        )
        if reply.status_code == 200:
            made = msgspec.json.decode(reply.content, type=EnrolReply)
            data, signature, self.hub_key = (
                base64.b64decode(part) for part in (made.certificate, made.signature, made.hub_key)
            )
            self.certificate = read(data, signature, verifier(self.hub_key))
            self.dev, self.epoch = self.certificate.dev, made.epoch
        return reply

    def request(self, method: str, target: str, body: bytes = b"", **headers: str) -> httpx.Response:
        """A signed request."""
        now_ms = system_ms() + self.clock_ms
        signed = request_headers(self.key, self.dev, method, target, body, now_ms)
        return self.http.request(method, target, content=body, headers={**signed, **headers})

    def post(self, target: str, value: object = None) -> httpx.Response:
        """A signed POST of JSON."""
        return self.request("POST", target, b"" if value is None else msgspec.json.encode(value))

    # Facts

    def fact(self, kind: str, body: Json, day: str = DAY, schema: int = 1) -> SealedFact:
        """Make the next fact of the chain."""
        assert self.certificate is not None, "only an enrolled terminal makes facts"
        seq, now_ms = len(self.facts) + 1, system_ms()
        fact = Fact(
            self.dev, self.certificate.inc, seq, str(uuid.uuid4()), kind, schema, self.certificate.place, "101", day,
            Moment(now_ms, seq, "boot"), hybrid_time(0, now_ms), self.head, body,
        )  # fmt: skip
        sealed = seal(fact, self.key.sign)
        self.facts.append(sealed)
        self.head = sealed.hash
        return sealed

    def sale(self, article: str = "A1", pieces: int = 1, price_minor: int = 1000, **more: Any) -> SealedFact:
        """Make a sale of one article for cash, as the till would write it."""
        day = more.pop("day", DAY)
        self.number += 1
        return self.fact(SALE_COMPLETED, {**self.sale_body(article, pieces, price_minor), **more}, day)

    def sale_body(self, article: str, pieces: int, price_minor: int) -> Json:
        """The body of a sale at 21 %."""
        place = self.place
        assert self.certificate is not None, "only an enrolled terminal sells"
        total = pieces * price_minor
        net = round(total / 1.21)
        return {
            "sale": str(uuid.uuid4()),
            "receipt": f"{place.store}-{place.terminal}-A-{self.number:06d}",
            "series": self.certificate.series, "number": self.number, "shift": "S", "lines": [
                {
                    "line": 1, "article": article, "barcode": "", "name": article, "variant": "", "quantity": pieces * 1000,
                    "unit": "piece", "unit_price": price_minor, "price_rev": 1, "vat_class": "standard", "before": total,
                    "line_discount": 0, "sale_discount": 0, "amount": total, "deposit": 0, "age_limit": 0, "reason": "",
                    "discount_by": "",
                }
            ],
            "removed": [], "tax": [{"class": "standard", "rate_bp": 2100, "net": net, "tax": total - net, "gross": total}],
            "vat_rule": "line", "deposit": 0, "discount": 0, "total": total, "rounding": 0,
            "tenders": [{"kind": "cash", "amount": total, "tendered": total, "change": 0, "reference": ""}],
            "age_checked": False, "tickets": [],
            "movements": [{"article": article, "store": place.store, "quantity_milli": -pieces * 1000, "reason": "sale"}],
            "fiscal": {},
        }  # fmt: skip

    @property
    def place(self) -> Place:
        """Where the terminal stands."""
        assert self.certificate is not None, "only an enrolled terminal has a place"
        return self.certificate.place

    def push(self, facts: list[SealedFact] | None = None, from_seq: int = 0) -> PushReply:
        """Push facts (all of them by default); the hub has to take them."""
        reply = self.push_raw(facts, from_seq)
        assert reply.status_code == 200, reply.text
        return unpack(reply.content, PushReply)

    def push_raw(self, facts: list[SealedFact] | None = None, from_seq: int = 0) -> httpx.Response:
        """Push facts and give the plain answer."""
        sent = self.facts if facts is None else facts
        first = from_seq or (sent[0].seq if sent else 1)
        pushed = [PushedFact(fact.data, fact.signature) for fact in sent]
        return self.request("POST", "/v1/push", pack(PushRequest(self.dev, 1, first, pushed)))

    # The way down

    def feed(self, scope: str, wait: float = 0, limit: int = 500) -> FeedReply:
        """Ask for what comes after the cursor, without applying it."""
        reply = self.feed_raw(scope, wait, limit)
        assert reply.status_code == 200, reply.text
        return unpack(reply.content, FeedReply)

    def feed_raw(self, scope: str, wait: float = 0, limit: int = 500) -> httpx.Response:
        """Ask for what comes after the cursor and give the plain answer."""
        at = self.cursors.get(scope, NOWHERE._replace(epoch=self.epoch))
        return self.request("GET", f"/v1/feed?scope={scope}&cursor={at.epoch}:{at.rev}&limit={limit}&wait={wait:g}")

    @staticmethod
    def reply_of(answer: httpx.Response) -> FeedReply:
        """What a plain answer says."""
        return unpack(answer.content, FeedReply)

    def apply(self, reply: FeedReply) -> None:
        """Apply a reply to the copy, and check its digest against the hub's."""
        copy = self.copies.setdefault(reply.scope, {})
        for transaction in reply.transactions:
            for row in transaction.rows:
                _put(copy, row)
        assert digest_of(copy) == reply.digest, "the copy is what the hub says it is"
        self.cursors[reply.scope] = Cursor(reply.epoch, reply.rev_to, reply.digest)

    def catch_up(self, scope: str) -> dict[tuple[str, str], bytes]:
        """Apply the feed to its end; gives the copy."""
        more = True
        while more:
            reply = self.feed(scope)
            self.apply(reply)
            more = reply.more
        return self.copies[scope]

    def manifest(self, scope: str) -> SnapshotManifest:
        """The manifest of a snapshot, its signature checked."""
        reply = self.request("GET", f"/v1/snapshot?scope={scope}")
        assert reply.status_code == 200, reply.text
        signed = unpack(reply.content, SignedManifest)
        assert verifier(self.hub_key)(hashlib.sha256(signed.manifest).digest(), signed.signature)
        return msgspec.json.decode(signed.manifest, type=SnapshotManifest)

    def take_snapshot(self, scope: str) -> SnapshotManifest:
        """Replace the copy of a scope by a snapshot, with every hash checked."""
        manifest = self.manifest(scope)
        copy: dict[tuple[str, str], bytes] = {}
        for chunk in manifest.chunks:
            data = self.http.get(f"/v1/chunks/{chunk.sha256}").content
            assert hashlib.sha256(data).hexdigest() == chunk.sha256 and len(data) == chunk.size
            rows = unpack(data, list[Row])
            assert len(rows) == chunk.rows <= 5_000
            for row in rows:
                _put(copy, row)
        assert digest_of(copy).hex() == manifest.digest
        self.copies[scope] = copy
        self.cursors[scope] = Cursor(manifest.epoch, manifest.rev, digest_of(copy))
        return manifest


def _put(copy: dict[tuple[str, str], bytes], row: Row) -> None:
    if row.payload:
        copy[row.entity, row.key] = row.payload
    else:
        copy.pop((row.entity, row.key), None)


def digest_of(copy: dict[tuple[str, str], bytes]) -> bytes:
    """The digest of a copy, from its rows."""
    numbers = sum(row_number(Row(entity, key, payload)) for (entity, key), payload in copy.items())
    return moved(bytes(32), numbers)


def a_shop(tenant: str = TENANT, **settings: Any) -> Shop:
    """A shop of two stores."""
    place = {
        "entity": "noord-bv", "brand": "noord-zuid", "country": "NL", "currency": "EUR", "language": "nl",
        "zone": "Europe/Amsterdam",
    }  # fmt: skip
    stores = [Store(store, store, "", "", "", place["zone"]) for store in (STORE, OTHER_STORE)]
    chosen = {"till.cash_rounding": True, **settings}
    return Shop(tenant, stores, {store.id: place for store in stores}, chosen, {})


def a_product(sku: str = "A1", price_minor: int = 1000, line: int = 2, **more: Any) -> Product:
    """A product with ten pieces in the first store."""
    stock = more.pop("stock", {STORE: 10_000})
    values: dict[str, Any] = {
        "id": sku, "style": sku, "names": {"nl": sku}, "brand": "", "category": "", "size": "", "colour": "",
        "barcodes": (), "vat_class": "standard", "unit": "piece", "content_milli": 0, "content_unit": "",
        "picture": "", "deposit_minor": 0, "age_limit": 0,
    }  # fmt: skip
    return Product(line, Article(**{**values, **more}), price_minor, stock)


def bring_products(hub: Hub, *products: Product, set_stock: bool = False) -> int:
    """Import products; gives the revision."""
    done = import_products(hub, ImportProducts(list(products), set_stock))
    assert not done.faults, done.faults
    return done.rev

"""What terminals and the hub say to each other. Bodies are MessagePack (zstd on the large ones), enrolment is JSON.

The prose is in sync/README.md. Both sides import these; unknown keys are ignored, so either side may be newer.
"""

from threading import local
from typing import Annotated, Literal, TypeVar

import msgspec
import zstandard

from kiosk.decoding import read_json, read_msgpack
from kiosk.domain.address import Address
from kiosk.domain.customer import Customer
from kiosk.domain.feed import Transaction
from sync.protocol.limits import BODY_BYTES_MAX

Kind = Literal["till", "kiosk"]
Scope = Literal["catalog", "device"]
T = TypeVar("T")


class Hello(msgspec.Struct, frozen=True):
    """`GET /v1/hello`, unsigned JSON: proves that this is a hub and not somebody's log-in page."""

    product: str
    proto: str
    epoch: int
    time_ms: int


class EnrolRequest(msgspec.Struct, frozen=True):
    """`POST /v1/enrol`, JSON, with an Idempotency-Key header. `public_key` is base64 of 32 bytes.

    `recovers` says that the terminal which stands at this place is gone: the new one takes over what the hub has of it.
    """

    code: str
    public_key: str
    app: str
    host: str
    recovers: bool = False


class EnrolReply(msgspec.Struct, frozen=True):
    """The certificate (canonical JSON, base64), the hub's signature over its SHA-256, and the hub's public key.

    `supersedes` names the terminal (`dev` or `dev/inc`) that stood at this place before.
    """

    certificate: str
    signature: str
    hub_key: str
    epoch: int
    supersedes: str = ""


class RenewRequest(msgspec.Struct, frozen=True):
    """`POST /v1/renew`, JSON: a certificate that ends later than this one. Taken up to the end of the hub's grace."""

    not_after_ms: int


class RenewReply(msgspec.Struct, frozen=True):
    """The renewed certificate and the hub's signature, both base64. The old one stays good until its own end."""

    certificate: str
    signature: str


class ReadmitRequest(msgspec.Struct, frozen=True):
    """`POST /v1/readmit`, JSON: a certificate that this hub signed, shown after it was restored from before that day."""

    certificate: str
    signature: str


class FactsReply(msgspec.Struct, frozen=True):
    """`GET /v1/facts`: what the hub has of a terminal's facts from a number on, for the terminal that follows it."""

    dev: str
    inc: int
    public_key: bytes
    head: int
    facts: list["PushedFact"]


class BackupKey(msgspec.Struct, frozen=True):
    """`GET /v1/backups/key`, JSON: canonical JSON `{store, id, public}` and the hub's signature over it, both base64."""

    key: str
    signature: str


class OpenBackup(msgspec.Struct, frozen=True):
    """`POST /v1/backups/open`, JSON: the key's id and the backup's own public key; `to` is the asker's. Keys are base64 X25519."""

    id: int
    public: str
    to: str


class OpenedBackup(msgspec.Struct, frozen=True):
    """The backup's content key, sealed to the asker: base64 of the answer's public key and of the sealed key."""

    public: str
    sealed: str


class DecommissionRequest(msgspec.Struct, frozen=True):
    """`POST /v1/decommission`, JSON: the terminal's last fact and its hash (hex). `given_up` says who gave up what is missing."""

    seq: int
    head: str
    given_up: dict[str, str] = {}


class PushedFact(msgspec.Struct, frozen=True, array_like=True):
    """A fact's bytes and signature, as they were made."""

    data: bytes
    signature: bytes


class HeldRight(msgspec.Struct, frozen=True, array_like=True):
    """What a terminal may still promise of an article out of a store, in thousandths."""

    store: str
    article: str
    left_milli: int


class RightsReport(msgspec.Struct, frozen=True):
    """What a terminal holds, read in one transaction: its rights after fact `seq`, at this cursor of the device scope.

    A restored hub takes it only when `seq` is the last fact that it has, and the cursor is its own newest: else a grant or its
    use could be on its way.
    """

    seq: int
    epoch: int
    rev: int
    digest: bytes
    rights: list[HeldRight]


class LeaseReply(msgspec.Struct, frozen=True):
    """`POST /v1/rights/lease`, JSON: how long (ms, from when it was asked for) rights may be used, once grant `grant_no` is in."""

    no: int
    term_ms: int
    grant_no: int


class HoldGoods(msgspec.Struct, frozen=True):
    """`POST /v1/reserve` from a terminal, JSON: so many thousandths of an article in a store, as long as its rule says."""

    store: str
    article: str
    quantity: int


class GoodsHeld(msgspec.Struct, frozen=True):
    """The answer: under which id the hub holds them back, and until when (ms, the hub's clock)."""

    id: str
    expires_ms: int


class ReceiptReply(msgspec.Struct, frozen=True):
    """`GET /v1/receipts/{number}`, packed: the bytes of the sale's fact, and what came back as (line, dev, thousandths)."""

    data: bytes
    returned: list[tuple[int, str, int]]


class VoucherReply(msgspec.Struct, frozen=True):
    """`GET /v1/vouchers/{kind}/{code}`, packed: the payload of a `voucher` row; empty where the hub does not know the number."""

    data: bytes


class FindStreet(msgspec.Struct, frozen=True):
    """`POST /v1/addresses/find`, JSON: a postcode of a country, and a house number with whatever follows it."""

    country: str
    postcode: str
    house: str


class StreetReply(msgspec.Struct, frozen=True):
    """The answer: what is `known` of it (`kiosk.domain.streets`), and street and town where the house was found."""

    known: str
    street: str = ""
    city: str = ""


class FindCustomer(msgspec.Struct, frozen=True):
    """`POST /v1/customers/find`, JSON: a card's whole number, or else a whole telephone number (E.164)."""

    number: str = ""
    phone: str = ""


class EnrolCustomer(msgspec.Struct, frozen=True):
    """`POST /v1/customers/new`, JSON: somebody who became a customer at this till, and the staff number of who wrote it down."""

    customer: Customer
    by: str


class CustomerEnrolled(msgspec.Struct, frozen=True):
    """What became of it: `kept`, also when it was before; `taken` where the number is somebody else's, which is a task."""

    number: str
    state: Literal["kept", "taken"]


class CustomersReply(msgspec.Struct, frozen=True):
    """Who was found: the JSON of each `kiosk.domain.customer.Customer`, as the feed carries it."""

    customers: list[bytes]


class OrderAddress(msgspec.Struct, frozen=True):
    """Whom an order is for, and where goods go: the `key` that its lines say, and the order's id."""

    key: str
    order: str
    address: Address


class PutAddresses(msgspec.Struct, frozen=True):
    """`POST /v1/orders/addresses`, JSON: at most 100 at once. The same key again replaces what it said."""

    addresses: list[OrderAddress]


class AddressesKept(msgspec.Struct, frozen=True):
    """The keys that the hub has now: the terminal needs them no longer."""

    keys: list[str]


class OrderSignature(msgspec.Struct, frozen=True):
    """How a customer signed for goods of an order: `kiosk.domain.handwriting` strokes and their mark, at a wall clock (ms)."""

    mark: str
    order: str
    at_ms: int
    strokes: str


class PutSignatures(msgspec.Struct, frozen=True):
    """`POST /v1/orders/signatures`, JSON: at most 100 at once. Told again, nothing changes."""

    signatures: list[OrderSignature]


class SignaturesKept(msgspec.Struct, frozen=True):
    """The marks that the hub has now: the terminal needs them no longer."""

    marks: list[str]


class FindOrder(msgspec.Struct, frozen=True):
    """`POST /v1/orders/find`, JSON: the code to collect it, its whole number, or the beginning of a name (three letters)."""

    code: str = ""
    number: str = ""
    name: str = ""


class OrdersReply(msgspec.Struct, frozen=True):
    """The orders found, newest first: the JSON of each `kiosk.domain.orderrow.OrderRow`, as the feed carries it.

    Asked for the number of a return that was announced: the order or the number of the `receipt` whose goods come back, and what of
    it as (line, thousandths) with its ground. No lines: they are there already.
    """

    orders: list[bytes]
    receipt: str = ""
    announced: str = ""
    lines: list[tuple[int, int]] = []
    ground: str = ""


class PushRequest(msgspec.Struct, frozen=True):
    """`POST /v1/push`: facts of one device in order, starting at `from_seq`.

    `acked` is how many of its facts the terminal was told that the hub of epoch `acked_epoch` has stored (0: not told): a
    hub that has fewer was put back by hand.
    """

    dev: str
    inc: int
    from_seq: int
    facts: list[PushedFact]
    acked: int = 0
    acked_epoch: int = 0
    report: RightsReport | None = None


class HeldFact(msgspec.Struct, frozen=True, array_like=True):
    """A fact that is stored but not yet projected, why, and since when (hub's wall ms; 0 from an older hub)."""

    seq: int
    reason: str
    since_ms: int = 0


class PushReply(msgspec.Struct, frozen=True):
    """A pure function of what the hub has stored: the terminal goes on from `next_seq`, may prune below `durable_seq`.

    `hub` is the hub's state: open, recovering (restored: it gives out nothing until all have reported) or doubtful (it
    was put back by hand). `wants_report` asks for the terminal's report. `held` names the oldest of `held_count` facts.
    """

    epoch: int
    next_seq: Annotated[int, msgspec.Meta(ge=1)]
    durable_seq: Annotated[int, msgspec.Meta(ge=0)]
    head: bytes
    time_ms: int
    held: list[HeldFact] = []
    forked: bool = False
    hub: str = "open"
    wants_report: bool = False
    held_count: int = 0


class StateReply(msgspec.Struct, frozen=True):
    """The answer to `POST /v1/state` and `POST /v1/held/retry`: what the hub holds of this terminal, oldest first."""

    held: list[HeldFact]
    held_count: int
    time_ms: int


class FeedReply(msgspec.Struct, frozen=True):
    """`GET /v1/feed`: whole transactions after the cursor. `digest` is the scope's rolling digest at `rev_to`.

    `forked` (device scope): the hub has two histories of this terminal, so one that sells nothing hears of it too.
    """

    epoch: int
    scope: Scope
    rev_to: int
    digest: bytes
    transactions: list[Transaction]
    more: bool
    time_ms: int
    forked: bool = False


class ChunkRef(msgspec.Struct, frozen=True):
    """A chunk of a snapshot by its SHA-256 (hex) over the compressed bytes."""

    sha256: str
    size: int
    rows: int


class SnapshotManifest(msgspec.Struct, frozen=True):
    """`GET /v1/snapshot`: the chunks that rebuild a scope as of `rev`. `digest` (hex) is the scope's digest there."""

    epoch: int
    scope: Scope
    rev: int
    digest: str
    chunks: list[ChunkRef]


class SignedManifest(msgspec.Struct, frozen=True):
    """A manifest's JSON bytes and the hub's signature over their SHA-256."""

    manifest: bytes
    signature: bytes


class HelpRequest(msgspec.Struct, frozen=True):
    """`POST /v1/help`, JSON, from a kiosk; the answer is the call as `kiosk.domain.feed.HelpCall` in JSON."""

    id: str
    reason: str
    language: str


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457 problem details; `code` is stable and `detail` is a sentence with a way out."""

    title: str
    status: int
    code: str
    detail: str


_SMALL_BYTES = 64 * 1024
"""Up to here zstd's state is kept for the next message: making it takes 70 us, using it 5. What large ones need goes with them."""


def _compressor() -> zstandard.ZstdCompressor:
    """With a check sum inside: what is not signed, as an answer to a push, is else believed with a bit flipped on its way."""
    return zstandard.ZstdCompressor(level=3, write_checksum=True)


class _Kept(local):
    """Each thread has its own, because two must not use one at once."""

    def __init__(self) -> None:
        self.compress = _compressor().compress
        self.decompress = zstandard.ZstdDecompressor().decompress


_kept = _Kept()


def pack(message: msgspec.Struct) -> bytes:
    """MessagePack, compressed with zstd level 3, with its content's check sum (RFC 8878, 3.1.1)."""
    data = msgspec.msgpack.encode(message)
    return _kept.compress(data) if len(data) <= _SMALL_BYTES else _compressor().compress(data)


def unpack(data: bytes, kind: type[T], limit: int = 16 * BODY_BYTES_MAX) -> T:
    """Read packed bytes; raises ValueError for anything that is not such a message or is larger than `limit` inside."""
    try:
        params = zstandard.get_frame_parameters(data)
        if not 0 <= params.content_size <= limit:
            raise ValueError("a compressed message must state its size, within the limit")
        opened = _kept if params.content_size <= _SMALL_BYTES else zstandard.ZstdDecompressor()
        return read_msgpack(opened.decompress(data), kind)
    except (zstandard.ZstdError, msgspec.DecodeError, RecursionError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error


def to_json(message: object) -> bytes:
    """The JSON of a message or of one of the domain's values."""
    return msgspec.json.encode(message)


def from_json(data: bytes, kind: type[T]) -> T:
    """Read JSON as a message or a value of the domain; raises ValueError for anything else."""
    try:
        return read_json(data, kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"not a {kind.__name__}: {error}") from error

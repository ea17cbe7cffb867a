"""What happened, in the past tense: the frame of every fact and the kinds there are.

A fact is canonical JSON with the keys below; `hash = SHA-256(bytes)`, `prev` is the hash of the fact before it on the same
device and incarnation, and the device signs the hash. The kinds' bodies are described in sync/README.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.domain.codec import Json, canonical, digest, parse
from kiosk.domain.errors import Damaged
from kiosk.domain.identity import Moment, Place

FORMAT = 1
"""Version of the frame itself; bodies carry their own `schema`."""

GENESIS = bytes(32)
"""What the first fact of an incarnation points back to."""

TERMINAL_ENROLLED = "terminal.enrolled"
STAFF_SIGNED_IN = "staff.signed_in"
STAFF_SIGNED_OUT = "staff.signed_out"
STAFF_REFUSED = "staff.refused"
STAFF_PIN_CHANGED = "staff.pin_changed"
SHIFT_OPENED = "shift.opened"
SHIFT_CLOSED = "shift.closed"
SALE_COMPLETED = "sale.completed"
SALE_ABANDONED = "sale.abandoned"
SALE_VOIDED = "sale.voided"
SALE_SUSPENDED = "sale.suspended"
SALE_RETRIEVED = "sale.retrieved"
SALE_LOST = "sale.lost"
TRAINING_STARTED = "training.started"
TRAINING_ENDED = "training.ended"
TRAINING_REHEARSED = "training.rehearsed"
DRAWER_OPENED = "drawer.opened"
CASH_MOVED = "cash.moved"
CHANGE_ORDERED = "change.ordered"
SHIFT_COUNTED = "shift.counted"
SHIFT_REPORTED = "shift.reported"
SHIFT_SWITCHED = "shift.switched"
TENDER_CORRECTED = "tender.corrected"
SETTING_CHANGED = "setting.changed"
JOURNAL_EXPORTED = "journal.exported"
TICKET_ISSUED = "ticket.issued"
RECEIPT_COPIED = "receipt.copied"
CLOCK_MOVED = "clock.moved"
WORK_WRITTEN_OFF = "work.written_off"
GAP_DECLARED = "gap.declared"
STOCK_MOVED = "stock.moved"
STOCK_COUNTED = "stock.counted"
STOCK_DISCARDED = "stock.discarded"
DELIVERY_RECEIVED = "delivery.received"
TRANSFER_SENT = "transfer.sent"
STOP_LOOKED = "stop.looked"
STOP_CLEARED = "stop.cleared"
LABELS_PRINTED = "labels.printed"
RIGHTS_USED = "rights.used"
RIGHTS_RELEASED = "rights.released"
RIGHTS_REFUSED = "rights.refused"
RIGHTS_RETURNED = "rights.returned"
RIGHTS_TRANSFERRED = "rights.transferred"
RIGHTS_RECEIVED = "rights.received"
CUSTOMER_SEARCHED = "customer.searched"
CUSTOMER_ENROLLED = "customer.enrolled"
CARD_ATTEMPTED = "card.attempted"
CARD_RESOLVED = "card.resolved"
ORDER_PLACED = "order.placed"
ORDER_MOVED = "order.moved"
ORDER_PAID = "order.paid"
ORDER_SUBSTITUTED = "order.substituted"
PARCELS_HANDED = "parcels.handed"

KINDS = (
    TERMINAL_ENROLLED, STAFF_SIGNED_IN, STAFF_SIGNED_OUT, STAFF_REFUSED, STAFF_PIN_CHANGED, SHIFT_OPENED, SHIFT_CLOSED,
    SALE_COMPLETED, SALE_ABANDONED, SALE_VOIDED, SALE_SUSPENDED, SALE_RETRIEVED, SALE_LOST,
    TRAINING_STARTED, TRAINING_ENDED, TRAINING_REHEARSED,
    DRAWER_OPENED, TICKET_ISSUED, RECEIPT_COPIED, CLOCK_MOVED, GAP_DECLARED,
    WORK_WRITTEN_OFF, CARD_ATTEMPTED, CARD_RESOLVED,
    CASH_MOVED, CHANGE_ORDERED, SHIFT_COUNTED, SHIFT_REPORTED, SHIFT_SWITCHED, TENDER_CORRECTED, SETTING_CHANGED,
    JOURNAL_EXPORTED,
    CUSTOMER_SEARCHED,
    CUSTOMER_ENROLLED,
    STOCK_MOVED, STOCK_COUNTED, STOCK_DISCARDED, DELIVERY_RECEIVED, TRANSFER_SENT, ORDER_PLACED, ORDER_MOVED, ORDER_PAID,
    ORDER_SUBSTITUTED, PARCELS_HANDED, STOP_LOOKED, STOP_CLEARED, LABELS_PRINTED,
    RIGHTS_USED, RIGHTS_RELEASED, RIGHTS_REFUSED, RIGHTS_RETURNED, RIGHTS_TRANSFERRED, RIGHTS_RECEIVED,
)  # fmt: skip

_KEYS = frozenset(
    {"v", "dev", "inc", "seq", "id", "kind", "schema", "place", "employee", "day", "wall", "mono", "boot", "hlc", "prev", "body"}
)
_PLACE_KEYS = frozenset(Place.__slots__)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, opened. `inc` is the incarnation (new after a re-install), `seq` runs from 1 without a gap."""

    dev: str
    inc: int
    seq: int
    id: str
    kind: str
    schema: int
    place: Place
    employee: str
    day: str
    moment: Moment
    hlc: int
    prev: bytes
    body: Json


@dataclass(frozen=True, slots=True)
class SealedFact:
    """A fact as it is stored and sent: its bytes, their hash and the device's signature over the hash."""

    seq: int
    data: bytes
    hash: bytes
    signature: bytes


def fact_bytes(fact: Fact) -> bytes:
    """The canonical bytes of a fact."""
    return canonical(
        {
            "v": FORMAT, "dev": fact.dev, "inc": fact.inc, "seq": fact.seq, "id": fact.id, "kind": fact.kind,
            "schema": fact.schema, "place": {key: getattr(fact.place, key) for key in sorted(_PLACE_KEYS)},
            "employee": fact.employee, "day": fact.day, "wall": fact.moment.wall_ms, "mono": fact.moment.mono_ms,
            "boot": fact.moment.boot, "hlc": _hlc_text(fact.hlc), "prev": fact.prev.hex(), "body": fact.body,
        }
    )  # fmt: skip


def read_fact(data: bytes, parse: Callable[[bytes], Json] = parse) -> Fact:
    """Open a fact's bytes. Accepts unknown kinds and schemas (they are held, never refused).

    Raises Damaged when the bytes are not a fact in canonical spelling. Another `parse` has to give and refuse just the same.
    """
    raw = parse(data)
    try:
        _expect(raw.keys() == _KEYS and raw["v"] == FORMAT and raw["v"] is not True)
        place: dict[str, Any] = raw["place"]
        _expect(place.keys() == _PLACE_KEYS and all(isinstance(part, str) for part in place.values()))
        for key in ("dev", "id", "kind", "employee", "day", "boot", "hlc", "prev"):
            _expect(isinstance(raw[key], str))
        for key in ("inc", "seq", "schema", "wall", "mono"):
            _expect(isinstance(raw[key], int) and not isinstance(raw[key], bool))
        _expect(isinstance(raw["body"], dict) and raw["seq"] >= 1 and raw["inc"] >= 1)
        prev = bytes.fromhex(raw["prev"])
        _expect(len(prev) == len(GENESIS) and prev.hex() == raw["prev"])
        hlc = int(raw["hlc"], 16)
        _expect(0 <= hlc < 1 << 64 and _hlc_text(hlc) == raw["hlc"])
        return Fact(
            dev=raw["dev"], inc=raw["inc"], seq=raw["seq"], id=raw["id"], kind=raw["kind"], schema=raw["schema"],
            place=Place(**place), employee=raw["employee"], day=raw["day"],
            moment=Moment(raw["wall"], raw["mono"], raw["boot"]), hlc=hlc, prev=prev, body=raw["body"],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Damaged("fact.not_a_fact", size=len(data)) from error


def hash_fact(data: bytes) -> bytes:
    """The hash that the next fact points back to and that the device signs."""
    return digest(data)


def _hlc_text(hlc: int) -> str:
    return f"{hlc:016x}"  # 64 bits do not fit a JSON number


def _expect(held: bool) -> None:
    if not held:
        raise ValueError("a key is missing or of another type")

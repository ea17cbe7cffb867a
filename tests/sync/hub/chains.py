"""A terminal's chain of facts, signed, without a terminal: for what looks at pushes before they reach a database."""

from dataclasses import dataclass, field, replace
from typing import Any

from kiosk.domain.chain import seal
from kiosk.domain.facts import GENESIS, SALE_COMPLETED, Fact, SealedFact
from kiosk.domain.identity import Moment, Place
from sync.hub.core import Device
from sync.protocol.messages import PushedFact, PushRequest
from sync.protocol.signature import Key

KEY = Key.load(b"k" * 32)
PLACE = Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "01")
DEVICE = Device("01a2", 1, "noord", "AMS1", "01", "till", KEY.public, revoked=False)
NEIGHBOUR = Device("01a3", 1, "noord", "AMS1", "02", "till", KEY.public, revoked=False)
NOW_MS = 1_795_326_176_988
DAY = "2026-11-22"


def sale(number: int, total: int = 1_000, **other: Any) -> dict[str, Any]:
    """The body of a sale of one piece, as far as a hub reads it."""
    body = {
        "receipt": f"AMS1-01-A-{number:06d}", "total": total, "discount": 0, "deposit": 0, "rounding": 0, "tickets": [],
        "lines": [{"unit": "piece", "quantity": 1_000, "name": "thé"}], "tenders": [{"kind": "cash", "amount": total}],
        "tax": [{"class": "standard", "rate_bp": 2_100, "net": total - 174, "tax": 174}],
        "movements": [{"article": "A1", "store": "AMS1", "quantity_milli": -1_000, "reason": "sale"}],
    }  # fmt: skip
    return {**body, **other}


@dataclass
class Chain:
    """The facts of a terminal, each pointing back to the one before it, a millisecond after it."""

    device: Device = DEVICE
    from_ms: int = NOW_MS
    facts: list[SealedFact] = field(default_factory=list)

    def add(self, kind: str = SALE_COMPLETED, body: dict[str, Any] | None = None, day: str = DAY, store: str = "AMS1") -> None:
        """Seal one more; a sale where nothing else is said."""
        seq = len(self.facts) + 1
        prev = self.facts[-1].hash if self.facts else GENESIS
        fact = Fact(
            self.device.dev, 1, seq, f"id{seq}", kind, 1, replace(PLACE, store=store, terminal=self.device.terminal), "101", day,
            Moment(self.from_ms, seq, "boot"), (self.from_ms + seq) << 16, prev, sale(seq) if body is None else body,
        )  # fmt: skip
        self.facts.append(seal(fact, KEY.sign))


def push_of(*facts: SealedFact, device: Device = DEVICE) -> PushRequest:
    """A push of these facts, the first of which says where it begins."""
    return PushRequest(device.dev, 1, facts[0].seq, [PushedFact(fact.data, fact.signature) for fact in facts])

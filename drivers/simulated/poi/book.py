"""The terminal's memory: every request that moved money or would not, by the host's own reference; it survives a reboot."""

from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Entry:
    """One request as the bank sees it. Amounts in minor units; `moved` is what changed hands, 0 when it was refused."""

    sale_id: str
    service_id: str
    kind: str
    sale: str
    asked: int
    moved: int
    transaction: str
    result: str
    answer: dict[str, Any] = field(default_factory=dict)
    original: str = ""


class Book:
    """The entries in order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._reconciled = 0

    def add(self, entry: Entry) -> None:
        """One more; a reference is used once."""
        self.entries.append(entry)

    def find(self, sale_id: str, service_id: str) -> Entry | None:
        """What became of a reference of a host."""
        return next((one for one in self.entries if (one.sale_id, one.service_id) == (sale_id, service_id)), None)

    def left(self, transaction: str) -> int | None:
        """What of a payment has not been reversed; None where there was none."""
        paid = [one.moved for one in self.entries if one.transaction == transaction and one.kind == "Payment" and one.moved]
        if not paid:
            return None
        return paid[0] - sum(one.moved for one in self.entries if one.kind == "Reversal" and one.original == transaction)

    def charged(self, sale: str) -> int:
        """What a sale has cost the card's owner, all in all."""
        signs = {"Payment": 1, "Refund": -1, "Reversal": -1}
        return sum(signs[one.kind] * one.moved for one in self.entries if one.sale == sale)

    def totals(self) -> dict[str, tuple[int, int]]:
        """Count and sum by kind since the last reconciliation, which this is."""
        fresh, self._reconciled = self.entries[self._reconciled :], len(self.entries)
        kinds = ("Payment", "Refund", "Reversal")
        moved = {kind: [one.moved for one in fresh if one.kind == kind and one.moved] for kind in kinds}
        return {kind: (len(amounts), sum(amounts)) for kind, amounts in moved.items()}

    def as_json(self) -> list[dict[str, Any]]:
        """For the control port."""
        return [{name: value for name, value in vars(replace(one, answer={})).items() if name != "answer"} for one in self.entries]

"""A card terminal without a card: takes requests, does what the operator chose for the next one, and remembers the money."""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from drivers.simulated.journal import Journal
from drivers.simulated.poi import papers
from drivers.simulated.poi.book import Book, Entry

DEEDS: Mapping[str, str] = {
    "approve": "approve; with amount_minor only so much of it",
    "decline": "refuse, with condition (Refusal, Cancel, WrongPIN, InvalidCard, UnreachableHost, Busy ...)",
    "dawdle": "wait for release, then approve; a release can say decline",
    "approve_then_cut": "take the money, then cut the line without an answer",
    "cut": "cut the line; nothing was taken and nothing is known of it",
    "approve_then_reboot": "take the money, then be off until switched on",
    "reboot": "be off until switched on; nothing was taken",
    "approve_then_garble": "take the money and answer with a broken seal",
    "approve_then_answer_another": "take the money and answer with another request's id",
    "decline_then_cut": "refuse, remember it, and cut the line without an answer",
    "half": "take the money and send half of the answer",
}
MOVES = ("Payment", "Reversal")
_WAIT_S = 600.0


class Cut(Exception):
    """The line ends here, without an answer."""


class Refused(ValueError):
    """An order of the operator that the terminal does not know."""


@dataclass
class Answer:
    """What goes out; `spoilt` says how the wire spoils it: broken, another, half."""

    body: dict[str, Any]
    spoilt: str = ""


@dataclass
class UnderWay:
    """A request that waits for the shopper."""

    service_id: str
    released: threading.Event = field(default_factory=threading.Event)
    condition: str = ""


class SimulatedTerminal:
    """The state of one terminal; every method may be called from any thread."""

    def __init__(self, poi_id: str, journal: Journal) -> None:
        self.poi_id, self.journal, self.book = poi_id, journal, Book()
        self._lock = threading.RLock()
        self._next: deque[tuple[str, dict[str, Any]]] = deque()
        self._under_way: UnderWay | None = None
        self._status_answer = ""
        self._transactions = 0
        self.on = True
        self.leaks = False
        self.signature = False
        self.knows_login = True

    # the operator's side

    def next(self, do: str, **how: Any) -> None:
        """What happens to the next payment, refund or reversal; more of them queue. Raises Refused."""
        if do not in DEEDS:
            raise Refused(f"do is one of {', '.join(DEEDS)}")
        with self._lock:
            self._next.append((do, how))

    def forget_orders(self) -> None:
        """What was chosen for requests to come is not wanted any more."""
        with self._lock:
            self._next.clear()

    def release(self, condition: str = "") -> None:
        """The shopper is ready: a dawdling request goes on, or fails with a condition."""
        with self._lock:
            if self._under_way is not None:
                self._under_way.condition = condition
                self._under_way.released.set()

    def answer_status(self, how: str) -> None:
        """How TransactionStatus is answered: "" truly, "in_progress", "cut". Raises Refused."""
        if how not in ("", "in_progress", "cut"):
            raise Refused('status is "", in_progress or cut')
        self._status_answer = how

    def switch(self, on: bool) -> None:
        """On or off; what waits for the shopper is lost when it goes off."""
        with self._lock:
            self.on = on
            if not on:
                self.release("off")
        self.journal.add("poi.on" if on else "poi.off")

    def state(self) -> dict[str, object]:
        """Everything a person would see, as plain values."""
        with self._lock:
            return {
                "poi": self.poi_id, "on": self.on, "leaks": self.leaks, "next": [do for do, _ in self._next],
                "under_way": self._under_way.service_id if self._under_way else "", "entries": len(self.book.entries),
            }  # fmt: skip

    def wait_for(self, holds: Callable[["SimulatedTerminal"], bool], timeout_s: float) -> bool:
        """Wait until something holds of this terminal; every event of its journal is a moment to look."""
        end = time.monotonic() + timeout_s
        with self.journal.changed:
            while not holds(self):
                left = end - time.monotonic()
                if left <= 0:
                    return False
                self.journal.changed.wait(left)
        return True

    # the wire's side

    def handle(self, message: dict[str, Any]) -> Answer:
        """The response to one request. Raises Cut."""
        head = message["MessageHeader"]
        category = head["MessageCategory"]
        self.journal.add(f"poi.{category}", f"{head['SaleID']} {head['ServiceID']}")
        if not self.on:
            raise Cut
        body = message.get(f"{category}Request", {})
        if category in MOVES:
            return self._move(head, category, body)
        answers: dict[str, Callable[[], Answer]] = {
            "Login": lambda: Answer(papers.ok() if self.knows_login else papers.refusal(category, "NotAllowed")),
            "Diagnosis": lambda: Answer(papers.ok(POIStatus={"GlobalStatus": "OK"})),
            "TransactionStatus": lambda: self._status(head, body),
            "Abort": lambda: self._abort(body),
            "Reconciliation": self._reconcile,
        }
        return answers[category]() if category in answers else Answer(papers.refusal(category, "MessageFormat"))

    def _move(self, head: dict[str, Any], category: str, body: dict[str, Any]) -> Answer:
        with self._lock:
            if self._under_way is not None:
                return Answer(papers.refusal(category, "Busy"))
            if self.book.find(head["SaleID"], head["ServiceID"]) is not None:
                self.journal.add("poi.duplicate", head["ServiceID"])
                return Answer(papers.refusal(category, "MessageFormat"))
            do, how = self._next.popleft() if self._next else ("approve", {})
            waits = self._under_way = UnderWay(head["ServiceID"])
        try:
            self.journal.add("poi.asked", head["ServiceID"])
            if do == "dawdle":
                waits.released.wait(_WAIT_S)
            return self._decide(do, how, waits, head, category, body)
        finally:
            with self._lock:
                self._under_way = None
            self.journal.add("poi.ended", head["ServiceID"])

    def _decide(
        self, do: str, how: dict[str, Any], waits: UnderWay, head: dict[str, Any], category: str, body: dict[str, Any]
    ) -> Answer:
        if do in ("cut", "reboot") or waits.condition == "off":
            if do == "reboot":
                self.switch(False)
            raise Cut
        condition = waits.condition or (str(how.get("condition", "Refusal")) if do.startswith("decline") else "")
        entry = self._entry(head, category, body, condition, how)
        with self._lock:
            self.book.add(entry)
        if do == "approve_then_reboot":
            self.switch(False)
        if do in ("approve_then_cut", "approve_then_reboot", "decline_then_cut"):
            raise Cut
        spoilt = {"approve_then_garble": "broken", "approve_then_answer_another": "another", "half": "half"}
        return Answer(entry.answer, spoilt.get(do, ""))

    def _entry(self, head: dict[str, Any], category: str, body: dict[str, Any], condition: str, how: dict[str, Any]) -> Entry:
        """The money moves here, or does not."""
        kind = "Refund" if body.get("PaymentData", {}).get("PaymentType") == "Refund" else category
        sale, original = body["SaleData"]["SaleTransactionID"]["TransactionID"], ""
        if category == "Reversal":
            original = body["OriginalPOITransaction"]["POITransactionID"]["TransactionID"]
            left = self.book.left(original)
            asked = _minor(body.get("ReversedAmount", 0)) or left or 0
            condition = condition or ("NotFound" if left is None else "NotAllowed" if asked > left else "")
        else:
            asked = _minor(body["PaymentTransaction"]["AmountsReq"]["RequestedAmount"])
        self._transactions += 1
        name = f"LAB{self._transactions:06d}" + (f" {papers.PAN}" if self.leaks else "")
        moved = 0 if condition else min(asked, int(how.get("amount_minor", asked)))
        answer = (
            papers.refusal(category, condition) if condition
            else papers.approval(kind, asked, moved, name, sale, leaks=self.leaks, signature=self.signature)
        )  # fmt: skip
        self.journal.add("poi.refused" if condition else "poi.moved", f"{kind} {moved} {head['ServiceID']}")
        return Entry(head["SaleID"], head["ServiceID"], kind, sale, asked, moved, name, condition or "ok", answer, original)

    def _status(self, head: dict[str, Any], body: dict[str, Any]) -> Answer:
        asked = body["MessageReference"]
        if self._status_answer == "cut":
            raise Cut
        with self._lock:
            busy = self._under_way is not None and self._under_way.service_id == asked["ServiceID"]
        if busy or self._status_answer == "in_progress":
            return Answer(papers.refusal("TransactionStatus", "InProgress"))
        entry = self.book.find(asked["SaleID"], asked["ServiceID"])
        if entry is None:
            return Answer(papers.refusal("TransactionStatus", "NotFound"))
        category = asked["MessageCategory"]
        again = {**head, "MessageCategory": category, "MessageType": "Response", "ServiceID": asked["ServiceID"]}
        repeated = {"MessageHeader": again, "RepeatedResponseMessageBody": {f"{category}Response": entry.answer}}
        return Answer(papers.ok(MessageReference=asked, RepeatedMessageResponse=repeated))

    def _abort(self, body: dict[str, Any]) -> Answer:
        asked = body["MessageReference"]
        with self._lock:
            if self._under_way is None or self._under_way.service_id != asked["ServiceID"]:
                return Answer(papers.refusal("Abort", "NotFound"))
            self.release("Aborted")
        return Answer(papers.ok())

    def _reconcile(self) -> Answer:
        names = {"Payment": "Debit", "Refund": "Credit", "Reversal": "ReverseDebit"}
        totals = [
            {"TransactionType": names[kind], "TransactionCount": count, "TransactionAmount": float(Decimal(amount) / 100)}
            for kind, (count, amount) in self.book.totals().items()
        ]
        group = {"PaymentInstrumentType": "Card", "PaymentCurrency": "EUR", "PaymentTotals": totals}
        return Answer(papers.ok(ReconciliationType="SaleReconciliation", POIReconciliationID="1000", TransactionTotals=[group]))


def _minor(amount: float) -> int:
    return int((Decimal(str(amount)) * 100).to_integral_value())

"""What a till and a card terminal say to each other, whatever the wire: requests, answers, and what a terminal can do.

`reference` is always the till's own number of an attempt, kept before the first byte is sent; a terminal is asked by it.
No value here ever holds a card number: drivers mask what a terminal prints (kiosk.domain.cardnumbers).
"""

from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What is asked of a terminal."""

    PAYMENT = "payment"
    REFUND = "refund"
    REVERSAL = "reversal"


class Capability(StrEnum):
    """What a terminal can do beyond paying; the way out of every fault follows from it (kiosk.domain.cardpay)."""

    STATUS = "status_by_reference"
    RESEND = "idempotent_resend"
    REPEAT_LAST = "repeat_last"
    REVERSAL = "reversal"


class Verdict(StrEnum):
    """How a request ended. UNKNOWN: it may have been carried out, and nobody has said so."""

    APPROVED = "approved"
    DECLINED = "declined"
    UNKNOWN = "unknown"


class Found(StrEnum):
    """What a terminal says when it is asked about a reference.

    ABSENT counts only from the terminal that was asked to pay; NO_ANSWER says that it could not be asked.
    """

    ENDED = "ended"
    IN_PROGRESS = "in_progress"
    ABSENT = "absent"
    STRANGER = "stranger"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True, slots=True)
class CardRequest:
    """One request. Amount in minor units, positive; `sale` is the sale's id, `at` an ISO 8601 instant.

    A reversal names what it reverses as that terminal called it (`original`, `original_at`).
    """

    deed: Deed
    reference: str
    sale: str
    amount_minor: int
    currency: str
    at: str
    original: str = ""
    original_at: str = ""


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """How a request ended. `amount_minor` is what was approved: less than asked when only a part was,
    0 for a reversal whose terminal names no amount (then it is all of it).

    `code` says why, and is empty when approved. `sent` is false when not a byte of the request reached the terminal.
    `terminal` is the terminal that answered, `original` and `original_at` its own name of the transaction.
    """

    verdict: Verdict
    code: str = ""
    amount_minor: int = 0
    sent: bool = True
    terminal: str = ""
    original: str = ""
    original_at: str = ""
    brand: str = ""
    last_digits: str = ""
    approval: str = ""
    signature: bool = False
    customer_text: tuple[str, ...] = ()
    shop_text: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        assert (self.verdict is Verdict.APPROVED) == (not self.code), "what was not approved says why"
        assert self.sent or self.verdict is Verdict.DECLINED, "what was not sent was not paid"
        assert len(self.last_digits) <= 4, "never more of a card than its last four digits"


@dataclass(frozen=True, slots=True)
class CardStatus:
    """What a terminal says of a reference; `answer` is there when it ended. `code` says why it could not say."""

    found: Found
    answer: CardAnswer | None = None
    code: str = ""

    def __post_init__(self) -> None:
        assert (self.found is Found.ENDED) == (self.answer is not None), "an answer belongs to what has ended"


@dataclass(frozen=True, slots=True)
class CardTotals:
    """What a terminal has counted since its last reconciliation: (count, minor units) by deed; None: it could not say."""

    terminal: str
    payments: tuple[int, int]
    refunds: tuple[int, int]
    reversals: tuple[int, int]

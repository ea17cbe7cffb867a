"""A card payment's life: from what is durable before the first byte to what the terminal, or a person, says became of it.

Three outcomes: paid, not paid, unknown. What is unknown stays so until somebody who knows has said it: the terminal by our own
reference, or a manager by the terminal's own paper. Which way out a fault has follows from what the terminal can do: one table.

>>> after(Trouble.SILENT, frozenset({Capability.STATUS})).value, after(Trouble.SILENT, frozenset()).value
('ask', 'person')
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.domain.cardterminal import Capability, CardAnswer, Deed, Verdict
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.payment import CardPart


class State(StrEnum):
    """Where an attempt is. ASKED: durable, and a byte of it may have been sent. TO_SIGN: approved, if the customer signs."""

    ASKED = "asked"
    UNKNOWN = "unknown"
    TO_SIGN = "to_sign"
    PAID = "paid"
    NOT_PAID = "not_paid"


class Event(StrEnum):
    """What can happen to an attempt."""

    NOT_SENT = "not_sent"
    APPROVED = "approved"
    SIGNATURE = "signature"
    SIGNED = "signed"
    NOT_SIGNED = "not_signed"
    DECLINED = "declined"
    LOST = "lost"
    ABSENT = "absent"
    STATED_PAID = "stated_paid"
    STATED_NOT_PAID = "stated_not_paid"


OPEN = (State.ASKED, State.UNKNOWN, State.TO_SIGN)

STEPS: Mapping[tuple[State, Event], State] = {
    (State.ASKED, Event.NOT_SENT): State.NOT_PAID,
    (State.ASKED, Event.APPROVED): State.PAID,
    (State.ASKED, Event.SIGNATURE): State.TO_SIGN,
    (State.ASKED, Event.DECLINED): State.NOT_PAID,
    (State.ASKED, Event.LOST): State.UNKNOWN,
    (State.UNKNOWN, Event.APPROVED): State.PAID,
    (State.UNKNOWN, Event.SIGNATURE): State.TO_SIGN,
    (State.UNKNOWN, Event.DECLINED): State.NOT_PAID,
    (State.UNKNOWN, Event.LOST): State.UNKNOWN,
    (State.UNKNOWN, Event.ABSENT): State.NOT_PAID,
    (State.UNKNOWN, Event.STATED_PAID): State.PAID,
    (State.UNKNOWN, Event.STATED_NOT_PAID): State.NOT_PAID,
    (State.TO_SIGN, Event.SIGNED): State.PAID,
    (State.TO_SIGN, Event.NOT_SIGNED): State.PAID,
}
"""Every step that there is. What was not signed was paid all the same, and goes back (Trouble.NOT_SIGNED).

NOT_SENT is sure only of a first try: of what is unknown a byte may have gone out before.
"""


class Trouble(StrEnum):
    """Why it is not known what became of a request, or what came of asking."""

    NOT_SENT = "not_sent"
    SILENT = "silent"
    RESTARTED = "restarted"
    IN_PROGRESS = "in_progress"
    ABSENT = "absent"
    NO_ANSWER = "no_answer"
    STRANGER = "stranger"
    UNWANTED = "unwanted"
    NOT_SIGNED = "not_signed"
    NOT_REVERSED = "not_reversed"


class Remedy(StrEnum):
    """What is done about it. ASK: by our reference; AGAIN: the same request once more; WAIT: ask again after a while."""

    NOT_PAID = "not_paid"
    ASK = "ask"
    AGAIN = "again"
    WAIT = "wait"
    REVERSE = "reverse"
    PERSON = "person"


_FIND_OUT = ((Capability.STATUS, Remedy.ASK), (Capability.RESEND, Remedy.AGAIN), (Capability.REPEAT_LAST, Remedy.ASK))
RECOVERY: Mapping[Trouble, tuple[tuple[Capability | None, Remedy], ...]] = {
    Trouble.NOT_SENT: ((None, Remedy.NOT_PAID),),
    Trouble.SILENT: (*_FIND_OUT, (None, Remedy.PERSON)),
    Trouble.RESTARTED: (*_FIND_OUT, (None, Remedy.PERSON)),
    Trouble.IN_PROGRESS: ((None, Remedy.WAIT),),
    # Who knows every reference knows that it never had ours. Who repeats its last one only may have had ours before it.
    Trouble.ABSENT: ((Capability.STATUS, Remedy.NOT_PAID), (None, Remedy.PERSON)),
    Trouble.NO_ANSWER: (
        (Capability.STATUS, Remedy.WAIT), (Capability.RESEND, Remedy.WAIT), (Capability.REPEAT_LAST, Remedy.WAIT),
        (None, Remedy.PERSON),
    ),
    Trouble.STRANGER: ((None, Remedy.PERSON),),
    Trouble.UNWANTED: ((Capability.REVERSAL, Remedy.REVERSE), (None, Remedy.PERSON)),
    Trouble.NOT_SIGNED: ((Capability.REVERSAL, Remedy.REVERSE), (None, Remedy.PERSON)),
    Trouble.NOT_REVERSED: ((None, Remedy.PERSON),),
}  # fmt: skip
"""What a fault asks for: the first row whose capability the terminal has; None is every terminal."""

WAITS_S = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
"""How long to wait before a terminal is asked again; the last one from then on."""


def after(trouble: Trouble, capabilities: frozenset[Capability]) -> Remedy:
    """What to do about a fault at a terminal that can do so much."""
    return next(remedy for needed, remedy in RECOVERY[trouble] if needed is None or needed in capabilities)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to a terminal. Amounts in minor units; `employee` owns it, `asked_ms` is the wall clock.

    `of` is the attempt that a reversal takes back. `code` says why it is as it is; `needs_person` that no machine can go on.
    What is to be signed keeps what the terminal said (`part`), and what of it the shop's paper says (`paper`).
    """

    reference: str
    deed: Deed
    sale: str
    amount_minor: int
    currency: str
    terminal: str
    employee: str
    asked_ms: int
    of: str = ""
    original: str = ""
    original_at: str = ""
    state: State = State.ASKED
    code: str = ""
    needs_person: bool = False
    part: CardPart | None = None
    paper: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is not known yet what became of it."""
        return self.state in OPEN


def step(attempt: Attempt, event: Event, code: str = "") -> Attempt:
    """The attempt after one more event. Raises Refused for a step that there is not (it was settled meanwhile)."""
    to = STEPS.get((attempt.state, event))
    if to is None:
        raise Refused("card.step" if attempt.is_open else "card.settled")
    return replace(attempt, state=to, code=code, needs_person=False)


def event_of(answer: CardAnswer, deed: Deed) -> Event:
    """What an answer of the terminal means for an attempt. Only who pays signs: a refund's paper is signed by the shop."""
    if answer.verdict is Verdict.APPROVED:
        return Event.SIGNATURE if answer.signature and deed is Deed.PAYMENT else Event.APPROVED
    if answer.verdict is Verdict.UNKNOWN:
        return Event.LOST
    return Event.DECLINED if answer.sent else Event.NOT_SENT


def reference(series_letters: str, number: int) -> str:
    """The till's own number of an attempt: at most ten characters, never used again.

    >>> reference("A", 42)
    'A0000042'
    """
    made = f"{series_letters}{number:07d}"
    assert len(made) <= 10, f"no terminal takes the reference {made}"
    return made


def attempted_body(attempt: Attempt) -> Json:
    """The body of `card.attempted`: durable before the first byte is sent."""
    return {
        "attempt": attempt.reference, "deed": attempt.deed.value, "sale": attempt.sale, "amount": attempt.amount_minor,
        "currency": attempt.currency, "terminal": attempt.terminal, "of": attempt.of,
    }  # fmt: skip


def resolved_body(
    attempt: Attempt, by: Event, part: CardPart | None, amount_minor: int, *, approved: str = "", note: str = ""
) -> Json:
    """The body of `card.resolved`. `amount` is what was paid; `approved_by` and `note` where a person said so."""
    assert not attempt.is_open, "an attempt is resolved when its outcome is known"
    return {
        "attempt": attempt.reference, "deed": attempt.deed.value, "sale": attempt.sale, "outcome": attempt.state.value,
        "by": by.value, "code": attempt.code, "amount": amount_minor if attempt.state is State.PAID else 0, "of": attempt.of,
        "terminal": attempt.terminal,
        "original": part.original if part else "", "original_at": part.original_at if part else "",
        "brand": part.brand if part else "", "digits": part.digits if part else "",
        "approval": part.approval if part else "", "approved_by": approved, "note": note,
    }  # fmt: skip


def part_of(attempt: Attempt, answer: CardAnswer) -> CardPart:
    """What a tender keeps of an approved answer."""
    return CardPart(
        attempt.reference, answer.terminal or attempt.terminal, answer.original, answer.original_at, answer.brand,
        answer.last_digits, answer.approval, answer.customer_text,
    )  # fmt: skip

"""The life of a card payment, and the way out of every fault: every cell of both tables."""

from itertools import chain, combinations

import pytest

from kiosk.domain.cardpay import OPEN, RECOVERY, STEPS, Attempt, Event, Remedy, State, Trouble, after, event_of, reference, step
from kiosk.domain.cardterminal import Capability, CardAnswer, Deed, Verdict
from kiosk.domain.errors import Refused

ALL = tuple(Capability)
EVERY_KIND = [frozenset(one) for one in chain.from_iterable(combinations(ALL, size) for size in range(len(ALL) + 1))]
"""All 16 kinds of terminals that there can be."""

ATTEMPT = Attempt("A0000001", Deed.PAYMENT, "sale-1", 1234, "EUR", "T1", "101", 1)
S, A, L, R = Capability.STATUS, Capability.RESEND, Capability.REPEAT_LAST, Capability.REVERSAL
ASK, AGAIN, WAIT, PERSON = Remedy.ASK, Remedy.AGAIN, Remedy.WAIT, Remedy.PERSON
EXPECTED = {
    #            knows our references      sends again       repeats its last    nothing
    Trouble.NOT_SENT: (Remedy.NOT_PAID, Remedy.NOT_PAID, Remedy.NOT_PAID, Remedy.NOT_PAID),
    Trouble.SILENT: (ASK, AGAIN, ASK, PERSON),
    Trouble.RESTARTED: (ASK, AGAIN, ASK, PERSON),
    Trouble.IN_PROGRESS: (WAIT, WAIT, WAIT, WAIT),
    Trouble.ABSENT: (Remedy.NOT_PAID, PERSON, PERSON, PERSON),
    Trouble.NO_ANSWER: (WAIT, WAIT, WAIT, PERSON),
    Trouble.STRANGER: (PERSON, PERSON, PERSON, PERSON),
    Trouble.NOT_REVERSED: (PERSON, PERSON, PERSON, PERSON),
}
"""Written out once more by hand; UNWANTED and NOT_SIGNED depend on REVERSAL alone."""


def kind_of(capabilities: frozenset[Capability]) -> int:
    """The column of EXPECTED."""
    return next((place for place, one in enumerate((S, A, L)) if one in capabilities), 3)


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("capabilities", EVERY_KIND, ids=lambda one: "+".join(sorted(one)) or "none")
def test_every_fault_at_every_kind_of_terminal_has_its_way_out(trouble: Trouble, capabilities: frozenset[Capability]) -> None:
    remedy = after(trouble, capabilities)
    if trouble in (Trouble.UNWANTED, Trouble.NOT_SIGNED):
        assert remedy is (Remedy.REVERSE if R in capabilities else PERSON)
    else:
        assert remedy is EXPECTED[trouble][kind_of(capabilities)]


@pytest.mark.parametrize("capabilities", EVERY_KIND, ids=lambda one: "+".join(sorted(one)) or "none")
def test_no_way_out_can_charge_twice_or_forget_money(capabilities: frozenset[Capability]) -> None:
    for trouble in Trouble:
        remedy = after(trouble, capabilities)
        if remedy is Remedy.NOT_PAID:
            assert trouble is Trouble.NOT_SENT or (trouble is Trouble.ABSENT and S in capabilities), "only who knows may say so"
        if remedy is Remedy.AGAIN:
            assert A in capabilities, "sent again only where the terminal knows it for the same"
        if remedy in (ASK, WAIT):
            assert {S, A, L} & capabilities or trouble is Trouble.IN_PROGRESS
    assert all(rows[-1][0] is None for rows in RECOVERY.values()), "every fault has a way out at every terminal"


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("event", list(Event))
def test_every_step_is_in_the_table_or_is_refused(state: State, event: Event) -> None:
    from_here = Attempt("A1", Deed.PAYMENT, "s", 1, "EUR", "T", "101", 1, state=state)
    if (state, event) in STEPS:
        assert step(from_here, event).state is STEPS[(state, event)]
    else:
        with pytest.raises(Refused):
            step(from_here, event)


def test_what_is_settled_never_moves_again_and_a_person_speaks_only_where_nobody_knows() -> None:
    assert all(state in OPEN for state, _ in STEPS)
    spoken = {state for state, event in STEPS if event in (Event.STATED_PAID, Event.STATED_NOT_PAID)}
    assert spoken == {State.UNKNOWN}
    assert (State.UNKNOWN, Event.NOT_SENT) not in STEPS, "of an earlier try a byte may have gone out"
    assert step(step(ATTEMPT, Event.LOST, "device.lost"), Event.APPROVED).state is State.PAID
    to_sign = step(step(ATTEMPT, Event.LOST, "device.lost"), Event.SIGNATURE)
    assert to_sign.is_open and not to_sign.code, "until somebody compared the signature nothing else is paid"
    assert {event for state, event in STEPS if state is State.TO_SIGN} == {Event.SIGNED, Event.NOT_SIGNED}, "no machine decides it"


@pytest.mark.parametrize(
    ("deed", "event"), [(Deed.PAYMENT, Event.SIGNATURE), (Deed.REFUND, Event.APPROVED), (Deed.REVERSAL, Event.APPROVED)]
)
def test_only_who_pays_is_asked_to_sign(deed: Deed, event: Event) -> None:
    assert event_of(CardAnswer(Verdict.APPROVED, signature=True), deed) is event
    assert event_of(CardAnswer(Verdict.APPROVED), deed) is Event.APPROVED
    assert event_of(CardAnswer(Verdict.DECLINED, "card.refused", signature=True), deed) is Event.DECLINED


def test_references_fit_a_terminal_and_never_repeat_over_the_lives_of_a_till() -> None:
    made = {reference(letters, number) for letters in ("A", "B", "AA", "ZZZ") for number in range(1, 50)}
    assert len(made) == 4 * 49 and all(len(one) <= 10 for one in made)

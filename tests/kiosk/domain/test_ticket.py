"""The kiosk's ticket: carries a basket, and no letter of it may change."""

import base64
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain.errors import Damaged, Refused, ShopError
from kiosk.domain.ticket import LINES_MAX, Ticket, decode, encode, is_ticket, key_mark, open_ticket
from sync.protocol.signature import Key, verifier

KEY = Key.load(bytes([7]) * 32)
VERIFIERS = {key_mark(KEY.public): verifier(KEY.public)}
ID = "0192f0a0-0000-7000-8000-00000000002a"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

tickets = st.builds(
    Ticket,
    id=st.uuids().map(str),
    kiosk=st.just(key_mark(KEY.public)),
    issued_minute=st.integers(0, 2**32 - 1),
    lines=st.lists(
        st.tuples(st.integers(0, 10**14 - 1).map(lambda number: f"{number:014d}"), st.integers(1, 9_999_000)),
        min_size=1,
        max_size=LINES_MAX,
    ).map(tuple),
)


def ticket(count: int) -> Ticket:
    """A ticket of so many lines."""
    return Ticket(ID, key_mark(KEY.public), 29_920_000, tuple((f"{8710000000000 + n:014d}", 1000) for n in range(count)))


@given(tickets, st.booleans())
def test_a_ticket_is_read_back_as_it_was_in_any_case_of_letters(made: Ticket, small: bool) -> None:
    text = encode(made, KEY.sign)
    assert is_ticket(text)
    assert open_ticket(text.lower() if small else text, VERIFIERS) == made


def test_sixty_lines_fit_and_one_more_does_not() -> None:
    assert len(open_ticket(encode(ticket(LINES_MAX), KEY.sign), VERIFIERS).lines) == LINES_MAX
    for count in (0, LINES_MAX + 1):
        with pytest.raises(Refused) as refusal:
            encode(ticket(count), KEY.sign)
        assert refusal.value.code == "ticket.lines"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])  # every length of the last, partly used letter
def test_a_ticket_with_any_letter_changed_is_refused(count: int) -> None:
    text = encode(ticket(count), KEY.sign)
    chance = random.Random(count)
    for place in range(3, len(text)):
        for other in {chance.choice(LETTERS) for _ in range(3)} | {"ſ", "ı", "1", "8", " ", "="}:
            if other == text[place]:
                continue
            with pytest.raises(ShopError):
                open_ticket(text[:place] + other + text[place + 1 :], VERIFIERS)


def test_every_change_of_the_last_letter_is_refused() -> None:
    for count in range(1, 6):
        text = encode(ticket(count), KEY.sign)
        for other in LETTERS:
            if other != text[-1]:
                with pytest.raises(ShopError):
                    open_ticket(text[:-1] + other, VERIFIERS)


def test_a_ticket_that_is_cut_short_or_runs_on_is_damaged() -> None:
    text = encode(ticket(2), KEY.sign)
    for end in range(3, len(text)):
        with pytest.raises(Damaged):
            decode(text[:end])
    for tail in ("A", "AAAAAAAA", "="):
        with pytest.raises(Damaged):
            decode(text + tail)


def test_a_ticket_of_a_kiosk_that_is_not_ours_is_foreign() -> None:
    stranger = Key.load(bytes([8]) * 32)
    for text in (encode(ticket(1), stranger.sign), encode(ticket(1), KEY.sign)):
        verifiers = VERIFIERS if text != encode(ticket(1), KEY.sign) else {}
        with pytest.raises(Refused) as refusal:
            open_ticket(text, verifiers)
        assert refusal.value.code == "ticket.foreign"


@given(st.text(max_size=300) | st.binary(max_size=150).map(lambda raw: "TBK" + base64.b32encode(raw).decode()))
@example("TBK")
@example("TBK" + "A" * 200)
def test_hostile_text_is_damaged_and_nothing_worse(text: str) -> None:
    with pytest.raises(ShopError):
        open_ticket(text, VERIFIERS)


def test_an_article_code_is_no_ticket() -> None:
    assert not is_ticket("8710398500526")
    assert is_ticket("tbkxyz")

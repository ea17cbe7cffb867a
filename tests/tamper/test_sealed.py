"""One bit of something sealed for a backup changed, a part moved, left out or taken from elsewhere: it does not open."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from kiosk.domain.errors import Damaged
from sync.protocol import sealing
from tests.tamper.support import FLIPS, flipped

PRIVATE = bytes([77]) * 32
PURPOSE, CONTEXT = b"backup", b"dev-1/1"
PARTS = 5


@dataclass(frozen=True)
class Parcel:
    """Something that was sealed in parts."""

    public: bytes
    parts: list[bytes]


@pytest.fixture(scope="module")
def parcel() -> Parcel:
    """Five parts of a kilobyte."""
    sealed = sealing.seal_to(sealing.public_of(PRIVATE), PURPOSE)
    parts = [random.Random(number).randbytes(1_024) for number in range(PARTS)]
    made = [sealing.seal_part(sealed.key, n, n == PARTS - 1, part, CONTEXT) for n, part in enumerate(parts)]
    return Parcel(sealed.public, made)


def opened(parcel: Parcel, context: bytes = CONTEXT) -> bytes:
    """All of it."""
    key = sealing.open_from(PRIVATE, parcel.public, PURPOSE)
    last = len(parcel.parts) - 1
    return b"".join(sealing.open_part(key, n, n == last, part, context) for n, part in enumerate(parcel.parts))


def test_it_opens_as_it_was_sealed(parcel: Parcel) -> None:
    # Guards those below: were it damaged to begin with, every flip would be found.
    assert len(opened(parcel)) == PARTS * 1_024


def test_no_flipped_bit_opens(parcel: Parcel) -> None:
    chance = random.Random(9)
    for number in range(FLIPS):
        parts, public = list(parcel.parts), parcel.public
        if number % 10:
            at = chance.randrange(PARTS)
            parts[at], _ = flipped(parts[at], chance)
        else:
            public, _ = flipped(public, chance)
        with pytest.raises((Damaged, ValueError)):
            opened(Parcel(public, parts))


@pytest.mark.parametrize(
    "change",
    [lambda parts: parts[:-1], lambda parts: parts[1:], lambda parts: [parts[1], parts[0], *parts[2:]],
     lambda parts: [*parts, parts[-1]], lambda parts: [parts[0]], lambda parts: [*parts[:-1], parts[-1][:-1]]],
    ids=["without the last", "without the first", "in another order", "with one more", "only one", "cut short"],
)  # fmt: skip
def test_parts_that_are_not_all_and_in_order_do_not_open(parcel: Parcel, change: Callable[[list[bytes]], list[bytes]]) -> None:
    with pytest.raises(Damaged):
        opened(Parcel(parcel.public, change(parcel.parts)))


def test_what_was_sealed_for_one_terminal_does_not_open_as_another_s(parcel: Parcel) -> None:
    with pytest.raises(Damaged):
        opened(parcel, b"dev-2/1")
    assert sealing.open_from(PRIVATE, parcel.public, b"other") != sealing.open_from(PRIVATE, parcel.public, PURPOSE)

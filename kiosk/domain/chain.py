"""The chain of one terminal's facts: links, signatures and numbers, and where the first wrong byte is."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.domain.errors import Damaged
from kiosk.domain.facts import GENESIS, Fact, SealedFact, fact_bytes, hash_fact, read_fact

Sign = Callable[[bytes], bytes]
"""Signs 32 bytes (a hash) with the device's key; returns 64 bytes."""

Verify = Callable[[bytes, bytes], bool]
"""Takes a hash and a signature; true when the device's key made it."""


_BITS_TRIED_MAX = 16_384
_BYTES_TRIED_MAX = 3_072


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that is wrong with a chain: at which fact, in which byte of its data (-1: outside it), and why."""

    seq: int
    byte: int
    code: str


def seal(fact: Fact, sign: Sign) -> SealedFact:
    """Make a fact's bytes once, hash and sign them."""
    data = fact_bytes(fact)
    mark = hash_fact(data)
    return SealedFact(fact.seq, data, mark, sign(mark))


def first_break(facts: Iterable[SealedFact], verify: Verify, dev: str, inc: int) -> Break | None:
    """Walk a chain from its first fact; None when every fact is authentic, linked and numbered without a gap."""
    prev = GENESIS
    for seq, sealed in enumerate(facts, 1):
        if sealed.seq != seq:
            return Break(seq, -1, "chain.gap")
        if hash_fact(sealed.data) != sealed.hash or not verify(sealed.hash, sealed.signature):
            return _altered(sealed, verify)
        try:
            fact = read_fact(sealed.data)
        except Damaged:
            return Break(seq, _first_wrong_byte(sealed.data), "chain.not_a_fact")
        if (fact.seq, fact.dev, fact.inc) != (seq, dev, inc):
            return Break(seq, -1, "chain.foreign")
        if fact.prev != prev:
            return Break(seq, -1, "chain.link")
        prev = sealed.hash
    return None


def _altered(sealed: SealedFact, verify: Verify) -> Break:
    mark = hash_fact(sealed.data)
    if mark == sealed.hash or verify(mark, sealed.signature):
        return Break(sealed.seq, -1, "chain.seal")  # the fact agrees with one half of its seal: the other half is wrong
    byte = changed_byte(sealed.data, sealed.hash)
    return Break(sealed.seq, _first_wrong_byte(sealed.data) if byte is None else byte, "chain.altered")


def changed_byte(data: bytes, wanted: bytes) -> int | None:
    """The one byte whose change gives `data` the hash that it was sealed with; None when more than one byte changed.

    Tried byte by byte, a flipped bit first; longer data than the two limits is not tried (three seconds at most).
    """
    flipped_bits = [1 << bit for bit in range(8)]
    for values, size_max in ((flipped_bits, _BITS_TRIED_MAX), (range(1, 256), _BYTES_TRIED_MAX)):
        if len(data) > size_max:
            continue
        before = hashlib.sha256()
        for place, byte in enumerate(data):
            rest = data[place + 1 :]
            for value in values:
                tried = before.copy()
                tried.update(bytes((byte ^ value,)) + rest)
                if tried.digest() == wanted:
                    return place
            before.update(data[place : place + 1])
    return None


def _first_wrong_byte(data: bytes) -> int:
    """The first byte that cannot stand there; 0 when all of them could, which says no more than "this fact was altered"."""
    control = next((place for place, byte in enumerate(data) if byte < 0x20), len(data))
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return min(error.start, control)
    return control if control < len(data) else 0

"""The chain of one terminal's facts: links, signatures and numbers, and where the first wrong byte is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiosk.domain.errors import Damaged
from kiosk.domain.facts import GENESIS, Fact, SealedFact, fact_bytes, hash_fact, read_fact

Sign = Callable[[bytes], bytes]
"""Signs 32 bytes (a hash) with the device's key; returns 64 bytes."""

Verify = Callable[[bytes, bytes], bool]
"""Takes a hash and a signature; true when the device's key made it."""


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
            return Break(seq, _first_wrong_byte(sealed.data), "chain.altered")
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


def _first_wrong_byte(data: bytes) -> int:
    """The first byte that cannot stand there. A flip that still spells JSON shows only as "this fact was altered" (0)."""
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    control = next((place for place, byte in enumerate(data) if byte < 0x20), None)
    return 0 if control is None else control

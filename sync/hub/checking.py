"""What is looked at before a fact is stored: its signature, its spelling, whose it is, and whether it can be meant.

Pure and heavy, and nothing here knows a database, so that a process of its own can do it (`checkers.py`).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Protocol

from kiosk.domain.chain import Verify
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import Fact
from sync.hub import nul, plausible
from sync.hub.bodies import reason_to_hold
from sync.hub.plausible import Fault, Limits
from sync.hub.reading import open_fact
from sync.hub.verifying import quick_verifier
from sync.protocol.messages import PushRequest

BITE = 2_047
"""Bytes of which the library makes a hash without letting go of the interpreter."""

KNOWN = "known"
"""In place of a reason: these bytes are stored already, so nobody needs to open them."""

_BEFORE = b'"prev":"'

Judge = Callable[[Fact], Fault | None]
"""Says why a fact is not taken in by itself."""


class Author(Protocol):
    """The terminal whose facts are checked."""

    @property
    def dev(self) -> str: ...
    @property
    def inc(self) -> int: ...
    @property
    def tenant(self) -> str: ...
    @property
    def store(self) -> str: ...
    @property
    def terminal(self) -> str: ...
    @property
    def public_key(self) -> bytes: ...


class Checked(NamedTuple):
    """An authentic fact: its place in the chain, its bytes, and the fact itself where the bytes could be read."""

    seq: int
    hash: bytes
    data: bytes
    signature: bytes
    fact: Fact | None
    reason: str


@dataclass(frozen=True, slots=True)
class Forged:
    """Bytes that this device did not sign."""

    seq: int
    data: bytes


def judge_of(limits: Limits, received_ms: int) -> Judge:
    """The judge of facts that arrived at an instant: first whether the body can be read, then whether it can be meant."""

    def judge(fact: Fact) -> Fault | None:
        reason = reason_to_hold(fact)
        return Fault(reason) if reason else plausible.fault_of(fact, limits, received_ms)

    return judge


def readable(fact: Fact) -> Fault | None:
    """The judge that only asks whether this hub can read a body."""
    reason = reason_to_hold(fact)
    return Fault(reason) if reason else None


def check(
    request: PushRequest, device: Author, judge: Judge = readable, verifier_of: Callable[[bytes], Verify] = quick_verifier,
    known: Mapping[int, bytes] = MappingProxyType({}),
) -> tuple[list[Checked], Forged | None]:  # fmt: skip
    """Verify, open and judge a push's facts up to the first that is not authentic. Heavy: run it beside the event loop.

    `known` has the hashes that are stored under these numbers: bytes with such a hash were verified when they came first.
    """
    verify = verifier_of(device.public_key)
    checked: list[Checked] = []
    for seq, pushed in enumerate(request.facts, request.from_seq):
        data, signature = pushed.data, pushed.signature
        mark = digest(data)
        if known.get(seq) == mark:
            checked.append(Checked(seq, mark, data, signature, None, KNOWN))
        elif verify(mark, signature):
            checked.append(_opened(seq, mark, data, signature, device, judge))
        else:
            return checked, Forged(seq, data)
    return checked, None


def repeated(request: PushRequest, last: bytes | None) -> list[Checked]:
    """A push that is stored as a whole, told by the stored hash of its last fact: each names the hash of the one before it.

    Empty where that cannot be said so quickly; then somebody has to look at each fact.
    """
    known: list[Checked] = []
    wanted = last.hex().encode() if last else b""
    for seq, pushed in reversed([*enumerate(request.facts, request.from_seq)]):
        data = pushed.data
        mark = digest(data)
        if mark.hex().encode() != wanted:
            return []
        known.append(Checked(seq, mark, data, pushed.signature, None, KNOWN))
        # Keys are sorted, and after this one a fact has numbers only: so its last one is the frame's own.
        start = data.rfind(_BEFORE) + len(_BEFORE)
        wanted = data[start : start + len(wanted)]
    return known[::-1]


def digest(data: bytes) -> bytes:
    """`kiosk.domain.codec.digest` in small bites: for a larger one the library lets go of the interpreter, and to get it
    back among busy threads takes longer than the hash itself.
    """
    whole = hashlib.sha256(data[:BITE])
    for start in range(BITE, len(data), BITE):
        whole.update(data[start : start + BITE])
    return whole.digest()


def _opened(seq: int, mark: bytes, data: bytes, signature: bytes, device: Author, judge: Judge) -> Checked:
    """An authentic fact that cannot be read (a newer frame) keeps the place it was pushed at, and is held."""
    try:
        fact = open_fact(data)
    except Damaged:
        return Checked(seq, mark, data, signature, None, "fact.unreadable")
    if nul.in_json(data):
        return Checked(seq, mark, data, signature, None, "fact.unreadable")
    if (fact.dev, fact.inc) != (device.dev, device.inc):
        return Checked(seq, mark, data, signature, None, "fact.foreign")
    place = fact.place
    if (place.tenant, place.store, place.terminal) != (device.tenant, device.store, device.terminal):
        return Checked(fact.seq, mark, data, signature, fact, "fact.place")
    fault = judge(fact)
    return Checked(fact.seq, mark, data, signature, fact, fault.reason if fault else "")

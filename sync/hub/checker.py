"""A process that only checks pushes, so that the one which stores them has its interpreter to itself: tasks in, verdicts out.

It knows no database and no secret, and ends when the line to the hub does. `checkers.py` is the hub's side.
"""

import gc
import signal
import sys
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection

import msgspec

from kiosk.decoding import msgpack_decoder
from sync.hub.checking import Author, Checked, Forged, check, judge_of
from sync.hub.folding import Fold, Found, fold
from sync.hub.plausible import Limits
from sync.hub.reading import open_again
from sync.protocol.messages import PushRequest, unpack

READY = b"ready"
COLLECT_AFTER = 50_000
"""New values until the collector looks for cycles: a push makes more than it waits for by itself, and none."""


class Task(msgspec.Struct, frozen=True, array_like=True):
    """A push as it came over the wire, whose it is, what it is judged by, and the hashes that are stored under its numbers."""

    body: bytes
    dev: str
    inc: int
    tenant: str
    store: str
    terminal: str
    public_key: bytes
    limits: Limits
    received_ms: int
    known: dict[int, bytes]


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """What was found about one fact; `is_read` says whether there is a fact in the bytes that the hub may look at."""

    seq: int
    hash: bytes
    reason: str
    is_read: bool


class Answer(msgspec.Struct, frozen=True, array_like=True):
    """The verdicts from the first fact on; the fact after them, where there is one, is forged. And what follows from them."""

    verdicts: list[Verdict]
    folded: Fold | None = None


_ANSWERS = msgpack_decoder(Answer)
_TASKS = msgpack_decoder(Task)


def asked(body: bytes, device: Author, limits: Limits, received_ms: int, known: Mapping[int, bytes]) -> bytes:
    """A push as a task for such a process."""
    of = Task(
        body, device.dev, device.inc, device.tenant, device.store, device.terminal, device.public_key, limits, received_ms,
        dict(known),
    )  # fmt: skip
    return msgspec.msgpack.encode(of)


def answered(answer: bytes, request: PushRequest) -> Found:
    """What `check` would have given for this push. Raises ValueError for an answer that cannot be one to it."""
    found = _ANSWERS.decode(answer)
    verdicts, folded, count = found.verdicts, found.folded, len(request.facts)
    if len(verdicts) > count or (folded is not None and len(folded.days) != len(verdicts)):
        raise ValueError(f"{len(verdicts)} verdicts on {count} facts")
    checked = [
        Checked(
            one.seq, one.hash, pushed.data, pushed.signature,
            open_again(pushed.data) if one.is_read and folded is None else None, one.reason,
        )
        for one, pushed in zip(verdicts, request.facts, strict=False)
    ]  # fmt: skip
    done = len(verdicts)
    return Found(checked, None if done == count else Forged(request.from_seq + done, request.facts[done].data), folded)


def work(task: bytes) -> bytes:
    """Check one push."""
    of = _TASKS.decode(task)
    checked, _ = check(unpack(of.body, PushRequest), of, judge_of(of.limits, of.received_ms), known=of.known)
    verdicts = [Verdict(one.seq, one.hash, one.reason, one.fact is not None) for one in checked]
    return msgspec.msgpack.encode(Answer(verdicts, fold(checked)))


def main(argv: Sequence[str]) -> int:
    """Work for whoever holds the other end of the line, whose number is the argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the hub, which has pushes to finish
    line: Connection[bytes, bytes] = Connection(int(argv[0]))
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)
    try:
        line.send_bytes(READY)
        while True:
            line.send_bytes(work(line.recv_bytes()))
    except (EOFError, OSError):
        return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

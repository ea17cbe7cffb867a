"""ESC/POS replies: what a printer sends is sorted right, and nothing it sends can upset us."""

import doctest
import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.api import PROCESS_IDS, Fault
from drivers.escpos import driver, encoder, frames, job, lettering, profile
from drivers.escpos.frames import (
    Automatic,
    Barrier,
    Block,
    Demultiplexer,
    DrawerLevel,
    RealTime,
    automatic_faults,
    process_id,
    process_id_bytes,
    real_time_faults,
)
from drivers.transport import backoff

FUZZ_FRAMES = 1_000_000 if os.environ.get("TOONBANK_LONG") == "1" else 100_000


@pytest.mark.parametrize("module", [frames, lettering, encoder, driver, job, profile, backoff])
def test_the_examples_in_the_docstrings_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_a_stale_automatic_status_is_not_taken_for_the_answer_to_a_paper_question() -> None:
    demux = Demultiplexer(asked=[4])
    replies = demux.feed(bytes.fromhex("1c 00 03 00 1e 10 00 00 00"))
    assert replies == [
        Automatic(bytes.fromhex("1c 00 03 00")),
        RealTime(4, 0x1E),
        Automatic(bytes.fromhex("10 00 00 00")),
    ]
    assert real_time_faults(replies[1], DrawerLevel.NONE) == {  # type: ignore[arg-type]
        Fault.PAPER_NEAR_END
    }
    assert demux.noise == 0


def test_a_broken_quad_is_noise_and_the_next_one_counts() -> None:
    demux = Demultiplexer()
    assert demux.feed(bytes.fromhex("10 00 18 00 0c 00")) == [Automatic(bytes.fromhex("18 00 0c 00"))]
    assert demux.noise == 2


def test_a_barrier_between_automatic_statuses_is_found() -> None:
    demux = Demultiplexer(barriers_asked=2)
    assert demux.feed(bytes.fromhex("03 10 00 03 00 00")) == [
        Barrier(3),
        Automatic(bytes.fromhex("10 00 03 00")),
        Barrier(0),
    ]


def test_a_reply_that_never_ends_is_given_up() -> None:
    demux = Demultiplexer()
    assert demux.feed(b"\x5f" + b"A" * 500) == []
    assert demux.noise == 501
    demux.barriers_asked = 1
    assert demux.feed(b"\x00") == []
    assert demux.feed(b"\x00") == [Barrier(0)]


def test_the_end_of_a_damaged_block_does_not_confirm_a_receipt() -> None:
    demux = Demultiplexer(barriers_asked=1)
    assert demux.feed(bytes.fromhex("37 22 20 20 ff 20 20 00")) == []
    assert demux.feed(b"\x03") == [Barrier(3)]


def test_a_zero_nobody_asked_for_confirms_nothing() -> None:
    assert Demultiplexer().feed(b"\x00") == []


def test_an_answer_nobody_asked_for_is_noise() -> None:
    demux = Demultiplexer()
    assert demux.feed(b"\x12") == []
    assert demux.noise == 1


@pytest.mark.parametrize(
    ("quad", "faults"),
    [
        ("10 00 00 00", set()),
        ("14 00 00 00", {Fault.DRAWER_OPEN}),
        ("38 00 00 00", {Fault.COVER_OPEN, Fault.OFFLINE}),
        ("18 00 0c 00", {Fault.PAPER_OUT, Fault.OFFLINE}),
        ("10 00 03 00", {Fault.PAPER_NEAR_END}),
        ("18 08 00 00", {Fault.CUTTER, Fault.OFFLINE}),
        ("18 20 00 00", {Fault.MECHANICAL, Fault.OFFLINE}),
        ("18 40 00 00", {Fault.OVERHEATED, Fault.OFFLINE}),
    ],
)
def test_each_bit_of_an_automatic_status_has_its_fault(quad: str, faults: set[Fault]) -> None:
    assert automatic_faults(bytes.fromhex(quad), DrawerLevel.HIGH) == faults


def test_the_wiring_decides_what_an_open_drawer_looks_like() -> None:
    assert Fault.DRAWER_OPEN in automatic_faults(bytes(4), DrawerLevel.LOW)
    assert not automatic_faults(b"\x14\x00\x00\x00", DrawerLevel.NONE)


@given(st.integers(min_value=0, max_value=PROCESS_IDS - 1))
def test_a_process_id_comes_back_as_it_went(job_id: int) -> None:
    (block,) = Demultiplexer().feed(frames.PROCESS_ID_HEAD + process_id_bytes(job_id) + b"\x00")
    assert isinstance(block, Block)
    assert process_id(block) == job_id


@given(st.binary(max_size=200), st.integers(min_value=1, max_value=50))
def test_how_the_bytes_are_cut_into_portions_changes_nothing(data: bytes, size: int) -> None:
    whole = Demultiplexer(asked=[1, 2, 3, 4]).feed(data)
    demux = Demultiplexer(asked=[1, 2, 3, 4])
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    assert [reply for piece in pieces for reply in demux.feed(piece)] == whole


def test_random_and_damaged_frames_never_raise() -> None:
    chance = random.Random(8)
    good = [
        bytes.fromhex("10 00 00 00"),
        bytes.fromhex("37 22 20 20 20 21 00"),
        bytes.fromhex("37 25 31 00"),
        b"\x5fEPSON\x00",
        b"\x00",
        b"\x16",
    ]
    demux = Demultiplexer()
    for _ in range(FUZZ_FRAMES):
        frame = bytearray(chance.choice(good))
        if chance.random() < 0.7:
            frame[chance.randrange(len(frame))] = chance.randrange(256)
        if chance.random() < 0.2:
            frame += chance.randbytes(chance.randrange(9))
        demux.barriers_asked = 1
        if len(demux.asked) < 4:
            demux.asked.append(chance.randint(1, 4))
        for reply in demux.feed(bytes(frame)):
            if isinstance(reply, Automatic):
                automatic_faults(reply.quad, DrawerLevel.HIGH)
            elif isinstance(reply, RealTime):
                real_time_faults(reply, DrawerLevel.LOW)
            elif isinstance(reply, Block):
                process_id(reply)

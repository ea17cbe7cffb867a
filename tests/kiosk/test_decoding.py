"""Reading as a type: on many threads at once, from the first moment."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from kiosk.decoding import json_decoder, msgpack_decoder, read_json, read_msgpack, read_plain

ROOT = Path(__file__).resolve().parents[2]
ROUNDS, FIELDS = 300, 40
AT_ONCE = f"""
import sys
from threading import Barrier, Thread

import msgspec

from kiosk.decoding import json_decoder, msgpack_decoder, read_json, read_msgpack, read_plain

sys.setswitchinterval(1e-6)  # so that a thread is interrupted wherever it can be
data = {{f"x{{k}}": {{f"f{{n}}": [{{"a": 1}}] for n in range({FIELDS})}} for k in range(4)}}
packed, spelled = msgspec.msgpack.encode(data), msgspec.json.encode(data)
WAYS = [
    lambda kind: read_json(spelled, kind), lambda kind: read_msgpack(packed, kind), lambda kind: read_plain(data, kind),
    lambda kind: json_decoder(kind).decode(spelled), lambda kind: msgpack_decoder(kind).decode(packed),
]
for number in range({ROUNDS}):
    fields = [(f"f{{n}}", list[dict[str, int]]) for n in range({FIELDS})]
    outer = msgspec.defstruct(f"O{{number}}", [(f"x{{k}}", msgspec.defstruct(f"I{{k}}", fields)) for k in range(4)])
    gate, read = Barrier(len(WAYS)), []

    def work(way):
        gate.wait()
        read.append(way(outer))

    threads = [Thread(target=work, args=[way]) for way in WAYS]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(read) == len(WAYS) and all(one == read[0] for one in read)
print("whole")
"""


class Price(msgspec.Struct):
    article: str
    minor: int


WHOLE, SPELLED, PACKED = Price("A1", 250), b'{"article":"A1","minor":250}', msgspec.msgpack.encode(Price("A1", 250))


def test_the_first_reading_of_a_type_on_many_threads_at_once_ends_no_process() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr


def test_each_way_reads_the_same_value() -> None:
    assert read_json(SPELLED, Price) == read_json(SPELLED.decode(), Price) == json_decoder(Price).decode(SPELLED) == WHOLE
    assert read_msgpack(PACKED, Price) == msgpack_decoder(Price).decode(PACKED) == WHOLE
    assert read_plain({"article": "A1", "minor": 250}, Price) == WHOLE
    assert read_json(b"[" + SPELLED + b"]", list[Price]) == [WHOLE]


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"article":1,"minor":2}', b'{"article":"A1"}', b"\xff"])
def test_anything_else_is_refused_and_the_next_one_is_read(data: bytes) -> None:
    for read in (read_json, read_msgpack):
        with pytest.raises((msgspec.MsgspecError, UnicodeDecodeError)):
            read(data, Price)
    with pytest.raises(msgspec.ValidationError):
        read_plain(["A1"], Price)
    assert read_json(SPELLED, Price) == WHOLE


def test_whoever_keeps_a_decoder_may_say_what_a_fraction_becomes() -> None:
    assert json_decoder(dict, float_hook=str).decode(b'{"a":0.10}') == {"a": "0.10"}

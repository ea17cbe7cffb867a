"""Opening facts quickly gives what the domain gives, and refuses what it refuses."""

import json
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.errors import Damaged
from kiosk.domain.facts import FORMAT, Fact, read_fact
from kiosk.domain.identity import Place
from sync.hub import reading
from sync.hub.reading import open_again, open_fact

ODD = ['\x00\x1f\x7f\b\f\n\r\t"\\/', "é€😀\u2028", ":1234567890123456", "1234567890123456"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(ODD)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.sampled_from([2**53, 2**63, 2**64, 2**70, -(2**53), 10**15, 10**16])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)
BODIES = st.dictionaries(TEXTS, VALUES, max_size=5)
PLACE = asdict(Place("noord", "noord-bv", "noord-zuid", "NL", "EUR", "nl", "AMS1", "Europe/Amsterdam", "01"))
FRAME = {
    "v": FORMAT, "dev": "01a2", "inc": 1, "seq": 6, "id": "00fb", "kind": "sale.completed", "schema": 1, "place": PLACE,
    "employee": "101", "day": "2026-11-22", "wall": 1_795_326_176_988, "mono": 6, "boot": "boot", "hlc": "01a201c76edc0000",
    "prev": "ab" * 32, "body": {},
}  # fmt: skip
STRANGE: list[object] = [
    None, True, 1.0, "", "1", 0, -1, 2**53, 2**70, [], {}, "é", "0_1", " 00", "F" * 16, "ffff" * 4, "F" * 64, "ab" * 32, "0" * 63,
]  # fmt: skip


def _spelled(value: object, ordered: bool = True, escaped: bool = False) -> bytes:
    return json.dumps(value, sort_keys=ordered, separators=(",", ":"), ensure_ascii=escaped).encode()


def _outcome(read: Any, data: bytes) -> Any:
    try:
        return read(data)
    except Damaged as damaged:
        return damaged.code


def _agree(data: bytes) -> None:
    quickly, slowly = _outcome(open_fact, data), _outcome(read_fact, data)
    assert quickly == slowly and repr(quickly) == repr(slowly)  # True is not 1, and 1.0 is not 1


@given(BODIES, st.booleans(), st.booleans())
def test_any_body_is_opened_or_refused_as_the_domain_does(body: dict[str, Any], ordered: bool, escaped: bool) -> None:
    _agree(_spelled({**FRAME, "body": body}, ordered, escaped))


@given(st.sampled_from(sorted(FRAME)), VALUES | st.sampled_from(STRANGE))
def test_any_part_of_another_kind_is_opened_or_refused_as_the_domain_does(part: str, value: object) -> None:
    _agree(_spelled({**FRAME, part: value}))


@given(st.sampled_from(sorted(PLACE)), VALUES | st.sampled_from(STRANGE))
def test_any_place_is_opened_or_refused_as_the_domain_does(part: str, value: object) -> None:
    _agree(_spelled({**FRAME, "place": {**PLACE, part: value}}))


@given(st.sampled_from(sorted(FRAME)), TEXTS, VALUES)
def test_a_part_that_is_missing_or_too_many_is_refused_as_the_domain_does(gone: str, name: str, value: object) -> None:
    _agree(_spelled({key: kept for key, kept in FRAME.items() if key != gone}))
    _agree(_spelled({**FRAME, name: value}))
    _agree(_spelled({**FRAME, "place": {**PLACE, name: value}}))
    _agree(_spelled({**FRAME, "place": dict(list(PLACE.items())[1:])}))


@given(st.dictionaries(TEXTS, TEXTS | st.integers(0, 9), max_size=5), st.data())
def test_any_changed_byte_is_opened_or_refused_as_the_domain_does(body: dict[str, Any], data: st.DataObject) -> None:
    spelled = bytearray(_spelled({**FRAME, "body": body}))
    spelled[data.draw(st.integers(0, len(spelled) - 1))] = data.draw(st.integers(0, 255))
    _agree(bytes(spelled))


@pytest.mark.parametrize(
    "body", ['{"a":1,"a":1}', '{"a":"\\u0041"}', '{"a":"\\ud800"}', "[1]", '{"a":1e3}', '{"a":NaN}', '{"a":-0}', "{" * 5_000]
)
def test_what_has_another_spelling_is_refused(body: str) -> None:
    data = _spelled(FRAME).replace(b'"body":{}', b'"body":' + body.encode())
    assert _outcome(open_fact, data) == _outcome(read_fact, data)
    assert _outcome(open_fact, data) in ("data.not_canonical", "fact.not_a_fact")


def test_a_fact_in_order_is_opened_without_the_slow_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "read_fact", lambda data: pytest.fail("the slow way was gone"))
    assert open_fact(_spelled({**FRAME, "body": {"total": 1_000, "name": "é"}})).body == {"total": 1_000, "name": "é"}


def test_a_long_number_goes_the_slow_way_and_is_refused_there() -> None:
    assert _outcome(open_fact, _spelled({**FRAME, "body": {"total": 2**53}})) == "data.not_canonical"
    assert open_fact(_spelled({**FRAME, "body": {"total": 2**53 - 1}})).body == {"total": 2**53 - 1}


@given(BODIES)
def test_what_was_opened_once_is_opened_again_as_the_domain_does(body: dict[str, Any]) -> None:
    data = _spelled({**FRAME, "body": body})
    if isinstance(fact := _outcome(read_fact, data), Fact):
        assert repr(open_again(data)) == repr(fact)

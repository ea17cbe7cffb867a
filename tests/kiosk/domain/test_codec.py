"""Canonical bytes: one spelling for a value, and nothing else is ever read as one."""

import doctest
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.domain import codec
from kiosk.domain.codec import canonical, parse
from kiosk.domain.errors import Damaged
from tests.kiosk.domain.strategies import json_objects


@given(json_objects)
def test_what_is_spelled_is_read_back_as_it_was(value: dict[str, Any]) -> None:
    assert parse(canonical(value)) == value


@given(json_objects, st.randoms())
def test_a_value_has_one_spelling_whatever_the_order_of_its_keys(value: dict[str, Any], chance: Any) -> None:
    keys = list(value)
    chance.shuffle(keys)
    assert canonical({key: value[key] for key in keys}) == canonical(value)


@given(json_objects, st.integers(0, 10_000), st.integers(1, 255))
def test_no_changed_byte_is_read_as_the_same_value(value: dict[str, Any], place: int, flip: int) -> None:
    data = bytearray(canonical(value))
    data[place % len(data)] ^= flip
    try:
        read = parse(bytes(data))
    except Damaged:
        return
    assert canonical(read) == bytes(data)
    assert read != value


@given(json_objects)
def test_another_spelling_of_the_same_value_is_refused(value: dict[str, Any]) -> None:
    for other in (
        json.dumps(value, sort_keys=True, ensure_ascii=False).encode() + b" ",
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-16"),
        b"\xef\xbb\xbf" + canonical(value),
        b"[" + canonical(value) + b"]",
    ):
        with pytest.raises(Damaged):
            parse(other)


@given(st.binary(max_size=200))
@example(b'{"a":1,"a":1}')
@example(b'{"a":1.0}')
@example(b'{"a":-0}')
@example(b'{"a":1e3}')
@example(b'{"a":NaN}')
@example(b'{"a":9007199254740992}')
@example(b'{"a":' + b"9" * 5_000 + b"}")
@example(b'{"a":"\\ud800"}')
@example(b'{"a":"\\u00e9"}')
@example(b'{"a":' + b"[" * 50_000)
@example(b'{"a":' + b"[" * 800 + b"]" * 800 + b"}")
@example(b"")
@example(b"null")
def test_hostile_bytes_are_damaged_and_nothing_worse(data: bytes) -> None:
    try:
        read = parse(data)
    except Damaged as error:
        assert error.code == "data.not_canonical"
    else:
        assert canonical(read) == data


@pytest.mark.parametrize(
    "value",
    [1.0, 0.1, float("nan"), 2**53, -(2**53), b"bytes", {1: "key"}, {"deep": [{"x": 1.5}]}, {2, 3}, {None: 1}],
    ids=repr,
)
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"spelling|text"):
        canonical({"a": value})


def test_text_that_no_utf8_can_spell_is_refused() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        canonical({"a": "\ud800"})


def test_the_examples_in_the_domain_are_true() -> None:
    assert doctest.testmod(codec).failed == 0

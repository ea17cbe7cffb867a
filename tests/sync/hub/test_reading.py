"""Opening facts quickly gives what the domain gives, and refuses what it refuses."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.codec import canonical, parse
from kiosk.domain.errors import Damaged
from sync.hub.reading import _parse

ODD = ["\x00\x1f\x7f\b\f\n\r\t\"\\/", "é€😀\u2028", ":1234567890123456"]
TEXTS = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(ODD)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.sampled_from([2**53, 2**63, 2**64, 2**70, -(2**53), 10**15, 10**16])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


def _outcome(read: Any, data: bytes) -> Any:
    try:
        return read(data)
    except Damaged as damaged:
        return damaged.code


@given(st.dictionaries(TEXTS, VALUES, max_size=5), st.booleans(), st.booleans())
def test_any_json_is_opened_or_refused_as_the_domain_does(value: dict[str, Any], ordered: bool, escaped: bool) -> None:
    data = json.dumps(value, sort_keys=ordered, separators=(",", ":"), ensure_ascii=escaped).encode()
    quickly, slowly = _outcome(_parse, data), _outcome(parse, data)
    assert quickly == slowly and repr(quickly) == repr(slowly)  # True is not 1, and 1.0 is not 1


@given(st.dictionaries(TEXTS, TEXTS | st.integers(0, 9), max_size=5), st.data())
def test_any_changed_byte_is_opened_or_refused_as_the_domain_does(value: dict[str, Any], data: st.DataObject) -> None:
    spelled = bytearray(canonical(value))
    spelled[data.draw(st.integers(0, len(spelled) - 1))] = data.draw(st.integers(0, 255))
    assert repr(_outcome(_parse, bytes(spelled))) == repr(_outcome(parse, bytes(spelled)))


@pytest.mark.parametrize(
    "data", [b'{"a":1,"a":1}', b'{"a":"\\u0041"}', b'{"a":"\\ud800"}', b"[1]", b'{"a":1e3}', b'{"a":NaN}', b"{" * 5_000]
)
def test_what_has_another_spelling_is_refused(data: bytes) -> None:
    assert _outcome(_parse, data) == _outcome(parse, data) == "data.not_canonical"

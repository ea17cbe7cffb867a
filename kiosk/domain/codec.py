"""Canonical bytes: one and only one JSON spelling for a value, so that it can be hashed, signed and compared.

Sorted keys, no spaces, UTF-8, whole numbers only. Bytes are made once, then stored, sent and verified as they are.

>>> canonical({"b": 1, "a": "é"})
b'{"a":"\\xc3\\xa9","b":1}'
"""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from kiosk.domain.errors import Damaged

Json = dict[str, Any]
_WHOLE_MAX = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly
_spell = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Json) -> bytes:
    """Spell a value; raises ValueError for fractions, for numbers beyond 2**53 and for keys that are not text."""
    _check(value)
    return _spell(value).encode()


def parse(data: bytes) -> Json:
    """Read canonical bytes back; raises Damaged when they are not the canonical spelling of an object."""
    try:
        value = json.loads(data)
        if isinstance(value, dict) and canonical(value) == data:
            return value
    except (ValueError, RecursionError):
        pass
    raise Damaged("data.not_canonical", size=len(data))


def digest(data: bytes) -> bytes:
    """SHA-256 of the bytes."""
    return hashlib.sha256(data).digest()


def _check(value: object) -> None:
    parts: Iterable[object]
    if isinstance(value, dict):
        for key in value:
            if not isinstance(key, str):
                raise ValueError(f"key {key!r} is not text")
        parts = value.values()
    elif isinstance(value, list | tuple):
        parts = value
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        return
    elif not isinstance(value, int) or abs(value) > _WHOLE_MAX:
        raise ValueError(f"{value!r} has no canonical spelling")
    else:
        return
    for part in parts:
        if type(part) is not str:  # most parts are: a call for each would be most of the work
            _check(part)

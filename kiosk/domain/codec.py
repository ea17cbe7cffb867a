"""Canonical bytes: one and only one JSON spelling for a value, so that it can be hashed, signed and compared.

Sorted keys, no spaces, UTF-8, whole numbers only. Bytes are made once, then stored, sent and verified as they are.

>>> canonical({"b": 1, "a": "é"})
b'{"a":"\\xc3\\xa9","b":1}'
"""

import hashlib
import json
from typing import Any

from kiosk.domain.errors import Damaged

Json = dict[str, Any]
_WHOLE_MAX = 2**53 - 1  # the largest whole number that every JSON reader keeps exactly


def canonical(value: Json) -> bytes:
    """Spell a value; raises ValueError for fractions, for numbers beyond 2**53 and for keys that are not text."""
    _check(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


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
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise ValueError(f"key {key!r} is not text")
            _check(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check(inner)
    elif isinstance(value, bool) or value is None or isinstance(value, str):
        return
    elif not isinstance(value, int) or abs(value) > _WHOLE_MAX:
        raise ValueError(f"{value!r} has no canonical spelling")

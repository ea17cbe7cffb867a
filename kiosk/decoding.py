"""Reads bytes and plain values as typed ones, on whichever thread.

What a type is made of is found out at its first use, which here is under a lock: it is handed out when it is whole.
"""

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
# WORKAROUND(msgspec 0.22.0): a Struct's fields are found out at its first use, and every thread sees the half-made answer: one
# that reads the type just then ends the process with a segmentation fault.
_making_ready = Lock()
_json: dict[Any, msgspec.json.Decoder[Any]] = {}
_msgpack: dict[Any, msgspec.msgpack.Decoder[Any]] = {}


def read_json(data: bytes | str, kind: type[T]) -> T:
    """JSON as a value of a type. Raises msgspec.MsgspecError for anything else."""
    found: T = (_json.get(kind) or _kept(_json, kind, msgspec.json.Decoder)).decode(data)
    return found


def read_msgpack(data: bytes, kind: type[T]) -> T:
    """MessagePack as a value of a type. Raises msgspec.MsgspecError for anything else."""
    found: T = (_msgpack.get(kind) or _kept(_msgpack, kind, msgspec.msgpack.Decoder)).decode(data)
    return found


def read_plain(value: object, kind: type[T]) -> T:
    """Numbers, texts, lists and dicts as a value of a type. Raises msgspec.ValidationError for others."""
    if kind not in _json:
        _kept(_json, kind, msgspec.json.Decoder)
    return msgspec.convert(value, kind)


def json_decoder(kind: type[T], float_hook: Callable[[str], Any] | None = None) -> msgspec.json.Decoder[T]:
    """A decoder to keep, for what is read by the ten thousand or with a hook."""
    with _making_ready:
        return msgspec.json.Decoder(kind, float_hook=float_hook)


def msgpack_decoder(kind: type[T]) -> msgspec.msgpack.Decoder[T]:
    """A decoder to keep, for what is read by the ten thousand."""
    with _making_ready:
        return msgspec.msgpack.Decoder(kind)


def _kept(known: dict[Any, Any], kind: Any, make: Callable[[Any], Any]) -> Any:
    with _making_ready:
        return known.setdefault(kind, make(kind))

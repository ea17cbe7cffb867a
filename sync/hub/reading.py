"""Opens facts several times as quickly as the domain does, and gives what the domain would: what it is not sure of goes there."""

import re

import msgspec

from kiosk.domain.codec import Json, parse
from kiosk.domain.facts import Fact, read_fact

_LONG_NUMBER = re.compile(rb"[:,\[]-?[0-9]{16}")
"""A number that may lie beyond 2**53. In a text the same signs are possible: then the slow way says what they are."""


def _refuse(_: str) -> float:
    raise ValueError("canonical bytes hold whole numbers only")


_DECODER = msgspec.json.Decoder(dict, float_hook=_refuse)
_ENCODER = msgspec.json.Encoder(order="sorted")


def open_fact(data: bytes) -> Fact:
    """`kiosk.domain.facts.read_fact`, quickly. Raises Damaged as it does."""
    return read_fact(data, _parse)


def _parse(data: bytes) -> Json:
    """Bytes that are spelled again as they were, and hold no long number, are canonical: nothing else needs to be looked at."""
    try:
        value: Json = _DECODER.decode(data)
        if _ENCODER.encode(value) == data and _LONG_NUMBER.search(data) is None:
            return value
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass
    return parse(data)

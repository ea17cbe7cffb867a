"""Opens facts of this terminal's own ledger quickly: what it sealed itself it need not prove again at every look.

`toonbank ledger verify`, the weekly look and the hub prove the bytes; here they are only read. Ten times as quick as
`kiosk.domain.facts.read_fact`, which a Z report of a long day would otherwise wait for.
"""

import msgspec

from kiosk.decoding import json_decoder
from kiosk.domain.codec import Json
from kiosk.domain.errors import Damaged
from kiosk.domain.facts import Fact
from kiosk.domain.identity import Moment, Place


class _Frame(msgspec.Struct):
    """The frame of a fact as it is spelled."""

    dev: str
    inc: int
    seq: int
    id: str
    kind: str
    schema: int
    place: Place
    employee: str
    day: str
    wall: int
    mono: int
    boot: str
    hlc: str
    prev: str
    body: Json


_DECODER = json_decoder(_Frame)


def open_own(data: bytes) -> Fact:
    """A fact of the ledger as a value; raises Damaged for bytes that are none."""
    try:
        found = _DECODER.decode(data)
        return Fact(
            found.dev, found.inc, found.seq, found.id, found.kind, found.schema, found.place, found.employee, found.day,
            Moment(found.wall, found.mono, found.boot), int(found.hlc, 16), bytes.fromhex(found.prev), found.body,
        )  # fmt: skip
    except (msgspec.MsgspecError, ValueError) as error:
        raise Damaged("fact.not_a_fact", size=len(data)) from error

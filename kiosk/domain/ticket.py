"""The kiosk's ticket: a basket inside a QR code, signed, that any till of the store rebuilds with the hub off.

Layout (big endian): version 1, kiosk key 8 bytes, ticket id 16, issued minute 4, line count 1, then per line
GTIN-14 as a number in 6 bytes and quantity in thousandths in 3, then the kiosk's Ed25519 signature over all before.
Spelled "TBK" + Base32 without padding, which every keyboard layout and the alphanumeric QR mode carry.
"""

import base64
import binascii
import struct
from dataclasses import dataclass

from kiosk.domain.chain import Sign, Verify
from kiosk.domain.codec import digest
from kiosk.domain.errors import Damaged, Refused

PREFIX = "TBK"
LINES_MAX = 60
_VERSION = 1
_HEAD = struct.Struct(">B8s16sIB")
_SIGNATURE = 64
_LINE = 9


@dataclass(frozen=True, slots=True)
class Ticket:
    """A basket on paper: `kiosk` is the key mark of the kiosk, `lines` are (GTIN-14, quantity in thousandths)."""

    id: str
    kiosk: bytes
    issued_minute: int
    lines: tuple[tuple[str, int], ...]


def key_mark(public_key: bytes) -> bytes:
    """Eight bytes that name a device's public key."""
    return digest(public_key)[:8]


def is_ticket(text: str) -> bool:
    """Whether a scanned text claims to be a ticket."""
    return text.upper().startswith(PREFIX)


def encode(ticket: Ticket, sign: Sign) -> str:
    """The text of the QR code. Raises Refused for more than 60 lines or none."""
    if not 0 < len(ticket.lines) <= LINES_MAX:
        raise Refused("ticket.lines", limit=LINES_MAX)
    body = _HEAD.pack(
        _VERSION, ticket.kiosk, bytes.fromhex(ticket.id.replace("-", "")), ticket.issued_minute, len(ticket.lines)
    )
    for gtin, quantity_milli in ticket.lines:
        body += int(gtin).to_bytes(6) + quantity_milli.to_bytes(3)
    return _spell(body + sign(digest(body)))


def decode(text: str) -> tuple[Ticket, bytes, bytes]:
    """Read a ticket's text: the ticket, the hash that was signed, and the signature (verify it before any use).

    Raises Damaged when it is cut short or garbled.
    """
    spelled = text.upper().removeprefix(PREFIX)
    try:
        raw = base64.b32decode(spelled + "=" * (-len(spelled) % 8))
        # The last letter has bits to spare, and some letters have two small forms: only our own spelling counts.
        if not text.isascii() or _spell(raw) != PREFIX + spelled:
            raise Damaged("ticket.damaged")
        version, kiosk, ident, minute, count = _HEAD.unpack_from(raw)
        if version != _VERSION or len(raw) != _HEAD.size + count * _LINE + _SIGNATURE or not count:
            raise Damaged("ticket.damaged")
    except (binascii.Error, struct.error, ValueError) as error:
        raise Damaged("ticket.damaged") from error
    body, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    lines = []
    for start in range(_HEAD.size, len(body), _LINE):
        gtin = int.from_bytes(body[start : start + 6])
        lines.append((f"{gtin:014d}", int.from_bytes(body[start + 6 : start + _LINE])))
    text_id = ident.hex()
    ticket_id = f"{text_id[:8]}-{text_id[8:12]}-{text_id[12:16]}-{text_id[16:20]}-{text_id[20:]}"
    return Ticket(ticket_id, kiosk, minute, tuple(lines)), digest(body), signature


def open_ticket(text: str, verifiers: dict[bytes, Verify]) -> Ticket:
    """Read a ticket and check that a kiosk of this store signed it.

    `verifiers` are by key mark. Raises Damaged, or Refused("ticket.foreign") for an unknown kiosk or a false signature.
    """
    ticket, mark, signature = decode(text)
    verify = verifiers.get(ticket.kiosk)
    if verify is None or not verify(mark, signature):
        raise Refused("ticket.foreign")
    return ticket


def _spell(raw: bytes) -> str:
    return PREFIX + base64.b32encode(raw).decode().rstrip("=")

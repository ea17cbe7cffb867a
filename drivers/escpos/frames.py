"""ESC/POS bytes to meaning: status, automatic status, block replies, barriers; pure.

Sources: Epson's DLE EOT, GS a, GS r and GS ( H pages as cited by the emupos emulator; the
specifications of TM-T81 and TM-L90 for the process id and the clear response.
"""

from dataclasses import dataclass, field
from enum import Enum

from drivers.api import PROCESS_IDS, Fault

NUL_FLUSH = bytes(8192)
"""Finishes a half-received image or barcode of whoever was cut off before us."""
INITIALISE = b"\x1b\x40"
START = (bytes(64) + INITIALISE) * 2
"""Enough after whole commands and short torn ones, and a hundredth of the flush: a printer that
answers what follows it needs no flush. Twice, because a torn command may swallow the first reset."""
AUTOMATIC_STATUS_ON = b"\x1d\x61\x0f"
BARRIER = b"\x1d\x72\x01"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4 8: throws away received and unprinted data, also while the printer is stopped."""
DRAWER_PULSE = {0: b"\x1b\x70\x00\x32\x32", 1: b"\x1b\x70\x01\x32\x32"}
"""ESC p for connector pin 2 and pin 5: 100 ms on, 100 ms off."""

BLOCK_HEADS = frozenset(b"\x35\x37\x3b\x3d\x5f")
BLOCK_MAX = 96
PROCESS_ID_HEAD = b"\x37\x22"
CLEAR_HEAD = b"\x37\x25"
_BARRIERS = frozenset(b"\x00\x03\x0c\x0f")
_FLOW_CONTROL = frozenset(b"\x11\x13")


class DrawerLevel(Enum):
    """What the drawer's switch does to pin 3 while the drawer is open; the wiring decides."""

    HIGH = "high"
    LOW = "low"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class RealTime:
    """An answer to DLE EOT `n`."""

    n: int
    value: int


@dataclass(frozen=True, slots=True)
class Automatic:
    """Four bytes the printer sends by itself at every change."""

    quad: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A reply from its head byte up to, without, the closing NUL."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Barrier:
    """The answer to GS r 1: everything sent before it was processed. Bits 0Ch: no paper."""

    value: int


Reply = RealTime | Automatic | Block | Barrier


@dataclass(slots=True)
class Demultiplexer:
    """Sorts the bytes of one connection; fed in any portions, it never raises.

    `asked` holds the numbers of the DLE EOT requests not yet answered, `barriers_asked` counts the
    GS r 1 not yet answered: a zero nobody asked for must not confirm a receipt. Bytes that fit
    nowhere are counted in `noise` and thrown away.

    >>> demux = Demultiplexer(asked=[1], barriers_asked=1)
    >>> demux.feed(bytes.fromhex("12 14 00 00 00 37 22 41 42"))
    [RealTime(n=1, value=18), Automatic(quad=b'\\x14\\x00\\x00\\x00')]
    >>> demux.feed(bytes.fromhex("43 44 00 00"))
    [Block(data=b'7"ABCD'), Barrier(value=0)]
    """

    asked: list[int] = field(default_factory=list)
    barriers_asked: int = 0
    noise: int = 0
    _torn: bool = False
    _quad: bytearray = field(default_factory=bytearray)
    _block: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies completed by these bytes, in their order."""
        replies: list[Reply] = []
        for byte in data:
            reply = self._take(byte)
            if reply is not None:
                replies.append(reply)
        return replies

    def _take(self, byte: int) -> Reply | None:
        if byte in _FLOW_CONTROL and not self._quad:
            return None
        if self._block:
            if byte == 0 or 0x20 <= byte <= 0x7E:
                return self._in_block(byte)
            self._tear()
        if self._quad:
            if byte & 0x90 == 0:
                return self._in_quad(byte)
            self.noise += len(self._quad)
            self._quad.clear()
        return self._first(byte)

    def _in_block(self, byte: int) -> Reply | None:
        if byte == 0:
            block = Block(bytes(self._block))
            self._block.clear()
            return block
        self._block.append(byte)
        if len(self._block) > BLOCK_MAX:
            self._tear()
        return None

    def _tear(self) -> None:
        """A block was damaged: what is left of it, with its closing NUL, is noise too."""
        self.noise += len(self._block)
        self._block.clear()
        self._torn = True

    def _in_quad(self, byte: int) -> Reply | None:
        self._quad.append(byte)
        if len(self._quad) < 4:
            return None
        automatic = Automatic(bytes(self._quad))
        self._quad.clear()
        return automatic

    def _first(self, byte: int) -> Reply | None:
        """A byte that starts something, or is something by itself."""
        if byte & 0x93 == 0x12:
            if not self.asked:
                self.noise += 1
                return None
            return RealTime(self.asked.pop(0), byte)
        if byte & 0x93 == 0x10:
            self._quad.append(byte)
        elif self._torn:
            self.noise += 1
            self._torn = byte != 0
        elif byte in BLOCK_HEADS:
            self._block.append(byte)
        elif byte in _BARRIERS and self.barriers_asked:
            self.barriers_asked -= 1
            return Barrier(byte)
        else:
            self.noise += 1
        return None


def status_request(n: int) -> bytes:
    """DLE EOT n, n = 1..4.

    >>> status_request(2).hex(" ")
    '10 04 02'
    """
    if not 1 <= n <= 4:
        raise ValueError(f"there is no status {n}: use 1..4")
    return bytes((0x10, 0x04, n))


def real_time_faults(reply: RealTime, drawer: DrawerLevel) -> frozenset[Fault]:
    """What one DLE EOT answer says; a set for its own n, to be joined with those of the others.

    >>> sorted(fault.value for fault in real_time_faults(RealTime(2, 0x36), DrawerLevel.NONE))
    ['cover-open', 'paper-out']
    >>> real_time_faults(RealTime(4, 0x1E), DrawerLevel.NONE)
    frozenset({<Fault.PAPER_NEAR_END: 'paper-near-end'>})
    """
    value = reply.value
    found = set()
    if reply.n == 1:
        if value & 0x08:
            found.add(Fault.OFFLINE)
        if _drawer_open(value, drawer):
            found.add(Fault.DRAWER_OPEN)
    elif reply.n == 2:
        if value & 0x04:
            found.add(Fault.COVER_OPEN)
        if value & 0x20:
            found.add(Fault.PAPER_OUT)
    elif reply.n == 3:
        found |= _error_faults(value)
    elif reply.n == 4:
        if value & 0x60:
            found.add(Fault.PAPER_OUT)
        elif value & 0x0C:
            found.add(Fault.PAPER_NEAR_END)
    return frozenset(found)


def automatic_faults(quad: bytes, drawer: DrawerLevel) -> frozenset[Fault]:
    """Everything an automatic status says.

    >>> automatic_faults(bytes.fromhex("10 00 00 00"), DrawerLevel.NONE)
    frozenset()
    >>> sorted(f.value for f in automatic_faults(bytes.fromhex("38 00 0c 00"), DrawerLevel.NONE))
    ['cover-open', 'offline', 'paper-out']
    """
    first, second, third, _ = quad
    found = set(_error_faults(second))
    if first & 0x08:
        found.add(Fault.OFFLINE)
    if first & 0x20:
        found.add(Fault.COVER_OPEN)
    if _drawer_open(first, drawer):
        found.add(Fault.DRAWER_OPEN)
    if third & 0x0C:
        found.add(Fault.PAPER_OUT)
    elif third & 0x03:
        found.add(Fault.PAPER_NEAR_END)
    return frozenset(found)


def process_id_request(job_id: int) -> bytes:
    """GS ( H 48: the printer sends the id back when everything before it is printed.

    >>> process_id_request(1).hex(" ")
    '1d 28 48 06 00 30 30 20 20 20 21'
    """
    return b"\x1d\x28\x48\x06\x00\x30\x30" + process_id_bytes(job_id)


def process_id_bytes(job_id: int) -> bytes:
    """A job id as four characters of 20h to 7Eh.

    >>> process_id_bytes(0), process_id_bytes(PROCESS_IDS - 1)
    (b'    ', b'~~~~')
    """
    if not 0 <= job_id < PROCESS_IDS:
        raise ValueError(f"job id {job_id} is outside 0..{PROCESS_IDS - 1}")
    digits = bytearray()
    for _ in range(4):
        job_id, digit = divmod(job_id, 95)
        digits.append(0x20 + digit)
    return bytes(reversed(digits))


def process_id(block: Block) -> int | None:
    """The job id in a process id response, None for any other block.

    >>> process_id(Block(b'7"   !')), process_id(Block(b"_EPSON"))
    (1, None)
    """
    if len(block.data) != 6 or not block.data.startswith(PROCESS_ID_HEAD):
        return None
    job_id = 0
    for byte in block.data[2:]:
        job_id = job_id * 95 + byte - 0x20
    return job_id if job_id < PROCESS_IDS else None


def is_clear_response(block: Block) -> bool:
    """Whether the printer says that it threw its data away.

    >>> is_clear_response(Block(b"7%1"))
    True
    """
    return block.data.startswith(CLEAR_HEAD)


def _error_faults(value: int) -> frozenset[Fault]:
    """The error bits, which DLE EOT 3 and the second automatic byte share."""
    found = set()
    if value & 0x08:
        found.add(Fault.CUTTER)
    if value & 0x24:
        found.add(Fault.MECHANICAL)
    if value & 0x40:
        found.add(Fault.OVERHEATED)
    return frozenset(found)


def _drawer_open(value: int, drawer: DrawerLevel) -> bool:
    """Pin 3 is bit 04h, in DLE EOT 1 as in the first automatic byte."""
    if drawer is DrawerLevel.NONE:
        return False
    return bool(value & 0x04) == (drawer is DrawerLevel.HIGH)

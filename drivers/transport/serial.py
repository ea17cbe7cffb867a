"""A serial line to a device (pyserial), with our own deadlines and a quick notice of an unplug."""

import glob
import select
from dataclasses import dataclass

import serial

from drivers.errors import (
    AccessRefused,
    AddressRefused,
    DeviceAbsent,
    DeviceBusy,
    DeviceLost,
)
from drivers.transport.address import Address

_READ_MAX = 4096


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """Which port and how it speaks.

    `path` is best a link below /dev/serial/by-id, which follows the device through a replug; it may
    hold a shell pattern (`/dev/serial/by-id/usb-Honeywell*`), of which the first match is taken.
    """

    path: str
    baud: int = 9600
    bits: int = 8
    parity: str = "N"
    stop: int = 1
    xonxoff: bool = False
    rtscts: bool = False


class SerialLine:
    """One open port. Never blocks longer than the time-out of the call."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port

    def read(self, timeout_s: float) -> bytes:
        """See Line.read. An unplugged port is ready to read and has nothing: that is its end."""
        try:
            if not self._ready(timeout_s, reading=True):
                return b""
            data = bytes(self._port.read(_READ_MAX))
        except (OSError, ValueError, TypeError) as error:
            # A port closed by another thread meets pyserial with no file number: a TypeError.
            raise DeviceLost(str(error)) from error
        if not data:
            raise DeviceLost("ready to read and nothing there: unplugged")
        return data

    def write(self, data: bytes, timeout_s: float) -> int:
        """See Line.write."""
        try:
            if not self._ready(timeout_s, reading=False):
                return 0
            return int(self._port.write(data) or 0)
        except serial.SerialTimeoutException:
            return 0
        except (OSError, ValueError, TypeError) as error:
            raise DeviceLost(str(error)) from error

    def pending(self) -> int:
        """See Line.pending; counts what has not left the port."""
        try:
            return int(self._port.out_waiting)
        except (OSError, TypeError) as error:
            raise DeviceLost(str(error)) from error

    def close(self) -> None:
        """See Line.close. A reader notices at the end of its own short time-out."""
        try:
            self._port.cancel_read()
            self._port.close()
        except (OSError, TypeError, AttributeError):
            pass  # Unplugged while it was open: there is nothing left to close.

    def _ready(self, timeout_s: float, *, reading: bool) -> bool:
        number = self._port.fileno()
        if not isinstance(number, int) or number < 0:
            raise DeviceLost("the port was closed here")
        poll = select.poll()
        poll.register(number, select.POLLIN if reading else select.POLLOUT)
        events = poll.poll(max(0.0, timeout_s) * 1000)
        if events and events[0][1] & select.POLLIN:
            return True  # Also when it hung up: its last bytes are read first.
        if events and events[0][1] & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
            raise DeviceLost("the port hung up: unplugged")
        return bool(events)


def find(path: str) -> str:
    """The port a path or pattern stands for now; raises DeviceAbsent when there is none."""
    if not any(mark in path for mark in "*?["):
        return path
    matches = sorted(glob.glob(path))
    if not matches:
        raise DeviceAbsent(f"no port matches {path}")
    return matches[0]


def connect(address: SerialAddress) -> SerialLine:
    """Open the port for ourselves alone; raises DeviceAbsent, DeviceBusy or AccessRefused."""
    path = find(address.path)
    try:
        port = serial.Serial(
            port=path,
            baudrate=address.baud,
            bytesize=address.bits,
            parity=address.parity,
            stopbits=address.stop,
            xonxoff=address.xonxoff,
            rtscts=address.rtscts,
            timeout=0,
            write_timeout=0,
            exclusive=True,
        )
    except serial.SerialException as error:
        raise _refusal(path, error) from error
    except (OSError, ValueError) as error:
        raise DeviceAbsent(f"{path}: {error}") from error
    return SerialLine(port)


def _refusal(path: str, error: serial.SerialException) -> DeviceAbsent | DeviceBusy | AccessRefused:
    """What pyserial's error means for a person."""
    text = str(error)
    if "exclusively lock" in text:
        return DeviceBusy(f"{path}: another program has it open")
    if error.errno == 13:
        return AccessRefused(f"{path}: {text}")
    return DeviceAbsent(f"{path}: {text}")


SERIAL_OPTIONS = ("baud", "bits", "parity", "stop", "xonxoff", "rtscts")


def address_of(address: Address) -> SerialAddress:
    """The port an address names; raises AddressRefused."""
    if address.host or not address.path.startswith("/"):
        raise AddressRefused(f"{address.text}: write a port with three slashes: serial:///dev/...")
    parity = address.options.get("parity", "N").upper()
    if parity not in ("N", "E", "O"):
        raise AddressRefused(f"{address.text}: parity is one of N, E, O")
    return SerialAddress(
        path=address.path,
        baud=int(address.number("baud", 9600, 300, 921_600)),
        bits=int(address.number("bits", 8, 7, 8)),
        parity=parity,
        stop=int(address.number("stop", 1, 1, 2)),
        xonxoff=bool(address.number("xonxoff", 0, 0, 1)),
        rtscts=bool(address.number("rtscts", 0, 0, 1)),
    )

"""A serial barcode scanner on a pseudo-terminal: scan, send anything, unplug, plug in again."""

import os
import time
import tty
from pathlib import Path
from types import TracebackType

from drivers.simulated.journal import Journal
from drivers.simulated.scanner.frames import frame


class ScannerUnplugged(RuntimeError):
    """Nothing can be scanned with a scanner that is not plugged in."""


class SerialScanner:
    """A scanner whose cable ends in a tty. Each plugging-in gives another tty, as with USB."""

    def __init__(
        self,
        *,
        framing: str = "cr",
        aim: bool = False,
        link: Path | None = None,
        journal: Journal | None = None,
    ) -> None:
        """Prepare a scanner. link is a symbolic link to keep on the current tty, like udev's."""
        self.journal = journal or Journal(time.time)
        self.framing = framing
        self.aim = aim
        self._link = link
        self._master: int | None = None
        self._slave: int | None = None
        self._port = ""

    @property
    def port(self) -> str:
        """Path of the tty; empty while unplugged."""
        return self._port

    def plug(self) -> str:
        """Plug the scanner in; returns the path of its tty."""
        with self.journal.changed:
            if self._master is None:
                self._master, self._slave = os.openpty()
                # Our own open end keeps the line alive while no host has it open.
                tty.setraw(self._slave)
                os.set_blocking(self._master, False)
                self._port = os.ttyname(self._slave)
                self._set_link()
                self.journal.add("scanner.plugged", self._port)
            return self._port

    def unplug(self) -> None:
        """Pull the cable: a host that reads sees its device vanish."""
        with self.journal.changed:
            if self._master is not None and self._slave is not None:
                os.close(self._slave)
                os.close(self._master)
                self._master = self._slave = None
                self.journal.add("scanner.unplugged", self._port)
                self._port = ""
                if self._link is not None:
                    self._link.unlink(missing_ok=True)

    def _set_link(self) -> None:
        if self._link is not None:
            self._link.unlink(missing_ok=True)
            self._link.symlink_to(self._port)

    def scan(self, code: str, *, symbology: str | None = None, bytes_max: int | None = None) -> int:
        """Send a code in its frame, or only its first bytes_max bytes; returns the bytes sent.

        Raises ScannerUnplugged, and KeyError for an unknown symbology.
        """
        data = frame(code, framing=self.framing, aim=self.aim, symbology=symbology)
        return self.send(data[:bytes_max])

    def send(self, data: bytes) -> int:
        """Send any bytes at all. Returns how many the line took: none is waited for."""
        with self.journal.changed:
            if self._master is None:
                raise ScannerUnplugged("the scanner is unplugged; plug it in first")
            try:
                sent = os.write(self._master, data)
            except BlockingIOError:
                sent = 0
            self.journal.add_bytes("scanner", "out", 1, data[:sent])
            if sent < len(data):
                self.journal.add("scanner.lost", f"{len(data) - sent} bytes: no host reads")
            return sent

    def heard(self) -> bytes:
        """What the host sent to the scanner since this was last asked (beep and trigger codes)."""
        with self.journal.changed:
            if self._master is None:
                return b""
            try:
                data = os.read(self._master, 4096)
            except BlockingIOError:
                return b""
            self.journal.add_bytes("scanner", "in", 1, data)
            return data

    def state(self) -> dict[str, object]:
        """Everything a person would see, as plain values."""
        with self.journal.changed:
            return {
                "plugged": self._master is not None,
                "port": self._port,
                "link": str(self._link) if self._link else "",
                "framing": self.framing,
                "aim": self.aim,
            }

    def __enter__(self) -> "SerialScanner":
        self.plug()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.unplug()

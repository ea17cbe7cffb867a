"""All simulators of one workplace together: what the control port shows and steers."""

from dataclasses import dataclass

from drivers.simulated.camera.device import SimulatedCamera
from drivers.simulated.poi.network import PoiPort
from drivers.simulated.poi.terminal import SimulatedTerminal
from drivers.simulated.printer.device import SimulatedPrinter
from drivers.simulated.scanner.keyboard import KeyboardScanner
from drivers.simulated.scanner.serial import SerialScanner


class NotFitted(LookupError):
    """This workplace was started without the device that was asked for."""


@dataclass(frozen=True)
class Bench:
    """A printer with its drawer, the scanners beside it, and a card terminal."""

    printer: SimulatedPrinter
    scanner: SerialScanner | None = None
    keyboard: KeyboardScanner | None = None
    poi: PoiPort | None = None
    camera: SimulatedCamera | None = None

    def state(self) -> dict[str, object]:
        """The state of every device, as plain values."""
        return {
            "printer": self.printer.state(),
            "scanner": self.scanner.state() if self.scanner else None,
            "keyboard": {"gap_ms": self.keyboard.gap_ms} if self.keyboard else None,
            "camera": self.camera.state() if self.camera else None,
            "poi": self.poi.terminal.state() if self.poi else None,
            "number": self.printer.journal.number,
        }

    def scan(self, code: str, *, via: str, symbology: str | None, bytes_max: int | None) -> int:
        """Scan a code on the chosen way, serial or keyboard; returns bytes or keys sent.

        Raises NotFitted, ScannerUnplugged, or KeyError for an unknown symbology.
        """
        if via == "keyboard":
            if self.keyboard is None:
                raise NotFitted("no keyboard scanner: start with --keyboard-display")
            sent = self.keyboard.scan(code, symbology=symbology)
        else:
            sent = self.serial().scan(code, symbology=symbology, bytes_max=bytes_max)
        self.printer.journal.add("scanner.scanned", f"{via}: {code}")
        return sent

    def serial(self) -> SerialScanner:
        """The serial scanner. Raises NotFitted when there is none."""
        if self.scanner is None:
            raise NotFitted("no serial scanner: start with --scanner")
        return self.scanner

    def eye(self) -> SimulatedCamera:
        """The camera. Raises NotFitted when there is none."""
        if self.camera is None:
            raise NotFitted("no camera: start with --camera")
        return self.camera

    def terminal(self) -> SimulatedTerminal:
        """The card terminal. Raises NotFitted when there is none."""
        if self.poi is None:
            raise NotFitted("no card terminal: start with --poi")
        return self.poi.terminal

"""The face of a byte line: read and write with a deadline, close at any time from any thread."""

from typing import Protocol


class Line(Protocol):
    """An open connection to a device. One thread reads, one thread writes, any thread closes."""

    def read(self, timeout_s: float) -> bytes:
        """Whatever came, at least one byte; b"" when nothing came within `timeout_s`.

        Raises DeviceLost when the connection ended.
        """

    def write(self, data: bytes, timeout_s: float) -> int:
        """Hand over as much of `data` as goes within `timeout_s`; returns the count, perhaps 0.

        Raises DeviceLost when the connection ended and nothing of `data` was handed over.
        """

    def pending(self) -> int:
        """Bytes handed over that the other side has not taken yet, as far as we can know."""

    def close(self) -> None:
        """End it and wake a blocked reader; may be called twice."""

"""The printer's network card: a TCP port on which one host prints while the others wait unread.

So do the UB-E02 cards. A connection that stays silent for too long is closed, because a forgotten
one would keep every other till waiting for ever.
"""

import contextlib
import os
import socket
import struct
import threading
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from drivers.simulated.journal import Journal

CONNECTIONS_MAX = 16
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(eq=False)
class Connection:
    """One host's connection."""

    number: int
    socket: socket.socket
    open: bool = True


class Printer(Protocol):
    """What the network card asks of the printer behind it; called with the journal's lock held,
    except read_size and take_in."""

    def host_arrived(self) -> None: ...
    def host_left(self) -> None: ...
    def reads(self) -> bool: ...
    def read_size(self) -> int: ...
    def take_in(self, connection: Connection, data: bytes) -> None: ...


class NetworkCard:
    """Listens, lets one host at a time through, and carries answers back."""

    def __init__(self, address: tuple[str, int], printer: Printer, journal: Journal, idle_timeout_s: float) -> None:
        """Prepare the card; nothing is bound yet."""
        self.address = address
        self.hosts: deque[Connection] = deque()
        self._printer = printer
        self._journal = journal
        self._changed = journal.changed
        self._idle_timeout_s = idle_timeout_s
        self._listener: socket.socket | None = None
        self._connections = 0

    def bind(self, *, listen: bool) -> None:
        """Take the port; without listen it stays ours while connections are refused.

        Raises OSError when the port is taken.
        """
        self.unbind()
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(self.address)
        except OSError:
            listener.close()
            raise
        self.address = listener.getsockname()
        self._listener = listener
        if listen:
            listener.listen(CONNECTIONS_MAX)
            name = f"printer-{self.address[1]}"
            threading.Thread(target=self._accept, args=(listener,), name=name, daemon=True).start()

    def unbind(self) -> None:
        """Let the port go."""
        if self._listener is not None:
            # Closing alone would leave the accepting thread asleep in the kernel.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def send(self, data: bytes) -> None:
        """Send to the host that has the printer."""
        connection = self.hosts[0]
        self._journal.add_bytes("printer", "out", connection.number, data)
        try:
            # Straight to the descriptor: a host that does not read must not stop the printer.
            os.write(connection.socket.fileno(), data)
        except OSError:
            self._close(connection)

    def hang_up(self) -> None:
        """Reset every connection, so that hosts see an error and not a polite end."""
        for connection in list(self.hosts):
            with contextlib.suppress(OSError):
                connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._close(connection)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                accepted, _ = listener.accept()
            except OSError:
                return  # the listener was closed: stop, or no power
            with self._changed:
                if len(self.hosts) >= CONNECTIONS_MAX or listener is not self._listener:
                    accepted.close()
                    continue
                accepted.settimeout(self._idle_timeout_s)
                self._connections += 1
                connection = Connection(self._connections, accepted)
                self.hosts.append(connection)
                self._journal.add("connection.opened", str(connection.number))
                name = f"printer-connection-{connection.number}"
                serve = threading.Thread(target=self._serve, args=(connection,), name=name, daemon=True)
                serve.start()

    def _serve(self, connection: Connection) -> None:
        with self._changed:
            self._changed.wait_for(lambda: not connection.open or self.hosts[0] is connection)
            if connection.open:
                self._printer.host_arrived()
        while self._may_read(connection):
            try:
                data = connection.socket.recv(self._printer.read_size())
            except OSError:
                break  # reset by the host, closed by a fault, or silent for too long
            if not data or not self._may_read(connection):
                break
            self._printer.take_in(connection, data)
        with self._changed:
            self._close(connection)

    def _may_read(self, connection: Connection) -> bool:
        """Wait while the printer reads nothing; False when the connection has ended."""
        with self._changed:
            self._changed.wait_for(lambda: not connection.open or self._printer.reads())
            return connection.open

    def _close(self, connection: Connection) -> None:
        if not connection.open:
            return
        connection.open = False
        had_printer = self.hosts[0] is connection
        self.hosts.remove(connection)
        with contextlib.suppress(OSError):
            connection.socket.shutdown(socket.SHUT_RD)  # wakes a thread that sleeps in recv
        connection.socket.close()
        self._journal.add("connection.closed", str(connection.number))
        if had_printer:
            self._printer.host_left()

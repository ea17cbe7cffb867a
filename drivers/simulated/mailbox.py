"""A mail server that keeps what it is sent and delivers nothing: for tests over the wire, and to look at a shop's mails.

    python -m drivers.simulated.mailbox --port 1025 --folder mails
"""

import argparse
import socketserver
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

LINE_MAX = 65_536
MESSAGE_MAX = 10_000_000


@dataclass
class Mailbox:
    """What came, oldest first: the envelope's sender and recipients with the bytes. `refused` are recipients with their answer."""

    came: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    keep: Callable[[bytes], object] = len

    def messages(self) -> list[EmailMessage]:
        """The mails, read."""
        return [message_from_bytes(data, policy=default) for _, _, data in self.came]


class _Talk(socketserver.StreamRequestHandler):
    """One client: RFC 5321, as much of it as a mail needs."""

    def handle(self) -> None:
        """Answer until the client has had enough."""
        box = cast(_Server, self.server).box
        sender, people = "", list[str]()
        self._say("220 mailbox")
        while line := self.rfile.readline(LINE_MAX):
            verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    self._say("250-mailbox\r\n250-8BITMIME\r\n250 SMTPUTF8")
                case "HELO" | "NOOP" | "RSET":
                    self._say("250 well")
                case "MAIL":
                    sender, people = _address(rest), []
                    self._say("250 well")
                case "RCPT":
                    answer = box.refused.get(_address(rest), "")
                    people += [] if answer else [_address(rest)]
                    self._say(answer or "250 well")
                case "DATA":
                    self._say("354 go on")
                    data = self._data()
                    box.came.append((sender, tuple(people), data))
                    box.keep(data)
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("502 not here")

    def _data(self) -> bytes:
        """The mail up to the dot on a line of its own; dots that were doubled for the way are single again."""
        lines, size = list[bytes](), 0
        while (line := self.rfile.readline(LINE_MAX)) not in (b".\r\n", b""):
            size += len(line)
            if size <= MESSAGE_MAX:
                lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, host: str, port: int, box: Mailbox) -> None:
        super().__init__((host, port), _Talk)
        self.box = box


class MailServer:
    """A mailbox that listens. Port 0 takes a free one; `close` ends it."""

    def __init__(self, box: Mailbox, port: int = 0, host: str = "127.0.0.1") -> None:
        self._server = _Server(host, port, box)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _address(rest: str) -> str:
    """The address in `FROM:<a@b>` or `TO:<a@b>`."""
    return rest.partition("<")[2].partition(">")[0]


def main() -> None:
    """Keep each mail as a file that every mail program opens, until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=1025)
    parser.add_argument("--folder", type=Path, default=Path("mails"))
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    box = Mailbox()

    def keep(data: bytes) -> None:
        path = given.folder / f"{len(box.came):05d}.eml"
        path.write_bytes(data)
        subject = message_from_bytes(data, policy=default)["Subject"]
        print(f"{path}: {subject}", file=sys.stderr, flush=True)  # the first line of the other is for whoever started it

    box.keep = keep
    server = MailServer(box, given.port)
    print(f"Mailbox ready at 127.0.0.1:{server.port}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()

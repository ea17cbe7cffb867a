"""The terminal's HTTPS port: one message per connection, sealed, with every way in which a line can fail."""

import json
import socket
import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, cast

from drivers.simulated.journal import Journal
from drivers.simulated.poi import certificate
from drivers.simulated.poi.seal import NotSealed, Sealer
from drivers.simulated.poi.terminal import Cut, SimulatedTerminal

PASSPHRASE = "the lab's own passphrase"
KEY = "lab"


class PoiPort:
    """A terminal on the network; `folder` gets its certificates and its passphrase."""

    def __init__(self, folder: Path, journal: Journal, *, poi_id: str = "LAB-0001", host: str = "127.0.0.1", port: int = 0) -> None:
        """Bind the port; 0 takes a free one. Raises OSError when it is taken."""
        folder.mkdir(parents=True, exist_ok=True)
        self.terminal = SimulatedTerminal(poi_id, journal)
        self.sealer = Sealer(PASSPHRASE, KEY, 1)
        self.root, leaf = certificate.make(folder, f"{poi_id}.test.terminal.lab", datetime.now(UTC))
        self.passphrase = folder / "terminal-key"
        self.passphrase.write_text(PASSPHRASE, "utf-8")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(leaf)
        self._server = ThreadingHTTPServer((host, port), _Handler, bind_and_activate=True)
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._server.poi = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def address(self) -> str:
        """The address for a till's settings."""
        host, port = cast(tuple[str, int], self._server.server_address)
        options = f"poi={self.terminal.poi_id}&root={self.root}&passphrase={self.passphrase}&key={KEY}&version=1"
        return f"nexo+https://{host}:{port}?{options}"

    def start(self) -> "PoiPort":
        """Serve in threads of its own."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Close the port; what waits for a shopper ends."""
        self.terminal.release("off")
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "PoiPort":
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()


class _Handler(BaseHTTPRequestHandler):
    """HTTP around the messages."""

    timeout = 60

    @property
    def _poi(self) -> PoiPort:
        return cast(PoiPort, self.server.poi)  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", "0"))
        data = self.rfile.read(length)
        try:
            envelope = json.loads(data)["SaleToPOIRequest"]
            message = self._poi.sealer.open(envelope)["SaleToPOIRequest"]
        except (NotSealed, ValueError, KeyError, TypeError):
            self.send_error(400)
            return
        try:
            self._respond(message)
        except Cut:
            self._cut()
        except OSError:
            self._poi.terminal.journal.add("poi.host_gone")

    def _respond(self, message: dict[str, Any]) -> None:
        answer = self._poi.terminal.handle(message)
        head = {**message["MessageHeader"], "MessageType": "Response", "POIID": self._poi.terminal.poi_id}
        if answer.spoilt == "another":
            head["ServiceID"] = "B9999999"
        category = head["MessageCategory"]
        plain = {"SaleToPOIResponse": {"MessageHeader": head, f"{category}Response": answer.body}}
        sealed = self._poi.sealer.close(plain, head, broken=answer.spoilt == "broken")
        data = json.dumps({"SaleToPOIResponse": sealed}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: len(data) // 2] if answer.spoilt == "half" else data)
        self._poi.terminal.journal.add("poi.answered", head["ServiceID"])

    def _cut(self) -> None:
        self.close_connection = True
        try:
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)
        except OSError:
            return  # the host has gone first

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the terminal: the journal keeps what happened."""

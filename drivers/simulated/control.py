"""The control port: what the lab window and the tests ask and order, as JSON over HTTP.

It is the operator's side of a simulator and has nothing to do with the wire under test. It listens
on this machine only. README.md lists the addresses.
"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlsplit

from drivers.simulated.bench import Bench, NotFitted
from drivers.simulated.journal import Event, WireEntry
from drivers.simulated.poi.terminal import DEEDS
from drivers.simulated.poi.terminal import Refused as DeedRefused
from drivers.simulated.printer.faults import EFFECTS, FaultRefused
from drivers.simulated.printer.paper import text_of
from drivers.simulated.printer.press import Piece
from drivers.simulated.printer.receipts import as_json
from drivers.simulated.scanner.serial import ScannerUnplugged

BODY_BYTES_MAX = 64 * 1024
LONG_POLL_S_MAX = 30.0
ENTRIES_MAX = 500


class Refused(Exception):
    """An order that cannot be carried out: HTTP status, code and a sentence with a way out."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


Body = Mapping[str, object]
Query = Mapping[str, str]
Answer = tuple[str, bytes]


def _json(value: object) -> Answer:
    return "application/json", json.dumps(value, ensure_ascii=False).encode()


def _number(query: Query, name: str, default: float) -> float:
    try:
        return float(query.get(name, default))
    except ValueError:
        raise Refused(400, "bad_number", f"{name} must be a number") from None


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(400, "missing", f'the order needs "{name}" as text')
    return value


class ControlPort:
    """The HTTP server of one bench; use start() and stop(), or as a thread-safe table of orders."""

    def __init__(self, bench: Bench, *, port: int = 0, host: str = "127.0.0.1") -> None:
        """Bind the port; 0 takes a free one. Raises OSError when it is taken."""
        self._bench = bench
        self._server = ThreadingHTTPServer((host, port), _Handler)
        self._server.daemon_threads = True
        self._server.control = self  # type: ignore[attr-defined]
        self._get: dict[str, Callable[[Query], Answer]] = {
            "/state": lambda query: _json(bench.state()),
            "/receipts": self._receipts,
            "/roll.png": lambda query: ("image/png", bench.printer.hanging_png()),
            "/events": self._events,
            "/wire": self._wire,
            "/faults": lambda query: _json(EFFECTS),
            "/poi/deeds": lambda query: _json(dict(DEEDS)),
            "/poi/book": lambda query: _json(bench.terminal().book.as_json()),
        }
        self._post: dict[str, Callable[[Body], None]] = {
            "/fault": self._fault,
            "/fault/clear": self._clear_fault,
            "/paper": self._paper,
            "/drawer/close": lambda body: bench.printer.close_drawer(),
            "/drawer/open": lambda body: bench.printer.open_drawer(),
            "/scan": self._scan,
            "/scanner/raw": self._raw,
            "/scanner/plug": self._plug,
            "/scanner/unplug": lambda body: bench.serial().unplug(),
            "/camera/show": self._camera_show,
            "/camera/plug": lambda body: bench.eye().plug(),
            "/camera/unplug": lambda body: bench.eye().unplug(),
            "/poi/next": self._poi_next,
            "/poi/release": lambda body: bench.terminal().release(str(body.get("condition", ""))),
            "/poi/power": lambda body: bench.terminal().switch(body.get("on") is not False),
            "/poi/status": lambda body: bench.terminal().answer_status(str(body.get("how", ""))),
            "/poi/set": self._poi_set,
        }

    @property
    def url(self) -> str:
        """Where the port is."""
        host, port = cast(tuple[str, int], self._server.server_address)
        return f"http://{host}:{port}"

    def start(self) -> "ControlPort":
        """Serve in a thread of its own."""
        serve = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        serve.start()
        return self

    def stop(self) -> None:
        """Close the port."""
        self._server.shutdown()
        self._server.server_close()

    def get(self, path: str, query: Query) -> Answer:
        """Content type and body of an answer. Raises Refused."""
        if path in self._get:
            try:
                return self._get[path](query)
            except NotFitted as reason:
                raise Refused(409, "not_fitted", str(reason)) from reason
        if path.startswith("/receipts/"):
            return self._receipt(path.removeprefix("/receipts/"))
        raise Refused(404, "not_found", f"there is no {path}; see the README of the simulators")

    def post(self, path: str, body: Body) -> Answer:
        """Carry an order out; the answer is the new state. Raises Refused."""
        order = self._post.get(path)
        if order is None:
            raise Refused(404, "not_found", f"there is no {path}; see the README of the simulators")
        try:
            order(body)
        except (FaultRefused, DeedRefused) as reason:
            raise Refused(400, "fault_refused", str(reason)) from reason
        except NotFitted as reason:
            raise Refused(409, "not_fitted", str(reason)) from reason
        except ScannerUnplugged as reason:
            raise Refused(409, "unplugged", str(reason)) from reason
        return _json(self._bench.state())

    def _receipts(self, query: Query) -> Answer:
        after = _number(query, "after", 0)
        return _json([as_json(one) for one in self._bench.printer.receipts if one.number > after])

    def _receipt(self, name: str) -> Answer:
        number, _, form = name.partition(".")
        piece = next((one for one in self._bench.printer.receipts if str(one.number) == number), None)
        if piece is None:
            raise Refused(404, "no_receipt", f"there is no receipt {number}")
        forms: dict[str, Callable[[Piece], Answer]] = {
            "png": lambda one: ("image/png", self._bench.printer.receipt_png(one)),
            "txt": lambda one: ("text/plain; charset=utf-8", text_of(one.items).encode()),
            "json": lambda one: _json(as_json(one)),
        }
        if form not in forms:
            raise Refused(404, "no_form", f"a receipt has the forms {', '.join(forms)}")
        return forms[form](piece)

    def _events(self, query: Query) -> Answer:
        """Entries after `since`; waits up to `wait` seconds for the first."""
        since = int(_number(query, "since", 0))
        wait_s = min(_number(query, "wait", 0), LONG_POLL_S_MAX)
        journal = self._bench.printer.journal
        if wait_s > 0:
            journal.wait_beyond(since, wait_s)
        number = journal.number
        events = [_event(one) for one in journal.events(since)[-ENTRIES_MAX:]]
        return _json({"number": number, "events": events})

    def _wire(self, query: Query) -> Answer:
        since = int(_number(query, "since", 0))
        journal = self._bench.printer.journal
        number = journal.number
        wire = [_wire_entry(one) for one in journal.wire(since)[-ENTRIES_MAX:]]
        return _json({"number": number, "wire": wire})

    def _fault(self, body: Body) -> None:
        self._bench.printer.fault(
            str(body.get("effect", "")),
            **{name: value for name, value in body.items() if name != "effect"},
        )

    def _clear_fault(self, body: Body) -> None:
        effect = body.get("effect")
        if effect is not None and effect not in EFFECTS:
            raise Refused(400, "fault_refused", f"effect is one of {', '.join(EFFECTS)}")
        self._bench.printer.clear_fault(effect if isinstance(effect, str) else None)

    def _paper(self, body: Body) -> None:
        roll_mm = body.get("roll_mm")
        if roll_mm is not None and not (isinstance(roll_mm, int | float) and roll_mm > 0):
            raise Refused(400, "bad_number", "roll_mm is the length of the roll in millimetres")
        self._bench.printer.load_paper(float(roll_mm) if roll_mm is not None else None)

    def _scan(self, body: Body) -> None:
        symbology, bytes_max = body.get("symbology"), body.get("bytes_max")
        via = body.get("via", "serial")
        if via not in ("serial", "keyboard"):
            raise Refused(400, "bad_way", 'via is "serial" or "keyboard"')
        try:
            self._bench.scan(
                _text(body, "code"),
                via=str(via),
                symbology=symbology if isinstance(symbology, str) else None,
                bytes_max=bytes_max if isinstance(bytes_max, int) else None,
            )
        except KeyError as unknown:
            raise Refused(400, "bad_symbology", f"symbology {unknown} is unknown") from unknown

    def _plug(self, body: Body) -> None:
        self._bench.serial().plug()

    def _camera_show(self, body: Body) -> None:
        picture = body.get("picture")
        try:
            self._bench.eye().show(Path(picture) if isinstance(picture, str) else None)
        except OSError as reason:
            raise Refused(400, "no_picture", f"picture is the path of a picture file: {reason}") from reason

    def _poi_next(self, body: Body) -> None:
        how = {name: value for name, value in body.items() if name != "do"}
        self._bench.terminal().next(str(body.get("do", "")), **how)

    def _poi_set(self, body: Body) -> None:
        terminal = self._bench.terminal()
        for name in ("leaks", "signature", "knows_login"):
            if name in body:
                setattr(terminal, name, body[name] is True)

    def _raw(self, body: Body) -> None:
        try:
            data = bytes.fromhex(_text(body, "hex"))
        except ValueError as reason:
            raise Refused(400, "bad_hex", "hex is pairs of hexadecimal digits") from reason
        self._bench.serial().send(data)


def _event(event: Event) -> dict[str, object]:
    return {"number": event.number, "at": event.at_s, "kind": event.kind, "detail": event.detail}


def _wire_entry(entry: WireEntry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at_s,
        "device": entry.device,
        "direction": entry.direction,
        "connection": entry.connection,
        "hex": entry.data.hex(" "),
    }


class _Handler(BaseHTTPRequestHandler):
    """HTTP around the orders of the control port."""

    protocol_version = "HTTP/1.1"
    timeout = 60

    @property
    def _control(self) -> ControlPort:
        return cast(ControlPort, self.server.control)  # type: ignore[attr-defined]

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self._reply(lambda: self._control.get(parts.path, query))

    def do_POST(self) -> None:
        self._reply(lambda: self._control.post(urlsplit(self.path).path, self._body()))

    def _body(self) -> Body:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            self.close_connection = True
            raise Refused(413, "too_long", f"an order has at most {BODY_BYTES_MAX} bytes")
        try:
            body = json.loads(self.rfile.read(int(length)) or b"{}")
        except ValueError as reason:
            raise Refused(400, "bad_json", "the order is not JSON") from reason
        if not isinstance(body, dict):
            raise Refused(400, "bad_json", "the order must be a JSON object")
        return body

    def _reply(self, work: Callable[[], Answer]) -> None:
        status = 200
        try:
            kind, content = work()
        except Refused as reason:
            status = reason.status
            kind, content = _json({"code": reason.code, "message": reason.message})
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the journal tells what happened."""

"""The shop's one line to the hub: JSON over HTTP with its key. Everything it knows comes from there."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

WAIT_S = 10.0


class HubRefusedError(Exception):
    """The hub said no: a code that stays, and a sentence."""

    def __init__(self, status: int, code: str, values: dict[str, Any]) -> None:
        super().__init__(code)
        self.status, self.code, self.values = status, code, values


class HubAwayError(Exception):
    """The hub cannot be reached, or has a fault: the shop says so and loses nothing."""


@dataclass(frozen=True)
class HubLine:
    """Where the hub is, and with what key."""

    url: str
    key: str

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        return self.ask("GET", path + (f"?{urlencode(query)}" if query else ""))

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask anything. Raises HubRefusedError or HubAwayError."""
        sent = None if body is None else json.dumps(body).encode()
        status, data = self._talk(method, f"/shop/v1/{path}", sent, {"Authorization": f"Bearer {self.key}", **headers})
        try:
            said = json.loads(data)
        except ValueError as error:
            raise HubAwayError(f"{status} and no JSON") from error
        if status >= 500 or status == 429:
            raise HubAwayError(str(said.get("code")))
        if status >= 400:
            raise HubRefusedError(status, said["code"], said["values"])
        return said

    def label(self, number: str) -> bytes:
        """The label of a return (SVG). Raises HubAwayError."""
        target, headers = f"/shop/v1/returns/{quote(number, safe='')}/label", {"Authorization": f"Bearer {self.key}"}
        status, data = self._talk("GET", target, None, headers)
        if status != 200:
            raise HubAwayError(str(status))
        return data

    def picture(self, sha256: str) -> bytes | None:
        """A picture (WebP) by its name, which never changes what it shows."""
        status, data = self._talk("GET", f"/v1/pictures/{quote(sha256, safe='')}", None, {})
        return data if status == 200 else None

    def _talk(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        line = kind(parts.hostname or "", parts.port, timeout=WAIT_S)
        try:
            line.request(method, target, body=body, headers={"Content-Type": "application/json", **headers})
            reply = line.getresponse()
            return reply.status, reply.read()
        except (OSError, http.client.HTTPException) as error:
            raise HubAwayError(str(error)) from error
        finally:
            line.close()

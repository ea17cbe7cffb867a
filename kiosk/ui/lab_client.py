"""Speaks to the control port of the simulators: JSON over HTTP, never on the GUI thread."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any

TIMEOUT_S = 5.0
LONG_POLL_S = 20.0


class LabRefused(RuntimeError):
    """The simulators refused an order, or are not there; the text says why."""


class LabClient:
    """The orders and questions of the lab window."""

    def __init__(self, url: str) -> None:
        """url is the control port's address, like http://127.0.0.1:8765."""
        self.url = url
        # The control port is on this machine: a proxy of the environment must not come between.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def state(self) -> dict[str, Any]:
        """The state of every simulated device."""
        return dict(self._call("/state"))

    def wait_beyond(self, number: int) -> int:
        """Wait for the next entry of the journal; returns its newest number."""
        path = f"/events?since={number}&wait={LONG_POLL_S:.0f}"
        return int(self._call(path, timeout_s=LONG_POLL_S + TIMEOUT_S)["number"])

    def receipts(self, after: int) -> list[dict[str, Any]]:
        """Finished pieces of paper with a number above `after`."""
        return list(self._call(f"/receipts?after={after}"))

    def wire(self, since: int) -> list[dict[str, Any]]:
        """Bytes on the wires after this number."""
        return list(self._call(f"/wire?since={since}")["wire"])

    def order(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        """Give an order; returns the new state."""
        return dict(self._call(path, body=body))

    def _call(self, path: str, *, body: Mapping[str, object] | None = None, timeout_s: float = TIMEOUT_S) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data)
        try:
            with self._opener.open(request, timeout=timeout_s) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as refused:
            with refused:
                raise LabRefused(self._reason(refused.read(), str(refused))) from refused
        except (OSError, ValueError, HTTPException) as gone:
            raise LabRefused(f"The simulators do not answer ({gone}).") from gone

    @staticmethod
    def _reason(content: bytes, otherwise: str) -> str:
        try:
            return str(json.loads(content)["message"])
        except (ValueError, KeyError, TypeError):
            return otherwise

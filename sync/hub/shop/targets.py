"""The one way from the hub to somebody's address: never to one inside the network, unless the settings allow it.

The name is looked up once, every address that it has is judged, and the connection goes to one of those: a name that means
something else a moment later leads nowhere. Nothing is followed that the target answers.
"""

import contextlib
import http.client
import ipaddress
import re
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from sync.hub.problems import HubProblem

URL_MAX = 1_000
CONNECT_S = 10.0
WHOLE_S = 20.0
ANSWER_MAX = 500
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]+")
_CARRIERS = tuple(ipaddress.ip_network(one) for one in ("64:ff9b::/96", "2002::/16", "2001::/32"))
"""Networks whose addresses carry another address inside them."""

Resolve = Callable[[str, int], list[str]]
"""The addresses of a name. Raises OSError where it has none."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a message: `status` 0 where the target was not reached, and a few words."""

    status: int
    words: str

    @property
    def is_taken(self) -> bool:
        """Whether the target took it."""
        return 200 <= self.status < 300

    @property
    def is_away(self) -> bool:
        """Whether the target is not there or has too much to do: nothing else would reach it now either."""
        return self.status in (0, 429, 502, 503, 504)


Post = Callable[[str, bytes, Mapping[str, str], bool], Answer]
"""Send a body with headers to an address, also to one inside where that is allowed."""


def check(url: str, inside: bool) -> None:
    """Raise HubProblem for what cannot be an address to tell; names are looked up only when something is sent."""
    parts = _split(url)
    problem = ""
    if parts is None:
        problem = "this is no address such as https://shop.example/hooks"
    elif parts.scheme != "https" and not (inside and parts.scheme == "http"):
        problem = "use https, so that nobody on the way reads or changes it"
    elif parts.username or parts.password or parts.fragment:
        problem = "leave out name, password and fragment: messages are signed"
    elif not inside and _is_inside_name(parts.hostname or ""):
        problem = "it is inside the hub's network. Use a public address, or allow it: shop.inside_targets in hub.toml"
    if problem:
        raise HubProblem("shop.url", url=url[:60], reason=problem)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, from the system."""
    return list(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def is_inside(address: str) -> bool:
    """Whether an address is not of the public internet: loopback, private, link-local, multicast, or one that carries another."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif any(found in carrier for carrier in _CARRIERS):
            return True
    return not found.is_global or found.is_multicast


def post(url: str, body: bytes, headers: Mapping[str, str], inside: bool, find: Resolve = resolve) -> Answer:
    """Send it and read the beginning of the answer, within WHOLE_S. Blocks: on a thread of its own."""
    parts = _split(url)
    if parts is None or parts.hostname is None:
        return Answer(0, "no address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = find(parts.hostname, port)
    except OSError as error:
        return Answer(0, f"{parts.hostname} is not known: {error.strerror or error}"[:ANSWER_MAX])
    if not addresses or (not inside and any(is_inside(one) for one in addresses)):
        return Answer(0, f"{parts.hostname} is inside the hub's network")
    line = _Line(parts.hostname, port, addresses[0], parts.scheme == "https")
    cut = threading.Timer(WHOLE_S, line.cut)
    cut.daemon = True
    cut.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request("POST", target, body=body, headers={"Content-Type": "application/json", "User-Agent": "Toonbank", **headers})
        reply = line.getresponse()
        said = reply.read(ANSWER_MAX)
        return Answer(reply.status, said.decode("utf-8", "replace").replace("\0", " "))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(0, f"{type(error).__name__}: {error}"[:ANSWER_MAX])
    finally:
        cut.cancel()
        line.close()


class _Line(http.client.HTTPConnection):
    """A connection to an address that was judged, for the name that it belongs to."""

    def __init__(self, host: str, port: int, address: str, tls: bool) -> None:
        super().__init__(host, port, timeout=CONNECT_S)
        self._address, self._tls = address, tls

    def connect(self) -> None:
        """Go to the address, and have the name proved by its certificate."""
        plain = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) if self._tls else plain

    def cut(self) -> None:
        """End it from another thread: whoever waits for it gets an error."""
        with contextlib.suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _split(url: str) -> SplitResult | None:
    """The parts of an address, None for what is none. No sign in it could end the head of a request."""
    if len(url) > URL_MAX or not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        sound = parts.port != 0 and parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "") is not None
    except ValueError:
        return None
    return parts if sound else None


def _is_inside_name(host: str) -> bool:
    """Whether a name says by itself that it is inside; one that does not may still mean an address that is."""
    with contextlib.suppress(ValueError):
        return is_inside(host)
    # A host of digits only is how some systems spell an address; one without a dot is a machine of this network.
    return "." not in host or host.endswith((".localhost", ".local", ".internal")) or host.rpartition(".")[2].isdigit()

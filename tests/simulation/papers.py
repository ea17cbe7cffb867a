"""A terminal's certificate as it keeps it."""

from dataclasses import dataclass

import msgspec

from sync.hub.devices import end_of


@dataclass(frozen=True)
class Papers:
    """The certificate, the hub's signature over it, and when it ends (0: nobody said)."""

    certificate: bytes = b""
    signature: bytes = b""
    not_after_ms: int = 0
    renew_ms: int = 0
    """From when on it is renewed; 0 as `not_after_ms`."""


def papers_of(certificate: bytes, signature: bytes) -> Papers:
    """A certificate with what it says of its end."""
    said = msgspec.json.decode(certificate)
    return Papers(certificate, signature, end_of(certificate), said.get("renew_ms", 0))

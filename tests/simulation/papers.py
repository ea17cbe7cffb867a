"""A terminal's certificate as it keeps it."""

from dataclasses import dataclass

from sync.hub.devices import end_of


@dataclass(frozen=True)
class Papers:
    """The certificate, the hub's signature over it, and when it ends (0: nobody said)."""

    certificate: bytes = b""
    signature: bytes = b""
    not_after_ms: int = 0


def papers_of(certificate: bytes, signature: bytes) -> Papers:
    """A certificate with its end."""
    return Papers(certificate, signature, end_of(certificate))

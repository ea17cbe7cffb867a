"""What an enrolled folder says it is: its certificate, and the ledger that belongs to it."""

from pathlib import Path

from kiosk.apps.system import SystemClock, new_id
from kiosk.store import identity
from kiosk.store.ledger import Identity, Ledger
from sync.protocol.certificate import Certificate, read
from sync.protocol.signature import Key, verifier


def read_certificate(folder: Path) -> Certificate:
    """The certificate of an enrolled folder, checked against the hub's key in it."""
    files = identity.load(folder)
    return read(files.certificate, files.signature, verifier(files.hub_key))


def ledger_identity(certificate: Certificate) -> Identity:
    """Who a certificate says the ledger belongs to."""
    return Identity(certificate.dev, certificate.inc, certificate.kind, certificate.series, certificate.place)


def open_ledger(folder: Path, ballast: Path | None = None) -> Ledger:
    """The ledger of an enrolled folder, with its key and the machine's clock."""
    files = identity.load(folder)
    certificate = read_certificate(folder)
    clock = SystemClock(certificate.place.zone)
    return Ledger(
        folder, ledger_identity(certificate), clock, new_id, Key.load(files.key).sign, ballast
    )

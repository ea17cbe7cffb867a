"""What an enrolled folder says it is: its certificate, and the ledger that belongs to it."""

from pathlib import Path

from kiosk.apps.system import SystemClock, new_id
from kiosk.domain.errors import Damaged
from kiosk.store import identity
from kiosk.store.ledger import Identity, Ledger
from sync.protocol.certificate import Certificate, read
from sync.protocol.signature import Key, verifier


def read_certificate(folder: Path) -> Certificate:
    """The certificate of an enrolled folder, checked against the hub's key and this terminal's own key in it.

    Raises Damaged for an identity whose parts do not belong together: facts sealed with another key are nobody's.
    """
    files = identity.load(folder)
    try:
        hub_signed, key = verifier(files.hub_key), Key.load(files.key)
    except ValueError as error:
        raise Damaged("identity.damaged", reason=str(error)) from error
    certificate = read(files.certificate, files.signature, hub_signed)
    if key.public != certificate.public_key:
        raise Damaged("identity.damaged", reason="key")
    return certificate


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

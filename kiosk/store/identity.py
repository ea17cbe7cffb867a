"""What makes a folder a terminal: its private key, its certificate, and the hub's public key."""

import os
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.errors import Damaged, ShopError
from kiosk.store.folder import make_folder, write_whole

FOLDER = "identity"
_PARTS = ("key", "certificate", "signature", "hub-key")
_RENEWED = "renewed"
_SIGNATURE_BYTES = 64


@dataclass(frozen=True, slots=True)
class IdentityFiles:
    """Bytes as they were made: the key (32, private), the certificate and the hub's signature over it, the hub's key."""

    key: bytes
    certificate: bytes
    signature: bytes
    hub_key: bytes


@dataclass(frozen=True, slots=True)
class PapersFile:
    """Where a folder keeps its certificate (sync.agent.ports.Papers)."""

    folder: Path

    def load(self) -> tuple[bytes, bytes]:
        """Certificate and signature."""
        files = load(self.folder)
        return files.certificate, files.signature

    def keep(self, certificate: bytes, signature: bytes) -> None:
        """Keep a renewed certificate beside the first one, with its signature in one file, so that they never disagree."""
        assert len(signature) == _SIGNATURE_BYTES, "a signature is 64 bytes"
        write_whole(self.folder / FOLDER / _RENEWED, signature + certificate)


def is_enrolled(folder: Path) -> bool:
    """Whether a folder holds a terminal."""
    try:
        return (folder / FOLDER / "certificate").exists()
    except OSError as error:
        raise ShopError("folder.no_access", folder=str(folder), reason=error.strerror or "") from error


def keep(folder: Path, files: IdentityFiles) -> None:
    """Write an identity; the certificate comes last, so that half an identity is none."""
    home = folder / FOLDER
    make_folder(home, 0o700)
    os.chmod(home, 0o700)
    (home / _RENEWED).unlink(missing_ok=True)  # of an identity that is no more
    write_whole(home / "key", files.key, 0o600)
    write_whole(home / "hub-key", files.hub_key)
    write_whole(home / "signature", files.signature)
    write_whole(home / "certificate", files.certificate)


def load(folder: Path) -> IdentityFiles:
    """Read an identity; raises ShopError for a folder without one or without the right to it, Damaged for half a one."""
    if not is_enrolled(folder):
        raise ShopError("folder.not_enrolled", folder=str(folder))
    try:
        key, certificate, signature, hub_key = ((folder / FOLDER / part).read_bytes() for part in _PARTS)
    except PermissionError as error:
        raise ShopError("folder.no_access", folder=str(folder), reason=error.strerror or "") from error
    except OSError as error:
        raise Damaged("identity.damaged", reason=error.strerror or "") from error
    renewed = folder / FOLDER / _RENEWED
    if renewed.exists():
        data = renewed.read_bytes()
        signature, certificate = data[:_SIGNATURE_BYTES], data[_SIGNATURE_BYTES:]
    return IdentityFiles(key, certificate, signature, hub_key)

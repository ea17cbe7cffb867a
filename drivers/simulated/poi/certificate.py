"""A root of its own, and the terminal's certificate under it, as a payment provider makes them."""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAYS = 30


def make(folder: Path, name: str, now: datetime.datetime) -> tuple[Path, Path]:
    """Write the root certificate and the terminal's (with its key), named `name`; gives both paths."""
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = _name("Toonbank lab root")
    root = _builder(root_name, root_name, root_key.public_key(), now, authority=True).sign(root_key, hashes.SHA256())
    leaf = _builder(_name(name), root_name, key.public_key(), now, authority=False).sign(root_key, hashes.SHA256())
    root_path, leaf_path = folder / "terminal-root.pem", folder / "terminal.pem"
    root_path.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    leaf_path.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
    return root_path, leaf_path


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime.datetime, *, authority: bool
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )

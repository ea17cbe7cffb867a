"""A terminal's certificate: who it is and where it stands, signed by the hub.

Canonical JSON `{v, dev, inc, kind, series, place{...}, key, renew_ms, not_after_ms}`; the hub signs its SHA-256.
"""

import base64
from dataclasses import dataclass

from kiosk.domain.chain import Sign, Verify
from kiosk.domain.codec import canonical, digest, parse
from kiosk.domain.errors import Damaged
from kiosk.domain.identity import Place

KINDS = ("till", "kiosk")
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a terminal may call itself. `series` is the receipt series of this incarnation; a new one each enrolment.

    From `renew_ms` on it asks for a longer one (0, of an older hub: a while before the end).
    """

    dev: str
    inc: int
    kind: str
    series: int
    place: Place
    public_key: bytes
    not_after_ms: int
    renew_ms: int = 0


def issue(certificate: Certificate, sign: Sign) -> tuple[bytes, bytes]:
    """The certificate's bytes and the hub's signature."""
    place = certificate.place
    renewed = {"renew_ms": certificate.renew_ms} if certificate.renew_ms else {}
    data = canonical(
        {
            **renewed,
            "v": 1, "dev": certificate.dev, "inc": certificate.inc, "kind": certificate.kind,
            "series": certificate.series, "place": {key: getattr(place, key) for key in Place.__slots__},
            "key": base64.b64encode(certificate.public_key).decode(), "not_after_ms": certificate.not_after_ms,
        }
    )  # fmt: skip
    return data, sign(digest(data))


def read(data: bytes, signature: bytes, verify: Verify) -> Certificate:
    """Check and open a certificate; raises Damaged when the hub did not sign just these bytes."""
    if not verify(digest(data), signature):
        raise Damaged("certificate.signature")
    raw = parse(data)
    try:
        made = Certificate(
            raw["dev"], raw["inc"], raw["kind"], raw["series"], Place(**raw["place"]),
            base64.b64decode(raw["key"], validate=True), raw["not_after_ms"], raw.get("renew_ms", 0),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged("certificate.damaged") from error
    if not _is_sound(made):
        raise Damaged("certificate.damaged")
    return made


def _is_sound(made: Certificate) -> bool:
    texts = (made.dev, *(getattr(made.place, key) for key in Place.__slots__))
    numbers = (made.inc, made.series, made.not_after_ms)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(number, int) and number >= 1 for number in numbers)
        and isinstance(made.renew_ms, int)
        and 0 <= made.renew_ms <= made.not_after_ms
        and made.kind in KINDS
        and len(made.public_key) == KEY_BYTES
    )

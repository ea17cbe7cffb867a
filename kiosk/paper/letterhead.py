"""What stands above and below a store's papers, from its settings: the same at the till and at the hub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.domain.document import Picture
from kiosk.domain.feed import Store
from kiosk.paper.logo import logo_of

COLUMNS = (32, 42, 48)
"""How wide receipt paper is, in characters: 58 mm, 76 mm and 80 mm."""

LOGO_SETTING, LOGOS = "receipt.logo", "logo."
"""The setting that names a store's logo, and how the settings begin that hold the logos themselves."""
LOGO, HEADER, ADDRESS, SALE, FOOTER, POLICY, QR = "logo", "header", "address", "sale", "footer", "policy", "qr"
LAYOUT = (LOGO, HEADER, ADDRESS, SALE, FOOTER, POLICY, QR)
"""The parts of a receipt in their usual order. SALE is all that the law wants to see, from the date to the VAT number."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above and below every receipt of a store, in the order of `layout`. `copy_address` is where the hub shows
    digital copies, or empty."""

    header: Sequence[str]
    footer: Sequence[str]
    store_lines: Sequence[str]
    entity: str
    vat_id: str
    policy: Sequence[str] = ()
    copy_address: str = ""
    logo: Picture | None = None
    layout: Sequence[str] = LAYOUT


def letterhead_of(settings: Mapping[str, Any], store: Store | None, language: str) -> Letterhead:
    """The letterhead in a language, from settings by their dotted names; what is missing is left out."""
    address = [store.name, store.street, f"{store.postcode} {store.city}"] if store else []
    return Letterhead(
        _lines(settings, f"receipt.{language}.header"), _lines(settings, f"receipt.{language}.footer"), address,
        str(settings.get("legal_entity.name", "")), str(settings.get("legal_entity.vat_id", "")),
        _lines(settings, f"receipt.{language}.policy"), str(settings.get("receipt.copy_address", "")).rstrip("/"),
        logo_of(settings.get(f"{LOGOS}{settings.get(LOGO_SETTING, '')}"), str(settings.get("brand.name", ""))),
        _layout(settings.get("receipt.layout", ())),
    )  # fmt: skip


def layout_of(value: object) -> tuple[str, ...]:
    """The order of a receipt's parts from a setting; what is not named is left out. Raises ValueError with a sentence.

    >>> layout_of(["logo", "sale", "qr"]), layout_of([]) == LAYOUT
    (('logo', 'sale', 'qr'), True)
    """
    if not isinstance(value, list | tuple):
        raise ValueError(f"write the parts of a receipt as a list, such as {list(LAYOUT)}")
    if not value:
        return LAYOUT
    for nth, name in enumerate(value):
        if name not in LAYOUT:
            raise ValueError(f"a receipt has no part {name!r}: there are {', '.join(LAYOUT)}")
        if name in value[:nth]:
            raise ValueError(f"{name!r} is named twice: each part stands on a receipt once")
    if SALE not in value:
        raise ValueError(f"{SALE!r} is missing: goods, total, VAT and who sold them have to stand on every receipt")
    return tuple(value)


def columns_of(settings: Mapping[str, Any]) -> int:
    """How wide the store's paper is."""
    wanted = settings.get("receipt.columns")
    return wanted if wanted in COLUMNS else COLUMNS[-1]


def _layout(value: object) -> tuple[str, ...]:
    try:
        return layout_of(value)
    except ValueError:
        return LAYOUT


def _lines(settings: Mapping[str, Any], name: str) -> list[str]:
    value = settings.get(name, [])
    return [str(line) for line in value] if isinstance(value, list) else []

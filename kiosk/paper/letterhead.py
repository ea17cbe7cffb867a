"""What stands above and below a store's papers, from its settings: the same at the till and at the hub."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.domain.feed import Store

COLUMNS = (32, 42, 48)
"""How wide receipt paper is, in characters: 58 mm, 76 mm and 80 mm."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands above and below every receipt of a store. `copy_address` is where the hub shows digital copies, or empty."""

    header: Sequence[str]
    footer: Sequence[str]
    store_lines: Sequence[str]
    entity: str
    vat_id: str
    policy: Sequence[str] = ()
    copy_address: str = ""


def letterhead_of(settings: Mapping[str, Any], store: Store | None, language: str) -> Letterhead:
    """The letterhead in a language, from settings by their dotted names; what is missing is left out."""
    address = [store.name, store.street, f"{store.postcode} {store.city}"] if store else []
    return Letterhead(
        _lines(settings, f"receipt.{language}.header"), _lines(settings, f"receipt.{language}.footer"), address,
        str(settings.get("legal_entity.name", "")), str(settings.get("legal_entity.vat_id", "")),
        _lines(settings, f"receipt.{language}.policy"), str(settings.get("receipt.copy_address", "")).rstrip("/"),
    )  # fmt: skip


def columns_of(settings: Mapping[str, Any]) -> int:
    """How wide the store's paper is."""
    wanted = settings.get("receipt.columns")
    return wanted if wanted in COLUMNS else COLUMNS[-1]


def _lines(settings: Mapping[str, Any], name: str) -> list[str]:
    value = settings.get(name, [])
    return [str(line) for line in value] if isinstance(value, list) else []

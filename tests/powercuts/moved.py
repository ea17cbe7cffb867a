"""The files that the moves put in place of one another, known to the process that moves and to the one that judges."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.domain.catalog import Article, Price
from kiosk.domain.feed import Row
from kiosk.store import folder as store_folder
from kiosk.store.identity import IdentityFiles
from sync.agent import snapshot
from sync.hub.storage import folder as hub_folder
from sync.protocol.signature import Key
from tests.kiosk.support import SATURDAY_MS, row

TILL = "shop/till"
"""A data folder two levels deep: neither level was there before."""

HUB = "chain/hub"
"""The same for a hub."""

WRITERS: Mapping[str, Callable[[Path, bytes], None]] = {
    "kiosk.toml": store_folder.write_whole,
    "agent.chunk": snapshot.write_whole,
    "hub.toml": hub_folder.write_whole,
}
"""Every function of ours that replaces a whole file, and the file it replaces here."""

VERSIONS = (1, 2, 3)
IDENTITY_FILES = IdentityFiles(b"k" * 32, b"certificate " * 90, b"s" * 64, b"h" * 32)
HUB_KEY = Key.load(b"q" * 32)
PICTURES = {f"{hashlib.sha256(data).hexdigest()}.webp": data for data in (bytes([n]) * (900 + 700 * n) for n in range(6))}


def whole(thing: str, version: int) -> bytes:
    """The bytes of one version of a file; version 2 is shorter than its neighbours."""
    return f"{thing} {version}\n".encode() * (20 if version == 2 else 100 * version)


def some_rows(version: int) -> list[Row]:
    """A small catalogue, another one for each version; 0 is an empty one."""
    made: list[Row] = []
    for n in range(12 * version):
        key = f"{version}-{n}"
        article = Article(
            id=key, style=key, names={"nl": f"artikel {key}"}, brand="", category="all", size="", colour="",
            barcodes=(f"{version:06}{n:06}",), vat_class="high", unit="piece", content_milli=0, content_unit="", picture="",
            deposit_minor=0, age_limit=0,
        )  # fmt: skip
        made += [row("article", key, article), row("price", f"{key}|{SATURDAY_MS}", Price(key, SATURDAY_MS, 100 + n, 1))]
    return made

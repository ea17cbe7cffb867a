"""One bit of what makes a folder a terminal changed: the folder is refused in words, and nothing is sealed with a wrong key."""

import random
from pathlib import Path

import pytest

from kiosk.apps.papers import open_ledger, read_certificate
from kiosk.domain.errors import Damaged
from kiosk.store import identity
from kiosk.store.identity import IdentityFiles
from sync.protocol.certificate import Certificate, issue
from sync.protocol.signature import Key
from tests.kiosk.support import PLACE
from tests.tamper.support import FLIPS, flipped

PARTS = ("certificate", "signature", "hub-key", "key")
FAR_MS = 2_000_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An enrolled folder."""
    key, hub = Key.load(bytes([1]) * 32), Key.load(bytes([2]) * 32)
    data, signature = issue(Certificate("dev-1", 1, "till", 1, PLACE, key.public, FAR_MS), hub.sign)
    identity.keep(tmp_path, IdentityFiles(key.raw, data, signature, hub.public))
    open_ledger(tmp_path).close()
    return tmp_path


@pytest.mark.parametrize("part", PARTS)
def test_a_flipped_bit_in_any_part_of_an_identity_is_found_before_anything_is_sealed(folder: Path, part: str) -> None:
    chance, path = random.Random(part), folder / identity.FOLDER / part
    whole = path.read_bytes()
    for _ in range(FLIPS // len(PARTS)):
        spoilt, at = flipped(whole, chance)
        path.write_bytes(spoilt)
        with pytest.raises(Damaged) as refused:
            open_ledger(folder).close()
        assert refused.value.code in ("certificate.signature", "certificate.damaged", "identity.damaged"), at
    path.write_bytes(whole)
    assert read_certificate(folder).dev == "dev-1"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_part_of_an_identity_that_was_cut_short_is_found(folder: Path, part: str, share: float) -> None:
    path = folder / identity.FOLDER / part
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])
    with pytest.raises(Damaged):
        open_ledger(folder)

"""How many bits are flipped, and how."""

import os
import random

LONG = os.environ.get("TOONBANK_LONG") == "1"
FLIPS = 4_000 if LONG else 200
MINUTES = 3_600 if LONG else 120


def flipped(data: bytes, chance: random.Random, at: int = -1, bit: int = -1) -> tuple[bytes, int]:
    """The same bytes but for one bit, and where; anywhere unless a place is given."""
    place = chance.randrange(len(data)) if at < 0 else at
    spoilt = bytearray(data)
    spoilt[place] ^= 1 << (chance.randrange(8) if bit < 0 else bit)
    return bytes(spoilt), place

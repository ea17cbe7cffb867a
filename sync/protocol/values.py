"""Frozen values that are made and changed by the thousand: equal, hashable and printed like frozen dataclasses, but made in C.

Changing one field of a state of 25 takes 0.15 us in place of 9.
"""

import msgspec
from msgspec.structs import replace

Value = msgspec.Struct
"""What such a value is derived from, with `frozen=True`."""

changed = replace
"""The same value with other fields: `changed(state, head=3)`."""

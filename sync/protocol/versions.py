"""Which versions of the protocol serve each other: one major back, and within a major two minors back.

A newer minor only adds what an older side ignores, so it is served as if it were one's own. Facts are taken from any version.
"""

import re
from typing import Literal

MAJORS_BACK = 1
MINORS_BACK = 2

Older = Literal["", "hub", "terminal"]
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})")


def parse(text: str) -> tuple[int, int]:
    """Major and minor of `major.minor`; what is no version is (0, 0), older than all.

    >>> parse("1.2")
    (1, 2)
    """
    found = _VERSION.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def too_old(hub: str, terminal: str) -> Older:
    """Which side has to be updated before the hub can serve the terminal; empty when it can now.

    >>> too_old(hub="2.3", terminal="1.9"), too_old(hub="2.3", terminal="2.0"), too_old(hub="2.3", terminal="3.0")
    ('', 'terminal', 'hub')
    """
    (hub_major, hub_minor), (major, minor) = parse(hub), parse(terminal)
    if major > hub_major:
        return "hub"
    if major < max(1, hub_major - MAJORS_BACK) or (major == hub_major and minor < hub_minor - MINORS_BACK):
        return "terminal"
    return ""


def older_of(hub: str, terminal: str) -> Older:
    """The side with the lower version, where one refused the other by rules that this side does not know."""
    return "hub" if parse(hub) < parse(terminal) else "terminal"

"""NUL in texts: PostgreSQL keeps none, so nothing that a request or a fact says may hold one, on either database."""

import re

from sync.hub.problems import HubProblem

_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
"""How JSON spells it; an escaped backslash before `u0000` is something else."""


def in_json(data: bytes) -> bool:
    """Whether a text somewhere in this JSON holds a NUL."""
    return b"\\u0000" in data and _ESCAPED.search(data) is not None


def refuse(*texts: str) -> None:
    """Raise HubProblem when one of the texts holds a NUL."""
    if any("\0" in text for text in texts):
        raise HubProblem("request.nul")

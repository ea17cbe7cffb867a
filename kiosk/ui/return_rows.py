"""Rows of a return's screens: sales that were found, their lines, and what a person has said of one so far."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain.returning import AS_NEW, GOODWILL


@dataclass(frozen=True, slots=True)
class SaleRow:
    """A sale that was found."""

    key: str
    title: str
    detail: str
    total: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BackRow:
    """A sold line: how much of it comes back, of how much that can."""

    key: int
    name: str
    detail: str
    count: str
    amount: str
    chosen: bool
    isOver: bool
    hasSome: bool
    note: str


@dataclass(frozen=True, slots=True)
class Announced:
    """What a customer announced under a number: thousandths by line, and the ground."""

    number: str
    lines: Mapping[int, int]
    ground: str


@dataclass(frozen=True, slots=True)
class Mind:
    """What a person has said of one line so far."""

    quantity_milli: int = 0
    ground: str = GOODWILL
    reason: str = "fit"
    condition: str = AS_NEW
    to_stock: bool = True

"""A report as finished text in sections of rows, the same for paper and screen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A name and its figure; `strong` for what a person looks for, `warns` for what is wrong."""

    name: str
    figure: str
    strong: bool = False
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under a title; an empty title has only a line above it."""

    title: str
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A report: what it is, its number, lines of where and when, sections, and lines at its foot."""

    title: str
    number: str
    head: tuple[str, ...]
    sections: tuple[Section, ...]
    foot: tuple[str, ...] = ()

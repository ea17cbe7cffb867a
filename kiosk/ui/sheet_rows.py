"""Rows that the screens of money share: a report line by line, a choice, and what is unfinished."""

from dataclasses import dataclass

from kiosk.domain.sheet import Sheet


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of a report: a title of a section, a name with its figure, or a remark."""

    key: int
    name: str
    figure: str
    isTitle: bool
    strong: bool
    warns: bool


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """Something to choose."""

    key: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class HindranceRow:
    """Something unfinished and what happens to it; `grave` when money hangs on it."""

    key: str
    title: str
    hint: str
    grave: bool


def sheet_lines(sheet: Sheet) -> list[SheetLine]:
    """A report as one list of lines."""
    found: list[tuple[str, str, bool, bool, bool]] = [(text, "", False, False, False) for text in sheet.head]
    for section in sheet.sections:
        if section.title:
            found.append((section.title, "", True, True, False))
        found += [(row.name, row.figure, False, row.strong, row.warns) for row in section.rows]
    found += [(text, "", False, False, False) for text in sheet.foot]
    return [SheetLine(place, *line) for place, line in enumerate(found)]

"""Reads categories, words and staff."""

from collections.abc import Mapping

import msgspec

from kiosk.domain.feed import Category, Word
from kiosk.domain.staff import ROLES
from sync.hub.imports.cells import whole, yes_or_no
from sync.hub.imports.columns import CATEGORIES, STAFF, WORDS, check_columns, languages, lines
from sync.hub.imports.faults import Faults
from sync.hub.imports.products import picture_of
from sync.hub.imports.sheet import Sheet

RANK_MAX = 1_000_000


class Person(msgspec.Struct, frozen=True, array_like=True):
    """One row of a staff file."""

    line: int
    number: str
    name: str
    role: str
    badge: str


def read_categories(sheet: Sheet, pictures: Mapping[str, str], faults: Faults) -> list[Category]:
    """Read categories; without a rank they keep the order of the file."""
    if not check_columns(sheet, CATEGORIES, frozenset(), faults):
        return []
    order = languages(sheet)
    found: dict[str, Category] = {}
    for place, line in enumerate(lines(sheet, faults)):
        path = line.needed("path")
        rank = whole(line.cell("rank"), RANK_MAX) if line.by_column.get("rank") else place
        picture, quick = picture_of(line, pictures), yes_or_no(line.cell("quick"))
        if path in found:
            line.cell("path").wrong("this category stands here twice: remove one")
        found[path] = Category(path, line.names(order), picture, quick, rank or 0)
    return list(found.values())


def read_words(sheet: Sheet, faults: Faults) -> list[Word]:
    """Read how size and colour codes are called."""
    if not check_columns(sheet, WORDS, frozenset(), faults):
        return []
    order = languages(sheet)
    found: dict[str, Word] = {}
    for line in lines(sheet, faults):
        code = line.needed("code")
        if code in found:
            line.cell("code").wrong("this code stands here twice: remove one")
        found[code] = Word(code, line.names(order))
    return list(found.values())


def read_staff(sheet: Sheet, faults: Faults) -> list[Person]:
    """Read staff; numbers and badges are one person's."""
    if not check_columns(sheet, STAFF, frozenset(), faults):
        return []
    people: dict[str, Person] = {}
    badges: dict[str, str] = {}
    for line in lines(sheet, faults):
        number, badge = line.needed("number", 20), line.text("badge", 100)
        if line.by_column.get("role", "") not in ROLES:
            line.cell("role").wrong(f"choose one of {', '.join(ROLES)}")
        if number in people:
            line.cell("number").wrong(f"line {people[number].line} has the same number: give each person their own")
        if badge and badges.setdefault(badge, number) != number:
            line.cell("badge").wrong(f"{badges[badge]} has this badge too: a badge is one person's")
        people[number] = Person(line.number, number, line.needed("name"), line.by_column.get("role", ""), badge)
    return list(people.values())

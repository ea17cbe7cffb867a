"""Street and town of a postcode and a house number, as the post numbers them: ranges of all, of odd or of even numbers.

>>> here = [Street("NL", "1012JS", 1, 99, ODD, "Damrak", "Amsterdam"), Street("NL", "1012JS", 100, 200, ALL, "Dam", "Amsterdam")]
>>> [look_up(here, house).street for house in ("1 a", "7", "150-2", "2")]
['Damrak', 'Damrak', 'Dam', '']
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

ALL, ODD, EVEN = "all", "odd", "even"
SIDES = (ALL, ODD, EVEN)
NUMBER_MAX = 99_999

FOUND, NO_NUMBER, NO_POSTCODE, NO_LIST = "found", "number", "postcode", ""
"""What is known of a postcode and number: the street, only the postcode, not even that; or there is no list to look in."""

_NUMBER = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Street:
    """The numbers from `first` to `last` on one side of a street under a postcode (bare: no space, capitals)."""

    country: str
    postcode: str
    first: int
    last: int
    side: str
    street: str
    city: str

    def has(self, number: int) -> bool:
        """Whether a house has this number here."""
        return self.first <= number <= self.last and self.side in (ALL, EVEN if number % 2 == 0 else ODD)


@dataclass(frozen=True, slots=True)
class StreetFound:
    """What is known: one of FOUND, NO_NUMBER, NO_POSTCODE, NO_LIST; street and town where it was found."""

    known: str
    street: str = ""
    city: str = ""


def bare(postcode: str) -> str:
    """A postcode without spaces, in capitals.

    >>> bare(" 1012 js ")
    '1012JS'
    """
    return "".join(postcode.split()).upper()


def number_of(house: str) -> int:
    """The number in front of whatever follows it; 0 where there is none.

    >>> number_of("12 a"), number_of("a 12"), number_of("")
    (12, 0, 0)
    """
    match = _NUMBER.match(house.strip())
    return int(match[0]) if match else 0


def look_up(there: Sequence[Street], house: str) -> StreetFound:
    """The street of a house among those of its postcode."""
    if not there:
        return StreetFound(NO_POSTCODE)
    number = number_of(house)
    found = next((one for one in there if one.has(number)), None)
    return StreetFound(FOUND, found.street, found.city) if found is not None else StreetFound(NO_NUMBER)


def clash(one: Street, other: Street) -> bool:
    """Whether a house could stand in two streets: the same numbers on the same side of a postcode."""
    same = (one.country, one.postcode) == (other.country, other.postcode)
    if not same or (one.side != other.side and ALL not in (one.side, other.side)):
        return False
    return max(one.first, other.first) <= min(one.last, other.last)

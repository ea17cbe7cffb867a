"""Where ordered goods go and whom they are for: all that is known of a person for an order, apart from every fact."""

import re
from dataclasses import dataclass, replace

from kiosk.domain.errors import Refused

TEXT_MAX = 80
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_HOUSE = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class Postcodes:
    """How a country writes its postcodes: what they match without a space, and where one goes (0: nowhere)."""

    pattern: str
    space_after: int = 0

    def written(self, text: str) -> str:
        """A postcode as it is written, or nothing for what is none.

        >>> Postcodes(r"[1-9]\\d{3}[A-Z]{2}", 4).written("1012js")
        '1012 JS'
        """
        bare = "".join(text.split()).upper()
        if not re.fullmatch(self.pattern, bare):
            return ""
        return f"{bare[: self.space_after]} {bare[self.space_after :]}" if self.space_after else bare


@dataclass(frozen=True, slots=True)
class Address:
    """A person for whom goods are, and an address where they are shipped to. `house` is the number with whatever follows it."""

    name: str
    phone: str = ""
    email: str = ""
    postcode: str = ""
    house: str = ""
    street: str = ""
    city: str = ""
    country: str = ""

    @property
    def is_place(self) -> bool:
        """Whether goods can be shipped to it; else it only says whom they are for."""
        return bool(self.postcode)

    @property
    def lines(self) -> tuple[str, ...]:
        """As it stands on a label, without what reaches the person."""
        written = self.name, f"{self.street} {self.house}".strip(), f"{self.postcode} {self.city}".strip()
        return tuple(part for part in written if part)


def checked(one: Address, plan: Postcodes, *, shipped: bool) -> Address:
    """An address as it is kept: trimmed, the postcode as its country writes it. Raises Refused for what no carrier could find."""
    trimmed = {name: " ".join(getattr(one, name).split())[:TEXT_MAX] for name in Address.__slots__}
    one = replace(one, **trimmed)
    if not one.name:
        raise Refused("order.address_name")
    if one.email and not _MAIL.fullmatch(one.email):
        raise Refused("order.address_email")
    if not (one.email or one.phone):
        raise Refused("order.address_reach")
    if not shipped:
        return one
    postcode = plan.written(one.postcode)
    if not postcode:
        raise Refused("order.address_postcode")
    if not _HOUSE.match(one.house):
        raise Refused("order.address_house")
    if not one.street or not one.city:
        raise Refused("order.address_street")
    return replace(one, postcode=postcode)

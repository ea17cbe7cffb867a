"""Street and town by postcode and house number, while an address is typed: filled in where they are known, and nobody waits."""

from collections.abc import Callable

from kiosk.domain.address import Address
from kiosk.domain.streets import FOUND, NO_NUMBER, NO_POSTCODE, StreetFound, number_of
from kiosk.ui.till_desk import TillDesk


class StreetFinder:
    """Looks for the street of the address in one form. `fill` gets street and town; `told` hears that there is something to say.

    What somebody typed stands: only what was empty, or filled in here, is filled in.
    """

    def __init__(self, desk: TillDesk, fill: Callable[[str, str], None], told: Callable[[], None]) -> None:
        self._desk, self._fill, self._told = desk, fill, told
        self._asked: tuple[str, str] | None = None
        self._filled = "", ""
        self._found = StreetFound("")

    @property
    def text(self) -> str:
        """What is known of it, and that one may go on; empty for nothing."""
        say, found = self._desk.say, self._found
        if found.known == FOUND:
            return say("Found: {street}, {city}", street=found.street, city=found.city)
        if found.known == NO_NUMBER:
            return say("This house number is not known under this postcode. Ask once more, or go on.")
        return say("This postcode is not known. Ask once more, or go on.") if found.known == NO_POSTCODE else ""

    @property
    def is_found(self) -> bool:
        """Whether street and town were found."""
        return self._found.known == FOUND

    def begin(self) -> None:
        """Another form."""
        self._asked, self._filled, self._found = None, ("", ""), StreetFound("")

    def look(self, address: Address) -> None:
        """Postcode or house number are other ones."""
        counter, ask = self._desk.counter, self._desk.ask_street
        country = address.country or counter.ledger.identity.place.country
        postcode, number = counter.rules.POSTCODES.written(address.postcode), number_of(address.house)
        wanted = (postcode, str(number)) if postcode and number else None
        if wanted == self._asked:
            return
        self._asked = wanted
        if self._found.known:
            self._found = StreetFound("")
            self._told()
        if ask is not None and wanted is not None:
            ask(country, postcode, wanted[1], lambda found: self._answered(wanted, found))

    def _answered(self, wanted: tuple[str, str], found: StreetFound) -> None:
        if wanted != self._asked:
            return  # somebody typed on
        self._found = found
        if self.is_found:
            self._fill(found.street, found.city)
        self._told()

    def may_fill(self, address: Address) -> bool:
        """Whether nobody typed street and town of this address."""
        return (address.street, address.city) in (("", ""), self._filled)

    def filled(self, street: str, city: str) -> None:
        """These were filled in: they may be again."""
        self._filled = street, city

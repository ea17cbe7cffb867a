"""A second person's word as it is keyed in: their number first, then their PIN."""

from dataclasses import dataclass

from kiosk.domain.errors import ShopError
from kiosk.ui.entry import Entry

_NUMBER, _PIN = Entry(most=12), Entry(most=8)
_ANOTHER = ("staff.unknown", "staff.not_allowed", "staff.inactive", "staff.same_person")


@dataclass(frozen=True, slots=True)
class Signature:
    """Number and PIN so far; every till screen that asks for a second person asks in this way.

    >>> signed = Signature().key("7").signed().key("2468")
    >>> signed.number.digits, signed.shown
    ('7', '••••')
    >>> signed.refused(ShopError("staff.wrong_pin")).is_pin, signed.refused(ShopError("staff.same_person")).is_pin
    (True, False)
    """

    number: Entry = _NUMBER
    pin: Entry = _PIN
    is_pin: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is keyed in of what is asked for now."""
        return self.pin.is_empty if self.is_pin else self.number.is_empty

    @property
    def shown(self) -> str:
        """What was keyed in; of a PIN only how long it is."""
        return "•" * len(self.pin.digits) if self.is_pin else self.number.digits

    def key(self, digits: str) -> "Signature":
        """One more key."""
        if self.is_pin:
            return Signature(self.number, self.pin.key(digits), True)
        return Signature(self.number.key(digits))

    def back(self) -> "Signature":
        """One digit less; from an empty PIN back to the number."""
        if self.is_pin and not self.pin.is_empty:
            return Signature(self.number, self.pin.back(), True)
        return Signature(self.number if self.is_pin else self.number.back())

    def signed(self) -> "Signature":
        """The number is in, if there is one: the PIN is asked for."""
        return Signature(self.number, is_pin=not self.number.is_empty)

    def of(self, number: str) -> "Signature":
        """A badge gave the number."""
        return Signature(Entry(number, most=_NUMBER.most), is_pin=True)

    def without_pin(self) -> "Signature":
        """The PIN is with whoever tries it, and stays nowhere else."""
        return Signature(self.number, is_pin=self.is_pin)

    def refused(self, error: ShopError) -> "Signature":
        """The PIN again, or another person where this one cannot sign."""
        return Signature() if error.code in _ANOTHER else self.without_pin()

"""Belgium: VAT rates by class and date, cash rounded to 5 cents by law, the cash limit."""

from kiosk.countries.euro import COUNTED_MINOR as COUNTED_MINOR
from kiosk.countries.euro import DENOMINATIONS_MINOR as DENOMINATIONS_MINOR
from kiosk.countries.euro import LEAST_NOTE_MINOR as LEAST_NOTE_MINOR
from kiosk.countries.euro import NOTES_MINOR as NOTES_MINOR
from kiosk.domain.address import Postcodes
from kiosk.domain.errors import Refused
from kiosk.domain.phone import PhonePlan
from kiosk.domain.promotion import LawLimit
from kiosk.domain.tax import OUTSIDE
from kiosk.domain.tender import CASH, PER_LINKED, REFUSE_ABOVE, Limit

COUNTRY = "BE"
CURRENCY = "EUR"

CASH_STEP_MINOR = 5
"""What a consumer pays in cash in the shop is rounded to 5 cents, the part in cash alone (T13)."""

CASH_UNROUNDED_MINOR = 5
"""A total of up to 5 cents is paid as it is: the law rounds what is more (VI.7/1)."""

CASH_ROUNDING_IS_LAW = True
"""Since 1 December 2019; a shop has no choice (Wetboek van economisch recht, VI.7/1 and following)."""

CASH_LIMIT_MINOR = 300_000
"""More than 3,000 euro in cash is refused, for goods and services, all payments that belong together; 3,000 itself may be taken."""

_CASH_LAW = "the Belgian limit of 3,000 euro in cash (law of 18 September 2017)"
TENDER_LIMITS = {CASH: (Limit(REFUSE_ABOVE, CASH_LIMIT_MINOR, PER_LINKED, _CASH_LAW),)}
"""What the law refuses by kind of tender."""

GOODS_LIMITS = {
    "tobacco": LawLimit(0, "wet van 3 april 1997 betreffende het fiscaal stelsel van gefabriceerde tabak"),
    "infant_formula": LawLimit(0, "Verordening (EU) 2016/127, artikel 10"),
}
"""The most that may come off goods of a class, all reductions together: nothing off tobacco, whose price is on its fiscal band, and
off infant formula. New books have a fixed price in one of the communities only: no law here, until a store knows its community."""

DEPOSIT_VAT = OUTSIDE
"""Deposit on what goes back empty is no part of the price (btw-wetboek, artikel 28)."""

DEPOSITS_MINOR = (10, 20)
"""What returnable bottles usually bear, small and large: counted by hand where the shop names nothing else."""

PHONE = PhonePlan("32", "0", (8, 9))
"""After the 0 or +32 land lines have eight digits and mobile numbers nine (nummerplan, koninklijk besluit van 27 april 2007)."""

POSTCODES = Postcodes(r"[1-9]\d{3}")
"""Four digits, the first no 0."""

_RATES = (("1996-01-01", {"standard": 2100, "intermediate": 1200, "reduced": 600, "zero": 0, "exempt": 0}),)


def vat_rates(day: str) -> dict[str, int]:
    """VAT rates in basis points by class on a business day `YYYY-MM-DD`."""
    return dict(max(entry for entry in _RATES if entry[0] <= max(day, _RATES[0][0]))[1])


def check_cash(cash_minor: int) -> None:
    """Raise Refused when the cash in one sale is above the legal limit."""
    if cash_minor > CASH_LIMIT_MINOR:
        raise Refused("payment.cash_limit_be", limit_minor=CASH_LIMIT_MINOR)

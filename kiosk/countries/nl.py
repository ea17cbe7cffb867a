"""The Netherlands: VAT rates by class and date, 5-cent cash rounding, the cash limit for goods."""

from kiosk.countries.euro import COUNTED_MINOR as COUNTED_MINOR
from kiosk.countries.euro import DENOMINATIONS_MINOR as DENOMINATIONS_MINOR
from kiosk.countries.euro import LEAST_NOTE_MINOR as LEAST_NOTE_MINOR
from kiosk.countries.euro import NOTES_MINOR as NOTES_MINOR
from kiosk.domain.address import Postcodes
from kiosk.domain.errors import Refused
from kiosk.domain.phone import PhonePlan
from kiosk.domain.promotion import LawLimit
from kiosk.domain.tax import OUTSIDE
from kiosk.domain.tender import CASH, PER_LINKED, REFUSE_FROM, Limit

COUNTRY = "NL"
CURRENCY = "EUR"

CASH_STEP_MINOR = 5
"""Cash totals may be rounded to 5 cents when the shop announces it; never per item, never on cards (T12)."""

CASH_UNROUNDED_MINOR = 0
"""Where the shop rounds, it rounds every total."""

CASH_ROUNDING_IS_LAW = False
"""The shop chooses, by its setting."""

CASH_LIMIT_MINOR = 300_000
"""Since 1 January 2026 traders in goods refuse cash of 3,000 euro or more, linked payments included (T14)."""

_SERVICES_FROM_MS = 1_815_170_400_000  # 10 July 2027, midnight in Amsterdam
_CASH_LAW = "the Dutch ban on cash from 3,000 euro (Wwft)"
TENDER_LIMITS = {
    CASH: (
        Limit(REFUSE_FROM, CASH_LIMIT_MINOR, PER_LINKED, _CASH_LAW, "-service"),
        Limit(REFUSE_FROM, CASH_LIMIT_MINOR, PER_LINKED, _CASH_LAW, from_ms=_SERVICES_FROM_MS),
    ),
}
"""What the law refuses by kind of tender: goods now, services too from July 2027."""

GOODS_LIMITS = {
    "alcohol": LawLimit(2_500, "Alcoholwet, artikel 2a"),
    "tobacco": LawLimit(0, "Tabaks- en rookwarenwet, artikel 5"),
    "infant_formula": LawLimit(0, "Verordening (EU) 2016/127, artikel 10"),
    "fixed_price_book": LawLimit(0, "Wet op de vaste boekenprijs, artikel 6"),
}
"""The most that may come off goods of a class, all reductions together: at most a quarter of the usual price of alcohol to take
home; nothing off tobacco, infant formula and books with a fixed price."""

DEPOSIT_VAT = OUTSIDE
"""Deposit stands apart from the price and outside VAT (T10)."""

DEPOSITS_MINOR = (15, 25)
"""What small bottles and cans, and bottles from one litre, bear (T9): what is counted by hand where the shop names nothing else."""

PHONE = PhonePlan("31", "0", (9,))
"""Numbers have nine digits after the 0 or +31 (Nummerplan telefoon- en ISDN-diensten); short ones are nobody's own."""

POSTCODES = Postcodes(r"[1-9]\d{3}[A-Z]{2}", 4)
"""1012 JS: four digits, the first no 0, and two letters."""

_RATES = (("2019-01-01", {"standard": 2100, "reduced": 900, "zero": 0, "exempt": 0}),)


def vat_rates(day: str) -> dict[str, int]:
    """VAT rates in basis points by class on a business day `YYYY-MM-DD`."""
    return dict(max(entry for entry in _RATES if entry[0] <= max(day, _RATES[0][0]))[1])


def check_cash(cash_minor: int) -> None:
    """Raise Refused when the cash in one sale reaches the legal limit."""
    if cash_minor >= CASH_LIMIT_MINOR:
        raise Refused("payment.cash_limit_nl", limit_minor=CASH_LIMIT_MINOR)

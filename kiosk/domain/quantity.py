"""Quantities in whole thousandths of a unit of measure: 1 piece is 1000, 420 grams of a kilogram is 420.

>>> price_of(quantity_milli=420, unit_price_minor=1999)
840
"""

from kiosk.domain.money import divide_half_up

ONE = 1000
"""One whole unit, in thousandths."""

UNITS = ("piece", "kg", "l", "m")
"""Units of measure that goods are sold by."""


def price_of(*, quantity_milli: int, unit_price_minor: int) -> int:
    """The price of a quantity in minor units, rounded half up once."""
    return divide_half_up(quantity_milli * unit_price_minor, ONE)


def quantity_for(*, price_minor: int, unit_price_minor: int) -> int:
    """The quantity (thousandths, at least 1) whose price comes nearest to a price: exactly there, where a whole one does.

    >>> quantity_for(price_minor=249, unit_price_minor=199), quantity_for(price_minor=1010, unit_price_minor=1899)
    (1251, 532)
    """
    assert unit_price_minor > 0, "goods without a price have no quantity"
    return max(1, divide_half_up(price_minor * ONE, unit_price_minor))


def unit_price(*, price_minor: int, content_milli: int) -> int:
    """The price per whole unit (kg, l, m) of a pack that holds `content_milli`, in minor units (98/6/EC)."""
    assert content_milli > 0, "a pack holds something"
    return divide_half_up(price_minor * ONE, content_milli)

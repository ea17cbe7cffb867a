"""How a shop takes orders: the settings `order.*`, as hub and terminals read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.domain.money import parse_minor
from kiosk.domain.parcel import is_prefix

PREFIX = "order."
DAYS_MOST = 365
COST_MOST_MINOR = 100_000
NEVER, ALWAYS = "never", "always"
PREFIX_DIGITS_MOST = 10
"""So that each till can add its own digits to it (`services.parceldesk`)."""


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last day after today on which goods come."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The settings of one store. `warehouse` is the place that ships and refills, empty where the hub chooses a place.

    Goods come within `ship` days to an address, within `bring` to this store from elsewhere, and can be fetched where they are
    within `fetch`. Delivery costs `delivery_minor`, or nothing from `free_from_minor` on (0: never free). Amounts in minor units.
    `hold_days`: for how long goods that are ready wait for their customer. `pick_minutes`: how soon after an order came its goods
    are to be ready; `sound`: whether a till is heard when a new one comes. `sign_from_minor`: from which value on a customer
    signs for goods that are handed over (0: always, None: never). `sscc_prefix`: how numbers of the store's parcels
    begin (empty: it has none), `carrier` who fetches them.
    """

    warehouse: str = ""
    ship: Days = Days(1, 3)
    bring: Days = Days(2, 5)
    fetch: Days = Days(0, 1)
    delivery_minor: int = 0
    free_from_minor: int = 0
    delivery_vat: str = "standard"
    hold_days: int = 7
    pick_minutes: int = 60
    sound: bool = True
    sign_from_minor: int | None = None
    sscc_prefix: str = ""
    carrier: str = ""

    def delivery_for(self, goods_minor: int) -> int:
        """What delivery of goods for so much costs."""
        free = self.free_from_minor and goods_minor >= self.free_from_minor
        return 0 if free else self.delivery_minor


NAMES = tuple(
    f"{PREFIX}{name}"
    for name in (
        "warehouse", "ship_days", "bring_days", "fetch_days", "delivery_cost", "free_from", "delivery_vat", "hold_days",
        "pick_minutes", "sound", "signature", "sscc_prefix", "carrier",
    )
)
"""The settings, as a shop writes them."""


def read_order_rules(values: Mapping[str, Any]) -> OrderRules:
    """The rules in settings by their names; what is none keeps its default, so that one slip does not stop a till."""
    default = OrderRules()
    hold, pick, sound = values.get("order.hold_days"), values.get("order.pick_minutes"), values.get("order.sound")
    return OrderRules(
        _text(values, "order.warehouse", default.warehouse),
        _days(values, "order.ship_days", default.ship), _days(values, "order.bring_days", default.bring),
        _days(values, "order.fetch_days", default.fetch), _amount(values, "order.delivery_cost"),
        _amount(values, "order.free_from"), _text(values, "order.delivery_vat", default.delivery_vat),
        hold if type(hold) is int and 0 < hold <= DAYS_MOST else default.hold_days,
        pick if type(pick) is int and 0 < pick <= DAYS_MOST * 1_440 else default.pick_minutes,
        sound if type(sound) is bool else default.sound, _signed_from(values.get("order.signature")),
        _prefix(values.get("order.sscc_prefix")), _text(values, "order.carrier", default.carrier),
    )  # fmt: skip


def _signed_from(value: Any) -> int | None:
    """From which value on goods are signed for, in minor units; what is neither a word of ours nor an amount asks nobody."""
    if value in (NEVER, ALWAYS):
        return 0 if value == ALWAYS else None
    try:
        amount = parse_minor(str(value))
    except ValueError:
        return None
    return amount if amount >= 0 else None


def _prefix(value: Any) -> str:
    """The beginning of SSCCs, as text or as a number; what is none is as if it were not there."""
    text = str(value) if type(value) in (str, int) else ""
    return text if is_prefix(text) and len(text) <= PREFIX_DIGITS_MOST else ""


def _text(values: Mapping[str, Any], name: str, default: str) -> str:
    value = values.get(name, default)
    return value if isinstance(value, str) else default


def _days(values: Mapping[str, Any], name: str, default: Days) -> Days:
    found = values.get(name)
    if isinstance(found, list | tuple) and len(found) == 2 and all(type(one) is int for one in found):
        first, last = found
        if 0 <= first <= last <= DAYS_MOST:
            return Days(first, last)
    return default


def _amount(values: Mapping[str, Any], name: str) -> int:
    try:
        amount = parse_minor(str(values[name])) if name in values else 0
    except ValueError:
        return 0
    return amount if 0 <= amount <= COST_MOST_MINOR else 0

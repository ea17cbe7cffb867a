"""The countries whose rules are here, by code; every module has the same face."""

from collections.abc import Mapping
from types import ModuleType

from kiosk.countries import be, nl

COUNTRIES: Mapping[str, ModuleType] = {one.COUNTRY: one for one in (be, nl)}

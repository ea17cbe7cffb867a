"""The countries whose rules are here, by code; every module has the same face."""

from collections.abc import Mapping
from types import ModuleType

from kiosk.countries import nl

COUNTRIES: Mapping[str, ModuleType] = {nl.COUNTRY: nl}

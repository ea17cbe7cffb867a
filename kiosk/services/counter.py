"""What all services of one terminal share: its ledger, its catalogue, the store's settings and who is at work."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.countries import nl
from kiosk.domain.catalog import Article
from kiosk.domain.errors import Refused
from kiosk.domain.feed import Setting
from kiosk.domain.shift import Shift
from kiosk.domain.staff import Employee
from kiosk.domain.tax import PER_RATE_TOTAL
from kiosk.store.catalog import Catalog
from kiosk.store.ledger import Ledger
from kiosk.text import Words, words

COUNTRIES = {nl.COUNTRY: nl}
"""Country rules by code; every module has the same face."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The store's settings that selling obeys. Amounts in minor units; they come from the hub's device scope."""

    vat_rule: str = PER_RATE_TOTAL
    cash_step_minor: int = 1
    quick_cash_minor: tuple[int, ...] = nl.NOTES_MINOR
    opening_float_minor: int = 0
    languages: tuple[str, ...] = ("nl", "en")
    brand_name: str = ""
    entity_name: str = ""
    vat_id: str = ""
    header: dict[str, list[str]] = field(default_factory=dict)
    footer: dict[str, list[str]] = field(default_factory=dict)
    idle_s: int = 60
    kiosk_warning_s: int = 20
    kiosk_help_place: dict[str, str] = field(default_factory=dict)


def read_settings(found: Sequence[Setting]) -> StoreSettings:
    """The settings in rows of names and values; names that are not known here belong to a newer version."""
    by_name: dict[str, Any] = {setting.name: setting.value for setting in found}
    known = {name: by_name[name] for name in StoreSettings.__slots__ if name in by_name}
    for name in ("quick_cash_minor", "languages"):
        if name in known:
            known[name] = tuple(known[name])
    return StoreSettings(**known)


class Counter:
    """The terminal's counter. Everything here is used from one thread at a time (the counter's own)."""

    def __init__(self, ledger: Ledger, catalog: Catalog) -> None:
        self.ledger = ledger
        self.catalog = catalog
        self.employee: Employee | None = None
        self.shift: Shift | None = None
        self.language = ledger.identity.place.language
        self.settings = StoreSettings()
        self.reload()

    def reload(self) -> None:
        """Take the store's settings as they are now; called at start and when the device scope changed."""
        self.settings = read_settings(self.ledger.device_rows("setting", Setting))

    @property
    def rules(self) -> Any:
        """The country's rules (a module of kiosk.countries)."""
        return COUNTRIES[self.ledger.identity.place.country]

    @property
    def words(self) -> Words:
        """The words of the language in use."""
        return words(self.language)

    def now_ms(self) -> int:
        """Wall clock, ms."""
        return self.ledger.clock.now().wall_ms

    def today(self) -> str:
        """The business day: the open shift's, else the store's calendar day."""
        return self.shift.day if self.shift else self.ledger.clock.local_date(self.now_ms())

    def signed_in(self) -> Employee:
        """Who is at work; raises Refused when nobody is."""
        if self.employee is None:
            raise Refused("staff.not_signed_in")
        return self.employee

    def open_shift(self) -> Shift:
        """The open shift; raises Refused when there is none."""
        if self.shift is None:
            raise Refused("shift.not_open")
        return self.shift

    def variant_text(self, article: Article) -> str:
        """Size and colour in the language in use."""
        known = self.catalog.words()
        parts = [
            known[code].names.get(self.language, code) if code in known else code
            for code in (article.colour, article.size)
            if code
        ]
        return " · ".join(parts)

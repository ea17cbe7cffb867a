"""What all services of one terminal share: its ledger, its catalogue, the store's settings and who is at work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from kiosk.countries import nl
from kiosk.countries.known import COUNTRIES
from kiosk.domain.barcode import EmbeddedPattern, patterns_of
from kiosk.domain.budget import gone
from kiosk.domain.catalog import Article
from kiosk.domain.empties import AMOUNT_MOST_MINOR, DepositRules, layouts_of
from kiosk.domain.errors import Refused
from kiosk.domain.feed import STOPPED, Setting
from kiosk.domain.money import parse_minor
from kiosk.domain.order import TILL
from kiosk.domain.orderrules import OrderRules, read_order_rules
from kiosk.domain.pricelist import place_of
from kiosk.domain.pricing import Terms
from kiosk.domain.promotion import Promotion
from kiosk.domain.returning import ORIGINAL, VOUCHER, ReturnPolicy
from kiosk.domain.salesstop import SalesStop, Stops, by_article, in_force, is_stopped
from kiosk.domain.shelfprice import shelf_price
from kiosk.domain.shift import PERSONAL, SHARED, Shift
from kiosk.domain.staff import DISCOUNT_BP_MAX, OFFLINE_DAYS, ROLES, Employee
from kiosk.domain.stockrules import StockRules, read_rules
from kiosk.domain.tax import OUTSIDE, PER_RATE_TOTAL
from kiosk.domain.voucher import vat_class_of
from kiosk.paper.letterhead import COLUMNS, LOGOS, columns_of
from kiosk.services.offers import Offers
from kiosk.store import budgets
from kiosk.store.catalog import Catalog, Offer
from kiosk.store.ledger import Ledger
from kiosk.text import Words, words

_PAPERS = ("receipt.", "legal_entity.", "brand.", LOGOS)
"""How the settings begin that papers are made from."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The store's settings that selling obeys. Amounts in minor units; they come from the hub's device scope.

    `finds_nobody` are roles that may not look customers up here; `greets` says whether the second display names the customer.
    """

    vat_rule: str = PER_RATE_TOTAL
    cash_step_minor: int = 1
    quick_cash_minor: tuple[int, ...] = nl.NOTES_MINOR
    opening_float_minor: int = 0
    languages: tuple[str, ...] = ("nl", "en")
    brand_name: str = ""
    entity_name: str = ""
    vat_id: str = ""
    papers: Mapping[str, Any] = field(default_factory=dict)
    receipt_columns: int = COLUMNS[-1]
    idle_s: int = 60
    kiosk_warning_s: int = 20
    kiosk_help_place: dict[str, str] = field(default_factory=dict)
    drawer: str = SHARED
    blind_count: bool = True
    over_short_limit_minor: int = 500
    pay_out_limit_minor: int = 5_000
    drawer_limit_minor: int = 0
    stock_limit_minor: int = 5_000
    stock_blind: bool = True
    stock_tolerance_minor: int = 2_000
    discount_bp: Mapping[str, int] = field(default_factory=lambda: DISCOUNT_BP_MAX)
    discount_minor: Mapping[str, int] = field(default_factory=dict)
    lock_s: int = 300
    returns: ReturnPolicy = ReturnPolicy()  # noqa: RUF009  frozen, so one for all
    stock: StockRules = StockRules()  # noqa: RUF009  frozen, so one for all
    deposit: DepositRules = DepositRules()  # noqa: RUF009  frozen, so one for all
    patterns: tuple[EmbeddedPattern, ...] = ()
    voucher_days: int = 0
    voucher_offline_minor: int = 0
    finds_nobody: frozenset[str] = frozenset()
    staff_offline_days: int = OFFLINE_DAYS
    greets: bool = False
    orders: OrderRules = OrderRules()  # noqa: RUF009  frozen, so one for all


def read_settings(found: Sequence[Setting], country: ModuleType) -> StoreSettings:
    """The settings in rows of dotted names; a missing one has its default, unknown ones belong to a newer version."""
    by_name: dict[str, Any] = {setting.name: setting.value for setting in found}
    default = StoreSettings()
    languages = tuple(by_name.get("languages", default.languages))
    quick = by_name.get("till.quick_cash")
    return StoreSettings(
        vat_rule=by_name.get("till.vat_rule", default.vat_rule),
        cash_step_minor=country.CASH_STEP_MINOR if country.CASH_ROUNDING_IS_LAW or by_name.get("till.cash_rounding") else 1,
        quick_cash_minor=tuple(map(parse_minor, quick)) if quick else country.NOTES_MINOR,
        opening_float_minor=parse_minor(by_name.get("till.opening_float", "0")),
        languages=languages,
        brand_name=by_name.get("brand.name", ""),
        entity_name=by_name.get("legal_entity.name", ""),
        vat_id=by_name.get("legal_entity.vat_id", ""),
        papers={name: value for name, value in by_name.items() if name.startswith(_PAPERS)},
        receipt_columns=columns_of(by_name),
        idle_s=by_name.get("kiosk.idle_s", default.idle_s),
        kiosk_warning_s=by_name.get("kiosk.warning_s", default.kiosk_warning_s),
        kiosk_help_place={one: by_name.get(f"kiosk.{one}.help_place", "") for one in languages},
        drawer=PERSONAL if by_name.get("till.drawer") == PERSONAL else SHARED,
        blind_count=bool(by_name.get("till.blind_count", default.blind_count)),
        over_short_limit_minor=_amount(by_name, "till.over_short_limit", default.over_short_limit_minor),
        pay_out_limit_minor=_amount(by_name, "till.pay_out_limit", default.pay_out_limit_minor),
        drawer_limit_minor=_amount(by_name, "till.drawer_limit", default.drawer_limit_minor),
        stock_limit_minor=_amount(by_name, "till.stock_limit", default.stock_limit_minor),
        stock_blind=bool(by_name.get("till.blind_stock_count", default.stock_blind)),
        stock_tolerance_minor=_amount(by_name, "till.stock_count_tolerance", default.stock_tolerance_minor),
        discount_bp={role: _percent(by_name, f"staff.{role}.discount_percent", DISCOUNT_BP_MAX[role]) for role in ROLES},
        discount_minor={
            role: _amount(by_name, name, 0) for role in ROLES if (name := f"staff.{role}.discount_amount") in by_name
        },
        lock_s=_count(by_name, "till.lock_s", default.lock_s),
        returns=_returns(by_name),
        stock=read_rules(by_name),
        deposit=_deposit(by_name, country),
        patterns=_patterns(by_name),
        voucher_days=_count(by_name, "vouchers.valid_days", 0),
        voucher_offline_minor=_amount(by_name, "vouchers.offline_max", 0),
        finds_nobody=frozenset(role for role in ROLES if by_name.get(f"staff.{role}.find_customer") is False),
        staff_offline_days=_count(by_name, "staff.offline_days", default.staff_offline_days),
        greets=by_name.get("till.greet_customer") is True,
        orders=read_order_rules(by_name),
    )


def _amount(by_name: Mapping[str, Any], name: str, default_minor: int) -> int:
    """An amount written as text, `5.00`; what is none keeps the default, so that one slip does not stop a till."""
    try:
        return parse_minor(str(by_name[name])) if name in by_name else default_minor
    except ValueError:
        return default_minor


def _percent(by_name: Mapping[str, Any], name: str, default_bp: int) -> int:
    """A percentage such as "12.5" in basis points; between nothing and all of it."""
    return min(max(_amount(by_name, name, default_bp), 0), 10_000)  # both have two decimals


def _count(by_name: Mapping[str, Any], name: str, default: int) -> int:
    """A whole number that is not below nothing; what is none keeps the default."""
    value = by_name.get(name, default)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else default


def _patterns(by_name: Mapping[str, Any]) -> tuple[EmbeddedPattern, ...]:
    """The shop's own labels; what cannot be read is as if it were not set, and its labels are refused one by one."""
    try:
        return patterns_of(by_name.get("barcodes.patterns", ()))
    except ValueError:
        return ()


def _deposit(by_name: Mapping[str, Any], country: ModuleType) -> DepositRules:
    """What goes back for empties; what cannot be read is as if it were not set, so that one slip does not stop a till."""
    try:
        amounts = tuple(parse_minor(str(one)) for one in by_name.get("deposit.amounts", ()))
    except (ValueError, TypeError):
        amounts = ()
    try:
        layouts = layouts_of(by_name.get("deposit.vouchers", ()))
    except ValueError:
        layouts = ()
    return DepositRules(
        amounts or country.DEPOSITS_MINOR, _amount(by_name, "deposit.most", AMOUNT_MOST_MINOR), layouts,
        str(by_name.get("deposit.shop", "")), _count(by_name, "deposit.voucher_days", 0),
    )  # fmt: skip


def _returns(by_name: Mapping[str, Any]) -> ReturnPolicy:
    default = ReturnPolicy()
    return ReturnPolicy(
        window_days=_count(by_name, "returns.window_days", default.window_days),
        goodwill_refund=VOUCHER if by_name.get("returns.goodwill_refund") == VOUCHER else ORIGINAL,
        without_receipt_minor=_amount(by_name, "returns.without_receipt_limit", default.without_receipt_minor),
        excluded_goods=tuple(map(str, excluded)) if isinstance(excluded := by_name.get("returns.excluded_goods"), list) else (),
    )


class Counter:
    """The terminal's counter. Everything here is used from one thread at a time (the counter's own)."""

    def __init__(self, ledger: Ledger, catalog: Catalog) -> None:
        self.ledger = ledger
        self.catalog = catalog
        catalog.place = place_of(ledger.identity.place)
        self.employee: Employee | None = None
        self.shift: Shift | None = None
        self.training = False
        self.has_drawer = True
        self.channel = TILL
        self.language = ledger.identity.place.language
        self.settings = StoreSettings()
        self.stops: Stops = {}
        self.offers = Offers(ledger.identity.place, self.rules.GOODS_LIMITS, self.rules.DEPOSIT_VAT, self._budgets)
        self.reload()

    def reload(self) -> None:
        """Take the store's settings as they are now; called at start and when the device scope changed."""
        self.settings = read_settings(self.ledger.device_rows("setting", Setting), self.rules)
        self.stops = by_article(self.ledger.device_rows(STOPPED, SalesStop))

    @property
    def rules(self) -> ModuleType:
        """The country's rules (a module of kiosk.countries)."""
        return COUNTRIES[self.ledger.identity.place.country]

    def stops_of(self, article: str) -> tuple[SalesStop, ...]:
        """The sales stops that hold here for an article now."""
        return in_force(self.stops, article, self.ledger.identity.place.store, self.now_ms()) if self.stops else ()

    def is_stopped(self, article: str, store: str) -> bool:
        """Whether all of an article is stopped in a store now."""
        return bool(self.stops) and is_stopped(self.stops, article, store, self.now_ms())

    def cash_step(self, total_minor: int) -> int:
        """To how many cents cash is rounded in a sale of this total, also where money goes back; 1: it is not."""
        return self.settings.cash_step_minor if abs(total_minor) > self.rules.CASH_UNROUNDED_MINOR else 1

    def vat_class(self, article: Article) -> str:
        """The VAT class in which an article is sold. Raises Refused("scan.no_vat") for one that this country does not have."""
        found = vat_class_of(article)
        if found != OUTSIDE and found not in self.rules.vat_rates(self.business_day()):
            raise Refused("scan.no_vat", name=article.name(self.language))
        return found

    def terms(self) -> Terms:
        """What a cart is priced under now."""
        return self.offers.terms(self.catalog.promotions(), self.now_ms(), self.language)

    def _budgets(self, promotions: Sequence[Promotion]) -> Mapping[str, int]:
        dev = self.ledger.identity.dev
        return self.ledger.look(lambda conn: budgets.left_in(conn, promotions, dev))

    @property
    def words(self) -> Words:
        """The words of the language in use."""
        return words(self.language)

    def now_ms(self) -> int:
        """Wall clock, ms."""
        return self.ledger.clock.now().wall_ms

    def business_day(self) -> str:
        """The business day: the open shift's, else the store's calendar day."""
        return self.shift.day if self.shift else self.ledger.clock.local_date(self.now_ms())

    def offer(self, article: Article) -> Offer:
        """An article with price and stock, and what a customer reads of it: reductions open to everybody, and the price before."""
        terms, found = self.terms(), self.catalog.offer(article, self.now_ms())
        prices, book, place = self.catalog.prices(article.id), self.catalog.promotions(), self.catalog.place
        used_up = gone(terms.budget_left)
        shelf = shelf_price(article, prices, place, book, terms.live, terms.now_ms, terms.limits, self.language, used_up)
        return replace(found, shelf=shelf)

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
        return " · ".join(self.word_text(code) for code in (article.colour, article.size) if code)

    def word_text(self, code: str) -> str:
        """A size or colour code in the language in use; a code without a word reads as it is."""
        word = self.catalog.word(code)
        return word.names.get(self.language, code) if word else code

"""`toonbank-hub import FILE`: bring products, categories, words, staff, customers, gift cards, offers or settings in."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from sync.hub.admin import Line
from sync.hub.commands.surface import (
    REFUSED,
    DataOption,
    JsonOption,
    TenantOption,
    err,
    line_to,
    out,
    print_json,
)
from sync.hub.core import Hub
from sync.hub.delivery_operations import ImportNotices
from sync.hub.imports.addresses import read_addresses
from sync.hub.imports.columns import (
    ADDRESSES,
    CATEGORIES,
    CUSTOMERS,
    GIFT_CARDS,
    KINDS,
    NOTICES,
    PRICE_LISTS,
    PRICES,
    PRODUCTS,
    PROMOTIONS,
    TELLING,
    TENDERS,
    WORDS,
    Kind,
    kind_of,
)
from sync.hub.imports.customers import read_customers
from sync.hub.imports.faults import Faults
from sync.hub.imports.giftcards import read_gift_cards
from sync.hub.imports.notices import read_notices
from sync.hub.imports.others import read_categories, read_staff, read_words
from sync.hub.imports.outcome import Imported
from sync.hub.imports.pause import collector_paused
from sync.hub.imports.prices import read_price_lists, read_prices
from sync.hub.imports.products import read_products
from sync.hub.imports.promotions import read_promotions
from sync.hub.imports.sheet import Sheet, read_sheet
from sync.hub.imports.shop import read_shop
from sync.hub.imports.tenders import read_tenders
from sync.hub.offer_operations import (
    AskOffers,
    ImportCustomers,
    ImportPriceLists,
    ImportPrices,
    ImportPromotions,
    ImportTenders,
    OffersContext,
)
from sync.hub.operations import (
    AskContext,
    AskPictures,
    Context,
    ImportCategories,
    ImportProducts,
    ImportShop,
    ImportStaff,
    ImportWords,
    MissingPictures,
    PictureKept,
    PutPicture,
)
from sync.hub.problems import HubProblem
from sync.hub.street_operations import ImportAddresses
from sync.hub.voucher_operations import ImportGiftCards

ENDINGS = (".csv", ".xlsx", ".jsonl", ".toml")
Step = Callable[[str, int, int], None]
"""Shows a step, how much of it is done, and how much there is."""


def import_file(
    what: Annotated[str, typer.Argument(metavar="[KIND] FILE", help="The file, and before it, if wanted, what it is.")],
    data: DataOption,
    file: Annotated[Path | None, typer.Argument(hidden=True)] = None,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder of WebP pictures; `pictures` beside the file by default.")
    ] = None,
    set_stock: Annotated[bool, typer.Option(help="Take the stock of the file as counted, also of known articles.")] = False,
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Bring a file in: products, categories, words, staff, customers, giftcards, prices, pricelists, promotions, tenders,
    notices, addresses, or settings.toml.

    The last is TOML, all others are CSV, XLSX or JSONL. What a file is shows by its columns, unless it is said. A file with
    faults changes nothing and lists every fault.

    Example: toonbank-hub import products.csv --data hub --pictures pictures
    Example: toonbank-hub import prices prices.csv --data hub
    """
    path, kind = (Path(what), None) if file is None else (file, _kind(what))
    bars = Progress(
        TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=err, transient=True, disable=json,
    )  # fmt: skip
    with line_to(data, may_make=True) as line, bars, collector_paused():
        done = _Import(line, path, pictures, tenant, _step(bars), kind).run(set_stock)
    _show(done, path, json)
    if done.fault_count:
        raise typer.Exit(REFUSED)


def import_from(hub: Hub, file: Path, set_stock: bool = False, tenant: str = "") -> Imported:
    """The same for a program that holds the hub itself, such as a demo. Raises HubProblem for a file of no known kind."""
    return _Import(Line.of(hub), file, None, tenant, lambda name, done, total: None).run(set_stock)


class _Import:
    """One import: read the file here, have the hub compare it with what it has, and let it keep all or nothing."""

    def __init__(
        self, line: Line, file: Path, pictures: Path | None, tenant: str, step: Step, kind: Kind | None = None
    ) -> None:
        self._line, self._file, self._step, self._kind = line, file, step, kind
        self._tenant = tenant
        self._folder = pictures or file.parent / "pictures"
        self._faults = Faults()

    def run(self, set_stock: bool) -> Imported:
        if self._file.suffix.lower() not in ENDINGS or not self._file.is_file():
            there = self._file.is_file()
            reason = f"Its name has to end in {', '.join(ENDINGS)}." if there else "There is no such file."
            raise HubProblem("import.kind", file=self._file.name, reason=reason)
        if self._file.suffix.lower() == ".toml":
            return self._shop()
        self._step("reading", 0, 1)
        sheet = read_sheet(self._file, self._faults)
        kind = (self._kind or kind_of(sheet)) if sheet is not None else None
        if sheet is None or (kind is None and self._faults.count):
            return self._refused("file", 0)
        if kind is None:
            raise HubProblem(
                "import.kind", file=self._file.name, reason=f"It has none of the columns {', '.join(TELLING)}."
            )
        if kind is PRODUCTS:
            return self._products(sheet, set_stock)
        if kind is CATEGORIES:
            pictures = self._pictures()
            categories = read_categories(sheet, pictures, self._faults)
            return self._send("categories", sheet, ImportCategories(categories, self._tenant), {one.picture for one in categories})
        if kind is WORDS:
            return self._send("words", sheet, ImportWords(read_words(sheet, self._faults), self._tenant), set())
        if kind is NOTICES:
            places = self._line.ask(AskOffers(self._tenant), OffersContext).places
            rows = read_notices(sheet, frozenset(places), self._faults)
            return self._send("notices", sheet, ImportNotices(rows, self._tenant), set())
        if kind is ADDRESSES:
            places = self._line.ask(AskOffers(self._tenant), OffersContext).places
            streets = read_addresses(sheet, {place["country"] for place in places.values()}, self._faults)
            return self._send("addresses", sheet, ImportAddresses(streets, self._tenant), set())
        if kind in (PRICE_LISTS, PRICES, TENDERS, PROMOTIONS, CUSTOMERS, GIFT_CARDS):
            return self._offers(kind, sheet)
        return self._send("staff", sheet, ImportStaff(read_staff(sheet, self._faults), self._tenant), set())

    def _offers(self, kind: Kind, sheet: Sheet) -> Imported:
        context = self._line.ask(AskOffers(self._tenant), OffersContext)
        message: ImportPriceLists | ImportPrices | ImportTenders | ImportPromotions | ImportCustomers | ImportGiftCards
        if kind is PRICE_LISTS:
            message = ImportPriceLists(read_price_lists(sheet, context.places, self._faults), self._tenant)
        elif kind is PRICES:
            message = ImportPrices(read_prices(sheet, context.lists, context.base, self._faults), self._tenant)
        elif kind is PROMOTIONS:
            message = ImportPromotions(read_promotions(sheet, context.places, self._faults), self._tenant)
        elif kind is CUSTOMERS:
            message = ImportCustomers(read_customers(sheet, context.places, self._faults), self._tenant)
        elif kind is GIFT_CARDS:
            message = ImportGiftCards(read_gift_cards(sheet, context.places, self._faults), self._tenant)
        else:
            categories = frozenset(context.categories)
            message = ImportTenders(read_tenders(sheet, context.places, categories, self._faults), self._tenant)
        return self._send(kind.name, sheet, message, set())

    def _shop(self) -> Imported:
        shop = read_shop(self._file, self._faults)
        if shop is None or self._faults.count:
            return self._refused("settings", 0)
        return self._line.ask(ImportShop(shop), Imported)

    def _products(self, sheet: Sheet, set_stock: bool) -> Imported:
        context = self._line.ask(AskContext(self._tenant), Context)
        products = read_products(
            sheet, frozenset(context.stores), self._pictures(), self._faults,
            lambda done, total: self._step("checking", done, total),
        )  # fmt: skip
        message = ImportProducts(products, set_stock, self._tenant)
        return self._send("products", sheet, message, {product.article.picture for product in products})

    def _send(self, kind: str, sheet: Sheet, message: msgspec.Struct, used: set[str]) -> Imported:
        if self._faults.count:
            return self._refused(kind, len(sheet.rows))
        self._send_pictures(used - {""})
        self._step("importing", 0, 1)
        done = self._line.ask(message, Imported)
        self._step("importing", 1, 1)
        return done

    def _refused(self, kind: str, rows: int) -> Imported:
        return Imported(kind, rows, fault_count=self._faults.count, faults=self._faults.in_order())

    def _pictures(self) -> dict[str, str]:
        """The hashes of all pictures in the folder, by file name. Pictures that cannot be used count as missing."""
        size_max = self._line.ask(AskContext(self._tenant), Context).picture_size_max
        found: dict[str, str] = {}
        self._paths: dict[str, Path] = {}
        if not self._folder.is_dir():
            return found
        for path in sorted(self._folder.iterdir()):
            if path.suffix.lower() == ".webp" and path.stat().st_size <= size_max:
                content = path.read_bytes()
                if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
                    found[path.name] = hashlib.sha256(content).hexdigest()
                    self._paths[found[path.name]] = path
        return found

    def _send_pictures(self, used: set[str]) -> None:
        missing = self._line.ask(AskPictures(sorted(used)), MissingPictures).sha256s if used else []
        for place, sha256 in enumerate(missing):
            self._step("pictures", place, len(missing))
            self._line.ask(PutPicture(self._paths[sha256].read_bytes()), PictureKept)


def _kind(name: str) -> Kind:
    """The kind of file that was said; raises HubProblem with those there are."""
    found = next((kind for kind in KINDS if kind.name == name), None)
    if found is None:
        raise HubProblem("import.kind", file=name, reason=f"Say one of {', '.join(kind.name for kind in KINDS)}, or only the file.")
    return found


def _step(bars: Progress) -> Step:
    tasks = {}

    def show(name: str, done: int, total: int) -> None:
        if name not in tasks:
            tasks[name] = bars.add_task(name)
        bars.update(tasks[name], completed=done, total=total)

    return show


def _show(done: Imported, file: Path, json: bool) -> None:
    if json:
        print_json(done)
        return
    if done.fault_count:
        table = Table("line", "column", "value", "how to mend it", title=Text(f"{file.name}: {done.fault_count} faults"))
        for fault in done.faults:
            table.add_row(str(fault.line), Text(fault.column), Text(fault.value), Text(fault.mend))
        err.print(table)
        if done.fault_count > len(done.faults):
            err.print(f"Only the first {len(done.faults)} are listed.")
        err.print("Nothing was changed. Mend these and import the file again. [import.faults]", markup=False)
        return
    out.print(
        f"{file.name}: {done.rows} rows of {done.kind}, {done.added} new, {done.changed} changed (revision {done.rev})",
        markup=False,
    )
    for label, minor in sorted(done.sums.items()):
        out.print(f"{label}: {minor // 100}.{minor % 100:02d} owed for the cards of this file", markup=False)
    if done.pins:
        table = Table("number", "first PIN", title="One-time PINs: shown once, to be changed at the first sign-in")
        for number, pin in done.pins.items():
            table.add_row(Text(number), pin)
        out.print(table)

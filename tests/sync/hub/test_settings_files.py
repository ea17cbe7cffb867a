"""What settings.toml says of receipts: a brand's own logo and layout, and every slip named with its line and its way out."""

from pathlib import Path

import pytest
from PIL import Image

from kiosk.paper.letterhead import LAYOUT, Letterhead, letterhead_of
from sync.hub.imports.faults import Faults
from sync.hub.imports.shop import Shop, read_shop

COMMON = (
    'tenant = "t"\n\ncurrency = "EUR"\ncountry = "NL"\nlanguage = "nl"\n[legal_entity]\nid = "e"\n[brand]\nid = "noord"\n'
    "{tables}\n"
    '[[store]]\nid = "AMS1"\nname = "x"\nzone = "Europe/Amsterdam"\n'
)


def _read(folder: Path, text: str) -> tuple[Shop | None, Faults]:
    faults = Faults()
    (folder / "settings.toml").write_text(text, "utf-8")
    return read_shop(folder / "settings.toml", faults), faults


def _head(shop: Shop, store: str) -> Letterhead:
    """What the papers of a store look like."""
    return letterhead_of({**shop.settings, **shop.by_store[store]}, None, "nl")


@pytest.mark.parametrize(
    ("tables", "line", "column", "says"),
    [
        ('[receipt]\nlayout = ["logo", "qr"]', 11, "receipt.layout", "'sale' is missing"),
        ('[receipt]\nlayout = "logo"', 11, "receipt.layout", "as a list"),
        ('[receipt]\nlogo = "absent.png"', 11, "receipt.logo", "beside settings.toml"),
        ('[receipt]\nlogo = "settings.toml"', 11, "receipt.logo", "no picture"),
        ('[receipt]\nlogo = "white.png"', 11, "receipt.logo", "white all over"),
        ('[receipt]\nlogo = "."', 11, "receipt.logo", "cannot be read"),
        ('[receipt]\nlogo = "a\\u0000b"', 11, "receipt.logo", "cannot be read"),
        ("[receipt]\nlogo = 7", 11, "receipt.logo", "the name of a picture file"),
        ('[brands.noord.receipt]\nlogo = "absent.png"', 11, "receipt.logo", "cannot be read"),
        ('[brands.noord.receipt]\nlayout = ["sale", "sale"]', 11, "receipt.layout", "twice"),
        ("[brands.west.receipt]\ncolumns = 42", 10, "brands", "no store is of this brand; there are noord"),
        ('[brands]\nnoord = "zuid"', 10, "brands", "[brands.ID.receipt]"),
    ],
)
def test_what_is_wrong_with_receipts_is_named_with_its_line(tmp_path: Path, tables: str, line: int, column: str, says: str) -> None:
    Image.new("RGB", (200, 80), "white").save(tmp_path / "white.png")
    shop, faults = _read(tmp_path, COMMON.replace("{tables}", tables))
    assert shop is None
    (fault,) = faults.in_order()
    assert (fault.line, fault.column) == (line, column) and says in fault.mend


def test_a_brand_has_its_own_logo_and_layout_and_each_picture_travels_once(tmp_path: Path) -> None:
    for name, colour in (("noord.png", "black"), ("zuid.png", "maroon")):
        Image.new("RGB", (200, 80), colour).save(tmp_path / name)
    tables = (
        '[receipt]\nlogo = "noord.png"\n[brands.zuid.receipt]\nlogo = "zuid.png"\nlayout = ["logo", "sale", "policy"]\n'
        '[brands.zuid.brand]\nname = "Zuid"'
    )
    more = {"S2": "", "S3": "[store.receipt]\nlayout = []", "S4": '[store.receipt]\nlogo = ""'}
    head = 'brand = "zuid"\nname = "x"\nzone = "Europe/Amsterdam"'
    stores = "".join(f'[[store]]\nid = "{store}"\n{head}\n{own}\n' for store, own in more.items())
    shop, faults = _read(tmp_path, COMMON.replace("{tables}", tables) + stores)
    assert shop and not faults.count
    noord, zuid, own_layout, no_logo = (_head(shop, store) for store in ("AMS1", "S2", "S3", "S4"))
    assert noord.logo and zuid.logo and noord.logo.png != zuid.logo.png and zuid.logo.says == "Zuid"
    assert own_layout.logo == zuid.logo and no_logo.logo is None
    assert (noord.layout, zuid.layout, own_layout.layout) == (LAYOUT, ("logo", "sale", "policy"), LAYOUT)
    assert sum(name.startswith("logo.") for name in shop.settings) == 2 and not any("brands" in name for name in shop.settings)


def test_a_file_without_logo_and_brands_is_as_it_was(tmp_path: Path) -> None:
    shop, _ = _read(tmp_path, COMMON.replace("{tables}", "[receipt]\ncolumns = 42"))
    assert shop and (shop.settings["receipt.columns"], shop.by_store) == (42, {"AMS1": {}})
    assert _head(shop, "AMS1").logo is None and not [name for name in shop.settings if name.startswith("logo")]


@pytest.mark.parametrize(
    ("keys", "column", "says"),
    [
        ("latitude = 91.0\nlongitude = 5", "latitude", "from -90 to 90"),
        ("latitude = 52\nlongitude = 180.1", "longitude", "from -180 to 180"),
        ("latitude = nan\nlongitude = 5", "latitude", "from -90 to 90"),
        ('latitude = "52"\nlongitude = 5', "latitude", "from -90 to 90"),
        ("latitude = true\nlongitude = 5", "latitude", "from -90 to 90"),
        ("latitude = 52.1", "latitude", "needs a longitude too"),
        ("longitude = 5.1", "longitude", "needs a latitude too"),
        ('kind = "outlet"', "kind", "one of store, warehouse"),
        ("kind = 7", "kind", "one of store, warehouse"),
    ],
)
def test_a_place_that_is_none_on_the_map_is_named_with_its_line(tmp_path: Path, keys: str, column: str, says: str) -> None:
    shop, faults = _read(tmp_path, COMMON.replace("{tables}", "") + keys)
    assert shop is None
    (fault,) = faults.in_order()
    assert fault.column == column and says in fault.mend and fault.line >= 11


def test_a_store_lies_on_the_map_to_the_decimetre_and_a_warehouse_is_one(tmp_path: Path) -> None:
    shop, _ = _read(tmp_path, COMMON.replace("{tables}", "") + 'latitude = -33.8567844\nlongitude = 151\nkind = "warehouse"')
    assert shop is not None
    (store,) = shop.stores
    assert (store.latitude_micro, store.longitude_micro, store.kind) == (-33_856_784, 151_000_000, "warehouse")
    plain, _ = _read(tmp_path, COMMON.replace("{tables}", ""))
    assert plain is not None and (plain.stores[0].latitude_micro, plain.stores[0].kind) == (None, "store")

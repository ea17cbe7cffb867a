"""The sample shops are complete, consistent and fit to be looked at."""

from __future__ import annotations

import csv
import hashlib
import itertools
import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from stdnum import ean
from stdnum.nl import btw

from assets.samples import generate

SAMPLES = Path(generate.__file__).resolve().parent
SHOPS = ("fashion", "grocery")
CODE_PREFIXES = {"fashion": "8799999", "grocery": "8798888"}
EAN8_PREFIX = "8799"
Row = dict[str, str]


def table(shop: str, name: str) -> list[Row]:
    """All rows of one of a shop's tables."""
    with (SAMPLES / shop / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def picture_of(shop: str, name: str) -> Image.Image:
    """A small version of a picture as it looks on a white tile."""
    with Image.open(SAMPLES / shop / "pictures" / name) as file:
        seen = Image.new("RGBA", file.size, "white")
        seen.alpha_composite(file.convert("RGBA"))
    return seen.convert("RGB").resize((32, 32))


@pytest.mark.parametrize("shop", SHOPS)
def test_the_columns_are_exactly_those_of_the_product_file(shop: str) -> None:
    first = (SAMPLES / shop / "products.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first == (
        "sku,style,name_nl,name_en,brand,category,size,colour,barcodes,vat_class,price,unit,"
        "content,picture,deposit,age_limit,goods,stock:AMS1,stock:UTR1"
    )
    assert all(None not in row and None not in row.values() for row in table(shop, "products.csv"))


@pytest.mark.parametrize("shop", SHOPS)
def test_each_shop_has_some_three_hundred_products_with_their_own_numbers(shop: str) -> None:
    rows = table(shop, "products.csv")
    assert 280 <= len(rows) <= 380
    assert [sku for sku, count in Counter(row["sku"] for row in rows).items() if count > 1] == []


def test_every_barcode_is_valid_and_belongs_to_one_product_of_one_shop() -> None:
    seen: dict[str, str] = {}
    for shop in SHOPS:
        for row in table(shop, "products.csv"):
            codes = row["barcodes"].split("|")
            for code in codes:
                assert ean.is_valid(code), f"{row['sku']}: {code} has a wrong check digit"
                assert code.startswith(CODE_PREFIXES[shop] if len(code) == 13 else EAN8_PREFIX)
                assert seen.setdefault(code, row["sku"]) == row["sku"], f"{code} is there twice"
            assert len(codes) == len(set(codes))
    lengths = Counter(map(len, seen))
    assert set(lengths) == {8, 13} and lengths[8] >= 5


@pytest.mark.parametrize("shop", SHOPS)
def test_some_products_have_a_second_barcode(shop: str) -> None:
    assert sum("|" in row["barcodes"] for row in table(shop, "products.csv")) >= 10


@pytest.mark.parametrize("shop", SHOPS)
def test_every_value_is_one_that_an_import_takes(shop: str) -> None:
    for row in table(shop, "products.csv"):
        assert row["vat_class"] in {"standard", "reduced", "zero", "exempt"}, row
        assert row["unit"] in {"piece", "kg", "l", "m"}, row
        assert re.fullmatch(r"\d+\.\d\d", row["price"]) and float(row["price"]) > 0, row
        assert re.fullmatch(r"(\d+(\.\d+)? (g|kg|ml|l))?", row["content"]), row
        assert row["deposit"] in {"", "0.15", "0.25", "0.90", "3.90"}, row
        assert row["age_limit"] in {"", "18"}, row
        stock = r"\d+(\.\d{1,3})?" if row["unit"] != "piece" else r"\d+"
        assert re.fullmatch(stock, row["stock:AMS1"]) and re.fullmatch(stock, row["stock:UTR1"])
        assert all(row[key].strip() == row[key] for key in row)
        assert row["name_nl"] and row["name_en"] and row["brand"] and row["style"]


def test_the_grocery_shows_weight_deposit_and_age_limit() -> None:
    rows = table("grocery", "products.csv")
    assert sum(row["unit"] == "kg" for row in rows) >= 30
    assert sum(bool(row["deposit"]) for row in rows) >= 20
    assert {row["vat_class"] for row in rows} == {"standard", "reduced", "exempt"}
    limited = [row for row in rows if row["age_limit"]]
    assert len(limited) >= 20
    assert {row["category"] for row in limited} == {"Drinks/Beer", "Drinks/Wine & spirits"}
    # Alcohol has the standard rate, food the reduced one; without alcohol beer is a soft drink.
    assert {row["vat_class"] for row in limited} == {"standard"}


def test_large_bottles_of_soft_drink_carry_the_higher_deposit() -> None:
    drinks = [r for r in table("grocery", "products.csv") if r["deposit"] in {"0.15", "0.25"}]
    for row in drinks:
        litres = float(row["content"].removesuffix(" l"))
        assert row["deposit"] == ("0.25" if litres >= 1 else "0.15"), row


@pytest.mark.parametrize("shop", SHOPS)
def test_the_variants_of_a_style_differ_in_size_or_colour_only(shop: str) -> None:
    styles: dict[str, list[Row]] = {}
    for row in table(shop, "products.csv"):
        styles.setdefault(row["style"], []).append(row)
    if shop == "fashion":
        for rows in styles.values():
            shared = {(r["name_nl"], r["name_en"], r["category"], r["brand"]) for r in rows}
            assert len(shared) == 1, shared
            assert len({(r["size"], r["colour"]) for r in rows}) == len(rows)
    assert sum(len(rows) > 1 for rows in styles.values()) >= 10
    assert all(len({r["category"] for r in rows}) == 1 for rows in styles.values())


@pytest.mark.parametrize("shop", SHOPS)
def test_every_category_is_named_in_both_languages_and_used(shop: str) -> None:
    categories = {row["path"]: row for row in table(shop, "categories.csv")}
    used = {row["category"] for row in table(shop, "products.csv")}
    parents = {path.rpartition("/")[0] for path in used}
    assert set(categories) == used | parents
    assert all(row["name_nl"] and row["name_en"] for row in categories.values())
    quick = [path for path, row in categories.items() if row["quick"] == "1"]
    assert len(quick) >= 3 and set(quick) <= used


@pytest.mark.parametrize("shop", SHOPS)
def test_every_word_for_a_colour_or_size_has_both_languages(shop: str) -> None:
    words = {row["code"]: row for row in table(shop, "words.csv")}
    rows = table(shop, "products.csv")
    needed = {row["colour"] for row in rows}
    # Sizes such as 38, M or +1.5 read the same in every language and need no word.
    plain = re.compile(r"[XSML]+|[SML]+/X?[SML]+|[+\d.-]*")
    needed |= {row["size"] for row in rows if not plain.fullmatch(row["size"])}
    assert needed - {""} == set(words)
    assert all(row["name_nl"] and row["name_en"] for row in words.values())


@pytest.mark.parametrize("shop", SHOPS)
def test_every_picture_is_there_and_is_used(shop: str) -> None:
    named = {row["picture"] for row in table(shop, "products.csv")}
    named |= {row["picture"] for row in table(shop, "categories.csv")}
    there = {path.name for path in (SAMPLES / shop / "pictures").glob("*.webp")}
    assert named == there


@pytest.mark.parametrize("shop", SHOPS)
def test_pictures_are_small_square_and_transparent_and_sixty_are_distinct(shop: str) -> None:
    distinct = set()
    for path in (SAMPLES / shop / "pictures").glob("*.webp"):
        distinct.add(hashlib.sha256(path.read_bytes()).hexdigest())
        assert path.stat().st_size < 12_500, path.name
        with Image.open(path) as file:
            assert file.size == (256, 256) and file.mode == "RGBA", path.name
            assert file.getchannel("A").getextrema()[0] == 0, f"{path.name} has no clear pixel"
    assert len(distinct) >= 60


@pytest.mark.parametrize("shop", SHOPS)
def test_no_two_products_on_one_screen_look_alike(shop: str) -> None:
    screens: dict[str, dict[str, str]] = {}
    for row in table(shop, "products.csv"):
        pictures = screens.setdefault(row["category"], {})
        other = pictures.setdefault(row["picture"], row["style"])
        assert other == row["style"], f"{row['picture']} stands for {other} and {row['style']}"
    for category, pictures in screens.items():
        small = {name: picture_of(shop, name) for name in pictures}
        for one, two in itertools.combinations(pictures, 2):
            mean = ImageStat.Stat(ImageChops.difference(small[one], small[two])).mean
            # Measured: two glasses of wine, red and rosé, differ by 4.3 of 255 with all the white
            # around them; under 3 a person has to look twice.
            assert sum(mean) / 3 >= 3, f"{category}: {one} and {two} look alike"


@pytest.mark.parametrize("shop", SHOPS)
def test_the_staff_have_numbers_badges_and_a_manager(shop: str) -> None:
    staff = table(shop, "staff.csv")
    assert list(staff[0]) == ["number", "name", "role", "badge"]
    assert 4 <= len(staff) <= 5
    assert len({row["number"] for row in staff}) == len({row["badge"] for row in staff})
    assert {row["role"] for row in staff} == {"cashier", "associate", "manager"}
    assert any(not row["name"].isascii() for row in staff)
    # A badge that read as a product code would be rung up instead of signing somebody in.
    assert not any(row["badge"].isdigit() for row in staff)


@pytest.mark.parametrize("shop", SHOPS)
def test_the_settings_name_tenant_entity_stores_and_receipt_lines(shop: str) -> None:
    settings = tomllib.loads((SAMPLES / shop / "settings.toml").read_text(encoding="utf-8"))
    assert [store["id"] for store in settings["store"]] == ["AMS1", "UTR1"]
    for store in settings["store"]:
        assert set(store) == {
            "id", "name", "street", "postcode", "city", "country", "zone", *({"latitude", "longitude"} & set(store)),
        }  # fmt: skip
        assert store["zone"] == "Europe/Amsterdam"
    assert btw.is_valid(settings["legal_entity"]["vat_id"])
    assert settings["till"]["cash_rounding"] is True
    assert all(re.fullmatch(r"\d+\.\d\d", amount) for amount in settings["till"]["quick_cash"])
    for language in settings["languages"]:
        lines = settings["receipt"][language]["header"] + settings["receipt"][language]["footer"]
        # 42 columns is the narrowest of the two usual widths of an 80 mm receipt.
        assert lines and all(0 < len(line) <= 42 for line in lines)


@pytest.mark.parametrize("shop", SHOPS)
def test_each_shop_has_a_handful_of_offers_of_different_kinds(shop: str) -> None:
    promotions = table(shop, "promotions.csv")
    assert len(promotions) >= 10 and len({row["kind"] for row in promotions}) >= 8
    assert all(row["name_nl"] and row["name_en"] for row in promotions)
    assert {row["kind"] for row in table(shop, "tenders.csv")} >= {"cash", "card"}
    assert any(row["reduction"] for row in table(shop, "prices.csv"))
    lists = {row["pricelist"] for row in table(shop, "pricelists.csv")}
    assert {row["list"] for row in table(shop, "prices.csv")} - {""} == lists


@pytest.mark.parametrize("shop", SHOPS)
def test_no_offer_touches_the_goods_of_the_day_that_was_worked_out_by_hand(shop: str) -> None:
    day = tomllib.loads((Path(__file__).parents[1] / "journeys" / f"day_{shop}.toml").read_text(encoding="utf-8"))
    sold = {line[1] for sale in (*day["sale"].values(), day["second_till"]) for line in sale["lines"]}
    goods = {row["sku"]: row for row in table(shop, "products.csv")}
    for row in table(shop, "promotions.csv"):
        if row["coupon"] or row["label"] or row["kind"] in ("employee", "member_price"):
            continue  # nobody in that day shows a card, a coupon or a sticker
        named = {token for group in row["goods"].split(" + ") for token in group.split("|")}
        named -= {token for group in row["but"].split(" + ") for token in group.split("|")}
        for sku in sold:
            one = goods[sku]
            paths = itertools.accumulate(one["category"].split("/"), lambda path, part: f"{path}/{part}")
            tokens = {"all", f"article:{sku}", f"style:{one['style']}", f"brand:{one['brand']}"}
            tokens |= {f"category:{path}" for path in paths} | {f"class:{name}" for name in one["goods"].split("|")}
            assert not tokens & named, f"{row['promotion']} would change what {sku} costs: work the day out again, or leave it out"
    assert not sold & {row["sku"] for row in table(shop, "prices.csv")}

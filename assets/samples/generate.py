"""Generates a big, plausible product file of any size up to 100,000, always the same for one seed.

>>> row = next(generate(1, seed=1))
>>> row["barcodes"], row["vat_class"] in {"standard", "reduced"}
('8790000000019', True)

The sample shops are made to be looked at; this one is made to weigh something: imports, snapshots,
feeds and search are measured on it. Its codes start with 8790, those of the sample shops with 8798
and 8799, so all three can be imported into one hub.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = (
    "sku", "style", "name_nl", "name_en", "brand", "category", "size", "colour", "barcodes",
    "vat_class", "price", "unit", "content", "picture", "deposit", "age_limit",
    "stock:AMS1", "stock:UTR1",
)  # fmt: skip
COUNT_MAX = 100_000
CODE_PREFIX = "8790"

Word = tuple[str, str]  # Dutch, English


@dataclass(frozen=True)
class Range:
    """A family of products: the things, what they are made of, sizes, and prices in cents."""

    category: str
    things: tuple[Word, ...]
    traits: tuple[Word, ...]
    sizes: tuple[str, ...]
    colours: tuple[str, ...]
    vat_class: str
    price_minor: tuple[int, int]
    contents: tuple[str, ...] = ("",)


# Dutch adjectives before a common noun take an -e; every thing below is a common noun or a plural,
# so that "wollen" or "lichte" fits all of them.
WEAR = (
    ("jas", "coat"), ("trui", "jumper"), ("broek", "trousers"), ("rok", "skirt"),
    ("muts", "beanie"), ("sjaal", "scarf"), ("pet", "cap"), ("riem", "belt"),
    ("bodywarmer", "gilet"), ("blouse", "blouse"), ("pyjama", "pyjamas"), ("legging", "leggings"),
)  # fmt: skip
GEAR = (
    ("tas", "bag"), ("mat", "mat"), ("bidon", "bottle"), ("helm", "helmet"),
    ("slaapzak", "sleeping bag"), ("lamp", "lamp"), ("halter", "dumbbell"), ("bal", "ball"),
    ("handdoek", "towel"), ("stoel", "chair"), ("koelbox", "cool box"), ("deken", "blanket"),
)  # fmt: skip
FOOD = (
    ("soep", "soup"), ("saus", "sauce"), ("jam", "jam"), ("thee", "tea"),
    ("koffie", "coffee"), ("kaas", "cheese"), ("muesli", "muesli"), ("pasta", "pasta"),
    ("crackers", "crackers"), ("siroop", "syrup"), ("worst", "sausage"), ("noten", "nuts"),
)  # fmt: skip
HOME = (
    ("kaars", "candle"), ("mok", "mug"), ("kom", "bowl"), ("vaas", "vase"),
    ("borstel", "brush"), ("zeep", "soap"), ("pan", "pan"), ("schaal", "dish"),
    ("mand", "basket"), ("klok", "clock"), ("spiegel", "mirror"), ("lade", "drawer box"),
)  # fmt: skip
MADE = (
    ("wollen", "wool"), ("katoenen", "cotton"), ("linnen", "linen"), ("lichte", "light"),
    ("warme", "warm"), ("waterdichte", "waterproof"), ("gestreepte", "striped"),
    ("klassieke", "classic"), ("sportieve", "sporty"), ("zachte", "soft"),
)  # fmt: skip
BUILT = (
    ("opvouwbare", "folding"), ("stevige", "sturdy"), ("kleine", "small"), ("grote", "large"),
    ("lichte", "light"), ("houten", "wooden"), ("rubberen", "rubber"), ("ronde", "round"),
    ("reflecterende", "reflective"), ("zachte", "soft"),
)  # fmt: skip
TASTES = (
    ("biologische", "organic"), ("pittige", "spicy"), ("milde", "mild"), ("ambachtelijke", "craft"),
    ("zoete", "sweet"), ("romige", "creamy"), ("gerookte", "smoked"), ("verse", "fresh"),
    ("Italiaanse", "Italian"), ("Franse", "French"),
)  # fmt: skip
RANGES = (
    Range("Clothing/Everyday", WEAR, MADE, ("XS", "S", "M", "L", "XL"),
          ("black", "navy", "red", "green", "beige"), "standard", (995, 14_995)),
    Range("Sports/Equipment", GEAR, BUILT, ("S", "M", "L"),
          ("blue", "orange", "grey"), "standard", (495, 24_995)),
    Range("Food/Pantry", FOOD, TASTES, ("",), ("",), "reduced", (79, 1_499),
          ("250 g", "400 g", "500 g", "750 g", "1 kg")),
    Range("Home/Living", HOME, BUILT, ("",), ("white", "brown", "blue"), "standard", (199, 5_995)),
)  # fmt: skip
LINES = (
    "Noord", "Zuid", "Kade", "Duin", "Veld", "Linde", "Brug", "Haven", "Molen", "Polder",
    "Heide", "Zilver", "Merel", "Reiger", "Vlier", "Oever", "IJssel", "Wad", "Terp", "Kreek",
)  # fmt: skip
BRANDS = ("Tarn", "Vlonder", "Halyard", "Kadans", "Polderzicht", "Molenwiek", "Oma Jet", "Helder")


def check_digit(body: str) -> str:
    """The last digit of an EAN whose other digits are given (GS1 General Specifications, 7.9)."""
    weighted = sum(int(digit) * (3 if at % 2 == 0 else 1) for at, digit in enumerate(body[::-1]))
    return str(-weighted % 10)


def price_text(chance: random.Random, low_minor: int, high_minor: int) -> str:
    """A shelf price between two amounts in cents, ending in 9 or 5 as shops have it."""
    minor = round(low_minor * (high_minor / low_minor) ** chance.random())
    minor = minor - minor % 10 + (9 if minor < 2_000 else 5)
    return f"{minor // 100}.{minor % 100:02d}"


def variants(chance: random.Random) -> Iterator[dict[str, str]]:
    """Products without number and code, style by style, for ever."""
    turn = itertools.count(1)
    for number in turn:
        family = RANGES[chance.randrange(len(RANGES))]
        thing, trait = chance.choice(family.things), chance.choice(family.traits)
        line = chance.choice(LINES)
        shared = {
            "style": f"G{number:06d}",
            "name_nl": f"{trait[0].capitalize()} {thing[0]} {line} {number % 97 + 1}",
            "name_en": f"{trait[1].capitalize()} {thing[1]} {line} {number % 97 + 1}",
            "brand": chance.choice(BRANDS),
            "category": family.category,
            "vat_class": family.vat_class,
            "price": price_text(chance, *family.price_minor),
            "unit": "piece",
            "content": chance.choice(family.contents),
        }
        for colour in family.colours[: chance.randint(1, len(family.colours))]:
            for size in family.sizes:
                yield shared | {"size": size, "colour": colour}


def generate(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Yield `count` products as rows of a product file; the same seed gives the same rows.

    A longer run starts with the rows of a shorter one. Every twentieth product has a second code.
    Raises ValueError when count is not within 0 to 100,000.
    """
    if not 0 <= count <= COUNT_MAX:
        raise ValueError(f"count must be 0 to {COUNT_MAX}, not {count}")
    chance = random.Random(seed)
    blank = dict.fromkeys(COLUMNS, "")
    for number, product in enumerate(itertools.islice(variants(chance), count), start=1):
        body = f"{CODE_PREFIX}{number:08d}"
        codes = body + check_digit(body)
        if number % 20 == 0:
            second = f"{CODE_PREFIX}9{number:07d}"
            codes += f"|{second}{check_digit(second)}"
        yield blank | product | {
            "sku": f"G{number:06d}",
            "barcodes": codes,
            "stock:AMS1": str(int(chance.random() * 40)),
            "stock:UTR1": str(int(chance.random() * 40)),
        }


def write_csv(path: Path, count: int, seed: int) -> None:
    """Write a product file of `count` rows."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(generate(count, seed))


def main() -> None:
    """Read the arguments and write the file."""
    parser = argparse.ArgumentParser(
        prog="python -m assets.samples.generate",
        description="Write a product file of any size, the same for the same seed.",
        epilog="example: python -m assets.samples.generate --count 100000 --out products.csv",
    )
    parser.add_argument("--count", type=int, default=10_000, help="products, up to 100000")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="file to write")
    arguments = parser.parse_args()
    if not 0 <= arguments.count <= COUNT_MAX:
        parser.error(f"--count must be 0 to {COUNT_MAX}")
    write_csv(arguments.out, arguments.count, arguments.seed)


if __name__ == "__main__":
    main()

"""A shop with 100,000 products, made once for all benches of a run, and timed while it is made."""

import json
import subprocess
import sys
import time
from pathlib import Path

from assets.samples import generate
from kiosk.apps.demo import PINS_FILE, DemoShop
from kiosk.store import identity
from kiosk.store.folder import write_whole
from tests.bench.figures import Figures

SAMPLE = Path(__file__).parents[2] / "assets" / "samples" / "grocery"


def make(folder: Path, products: int, figures: Figures) -> DemoShop:
    """Import, start the hub, enrol a till; times the import and the enrolment with its bootstrap."""
    shop = DemoShop(folder, "grocery", lambda line: print(line, file=sys.stderr))
    folder.mkdir(parents=True, exist_ok=True)
    pins: dict[str, str] = {}
    for name in ("settings.toml", "categories.csv", "staff.csv"):
        pins |= shop.hub_command("import", str(SAMPLE / name)).get("pins", {})
    write_whole(folder / PINS_FILE, json.dumps(pins).encode(), 0o600)
    listed = folder / "products.csv"
    argv = [sys.executable, "-m", "assets.samples.generate", "--count", str(products), "--out", str(listed)]
    subprocess.run(argv, check=True)
    began = time.perf_counter()
    shop.hub_command("import", str(listed))
    figures.add("import_100k", time.perf_counter() - began)
    shop.start_hub()
    began = time.perf_counter()
    till = shop.enrol("till-01")
    figures.add("bootstrap_100k", time.perf_counter() - began)
    assert identity.is_enrolled(till)
    return shop


def barcodes(products: int, most_minor: int = 2_000) -> list[str]:
    """The first code of every generated product by the piece; dear ones left out, so that any basket may be paid in cash."""
    rows = generate.generate(products, seed=1)
    return [
        row["barcodes"].partition("|")[0]
        for row in rows
        if row["unit"] == "piece" and int(row["price"].replace(".", "")) <= most_minor
    ]

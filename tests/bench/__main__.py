"""`packaging/dev bench`: measures speed and memory against budgets.toml; never a test, because machines differ."""

import argparse
import tempfile
from pathlib import Path

from tests.bench import services, shop
from tests.bench.figures import Figures


def main() -> int:
    """Measure and print; exit code 1 when a budget was missed."""
    parser = argparse.ArgumentParser(prog="packaging/dev bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--products", type=int, default=100_000, help="size of the catalogue")
    options = parser.parse_args()
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="toonbank-bench-") as folder:
        made = shop.make(Path(folder), options.products, figures)
        try:
            services.run(made, shop.barcodes(options.products), figures, rows=options.products)
        finally:
            made.stop()
    figures.show(options.json, f"{options.products:,} products")
    return 0 if all(row.get("met", True) for row in figures.rows()) else 1


if __name__ == "__main__":
    raise SystemExit(main())

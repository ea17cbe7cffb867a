"""`packaging/dev bench`: measures speed and memory against budgets.toml; never a test, because machines differ."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench import (
    collect,
    curve,
    hub,
    memory,
    money,
    moneyscreens,
    orders,
    people,
    places,
    pricing,
    services,
    shop,
    shopapi,
    simulator,
    weborders,
    window,
)
from tests.bench.figures import Figures, budgets
from tests.bench.options import Options

QUICK_PRODUCTS = 2_000
BENCHES = {
    "services": services.FIGURES, "window": window.FIGURES, "memory": memory.FIGURES, "hub": hub.FIGURES,
    "simulator": simulator.FIGURES, "pricing": pricing.FIGURES, "money": money.FIGURES, "moneyscreens": moneyscreens.FIGURES,
    "orders": orders.FIGURES, "people": people.FIGURES, "places": places.FIGURES, "shopapi": shopapi.FIGURES,
    "collect": collect.FIGURES, "weborders": weborders.FIGURES,
}  # fmt: skip
BY_THEMSELVES = BENCHES.keys() - {"services", "window", "memory"}
"""Benches that need no till."""


def main() -> int:
    """Measure and print; exit code 1 when a budget was missed."""
    asked = _arguments().parse_args()
    products = asked.products or (QUICK_PRODUCTS if asked.quick else 100_000)
    if asked.curve:
        curve.run(products, as_json=asked.json)
        return 0
    options = Options(products, asked.quick, frozenset(asked.figure or ()))
    wanted = [name for name, made in BENCHES.items() if name in (asked.only or BENCHES) and options.wants(*made)]
    figures, slow = Figures(), Figures(floor=True)
    with tempfile.TemporaryDirectory(prefix="toonbank-bench-") as folder:
        if "hub" in wanted:
            hub.run(Path(folder), figures, options)
        if "simulator" in wanted:
            simulator.measure(figures, options)
        if "pricing" in wanted:
            pricing.measure(figures, options)
        if "orders" in wanted:
            orders.measure(figures, options)
        if "money" in wanted:
            money.measure(Path(folder), figures, options)
        if "people" in wanted:
            people.measure(Path(folder), figures, options)
        if "places" in wanted:
            places.measure(Path(folder), figures, options)
        if "collect" in wanted:
            collect.measure(Path(folder), figures, options)
        if "shopapi" in wanted:
            shopapi.measure(Path(folder), figures, options)
        if "weborders" in wanted:
            weborders.measure(Path(folder), figures, options)
        if "moneyscreens" in wanted:
            moneyscreens.measure(Path(folder), figures, options)
        if set(wanted) - BY_THEMSELVES or asked.slow:
            _measure_terminal(Path(folder), wanted, asked.slow, (figures, slow), options)
    setting = f"{products:,} products, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f} at the end"
    figures.show(asked.json, setting)
    if asked.slow:
        slow.show(asked.json, f"{setting}; fsync 10 ms later, the till's CPU held to 40 %")
    return 0 if all(row.get("met", True) for row in [*figures.rows(), *slow.rows()]) else 1


def _measure_terminal(folder: Path, wanted: list[str], is_slow: bool, figures: tuple[Figures, Figures], options: Options) -> None:
    made = shop.make(folder, options.products, figures[0])
    codes = shop.barcodes(options.products)
    try:
        if "services" in wanted:
            services.run(made, codes, figures[0], options)
        if "window" in wanted:
            window.run(made, codes, figures[0], options)
        if "memory" in wanted:
            memory.run(made, codes, figures[0], options)
        if is_slow:
            window.run_slowed(made, codes, figures[1], options)
    finally:
        made.stop()
        _complain(folder)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="packaging/dev bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--products", type=int, default=0, help="size of the catalogue (default 100,000)")
    parser.add_argument("--quick", action="store_true", help="small counts, and 2,000 products where none are named")
    parser.add_argument("--only", action="append", choices=BENCHES, help="only these benches; may be given more than once")
    only = "only this figure of budgets.toml; may be given more than once"
    parser.add_argument("--figure", action="append", choices=budgets(), metavar="NAME", help=only)
    parser.add_argument("--slow", action="store_true", help="once more with a slow disk and a slow CPU")
    parser.add_argument("--curve", action="store_true", help="how costs grow with size, and nothing else")
    return parser


def _complain(folder: Path) -> None:
    """Show what the tills wrote to their logs: nothing, when all is well."""
    for log in sorted(folder.glob("till-*.log")):
        lines = [line for line in log.read_text("utf-8", "replace").splitlines() if "scenegraph" not in line]
        for line in lines[-20:]:
            print(f"{log.name}: {line}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())

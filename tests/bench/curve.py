"""How costs grow: the same work at several sizes in one run, and the slope of its logarithms."""

import json
import math
import random
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kiosk.apps.terminal import Silence, Terminal
from tests.bench import hub_curve, services, shop
from tests.bench.figures import Figures, percentile

SIZES = (1_000, 10_000, 100_000)
SCANS = 400
Curve = dict[str, list[float]]
"""The median of each kind of work at each size: ms, bootstrap s."""


def run(most: int, *, as_json: bool) -> None:
    """Measure at every size up to `most` and print; a slope of 0 is a cost that does not grow, 1 one in step with size."""
    sizes = [size for size in SIZES if size <= most]
    curve: Curve = {}
    for size in sizes:
        for name, value in _measured(size).items():
            curve.setdefault(name, []).append(value)
    stored, later = hub_curve.by_stored(most)
    pushes, each = hub_curve.by_push()
    shown = [
        ("Cost by number of products", sizes, curve),
        ("Cost by facts that the hub has", stored, {"One more sale at the hub, us": later}),
        ("Cost by sales in a push", pushes, {"A sale at the hub, us": each}),
    ]
    if as_json:
        print(json.dumps([_as_rows(*one) for one in shown], indent=2))
        return
    for title, across, curves in shown:
        table = Table("", *(f"{size:,}" for size in across), "slope", title=title)
        for name, values in curves.items():
            table.add_row(name, *(f"{value:.4g}" for value in values), f"{slope(across, values):.2f}")
        Console(width=120).print(table)


def _as_rows(title: str, sizes: list[int], curve: Curve) -> dict[str, object]:
    rows = {name: {"values": values, "slope": slope(sizes, values)} for name, values in curve.items()}
    return {"title": title, "sizes": sizes, "curves": rows}


def slope(sizes: list[int], values: list[float]) -> float:
    """The exponent of growth: the least-squares line through the logarithms.

    >>> round(slope([10, 100, 1000], [1.0, 10.0, 100.0]), 3)
    1.0
    """
    across = [math.log(size) for size in sizes]
    up = [math.log(max(value, 1e-6)) for value in values]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    spread = sum((x - middle) ** 2 for x in across)
    return sum((x - middle) * (y - height) for x, y in zip(across, up, strict=True)) / spread if spread else 0.0


def _measured(size: int) -> dict[str, float]:
    figures = Figures()
    with tempfile.TemporaryDirectory(prefix="toonbank-curve-") as folder:
        made = shop.make(Path(folder), size, figures)
        try:
            terminal = Terminal(made.folder / "till-01", Silence())
            try:
                number, pin = next(iter(made.first_pins().items()))
                terminal.session.sign_in(number, pin)
                terminal.shifts.open(0)
                _sell(terminal, shop.barcodes(size), figures)
            finally:
                terminal.close()
        finally:
            made.stop()
    names = {"bootstrap_100k": "Bootstrap, s", "scan_service": "Scan, ms", "search_service": "Search, ms"}
    return {title: percentile(figures.values[name], 0.5) for name, title in names.items()}


def _sell(terminal: Terminal, codes: list[str], figures: Figures) -> None:
    chance = random.Random(1)
    for place in range(SCANS):
        code = chance.choice(codes)
        began = time.perf_counter()
        terminal.selling.add_code(code)
        figures.add("scan_service", (time.perf_counter() - began) * 1_000)
        if place % 50 == 49:
            terminal.selling.abandon("bench")
    for query in services.QUERIES * 10:
        began = time.perf_counter()
        terminal.lookup.search(query)
        figures.add("search_service", (time.perf_counter() - began) * 1_000)

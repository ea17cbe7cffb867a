"""Figures of a bench run: medians and high percentiles against their budgets, as a table and as JSON."""

import json
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

BUDGETS = Path(__file__).with_name("budgets.toml")


def budgets() -> dict[str, dict[str, Any]]:
    """Title, unit and goals of every figure, by its name."""
    return tomllib.loads(BUDGETS.read_text("utf-8"))


def percentile(values: Sequence[float], share: float) -> float:
    """The value below or at which `share` (0 to 1) of the values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1))]


@dataclass
class Figures:
    """What was measured, by the names of budgets.toml. `floor` holds it to the goals of a slow machine, where there are such."""

    values: dict[str, list[float]] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    floor: bool = False

    def add(self, name: str, *values: float) -> None:
        """Add measurements in the budget's unit."""
        self.values.setdefault(name, []).extend(values)

    def skip(self, name: str, reason: str) -> None:
        """Say why something was not measured."""
        self.notes[name] = reason

    def rows(self) -> list[dict[str, Any]]:
        """One row a budget that was measured or skipped: figures, goals, and whether they were met."""
        return [self._row(name, budget) for name, budget in budgets().items() if name in self.values or name in self.notes]

    def _row(self, name: str, budget: dict[str, Any]) -> dict[str, Any]:
        values = self.values.get(name, [])
        row: dict[str, Any] = {"name": name, "title": budget["title"], "unit": budget["unit"], "count": len(values)}
        row["note"] = self.notes.get(name, "")
        if not values:
            return row
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
        row |= {key: percentile(values, share) for key, share in shares.items()} | {"max": max(values)}
        if self.floor:
            budget = _of_a_slow_machine(budget)
        met = [row[key] <= budget[f"goal_{key}"] for key in shares if f"goal_{key}" in budget]
        met += [row[key] >= budget[f"least_{key}"] for key in shares if f"least_{key}" in budget]
        row["goal"] = {key: value for key, value in budget.items() if key.startswith(("goal", "least"))}
        row["met"] = all(met)
        return row

    def show(self, as_json: bool, setting: str) -> None:
        """Print the table, or JSON."""
        if as_json:
            print(json.dumps({"setting": setting, "figures": self.rows()}, indent=2))
            return
        table = Table("", "n", "p50", "p95", "p99", "max", "goal", "", title=setting)
        for row in self.rows():
            if not row["count"]:
                table.add_row(row["title"], "0", "", "", "", "", "", row["note"])
                continue
            figures = (f"{row[key]:.4g}" for key in ("p50", "p95", "p99", "max"))
            goal = " ".join(
                f"{key.partition('_')[2]} {'≥' if key.startswith('least') else '≤'} {value:g} {row['unit']}"
                for key, value in row["goal"].items()
            )
            table.add_row(row["title"], str(row["count"]), *figures, goal, "met" if row["met"] else "MISSED")
        Console(width=150).print(table)


def _of_a_slow_machine(budget: dict[str, Any]) -> dict[str, Any]:
    floors = {key.replace("floor", "goal"): value for key, value in budget.items() if key.startswith("floor")}
    return {key: value for key, value in budget.items() if not (floors and key.startswith("goal"))} | floors

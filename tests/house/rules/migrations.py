"""Stored data moves forward by named steps; each step has a test that names it."""

import ast
from pathlib import Path

from tests.house.rules.common import PRODUCT, Finding, files, parsed, relative


def steps(root: Path) -> list[tuple[Path, int, str]]:
    """Find the steps: functions that a set made by `Migrations(...)` decorates."""
    found = []
    for path in files(root, PRODUCT, ".py"):
        if "migration" not in relative(root, path):
            continue
        sets = {
            ast.unparse(node.targets[0])
            for node in parsed(path).body
            if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and ast.unparse(node.value.func).endswith("Migrations")
        }
        found += [
            (path, node.lineno, node.name)
            for node in parsed(path).body
            if isinstance(node, ast.FunctionDef)
            and any(ast.unparse(item).partition("(")[0] in sets for item in node.decorator_list)
        ]
    return found


def check(root: Path) -> list[Finding]:
    """Ask for each step for a test that says its name."""
    tests = "\n".join(path.read_text(encoding="utf-8") for path in files(root, ["tests"], ".py"))
    return [
        Finding(
            relative(root, path),
            line,
            f"no test names the migration step {name}",
            "add a test that starts from the schema before it and looks at the data after it",
        )
        for path, line, name in steps(root)
        if name not in tests
    ]

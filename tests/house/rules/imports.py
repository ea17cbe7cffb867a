"""Imports go one way, stand at the top of the file and form no circle."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.house.rules import import_table as table
from tests.house.rules.common import (
    PRODUCT,
    Finding,
    files,
    module_name,
    parsed,
    relative,
    within,
)


@dataclass(frozen=True)
class Import:
    """One import as it stands in a file: who imports what, and whether inside a function."""

    importer: str
    target: str
    path: str
    line: int
    in_function: bool

    @property
    def top(self) -> str:
        """The first part of the imported name."""
        return self.target.partition(".")[0]


def modules(root: Path) -> dict[str, Path]:
    """Give all modules of the product by their dotted names."""
    return {module_name(root, path): path for path in files(root, PRODUCT, ".py")}


def _targets(node: ast.Import | ast.ImportFrom, module: str, is_package: bool) -> list[list[str]]:
    """Give for each imported name the module names it may stand for, the longest first."""
    if isinstance(node, ast.Import):
        return [[alias.name] for alias in node.names]
    base = node.module or ""
    if node.level:
        home = module.split(".") if is_package else module.split(".")[:-1]
        home = home[: len(home) - (node.level - 1)]
        base = ".".join([*home, base] if base else home)
    return [[f"{base}.{alias.name}", base] for alias in node.names]


def _walk(node: ast.AST, in_function: bool) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, in_function
        inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _walk(child, in_function or inside)


def imports(root: Path) -> list[Import]:
    """Read all imports of the product, those under TYPE_CHECKING included."""
    known = modules(root)
    found = []
    for module, path in known.items():
        for node, in_function in _walk(parsed(path), False):
            for candidates in _targets(node, module, path.name == "__init__.py"):
                target = next((name for name in candidates if name in known), candidates[-1])
                place = relative(root, path)
                found.append(Import(module, target, place, node.lineno, in_function))
        if module in table.LOADS_BY_NAME:
            found += _named(module, path, relative(root, path), known)
    return found


def _named(module: str, path: Path, place: str, known: dict[str, Path]) -> list[Import]:
    """Take modules of ours that a file names as text for imports, where it may load by name."""
    return [
        Import(module, node.value, place, node.lineno, False)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in known
    ]


def check_table(root: Path) -> list[Finding]:
    """Hold every import against its row; a module without a row is refused as well."""
    findings = []
    for module, path in modules(root).items():
        if path.name != "__init__.py" and table.row_for(module) is None:
            rule = f"{module} has no row in the import table"
            out = "put the module into one of the packages of the table, or give its package a row"
            findings.append(Finding(relative(root, path), 1, rule, out))
    for found in imports(root):
        row = table.row_for(found.importer)
        fault = row and _fault(found, row)
        if fault:
            findings.append(Finding(found.path, found.line, *fault))
    return findings


def _fault(found: Import, row: table.Row) -> tuple[str, str] | None:
    if found.top in table.OURS:
        if any(within(found.target, package) for package in (row.package, *row.ours)):
            return None
        may = ", ".join(row.ours) or "nothing else of ours"
        out = f"{row.package} may import {may}; hand the value or a callable in as an argument"
        return f"{row.package} imports {found.target}", out
    if found.top in table.STDLIB:
        if found.top in table.BANNED_STDLIB:
            return f"{found.top} is banned", f"use {table.BANNED_STDLIB[found.top]}"
        if row.stdlib is None or found.top in row.stdlib:
            return None
        out = "take what it gives (time, chance, files) as an argument, or move the code outwards"
        return f"{row.package} imports {found.top} of the standard library", out
    if found.top in row.libraries:
        return None
    may = ", ".join(row.libraries) or "no library"
    out = f"{row.package} may use {may}; use a package that has {found.top}, or argue for a new row"
    return f"{row.package} imports the library {found.top}", out


def check_at_the_top(root: Path) -> list[Finding]:
    """Refuse imports inside functions and modules that are loaded by a computed name."""
    out = "move it to the top; if that makes a circle, one of the two modules holds two ideas"
    findings = [
        Finding(found.path, found.line, f"{found.target} is imported inside a function", out)
        for found in imports(root)
        if found.in_function
    ]
    for module, path in modules(root).items():
        if module in table.LOADS_BY_NAME:
            continue
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(
                ("import_module", "__import__")
            ):
                rule = "a module is loaded by a computed name, past the import table"
                way = "write the import out, or argue for a line in LOADS_BY_NAME"
                findings.append(Finding(relative(root, path), node.lineno, rule, way))
    return findings


def check_circles(root: Path) -> list[Finding]:
    """Find modules that import one another in a circle."""
    graph: dict[str, dict[str, Import]] = {name: {} for name in modules(root)}
    for found in imports(root):
        if found.target in graph and found.target != found.importer:
            graph[found.importer].setdefault(found.target, found)
    findings = []
    for start in sorted(graph):
        circle = _way_back(start, graph)
        # Each circle is told once, from the first of its names.
        if circle and start == min(circle):
            first = graph[start][circle[1]]
            rule = "imports go in a circle: " + " -> ".join(circle)
            out = "move what both need into a module of its own below them"
            findings.append(Finding(first.path, first.line, rule, out))
    return findings


def _way_back(start: str, graph: dict[str, dict[str, Import]]) -> list[str]:
    """Give the shortest way from a module back to itself, or nothing."""
    came_from: dict[str, str] = {}
    queue = [start]
    for here in queue:
        for there in graph[here]:
            if there == start:
                way = [start, here]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if there not in came_from:
                came_from[there] = here
                queue.append(there)
    return []


def check_empty_inits(root: Path) -> list[Finding]:
    """Keep __init__.py empty: a package that runs code on import hides what it costs."""
    return [
        Finding(
            relative(root, path),
            1,
            "an __init__.py holds code",
            "move it to a module with a name and import that module",
        )
        for path in files(root, (*PRODUCT, "tests"), "__init__.py")
        if path.read_bytes().strip()
    ]


def check_packages_complete(root: Path) -> list[Finding]:
    """Every folder with modules is a package, or else it is imported by luck of the search path."""
    return [
        Finding(
            relative(root, folder) + "/",
            1,
            "the folder has modules and no __init__.py",
            "add an empty __init__.py",
        )
        for folder in sorted({path.parent for path in files(root, (*PRODUCT, "tests"), ".py")})
        if not (folder / "__init__.py").exists()
    ]

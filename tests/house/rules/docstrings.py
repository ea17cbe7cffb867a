"""Every module says its purpose in one line, and what is public says what it does."""

import ast
from pathlib import Path

from tests.house.rules.common import PRODUCT, Finding, files, parsed, relative

Documented = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def check_modules(root: Path) -> list[Finding]:
    """Ask each module for a first line that is a whole sentence or title by itself."""
    findings = []
    out = 'begin the file with """Purpose in one line.""" and leave a blank line before more'
    for path in files(root, (*PRODUCT, "tests"), ".py"):
        if path.name == "__init__.py":
            continue
        text = ast.get_docstring(parsed(path), clean=True) or ""
        first, _, rest = text.partition("\n")
        place = relative(root, path)
        if not first.strip():
            findings.append(Finding(place, 1, "the module does not say its purpose", out))
        elif rest and not rest.startswith("\n"):
            findings.append(Finding(place, 1, "the purpose runs over its one line", out))
    return findings


def check_public(root: Path) -> list[Finding]:
    """Ask each public function and class of a product module for a docstring."""
    findings = []
    for path in files(root, PRODUCT, ".py"):
        for node in parsed(path).body:
            if (
                isinstance(node, Documented)
                and not node.name.startswith("_")
                and not ast.get_docstring(node)
            ):
                findings.append(
                    Finding(
                        relative(root, path),
                        node.lineno,
                        f"{node.name} is public and says nothing about itself",
                        "say in a docstring what it does, its units and its errors, "
                        "or make it private with a leading underscore",
                    )
                )
    return findings

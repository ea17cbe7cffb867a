"""Files and functions stay short enough to be read in one go."""

import ast
from collections.abc import Sequence
from pathlib import Path

from tests.house.rules.common import PRODUCT, Finding, files, parsed, relative

FILE_LINES_MAX = 600
FILE_LINES_USUAL = 400
FUNCTION_LINES_MAX = 70
FUNCTION_LINES_USUAL = 40
QML_LINES_MAX = 400
USUAL_SHARE = 0.95
# Below this many, one long file would already be more than five in a hundred.
COUNT_MIN = 20

TWO_IDEAS = "look for the two ideas it holds and give each a file with a name"


def _python(root: Path) -> list[Path]:
    return list(files(root, (*PRODUCT, "tests"), ".py"))


def line_count(path: Path) -> int:
    """Count physical lines."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(root: Path) -> list[tuple[Path, int, str, int]]:
    """Give path, first line, name and number of lines of each function, decorators left out."""
    found = []
    for path in _python(root):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                found.append((path, node.lineno, node.name, length))
    return found


def check_files(root: Path) -> list[Finding]:
    """Hold files against their caps."""
    lengths = [(path, line_count(path)) for path in _python(root)]
    findings = [
        Finding(
            relative(root, path),
            cap,
            f"the file has {length} lines, {cap} are the most",
            TWO_IDEAS,
        )
        for cap, sized in (
            (FILE_LINES_MAX, lengths),
            (QML_LINES_MAX, [(path, line_count(path)) for path in files(root, PRODUCT, ".qml")]),
        )
        for path, length in sized
        if length > cap
    ]
    return findings + _share(
        root,
        [(path, 1, "the file", length) for path, length in lengths if length],
        FILE_LINES_USUAL,
        TWO_IDEAS,
    )


def check_functions(root: Path) -> list[Finding]:
    """Hold functions against their caps."""
    out = "keep the decisions here and move plain work into helpers below"
    found = functions(root)
    findings = [
        Finding(
            relative(root, path),
            line,
            f"{name} has {length} lines, {FUNCTION_LINES_MAX} are the most",
            out,
        )
        for path, line, name, length in found
        if length > FUNCTION_LINES_MAX
    ]
    named = [(path, line, name, length) for path, line, name, length in found]
    return findings + _share(root, named, FUNCTION_LINES_USUAL, out)


def _share(
    root: Path, sized: Sequence[tuple[Path, int, str, int]], usual: int, out: str
) -> list[Finding]:
    """Name the longest ones where more than five in a hundred are longer than usual."""
    over = sorted((entry for entry in sized if entry[3] > usual), key=lambda entry: -entry[3])
    allowed = int(len(sized) * (1 - USUAL_SHARE))
    if len(sized) < COUNT_MIN or len(over) <= allowed:
        return []
    share = f"{len(over)} of {len(sized)} are over {usual} lines, {allowed} may be"
    return [
        Finding(relative(root, path), line, f"{name} has {length} lines and {share}", out)
        for path, line, name, length in over[: len(over) - allowed]
    ]

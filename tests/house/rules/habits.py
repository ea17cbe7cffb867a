"""Habits of tests and comments: no sleeping, no silent skip, no leftovers, dated work-arounds."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.rules.common import PRODUCT, Finding, files, parsed, relative
from tests.house.rules.packages import canonical, locked

SKIPS = {"pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail"}
EVERYWHERE = (*PRODUCT, "tests")
DECODING = "kiosk/decoding.py"
LEFTOVER = re.compile(r"#.*\b(FIXM[E]|TOD[O]|XX[X]|HAC[K])\b|//.*\b(FIXM[E]|TOD[O])\b")
WORKAROUND = re.compile(r"(?:#|//)\s*WORKAROUN[D]\b(\(([\w.-]+) ([\w.]+)\): \S+)?")


def check_no_sleep(root: Path) -> list[Finding]:
    """Refuse sleeping in tests: it is too long on a fast machine and too short on a slow one."""
    out = "wait for the event itself, with a ceiling of 30 s"
    return [
        Finding(relative(root, path), node.lineno, f"a test calls {name}()", out)
        for path in files(root, ["tests"], ".py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call)
        and (name := ast.unparse(node.func)) in {"time.sleep", "sleep", "qtbot.wait", "QTest.qWait"}
    ]


def check_skips_say_why(root: Path) -> list[Finding]:
    """Refuse a skip or an expected failure without a reason."""
    out = 'say reason="..." with what is missing, so that the run prints it'
    return [
        Finding(relative(root, path), node.lineno, f"{ast.unparse(node)} without a reason", out)
        for path in files(root, ["tests"], ".py")
        for node in _bare_skips(parsed(path))
    ]


def _bare_skips(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in SKIPS:
            said = any(word.arg in {"reason", "msg"} for word in node.keywords)
            if not said and not (ast.unparse(node.func) == "pytest.skip" and node.args):
                yield node
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield from (item for item in node.decorator_list if ast.unparse(item) in SKIPS)


def check_no_mocked_database(root: Path) -> list[Finding]:
    """Refuse mocks of the database: the real one in memory or in a temporary folder is as quick."""
    pattern = re.compile(r"(?:patch|Mock)\w*\([^\n]*(?:sqlite3|sqlite_utils|kiosk\.store)")
    return _by_line(
        root,
        ["tests"],
        pattern,
        "a mocked database",
        "open a real one on tmp_path or in memory",
    )


def check_typed_reading(root: Path) -> list[Finding]:
    """Refuse reading as a type past `kiosk.decoding`: on two threads at once, a type's first use ends the process."""
    return [
        Finding(relative(root, path), node.lineno, f"reads as a type by {ast.unparse(node.func)}()", "see kiosk/decoding.py")
        for path in files(root, PRODUCT, ".py")
        if relative(root, path) != DECODING
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and _reads_as_type(node)
    ]


def _reads_as_type(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    typed = any(word.arg == "type" for word in call.keywords) or len(call.args) > 1
    return name.startswith("msgspec.") and (name.endswith((".convert", ".Decoder")) or (name.endswith(".decode") and typed))


def check_no_leftovers(root: Path) -> list[Finding]:
    """Refuse notes to oneself: they are promises that nobody keeps."""
    return _by_line(
        root,
        EVERYWHERE,
        LEFTOVER,
        "a note to oneself",
        "do it, or describe it under `not done yet` of the nearest README",
    )


def _by_line(
    root: Path, folders: tuple[str, ...] | list[str], pattern: re.Pattern[str], rule: str, out: str
) -> list[Finding]:
    return [
        Finding(relative(root, path), number, rule, out)
        for suffix in (".py", ".qml")
        for path in files(root, folders, suffix)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]


def workarounds(root: Path) -> list[tuple[Path, int, str, str]]:
    """Give all work-arounds: file, line, distribution and version, which may be missing."""
    return [
        (path, number, match.group(2) or "", match.group(3) or "")
        for suffix in (".py", ".qml")
        for path in files(root, EVERYWHERE, suffix)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for match in WORKAROUND.finditer(line)
    ]


def check_workarounds(root: Path) -> list[Finding]:
    """Ask each work-around for its package and version, and for a new look at a new version."""
    versions = locked(root / "packaging" / "lock-dev.txt")
    findings = []
    for path, line, name, version in workarounds(root):
        place = relative(root, path)
        if not name:
            out = "write WORKAROUND" + "(package version): why"
            findings.append(Finding(place, line, "a work-around without package and version", out))
        elif canonical(name) in versions and versions[canonical(name)] != version:
            now = versions[canonical(name)]
            rule = f"a work-around for {name} {version}, and {now} is locked"
            out = f"see whether {now} still needs it; remove it or write {now}"
            findings.append(Finding(place, line, rule, out))
    return findings

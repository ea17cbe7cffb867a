"""The pure parts read no clock, no chance and no surroundings: those come in as arguments."""

import ast
from pathlib import Path

from tests.house.rules.common import Finding, files, parsed, relative

# kiosk/paper is pure too in what it computes, but it opens the fonts and pictures that it draws.
PURE = ("kiosk/domain", "kiosk/countries", "sync/protocol")

SURROUNDINGS = {
    "time": "take the instant as an argument",
    "random": "take the chance as an argument, see kiosk/domain/identity.py",
    "secrets": "take the chance as an argument, see kiosk/domain/identity.py",
    "uuid": "take the id as an argument, see kiosk/domain/identity.py",
    "os": "take the value as an argument",
    "sys": "take the value as an argument",
    "locale": "say the language as an argument; kiosk.text writes for people",
    "zoneinfo": "take the time zone as an argument",
    "pathlib": "take the bytes as an argument",
    "io": "take the bytes as an argument",
    "shutil": "take the bytes as an argument",
    "tempfile": "take the bytes as an argument",
    "socket": "return an effect and let the caller carry it out",
    "threading": "return an effect and let the caller carry it out",
    "asyncio": "return an effect and let the caller carry it out",
    "subprocess": "return an effect and let the caller carry it out",
    "logging": "return the fault or raise it; log where the story ends",
}
CLOCK_CALLS = {"now", "utcnow", "today"}
BUILTINS = {
    "open": "take the bytes as an argument",
    "input": "take the value as an argument",
    "print": "return the text",
    "hash": "use hashlib: the built-in differs from process to process",
    "id": "use a key of the value: an address differs from run to run",
    "eval": "write the code out",
    "exec": "write the code out",
}
CONTEXT_CALLS = {"getcontext", "setcontext", "localcontext"}


def check(root: Path) -> list[Finding]:
    """Look through the pure packages for clocks, chance, environment, files and printing."""
    findings = []
    for path in files(root, PURE, ".py"):
        for node in ast.walk(parsed(path)):
            fault = _import_fault(node) or _call_fault(node)
            if fault:
                line = getattr(node, "lineno", 1)
                findings.append(Finding(relative(root, path), line, *fault))
    return findings


def _import_fault(node: ast.AST) -> tuple[str, str] | None:
    names = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and not node.level:
        if node.module == "threading" and [alias.name for alias in node.names] == ["local"]:
            return None  # each thread's own copy of a tool: nothing of one thread is seen by another
        names = [node.module or ""]
    for name in names:
        top = name.partition(".")[0]
        if top in SURROUNDINGS:
            return f"a pure module imports {top}", SURROUNDINGS[top]
    return None


def _call_fault(node: ast.AST) -> tuple[str, str] | None:
    if not isinstance(node, ast.Call):
        return None
    if isinstance(node.func, ast.Name) and node.func.id in BUILTINS:
        return f"a pure module calls {node.func.id}()", BUILTINS[node.func.id]
    name = ast.unparse(node.func)
    last = name.rpartition(".")[2]
    if last in CLOCK_CALLS and name.startswith(("datetime", "date.", "time.")):
        return f"a pure module reads the clock by {name}()", "take the instant as an argument"
    if last in CONTEXT_CALLS:
        out = "use whole minor units, or a decimal.Context of your own"
        return f"a pure module uses decimal's context of the thread by {name}()", out
    if last in {"fromtimestamp", "astimezone"} and not _says_zone(node, last):
        return f"{name}() without a zone reads the machine's zone", "name the zone"
    return None


def _says_zone(call: ast.Call, name: str) -> bool:
    positional = 2 if name == "fromtimestamp" else 1
    return len(call.args) >= positional or any(word.arg == "tz" for word in call.keywords)

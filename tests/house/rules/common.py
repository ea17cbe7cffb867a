"""What all house rules share: a finding that names the way out, and the files to look at."""

import ast
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("kiosk", "sync", "drivers", "assets")
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "build", "dist", "demo-out"})


@dataclass(frozen=True)
class Finding:
    """A place that breaks a rule, and how to mend it."""

    path: str
    line: int
    rule: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}. Way out: {self.way_out}."


def report(findings: Sequence[Finding]) -> str:
    """Put findings in lines that an editor can jump to; empty where there is none."""
    return "\n".join(str(finding) for finding in findings)


def files(root: Path, folders: Sequence[str], suffix: str) -> Iterator[Path]:
    """Give the files with a suffix under the folders, in a fixed order, without what tools made."""
    for folder in folders:
        for path in sorted((root / folder).rglob(f"*{suffix}")):
            parts = path.relative_to(root).parts
            if path.is_file() and not any(
                part in SKIPPED_FOLDERS or part.startswith(".") for part in parts
            ):
                yield path


def tracked(root: Path) -> list[Path]:
    """Give what git tracks or would track; every file where the folder is no checkout."""
    if not (root / ".git").exists():
        return [path for path in files(root, [""], "") if path.is_file()]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [root / name for name in sorted(set(listed.split("\0"))) if (root / name).is_file()]


@lru_cache(maxsize=4096)
def _parse(path: Path, changed_ns: int, size: int) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def parsed(path: Path) -> ast.Module:
    """Parse a Python file once per state of the file."""
    state = path.stat()
    return _parse(path, state.st_mtime_ns, state.st_size)


def relative(root: Path, path: Path) -> str:
    """Name a file as a person at the root of the checkout would."""
    return path.relative_to(root).as_posix()


def module_name(root: Path, path: Path) -> str:
    """Give the dotted name of a Python file: kiosk/domain/money.py is kiosk.domain.money."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def within(module: str, package: str) -> bool:
    """Say whether a module is the package or lies in it."""
    return module == package or module.startswith(package + ".")

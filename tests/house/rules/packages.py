"""packaging/ hides no library, the locks are whole, the wheel holds every asset."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.house.rules import import_table, imports
from tests.house.rules.common import Finding, files, relative, tracked

LOCK_LINE = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^\s;]+)\s*(?:;([^\\\n]+))?", re.MULTILINE)
REQUIREMENT = re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[([\w, -]+)\])?")
ENTRY_POINTS = {"till": "kiosk.__main__", "hub": "sync.hub.__main__"}


def check_nothing_importable(root: Path) -> list[Finding]:
    """Refuse modules in packaging/: a package there would hide the library of that name."""
    findings = []
    for path in files(root, ["packaging"], ".py"):
        if path.name == "__init__.py":
            out = "take it away: the folder would hide the library `packaging`"
            findings.append(Finding(relative(root, path), 1, "packaging/ is made a package", out))
        elif '__name__ == "__main__"' not in path.read_text(encoding="utf-8"):
            out = "make it a script that is run by its path, or move the code to a package"
            findings.append(Finding(relative(root, path), 1, "packaging/ holds a module", out))
    return findings


def canonical(name: str) -> str:
    """Write a distribution's name as the locks do."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(lock: Path) -> dict[str, str]:
    """Give name and version of everything in a lock."""
    text = lock.read_text(encoding="utf-8")
    return {canonical(name): version for name, version, _ in LOCK_LINE.findall(text)}


def check_locks(root: Path) -> list[Finding]:
    """Ask each lock for versions and hashes, and all locks for the same versions."""
    findings = []
    versions: dict[str, str] = {}
    for lock in sorted((root / "packaging").glob("lock-*.txt")):
        place = relative(root, lock)
        text = lock.read_text(encoding="utf-8")
        entries = re.split(r"\n(?=[^\s#])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
        for entry in filter(None, (entry.strip() for entry in entries)):
            first = entry.partition("\n")[0].rstrip("\\ ")
            if not LOCK_LINE.match(entry) or "--hash=sha256:" not in entry:
                rule = f"{first} is not pinned by version and hash"
                out = "make the lock anew, see packaging/README.md"
                findings.append(Finding(place, 1, rule, out))
        for name, version in locked(lock).items():
            if versions.setdefault(name, version) != version:
                rule = f"{name} is {version} here and {versions[name]} in another lock"
                out = "make all locks in one go, see packaging/README.md"
                findings.append(Finding(place, 1, rule, out))
    return findings


def wanted(root: Path, extra: str) -> set[str]:
    """Give the names that pyproject.toml asks for: the base, the extra, and what it includes."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = canonical(project["name"])
    names: set[str] = set()
    queue = [*project.get("dependencies", []), *project["optional-dependencies"][extra]]
    for requirement in queue:
        match = REQUIREMENT.match(requirement)
        assert match, f"{requirement!r} in pyproject.toml is no requirement"
        name, extras = canonical(match.group(1)), match.group(2)
        if name != own:
            names.add(name)
        for part in filter(None, (extras or "").split(",")):
            queue += project["optional-dependencies"][part.strip()] if name == own else []
    return names


def check_locks_follow_project(root: Path, extra: str) -> list[Finding]:
    """Ask the lock of an extra for everything that pyproject.toml asks for."""
    place = f"packaging/lock-{extra}.txt"
    there = locked(root / place)
    return [
        Finding(place, 1, f"{name} is missing", "make the locks anew, see packaging/README.md")
        for name in sorted(wanted(root, extra) - there.keys())
    ]


def check_wheel(root: Path, names_in_wheel: Iterable[str]) -> list[Finding]:
    """Compare the wheel's contents with the files of our packages that git knows."""
    there = set(names_in_wheel)
    return [
        Finding(
            relative(root, path),
            1,
            "the file is missing from the wheel",
            "see [tool.hatch.build.targets.wheel] in pyproject.toml",
        )
        for path in tracked(root)
        if path.relative_to(root).parts[0] in import_table.EVERYTHING_OURS
        and relative(root, path) not in there
    ]


def closure(root: Path, start: str) -> dict[str, imports.Import]:
    """Give every outside library that a module needs, with the import that brings it in."""
    known = imports.modules(root)
    by_importer: dict[str, list[imports.Import]] = {}
    for found in imports.imports(root):
        by_importer.setdefault(found.importer, []).append(found)
    seen, queue = {start}, [start]
    libraries: dict[str, imports.Import] = {}
    for here in queue:
        for found in by_importer.get(here, []):
            if found.target in known and found.target not in seen:
                seen.add(found.target)
                queue.append(found.target)
            elif found.top not in import_table.OURS and found.top not in import_table.STDLIB:
                libraries.setdefault(found.top, found)
    return libraries


def check_runtime_libraries(
    root: Path, extra: str, distributions: Mapping[str, list[str]]
) -> list[Finding]:
    """Ask that all a program imports comes with its own extra, not only with the dev set-up.

    `distributions` says which distributions give an import name.
    """
    there = locked(root / "packaging" / f"lock-{extra}.txt")
    findings = []
    for library, found in sorted(closure(root, ENTRY_POINTS[extra]).items()):
        givers = [canonical(name) for name in distributions.get(library, [library])]
        if not any(name in there for name in givers):
            rule = f"{library} is imported on the way from {ENTRY_POINTS[extra]}, not in the lock"
            out = f"add it to the extra {extra} and make the locks anew, or do not import it there"
            findings.append(Finding(found.path, found.line, rule, out))
    return findings

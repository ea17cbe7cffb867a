"""Run Qt's qmllint over our screens, with the Python view-models as types that it knows.

qmllint cannot read Python. So the types are made first, in a temporary copy of assets/qml: Qt's own
pyside6-metaobjectdump reads the sources of kiosk/ui, pyside6-qmltyperegistrar writes what it found
as .qmltypes beside a qmldir. Nothing is written into the checkout.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.house.rules.common import ROOT, Finding, files, relative, report

BIN = Path(sys.executable).parent
# A view-model reaches QML as `required property`; its type is only known at run time to some of
# these, and they are Qt's hints on style rather than faults.
CATEGORIES_OFF: tuple[str, ...] = ()


def check(root: Path) -> list[Finding]:
    """Lint every QML file of assets/qml; an empty answer means clean, or that there is none."""
    screens = list(files(root, ["assets/qml"], ".qml"))
    if not screens:
        return []
    with tempfile.TemporaryDirectory(prefix="toonbank-qmllint-") as name:
        copy = Path(name)
        shutil.copytree(root / "assets" / "qml", copy, dirs_exist_ok=True)
        for module, sources in python_modules(root).items():
            write_types(copy, module, sources)
        names = [path.relative_to(root / "assets" / "qml").as_posix() for path in screens]
        return _lint(root, copy, names)


def python_modules(root: Path) -> dict[str, list[Path]]:
    """Give the Python files that register QML types, by the name under which QML imports them."""
    found: dict[str, list[Path]] = {}
    for path in files(root, ["kiosk"], ".py"):
        match = re.search(
            r'^QML_IMPORT_NAME\b[^=]*=\s*"([\w.]+)"', path.read_text("utf-8"), re.MULTILINE
        )
        if match:
            found.setdefault(match.group(1), []).append(path)
    return found


def _tool(name: str, *arguments: str) -> str:
    command = [str(BIN / f"pyside6-{name}"), *arguments]
    answer = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert answer.returncode == 0, f"{' '.join(command)} failed:\n{answer.stdout}{answer.stderr}"
    return answer.stdout


def write_types(copy: Path, module: str, sources: Sequence[Path]) -> None:
    """Describe the registered Python classes of one QML module in the copy."""
    folder = copy.joinpath(*module.split("."))
    folder.mkdir(parents=True, exist_ok=True)
    dump = folder / "python.json"
    dump.write_text(_tool("metaobjectdump", *map(str, sources)), encoding="utf-8")
    _tool(
        "qmltyperegistrar",
        "--generate-qmltypes",
        str(folder / "python.qmltypes"),
        "--import-name",
        module,
        "--major-version",
        "1",
        "-o",
        str(folder / "unused.cpp"),
        str(dump),
    )
    qmldir = folder / "qmldir"
    text = qmldir.read_text("utf-8") if qmldir.exists() else f"module {module}\ndepends QtQuick\n"
    qmldir.write_text(f"{text.rstrip()}\ntypeinfo python.qmltypes\n", encoding="utf-8")


def _lint(root: Path, copy: Path, names: Sequence[str]) -> list[Finding]:
    off = [argument for name in CATEGORIES_OFF for argument in (f"--{name}", "disable")]
    answer = subprocess.run(
        [str(BIN / "pyside6-qmllint"), "-I", str(copy), *off, "--json", "-", *names],
        cwd=copy,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert answer.stdout.strip(), f"qmllint said nothing:\n{answer.stderr}"
    findings = []
    for file in json.loads(answer.stdout)["files"]:
        name = Path(file["filename"])
        name = name.relative_to(copy) if name.is_absolute() else name
        place = relative(root, root / "assets" / "qml" / name)
        for warning in file["warnings"]:
            if warning["type"] in {"warning", "critical", "error"}:
                rule = f"qmllint [{warning.get('id', 'syntax')}]: {warning['message']}"
                out = _way_out(warning)
                findings.append(Finding(place, warning.get("line", 1), rule, out))
    return findings


def _way_out(warning: dict[str, object]) -> str:
    suggestions = warning.get("suggestions") or []
    assert isinstance(suggestions, list)
    hints = [str(hint.get("message", "")).strip() for hint in suggestions]
    return hints[0].rstrip(".") if hints and hints[0] else "see the page of qmllint on that warning"


def main() -> int:
    """Print what qmllint finds in this checkout."""
    findings = check(ROOT)
    print(report(findings) or "qmllint: clean")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

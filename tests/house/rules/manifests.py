"""Every driver is complete: a manifest that says what it drives, frames, a driver and a README."""

import tomllib
from pathlib import Path

from tests.house.rules import import_table
from tests.house.rules.common import Finding, relative

FILES = {
    "manifest.toml": "say roles, address schemes, makes and models, and how it is discovered",
    "frames.py": "bytes to meaning and back, pure, with doctests from real captures",
    "driver.py": "opens, writes, reads, times out, and maps faults to drivers.errors",
    "README.md": "wiring, settings and known faults, for the person at the counter",
}

# What a manifest must say, each with an example.
KEYS = {
    "roles": 'roles = ["receipt_printer", "cash_drawer"]',
    "schemes": 'schemes = ["escpos+tcp"]',
    "models": 'models = [{ make = "...", model = "..." }]',
    "discovery": "[discovery], if only to say why there is none",
    "capabilities": "[capabilities]",
    "checklist": "[checklist]",
}


def driver_folders(root: Path) -> list[Path]:
    """Give the folders under drivers/ that must be drivers, because they are nothing else."""
    drivers = root / "drivers"
    if not drivers.is_dir():
        return []
    return [
        folder
        for folder in sorted(drivers.iterdir())
        if folder.is_dir()
        and folder.name not in import_table.NOT_A_DRIVER
        and not folder.name.startswith((".", "__"))
    ]


def check(root: Path) -> list[Finding]:
    """Look through every driver's folder."""
    findings = []
    for folder in driver_folders(root):
        for name, purpose in FILES.items():
            path = folder / name
            if not path.is_file() or not path.read_text(encoding="utf-8").strip():
                place = relative(root, path)
                findings.append(Finding(place, 1, "a driver lacks this file", f"add it: {purpose}"))
        findings += _check_manifest(root, folder / "manifest.toml")
    return findings


def _check_manifest(root: Path, path: Path) -> list[Finding]:
    if not path.is_file():
        return []
    place = relative(root, path)
    try:
        manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        return [Finding(place, 1, f"the manifest is no TOML: {error}", "mend the line it names")]
    findings = []
    for key, example in KEYS.items():
        if not manifest.get(key):
            out = f"add `{example}`, as in the manifests next door"
            findings.append(Finding(place, 1, f"the manifest does not say {key}", out))
    for entry, state in manifest.get("checklist", {}).items():
        if state != "done" and not _reasoned(state):
            rule = f"{entry} is neither done nor exempt for a reason"
            out = f'write {entry} = "done", or {{ exempt = "why" }}'
            findings.append(Finding(place, 1, rule, out))
    return findings


def _reasoned(state: object) -> bool:
    if isinstance(state, dict):
        return bool(state.get("exempt"))
    return isinstance(state, str) and state.startswith("exempt: ") and len(state) > 15


def check_entry_points(root: Path) -> list[Finding]:
    """Ask each driver for the entry point by which its addresses find it."""
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    points = tomllib.loads(text)["project"].get("entry-points", {}).get("toonbank.drivers", {})
    findings = []
    for folder in driver_folders(root):
        path = folder / "manifest.toml"
        if not path.is_file():
            continue
        for scheme in tomllib.loads(path.read_text(encoding="utf-8")).get("schemes", []):
            name = scheme.partition("+")[0]
            if not points.get(name, "").startswith(f"drivers.{folder.name}."):
                out = f'add {name} = "drivers.{folder.name}.driver:create" to pyproject.toml'
                rule = f"no entry point leads from {scheme}:// to this driver"
                findings.append(Finding(relative(root, path), 1, rule, out))
    return findings

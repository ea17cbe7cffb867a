"""Nothing in the repository names a package index, a machine, or a path of somebody's disk.

The patterns are written so that none of them finds itself in this file.
"""

import re
from pathlib import Path

from tests.house.rules.common import Finding, relative, tracked

TEXT_SUFFIXES = frozenset(
    {
        *(".py", ".pyi", ".qml", ".qmldir", ".js", ".html", ".css", ".md", ".txt", ".csv"),
        *(".json", ".jsonl", ".toml", ".yaml", ".yml", ".ini", ".cfg", ".conf", ".po", ".pot"),
        *(".sh", ".service", ".desktop", ".rules"),
    }
)
LOCKS = re.compile(r"packaging/lock-[\w-]+\.txt$")

EVERYWHERE = (
    (r"--(?:extra-)?index[-]url|index[-]url\s*=", "an index address", "leave it to the machine"),
    (r"--find[-]links|find[-]links\s*=", "a place to find packages", "leave it to the machine"),
    (r"--trusted[-]host", "a host to trust", "leave it to the machine"),
    (
        r"(?<![\w./-])/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/",
        "a path of one machine",
        "use a path relative to the checkout, or a temporary folder",
    ),
    (r"(?<![\w./-])/tm[p]/\w", "a fixed temporary path", "use tempfile or pytest's tmp_path"),
    (r"(?<![\w./-])/op[t]/(?:pypi|wheels)", "a path of one machine", "leave it to the machine"),
    (
        r"\b(?:192\.168|10\.\d+|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b",
        "an address of a private network",
        "use 127.0.0.1, or an address of 192.0.2.0/24 in an example",
    ),
)
IN_PROSE = (
    (
        r"(?i)\bai[- ](?:generated|assisted|written)|\blanguage[ ]model\b|\bco[-]authored[-]by\b",
        "words on how the text was made",
        "say what it does and why",
    ),
)
IN_LOCKS = (
    (r"https?://|file://|git\+", "an address in a lock file", "pin by name, version and hash only"),
)


def _is_text(path: Path) -> bool:
    return path.suffix in TEXT_SUFFIXES or not path.suffix


def check(root: Path) -> list[Finding]:
    """Look through all tracked text files."""
    findings = []
    for path in tracked(root):
        if not _is_text(path):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        place = relative(root, path)
        rules = EVERYWHERE + IN_PROSE + (IN_LOCKS if LOCKS.search(place) else ())
        for pattern, rule, out in rules:
            for match in re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                findings.append(Finding(place, line, f"{rule}: {match.group().strip()}", out))
    return findings

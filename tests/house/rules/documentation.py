"""Every command, setting and error is described where a person looks for it: in a README."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.house.rules.common import Finding, tracked


def readmes(root: Path) -> str:
    """Give the text of all READMEs in one."""
    found = [path for path in tracked(root) if path.name == "README.md"]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def commands(program: str, command: object) -> list[str]:
    """Give the full names of all commands below a click command: `toonbank ledger verify`."""
    below = getattr(command, "commands", None)
    if not below:
        return [program]
    found = []
    for name, sub in sorted(below.items()):
        if not getattr(sub, "hidden", False):
            found += commands(f"{program} {name}", sub)
    return found


def check_described(root: Path, kind: str, names: Iterable[str], way_out: str) -> list[Finding]:
    """Ask for each name that some README says it."""
    text = readmes(root)
    return [
        Finding("README.md", 1, f"no README describes the {kind} {name}", way_out)
        for name in names
        if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)
    ]


def broken_links(root: Path) -> list[Finding]:
    """Find links in our Markdown that lead to no file of the checkout."""
    findings = []
    for path in tracked(root):
        if path.suffix != ".md":
            continue
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"\]\(([^)#\s]+)[^)]*\)", text):
            target = match.group(1)
            if "://" in target or target.startswith("mailto:"):
                continue
            if not (path.parent / target).exists():
                line = text.count("\n", 0, match.start()) + 1
                place = path.relative_to(root).as_posix()
                rule = f"the link to {target} leads nowhere"
                findings.append(Finding(place, line, rule, "name a file that is there"))
    return findings


def glossary(readme: str) -> list[str]:
    """Give the terms of the table under the heading "Glossary": its first column."""
    _, found, rest = readme.partition("\n## Glossary")
    if not found:
        return []
    section = rest.split("\n## ")[0]
    rows = [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("|")]
    return [row.strip("*` ") for row in rows[2:] if row]


def check_glossary(
    root: Path, terms: Sequence[str], words_in_code: frozenset[str]
) -> list[Finding]:
    """Ask that each term of the glossary is the word that the code uses."""
    return [
        Finding(
            "README.md",
            1,
            f"the glossary explains {term!r}, which the code never says",
            "use the term in the code, or take the row away",
        )
        for term in terms
        if not any(
            set(re.findall(r"[a-z]+", part.lower())) <= words_in_code
            for part in re.split(r"[/,]", term)
        )
    ]

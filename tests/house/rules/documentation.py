"""Every command, setting and error is described where a person looks for it: in a README."""

import ast
import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.house.rules.common import Finding, files, parsed, tracked


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


def fact_kinds(root: Path) -> list[str]:
    """Give the kinds of facts: the constants `SALE_COMPLETED = "sale.completed"` of the domain."""
    return [
        node.value.value
        for node in parsed(root / "kiosk" / "domain" / "facts.py").body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and ast.unparse(node.targets[0]).isupper()
    ]


def endpoints(root: Path) -> list[str]:
    """Give method and path of every endpoint of the hub: "POST /v1/push"."""
    found = []
    for path in files(root, ["sync/hub"], ".py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found += [text for item in node.decorator_list if (text := _endpoint(item))]
    return sorted(set(found))


def _endpoint(decorator: ast.expr) -> str:
    if not isinstance(decorator, ast.Call) or not decorator.args:
        return ""
    method, first = ast.unparse(decorator.func).rpartition(".")[2], decorator.args[0]
    if method not in {"get", "post", "put", "patch", "delete"}:
        return ""
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
        return ""
    # A parameter's type is the server's business: /v1/rows/{scope:str} is read as /v1/rows/{scope}.
    path = re.sub(r"{(.+?):.+?}", r"{\1}", first.value)
    return f"{method.upper()} {path}"


def setting_names(commented_toml: str) -> list[str]:
    """Give the names of all settings of a TOML file: `pins.time_cost`, or the bare name."""
    found = []
    for part, value in tomllib.loads(commented_toml).items():
        found += [f"{part}.{name}" for name in value] if isinstance(value, dict) else [part]
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

"""One word for one thing: the field's standard terms, and what they are called nowhere else."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.rules.common import PRODUCT, Finding, files, parsed, relative

# Said in names of code only; in prose a shop may speak as it likes.
BANNED = {
    "parked": "suspended",
    "park": "suspend",
    "unpark": "retrieve",
    "cashbox": "cash_drawer",
    "till_drawer": "cash_drawer",
    "docket": "receipt",
    "invoice_slip": "receipt",
    "kassabon": "receipt",
    "eft": "card terminal",
    "pinpad": "card_terminal",
    "pin_pad": "card_terminal",
    "clerk": "cashier, or employee where the person is meant and not the role",
    "operator": "cashier, or employee where the person is meant and not the role",
    "shop_id": "store_id",
    "branch_id": "store_id",
    "pos_id": "terminal_id",
    "register_id": "terminal_id",
    "cents": "minor (amount_minor): not every currency has a hundred",
    "ean_code": "barcode, or gtin where it is one",
    "server_url": "hub_url",
    "blacklist": "refused",
    "whitelist": "allowed",
    "utils": "a name that says what it holds",
    "helpers": "a name that says what it holds",
    "misc": "a name that says what it holds",
}
# These are whole names; everything else is also looked for between underscores.
WHOLE_NAME_ONLY = frozenset({"operator", "utils", "helpers", "misc", "eft"})


def split(name: str) -> list[str]:
    """Cut a name into its words: SaleCompleted and sale_completed are both sale, completed."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in spaced.lower().split("_") if word]


def _names(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno


def check(root: Path) -> list[Finding]:
    """Look for banned words in the names of files, classes, functions and values."""
    findings = []
    for path in files(root, PRODUCT, ".py"):
        place = relative(root, path)
        for name, line in [(path.stem, 1), *_names(parsed(path))]:
            banned = _banned_in(name)
            if banned:
                rule = f"{name} says {banned}"
                findings.append(Finding(place, line, rule, f"use {BANNED[banned]}"))
    return findings


def _banned_in(name: str) -> str | None:
    joined = "_".join(split(name))
    for word in BANNED:
        if joined == word:
            return word
        if word not in WHOLE_NAME_ONLY and f"_{word}_" in f"_{joined}_":
            return word
    return None


def words_in_code(root: Path) -> frozenset[str]:
    """Give all words that names of the code are made of, in singular and plural."""
    words: set[str] = set()
    for path in files(root, PRODUCT, ".py"):
        for name, _ in [(path.stem, 1), *_names(parsed(path))]:
            words.update(split(name))
    singular = {word[:-1] for word in words if word.endswith("s")}
    return frozenset(words | singular | {f"{word}s" for word in words})

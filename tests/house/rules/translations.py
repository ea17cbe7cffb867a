"""A translation keeps the placeholders of its source, and every error code has its sentence."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.house.rules.common import PRODUCT, Finding, files, parsed, relative

# {name} and {count:>3} of Python, %1 and %n of Qt, %(name)s and %s of printf.
PLACEHOLDER = re.compile(r"\{[A-Za-z_]\w*[^{}]*\}|%[1-9n]|%\(\w+\)[sd]|%[sd]")


def placeholders(text: str) -> frozenset[str]:
    """Give the placeholders of a text; how a value is laid out ({x:>3}) is part of it."""
    return frozenset(PLACEHOLDER.findall(text))


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def check_placeholders(root: Path) -> list[Finding]:
    """Compare each translated text of each catalogue with its source."""
    findings = []
    for path in files(root, ["assets/locales"], ".po"):
        with path.open("rb") as source:
            catalogue = read_po(source, abort_invalid=True)
        for message in catalogue:
            if message.id:
                findings += _check_message(relative(root, path), message)
    return findings


def _check_message(place: str, message: Message) -> list[Finding]:
    line = message.lineno or 1
    sources = _texts(message.id)
    translated = [text for text in _texts(message.string) if text]
    wanted = frozenset().union(*(placeholders(text) for text in sources))
    # "one item" need not say its number; where there is no plural, all must be there.
    optional = {"%n", "{count}", "%(count)d"} if len(sources) > 1 else set()
    findings = []
    if message.fuzzy:
        out = "check the words and take the mark `fuzzy` away"
        findings.append(Finding(place, line, f"a guessed translation of {sources[0]!r}", out))
    if not translated:
        findings.append(Finding(place, line, f"{sources[0]!r} has no translation", "translate it"))
    for text in translated:
        there = placeholders(text)
        missing, more = wanted - there - optional, there - wanted
        if missing or more:
            rule = f"{text!r} lacks {_names(missing)} and adds {_names(more)}"
            out = f"keep exactly the placeholders of {sources[0]!r}"
            findings.append(Finding(place, line, rule, out))
    return findings


def _names(found: Iterable[str]) -> str:
    return ", ".join(sorted(found)) or "nothing"


def error_codes(root: Path) -> dict[str, tuple[Path, int]]:
    """Find every error code: `code = "a.b"` on a class, and the code with which one is raised."""
    codes: dict[str, tuple[Path, int]] = {}
    errors = _error_classes(root)
    for path in files(root, PRODUCT, ".py"):
        for node in ast.walk(parsed(path)):
            for code in _codes_in(node, errors):
                codes.setdefault(code, (path, getattr(node, "lineno", 1)))
    return codes


def _error_classes(root: Path) -> set[str]:
    """Give the names of ShopError, DeviceError and all that are built on them."""
    bases: dict[str, set[str]] = {}
    for path in files(root, PRODUCT, ".py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef):
                names = {ast.unparse(base).rpartition(".")[2] for base in node.bases}
                bases.setdefault(node.name, set()).update(names)
    found = {"ShopError", "DeviceError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found


def _codes_in(node: ast.AST, errors: set[str]) -> list[str]:
    if isinstance(node, ast.ClassDef) and node.name in errors:
        return [
            statement.value.value
            for statement in node.body
            if isinstance(statement, ast.Assign)
            and ast.unparse(statement.targets[0]) == "code"
            and isinstance(statement.value, ast.Constant)
            and isinstance(statement.value.value, str)
        ]
    if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in errors:
        given = [word.value for word in node.keywords if word.arg == "code"]
        given += [] if ast.unparse(node.func).endswith("DeviceError") else node.args[:1]
        return [
            value.value
            for value in given
            if isinstance(value, ast.Constant)
            and isinstance(value.value, str)
            and re.fullmatch(r"[a-z][\w-]*(\.[\w-]+)+", value.value)
        ]
    return []


def check_error_texts(root: Path, texts: Iterable[str]) -> list[Finding]:
    """Compare the codes in the code with those that have a sentence."""
    known = set(texts)
    return [
        Finding(
            relative(root, path),
            line,
            f"the error code {code} has no sentence",
            "give it one, with a way out, beside the others of kiosk.text",
        )
        for code, (path, line) in sorted(error_codes(root).items())
        if code not in known
    ]


# How code says a text to translate: qsTr in QML, a call of the language's Words in Python.
QSTR = re.compile(r"\bqsTr\(\s*(\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')")
WORDS_NAMES = frozenset({"_", "words", "_words", "word", "say"})


def sources(root: Path) -> dict[str, tuple[Path, int]]:
    """Find every text that a person reads, with the place that says it first."""
    found: dict[str, tuple[Path, int]] = {}
    for path in files(root, PRODUCT, ".qml"):
        text = path.read_text(encoding="utf-8")
        for match in QSTR.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.setdefault(ast.literal_eval(match.group(1)), (path, line))
    for path in files(root, ["kiosk"], ".py"):  # drivers and the hub speak codes; what `say` says there is a log
        sentences = path.name.endswith("sentences.py")
        for node in ast.walk(parsed(path)):
            for value in _texts_in(node, sentences):
                found.setdefault(value, (path, getattr(node, "lineno", 1)))
    return found


def _texts_in(node: ast.AST, sentences: bool) -> list[str]:
    given: list[ast.expr] = []
    if sentences and isinstance(node, ast.Dict):
        given = node.values
    elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in WORDS_NAMES:
        given = node.args[:1]
    texts = [item.value for item in given if isinstance(item, ast.Constant)]
    # A name of a language ("nl") is handed to words() as well; a text has a capital or a space.
    return [text for text in texts if isinstance(text, str) and not re.fullmatch("[a-z]{2}", text)]


def check_complete(root: Path) -> list[Finding]:
    """Ask each catalogue for every text of the code."""
    findings = []
    for path in files(root, ["assets/locales"], ".po"):
        with path.open("rb") as source:
            there = {_texts(message.id)[0] for message in read_po(source) if message.id}
        for text, (place, line) in sources(root).items():
            if text not in there:
                rule = f"{text!r} is not in {relative(root, path)}"
                findings.append(Finding(relative(root, place), line, rule, "add it, translated"))
    return findings

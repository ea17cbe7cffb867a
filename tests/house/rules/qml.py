"""A screen shows finished text in the theme's colours: no arithmetic, formatting or literals."""

import re
from pathlib import Path

from tests.house.rules.common import PRODUCT, Finding, files, relative

NAMED_COLOURS = (
    "black|white|red|green|blue|yellow|orange|gray|grey|lightgray|lightgrey|darkgray|darkgrey|"
    "cyan|magenta|purple|pink|brown|navy|teal|silver|maroon|olive|lime|aqua|fuchsia|gold|crimson"
)
FINISHED = "let the view-model hand over finished text made by kiosk.text"
THEME = "use a token of Theme; a new one goes into assets/themes/base/theme.json first"
MONEY = r"(?:price|amount|total|minor|vat|tax|tender|due|balance|discount|deposit|cash|change)"

# Each: what is looked for (in code whose comments are blanked), the rule, the way out.
LINE_RULES = (
    (r"[\"']#[0-9A-Fa-f]{3,8}[\"']", "a colour literal", THEME),
    (rf"olor\w*\s*:\s*[\"'](?:{NAMED_COLOURS})[\"']", "a colour by name", THEME),
    (r"\bQt\.(?:rgba|hsla|hsva|color|lighter|darker|tint)\s*\(", "a colour made in QML", THEME),
    (r"\.to(?:Fixed|Precision|Exponential)\s*\(", "a number is formatted in QML", FINISHED),
    (r"\.toLocale\w*\s*\(|\bQt\.locale\s*\(", "a value is formatted by locale in QML", FINISHED),
    (r"\bQt\.format(?:Date|Time|DateTime)\s*\(", "a date is formatted in QML", FINISHED),
    (r"\b(?:Intl\.|new\s+Date\b|Date\.now\b)", "QML reads or formats time", FINISHED),
    (r"\b(?:Number|parseFloat|parseInt)\s*\(", "QML turns text into a number", FINISHED),
    (
        r"\bproperty\s+\w+\s+on[A-Z]",
        "a property whose name begins with `on` reads as undefined",
        "give it a name that is no handler's, such as `accentText` for `onAccent`",
    ),
    (
        r"\b(?:text|title|placeholderText|Accessible\.(?:name|description))\s*:\s*[\"'][^\"']*[^\W\d_]{2}",
        "words that cannot be translated",
        'write qsTr("...") and add the words to assets/locales',
    ),
    (
        r"\b(?:XMLHttpRequest|LocalStorage|openDatabaseSync|Qt\.openUrlExternally)\b",
        "QML reaches for the network or a file",
        "call a slot of the view-model, named by intent",
    ),
)
# A line that stands outside any item of text: the kiosk and the till have no such use.
ARITHMETIC = (
    re.compile(rf"(?<![\w.])((?:\w+\.)*\w*{MONEY}\w*)\s*[-*/%]\s*[\w(]", re.IGNORECASE),
    re.compile(rf"[\w)]\s*[-*/%]\s*((?:\w+\.)*\w*{MONEY}\w*)\b(?!\s*[.(\w])", re.IGNORECASE),
)
# Sizes of items may be called after what they show: totalWidth is no money.
LAYOUT = re.compile(
    r"(?:width|height|size|margin|spacing|padding|index|count|scale|opacity|row|column|area|x|y|"
    r"label|bar|box|button|panel|view|duration)s?$",
    re.IGNORECASE,
)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
STRING = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`")


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text: str) -> str:
    """Blank out comments and keep the place of everything else; a // in a string is no comment."""
    both = re.compile(f"{STRING.pattern}|{COMMENT.pattern}", re.DOTALL)
    return both.sub(lambda m: m.group() if m.group()[0] in "\"'`" else _blank(m), text)


def is_theme(path: Path) -> bool:
    """Say whether a file may hold colours: only a theme (Theme.qml, LabTheme.qml)."""
    return path.stem.endswith("Theme") or "themes" in path.parts


def check_files(root: Path) -> list[Finding]:
    """Look through every QML file for literals, formatting and arithmetic."""
    findings = []
    for path in files(root, PRODUCT, ".qml"):
        code = without_comments(path.read_text(encoding="utf-8"))
        place = relative(root, path)
        for pattern, rule, out in LINE_RULES:
            if out is THEME and is_theme(path):
                continue
            for match in re.finditer(pattern, code):
                line = code.count("\n", 0, match.start()) + 1
                findings.append(Finding(place, line, f"{rule}: {match.group().strip()}", out))
        findings += _arithmetic(place, STRING.sub(_blank, code))
    return sorted(findings, key=lambda finding: (finding.path, finding.line))


def _arithmetic(place: str, code: str) -> list[Finding]:
    findings = []
    for pattern in ARITHMETIC:
        for match in pattern.finditer(code):
            name = match.group(1).rpartition(".")[2]
            if not LAYOUT.search(name):
                line = code.count("\n", 0, match.start()) + 1
                findings.append(Finding(place, line, f"arithmetic on {match.group(1)}", FINISHED))
    return findings


def check_no_context_properties(root: Path) -> list[Finding]:
    """Refuse context properties: qmllint cannot see them and any file could use them."""
    findings = []
    for path in files(root, PRODUCT, ".py"):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(r"\bsetContextPropert(?:y|ies)\b|\bsetContextObject\b", line):
                rule = "a context property"
                out = "give the screen a `required property` and set it by setInitialProperties"
                findings.append(Finding(relative(root, path), number, rule, out))
    return findings

"""A translation keeps its placeholders, and every error code has a sentence."""

import pytest

from kiosk.sentences import SENTENCES
from tests.house.conftest import Tree
from tests.house.rules import translations
from tests.house.rules.common import ROOT, report

HEAD = r"""msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=n != 1;\n"

"""
PLURAL = """msgid "{count} item of {name}"
msgid_plural "{count} items of {name}"
msgstr[0] "een stuk van {name}"
msgstr[1] "{count} stuks"
"""
NL = "assets/locales/nl/LC_MESSAGES/kiosk.po"


@pytest.mark.parametrize("check", [translations.check_placeholders, translations.check_complete])
def test_our_translations_are_faithful_and_whole(check):
    assert list((ROOT / "assets" / "locales").rglob("*.po")), "assets/locales holds no catalogue"
    assert not (findings := check(ROOT)), report(findings)


def test_every_error_code_of_ours_has_its_sentence():
    findings = translations.check_error_texts(ROOT, SENTENCES)
    assert not findings, report(findings)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("assets/qml/X.qml", 'Label { text: qsTr("Pay now") }'),
        ("assets/qml/X.qml", "Label { text: qsTr('Pay now') }"),
        ("kiosk/paper/x.py", 'line = words("Pay now", n=1)'),
        ("kiosk/ui/x.py", 'self.text = self._words("Pay now")'),
        ("kiosk/sentences.py", 'SENTENCES = {"cart.empty": "Pay now"}'),
    ],
)
def test_a_text_that_no_catalogue_has_is_refused(tree: Tree, name, code):
    root = tree({name: code, NL: HEAD + 'msgid "Pay"\nmsgstr "Betaal"\n'})
    found = report(translations.check_complete(root))
    assert f"{name}:1" in found and f"'Pay now' is not in {NL}" in found
    tree({NL: HEAD + 'msgid "Pay now"\nmsgstr "Nu betalen"\n'})
    assert not translations.check_complete(root)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('msgid "Pay {amount}"\nmsgstr "Betaal {bedrag}"', "lacks {amount} and adds {bedrag}"),
        ('msgid "Line %1 of %2"\nmsgstr "Regel %1"', "lacks %2 and adds nothing"),
        ('msgid "%(n)s left"\nmsgstr "nog over"', "lacks %(n)s"),
        ('msgid "Pay"\nmsgstr ""', "has no translation"),
        ('#, fuzzy\nmsgid "Pay"\nmsgstr "Betaal"', "a guessed translation"),
        (PLURAL, "lacks {name}"),
    ],
)
def test_a_translation_that_does_not_fit_its_source_is_refused(tree: Tree, entry, says):
    findings = translations.check_placeholders(tree({NL: HEAD + entry + "\n"}))
    assert len(findings) == 1 and findings[0].path == NL
    assert says in findings[0].rule


def test_a_translation_may_order_its_placeholders_anew(tree: Tree):
    entry = 'msgid "%1 of {name}"\nmsgstr "{name}: %1"\n'
    assert not translations.check_placeholders(tree({NL: HEAD + entry}))


ERRORS = """
class ShopError(Exception):
    code = "shop.error"

class Refused(ShopError):
    code = "shop.refused"

class TooLate(Refused):
    code = "shift.too_late"

class Letter:
    code = "no.error"

def f():
    raise Refused("cart.empty", line=3)
    raise errors.TooLate(code="cart.closed")
    raise ValueError("cart.unknown")
"""


def test_every_error_code_without_a_sentence_is_named(tree: Tree):
    root = tree({"kiosk/domain/errors.py": ERRORS})
    codes = {"shop.error", "shop.refused", "shift.too_late", "cart.empty", "cart.closed"}
    assert set(translations.error_codes(root)) == codes
    findings = translations.check_error_texts(root, codes - {"cart.empty"})
    assert [found.rule for found in findings] == ["the error code cart.empty has no sentence"]
    assert findings[0].path == "kiosk/domain/errors.py"

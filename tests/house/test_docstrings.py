"""Every module says its purpose in one line."""

import doctest
import importlib

import pytest

from tests.house.conftest import Tree
from tests.house.rules import docstrings
from tests.house.rules.common import PRODUCT, ROOT, files, module_name, report


@pytest.mark.parametrize("check", [docstrings.check_modules, docstrings.check_public])
def test_ours_say_what_they_are_for(check):
    assert not (findings := check(ROOT)), report(findings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("import json\n", "does not say its purpose"),
        ('"""\n"""\n', "does not say its purpose"),
        ('"""A purpose that\nruns on."""\n', "runs over its one line"),
    ],
)
def test_a_module_that_does_not_say_its_purpose_in_one_line_is_refused(tree: Tree, text, says):
    found = report(docstrings.check_modules(tree({"tests/x.py": text})))
    assert "tests/x.py:1" in found and says in found


def test_a_purpose_in_one_line_with_more_below_is_welcome(tree: Tree):
    assert not docstrings.check_modules(tree({"kiosk/x.py": '"""Purpose.\n\nMore.\n"""\n'}))


def test_a_public_function_without_a_docstring_is_refused(tree: Tree):
    text = "def _inner(): ...\ndef outer(): ...\nclass Thing:\n    def f(self): ...\n"
    findings = docstrings.check_public(tree({"drivers/x.py": text}))
    assert [(found.line, found.rule.split()[0]) for found in findings] == [
        (2, "outer"),
        (3, "Thing"),
    ]


EXAMPLES = [
    module_name(ROOT, path)
    for path in files(ROOT, PRODUCT, ".py")
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", EXAMPLES)
def test_the_examples_in_a_docstring_are_true(module):
    result = doctest.testmod(importlib.import_module(module), raise_on_error=False)
    assert result.attempted, f"{module}: its examples stand where doctest does not look"
    assert not result.failed, f"{module}: run python -m doctest -v on it"

"""The domain reads no clock, no chance and no environment."""

import pytest

from tests.house.conftest import Tree
from tests.house.rules import purity
from tests.house.rules.common import ROOT, report


def test_our_pure_parts_are_pure():
    assert not (findings := purity.check(ROOT)), report(findings)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("import time", "imports time"),
        ("from random import choice", "imports random"),
        ("from os import environ", "imports os"),
        ("import zoneinfo", "imports zoneinfo"),
        ("import locale", "imports locale"),
        ("import uuid", "imports uuid"),
        ("d = datetime.datetime.now(zone)", "reads the clock"),
        ("d = datetime.utcnow()", "reads the clock"),
        ("d = date.today()", "reads the clock"),
        ("d = datetime.fromtimestamp(5)", "without a zone"),
        ("d = moment.astimezone()", "without a zone"),
        ("f = open('rates.csv')", "calls open()"),
        ("print('total')", "calls print()"),
        ("key = hash('line')", "calls hash()"),
        ("c = decimal.getcontext()", "context of the thread"),
    ],
)
def test_a_pure_module_that_looks_around_is_refused(tree: Tree, code, says):
    found = report(purity.check(tree({"kiosk/domain/x.py": code})))
    assert says in found and "kiosk/domain/x.py:1" in found and "Way out: " in found


def test_what_comes_in_as_an_argument_is_welcome(tree: Tree):
    code = "def f(now, clock, zone):\n    return clock.now() - now.astimezone(zone)\n"
    assert not purity.check(tree({"kiosk/domain/x.py": code}))


def test_the_outer_parts_may_read_the_clock(tree: Tree):
    assert not purity.check(tree({"kiosk/apps/x.py": "import time\n"}))

"""Files and functions keep the caps of the house."""

import pytest

from tests.house.conftest import Tree
from tests.house.rules import sizes
from tests.house.rules.common import ROOT, report


@pytest.mark.parametrize("check", [sizes.check_files, sizes.check_functions])
def test_our_files_and_functions_are_short_enough(check):
    assert not (findings := check(ROOT)), report(findings)


@pytest.mark.parametrize(("name", "cap"), [("kiosk/x.py", 600), ("assets/qml/X.qml", 400)])
def test_a_file_over_its_cap_is_refused_and_one_at_its_cap_is_not(tree: Tree, name, cap):
    assert not sizes.check_files(tree({name: "\n" * cap}))
    found = report(sizes.check_files(tree({name: "\n" * (cap + 1)})))
    assert name in found and f"{cap} are the most" in found and "two ideas" in found


def test_a_function_over_its_cap_is_refused(tree: Tree):
    body = "def right():\n" + "    a = 1\n" * 69 + "async def wrong():\n" + "    a = 1\n" * 70
    findings = sizes.check_functions(tree({"sync/x.py": body}))
    assert [finding.rule for finding in findings] == ["wrong has 71 lines, 70 are the most"]


def test_more_than_five_in_a_hundred_long_functions_are_refused_longest_first(tree: Tree):
    short = "".join(f"def f{n}():\n    pass\n" for n in range(38))
    long = [f"def g{n}():\n" + "    a = 1\n" * (41 + n) for n in range(3)]
    assert not sizes.check_functions(tree({"sync/x.py": short + "".join(long[:2])}))
    findings = sizes.check_functions(tree({"sync/x.py": short + "".join(long)}))
    assert [finding.rule for finding in findings] == [
        "g2 has 44 lines and 3 of 41 are over 40 lines, 2 may be"
    ]


def test_more_than_five_in_a_hundred_long_files_are_refused(tree: Tree):
    names = {f"kiosk/m{n}.py": "a = 1\n" for n in range(25)}
    root = tree(names | {"kiosk/long.py": "\n" * 401})
    assert not sizes.check_files(root)
    root = tree({"kiosk/longer.py": "\n" * 500})
    assert [finding.path for finding in sizes.check_files(root)] == ["kiosk/longer.py"]

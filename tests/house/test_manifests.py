"""Every driver is complete."""

import pytest

from tests.house.conftest import Tree
from tests.house.rules import manifests
from tests.house.rules.common import ROOT, report

COMPLETE = {
    "drivers/one/manifest.toml": """
roles = ["receipt_printer"]
schemes = ["one+tcp"]
models = [{ make = "Acme", model = "One" }]
[discovery]
zeroconf = ["_pdl-datastream._tcp"]
[capabilities]
cutter = true
[checklist]
no_paper = "done"
busy = { exempt = "it has no such state" }
""",
    "drivers/one/frames.py": '"""Frames."""\n',
    "drivers/one/driver.py": '"""Driver."""\n',
    "drivers/one/README.md": "# One\n",
}


@pytest.mark.parametrize("check", [manifests.check, manifests.check_entry_points])
def test_our_drivers_are_complete(check):
    assert manifests.driver_folders(ROOT), "no driver was found under drivers/"
    assert not (findings := check(ROOT)), report(findings)


@pytest.mark.parametrize("points", ["", 'one = "drivers.two.driver:create"'])
def test_a_driver_that_no_address_leads_to_is_refused(tree: Tree, points):
    group = '[project.entry-points."toonbank.drivers"]'
    root = tree(COMPLETE | {"pyproject.toml": f'[project]\nname = "x"\n{group}\n{points}\n'})
    assert "no entry point leads from one+tcp://" in report(manifests.check_entry_points(root))


def test_a_complete_driver_is_welcome(tree: Tree):
    others = {"drivers/transport/tcp.py": "", "drivers/simulated/printer.py": ""}
    assert not (findings := manifests.check(tree(COMPLETE | others))), report(findings)


@pytest.mark.parametrize("name", sorted(COMPLETE))
def test_a_driver_that_lacks_one_of_its_four_files_is_refused(tree: Tree, name):
    root = tree(COMPLETE)
    (root / name).unlink()
    found = report(manifests.check(root))
    assert name in found and "lacks this file" in found and "Way out: add it" in found


@pytest.mark.parametrize("key", sorted(manifests.KEYS))
def test_a_manifest_that_leaves_something_unsaid_is_refused(tree: Tree, key):
    text = COMPLETE["drivers/one/manifest.toml"].replace(key, "other")
    root = tree(COMPLETE | {"drivers/one/manifest.toml": text})
    assert f"the manifest does not say {key}" in report(manifests.check(root))


@pytest.mark.parametrize("state", ['"later"', '"exempt: "', "false", '{ exempt = "" }'])
def test_a_line_of_the_checklist_is_done_or_exempt_for_a_reason(tree: Tree, state):
    text = COMPLETE["drivers/one/manifest.toml"].replace('"done"', state)
    root = tree(COMPLETE | {"drivers/one/manifest.toml": text})
    assert "no_paper is neither done nor exempt" in report(manifests.check(root))

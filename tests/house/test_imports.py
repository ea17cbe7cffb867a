"""The import table of the house, no circles, no import in a function, and a hub without Qt."""

import subprocess
import sys

import pytest

from tests.house.conftest import Tree
from tests.house.rules import imports
from tests.house.rules.common import ROOT, report

HUB_WITHOUT_QT = """
import sys
for name in ("PySide6", "shiboken6", "escpos", "serial", "pyudev", "biip"):
    sys.modules[name] = None
sys.argv = ["toonbank-hub", "--help"]
import sync.hub.__main__ as hub
hub.main()
"""


@pytest.mark.parametrize(
    "check",
    [
        imports.check_table,
        imports.check_at_the_top,
        imports.check_circles,
        imports.check_empty_inits,
        imports.check_packages_complete,
    ],
)
def test_our_imports_keep_the_rule(check):
    assert not (findings := check(ROOT)), report(findings)


def test_the_check_sees_the_code_it_guards():
    # Guards the guard: were the folders renamed, every rule above would pass over nothing.
    assert {"kiosk.domain.money", "drivers.api"} <= set(imports.modules(ROOT))
    assert any(found.target == "kiosk.domain.money" for found in imports.imports(ROOT))


@pytest.mark.parametrize(
    ("path", "line", "says"),
    [
        ("kiosk/domain/x.py", "import random", "kiosk.domain imports random"),
        ("kiosk/domain/x.py", "import msgspec", "kiosk.domain imports the library msgspec"),
        ("kiosk/domain/x.py", "from kiosk.store import ledger", "kiosk.domain imports kiosk.store"),
        ("kiosk/domain/x.py", "from ..store import ledger", "kiosk.domain imports kiosk.store"),
        ("kiosk/services/x.py", "import PySide6.QtCore", "imports the library PySide6"),
        ("kiosk/services/x.py", "from drivers.escpos import driver", "imports drivers.escpos"),
        ("kiosk/services/x.py", "from drivers import registry", "kiosk.services imports drivers"),
        ("kiosk/store/x.py", "import sqlite3", "use from pysqlite3 import dbapi2 as sqlite3"),
        ("kiosk/ui/x.py", "from kiosk.store import ledger", "kiosk.ui imports kiosk.store"),
        ("kiosk/ui/x.py", "from tests import conftest", "kiosk.ui imports tests"),
        ("kiosk/corner/x.py", "import json", "kiosk.corner.x has no row"),
        ("drivers/one/x.py", "from drivers.two import frames", "drivers.one imports drivers.two"),
        ("drivers/one/x.py", "import escpos.printer", "imports the library escpos"),
        ("drivers/simulated/x.py", "from drivers.one import frames", "imports drivers.one"),
        ("sync/protocol/x.py", "import cryptography", "imports the library cryptography"),
        ("sync/agent/x.py", "from sync.hub import app", "sync.agent imports sync.hub"),
        ("sync/hub/x.py", "from sync.agent import core", "sync.hub imports sync.agent"),
        ("sync/connectors/one/x.py", "import litestar", "imports the library litestar"),
        ("sync/corner.py", "import json", "sync.corner has no row"),
    ],
)
def test_an_import_past_the_table_is_refused(tree: Tree, path, line, says):
    root = tree({path: f'"""Purpose."""\n{line}\n'})
    found = report(imports.check_table(root))
    assert says in found
    assert path in found and "Way out: " in found


def test_an_import_for_types_only_counts_too(tree: Tree):
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import PySide6\n"
    assert "PySide6" in report(imports.check_table(tree({"kiosk/paper/x.py": text})))


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("kiosk/domain/x.py", "from kiosk.domain import money"),
        ("kiosk/ui/x.py", "from PySide6.QtCore import QObject"),
        ("kiosk/apps/x.py", "from sync.hub import app"),
        ("drivers/escpos/x.py", "import escpos.printer"),
        ("drivers/registry.py", "from drivers.escpos import driver"),
        ("sync/protocol/signature.py", "from cryptography.hazmat import primitives"),
        ("sync/hub/x.py", "from sync.connectors import api"),
    ],
)
def test_an_import_of_the_table_is_allowed(tree: Tree, path, line):
    root = tree({path: line, "sync/connectors/api.py": "", "drivers/escpos/driver.py": ""})
    assert not imports.check_table(root)


@pytest.mark.parametrize(
    "body",
    [
        "def f():\n    import json\n",
        "class C:\n    async def f(self):\n        if True:\n            from json import loads\n",
        "import importlib\nm = importlib.import_module('kiosk.ui')\n",
        "m = __import__('json')\n",
    ],
)
def test_an_import_that_hides_is_refused(tree: Tree, body):
    found = report(imports.check_at_the_top(tree({"kiosk/services/x.py": body})))
    assert "kiosk/services/x.py" in found and "Way out: " in found


def test_a_module_that_is_named_as_text_counts_as_imported(tree: Tree):
    text = 'STEPS = "kiosk.ui.window"\nm = import_module(STEPS)\n'
    root = tree({"kiosk/store/database.py": text, "kiosk/ui/window.py": ""})
    assert not imports.check_at_the_top(root)
    assert "kiosk.store imports kiosk.ui.window" in report(imports.check_table(root))


def test_a_circle_is_told_once_with_all_its_modules(tree: Tree):
    root = tree(
        {
            "kiosk/domain/a.py": "from kiosk.domain import b\n",
            "kiosk/domain/b.py": "from kiosk.domain.c import x\n",
            "kiosk/domain/c.py": "import kiosk.domain.a\n",
            "kiosk/domain/d.py": "import kiosk.domain.a\n",
        }
    )
    findings = imports.check_circles(root)
    assert len(findings) == 1
    assert (
        "kiosk.domain.a -> kiosk.domain.b -> kiosk.domain.c -> kiosk.domain.a" in findings[0].rule
    )


def test_code_in_an_init_file_is_refused(tree: Tree):
    root = tree({"kiosk/__init__.py": "\n", "sync/__init__.py": "VERSION = 1\n"})
    assert [finding.path for finding in imports.check_empty_inits(root)] == ["sync/__init__.py"]


def test_a_folder_of_modules_without_an_init_file_is_refused(tree: Tree):
    root = tree({"kiosk/__init__.py": "", "kiosk/x.py": "", "kiosk/ui/x.py": ""})
    assert [found.path for found in imports.check_packages_complete(root)] == ["kiosk/ui/"]


def test_the_hub_starts_where_qt_and_the_tills_libraries_are_not_installed():
    answer = subprocess.run(
        [sys.executable, "-c", HUB_WITHOUT_QT], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 0, answer.stderr[-2000:]
    assert "serve" in answer.stdout

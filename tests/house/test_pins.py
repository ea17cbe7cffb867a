"""What we pinned a version for is still so: each pin with a reason has a test of that reason."""

import subprocess
import sys

import pytest
from pysqlite3 import dbapi2 as sqlite3

from tests.house.rules import packages
from tests.house.rules.common import ROOT

FIVE_THOUSAND_CLICKS = """
from PySide6.QtCore import QObject, Signal, Slot

class Button(QObject):
    clicked = Signal(bool)

class Till(QObject):
    seen = 0

    @Slot(bool)
    def take(self, checked):
        self.seen += 1

button, till = Button(), Till()
button.clicked.connect(till.take)
for _ in range(5_000):
    button.clicked.emit(False)
    button.clicked.emit(True)
print(till.seen)
"""


def test_qt_does_not_crash_after_thousands_of_clicks():
    # PySide6 6.12.0 on Python 3.11 took a reference to True or False with each and then fell over.
    answer = subprocess.run(
        [sys.executable, "-c", FIVE_THOUSAND_CLICKS], capture_output=True, text=True, timeout=60
    )
    assert (answer.returncode, answer.stdout.strip()) == (0, "10000"), answer.stderr


def test_our_sqlite_has_the_mended_wal_and_full_text_search():
    assert sqlite3.sqlite_version_info >= (3, 51, 3)
    connection = sqlite3.connect(":memory:")
    options = {row[0] for row in connection.execute("PRAGMA compile_options")}
    connection.close()
    assert "ENABLE_FTS5" in options


@pytest.mark.parametrize("name", ["till", "hub", "dev"])
def test_the_locks_bring_the_versions_that_the_design_was_measured_with(name):
    locked = packages.locked(ROOT / "packaging" / f"lock-{name}.txt")
    assert locked["pysqlite3"] == "0.6.1"
    assert locked.get("pyside6-essentials", "6.11.3") == "6.11.3"
    assert "pyside6-addons" not in locked and "tzdata" in locked

"""packaging/ hides no library, the locks are whole, the wheel is complete, nothing is private."""

import importlib.metadata
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.conftest import Tree
from tests.house.rules import licences, packages, private
from tests.house.rules.common import ROOT, report


@pytest.mark.parametrize(
    "check",
    [packages.check_nothing_importable, packages.check_locks, private.check, licences.check],
)
def test_our_packaging_keeps_the_rule(check):
    assert not (findings := check(ROOT)), report(findings)


def test_the_wheel_holds_every_asset_and_every_module(tmp_path: Path):
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    answer = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert not (findings := packages.check_wheel(ROOT, names)), report(findings)
    assert not [name for name in names if name.startswith(("tests/", "packaging/", ".venv"))]


@pytest.mark.parametrize("extra", ["till", "hub"])
def test_a_program_imports_only_what_its_own_lock_brings(extra):
    distributions = importlib.metadata.packages_distributions()
    findings = packages.check_runtime_libraries(ROOT, extra, distributions)
    assert not findings, report(findings)


@pytest.mark.parametrize("extra", ["till", "hub", "dev"])
def test_a_lock_holds_what_the_project_asks_for(extra):
    findings = packages.check_locks_follow_project(ROOT, extra)
    assert not findings, report(findings)


def test_a_lock_that_lags_behind_the_project_is_refused(tree: Tree):
    project = (
        '[project]\nname = "shop"\ndependencies = ["Base>=1"]\n[project.optional-dependencies]\n'
        'till = ["Py_Till[fast]>=2; sys_platform == \'linux\'"]\ndev = ["shop[till]", "pytest"]\n'
    )
    lock = "base==1 \\\n    --hash=sha256:0\npytest==9 \\\n    --hash=sha256:0\n"
    root = tree({"pyproject.toml": project, "packaging/lock-dev.txt": lock})
    findings = packages.check_locks_follow_project(root, "dev")
    assert [found.rule for found in findings] == ["py-till is missing"]


def test_the_locks_are_those_of_the_dev_set_up():
    dev = packages.locked(ROOT / "packaging" / "lock-dev.txt")
    for name in ("till", "hub"):
        part = packages.locked(ROOT / "packaging" / f"lock-{name}.txt")
        assert part, f"lock-{name}.txt is empty"
        assert part.items() <= dev.items(), f"lock-{name}.txt has more than lock-dev.txt"
    assert "pyside6-essentials" not in packages.locked(ROOT / "packaging" / "lock-hub.txt")
    assert "litestar" not in packages.locked(ROOT / "packaging" / "lock-till.txt")


def test_a_module_in_packaging_is_refused(tree: Tree):
    root = tree(
        {
            "packaging/__init__.py": "",
            "packaging/dev": "#!/usr/bin/env python3",
            "packaging/linux/build.py": "def build(): ...",
            "packaging/linux/script.py": 'if __name__ == "__main__":\n    print()',
        }
    )
    findings = packages.check_nothing_importable(root)
    assert [found.path for found in findings] == [
        "packaging/__init__.py",
        "packaging/linux/build.py",
    ]


@pytest.mark.parametrize(
    ("lock", "says"),
    [
        ("a==1 \\\n    --hash=sha256:0\nb==2\n", "b==2 is not pinned"),
        ("a>=1 \\\n    --hash=sha256:0\n", "a>=1 is not pinned"),
        ("c==3 \\\n    --hash=sha256:0\n", "c is 2 here and 3 in another lock"),
    ],
)
def test_a_lock_with_a_gap_is_refused(tree: Tree, lock, says):
    root = tree(
        {"packaging/lock-a.txt": lock, "packaging/lock-b.txt": "c==2 \\\n    --hash=sha256:0\n"}
    )
    assert says in report(packages.check_locks(root))


def test_an_asset_that_is_missing_from_the_wheel_is_refused(tree: Tree):
    root = tree({"assets/a.svg": "<svg/>", "kiosk/x.py": "", "README.md": "#"})
    findings = packages.check_wheel(root, ["kiosk/x.py"])
    assert [found.path for found in findings] == ["assets/a.svg"]


def test_an_asset_without_a_licence_beside_it_is_refused(tree: Tree):
    root = tree(
        {
            "assets/LICENSE.txt": "too far from everything",
            "assets/fonts/inter/OFL.txt": "",
            "assets/fonts/inter/Inter.woff2": "",
            "assets/samples/LICENSE.txt": "",
            "assets/samples/shop/pictures/a.webp": "",
            "assets/sounds/good.wav": "",
        }
    )
    assert [found.path for found in licences.check(root)] == ["assets/sounds/"]


def test_a_library_that_only_the_dev_set_up_has_is_refused(tree: Tree):
    root = tree(
        {
            "kiosk/__main__.py": "from kiosk import shop\nimport typer\n",
            "kiosk/shop.py": "import hypothesis\n",
            "kiosk/unused.py": "import pytest\n",
            "packaging/lock-till.txt": "typer==1 \\\n    --hash=sha256:0\n",
        }
    )
    findings = packages.check_runtime_libraries(root, "till", {})
    assert [found.path for found in findings] == ["kiosk/shop.py"]
    assert "hypothesis is imported on the way from kiosk.__main__" in findings[0].rule


# Put together here, so that this file itself names nothing private.
@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("packaging/lock-a.txt", "a @ https:" + "//x/a.whl", "an address in a lock file"),
        ("packaging/lock-a.txt", "--index" + "-url=x", "an index address"),
        ("pip.conf", "extra-index" + "-url = x", "an index address"),
        ("README.md", "--find" + "-links x", "a place to find packages"),
        ("kiosk/x.py", "P = '/wor" + "k/main'", "a path of one machine"),
        ("docs.md", "see /hom" + "e/ann/shop", "a path of one machine"),
        ("tests/x.py", "open('/tm" + "p/a')", "a fixed temporary path"),
        ("kiosk/x.py", "# AI-" + "generated", "how the text was made"),
        ("kiosk/x.toml", "hub = '192.168." + "1.7'", "a private network"),
    ],
)
def test_what_is_private_is_refused(tree: Tree, name, text, says):
    found = report(private.check(tree({name: text + "\n"})))
    assert says in found and f"{name}:1" in found and "Way out: " in found


@pytest.mark.parametrize("text", ["hub = '127.0.0.1'", "src/work/file", "https://example.org/"])
def test_what_is_public_is_welcome(tree: Tree, text):
    assert not private.check(tree({"README.md": text}))

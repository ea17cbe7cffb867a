"""The one command for a checkout: what it asks the system, when it stops, when it does nothing."""

import importlib.machinery
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.rules.common import ROOT

SCRIPT = ROOT / "packaging" / "dev"


@pytest.fixture
def dev() -> ModuleType:
    """The script as a module; it has no suffix, so it is loaded by its path."""
    loader = importlib.machinery.SourceFileLoader("toonbank_dev", str(SCRIPT))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def put_program(folder: Path, name: str, script: str) -> None:
    """Put a program on the search path that the command will find instead of the system's."""
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that comes first on the search path, without sudo behind it."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "env", "cat", "echo"):
        (folder / name).symlink_to(f"/bin/{name}")
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "where"),
    [([], 2, "stderr"), (["--help"], 0, "stdout"), (["tset"], 2, "stderr")],
)
def test_without_a_verb_it_shows_its_usage_and_sets_nothing_up(arguments, code, where):
    answer = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True, timeout=30)
    assert answer.returncode == code
    assert "usage: packaging/dev VERB" in getattr(answer, where)
    assert "[1/4]" not in answer.stdout


def test_it_names_the_system_packages_that_are_missing(dev, programs):
    there = [name for name in dev.SYSTEM_PACKAGES if name not in ("xvfb", "libegl1")]
    there = [f"{name}t64" if name.startswith("libglib") else name for name in there]
    lines = "\n".join(f"{name} installed" for name in there)
    put_program(programs, "dpkg-query", f"cat <<END\n{lines}\nxvfb config-files\nEND")
    assert dev.missing_system_packages() == ["libegl1", "xvfb"]


def test_where_there_is_no_dpkg_it_asks_for_nothing(dev, programs):
    assert dev.missing_system_packages() == []


def test_without_the_right_to_install_it_names_the_exact_line_and_stops(dev, programs, monkeypatch):
    put_program(programs, "dpkg-query", "echo bash installed")
    put_program(programs, "apt-get", "echo called >> called; exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(dev.SetupError) as stopped:
        dev.set_up_system()
    line = " ".join(dev.SYSTEM_PACKAGES)
    assert f"apt-get install --no-install-recommends -y {line}" in str(stopped.value)
    assert not Path("called").exists()


def test_apt_is_tried_again_when_a_mirror_has_a_bad_minute(dev, programs, tmp_path, monkeypatch):
    waited: list[float] = []
    monkeypatch.setattr(dev.time, "sleep", waited.append)
    log = tmp_path / "log"
    put_program(programs, "apt-get", f'echo "$@" >> {log}; [ "$(cat {log} | wc -l)" -ge 3 ]')
    (programs / "wc").symlink_to("/usr/bin/wc")
    dev.apt([], "update")
    assert len(log.read_text().splitlines()) == 3 and waited == [5, 10]


def test_apt_that_fails_three_times_stops_the_set_up_with_its_words(dev, programs, monkeypatch):
    monkeypatch.setattr(dev.time, "sleep", lambda seconds: None)
    put_program(programs, "apt-get", "echo 'E: no such mirror' >&2; exit 100")
    with pytest.raises(dev.SetupError, match="no such mirror"):
        dev.apt([], "install", "xvfb")


@pytest.fixture
def checkout(dev, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A checkout of its own for the stamp; gives what pip was asked for."""
    asked: list[str] = []
    (tmp_path / "lock").write_text("a==1 \\\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    monkeypatch.setattr(dev, "pip_install", lambda what, *rest: asked.append(what))
    return asked


def test_a_second_set_up_asks_pip_for_nothing(dev, checkout):
    dev.set_up_packages()
    assert checkout == ["the locked packages", "toonbank"]
    dev.set_up_packages()
    assert len(checkout) == 2


def test_a_new_lock_fetches_the_packages_again_and_a_new_project_file_only_the_checkout(dev, checkout):
    dev.set_up_packages()
    (dev.ROOT / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    dev.set_up_packages()
    assert checkout[2:] == ["toonbank"]
    dev.LOCK.write_text("a==2 \\\n")
    dev.set_up_packages()
    assert checkout[3:] == ["the locked packages", "toonbank"]


def test_a_set_up_that_was_cut_off_starts_over(dev, checkout, monkeypatch):
    monkeypatch.setattr(dev, "pip_install", lambda *rest: exec("raise OSError('cut off')"))
    with pytest.raises(OSError, match="cut off"):
        dev.set_up_packages()
    assert not dev.STAMP.exists()
    dev.STAMP.write_text("{half a st")
    monkeypatch.setattr(dev, "pip_install", lambda what, *rest: checkout.append(what))
    dev.set_up_packages()
    assert checkout == ["the locked packages", "toonbank"]


def test_options_of_its_own_are_taken_and_the_rest_goes_to_pytest(dev, monkeypatch):
    handed: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(dev, "hand_over", lambda command, **env: handed.append((command, env)))
    monkeypatch.delenv("CI", raising=False)
    dev.test(["-k", "house", "--long", "--seed", "7"])
    command, environment = handed[0]
    assert command[:2] == ["-m", "pytest"] and command[-5:] == ["--timeout", "600", "-k", "house", "--hypothesis-seed=7"]
    assert environment["TOONBANK_LONG"] == "1" and environment["TOONBANK_SEED"] == "7"
    dev.test([])
    assert "--timeout" not in handed[1][0]
    assert "TOONBANK_LONG" not in handed[1][1] and "PYTHONHASHSEED" not in handed[1][1]
    monkeypatch.setenv("CI", "true")
    dev.test([])
    assert handed[2][1]["PYTHONHASHSEED"] == "0"
    with pytest.raises(dev.SetupError, match="--seed needs a value"):
        dev.test(["--seed"])


def test_the_full_counts_measure_time_last_with_nothing_beside_it_and_fail_when_either_part_did(dev, monkeypatch):
    ran: list[list[str]] = []

    def run(command, env):
        ran.append(command)
        return subprocess.CompletedProcess(command, returncode=len(ran) == 1)

    monkeypatch.setattr(dev.subprocess, "run", run)
    with pytest.raises(SystemExit) as ended:
        dev.test(["--long", "--seed", "7"])
    assert ended.value.code == 1, "the first part failed"
    beside, alone = ran
    rest = ["--timeout", "600", "--hypothesis-seed=7"]
    assert "-n" in beside and beside[-5:] == ["-m", "not alone", *rest]
    assert "-n" not in alone and alone[-5:] == ["-m", "alone", *rest]

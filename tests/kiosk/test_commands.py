"""The commands of `toonbank` as a person types them: real processes, sentences on standard error, exit codes."""

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.__main__ import WINDOWS, plain_window
from kiosk.commands.line import COMMANDS
from kiosk.store.folder import FolderLock
from tests.journeys.prepared import copy_shop, prepare

REFUSED, BAD_ARGUMENT, HUB_ABSENT, IN_USE = 1, 2, 3, 4
WITH_FOLDER = ("till", "kiosk", "status", "ledger verify", "ledger export", "config show")


def toonbank(*words: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command in a process of its own, on a wide terminal without colours."""
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    argv = [sys.executable, "-m", "kiosk", *words]
    return subprocess.run(argv, capture_output=True, text=True, timeout=60, env=environment, cwd=cwd, check=False)


def told(done: "subprocess.CompletedProcess[str]") -> str:
    """What stands on standard error, in one line."""
    return " ".join(done.stderr.split())


@pytest.fixture(scope="module")
def till(shared_folder: Path) -> Iterator[Path]:
    """An enrolled till whose hub is gone."""
    with tempfile.TemporaryDirectory(prefix="cli-") as folder:
        shop = copy_shop(prepare(shared_folder, "fashion"), Path(folder) / "s", "fashion")
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))  # bound and never listening: whoever connects is refused
            shop.hub_url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
            shop.settle("till-01", discovery=False)
            yield shop.folder / "till-01"


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    shown = toonbank(*command.split(), "--help")
    assert shown.returncode == 0, shown.stderr
    assert f"Example: toonbank {command}" in " ".join(shown.stdout.split())


@pytest.mark.parametrize("command", list(COMMANDS))
def test_an_argument_that_is_none_ends_with_two_and_says_which(command: str) -> None:
    refused = toonbank(*command.split(), "--no-such-option")
    assert refused.returncode == BAD_ARGUMENT
    assert "--no-such-option" in told(refused)


@pytest.mark.parametrize("name", list(WINDOWS))
def test_only_plain_words_go_straight_to_a_window(name: str) -> None:
    assert plain_window([name, "--data", "a folder"]) == (name, Path("a folder"))
    for words in (
        [], [name], [name, "--data"], [name, "--data", ""], [name, "--data", "--help"], [name, "--data=a"], [name, "--help"],
        [name, "a", "--data"], [name, "--data", "a", "--help"], [name, "--data", "a", "--data", "b"], ["status", "--data", "a"],
    ):  # fmt: skip
        assert plain_window(words) is None, words


@pytest.mark.parametrize("name", list(WINDOWS))
def test_a_window_refuses_in_the_same_words_however_it_was_asked_for(name: str, tmp_path: Path) -> None:
    straight, by_the_line = toonbank(name, "--data", str(tmp_path)), toonbank(name, f"--data={tmp_path}")
    assert "folder.not_enrolled" in told(straight)
    assert (straight.returncode, straight.stdout, straight.stderr) == (REFUSED, by_the_line.stdout, by_the_line.stderr)
    assert by_the_line.returncode == REFUSED


def test_a_sample_shop_that_is_none_is_a_bad_argument() -> None:
    refused = toonbank("demo", "--sample", "bakery")
    assert refused.returncode == BAD_ARGUMENT
    assert "fashion or grocery" in told(refused)


@pytest.mark.parametrize("command", [one for one in WITH_FOLDER if one != "config show"])
def test_a_folder_without_a_terminal_is_told_how_to_become_one(command: str, tmp_path: Path) -> None:
    more = ["--out", str(tmp_path / "out.jsonl")] if command == "ledger export" else []
    refused = toonbank(*command.split(), "--data", str(tmp_path), *more)
    assert refused.returncode == REFUSED, refused.stderr
    assert "toonbank enrol --hub URL --code CODE" in told(refused) and "folder.not_enrolled" in told(refused)


def test_enrolment_without_a_hub_ends_with_three_and_makes_no_terminal(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        refused = toonbank("enrol", "--hub", url, "--code", "AAAA-BBBB", "--data", str(tmp_path / "t"))
    assert refused.returncode == HUB_ABSENT, refused.stderr
    assert "sync.unreachable" in told(refused)
    assert not (tmp_path / "t" / "identity").exists()


@pytest.mark.parametrize("command", ["till", "enrol"])
def test_a_folder_in_use_ends_with_four_and_names_the_process(till: Path, command: str) -> None:
    more = ["--hub", "http://127.0.0.1:9", "--code", "AAAA-BBBB"] if command == "enrol" else []
    lock = FolderLock(till)
    try:
        refused = toonbank(command, "--data", str(till), *more)
    finally:
        lock.release()
    assert refused.returncode == IN_USE, refused.stderr
    assert f"process {os.getpid()}" in told(refused) and "folder.in_use" in told(refused)


def test_looking_is_possible_beside_a_running_terminal(till: Path) -> None:
    lock = FolderLock(till)
    try:
        shown = toonbank("status", "--data", str(till), "--json")
    finally:
        lock.release()
    found = json.loads(shown.stdout)
    assert shown.returncode == 0 and found["running"] is True and found["terminal"] == "01"


def test_what_prints_data_prints_it_for_programs_too(till: Path, tmp_path: Path) -> None:
    status = json.loads(toonbank("status", "--data", str(till), "--json").stdout)
    assert status["kind"] == "till" and status["sales"] == 0 and status["articles"] > 200 and status["running"] is False
    proof = json.loads(toonbank("ledger", "verify", "--data", str(till), "--json").stdout)
    assert proof == {"facts": status["facts"], "whole": True, "break": None}
    settings = json.loads(toonbank("config", "show", "--data", str(till), "--json").stdout)
    assert settings["discovery"] is False
    out = tmp_path / "facts.jsonl"
    assert toonbank("ledger", "export", "--data", str(till), "--out", str(out)).returncode == 0
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert len(lines) == status["facts"] and set(lines[0]) == {"fact", "hash", "signature"}


def test_the_doctor_finds_that_the_hub_is_away_and_says_what_to_do(till: Path) -> None:
    shown = toonbank("doctor", "--data", str(till), "--json")
    assert shown.returncode == REFUSED
    hub = next(finding for finding in json.loads(shown.stdout) if finding["check"] == "hub")
    assert hub["well"] is False and "sync.unreachable" in hub["found"] and "Selling goes on" in hub["way_out"]


def test_settings_that_cannot_be_read_are_named_with_their_file(till: Path, tmp_path: Path) -> None:
    (tmp_path / "terminal.toml").write_text("hub = [")
    refused = toonbank("config", "show", "--data", str(tmp_path))
    assert refused.returncode == REFUSED
    assert "terminal.toml" in refused.stderr.replace("\n", "") and "config.unreadable" in told(refused)

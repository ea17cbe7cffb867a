"""The commands as a person types them: real processes, exit codes, with a hub that runs and without."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import httpx
import pytest
from typer.testing import CliRunner, Result

import sync.hub.__main__ as program
from sync.hub.admin import Line
from sync.hub.commands import line
from sync.hub.commands.line import app
from sync.hub.commands.surface import quantity, world
from sync.hub.operations import EnrolCode, EnrolCodeMade
from sync.hub.problems import HubProblem
from tests.sync.hub.support import CHEAP_PINS, DAY, FakeTerminal, shop_folder

WAIT_S = 60
PRODUCTS = "sku,name_nl,vat_class,price,stock:AMS1\nA1,Appel,reduced,2.49,10\n"
COMMANDS = {
    "enrol-code": ["enrol-code", "--store", "AMS1", "--terminal", "1", "--kind", "till"],
    "staff add": ["staff", "add", "--number", "900", "--name", "Zoë", "--role", "manager"],
    "staff disable": ["staff", "disable", "--number", "900"],
    "price set": ["price", "set", "A1", "1.99", "--from", "2026-12-01 09:00"],
    "report day": ["report", "day", "--store", "AMS1", "--day", DAY],
    "report prices": ["report", "prices", "--store", "AMS1", "--day", DAY],
}
"""In an order in which each of them succeeds."""


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a shop and an article, and no hub that runs."""
    folder = shop_folder(tmp_path / "hub")
    (tmp_path / "products.csv").write_text(PRODUCTS)
    assert run("import", str(tmp_path / "products.csv"), "--data", str(folder)).exit_code == 0
    return folder


@contextmanager
def serving(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    """A real hub process on a free port: the process and its URL."""
    folder.mkdir(exist_ok=True)
    (folder / "hub.toml").write_text(CHEAP_PINS)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "sync.hub", "serve", "--data", str(folder), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("Toonbank hub ready at http://127.0.0.1:"), line
        yield process, line.split()[-1]
    finally:
        process.kill()
        process.wait(WAIT_S)
        process.stdout.close()


@pytest.mark.parametrize("command", ["serve", "import", *COMMANDS])
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    shown = run(*command.split(), "--help")
    assert shown.exit_code == 0 and "Example: toonbank-hub " + command in " ".join(shown.output.split())


def test_the_commands_work_without_a_hub_and_print_data_for_programs(data: Path) -> None:
    printed = {}
    for name, arguments in COMMANDS.items():
        result = run(*arguments, "--data", str(data), "--json")
        assert result.exit_code == 0, result.output
        printed[name] = json.loads(result.output)
    assert printed["enrol-code"]["terminal"] == "01" and len(printed["enrol-code"]["code"]) == 9
    assert len(printed["staff add"]["pins"]["900"]) == 6
    assert printed["price set"]["amount_minor"] == 199
    assert printed["report day"]["total"]["sales"] == 0


def test_the_commands_print_sentences_for_people(data: Path) -> None:
    for arguments in COMMANDS.values():
        result = run(*arguments, "--data", str(data))
        assert result.exit_code == 0 and result.output.strip(), result.output


def test_where_there_is_no_hub_commands_say_so_and_make_none(tmp_path: Path) -> None:
    for arguments in COMMANDS.values():
        result = run(*arguments, "--data", str(tmp_path / "none"))
        assert result.exit_code == 3 and "[folder.absent]" in result.stderr
    assert not (tmp_path / "none").exists()


def test_a_folder_that_somebody_holds_without_serving_is_in_use(data: Path) -> None:
    with Line.to(data, world()):
        for arguments in (*COMMANDS.values(), ["serve", "--port", "0"], ["import", str(data.parent / "products.csv")]):
            result = run(*arguments, "--data", str(data))
            assert result.exit_code == 4 and "[folder.in_use]" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["enrol-code", "--store", "AMS1"],
        ["enrol-code", "--store", "AMS1", "--terminal", "1", "--kind", "fridge"],
        ["enrol-code", "--store", "AMS1", "--terminal", "1", "--kind", "till", "--hours", "73"],
        ["staff", "add", "--number", "1", "--name", "Zoë", "--role", "king"],
        ["staff", "disable"],
        ["price", "set", "A1", "1,99"],
        ["price", "set", "A1", "1.99", "--from", "soon"],
        ["report", "day"],
        ["import", "absent.csv"],
        ["serve", "--port", "70000"],
        ["dance"],
    ],
)
def test_a_bad_argument_is_exit_code_2(data: Path, arguments: list[str]) -> None:
    named = [] if arguments == ["dance"] else ["--data", str(data)]
    assert run(*arguments, *named).exit_code == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ["enrol-code", "--store", "NIX1", "--terminal", "1", "--kind", "till"],
        ["staff", "disable", "--number", "999"],
        ["price", "set", "NIX", "1.99"],
        ["report", "day", "--store", "NIX1"],
    ],
)
def test_a_refusal_is_exit_code_1_with_its_code(data: Path, arguments: list[str]) -> None:
    result = run(*arguments, "--data", str(data))
    assert result.exit_code == 1 and result.stderr.rstrip().endswith("]")


def test_a_file_with_faults_is_exit_code_1_and_lists_them(data: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(PRODUCTS.replace("2.49", "2;49").replace("reduced", "low"))
    shown = run("import", str(bad), "--data", str(data))
    assert shown.exit_code == 1 and "vat_class" in shown.stderr and "[import.faults]" in shown.stderr
    listed = json.loads(run("import", str(bad), "--data", str(data), "--json").output)
    assert [(fault["line"], fault["column"], fault["value"]) for fault in listed["faults"]] == [
        (2, "price", "2;49"),
        (2, "vat_class", "low"),
    ]


def test_a_hub_process_serves_takes_commands_and_ends_in_good_order(tmp_path: Path) -> None:
    folder = shop_folder(tmp_path / "hub")
    with serving(folder) as (process, url):
        assert httpx.get(f"{url}/v1/hello", trust_env=False).json()["product"] == "toonbank-hub"
        second = run("serve", "--data", str(folder), "--port", "0")
        assert second.exit_code == 4 and "[folder.in_use]" in second.stderr
        taken = run("serve", "--data", str(tmp_path / "other"), "--port", url.rpartition(":")[2])
        assert taken.exit_code == 1 and "[port.in_use]" in taken.stderr
        (tmp_path / "products.csv").write_text(PRODUCTS)
        assert run("import", str(tmp_path / "products.csv"), "--data", str(folder)).exit_code == 0
        for arguments in COMMANDS.values():
            assert run(*arguments, "--data", str(folder)).exit_code == 0
        with Line.to(folder, world()) as line, pytest.raises(HubProblem) as refused:
            line.ask(EnrolCode("NIX1", "1", "till"), EnrolCodeMade)
        assert refused.value.code == "store.unknown"
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_S) == 0
    assert not (folder / "hub.db-wal").exists(), "it checkpointed and closed its database"


def test_a_killed_hub_has_every_fact_that_it_acknowledged(tmp_path: Path) -> None:
    folder = shop_folder(tmp_path / "hub")
    with serving(folder) as (process, url):
        code = json.loads(run(*COMMANDS["enrol-code"], "--data", str(folder), "--json").output)["code"]
        till = FakeTerminal(url)
        assert till.enrol(code).status_code == 200
        for _ in range(20):
            till.sale()
            acknowledged = till.push().next_seq
        process.kill()
        process.wait(WAIT_S)
        till.close()
    with serving(folder) as (_, url):
        again = FakeTerminal(url, key=till.key, dev=till.dev, certificate=till.certificate)
        assert again.push([]).next_seq == acknowledged == 21
        again.close()
    report = json.loads(run(*COMMANDS["report day"], "--data", str(folder), "--json").output)
    assert report["total"]["sales"] == 20


def test_the_hub_starts_where_there_is_no_qt(tmp_path: Path) -> None:
    program = "sync.hub.__main__, sync.hub.commands.line"
    probe = f"import sys; sys.modules['PySide6'] = None; import {program}; print('ok', 'kiosk.ui' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, timeout=WAIT_S, check=True)
    assert told.stdout.split() == ["ok", "False"]


@pytest.mark.parametrize(
    ("word", "serves"), [("report", False), ("enrol-code", False), ("serve", True), ("--help", True), ("sevre", True)]
)
def test_what_serves_is_loaded_for_serve_and_for_the_list_of_all_alone(
    monkeypatch: pytest.MonkeyPatch, word: str, serves: bool
) -> None:
    loaded: list[str] = []

    def load(name: str) -> ModuleType:
        loaded.append(name)
        return line

    monkeypatch.setattr(program, "import_module", load)
    monkeypatch.setattr(sys, "argv", ["toonbank-hub", word, "--help"])
    with pytest.raises(SystemExit):
        program.main()
    assert loaded == ["sync.hub.commands.line"] * serves


def test_a_quantity_is_shown_whole_however_large() -> None:
    assert [quantity(milli) for milli in (1_234_567_000, -500, 0, 12_340)] == ["1234567", "-0.500", "0", "12.340"]

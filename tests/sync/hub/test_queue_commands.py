"""The queue, the board and the office's users from the command line, with a running hub and without one."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.domain.readiness import Known, TerminalState, board
from sync.hub import users
from sync.hub.commands.line import app
from tests.sync.hub.support import TENANT, RunningHub, running_hub, shop_folder


def run(*arguments: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def held_hub(tmp_path: Path) -> Iterator[RunningHub]:
    """A running hub with one absurd sale, and a board."""
    with running_hub(shop_folder(tmp_path / "hub")) as hub:
        till = hub.terminal()
        till.sale(price_minor=-100_000_000)
        till.push()
        assert till.post("/v1/state", TerminalState(1, "1.0", board(Known(1)))).status_code == 200
        yield hub


def _data(hub: RunningHub) -> list[str]:
    return ["--data", str(hub.hub.folder.path)]


def test_a_queue_is_listed_shown_written_off_and_opened_again_by_commands(held_hub: RunningHub) -> None:
    data = _data(held_hub)
    (row,) = json.loads(run("queue", "list", *data, "--json").output)["rows"]
    assert row["money_minor"] == -100_000_000 and row["what"] == "Sale AMS1-01-A-000001" and not row["late"]
    assert "€1,000,000.00" in row["why"] or "1,000,000.00" in row["why"]
    assert "take" in run("queue", "list", *data).output
    shown = run("queue", "show", row["id"], *data)
    assert '"total": -100000000' in shown.output and "Sale AMS1-01-A-000001" in shown.output
    assert "1 tried, 0 taken in" in run("queue", "retry", *data, "--store", "AMS1").output
    refused = run("queue", "write-off", row["id"], *data)
    assert refused.exit_code == 2 and "[queue.note]" in refused.stderr
    assert run("queue", "write-off", row["id"], *data, "--note", "a test").exit_code == 0
    assert "Nothing waits." in run("queue", "list", *data).output
    (closed,) = json.loads(run("queue", "list", "--closed", *data, "--json").output)["rows"]
    assert closed["id"] == row["id"] and closed["actions"] == ["reopen"]
    assert run("queue", "reopen", row["id"], *data, "--note", "no test").exit_code == 0
    assert run("queue", "take", row["id"], *data, "--note", "true").exit_code == 0
    gone = run("queue", "take", row["id"], *data, "--note", "true")
    assert gone.exit_code == 1 and "[queue.gone]" in gone.stderr


def test_a_fact_is_mended_by_command(held_hub: RunningHub) -> None:
    data = _data(held_hub)
    (row,) = json.loads(run("queue", "list", *data, "--json").output)["rows"]
    assert run("queue", "mend", row["id"], *data, "--note", "n", "--set", "no json").exit_code == 2
    body = json.dumps({"total": 0, "tax": [], "lines": [], "tenders": []})
    assert run("queue", "mend", row["id"], *data, "--note", "a slip", "--set", body).exit_code == 0
    assert "Nothing waits." in run("queue", "list", *data).output


def test_the_board_of_every_terminal_is_shown_and_printed_as_data(held_hub: RunningHub) -> None:
    (one,) = json.loads(run("readiness", *_data(held_hub), "--json").output)["terminals"]
    assert (one["terminal"], one["state"], one["hours"], one["held"]) == ("01", "stop", 0, 1)
    assert one["head"] == "Cannot work without the network" and one["because"].startswith("There is no catalogue")
    shown = " ".join(run("readiness", *_data(held_hub), "--store", "AMS1").output.split())
    assert "Catalogue" in shown and "Staff" in shown


def test_an_office_user_is_added_once_and_disabled(held_hub: RunningHub) -> None:
    data = _data(held_hub)
    password = json.loads(run("office-user", "add", "ann", *data, "--json").output)["password"]
    hub = held_hub.hub
    kept, tenant = hub.storage.call(lambda c: users.hash_of(c, "ann"))
    assert tenant == TENANT
    assert password not in kept and users.fits(password, kept, hub.settings) and not users.fits("x", kept, hub.settings)
    assert "[office.exists]" in run("office-user", "add", "ann", *data).stderr
    assert "cannot sign in" in run("office-user", "disable", "ann", *data).output
    assert hub.storage.call(lambda c: users.hash_of(c, "ann")) == ("", "") and not users.fits(password, "", hub.settings)
    assert run("office-user", "disable", "ann", *data).exit_code == 1
    assert run("office-user", "add", "a b", *data).exit_code == 2
    assert run("office-user", "add", "ann", *data).exit_code == 0


def test_an_office_user_has_a_role_and_stores_and_gets_a_new_password_or_factor(held_hub: RunningHub) -> None:
    data = _data(held_hub)
    assert run("office-user", "add", "ann", *data, "--role", "boss").exit_code == 2
    assert run("office-user", "add", "ann", *data, "--role", "manager").exit_code == 2
    assert run("office-user", "add", "ann", *data, "--stores", " , ").exit_code == 2
    added = json.loads(run("office-user", "add", "ann", *data, "--role", "manager", "--stores", "AMS1, UTR1", "--json").output)
    assert (added["role"], added["stores"]) == ("manager", ["AMS1", "UTR1"])
    shown = run("office-user", "change", "ann", *data, "--stores", "UTR1", "--reset-totp", "--reset-password").output
    assert "ann is manager of UTR1" in shown and "The new password is" in shown
    assert run("office-user", "change", "ann", *data, "--role", "office", "--stores", "*").output.startswith("ann is office of all")
    assert run("office-user", "change", "bob", *data).exit_code == 1
    (one,) = json.loads(run("office-user", "list", *data, "--json").output)["users"]
    assert one == {"name": "ann", "tenant": TENANT, "role": "office", "stores": [], "second_factor": False}
    assert "not yet" in run("office-user", "list", *data).output


COMMANDS = ("readiness", "queue list", "queue show", "queue retry", "queue take", "queue mend", "queue write-off", "queue reopen",
            "office-user add", "office-user change", "office-user list", "office-user disable")  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    shown = run(*command.split(), "--help")
    assert shown.exit_code == 0 and f"Example: toonbank-hub {command}" in " ".join(shown.output.split())


def test_without_a_running_hub_the_commands_do_the_work_themselves(tmp_path: Path) -> None:
    data = ["--data", str(shop_folder(tmp_path / "hub"))]
    assert json.loads(run("queue", "list", *data, "--json").output) == {"rows": []}
    assert json.loads(run("readiness", *data, "--json").output) == {"terminals": []}
    assert run("queue", "list", *data, "--store", "NIX").exit_code == 1
    assert run("queue", "list", "--data", str(tmp_path / "none")).exit_code == 3

"""What every command shares: exit codes, the way to the hub, and how problems are shown."""

import getpass
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from sync.hub.admin import Line
from sync.hub.core import Surroundings
from sync.hub.problems import HubProblem

OK, REFUSED, BAD_ARGUMENT, NO_HUB, IN_USE = 0, 1, 2, 3, 4
_CODES = {"folder.absent": NO_HUB, "hub.closing": NO_HUB, "folder.in_use": IN_USE}
_ARGUMENT_CODES = frozenset(
    {
        "terminal.number", "terminal.kind", "enrol.hours", "price.amount", "price.from", "staff.role", "request.argument",
        "tenant.which", "import.kind", "queue.note", "queue.patch", "office.name", "office.role",
        "office.stores",
    }
)  # fmt: skip

DataOption = Annotated[Path, typer.Option("--data", help="The hub's data folder.", show_default=False)]
JsonOption = Annotated[bool, typer.Option("--json", help="Print data as JSON.")]
TenantOption = Annotated[str, typer.Option("--tenant", help="Which tenant, where the hub has several.")]

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def world() -> Surroundings:
    """The real time and real chance."""
    return Surroundings(lambda: time.time_ns() // 1_000_000, secrets.randbits)


def exit_code(problem: HubProblem) -> int:
    """The exit code of a problem: the table is in sync/README.md."""
    return _CODES.get(problem.code, BAD_ARGUMENT if problem.code in _ARGUMENT_CODES else REFUSED)


@contextmanager
def problems_shown() -> Iterator[None]:
    """Turn a problem into its sentence, its code and its exit code."""
    try:
        yield
    except HubProblem as problem:
        err.print(f"{problem.detail} [{problem.code}]", markup=False, soft_wrap=True)
        raise typer.Exit(exit_code(problem)) from problem
    except (ConnectionError, TimeoutError) as error:
        err.print(f"The hub stopped answering ({error}). Start it again: toonbank-hub serve.", markup=False)
        raise typer.Exit(NO_HUB) from error


@contextmanager
def line_to(data: Path, may_make: bool = False) -> Iterator[Line]:
    """The line to the hub of a folder, with problems shown."""
    with problems_shown(), Line.to(data, world(), may_make) as line:
        yield line


def print_json(value: object) -> None:
    """Print data for programs."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value)).decode() + os.linesep)


def who() -> str:
    """Who sits at this machine, as the system knows them: it stands in the audit."""
    return f"command:{getpass.getuser()}"


def quantity(milli: int) -> str:
    """Thousandths as a number, with decimals only where there are any."""
    whole, part = divmod(abs(milli), 1000)
    return f"{'-' if milli < 0 else ''}{whole}" + (f".{part:03d}" if part else "")


def utc_minute(ms: int) -> str:
    """A moment to the minute, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M")

"""How every command answers: sentences and exit codes for people, JSON for programs."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer

from kiosk.domain.errors import Busy, ShopError
from kiosk.text import words

P = ParamSpec("P")
T = TypeVar("T")

REFUSED, BAD_ARGUMENT, HUB_ABSENT, IN_USE = 1, 2, 3, 4
"""Exit codes: 0 is well; these are in README.md with what to do about each."""


def show(value: Any) -> None:
    """Print a value as JSON on standard output."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def guarded(command: Callable[P, T]) -> Callable[P, T]:
    """Ends a command that the world refused with a sentence, its code and the exit code that belongs to it."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except ShopError as error:
            raise typer.Exit(refuse(error)) from error

    return run


def refuse(error: ShopError) -> int:
    """Tell a person on standard error what was refused; gives the exit code that belongs to it."""
    sentence, code = typer.style(words("en").error(error), bold=True), typer.style(error.code, dim=True)
    typer.echo(f"{sentence}  {code}", err=True)
    return exit_code(error)


def exit_code(error: ShopError) -> int:
    """The exit code of an error."""
    if isinstance(error, Busy):
        return IN_USE
    if error.code == "sync.address":
        return BAD_ARGUMENT
    return HUB_ABSENT if error.code.startswith(("sync.", "enrol.no_hub")) else REFUSED

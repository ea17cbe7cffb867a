"""`toonbank-hub backup` and `restore`: copies of the hub, and how one becomes the hub again."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from sync.hub import backups
from sync.hub.commands.surface import BAD_ARGUMENT, DataOption, JsonOption, err, line_to, out, print_json, problems_shown, world
from sync.hub.operations import BackupNoted, MarkRestored, NoteBackup, RestoreDone


class Made(msgspec.Struct, frozen=True):
    """A backup: its file, its epoch, how many facts it holds, and how many old ones went."""

    file: str
    epoch: int
    facts: int
    forgotten: int


def backup(
    data: DataOption,
    to: Annotated[Path, typer.Option(help="The folder that backups go to, on another machine or disk.", show_default=False)],
    off_host: Annotated[
        bool, typer.Option("--off-host", help="The folder lies on another machine: its facts count as kept elsewhere.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Back the hub up while it serves, open the copy to prove it, and keep 7 days and 4 weeks.

    Example: toonbank-hub backup --data hub --to /mnt/elsewhere/toonbank --off-host
    """
    with line_to(data) as line:
        path, manifest = backups.make(data, to, world().now_ms())
        forgotten = backups.forget_old(to)
        line.ask(NoteBackup(manifest.facts if off_host else [], str(path)), BackupNoted)
    made = Made(str(path), manifest.epoch, sum(seq - 1 for _, _, seq in manifest.facts), forgotten)
    if json:
        print_json(made)
    else:
        out.print(f"{made.file}: whole, with {made.facts} facts.", markup=False, soft_wrap=True)


def restore(
    data: DataOption,
    source: Annotated[Path | None, typer.Option("--from", help="The backup.", show_default=False)] = None,
    as_is: Annotated[
        bool, typer.Option("--as-is", help="The database was put back already, by hand or by PostgreSQL's own tools.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Make a stopped hub the one of a backup, under a new epoch. It promises nothing until all terminals have reported.

    Example: toonbank-hub restore --from /mnt/elsewhere/toonbank/hub-20261201T030000Z.hub-backup --data hub
    """
    if (source is None) is not as_is:
        err.print("Give either --from FILE or --as-is.")
        raise typer.Exit(BAD_ARGUMENT)
    if source is not None:
        with problems_shown():
            done = RestoreDone(backups.restore(source, data, world().now_ms()))
    else:
        with line_to(data) as line:
            done = line.ask(MarkRestored(), RestoreDone)
    if json:
        print_json(done)
    else:
        told = f"The hub is in epoch {done.epoch}. Start it; terminals send again what it lacks and say what they hold."
        out.print(told, markup=False, soft_wrap=True)

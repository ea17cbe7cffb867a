"""`toonbank-hub queue`: what waits for a person, and what a person does about it."""

from datetime import datetime
from typing import Annotated

import typer
from rich.text import Text

from kiosk.domain.exceptions import MEND, REOPEN, TAKE, WRITE_OFF
from kiosk.text import Words
from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json, who
from sync.hub.desk import Acted, ActOnItem, HeldRetried, ListQueue, QueueList, QueueRow, RetryHeld, ShowItem

app = typer.Typer(no_args_is_help=True, help="Held and refused work.")
StoreOption = Annotated[str, typer.Option(help="Only this store.")]
ItemId = Annotated[str, typer.Argument(help="Which, as `queue list` names it.", show_default=False)]
NoteOption = Annotated[str, typer.Option(help="Why, in a few words. It is kept.", show_default=False)]


@app.command("list")
def list_(
    data: DataOption, store: StoreOption = "",
    closed: Annotated[bool, typer.Option(help="What was written off instead.")] = False,
    tenant: TenantOption = "", json: JsonOption = False,
) -> None:  # fmt: skip
    """Show what waits for a person, the oldest first.

    Example: toonbank-hub queue list --data hub --store AMS1
    """
    with line_to(data) as line:
        found = line.ask(ListQueue(store, closed, tenant), QueueList)
    if json:
        print_json(found)
        return
    if not found.rows:
        out.print("Nothing waits.")
        return
    for row in found.rows:
        late = " (late)" if row.late else ""
        parts = (f"{row.store} {row.terminal}".strip(), f"since {_moment(row.since_ms)}{late}", _money(row))
        out.print(Text(row.id, style="bold"), soft_wrap=True)
        out.print(Text(f"  {row.what} · {' · '.join(part for part in parts if part)}"), soft_wrap=True)
        out.print(Text(f"  {row.why} Can be done: {', '.join(row.actions)}."), soft_wrap=True)


@app.command()
def show(data: DataOption, item: ItemId, tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Show one thing that waits, with the body of its fact.

    Example: toonbank-hub queue show held:AMS1/0192.../1/17 --data hub
    """
    with line_to(data) as line:
        row = line.ask(ShowItem(item, tenant), QueueRow)
    if json:
        print_json(row)
        return
    lines = [row.what, row.why, f"{row.store} {row.terminal}, since {_moment(row.since_ms)}", _money(row)]
    lines += ["Can be done: " + ", ".join(row.actions), row.body]
    out.print("\n".join(part for part in lines if part), markup=False)


@app.command()
def retry(data: DataOption, store: StoreOption = "", tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Try held facts again; each one that fails still waits with its reason, and holds up no other.

    Example: toonbank-hub queue retry --data hub --store AMS1
    """
    with line_to(data) as line:
        done = line.ask(RetryHeld(who(), store, tenant), HeldRetried)
    if json:
        print_json(done)
        return
    out.print(f"{done.tried} tried, {done.projected} taken in.")


@app.command()
def take(data: DataOption, item: ItemId, note: NoteOption = "", tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Take something absurd in as it is, because somebody knows that it is true.

    Example: toonbank-hub queue take held:AMS1/0192.../1/17 --data hub --note "a wholesale order, seen"
    """
    _act(data, ActOnItem(item, TAKE, who(), note, "", tenant), json)


@app.command()
def mend(
    data: DataOption, item: ItemId,
    patch: Annotated[str, typer.Option("--set", help="Parts of the body to be another, as JSON.", show_default=False)] = "",
    note: NoteOption = "", tenant: TenantOption = "", json: JsonOption = False,
) -> None:  # fmt: skip
    """Say how the hub is to count a fact. The fact stays as it was signed; this stands beside it with your name.

    Example: toonbank-hub queue mend held:AMS1/0192.../1/17 --data hub --set '{"deposit": 0}' --note "no deposit on these"
    """
    _act(data, ActOnItem(item, MEND, who(), note, patch, tenant), json)


@app.command("write-off")
def write_off(data: DataOption, item: ItemId, note: NoteOption = "", tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Leave something out for good. What waited behind it goes on. `queue reopen` is the only way back.

    Example: toonbank-hub queue write-off held:AMS1/0192.../1/17 --data hub --note "a test by the installer"
    """
    _act(data, ActOnItem(item, WRITE_OFF, who(), note, "", tenant), json)


@app.command()
def reopen(data: DataOption, item: ItemId, note: NoteOption = "", tenant: TenantOption = "", json: JsonOption = False) -> None:
    """Open again what was written off.

    Example: toonbank-hub queue reopen held:AMS1/0192.../1/17 --data hub --note "it was no test"
    """
    _act(data, ActOnItem(item, REOPEN, who(), note, "", tenant), json)


def _act(data: DataOption, ask: ActOnItem, json: bool) -> None:
    with line_to(data) as line:
        done = line.ask(ask, Acted)
    if json:
        print_json(done)
        return
    out.print(f"Done: {done.action} {done.id}. {done.waiting} things wait in that store.", markup=False)



def _money(row: QueueRow) -> str:
    return "" if row.money_minor is None else Words("en").money(row.money_minor, row.currency)


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).astimezone().isoformat(" ", "minutes")[:16]

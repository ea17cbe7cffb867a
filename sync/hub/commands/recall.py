"""`toonbank-hub recall ...`: goods that must not be sold, and what stores did about them."""

from typing import Annotated

import typer
from rich.table import Table

from kiosk.domain.salesstop import KEEP, RECALL, SalesStop
from sync.hub.commands.surface import DataOption, JsonOption, TenantOption, line_to, out, print_json, quantity, utc_minute, who
from sync.hub.problems import HubProblem
from sync.hub.stop_operations import AddStop, LiftStop, ListStops, StopAdded, StopLifted, StopList

app = typer.Typer(no_args_is_help=True, help="Sales stops and recalls of articles, batches and pieces.")


@app.callback()
def recall() -> None:
    """Sales stops and recalls."""


@app.command()
def add(
    article: Annotated[str, typer.Argument(help="Article.", show_default=False)],
    data: DataOption,
    reason: Annotated[str, typer.Option(help="Why, for those who work in the stores.", show_default=False)],
    batch: Annotated[list[str] | None, typer.Option(help="Only this batch (GS1 AI 10); may be said again.")] = None,
    serial: Annotated[list[str] | None, typer.Option(help="Only the piece with this number; may be said again.")] = None,
    store: Annotated[list[str] | None, typer.Option(help="Only in this store; may be said again. All by default.")] = None,
    kind: Annotated[str, typer.Option(help="recall (what was sold is asked back) or stop.")] = RECALL,
    says: Annotated[list[str] | None, typer.Option(help='What shoppers read, "nl=..."; once for each language.')] = None,
    law: Annotated[str, typer.Option(help="The law that it rests on.")] = "",
    goods: Annotated[str, typer.Option(help="What stores do with it: keep, send_back or destroy.")] = KEEP,
    valid_from: Annotated[str, typer.Option("--from", help='Local time, "2026-12-01 09:00"; else now.')] = "",
    until: Annotated[str, typer.Option(help="Local time at which it ends by itself; else never.")] = "",
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Stop an article, or its batches or pieces, in all channels. Terminals that are cut off obey it once they have heard of it.

    Example: toonbank-hub recall add 1001-WHT-S --batch L2291 --reason "the dye stains" --data hub
    """
    with line_to(data) as line:
        ask = AddStop(
            article, reason, who(), kind, batch or [], serial or [], store or [], _texts(says or []), law, goods, valid_from,
            until, tenant,
        )  # fmt: skip
        made = line.ask(ask, StopAdded)
    if json:
        print_json(made)
    else:
        out.print(f"{_about(made.stop)} is stopped from {utc_minute(made.stop.from_ms)} UTC (revision {made.rev}).", markup=False)
        out.print(f"To lift it: toonbank-hub recall lift {made.stop.id}", markup=False)


@app.command()
def lift(
    id: Annotated[str, typer.Argument(help="Its id, or how it begins.", show_default=False)],
    data: DataOption,
    note: Annotated[str, typer.Option(help="Why it may be sold again.", show_default=False)],
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Let goods be sold again. What stores took off the shelf comes back by counting.

    Example: toonbank-hub recall lift 0194a8 --note "the laboratory cleared it" --data hub
    """
    with line_to(data) as line:
        done = line.ask(LiftStop(id, who(), note, tenant), StopLifted)
    if json:
        print_json(done)
    else:
        out.print(f"{_about(done.stop)} may be sold again.", markup=False)


@app.command("list")
def list_stops(
    data: DataOption,
    store: Annotated[str, typer.Option(help="What this store did; all by default.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
    tenant: TenantOption = "",
    json: JsonOption = False,
) -> None:
    """Show what is stopped, which terminals have heard of it, and what each store took off its shelf.

    Example: toonbank-hub recall list --data hub --store AMS1
    """
    with line_to(data) as line:
        found = line.ask(ListStops(store, every, tenant), StopList)
    if json:
        print_json(found)
        return
    if not found.stops:
        out.print("Nothing is stopped.")
    for one in found.stops:
        over = f", over since {utc_minute(one.lifted_ms)} UTC" if one.lifted_ms else ""
        out.print(f"{one.stop.id}  {one.stop.kind}  {_about(one.stop)}: {one.stop.reason}{over}", markup=False)
        table = Table("store", "terminals told", "off the shelf", "when (UTC)", "looked: sold", "looked: stopped", "ever sold")
        for at in one.stores:
            told, cleared = f"{at.told} of {at.terminals}", utc_minute(at.cleared_ms) if at.cleared_ms else "not yet"
            found_text = quantity(at.found) if at.cleared_ms else "-"
            looked = (quantity(at.seen_other), quantity(at.seen_listed), quantity(at.sold))
            table.add_row(at.store, told, found_text, cleared, *looked)
        out.print(table)



def _texts(given: list[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if wrong := next((one for one, (_, equals, _) in zip(given, pairs, strict=True) if not equals), ""):
        raise HubProblem("request.argument", name="says", value=wrong[:40], wanted="LANGUAGE=text")
    return {language.strip(): text.strip() for language, _, text in pairs}


def _about(stop: SalesStop) -> str:
    return f"{stop.article} ({', '.join(stop.numbers)})" if stop.numbers else stop.article


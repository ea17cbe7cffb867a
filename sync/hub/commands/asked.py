"""The commands that ask a hub for something: all but `serve`."""

from collections.abc import Callable

import typer

from sync.hub.commands import device, key, office_user, order, price, queue, recall, report, staff, stock
from sync.hub.commands.backup import backup, restore
from sync.hub.commands.enrol_code import enrol_code
from sync.hub.commands.importing import import_file
from sync.hub.commands.readiness import readiness


def app_of(*first: Callable[..., None]) -> typer.Typer:
    """The program with these commands before all that ask."""
    app = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="The hub of a chain of stores: takes in what the terminals sold, and gives out what is offered.",
    )
    for command in first:
        app.command()(command)
    app.command("import")(import_file)
    app.command("enrol-code")(enrol_code)
    app.command()(readiness)
    app.command()(backup)
    app.command()(restore)
    app.add_typer(device.app, name="device")
    app.add_typer(key.app, name="key")
    app.add_typer(staff.app, name="staff")
    app.add_typer(price.app, name="price")
    app.add_typer(report.app, name="report")
    app.add_typer(stock.app, name="stock")
    app.command()(stock.reconcile)
    app.add_typer(order.app, name="order")
    app.add_typer(recall.app, name="recall")
    app.add_typer(queue.app, name="queue")
    app.add_typer(office_user.app, name="office-user")
    return app


app = app_of()
NAMES = frozenset(one.name or getattr(one.callback, "__name__", "") for one in app.registered_commands) | {
    one.name for one in app.registered_groups
}
"""What is asked for by these words."""

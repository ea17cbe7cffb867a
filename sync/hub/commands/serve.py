"""`toonbank-hub serve`: run the hub."""

import asyncio
import gc
import logging
import sys
from typing import Annotated

import typer

from sync.hub.commands.surface import DataOption, out, problems_shown, world
from sync.hub.core import open_hub
from sync.hub.server import Address, HubServer

PORT = 8750
SWITCH_S = 0.0002
"""A thread that comes back from the disk or from a signature waits so long, at most, for one that computes; by itself 5 ms."""

COLLECT_AFTER = 50_000
"""New values until the collector looks for cycles; a push alone makes more than the 700 that it waits for by itself."""


def serve(
    data: DataOption,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 takes a free one.")] = PORT,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every one.")] = "127.0.0.1",
    database: Annotated[
        str,
        typer.Option(
            help="PostgreSQL: postgresql://user@host:5432/name. Else what hub.toml says.",
            envvar="TOONBANK_HUB_DATABASE",
            show_envvar=True,
        ),
    ] = "",
    announce: Annotated[bool, typer.Option(help="Let terminals find the hub on the local network.")] = False,
) -> None:
    """Run the hub. Prints one line with its URL when it is ready; Ctrl-C ends it.

    Example: toonbank-hub serve --data hub --port 8750 --host 0.0.0.0 --announce
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with problems_shown():
        hub = open_hub(data, world(), database_url=database)
        try:
            _make_ready()
            server = HubServer(hub, Address(host, port, announce), _say_ready)
            asyncio.run(server.serve())
        finally:
            hub.close()


def _make_ready() -> None:
    """Tune the interpreter for a process that does nothing but serve; what is loaded by now stays to its end."""
    sys.setswitchinterval(SWITCH_S)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


def _say_ready(url: str) -> None:
    out.print(f"Toonbank hub ready at {url}", markup=False, soft_wrap=True)
    sys.stdout.flush()

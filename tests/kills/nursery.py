"""Raises hubs to be killed: `python -m tests.kills.nursery`, one line `FOLDER PORT` on stdin per hub.

Everything is imported, and every address made, once; each hub is a fork that opens its folder and serves as `toonbank-hub
serve` does. It says {"pid": 42}, {"ready": URL} when it answers, and {"gone": true} when it is dead.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from sync.hub.app import routes
from sync.hub.commands.surface import world
from sync.hub.core import open_hub
from sync.hub.server import Address, HubServer


def say(**message: object) -> None:
    """One line in one write, which no kill can cut."""
    os.write(1, json.dumps(message).encode() + b"\n")


def live(folder: Path, port: int) -> None:
    """A hub's life: it ends by being killed."""
    say(pid=os.getpid())
    hub = open_hub(folder, world())
    server = HubServer(hub, Address("127.0.0.1", port), lambda url: say(ready=url))
    asyncio.run(server.serve())


def main() -> None:
    """Raise a hub for each line, and say when it is dead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    routes()
    for line in sys.stdin:
        folder, port = line.rsplit(maxsplit=1)
        child = os.fork()
        if child == 0:
            try:
                live(Path(folder), int(port))
            finally:
                os._exit(3)  # never back into the nursery's loop
        os.waitpid(child, 0)
        say(gone=True)


if __name__ == "__main__":
    main()

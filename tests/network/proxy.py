"""A proxy that stands between tills and hub: `python -m tests.network.proxy HOST PORT TO_HOST TO_PORT SEED`, orders on stdin.

    {"delay_ms": 3000}     each piece of a line waits up to so long, each line for itself: answers overtake one another
    {"cut": 0.1}           with this chance a line is cut at any piece, in the middle of whatever it carries
    {"portal": "page"}     a log-in page with status 200 answers every request; "redirect": status 302 to it; "": nobody does
    {"dead": true}         lines are taken and never answered
    {"spoil": 0.1}         with this chance a bit of a piece on its way down is another

It says {"ready": true}, and {"done": N} after order N took effect.
"""

import asyncio
import json
import os
import random
import sys
from dataclasses import dataclass
from typing import Any

PAGE = b"<!doctype html><html><body><form>Welcome! Log in to use this network.</form></body></html>"
_ANSWERS = {
    "page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(PAGE) + PAGE,
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://portal.invalid/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}  # fmt: skip
_PIECE = 1_024


def say(**message: object) -> None:
    """One line."""
    os.write(1, json.dumps(message).encode() + b"\n")


@dataclass
class Faults:
    """What it does to lines now."""

    delay_ms: int = 0
    cut: float = 0.0
    portal: str = ""
    dead: bool = False
    spoil: float = 0.0


class Proxy:
    """Passes bytes on, except where it does not."""

    def __init__(self, to: tuple[str, int], chance: random.Random) -> None:
        self.to, self.chance, self.faults = to, chance, Faults()
        self.lines: set[asyncio.StreamWriter] = set()
        self.spoilt = self.cuts = 0

    async def line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One line from a till."""
        self.lines.add(writer)
        try:
            if self.faults.portal:
                await reader.readuntil(b"\r\n\r\n")
                writer.write(_ANSWERS[self.faults.portal])
                await writer.drain()
            elif self.faults.dead:
                await reader.read()
            else:
                await self._join(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self.lines.discard(writer)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(*self.to)
        self.lines.add(back)
        up = asyncio.create_task(self._pass(reader, back, False))
        down = asyncio.create_task(self._pass(there, writer, True))
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (up, down):
                task.cancel()
            await asyncio.gather(up, down, return_exceptions=True)
            self.lines.discard(back)
            back.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_down: bool) -> None:
        while piece := await reader.read(_PIECE):
            faults = self.faults
            if faults.delay_ms:
                await asyncio.sleep(self.chance.random() * faults.delay_ms / 1_000)
            if self.chance.random() < faults.cut:
                self.cuts += 1
                return
            if is_down and self.chance.random() < faults.spoil:
                self.spoilt += 1
                spoilt = bytearray(piece)
                spoilt[self.chance.randrange(len(spoilt))] ^= 1 << self.chance.randrange(8)
                piece = bytes(spoilt)
            writer.write(piece)
            await writer.drain()

    def obey(self, order: dict[str, Any]) -> None:
        """New faults; lines of the old world are cut."""
        number = order.pop("number", 0)
        self.faults = Faults(**order)
        for writer in list(self.lines):
            writer.transport.abort()
        say(done=number, spoilt=self.spoilt, cuts=self.cuts)


async def main(host: str, port: int, to: tuple[str, int], seed: int) -> None:
    """Serve until stdin ends."""
    proxy = Proxy(to, random.Random(seed))
    server = await asyncio.start_server(proxy.line, host, port)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    say(ready=server.sockets[0].getsockname()[1])
    while line := await orders.readline():
        proxy.obey(json.loads(line))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), (sys.argv[3], int(sys.argv[4])), int(sys.argv[5])))

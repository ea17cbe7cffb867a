"""The hub under load: real processes over HTTP, every signature and link checked, one load process that speaks raw frames."""

import asyncio
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite3

from kiosk.domain.codec import digest
from kiosk.domain.facts import SALE_COMPLETED, SealedFact
from sync.hub.operations import EnrolCode, enrol_code
from sync.protocol.messages import FeedReply, PushedFact, PushReply, PushRequest, pack, unpack
from sync.protocol.signature import request_headers, verifier
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.bench.processes import cpu_s
from tests.sync.hub.postgres import DURABLE, running_cluster
from tests.sync.hub.support import STORE, FakeTerminal, a_product, bring_products, open_test_hub, running_hub, system_ms

_EACH = ("hub_sales", "hub_sales_cpu", "hub_replay", "hub_visible_50", "hub_visible_500", "hub_idle")
FIGURES = (
    *(f"{name}_{database}" for database in ("sqlite", "postgresql") for name in _EACH),
    "hub_load_cpu", "hub_plain", "hub_sales_ratio",
)  # fmt: skip
"""What is measured here, by the names of budgets.toml."""

ARTICLES = 1_000
LINES = 6
BATCH = 200
TERMINALS = 16


@dataclass(frozen=True, slots=True)
class Load:
    """A terminal and what it will send, signed and packed beforehand; the number of the last fact of it."""

    terminal: FakeTerminal
    pushes: list[bytes]
    last: int


def run(folder: Path, figures: Figures, options: Options) -> None:
    """Measure the hub on both databases."""
    for name in ("sqlite", "postgresql"):
        with database(name) as url:
            _measure(folder / f"hub-{name}", url, name, figures, options)


@contextmanager
def database(name: str) -> Iterator[str]:
    """The address of an empty database of this kind; empty for SQLite in the hub's own folder."""
    if name == "sqlite":
        yield ""
        return
    with running_cluster(DURABLE) as cluster:
        yield cluster.database()


def _measure(folder: Path, url: str, name: str, figures: Figures, options: Options) -> None:
    pollers = options.count(500, 50)
    terminals = enrolled(folder, url, TERMINALS)
    batches = options.count(4, 1)
    loads = [prepared(terminal, batches) for terminal in terminals]
    with serving(folder, url) as (process, port):
        before = cpu_s(process.pid)
        seconds, mine = timed(lambda: asyncio.run(push_all(loads, port)))
        count = TERMINALS * batches * BATCH
        figures.add(f"hub_sales_{name}", count / seconds)
        figures.add(f"hub_sales_cpu_{name}", (cpu_s(process.pid) - before) / count * 1e6)
        figures.add("hub_load_cpu", mine / count * 1e6)
        seconds, _ = timed(lambda: asyncio.run(push_all(loads, port)))
        figures.add(f"hub_replay_{name}", count / seconds)
        for listeners, rounds in ((50, options.count(20, 5)), (pollers, 5)):
            late = asyncio.run(_visible(terminals, port, listeners, rounds))
            figures.add(f"hub_visible_{50 if listeners == 50 else 500}_{name}", *late)
        figures.add(f"hub_idle_{name}", _idle(terminals, port, process.pid, options.count(1_000, 100), options.count(15, 3)))
    if name == "sqlite":
        plain = _plain(folder / "plain.db", loads)
        figures.add("hub_plain", plain)
        figures.add("hub_sales_ratio", plain / figures.values["hub_sales_sqlite"][-1])


def enrolled(folder: Path, url: str, count: int) -> list[FakeTerminal]:
    """A new hub with articles and so many terminals; it does not run when they are back."""
    hub = open_test_hub(folder, database_url=url)
    bring_products(hub, *(a_product(f"A{place:04d}", stock={STORE: 10**9}) for place in range(ARTICLES)))
    codes = [enrol_code(hub, EnrolCode(STORE, str(place), "till")).code for place in range(1, count + 1)]
    hub.close()
    made = []
    with running_hub(folder, shop=False, database_url=url) as running:
        for code in codes:
            terminal = running.stranger()
            assert terminal.enrol(code).status_code == 200
            made.append(terminal)
    return made


def prepared(terminal: FakeTerminal, batches: int, size: int = BATCH) -> Load:
    """So many pushes of so many sales of six lines, as bytes of whole requests."""
    chance = random.Random(terminal.dev)
    facts = [_sale(terminal, chance) for _ in range(batches * size)]
    pushes = [_request(terminal, facts[start : start + size]) for start in range(0, len(facts), size)]
    return Load(terminal, pushes, facts[-1].seq)


def _sale(terminal: FakeTerminal, chance: random.Random) -> SealedFact:
    """A sale of six lines, one movement each."""
    terminal.number += 1
    body = terminal.sale_body("A0000", 1, 1_000)
    articles = [f"A{chance.randrange(ARTICLES):04d}" for _ in range(LINES)]
    body["lines"] = [{**body["lines"][0], "line": place, "article": sku} for place, sku in enumerate(articles, 1)]
    gross, net = 1_000 * LINES, round(1_000 * LINES / 1.21)
    body["total"] = body["tenders"][0]["amount"] = body["tenders"][0]["tendered"] = gross
    body["tax"] = [{**body["tax"][0], "net": net, "tax": gross - net, "gross": gross}]
    body["movements"] = [{**body["movements"][0], "article": sku, "quantity_milli": -1_000} for sku in articles]
    return terminal.fact(SALE_COMPLETED, body)


def _request(terminal: FakeTerminal, facts: Sequence[SealedFact]) -> bytes:
    pushed = [PushedFact(fact.data, fact.signature) for fact in facts]
    return _frame(terminal, "POST", "/v1/push", pack(PushRequest(terminal.dev, 1, facts[0].seq, pushed)))


def _frame(terminal: FakeTerminal, method: str, target: str, body: bytes = b"") -> bytes:
    headers = request_headers(terminal.key, terminal.dev, method, target, body, system_ms())
    lines = [f"{method} {target} HTTP/1.1", "Host: hub", f"Content-Length: {len(body)}"]
    lines += [f"{key}: {value}" for key, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextmanager
def serving(folder: Path, url: str) -> "Iterator[tuple[subprocess.Popen[str], int]]":
    """A hub's own process and its port."""
    argv = [sys.executable, "-m", "sync.hub", "serve", "--data", str(folder), "--port", "0"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*argv, *(["--database", url] if url else [])], stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert "ready at" in line, (folder / "log").read_text()
            yield process, int(line.rpartition(":")[2])
        finally:
            process.terminate()
            process.wait(30)
            process.stdout.close()


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Wall seconds of a call, and processor seconds of this process in it."""
    began, used = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter() - began, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


class Line:
    """One connection; raw bytes out, status and body in."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Line":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, frame: bytes) -> bytes:
        self._writer.write(frame)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = await self._reader.readexactly(length)
        assert head.startswith(b"HTTP/1.1 200"), body or head
        return body

    def close(self) -> None:
        self._writer.close()


async def push_all(loads: Sequence[Load], port: int) -> None:
    """Send each terminal's pushes one after the other, all terminals at once; asserts that every fact was taken."""

    async def one(load: Load) -> None:
        line = await Line.open(port)
        body = b""
        for frame in load.pushes:
            body = await line.ask(frame)
        reply = unpack(body, PushReply)
        assert reply.next_seq == load.last + 1 and not reply.held, reply
        line.close()

    await asyncio.gather(*(one(load) for load in loads))


async def _visible(terminals: Sequence[FakeTerminal], port: int, listeners: int, rounds: int) -> list[float]:
    """ms from the answer to a push, which comes after its commit, until each long poll had the change."""
    asker, late = terminals[0], list[float]()
    lines = [await Line.open(port) for _ in range(listeners)]
    pusher = await Line.open(port)
    first = await lines[0].ask(_frame(asker, "GET", f"/v1/feed?scope=catalog&cursor={asker.epoch}:1&limit=1"))
    rev = await _head(asker, lines[0], unpack(first, FeedReply).rev_to)
    for _ in range(rounds):
        target = f"/v1/feed?scope=catalog&cursor={asker.epoch}:{rev}&wait=25"
        polls = [asyncio.create_task(_answered(line, _frame(terminals[place % TERMINALS], "GET", target)))
                 for place, line in enumerate(lines)]  # fmt: skip
        await asyncio.sleep(0.2 + listeners / 500)  # until all of them wait: the hub does not say so
        await pusher.ask(_request(asker, [_sale(asker, random.Random(rev))]))
        committed = time.perf_counter()
        late += [max(0.0, at - committed) * 1e3 for at in await asyncio.gather(*polls)]
        rev += 1
    for line in [*lines, pusher]:
        line.close()
    return late


async def _answered(line: Line, frame: bytes) -> float:
    await line.ask(frame)
    return time.perf_counter()


async def _head(asker: FakeTerminal, line: Line, rev: int) -> int:
    more = True
    while more:
        target = f"/v1/feed?scope=catalog&cursor={asker.epoch}:{rev}&limit=500"
        reply = unpack(await line.ask(_frame(asker, "GET", target)), FeedReply)
        rev, more = reply.rev_to, reply.more
    return rev


def _idle(terminals: Sequence[FakeTerminal], port: int, pid: int, count: int, seconds: int) -> float:
    """Percent of a core that terminals cost which wait for news, each asking again every 25 s."""

    async def wait() -> float:
        lines = [await Line.open(port) for _ in range(count)]
        rev = await _head(terminals[0], lines[0], 1)
        target = f"/v1/feed?scope=catalog&cursor={terminals[0].epoch}:{rev}&wait=25"

        async def poll(place: int, line: Line) -> None:
            await asyncio.sleep(place / count * 5)
            while True:
                await line.ask(_frame(terminals[place % TERMINALS], "GET", target))

        polls = [asyncio.create_task(poll(place, line)) for place, line in enumerate(lines)]
        await asyncio.sleep(6)
        before = cpu_s(pid)
        await asyncio.sleep(seconds + 25)
        used = (cpu_s(pid) - before) / (seconds + 25) * 100
        for one in polls:
            one.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
        for line in lines:
            line.close()
        return used

    return asyncio.run(wait())


def _plain(path: Path, loads: Sequence[Load]) -> float:
    """Sales a second of a loop that does the same work with nothing around it: hash, verify, read, insert, commit each batch."""
    line = sqlite3.connect(str(path), isolation_level=None)
    for words in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL",
                  "CREATE TABLE f (dev, seq, data, sig, PRIMARY KEY (dev, seq))",
                  "CREATE TABLE m (dev, seq, n, article, quantity, PRIMARY KEY (dev, seq, n)) WITHOUT ROWID",
                  "CREATE TABLE s (article PRIMARY KEY, on_hand)"):  # fmt: skip
        line.execute(words)
    began, count = time.perf_counter(), 0
    for load in loads:
        verify = verifier(load.terminal.key.public)
        for start in range(0, len(load.pushes) * BATCH, BATCH):
            line.execute("BEGIN IMMEDIATE")
            for fact in load.terminal.facts[start : start + BATCH]:
                assert verify(digest(fact.data), fact.signature)
                moves = json.loads(fact.data)["body"]["movements"]
                line.execute("INSERT INTO f VALUES (?, ?, ?, ?)", (load.terminal.dev, fact.seq, fact.data, fact.signature))
                rows = [(load.terminal.dev, fact.seq, n, one["article"], one["quantity_milli"]) for n, one in enumerate(moves)]
                line.executemany("INSERT INTO m VALUES (?, ?, ?, ?, ?)", rows)
                line.executemany("INSERT INTO s VALUES (?, ?) ON CONFLICT DO UPDATE SET on_hand = on_hand + excluded.on_hand",
                                 [row[3:] for row in rows])  # fmt: skip
                count += 1
            line.execute("COMMIT")
    line.close()
    return count / (time.perf_counter() - began)

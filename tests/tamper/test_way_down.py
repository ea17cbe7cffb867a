"""One bit of what the hub answers changed on its way: no wrong row is ever shown, and no fact is ever taken for stored."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import msgspec
import pytest
import zstandard

from kiosk.domain.errors import Damaged
from kiosk.domain.facts import CLOCK_MOVED, read_fact
from kiosk.domain.feed import Cursor, Row
from kiosk.store.catalog import Catalog, iter_rows
from sync.agent.client import HubClient, Identity
from sync.agent.events import Failure
from sync.protocol.messages import PushedFact, PushReply, PushRequest, pack, unpack
from sync.protocol.signature import EPOCH_HEADER, PROTO_HEADER
from tests.kills.desk import open_desk
from tests.sync.hub.support import WAIT_S, FakeTerminal, RunningHub, a_product, bring_products, running_hub, system_ms
from tests.tamper.support import FLIPS, MINUTES, flipped

pytestmark = pytest.mark.timeout(MINUTES)
_KEPT = (PROTO_HEADER, EPOCH_HEADER, "Content-Type")


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHub]:
    """A hub with a few articles."""
    with running_hub(tmp_path_factory.mktemp("down") / "hub") as running:
        bring_products(running.hub, *(a_product(f"A{n}", 1_000 + n, n) for n in range(2, 12)))
        yield running


@asynccontextmanager
async def tampering(hub: RunningHub, spoil: Callable[[bytes], bytes]) -> AsyncIterator[str]:
    """Somebody between terminal and hub who spoils each answer's body; gives their address."""
    async with httpx.AsyncClient(base_url=hub.url, timeout=WAIT_S, trust_env=False) as http:

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(asyncio.IncompleteReadError, OSError):
                while True:
                    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                    method, target, _ = head[0].split(" ")
                    headers = dict(line.split(": ", 1) for line in head[1:] if line)
                    headers.pop("Host", None)
                    length = next((int(headers[name]) for name in headers if name.lower() == "content-length"), 0)
                    answer = await http.request(method, target, content=await reader.readexactly(length), headers=headers)
                    body = spoil(answer.content)
                    kept = "".join(f"{name}: {answer.headers[name]}\r\n" for name in _KEPT if name in answer.headers)
                    said = f"HTTP/1.1 {answer.status_code} x\r\n{kept}Content-Length: {len(body)}\r\n\r\n"
                    writer.write(said.encode() + body)
                    await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()


@asynccontextmanager
async def client_of(till: FakeTerminal, address: str) -> AsyncIterator[HubClient]:
    """The terminal's own client, at an address."""
    client = HubClient(address, Identity(till.dev, 1, till.key, till.hub_key), system_ms)
    try:
        yield client
    finally:
        await client.close()


def test_no_manifest_and_no_chunk_with_a_flipped_bit_is_believed(hub: RunningHub) -> None:
    till = hub.terminal("1")

    async def run() -> Counter[str]:
        said = Counter[str]()
        chance = random.Random(4)
        on_the_wire = tampering(hub, lambda body: flipped(body, chance)[0])
        async with on_the_wire as address, client_of(till, address) as bad, client_of(till, hub.url) as good:
            manifest = await good.manifest("catalog")
            assert not isinstance(manifest, Failure) and manifest.chunks
            assert not isinstance(await good.chunk(manifest.chunks[0]), Failure)
            for number in range(FLIPS):
                asked = bad.manifest("catalog") if number % 2 else bad.chunk(manifest.chunks[0])
                answer = await asked
                if number % 2 and answer == manifest:
                    said["nothing changed"] += 1  # a bit of the packing that says nothing; what is inside is signed
                    continue
                assert isinstance(answer, Failure), f"answer {number} was believed"
                said[answer.code] += 1
        return said

    said = asyncio.run(run())
    print(f"{FLIPS} flips in manifests and chunks: {dict(said)}")
    assert set(said) <= {"sync.garbage", "sync.not_our_hub", "nothing changed"} and said["nothing changed"] < FLIPS // 10


def _inside(body: bytes, chance: random.Random) -> bytes:
    """A bit flipped before it was packed, so that the packing's check sum says nothing of it."""
    data, _ = flipped(zstandard.ZstdDecompressor().decompress(body), chance)
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


@pytest.mark.parametrize(("where", "expected"), [("inside", "feed.digest"), ("on the wire", "sync.garbage")])
def test_no_feed_with_a_flipped_bit_leaves_a_wrong_row(hub: RunningHub, tmp_path: Path, where: str, expected: str) -> None:
    till = hub.terminal("2")
    chance = random.Random(5)

    def spoil(body: bytes) -> bytes:
        return _inside(body, chance) if where == "inside" else flipped(body, chance)[0]

    async def run() -> Counter[str]:
        said = Counter[str]()
        async with tampering(hub, spoil) as address, client_of(till, address) as bad:
            for number in range(FLIPS // 16):
                catalog = fresh(till, tmp_path / str(number))
                bring_products(hub.hub, a_product(f"A{2 + number % 10}", chance.randint(1, 9_999), 2))
                said[await fed(catalog, bad)] += 1
                judge(catalog, till)
                catalog.close()
        return said

    said = asyncio.run(run())
    print(f"{FLIPS // 16} flips in feeds, {where}: {dict(said)}")
    assert said[expected], "no flip met a row"


def fresh(till: FakeTerminal, folder: Path) -> Catalog:
    """A catalogue that is up to date."""
    folder.mkdir()
    till.take_snapshot("catalog")
    till.catch_up("catalog")
    catalog = Catalog(folder)
    catalog.replace(till_rows(till), till.cursors["catalog"])
    return catalog


def till_rows(till: FakeTerminal) -> list[Row]:
    """What a terminal's copy holds."""
    return [Row(entity, key, payload) for (entity, key), payload in till.copies["catalog"].items()]


async def fed(catalog: Catalog, client: HubClient) -> str:
    """Ask for what is new and take it in, as the agent does; gives what came of it."""
    cursor = catalog.cursor()
    reply = await client.feed("catalog", cursor, 0)
    if isinstance(reply, Failure):
        return reply.code
    try:
        catalog.apply(reply.transactions, Cursor(reply.epoch, reply.rev_to, reply.digest))
    except Damaged as error:
        return error.code
    return "taken"


def judge(catalog: Catalog, till: FakeTerminal) -> None:
    """The copy is as it was, or as the hub has it now; and one honest answer, or a snapshot, makes it whole."""
    before = sorted(till_rows(till))
    till.catch_up("catalog")
    after = sorted(till_rows(till))
    held = sorted(catalog.read(lambda conn: list(iter_rows(conn))))
    assert held in (before, after), "a row that the hub never had"


def test_no_answer_to_a_push_with_a_flipped_bit_says_anything_else_than_it_did(tmp_path: Path) -> None:
    said = Counter[str]()
    with running_hub(tmp_path / "hub") as own:
        desk = open_desk(own, tmp_path / "till", "1")
        desk.ear.wait(lambda status: status.progress == 100)
        assert desk.agent.stop(WAIT_S)
        for _ in range(8):
            desk.sell("A1")
        relay = own.terminal("2")
        pushed = [PushedFact(fact.data, fact.signature) for fact in desk.ledger.facts()[:3]]
        answer = relay.request("POST", "/v1/push", pack(PushRequest(desk.dev, 1, 1, pushed))).content
        desk.catalog.close()
        desk.ledger.close()
    meant, chance = unpack(answer, PushReply), random.Random(6)
    assert meant.next_seq == 4 and not meant.forked
    for place in range(len(answer) * 8):
        body, _ = flipped(answer, chance, place // 8, place % 8)
        try:
            assert unpack(body, PushReply) == meant, f"bit {place} made it another answer"
            said["the same"] += 1
        except ValueError:
            said["sync.garbage"] += 1
    print(f"every one of the {len(answer) * 8} bits of an answer to a push: {dict(said)}")
    assert said["sync.garbage"] > 8 * len(answer) // 2


@pytest.mark.parametrize("wrong", [{"next_seq": 0}, {"next_seq": -4}, {"durable_seq": -1}])
def test_an_answer_to_a_push_that_counts_below_nothing_is_no_answer(wrong: dict[str, int]) -> None:
    reply = msgspec.structs.replace(PushReply(1, 4, 3, bytes(32), 1), **wrong)
    with pytest.raises(ValueError, match="PushReply"):
        unpack(pack(reply), PushReply)


def test_a_clock_set_back_by_two_days_costs_no_fact_and_is_told(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as own:
        desk = open_desk(own, tmp_path / "till", "1")
        try:
            desk.sell("A1")
            desk.ear.wait(lambda status: status.reachable and status.unsent == 0)
            desk.clock.added_ms = -2 * 86_400_000
            for _ in range(3):
                desk.sell("A1")
            desk.ear.wait(lambda status: status.unsent == 0 and status.clock_warning)
            assert desk.ledger.acked() == desk.ledger.head() == 5
            made = [read_fact(fact.data) for fact in desk.ledger.facts()]
            assert [fact.kind for fact in made].count(CLOCK_MOVED) == 1
            assert [fact.hlc for fact in made] == sorted({fact.hlc for fact in made}), "time ran backwards in the chain"
        finally:
            desk.close()

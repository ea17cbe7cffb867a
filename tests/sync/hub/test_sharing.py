"""Reads that are shared: one for all who ask together, and a new one for who comes after it has begun."""

import asyncio

from sync.hub.sharing import SharedReads


def test_those_who_ask_together_share_one_read_and_who_comes_later_gets_a_newer_one() -> None:
    async def ask_all() -> tuple[list[int], int, int]:
        reads, begun, go = 0, asyncio.Event(), asyncio.Event()

        async def read() -> int:
            nonlocal reads
            reads += 1
            mine = reads
            begun.set()
            await go.wait()
            return mine

        shared: SharedReads[int] = SharedReads()
        together = [asyncio.create_task(shared.read("a", read)) for _ in range(50)]
        other = asyncio.create_task(shared.read("b", read))
        await begun.wait()
        late = asyncio.create_task(shared.read("a", read))
        await asyncio.sleep(0)
        together[0].cancel()
        go.set()
        done = await asyncio.gather(*together[1:])
        await asyncio.gather(other, late)
        return done, await late, reads

    done, late, reads = asyncio.run(ask_all())
    assert set(done) == {1} and late == 3 and reads == 3


def test_a_fault_is_everybody_s() -> None:
    async def ask_all() -> list[object]:
        async def read() -> int:
            raise ValueError("no")

        shared: SharedReads[int] = SharedReads()
        return list(await asyncio.gather(*(shared.read("a", read) for _ in range(3)), return_exceptions=True))

    assert [str(fault) for fault in asyncio.run(ask_all())] == ["no"] * 3

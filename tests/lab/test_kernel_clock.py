"""Virtual time jumps, scaled time runs, and both stay correct with real sockets and threads."""

from __future__ import annotations

import asyncio
import time

import pytest

from xenferry.lab.clock import ScaledLoop, Stalled, real_seconds, virtual_run, xenapi_date


def test_hours_take_no_time_and_deadlines_keep_their_order() -> None:
    async def main() -> tuple[list[str], float]:
        seen: list[str] = []

        async def sleeper(name: str, seconds: float) -> None:
            await asyncio.sleep(seconds)
            seen.append(name)

        await asyncio.gather(sleeper("late", 36_000), sleeper("early", 0.5), sleeper("middle", 60))
        return seen, asyncio.get_running_loop().time()

    start = time.monotonic()
    assert virtual_run(main()) == (["early", "middle", "late"], 36_000)
    assert time.monotonic() - start < 2


def test_waiting_for_nothing_is_an_error_and_not_a_hang() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    with pytest.raises(Stalled):
        virtual_run(main())


def test_a_reply_over_a_real_socket_comes_before_a_timeout() -> None:
    async def main() -> bytes:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"hello\n")
            answer = await asyncio.wait_for(reader.readline(), 0.5)
            writer.close()
            await writer.wait_closed()
            return answer

    assert virtual_run(main()) == b"hello\n"


def test_time_stands_still_while_a_thread_works() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.1), 1.0)
        return loop.time()

    assert virtual_run(main()) < 1.0


def test_a_scaled_loop_is_faster_than_the_wall_clock() -> None:
    async def main() -> float:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await asyncio.sleep(20)
        assert real_seconds(1, loop) == 200
        return loop.time() - start

    start = time.monotonic()
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(200)) as runner:
        assert 20 <= runner.run(main()) < 200
    assert 0.09 < time.monotonic() - start < 1


def test_a_fast_clock_measures_what_was_waited_for_and_not_its_own_work() -> None:
    async def main() -> float:
        begin = asyncio.get_running_loop().time()
        for _ in range(5):
            time.sleep(0.01)  # noqa: ASYNC251 - the program's own work, two seconds of the lab if it counted
            await asyncio.sleep(0.25)
        return asyncio.get_running_loop().time() - begin

    with asyncio.Runner(loop_factory=lambda: ScaledLoop(200)) as runner:
        assert abs(runner.run(main()) - 1.25) < 0.05
    with asyncio.Runner(loop_factory=lambda: ScaledLoop(1)) as runner:
        assert runner.run(main()) >= 1.3


def test_dates_are_written_as_xenapi_writes_them() -> None:
    assert xenapi_date(0) == "19700101T00:00:00Z"

"""A server that sends without end costs its share of memory and time, and then there is a failure that says so."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import h11
import pytest

from meshtui.base.endpoints import Endpoints
from meshtui.http.excerpt import HEAD as KEPT_HEAD
from meshtui.http.excerpt import TAIL as KEPT_TAIL
from meshtui.http.transport import PendingRequest, Transport
from tests.canaries import ENVIRONMENT, leaked
from tests.providers import floods
from tests.providers.floods import CHUNKED, FRAMES, HEAD, MANY, UNTIL_CLOSED, Flood, flooding, forever
from tests.providers.wire import a_call

pytestmark = [
    pytest.mark.attack,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads from /proc how much memory a child had"),
]

MEMORY = 300 << 20
"""Bytes that the process may have had at most."""
GUARD = 25
"""Seconds after which a child is hanging, whatever its own time limit was."""
TIMEOUT = 2
ENOUGH = 12
"""Seconds for a child that is to stop long before."""
CHILD = """
import sys
from dataclasses import fields
from functools import partial
from meshtui.base.endpoints import Endpoints
import meshtui.session as session
session.Endpoints = partial(Endpoints, **{field.name: sys.argv[1] for field in fields(Endpoints)})
from meshtui.cli.main import run
status = 1
try:
    status = run(sys.argv[2:])
finally:
    with open("/proc/self/status") as told:  # getrusage would count what the parent had before it started this
        print(next(line for line in told if line.startswith("VmHWM:")), file=sys.stderr)
sys.exit(status)
"""


class Outcome(NamedTuple):
    status: int
    told: Any
    memory: int
    text: str

    @property
    def exchange(self) -> Any:
        return self.told["attempts"][0]["exchanges"][-1]


async def send(
    url: str,
    folder: Path,
    credential: str = "openai",
    *,
    limit: int = TIMEOUT,
    stream: bool = True,
    interrupt_after: float = 0.0,
) -> Outcome:
    """`meshtui send` in a process of its own, all of whose addresses are this one."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "PYTHONPATH")}
    environment = {**kept, **ENVIRONMENT, "HOME": str(folder), "XDG_STATE_HOME": str(folder / "state")}
    for mesh in [name for name in environment if name.startswith("MESH")]:
        del environment[mesh]  # no second attempt on the platform's credentials
    arguments = (
        "send",
        "--credential",
        credential,
        "--timeout",
        str(limit),
        "--format",
        "json",
        "--stream" if stream else "--no-stream",
    )
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CHILD, url, *arguments, env=environment, stdout=-1, stderr=-1
    )
    try:
        async with asyncio.timeout(GUARD):
            if interrupt_after:
                await asyncio.sleep(interrupt_after)
                child.send_signal(signal.SIGINT)
            out, err = await child.communicate()
    except TimeoutError:
        child.kill()
        await child.communicate()
        pytest.fail(f"still running after {GUARD} s, though --timeout was {limit}")
    text = (out + err).decode()
    most = int(err.decode().rpartition("VmHWM:")[2].split()[0]) * 1024
    return Outcome(child.returncode or 0, json.loads(out) if out.strip() else None, most, text)


ECHO = "data: Bearer %s and so on\n\n".replace("%s", ENVIRONMENT["OPENAI_API_KEY"]).encode()
NUMBERS = b"[" + b"[]," * (2 << 20) + b"0]"
# What is sent, by whose API; the kind of failure and words of its message. Empty where it is the machine's speed that
# decides whether time or length ends it.
FLOODS: dict[str, tuple[Flood, str, str, str]] = {
    "a line of two megabytes, then its bytes": (floods.line_then_bytes, "openai", "too_long", "a line of the stream"),
    "an event without end": (forever(UNTIL_CLOSED, b'data: {"a":\n' * MANY), "openai", "too_long", "an event of"),
    "a word without end": (forever(UNTIL_CLOSED, floods.word("x" * 999) * 9), "openai", "too_long", "words are more"),
    "comments": (forever(UNTIL_CLOSED, b": a comment\n" * MANY), "openai", "too_long", "longer than 8 MiB"),
    "empty lines": (forever(UNTIL_CLOSED, b"\n" * MANY), "openai", "", ""),
    "the key, again and again": (forever(UNTIL_CLOSED, ECHO * MANY), "openai", "too_long", "longer than 8 MiB"),
    "what is hard to redact": (forever(UNTIL_CLOSED, b": api_key=a\\u0061\n" * MANY), "openai", "too_long", "8 MiB"),
    "chunks of one byte": (forever(CHUNKED, b"1\r\nx\r\n" * MANY), "openai", "", ""),
    "a chunk's line without end": (forever(CHUNKED, b"1;" + b"x" * MANY), "openai", "too_long", "headers"),
    "gzip in pieces": (floods.gzip_in_pieces, "openai", "", ""),
    "a gzip bomb": (floods.gzip_bomb, "openai", "too_long", "longer than 8 MiB"),
    "gzip of nothing": (floods.gzip_of_nothing, "openai", "too_long", "longer than 8 MiB"),
    "bytes behind the end of gzip": (floods.gzip_and_more, "openai", "too_long", "longer than 8 MiB"),
    "a frame of 16 MB": (
        forever(FRAMES + floods.FRAME_OF_16_MB, b"x" * MANY), "bedrock", "too_long", "a frame of",
    ),
    "headers of a frame": (
        forever(FRAMES + floods.FRAME_OF_HEADERS, b"\x01a\x00" * MANY), "bedrock", "too_long", "the headers",
    ),
    "frames of nothing": (forever(FRAMES, floods.TINY_FRAME * MANY), "bedrock", "", ""),
    "headers": (forever(HEAD, b"X-More: and more\r\n"), "openai", "too_long", "headers"),
    "cookies": (lambda: [HEAD, b"Set-Cookie: a=b\r\n" * 3000, b"\r\n"], "openai", "too_long", "more than 256 headers"),
    "trailers": (forever(CHUNKED + b"0\r\n", b"X-More: and more\r\n" * 9), "openai", "too_long", "trailers"),
    "interim answers": (forever(b"", b"HTTP/1.1 102 Wait\r\n\r\n" * MANY), "openai", "read_timeout", "no answer"),
}  # fmt: skip


@pytest.mark.parametrize(("flood", "credential", "kind", "words"), FLOODS.values(), ids=FLOODS)
async def test_a_flood_ends_in_a_failure_and_costs_little(
    flood: Flood, credential: str, kind: str, words: str, tmp_path: Path
):
    async with flooding(flood) as url:
        outcome = await send(url, tmp_path, credential, limit=ENOUGH if kind == "too_long" else TIMEOUT)
    failure = outcome.exchange["failure"]
    assert failure["kind"] in ([kind] if kind else ["too_long", "read_timeout"])
    assert words in failure["message"]
    assert outcome.status == 7
    assert outcome.told["attempts"][0]["explanation"]["cause"] in ("provider_error", "timeout")
    if answer := outcome.exchange["answer"]:
        assert len(answer["body"]) <= KEPT_HEAD + KEPT_TAIL + 100
    assert 0 < outcome.memory < MEMORY
    assert not leaked(outcome.text)


async def test_a_server_that_sends_a_byte_now_and_then_does_not_outlast_the_deadline(tmp_path: Path):
    async with flooding(forever(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"), pause=0.05) as url:
        outcome = await send(url, tmp_path)
    assert (outcome.status, outcome.exchange["failure"]["kind"]) == (7, "read_timeout")


async def test_json_of_millions_of_values_is_not_parsed(tmp_path: Path):
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(NUMBERS) + NUMBERS
    async with flooding(lambda: [whole]) as url:
        outcome = await send(url, tmp_path, stream=False, limit=ENOUGH)
    assert (outcome.exchange["answer"]["status"], outcome.exchange["failure"]) == (200, None)
    assert outcome.status == 8
    assert outcome.memory < MEMORY


@pytest.mark.parametrize("piece", [b"1\r\nx\r\n" * MANY, b"5\r\n: a\n\n\r\n" * MANY], ids=["a line", "lines"])
async def test_little_is_worked_through_after_somebody_stopped_it(piece: bytes):
    seen: list[int] = []

    async with flooding(forever(CHUNKED, piece)) as url, Transport(Endpoints()) as client:

        def stop_at_the_tenth(data: bytes) -> None:
            seen.append(len(data))
            if len(seen) == 10:
                task.cancel()

        pending = PendingRequest(a_call(url), timeout=GUARD, on_bytes=stop_at_the_tenth)
        task = asyncio.create_task(client.send(pending))
        with pytest.raises(asyncio.CancelledError):
            await task
    assert len(seen) <= 10 + 32
    assert pending.exchange.failure.kind == "cancelled"
    assert pending.exchange.answer.status == 200


async def test_a_flood_of_interim_answers_gives_way_to_the_keyboard(monkeypatch: pytest.MonkeyPatch):
    """All of them that were read at once are worked through without a pause, so little is read at once."""
    sizes: list[int] = []
    receive = h11.Connection.receive_data

    def receive_data(self: h11.Connection, data: bytes) -> None:
        sizes.append(len(data))
        receive(self, data)

    monkeypatch.setattr(h11.Connection, "receive_data", receive_data)
    async with flooding(FLOODS["interim answers"][0]) as url, Transport(Endpoints()) as client:
        await client.send(PendingRequest(a_call(url), timeout=1))
    assert len(sizes) > 10
    assert max(sizes) <= 8 * 1024


async def test_the_threads_of_keyboard_and_screen_have_time_during_a_flood_before_the_answer(
    monkeypatch: pytest.MonkeyPatch,
):
    rests: list[float] = []
    monkeypatch.setattr(time, "sleep", rests.append)
    async with flooding(FLOODS["interim answers"][0]) as url, Transport(Endpoints()) as client:
        await client.send(PendingRequest(a_call(url), timeout=1))
    assert len(rests) > 10
    rests.clear()

    async def answer_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with await asyncio.start_server(answer_nothing, "127.0.0.1", 0) as server, Transport(Endpoints()) as client:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await client.send(PendingRequest(a_call(url), timeout=0.5))
    assert len(rests) <= 2, "whoever only waits has nothing to rest from"


async def test_ctrl_c_ends_a_flood(tmp_path: Path):
    async with flooding(forever(CHUNKED, b"1\r\nx\r\n" * MANY)) as url:
        outcome = await send(url, tmp_path, interrupt_after=1.5)
    assert outcome.status == 130
    assert outcome.memory < MEMORY

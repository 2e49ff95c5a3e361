"""How fast the sandbox's gateway is, and whether its memory stays flat.

    python -m tests.sandbox.load --requests 100000

The server is a process of its own, and so is the client, which does nothing but send bytes that were made before and
read answers off kept connections. Beside the gateway stands a bare Starlette application on the same server settings
that answers as many bytes: machines differ, ratios to it less so.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CONNECTIONS = 8
WARM_UP = 200
ONE_BY_ONE = 500
"""Requests of the latency measurement, with one connection and one request at a time."""
SETTLED = 11_000
"""Requests after which the sandbox's bounded records are full, and memory must stay as it is."""
BODY = {
    "model": "openai/gpt-4o-mini",
    "cache": False,
    "messages": [{"role": "user", "content": "Reply with the single word: pong"}],
}


# The servers


def serve_sandbox() -> None:
    from meshtui.sandbox.server import Sandbox
    from meshtui.sandbox.settings import Pace

    with Sandbox(pace=Pace(word=0)) as sandbox:
        _announce_and_wait(sandbox.addresses)


def serve_bare() -> None:
    """Starlette and nothing else, on the sandbox's own listener."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Route

    from meshtui.sandbox.chat_completion import Completion
    from meshtui.sandbox.listener import Listener

    answer = Completion("gpt-4o-mini-2024-07-18", ("pong",), False, 6).format_whole()

    async def chat(request: Request) -> Response:
        json.loads(await request.body())
        return JSONResponse(answer)

    listener = Listener(0)
    listener.start(Starlette(routes=[Route("/mesh/v1/chat/completions", chat, methods=["POST"])]))
    _announce_and_wait({"mesh": {"base_url": f"{listener.base_url}/mesh/v1", "key": "none"}})


def _announce_and_wait(addresses: object) -> None:
    print(json.dumps(addresses), flush=True)
    sys.stdin.read()


@contextmanager
def serving(what: str) -> Iterator[tuple[dict[str, Any], int]]:
    """Addresses and process id of a server that ends with the block."""
    command = [sys.executable, "-m", "tests.sandbox.load", "--serve", what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline()), process.pid
        finally:
            process.kill()


# The client


async def drive(host: str, port: int, request: bytes, count: int) -> list[float]:
    """Seconds that each of `count` requests on one connection took, one after the other."""
    reader, writer = await asyncio.open_connection(host, port)
    took = []
    for _ in range(count):
        started = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - started)
    writer.close()
    return took


async def drive_all(host: str, port: int, request: bytes, connections: int, count: int) -> list[float]:
    shares = [count // connections] * connections
    took = await asyncio.gather(*(drive(host, port, request, share) for share in shares))
    return [one for each in took for one in each]


def run_client(where: str, key: str, connections: int, count: int) -> None:
    """Prints median and 99th percentile in milliseconds, and requests a second."""
    host, _, port = where.partition(":")
    body = json.dumps(BODY).encode()
    head = f"POST /mesh/v1/chat/completions HTTP/1.1\r\nhost: {where}\r\nauthorization: Bearer {key}\r\n"
    head += f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    started = time.perf_counter()
    took = sorted(asyncio.run(drive_all(host, int(port), head.encode() + body, connections, count)))
    seconds = time.perf_counter() - started
    p50, p99 = statistics.median(took) * 1000, took[int(len(took) * 0.99)] * 1000
    print(json.dumps({"p50_ms": p50, "p99_ms": p99, "a_second": len(took) / seconds}))


def client(addresses: dict[str, Any], connections: int, count: int) -> dict[str, float]:
    """A client process's figures."""
    about = addresses["mesh"]
    where = about["base_url"].removeprefix("http://").partition("/")[0]
    arguments = ["--drive", where, "--key", about["key"], "--connections", str(connections), "--requests", str(count)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.sandbox.load", *arguments], check=True, capture_output=True, text=True
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


# Both


def measure(requests: int) -> dict[str, float]:
    """Latency with one request at a time, rate with several, memory before and after; of the bare application too."""
    with serving("bare") as (bare, _), serving("sandbox") as (mesh, process):
        for addresses in (bare, mesh):
            client(addresses, 1, WARM_UP)
        # In turns, so that a slow moment of the machine meets both.
        turns = [(client(bare, 1, ONE_BY_ONE), client(mesh, 1, ONE_BY_ONE)) for _ in range(3)]
        bare_rate = client(bare, CONNECTIONS, max(2000, requests // 20))["a_second"]
        first = client(mesh, CONNECTIONS, min(SETTLED, requests // 2))
        settled = resident_mb(process)
        rest = client(mesh, CONNECTIONS, requests - min(SETTLED, requests // 2))
        grown = resident_mb(process) - settled
    bare_p50, mesh_p50 = (statistics.median(turn[which]["p50_ms"] for turn in turns) for which in (0, 1))
    return {
        "bare_p50_ms": bare_p50,
        "mesh_p50_ms": mesh_p50,
        "added_ms": mesh_p50 - bare_p50,
        "bare_a_second": bare_rate,
        "mesh_a_second": min(first["a_second"], rest["a_second"]),
        "mesh_p99_ms_under_load": rest["p99_ms"],
        "resident_mb": settled,
        "grown_mb": grown,
    }


def resident_mb(process: int) -> float:
    """Resident memory of a process. Linux only, as the measurement is."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def report(figures: dict[str, float], requests: int) -> str:
    f = figures
    return "\n".join(
        [
            f"one at a time    bare {f['bare_p50_ms']:.2f} ms, gateway {f['mesh_p50_ms']:.2f} ms (p50): "
            f"{f['added_ms']:.2f} ms added, {f['mesh_p50_ms'] / f['bare_p50_ms']:.1f} x bare",
            f"{CONNECTIONS} connections    bare {f['bare_a_second']:.0f}/s, gateway {f['mesh_a_second']:.0f}/s: "
            f"{f['mesh_a_second'] / f['bare_a_second']:.2f} x bare, p99 {f['mesh_p99_ms_under_load']:.1f} ms",
            f"memory           {f['resident_mb']:.1f} MB after {min(SETTLED, requests // 2)} requests, "
            f"{f['grown_mb']:+.1f} MB after {requests}",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--serve", choices=("sandbox", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--drive", help=argparse.SUPPRESS)
    parser.add_argument("--key", help=argparse.SUPPRESS)
    parser.add_argument("--connections", type=int, default=CONNECTIONS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        (serve_sandbox if given.serve == "sandbox" else serve_bare)()
    elif given.drive:
        run_client(given.drive, given.key, given.connections, given.requests)
    else:
        print(report(measure(given.requests), given.requests))


if __name__ == "__main__":
    main()

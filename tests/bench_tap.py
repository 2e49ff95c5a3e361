"""What the tap adds to a call, beside a direct call and beside mitmdump, in one interleaved run.

    python -m tests.bench_tap [--mitmdump PATH] [--rounds 5] [--calls 400]

Everything is on loopback: a TLS server, the tap and mitmdump each in a process of its own. Prints medians and ratios,
and fails nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import json
import os
import resource
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import trustme

HOST = "localhost"
REQUEST_BODY = json.dumps({"model": "gpt-4o", "messages": [{"role": "user", "content": "hello " * 40}]}).encode()
ANSWER_BODY = json.dumps({"id": "chatcmpl-1", "choices": [{"message": {"content": "word " * 100}}]}).encode()
REQUEST = (
    f"POST /v1/chat/completions HTTP/1.1\r\nHost: {HOST}\r\nAuthorization: Bearer sk-proj-{'x1Y' * 16}\r\n"
    f"Content-Type: application/json\r\nContent-Length: {len(REQUEST_BODY)}\r\n\r\n"
).encode() + REQUEST_BODY
ANSWER = (
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-request-id: req_1\r\n"
    f"Content-Length: {len(ANSWER_BODY)}\r\n\r\n"
).encode() + ANSWER_BODY


async def serve(certificate: str) -> None:
    """The host: answers at once; at /stream an event every 5 ms, each with the time at which it was sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"GET /stream"):
                    await stream(writer)
                    continue
                await reader.readexactly(len(REQUEST_BODY))
                writer.write(ANSWER)
        writer.close()

    async def stream(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(300):
            await asyncio.sleep(0.005)
            event = b"data: %.6f %s\n\n" % (time.monotonic(), b"x" * 80)
            writer.write(b"%x\r\n%s\r\n" % (len(event), event))
        writer.write(b"0\r\n\r\n")

    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def tap(roots: str, folder: str) -> None:
    """The tap with all that `meshtui run` does for a call, but for printing."""
    from meshtui.tap.listening import Recorder, read_known
    from meshtui.tap.proxy import Proxy
    from meshtui.tap.proxy_state import ProxySettings
    from meshtui.tap.reporting import TextReport
    from meshtui.tap.tls import make_upstream_context, write_bundle
    from meshtui.tap.upstream import Way

    sink = open(os.devnull, "w")  # noqa: SIM115, ASYNC230 - open to the end
    recorder = Recorder(TextReport(sink), lambda: read_known({}, folder))
    settings = ProxySettings(
        way=Way(),
        is_target=lambda host: host == HOST,
        make_context=lambda: make_upstream_context(roots),
    )
    proxy = Proxy(settings, recorder.listener)
    await proxy.start()
    bundle = write_bundle(Path(folder), b"", settings.authority)
    print(f"{proxy.port} {settings.token} {bundle}", flush=True)
    loop = asyncio.get_running_loop()
    stop = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, stop.set_result, None)
    await stop
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"calls": recorder.summary.calls, "megabytes": used.ru_maxrss / 1024,
                      "seconds": used.ru_utime + used.ru_stime}), flush=True)  # fmt: skip
    os._exit(0)


class Route:
    """One way to the host: direct, or through a proxy that asks for a credential or not."""

    def __init__(self, name: str, port: int, trusted: str, proxy: int = 0, token: str = "") -> None:
        self.name, self._port, self._proxy, self._token = name, port, proxy, token
        self._context = ssl.create_default_context(cafile=trusted)

    def connect(self) -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self._proxy or self._port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._proxy:
            pair = base64.b64encode(f"meshtui:{self._token}".encode()).decode()
            plain.sendall(
                f"CONNECT {HOST}:{self._port} HTTP/1.1\r\nHost: {HOST}:{self._port}\r\n"
                f"Proxy-Authorization: Basic {pair}\r\n\r\n".encode()
            )
            reply = b""
            while not reply.endswith(b"\r\n\r\n"):
                reply += plain.recv(4096)
        return self._context.wrap_socket(plain, server_hostname=HOST)

    def call(self, connection: ssl.SSLSocket) -> None:
        connection.sendall(REQUEST)
        left = len(ANSWER)
        while left:
            left -= len(connection.recv(65536))


def measure_kept(way: Route, calls: int) -> list[float]:
    with way.connect() as connection:
        for _ in range(20):
            way.call(connection)
        times = []
        for _ in range(calls):
            began = time.perf_counter()
            way.call(connection)
            times.append(time.perf_counter() - began)
    return times


def measure_new(way: Route, calls: int) -> list[float]:
    times = []
    for _ in range(calls):
        began = time.perf_counter()
        with way.connect() as connection:
            way.call(connection)
        times.append(time.perf_counter() - began)
    return times


def measure_stream(way: Route) -> list[float]:
    """Seconds from each event's being sent to its arrival."""
    delays, data = [], b""
    with way.connect() as connection:
        connection.sendall(f"GET /stream HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
        while not data.endswith(b"\r\n0\r\n\r\n"):
            more = connection.recv(65536)
            at = time.monotonic()
            delays += [at - float(line.split()[1]) for line in more.split(b"\n") if line.startswith(b"data: ")]
            data = (data + more)[-16:]
    return delays


@contextlib.contextmanager
def started(*command: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mitmdump", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("role", nargs="*", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.role:
        asyncio.run(serve(args.role[1]) if args.role[0] == "serve" else tap(args.role[1], args.role[2]))
        return
    with tempfile.TemporaryDirectory() as folder:
        authority = trustme.CA()
        certificate, roots = f"{folder}/host.pem", f"{folder}/roots.pem"
        authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(certificate)
        authority.cert_pem.write_to_path(roots)
        with contextlib.ExitStack() as stack:
            compare(args, stack, folder, certificate, roots)


def compare(args: argparse.Namespace, stack: contextlib.ExitStack, folder: str, certificate: str, roots: str) -> None:
    me = (sys.executable, "-m", "tests.bench_tap")
    _, port = stack.enter_context(started(*me, "serve", certificate))
    tapped, said = stack.enter_context(started(*me, "tap", roots, folder))
    tap_port, token, bundle = said.split()
    ways = [Route("direct", int(port), roots), Route("tap", int(port), bundle, int(tap_port), token)]
    if args.mitmdump:
        free = _find_port()
        conf = f"{folder}/mitm"
        process = subprocess.Popen(
            [args.mitmdump, "-q", "--listen-host", "127.0.0.1", "--listen-port", str(free), "--set", f"confdir={conf}",
             "--set", f"ssl_verify_upstream_trusted_ca={roots}"]
        )  # fmt: skip
        stack.callback(process.wait)
        stack.callback(process.terminate)
        _wait_for(free, f"{conf}/mitmproxy-ca-cert.pem")
        ways.append(Route("mitmdump", int(port), f"{conf}/mitmproxy-ca-cert.pem", free))
    for title, measure in (("kept connection", measure_kept), ("new connection", measure_new)):
        report(title, ways, {w.name: [] for w in ways}, measure, args)
    delays: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(2):
        for way in ways:
            delays[way.name] += measure_stream(way)
    for name, found in delays.items():
        found.sort()
        print(f"event delay, {name:9}: median {1e3 * statistics.median(found):.2f} ms, "
              f"p99 {1e3 * found[int(len(found) * 0.99)]:.2f} ms")  # fmt: skip
    throughput(ways[1])
    tapped.terminate()
    assert tapped.stdout is not None
    print("tap:", tapped.stdout.read().strip())


def report(
    title: str, ways: list[Route], times: dict[str, list[float]], measure: object, args: argparse.Namespace
) -> None:
    assert callable(measure)
    for _ in range(args.rounds):
        for way in ways:
            times[way.name] += measure(way, args.calls if measure is measure_kept else args.calls // 4)
    medians = {name: statistics.median(found) for name, found in times.items()}
    direct = medians["direct"]
    for name, found in medians.items():
        print(
            f"{title}, {name:9}: {1e3 * found:.2f} ms"
            + (f" (+{1e3 * (found - direct):.2f})" if name != "direct" else "")
        )
    if "mitmdump" in medians:
        print(
            f"  added by the tap / added by mitmdump: {(medians['tap'] - direct) / (medians['mitmdump'] - direct):.2f}"
        )


def throughput(way: Route) -> None:
    """Calls a second over eight kept connections."""
    from concurrent.futures import ThreadPoolExecutor

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        count = sum(len(times) for times in pool.map(lambda _: measure_kept(way, 1250), range(8)))
    print(f"throughput, {way.name}: {count / (time.perf_counter() - began):.0f} calls a second")


def _find_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(port: int, path: str) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            if os.path.exists(path):
                return
        time.sleep(0.05)
    raise SystemExit("mitmdump did not start")


if __name__ == "__main__":
    main()

"""What `meshtui run` adds to a call, beside a direct call and beside mitmdump, in one interleaved run.

Everything is on loopback: a TLS server, the tap and mitmdump each in a process of its own. mitmdump is the one that the
variable MITMDUMP names, else the one on PATH; where there is none, the baseline is the direct call.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import resource
import shutil
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import trustme

from tests.bench.figure import Figure

ME = (sys.executable, "-m", "tests.bench.tap")
ROUNDS = 10
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
    from meshtui.tap.client_connection import ClientConnection
    from meshtui.tap.program_run import Recorder, read_known
    from meshtui.tap.proxy import Proxy, ProxySettings
    from meshtui.tap.run_report import TextReport
    from meshtui.tap.tls import make_upstream_context, write_bundle
    from meshtui.tap.upstream import Way

    sink = open(os.devnull, "w")  # noqa: SIM115, ASYNC230 - open to the end
    recorder = Recorder(TextReport(sink), lambda: read_known({}, folder))
    settings = ProxySettings(
        way=Way(),
        is_target=lambda host: host == HOST,
        make_context=lambda: make_upstream_context(roots),
    )
    proxy = Proxy(settings, recorder.listener, ClientConnection)
    await proxy.start()
    bundle = write_bundle(Path(folder), b"", settings.authority)
    print(f"{proxy.port} {settings.token} {bundle}", flush=True)
    loop = asyncio.get_running_loop()
    stop = loop.create_future()
    loop.add_signal_handler(signal.SIGTERM, stop.set_result, None)
    await stop
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"calls": recorder.summary.calls, "megabytes": read_peak_memory(),
                      "seconds": used.ru_utime + used.ru_stime}), flush=True)  # fmt: skip
    os._exit(0)


def read_peak_memory() -> float:
    """Megabytes. Not `ru_maxrss`, which begins with what the process had that started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


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


def measure_tap() -> Iterator[Figure]:
    """Added seconds on a kept connection and on a new one, the delay of events, calls a second, memory."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        authority = trustme.CA()
        certificate, roots = f"{folder}/host.pem", f"{folder}/roots.pem"
        authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(certificate)
        authority.cert_pem.write_to_path(roots)
        _, port = stack.enter_context(started(*ME, "serve", certificate))
        tapped, said = stack.enter_context(started(*ME, "tap", roots, folder))
        tap_port, token, bundle = said.split()
        ways = [Route("direct", int(port), roots), Route("tap", int(port), bundle, int(tap_port), token)]
        if mitmdump := os.environ.get("MITMDUMP") or shutil.which("mitmdump"):
            ways.append(start_mitmdump(mitmdump, int(port), roots, folder, stack))
        yield from compare_added("a call on a kept connection, added", ways, measure_kept, 200, "<= 0.3")
        yield from compare_added("a call on a new connection, added", ways, measure_new, 50, "<= 0.35")
        yield from compare_streams(ways)
        yield Figure("calls a second through the tap", measure_throughput(ways[1]), 300, "/s", "what is asked", ">= 1")
        tapped.terminate()
        assert tapped.stdout is not None
        used = json.loads(tapped.stdout.read())
        name = f"memory of the tap after {used['calls']:,} calls"
        yield Figure(name, used["megabytes"], 60, "MB", "what is asked", "<= 1")


def measure_run() -> Iterator[Figure]:
    """`meshtui run -- true`, as a whole."""
    environ = {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), "PYTHONPATH": os.getcwd()}
    times: dict[tuple[str, ...], list[float]] = {(): [], (sys.executable, "-m", "meshtui", "run", "--quiet", "--"): []}
    for _ in range(9):
        for before, took in times.items():
            began = time.perf_counter()
            subprocess.run([*before, "true"], env=environ, capture_output=True, check=True)
            took.append(time.perf_counter() - began)
    _, ours = (statistics.median(took) for took in times.values())
    yield Figure("meshtui run -- true", ours, 0.35, "s", "what is asked", "<= 1")


def start_mitmdump(path: str, port: int, roots: str, folder: str, stack: contextlib.ExitStack) -> Route:
    free, settings = _find_port(), f"{folder}/mitm"
    process = subprocess.Popen(
        [path, "-q", "--listen-host", "127.0.0.1", "--listen-port", str(free), "--set", f"confdir={settings}",
         "--set", f"ssl_verify_upstream_trusted_ca={roots}"]
    )  # fmt: skip
    stack.callback(process.wait)
    stack.callback(process.terminate)
    _wait_for(free, f"{settings}/mitmproxy-ca-cert.pem")
    return Route("mitmdump", port, f"{settings}/mitmproxy-ca-cert.pem", free)


def compare_added(
    title: str, ways: list[Route], measure: Callable[[Route, int], list[float]], calls: int, aim: str
) -> Iterator[Figure]:
    """Medians over interleaved rounds: machines are busy now and then."""
    times: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(ROUNDS):
        for way in ways if number % 2 else ways[::-1]:
            times[way.name] += measure(way, calls // ROUNDS)
    medians = {name: 1e3 * statistics.median(found) for name, found in times.items()}
    added = medians["tap"] - medians["direct"]
    if "mitmdump" in medians:
        yield Figure(title, added, medians["mitmdump"] - medians["direct"], "ms", "what mitmdump adds", aim)
    yield Figure(title, added, medians["direct"], "ms", "the direct call")


def compare_streams(ways: list[Route]) -> Iterator[Figure]:
    """The 99th percentile of what an event takes from its being sent to its arrival."""
    delays = {way.name: sorted(measure_stream(way) + measure_stream(way)) for way in ways}
    late = {name: 1e3 * found[int(len(found) * 0.99)] for name, found in delays.items()}
    yield Figure("the slowest of 100 events, p99", late["tap"], late["direct"], "ms", "the direct call", "< 5 ms more")


def measure_throughput(way: Route) -> float:
    """Calls a second over eight kept connections, 10,000 in all."""
    from concurrent.futures import ThreadPoolExecutor

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        count = sum(len(times) for times in pool.map(lambda _: measure_kept(way, 1250), range(8)))
    return count / (time.perf_counter() - began)


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
    role, *arguments = sys.argv[1:]
    asyncio.run(serve(*arguments) if role == "serve" else tap(*arguments))

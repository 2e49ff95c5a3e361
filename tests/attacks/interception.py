"""A proxy on loopback with a certificate authority of its own: it answers for every host of the world, and keeps what
each was sent. So the real command can be led to a host that does not exist."""

from __future__ import annotations

import base64
import os
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote_plus, urlsplit

import trustme

ROOT = Path(__file__).parents[2]
PIECE = 8
"""Characters of a secret that must not arrive: a part of a key is a leak as well."""


class Received(NamedTuple):
    scheme: str
    host: str
    data: bytes


Answer = Callable[[str, bytes], bytes]
"""From host and request to the whole response."""


@dataclass
class World:
    """What arrived where, once it is over."""

    proxy: str
    certificates: Path
    received: list[Received] = field(default_factory=list)

    def environment(self, home: Path, **variables: str) -> dict[str, str]:
        """A clean one, whose way out is the proxy and whose trust is its authority."""
        proxies = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy", "ALL_PROXY"), self.proxy)
        trust = dict.fromkeys(("SSL_CERT_FILE", "AWS_CA_BUNDLE"), str(self.certificates))
        return {"PATH": os.environ["PATH"], "HOME": str(home), "XDG_STATE_HOME": str(home / "state"),
                "PYTHONPATH": str(ROOT), **proxies, **trust, **variables}  # fmt: skip

    def run(self, home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """`meshtui` with these words, in a folder of its own; after that, `received` is complete."""
        return self.python(home, "-m", "meshtui", *words, **variables)

    def python(self, home: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        folder = home / "work"
        folder.mkdir(exist_ok=True)
        environment = self.environment(home, **variables)
        return subprocess.run([sys.executable, *words], env=environment, cwd=folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=120, check=False)  # fmt: skip

    def hosts(self) -> set[str]:
        return {each.host for each in self.received}


def pieces_in(data: bytes, secret: str) -> list[str]:
    """The parts of the secret that these bytes hold: as they are, decoded from a form, or from base64."""
    text = data.decode("latin-1")
    texts = [text, unquote_plus(text)]
    for word in text.replace("\r\n", " ").split():
        try:
            texts.append(base64.b64decode(word, validate=True).decode("latin-1"))
        except ValueError:
            continue
    parts = (secret[n : n + PIECE] for n in range(max(1, len(secret) - PIECE + 1)))
    return [part for part in parts if any(part in each for each in texts)]


@contextmanager
def world(folder: Path, answer: Answer) -> Iterator[World]:
    authority = trustme.CA()
    certificates = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(certificates))
    lock = threading.Lock()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            connection: socket.socket = self.request
            connection.settimeout(30)
            try:
                self.serve(connection)
            except OSError:  # the client went away, or did not like the certificate
                return

        def serve(self, connection: socket.socket) -> None:
            request = read(connection)
            method, target, *_ = request.split(b" ", 2)
            if method != b"CONNECT":
                self.end("http", urlsplit(target.decode()).hostname or "", request, connection)
                return
            host = target.decode().rpartition(":")[0].strip("[]")
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(host).configure_cert(context)
            with context.wrap_socket(connection, server_side=True) as secured:
                self.end("https", host, read(secured), secured)

        def end(self, scheme: str, host: str, request: bytes, connection: socket.socket) -> None:
            with lock:
                made.received.append(Received(scheme, host, request))
            connection.sendall(answer(host, request))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

        def handle_error(self, *_: object) -> None:
            """What a handler raises says nothing about the command under test."""

    with Server(("127.0.0.1", 0), Handler) as server:
        made = World(f"http://127.0.0.1:{server.server_address[1]}", certificates)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def read(connection: socket.socket) -> bytes:
    """One request, with its body where it says how long it is."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )  # fmt: skip
    while len(body) < length and (piece := connection.recv(65536)):
        data, body = data + piece, body + piece
    return data


def response(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers))
    return head.encode() + b"\r\n\r\n" + body

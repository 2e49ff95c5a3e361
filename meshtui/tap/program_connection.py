"""The end of a connection of a program's at which whole requests are read, to be answered one after the other."""

from __future__ import annotations

import json
from typing import Protocol

import h11

from meshtui.tap.host_connection import AnswerWriter, Asked, HostPool, ProgramEnd
from meshtui.tap.proxy import Proxy

MAX_BODY = 64 << 20
"""Bytes of a request; Bedrock takes 25 MB, OpenAI's files in parts of 64 MB."""
WITHOUT_CREDENTIAL = "this address holds a credential of the run, and the request came without it"


class RequestHandler(Protocol):
    """Answers whole requests."""

    proxy: Proxy

    def admits(self, target: str, client: ProgramEnd) -> bool:
        """Whether a request for this path may be passed on."""

    async def pass_on(self, asked: Asked, writer: AnswerWriter, hosts: HostPool) -> None:
        """Sends the request on, and its answer or the reason for none to the writer."""


class RefusalError(Exception):
    """Why a request cannot be passed on. `kind` is the error's name in the answer."""

    def __init__(self, status: int, kind: str, text: str) -> None:
        super().__init__(text)
        self.status, self.kind = status, kind


def refuse(writer: AnswerWriter, problem: RefusalError) -> None:
    """Answers in the tap's own name, in a form that AWS's and OpenAI's libraries show."""
    body = json.dumps({"message": str(problem), "error": {"code": problem.kind, "message": str(problem)}}).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("x-amzn-ErrorType", problem.kind),
        ("Content-Length", str(len(body))),
    ]
    head = [f"HTTP/1.1 {problem.status} meshtui run", *(f"{name}: {value}" for name, value in headers), "", ""]
    writer.write_raw("\r\n".join(head).encode("latin-1") + body)
    for event in (h11.Response(status_code=problem.status, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
        writer.write_event(event)


class RawWriter:
    """Passes the bytes of an answer on as they are."""

    def __init__(self, client: ProgramEnd) -> None:
        self._client = client

    def write_raw(self, data: bytes) -> None:
        self._client.write(data)

    def write_event(self, event: object) -> None:
        """The bytes say it."""

    def break_off(self) -> None:
        self._client.close()


class Http1Connection:
    """One connection of a program; its requests are handled one after the other."""

    def __init__(self, handler: RequestHandler, client: ProgramEnd) -> None:
        self._handler, self._client = handler, client
        self._machine = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._is_busy = False
        self._hosts = HostPool(handler.proxy, client)

    def receive(self, data: bytes) -> None:
        """Takes what the program sent."""
        self._machine.receive_data(data)
        self._read()

    def close(self) -> None:
        """The program has gone: so do its connections to the hosts."""
        self._hosts.close()

    def _read(self) -> None:
        try:
            while not self._is_busy and self._take(self._machine.next_event()):
                pass
        except h11.RemoteProtocolError as problem:
            self._client.refuse("400 Bad Request", f"this is no valid request: {problem}")
        if self._machine.they_are_waiting_for_100_continue and self._head is not None:
            self._client.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _take(self, event: object) -> bool:
        """Takes an event in; whether there may be more."""
        if isinstance(event, h11.Request):
            self._head, self._body = event, bytearray()
        elif isinstance(event, h11.Data):
            self._body += event.data
            if len(self._body) > MAX_BODY:
                self._client.refuse("413 Content Too Large", f"more than {MAX_BODY >> 20} MB")
                return False
        elif isinstance(event, h11.EndOfMessage) and self._head is not None:
            self._is_busy = True
            headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in self._head.headers.raw_items())
            method, target = self._head.method.decode("latin-1"), self._head.target.decode("latin-1")
            asked, self._head = Asked(method, target, headers, bytes(self._body)), None
            self._handler.proxy.run(self._pass_on(asked))
            return False
        else:
            return False
        return True

    async def _pass_on(self, asked: Asked) -> None:
        await self._handler.pass_on(asked, RawWriter(self._client), self._hosts)
        rest, _ = self._machine.trailing_data
        self._machine = h11.Connection(h11.SERVER)
        self._is_busy = False
        if rest and not self._client.lost:
            self.receive(rest)

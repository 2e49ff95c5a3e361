"""Reads copies of what passes on one connection: two h11 machines, one for the requests and one for the answers.

Nothing here touches the traffic: copies are queued and read when the relay has nothing to do, and a failure of the
parser ends the reading of this connection only.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal
from urllib.parse import unquote

import h11

from meshtui.base.exchange import Answer, Exchange, Failure, Request, Timings
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.tap.body_copy import MAX_ANSWER, MAX_REQUEST, BodyCopy
from meshtui.tap.observed_calls import (
    NOT_SENT,
    Listener,
    Note,
    NoteKind,
    ObservedCall,
    ObservedRequest,
    Process,
    take_next_number,
)
from meshtui.tap.provider_hosts import find_target
from meshtui.tap.sent_credentials import Secrets, read_credentials, read_grant, read_issued
from meshtui.tap.tunnel import End

MAX_HEAD = 256 << 10
"""Bytes of a request's or an answer's head."""
MAX_QUEUED = 1 << 20
"""Bytes of copies that wait; more are read at once."""
MAX_PENDING = 1000
"""Requests of one connection that wait for their answers."""
PAUSE = 0.003
"""Seconds that copies may wait, so that reading them delays no byte that passes meanwhile."""

Direction = Literal["request", "answer"] | End
_connections = count(1)


@dataclass(slots=True)
class _Call:
    """A call while it is being read."""

    head: h11.Request
    seen: ObservedRequest
    url: str
    headers: tuple[tuple[str, str], ...]
    started: float
    began: float
    """By the clock of `time.perf_counter`."""
    body: BodyCopy
    digest: hashlib._Hash
    grants: bool = False
    """Whether the body of this token request holds its credential."""
    sent: float | None = None
    first_byte: float | None = None
    sent_bytes: int = 0
    received_bytes: int = 0
    status: int = 0
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer: BodyCopy | None = None
    remarks: list[str] = field(default_factory=list)


class ConnectionObserver:
    """What is read of one connection to one host. `read` may be called at any time; it never raises."""

    def __init__(self, host: str, port: int, listener: Listener, secrets: Secrets) -> None:
        self.host = host
        self._origin = f"https://{host}" + ("" if port == 443 else f":{port}")
        self._listener, self._secrets = listener, secrets
        self.number = next(_connections)
        self.process: Process | None = None
        self.connect_seconds: float | None = None
        self.injected = False
        self._requests = h11.Connection(h11.SERVER, MAX_HEAD)
        self._answers: h11.Connection | None = None
        self._reading: _Call | None = None
        """The call whose request is being read."""
        self._waiting: deque[_Call] = deque()
        """Calls whose answer is to come, the next one first."""
        self._early = b""
        """Bytes of an answer that came before its request could be read."""
        self._queue: deque[tuple[Direction, bytes, float]] = deque()
        self._queued = 0
        self._timer: asyncio.TimerHandle | None = None
        self._stopped = False

    def read(self, direction: Direction, data: bytes = b"") -> None:
        """Takes a copy, or the news that a side closed the connection."""
        if self._stopped:
            return
        self._queue.append((direction, data, time.perf_counter()))
        self._queued += len(data)
        if self._queued > MAX_QUEUED or direction.endswith(("closed", "broke")):
            self.catch_up()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(PAUSE, self.catch_up)

    def finish(self, who: End) -> None:
        """Handles the end of the connection by one side, and reports requests without an answer."""
        self.read(who)

    def catch_up(self) -> None:
        """Reads all copies that wait."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue and not self._stopped:
            direction, data, at = self._queue.popleft()
            self._queued -= len(data)
            try:
                self._take(direction, data, at)
            except Exception as problem:  # whatever it is: the traffic goes on, and a person is told
                self._give_up(problem)

    def _give_up(self, problem: Exception) -> None:
        self._stopped = True
        self._queue.clear()
        kind = NoteKind.UNREADABLE if isinstance(problem, h11.ProtocolError) else NoteKind.OWN_ERROR
        what = make_one_line(f"{type(problem).__name__}: {redact(str(problem))}", 200)
        text = f"a connection to {self.host} passes on and is not read any further: {what}"
        self._listener.on_note(Note(kind, self.host, text, process=self.process, at=time.time()))

    def _take(self, direction: Direction, data: bytes, at: float) -> None:
        if direction == "request":
            self._requests.receive_data(data)
            self._read_requests(at)
        elif direction == "answer":
            self._read_answers(data, at)
        else:
            self._end(direction, at)

    # Requests

    def _read_requests(self, at: float) -> None:
        while not self._stopped:
            event = self._requests.next_event()
            if event is h11.NEED_DATA:
                return
            if event is h11.PAUSED:
                self._continue_requests()
                if not self._requests.trailing_data[0]:
                    return
            elif isinstance(event, h11.Request):
                self._begin(event, at)
            elif isinstance(event, h11.Data) and self._reading:
                self._reading.body.feed(data := bytes(event.data))
                self._reading.digest.update(data)
                self._reading.sent_bytes += len(data)
            elif isinstance(event, h11.EndOfMessage) and self._reading:
                self._finish_request(self._reading, at)
            elif isinstance(event, h11.ConnectionClosed):
                return

    def _continue_requests(self) -> None:
        """A machine reads one request: the next one is another machine's, with the bytes that are left."""
        rest, _ = self._requests.trailing_data
        if self._reading is None:
            self._requests = h11.Connection(h11.SERVER, MAX_HEAD)
            if rest:
                self._requests.receive_data(rest)

    def _begin(self, head: h11.Request, at: float) -> None:
        method, target = head.method.decode("latin-1"), head.target.decode("latin-1")
        path, _, query = target.partition("?")
        headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in head.headers.raw_items())
        provider, purpose = find_target(self.host, method, path)
        sent = read_credentials(headers, query, self._secrets) or (NOT_SENT,)
        seen = ObservedRequest(
            take_next_number(), provider, purpose, self.host, method, redact(path), sent[0], sent[1:]
        )
        named = {n.lower(): v for n, v in headers}
        call = _Call(
            head=head,
            seen=seen,
            url=self._origin + target,
            headers=headers,
            started=time.time() - (time.perf_counter() - at),
            began=at,
            body=BodyCopy(MAX_REQUEST, encoding=named.get("content-encoding", "")),
            digest=hashlib.sha256(f"{method} {self.host} {redact(target)}\n".encode()),
            grants=purpose == "token" and sent[0] is NOT_SENT,
        )
        self._reading = call
        self._waiting.append(call)
        if len(self._waiting) > MAX_PENDING:
            raise h11.RemoteProtocolError("too many requests wait for an answer")
        if not call.grants:
            self._listener.on_request(seen)
        if self._early:
            data, self._early = self._early, b""
            self._read_answers(data, at)

    def _finish_request(self, call: _Call, at: float) -> None:
        call.sent = at
        self._reading = None
        if call.grants:
            call.seen = replace(call.seen, credential=read_grant(call.body.text(), self._secrets))
            self._listener.on_request(call.seen)

    # Answers

    def _read_answers(self, data: bytes, at: float) -> None:
        while not self._stopped:
            if not self._waiting:
                self._early = (self._early + data)[:MAX_HEAD]
                return
            call = self._waiting[0]
            if self._answers is None:
                if not data:
                    return
                self._answers = _make_answer_parser(call.head)
            self._answers.receive_data(data)
            if not self._read_answer(self._answers, call, at):
                return
            data, _ = self._answers.trailing_data if self._answers else (b"", False)
            self._answers = None

    def _read_answer(self, machine: h11.Connection, call: _Call, at: float) -> bool:
        """Reads on in the answer to this call. True when it is whole."""
        while True:
            event = machine.next_event()
            if event is h11.NEED_DATA or event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                return False
            if isinstance(event, h11.InformationalResponse):
                if event.status_code == 101:
                    self._upgrade(call, event, at)
                    return False
            elif isinstance(event, h11.Response):
                _begin_answer(call, event, at)
            elif isinstance(event, h11.Data) and call.answer:
                call.answer.feed(data := bytes(event.data))
                call.received_bytes += len(data)
            elif isinstance(event, h11.EndOfMessage):
                self._waiting.popleft()
                self._tell(call, at, None)
                return True

    def _upgrade(self, call: _Call, event: h11.InformationalResponse, at: float) -> None:
        _begin_answer(call, event, at)
        self._waiting.popleft()
        self._tell(call, at, None)
        self._stopped = True
        upgraded = dict(call.answer_headers).get("upgrade", "another protocol")
        text = f"{call.seen.path} at {self.host} went on as {make_one_line(upgraded, 40)}: it passes, and is not read"
        self._listener.on_note(Note(NoteKind.UPGRADE, self.host, text, process=self.process, at=time.time()))

    # Ends

    def _end(self, direction: Direction, at: float) -> None:
        machine = self._answers
        if machine is not None and direction == "host closed" and self._waiting:
            call = self._waiting[0]
            try:
                machine.receive_data(b"")
                if self._read_answer(machine, call, at):
                    self._answers = None
            except h11.RemoteProtocolError:  # the answer is not whole: told below
                pass
        for call in self._waiting:
            self._tell(call, at, _describe_end(direction, call, at))
        self._waiting.clear()
        self._stopped = True
        self._queue.clear()

    def _tell(self, call: _Call, at: float, failure: Failure | None) -> None:
        body = call.body.text()
        answer_text = call.answer.text() if call.answer else ""
        issued = tuple(read_issued(answer_text, self._secrets)) if call.seen.call in ("token", "sts") else ()
        remarks = [r for r in (call.body.remark, call.answer.remark if call.answer else "") if r]
        exchange = Exchange(
            provider=call.seen.provider,
            call=call.seen.call,
            request=Request(call.seen.method, call.url, call.headers, body),
            started=call.started,
            answer=Answer(call.status, call.answer_headers, answer_text) if call.status else None,
            failure=failure,
            timings=Timings(
                sent=_compute_elapsed(call, call.sent),
                first_byte=_compute_elapsed(call, call.first_byte),
                total=_compute_elapsed(call, at),
            ),
        )
        connect, self.connect_seconds = self.connect_seconds, None
        self._listener.on_call(
            ObservedCall(
                request=call.seen,
                exchange=exchange,
                connection=self.number,
                digest=call.digest.hexdigest()[:16],
                model=_find_model(call.seen.path, body),
                sent_bytes=call.sent_bytes,
                received_bytes=call.received_bytes,
                connect_seconds=connect,
                issued=issued,
                process=self.process,
                remarks=tuple(remarks),
                injected=self.injected,
            )
        )


def _make_answer_parser(head: h11.Request) -> h11.Connection:
    """A machine that waits for the answer to this request, as if it had sent it."""
    machine = h11.Connection(h11.CLIENT, MAX_HEAD)
    kept = [(name, value) for name, value in head.headers if name in (b"host", b"upgrade", b"connection")]
    machine.send(h11.Request(method=head.method, target=head.target, headers=kept or [("host", "x")]))
    machine.send(h11.EndOfMessage())
    return machine


def _begin_answer(call: _Call, event: h11.Response | h11.InformationalResponse, at: float) -> None:
    call.first_byte = at
    call.status = event.status_code
    call.answer_headers = tuple((n.decode("latin-1"), v.decode("latin-1")) for n, v in event.headers.raw_items())
    named = {n.lower(): v for n, v in call.answer_headers}
    encoding, media_type = named.get("content-encoding", ""), named.get("content-type", "")
    call.answer = BodyCopy(MAX_ANSWER, encoding=encoding, media_type=media_type)


def _describe_end(direction: Direction, call: _Call, at: float) -> Failure:
    after = f"{at - call.began:.2f} s after the request began"
    before = "before the answer was complete" if call.status else "before an answer came"
    if direction == "client closed":
        text = f"your program closed the connection {after}, {before}: its own time limit, or it was stopped"
        return Failure("program_closed", text)
    what = "closed" if direction == "host closed" else "reset"
    return Failure("dropped", f"{call.seen.host} {what} the connection {after}, {before}")


def _compute_elapsed(call: _Call, at: float | None) -> float | None:
    return None if at is None else at - call.began


def _find_model(path: str, body: str) -> str:
    """The model that the request names: in the path at AWS and Google, in the body elsewhere."""
    if named := re.search(r"/models?/([^/:?]+)", path):
        return make_one_line(unquote(named[1]), 120)
    named = re.search(r'"model"\s*:\s*"([^"\\]{1,120})"', body[:MAX_REQUEST])
    return make_one_line(named[1], 120) if named else ""

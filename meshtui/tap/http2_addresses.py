"""HTTP/2 without TLS on the tap's own addresses: the AWS SDK for JavaScript speaks nothing else to Bedrock."""

from __future__ import annotations

from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import h11

from meshtui.tap.host_connection import Asked, HostPool, ProgramEnd
from meshtui.tap.http_head import HTTP2_PREFACE
from meshtui.tap.program_connection import MAX_BODY, WITHOUT_CREDENTIAL, RefusalError, RequestHandler, refuse

_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "upgrade", "proxy-connection"})


@dataclass(slots=True)
class _Stream:
    """One request, and what of its answer waits for the program's flow control."""

    headers: list[tuple[str, str]]
    body: bytearray = field(default_factory=bytearray)
    waiting: bytearray = field(default_factory=bytearray)
    is_answered: bool = False
    """Whether no more data follows what is waiting."""


class Http2Connection:
    """One connection of a program; its requests are handled in parallel."""

    def __init__(self, handler: RequestHandler, client: ProgramEnd) -> None:
        self._handler, self._client = handler, client
        config = h2.config.H2Configuration(client_side=False, header_encoding="latin-1")
        self._machine = h2.connection.H2Connection(config)
        self._machine.initiate_connection()
        self._machine.receive_data(HTTP2_PREFACE)
        self._streams: dict[int, _Stream] = {}
        self._hosts = HostPool(handler.proxy, client)

    def receive(self, data: bytes) -> None:
        """Takes what the program sent."""
        try:
            for event in self._machine.receive_data(data):
                self._take(event)
        except h2.exceptions.ProtocolError:
            self._send()
            self._client.close()
            return
        self._send()

    def close(self) -> None:
        """The program has gone: so do its connections to the hosts."""
        self._hosts.close()

    def _take(self, event: h2.events.Event) -> None:
        match event:
            case h2.events.RequestReceived(stream_id=int(number), headers=list(headers)):
                self._streams[number] = _Stream([(str(name), str(value)) for name, value in headers])
            case h2.events.DataReceived(stream_id=int(number), data=bytes(data)):
                self._machine.acknowledge_received_data(event.flow_controlled_length or 0, number)
                if number in self._streams:
                    self._streams[number].body += data
                    if len(self._streams[number].body) > MAX_BODY:
                        self._drop(number)
            case h2.events.StreamEnded(stream_id=int(number)) if number in self._streams:
                self._pass_on(number, self._streams[number])
            case h2.events.StreamReset(stream_id=int(number)):
                self._streams.pop(number, None)
            case h2.events.WindowUpdated():
                for number in tuple(self._streams):
                    self._flush(number)

    def _pass_on(self, number: int, stream: _Stream) -> None:
        named = dict(stream.headers)
        asked = Asked(
            named.get(":method", ""),
            named.get(":path", ""),
            tuple((name, value) for name, value in stream.headers if not name.startswith(":")),
            bytes(stream.body),
        )
        writer = _StreamWriter(self, number)
        if not self._handler.admits(asked.target, self._client):
            refuse(writer, RefusalError(403, "NoCredentialOfTheRun", f"meshtui run: {WITHOUT_CREDENTIAL}"))
            return
        self._handler.proxy.run(self._handler.pass_on(asked, writer, self._hosts))

    def answer(self, number: int, event: object) -> None:
        """Takes a part of the answer to this stream."""
        stream = self._streams.get(number)
        if stream is None or self._client.lost:
            return
        if isinstance(event, h11.Response):
            headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers]
            kept = [(name, value) for name, value in headers if name not in _OF_THE_CONNECTION]
            self._machine.send_headers(number, [(":status", str(event.status_code)), *kept])
        elif isinstance(event, h11.Data):
            stream.waiting += event.data
        elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            stream.is_answered = True
        self._flush(number)
        self._send()

    def _flush(self, number: int) -> None:
        """Sends as much as the program's flow control allows."""
        stream = self._streams[number]
        while stream.waiting:
            size = min(self._machine.local_flow_control_window(number), self._machine.max_outbound_frame_size)
            if size <= 0:
                return
            self._machine.send_data(number, bytes(stream.waiting[:size]))
            del stream.waiting[:size]
        if stream.is_answered:
            self._machine.end_stream(number)
            del self._streams[number]

    def break_off(self, number: int) -> None:
        """The host broke the answer off."""
        if number in self._streams and not self._client.lost:
            self._drop(number)
            self._send()

    def _drop(self, number: int) -> None:
        del self._streams[number]
        self._machine.reset_stream(number)

    def _send(self) -> None:
        self._client.write(self._machine.data_to_send())


class _StreamWriter:
    """Passes an answer on as frames of one stream."""

    def __init__(self, connection: Http2Connection, number: int) -> None:
        self._connection, self._number = connection, number

    def write_raw(self, _data: bytes) -> None:
        """The events say it."""

    def write_event(self, event: object) -> None:
        self._connection.answer(self._number, event)

    def break_off(self) -> None:
        self._connection.break_off(self._number)

"""The one limit in front of all services: how large a body may be, and how long a sender may take for it.

The time for a request's head is limited by the protocol (`listener`).
"""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive

MAX_BODY_BYTES = 32 * 1024 * 1024
"""Of any request; Mesh documents it, and the providers' limits are no larger."""
MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES
"""Bytes of an unwanted body that are read and discarded, so that its sender can read the answer."""
BODY_SECONDS = 30.0
"""From the first look at a body to its end."""


MAX_HEADER_BYTES = 64 * 1024
"""Names and values together."""


class BodyTooLargeError(Exception):
    """The body is larger than any service takes."""


class BodyTooSlowError(Exception):
    """The sender took too long for the body."""


class LimitedReceive:
    """An ASGI `receive` that limits size and time of a body. `stated`: the content-length, 0 where unknown."""

    def __init__(self, receive: Receive, stated: int = 0) -> None:
        self._receive = receive
        self._size = 0
        self._stated = stated
        self._deadline: float | None = None
        # uvicorn's `receive` belongs to an object that knows whether the whole body has come: then nobody waits.
        self._is_there = getattr(getattr(receive, "__self__", None), "more_body", True) is False
        self.complete = False
        """Whether the whole body has come, or its sender has gone."""

    async def __call__(self) -> Message:
        """The next message. Raises BodyTooLargeError, BodyTooSlowError."""
        if self.complete:
            return await self._receive()
        if self._stated > MAX_BODY_BYTES:
            raise BodyTooLargeError
        message = await self._receive_in_time()
        if self._size > MAX_BODY_BYTES:
            raise BodyTooLargeError
        return message

    async def discard(self) -> None:
        """Reads the rest and keeps nothing of it. Gives up where it is too much or takes too long."""
        while not self.complete and self._size <= MAX_DISCARDED_BYTES:
            try:
                await self._receive_in_time()
            except BodyTooSlowError:
                return

    async def _receive_in_time(self) -> Message:
        message = await self._receive() if self._is_there else await self._wait_for_message()
        self._size += len(message.get("body", b""))
        self.complete = message["type"] == "http.disconnect" or not message.get("more_body", False)
        return message

    async def _wait_for_message(self) -> Message:
        if self._deadline is None:
            self._deadline = asyncio.get_running_loop().time() + BODY_SECONDS
        try:
            async with asyncio.timeout_at(self._deadline):
                return await self._receive()
        except TimeoutError:
            raise BodyTooSlowError from None

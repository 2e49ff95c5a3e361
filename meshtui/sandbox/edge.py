"""What lies between a client and a service: the network, a proxy, the clock. Faults here are the same for all."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from meshtui.sandbox.faults import AHEAD
from meshtui.sandbox.settings import Pace

DROP = "meshtui.drop_connection"
"""The ASGI extension that our server offers: a call that closes the connection at once."""


class NoAnswer(Response):
    """Closes the connection without a byte, as a crashed host does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        scope["extensions"][DROP]()
        while (await receive())["type"] != "http.disconnect":
            pass


# Service → what the proxy in front of it shows: (status, its name, page). The wordings are the ones people paste.
PAGES = {
    "openai": (
        403,
        "cloudflare",
        "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>Attention Required! | Cloudflare</title></head>\n"
        "<body><h1>Sorry, you have been blocked</h1><p>You are unable to access api.openai.com</p></body>\n</html>\n",
    ),
    "bedrock": (
        502,
        "awselb/2.0",
        "<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n"
        "</body>\n</html>",
    ),
    "vertex": (
        502,
        "GFE/2.0",
        "<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n<title>Error 502 (Server Error)!!1</title>\n"
        "<p><b>502.</b> <ins>That’s an error.</ins>\n<p>The server encountered a temporary error and could not "
        "complete your request.<p>Please try again in 30 seconds. <ins>That’s all we know.</ins>\n",
    ),
    "mesh": (
        502,
        "cloudflare",
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>"
        "\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n",
    ),
}  # fmt: skip


async def meddle(request: Request, service: str, fault: str | None, pace: Pace) -> Response | None:
    """What happens to a request before the service sees it: an answer in its stead, or None after a delay perhaps."""
    match fault:
        case "down":
            await request.body()  # with bytes unread, the client would see a reset at times, and an end at others
            return NoAnswer()
        case "html_from_edge":
            status, server, page = PAGES[service]
            return HTMLResponse(page, status, {"server": server})
        case "slow":
            await asyncio.sleep(pace.slow)
        case "clock_skew":
            request.state.ahead = AHEAD
    return None


def now(fault: str | None) -> float:
    """Unix time by the clock of a server under this fault."""
    return time.time() + (AHEAD if fault == "clock_skew" else 0.0)


def dated(app: ASGIApp) -> ASGIApp:
    """Gives each answer a Date by the clock of the server that made it: `request.state.ahead` seconds ahead of ours."""

    async def dating(scope: Scope, receive: Receive, send: Send) -> None:
        async def stamp(message: Message) -> None:
            if message["type"] == "http.response.start":
                at = time.time() + scope.get("state", {}).get("ahead", 0.0)
                message["headers"] = [*message["headers"], (b"date", formatdate(at, usegmt=True).encode())]
            await send(message)

        await app(scope, receive, stamp)

    return dating

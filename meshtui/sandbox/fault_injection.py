"""Which faults are active, which request meets one, and those that lie between a client and a service: the network, a
proxy, the clock."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

from meshtui.sandbox.fault_rules import Rules, choose_fault, format_rules, parse_rules
from meshtui.sandbox.faults import ALL, CLOCK_SKEW_SECONDS, EVERY_CREDENTIAL, check_name
from meshtui.sandbox.rate_limits import RateLimitResult, TokenBucket
from meshtui.sandbox.settings import Pace

TOKENS_A_MINUTE = 200_000
"""The limit under the fault `tokens_limited`."""
REQUESTS_A_MINUTE = 3
"""The limit under the fault `rate_limited`: OpenAI's for an account without a payment method."""


@dataclass(slots=True)
class _TargetRules:
    """The rules of one target, and what they have counted since."""

    rules: Rules
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)


class ActiveFaults:
    """Locked. `refill`: seconds until a rate-limited credential may send one more; `seed`: of rules without one."""

    def __init__(self, refill: float, seed: int) -> None:
        self.seed = seed
        self._refill = refill
        self._lock = threading.Lock()
        self._rules_of: dict[str, _TargetRules] = {}
        self._buckets: dict[str, TokenBucket] = {}

    def set(self, target: str, text: str | None) -> None:
        """Replaces the target's rules, or removes them with None; counts start again. Raises ValueError."""
        check_name(target)
        rules = None if text is None else parse_rules(text)
        with self._lock:
            self._rules_of.pop(target, None)
            if rules is not None:
                self._rules_of[target] = _TargetRules(rules)
            for name in EVERY_CREDENTIAL if target == ALL else (target,):
                self._buckets.pop(name, None)
                if self._is_limited(name):
                    self._buckets[name] = TokenBucket(REQUESTS_A_MINUTE, self._refill, time.monotonic())

    def _is_limited(self, name: str) -> bool:
        """Whether a rate limit holds for all of its requests: then a bucket decides, as it does at the providers."""
        rules = [rule for target_rules in self._list_rules_for(name) for rule in target_rules.rules]
        return any(rule.always and rule.fault == "rate_limited" for rule in rules)

    def _list_rules_for(self, name: str) -> list[_TargetRules]:
        targets = (name, ALL) if name in EVERY_CREDENTIAL else (name,)
        return [self._rules_of[target] for target in targets if target in self._rules_of]

    def list_texts(self) -> dict[str, str]:
        with self._lock:
            return {target: format_rules(target_rules.rules) for target, target_rules in self._rules_of.items()}

    def find_fault(self, name: str, endpoint: str) -> str | None:
        """The fault that this request of the credential meets. Counts it, apart for each endpoint."""
        if not self._rules_of:
            return None
        with self._lock:
            met = None
            for target_rules in self._list_rules_for(name):
                target_rules.counts[name, endpoint] += 1
                met = met or choose_fault(target_rules.rules, name, target_rules.counts[name, endpoint], self.seed)
            return met

    def take_token(self, name: str, fault: str | None) -> RateLimitResult | None:
        """What the rate limit says to a request that met this fault; None where the fault is not one. Where a rule
        chose the request the limit is exhausted, else the bucket decides."""
        if fault == "tokens_limited":
            return RateLimitResult(False, self._refill, 0, TOKENS_A_MINUTE, self._refill, "tokens")
        if fault != "rate_limited":
            return None
        with self._lock:
            bucket = self._buckets.get(name) or self._buckets.get(f"stored-{name}")
            if bucket is not None:
                return bucket.take(time.monotonic())
        return RateLimitResult(False, self._refill, 0, REQUESTS_A_MINUTE, REQUESTS_A_MINUTE * self._refill)

    def clear(self) -> None:
        with self._lock:
            self._rules_of.clear()
            self._buckets.clear()


DROP_CONNECTION = "meshtui.drop_connection"
"""The ASGI extension that our server offers: a call that closes the connection at once."""


class NoAnswer(Response):
    """Closes the connection without a byte, as a crashed host does."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - nothing is sent
        await scope["state"]["discard_body"]()  # with bytes unread, the client would at times see a reset instead
        scope["extensions"][DROP_CONNECTION]()
        while (await receive())["type"] != "http.disconnect":
            pass


# Service → what the proxy in front of it shows: (status, its name, page). The wordings are the ones people paste.
PROXY_PAGES = {
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


async def inject_fault(
    request: Request, service: str, credential: str, fault: str | None, pace: Pace
) -> Response | None:
    """What happens to a request before the service sees it: an answer in its stead, or None after a delay perhaps. The
    log of requests learns whose it was, and the fault."""
    state = request.scope["state"]
    state["credential"], state["fault"] = credential, fault
    match fault:
        case "down":
            return NoAnswer()
        case "html_from_edge":
            status, server, page = PROXY_PAGES[service]
            return HTMLResponse(page, status, {"server": server})
        case "slow":
            await asyncio.sleep(pace.slow)
        case "clock_skew":
            request.state.ahead = CLOCK_SKEW_SECONDS
    return None


DISTURBING = ("stream_cut", "stream_stall")
DISTURBED_AFTER = 4
"""Pieces of a stream: its beginning, and a few words."""


async def fault_stream(scope: Scope, pace: Pace) -> None:
    """What a network does to a stream that has begun: cuts it, or holds it up."""
    if scope["state"]["fault"] == "stream_cut":
        scope["extensions"][DROP_CONNECTION]()
    else:
        await asyncio.sleep(pace.slow)


def read_server_clock(fault: str | None) -> float:
    """Unix time by the clock of a server under this fault."""
    return time.time() + (CLOCK_SKEW_SECONDS if fault == "clock_skew" else 0.0)

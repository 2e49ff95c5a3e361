"""Machines in front of a provider: CDNs, gateways, company proxies, captive portals. They answer with pages and bare
text, and where they do, the provider has usually seen neither the request nor the key."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.explain.model import Rule, Signal
from meshtui.explain.steps import local as steps

_NOT_PERMISSIONS = "This is not about permissions or the key: the provider has not seen the request."
_PAGE = ("html", "text", "empty")


def _challenged(signal: Signal) -> Mapping[str, str] | None:
    """Cloudflare marks an answer that is a test for browsers."""
    return {} if "cf-mitigated" in signal.headers else None


WALLS = (
    Rule(
        "edge.challenge-header", "network_blocked", test=_challenged, who="caller",
        headline="Cloudflare wants to see a browser before it lets this network through",
        not_this=_NOT_PERMISSIONS, steps=steps.WALL,
    ),
    Rule(
        "edge.rate", "rate_limited", shape=_PAGE, says=("you are being rate limited", "error 1015", "error code: 1015"),
        headline="The CDN in front of the provider throttles this address",
        not_this="The provider's own limits are not meant: it has not seen the request.", steps=steps.WALL,
    ),
    Rule(
        "edge.country", "country_unsupported", shape=_PAGE,
        says=("error 1009", "error code: 1009", "has banned the country"),
        headline="The CDN in front of the provider refuses the country this came from",
        not_this=_NOT_PERMISSIONS, steps=steps.WALL,
    ),
    Rule(
        "edge.wall", "network_blocked", shape=_PAGE, who="caller",
        says=("attention required!", "just a moment...", "sorry, you have been blocked", "you have been blocked",
              "enable javascript and cookies to continue", "verify you are human", "checking your browser",
              "verifying you are human", "error 1020", "error code: 1020", "error 1006", "error 1010",
              "the request could not be satisfied. request blocked", "request blocked", "access denied | "),
        headline="A CDN's wall stopped the request before the provider saw it",
        not_this=_NOT_PERMISSIONS, steps=steps.WALL,
    ),
    Rule(
        "edge.unusual-traffic", "network_blocked", shape=("html",), who="caller", certainty="likely",
        also=("rate_limited", "rate_limited_requests"),
        says=("sending automated queries", "unusual traffic from your"),
        headline="A wall against robots stopped this network's address",
        not_this="The provider's own limits are not meant: its API has not seen the request.", steps=steps.WALL,
    ),
    Rule(
        "edge.company-proxy", "network_blocked", shape=_PAGE, who="caller",
        status=(200, 302, 401, 403, 407, 451, 502, 503),
        says=("zscaler", "squid", "blue coat", "bluecoat", "forcepoint", "netskope", "fortiguard", "fortinet",
              "umbrella", "mcafee web gateway", "sophos", "palo alto", "web filter", "web page blocked",
              "blocked by your",
              "organization's security policy", "access to this site", "category: ", "cache access denied",
              "url filtering", "websense", "internet usage policy"),
        certainty="likely", also=("provider_error",),
        headline="A company's proxy or filter answered instead of the provider",
        not_this=_NOT_PERMISSIONS, steps=steps.PROXY,
    ),
    Rule(
        "edge.mesh-policy", "network_blocked", shape=("text",), says=("rbac: access denied",), certainty="likely",
        also=("permission_denied_explicitly",),
        headline="A proxy inside the network refuses this by its own rules",
        not_this=_NOT_PERMISSIONS, steps=steps.PROXY,
    ),
    Rule(
        "edge.portal", "network_blocked", shape=("html",), status=(200, 302, 303, 307, 511), who="caller",
        certainty="likely", also=("request_invalid",),
        headline="A page for people came where data should: a login page, a captive portal, or a wrong address",
        not_this="The status says all is well, but the provider has not answered.", steps=steps.PORTAL,
    ),
)  # fmt: skip

GATEWAYS = (
    Rule(
        "edge.not-authenticated", "credential_missing", pattern=r"^not authenticated\W*$", says=("not authenticated",),
        status=(401, 403), certainty="likely", also=("credential_invalid", "credential_malformed"),
        headline="No credential reached the server in the form it looks for",
        not_this="No key was judged: FastAPI answers so where the Authorization header is missing or no Bearer.",
        steps=steps.NO_HEADER,
    ),
    Rule(
        "edge.upstream-timeout", "timeout", shape=_PAGE,
        says=("upstream request timeout", "stream timeout", "gateway time-out", "gateway timeout", "gateway timed out",
              "a timeout occurred", "connection timed out", "the upstream server is timing out", "error 524",
              "error 522", "error code: 524", "error code: 522", "error code: 504"),
        status=(0, 408, 500, 502, 503, 504, 520, 522, 524), also=("provider_error",),
        headline="A gateway waited for the provider in vain", steps=steps.GATEWAY_TIMEOUT,
    ),
    Rule(
        "edge.timeout-status", "timeout", shape=("html", "text"), status=(504, 522, 524), also=("provider_error",),
        headline="A gateway waited for the provider in vain", steps=steps.GATEWAY_TIMEOUT,
    ),
    Rule(
        "edge.upstream", "provider_error", shape=_PAGE,
        says=("upstream connect error", "no healthy upstream", "bad gateway", "upstream prematurely closed",
              "invalid response was received from the upstream", "web server is down", "origin is unreachable",
              "web server is returning an unknown error",
              "failure to get a peer", "error code: 502", "error code: 520", "error code: 521", "error code: 523",
              "internal server error", "could not connect to origin", "backend fetch failed", "upstream_reset",
              "reset before headers"),
        status=(0, 500, 502, 503, 520, 521, 523, 525, 526, 527, 530),
        headline="A gateway could not reach the provider behind it", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.unavailable", "provider_error", shape=_PAGE, status=(0, 503), certainty="likely",
        says=("service unavailable", "service temporarily unavailable"), also=("capacity_exhausted",),
        headline="The provider, or a gateway in front of it, is unavailable", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.failed", "provider_error", shape=("html", "text"),
        status=(500, 502, 503, 520, 521, 523, 525, 526, 527, 530), also=("capacity_exhausted",),
        headline="A gateway in front of the provider failed", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.too-large", "request_invalid", shape=_PAGE, status=(413,),
        headline="The request is larger than the gateway lets through", steps=steps.TOO_LARGE,
    ),
    Rule(
        "edge.plain-http", "request_invalid", shape=_PAGE,
        says=("plain http request was sent to https port", "client sent an http request to an https server"),
        headline="The request was sent over plain http to a port that wants https", steps=steps.HTTPS,
    ),
    Rule(
        "edge.absent", "request_invalid", shape=("html", "text"), status=(404, 405), certainty="likely",
        also=("model_not_found",),
        headline="A web server answered instead of the API: the address is wrong", steps=steps.ADDRESS,
    ),
    Rule(
        "edge.forbidden-page", "network_blocked", shape=("html",), status=(403, 451), certainty="likely", who="caller",
        also=("unknown", "permission_missing", "country_unsupported"),
        headline="A machine in front of the provider refused with a page of its own",
        not_this="403, but an API refuses with JSON: this page is not the provider's.", steps=steps.WALL,
    ),
)  # fmt: skip

RULES = (*WALLS, *GATEWAYS)

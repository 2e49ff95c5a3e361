"""Rules that need no provider: no answer came, or a machine in front of the provider gave it; and, last of all, the
status alone.

A request that never arrived is known first by the kind of failure that meshtui's own client reports, then by the
sentences of Python's httpx, requests and urllib3, Node, Go, curl and gRPC. CDNs, gateways, company proxies and captive
portals answer with pages and bare text; the provider has then usually seen neither the request nor the key. The rules
for a bare status are `likely` at best, and the last one fits everything.
"""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.base.exchange import UNUSABLE
from meshtui.explain import general_fixes as steps
from meshtui.explain.model import ParsedError, Rule

_NOT_PERMISSIONS = "This is not about permissions or the key: the provider has not seen the request."
_PAGE = ("html", "text", "empty")
_HOST = (
    r"(?:getaddrinfo \w+ |resolve(?: host)?:? ['\"]?|lookup |host=['\"]|https?://(?!(?:chat|www|platform|docs"
    r"|help|status|github)\.)|connect to (?:host )?|hostname: ?)"
    r"(?P<host>[a-z0-9](?:[\w-]{0,62}\.){1,8}[a-z]{2,24})\b"
)
"""The host that failed, as the clients name it: Node, curl, Go, urllib3, aiohttp."""


def _find_challenge(error: ParsedError) -> Mapping[str, str] | None:
    """Cloudflare marks an answer that is a test for browsers."""
    return {} if "cf-mitigated" in error.headers else None


# What the browser says of a page that calls the API itself.
BROWSER = (
    Rule(
        "local.cors", "request_invalid", status=(0,), certainty="likely", also=("network_blocked",),
        says=("blocked by cors policy", "cross-origin request blocked", "access-control-allow-origin"),
        headline="The browser keeps the answer from the page: this address does not let other sites read it",
        not_this="The key may be fine: the page has not seen the answer.", steps=steps.CORS,
    ),
)  # fmt: skip

WALLS = (
    Rule(
        "edge.challenge-header", "network_blocked", test=_find_challenge, who="caller",
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
        says=("attention required!", "just a moment...", "you have been blocked",
              "enable javascript and cookies to continue", "verify you are human", "checking your browser",
              "verifying you are human", "error 1020", "error code: 1020", "error 1006", "error 1010",
              "request blocked", "access denied | "),
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
        "edge.kong-timeout", "timeout", says=("the upstream server is timing out",), also=("provider_error",),
        headline="A gateway waited for the provider in vain", steps=steps.GATEWAY_TIMEOUT,
    ),
    Rule(
        "edge.kong-upstream", "provider_error",
        says=("an invalid response was received from the upstream server",
              "failure to get a peer from the ring-balancer"),
        headline="A gateway could not reach the provider behind it", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.upstream-timeout", "timeout", shape=_PAGE,
        says=("upstream request timeout", "stream timeout", "gateway time-out", "gateway timeout",
              "gateway timed out", "a timeout occurred", "upstream timed out", "error 524",
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
              "web server is down", "origin is unreachable",
              "web server is returning an unknown error",
              "error code: 502", "error code: 520", "error code: 521", "error code: 523",
              "internal server error", "could not connect to origin", "backend fetch failed", "upstream_reset",
              "reset before headers"),
        status=(0, 500, 502, 503, 520, 521, 523, 525, 526, 527, 530),
        headline="A gateway could not reach the provider behind it", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.unavailable", "provider_error", shape=_PAGE, status=(0, 500, 503), certainty="likely",
        says=("service unavailable", "service temporarily unavailable"), also=("capacity_exhausted",),
        headline="The provider, or a gateway in front of it, is unavailable", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.failed", "provider_error", shape=("html",),
        status=(500, 502, 503, 520, 521, 523, 525, 526, 527, 530), also=("capacity_exhausted",),
        headline="A gateway in front of the provider failed", steps=steps.GATEWAY,
    ),
    Rule(
        "edge.failed-said", "provider_error", shape=("text",), certainty="likely",
        status=(500, 502, 503, 520, 521, 523, 525, 526, 527, 530),
        also=("capacity_exhausted", "timeout", "connection_failed", "rate_limited"),
        headline="The provider, or a server in front of it, failed", steps=steps.GATEWAY,
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
        "edge.absent", "request_invalid", shape=("html",), status=(404, 405), certainty="likely",
        also=("model_not_found",),
        headline="A web server answered instead of the API: the address is wrong", steps=steps.ADDRESS,
    ),
    Rule(
        "edge.absent-said", "request_invalid", shape=("text",), status=(404, 405), certainty="likely",
        says=("not found", "cannot post", "cannot get", "method not allowed", "no route"),
        pattern=r"(?:^|\b404 |\bpage )not found\b|\bcannot (?:post|get) /|\bmethod not allowed|\bno route",
        also=("model_not_found",),
        headline="A web server answered instead of the API: the address is wrong", steps=steps.ADDRESS,
    ),
    Rule(
        "edge.forbidden-page", "network_blocked", shape=("html",), status=(403, 451), certainty="likely", who="caller",
        also=("unknown", "permission_missing", "country_unsupported"),
        headline="A machine in front of the provider refused with a page of its own",
        not_this="{status}, but an API refuses with JSON: this page is not the provider's.", steps=steps.WALL,
    ),
)  # fmt: skip

FRONT_RULES = (*BROWSER, *WALLS, *GATEWAYS)


_UNTESTED = "No answer came, so this says nothing about the key."

# Why our own client has no answer (meshtui.exchange.FAILURES).
KINDS = (
    Rule(
        "local.refused", "connection_failed", call=("local",), type=("refused",),
        headline="Nothing listens at that address", not_this=_UNTESTED, steps=steps.REFUSED,
    ),
    Rule(
        "local.connect-timeout", "timeout", call=("local",), type=("connect_timeout",), who="caller", retryable=False,
        also=("connection_failed", "network_blocked"),
        headline="No connection came about in time", not_this=_UNTESTED, steps=steps.CONNECT_TIMEOUT, reads=_HOST,
    ),
    Rule(
        "local.read-timeout", "timeout", call=("local",), type=("read_timeout",),
        headline="The connection stood, and no answer came in time", not_this=_UNTESTED, steps=steps.READ_TIMEOUT,
    ),
    Rule(
        "local.dropped", "connection_failed", call=("local",), type=("dropped",), also=("provider_error", "timeout"),
        retryable=True,
        headline="The connection broke before the answer was complete", steps=steps.DROPPED,
    ),
    Rule(
        "local.too-long", "provider_error", call=("local",), type=("too_long",), certainty="likely",
        also=("connection_failed",), retryable=False,
        headline="The answer was longer than meshtui reads, so it stopped reading",
        not_this="No error stood in what was read, so this says nothing about the key.", steps=steps.TOO_LONG,
    ),
    Rule(
        "local.network", "connection_failed", call=("local",), type=("network",), also=("network_blocked",),
        headline="The network failed", not_this=_UNTESTED, steps=steps.NETWORK, reads=_HOST,
    ),
    Rule(
        "local.refused-host", "request_invalid", call=("local",), type=("refused_host",),
        headline="meshtui did not send this: the address is not one of this credential's own hosts",
        not_this="Nothing was sent, so nothing was given away.", steps=steps.FOREIGN_HOST,
    ),
    Rule(
        "local.cancelled", "unknown", call=("local",), type=("cancelled",),
        headline="You stopped it before an answer came", not_this=_UNTESTED, steps=steps.CANCELLED,
    ),
    Rule(
        "local.program-closed", "unknown", call=("local",), type=("program_closed",),
        headline="Your program closed the connection before the answer was complete", not_this=_UNTESTED,
        steps=steps.PROGRAM_CLOSED,
    ),
)  # fmt: skip

# The header with the key could not be built.
_HEADER = (
    Rule(
        "local.header-empty", "credential_missing", status=(0,),
        pattern=r"illegal header value b?['\"](?:bearer|basic)?\s*['\"]", says=("illegal header value",),
        headline="The key is empty, so the client refused to send the header",
        not_this="It may read “Connection error”, but the network is not at fault: nothing was sent.",
        steps=steps.EMPTY_KEY,
    ),
    Rule(
        "local.header-broken", "credential_malformed", status=(0,),
        says=("illegal header value", "invalid character in header content", "invalid header field value for",
              "invalid header value", "failed to parse header value", "cannot convert argument to a bytestring",
              "headers must be"),
        headline="The key holds characters that no header may hold: a line break, a blank, or a typographic sign",
        not_this="It may read “Connection error”, but the network is not at fault: nothing was sent.",
        steps=steps.BROKEN_KEY,
    ),
    Rule(
        "local.header-encoding", "credential_malformed", status=(0,), certainty="likely", also=("request_invalid",),
        says=("codec can't encode character",), pattern=r"['\"](?:ascii|latin-1)['\"] codec can't encode character",
        headline="Something in the headers, most likely the key, holds letters that no header may hold",
        not_this="Nothing was sent.", steps=steps.BROKEN_KEY,
    ),
    Rule(
        "local.not-sent", "request_invalid", call=("local",), type=("not_sent",), certainty="likely",
        also=("credential_malformed", "credential_missing"),
        headline="The request could not be built, so nothing was sent", not_this=_UNTESTED, steps=steps.NOT_SENT,
    ),
)  # fmt: skip

# The program and the library that it calls are of different times.
_LIBRARY = (
    Rule(
        "local.library-newer", "request_invalid", status=(0,),
        says=("no longer supported in openai>=1.0.0", "apiremovedinv1"),
        headline="The program was written for openai below 1.0, and a newer one is installed",
        not_this="Nothing was sent, so no server has judged the key.", steps=steps.LIBRARY_NEWER,
    ),
    Rule(
        "local.library-older", "request_invalid", status=(0,), certainty="likely",
        pattern=r"(?:module 'openai\S{0,40}' has no attribute '|cannot import name '\w{1,60}' from 'openai)",
        says=("module 'openai", "from 'openai"), also=("unknown",),
        headline="The openai library that is installed is not the one that the program was written for",
        not_this="Nothing was sent, so no server has judged the key.", steps=steps.LIBRARY_OLDER,
    ),
)  # fmt: skip

HEADER = tuple(rule._replace(local=True) for rule in (*_HEADER, *_LIBRARY))

# What is known of the key offline kept our own client from sending it.
UNSENT = tuple(
    Rule(
        f"local.{cause.replace('_', '-')}", cause, call=("local",), type=(cause,),
        headline="The key cannot be sent as it is",
        not_this="Nothing was sent, so no server has judged this key.", steps=steps.UNUSABLE, local=True,
    )
    for cause in UNUSABLE
)  # fmt: skip

# The words of other people's clients.
SENTENCES = (
    Rule(
        "local.proxy-failed", "connection_failed", status=(0,), certainty="likely", also=("network_blocked",),
        says=("tunnel connection failed", "connect tunnel failed"),
        pattern=r"tunnel (?:connection )?failed(?:: |, response )(?!40[37]|451)\d{3}",
        headline="The proxy on the way could not open a connection to the provider",
        not_this="The status is the proxy's own: the provider has not seen the request.", steps=steps.PROXY_FAILED,
    ),
    Rule(
        "local.proxy", "network_blocked", status=(0, 407), who="caller", also=("connection_failed",),
        call=("local",), type=("proxy",),
        or_says=("proxy authentication required", "tunnel connection failed", "connect tunnel failed",
                 "407 proxy"),
        headline="The proxy on the way did not let the request through", not_this=_UNTESTED, steps=steps.PROXY,
    ),
    Rule(
        "local.proxy-unreachable", "connection_failed", status=(0,), certainty="likely", also=("network_blocked",),
        says=("proxyerror", "connect to proxy", "proxy connect", "tunneling socket could not be established"),
        headline="The way through the proxy failed: its address or form is wrong, or it does not answer",
        not_this=_UNTESTED, steps=steps.PROXY_FAILED,
    ),
    Rule(
        "local.tls", "connection_failed", status=(0,), also=("network_blocked",),
        call=("local",), type=("tls",),
        or_says=("certificate verify failed", "certificate_verify_failed", "self signed certificate",
                 "self-signed cert", "self_signed_cert", "unable to get local issuer", "unable_to_get_issuer",
                 "unable_to_verify_leaf", "unable to verify the first certificate", "certificate has expired",
                 "cert_has_expired", "sslerror(", "sslerror:", "ssl handshake", "sslv3 alert", "wrong version number",
                 "err_tls", "tls handshake", "x509: ", "ssl: ", "ssl_error", "tlsv1 alert",
                 "certificate signed by unknown authority", "ssl routines", "ssl connection could not be established",
                 "remote certificate is invalid", "sslhandshakeexception", "pkix path building failed",
                 "unable to find valid certification path", "an ssl error has occurred"),
        headline="No secure connection could be made", not_this=_UNTESTED, steps=steps.TLS,
    ),
    Rule(
        "local.dns", "connection_failed", status=(0,), also=("network_blocked",),
        call=("local",), type=("dns",),
        or_says=("getaddrinfo", "eai_again", "name or service not known", "nodename nor servname", "name resolution",
                 "no such host", "could not resolve host", "failed to resolve '", "failed to resolve host",
                 "failed to resolve \"",
                 "nameresolutionerror", "address could not be resolved", "hostname could not be found",
                 "no address associated with hostname", "err_name_not_resolved", "dns resolution failed",
                 "unknownhostexception", "unknown host"),
        headline="The host name could not be resolved", not_this=_UNTESTED, steps=steps.DNS, reads=_HOST,
    ),
    Rule(
        "local.apple-dns", "connection_failed", status=(0,), also=("network_blocked",),
        says=("nsurlerrordomain",), pattern=r"nsurlerrordomain\W{0,4}(?:code|error)?\W{0,3}-100[36]\b",
        headline="The host name could not be resolved", not_this=_UNTESTED, steps=steps.DNS, reads=_HOST,
    ),
    Rule(
        "local.apple-timeout", "timeout", status=(0,), also=("connection_failed",), certainty="likely",
        says=("nsurlerrordomain",), pattern=r"nsurlerrordomain\W{0,4}(?:code|error)?\W{0,3}-1001\b",
        headline="No answer came in time", not_this=_UNTESTED, steps=steps.READ_TIMEOUT,
    ),
    Rule(
        "local.apple-tls", "connection_failed", status=(0,), also=("network_blocked",),
        says=("nsurlerrordomain",), pattern=r"nsurlerrordomain\W{0,4}(?:code|error)?\W{0,3}-(?:120\d|1022)\b",
        headline="No secure connection could be made", not_this=_UNTESTED, steps=steps.TLS,
    ),
    Rule(
        "local.apple-dropped", "connection_failed", status=(0,), also=("provider_error", "timeout"), retryable=True,
        says=("nsurlerrordomain",), pattern=r"nsurlerrordomain\W{0,4}(?:code|error)?\W{0,3}-1005\b",
        headline="The connection broke before the answer was complete", steps=steps.DROPPED,
    ),
    Rule(
        "local.apple-network", "connection_failed", status=(0,), also=("network_blocked",),
        says=("nsurlerrordomain",), pattern=r"nsurlerrordomain\W{0,4}(?:code|error)?\W{0,3}-(?:1004|1009|1018|1020)\b",
        headline="This device has no connection to the provider", not_this=_UNTESTED, steps=steps.NETWORK,
    ),
    Rule(
        "local.dns-code", "connection_failed", status=(0,), also=("network_blocked",),
        says=("enotfound",), pattern=r"\benotfound\b",  # not the end of ResourceNotFoundException
        headline="The host name could not be resolved", not_this=_UNTESTED, steps=steps.DNS, reads=_HOST,
    ),
    Rule(
        "local.refused-said", "connection_failed", status=(0,), also=("network_blocked",),
        says=("econnrefused", "connection refused", "actively refused", "err_connection_refused"),
        headline="Nothing listens at that address", not_this=_UNTESTED, steps=steps.REFUSED,
    ),
    Rule(
        "local.connect-timeout-said", "timeout", status=(0,), who="caller", retryable=False,
        also=("connection_failed", "network_blocked"),
        says=("connecttimeout", "connect timeout", "connection timed out", "etimedout", "connection timeout",
              "connect timed out", "und_err_connect_timeout", "err_connection_timed_out", "dial tcp"),
        pattern=r"time(?:d[ _]|-)?out|etimedout",
        headline="No connection came about in time", not_this=_UNTESTED, steps=steps.CONNECT_TIMEOUT, reads=_HOST,
    ),
    Rule(
        "local.read-timeout-said", "timeout", status=(0,),
        says=("read timeout", "readtimeout", "timed out", "headers timeout", "body timeout", "deadline exceeded",
              "timeout exceeded", "timeouterror", "timeout of ", "und_err_headers_timeout", "sockettimeoutexception",
              "timeout error"),
        certainty="likely", also=("connection_failed",),
        headline="No answer came in time", not_this=_UNTESTED, steps=steps.READ_TIMEOUT,
    ),
    Rule(
        "local.dropped-said", "connection_failed", status=(0, 200), also=("provider_error", "timeout"),
        shape=("text", "empty"), retryable=True,
        says=("econnreset", "connection reset", "socket hang up", "server disconnected", "remoteprotocolerror",
              "connection aborted", "broken pipe", "peer closed connection", "incomplete chunked read",
              "premature close", "incompleteread", "unexpected eof", "stream_interrupted", "connection was closed",
              "remote end closed", "err_connection_reset", "other side closed", ": terminated", "unexpected_eof",
              "truncated event", "stream ended before", "network connection was lost", "did not get a response"),
        headline="The connection broke before the answer was complete", not_this=_UNTESTED, steps=steps.DROPPED,
    ),
    Rule(
        "local.network-said", "connection_failed", status=(0,), certainty="likely", also=("network_blocked", "timeout"),
        says=("no route to host", "ehostunreach", "enetunreach", "network is unreachable", "network unreachable",
              "failed to connect to", "could not connect to", "connection error", "connecterror",
              "apiconnectionerror", "fetch failed", "failed, reason:", "max retries exceeded", "newconnectionerror",
              "failed to establish a new connection", "network error", "failed to fetch",
              "all connection attempts failed", "err_internet_disconnected", "err_network", "transporterror",
              "error sending request", "connection failed", "unable to connect", "unable to establish",
              "appears to be offline",
              "network connection lost"),
        headline="No connection to the provider came about", not_this=_UNTESTED, steps=steps.NETWORK,
    ),
)  # fmt: skip

LOCAL_RULES = (*HEADER, *KINDS, *UNSENT, *SENTENCES)


NETWORK_RULES: tuple[Rule, ...] = (*FRONT_RULES, *LOCAL_RULES)


STATUS_RULES = (
    Rule("status.400", "request_invalid", status=(400, 405, 406, 409, 411, 413, 414, 415, 422, 431),
         certainty="likely"),
    Rule("status.401", "credential_invalid", status=(401,), certainty="likely",
         also=("credential_missing", "credential_expired", "credential_malformed")),
    Rule("status.402", "quota_exhausted", status=(402,), certainty="likely", also=("billing_inactive",)),
    Rule("status.403", "unknown", status=(403,),
         also=("permission_missing", "credential_invalid", "network_blocked")),
    Rule("status.404", "request_invalid", status=(404, 410), certainty="likely", also=("model_not_found",)),
    Rule("status.407", "network_blocked", status=(407,), certainty="likely", who="caller",
         headline="A proxy on the way asks for its own login",
         not_this="{status}, but this is not about the provider's key: a proxy between you and the provider answered."),
    Rule("status.408", "timeout", status=(408, 504, 524, 522), certainty="likely"),
    Rule("status.429", "rate_limited", status=(429,), certainty="likely",
         also=("quota_exhausted", "capacity_exhausted")),
    Rule("status.503", "capacity_exhausted", status=(503, 529), shape=("empty", "json"), certainty="likely",
         also=("provider_error",)),
    Rule("status.501", "request_invalid", status=(501,), certainty="likely", also=("provider_error",)),
    Rule("status.5xx", "provider_error", status=tuple(range(500, 600)), certainty="likely",
         also=("capacity_exhausted",)),
    Rule("status.unknown", "unknown"),
)  # fmt: skip

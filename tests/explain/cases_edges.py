"""What must be said where no provider answered: no answer at all, or one of a machine in front of it."""

from __future__ import annotations

from typing import Any

from tests.explain.table import Case

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"


def page(title: str, status: int, **more: Any) -> dict[str, Any]:
    return {"body": f"<!DOCTYPE html><html><head><title>{title}</title></head><body></body></html>", "status": status,
            **more}  # fmt: skip


def text(body: str, status: int = 0) -> dict[str, Any]:
    return {"body": body, "status": status}


FRONT = (
    Case("edge.challenge-header", page("Hello", 403, headers={"cf-mitigated": "challenge"}), "network_blocked", CALLER,
         False),
    Case("edge.rate", page("Access denied | error 1015", 429), "rate_limited", CALLER, True),
    Case("edge.country", page("Access denied", 403) | {"body": "error code: 1009"}, "country_unsupported", CALLER,
         False),
    Case("edge.wall", page("Just a moment...", 403), "network_blocked", CALLER, False, ("not about permissions",)),
    Case("edge.unusual-traffic", page("Sorry... your network may be sending automated queries", 429), "network_blocked",
         CALLER, False),
    Case("edge.not-authenticated", {"body": '{"detail": "Not authenticated"}', "status": 401}, "credential_missing",
         OWNER, False, ("Authorization",)),
    Case("edge.company-proxy", page("Zscaler: category: AI", 403), "network_blocked", CALLER, False),
    Case("edge.mesh-policy", text("RBAC: access denied", 403), "network_blocked", ADMIN, False),
    Case("edge.portal", page("Guest Wi-Fi login", 200), "network_blocked", CALLER, False, ("captive portal",)),
    Case("edge.upstream-timeout", text("upstream request timeout", 504), "timeout", PROVIDER, True),
    Case("edge.timeout-status", page("Oops", 504), "timeout", PROVIDER, True),
    Case("edge.upstream", text("upstream connect error or disconnect/reset before headers. reset reason: overflow",
         503),
         "provider_error", PROVIDER, True),
    Case("edge.upstream", page("502 Bad Gateway", 502), "provider_error", PROVIDER, True),
    Case("edge.unavailable", text("503 Service Temporarily Unavailable", 503), "provider_error", PROVIDER, True),
    Case("edge.failed", page("We are sorry", 520), "provider_error", PROVIDER, True),
    Case("edge.failed-said", text("An unexpected condition", 500), "provider_error", PROVIDER, True),
    Case("edge.kong-timeout", {"body": '{"message": "The upstream server is timing out"}', "status": 504}, "timeout",
         PROVIDER, True),
    Case("edge.kong-upstream",
         {"body": '{"message": "An invalid response was received from the upstream server"}', "status": 502},
         "provider_error", PROVIDER, True),
    Case("edge.too-large", page("Request Entity Too Large", 413), "request_invalid", CALLER, False),
    Case("edge.plain-http", page("The plain HTTP request was sent to HTTPS port", 400), "request_invalid", CALLER,
         False),
    Case("edge.absent", page("404 Not Found", 404), "request_invalid", CALLER, False),
    Case("edge.absent-said", {"body": "404 page not found\n", "status": 404}, "request_invalid", CALLER, False),
    Case("edge.forbidden-page", page("403 Forbidden", 403), "network_blocked", CALLER, False),
)  # fmt: skip

LOCAL = (
    Case("local.header-empty", text("Illegal header value b'Bearer '"), "credential_missing", OWNER, False,
         ("nothing was sent",)),
    Case("local.header-broken", text("LocalProtocolError: Illegal header value b'Bearer sk-Q\\n'"),
         "credential_malformed", OWNER, False),
    Case("local.header-broken", text('TypeError: Invalid character in header content ["Authorization"]'),
         "credential_malformed", OWNER, False),
    *(
        Case(f"local.apple-{rule}", text(f"Error Domain=NSURLErrorDomain Code={code} UserInfo={{}}"), cause, who, again)
        for rule, code, cause, who, again in (
            ("dns", -1003, "connection_failed", CALLER, False), ("timeout", -1001, "timeout", PROVIDER, True),
            ("tls", -1202, "connection_failed", CALLER, False), ("dropped", -1005, "connection_failed", CALLER, True),
            ("network", -1009, "connection_failed", CALLER, False),
        )
    ),
    Case("local.cors", text("fetch at 'https://x' has been blocked by CORS policy: no header"), "request_invalid",
         CALLER, False, ("server of your own",)),
    Case("local.library-newer", text("You tried to access openai.Embedding, but this is no longer supported in "
                                     "openai>=1.0.0 - see the README"), "request_invalid", CALLER, False,
         ("openai<1", "written for")),
    Case("local.library-older", text("AttributeError: module 'openai' has no attribute 'OpenAI'"), "request_invalid",
         CALLER, False, ("pip show", "openai.py")),
    Case("local.library-older", text("ImportError: cannot import name 'AsyncOpenAI' from 'openai' (/x/openai.py)"),
         "request_invalid", CALLER, False),
    Case("local.header-encoding", text("'ascii' codec can't encode character '\\u2026' in position 9"),
         "credential_malformed", OWNER, False),
    Case("local.proxy-failed", text("curl: (56) CONNECT tunnel failed, response 502"), "connection_failed", CALLER,
         False, ("proxy's own",)),
    Case("local.proxy", text("curl: (56) CONNECT tunnel failed, response 403"), "network_blocked", CALLER, False),
    Case("local.proxy", text("ProxyError: Tunnel connection failed: 407 Proxy Authentication Required"),
         "network_blocked", CALLER, False, ("_proxy",)),
    Case("local.proxy-unreachable", text("(Caused by ProxyError('Unable to connect to proxy', SSLZeroReturnError(6)))"),
         "connection_failed", CALLER, False, ("_proxy",)),
    Case("local.tls", text("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self signed certificate"),
         "connection_failed", CALLER, False, ("do not switch checks off",)),
    Case("local.dns", text("getaddrinfo ENOTFOUND api.opnai.com"), "connection_failed", CALLER, False),
    Case("local.refused-said", text("connect ECONNREFUSED 127.0.0.1:8080"), "connection_failed", CALLER, False),
    Case("local.connect-timeout-said", text("ConnectTimeoutError: Connect Timeout Error"), "timeout", CALLER, False),
    Case("local.connect-timeout-said", text("dial tcp 10.0.0.1:443: i/o timeout"), "timeout", CALLER, False),
    Case("local.read-timeout-said", text("HTTPSConnectionPool(host='x', port=443): Read timed out."), "timeout",
         PROVIDER,
         True),
    Case("local.dropped-said", text("read ECONNRESET"), "connection_failed", CALLER, True),
    Case("local.dropped-said", text("httpx.RemoteProtocolError: peer closed connection (incomplete chunked read)", 200),
         "connection_failed", CALLER, True, ("not the whole answer",)),
    Case("local.dropped-said", text("Truncated event message received.", 200), "connection_failed", CALLER, True),
    Case("local.network-said", text("connect: No route to host (65)"), "connection_failed", CALLER, False),
)  # fmt: skip


def failed(kind: str, message: str = "") -> dict[str, Any]:
    """How meshtui's own client reports that no answer came."""
    return {"failure": (kind, message)}


KINDS = (
    Case("local.dns", failed("dns"), "connection_failed", CALLER, False, ("base URL",)),
    Case("local.refused", failed("refused"), "connection_failed", CALLER, False, ("sandbox",)),
    Case("local.tls", failed("tls"), "connection_failed", CALLER, False),
    Case("local.proxy", failed("proxy"), "network_blocked", CALLER, False),
    Case("local.connect-timeout", failed("connect_timeout"), "timeout", CALLER, False),
    Case("local.read-timeout", failed("read_timeout"), "timeout", PROVIDER, True),
    Case("local.dropped", failed("dropped"), "connection_failed", CALLER, True),
    Case("local.program-closed", failed("program_closed"), "unknown", CALLER, False, ("time limit",)),
    Case("local.too-long", failed("too_long"), "provider_error", PROVIDER, False, ("proxy",)),
    Case("local.network", failed("network"), "connection_failed", CALLER, False),
    Case("local.not-sent", failed("not_sent", "no host in the address"), "request_invalid", CALLER, False),
    Case("local.header-empty", failed("not_sent", "Illegal header value b'Bearer '"), "credential_missing", OWNER,
         False),
    Case("local.credential-malformed", failed("credential_malformed", "It ends before it is complete"),
         "credential_malformed", OWNER, False, ("what is known of the key",)),
    Case("local.credential-missing", failed("credential_missing", "The file is not there"), "credential_missing", OWNER,
         False),
    Case("local.credential-expired", failed("credential_expired", "It ran out"), "credential_expired", OWNER, False),
    Case("local.credential-wrong-kind", failed("credential_wrong_kind", "An admin key"), "credential_wrong_kind", OWNER,
         False),
    Case("local.refused-host", failed("refused_host"), "request_invalid", CALLER, False, ("token_uri",)),
    Case("local.cancelled", failed("cancelled"), "unknown", CALLER, False, ("You stopped it",)),
    Case("local.program-closed", failed("program_closed"), "unknown", CALLER, False, ("Your program closed",)),
)  # fmt: skip

DNS = (
    Case("local.dns-code", {"body": "RequestError: code: 'ENOTFOUND', errno: -3008"}, "connection_failed", CALLER,
    False),
    Case("status.unknown", {"body": "Received ResourceNotFoundException."}, "unknown", CALLER, False),
)  # fmt: skip

CASES: tuple[Case, ...] = (*DNS, *FRONT, *LOCAL, *KINDS)

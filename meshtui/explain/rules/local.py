"""No answer came: the request could not be built, or the way to the provider failed.

First by the kind of failure that meshtui's own client reports, then by the sentences of other people's clients:
Python's httpx, requests and urllib3, Node, Go, curl, gRPC.
"""

from __future__ import annotations

from meshtui.exchange import UNUSABLE
from meshtui.explain.model import Rule
from meshtui.explain.steps import local as steps

_UNTESTED = "No answer came, so this says nothing about the key."

# Why our own client has no answer (meshtui.exchange.FAILURES).
KINDS = (
    Rule(
        "local.dns", "connection_failed", call=("local",), type=("dns",), also=("network_blocked",),
        headline="The host name could not be resolved", not_this=_UNTESTED, steps=steps.DNS,
    ),
    Rule(
        "local.refused", "connection_failed", call=("local",), type=("refused",),
        headline="Nothing listens at that address", not_this=_UNTESTED, steps=steps.REFUSED,
    ),
    Rule(
        "local.tls", "connection_failed", call=("local",), type=("tls",), also=("network_blocked",),
        headline="No secure connection could be made", not_this=_UNTESTED, steps=steps.TLS,
    ),
    Rule(
        "local.proxy", "network_blocked", call=("local",), type=("proxy",), who="caller", also=("connection_failed",),
        headline="The proxy on the way did not let the request through", not_this=_UNTESTED, steps=steps.PROXY,
    ),
    Rule(
        "local.connect-timeout", "timeout", call=("local",), type=("connect_timeout",), who="caller", retryable=False,
        also=("connection_failed", "network_blocked"),
        headline="No connection came about in time", not_this=_UNTESTED, steps=steps.CONNECT_TIMEOUT,
    ),
    Rule(
        "local.read-timeout", "timeout", call=("local",), type=("read_timeout",),
        headline="The connection stood, and no answer came in time", not_this=_UNTESTED, steps=steps.READ_TIMEOUT,
    ),
    Rule(
        "local.dropped", "connection_failed", call=("local",), type=("dropped",), also=("provider_error", "timeout"),
        retryable=True,
        headline="The connection broke before the answer was whole", steps=steps.DROPPED,
    ),
    Rule(
        "local.network", "connection_failed", call=("local",), type=("network",), also=("network_blocked",),
        headline="The network failed", not_this=_UNTESTED, steps=steps.NETWORK,
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
)  # fmt: skip

# The header with the key could not be built.
HEADER = (
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

# What is known of the key offline kept our own client from sending it.
UNSENT = tuple(
    Rule(
        f"local.{cause.replace('_', '-')}", cause, call=("local",), type=(cause,),
        headline="The key cannot be sent as it is",
        not_this="Nothing was sent, so no server has judged this key.", steps=steps.UNUSABLE,
    )
    for cause in UNUSABLE
)  # fmt: skip

# The words of other people's clients.
SENTENCES = (
    Rule(
        "local.proxy-said", "network_blocked", status=(0, 407), who="caller", also=("connection_failed",),
        says=("proxy authentication required", "tunnel connection failed", "407 proxy"),
        headline="The proxy on the way did not let the request through", not_this=_UNTESTED, steps=steps.PROXY,
    ),
    Rule(
        "local.proxy-unreachable", "connection_failed", status=(0,), certainty="likely", also=("network_blocked",),
        says=("proxyerror", "connect to proxy", "proxy connect", "tunneling socket could not be established"),
        headline="The way through the proxy failed: its address or form is wrong, or it does not answer",
        not_this=_UNTESTED, steps=steps.PROXY,
    ),
    Rule(
        "local.tls-said", "connection_failed", status=(0,), also=("network_blocked",),
        says=("certificate verify failed", "certificate_verify_failed", "self signed certificate", "self-signed cert",
              "self_signed_cert", "unable to get local issuer", "unable_to_get_issuer", "unable_to_verify_leaf",
              "unable to verify the first certificate", "certificate has expired", "cert_has_expired", "sslerror(",
              "sslerror:",
              "ssl handshake", "sslv3 alert", "wrong version number", "err_tls", "tls handshake", "x509: ", "ssl: ",
              "ssl_error", "tlsv1 alert", "certificate signed by unknown authority", "ssl routines"),
        headline="No secure connection could be made", not_this=_UNTESTED, steps=steps.TLS,
    ),
    Rule(
        "local.dns-said", "connection_failed", status=(0,), also=("network_blocked",),
        says=("getaddrinfo", "enotfound", "eai_again", "name or service not known", "nodename nor servname",
              "name resolution", "no such host", "could not resolve host", "failed to resolve", "nameresolutionerror",
              "no address associated with hostname", "err_name_not_resolved", "dns resolution failed",
              "unknownhostexception", "unknown host"),
        headline="The host name could not be resolved", not_this=_UNTESTED, steps=steps.DNS,
    ),
    Rule(
        "local.refused-said", "connection_failed", status=(0,), also=("network_blocked",),
        says=("econnrefused", "connection refused", "actively refused", "connectexception: connection refused",
              "err_connection_refused"),
        headline="Nothing listens at that address", not_this=_UNTESTED, steps=steps.REFUSED,
    ),
    Rule(
        "local.connect-timeout-said", "timeout", status=(0,), who="caller", retryable=False,
        also=("connection_failed", "network_blocked"),
        says=("connecttimeout", "connect timeout", "connection timed out", "etimedout", "connection timeout",
              "connect timed out", "und_err_connect_timeout", "err_connection_timed_out", "dial tcp"),
        pattern=r"time(?:d |-)?out|etimedout",
        headline="No connection came about in time", not_this=_UNTESTED, steps=steps.CONNECT_TIMEOUT,
    ),
    Rule(
        "local.read-timeout-said", "timeout", status=(0,),
        says=("read timeout", "readtimeout", "read timed out", "request timed out", "timed out", "headers timeout",
              "body timeout", "context deadline exceeded", "deadline exceeded", "timeout exceeded", "apitimeouterror",
              "timeouterror", "timeout of ", "und_err_headers_timeout", "sockettimeoutexception", "timeout error"),
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
              "truncated event", "stream ended before", "did not get a response"),
        headline="The connection broke before the answer was whole", not_this=_UNTESTED, steps=steps.DROPPED,
    ),
    Rule(
        "local.network-said", "connection_failed", status=(0,), certainty="likely", also=("network_blocked", "timeout"),
        says=("no route to host", "ehostunreach", "enetunreach", "network is unreachable", "network unreachable",
              "failed to connect to all addresses", "failed to connect to", "could not connect to", "connection error",
              "connecterror", "apiconnectionerror", "fetch failed", "failed, reason:", "max retries exceeded",
              "newconnectionerror", "failed to establish a new connection", "network error", "failed to fetch",
              "all connection attempts failed", "err_internet_disconnected", "err_network", "transporterror",
              "error sending request", "connection failed", "unable to connect"),
        headline="No connection to the provider came about", not_this=_UNTESTED, steps=steps.NETWORK,
    ),
)  # fmt: skip

RULES = (*HEADER, *KINDS, *UNSENT, *SENTENCES)

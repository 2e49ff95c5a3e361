"""What may be said where only the status is left: little, and never as certain."""

from __future__ import annotations

from tests.explain.table import Case

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"

CASES: tuple[Case, ...] = (
    Case("status.400", {"status": 400}, "request_invalid", CALLER, False),
    Case("status.401", {"status": 401}, "credential_invalid", OWNER, False),
    Case("status.402", {"status": 402}, "quota_exhausted", ADMIN, False),
    Case("status.403", {"status": 403}, "unknown", CALLER, False),
    Case("status.404", {"status": 404}, "request_invalid", CALLER, False),
    Case("status.407", {"status": 407}, "network_blocked", CALLER, False, ("not about the provider's key",)),
    Case("status.408", {"status": 408}, "timeout", PROVIDER, True),
    Case("status.429", {"status": 429}, "rate_limited", CALLER, True),
    Case("status.503", {"status": 503}, "capacity_exhausted", PROVIDER, True),
    Case("status.501", {"status": 501}, "request_invalid", CALLER, False),
    Case("status.5xx", {"status": 500}, "provider_error", PROVIDER, True),
    Case("status.unknown", {"status": 418, "body": "I am a teapot"}, "unknown", CALLER, False),
)

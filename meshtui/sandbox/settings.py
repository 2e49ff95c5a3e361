"""How fast the sandbox is, and how it behaves where Mesh's documentation is silent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults are for people who watch; tests take smaller ones."""

    word: float = 0.02
    """Between two words of a stream."""
    slow: float = 3.0
    """Before the first byte under the fault `slow`."""
    refill: float = 20.0
    """Until a rate-limited credential may send one more request."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One switch for each thing that Mesh's documentation leaves open or says in two ways. Defaults in comments."""

    fall_back_on_provider_failure: bool = False
    """Whether 5xx, timeouts and dropped connections of the own key lead to fallback too. Documented are "auth errors
    and rate limits" only, so: no."""
    fallback_header: str = "true"
    """Value of X-BYOK-Fallback-Triggered. The header is documented, its value is not. Empty: not sent at all."""
    fallback_header_on_streams: bool = True
    """Routing headers are documented as absent on streams, this one is not mentioned. So: sent."""
    fallback_header_on_errors: bool = True
    """Sent as well where the platform's credentials were tried and failed too."""
    both_failed: str = "platform"
    """Whose error is returned where both fail: `platform` (masked) or `own`."""
    byok_status: str = "provider"
    """HTTP status of an own key's failure: `provider` (BYOK page: "the provider's HTTP status") or `documented`
    (error reference: 401 for a refused key, 403 for a missing right, 429 for limits, 402 for credit)."""
    pass_retry_after: bool = True
    """Whether the provider's waiting time is passed on, as header and as `retry_after_seconds`."""
    usage_names_byok: bool = False
    """Whether chat usage carries `byok_used` and `fallback_triggered`, as embeddings do in an SDK's fixture."""
    cache: bool = True
    """Whether the gateway's response cache is on: documented, for 24 hours."""
    provider_keys_realm: str = "either"
    """Who may use /provider-keys: `either` a Mesh key or a dashboard token, or `dashboard` only. Not documented; the
    admin keys' list of permissions has nothing for it, which hints at the dashboard."""
    fee_free_tokens: int = 0
    """Tokens served by own keys before the fee is charged. Mesh's pages say 1,000,000; 0 lets a fee be seen."""


FOR_PEOPLE = Pace()
AS_DOCUMENTED = Behaviour()

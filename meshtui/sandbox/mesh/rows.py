"""Fault → Mesh's answer about its own keys, and a provider's refusal → Mesh's answer about yours. One row each."""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.sandbox import refusal

UNKNOWN_KEY = "Invalid or missing API key."


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    message: str
    status: int = 0
    """0: the code's usual one."""
    every_call: bool = False
    """Whether listing models and reading the balance fail too, not only what runs a model."""
    provider_code: str = ""


ROWS = {
    "revoked": Row("unauthorized", UNKNOWN_KEY, every_call=True),
    "disabled": Row("forbidden", "This API key is suspended.", every_call=True),
    "expired": Row("unauthorized", UNKNOWN_KEY, every_call=True),
    "no_permission": Row("forbidden", "This API key does not have the scope that inference requires."),
    "explicit_deny": Row("forbidden", "Model '{model}' is not among the allowed models of this API key."),
    "model_not_granted": Row("model_not_found", "Model '{model}' is not supported or is invalid."),
    "quota_empty": Row("spend_limit_exceeded", "The spend cap of this API key has been reached."),
    "rate_limited": Row(
        "rate_limit_exceeded", "Rate limit exceeded: this API key allows {limit} requests per minute (RPM)."
    ),
    "shared_capacity": Row(
        "upstream_error", "The upstream provider is overloaded.", 503, provider_code=refusal.OVERLOADED
    ),
    # A Mesh key has no region; what comes nearest is a model that no route here serves.
    "wrong_region": Row("provider_not_available", "No provider for this model is available in this region."),
}
"""Not here: clock_skew (a key has no clock; only the Date header shows it), slow, down, html_from_edge (see `edge`),
stream_error (see `chat`)."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What Mesh makes of a refusal of your own key."""

    code: str
    falls_back: bool
    """Whether Mesh then tries its own credentials: "auth errors and rate limits" (BYOK page), quota among them
    (account checklist)."""
    status: int = 0
    """The documented status; 0: whatever the provider answered."""
    message: str = ""
    """Where the provider said nothing that could be passed on."""


MEANINGS = {
    refusal.INVALID_AUTH: Meaning("upstream_auth_error", True, 401),
    refusal.PERMISSION_DENIED: Meaning("upstream_auth_error", True, 403),
    refusal.RATE_LIMITED: Meaning("upstream_rate_limit_error", True, 429),
    refusal.QUOTA_EXCEEDED: Meaning("upstream_rate_limit_error", True, 429),
    refusal.OVERLOADED: Meaning("upstream_error", False),
    refusal.CONNECTION_ERROR: Meaning("upstream_error", False, 502, "Could not connect to the upstream provider."),
    refusal.BAD_RESPONSE: Meaning("upstream_error", False, 502, "The upstream provider sent an unreadable response."),
    refusal.INTERNAL: Meaning("upstream_error", False),
    refusal.TIMEOUT: Meaning("gateway_timeout", False, 504, "The upstream provider did not answer in time."),
}
"""Every meaning that a refusal of a stored credential can have."""

OUT_OF_CREDIT = Meaning("insufficient_credits", True, 402)
"""How a quota that is money is told under the switch `out_of_credit`."""

MASKED = Row("upstream_error", "Upstream provider returned an error.", 502, provider_code=refusal.INTERNAL)
"""What is told of a failure of Mesh's own credentials, whatever it was."""

IN_STREAM = Row("upstream_error", "The upstream provider ended the stream with an error.",
                provider_code=refusal.INTERNAL)  # fmt: skip

"""The faults and the credentials that can have them, by name. Standard library only: the command line shows these
before anything starts.

What each fault makes a credential answer is in four tables, one for each provider: `openai/errors.py`, `aws/errors.py`,
`google/errors.py`, `mesh/errors.py`.
"""

from __future__ import annotations

from difflib import get_close_matches

FAULTS = {
    "revoked": "the key was deleted; the provider no longer knows it",
    "disabled": "the key, or the account behind it, was switched off",
    "expired": "it was valid once and has expired",
    "no_permission": "known, but nothing allows it to call a model",
    "no_streaming": "it may call a model, but not stream the answer (OpenAI and AWS)",
    "explicit_deny": "a rule of the account or organization forbids it",
    "model_not_granted": "the account was not given this model",
    "quota_empty": "the credit or the day's quota is used up",
    "rate_limited": "too many requests: the first is refused, then one is let through every 20 s",
    "shared_capacity": "the provider itself has no capacity left",
    "wrong_region": "the key or the model belongs to another region",
    "clock_skew": "the provider's clock runs 61 minutes ahead of the caller's",
    "slow": "the answer starts late",
    "down": "the connection is closed without an answer",
    "html_from_edge": "a proxy in front answers with an HTML page",
    "stream_error": "a stream starts well and then carries an error",
    "stream_throttled": "a stream starts well and then carries a rate limit",
    "stream_cut": "a stream starts well and then the connection is lost, without an error",
    "stream_stall": "a stream starts well, pauses for a while, and goes on",
    "tokens_limited": "more tokens in a minute than the account may use",
    "server_error": "the provider fails with a 500",
    "upstream_timeout": "the model does not answer in time (408 at Bedrock, 504 elsewhere)",
    "model_error": "the model fails at the request (424, Bedrock)",
    "model_not_ready": "the model is still being loaded (429, Bedrock)",
    "service_quota": "a service quota of the account is exceeded (400, Bedrock)",
    "suspended": "the account was suspended, the key itself is good",
    "model_ended": "the provider has ended this model",
}

NAMES = ("openai", "bedrock", "aws", "vertex", "mesh", "platform")
"""The credentials the sandbox gives out. `bedrock` is the API key, `aws` the key pair; `mesh` is a key of the team
whose provider keys are the first four, `platform` one of a team without any."""
POOL = ("platform-openai", "platform-bedrock", "platform-vertex")
"""Mesh's own credentials at the providers: no client has them, but they can fail as well."""
STORED = ("stored-openai", "stored-bedrock", "stored-aws", "stored-vertex")
"""The copies of the four provider keys that Mesh holds: one that was pasted wrongly fails, though the key is good."""
STREAM_FAULTS = ("stream_error", "stream_throttled", "stream_cut", "stream_stall")
"""What happens only to an answer that streams, after its beginning."""

EVERY_CREDENTIAL = (*NAMES, *POOL)
"""What `*` means. A copy fails with its key, so it is not counted again."""
ALL = "*"
TARGETS = (*NAMES, *POOL, *STORED, ALL)
"""Everything a fault can be set on."""
CLOCK_SKEW_SECONDS = 3660.0
"""Seconds by which a server's clock runs ahead under `clock_skew`."""


def check_name(name: str, among: tuple[str, ...] = TARGETS) -> str:
    """The name. Raises ValueError that lists what there is."""
    if name not in among:
        raise ValueError(f"there is no credential named {name!r} here; there is {', '.join(among)}")
    return name


def check_fault(fault: str) -> str:
    """The fault. Raises ValueError that lists what there is."""
    if fault not in FAULTS:
        near = get_close_matches(fault, FAULTS, 1)
        meant = f"did you mean {near[0]}? The" if near else "the"
        raise ValueError(f"there is no fault named {fault!r}; {meant} faults are {', '.join(FAULTS)}")
    return fault


def get_provider(name: str) -> str:
    """openai, bedrock, vertex or mesh: whose rules a credential follows."""
    return {"aws": "bedrock", "platform": "mesh"}.get(name, name.removeprefix("platform-"))

"""The last table: nothing but the status is left to go by. `likely` at best; the last row fits everything."""

from __future__ import annotations

from meshtui.explain.model import Rule

RULES = (
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
         not_this="407, but this is not about the provider's key: a proxy between you and the provider answered."),
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

"""How the sandbox's Mesh behaves where Mesh's documentation is silent or says two things: a switch for each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One field a switch. What each decides, its plausible values and why the default is the default stand in
    `meshtui.sandbox.switches`."""

    fall_back_on_provider_failure: bool = False
    fall_back_on_missing_permission: bool = True
    fall_back_on_quota: bool = True
    byok_retries: int = 0
    both_failed: str = "platform"

    fallback_header: str = "true"
    fallback_header_on_streams: bool = True
    fallback_header_on_errors: bool = True
    fallback_header_says_false: bool = False
    usage_names_byok: bool = False
    rows_name_byok: bool = False
    served_provider_header: bool = False
    routing_headers: bool = False
    cost_in_last_chunk: bool = False
    cost_places: int = 10
    row_at_once: bool = True

    byok_status: str = "provider"
    byok_reason: str = "both"
    out_of_credit: str = "quota"
    pass_retry_after: bool = True
    retry_after_in_body: bool = True
    request_id_at: str = "top"
    stream_error_names_request: bool = True
    early_stream_errors: str = "status"
    timeout_status: int = 504
    broken_stream: str = "error"

    rate_limit_headers: str = "plain"
    byok_counts: bool = True
    byok_needs_balance: bool = True
    fee_free_tokens: int = 0
    cache: bool = True
    provider_keys_realm: str = "either"
    key_test: str = "list"


AS_DOCUMENTED = Behaviour()

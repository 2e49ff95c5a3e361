"""What to do at Google Cloud, by cause: for the rows that name no steps of their own."""

from __future__ import annotations

from meshtui.explain.model import Step
from meshtui.explain.steps import google_key, google_project

STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": google_key.SEND_TOKEN,
    "credential_malformed": google_key.PASTE_FILE,
    "credential_wrong_kind": google_key.RIGHT_FILE,
    "credential_invalid": google_key.KEY_LISTED,
    "credential_disabled": google_key.ENABLE_ACCOUNT,
    "credential_expired": google_key.FRESH_TOKEN,
    "clock_skew": (
        Step("Look at the clock of the machine that signs.", "timedatectl status"),
        Step("Set it by the network.", "sudo timedatectl set-ntp true"),
        Step("In a container or virtual machine set the host's clock; on macOS:", "sudo sntp -sS time.apple.com"),
        Step("A new key would fail alike."),
    ),
    "account_mismatch": google_project.PROJECT_ID,
    "network_blocked": google_project.PERIMETER,
    "permission_missing": google_project.GRANT_USER,
    "permission_denied_explicitly": google_project.POLICY,
    "model_access_not_granted": google_project.MODEL_GARDEN,
    "model_not_found": google_project.MODEL_NAME,
    "region_unsupported": google_project.LOCATION,
    "api_not_enabled": google_project.ENABLE_API,
    "billing_inactive": google_project.BILLING,
    "quota_exhausted": google_project.RAISE_QUOTA,
    "rate_limited_requests": google_project.RAISE_QUOTA,
    "rate_limited_tokens": google_project.RAISE_QUOTA,
    "rate_limited": google_project.SHARED_CAPACITY,
    "capacity_exhausted": google_project.SHARED_CAPACITY,
    "request_invalid": google_project.REQUEST,
    "content_blocked": google_project.CONTENT,
    "provider_error": (
        Step("Try again with growing pauses; Google advises two retries at most."),
        Step("See whether Google reports an outage.", url="https://status.cloud.google.com"),
    ),
    "timeout": google_project.TIMEOUT,
    "connection_failed": google_project.NETWORK,
    "unknown": google_key.GRANT_UNKNOWN,
}  # fmt: skip

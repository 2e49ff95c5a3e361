"""What must be said where a relay that speaks OpenAI's form (one-api, new-api) refused in its own words."""

from __future__ import annotations

from typing import Any

from tests.explain.table import Case, openai

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"


def relay(status: int, message: str, code: str = "", kind: str = "new_api_error") -> dict[str, Any]:
    return {"body": openai(f"{message} (request id: 2026)", kind, code), "status": status}


CASES: tuple[Case, ...] = (
    Case("relay.token-missing", relay(401, "未提供令牌", kind="one_api_error"), "credential_missing", CALLER, False,
         ("relay",)),
    Case("relay.token-expired", relay(401, "该令牌已过期"), "credential_expired", OWNER, False),
    Case("relay.quota", relay(403, "用户额度不足, 剩余额度: 0"), "quota_exhausted", ADMIN, False,
         ("relay's account",)),
    Case("relay.quota", relay(403, "user quota", "insufficient_user_quota"), "quota_exhausted", ADMIN, False),
    Case("relay.address", relay(403, "您的 IP 不在令牌允许访问的列表中"), "network_blocked", ADMIN, False),
    Case("relay.token-unusable", relay(401, "该令牌状态不可用"), "credential_disabled", ADMIN, False),
    Case("relay.user-banned", relay(403, "用户已被封禁"), "credential_disabled", ADMIN, False),
    Case("relay.token-unknown", relay(401, "无效的令牌"), "credential_invalid", OWNER, False,
         ("not the provider",)),
    Case("relay.token-unknown", relay(401, "Invalid token"), "credential_invalid", OWNER, False),
    Case("relay.model-closed", relay(403, "该令牌无权使用模型：gpt-4o"), "model_access_not_granted", ADMIN, False),
    Case("relay.no-channel", relay(503, "当前分组 default 下对于模型 gpt-4o 无可用渠道", "model_not_found"),
         "model_not_found", CALLER, False),
    Case("relay.busy", relay(429, "当前分组上游负载已饱和，请稍后再试"), "capacity_exhausted", PROVIDER, True),
    Case("relay.busy", relay(429, "当前分组上游负载已饱和，请稍后再试", "rate_limit_exceeded", "requests"),
         "capacity_exhausted", PROVIDER, True),
    Case("relay.quota", relay(403, "预扣费额度失败, 用户剩余额度: ¥0.01, 需要预扣费额度: ¥0.02", kind=""),
         "quota_exhausted", ADMIN, False, ("relay's account",)),
    Case("relay.quota", {"body": "token quota is not enough, token remain quota: 1, need quota: 2"},
         "quota_exhausted", ADMIN, False),
    Case("relay.upstream", relay(502, "bad response status code 502", "bad_response_status_code", "upstream_error"),
         "provider_error", PROVIDER, True),
    Case("relay.pace", relay(429, "您已达到请求数限制：1分钟内最多请求10次"), "rate_limited_requests", CALLER, True),
    Case("relay.upstream", relay(500, "do request failed", "do_request_failed"), "provider_error", PROVIDER, True),
)  # fmt: skip

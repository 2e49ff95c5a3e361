"""Rules and steps for relays that speak OpenAI's form: one-api, new-api and others like them.

They are recognised by their error type (`one_api_error`, `new_api_error`, `…_api_error`), by codes and by sentences of
their own (`vendors`). Their own refusals speak of
the relay's token, user and channels, in Chinese or English, and never of a key at the provider. Codes and sentences
are as people pasted them or as we remember them; they were not compared with the projects' sources, so none is
certain.
"""

from __future__ import annotations

from meshtui.explain.model import Rule, Step, cite

_NEW_API = "https://github.com/QuantumNous/new-api"
_DIRECT = Step("To test the provider's key itself, send to the provider's own address.", "meshtui check")

TOKEN = cite(
    _NEW_API,
    Step("Look at the token in the relay's console: is it there, switched on, in time, and open to this address?"),
    Step("Send it as “Authorization: Bearer” and the token behind it, whole and without quotes."),
    _DIRECT,
)
QUOTA = cite(_NEW_API, Step("Add credit at the relay, or raise the limit of this token."), _DIRECT)
MODELS = cite(
    _NEW_API,
    Step("See which models the relay offers to this token and group; the names are the relay's own."),
    Step("Whoever runs the relay can add a channel for the model, or let the token use it."),
)
BUSY = cite(
    _NEW_API,
    Step("Send again with growing pauses; if it goes on, tell whoever runs the relay."),
)


_NOT_PROVIDER = "A relay said this, not the provider: the key at fault is the relay's own token."

_ROWS = (
    Rule(
        "relay.token-missing", "credential_missing",
        says=("未提供令牌", "未提供 token", "no token provided", "token not provided"), who="caller",
        headline="The relay saw no token", not_this=_NOT_PROVIDER, steps=TOKEN, reference=_NEW_API,
    ),
    Rule(
        "relay.token-expired", "credential_expired", says=("令牌已过期", "token has expired", "token expired"),
        headline="The relay's token has expired", not_this=_NOT_PROVIDER, steps=TOKEN, reference=_NEW_API,
    ),
    Rule(
        "relay.quota", "quota_exhausted",
        code=("insufficient_user_quota", "pre_consume_token_quota_failed"),
        or_says=("额度不足", "额度已用尽", "额度已用完", "扣费额度失败", "余额不足", "insufficient user quota",
                 "quota is not enough", "quota has been exhausted", "quota exhausted"),
        headline="The credit at the relay is used up",
        not_this="A relay said this, not the provider: the money is missing in the relay's account.",
        steps=QUOTA, reference=_NEW_API,
    ),
    Rule(
        "relay.address", "network_blocked", pattern=r"(?<![a-z])ip(?![a-z]).{0,40}(?:不在|不允许|not (?:in|allowed))",
        says=("ip",),
        headline="The relay's token may not be used from this address",
        not_this=_NOT_PROVIDER, steps=TOKEN, reference=_NEW_API,
    ),
    Rule(
        "relay.token-unusable", "credential_disabled",
        says=("令牌状态不可用", "令牌已禁用", "token status", "token is not available", "token is disabled"),
        also=("credential_expired", "quota_exhausted", "credential_invalid"),
        headline="The relay has disabled this token: disabled, expired or used up",
        not_this=_NOT_PROVIDER, steps=TOKEN, reference=_NEW_API,
    ),
    Rule(
        "relay.user-banned", "credential_disabled", says=("封禁", "user is banned", "user has been banned"),
        headline="The relay has disabled the user's account", not_this=_NOT_PROVIDER, steps=TOKEN,
        reference=_NEW_API,
    ),
    Rule(
        "relay.token-unknown", "credential_invalid", says=("无效的令牌", "invalid token", "令牌无效"),
        also=("credential_malformed",),
        headline="The relay does not know this token", not_this=_NOT_PROVIDER, steps=TOKEN, reference=_NEW_API,
    ),
    Rule(
        "relay.model-closed", "model_access_not_granted",
        says=("无权使用模型", "无权访问模型", "no access to model", "not allowed to use model", "无权限访问"),
        also=("permission_denied_explicitly", "permission_missing"),
        headline="The relay's token may not use this model", not_this=_NOT_PROVIDER, steps=MODELS,
        reference=_NEW_API,
    ),
    Rule(
        "relay.no-channel", "model_not_found", says=("无可用渠道", "no available channel"),
        also=("model_access_not_granted", "capacity_exhausted", "provider_error"),
        headline="The relay has no way to this model for this group of users",
        not_this="A relay said this, not the provider, which was not asked.", steps=MODELS, reference=_NEW_API,
    ),
    Rule(
        "relay.busy", "capacity_exhausted", says=("负载已饱和", "负载已达上限", "upstream load is saturated"),
        also=("rate_limited",), headline="The ways behind the relay are all busy", steps=BUSY,
        reference=_NEW_API,
    ),
    Rule(
        "relay.pace", "rate_limited_requests",
        says=("请求次数过多", "请求过于频繁", "请求数限制", "too many requests", "request limit"),
        also=("rate_limited", "quota_exhausted"),
        headline="The relay limits how often its token may ask", not_this=_NOT_PROVIDER, steps=BUSY,
        reference=_NEW_API,
    ),
    Rule(
        "relay.upstream", "provider_error", status=(0, *range(500, 600)),
        code=("do_request_failed", "bad_response", "bad_response_status_code", "bad_response_body",
              "read_response_body_failed", "get_channel_failed"), also=("connection_failed", "capacity_exhausted"),
        headline="The relay got no good answer from the provider", steps=BUSY, reference=_NEW_API,
    ),
)  # fmt: skip

# Other projects' words, which may change without notice: never certain.
RULES: tuple[Rule, ...] = tuple(row._replace(certainty="likely") for row in _ROWS)

"""Rules and steps for what named gateways say in their own name: LiteLLM's proxy and Cloudflare's AI.

What they pass on of a provider goes through that provider's rules. Codes and sentences are those of their
documentation, sources and of answers that people posted; other projects' words may change without notice, so none is
certain.
"""

from __future__ import annotations

from meshtui.explain.model import Rule, Step, cite

_LITELLM_ROUTING = "https://docs.litellm.ai/docs/routing"
_LITELLM_BUDGET = "https://docs.litellm.ai/docs/proxy/users"
_RELAY = "https://github.com/Wei-Shaw/claude-relay-service"
_CLOUDFLARE_AUTH = "https://developers.cloudflare.com/ai-gateway/configuration/authentication/"
_CLOUDFLARE_API = "https://developers.cloudflare.com/fundamentals/api/troubleshooting/"
_WORKERS_AI = "https://developers.cloudflare.com/workers-ai/get-started/rest-api/"

_NOT_PROVIDER = "The gateway said this itself: no provider has been asked."

_ROWS = (
    Rule(
        "gateway.cooldown", "rate_limited", says=("no deployments available for selected model",), credential=None,
        also=("provider_error", "capacity_exhausted", "credential_invalid"),
        headline="LiteLLM has set every deployment of this model aside for a while, because they failed before",
        not_this="This is not the failure itself: what the deployments answered is earlier in the proxy's log.",
        steps=cite(
            _LITELLM_ROUTING,
            Step("Look in the proxy's log for what the deployments answered before this: that is the cause."),
            Step("Send again after the time that the answer names. Where the model has one deployment only, raise "
                 "allowed_fails or lower cooldown_time in router_settings."),
        ),
        reference=_LITELLM_ROUTING,
    ),
    Rule(
        "gateway.budget", "quota_exhausted", type=("budget_exceeded",),
        or_says=("budget has been exceeded! ", "exceeded budget for model=", "exceededbudget: "),
        headline="The budget that LiteLLM's proxy sets for this key, user or team is used up",
        not_this="{status}, but waiting a little does not help, and no provider's account is empty: this limit is the "
                 "proxy's.",
        steps=cite(
            _LITELLM_BUDGET,
            Step("See in the proxy's pages, or at its /key/info, what was used and when the budget begins anew "
                 "(budget_duration)."),
            Step("Let the proxy's administrator raise max_budget of what the message names: key, user, team or model."),
        ),
        reference=_LITELLM_BUDGET,
    ),
    Rule(
        "gateway.client-only", "permission_missing", type=("client_validation_error",),
        or_says=("only accepts requests from claude code", "client is not authorized to use this api key"),
        also=("request_invalid", "credential_invalid"),
        headline="This relay serves certain client programs only, and did not take this one for one of them",
        not_this="{status}, but the key need not be at fault: the relay looks at the client's name and version.",
        steps=cite(
            _RELAY,
            Step("Use the client that the relay's operator allows for this key. Right after an update of that client, "
                 "try its previous version: the relay may not know the new one yet."),
            Step("Ask the operator to update the relay, or to lift the limit for this key."),
        ),
        reference=_RELAY,
    ),
    Rule(
        "gateway.cloudflare-own-token", "credential_invalid", code=("2009",), also=("credential_missing",),
        headline="Cloudflare's AI Gateway does not accept its own token, or saw none",
        not_this="{status}, but this is not about the provider's key: the gateway has not asked the provider.",
        steps=cite(
            _CLOUDFLARE_AUTH,
            Step("Send the gateway's token as “cf-aig-authorization: Bearer” and the token behind it, beside the "
                 "provider's key in its own header."),
            Step("Make that token in the settings of the gateway, with the permission AI Gateway: Run."),
        ),
        reference=_CLOUDFLARE_AUTH,
    ),
    Rule(
        "gateway.cloudflare-token", "credential_invalid", code=("10000", "9109", "1001"),
        also=("credential_missing", "permission_missing"),
        headline="Cloudflare does not accept the API token: it is unknown, was not sent, or lacks a permission",
        not_this=_NOT_PROVIDER,
        steps=cite(
            _WORKERS_AI,
            Step("Look at the token in Cloudflare's dashboard, My Profile, API Tokens: is it active, and has it the "
                 "permission Workers AI for the account in the address?",
                 url="https://dash.cloudflare.com/profile/api-tokens"),
            Step("Send it as “Authorization: Bearer” and the token behind it."),
        ),
        reference=_WORKERS_AI,
    ),
    Rule(
        "gateway.cloudflare-path", "request_invalid", code=("7000", "7003"), or_says=("could not route to /",),
        headline="Cloudflare has nothing at this address: the account's id in it or the path is wrong",
        not_this="Neither the token nor a provider's key has been judged.",
        steps=cite(
            _CLOUDFLARE_API,
            Step("Put the account's id, 32 hexadecimal digits, after /accounts/ in the address: no name, no token."),
            Step("Compare the rest of the path with the documentation."),
        ),
        reference=_CLOUDFLARE_API,
    ),
    Rule(
        "gateway.cloudflare-method", "request_invalid", code=("7001",), or_says=("not supported for requested uri",),
        headline="Cloudflare takes another HTTP method at this address",
        not_this="Neither the token nor a provider's key has been judged.",
        steps=cite(
            _CLOUDFLARE_API,
            Step("Send prompts with POST. A client that asks for the list of models first (GET) fails here: switch "
                 "that test off, or give it the base URL of an API that has such a list."),
        ),
        reference=_CLOUDFLARE_API,
    ),
    Rule(
        "gateway.cloudflare-provider", "request_invalid", code=("2008",),
        headline="Cloudflare's AI Gateway knows no such provider", not_this=_NOT_PROVIDER,
        steps=cite(
            _CLOUDFLARE_AUTH,
            Step("Compare the provider in the address or in the model's name with those that the gateway offers."),
        ),
        reference="https://developers.cloudflare.com/ai-gateway/usage/providers/",
    ),
    Rule(
        "gateway.cloudflare-input", "request_invalid", code=("5006",), or_says=("aierror: bad input",),
        headline="The model at Cloudflare takes another form of input",
        not_this="The token is fine: the request got as far as the model.",
        steps=cite(
            _WORKERS_AI,
            Step("Compare the body with what the model's page at Workers AI shows: some take texts alone where OpenAI "
                 "takes lists of parts."),
        ),
        reference=_WORKERS_AI,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(row._replace(certainty="likely") for row in _ROWS)

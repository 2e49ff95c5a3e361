"""Mesh API: what to do. Commands read the key from the environment, never from the command line."""

from __future__ import annotations

from meshtui.explain.model import Step

_APP = "https://app.meshapi.ai"
_BYOK = "https://developers.meshapi.ai/docs/capabilities/byok"
_AUTH = '-H "Authorization: Bearer $MESH_API_KEY"'
_MODELS = f"curl -sS -i https://api.meshapi.ai/v1/models?free=true {_AUTH}"

PROVIDER_KEY = (
    Step("Ask the provider directly with your copy of the key: if it is good there, the copy in Mesh is another one.",
         "meshtui check"),
    Step("Replace the provider key in Mesh and test it there before saving.", url=_APP),
    Step("For Bedrock look at credential type and region too: a wrong one fails the same way.", url=_BYOK),
)  # fmt: skip
PROVIDER_RIGHTS = (
    Step("Run the key's checks without Mesh: it names the right, the model or the region that is missing.",
         "meshtui check"),
    Step("Let the provider account's administrator grant that. Bedrock wants bedrock:InvokeModel and "
         "bedrock:InvokeModelWithResponseStream, Vertex aiplatform.endpoints.predict.", url=_BYOK),
)  # fmt: skip
PROVIDER_RATE = (
    Step("Wait {wait}, then send again. The limit is the provider's, on the account of your own key."),
    Step("Under Exclusive Use nobody steps in; with fallback on, Mesh would have served this at its own price."),
)
PROVIDER_CREDIT = (
    Step("Let whoever runs the provider account add credit or raise its limit: Mesh's balance is not meant."),
    Step("Look at the account without Mesh in between.", "meshtui check"),
)
UPSTREAM = (
    Step("Send again after a pause."),
    Step("To know whether your own key was used at all, try it with Exclusive Use, or directly.", "meshtui check"),
    Step("Give Mesh's support the request id.", url=_APP),
)
OUTAGE = (
    Step("Send again with growing pauses. If it lasts, give Mesh's support the request id.", url=_APP),
    Step("See whether the provider answers without Mesh.", "meshtui check"),
)
BUSY = (Step("Send again with growing pauses; no key is at fault."),)
TIMEOUT = (Step("Send again, ask for fewer tokens or a stream, or set a longer “timeout” in the body (seconds)."),)
REDACTION = (
    Step("Do not send the same request at once: its personal data could not be masked."),
    Step("Switch redaction off for this key only if the data may leave, or wait until it works again.", url=_APP),
)
COMPARE = (Step("Read the error of each model in the answer, and explain that one.", "meshtui explain -"),)

MESH_KEY = (
    Step("See that the variable holds an rsk_ key, whole and without quotes.",
         'test -n "$MESH_API_KEY" && echo set || echo empty'),
    Step("Ask Mesh with it: 200 means that key is known.", _MODELS),
    Step("A key is shown once. If it is lost or dead, make a new one.", url=_APP),
)  # fmt: skip
DASHBOARD = (
    Step("Do this in the dashboard, or send its session token; provider keys and organizations need that.", url=_APP),
    Step("Key management can also be called with an admin key (mak_…)."),
)
SUSPENDED = (
    Step("Let whoever runs the Mesh account lift the suspension, or make a new key.", url=_APP),
    Step("Provider keys stored in Mesh are not affected: they belong to the team, not to this key."),
)
MESH_RIGHTS = (
    Step("Compare what the key may do with what the call needs.", url=_APP),
    Step("Calls about the organization need an admin key or the dashboard; an rsk_ key only opens models and usage."),
)
ALLOWED_MODELS = (
    Step("Let whoever runs the Mesh account add it to the key's allowed models.", url=_APP),
    Step("See what the key may use.", _MODELS),
)
BALANCE = (
    Step("Look at balance and caps.", f"curl -sS https://api.meshapi.ai/v1/balance {_AUTH}"),
    Step("Add balance, or raise the spend cap of key, member or team.", url=_APP),
)
MESH_RATE = (
    Step("Wait {wait}, then send again; requests count per minute, and per day until 00:00 UTC."),
    Step("See what is used and what is left.", f"curl -sS https://api.meshapi.ai/v1/usage/rate-limits {_AUTH}"),
    Step("Limits of key, member, team and organization all hold, and the smallest wins.", url=_APP),
)
OPEN_AT_ONCE = (Step("Finish or cancel one that is open, then send again."),)

SESSION = (Step("Open a new session and carry on there."),)

CONTENT = (Step("Change the prompt; another key gets the same refusal."),)
VERSION = (
    Step("Leave the header out, or name one of the versions that are listed.",
         f"curl -sS https://api.meshapi.ai/v1/api-versions {_AUTH}"),
)  # fmt: skip
MODEL_ID = (
    Step("Ids are brand/model, case-sensitive, with dots: openai/gpt-4o-mini, anthropic/claude-haiku-4.5.",
         f"curl -sS https://api.meshapi.ai/v1/models {_AUTH}"),
    Step("A model may be disabled for this key, or wait for a provider key of your own.", url=_APP),
)  # fmt: skip
SHORTER = (Step("Shorten the request, or take a model with a longer context."),)
REQUEST = (
    Step("Change what the answer names; no key is at fault."),
    Step("Look the field up.", url="https://developers.meshapi.ai/api/chat/chat-completions"),
)
CAPABILITY = (Step("Leave the capability out, or take a model that has it."),)
STREAM = (
    Step("Send again; what had arrived before the break is all there is of this answer."),
    Step("If it breaks at the same spot in time, look for a proxy that cuts long connections."),
)
WHOSE_KEY = (
    Step("See whether Mesh knows the rsk_ key.", _MODELS),
    Step("See whether the provider knows its own.", "meshtui check"),
)

STEPS: dict[str, tuple[Step, ...]] = {
    "credential_invalid": MESH_KEY,
    "credential_missing": MESH_KEY,
    "credential_malformed": MESH_KEY,
    "credential_disabled": SUSPENDED,
    "permission_missing": MESH_RIGHTS,
    "quota_exhausted": BALANCE,
    "rate_limited": MESH_RATE,
    "model_not_found": MODEL_ID,
    "request_invalid": REQUEST,
    "provider_error": OUTAGE,
    "timeout": TIMEOUT,
}

"""Mesh API: what to do. Commands pass the key to curl on its standard input: arguments can be read by other users."""

from __future__ import annotations

from meshtui.explain.model import Step, cite

_SOURCE_ERRORS = "https://developers.meshapi.ai/docs/reference/errors"
_SOURCE_AUTHENTICATION = "https://developers.meshapi.ai/docs/getting-started/authentication"
_SOURCE_RATE_LIMITS = "https://developers.meshapi.ai/docs/getting-started/rate-limits"
_SOURCE_API_VERSIONING = "https://developers.meshapi.ai/docs/reference/api-versioning"
_SOURCE_MODELS = "https://developers.meshapi.ai/docs/reference/models"

_APP = "https://app.meshapi.ai"
_BYOK = "https://developers.meshapi.ai/docs/capabilities/byok"
_AUTH = 'printf \'header = "Authorization: Bearer %s"\\n\' "$MESH_API_KEY" | curl -sS -i -K -'
_MODELS = f"{_AUTH} https://api.meshapi.ai/v1/models"

PROVIDER_KEY = cite(
    _BYOK,
    Step("Ask the provider directly with your copy of the key: if it is good there, the copy in Mesh is another one.",
         "meshtui check"),
    Step("Replace the provider key in Mesh and test it there before saving.", url=_APP),
    Step("For Bedrock look at credential type and region too: a wrong one fails the same way.", url=_BYOK),
)  # fmt: skip
PROVIDER_RIGHTS = cite(
    _BYOK,
    Step("Run the key's checks without Mesh: it names the right, the model or the region that is missing.",
         "meshtui check"),
    Step("Let the provider account's administrator grant that. Bedrock wants bedrock:InvokeModel, "
         "bedrock:InvokeModelWithResponseStream and bedrock:ListFoundationModels, Vertex "
         "aiplatform.endpoints.predict.", url=_BYOK),
)  # fmt: skip
PROVIDER_RATE = cite(
    _SOURCE_ERRORS,
    Step("Wait {wait}, then send again. The limit is the provider's, on the account of your own key."),
    Step("With exclusive use there is no fallback; with fallback on, Mesh would have served this at its own price."),
)
PROVIDER_CREDIT = cite(
    _SOURCE_ERRORS,
    Step("Let whoever runs the provider account add credit or raise its limit: Mesh's balance is not meant."),
    Step("Look at the account without Mesh in between.", "meshtui check"),
)
UPSTREAM = cite(
    _SOURCE_ERRORS,
    Step("Send again after a pause."),
    Step("To know whether your own key was used at all, try it with exclusive use, or directly.", "meshtui check"),
    Step("Give Mesh's support (contact@meshapi.ai) the request id."),
)
OUTAGE = cite(
    _SOURCE_ERRORS,
    Step("Send again with growing pauses. If it lasts, give Mesh's support (contact@meshapi.ai) the request id."),
    Step("See whether the provider answers without Mesh.", "meshtui check"),
)
BUSY = cite(
    _SOURCE_ERRORS,
    Step("Send again with growing pauses; no key is at fault."),
)
TIMEOUT = cite(
    _SOURCE_ERRORS,
    Step("Send again, ask for fewer tokens or a stream, or set a longer “timeout” in the body (seconds)."),
)
REDACTION = cite(
    _SOURCE_ERRORS,
    Step(
        "Split or shorten the text: most often it is larger than the scan for personal data takes, and then the same "
        "request fails again."
    ),
    Step("Set the policy's on_error to allow only if the data may leave unmasked.", url=_APP),
)
COMPARE = cite(
    _SOURCE_ERRORS,
    Step("Read the error of each model in the answer, and explain that one.", "meshtui explain -"),
)

MESH_KEY = cite(
    _SOURCE_AUTHENTICATION,
    Step("See that the variable holds an rsk_ key, whole and without quotes.",
         'test -n "$MESH_API_KEY" && echo set || echo empty'),
    Step("Ask Mesh with it: 200 means that key is known.", _MODELS),
    Step("A key is shown once. If it is lost or dead, make a new one.", url=_APP),
)  # fmt: skip
MESH_KEY_UNKNOWN = cite(
    _SOURCE_AUTHENTICATION,
    Step("Look for a key that ends in {last} in the list of keys. If it is not there, it was deleted.", url=_APP),
    *MESH_KEY,
)
DASHBOARD = cite(
    _SOURCE_AUTHENTICATION,
    Step("Do this in the dashboard, or send its session token; provider keys and organizations need that.", url=_APP),
    Step("Key management can also be called with an admin key (mak_…)."),
)
SUSPENDED = cite(
    _SOURCE_AUTHENTICATION,
    Step("Let whoever runs the Mesh account lift the suspension, or make a new key.", url=_APP),
    Step("Provider keys stored in Mesh are not affected: they belong to the team, not to this key."),
)
MESH_RIGHTS = cite(
    _SOURCE_AUTHENTICATION,
    Step("Compare what the key may do with what the call needs.", url=_APP),
    Step("Calls about the organization need an admin key or the dashboard; an rsk_ key only opens models and usage."),
)
ALLOWED_MODELS = cite(
    _SOURCE_ERRORS,
    Step("Let whoever runs the Mesh account add it to the key's allowed models.", url=_APP),
    Step("See what the key may use.", _MODELS),
)
BALANCE = cite(
    _SOURCE_ERRORS,
    Step("Look at balance and caps.", f"{_AUTH} https://api.meshapi.ai/v1/balance"),
    Step("Add balance, or raise the spend cap of key, member or team.", url=_APP),
)
MESH_RATE = cite(
    _SOURCE_RATE_LIMITS,
    Step("Wait {wait}, then send again; requests count per minute, and per day until 00:00 UTC."),
    Step("See what is used and what is left.", f"{_AUTH} https://api.meshapi.ai/v1/usage/rate-limits"),
    Step("Limits of key, member, team and organization all hold, and the smallest wins.", url=_APP),
)
OPEN_AT_ONCE = cite(
    _SOURCE_RATE_LIMITS,
    Step("Finish or cancel one that is open, then send again."),
)

SESSION = cite(
    _SOURCE_RATE_LIMITS,
    Step("Open a new session and carry on there."),
)

CONTENT = cite(
    _SOURCE_ERRORS,
    Step("Change the prompt; another key gets the same refusal."),
)
VERSION = cite(
    _SOURCE_API_VERSIONING,
    Step("Leave the header out, or name one of the versions that are listed.",
         "curl -sS https://api.meshapi.ai/v1/api-versions"),
)  # fmt: skip
MODEL_ID = cite(
    _SOURCE_MODELS,
    Step("Ids are brand/model, case-sensitive, with dots: openai/gpt-4o-mini, anthropic/claude-haiku-4.5.",
         _MODELS),
    Step("A model may be disabled for this key, or wait for a provider key of your own.", url=_APP),
)  # fmt: skip
SUCCESSOR = cite(
    _SOURCE_MODELS,
    Step("Take {replacement} in its place, under Mesh's name for it: its maker before a slash.", _MODELS),
)
SHORTER = cite(
    _SOURCE_ERRORS,
    Step("Shorten the request, or take a model with a longer context."),
)
SMALLER_BODY = cite(
    _SOURCE_RATE_LIMITS,
    Step("Send addresses or uploaded files in place of base64, or smaller pictures: a body may have 32 MiB."),
)
REALTIME_FEATURE = cite(
    _SOURCE_ERRORS,
    Step("Ask Mesh's support (contact@meshapi.ai) to enable realtime for the account."),
)
RECONNECT = cite(
    _SOURCE_ERRORS,
    Step("Open the connection again. An idle one is closed on purpose: send something, or open it when needed."),
)
RECONNECT_AT_ONCE = cite(
    _SOURCE_ERRORS,
    Step("Connect again at once: this instance is being replaced, and another one answers."),
)
REQUEST = cite(
    _SOURCE_ERRORS,
    Step("Change what the answer names; no key is at fault."),
    Step("Look the field up.", url="https://developers.meshapi.ai/api/chat/chat-completions"),
)
CAPABILITY = cite(
    _SOURCE_ERRORS,
    Step("Leave the capability out, or take a model that has it."),
)
STREAM = cite(
    _SOURCE_ERRORS,
    Step("Send again; what had arrived before the break is all there is of this answer."),
    Step("If it breaks at the same spot in time, look for a proxy that cuts long connections."),
)
WHOSE_KEY = cite(
    _SOURCE_ERRORS,
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

"""Google Vertex AI and its token endpoints: the whole table, in the order in which an answer is best read.

First the flat form of token endpoints, then ErrorInfo's reason, then the sentence, then `error.status`; last what
libraries say where no answer came. The HTTP status alone is left to the table of statuses: Google uses 400 for a bad
API key, a closed model and a policy alike.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.vertex import fixes
from meshtui.providers.vertex.errors import client, limits, project, reasons, request, token

_ERRORS = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/troubleshooting"

# `error.status`, or Anthropic's type behind Vertex AI, alone: the sentence was new or absent.
BY_WORD = (
    Rule(
        "vertex.unauthenticated", "credential_invalid", word=("UNAUTHENTICATED",), certainty="likely", who="caller",
        also=("credential_expired", "credential_missing", "credential_malformed", "credential_wrong_kind"),
        headline="Google does not accept what was sent as credential",
        steps=fixes.FRESH_TOKEN, reference=_ERRORS,
    ),
    Rule(
        "vertex.denied", "permission_missing", word=("PERMISSION_DENIED",), certainty="likely",
        also=("account_mismatch", "permission_denied_explicitly", "api_not_enabled"),
        headline="Google knows the identity and denies this",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.denied-claude", "permission_missing", type=("permission_error", "authentication_error"),
        certainty="likely", also=("model_access_not_granted", "credential_invalid"),
        headline="The model's own API denies this behind Vertex AI",
        steps=fixes.BEHIND_GOOGLE, reference=_ERRORS,
    ),
    Rule(
        "vertex.not-found", "model_not_found", word=("NOT_FOUND",), certainty="likely",
        also=("region_unsupported", "unknown", "account_mismatch"),
        headline="Google finds nothing by the name in the request",
        not_this="The key is not at fault: Google accepted it and looked.",
        reference=_ERRORS,
    ),
    Rule(
        "vertex.not-found-claude", "model_not_found", type=("not_found_error",), certainty="likely",
        also=("region_unsupported", "model_access_not_granted"),
        headline="The model's own API knows no such model",
        reference=_ERRORS,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *token.TOKEN_RULES,
    *token.API_KEY_RULES,
    *reasons.RULES,
    *project.POLICY,
    *request.PLACE,
    *request.ACCESS,
    *project.PROJECT,
    *project.PERMISSION,
    *project.CREDENTIAL,
    *limits.SPENT,
    *limits.OWN,
    *request.CONTENT,
    *request.NAME,
    *limits.SHARED,
    *limits.FAILED,
    *request.REQUEST,
    *BY_WORD,
    *client.RULES,
)

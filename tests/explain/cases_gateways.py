"""What must be said where a gateway speaks in its own name: LiteLLM's proxy, Cloudflare's AI."""

from __future__ import annotations

import json
from typing import Any

from tests.explain.table import Case, openai

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"


def cloudflare(status: int, code: int, message: str, *, listed: str = "errors", **more: Any) -> dict[str, Any]:
    body = {"result": None, "success": False, listed: [{"code": code, "message": message}], "messages": [], **more}
    return {"body": json.dumps(body), "status": status}


CASES: tuple[Case, ...] = (
    Case("gateway.cooldown",
         {"body": openai("No deployments available for selected model, Try again in 5 seconds. Passed model=quick. "
                         "pre-call-checks=False", None, "429"), "status": 429},
         "rate_limited", CALLER, True, ("proxy's log", "cooldown_time")),
    Case("gateway.budget",
         {"body": openai("Budget has been exceeded! Current cost: 3.5, Max budget: 2.0", "budget_exceeded", "429"),
          "status": 429},
         "quota_exhausted", ADMIN, False, ("no provider's account is empty", "max_budget")),
    Case("gateway.budget", {"body": "Budget has been exceeded! Current cost: 3.5, Max budget: 2", "status": 400},
         "quota_exhausted", ADMIN, False),
    Case("gateway.client-only",
         {"body": json.dumps({"error": {"type": "client_validation_error", "message": "This client is not served"}}),
          "status": 403},
         "permission_missing", ADMIN, False, ("need not be at fault", "previous version")),
    Case("gateway.client-only",
         {"body": json.dumps({"error": "Client not allowed", "allowedClients": ["spoon"],
                              "message": "Your client is not authorized to use this API key"}), "status": 403},
         "permission_missing", ADMIN, False),
    Case("gateway.cloudflare-own-token",
         cloudflare(401, 2009, "Unauthorized", listed="error", name="AiGatewayError", internalCode=2009),
         "credential_invalid", OWNER, False, ("cf-aig-authorization", "not about the provider's key")),
    Case("gateway.cloudflare-token", cloudflare(401, 10000, "Authentication error"), "credential_invalid", OWNER, False,
         ("Workers AI",)),
    Case("gateway.cloudflare-path",
         cloudflare(404, 7003, "Could not route to /client/v4/accounts/x/ai/v1/chat/completions, perhaps your object "
                               "identifier is invalid?"),
         "request_invalid", CALLER, False, ("account's id",)),
    Case("gateway.cloudflare-path", {"body": "Could not route to /client/v4/x, perhaps it is invalid?"},
         "request_invalid", CALLER, False),
    Case("gateway.cloudflare-method", cloudflare(405, 7001, "GET not supported for requested URI."), "request_invalid",
         CALLER, False, ("with POST",)),
    Case("gateway.cloudflare-provider", cloudflare(400, 2008, "Invalid provider"), "request_invalid", CALLER, False),
    Case("gateway.cloudflare-input", {"body": "Bad Request: AiError: Bad input: Error: oneOf at '/' not met"},
         "request_invalid", CALLER, False, ("lists of parts",)),
)  # fmt: skip

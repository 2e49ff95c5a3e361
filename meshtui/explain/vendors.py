"""Whose answer it is: the four providers, other vendors of models, and gateways in front of them.

A vendor is recognised by the address that was called, by headers, by the form of its errors, and by its wording, in
this order; never by the status. OpenAI's form of an error is copied by everybody, so it tells of OpenAI only where
nothing else tells of somebody else. Addresses and headers are those of the vendors' API references; sentences are those
of their error pages and of answers that people posted.

Annotations are not postponed, as in `presentation.blocks`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from meshtui.explain.aws_exceptions import is_used_by_aws
from meshtui.explain.model import ParsedError, Step, cite


class Vendor(NamedTuple):
    """Somebody else than the four providers."""

    name: str
    hosts: tuple[str, ...]
    headers: tuple[str, ...]
    """Prefixes of header names that no other vendor sends."""
    words: tuple[str, ...]
    """In lower case. One is enough, so they are addresses and whole sentences rather than names, which also occur in
    ids of models at other vendors."""
    modules: tuple[str, ...] = ()
    """How its client library shows in a stack trace, and what LiteLLM calls its exceptions."""
    console: str = ""
    """Where its keys are made."""


VENDORS: dict[str, Vendor] = {
    "azure-openai": Vendor(
        "Azure OpenAI",
        ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com", "models.inference.ai.azure.com",
         "inference.ml.azure.com", "azure-api.net"),
        ("apim-request-id", "x-ms-", "azureml-", "x-aml-"),
        ("ai.azure.com", "cognitiveservices.azure.com",
         "access denied due to invalid subscription key", "access denied due to missing subscription key",
         "access denied due to virtual network/firewall rules", "the api deployment for this resource does not exist",
         "azure openai", "under azure", "aka.ms/oai", "go.microsoft.com", "cognitiveservices/",
         "call rate limit of your current openai", "microsoft.cognitiveservices"),
        ("AzureException", "AzureOpenAI", "Azure OpenAI", "Azure.AI.OpenAI", "azure.core.exceptions",
         "Azure.RequestFailedException", "azure.identity"),
        "https://portal.azure.com",
    ),
    "anthropic": Vendor(
        "Anthropic", ("anthropic.com", "claude.ai"),
        ("anthropic-", "x-anthropic"),
        ("invalid x-api-key", "x-api-key header is required", "console.anthropic.com", "platform.claude.com",
         "your credit balance is too low to access the anthropic api", "api.anthropic.com", "docs.anthropic.com",
         "anthropic-version", "either api_key or auth_token", "either apikey or authtoken"),
        ("anthropic.", "AnthropicException", "@anthropic-ai/sdk", "anthropic-sdk"),
        "https://platform.claude.com/settings/keys",
    ),
    "google-ai-studio": Vendor(
        "Google AI Studio", ("generativelanguage.googleapis.com", "ai.google.dev", "aistudio.google.com"), (),
        ("generativelanguage", "aistudio.google.com", "ai.google.dev", "makersuite", "ai.studio",
         "/v1beta/models/", "for api version v1beta,", "google-generativeai"),
        ("google.generativeai", "@google/generative-ai", "@google\\generative-ai", "[GoogleGenerativeAI Error]",
         "GeminiException",
         "langchain_google_genai"),
        "https://aistudio.google.com/apikey",
    ),
    "xai": Vendor("xAI", ("x.ai",), (), ("console.x.ai", "api.x.ai", "docs.x.ai"),
                  ("XAIException", "xai_sdk", "XaiException"), "https://console.x.ai"),
    "deepseek": Vendor("DeepSeek", ("deepseek.com",), ("x-ds-",),
                       ("authentication fails (", "authentication fails, your api key", "deepseek.com"),
                       ("DeepseekException", "DeepSeekException"), "https://platform.deepseek.com/api_keys"),
    "groq": Vendor("Groq", ("groq.com",), ("x-groq-",), ("console.groq.com", "api.groq.com"),
                   ("groq.", "GroqException", "groq-sdk"), "https://console.groq.com/keys"),
    "mistral": Vendor("Mistral", ("mistral.ai",), ("mistral-", "x-mistral"),
                      ("api.mistral.ai", "console.mistral.ai", "docs.mistral.ai"),
                      ("mistralai.", "MistralException", "@mistralai/"), "https://console.mistral.ai/api-keys"),
    "together": Vendor("Together AI", ("together.xyz", "together.ai"), ("x-together",),
                       ("together.xyz", "together.ai"), ("together.", "Together_aiException", "TogetherAIException"),
                       "https://api.together.xyz/settings/api-keys"),
    "fireworks": Vendor("Fireworks AI", ("fireworks.ai",), ("x-fireworks", "fireworks-"),
                        ("fireworks.ai", "fireworks api"),
                        ("fireworks.", "Fireworks_aiException", "FireworksException"),
                        "https://app.fireworks.ai/settings/users/api-keys"),
    "cohere": Vendor("Cohere", ("cohere.com", "cohere.ai"), ("x-api-warning", "x-trial-endpoint"),
                     ("dashboard.cohere.com", "api.cohere", "invalid api token", "using a trial key",
                      "support@cohere.com"),
                     ("cohere.", "CohereException", "CohereError", "cohere-ai"),
                     "https://dashboard.cohere.com/api-keys"),
    "perplexity": Vendor("Perplexity", ("perplexity.ai",), (), ("perplexity.ai",), ("PerplexityException",),
                         "https://www.perplexity.ai/settings/api"),
    "huggingface": Vendor("Hugging Face", ("huggingface.co", "hf.co", "endpoints.huggingface.cloud"),
                          ("x-error-code", "x-hf-", "x-proxied-host"),
                          ("huggingface.co", "hf.co/", "hugging face", "inference providers",
                           "invalid credentials in authorization header", "the token seems invalid"),
                          ("huggingface_hub", "HuggingfaceException", "@huggingface/", "HfHubHTTPError"),
                          "https://huggingface.co/settings/tokens"),
    "nvidia": Vendor("NVIDIA", ("nvidia.com",), ("nvcf-",),
                     ("integrate.api.nvidia.com", "build.nvidia.com", "ai.api.nvidia.com", "nvcf", "not found for "
                                                                                                   "account '"),
                     ("Nvidia_nimException", "langchain_nvidia"), "https://build.nvidia.com"),
    "cerebras": Vendor("Cerebras", ("cerebras.ai",), ("x-cerebras",), ("cerebras.ai",),
                       ("cerebras.", "CerebrasException"), "https://cloud.cerebras.ai"),
    "replicate": Vendor("Replicate", ("replicate.com",), (), ("replicate.com",),
                        ("replicate.", "ReplicateException"), "https://replicate.com/account/api-tokens"),
    "ollama": Vendor("Ollama", ("ollama.com",), (),
                     ("try pulling it first", "ollama", ":11434"), ("ollama.", "OllamaException", "OllamaError")),
    "vllm": Vendor("vLLM", (), (), ("vllm",), ("vllm.", "VLLMException", "Hosted_vllmException")),
    "openrouter": Vendor("OpenRouter", ("openrouter.ai",), ("x-openrouter",),
                         ("no auth credentials found", "openrouter", "middle-out", "user not found.",
                          "no endpoints found"),
                         ("OpenrouterException", "OpenRouterException", "@openrouter/"), "https://openrouter.ai/keys"),
    "litellm": Vendor("LiteLLM proxy", (), ("x-litellm-",),
                      ("litellm proxy", "no deployments available for selected model", "litellm_verificationtoken",
                       "litellm virtual key", "token_not_found_in_db",
                       "key_model_access_denied", "team_model_access_denied",
                       "no connected db", "token not found in cache or db", "expectedlitellm",
                       "budget has been exceeded! ", "exceeded budget for model=", "exceededbudget: ")),
    "portkey": Vendor("Portkey", ("portkey.ai",), ("x-portkey-",), ("portkey",), ("portkey_ai.", "portkey-ai"),
                      "https://app.portkey.ai/api-keys"),
    "cloudflare-ai-gateway": Vendor("Cloudflare AI Gateway", ("gateway.ai.cloudflare.com",), ("cf-aig-",),
                                    ("configure ai gateway", "gateway.ai.cloudflare.com", "could not route to /",
                                     "not supported for requested uri",
                                     "aierror: bad input"), ("AiGatewayError",)),
    "vercel-ai-gateway": Vendor("Vercel AI Gateway", ("ai-gateway.vercel.sh",), ("x-vercel-ai",),
                                ("ai-gateway.vercel.sh", "vercel.com/docs/ai-gateway", "ai_gateway_api_key"),
                                ("@ai-sdk/gateway", "GatewayAuthenticationError", "GatewayError")),
    "kong": Vendor("Kong", (), ("x-kong-", "kong-"),
                   ("no api key found in request", "no credentials found for given",
                    "no route matched with those values",
                    "konghq")),
    "one-api": Vendor("One API or New API", (), (),
                      ("该令牌已", "该令牌状态", "该令牌无权", "未提供令牌", "无效的令牌", "当前分组",
                       "分组上游", "负载已饱和", "无可用渠道",
                       "扣费额度失败", "用户剩余额度", "用户额度不足", "token remain quota", "relay error (channel #")),
    "claude-relay": Vendor("Claude Relay Service", (), (),
                           ("only accepts requests from claude code", "client is not authorized to use this api key")),
    "helicone": Vendor("Helicone", ("helicone.ai", "hconeai.com"), ("helicone-",), ("helicone",)),
    "bifrost": Vendor("Bifrost", (), ("x-bf-", "x-bifrost"), ("bifrost",)),
}  # fmt: skip
NAMES = {key: vendor.name for key, vendor in VENDORS.items()}


def find_vendor_steps(provider: str, general: tuple[Step, ...]) -> tuple[Step, ...]:
    """The general steps without the checks that meshtui cannot make of this vendor's keys, and where those are made."""
    vendor = VENDORS[provider]
    own = tuple(step for step in general if not step.command.startswith("meshtui "))
    if not vendor.console:
        return own
    return (*own, *cite(vendor.console, Step(f"{vendor.name} lists its keys here.", url=vendor.console)))


_HEADERS = (
    ("mesh", ("x-mesh-version", "mesh-version", "x-byok-fallback-triggered", "x-mesh-routing-attempts")),
    ("bedrock", ("x-amzn-errortype", ":exception-type", "x-amzn-requestid", "x-amz-request-id")),
    ("openai", ("openai-organization", "openai-version", "openai-processing-ms", "x-openai-authorization-error",
                "x-ratelimit-limit-requests", "x-ratelimit-limit-tokens", "x-error-json")),
    ("vertex", ("x-goog-request-id", "x-vertex-ai-llm-request-type", "x-goog-ext-353267353-bin")),
)  # fmt: skip
_SHARED = ("openai",)
"""Vendors whose headers others copy, so the others are tried first."""
_MESH_CODES = frozenset({
    "upstream_auth_error", "upstream_rate_limit_error", "upstream_error", "insufficient_credits",
    "spend_limit_exceeded", "invalid_api_version", "provider_not_available", "gateway_timeout", "all_models_failed",
    "context_window_exceeded", "model_capability_not_supported", "batch_limit_exceeded", "unprocessable_entity",
})  # fmt: skip
_OPENAI = frozenset({
    "insufficient_quota", "requests", "tokens", "tokens_usage_based", "billing_not_active", "access_terminated",
    "image_generation_user_error", "billing_limit_user_error", "usage_limit_reached", "request_forbidden",
    "cf_bad_gateway", "cf_service_unavailable", "cf_gateway_timeout", "service_unavailable_error",
    "usage_not_included",
})  # fmt: skip
"""Types that no other provider uses."""
_OPENAI_CODES = frozenset({
    "deactivated_workspace", "refresh_token_reused", "refresh_token_expired", "refresh_token_invalidated",
    "cyber_policy",
    "usage_not_included",
})  # fmt: skip
_CODES = dict.fromkeys(("DeploymentNotFound", "OperationNotSupported", "PermissionDenied", "content_filter",
                        "ResponsibleAIPolicyViolation", "unavailable_model", "AuthenticationFailed"),
                       "azure-openai") | dict.fromkeys(
    ("insufficient_user_quota", "pre_consume_token_quota_failed", "bad_response_status_code", "do_request_failed",
     "bad_response_body", "read_response_body_failed", "get_channel_failed"), "one-api")  # fmt: skip
_TYPES = {
    **dict.fromkeys(("overloaded_error", "billing_error"), "anthropic"),
    "ACCOUNT_SUSPENDED": "fireworks", "service_tier_capacity_exceeded": "mistral",
    **dict.fromkeys(("budget_exceeded", "token_not_found_in_db", "key_model_access_denied", "expired_key",
                     "team_model_access_denied", "user_model_access_denied", "no_db_connection", "auth_error"),
                    "litellm"),
    **dict.fromkeys(("NotFoundError", "BadRequestError"), "vllm"),
    **dict.fromkeys(("one_api_error", "new_api_error"), "one-api"), "client_validation_error": "claude-relay",
}  # fmt: skip
"""Codes and types that this vendor alone uses; the rest it shares with others."""
_SAYS = (
    ("bedrock", ("pod identity", "container metadata", "container-role")),
    ("vertex", ("googleapis.com", "vertex", "aiplatform", "cloud.google.com", "service account", "publisher model",
                "google cloud", "oauth 2 access token", "denied on resource project",
                 "billing account for the owning project", "project id in the current environment",
                "invalid_grant", "gcloud",
                "console.developers")),
    ("bedrock", ("bedrock", "amazonaws", "arn:aws", "aws secret access key", "security token included",
                 "aws-marketplace", "request signature we calculated", "inference profile", "on-demand throughput",
                 "botocore", "signature expired", "missing authentication token", "awserror", "aws_",
                 "use case details", "nocredentialserror", "make sure your api key is valid")),
    ("openai", ("openai", "chatgpt", "in organization org-", "incorrect api key provided",
                "exceeded your current quota", "missing scopes",
                "must be verified to", "or you do not have access to it", "billing hard limit",
                "no credits remaining", "use 'max_completion_tokens' instead")),
    ("mesh", ("meshapi", "mesh api", "invalid or missing api key.", "token decode failed")),
)  # fmt: skip
_HOSTS = (
    ("meshapi.ai", "mesh"), ("openai.com", "openai"), ("chatgpt.com", "openai"), ("amazonaws.com", "bedrock"),
    ("amazonaws.com.cn", "bedrock"), ("api.aws", "bedrock"),
    *[(host, key) for key, vendor in VENDORS.items() for host in vendor.hosts],
    ("googleapis.com", "vertex"), ("accounts.google.com", "vertex"),
)  # fmt: skip


def find_provider_of_host(host: str) -> str:
    """Whose this host is: a provider, a vendor of VENDORS, or empty."""
    return next((name for end, name in _HOSTS if host == end or host.endswith(f".{end}")), "")


def detect_provider(error: ParsedError) -> str:
    """Who sent this answer: a provider, a vendor of VENDORS, or empty where that cannot be determined. An answer with
    OpenAI's four fields and nothing else is OpenAI's or that of a service that copies them."""
    code = "" if error.code.isdigit() else error.code  # LiteLLM writes the HTTP status there
    copied = error.origin in ("error", "event", "detail") and error.type and code and not code.isupper()
    return name_signer(error) or ("openai" if copied else "")


def name_signer(error: ParsedError) -> str:
    """Who sent this answer, by what no other service sends; empty where it has nothing of the kind."""
    return _find_vendor_by_headers(error.headers) or _find_vendor_by_form(error) or _find_vendor_by_words(error)


def _find_vendor_by_headers(headers: Mapping[str, str]) -> str:
    if not headers:
        return ""
    for provider, names in _HEADERS:
        if any(name in headers for name in names):
            return (_match_header_vendors(headers) or provider) if provider in _SHARED else provider
    if "accounts.google.com" in headers.get("www-authenticate", "") or headers.get("server") in ("ESF", "scaffolding"):
        return "vertex"
    return _match_header_vendors(headers)


def _match_header_vendors(headers: Mapping[str, str]) -> str:
    for key, vendor in VENDORS.items():
        for start in vendor.headers:
            for name in headers:
                if name.startswith(start):
                    return key
    return ""


def _find_vendor_by_form(error: ParsedError) -> str:
    if error.origin == "converse" and error.reason != "refusal":
        return "bedrock"
    if error.word or error.origin in ("token", "feedback", "candidate") or error.domain.endswith("googleapis.com"):
        return "google-ai-studio" if is_from_ai_studio(error) else "vertex"
    if error.request_id.startswith("req_vrtx_"):
        return "vertex"
    if error.provider_code or error.code in _MESH_CODES:
        return "mesh"
    if error.request_id.startswith("req_01"):
        if error.code and not error.type:
            return "mesh"
        if error.type and not error.code:
            return "anthropic"
    if error.type in _OPENAI or error.code in _OPENAI_CODES:
        return find_vendor_by_words(error.lower_message) or "openai"  # who copies OpenAI's form names its own console
    if error.origin in ("aws", "aws-body", "frame") or (error.origin == "xml" and error.type):
        return "bedrock"
    if error.type.endswith("Exception") and is_used_by_aws(error.type):
        return "bedrock"
    return _match_form_vendors(error)


def _match_form_vendors(error: ParsedError) -> str:
    if error.code == "invalid_request_error":
        return "deepseek"  # its codes are the others' types
    if error.code == "invalid_api_key" and error.message == "Invalid API Key":
        return "groq"
    if error.metadata.get("envelope") == "cloudflare" or ('"success":' in error.text and '"messages":' in error.text):
        return "cloudflare-ai-gateway"
    return _CODES.get(error.code) or _TYPES.get(error.type, "")


def is_from_ai_studio(error: ParsedError) -> bool:
    """Whether an answer in Google's form is that of AI Studio's API and not Vertex AI's."""
    return "generativelanguage" in error.metadata.get("service", "") or any(
        word in error.lower_message for word in VENDORS["google-ai-studio"].words
    )


def _find_vendor_by_words(error: ParsedError) -> str:
    lower_message = error.lower_message
    if lower_message:
        if vendor := find_vendor_by_words(lower_message):
            return vendor
        for provider, words in _SAYS:
            if any(word in lower_message for word in words):
                return provider
    return ""


_VENDOR_WORDS = tuple((word, key) for key, vendor in VENDORS.items() for word in vendor.words)


def find_vendor_by_words(lower_message: str) -> str:
    """The vendor whose address or sentence is in a lower-case text; empty for none."""
    for word, key in _VENDOR_WORDS:  # flat: any() over generators takes twice as long
        if word in lower_message:
            return key
    return ""


def find_vendor_of_client(text: str) -> str:
    """The vendor whose client library printed a text; empty for none. OpenAI's is used for everybody's service."""
    for key, vendor in VENDORS.items():
        for name in vendor.modules:
            if name in text and (not name.endswith(".") or _is_package_named(name, text)):
                return key
    return ""


def _is_package_named(module: str, text: str) -> bool:
    """Whether an exception or a file of this Python package is named: its name alone may be an ordinary word."""
    import re

    return (
        f"-packages/{module[:-1]}/" in text
        or re.search(rf"(?<![\w.]){re.escape(module)}(?:\w+\.){{0,4}}[A-Z]\w*(?:Error|Exception|Timeout)\b", text)
        is not None
    )

"""OpenAI: what to do. Commands pass the key to curl on its standard input: arguments can be read by other users of the
machine while the command runs, variables of the environment and pipes cannot.
"""

from __future__ import annotations

from meshtui.explain.model import Step, cite

_SOURCE_USAGE = "https://platform.openai.com/usage"
_SOURCE_ADMIN_KEYS = "https://platform.openai.com/settings/organization/admin-keys"
_SOURCE_ERROR_CODES = "https://developers.openai.com/api/docs/guides/error-codes"
_SOURCE_HELP = "https://help.openai.com"
_SOURCE_AUTH = "https://developers.openai.com/codex/auth"
_SOURCE_WORKLOAD_IDENTITY_FEDERATION = "https://developers.openai.com/api/docs/guides/workload-identity-federation"
_SOURCE_PRICING = "https://chatgpt.com/pricing"
_SOURCE_CODEX_MODELS = "https://developers.openai.com/codex/models"
_SOURCE_SUPERVISED_FINE_TUNING = "https://developers.openai.com/api/docs/guides/supervised-fine-tuning"
_SOURCE_SUPPORTED_COUNTRIES = "https://developers.openai.com/api/docs/supported-countries"
_SOURCE_SECURITY = "https://platform.openai.com/settings/organization/security"
_SOURCE_YOUR_DATA = "https://developers.openai.com/api/docs/guides/your-data"
_SOURCE_VERIFICATION = "https://help.openai.com/en/articles/10910291-api-organization-verification"
_SOURCE_API_MODELS = "https://developers.openai.com/api/docs/models"
_SOURCE_DEPRECATIONS = "https://developers.openai.com/api/docs/deprecations"
_SOURCE_RATE_LIMITS = "https://developers.openai.com/api/docs/guides/rate-limits"
_SOURCE_FLEX_PROCESSING = "https://developers.openai.com/api/docs/guides/flex-processing"
_SOURCE_CYBER = "https://chatgpt.com/cyber"
_SOURCE_USAGE_POLICIES = "https://openai.com/policies/usage-policies"
_SOURCE_REFERENCE = "https://developers.openai.com/api/reference"

_KEYS = "https://platform.openai.com/api-keys"
_BILLING = "https://platform.openai.com/settings/organization/billing/overview"
_LIMITS = "https://platform.openai.com/settings/organization/limits"
_PROJECT_LIMITS = "https://platform.openai.com/settings/project/limits"
_STATUS = "https://status.openai.com"
_MODELS = (
    'printf \'header = "Authorization: Bearer %s"\\n\' "$OPENAI_API_KEY" '
    "| curl -sS -i -K - https://api.openai.com/v1/models"
)

FIND_KEY = cite(
    _KEYS,
    Step(
        "Look for a key that ends in {last} in the list of keys. If it is not there, it was deleted or has expired.",
        url=_KEYS,
    ),
    Step("Ask OpenAI directly with the key this machine has: 200 means that key is known.", _MODELS),
    Step(
        "If the key is gone, make a new one and replace it wherever it is used, in Mesh's provider keys too. Where "
        "that is refused, the project may allow service accounts only: make it for one."
    ),
)
PASTE_BARE = cite(
    _KEYS,
    Step("Copy the key again from where it was shown, whole: it begins with sk- and holds no blank, quote or label."),
    Step("A key is shown only once. If nobody has it any more, make a new one.", url=_KEYS),
    Step("Let meshtui read what you have, offline.", "meshtui check --offline"),
)
WRONG_SERVICE = cite(
    _KEYS,
    Step("Send this key to the service it belongs to: set that service's base URL beside it."),
    Step("Or put an OpenAI key, which begins with sk-, where this one is.", url=_KEYS),
)
SIGN_IN = cite(
    _KEYS,
    Step(
        "Where the program uses ChatGPT's sign-in, sign in again; where it uses workload identity federation, "
        "exchange its token for a new one."
    ),
    Step("Or give it a platform key, which begins with sk- and has no session behind it.", url=_KEYS),
)
DASHBOARD = cite(
    _SOURCE_USAGE,
    Step("Read it in the browser instead.", url="https://platform.openai.com/usage"),
    Step("For spending by program, use an admin key with the organization's costs call."),
)
ADMIN_KEY = cite(
    _SOURCE_ADMIN_KEYS,
    Step("Make an admin key (sk-admin-…) for calls about the organization; only an owner can.",
         url="https://platform.openai.com/settings/organization/admin-keys"),
    Step("Keep the project key (sk-proj-…) for models and chat."),
)  # fmt: skip
APPEAL = cite(
    _SOURCE_ERROR_CODES,
    Step("Read the mail OpenAI sent to the account's address: it names the reason and the way to appeal."),
    Step(
        "Until that is settled a new key of this account is as dead; use only an account that is no part of this.",
        url=_KEYS,
    ),
)
LIVING_PROJECT = cite(
    _KEYS,
    Step("Make a key in a project that is in use, and replace this one wherever it is used.", url=_KEYS),
    Step("Or let an owner restore the project.", url="https://platform.openai.com/settings/organization/projects"),
)

WORKSPACE = cite(
    _SOURCE_HELP,
    Step("Ask the workspace's owner: only they see why it was deactivated and can open it again."),
    Step("Meanwhile sign in to another workspace, or use a platform key.", url=_KEYS),
)
REFRESH = cite(
    _SOURCE_AUTH,
    Step("Sign in again where the program runs: Codex does it so.", "codex logout; codex login"),
    Step("A refresh token works once. Give each machine and each program a sign-in of its own, instead of copying one "
         "auth.json to several."),
)  # fmt: skip
FEDERATION = cite(
    _SOURCE_WORKLOAD_IDENTITY_FEDERATION,
    Step("Compare issuer, audience and subject of the workload's token with the identity provider and its mappings in "
         "the organization's settings.", url="https://platform.openai.com/settings/organization/general"),
    Step("Fetch a fresh token from the identity provider: it lives for minutes, and each may be exchanged once."),
)  # fmt: skip
PLAN_WITHOUT = cite(
    _SOURCE_PRICING,
    Step("See which plan and which workspace are signed in, and take one that includes it.",
         url="https://chatgpt.com/pricing"),
    Step("Or use a platform key, which is billed by use.", url=_KEYS),
)  # fmt: skip
PLAN_MODEL = cite(
    _SOURCE_CODEX_MODELS,
    Step("Choose a model that the sign-in has; the program lists them."),
    Step("Or call {model} with a platform key, which is billed by use.", url=_KEYS),
)
TUNED = cite(
    _SOURCE_SUPERVISED_FINE_TUNING,
    Step("See which fine-tuned models there are, in the project of this key.",
         url="https://platform.openai.com/finetune"),
    Step("Take a key of the project that made it; models of another organization cannot be used."),
    Step("If the model that it was tuned from has ended, so has it: tune a current one anew.",
         url="https://developers.openai.com/api/docs/deprecations"),
)  # fmt: skip

ELSEWHERE = cite(
    _SOURCE_SUPPORTED_COUNTRIES,
    Step("Send from a country on the list of those served; check where a VPN or a cloud region makes you come out. "
         "Behind Mesh it is Mesh's network that counts.",
         url="https://developers.openai.com/api/docs/supported-countries"),
    Step("See from where you come out.", "curl -sS https://www.cloudflare.com/cdn-cgi/trace"),
)  # fmt: skip
IP_LIST = cite(
    _SOURCE_SECURITY,
    Step("Find the address you come out with; behind Mesh the list must hold Mesh's addresses instead.", "curl -sS https://www.cloudflare.com/cdn-cgi/trace"),
    Step("Let an administrator add it to the IP allow-list; a project's list replaces the organization's. It takes up "
         "to 15 minutes.", url="https://platform.openai.com/settings/organization/security"),
)  # fmt: skip
REGIONAL_HOST = cite(
    _SOURCE_YOUR_DATA,
    Step("Set the base URL to https://{openai_host}/v1, the host of the region the project keeps its data in."),
    Step("Which region that is stands in the project's settings.",
         url="https://platform.openai.com/settings/project/general"),
)  # fmt: skip
UNSET_HEADERS = cite(
    _SOURCE_ERROR_CODES,
    Step("Stop sending the headers: SDKs take them from these variables without being asked.",
         "unset OPENAI_ORG_ID OPENAI_ORGANIZATION OPENAI_PROJECT_ID"),
    Step("If you need them, use the ids of the organization (org-…) and project (proj_…) that the key belongs to.",
         url="https://platform.openai.com/settings/organization/general"),
)  # fmt: skip
MEMBERSHIP = cite(
    _SOURCE_ERROR_CODES,
    Step("Let an owner of the organization invite the key's owner again.",
         url="https://platform.openai.com/settings/organization/people"),
    Step("Or make a key in an organization that you are a member of; a service account's key outlives its maker.",
         url=_KEYS),
)  # fmt: skip
SCOPES = cite(
    _KEYS,
    Step("Open the key's permissions. Set “Model capabilities” to Request first, see that it works, then narrow it.",
         url=_KEYS),
    Step("The owner's role counts too: the key can do no more than its owner may in the project."),
    Step("Send the same call again; changes take effect within minutes."),
)  # fmt: skip
SETTING = cite(
    _LIMITS,
    Step(
        "Let an owner allow it in the project's own settings, or leave that part out of the request.",
        url=_PROJECT_LIMITS,
    ),
)
VERIFY = cite(
    _SOURCE_VERIFICATION,
    Step("Let an owner verify the organization; it takes 15 minutes to take effect, at times 30.",
         url="https://platform.openai.com/settings/organization/general"),
    Step("Meanwhile leave out streaming or reasoning summaries where the answer names them, or use another model."),
)  # fmt: skip
PROJECT_MODELS = cite(
    _LIMITS,
    Step("Let an administrator allow {model} in the project's own settings, under Limits.", url=_PROJECT_LIMITS),
    Step("Some models open only with paid credit or a higher usage tier.", url=_BILLING),
    Step("See what the key may use now.", _MODELS),
)
LIST_MODELS = cite(
    _SOURCE_API_MODELS,
    Step("Compare the name with those the key may use.", _MODELS),
    Step("Names of other vendors and of Mesh (openai/…) do not exist here."),
)
RETIRED = cite(
    _SOURCE_DEPRECATIONS,
    Step(
        "Take {replacement} in its place, and look in the list of deprecations when that one ends.",
        url="https://developers.openai.com/api/docs/deprecations",
    ),
)

BILLING = cite(
    _BILLING,
    Step("Let an owner look at payment method and unpaid invoices.", url=_BILLING),
    Step("After paying it can take some minutes before the key works again."),
)
CREDIT = cite(
    _BILLING,
    Step("Let an owner add credit, or raise the monthly limit.", url=_BILLING),
    Step("See that the key belongs to the account that has the credit: the organization pays, and a project can "
         "have a spend limit of its own.",
         url=_KEYS),
    Step("GET /v1/models answering 200 proves nothing here: it costs nothing, so it works without credit."),
)  # fmt: skip
SPEND_LIMIT = cite(
    _LIMITS,
    Step("Let an owner raise the limit of the organization or project, or wait for the next month.", url=_LIMITS),
)
PLAN = cite(
    _SOURCE_RATE_LIMITS,
    Step("Wait until the plan's allowance is renewed ({wait})."),
    Step("Or use a platform key, which is billed by use.", url=_KEYS),
)
SMALLER = cite(
    _SOURCE_RATE_LIMITS,
    Step("Send less: shorter messages, a smaller max_tokens, or the text in pieces."),
    Step("Or raise the usage tier: the limit is per organization and model.", url=_LIMITS),
)
QUEUE = cite(
    _SOURCE_RATE_LIMITS,
    Step("Wait until queued batches are done, or queue smaller ones."),
    Step("The limit grows with the usage tier.", url=_LIMITS),
)
SLOWER_TOKENS = cite(
    _SOURCE_RATE_LIMITS,
    Step(
        "Wait {wait}, then send again. max_tokens counts against the limit before anything is written: keep it small."
    ),
    Step("All keys of the organization share this limit; see who else uses it.", url=_LIMITS),
)
SLOWER_REQUESTS = cite(
    _SOURCE_RATE_LIMITS,
    Step("Wait {wait}, then send fewer requests at once."),
    Step("All keys of the organization share this limit; a payment method or a higher tier raises it.", url=_LIMITS),
)
RAMP = cite(
    _SOURCE_RATE_LIMITS,
    Step(
        "Wait as long as Retry-After says and go back to the pace that worked; from about a million input tokens a "
        "minute on, add at most half every 15 minutes."
    ),
)
FLEX = cite(
    _SOURCE_FLEX_PROCESSING,
    Step("Send again after a pause, or without service_tier “flex” at the ordinary price."),
)  # fmt: skip
BUSY = cite(
    _STATUS,
    Step("Send again with growing pauses; key, credit and limits are in order."),
    Step("See whether OpenAI knows about it.", url=_STATUS),
)

CYBER = cite(
    _SOURCE_CYBER,
    Step("Rephrase the request and say what it is for: ordinary work is stopped at times."),
    Step("For authorised security work apply for access, which belongs to the account and not to a key.",
         url="https://chatgpt.com/cyber"),
)  # fmt: skip
CONTENT = cite(
    _SOURCE_USAGE_POLICIES,
    Step("Change the prompt; another key gets the same refusal."),
)
BASE_URL = cite(
    _SOURCE_REFERENCE,
    Step("Set the base URL to exactly https://api.openai.com/v1 and let the client add /chat/completions to it."),
    Step("See that the address is right: this answers 200, or 401 where only the key is wrong.", _MODELS),
)
HTTPS = cite(
    _SOURCE_REFERENCE,
    Step("Write https:// in the base URL; a proxy that takes the call over plain http must pass it on by https."),
)  # fmt: skip
ENDPOINT = cite(
    _SOURCE_API_MODELS,
    Step("Look up which endpoint serves the model: chat completions, responses or embeddings.",
         url="https://developers.openai.com/api/docs/models"),
)  # fmt: skip
SMALLER_BODY = cite(
    _SOURCE_REFERENCE,
    Step("Send addresses or uploaded files in place of base64, or smaller pictures: the size is what is refused."),
)
SHORTER = cite(
    _SOURCE_REFERENCE,
    Step("Shorten the request, or take a model with a longer context."),
)
PARAMETER = cite(
    _SOURCE_YOUR_DATA,
    Step("Change the field that the answer names; the key is not at fault."),
    Step("Look the field up.", url="https://developers.openai.com/api/reference"),
)
BODY = cite(
    _SOURCE_REFERENCE,
    Step("Send the body as JSON with the header Content-Type: application/json."),
)
TIMEOUT = cite(
    _STATUS,
    Step("Send again; ask for a stream, so that the connection does not stand still while the model thinks."),
    Step("See whether OpenAI knows about it.", url=_STATUS),
)
OUTAGE = cite(
    _STATUS,
    Step("Send again with growing pauses."),
    Step("If it lasts, give OpenAI's support the request id.", url=_STATUS),
)
EDGE = cite(
    _STATUS,
    Step("Send the same request again after a minute."),
    Step("If it stays, try from another network: something between you and OpenAI may refuse you."),
)

STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": cite(
        _SOURCE_ERROR_CODES,
        Step("Set the variable where the program runs, and see that it is not empty.",
             'test -n "$OPENAI_API_KEY" && echo set || echo empty'),
        Step("Send it as the header “Authorization: Bearer sk-…”."),
    ),
    "credential_malformed": PASTE_BARE,
    "credential_wrong_kind": WRONG_SERVICE,
    "credential_invalid": FIND_KEY,
    "model_not_found": LIST_MODELS,
    "quota_exhausted": CREDIT,
    "billing_inactive": BILLING,
    "provider_error": OUTAGE,
    "capacity_exhausted": BUSY,
    "timeout": TIMEOUT,
    "permission_missing": SCOPES,
}  # fmt: skip

"""OpenAI: is there a key, is it one, and is it alive?

The codes are those of the platform's "Error codes" guide and of answers its SDKs hand on.
"""

from __future__ import annotations

from meshtui.explain import openai_key
from meshtui.explain.model import Rule
from meshtui.explain.steps import openai as steps

_CODES = "https://platform.openai.com/docs/guides/error-codes/api-errors"
_KEYS = "https://platform.openai.com/api-keys"
_INCORRECT = ("incorrect api key provided",)

# Nothing arrived.
MISSING = (
    Rule(
        "openai.key-missing", "credential_missing",
        says=("you didn't provide an api key", "missing bearer", "no api key provided", "missing api key"),
        headline="OpenAI saw no key: the Authorization header is missing or empty",
        reference=_CODES,
    ),
    Rule(
        "openai.key-unset", "credential_missing", says=_INCORRECT, test=openai_key.unset,
        headline="The key was empty: the program sent “{sent}” instead of one",
        not_this="OpenAI calls it incorrect, but no key was there to judge.",
        reference=_CODES,
    ),
    Rule(
        "openai.key-setting", "credential_missing",
        says=("api_key client option must be set", "openai_api_key environment variable is missing"),
        headline="The client library found no key in its settings and sent nothing",
        reference=_CODES,
    ),
)  # fmt: skip

# Something arrived that is another kind of key, or none at all.
WRONG = (
    Rule(
        "openai.key-foreign", "credential_wrong_kind", says=_INCORRECT, test=openai_key.foreign,
        headline="OpenAI was sent another kind of key: {kind}",
        not_this="The key may be perfectly good where it belongs.",
        steps=steps.WRONG_SERVICE, reference=_KEYS,
    ),
    Rule(
        "openai.key-elsewhere", "credential_wrong_kind", says=_INCORRECT, test=openai_key.elsewhere,
        certainty="likely", also=("credential_malformed",),
        headline="What was sent begins like a key of another service: “{sent}”",
        steps=steps.WRONG_SERVICE, reference=_KEYS,
    ),
    Rule(
        "openai.key-azure", "credential_wrong_kind", says=_INCORRECT, test=openai_key.azure,
        certainty="likely", also=("credential_malformed",),
        headline="What was sent has the form of an Azure key: 32 hexadecimal digits",
        not_this="The key may be perfectly good at its Azure endpoint.",
        steps=steps.WRONG_SERVICE, reference=_KEYS,
    ),
    Rule(
        "openai.key-misshapen", "credential_malformed", says=_INCORRECT, test=openai_key.misshapen,
        headline="What was sent is no OpenAI key: “{sent}”",
        steps=steps.PASTE_BARE, reference=_KEYS,
    ),
    Rule(
        "openai.key-length", "credential_malformed", says=_INCORRECT, test=openai_key.odd_length,
        certainty="likely", also=("credential_invalid", "credential_wrong_kind"),
        headline="The key has {length} characters, which no OpenAI key has: cut off, doubled, or another's",
        steps=steps.PASTE_BARE, reference=_KEYS,
    ),
    Rule(
        "openai.token-issuer", "credential_wrong_kind", code=("invalid_issuer",),
        headline="OpenAI was sent a sign-in token that another service issued",
        steps=steps.WRONG_SERVICE, reference=_KEYS,
    ),
    Rule(
        "openai.token-malformed", "credential_malformed", code=("invalid_jwt",), certainty="likely",
        also=("credential_wrong_kind", "credential_expired"),
        headline="What was sent as a ChatGPT sign-in token cannot be read as one",
        steps=steps.SIGN_IN, reference=_KEYS,
    ),
    Rule(
        "openai.token-expired", "credential_expired", code=("token_expired", "token_invalidated", "token_revoked"),
        also=("credential_disabled", "credential_invalid"), certainty="likely",
        headline="The ChatGPT sign-in has ended",
        not_this="This is a sign-in token, not a platform key: nothing is wrong with keys beginning with sk-.",
        steps=steps.SIGN_IN, reference=_KEYS,
    ),
    Rule(
        "openai.token-issuer-said", "credential_wrong_kind", says=("not from a valid issuer",),
        headline="OpenAI was sent a sign-in token that another service issued",
        steps=steps.WRONG_SERVICE, reference=_KEYS,
    ),
    Rule(
        "openai.token-malformed-said", "credential_malformed", says=("could not parse your authentication token",),
        certainty="likely", also=("credential_wrong_kind", "credential_expired"),
        headline="What was sent as a ChatGPT sign-in token cannot be read as one",
        steps=steps.SIGN_IN, reference=_KEYS,
    ),
    Rule(
        "openai.token-expired-said", "credential_expired",
        says=("authentication token is expired", "authentication token has expired",
              "authentication token has been invalidated"),
        also=("credential_disabled", "credential_invalid"), certainty="likely",
        headline="The ChatGPT sign-in has ended",
        not_this="This is a sign-in token, not a platform key: nothing is wrong with keys beginning with sk-.",
        steps=steps.SIGN_IN, reference=_KEYS,
    ),
    Rule(
        "openai.session-only", "credential_wrong_kind", says=("must be made with a session key",),
        headline="Only the website's own session may call this address; no API key can",
        not_this="The key is not at fault, and no other key would do.",
        steps=steps.DASHBOARD, reference="https://platform.openai.com/usage",
    ),
    Rule(
        "openai.scope-admin", "credential_wrong_kind",
        pattern=r"missing scopes: (?P<scope>(?:api\.usage|api\.management|api\.organization|api\.audit)[\w.]*)",
        says=("missing scopes",), also=("permission_missing",),
        headline="This call needs an admin key; the key sent is a project key (scope {scope} is missing)",
        steps=steps.ADMIN_KEY, reference="https://platform.openai.com/settings/organization/admin-keys",
    ),
)  # fmt: skip

# It was a key: known once, or never.
DEAD = (
    Rule(
        "openai.account-deactivated", "credential_disabled", code=("account_deactivated",),
        headline="OpenAI has deactivated the account this key belongs to",
        steps=steps.APPEAL, reference=_CODES,
    ),
    Rule(
        "openai.account-deactivated-said", "credential_disabled",
        says=("account has been deactivated", "api key has been deactivated", "associated with this api key has been"),
        headline="OpenAI has deactivated the account this key belongs to",
        steps=steps.APPEAL, reference=_CODES,
    ),
    Rule(
        "openai.access-terminated", "credential_disabled", type=("access_terminated",),
        headline="OpenAI has shut the account for a breach of its policies",
        not_this="429, but this is no rate limit: waiting does not help, and neither does a new key.",
        steps=steps.APPEAL, reference=_CODES,
    ),
    Rule(
        "openai.access-terminated-said", "credential_disabled", says=("your access was terminated",),
        headline="OpenAI has shut the account for a breach of its policies",
        not_this="Waiting does not help, and neither does a new key.",
        steps=steps.APPEAL, reference=_CODES,
    ),
    Rule(
        "openai.project-archived", "credential_disabled", code=("not_authorized_invalid_project",),
        says=("archived", "deleted"),
        headline="The project this key belongs to has been archived",
        steps=steps.LIVING_PROJECT, reference=_KEYS,
    ),
    Rule(
        "openai.project-invalid", "credential_disabled", code=("not_authorized_invalid_project",),
        certainty="likely", also=("account_mismatch",),
        headline="OpenAI does not accept the project this key belongs to",
        steps=steps.LIVING_PROJECT, reference=_KEYS,
    ),
    Rule(
        "openai.key-unknown", "credential_invalid", says=_INCORRECT, test=openai_key.whole,
        headline="OpenAI does not know this key",
        not_this="Its form is right, so it was deleted, revoked or mistyped; OpenAI does not tell which.",
        steps=steps.FIND_KEY, reference=_KEYS,
    ),
    Rule(
        "openai.key-unknown-shortened", "credential_invalid", says=_INCORRECT, test=openai_key.echoed,
        certainty="likely", also=("credential_malformed",),
        headline="OpenAI does not know this key",
        steps=steps.FIND_KEY, reference=_KEYS,
    ),
    Rule(
        "openai.key-refused", "credential_invalid", code=("invalid_api_key",),
        certainty="likely", also=("credential_malformed", "credential_missing", "credential_wrong_kind"),
        headline="OpenAI does not accept the key",
        steps=steps.FIND_KEY, reference=_CODES,
    ),
)  # fmt: skip

RULES = (*MISSING, *WRONG, *DEAD)

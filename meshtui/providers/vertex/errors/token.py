"""Rules of Google from the key to an access token (oauth2.googleapis.com/token, sts, iamcredentials), and of API keys.

OAuth's flat form `{"error", "error_description"}`; the descriptions are Google's own and have changed over the years,
so a rule looks for what stays in all of them. Nothing here has seen a project, a model or a quota yet. Vertex AI
behind Mesh takes no API keys; people paste their errors all the same.
"""

from __future__ import annotations

from meshtui.explain import values as times
from meshtui.explain.model import Rule
from meshtui.providers.vertex import fixes as google_key
from meshtui.providers.vertex import fixes as google_project

_OAUTH = "https://developers.google.com/identity/protocols/oauth2/service-account"
_KEYS = "https://docs.cloud.google.com/iam/docs/keys-list-get"
_REAUTH = "https://support.google.com/a/answer/9368756"
_STS = "https://docs.cloud.google.com/iam/docs/troubleshooting-workload-identity-federation"
_IMPERSONATION = "https://docs.cloud.google.com/iam/docs/service-account-impersonation"
_UNTOUCHED = "This is about the key alone: project, API, permissions and model have not been looked at."

# The JWT's times. Before all others: the key itself is not judged.
CLOCK = (
    Rule(
        "vertex.jwt-clock", "clock_skew",
        says=("short-lived token", "reasonable timeframe", "iat and exp", "clock with skew"),
        test=times.compare_date_header, also=("request_invalid",),
        headline="Your clock is {skew}: Google refuses the JWT's times",
        not_this="invalid_grant, but the key is not refused: a new one would fail alike.", reference=_OAUTH,
    ),
    Rule(
        "vertex.jwt-times", "clock_skew",
        says=("short-lived token", "reasonable timeframe", "iat and exp", "clock with skew", "issued in the future",
              "jwt is expired", "jwt has expired", "token used too early"),
        also=("request_invalid",),
        headline="Google finds the times in the JWT out of range: look at the clock",
        not_this="invalid_grant, but the key is not refused: a new one would fail alike.", reference=_OAUTH,
    ),
)  # fmt: skip

# The service account and its key.
KEY = (
    Rule(
        "vertex.jwt-signature", "credential_invalid", says=("invalid jwt signature",),
        headline="Google does not accept the signature: the key is deleted or disabled, or its PEM is damaged",
        not_this=_UNTOUCHED, reference=_KEYS,
    ),
    Rule(
        "vertex.account-unknown", "credential_invalid",
        pattern=r"account not found|gaia id not found|unknown service account"
                r"|service account (?!\S{1,100}@gcp-sa-)\S{1,200} does not exist",
        says=("account not found", "gaia id not found", "unknown service account", "does not exist"),
        headline="Google knows no service account by this e-mail",
        not_this=_UNTOUCHED, steps=google_key.ACCOUNT_EXISTS, reference=_OAUTH,
    ),
    Rule(
        "vertex.robot-disabled", "credential_disabled",
        pattern=r"robot is disabled|service account(?: \S{1,160})? (?:is|was|has been) disabled",
        says=("disabled",), code=("invalid_grant", ""),
        headline="The service account is disabled",
        not_this="The key may be good: the account it belongs to is switched off.",
        reference="https://docs.cloud.google.com/iam/docs/service-accounts-disable-enable",
    ),
    Rule(
        "vertex.account-gone", "credential_disabled",
        pattern=r"\b(?:account|user) (?:has been|was|is) (?P<state>deleted|disabled|suspended|deactivated)",
        says=("deleted", "disabled", "suspended", "deactivated"), code=("invalid_grant", "access_denied"),
        also=("credential_invalid",),
        headline="The Google account behind this credential is {state}",
        steps=google_key.ACCOUNT_EXISTS, reference=_OAUTH,
    ),
    Rule(
        "vertex.email-form", "credential_malformed",
        says=("not a valid email", "invalid email"), also=("credential_invalid", "request_invalid"),
        headline="The client_email in the file is no e-mail address",
        not_this=_UNTOUCHED, reference=_OAUTH,
    ),
    Rule(
        "vertex.jwt-audience", "request_invalid",
        reads=r"the right audience is (?P<audience>https://[\w./-]+)", says=("failed audience check",),
        certainty="likely", also=("credential_malformed",),
        headline="The JWT is made out to another address than Google's token endpoint",
        not_this="The key was not tried: only the address in the JWT is wrong. Look at token_uri in the file.",
        steps=google_key.TOKEN_URI, reference=_OAUTH,
    ),
    Rule(
        "vertex.jwt-broken", "credential_invalid", says=("invalid jwt",), code=("invalid_grant", "invalid_request"),
        certainty="likely", also=("credential_malformed", "clock_skew", "request_invalid"),
        headline="Google does not accept the JWT",
        not_this=_UNTOUCHED, reference=_OAUTH,
    ),
)  # fmt: skip

# User logins, which Mesh does not take, and federation.
LOGIN = (
    Rule(
        "vertex.reauth", "credential_expired",
        says=("invalid_rapt", "rapt_required", "reauth related error", "reauthentication is needed",
              "reauthentication required", "reauthentication failed", "reauthentication challenge"),
        headline="The Google login has expired and wants a person again",
        not_this="No service-account key ever gets this answer: this is a user's login.",
        steps=google_key.LOGIN_AGAIN, reference=_REAUTH,
    ),
    Rule(
        "vertex.refresh-token", "credential_expired",
        pattern=r"token (?:has been |has |is )?(?:expired|revoked)|is stale to sign-in",
        says=("expired", "revoked", "stale"), code=("invalid_grant", "invalid_token", "invalid_request"),
        also=("credential_disabled",),
        headline="The login's refresh token has expired or was revoked",
        not_this="No service-account key ever gets this answer: this is a user's login or a federated token.",
        steps=google_key.LOGIN_AGAIN, reference=_OAUTH,
    ),
    Rule(
        "vertex.attribute-condition", "permission_denied_explicitly",
        says=("attribute condition",), also=("permission_missing",),
        headline="The federation provider's attribute condition rejects this identity",
        steps=google_key.FEDERATION, reference=_STS,
    ),
    Rule(
        "vertex.federation-audience", "request_invalid", certainty="likely",
        pattern=r"(?:audience|issuer) .{0,400}does not match the expected", says=("does not match the expected",),
        also=("credential_wrong_kind", "credential_malformed", "account_mismatch", "credential_invalid"),
        headline="The identity provider's token has another audience or issuer than the federation pool expects",
        not_this="invalid_grant, but the identity is not refused: ask its issuer for a token for this pool.",
        steps=google_key.FEDERATION, reference=_STS,
    ),
    Rule(
        "vertex.federation-target", "credential_invalid", code=("invalid_target",), who="account admin",
        or_says=('indicated by the "audience" parameters is invalid', "error code invalid_target"),
        certainty="likely", also=("credential_disabled", "request_invalid", "account_mismatch"),
        headline="The federation pool or provider in the file does not exist or is disabled",
        steps=google_key.FEDERATION, reference=_STS,
    ),
    Rule(
        "vertex.delegation", "permission_missing", code=("unauthorized_client",), status=(400, 401, 403, 0),
        says=("unauthorized to retrieve access tokens", "not authorized for any of the scopes", "is unauthorized"),
        headline="The service account may not act for the user named as subject",
        not_this="{status}, but the key is good: Google refuses the delegation that `sub` asks for. Vertex needs none.",
        steps=google_key.NO_SUBJECT,
        reference="https://developers.google.com/identity/protocols/oauth2/service-account#delegatingauthority",
    ),
    Rule(
        "vertex.delegation-said", "permission_missing",
        says=("unauthorized to retrieve access tokens", "not authorized for any of the scopes"),
        headline="The service account may not act for the user named as subject",
        not_this="The key is good: Google refuses the delegation that `sub` asks for. Vertex needs none.",
        steps=google_key.NO_SUBJECT,
        reference="https://developers.google.com/identity/protocols/oauth2/service-account#delegatingauthority",
    ),
    Rule(
        "vertex.client-unauthorized", "permission_missing", code=("unauthorized_client",), certainty="likely",
        also=("permission_denied_explicitly", "credential_wrong_kind"),
        headline="This OAuth client may not ask for tokens this way",
        steps=google_key.NO_SUBJECT, reference=_OAUTH,
    ),
    Rule(
        "vertex.client-unknown", "credential_invalid", code=("invalid_client",),
        headline="Google does not know this OAuth client or its secret",
        not_this="A service-account key has no OAuth client: this is a user's login file.",
        steps=google_key.NOT_A_CLIENT, reference=_OAUTH,
    ),
    Rule(
        "vertex.client-shut", "credential_disabled", code=("deleted_client", "disabled_client"), who="key owner",
        also=("credential_invalid",),
        headline="The OAuth client of this login was deleted or disabled",
        not_this="A service-account key has no OAuth client: this is a user's login file.",
        steps=google_key.NOT_A_CLIENT, reference=_OAUTH,
    ),
    Rule(
        "vertex.login-policy", "permission_denied_explicitly",
        code=("access_denied", "admin_policy_enforced", "org_internal"), certainty="likely",
        also=("permission_missing", "credential_disabled"),
        headline="An administrator's policy does not let this login in",
        steps=google_project.LOGIN_POLICY, reference=_OAUTH,
    ),
)  # fmt: skip

# The request to the token endpoint, and the endpoint itself.
ENDPOINT = (
    Rule(
        "vertex.scope", "request_invalid", code=("invalid_scope",),
        headline="The token was asked for with no scope, or one that does not exist",
        not_this="The key is good: Google read the JWT and stumbled over its scope.",
        steps=google_key.SCOPE, reference=_OAUTH,
    ),
    Rule(
        "vertex.token-request", "request_invalid",
        code=("invalid_request", "unsupported_grant_type", "unsupported_response_type", "redirect_uri_mismatch"),
        also=("credential_malformed",), certainty="likely",
        headline="The request to the token endpoint is not one it takes",
        steps=google_key.TOKEN_URI, reference=_OAUTH,
    ),
    Rule(
        "vertex.token-broken", "provider_error",
        code=("internal_failure", "server_error", "temporarily_unavailable", "backend_error"),
        headline="Google's token endpoint failed",
        not_this="The key was not judged.", reference=_OAUTH,
    ),
    Rule(
        "vertex.token-page", "request_invalid", status=(200,), shape=("html",), call=("token",), certainty="likely",
        also=("credential_malformed", "network_blocked", "unknown"),
        headline="A web page came instead of a token: the address is not the token endpoint",
        not_this="{status}, but no success: look at token_uri in the file, and at a proxy's login page.",
        steps=google_key.TOKEN_URI, reference=_OAUTH,
    ),
    Rule(
        "vertex.token-absent", "request_invalid", says=("no access token in response",), certainty="likely",
        also=("credential_malformed", "unknown"),
        headline="The token endpoint answered without a token: the address may be another's",
        steps=google_key.TOKEN_URI, reference=_OAUTH,
    ),
    Rule(
        "vertex.grant-unexplained", "unknown", code=("invalid_grant",), who="key owner",
        pattern=r"^(?:bad request)?\W*$", also=("clock_skew", "credential_expired", "credential_invalid"),
        headline="Google refuses the grant and does not say why",
        reference=_OAUTH,
    ),
    Rule(
        "vertex.grant", "credential_invalid", code=("invalid_grant", "invalid_token"), certainty="likely",
        also=("credential_expired", "clock_skew", "credential_disabled", "unknown"),
        headline="Google does not accept this credential",
        not_this=_UNTOUCHED, steps=google_key.GRANT_UNKNOWN, reference=_OAUTH,
    ),
)  # fmt: skip

# One service account asked to speak for another (iamcredentials, impersonation).
IMPERSONATION = (
    Rule(
        "vertex.impersonation", "permission_missing",
        pattern=r"permission '?(?P<permission>iam\.serviceaccounts\.\w+)'? denied", says=("iam.serviceaccounts.",),
        also=("credential_invalid",),
        headline="This identity may not speak for the service account: {permission} is missing",
        not_this="The key is good: the next account in the chain is closed to it.",
        steps=google_key.TOKEN_CREATOR, reference=_IMPERSONATION,
    ),
    Rule(
        "vertex.key-creation", "permission_denied_explicitly",
        says=("key creation is not allowed", "iam.disableserviceaccountkey"),
        headline="The organization forbids service account keys",
        not_this="Nothing is wrong with the account: disableServiceAccountKeyCreation, or its managed twin, "
                 "stops new keys.",
        steps=google_key.KEY_POLICY, reference="https://docs.cloud.google.com/resource-manager/docs/organization-policy/"
                                          "restricting-service-accounts",
    ),
)  # fmt: skip

TOKEN_RULES: tuple[Rule, ...] = (*CLOCK, *KEY, *LOGIN, *ENDPOINT, *IMPERSONATION)


_API_KEYS = "https://docs.cloud.google.com/docs/authentication/api-keys"
_NO_GRANT = "{status}, but no permission is missing: granting roles changes nothing."

API_KEY_RULES: tuple[Rule, ...] = (
    Rule(
        "vertex.api-key-expired", "credential_expired", says=("api key expired", "api key has expired"),
        headline="The API key has expired", steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-leaked", "credential_disabled", says=("reported as leaked", "key was leaked"),
        who="key owner",
        headline="Google found this API key in public and disabled it",
        steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-invalid", "credential_invalid", reason=("API_KEY_INVALID", "keyInvalid"),
        or_says=("api key not valid", "api key not found", "invalid api key"),
        also=("credential_malformed",),
        headline="Google does not know this API key",
        not_this="{status}, but the request is not wrong: the key is.",
        steps=google_key.API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-service", "permission_missing", reason=("API_KEY_SERVICE_BLOCKED",),
        or_says=("requests to this api",),         also=("permission_denied_explicitly",),
        headline="The API key is restricted to other APIs",
        not_this="{status}, but no role is missing: the key's own restrictions leave this API out.",
        steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-network", "network_blocked",
        or_says=("requests from referer", "requests from this referer", "ip address restriction"),
        reason=("API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED", "ipRefererBlocked"),
        also=("permission_denied_explicitly", "permission_missing"),
        headline="The API key may not be used from this address or site",
        not_this=_NO_GRANT, steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
    Rule(
        "vertex.api-key-app", "permission_denied_explicitly",
        reason=("API_KEY_ANDROID_APP_BLOCKED", "API_KEY_IOS_APP_BLOCKED"), certainty="likely",
        also=("network_blocked", "permission_missing"),
        headline="The API key is restricted to certain mobile apps",
        not_this=_NO_GRANT, steps=google_key.API_KEY_LIMITS, reference=_API_KEYS,
    ),
)  # fmt: skip

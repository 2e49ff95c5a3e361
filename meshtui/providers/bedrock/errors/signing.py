"""AWS: who signed, with what and when. Said by the front end before the service has read the request.

The sentences are those of AWS's common errors (STS API Reference, "Common Error Types"; IAM User Guide,
"Troubleshoot Signature Version 4 requests") and of Bedrock's API keys (Bedrock User Guide, "API keys").
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from meshtui.explain import values as times
from meshtui.explain.model import ParsedError, Rule
from meshtui.providers.bedrock import fixes as aws_identity

_SIGV4 = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html"
_API_KEYS = "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html"
_ACCESS_KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
_SESSIONS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html"
_MFA = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html"
_NOT_PERMISSIONS = "{status}, but this is not about permissions: AWS has not accepted who is calling yet."

# Nothing arrived.
MISSING = (
    Rule(
        "bedrock.authentication-missing", "credential_missing",
        type=("MissingAuthenticationToken", "MissingAuthenticationTokenException"),
        or_says=("missing authentication token", "missing the authentication token", "missing authorization header",
                 "authorization header is missing", "no authorization header", "missing bearer token",
                 "missing api key", "no api key", "api key is missing", "no bearer token"),
        headline="AWS saw no credential in the request",
        not_this=_NOT_PERMISSIONS, reference=_SIGV4,
    ),
)  # fmt: skip

# Something arrived that cannot be a key, or is one of another kind.
MALFORMED = (
    Rule(
        "bedrock.api-key-form", "credential_malformed",
        says=("invalid api key format", "must start with pre-defined prefix"),
        also=("credential_wrong_kind",),
        headline="This does not begin like a Bedrock API key (ABSK… or bedrock-api-key-…)",
        not_this=_NOT_PERMISSIONS, steps=aws_identity.BEDROCK_KEY, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.bearer-where-signature-belongs", "credential_wrong_kind",
        pattern=r"authorization header requires .{0,400}authorization='?(?:bearer|basic)\b",
        says=("authorization header requires",), certainty="likely",
        also=("credential_malformed", "request_invalid"),
        headline="A bearer key was sent to a service that takes only signed requests",
        not_this="This says nothing about whether the key is good: the service cannot read such a key at all.",
        reference=_API_KEYS,
    ),
    Rule(
        "bedrock.credential-elements", "credential_malformed",
        pattern=r"credential must have (?:exactly |at least )?(?:5|five) slash-delimited elements",
        says=("slash-delimited elements",), also=("request_invalid",),
        headline="The signature's credential part is not keyid/date/region/service/aws4_request",
        reference=_SIGV4,
    ),
    Rule(
        "bedrock.authorization-broken", "credential_malformed",
        says=("not a valid key=value pair", "authorization header requires 'credential'"),
        also=("request_invalid", "credential_wrong_kind"),
        headline="The Authorization header is broken: a blank, a comma or a line break in the access key id does that",
        reference=_SIGV4,
    ),
    Rule(
        "bedrock.access-key-form", "credential_malformed",
        pattern=r"at '(?:aws)?accesskey(?:id)?' failed to satisfy constraint|access key id .{0,40}must (?:be|have)",
        says=("accesskey", "access key id"), certainty="likely", also=("credential_invalid",),
        headline="The access key id does not have an access key id's form",
        reference=_ACCESS_KEYS,
    ),
    Rule(
        "bedrock.signature-incomplete", "credential_malformed",
        type=("IncompleteSignature", "IncompleteSignatureException"), also=("request_invalid",),
        headline="AWS could not read the signature as one",
        reference=_SIGV4,
    ),
)  # fmt: skip

# It was good once.
EXPIRED = (
    Rule(
        "bedrock.bearer-expired", "credential_expired",
        pattern=r"\b(?:bearer token|api key)(?: \w+){0,6} (?:has |is )?expired",
        says=("expired",),
        headline="The short-term Bedrock API key has expired",
        not_this=_NOT_PERMISSIONS, steps=aws_identity.NEW_SHORT_TERM_KEY, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.token-expired", "credential_expired",
        or_says=("security token included in the request is expired", "security token is expired",
                 "security token has expired"),
        type=("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"),
        headline="The AWS session has expired",
        not_this=_NOT_PERMISSIONS, reference=_SESSIONS,
    ),
)  # fmt: skip

# The signature's time. The sentence names three of them; see `times`.
CLOCK = (
    Rule(
        "bedrock.signature-late", "clock_skew",
        says=("signature expired",), test=times.detect_held_request, certainty="likely", retryable=True,
        headline="The request reached AWS more than {limit} min after the time in its signature: clock {skew}",
        not_this="{status}, but neither the key nor its permissions are wrong. This close to the limit the request "
                 "may also "
                 "have waited after it was signed.",
        reference=_SIGV4,
    ),
    Rule(
        "bedrock.signature-times", "clock_skew",
        says=("signature expired", "signature not yet current"), test=times.read_signature_times,
        headline="Your clock is {skew}: AWS allows {limit} min",
        not_this="{status}, but neither the key nor its permissions are wrong: a new key would fail alike.",
        reference=_SIGV4,
    ),
    Rule(
        "bedrock.signature-expired", "clock_skew",
        says=("signature expired", "signature not yet current", "requesttimetooskewed",
              "difference between the request time and the current time is too large"),
        headline="The time in the signature is not AWS's time",
        not_this="{status}, but neither the key nor its permissions are wrong: a new key would fail alike.",
        reference=_SIGV4,
    ),
    Rule(
        "bedrock.request-expired", "clock_skew",
        or_says=("request has expired",),
        type=("RequestExpired", "RequestExpiredException", "RequestTimeTooSkewed"), also=("credential_expired",),
        headline="AWS found the request's time stamp too old",
        reference=_SIGV4,
    ),
    Rule(
        "bedrock.key-not-yet-valid", "clock_skew",
        says=("not yet valid",), certainty="likely", also=("credential_malformed", "credential_invalid"),
        headline="The key begins later than AWS's clock says it is now",
        reference=_API_KEYS,
    ),
)  # fmt: skip

# Signed, but for another Region, service or day.
SCOPE = (
    Rule(
        "bedrock.signed-for-region", "region_unsupported",
        pattern=r"credential should be scoped to (?:a |the )?(?:valid |correct )?region"
                r"(?:, not|: ?)? ?'?(?P<signed_region>[a-z]{2}[\w-]{2,20})?",
        says=("credential should be scoped to",),
        headline="The request was signed for a Region that is not the endpoint's",
        not_this="{status}, but the key is not refused: the Region inside the signature is.",
        steps=aws_identity.SIGN_FOR_REGION, reference=_SIGV4,
    ),
    Rule(
        "bedrock.signed-for-service", "request_invalid",
        says=("scoped to correct service", "scoped to the correct service"),
        headline="The request was signed for another AWS service than the endpoint's",
        not_this="{status}, but the key is not refused: the service name inside the signature is.",
        steps=aws_identity.SIGN_FOR_SERVICE, reference=_SIGV4,
    ),
    Rule(
        "bedrock.signed-scope", "request_invalid",
        says=("date in credential scope", "scoped with a valid terminator", "unsupported aws 'algorithm'"),
        certainty="likely", also=("clock_skew", "credential_malformed"),
        headline="The signature's scope is not put together as AWS asks",
        reference=_SIGV4,
    ),
)  # fmt: skip

# Well formed and not accepted.


def _is_key_type(key_type: str) -> Callable[[ParsedError], Mapping[str, str] | None]:
    """A test that passes where the key is known to be of that type."""
    return lambda error: {} if error.context.key_type == key_type else None


def _is_for_other_region(error: ParsedError) -> Mapping[str, str] | None:
    key, called = error.context.key_region, error.context.region
    return {} if key and called and key != called else None


_UNKNOWN_KEY_TYPES = ("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId")
_UNKNOWN_KEY_SAYS = ("security token included in the request is invalid",)
_NOT_KNOWN = "{status}, but this is not about permissions: AWS does not know who is calling."
_API_KEY_INVALID = r"authentication failed: .{0,40}api key is valid|\b(?:invalid|incorrect) (?:bearer token|api key)\b"
INVALID = (
    Rule(
        "bedrock.long-term-key-unknown", "credential_invalid", type=_UNKNOWN_KEY_TYPES, or_says=_UNKNOWN_KEY_SAYS,
        test=_is_key_type("long-term key"),
        headline="AWS does not know this access key id: it was deleted, made inactive or mistyped",
        not_this=_NOT_KNOWN, steps=aws_identity.UNKNOWN_LONG_TERM_KEY, reference=_ACCESS_KEYS,
    ),
    Rule(
        "bedrock.temporary-key-unknown", "credential_invalid", type=_UNKNOWN_KEY_TYPES, or_says=_UNKNOWN_KEY_SAYS,
        test=_is_key_type("temporary key"),
        headline="AWS does not know this temporary key, or its session token is another pair's or cut short",
        not_this=_NOT_KNOWN, steps=aws_identity.UNKNOWN_TEMPORARY_KEY, reference=_SESSIONS,
    ),
    Rule(
        "bedrock.token-invalid", "credential_invalid", type=_UNKNOWN_KEY_TYPES, or_says=_UNKNOWN_KEY_SAYS,
        headline="AWS does not know this access key id, or it came without its session token",
        not_this=_NOT_KNOWN, reference=_ACCESS_KEYS,
    ),
    Rule(
        "bedrock.api-key-other-region", "credential_invalid", pattern=_API_KEY_INVALID,
        says=("api key", "bearer token"), test=_is_for_other_region,
        headline="The short-term API key is for {key_region}, and {region} was called",
        not_this="The key may be good: it works in its own Region only.",
        steps=aws_identity.OTHER_KEY_REGION, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.long-term-api-key-unknown", "credential_invalid", pattern=_API_KEY_INVALID,
        says=("api key", "bearer token"), test=_is_key_type("long-term API key"),
        headline="Bedrock in {region} does not know this API key: it was deleted, made inactive or mistyped",
        not_this="This is not about permissions: an expired key reads the same.",
        steps=aws_identity.UNKNOWN_LONG_TERM_API_KEY, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.api-key-unknown", "credential_invalid",
        pattern=_API_KEY_INVALID,
        says=("api key", "bearer token"),
        headline="Bedrock does not know this API key",
        not_this="This is not about permissions: an expired key, or a short-term key of another Region, reads the "
                 "same.",
        steps=aws_identity.BEDROCK_KEY, reference=_API_KEYS,
    ),
    Rule(
        "bedrock.signature-mismatch", "credential_invalid",
        says=("signature we calculated does not match", "signature does not match"), also=("request_invalid",),
        certainty="likely",
        headline="The access key id exists; the signature does not fit: the secret is not its secret, or the "
                 "request was changed",
        not_this="{status}, but this is not about permissions: the signature failed.",
        steps=aws_identity.WRONG_SECRET, reference=_SIGV4,
    ),
    Rule(
        "bedrock.signature-type", "credential_invalid",
        type=("InvalidSignatureException", "SignatureDoesNotMatch", "InvalidSignature"), certainty="likely",
        also=("request_invalid", "clock_skew", "region_unsupported"),
        headline="AWS does not accept the signature",
        not_this="{status}, but this is not about permissions: the signature failed.",
        steps=aws_identity.WRONG_SECRET, reference=_SIGV4,
    ),
    Rule(
        "bedrock.session-not-taken", "credential_wrong_kind",
        pattern=r"cannot call (?P<operation>\w{3,60}) with (?P<kind>session|federation|temporary|root)\w* ?\w*",
        says=("cannot call",), also=("request_invalid", "permission_denied_explicitly"),
        headline="{operation} takes long-term keys only, and this is a session's",
        not_this="{status}, but no permission is missing: temporary credentials are never taken here.",
        steps=aws_identity.LONG_TERM, reference=_SESSIONS,
    ),
    Rule(
        "bedrock.mfa-missing", "credential_missing",
        pattern=r"multifactorauthentication failed,? .{0,20}must provide", says=("multifactorauthentication failed",),
        headline="A code of the MFA device is wanted, and none was sent",
        not_this="{status}, but no permission is missing: the second factor is.",
        steps=aws_identity.MFA, reference=_MFA,
    ),
    Rule(
        "bedrock.mfa-refused", "credential_invalid", says=("multifactorauthentication failed",),
        also=("credential_expired", "credential_malformed", "clock_skew"),
        headline="AWS does not accept the code of the MFA device",
        not_this="{status}, but no permission is missing: the second factor failed.",
        steps=aws_identity.MFA, reference=_MFA,
    ),
    Rule(
        "bedrock.identity-provider-absent", "account_mismatch", who="account admin", certainty="likely",
        pattern=r"no (?:openid\s?connect|saml) provider found", says=("provider found",),
        also=("credential_invalid", "credential_wrong_kind", "permission_missing", "request_invalid"),
        headline="The role's account does not know the identity provider that issued the token",
        not_this="The token is not refused: the account named in the role's ARN has no such provider.",
        steps=aws_identity.WEB_IDENTITY,
        reference="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html",
    ),
    Rule(
        "bedrock.identity-audience", "credential_invalid", says=("incorrect token audience",), certainty="likely",
        also=("account_mismatch", "credential_wrong_kind", "request_invalid", "permission_missing"),
        headline="The token is made out to another audience than the identity provider in IAM lists",
        not_this="{status}, but the token itself is good: ask its issuer for one with the audience sts.amazonaws.com.",
        steps=aws_identity.WEB_IDENTITY,
        reference="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html",
    ),
    Rule(
        "bedrock.identity-token", "credential_invalid",
        type=("InvalidIdentityToken", "InvalidIdentityTokenException", "IDPRejectedClaim"), certainty="likely",
        also=("credential_expired", "request_invalid"),
        headline="STS does not accept the web identity token",
        steps=aws_identity.WEB_IDENTITY,
        reference="https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html",
    ),
    Rule(
        "bedrock.account-shut", "credential_disabled",
        pattern=r"\baccount (?:\S+ )?(?:is|has been|was) (?:suspended|closed|deactivated|disabled|terminated)",
        says=("suspended", "closed", "deactivated", "disabled", "terminated"), certainty="likely",
        also=("billing_inactive",),
        headline="The AWS account is disabled",
        reference="https://repost.aws/knowledge-center/reactivate-suspended-account",
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (*MISSING, *MALFORMED, *EXPIRED, *CLOCK, *SCOPE, *INVALID)

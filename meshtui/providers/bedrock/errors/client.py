"""AWS's client libraries: what they say when no answer came, or nothing was sent.

botocore's sentences are the `fmt` of its exception classes; beside them the wordings of the SDKs for JavaScript, Go
and Java. These rows do not look at a provider: AWS's libraries are recognised by their words.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.bedrock import fixes as aws_identity

_CREDENTIALS = "https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html"
_SSO = "https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html"
_REGIONS = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html"
_HOSTS = "https://docs.aws.amazon.com/general/latest/gr/bedrock.html"
_POD_IDENTITY = "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"
_UNTESTED = "This says nothing about the key: no answer came."
_REGION = r"(?:[a-z]{2}|us-gov|us-iso[a-z]?|eu-isoe)-(?:north|south|east|west|central){1,2}-\d{1,2}"
_URL = r"https?://(?P<host>[\w.-]+)"

# A session that ran out on this machine. Before the missing ones: both begin "Error when retrieving".
EXPIRED = (
    Rule(
        "bedrock.login-expired", "credential_expired", says=("reauthenticate using 'aws login'",),
        headline="The AWS console sign-in of this machine has expired",
        not_this="No key was refused: the local session ended before anything was sent.",
        steps=aws_identity.LOGIN, reference="https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html",
    ),
    Rule(
        "bedrock.sso-expired", "credential_expired",
        says=("token has expired and refresh failed", "sso session associated with this profile has expired",
              "sso session has expired", "to refresh this sso session", "token is expired. to refresh",
              "error loading sso token", "refresh cached sso token",
              "session token not found or invalid"),
        headline="The AWS sign-in on this machine has expired",
        not_this="No key was refused: the local session ended before anything was sent.",
        steps=aws_identity.SSO_LOGIN, reference=_SSO,
    ),
    Rule(
        "bedrock.process-expired", "credential_expired",
        pattern=r"error when retrieving (?:credentials|token) from .{0,200}expired", says=("error when retrieving",),
        headline="The program that hands out the credentials says they have expired",
        steps=aws_identity.PROCESS, reference=_CREDENTIALS,
    ),
)  # fmt: skip

# No credential found, or half of one.
MISSING = (
    Rule(
        "bedrock.pod-identity-trust", "permission_missing",
        says=("eks does not have permissions to assume the associated role",),
        headline="EKS Pod Identity may not assume the role: the role's trust policy does not name it",
        steps=aws_identity.POD_TRUST, reference=_POD_IDENTITY,
    ),
    Rule(
        "bedrock.pod-identity-association", "permission_missing", certainty="likely",
        says=("unable to find active association", "no active association", "create pod identity association"),
        also=("credential_missing", "account_mismatch"),
        headline="No EKS Pod Identity association gives this service account a role",
        not_this="No key was refused: the cluster hands out none for this service account.",
        steps=aws_identity.POD_ASSOCIATION, reference=_POD_IDENTITY,
    ),
    Rule(
        "bedrock.container-metadata", "credential_missing", certainty="likely",
        pattern=r"from container metadata", says=("container metadata",),
        also=("credential_expired", "credential_invalid", "permission_missing", "connection_failed"),
        headline="The container's credential endpoint gave no credentials",
        not_this="No key was refused: ECS or EKS Pod Identity, which should hand one out, did not.",
        steps=aws_identity.POD_ASSOCIATION, reference=_POD_IDENTITY,
    ),
    Rule(
        "bedrock.credentials-none", "credential_missing",
        says=("unable to locate credentials", "could not load credentials from any providers",
              "missing credentials in config", "unable to load credentials from any of the providers",
              "unable to load aws credentials", "no valid providers in chain", "no valid credential sources",
              "no ec2 imds role found", "unable to locate authorization token", "nocredentialproviders",
              "nocredentialserror",
              "no aws credentials", "aws credentials were not found", "aws credentials not found",
              "aws sigv4 authentication requires", "valid credentials could not be sourced",
              "credentials_provider_imds_source_failure", "failed to get session token from imds",
              "unable to get credentials from any credential provider", "cannot read credentials from ",
              "unable to sign request without credentials", "failed to resolve aws credentials", "credentialsnotloaded",
              "no providers in chain provided credentials"),
        headline="The AWS library found no credentials on this machine",
        not_this="Nothing was sent, so nothing was refused.",
        steps=aws_identity.NO_CREDENTIALS, reference=_CREDENTIALS,
    ),
    Rule(
        "bedrock.credentials-partial", "credential_malformed",
        pattern=r"partial credentials found in (?P<source>[\w-]+), missing: (?P<missing>\w+)",
        says=("partial credentials",), also=("credential_missing",),
        headline="Half a key pair: {source} lacks {missing}",
        steps=aws_identity.NO_CREDENTIALS, reference=_CREDENTIALS,
    ),
    Rule(
        "bedrock.credentials-object", "credential_malformed",
        says=("resolved credential object is not valid", "credential is missing"),
        certainty="likely", also=("credential_missing",),
        headline="The library could not put this credential into a request",
        not_this="Nothing was sent, so nothing was refused.",
        reference=_CREDENTIALS,
    ),
    Rule(
        "bedrock.profile-unknown", "credential_missing",
        pattern=r"the config profile \((?P<profile>[\w.@-]+)\) could not be found|profile .{0,80}could not be found",
        says=("could not be found",), certainty="likely", also=("request_invalid",),
        headline="There is no such AWS profile on this machine",
        steps=aws_identity.PROFILES, reference=_CREDENTIALS,
    ),
    Rule(
        "bedrock.credentials-source", "credential_missing",
        says=("error when retrieving credentials", "error when retrieving token", "credentialsprovidererror",
              "failed to retrieve credentials", "failed to refresh cached credentials"),
        certainty="likely", also=("credential_expired", "connection_failed"),
        headline="The place the credentials should come from gave none",
        steps=aws_identity.NO_CREDENTIALS, reference=_CREDENTIALS,
    ),
)  # fmt: skip

# The Region, and an old library.
SETTINGS = (
    Rule(
        "bedrock.region-none", "request_invalid",
        says=("you must specify a region", "region is missing", "missing region in config", "could not find region",
              "unable to load region", "an aws region is required", "aws region setting is missing"),
        also=("region_unsupported",),
        headline="No AWS Region is set",
        not_this="Nothing was sent, so nothing was refused.",
        steps=aws_identity.SET_REGION, reference=_REGIONS,
    ),
    Rule(
        "bedrock.region-form", "region_unsupported",
        pattern=r"region_name '[^']{0,80}'|in region (?P<called>[\w.-]+)",
        says=("doesn't match a supported format", "unable to construct an endpoint"),
        also=("request_invalid",),
        headline="This is not the name of a Region that has Bedrock",
        steps=aws_identity.SET_REGION, reference=_HOSTS,
    ),
    Rule(
        "bedrock.library-old", "request_invalid",
        says=("unknown service: 'bedrock", "has no attribute 'converse", "has no attribute 'invoke_model"),
        headline="The AWS library is older than Bedrock or than this call",
        steps=aws_identity.UPGRADE, reference="https://docs.aws.amazon.com/bedrock/latest/userguide/getting-started-api.html",
    ),
    Rule(
        "bedrock.parameters-local", "request_invalid",
        says=("parameter validation failed", "paramvalidationerror", "input member", "serialization failed",
              "missing required parameter in input", "unknown parameter in input"),
        headline="The AWS library refused the request before sending it",
        not_this="Nothing was sent, so nothing was refused.",
        reference="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html",
    ),
)  # fmt: skip

# The network.
NETWORK = (
    Rule(
        "bedrock.endpoint-time", "timeout",
        pattern=rf"(?:connect|connection) timeout on endpoint url: ?\"?{_URL}", says=("timeout on endpoint url",),
        who="caller", retryable=False, also=("connection_failed", "network_blocked"),
        headline="No connection to {host} in time",
        not_this=_UNTESTED, steps=aws_identity.NETWORK, reference=_HOSTS,
    ),
    Rule(
        "bedrock.read-time", "timeout",
        pattern=rf"read timeout on endpoint url: ?\"?{_URL}", says=("timeout on endpoint url",),
        also=("connection_failed",),
        headline="{host} took the request and did not answer in time",
        not_this=_UNTESTED, reference=_HOSTS,
    ),
    Rule(
        "bedrock.endpoint-nowhere", "region_unsupported",
        pattern=rf"could not connect to the endpoint url: ?\"?https?://[\w-]{{1,40}}\.(?!{_REGION}\b)"
                r"(?P<called>[a-z][a-z0-9-]{1,40})\.amazonaws\.com",
        says=("could not connect to the endpoint url",), certainty="likely",
        also=("connection_failed", "network_blocked"),
        headline="{called} is no AWS Region, so there is no such host",
        not_this=_UNTESTED, steps=aws_identity.SET_REGION, reference=_HOSTS,
    ),
    Rule(
        "bedrock.endpoint-unreachable", "connection_failed",
        pattern=rf"could not connect to the endpoint url: ?\"?{_URL}", says=("could not connect to the endpoint url",),
        also=("region_unsupported", "network_blocked"),
        headline="No connection to {host}",
        not_this=_UNTESTED, reference=_HOSTS,
    ),
    Rule(
        "bedrock.endpoint-tls", "connection_failed",
        pattern=rf"ssl validation failed for \"?{_URL}", says=("ssl validation failed",), also=("network_blocked",),
        headline="The TLS certificate of {host} was not accepted",
        not_this=_UNTESTED, steps=aws_identity.TLS, reference=_HOSTS,
    ),
    Rule(
        "bedrock.proxy-unreachable", "connection_failed",
        says=("failed to connect to proxy url",), also=("network_blocked",),
        headline="The proxy could not be reached or would not serve",
        not_this=_UNTESTED, reference=_HOSTS,
    ),
    Rule(
        "bedrock.endpoint-dropped", "connection_failed",
        says=("connection was closed before we received a valid response", "error occurred while reading from response "
              "stream"),
        retryable=True, also=("timeout", "network_blocked"),
        headline="The connection broke before the answer was complete",
        not_this=_UNTESTED, reference=_HOSTS,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = (
    *(rule._replace(local=True) for rule in (*EXPIRED, *MISSING, *SETTINGS)),
    *NETWORK,
)

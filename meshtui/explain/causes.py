"""The catalogue: every cause there is, one row each, with all that follows from it.

A row says what a cause is called and means, who fixes it, whether to retry, whether Mesh falls back, what it tells
about the key, how it is marked and with which status a command ends. Code elsewhere asks the row (`CAUSES[label]`), so
a cause is added here and in the rules that find it. `meshtui explain --list` prints it.

Whether Mesh falls back follows its BYOK and retry pages: on authentication errors and rate limits of your credential,
never on a wrong request; nothing is said about outages and timeouts.

Annotations are not postponed, as in `presentation.blocks`.
"""

from typing import NamedTuple

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.text import format_span
from meshtui.explain.model import Context, ParsedError, Step
from meshtui.explain.placeholders import Values, fill_step
from meshtui.explain.rule_tables import find_steps
from meshtui.explain.vendors import NAMES

OWNER, ADMIN, CALLER, PROVIDER = "key owner", "account admin", "caller", "provider"
WHO_FIXES = {
    OWNER: "the key's owner",
    ADMIN: "whoever runs the account",
    CALLER: "your app, or whoever runs it",
    PROVIDER: "only the provider; meanwhile do what is below",
}
"""`Cause.who` in words."""
YES, NO, NOT_DOCUMENTED = "yes", "no", "not documented"
CERTAINTIES = {"certain": "certain", "likely": "likely, not certain", "unknown": "the answer does not say"}
"""`Explanation.certainty` in words."""

REFUSED, NOT_PERMITTED, LIMITED, FAILED, CANNOT_BE_TOLD = 4, 5, 6, 7, 8
"""Exit statuses. Who has to act decides: on the credential 4, on rights 5, on money and limits 6, on the service or the
request 7."""


class Cause(NamedTuple):
    """One row of the catalogue."""

    label: str
    title: str
    meaning: str
    headline: str
    """`{who}` is replaced by the provider's name."""
    what_it_is: str
    """Goes on after `403, but this is not about permissions: `; empty where there is nothing to say."""
    who: str
    """key owner, account admin, caller or provider: the one who can fix it."""
    state: str
    """The word of at most nine letters by which a line is marked."""
    exit_status: int
    falls_back: str
    """Whether Mesh tries its own credentials on it: yes, no, not documented."""
    retryable: bool = False
    """Whether the same request may succeed within minutes without any change."""
    credential: bool = False
    """Whether a credential is at fault at all."""
    suggested_by: tuple[int, ...] = ()
    """Statuses that make one think of it."""
    key_known: bool = False
    """Whether only a key that the server knows can meet it."""
    inconclusive: bool = False
    """Whether it says nothing against the credential: a check that ends in it is unclear, never failed."""
    unreachable: bool = False
    """Whether the next call would only wait for the same."""
    counts: str = ""
    """Which numbers in such an answer are worth saying: `limit`, `clock` or `region`."""
    unit: str = ""
    """What the limit counts, where the cause says so: requests, tokens, capacity."""


_ROWS = (
    Cause(
        "credential_missing", "No key arrived",
        meaning="The server saw no credential: the header is absent or the key in it is empty.",
        headline="{who} saw no key at all",
        what_it_is="no key arrived", suggested_by=(401,),
        who=OWNER, state="refused", exit_status=REFUSED, falls_back=YES, credential=True,
    ),
    Cause(
        "credential_malformed", "What was sent cannot be a key of this kind",
        meaning="The credential is cut off, quoted, padded, a placeholder, or no valid JSON or PEM.",
        headline="What was sent to {who} cannot be one of its keys",
        what_it_is="what was sent is no key of this kind", suggested_by=(401,),
        who=OWNER, state="refused", exit_status=REFUSED, falls_back=YES, credential=True,
    ),
    Cause(
        "credential_wrong_kind", "A key of another kind or for another service",
        meaning="The credential may be real, but this service takes another kind.",
        headline="{who} was given a key of another kind",
        what_it_is="it is a key of another kind", suggested_by=(401,),
        who=OWNER, state="refused", exit_status=REFUSED, falls_back=YES, credential=True,
    ),
    Cause(
        "credential_invalid", "The key is unknown",
        meaning="The credential has the right form and the server does not accept it: mistyped, deleted, "
                "revoked, or the secret is not its secret. The server does not tell which.",
        headline="{who} does not know this key",
        what_it_is="the key itself is not accepted", suggested_by=(401,),
        who=OWNER, state="refused", exit_status=REFUSED, falls_back=YES, credential=True,
    ),
    Cause(
        "credential_disabled", "The key or its account is disabled",
        meaning="The server says that the credential, its account or its project was deactivated, suspended "
                "or deleted.",
        headline="{who} has disabled this key or its account",
        what_it_is="the key or its account is disabled", suggested_by=(401,),
        who=ADMIN, state="refused", exit_status=REFUSED, falls_back=YES, credential=True,
    ),
    Cause(
        "credential_expired", "The credential has expired",
        meaning="A token or session was valid once and its time is over.",
        headline="{who} finds that this credential has expired",
        what_it_is="the credential has expired", suggested_by=(401,),
        who=OWNER, state="refused", exit_status=REFUSED, falls_back=YES, credential=True,
    ),
    Cause(
        "clock_skew", "The clock of the sending machine is wrong",
        meaning="The signature or the JWT carries a time that the server's clock does not allow. The key "
                "itself is untested.",
        headline="{who} finds the request's time wrong: look at the sending machine's clock",
        what_it_is="the clock is wrong",
        who=CALLER, state="refused", exit_status=REFUSED, falls_back=NOT_DOCUMENTED,
        counts="clock",
    ),
    Cause(
        "account_mismatch", "Key, project and organization do not belong together",
        meaning="An organization, project or account that the request names is not the one this credential "
                "belongs to.",
        headline="{who} finds that key, project and organization do not belong together",
        what_it_is="key and account do not belong together",
        who=OWNER, state="refused", exit_status=REFUSED, falls_back=NOT_DOCUMENTED, credential=True,
    ),
    Cause(
        "network_blocked", "A rule stops this network",
        meaning="An address list, a service perimeter, an endpoint policy, a company proxy or a CDN refuses "
                "where the request comes from.",
        headline="A network rule stopped the request to {who}",
        what_it_is="a rule stops this network",
        who=ADMIN, state="forbidden", exit_status=NOT_PERMITTED, falls_back=NOT_DOCUMENTED,
    ),
    Cause(
        "country_unsupported", "This country is not served",
        meaning="The provider does not serve the country, region or territory the request comes from.",
        headline="{who} does not serve the country this came from",
        what_it_is="the country is not served",
        who=CALLER, state="forbidden", exit_status=NOT_PERMITTED, falls_back=NOT_DOCUMENTED,
    ),
    Cause(
        "permission_missing", "The key lacks a permission",
        meaning="The identity is accepted; nothing allows it to do this.",
        headline="{who} knows the key, but nothing allows it to do this",
        what_it_is="the key is good and lacks a permission", suggested_by=(403,),
        who=ADMIN, state="forbidden", exit_status=NOT_PERMITTED, falls_back=YES, credential=True,
        key_known=True,
    ),
    Cause(
        "permission_denied_explicitly", "A policy forbids it",
        meaning="The identity is accepted; a policy, boundary or setting denies this in so many words. "
                "Granting more changes nothing until the denial goes.",
        headline="A policy at {who} forbids this",
        what_it_is="the key is good and a policy forbids this", suggested_by=(403,),
        who=ADMIN, state="forbidden", exit_status=NOT_PERMITTED, falls_back=NOT_DOCUMENTED, credential=True,
        key_known=True,
    ),
    Cause(
        "model_access_not_granted", "The account has no access to this model",
        meaning="The account has not been given, has not enabled or has not been verified for this model or feature.",
        headline="{who} has not opened this model to the account",
        what_it_is="the key is good and the model is not open to its account",
        who=ADMIN, state="forbidden", exit_status=NOT_PERMITTED, falls_back=NOT_DOCUMENTED, credential=True,
        key_known=True,
    ),
    Cause(
        "model_not_found", "There is no such model here",
        meaning="The model's name is misspelt, retired, or not one this endpoint knows.",
        headline="{who} has no model of this name here",
        what_it_is="the model does not exist here", suggested_by=(404, 400),
        who=CALLER, state="not found", exit_status=NOT_PERMITTED, falls_back=NO,
    ),
    Cause(
        "region_unsupported", "Wrong region",
        meaning="The model or endpoint does not exist in this region, or the key belongs to another one.",
        headline="{who} does not offer this in this region",
        what_it_is="it is the wrong region",
        who=CALLER, state="rejected", exit_status=NOT_PERMITTED, falls_back=NOT_DOCUMENTED,
        counts="region",
    ),
    Cause(
        "inference_profile_required", "This model is called through an inference profile",
        meaning="AWS Bedrock serves this model on demand only by the id of an inference profile.",
        headline="{who} serves this model only through an inference profile",
        what_it_is="the model wants an inference profile", suggested_by=(400,),
        who=CALLER, state="rejected", exit_status=NOT_PERMITTED, falls_back=NO,
    ),
    Cause(
        "api_not_enabled", "The API is off in this project",
        meaning="The Google Cloud project has never used this API, or has switched it off.",
        headline="The API is switched off in the Google Cloud project",
        what_it_is="the API is switched off",
        who=ADMIN, state="forbidden", exit_status=NOT_PERMITTED, falls_back=NOT_DOCUMENTED, credential=True,
        key_known=True,
    ),
    Cause(
        "billing_inactive", "The account cannot pay",
        meaning="Billing is disabled, the account is not active, or a payment failed.",
        headline="{who} cannot bill this account",
        what_it_is="the account cannot pay",
        who=ADMIN, state="limited", exit_status=LIMITED, falls_back=NOT_DOCUMENTED, credential=True,
        key_known=True,
    ),
    Cause(
        "quota_exhausted", "The credit or the spending limit is used up",
        meaning="Money or a hard usage quota is gone. Waiting a minute does not help.",
        headline="The credit or spending limit at {who} is used up",
        what_it_is="the money is used up, and waiting does not help",
        who=ADMIN, state="limited", exit_status=LIMITED, falls_back=NOT_DOCUMENTED, credential=True,
        key_known=True, counts="limit",
    ),
    Cause(
        "rate_limited_requests", "Rate limit reached: too many requests",
        meaning="The limit on requests per second, minute or day is reached.",
        headline="{who} counts too many requests",
        what_it_is="there were too many requests", suggested_by=(429,),
        who=CALLER, state="limited", exit_status=LIMITED, falls_back=YES, retryable=True, credential=True,
        key_known=True, inconclusive=True, counts="limit", unit="requests",
    ),
    Cause(
        "rate_limited_tokens", "Rate limit reached: too many tokens",
        meaning="The limit on tokens per minute or day is reached.",
        headline="{who} counts too many tokens",
        what_it_is="there were too many tokens", suggested_by=(429,),
        who=CALLER, state="limited", exit_status=LIMITED, falls_back=YES, retryable=True, credential=True,
        key_known=True, inconclusive=True, counts="limit", unit="tokens",
    ),
    Cause(
        "rate_limited", "Rate limit reached",
        meaning="The server limits the rate, and the answer does not say which limit was reached.",
        headline="{who} limits the rate of this key's requests",
        what_it_is="the key's rate is limited", suggested_by=(429,),
        who=CALLER, state="limited", exit_status=LIMITED, falls_back=YES, retryable=True, credential=True,
        inconclusive=True, counts="limit",
    ),
    Cause(
        "capacity_exhausted", "The provider's shared capacity is used up",
        meaning="Not your quota: the provider has no room for the request now.",
        headline="{who} has no capacity left at the moment",
        what_it_is="the provider has no room", suggested_by=(500, 503),
        who=PROVIDER, state="limited", exit_status=FAILED, falls_back=NOT_DOCUMENTED, retryable=True,
        inconclusive=True, counts="limit", unit="capacity",
    ),
    Cause(
        "request_invalid", "The request itself is wrong",
        meaning="A parameter, the schema, the address or the length is wrong. The credential is not at fault.",
        headline="{who} finds the request itself wrong",
        what_it_is="the request is wrong, the key is not", suggested_by=(404, 400),
        who=CALLER, state="rejected", exit_status=FAILED, falls_back=NO,
    ),
    Cause(
        "content_blocked", "A safety filter refused the content",
        meaning="The prompt or the answer was refused by a safety or policy filter.",
        headline="A safety filter at {who} refused the content",
        what_it_is="a filter refused the content", suggested_by=(400,),
        who=CALLER, state="rejected", exit_status=FAILED, falls_back=NO,
    ),
    Cause(
        "provider_error", "The provider failed",
        meaning="Something broke on the provider's side or in front of it.",
        headline="{who} failed",
        what_it_is="the provider failed", suggested_by=(500, 503),
        who=PROVIDER, state="failed", exit_status=FAILED, falls_back=NOT_DOCUMENTED, retryable=True,
        inconclusive=True,
    ),
    Cause(
        "timeout", "No answer in time",
        meaning="The provider, a gateway or the connection took too long.",
        headline="{who} did not answer in time",
        what_it_is="the answer took too long", suggested_by=(500, 503),
        who=PROVIDER, state="no answer", exit_status=FAILED, falls_back=NOT_DOCUMENTED, retryable=True,
        inconclusive=True, unreachable=True,
    ),
    Cause(
        "connection_failed", "The connection failed",
        meaning="The name did not resolve, nobody listened, the connection broke or could not be secured. The"
                " key is untested.",
        headline="No answer came from {who}",
        what_it_is="no answer came",
        who=CALLER, state="no answer", exit_status=FAILED, falls_back=NOT_DOCUMENTED,
        inconclusive=True, unreachable=True,
    ),
    Cause(
        "unknown", "Unknown cause",
        meaning="None of the known causes can be told from it.",
        headline="This answer from {who} does not say what is wrong",
        what_it_is="",
        who=CALLER, state="failed", exit_status=CANNOT_BE_TOLD, falls_back=NOT_DOCUMENTED,
        inconclusive=True,
    ),
)  # fmt: skip

CAUSES: dict[str, Cause] = {cause.label: cause for cause in _ROWS}
INCONCLUSIVE = frozenset(cause.label for cause in _ROWS if cause.inconclusive)
UNREACHABLE = frozenset(cause.label for cause in _ROWS if cause.unreachable)
KEY_KNOWN = frozenset(cause.label for cause in _ROWS if cause.key_known)

_TOPICS = {
    401: "the key itself",
    403: "permissions",
    404: "a wrong address or name",
    429: "a rate limit",
    400: "a wrong request",
    500: "a failure of the server",
    503: "a failure of the server",
}
"""What a status makes one think of; `Cause.suggested_by` has the causes that are that."""


class Consequences(NamedTuple):
    """What follows from cause, provider, status and whose key it is, and from nothing else in the answer."""

    headline: str
    not_this: str
    falls_back: str
    mesh_does: str


def derive_consequences(label: str, provider: str, status: int, credential: str | None) -> Consequences:
    """The sentences for this cause."""
    cause = CAUSES[label]
    falls_back = find_fallback(cause, status, credential)
    mesh_does = describe_fallback(falls_back, credential, provider)
    if cause.counts == "clock":
        mesh_does = OWN_CLOCK
    if provider in NAMES:
        falls_back, mesh_does = NOT_DOCUMENTED, NOT_OURS
    return Consequences(
        write_headline(cause, provider), describe_misleading_status(cause, status), falls_back, mesh_does
    )  # fmt: skip


def find_cause(label: str) -> Cause:
    """The row of this label; that of `unknown` for one that the catalogue does not have, as in an old history."""
    return CAUSES.get(label) or CAUSES["unknown"]


def name_provider(provider: str) -> str:
    """`OpenAI`, `AWS Bedrock`, …; "The server" where it is not known."""
    return PROVIDER_NAMES.get(provider) or NAMES.get(provider, "The server")


def name_kind(cause: str, provider: str) -> str:
    """A kind of failure: `The key is unknown (OpenAI)`."""
    return f"{find_cause(cause).title} ({name_provider(provider)})" if provider else find_cause(cause).title


def write_headline(cause: Cause, provider: str) -> str:
    """The cause in one sentence about this provider."""
    text = cause.headline.replace("{who}", name_provider(provider))
    return text if provider else text.replace(" The server", " the server")


def describe_misleading_status(cause: Cause, status: int) -> str:
    """`403, but this is not about permissions: …`; empty where the status does not mislead."""
    topic = _TOPICS.get(status)
    if topic is None or not cause.what_it_is or status in cause.suggested_by:
        return ""
    return f"{status}, but this is not about {topic}: {cause.what_it_is}."


def say_status(sentence: str, status: int) -> str:
    """The sentence with the answer's status; without its first half where none is known."""
    if "{status}" not in sentence:
        return sentence
    if status:
        return sentence.replace("{status}", str(status))
    rest = sentence.removeprefix("{status}, but ")
    return rest[:1].upper() + rest[1:]


_ATTEMPTS = {"vertex": "two times at most"}
"""How often to send again; Google's own number: Agent Platform, "API errors"."""


def advise_retry(cause: Cause, retryable: bool, wait: float | None, again: float = 0.0, provider: str = "") -> str:
    """When the very same request is worth sending again. `wait` is what the answer says, in seconds, `again` what the
    row knows."""
    if retryable and (wait is not None or again):
        return f"Again in {format_span(wait if wait is not None else again)}, unchanged."
    if retryable:
        return f"Again after a pause: one second, then doubling, {_ATTEMPTS.get(provider, 'a handful of times')}."
    if cause.retryable and cause.counts and wait is not None:
        return f"Not for {format_span(wait)}; the same request would be refused until then."
    if again and cause.retryable:
        return f"Once the limit starts anew, in {format_span(again)} at the latest; it is refused until then."
    if again:
        return f"In {format_span(again)}, once what is above is done; before that the answer stays the same."
    if cause.unreachable:
        return "Once, to rule out a passing failure; then fix what is above first."
    if cause.exit_status == CANNOT_BE_TOLD:
        return "Not before the cause is known."
    return "Never unchanged: the same request gets the same answer until this is fixed."


def find_fallback(cause: Cause, status: int, credential: str | None) -> str:
    """Whether Mesh would try its own credentials on this failure of a provider credential: yes, no, not documented.

    Mesh documents credential fallback for authentication errors and rate limits, so for 401, 403 and 429. What Mesh
    itself refuses is not a failure of a provider credential.
    """
    if credential == "mesh":
        return NO
    if cause.falls_back == NOT_DOCUMENTED and status in (401, 403, 429):
        return YES
    return cause.falls_back


NO_PART = "This happened on this machine, before anything was sent; Mesh had no part in it."
NOT_STORED_YET = (
    "Nothing was sent. Stored in Mesh such a key fails as well: with fallback on, Mesh then serves with its own "
    "credentials and bills your Mesh balance."
)
OWN_CLOCK = "Mesh signs by its own clock, so a wrong clock on your side has no effect there."
NOT_OURS = "This answer is of a vendor whose keys meshtui does not check; Mesh's fallback is not about it."
PASSED_ON = (
    "Mesh passed on what the provider said to your own key: the key is set to exclusive use, or the fallback failed "
    "too. Mesh's pages do not say whether it falls back when credit is missing."
)
_FALLBACK_WORDS = {
    YES: "With fallback on, Mesh serves the request with its own credentials and bills your Mesh balance; the "
    "failure stays unseen unless you look at the header X-BYOK-Fallback-Triggered or the badge in Logs. With "
    "exclusive use you get this failure.",
    NO: "Mesh does not fall back to its own credentials on a wrong request. Where a model lacks a capability, Mesh may "
    "serve it by another model: see X-Mesh-Routing-Model.",
    NOT_DOCUMENTED: "Its documentation does not say whether Mesh falls back on this.",
}


def describe_fallback(falls_back: str, credential: str | None, provider: str) -> str:
    """What Mesh does with such a failure of a provider credential, in a sentence."""
    if credential == "mesh":
        return "Mesh itself refused this; no provider key was used, and there is nothing to fall back from."
    if provider == "mesh" and credential == "provider":
        return PASSED_ON
    return _FALLBACK_WORDS[falls_back]


def find_first_fix(provider: str, cause: str, context: Context) -> Step | None:
    """What to do first about a cause that was found without an answer to explain: the provider's first step, its holes
    filled from the context; None for a label that is not in the catalogue."""
    if cause not in CAUSES:
        return None
    values = Values(ParsedError(provider=provider, context=context), {}, None, "")
    return fill_step(find_steps(provider, cause)[0], values)

"""What `explain` reads (ParsedError), matches (Rule) and returns (Explanation).

Named tuples: as unchangeable as frozen dataclasses, made in half the time, and without the 10 ms that importing
`dataclasses` and building six of them would add to a command that shall answer in 60. Copy with `_replace`.
Annotations are not postponed, as in `presentation.blocks`.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

NO_HEADERS: Mapping[str, str] = {}


class Context(NamedTuple):
    """What the client knows besides the answer; every field may be empty. Never a secret."""

    model: str = ""
    region: str = ""
    """The region or location that was called."""
    key_region: str = ""
    """The region that the credential itself names (a short-term Bedrock key does)."""
    key_type: str = ""
    """What is known of the key offline: `long-term key`, `temporary key`, `short-term API key`, …"""
    last: str = ""
    """Its last four characters, by which a person finds it in a list."""
    project: str = ""
    credential: str = ""
    """The credential's name in meshtui's list."""
    account: str = ""
    """The AWS account that the credential names."""
    user: str = ""
    """The IAM user that a long-term Bedrock key names."""
    email: str = ""
    """The service account's e-mail."""
    key_id: str = ""
    """The service account's private_key_id."""
    client_id: str = ""
    """The service account's client_id."""
    host: str = ""
    """The host that was called."""
    now: float | None = None
    """Unix time at which the answer was received, by the local clock."""


class ParsedError(NamedTuple):
    """One answer, whatever its shape was, as the rules see it. All strings, empty where absent."""

    provider: str = ""
    """openai, bedrock, vertex, mesh, or empty: not known."""
    call: str = ""
    """chat, token, sts, models, …; `local`: it failed on this machine, before or without an answer."""
    status: int = 0
    headers: Mapping[str, str] = NO_HEADERS
    """Names in lower case."""
    shape: str = "empty"
    """json, xml, html, text, sse, empty."""
    origin: str = ""
    """Which envelope the fields stood in; `meshtui.explain.formats.fields` names the spot of each field by it."""
    code: str = ""
    """`error.code`; of a token endpoint `error`; of XML `<Code>`; of Mesh its envelope's code. Google's numeric code is
    dropped: `word` and `status` say the same."""
    type: str = ""
    """`error.type`; at AWS the exception's name without namespace, from header, body or XML `<Code>`, whatever the
    case it was written in."""
    word: str = ""
    """Google's `error.status`: PERMISSION_DENIED, …"""
    reason: str = ""
    """Google's ErrorInfo reason (or `errors[].reason`)."""
    domain: str = ""
    param: str = ""
    provider_code: str = ""
    """Mesh: the finer reason of a provider's failure."""
    message: str = ""
    """The message for people, with white space folded and typographic quotes replaced."""
    metadata: Mapping[str, str] = NO_HEADERS
    """Google's ErrorInfo metadata, quota violations (`quotaMetric`, `quotaId`, `quotaValue`, `violation`),
    `retryDelay`, Mesh's `retry_after_seconds` and the like, flattened to strings; `library`, where AWS's own wrote the
    request."""
    inner: "ParsedError | None" = None
    """The provider's own error inside Mesh's envelope, where Mesh passes it on."""
    request_id: str = ""
    text: str = ""
    """The whole body, bounded; not redacted, so never shown as it is."""
    context: Context = Context()

    @property
    def lower_message(self) -> str:
        """The message in lower case, for `Rule.says`."""
        return self.message.lower()


class Step(NamedTuple):
    """One thing to do. `command` can be pasted into a shell, `url` opened in a browser."""

    text: str
    command: str = ""
    url: str = ""
    source: str = ""
    """The page that it rests on, or what was tried instead."""
    read: str = ""
    """The day on which that was read or tried, as YYYY-MM-DD."""


READ = "2026-11-28"
"""The day of the last audit, when each step was compared with its source."""
STALE_DAYS = 180
"""Days after which a source has to be read again."""


def cite(source: str, *steps: Step, read: str = READ) -> tuple[Step, ...]:
    """The steps, each with its source and the day on which that was read; those that have one keep it."""
    return tuple([step if step.source else Step(step.text, step.command, step.url, source, read) for step in steps])


Words = tuple[str, ...]
DAY_S = 24 * 3600.0
"""Seconds: how long what is limited by the day may be refused."""


class Rule(NamedTuple):
    """One row of a provider's table: what must hold of the error, and what follows.

    Every condition that is given must hold; within one condition any of its values is enough.
    """

    id: str
    """`openai.key-unknown`: provider, dot, what it recognises."""
    cause: str
    # when
    code: Words = ()
    type: Words = ()
    word: Words = ()
    reason: Words = ()
    provider_code: Words = ()
    named: Words = ()
    """The error's name where some answers give it as `code` and others as `type`: it must be one of the two."""
    status: tuple[int, ...] = ()
    call: Words = ()
    shape: Words = ()
    says: Words = ()
    """Literals, lower case, one of which must occur in the message."""
    or_says: Words = ()
    """Like `says`, in place of `code`, `type`, `word`, `reason`, `provider_code`, `named` and `call`: for the same
    error where those fields are missing, as in a log line."""
    pattern: str = ""
    """A regular expression searched in the message, case ignored; its named groups become values for the texts.
    Compiled only when everything else of the rule holds."""
    reads: str = ""
    """Like `pattern`, but no condition: where it matches, its named groups become values."""
    test: Callable[[ParsedError], Mapping[str, str] | None] | None = None
    """For conditions that a table cannot express: returns values where it holds, None where it does not."""
    # then
    certainty: str = "certain"
    also: Words = ()
    """Other causes that this answer does not exclude."""
    who: str = ""
    """Only where it differs from the cause's."""
    retryable: bool | None = None
    credential: str | None = ""
    """`mesh`, `provider`, None (no credential is at fault); empty: as the catalogue has it."""
    headline: str = ""
    not_this: str = ""
    """What the status suggests and this answer is not: `{status}, but this is not about permissions: …`. Rows match
    any status, so the number is the answer's, and the half sentence goes where it has none."""
    steps: tuple[Step, ...] = ()
    """Only where they are better than the cause's steps for this provider."""
    reference: str = ""
    local: bool = False
    """It happened on the program's machine before anything was sent: Mesh had no part in it."""
    again: float = 0.0
    """Seconds after which to try again, where the answer does not say so and this kind of error is known to need that
    long."""

    def __hash__(self) -> int:
        """By the id: rules are keys of caches, and hashing all columns takes longer than what is cached."""
        return hash(self.id)


class Explanation(NamedTuple):
    """What a person reads, and what the verdict is derived from. Redacted, so safe to show anywhere."""

    cause: str
    rule: str
    certainty: str
    """certain, likely or unknown."""
    provider: str
    status: int
    credential: str | None
    """Whose key is at fault: `mesh`, `provider`, or None."""
    who: str
    retryable: bool
    retry_after: float | None
    """Seconds, where the answer says so."""
    falls_back: str
    headline: str
    proof: str
    """The line of the answer that proves the cause, quoted."""
    proof_from: str
    """Where in the answer that line is: `error.message`, `header x-amzn-errortype`, `status`, …"""
    structure: tuple[tuple[str, str], ...] = ()
    """The fields besides the proof that the rule matched: where each is, and its value."""
    not_this: str = ""
    retry_advice: str = ""
    mesh_does: str = ""
    steps: tuple[Step, ...] = ()
    also: Words = ()
    numbers: tuple[str, ...] = ()
    """The numbers in the answer, in words: 'limit 3 per minute, used 3, free in 20 s'."""
    reference: str = ""
    request_id: str = ""

"""Whose credential was sent: matched by value with those of this machine, and judged by whether it can be meant for
the host that it goes to. All this is known before the answer comes."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from meshtui.base.credential import SOURCES, UNRECOGNISED, Credential, Source
from meshtui.base.privacy import learn_names
from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.base.secret import Secret
from meshtui.base.text import make_one_line
from meshtui.credentials.discovery import discover
from meshtui.credentials.shapes import MASKED, PLACEHOLDER_LIMIT, REFERENCE, find_kind_by_look, list_shapes
from meshtui.credentials.sources import Found
from meshtui.providers.bedrock.provider import AwsKeys
from meshtui.providers.vertex.provider import ServiceAccount
from meshtui.tap.observed_calls import ObservedCall, ObservedRequest, Scheme, SentCredential

KEY_PAIR = "key pair"
YOUR_SHELL = "your shell's"
NOT_REACHED = "nothing"
"""What was sent where no connection came about."""
MAX_ISSUED = 1000
"""Tokens whose origin is remembered."""
_KEY_ID = re.compile(r"(AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}")
# Provider → the schemes that it reads, and how to send a credential there (its authentication page).
_TAKES: dict[str, tuple[frozenset[Scheme], str]] = {
    "openai": (frozenset({Scheme.BEARER}), "OpenAI reads `Authorization: Bearer KEY` only"),
    "mesh": (frozenset({Scheme.BEARER}), "Mesh reads `Authorization: Bearer KEY` (x-api-key only at /v1/messages)"),
    "bedrock": (frozenset({Scheme.SIGV4, Scheme.BEARER}), "Bedrock reads an AWS signature or a bearer token"),
    "vertex": (
        frozenset({Scheme.BEARER, Scheme.API_KEY, Scheme.QUERY, Scheme.GRANT}),
        "Vertex reads `Authorization: Bearer TOKEN`, or an API key in x-goog-api-key",
    ),
}
_VENDORS = {"openai": "OpenAI", "mesh": "Mesh API", "bedrock": "AWS", "vertex": "Google"}
_WITHOUT = (
    (r"POST /v1/token\b", "sts.googleapis.com"),
    (r"\w+ /token\b", "oauth2.googleapis.com"),
    (r"\w+ /(?:authorize|device_authorization|token|client/register)\b", "oidc."),
)
"""Requests that need no credential in their head."""


@dataclass(frozen=True, slots=True)
class KnownCredential:
    """A credential of this machine, and every place where it was found, the one in use first."""

    shown: str
    fingerprint: str
    kind: str
    provider: str
    sources: tuple[str, ...]
    shadowed_by: str = ""
    """The place that programs take before all of these; empty where it is one of these."""
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason why this credential is probably not meant for this host. `id` is stable."""

    id: str
    text: str
    step: str


@dataclass(frozen=True, slots=True)
class Attributed:
    """One request's credential, as a person reads of it."""

    sent: str
    """`sk-proj-…O5vW (1a2b3c4d)`; `no key` where none was sent."""
    origin: str
    """Where it comes from, a whole sentence's second half; empty where no key was sent."""
    fingerprint: str = ""
    known: KnownCredential | None = None
    doubts: tuple[Doubt, ...] = ()

    @property
    def sentence(self) -> str:
        return f"sent {self.sent}: {self.origin}" if self.origin else f"sent {self.sent}"


class Attribution:
    """What is known of this machine's credentials, and of the tokens that this run saw being issued for them."""

    def __init__(
        self, found: Iterable[Found] = (), shell: str = YOUR_SHELL, environ: Mapping[str, str] | None = None
    ) -> None:
        """`shell`: whose environment it is that programs find; `environ`: what it holds, if not this process's."""
        self._shell = shell
        self._environ = environ
        self._by_secret: dict[Secret, KnownCredential] = {}
        self._by_issuer: dict[tuple[str, str], KnownCredential] = {}
        self._issued: OrderedDict[Secret, Attributed] = OrderedDict()
        self._profiles: list[str] = []
        self._unread: list[Found] = []
        for row in found:
            self._learn(row)

    def _learn(self, row: Found) -> None:
        credential = row.credential
        if credential is None:
            self._profiles.append(f"{row.source.where} ({row.how})")
            if row.how == KEY_PAIR:  # nothing runs and nothing is asked to read one
                self._unread.append(row)
            return
        if (secret := credential.secret) is None:
            for hidden in credential.hidden:
                self._by_secret.setdefault(hidden, self._describe(credential, row, hidden))
            return
        known = _merge(self._by_secret.get(secret), self._describe(credential, row, secret))
        self._by_secret[secret] = known
        if isinstance(account := credential.material, ServiceAccount):
            self._by_issuer[account.client_email, account.private_key_id] = known
            self._by_issuer.setdefault((account.client_email, ""), known)

    def _describe(self, credential: Credential, row: Found, secret: Secret) -> KnownCredential:
        return KnownCredential(
            shown=credential.shown or secret.masked,
            fingerprint=secret.fingerprint,
            kind=credential.kind.title,
            provider=credential.provider,
            sources=(describe_source(row.source, self._shell),),
            shadowed_by=row.shadowed_by,
            credential=credential,
        )

    def find_keys(self, access_key_id: str) -> AwsKeys | None:
        """The AWS key pair of this id; None where this machine has none. Where only a profile may have it, the
        profiles that hold key pairs are read, without a request: for a thread."""
        wanted = Secret(access_key_id)
        if wanted not in self._by_secret:
            self._read_profiles()
        known = self._by_secret.get(wanted)
        material = known.credential.material if known and known.credential else None
        return material if isinstance(material, AwsKeys) else None

    def _read_profiles(self) -> None:
        from meshtui.providers.bedrock.profile_lookup import Allowed
        from meshtui.providers.bedrock.profile_resolution import resolve_profile

        for row in self._unread:
            credential = resolve_profile(row.source.where, environ=self._environ, allowed=Allowed(network=False))
            if (secret := credential.secret) is not None:
                self._by_secret.setdefault(secret, self._describe(credential, row, secret))
        self._unread.clear()

    def attribute(self, request: ObservedRequest) -> Attributed:
        """Whose credential this request carries, and what speaks against it."""
        sent = request.credential
        if request.method == "CONNECT":
            return Attributed(NOT_REACHED, "")
        doubts = tuple(find_doubts(request))
        if sent.secret is None and not sent.issuer:
            return Attributed("no key", "", doubts=doubts)
        if issued := self._find_issued(sent):
            return Attributed(_show(sent), issued.origin, issued.fingerprint, issued.known, doubts)
        known = self._find(sent)
        fingerprint = known.fingerprint if known else sent.fingerprint
        origin = describe_origin(known, self._shell) if known else self._describe_unknown(sent)
        return Attributed(_show(sent), origin, fingerprint, known, doubts)

    def learn_issued(self, call: ObservedCall, attributed: Attributed) -> None:
        """Remembers for whom a token endpoint's answer issued what."""
        for secret in call.issued:
            what = "temporary AWS keys" if _KEY_ID.match(secret.reveal()) else "an access token"
            whose = attributed.known.shown if attributed.known else call.request.credential.issuer or attributed.sent
            origin = f"{what}, issued a moment ago for {whose}"
            if attributed.known:
                origin += f"; {describe_origin(attributed.known, self._shell)}"
            self._issued[secret] = Attributed(secret.masked, origin, attributed.fingerprint, attributed.known)
            if len(self._issued) > MAX_ISSUED:
                self._issued.popitem(last=False)

    def _find_issued(self, sent: SentCredential) -> Attributed | None:
        return self._issued.get(sent.secret) if sent.secret else None

    def _find(self, sent: SentCredential) -> KnownCredential | None:
        if sent.issuer and sent.secret is None:
            return self._by_issuer.get((sent.issuer, sent.scope)) or self._by_issuer.get((sent.issuer, ""))
        return self._by_secret.get(sent.secret) if sent.secret else None

    def _describe_unknown(self, sent: SentCredential) -> str:
        text = sent.secret.reveal() if sent.secret else ""
        kind = describe_kind(text) if text else "a service account's assertion"
        if text.startswith("ASIA") and self._profiles:
            profiles = ", ".join(self._profiles[:4])
            return f"{kind}, which this run did not see being issued; profiles that may: {profiles}"
        return f"{kind} that none of this machine's usual places holds"


def find_known(environ: Mapping[str, str], folder: str, shell: str = YOUR_SHELL) -> Attribution:
    """The credentials of this machine, as programs started in this folder find them. Reads files; takes some 50 ms for
    each service account, so it belongs into a thread. From now on the names in them can be hidden."""
    found = discover(environ, folder=folder)
    learn_names(name for row in found if row.credential for name in row.credential.names)
    return Attribution(found, shell, environ)


def _merge(first: KnownCredential | None, other: KnownCredential) -> KnownCredential:
    if first is None:
        return other
    return KnownCredential(
        first.shown, first.fingerprint, first.kind, first.provider, (*first.sources, *other.sources),
        first.shadowed_by if other.shadowed_by else "", first.credential,
    )  # fmt: skip


def describe_source(source: Source, shell: str = YOUR_SHELL) -> str:
    """`line 3 of .env (OPENAI_API_KEY)`, `your shell's OPENAI_API_KEY`, `profile work`."""
    if source.kind == "env":
        return f"{shell} {source.where}"
    if source.kind == "dotenv" and (parts := re.fullmatch(r"(.*):(\d+) (\w+)", source.where)):
        path, line, variable = parts.groups()
        return f"line {line} of {path.rpartition('/')[2]} ({variable})"
    return f"{SOURCES.get(source.kind, source.kind)}, {source.where}".rstrip(", ")


def describe_origin(known: KnownCredential, shell: str = YOUR_SHELL) -> str:
    where = " and from ".join(known.sources[:3])
    sentence = f"it comes from {where}"
    if known.shadowed_by:
        kind, _, rest = known.shadowed_by.partition(" ")
        return f"{sentence}, which {describe_source(Source(kind, rest), shell)} does not override here"
    return sentence


def _show(sent: SentCredential) -> str:
    if sent.secret is None:
        return f"an assertion signed for {make_one_line(sent.issuer, 80)}"
    return f"{sent.secret.masked} ({sent.secret.fingerprint})"


def describe_kind(text: str) -> str:
    """The kind of a key by its form: `an OpenAI key`."""
    kind = find_kind_by_look(text)
    if kind != UNRECOGNISED:
        name = kind.title
        return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
    if found := _KEY_ID.match(text):
        return "temporary AWS keys" if found[1] == "ASIA" else "an AWS key pair"
    if text.startswith("ya29."):
        return "a Google access token"
    if text.startswith("eyJ"):
        return "a signed token (JWT)"
    vendor = find_vendor(text)
    return f"a key of {vendor}" if vendor else "a key of no known form"


def find_vendor(text: str) -> str:
    """The vendor of a key by its form, as people call it; empty where the form does not show it."""
    kind = find_kind_by_look(text)
    if kind != UNRECOGNISED:
        return _VENDORS[kind.provider]
    if _KEY_ID.match(text):
        return "AWS"
    if text.startswith(("ya29.", "AIza", "AQ.", "1//0")):
        return "Google"
    vendors = (each.what for each in list_shapes().foreign if each.row == "vendor.other" and each.pattern.match(text))
    return next(vendors, "")


def is_placeholder(text: str) -> bool:
    """Whether it is a placeholder: example text, a reference, a masked key."""
    short = len(text) <= PLACEHOLDER_LIMIT
    return bool(
        (short and (list_shapes().placeholder.fullmatch(text) or MASKED.fullmatch(text)))
        or REFERENCE.fullmatch(text[:300])
    )


def find_doubts(request: ObservedRequest) -> Iterable[Doubt]:
    """What speaks against the credential of this request, before any answer."""
    sent, provider = request.credential, request.provider
    name = PROVIDER_NAMES.get(provider, request.host)
    if request.method == "CONNECT" or provider not in _TAKES:
        return
    schemes, rule = _TAKES[provider]
    if sent.scheme is Scheme.NONE or (sent.secret is None and not sent.issuer):
        if not _needs_no_credential(request):
            what = f"the header {sent.header} holds no key" if sent.header else "the request carries no key"
            step = f"{rule}. Set the variable that the program reads, or give it the key."
            yield Doubt("no-key", f"{what}: {name} will refuse it", step)
        return
    text = sent.secret.reveal() if sent.secret else ""
    if text and is_placeholder(text):
        what = f"what was sent as the key is a placeholder ({len(text)} characters of example text)"
        yield Doubt("placeholder", what, "Put the real key where the placeholder stands.")
        return
    if sent.scheme not in schemes and not (provider == "mesh" and request.path.startswith("/v1/messages")):
        what = f"the key came as {sent.header or sent.scheme}, which {name} does not read"
        yield Doubt("wrong-header", what, f"{rule}.")
    vendor = find_vendor(text) if text else ""
    if vendor and vendor != _VENDORS.get(provider):
        yield Doubt(
            "foreign-key",
            f"a key of {vendor} was sent to {request.host}, which is {name}'s",
            f"The key is known to {name} now: replace it at {vendor}. Then give the program {name}'s key, or "
            f"the address of {vendor}.",
        )
    if provider == "bedrock" and sent.scheme is Scheme.SIGV4:
        yield from _find_region_doubts(request)


def _find_region_doubts(request: ObservedRequest) -> Iterable[Doubt]:
    region = request.credential.scope.partition("/")[0]
    host = re.search(r"\.([a-z]{2}(?:-[a-z]+)+-\d)\.", request.host)
    if host and region and host[1] != region:
        yield Doubt("wrong-region", f"the signature is for {region}, and the host is in {host[1]}",
                    "Set one region for both: AWS_REGION, or region_name in the program.")  # fmt: skip


def _needs_no_credential(request: ObservedRequest) -> bool:
    line = f"{request.method} {request.path}"
    return any(host in request.host and re.match(pattern, line) for pattern, host in _WITHOUT)

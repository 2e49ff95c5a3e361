"""What a provider's package tells the rest of meshtui: the descriptor, and the shapes of what its modules give.

A package has these modules, each loaded when something of it is needed: `provider` (the descriptor, light),
`hosts` (HOSTS: where its credentials may be sent), `credentials` (FORMS: how they are recognised and read), `findings`
(ROWS), `requests` (FORMAT), `checks` (CHECKS), `export` (EXPORT), `errors` (RULES) and `fixes` (STEPS).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from meshtui.base.credential import Credential, Finding, Kind, Material
from meshtui.base.endpoints import Endpoints
from meshtui.base.provider_names import PROVIDER_ROWS, load_part
from meshtui.base.secret import Secret
from meshtui.explain.model import ParsedError
from meshtui.http.call import Call, PromptRequest
from meshtui.http.decoding import Dialect
from meshtui.providers.credential_reading import Given, Reading


@dataclass(frozen=True, slots=True)
class Slot:
    """A name in meshtui's list, and where programs look for its credential."""

    name: str
    variables: tuple[str, ...]
    """The variables with such a credential, in the order in which programs use them."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Of a credential in parts: variable → the name of the part. One of the first two must be there."""
    path_variable: str = ""
    """The variable that holds a file's path instead."""
    path_or_text: tuple[str, ...] = ()
    """The variables that hold either."""
    constants: Mapping[str, str] = field(default_factory=dict)
    """Fields that a credential in parts has besides."""
    find_region: Callable[[str], str] | None = None
    """The region in the host name of an address, where SDKs are sent to another one; empty where it has none."""
    region_addresses: tuple[str, ...] = ()
    """The variables of such addresses."""
    region_variables: tuple[str, ...] = ()
    files: Callable[[Mapping[str, str]], tuple[str, ...]] | None = None
    """By the environment: the files in which the vendor's own tools keep such a credential."""
    file_source: str = ""
    """That file as a kind of source."""
    beats: str = ""
    """The slot whose credential the vendor's libraries ignore where both are there."""
    also_from: str = ""
    """The slot of another provider in whose variables such a credential is found as well."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A text that looks like a key and cannot be used as one: the finding, the kind it was meant for, and the words to
    fill in."""

    pattern: re.Pattern[str]
    row: str
    kind: Kind | None = None
    """None: the kind that its variable is for."""
    what: str = ""
    weak: bool = False
    """Only a guess: a variable that says what the text is comes before it."""


@dataclass(frozen=True, slots=True)
class KeyForm:
    """How the credentials of one kind are recognised and read."""

    kind: Kind
    prefixes: tuple[str, ...] = ()
    """How such a key begins. Longer prefixes are tried first, across providers."""
    in_text: str = ""
    """A pattern for a complete key among other words."""
    variables: tuple[str, ...] = ()
    """The variables for this kind."""
    sign: str = ""
    """A pattern for what shows that broken JSON was meant to be one; case is ignored."""
    fields: tuple[str, ...] = ()
    """The parts, by our names, that are assigned one by one."""
    read_key: Callable[[str, Given], Reading] | None = None
    """Reads a bare key; None: this kind has none."""


@dataclass(frozen=True, slots=True)
class TokenIssuer:
    """Whose JWTs are no unknown ones: refused with a finding, or read."""

    pattern: re.Pattern[str]
    kind: Kind
    row: str = ""
    read: Callable[[str, Mapping[str, object], Given], Reading] | None = None
    """Reads the token with its claims."""


class JsonObject(NamedTuple):
    """A JSON object or a set of assigned variables: as it is, and under our names, tidied."""

    value: Mapping[str, object]
    fields: Mapping[str, object]
    given: Given
    hint: Kind
    """The kind that the variable it came from is for."""


@dataclass(frozen=True, slots=True)
class FormFields:
    """What a credential is in Mesh's BYOK form."""

    fields: tuple[tuple[str, str], ...]
    """Field → value, secrets masked."""
    is_json: bool = True
    """Whether Mesh takes them as one JSON text; else the one value alone."""
    traps: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class CredentialForms:
    """How one provider's credentials are written down."""

    keys: tuple[KeyForm, ...]
    foreign: tuple[ForeignKey, ...] = ()
    issuers: tuple[TokenIssuer, ...] = ()
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Our name of a field → further spellings, without case and punctuation, parted by spaces."""
    wrappers: tuple[str, ...] = ()
    """Fields in which a whole credential is found."""
    csv_header: str = ""
    """How the first line begins of a table that the vendor's console gives."""
    find_other_file: Callable[[Mapping[str, object]], tuple[Kind, Finding] | None] | None = None
    """Which other file of the vendor a JSON object is, where it is one that holds no credential of ours."""
    read_object: Callable[[JsonObject], Reading | None] | None = None
    """Reads a JSON object by its fields; None where it is not one of this provider's."""
    read_key_object: Mapping[str, Callable[[JsonObject, Reading], Reading]] = field(default_factory=dict)
    """Id of a kind → reads the other fields of an object with a bare key, after the key."""
    is_unmarked: Callable[[Credential], bool] | None = None
    """Whether the key lacks the mark that every key of the provider has: beside a foreign address it is taken for a key
    of that host."""
    find_surroundings: Callable[[Credential, Mapping[str, str], Mapping[str, str]], Sequence[Finding]] | None = None
    """What else is set around a credential: by variables, and AWS's profiles with their regions."""
    fill_mesh_form: Callable[[Credential], FormFields] | None = None
    """What to paste into Mesh's BYOK form; None: its keys cannot be stored with Mesh."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One list of models: `call` asks for a page of it, by the mark that `more` found on the page before."""

    call: Callable[[str], Call]
    names: Callable[[object], list[str]]
    more: Callable[[object], str] = lambda _: ""
    ends: Callable[[object], Mapping[str, str]] = lambda _: {}
    """Model → its last day as the list itself states it; models whose end it does not state are left out."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """Where a credential is exchanged for a token first, which is what is sent then."""

    call: Callable[[Endpoints, Material], Call]
    read: Callable[[object], Secret | None]
    """From the JSON of the answer; None: it has none."""


def add_bearer(material: Material, token: Secret | None, call: Call) -> Call:
    """The call with the credential, or the token it was exchanged for, as a bearer."""
    return replace(call, bearer=token or material.secret)


@dataclass(frozen=True, slots=True)
class RequestFormat:
    """What is asked of the provider, and how it answers. A `Secret` argument is the token, where one is exchanged."""

    prompt: Callable[[Endpoints, Material, Secret | None, PromptRequest], Call]
    dialect: Callable[[str], Dialect]
    """By the model."""
    reach: Callable[[Endpoints, Material], Call]
    """Any answer shows that the provider can be reached; no credential is sent."""
    address: Callable[[Endpoints, str], str]
    """Where a prompt goes, by the region."""
    listings: Callable[[Endpoints, Material, Secret | None], Sequence[Listing]] | None = None
    """The lists of models; None: a credential of this provider is not asked for them."""
    token: TokenRequest | None = None
    is_timed: Callable[[Material], bool] = lambda _: False
    """Whether requests contain a time, so that this machine's clock matters."""
    authorize: Callable[[Material, Secret | None, Call], Call] = add_bearer
    """Puts the credential into a call that has none."""


@dataclass(frozen=True, slots=True)
class AtMesh:
    """What Mesh calls a provider and its models, where its keys can be stored with Mesh."""

    slug: str
    """In the list of models."""
    word: str
    """In the calls about provider keys."""
    brands: tuple[str, ...]
    """How Mesh's names of the models begin that the provider's key serves. Mesh publishes no list of it, so nothing is
    concluded about any other name."""
    name_model: Callable[[str], str]
    """Mesh's name of the provider's model; empty where it is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One provider. Name, package and default models are in its row of `meshtui.base.provider_names`."""

    id: str
    kinds: tuple[Kind, ...]
    slots: tuple[Slot, ...]
    address_variables: tuple[str, ...] = ()
    """By which SDKs are sent to another address."""
    at_mesh: AtMesh | None = None
    read_quota: Callable[[ParsedError], Mapping[str, str] | None] | None = None
    """Where its errors name quotas: `metric` and perhaps `limit` of the one that was met; None: of none."""
    is_gateway: bool = False
    """It answers with other providers' models: its key is no provider key."""

    @property
    def name(self) -> str:
        return PROVIDER_ROWS[self.id].name

    @property
    def forms(self) -> CredentialForms:
        found: CredentialForms = load_part(self.id, "credentials").FORMS
        return found

    @property
    def requests(self) -> RequestFormat:
        found: RequestFormat = load_part(self.id, "requests").FORMAT
        return found


NO_PROVIDER = Provider(id="", kinds=(), slots=())
"""In the place of a provider where it is not known whose a credential is."""

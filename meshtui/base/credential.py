"""A credential as the rest of meshtui sees it. Standard library only, so that the screen can import it at once.

One row of the catalogue of findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from meshtui.base.secret import Secret


class Kind(StrEnum):
    OPENAI_KEY = "openai_key"
    BEDROCK_KEY = "bedrock_api_key"
    AWS_KEYS = "aws_keys"
    SERVICE_ACCOUNT = "service_account"
    MESH_KEY = "mesh_key"
    UNRECOGNISED = "unrecognised"


KIND_NAMES = {
    Kind.OPENAI_KEY: "OpenAI key",
    Kind.BEDROCK_KEY: "Bedrock API key",
    Kind.AWS_KEYS: "AWS key pair",
    Kind.SERVICE_ACCOUNT: "Vertex service account",
    Kind.MESH_KEY: "Mesh key",
    Kind.UNRECOGNISED: "not recognised",
}
PROVIDER_OF = {
    Kind.OPENAI_KEY: "openai",
    Kind.BEDROCK_KEY: "bedrock",
    Kind.AWS_KEYS: "bedrock",
    Kind.SERVICE_ACCOUNT: "vertex",
    Kind.MESH_KEY: "mesh",
    Kind.UNRECOGNISED: "",
}


class Policy(StrEnum):
    FALLBACK = "fallback"
    """Mesh's default (`allow_fallback: true`): where the key fails, Mesh's own credentials serve."""
    EXCLUSIVE = "exclusive"


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"
    """The credential cannot work like this: it is not sent."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something known offline. `proof` says where it shows (line, column, field); `fix` how to mend it."""

    id: str
    level: Level
    title: str
    proof: str = ""
    fix: str = ""


SOURCES = {
    "paste": "typed or pasted",
    "file": "a file",
    "env": "an environment variable",
    "dotenv": "a line of a .env file",
    "profile": "a profile of the AWS configuration",
    "adc": "Google's application default credentials",
    "mesh-cli": "the file in which Mesh's own command line keeps its key",
    "sandbox": "the sandbox",
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a credential came from. `kind` is one of SOURCES; `where`: path or variable, never the value."""

    kind: str
    where: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.where}".strip()


@dataclass(frozen=True, slots=True)
class BearerKey:
    """OpenAI and Mesh keys."""

    key: Secret


@dataclass(frozen=True, slots=True)
class BedrockKey:
    """A Bedrock API key, long-term (`ABSK…`) or short-term (`bedrock-api-key-…`); it works in one region."""

    key: Secret
    region: str


@dataclass(frozen=True, slots=True)
class AwsKeys:
    """An AWS key pair; with a session token a temporary one."""

    access_key_id: Secret
    secret_access_key: Secret
    region: str
    session_token: Secret | None = None


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """What a Google service account's JSON file holds, as far as it is used."""

    client_email: str
    private_key: Secret
    """The PEM text."""
    project_id: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    region: str = "global"


Material = BearerKey | BedrockKey | AwsKeys | ServiceAccount


@dataclass(frozen=True, slots=True)
class Credential:
    """`material` is None where nothing sendable could be read; the findings then say why."""

    name: str
    """Unique in the list; what `--credential` takes."""
    kind: Kind
    source: Source
    material: Material | None = None
    findings: tuple[Finding, ...] = ()
    policy: Policy = Policy.FALLBACK
    facts: Mapping[str, str] = field(default_factory=dict)
    """What was read offline and is no secret, for people, in order: 'account' → '123456789012'."""
    hidden: tuple[Secret, ...] = ()
    """Secrets found inside the credential's text, never sent on their own: held so that the redactor knows them."""

    @property
    def provider(self) -> str:
        return PROVIDER_OF[self.kind]

    @property
    def secret(self) -> Secret | None:
        """The one secret that names this credential to a person (masked) and is fingerprinted."""
        match self.material:
            case BearerKey(key) | BedrockKey(key):
                return key
            case AwsKeys():
                return self.material.access_key_id
            case ServiceAccount():
                return self.material.private_key
            case _:
                return None

    @property
    def shown(self) -> str:
        """What a person recognises it by: a service account's e-mail, else the masked secret; empty where unread."""
        if isinstance(self.material, ServiceAccount):
            return self.material.client_email
        return self.secret.masked if self.secret else ""

    @property
    def names(self) -> frozenset[str]:
        """What tells whose it is: account, user, project, e-mail address. For `meshtui.base.privacy`."""
        told = {self.facts.get(label, "") for label in ("account", "IAM user", "project", "e-mail")}
        if isinstance(self.material, ServiceAccount):
            told |= {self.material.client_email, self.material.project_id}
        return frozenset(told - {""})

    @property
    def worst(self) -> Level:
        """The gravest level among the findings."""
        order = list(Level)
        return max((f.level for f in self.findings), key=order.index, default=Level.OK)

    @property
    def usable(self) -> bool:
        return self.material is not None and self.worst is not Level.ERROR


ERROR, WARNING, NOTE = Level.ERROR, Level.WARNING, Level.NOTE


@dataclass(frozen=True, slots=True)
class Row:
    """A finding's words, with `{placeholders}` for what differs from case to case; a warning or error has a fix."""

    level: Level
    title: str
    fix: str = ""
    proof: str = ""


Rows = Mapping[str, Row]

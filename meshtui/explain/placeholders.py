"""Filling the texts with the answer's own values: `{region}` becomes the region. Where none is known, a command holds
`REGION` in capitals, which every shell takes as a word, and the step says where that value is found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from meshtui.base.lazy_pattern import Pattern
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.explain.model import Context, ParsedError, Step

_HOLE = Pattern(r"\{([a-z_]+)\}")
_QUERY = Pattern(r"([?&;][a-zA-Z]+=\{([a-z_]+)\})")
_ADDRESS = Pattern(r"https://[\w.-]+/[\w/?&=%.+:;~@-]*", re.ASCII)
"""A value that may replace a whole address, which is opened in a browser and never given to a shell."""
_HARMLESS = Pattern(r"[A-Za-z0-9][\w.:/@+=,%*-]*", re.ASCII)
"""A value that may be put into a command or an address: a shell reads it as a single word."""
_GEOGRAPHY = Pattern(r"^(?:us|eu|apac|jp|au|ca|us-gov|global)\.")
"""What a profile's id has in front of the model's."""
MAX_VALUE = 300
_UNNAMED = {
    "wait": "a moment", "model": "this model", "project": "the project", "last": "the same four characters",
    "host": "the provider's host", "openai_host": "the regional host that the answer names (eu.api.openai.com)",
    "permission": "the permission", "policy_type": "policy", "constraint": "the constraint", "region": "the region",
    "email": "the service account's e-mail", "metric": "the quota", "uid": "in the answer", "account": "the caller",
    "owner": "the resource's owner", "principal": "the caller", "maker": "the maker's name",
    "replacement": "the successor that the provider's list of ended models names", "ended": "the day it names",
    "variable": "its settings",
    "closed": "a month before its end", "written": "the name with its version", "service": "the API that the answer "
                                                                                           "names",
}  # fmt: skip
"""What a sentence says where the value is not known."""
_TO_FIND = {
    "region": "the Region or location that you call",
    "project": "the project's id: project_id in the key file",
    "model": "the model's id, as the request names it",
    "identity": "the user's or role's name: meshtui check --check identity shows it",
    "permission": "the one that the answer names; bedrock:InvokeModel or aiplatform.endpoints.predict is what a prompt "
                  "needs",
    "role": "roles/aiplatform.user for a permission that begins with aiplatform., else another that holds it",
    "arn": "the ARN of the model or profile that was called",
    "model_arn": "the ARN of the model behind the profile",
    "email": "client_email in the key file",
    "client_id": "client_id in the key file, all digits",
    "key_id": "private_key_id in the key file",
    "user": "the IAM user's name, from the console's list of users: IAM, Users",
    "caller_arn": "the ARN of the user or role, not of its session; for a role: aws iam get-role --role-name "
                  "ROLE_NAME --query Role.Arn",
    "model_resource": "the model's ARN: arn:aws:bedrock:us-east-1::foundation-model/ and its id; with it left out IAM "
                      "simulates all models and denies a key that is limited to one",
    "host": "the host in the base URL",
    "policy_name": "a name that no other policy of this identity has, for it would be replaced",
    "service": "the API that the answer names",
    "billing_account": "an id of: gcloud billing accounts list",
    "target_email": "the e-mail of the account that is impersonated",
    "pool": "the last but two part of audience in the configuration file, behind workloadIdentityPools",
    "machine": "the virtual machine's name",
    "zone": "the machine's zone",
    "mfa_arn": "an ARN of: aws iam list-mfa-devices",
    "code": "the six digits that the device shows now",
    "credential_id": "an id of: aws iam list-service-specific-credentials",
    "role_name": "the role's name: the last part of its ARN",
    "role_arn": "the role's ARN",
    "cluster": "the cluster's name, one of: aws eks list-clusters",
    "namespace": "the pod's namespace",
    "service_account": "spec.serviceAccountName of the pod",
    "certificate_file": "the path of the company's certificate",
}  # fmt: skip
"""Where a person finds a value that a command needs and the answer does not have."""
_NEEDED = frozenset({"identity_kind"})
"""Without these there is no command at all: they are part of its name."""
_CONTEXT = frozenset(Context._fields) - {"now"}


class Values:
    """The values for the holes: the rule's own first, then the answer's metadata, then what the client knew."""

    __slots__ = ("_error", "_found", "_known", "_shown", "_wait")

    def __init__(self, error: ParsedError, found: Mapping[str, str], wait: float | None, shown: str) -> None:
        """`shown` is the error's message, redacted."""
        self._error, self._found, self._wait, self._shown = error, found, wait, shown
        self._known: dict[str, str] = {}

    def get(self, name: str) -> str:
        """The value, redacted and on one line; empty where there is none."""
        known = self._known.get(name)
        if known is None:
            value = self._look_up(name)
            known = self._known[name] = make_one_line(self._mask(value), MAX_VALUE) if value else ""
        return known

    def _mask(self, value: str) -> str:
        """A value from the message that is missing in the redacted message is part of a secret: a pattern may cut a key
        so that its shape is not recognised."""
        if value in self._shown:
            return value
        return "…" if value.lower() in self._error.lower_message else redact(value)

    def _look_up(self, name: str) -> str:
        value = self._found.get(name) or self._error.metadata.get(name) or ""
        if not value and name in _CONTEXT:
            value = getattr(self._error.context, name)
        if not value and name == "project":
            value = self._error.metadata.get("consumer", "").rpartition("/")[2]
        if not value and name == "wait" and self._wait is not None:
            from meshtui.base.text import format_span

            value = format_span(self._wait)
        return value or self._derive(name)

    def _derive(self, name: str) -> str:
        """What follows from other values: empty where they are not known."""
        if name == "policy_name" and (permission := self.get("permission")):
            from zlib import crc32

            # A policy of the same name is replaced: what the last advice granted would be gone.
            what = crc32(f"{self.get('arn')} {self.get('model_arn')}".encode())
            return f"meshtui-{permission.rpartition(':')[2]}-{what:08x}".replace("*", "all")
        if name == "role_name" and ":role/" in (arn := self.get("arn")):
            return arn.rpartition("/")[2]
        if name == "model_id":
            return _GEOGRAPHY.sub("", self.get("model"))
        if name == "role" and self.get("permission").startswith("aiplatform."):
            return "roles/aiplatform.user"
        if name == "model_resource" and (region := self.get("region")) and (model := self.get("model_id")):
            return f"arn:aws:bedrock:{region}::foundation-model/{model}"
        if name == "caller_arn" and (account := self.get("account")):
            # Of a session the role is asked: IAM refuses to simulate arn:aws:sts::…:assumed-role.
            kind, who = self.get("identity_kind"), self.get("identity")
            user = self.get("user")
            return (
                f"arn:aws:iam::{account}:{kind}/{who}"
                if kind and who
                else (f"arn:aws:iam::{account}:user/{user}" if user else "")
            )
        return ""


NO_VALUES = Values(ParsedError(), {}, None, "")
"""Of no answer at all, as in the catalogue of causes."""


def fill(template: str, values: Values) -> str:
    """A sentence with its holes filled."""
    if "{" not in template:
        return template
    parts = _split_template(template)
    return "".join(
        values.get(part) or _UNNAMED.get(part) or f"the {part.replace('_', ' ')}" if at % 2 else part
        for at, part in enumerate(parts)
    )


def fill_step(step: Step, values: Values) -> Step:
    """A step with its holes filled; in commands and addresses only by values that are one harmless word."""
    if not has_holes(step):
        return step
    command, missing = _fill_command(step.command, values)
    if missing & _NEEDED:
        command, missing = "", frozenset()
    found = sorted((_make_capitals(name), _TO_FIND.get(name, "what the answer names")) for name in missing)
    text = " ".join((fill(step.text, values), *(f"{name}: {where}." for name, where in found)))
    return step._replace(text=text, command=command, url=_fill_address(step.url, values))


def has_holes(step: Step) -> bool:
    """Whether anything is to be filled in at all."""
    return "{" in step.text or "{" in step.command or "{" in step.url


def _fill_command(template: str, values: Values) -> tuple[str, frozenset[str]]:
    """The command, and the holes that nothing fills: they are in it in capitals."""
    if "{" not in template:
        return template, frozenset()
    parts = _split_template(template)
    missing = frozenset(part for part in parts[1::2] if not _find_harmless(part, values))
    return "".join(
        _find_harmless(part, values) or _make_capitals(part) if at % 2 else part for at, part in enumerate(parts)
    ), missing


def _fill_address(template: str, values: Values) -> str:
    """The address; a part of its query that nothing fills is left out, and a path is cut before it."""
    if "{" not in template:
        return template
    if template[0] == "{":
        whole = values.get(template[1:-1])
        return whole if _ADDRESS.fullmatch(whole) else ""
    query = _QUERY.sub(lambda found: found[1] if _find_harmless(found[2], values) else "", template)
    return "".join(_find_harmless(part, values) if at % 2 else part for at, part in enumerate(_split_template(query)))


def _make_capitals(name: str) -> str:
    return name.upper()


def _find_harmless(name: str, values: Values) -> str:
    """The value where it is one harmless word; an action without resources is allowed on all, in quotes always."""
    value = values.get(name)
    return value if _HARMLESS.fullmatch(value) or (name == "arn" and value == "*") else ""


@cache
def _split_template(template: str) -> tuple[str, ...]:
    """Text, name, text, name, …, text. The templates are our own tables', so they are few."""
    return tuple(_HOLE.split(template))

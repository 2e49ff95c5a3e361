"""AWS IAM's denial sentence, taken apart into what a policy needs, and which permission the identity lacks, in words.

The sentence and its variants: AWS IAM User Guide, "Troubleshoot access denied error messages". Parts end up in
commands that people paste, so each is taken only as far as it holds nothing that a shell would read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from meshtui.explain.model import ParsedError

if TYPE_CHECKING:
    from meshtui.base.exchange import Exchange

_PLAIN = r"[\w:/.@+=,*-]{1,300}"
_SENTENCE = re.compile(
    rf"(?:user: (?P<principal>{_PLAIN}) )?is not authorized to perform: (?P<permission>[\w-]{{1,60}}:[\w*]{{1,80}})"
    rf"(?: on resource: (?P<arn>{_PLAIN}))?",
    re.IGNORECASE,
)
_POLICY = re.compile(
    r"(?:because no|with an explicit deny in an?) (?P<policy_type>[a-z][a-z -]{2,40}?)"
    rf"(?: allows?\b|: (?P<policy>{_PLAIN})|[.,]|$)",
    re.IGNORECASE,
)
_RESOURCE = re.compile(
    r"arn:(?P<partition>[\w-]+):[\w-]+:(?P<region>[\w-]*):(?P<owner>\d*):(?P<kind>[\w-]+)/(?P<model>[\w:./-]+)"
)
_GEOGRAPHY = re.compile(r"^(?:us|eu|apac|jp|au|ca|us-gov|global)\.")

_WITHOUT_RESOURCE = ("bedrock:list", "bedrock:callwithbearertoken", "bedrock-mantle:callwithbearertoken")
"""Actions that are allowed on all resources or not at all: Service Authorization Reference, "Amazon Bedrock"."""
_RESERVED = "AWSReservedSSO_"
"""How roles of IAM Identity Center begin: only their permission set can change them."""


def read_denial(error: ParsedError) -> Mapping[str, str] | None:
    """What IAM's sentence names, as far as it does; None where the sentence is another one.

    `permission`, `arn`, `principal`, `account`, `identity_kind` (user or role) and `identity`, `region`, `owner` (the
    resource's account), `kind` and `model`, `policy_type`, `policy`.
    """
    return _read_sentence(error.message)


@lru_cache(maxsize=1)
def _read_sentence(message: str) -> Mapping[str, str] | None:
    """Remembered for the one sentence that several rows ask about in turn."""
    found = _SENTENCE.search(message)
    if not found:
        return None
    values = _list_parts(found)
    if "arn" in values:
        values["arn"] = values["arn"].rstrip(".,")
        resource = _RESOURCE.match(values["arn"])
        if resource:
            values |= _list_parts(resource)
    elif values["permission"].lower().startswith(_WITHOUT_RESOURCE):
        values["arn"] = "*"
    reason = _POLICY.search(message, found.end())
    if reason:
        values |= _list_parts(reason)
    return values | _read_identity(values.get("principal", ""))


def find_other_account(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where the identity's account and the resource's owner are two; None otherwise. Who shares an answer
    often masks one of them: only numbers are compared."""
    values = read_denial(error)
    accounts = {values.get("owner", ""), values.get("account", "")} if values else set()
    return values if len(accounts) > 1 and all(map(str.isdigit, accounts)) else None


def find_profile_denial(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where the resource is an inference profile of AWS's own, with `model_arn`, which must be allowed
    besides; None otherwise."""
    values = read_denial(error)
    if not values or values.get("kind") != "inference-profile":
        return None
    model = _GEOGRAPHY.sub("", values["model"])
    return {**values, "model_arn": f"arn:{values['partition']}:bedrock:*::foundation-model/{model}"}


def find_regionless_denial(error: ParsedError) -> Mapping[str, str] | None:
    """The same, where the resource has an empty Region, as AWS writes what a global inference profile reaches."""
    values = read_denial(error)
    return values if values and "model" in values and "region" not in values else None


def _list_parts(match: re.Match[str]) -> dict[str, str]:
    return {name: part for name, part in match.groupdict().items() if part}


def _read_identity(principal: str) -> dict[str, str]:
    """`account`, and of a user or role also `identity_kind` and `identity`."""
    parts = principal.split(":")
    if len(parts) < 6 or parts[0] != "arn":
        return {}
    kind, _, name = parts[5].partition("/")
    values = {"account": parts[4]}
    if kind == "user":
        values |= {"identity_kind": "user", "identity": name.rpartition("/")[2]}
    elif kind == "assumed-role":
        role = name.partition("/")[0]
        values |= {} if role.startswith(_RESERVED) else {"identity_kind": "role", "identity": role}
    elif kind == "role":
        role = name.rpartition("/")[2]
        values |= {} if role.startswith(_RESERVED) else {"identity_kind": "role", "identity": role}
    return values


def describe_lacking(exchange: Exchange) -> str:
    """Which permission whose identity lacks; empty where the answer is not AWS's sentence about a permission that
    nothing allows."""
    body = exchange.answer.body if exchange.answer else ""
    values = _read_sentence(body) if "because no" in body else None
    if not values or "principal" not in values or not values.get("policy_type", "").startswith(("identity", "session")):
        return ""
    return describe_right(values["principal"], values["permission"])


def describe_right(arn: str, action: str) -> str:
    """`arn` names the identity that lacks the action."""
    return f"the {name_identity(arn)} lacks {action}"


def name_identity(arn: str) -> str:
    """role, user, or identity where the ARN names another kind."""
    name = arn.split(":", 5)[-1]
    if name.startswith(("assumed-role/", "role/")):
        return "role"
    return "user" if name.startswith("user/") else "identity"

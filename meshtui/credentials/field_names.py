"""How the fields of credentials are spelt, by whom, and which of ours they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from meshtui.base.credential import UNRECOGNISED, Finding, Kind
from meshtui.base.provider_names import PROVIDER_ROWS
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.registry import list_forms, list_key_forms

# Our name → spellings, without case and punctuation, that belong to no one provider: LiteLLM's and the usual settings'
# names. The providers' own are in their `credentials` modules.
_SPELLINGS = {
    "session_token": "token",
    "region": "region regionname defaultregion location",
    "status": "status",
    "credential_type": "credentialtype",
    "api_key": "apikey apitoken bearertoken key secret token value openai secretstring",
    "type": "type",
}
_WRAPPERS = ("credential", "data", "env", "SecretString")


@cache
def _index_spellings(_: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    """Spelling → our names for it."""
    found: dict[str, tuple[str, ...]] = {}
    for table in (*(forms.spellings for forms in list_forms()), _SPELLINGS):
        for ours, words in table.items():
            for word in words.split():
                found[word] = (*found.get(word, ()), ours)
    return found


def is_wrapper(name: str) -> bool:
    """Whether a whole credential is found in a field of this name."""
    return name in _list_wrappers(tuple(PROVIDER_ROWS))


@cache
def _list_wrappers(providers: tuple[str, ...]) -> frozenset[str]:
    return frozenset((*_WRAPPERS, *providers, *(name for forms in list_forms() for name in forms.wrappers)))


def find_variable_kind(variable: str) -> Kind:
    """The kind of credential that a variable is for."""
    return _index_variables(tuple(PROVIDER_ROWS)).get(variable.upper(), UNRECOGNISED)


_LIKE_A_VARIABLE = re.compile(r"[A-Z][A-Z0-9]{0,30}(?:_[A-Z0-9]{1,30}){1,8}")


def show_variable(name: str) -> str:
    """The name of an assignment, fit to be shown: `…` where it may as well be the first part of a secret that has an
    equals sign in it."""
    known = find_variable_kind(name) is not UNRECOGNISED or _LIKE_A_VARIABLE.fullmatch(name)
    return name if known else "…"


@cache
def _index_variables(_: tuple[str, ...]) -> Mapping[str, Kind]:
    return {variable: form.kind for form in list_key_forms() for variable in form.variables}


def rename_fields(value: Mapping[str, object]) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """The fields under our names, nulls left out. Of two spellings with different values the first counts."""
    fields: dict[str, object] = {}
    twice: list[str] = []
    names = _index_spellings(tuple(PROVIDER_ROWS))
    for name, content in value.items():
        plain = re.sub("[^a-z0-9]", "", name[:80].lower())
        for ours in names.get(plain, ()):
            if content is None:
                continue
            if fields.get(ours) in (None, ""):
                fields[ours] = content
            elif fields[ours] != content and "token" not in plain:
                twice.append(ours)
    return fields, tuple(make_finding("json.spelt-twice", field=ours) for ours in dict.fromkeys(twice))

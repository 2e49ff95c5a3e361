"""The providers that there are: whatever is particular to one of them is asked for here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from meshtui.base.credential import UNRECOGNISED, Kind
from meshtui.base.provider_names import PROVIDER_ROWS, ProviderRow, add_provider, load_part
from meshtui.providers.base import CredentialForms, KeyForm, Provider, Slot
from meshtui.providers.check import FORM, Check


def register(row: ProviderRow) -> None:
    """Adds a provider while meshtui runs. The built-in ones are in `meshtui.base.provider_names`."""
    add_provider(row)


def list_providers() -> tuple[Provider, ...]:
    """All of them, in the order of their rows."""
    return tuple(get_provider(provider) for provider in PROVIDER_ROWS)


@cache
def get_provider(provider: str) -> Provider:
    """Raises KeyError for an id that there is not."""
    found: Provider = load_part(provider, "provider").PROVIDER
    return found


def find_provider(provider: str) -> Provider | None:
    return get_provider(provider) if provider in PROVIDER_ROWS else None


def list_forms() -> tuple[CredentialForms, ...]:
    """How each provider's credentials are written down."""
    return _gather_forms(tuple(PROVIDER_ROWS))


@cache
def _gather_forms(providers: tuple[str, ...]) -> tuple[CredentialForms, ...]:
    return tuple(get_provider(provider).forms for provider in providers)


def list_key_forms() -> tuple[KeyForm, ...]:
    """The same by kinds."""
    return _gather_key_forms(tuple(PROVIDER_ROWS))


@cache
def _gather_key_forms(_: tuple[str, ...]) -> tuple[KeyForm, ...]:
    return tuple(form for forms in list_forms() for form in forms.keys)


def list_kinds() -> tuple[Kind, ...]:
    return (*(kind for provider in list_providers() for kind in provider.kinds), UNRECOGNISED)


def find_kind(kind: str) -> Kind | None:
    """The kind of this id, such as history holds it."""
    return next((each for each in list_kinds() if each.id == kind), None)


def list_slots() -> dict[str, Slot]:
    """Name in meshtui's list → where such a credential is looked for, in the list's order."""
    return {slot.name: slot for provider in list_providers() for slot in provider.slots}


def list_checks(kind: Kind) -> tuple[Check, ...]:
    """The checks of a credential of this kind, cheapest first. For an unknown kind only the form is checked."""
    if kind.provider not in PROVIDER_ROWS:
        return (FORM,)
    checks: Mapping[Kind, tuple[Check, ...]] = load_part(kind.provider, "checks").CHECKS
    return checks[kind]

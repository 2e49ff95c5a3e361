"""How its key is recognised and read."""

from meshtui.base.credential import BearerKey
from meshtui.base.secret import Secret
from meshtui.providers.base import CredentialForms, KeyForm
from meshtui.providers.credential_reading import Given, Reading, find_unfit_character, refuse
from meshtui.providers.finding_catalogue import make_finding
from tests.toy_provider.provider import TOY_KEY


def read_toy(key: str, _: Given) -> Reading:
    if bad := find_unfit_character(key):
        return refuse(TOY_KEY, bad)
    findings = () if len(key) == 36 else (make_finding("toy.length", length=len(key)),)
    return Reading(TOY_KEY, BearerKey(Secret(key)), findings, {"length": f"{len(key)} characters"})


FORMS = CredentialForms(
    keys=(
        KeyForm(TOY_KEY, prefixes=("toy_",), in_text="toy_[A-Za-z0-9]{20,}", variables=("TOY_API_KEY",),
                sign=r"\btoy_", read_key=read_toy),
    ),
    spellings={"api_key": "toyapikey"},
)  # fmt: skip

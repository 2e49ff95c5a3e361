"""How the fields of credentials are spelt, by whom, and which of ours they are."""

from __future__ import annotations

import re
from collections.abc import Mapping

from meshtui.base.credential import Finding, Kind
from meshtui.providers.finding_catalogue import make_finding

# Our name → spellings, without case and punctuation. AWS: its CLI, SDKs, SSO, instance metadata and console's CSV;
# Mesh: both versions of its BYOK page; then LiteLLM's and the usual settings' names.
_SPELLINGS = {
    "access_key_id": "accesskeyid awsaccesskeyid accesskey awsaccesskey",
    "secret_access_key": "secretaccesskey awssecretaccesskey secretkey awssecretkey secretaccess",
    "session_token": "sessiontoken awssessiontoken securitytoken awssecuritytoken token",
    "region": "region awsregion awsdefaultregion awsregionname regionname defaultregion bedrockregion location"
    " vertexlocation vertexregion vertexailocation googlecloudlocation googlecloudregion cloudmlregion",
    "expiration": "expiration expirationdate awsexpiration awscredentialexpiration xsecuritytokenexpires",
    "status": "status",
    "credential_type": "credentialtype",
    "api_key": "apikey apitoken bearertoken key secret token value awsbearertokenbedrock bedrockapikey bedrocktoken"
    " servicecredentialsecret openaiapikey openaikey meshapiapikey meshapikey meshapitoken meshtuiplatformkey",
    "client_email": "clientemail",
    "private_key": "privatekey",
    "private_key_id": "privatekeyid",
    "project_id": "projectid",
    "token_uri": "tokenuri",
    "universe_domain": "universedomain",
    "type": "type",
}
_NAME_OF: dict[str, tuple[str, ...]] = {}
for _ours, _words in _SPELLINGS.items():
    for _word in _words.split():
        _NAME_OF[_word] = (*_NAME_OF.get(_word, ()), _ours)

WRAPPERS = frozenset({
    "Credentials", "AccessKey", "credentials", "roleCredentials", "ServiceSpecificCredential", "accessKey",  # AWS
    "service_account", "service_account_json", "serviceAccount", "credentials_json", "vertex_credentials",  # Vertex
    "aws", "bedrock", "vertex", "openai", "mesh", "credential", "data",
})  # fmt: skip
"""Fields in which a whole credential is found."""

VARIABLES = {
    "OPENAI_API_KEY": Kind.OPENAI_KEY,
    "OPENAI_KEY": Kind.OPENAI_KEY,
    "OPENAI_ADMIN_KEY": Kind.OPENAI_KEY,
    "AWS_BEARER_TOKEN_BEDROCK": Kind.BEDROCK_KEY,
    "BEDROCK_API_KEY": Kind.BEDROCK_KEY,
    "AWS_ACCESS_KEY_ID": Kind.AWS_KEYS,
    "AWS_SECRET_ACCESS_KEY": Kind.AWS_KEYS,
    "AWS_SESSION_TOKEN": Kind.AWS_KEYS,
    "GOOGLE_APPLICATION_CREDENTIALS": Kind.SERVICE_ACCOUNT,
    "GOOGLE_APPLICATION_CREDENTIALS_JSON": Kind.SERVICE_ACCOUNT,
    "GOOGLE_CREDENTIALS": Kind.SERVICE_ACCOUNT,
    "VERTEX_CREDENTIALS": Kind.SERVICE_ACCOUNT,
    "MESHAPI_API_KEY": Kind.MESH_KEY,
    "MESH_API_KEY": Kind.MESH_KEY,
    "MESHAPI_TOKEN": Kind.MESH_KEY,
    "MESHTUI_PLATFORM_KEY": Kind.MESH_KEY,
}
"""The kind of credential that a variable is for."""


def kind_for(variable: str) -> Kind:
    return VARIABLES.get(variable.upper(), Kind.UNRECOGNISED)


def canonical(value: Mapping[str, object]) -> tuple[dict[str, object], tuple[Finding, ...]]:
    """The fields under our names, nulls left out. Of two spellings with different values the first counts."""
    fields: dict[str, object] = {}
    twice: list[str] = []
    for name, content in value.items():
        plain = re.sub("[^a-z0-9]", "", name[:80].lower())
        for ours in _NAME_OF.get(plain, ()):
            if content is None:
                continue
            if fields.get(ours) in (None, ""):
                fields[ours] = content
            elif fields[ours] != content and "token" not in plain:
                twice.append(ours)
    return fields, tuple(make_finding("json.spelt-twice", field=ours) for ours in dict.fromkeys(twice))

"""Google Vertex AI's descriptor, and what its kind of credential holds. Variables: Google's SDKs and LiteLLM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from meshtui.base.credential import Kind, Material
from meshtui.base.secret import Secret
from meshtui.explain.model import ParsedError
from meshtui.providers.base import AtMesh, Provider, Slot

SERVICE_ACCOUNT = Kind("service_account", "Vertex service account", "vertex", label="service account")


@dataclass(frozen=True, slots=True)
class ServiceAccount(Material):
    """What a Google service account's JSON file holds, as far as it is used."""

    client_email: str
    private_key: Secret
    """The PEM text."""
    project_id: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    region: str = "global"

    @property
    def secret(self) -> Secret:
        return self.private_key

    @property
    def shown(self) -> str:
        return self.client_email

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.client_email, self.project_id} - {""})


def _find_login_file(environ: Mapping[str, str]) -> tuple[str, ...]:
    """gcloud's application default credentials (google-auth's `_cloud_sdk`)."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    folder = environ.get("CLOUDSDK_CONFIG") or (f"{home}/.config/gcloud" if home else "")
    return (f"{folder}/application_default_credentials.json",) if folder else ()


def _name_at_mesh(model: str) -> str:
    from meshtui.providers.default_models import name_claude

    return name_claude(model) if model.startswith("claude-") else f"google/{model}"


def _read_quota(error: ParsedError) -> Mapping[str, str] | None:
    from meshtui.providers.vertex.errors.limits import match_own_quota

    return match_own_quota(error)


PROVIDER = Provider(
    id="vertex",
    kinds=(SERVICE_ACCOUNT,),
    slots=(
        Slot(
            "vertex",
            ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_APPLICATION_CREDENTIALS_JSON", "GOOGLE_CREDENTIALS",
             "VERTEXAI_CREDENTIALS", "VERTEX_CREDENTIALS", "GOOGLE_PRIVATE_KEY"),
            path_variable="GOOGLE_APPLICATION_CREDENTIALS",
            path_or_text=("GOOGLE_CREDENTIALS", "VERTEXAI_CREDENTIALS", "VERTEX_CREDENTIALS"),
            fields={  # as the AI SDK has them
                "GOOGLE_PRIVATE_KEY": "private_key",
                "GOOGLE_CLIENT_EMAIL": "client_email",
                "GOOGLE_PRIVATE_KEY_ID": "private_key_id",
                "GOOGLE_VERTEX_PROJECT": "project_id",
                "GOOGLE_PROJECT_ID": "project_id",
                "GOOGLE_CLOUD_PROJECT": "project_id",
            },
            constants={"type": "service_account", "token_uri": "https://oauth2.googleapis.com/token"},
            region_variables=("GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION", "CLOUD_ML_REGION", "VERTEXAI_LOCATION"),
            files=_find_login_file, file_source="adc",
        ),
    ),
    read_quota=_read_quota,
    address_variables=("GOOGLE_VERTEX_BASE_URL",),
    at_mesh=AtMesh("vertex", "vertex", ("google/",), _name_at_mesh),
)  # fmt: skip

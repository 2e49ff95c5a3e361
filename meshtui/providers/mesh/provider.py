"""Mesh API's descriptor. Variables and files: its command line (0.5) and its SDKs' samples."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.base.credential import Kind
from meshtui.providers.base import Provider, Slot

MESH_KEY = Kind("mesh_key", "Mesh key", "mesh")


def _find_files(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those of Mesh Code and of Mesh's command line."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return (f"{home}/.mesh-code/credentials", f"{home}/.meshapi/credentials") if home else ()


PROVIDER = Provider(
    id="mesh",
    kinds=(MESH_KEY,),
    slots=(
        # OpenAI's SDK talks to Mesh with a Mesh key in OpenAI's variable.
        Slot("mesh", ("MESHAPI_API_KEY", "MESH_API_KEY", "MESHAPI_TOKEN"), files=_find_files, file_source="mesh-cli",
             also_from="openai"),
        Slot("platform", ("MESHTUI_PLATFORM_KEY",)),
    ),
    address_variables=("MESHAPI_BASE_URL",),
    is_gateway=True,
)  # fmt: skip

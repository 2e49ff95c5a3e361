"""The JSON form of a Google service account. Loaded on use; none prints what is in it."""

from __future__ import annotations

from dataclasses import dataclass

from meshtui.providers.json_forms import needed, optional


@dataclass(frozen=True, repr=False)
class ServiceAccountForm:
    """Google's service account file. Google's libraries need the first three; Mesh asks for the full file."""

    client_email: str = needed("take it from the original file; it ends in gserviceaccount.com.")
    private_key: str = needed("take it from the original file, or make a new key.")
    token_uri: str = optional()
    project_id: str = optional()
    private_key_id: str = optional()
    universe_domain: str = optional()
    type: str = optional()
    region: str = optional()

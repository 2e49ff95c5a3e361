"""The JSON form of a Google service account. Loaded on use: see `meshtui.providers.json_forms`."""

from __future__ import annotations

from pydantic import Field

from meshtui.providers.json_forms import Form, Text


class ServiceAccountForm(Form):
    """Google's service account file. Google's libraries need the first three; Mesh asks for the full file."""

    client_email: Text = Field(description="take it from the original file; it ends in gserviceaccount.com.")
    private_key: Text = Field(description="take it from the original file, or make a new key.")
    token_uri: str = ""
    project_id: str = ""
    private_key_id: str = ""
    universe_domain: str = ""
    type: str = ""
    region: str = ""

"""What the vendors are called. Apart from `config`, so that a command which only reads an answer loads little."""

from __future__ import annotations

PROVIDERS = ("openai", "bedrock", "vertex")
PROVIDER_NAMES = {"openai": "OpenAI", "bedrock": "AWS Bedrock", "vertex": "Google Vertex AI", "mesh": "Mesh"}

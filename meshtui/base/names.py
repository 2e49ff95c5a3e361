"""What the vendors are called, and how they call a request. Apart from `config`, so that a command which only reads an
answer loads little."""

from __future__ import annotations

PROVIDERS = ("openai", "bedrock", "vertex")
PROVIDER_NAMES = {"openai": "OpenAI", "bedrock": "AWS Bedrock", "vertex": "Google Vertex AI", "mesh": "Mesh"}
REQUEST_ID_HEADERS = (
    "x-request-id", "x-amzn-requestid", "x-amz-request-id", "request-id", "x-goog-request-id", "cf-ray",
)  # fmt: skip
"""Headers that an answer is found again by, the vendor's own before those of its edge."""

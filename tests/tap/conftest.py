"""Hosts of the tests' own behind a tap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .hosts import World, serve


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with serve(tmp_path) as running:
        yield running


@pytest.fixture
def key() -> str:
    """A made-up OpenAI key of this test."""
    import secrets

    return f"sk-proj-{secrets.token_urlsafe(64)[:60].replace('-', 'a').replace('_', 'b')}O5vW"

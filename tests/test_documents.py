"""Every path that the documents for contributors name is there, and the README links to them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.each import each

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("meshtui/ARCHITECTURE.md", "meshtui/CHANGELOG.md", ".github/CONTRIBUTING.md", ".github/SECURITY.md")


def list_paths(document: str) -> list[str]:
    """What stands between backquotes and looks like a file or folder of the project."""
    quoted = re.findall(r"`([^`\n]+)`", (ROOT / document).read_text(encoding="utf-8"))
    return sorted({q for q in quoted if re.fullmatch(r"\.?\w[\w./-]*(/|\.(py|md|toml|tcss))", q) and "…" not in q})


def is_there(path: str) -> bool:
    """From the project's folder, as ARCHITECTURE.md has it from the package's, or a module of every provider."""
    return any((ROOT / folder / path).exists() for folder in (".", "meshtui", "meshtui/providers/openai"))


NAMED = [(document, path) for document in DOCUMENTS for path in list_paths(document)]


@each("document, path", NAMED)
def test_every_path_that_is_named_is_there(document: str, path: str):
    assert is_there(path)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_readme_links_to_each(document: str):
    assert f"]({document})" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_search_for_paths_finds_them():
    assert len(NAMED) > 40

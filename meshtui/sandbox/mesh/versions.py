"""Mesh's dated contract: which versions there are, and which one a request means."""

from __future__ import annotations

from collections.abc import Sequence

from meshtui.sandbox.mesh.envelope import Trouble

VERSIONS = {"2026-08": "2026-08-15", "2026-09": "2026-09-03"}
"""Version → day of its release (Mesh's changelog)."""
BASELINE, LATEST = "2026-08", "2026-09"


def choose(headers: Sequence[str]) -> str | Trouble:
    """The version that the values of X-Mesh-Version name; the baseline where there is none. Unknown, empty or doubled
    is refused, and before the key is looked at."""
    if not headers:
        return BASELINE
    if len(headers) == 1 and headers[0].strip() in VERSIONS:
        return headers[0].strip()
    return Trouble(
        "invalid_api_version",
        "X-Mesh-Version must be one supported version, written YYYY-MM.",
        more={"supported_versions": list(VERSIONS)},
    )


def listing() -> dict[str, object]:
    return {
        "versions": [
            {
                "version": version,
                "status": "supported",
                "released_at": released,
                "baseline": version == BASELINE,
                "latest": version == LATEST,
                "capabilities": ["chat.completions", "byok"],
            }
            for version, released in VERSIONS.items()
        ]
    }

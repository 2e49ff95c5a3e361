"""What is asked, and along which path. The Request pane needs it for its first paint, so it imports next to nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from meshtui.base.endpoints import DEFAULT_MAX_TOKENS, DEFAULT_PROMPT, DEFAULT_TIMEOUT


class Path(StrEnum):
    BYOK = "byok"
    """Your key calls its provider from here; where Mesh would fall back, the platform is tried through Mesh."""
    MESH = "mesh"
    """One request to Mesh as it is configured."""
    PLATFORM = "platform"
    """Through Mesh with a key whose team has no BYOK credential."""
    COMPARE = "compare"
    """The same prompt over the other three at once: your key alone, Mesh, and Mesh's own credentials."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """The prompt. `model` is the provider's name of it; empty: the provider's default test model."""

    text: str = DEFAULT_PROMPT
    model: str = ""
    system: str = ""
    max_tokens: int = DEFAULT_MAX_TOKENS
    stream: bool = False
    timeout: float = DEFAULT_TIMEOUT
    """Seconds for the whole attempt."""
    cache: bool = False
    """Whether Mesh's response cache may answer, as it may for the user's own program. A cached answer proves nothing
    about a key."""
    tools: bool = False
    """Whether a tool is offered to the model, as many programs do."""

"""What a person may set, and the values that hold where nothing is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from meshtui.config import DEFAULT_MAX_TOKENS, DEFAULT_PROMPT, DEFAULT_TIMEOUT


@dataclass(frozen=True, slots=True)
class Settings:
    """In force for one session."""

    theme: str = ""
    """Name of a theme; empty: our dark one."""
    hide_names: bool = False
    """Whether account numbers, ARNs, project ids and e-mail addresses are hidden on the screen and in copies."""
    times: str = "clock"
    """How the log tells time: `clock` or `ago`."""
    history: bool = True
    """Whether what happened is kept on disk, without secrets."""
    keep: int = 20_000
    """Entries of the history that are kept."""
    path: str = "byok"
    prompt: str = DEFAULT_PROMPT
    max_tokens: int = DEFAULT_MAX_TOKENS
    timeout: float = DEFAULT_TIMEOUT
    """Seconds for a whole attempt."""
    stream: bool = False
    models: Mapping[str, str] = field(default_factory=dict)
    """Provider → the model of the test prompt."""
    exports: str = ""
    """The folder that exports are written to; empty: `exports` in the state folder."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Ident of a command (`main.fire`) → its keys, in Textual's names, separated by commas."""

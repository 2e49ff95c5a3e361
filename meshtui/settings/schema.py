"""The one table of settings: what a person may set, the values that hold where nothing is set, and what is wrong with
a value. Loading, `meshtui config`, the commented template and the README are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from meshtui.base.endpoints import DEFAULT_MAX_TOKENS, DEFAULT_PROMPT, DEFAULT_TIMEOUT
from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line, make_plain


@dataclass(frozen=True, slots=True)
class Settings:
    """In force for one session."""

    theme: str = ""
    """Name of a theme; empty: our dark one."""
    hide_names: bool = False
    """Whether account numbers, ARNs, project ids and e-mail addresses are hidden on the screen and in copies."""
    times: str = "clock"
    """How the log shows times: `clock` or `ago`."""
    notify: str = "off"
    """How a countdown's end and the change of a watched credential are announced: `off`, `bell`, `osc9`, `osc777`."""
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
    presets: Mapping[str, str] = field(default_factory=dict)
    """Name → the text of a prompt of one's own, beside ours (`meshtui.runs.presets`)."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Ident of a command (`main.fire`) → its keys, in Textual's names, separated by commas."""


class Problem(NamedTuple):
    where: str
    """`~/.config/meshtui/config.toml:12`, or the name of an environment variable."""
    wrong: str
    fix: str
    key: str = ""
    """The setting, or empty where the whole file is meant."""
    warning: bool = False
    """It holds all the same."""

    def __str__(self) -> str:
        about = f"{self.where}: {self.key}: " if self.key and self.key != self.where else f"{self.where}: "
        end = "" if self.fix.endswith("?") else "."
        return make_one_line(redact(f"{about}{self.wrong}. {self.fix}{end}"))


def format_value(value: object) -> str:
    """A value as TOML writes it, masked where it is a key."""
    import json

    try:
        plain = isinstance(value, (str, bool, int, float, list))
        text = json.dumps(value, ensure_ascii=False, default=str) if plain else str(value)
    except ValueError:  # a number in hexadecimal digits may have more than Python writes in decimal ones
        text = "a number that long"
    return make_one_line(redact(text), 80)


class Kind(NamedTuple):
    """What values a setting takes."""

    allowed: str
    """In words: `true or false`."""
    accepts: Callable[[object], bool]
    of_text: Callable[[str], object] = str
    """The value that the text of an environment variable means."""


class Row(NamedTuple):
    key: str
    """In the file: `log.times` is `times` below `[log]`."""
    field: str
    """Of `Settings`; `models.openai` is one entry of a mapping."""
    kind: Kind
    variable: str
    """The environment variable that goes before the file."""
    help: str

    @property
    def about(self) -> str:
        """What it is, and what it takes where the default does not show that."""
        return self.help if self.kind in (TEXT, SOME_TEXT, SWITCH) else f"{self.help}: {self.kind.allowed}"


def _make_choice(*options: str) -> Kind:
    allowed = f"{', '.join(options[:-1])} or {options[-1]}"
    return Kind(allowed, lambda value: value in options)


def _make_integer(low: int, high: int) -> Kind:
    def accepts(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high

    return Kind(f"a whole number from {low} to {high}", accepts, _number)


def _make_seconds(low: float, high: int) -> Kind:
    def accepts(value: object) -> bool:
        right = isinstance(value, (int, float)) and not isinstance(value, bool)
        return right and low <= value <= high  # type: ignore[operator]

    return Kind(f"a number of seconds from {low} to {high}", accepts, _number)


def _number(text: str) -> object:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


_ON_OFF = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}

SWITCH = Kind("true or false", lambda v: isinstance(v, bool), lambda text: _ON_OFF.get(text.strip().lower(), text))


def _is_text(value: object) -> bool:
    """It is shown as it is in a field, and a terminal takes a control character for a command."""
    return isinstance(value, str) and make_plain(value) == value


TEXT = Kind("a text in quotes, without control characters", _is_text)
SOME_TEXT = Kind(
    "a text in quotes, not empty, without control characters",
    lambda value: _is_text(value) and bool(str(value).strip()),
)

ROWS = (
    Row("theme", "theme", TEXT, "MESHTUI_THEME",
        "A theme by name, of ours or Textual's, as the command palette lists them; empty: our dark one"),
    Row("hide_names", "hide_names", SWITCH, "MESHTUI_HIDE_NAMES",
        "Hide account numbers, ARNs, project ids and e-mail addresses in what is shown, copied or printed"),
    Row("notify", "notify", _make_choice("off", "bell", "osc9", "osc777"), "MESHTUI_NOTIFY",
        "How a countdown's end and a watched credential's change are announced, by bell or a terminal's notification"),
    Row("log.times", "times", _make_choice("clock", "ago"), "MESHTUI_TIMES", "How the log tells time"),
    Row("history.on", "history", SWITCH, "MESHTUI_HISTORY",
        "Keep what happened on disk; keys are never part of it"),
    Row("history.keep", "keep", _make_integer(100, 1_000_000), "MESHTUI_HISTORY_KEEP", "How many entries are kept"),
    Row("request.path", "path", _make_choice("byok", "mesh", "platform", "compare"), "MESHTUI_PATH",
        "The path a test prompt takes"),
    Row("request.prompt", "prompt", SOME_TEXT, "MESHTUI_PROMPT", "The test prompt"),
    Row("request.max_tokens", "max_tokens", _make_integer(1, 1_000_000), "MESHTUI_MAX_TOKENS",
        "How many tokens an answer may have (OpenAI models on Bedrock refuse less than 16)"),
    Row("request.timeout", "timeout", _make_seconds(0.1, 3600), "MESHTUI_TIMEOUT", "How long a whole attempt may take"),
    Row("request.stream", "stream", SWITCH, "MESHTUI_STREAM", "Ask for the answer word by word"),
    Row("models.openai", "models.openai", TEXT, "MESHTUI_MODEL_OPENAI",
        "The model of the test prompt at OpenAI; empty: a small one that has not ended"),
    Row("models.bedrock", "models.bedrock", TEXT, "MESHTUI_MODEL_BEDROCK",
        "The same at Bedrock"),
    Row("models.vertex", "models.vertex", TEXT, "MESHTUI_MODEL_VERTEX",
        "The same at Vertex"),
    Row("exports.folder", "exports", TEXT, "MESHTUI_EXPORTS",
        "The folder that exports are written to; empty: exports in ~/.local/state/meshtui"),
)  # fmt: skip
BY_KEY = {row.key: row for row in ROWS}
KEYS = "keys"
"""The table of the file that changes keys: `"main.fire" = "ctrl+f,f5"`."""
PRESETS = "presets"
"""The table of the file that adds prompts: `haiku = "Write a haiku about keys"`."""
OTHER_VARIABLES = {
    "MESHTUI_CONFIG": "another file than ~/.config/meshtui/config.toml",
    "MESHTUI_PLATFORM_KEY": "a second Mesh key, for the platform path",
}


def find_value(settings: Settings, row: Row) -> object:
    """What holds for this row."""
    field, _, item = row.field.partition(".")
    value = getattr(settings, field)
    return value.get(item, "") if isinstance(value, Mapping) else value

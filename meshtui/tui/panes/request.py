"""The pane in which a request is put together and watched: the fields, and below them how far it is and the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Grid, Horizontal, Vertical
from textual.suggester import SuggestFromList
from textual.widgets import Input

from meshtui.base.credential import Credential
from meshtui.base.endpoints import DEFAULT_PROMPT
from meshtui.base.names import DEFAULT_MODELS
from meshtui.base.text import one_line
from meshtui.runs.model import Path, Prompt
from meshtui.tui.panes.answer import AnswerView
from meshtui.tui.panes.live import Live
from meshtui.tui.veil import DOTS, holds_key, veiled
from meshtui.tui.widgets.fields import Choice, FieldLabel
from meshtui.tui.widgets.number import NumberField

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario
    from meshtui.settings import Settings

PATHS = {
    Path.BYOK.value: "your key calls its provider",
    Path.MESH.value: "one request through Mesh",
    Path.PLATFORM.value: "Mesh's own credentials",
    Path.COMPARE.value: "all three side by side",
}
STREAM = {"off": "whole", "on": "word by word"}
IDLE = {
    True: "{main.fire} sends this. The answer, or whose key failed, shows here and in the Log.",
    False: "{main.fire} sends this for a few tokens; where it falls back, Mesh bills them.",
}
NONE_TO_FIRE = "There is no provider credential to send this with: {main.add} adds one."
MOST_TOKENS, LONGEST = 1_000_000, 3600


class RequestPane(Vertical):
    """Inputs survive a resize and a change of theme; a model typed for one provider waits while another is chosen."""

    def __init__(self, settings: Settings, clock: Callable[[], float], *, sandboxed: bool) -> None:
        super().__init__(id="request", classes="pane")
        self.border_title = "Request"
        self._settings, self._clock, self._sandboxed = settings, clock, sandboxed
        self._typed_models: dict[str, str] = {}
        self._providers: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        usual = self._settings
        with Grid(id="fields"):
            yield FieldLabel("Path", "path")
            yield Choice(PATHS, usual.path, id="path")
            yield FieldLabel("Credential", "credential")
            yield Choice({}, id="credential")
            yield FieldLabel("Model", "model")
            yield Input(id="model", classes="long", compact=True, highlighter=DOTS)
            yield FieldLabel("Prompt", "prompt")
            yield Input(usual.prompt, id="prompt", classes="long", compact=True, select_on_focus=False,
                        highlighter=DOTS)  # fmt: skip
            yield FieldLabel("System", "system")
            yield Input(placeholder="a system prompt, or none", id="system", classes="long", compact=True,
                        select_on_focus=False, highlighter=DOTS)  # fmt: skip
            yield FieldLabel("Max tokens", "tokens")
            with Horizontal(id="numbers", classes="long"):
                yield NumberField("Max tokens", usual.max_tokens, 1, MOST_TOKENS, whole=True, id="tokens")
                yield FieldLabel("Timeout", "timeout")
                yield NumberField("Timeout", usual.timeout, 0.1, LONGEST, unit="seconds", id="timeout")
                yield FieldLabel("Stream", "stream")
                yield Choice(STREAM, "on" if usual.stream else "off", id="stream")
        yield AnswerView(IDLE[self._sandboxed], self._clock)

    @property
    def path(self) -> Path:
        return Path(self.query_one("#path", Choice).value)

    @property
    def credential(self) -> str:
        """The name of the provider credential to fire; empty where there is none."""
        return self.query_one("#credential", Choice).value

    @property
    def provider(self) -> str:
        """The chosen credential's."""
        return self._providers.get(self.credential, "")

    @property
    def model(self) -> str:
        """What is typed."""
        return self._text("model")

    @property
    def usual_model(self) -> str:
        """What is asked where the field is empty."""
        return self._settings.models.get(self.provider) or DEFAULT_MODELS.get(self.provider, ("",))[0]

    @property
    def problem(self) -> str:
        """What keeps this from being sent, in a sentence without its full stop; empty where nothing does."""
        for field in ("model", "prompt", "system"):
            if holds_key(self._text(field)):
                return f"{field.capitalize()}: there is a key in it, or what looks like one, and it would be sent along"
        if self.path in (Path.BYOK, Path.COMPARE) and "/" in self.model and not self.model.startswith("arn:"):
            return f"Model: {self.model} is a name of Mesh's, and the path {self.path} asks the provider too"
        return next((field.problem for field in self.query(NumberField) if field.problem), "")

    def prompt(self) -> Prompt:
        """What the fields say. A number that cannot be used, see `problem`, is the usual one here."""
        return Prompt(
            text=self._text("prompt") or self._settings.prompt,
            model=self._asked_model(),
            system=self._text("system"),
            max_tokens=int(self.query_one("#tokens", NumberField).number),
            stream=self.query_one("#stream", Choice).value == "on",
            timeout=self.query_one("#timeout", NumberField).number,
        )

    def offer(self, credentials: Iterable[Credential]) -> None:
        """The credentials that can be chosen are those with a provider; a Mesh key only carries the request."""
        chosen = {c.name: c.provider for c in credentials if c.provider not in ("", "mesh")}
        before = self.credential
        self._providers = chosen
        self.query_one("#credential", Choice).offer(dict.fromkeys(chosen, ""))
        self.query_one(AnswerView).rest(IDLE[self._sandboxed] if chosen else NONE_TO_FIRE)
        self._turned()
        if self.credential == before:
            self._use_provider()

    def choose(self, name: str) -> None:
        if name in self._providers:
            self.query_one("#credential", Choice).value = name

    def put(self, path: Path, credential: str, prompt: Prompt) -> None:
        """Turns the fields to this."""
        self.query_one("#path", Choice).value = path.value
        self.choose(credential)
        default = DEFAULT_MODELS.get(self.provider, ("",))[0]
        model = prompt.model or (default if self.usual_model != default else "")
        self._typed_models[self.provider] = model
        for field, text in (("model", model), ("prompt", prompt.text), ("system", prompt.system)):
            self.query_one(f"#{field}", Input).value = text
        self.query_one("#tokens", NumberField).put(prompt.max_tokens)
        self.query_one("#timeout", NumberField).put(prompt.timeout)
        self.query_one("#stream", Choice).value = "on" if prompt.stream else "off"

    def prepare(self, scenario: Scenario) -> None:
        """Turns the fields to what the scenario asks, and tells its story until something is sent. One without a name
        only ends the story that was told."""
        ask = scenario.ask
        if scenario.name:
            self.put(Path(ask.path), ask.credential, Prompt(ask.prompt or DEFAULT_PROMPT, stream=ask.stream))
        self.query_one(AnswerView).tell(scenario if scenario.name else None)

    def take_model(self, model: str) -> None:
        """Puts the model into the field, which stays empty for the usual one."""
        self.query_one("#model", Input).value = "" if model == self.usual_model else model

    def complete(self, names: Iterable[str]) -> None:
        """What is typed into the Model field is completed to one of these; Textual draws it, so not to a hidden one."""
        shown = [name for name in names if veiled(name) == name]
        self.query_one("#model", Input).suggester = SuggestFromList(shown, case_sensitive=False)

    def turn(self, choice: str) -> None:
        """The next value of the choice of this id."""
        self.query_one(f"#{choice}", Choice).action_turn(1)

    def watch_run(self, live: Live) -> None:
        self.query_one(AnswerView).watch_run(live)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        if event.choice.id == "credential":
            self._use_provider()
        if event.choice.id in ("path", "credential"):
            self._turned()
            # Another list: it is asked for when the field is entered.
            self.query_one("#model", Input).suggester = None

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "model" and self.provider:
            self._typed_models[self.provider] = event.value

    def _turned(self) -> None:
        self.query_one(AnswerView).turned(self.path, self.credential)

    def _use_provider(self) -> None:
        model = self.query_one("#model", Input)
        model.placeholder = one_line(veiled(self.usual_model))
        typed = self._typed_models.get(self.provider, "")
        if model.value != typed:
            model.value = typed

    def _text(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value.strip()

    def _asked_model(self) -> str:
        """Empty for the provider's default test model, whether it was typed or not."""
        model = self.model or self.usual_model
        return "" if model == DEFAULT_MODELS.get(self.provider, ("",))[0] else model

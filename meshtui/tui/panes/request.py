"""The pane in which a request is put together and watched: path, credential, model, prompt, stream; then the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Grid, Vertical
from textual.widgets import Input, Label

from meshtui.config import DEFAULT_MODELS, DEFAULT_PROMPT
from meshtui.credentials.model import Credential
from meshtui.runs.model import Path, Prompt
from meshtui.tui.panes.live import Live, live_lines
from meshtui.tui.widgets.batch import Batch
from meshtui.tui.widgets.fields import Choice
from meshtui.tui.widgets.page import Lines, Page, paragraph

if TYPE_CHECKING:
    from meshtui.sandbox.scenario import Scenario

PATHS = {
    Path.BYOK.value: "your key calls its provider",
    Path.MESH.value: "one request through Mesh",
    Path.PLATFORM.value: "Mesh's own credentials",
    Path.COMPARE.value: "all three side by side",
}
STREAM = {"off": "the answer comes whole", "on": "word by word"}
IDLE = {
    True: "f sends this. The answer, or whose key failed, shows here and in the Log.",
    False: "f sends this for a few tokens; where it falls back, Mesh bills them.",
}


class RequestPane(Vertical):
    """Inputs survive a resize and a change of theme; a model typed for one provider waits while another is chosen."""

    def __init__(self, *, sandboxed: bool) -> None:
        super().__init__(id="request", classes="pane")
        self._sandboxed = sandboxed
        self.border_title = "Request"
        self.live: Live | None = None
        self._story: Scenario | None = None
        self._touch = Batch(self, self._show_answer)
        self._typed_models: dict[str, str] = {}
        self._providers: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        with Grid(id="fields"):
            yield Label("Path")
            yield Choice(PATHS, id="path")
            yield Label("Credential")
            yield Choice({}, id="credential")
            yield Label("Model")
            yield Input(id="model", compact=True)
            yield Label("Prompt", classes="for-prompt")
            yield Input(DEFAULT_PROMPT, id="prompt", compact=True, select_on_focus=False)
            yield Label("Stream")
            yield Choice(STREAM, id="stream")
        yield Page(self._answer, id="answer")

    @property
    def path(self) -> Path:
        return Path(self.query_one("#path", Choice).value)

    @property
    def credential(self) -> str:
        """The name of the provider credential to fire; empty where there is none."""
        return self.query_one("#credential", Choice).value

    def prompt(self) -> Prompt:
        text = self.query_one("#prompt", Input).value.strip() or DEFAULT_PROMPT
        stream = self.query_one("#stream", Choice).value == "on"
        return Prompt(text=text, model=self.query_one("#model", Input).value.strip(), stream=stream)

    def offer(self, credentials: Iterable[Credential]) -> None:
        """The credentials that can be chosen are those with a provider; a Mesh key only carries the request."""
        chosen = {c.name: c.provider for c in credentials if c.provider not in ("", "mesh")}
        before = self.credential
        self._providers = chosen
        self.query_one("#credential", Choice).offer(dict.fromkeys(chosen, ""))
        if self.credential == before:
            self._use_provider()

    def choose(self, name: str) -> None:
        if name in self._providers:
            self.query_one("#credential", Choice).value = name

    def prepare(self, scenario: Scenario) -> None:
        """Turns the fields to what the scenario asks, and tells its story until something is sent. One without a name
        only ends the story that was told."""
        ask = scenario.ask
        self.live, self._story = None, scenario if scenario.name else None
        if scenario.name:
            self.query_one("#path", Choice).value = ask.path
            self.choose(ask.credential)
            self._typed_models.pop(self._providers.get(ask.credential, ""), None)
            self.query_one("#model", Input).value = ""
            self.query_one("#prompt", Input).value = ask.prompt or DEFAULT_PROMPT
            self.query_one("#stream", Choice).value = "on" if ask.stream else "off"
        self._touch()

    def turn(self, choice: str) -> None:
        """The next value of the choice of this id."""
        self.query_one(f"#{choice}", Choice).action_turn(1)

    def watch_run(self, live: Live) -> None:
        self.live = live
        self._touch()

    def _show_answer(self) -> None:
        self.query_one("#answer", Page).refresh(layout=True)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        if event.choice.id == "credential":
            self._use_provider()

    def on_input_changed(self, event: Input.Changed) -> None:
        provider = self._providers.get(self.credential, "")
        if event.input.id == "model" and provider:
            self._typed_models[provider] = event.value

    def _use_provider(self) -> None:
        provider = self._providers.get(self.credential, "")
        model = self.query_one("#model", Input)
        model.placeholder = DEFAULT_MODELS.get(provider, ("",))[0]
        typed = self._typed_models.get(provider, "")
        if model.value != typed:
            model.value = typed

    def _answer(self, width: int) -> Lines:
        fields, margin = self.query_one("#fields").outer_size.height, self.query_one("#answer").styles.margin.height
        room = max(3, self.content_size.height - fields - margin)
        if self.live is not None:
            return live_lines(self.live, width, room)
        if self._story is None:
            return paragraph(IDLE[self._sandboxed], width, "dim")
        lines = [*paragraph(self._story.title, width, "strong"), *paragraph(self._story.story, width)]
        return lines if len(lines) <= room else [*lines[: room - 1], (("… the Log has the whole story", "dim"),)]

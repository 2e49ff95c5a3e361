"""The pane in which a request is put together and watched: the fields, and below them how far it is and the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.suggester import SuggestFromList
from textual.timer import Timer
from textual.widgets import Input

from meshtui.base.endpoints import DEFAULT_PROMPT
from meshtui.base.text import make_one_line
from meshtui.runs.presets import MOST_TIMES, Preset, describe_cost
from meshtui.runs.prompt import Path, Prompt
from meshtui.tui.hidden_names import has_key, hide_in_text
from meshtui.tui.messages import CommandWanted
from meshtui.tui.styled_text import Lines, Part, shorten
from meshtui.tui.widgets.form_fields import Choice, FieldLabel, Form, LinesField, NumberField, TextField
from meshtui.tui.widgets.line_list import Batch
from meshtui.tui.widgets.text_views import Page, Reading

if TYPE_CHECKING:
    from meshtui.base.credential import Credential
    from meshtui.sandbox.scenario import Scenario
    from meshtui.settings import Settings
    from meshtui.tui.command_app import CommandApp
    from meshtui.tui.live_run import LiveRun


TICK = 1.0
"""Seconds between two updates of the elapsed time while something runs; none at rest."""


class AnswerView(Vertical):
    """How far a run is, whole seconds counted, then what the model says; `idle` before anything was sent.
    Text that comes keeps its newest line in sight, unless one has scrolled up to read."""

    app: CommandApp

    def __init__(self, idle: str, clock: Callable[[], float]) -> None:
        super().__init__(id="answer")
        self._idle, self._clock = idle, clock
        self._live: LiveRun | None = None
        self._now: tuple[Path | None, str] = (None, "")
        self._story: Scenario | None = None
        self._ticking: Timer | None = None
        self._touch = Batch(self, self._show)

    def compose(self) -> ComposeResult:
        yield Page(self._progress, id="progress")
        yield Reading(id="said")

    def on_mount(self) -> None:
        self._show()

    def watch_run(self, live: LiveRun) -> None:
        self._live = live
        self._touch()

    def rest(self, idle: str) -> None:
        """What it says before anything was sent."""
        self._idle = idle
        self._touch()

    def turned(self, path: Path, credential: str) -> None:
        """What the fields ask by now: an answer to something else says whose it is."""
        self._now = (path, credential)
        if self._live is not None:
            self._touch()

    def show_story(self, scenario: Scenario | None) -> None:
        """Its story, until something is sent; None ends that."""
        self._live, self._story = None, scenario
        self._touch()

    def _show(self) -> None:
        self.query_one("#progress", Page).refresh(layout=True)
        self.query_one(Reading).show(self._said(), follow=self._live is not None)
        self._tick(on=self._live is not None and bool(self._live.calls))

    def _tick(self, *, on: bool) -> None:
        if on and self._ticking is None:
            self._ticking = self.set_interval(TICK, self._show)
        elif not on and self._ticking is not None:
            self._ticking.stop()
            self._ticking = None

    def _progress(self, width: int) -> Lines:
        if self._live is None:
            return []
        from meshtui.tui.live_run import render_progress

        return render_progress(self._live, width, self._clock(), self._live.describe_other(*self._now))

    def _said(self) -> list[Part]:
        if self._live is not None:
            return [(self._live.text, "")] if self._live.text else []
        if self._story is None:
            return [(self.app.spell(self._idle), "dim")]
        return [(self._story.title, "strong"), (self._story.story, "")]


LABELS = {
    "path": "Path",
    "credential": "Credential",
    "model": "Model",
    "prompt": "Prompt",
    "system": "System",
    "numbers": "Max tokens",
    "repeats": "Times",
}
"""Id of a field, or of a row of them → the word before it."""
PATHS = {
    Path.BYOK.value: "your key calls its provider",
    Path.MESH.value: "one request through Mesh",
    Path.PLATFORM.value: "Mesh's own credentials",
    Path.COMPARE.value: "all three side by side",
}
STREAM = {"off": "in one piece", "on": "word by word"}
IDLE = {
    True: "{main.fire} sends this. The answer, or whose key failed, is shown here and in the Log.",
    False: "{main.fire} sends this, which costs a few tokens; where it falls back, Mesh bills them.",
}
NO_CREDENTIAL = "There is no provider credential to send this with: {main.add} adds one."
MOST_TOKENS, LONGEST = 1_000_000, 3600


@dataclass(frozen=True)
class ActiveScenario:
    scenario: Scenario
    changed: bool = False
    """Whether a fault or a policy was changed since: then the current settings are used, and the scenario is not set up
    again."""


class RequestPane(Vertical):
    """Inputs survive a resize and a change of theme; a model typed for one provider waits while another is chosen."""

    class ModelEntered(Message):
        """The Model field has the focus, so a list of models is of use."""

    def __init__(self, settings: Settings, clock: Callable[[], float], *, sandboxed: bool) -> None:
        super().__init__(id="request", classes="pane")
        self.border_title = "Request"
        self._settings, self._clock, self._sandboxed = settings, clock, sandboxed
        self._typed_models: dict[str, str] = {}
        self._providers: dict[str, str] = {}
        self._tools = False
        self.scenario: ActiveScenario | None = None
        """The scenario that the sandbox is set up to."""

    def compose(self) -> ComposeResult:
        usual = self._settings
        with Form(LABELS, id="fields"):
            yield Choice(PATHS, usual.path, id="path")
            yield Choice({}, id="credential")
            yield TextField(id="model", classes="long")
            yield LinesField(usual.prompt, id="prompt", classes="long", select_on_focus=False)
            yield LinesField(placeholder="a system prompt, or none", id="system", classes="long",
                             select_on_focus=False)  # fmt: skip
            with Horizontal(id="numbers", classes="long"):
                yield NumberField("Max tokens", usual.max_tokens, 1, MOST_TOKENS, whole=True, id="tokens")
                yield FieldLabel("Timeout", "timeout")
                yield NumberField("Timeout", usual.timeout, 0.1, LONGEST, unit="seconds", id="timeout")
                yield FieldLabel("Stream", "stream")
                yield Choice(STREAM, "on" if usual.stream else "off", id="stream")
            with Horizontal(id="repeats", classes="long"):
                yield NumberField("Times", 1, 1, MOST_TIMES, whole=True, id="times")
                yield Page(self._describe_cost, id="cost")
        yield AnswerView(IDLE[self._sandboxed], self._clock)

    @property
    def path(self) -> Path:
        return Path(self.query_one("#path", Choice).value)

    @property
    def credential(self) -> str:
        """The name of the provider credential to send with; empty where there is none."""
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
        """The model that is used where the field is empty."""
        return self._settings.models.get(self.provider) or find_default_model(self.provider)

    @property
    def problem(self) -> str:
        """What keeps this from being sent, in a sentence without its full stop; empty where nothing does."""
        for field in ("model", "prompt", "system"):
            if has_key(self._text(field)):
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
            tools=self._tools,
        )

    @property
    def times(self) -> int:
        """How often it is sent, one after the other."""
        return int(self.query_one("#times", NumberField).number)

    @property
    def cost(self) -> str:
        """What sending it takes at most, in tokens."""
        return describe_cost(self.prompt(), self.path, self.times)[0]

    def _describe_cost(self, width: int) -> Lines:
        tool = "a tool; " if self._tools else ""
        forms = [tool + form for form in describe_cost(self.prompt(), self.path, self.times)]
        said = next((form for form in forms if len(form) <= width), forms[-1])
        return [((shorten(said, width), "dim"),)]

    def take_text(self, text: str, preset: Preset | None) -> None:
        """The prompt of the editor; with a preset, what else that sets."""
        self.query_one("#prompt", Input).value = text
        if preset is not None:
            self._tools = preset.tools
            self.query_one("#tokens", NumberField).put(preset.max_tokens)
            self.query_one("#stream", Choice).value = "on" if preset.stream else "off"
        self._refresh_cost()

    def _refresh_cost(self) -> None:
        self.query_one("#cost", Page).refresh()

    def offer(self, credentials: Iterable[Credential]) -> None:
        """The credentials that can be chosen are those with a provider; a Mesh key only carries the request."""
        chosen = {c.name: c.provider for c in credentials if c.provider not in ("", "mesh")}
        before = self.credential
        self._providers = chosen
        self.query_one("#credential", Choice).offer(dict.fromkeys(chosen, ""))
        self.query_one(AnswerView).rest(IDLE[self._sandboxed] if chosen else NO_CREDENTIAL)
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
        default = find_default_model(self.provider)
        model = prompt.model or (default if self.usual_model != default else "")
        self._typed_models[self.provider] = model
        for field, text in (("model", model), ("prompt", prompt.text), ("system", prompt.system)):
            self.query_one(f"#{field}", Input).value = text
        self.query_one("#tokens", NumberField).put(prompt.max_tokens)
        self.query_one("#timeout", NumberField).put(prompt.timeout)
        self._tools = prompt.tools
        self.query_one("#stream", Choice).value = "on" if prompt.stream else "off"

    def prepare(self, scenario: Scenario) -> None:
        """Fills the fields for the scenario and shows its story until something is sent. A scenario without a name only
        ends the story shown."""
        ask = scenario.ask
        self.scenario = ActiveScenario(scenario) if scenario.name else None
        if scenario.name:
            self.put(Path(ask.path), ask.credential, Prompt(ask.prompt or DEFAULT_PROMPT, stream=ask.stream))
        self.query_one(AnswerView).show_story(scenario if scenario.name else None)
        self._show_scenario()

    def mark_changed(self) -> None:
        """Notes that a person changed a fault or a policy."""
        if self.scenario:
            self.scenario = replace(self.scenario, changed=True)
        self._show_scenario()

    @property
    def asked_scenario(self) -> ActiveScenario | None:
        """The scenario that is set up, where the fields still match it."""
        if self.scenario is None:
            return None
        from meshtui.demo import make_prompt

        ask = self.scenario.scenario.ask
        wanted = (ask.path, ask.credential, replace(make_prompt(ask), cache=False))
        return self.scenario if (self.path, self.credential, self.prompt()) == wanted else None

    def _show_scenario(self) -> None:
        """Names the scenario in the border while the fields still say what it asks."""
        asked = self.asked_scenario
        named = f"{asked.scenario.name}{', changed' if asked.changed else ''}" if asked else ""
        if self.border_subtitle != named:  # by setting it the whole pane is painted again
            self.border_subtitle = named

    def take_model(self, model: str) -> None:
        """Puts the model into the field, which stays empty for the usual one."""
        self.query_one("#model", Input).value = "" if model == self.usual_model else model

    def complete(self, names: Iterable[str]) -> None:
        """What is typed into the Model field is completed to one of these; Textual draws it, so not to a hidden one."""
        shown = [name for name in names if hide_in_text(name) == name]
        self.query_one("#model", Input).suggester = SuggestFromList(shown, case_sensitive=False)

    def turn(self, choice: str) -> None:
        """The next value of the choice of this id."""
        self.query_one(f"#{choice}", Choice).action_turn(1)

    def watch_run(self, live: LiveRun) -> None:
        self.query_one(AnswerView).watch_run(live)

    def on_choice_changed(self, event: Choice.Changed) -> None:
        if event.choice.id == "credential":
            self._use_provider()
        if event.choice.id in ("path", "credential"):
            self._turned()
            # Another list: it is asked for when the field is entered.
            self.query_one("#model", Input).suggester = None
        self._show_scenario()
        self._refresh_cost()

    def on_input_changed(self, event: Input.Changed) -> None:
        if event.input.id == "model" and self.provider:
            self._typed_models[self.provider] = event.value
        self._show_scenario()
        self._refresh_cost()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.post_message(CommandWanted("main.fire"))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if event.widget.id == "model":
            self.post_message(self.ModelEntered())

    def _turned(self) -> None:
        self.query_one(AnswerView).turned(self.path, self.credential)

    def _use_provider(self) -> None:
        model = self.query_one("#model", Input)
        model.placeholder = make_one_line(hide_in_text(self.usual_model))
        typed = self._typed_models.get(self.provider, "")
        if model.value != typed:
            model.value = typed

    def _text(self, field: str) -> str:
        return self.query_one(f"#{field}", Input).value.strip()

    def _asked_model(self) -> str:
        """Empty for the provider's default test model, whether it was typed or not."""
        model = self.model or self.usual_model
        return "" if model == find_default_model(self.provider) else model


def find_default_model(provider: str) -> str:
    """The provider's default test model; empty where there is no provider, as before the first credential: the first
    paint waits for no table of models."""
    if not provider:
        return ""
    from meshtui.base.provider_names import DEFAULT_MODELS

    return DEFAULT_MODELS.get(provider, ("",))[0]

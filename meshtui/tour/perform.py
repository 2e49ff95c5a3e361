"""Performs a scenario: sets the sandbox up, fires what the scenario asks, and puts the truth beside each run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meshtui.config import DEFAULT_PROMPT
from meshtui.runs.model import Event, Path, Prompt, Run
from meshtui.session import Session

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.books import Truth
    from meshtui.sandbox.scenario import Asking, Scenario


@dataclass(frozen=True, slots=True)
class Scene:
    """One run and what the sandbox recorded of it: a record for each of its requests that came to Mesh."""

    run: Run
    truths: tuple[Truth, ...]


async def perform(session: Session, scenario: Scenario, report: Callable[[Event], None]) -> tuple[Scene, ...]:
    """As many scenes as the scenario asks for, in their order. Raises ValueError where the session has no sandbox."""
    session.play(scenario)
    return await put(session, scenario.ask, report)


async def put(session: Session, ask: Asking, report: Callable[[Event], None]) -> tuple[Scene, ...]:
    """The same on the sandbox as it stands."""
    return tuple(
        [await scene(session, Path(ask.path), ask.credential, prompt_of(ask), report) for _ in range(ask.times)]
    )


async def scene(
    session: Session, path: Path, credential: str, prompt: Prompt, report: Callable[[Event], None]
) -> Scene:
    """One request on the sandbox as it stands."""
    run = await session.fire(path, credential, prompt, report)
    return Scene(run, session.stage.truths(run.attempts))


def prompt_of(ask: Asking) -> Prompt:
    """What the scenario asks, in the client's words."""
    return replace(Prompt(), text=ask.prompt or DEFAULT_PROMPT, stream=ask.stream, cache=ask.cache)

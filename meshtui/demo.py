"""The scenarios and the guided tour of the demo as data: each sets the sandbox up, sends through the session, and puts
the sandbox's own record beside what a client could know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from meshtui.base.endpoints import DEFAULT_PROMPT
from meshtui.runs.model import Event, Path, Prompt, Run
from meshtui.session import Session

if TYPE_CHECKING:
    from meshtui.sandbox.mesh.ledger import Truth
    from meshtui.sandbox.scenario import Scenario
    from meshtui.sandbox.scenario import ScenarioRequest as Asking


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    tells: tuple[str, str]
    """What happens, in two lines, before anything is sent."""
    scenario: str
    """Its name in the sandbox's library."""
    learns: str
    """What to take along, in one line."""


STEPS = (
    Step(
        "Your key works",
        (
            "With BYOK, Mesh calls OpenAI with your own key first. Here the call is made from your machine,",
            "so that you see it: one attempt, and the provider itself answers.",
        ),
        "key-works",
        "Served by your key, paid to your provider. This is how it should be.",
    ),
    Step(
        "Your key dies, and Mesh pays",
        (
            "Somebody deletes the key at OpenAI. Mesh does not fail: it falls back to its own credentials.",
            "Replayed in the open: your key is refused, then the platform serves.",
        ),
        "revoked-with-fallback",
        "Your program got its answer, and the bill moved from your provider to your Mesh balance.",
    ),
    Step(
        "The same, and nobody tells you",
        (
            "Now one plain request to Mesh, as your program sends it. The key is still dead, and this Mesh",
            "leaves out the one header that would tell. It is a 200 like any other.",
        ),
        "silent-fallback",
        "A 200 proves nothing about your key. What it cost is what gives a silent fallback away.",
    ),
    Step(
        "Exclusive use shows the error",
        (
            "In Mesh the key is set to exclusive use: no fallback. The same request now fails,",
            "and the provider's own reason comes through.",
        ),
        "exclusive-use",
        "A clear failure is worth more than a silent 200: now you know whom to ask.",
    ),
    Step(
        "The cache hides a dead key",
        (
            "Two equal requests, with Mesh's response cache on, as it is by default. Between them the key is",
            "revoked, and the second is answered all the same.",
        ),
        "cache-hides-dead-key",
        "Test a key with the cache switched off; `meshtui send` does.",
    ),
)


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

"""The guided tour as data: what each step says, does and concludes; and playing it through the session, with the truth
of the sandbox beside what a client could know."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from meshtui.base.endpoints import DEFAULT_PROMPT
from meshtui.base.processes import capture_output, make_isolated_environment, make_python_command
from meshtui.runs.model import Event, Path, Prompt, Run
from meshtui.session import Session

if TYPE_CHECKING:
    from meshtui.presentation.blocks import Page
    from meshtui.sandbox.mesh.ledger import Truth
    from meshtui.sandbox.scenario import Scenario
    from meshtui.sandbox.scenario import ScenarioRequest as Asking


CHANGES, PROGRAM = "changes", "program"
"""Steps that send no prompt: what changed since it worked, and a program of one's own below `meshtui run --sandbox`."""


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    tells: tuple[str, str]
    """Describes what happens, in two lines, before anything is sent."""
    plays: str
    """A scenario's name in the sandbox's library, `CHANGES` or `PROGRAM`."""
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
        "401: key refused, your balance pays",
        (
            "Somebody deletes the key at OpenAI. Mesh does not fail: it falls back to its own credentials.",
            "Here you see both steps: your key is refused, then Mesh's own credentials serve.",
        ),
        "revoked-with-fallback",
        "Your program got its answer, and the bill moved from your provider to your Mesh balance.",
    ),
    Step(
        "What changed since it worked?",
        (
            "The same request worked a moment ago. meshtui compares the two runs: key, source, model, region,",
            "policy, versions. With your own keys it compares runs of past days too (h, then c).",
        ),
        CHANGES,
        "Nothing changed on your side, so the change is at the provider: the key was deleted there.",
    ),
    Step(
        "The same, and nobody tells you",
        (
            "Now one plain request to Mesh, as your program sends it. The key is still revoked, and this Mesh",
            "leaves out the one header that would say so. It is a 200 like any other.",
        ),
        "silent-fallback",
        "A 200 proves nothing about your key. Only its cost shows a silent fallback.",
    ),
    Step(
        "Exclusive use shows the error",
        (
            "In Mesh the key is set to exclusive use: no fallback. The same request now fails,",
            "and the provider's own reason comes through.",
        ),
        "exclusive-use",
        "A clear failure is better than a silent 200: now you know whom to ask.",
    ),
    Step(
        "403: AWS knows the key and forbids it",
        (
            "A key pair of AWS calls Bedrock. The key is good, but no policy allows it to call the model.",
            "AWS answers 403, as it does to a key that it does not know: only the message tells them apart.",
        ),
        "forbidden-at-bedrock",
        "The key is fine; the administrator of the AWS account has to allow the action.",
    ),
    Step(
        "429: Google's limit is reached",
        (
            "A service account calls Vertex AI more often than its quota allows. A 429 is not the key's fault,",
            "and retrying later helps. Mesh falls back nevertheless.",
        ),
        "limit-at-vertex",
        "Wait, or raise the quota at Google; until then your Mesh balance pays.",
    ),
    Step(
        "Compare: where does it break?",
        (
            "Your key works at OpenAI, and through Mesh it does not. The same prompt takes three paths at once:",
            "with your key, through Mesh, and with Mesh's own credentials.",
        ),
        "old-copy-in-mesh",
        "Mesh holds an old copy of the key: replace it in Mesh's dashboard.",
    ),
    Step(
        "The cache hides a revoked key",
        (
            "The same request twice, with Mesh's response cache on, as it is by default. Between the two the key",
            "is revoked, and the second is answered nevertheless.",
        ),
        "cache-hides-dead-key",
        "Test a key with the cache switched off; `meshtui send` does.",
    ),
    Step(
        "Your own program",
        (
            "meshtui run --sandbox --fault openai=revoked -- python app.py",
            "An unchanged program calls api.openai.com and meets the fault; its calls are explained.",
        ),
        PROGRAM,
        "Put `meshtui run --` before the command that fails, and nothing in it has to change.",
    ),
)
PROGRAM_CODE = """\
import json, os, urllib.error, urllib.request
body = json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}).encode()
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "Content-Type": "application/json"}
try:
    urllib.request.urlopen(urllib.request.Request("https://api.openai.com/v1/chat/completions", body, headers))
except urllib.error.HTTPError as error:
    print("app.py: HTTP", error.code, flush=True)
"""
"""The program of the last step: it knows nothing of meshtui."""
PROGRAM_SECONDS = 60.0
_RUN = """\
import os, sys
os.dup2(1, 2)
sys.stderr = open(2, "w", buffering=1, closefd=False)
sys.path.insert(0, sys.argv[1])
from meshtui.cli.main import run
sys.exit(run(["run", "--sandbox", "--fault", "openai=revoked", "--", sys.executable, "-c", sys.argv[2]]))
"""


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
    """The same with the sandbox's current settings."""
    return tuple(
        [await play_scene(session, Path(ask.path), ask.credential, make_prompt(ask), report) for _ in range(ask.times)]
    )


async def play_scene(
    session: Session, path: Path, credential: str, prompt: Prompt, report: Callable[[Event], None]
) -> Scene:
    """One request with the sandbox's current settings."""
    run = await session.send_prompt(path, credential, prompt, report)
    return Scene(run, session.stage.truths(run.attempts))


def make_prompt(ask: Asking) -> Prompt:
    """What the scenario asks, in the client's words."""
    return replace(Prompt(), text=ask.prompt or DEFAULT_PROMPT, stream=ask.stream, cache=ask.cache)


def find_session_changes(session: Session) -> Page | None:
    """What changed between the newest failed run of this sitting and the one before it that worked; None where there
    are no two such."""
    from meshtui.journal.changes import find_changes, summarize_changes
    from meshtui.journal.past_runs import Past, find_last_success, find_newest_failure
    from meshtui.presentation.history_blocks import make_changes_blocks

    runs = [Past(run, session.journal.of_run(run)) for run in reversed(tuple(session.journal.runs))]
    after = find_newest_failure(runs)
    before = find_last_success(runs, after) if after else None
    if after is None or before is None:
        return None
    found = find_changes(before, after, ())
    return make_changes_blocks(before, after, found, summarize_changes(found, before, after))


def run_program() -> str:
    """Runs a small program below `meshtui run --sandbox`, in a process of its own, and returns what both printed. Takes
    some seconds: for a thread."""
    package = str(FilePath(__file__).parent.parent)
    executable, *arguments = make_python_command(_RUN, package, PROGRAM_CODE)
    try:
        ended = capture_output(
            executable, arguments, make_isolated_environment(os.environ), seconds=PROGRAM_SECONDS, limit=100_000
        )
    except (OSError, ValueError) as error:
        return f"The program could not be started: {error}"
    return ended.output.decode("utf-8", "replace") or "The program printed nothing."

"""The truth test: random worlds run through the sandbox, whose own record judges the client's verdict.

    python -m tests.runs.worlds --worlds 10000 [--seed N]

No verdict may be wrong, and none may be unknown where what the world shows decides (`oracle`). A wrong one is printed
with the seed that replays its world alone.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from meshtui.base.credential import BearerKey, Credential, Policy, Source
from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.credentials.discovery import read_sandbox_credentials
from meshtui.http.call import Call
from meshtui.http.transport import PendingRequest, Transport
from meshtui.providers.bedrock.provider import AwsKeys, BedrockKey
from meshtui.providers.vertex.provider import ServiceAccount
from meshtui.runs.attempts import Prices
from meshtui.runs.exit_status import find_exit_status
from meshtui.runs.model import ConclusionKind, Path, Prompt, Run, RunRequest
from meshtui.runs.paths import run_prompt
from meshtui.sandbox.mesh.ledger import Truth
from meshtui.sandbox.server import Sandbox
from meshtui.sandbox.settings import Pace
from tests.runs import oracle
from tests.runs.world import PROVIDER_OF, World, world_of

FAST = Pace(word=0.0, slow=0.0, refill=3600.0)
Tally = Counter[str]


class Stage:
    """One sandbox and one client for all worlds."""

    def __init__(self, sandbox: Sandbox, client: Transport) -> None:
        self.sandbox, self.client = sandbox, client
        self.keys = {credential.name: credential for credential in read_sandbox_credentials(sandbox.addresses)}
        self.prices: Prices = {}

    async def run(self, world: World) -> tuple[Run, dict[str, Truth]]:
        """The run, and the sandbox's newest records by their request id."""
        await self._set_up(world)
        run = await self._fire(world)
        return run, {truth.request_id: truth for truth in self.sandbox.truth[-8:]}

    async def _set_up(self, world: World) -> None:
        self.sandbox.forget()
        self.sandbox.behaviour, self.sandbox.fee_percent = world.behaviour, world.fee_percent
        self.sandbox.set_policy(world.credential, world.exclusive)
        if PROVIDER_OF[world.credential] == "bedrock":
            self.sandbox.activate(world.credential)
        if world.cache:
            await self._fire(world)
        if world.forgotten:
            where = f"{self.client.endpoints.mesh}/provider-keys/pk_{world.credential}"
            token = Secret(self.sandbox.dashboard_token)
            await self.client.send(
                PendingRequest(Call("mesh", "provider-keys", "DELETE", where, bearer=token), timeout=5)
            )
        for name, fault in world.faults.items():
            self.sandbox.set_fault(name, fault)

    async def _fire(self, world: World) -> Run:
        policy = Policy.EXCLUSIVE if (world.exclusive if world.known else world.believed) else Policy.FALLBACK
        key = _mistaken(self.keys[world.credential]) if world.mistaken else self.keys[world.credential]
        key = replace(key, policy=policy, source=Source("sandbox" if world.known else "env"))
        prompt = Prompt(world.text, world.model, stream=world.stream, cache=world.cache)
        ask = RunRequest(Path(world.path), key, self.keys["mesh"], self.keys["platform"], prompt)
        return await run_prompt(ask, self.client, lambda _event: None, self.prices)


def _mistaken(key: Credential) -> Credential:
    """The same credential with a secret that its provider does not know."""
    material, wrong = key.material, Secret("wrong" * 8)
    match material:
        case BearerKey() | BedrockKey():
            material = replace(material, key=wrong)
        case AwsKeys():
            material = replace(material, secret_access_key=wrong)
        case ServiceAccount():
            material = replace(material, private_key_id="0" * 40)
    return replace(key, material=material)


def wrong(world: World, run: Run, truths: Mapping[str, Truth]) -> Iterator[str]:
    """What the client says that is not so, and what it does not say though the world shows it."""
    found = run.verdict
    by_role = {attempt.role: truths.get(attempt.exchange.request_id) for attempt in run.attempts}
    served, fell_back = _due(world, run, by_role)
    if str(found.served) != served:
        yield f"served: said {found.served}, is {served}"
    if found.fell_back is not fell_back:
        yield f"fell back: said {found.fell_back}, is {fell_back}"
    yield from _untrue(run, by_role)
    if found.alarm and find_exit_status(run) != 3 and found.conclusion is None:
        yield f"a silent fallback with exit status {find_exit_status(run)}"
    if found.conclusion is not None:
        yield from _misconcluded(found.conclusion.what, served, run, by_role)


def _due(world: World, run: Run, truths: Mapping[str, Truth | None]) -> tuple[str, bool | None]:
    """What the verdict must be."""
    if world.path == "platform":
        there = replace(world, role="platform")
        return oracle.served(there, truths["platform"]), oracle.fell_back(there, truths["platform"])
    if world.path != "byok":
        return oracle.served(world, truths["mesh"]), oracle.fell_back(world, truths["mesh"])
    if oracle.works_from_here(world):
        return "own key", False
    if "platform" in truths:
        return ("platform" if oracle.answered(truths["platform"]) else "nobody"), True
    # Nothing was replayed: because the setting forbids it, because Mesh would not, or because nobody knows.
    explanation = run.attempts[0].explanation
    ends = run.request.credential is not None and run.request.credential.policy is Policy.EXCLUSIVE
    return "nobody", False if ends or (explanation and explanation.falls_back == "no") else None


def _untrue(run: Run, truths: Mapping[str, Truth | None]) -> Iterator[str]:
    """The record alone against the verdict, whatever the oracle thinks of it."""
    truth = truths.get("mesh") or (truths.get("platform") if run.request.path is Path.PLATFORM else None)
    if truth is None:
        return
    if oracle.answered(truth) and str(run.verdict.served) not in (truth.served, "unknown"):
        yield f"the record has {truth.served}, the verdict {run.verdict.served}"
    if run.verdict.fell_back not in (truth.fell_back, None):
        yield f"the record has a fallback {truth.fell_back}, the verdict {run.verdict.fell_back}"
    if run.verdict.cost_usd and run.verdict.cost_usd != truth.cost_usd:
        yield f"the record has {truth.cost_usd} USD, the verdict {run.verdict.cost_usd}"


def _misconcluded(what: ConclusionKind, served: str, run: Run, truths: Mapping[str, Truth | None]) -> Iterator[str]:
    """A comparison's conclusion against the records."""
    own, mesh, platform = run.attempts[0].ok, truths["mesh"], truths["platform"]
    holds = {
        ConclusionKind.FINE: own and mesh is not None and mesh.served == "own key",
        ConclusionKind.COPY_BAD: own and mesh is not None and mesh.failed_first is not None,
        ConclusionKind.PROVIDER_REFUSES: not own,
        ConclusionKind.MESH_KEY_REFUSED: mesh is not None and mesh.code in oracle.ACCOUNT,
        ConclusionKind.CREDITS: mesh is not None and mesh.served == "platform",
        ConclusionKind.PLATFORM_DOWN: own and platform is not None and not oracle.answered(platform),
        ConclusionKind.NEEDS_BYOK: own and platform is not None and platform.code == "model_not_found",
        ConclusionKind.UNTOLD: not (own and served == "own key" and oracle.answered(platform)),
    }
    if not holds[what]:
        yield f"concluded: {what}"


async def judge(worlds: Iterable[World], sandbox: Sandbox) -> tuple[Tally, list[str]]:
    """What came of them, and what was wrong, with the seed that replays it."""
    tally, complaints = Tally(), []
    async with Transport(Endpoints.of_sandbox(sandbox.addresses)) as client:
        stage = Stage(sandbox, client)
        for world in worlds:
            run, truths = await stage.run(world)
            tally[f"{world.path}: {run.verdict.served}, {run.verdict.basis}"] += 1
            if run.verdict.conclusion is not None:
                tally[f"concluded: {run.verdict.conclusion.what}"] += 1
            complaints += [f"{fault}\n  python -m tests.runs.worlds --worlds 1 --seed {world.seed}"
                           for fault in wrong(world, run, truths)]  # fmt: skip
    return tally, complaints


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.runs.worlds", description=__doc__)
    parser.add_argument("--worlds", type=int, default=10_000, metavar="N")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first world; each next has one more")
    args = parser.parse_args()
    begun = time.perf_counter()
    worlds = [world_of(args.seed + number) for number in range(args.worlds)]
    with Sandbox(pace=FAST) as sandbox:
        tally, complaints = asyncio.run(judge(worlds, sandbox))
        complaints += sandbox.mishaps
    for line, count in sorted(tally.items()):
        print(f"{count:6}  {line}")
    if args.worlds == 1:
        print(worlds[0])
    print(f"{args.worlds} worlds in {time.perf_counter() - begun:.0f} s, {len(complaints)} complaints")
    print(*complaints, sep="\n", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())

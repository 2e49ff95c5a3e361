"""Sets a whole scenario, or a part of what it could say, on a world that may be serving already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from meshtui.sandbox.scenario import PROVIDER_KEYS, Change, Scenario
from meshtui.sandbox.world import World

AS_AT_THE_START = Scenario(name="", title="", story="")


def play(world: World, scenario: Scenario) -> None:
    """As the scenario says, and as at the start in all else. A request that is under way may meet a part of it."""
    world.mend()
    world.behaviour = scenario.behave()
    world.reseed(scenario.seed)
    change(world, Change(scenario.faults, scenario.policies, active=scenario.active))
    world.scenario = scenario.name


def change(world: World, wanted: Change) -> None:
    """What is not named stays as it is."""
    for name, fault in wanted.faults.items():
        world.set_fault(name, fault)
    for name, policy in wanted.policies.items():
        world.set_policy(name, policy == "exclusive")
    if wanted.active is not None:
        world.activate(wanted.active)
    if wanted.behaviour:
        world.behaviour = replace(world.behaviour, **wanted.behaviour)  # type: ignore[arg-type]  # compared when read


def state(world: World) -> Mapping[str, object]:
    """Everything that `change` changes, and the name of the last scenario, ready for JSON."""
    return {
        "scenario": world.scenario or None,
        "faults": world.faults,
        "policies": {name: world.policy(name) for name in PROVIDER_KEYS},
        "active": world.active(),
        "behaviour": asdict(world.behaviour),
    }

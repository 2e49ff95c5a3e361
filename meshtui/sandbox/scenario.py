"""A scenario: what is broken, how Mesh is set up, what is asked, and what to look at. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from meshtui.sandbox.behaviour import Behaviour
from meshtui.sandbox.faults import NAMES

PATHS = ("byok", "mesh", "platform", "compare")
PROVIDER_KEYS = NAMES[:4]
POLICIES = ("fallback", "exclusive")

Switches = Mapping[str, bool | int | str]


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asking:
    """The request that shows the story. A client fires it; the sandbox does not."""

    path: str = "mesh"
    credential: str = "openai"
    stream: bool = False
    cache: bool = False
    """Whether Mesh's response cache may answer, as for a program that does not switch it off."""
    times: int = 1
    prompt: str = ""
    """Empty: the client's own smallest one."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """`name` is its file's, without the ending."""

    name: str
    title: str
    story: str
    look: tuple[str, ...] = ()
    """What to look at, a line each."""
    active: str = "bedrock"
    """Which credential Mesh uses for Bedrock: bedrock or aws."""
    seed: int = 0
    faults: Mapping[str, str] = field(default_factory=_nothing)
    """Name → fault or rules (`meshtui.sandbox.rules`)."""
    policies: Mapping[str, str] = field(default_factory=_nothing)
    """Provider key → fallback or exclusive; fallback where it is not named."""
    behaviour: Switches = field(default_factory=_nothing)
    """Switches of `Behaviour` that are not as documented."""
    ask: Asking = field(default_factory=Asking)

    def behave(self) -> Behaviour:
        return Behaviour(**self.behaviour)  # type: ignore[arg-type]  # `scenario_reader` compares names and types


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different from now on. None: it stays."""

    faults: Mapping[str, str | None] = field(default_factory=_nothing)
    """Name → fault or rules; None mends it."""
    policies: Mapping[str, str] = field(default_factory=_nothing)
    behaviour: Switches = field(default_factory=_nothing)
    active: str | None = None

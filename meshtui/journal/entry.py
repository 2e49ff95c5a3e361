"""One line of the log, as frozen data. Everything in it is redacted when it is written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from meshtui.runs.model import Attempt, Verdict

if TYPE_CHECKING:
    from meshtui.explain.model import Explanation
    from meshtui.runs.rung import Ladder, RungResult


class What(StrEnum):
    RUN = "run"
    """A test prompt, or a check, begins; what it is made of follows under the same run id."""
    ATTEMPT = "attempt"
    """One call with one credential."""
    RUNG = "rung"
    """One live check of a credential."""
    VERDICT = "verdict"
    """How a run or a check ended."""
    NOTE = "note"
    """Something that meshtui or the person at it did: a fault switched, a credential added."""


CHECK = "check"
"""What stands in the place of a path where a credential was checked."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run or a check was made of: no secret, and of the prompt only its length (its words are in the request).

    Every text is empty where it has no meaning or is not known.
    """

    path: str = ""
    """A `runs.model.Path`, or `CHECK`."""
    credential: str = ""
    """Its name."""
    kind: str = ""
    """A `credentials.model.Kind`."""
    provider: str = ""
    source: str = ""
    """Where it came from: a kind of place, and a path or variable."""
    fingerprint: str = ""
    """Eight hexadecimal digits, equal for equal secrets; of an AWS key pair two such: the id's, a slash, the
    secret's."""
    policy: str = ""
    mesh_key: str = ""
    """The fingerprint of the Mesh key that was at hand for this path."""
    model: str = ""
    region: str = ""
    prompt: int = 0
    """Characters."""
    system: int = 0
    """Characters of the system prompt."""
    max_tokens: int = 0
    stream: bool = False
    cache: bool = False
    timeout: float = 0.0
    """Seconds for a whole attempt."""
    host: str = ""
    """Which was called first, without the port."""
    version: str = ""
    """Of meshtui."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is Unix time in seconds. `detail` is what Enter opens: what was asked, the attempt, rung, verdict or
    explanation itself."""

    at: float
    what: What
    text: str = ""
    """One line for people, without control characters."""
    run: str = ""
    """The id that the entries of one run share; empty for notes."""
    credential: str = ""
    detail: Attempt | Verdict | RungResult | Ladder | Explanation | Asked | None = None
    seconds: float | None = None
    """How long it took; None where that has no meaning or the end was not reached."""
    cancelled: bool = False
    number: int = -1
    """Given by the journal. Counts up by one for all its life, so it names an entry though older ones were dropped."""

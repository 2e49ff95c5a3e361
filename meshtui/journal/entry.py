"""One line of the log, as frozen data, and what it says about its call whatever kind of entry it is. Everything in it
is redacted when it is written down. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from meshtui.checks.model import CheckReport, CheckResult
from meshtui.explain.causes import CAUSES
from meshtui.explain.model import Explanation
from meshtui.runs.model import Attempt, Verdict

if TYPE_CHECKING:
    from meshtui.base.exchange import Exchange


class EntryKind(StrEnum):
    RUN = "run"
    """A test prompt or a check begins; its other entries have the same run id."""
    ATTEMPT = "attempt"
    """One call with one credential."""
    CHECK = "check"
    """One live check of a credential."""
    VERDICT = "verdict"
    """How a run or a check ended."""
    NOTE = "note"
    """Something that meshtui or the person at it did: a fault switched, a credential added."""


CHECK = "check"
"""The value instead of a path for the check of a credential."""
PROGRAM = "program"
"""The value for a call of the user's own program (`meshtui run`)."""


LOG_FILE = "log"
"""The value for a followed log file: a run is a kind of failure in it, and `source` the file."""


@dataclass(frozen=True, slots=True)
class RunInputs:
    """What a run or a check was made of: no secret, and of the prompt only its length (its words are in the request).

    Every text is empty where it has no meaning or is not known.
    """

    path: str = ""
    """A `runs.model.Path`, `CHECK`, `PROGRAM` or `LOG_FILE`."""
    credential: str = ""
    """Its name."""
    kind: str = ""
    """The id of a `meshtui.base.credential.Kind`."""
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
    tools: bool = False
    """Whether a tool was offered. The last field, because older histories do not have it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """`at` is Unix time in seconds. `detail` is what Enter opens: what was asked, the attempt, check, verdict or
    explanation itself."""

    at: float
    what: EntryKind
    text: str = ""
    """One line for people, without control characters."""
    run: str = ""
    """The id that the entries of one run share; empty for notes."""
    credential: str = ""
    detail: Attempt | Verdict | CheckResult | CheckReport | Explanation | RunInputs | None = None
    seconds: float | None = None
    """How long it took; None where that has no meaning or the end was not reached."""
    cancelled: bool = False
    number: int = -1
    """Given by the journal. Counts up by one for all its life, so it names an entry though older ones were dropped."""


def find_exchange(entry: Entry) -> Exchange | None:
    """The exchange that decided; None where the entry is about none."""
    match entry.detail:
        case Attempt(exchanges=(*_, last)):
            return last
        case CheckResult(exchange=exchange):
            return exchange
        case _:
            return None


def find_explanation(entry: Entry) -> Explanation | None:
    """Why it failed; None where it did not, or where that is not known."""
    match entry.detail:
        case Explanation() as explanation:
            return explanation
        case Attempt(explanation=explanation) | CheckResult(explanation=explanation):
            return explanation
        case _:
            return None


def find_status(entry: Entry) -> int:
    """The HTTP status; 0 where there is none."""
    if isinstance(entry.detail, Explanation):
        return entry.detail.status
    exchange = find_exchange(entry)
    return exchange.status if exchange else 0


def find_cause_label(entry: Entry) -> str:
    """A label of the catalogue; empty where nothing is wrong or the entry is not about that."""
    if explanation := find_explanation(entry):
        return explanation.cause
    return entry.detail.cause if isinstance(entry.detail, CheckResult) else ""


def find_provider(entry: Entry) -> str:
    """Whose credential it is about, or who was called; empty where the entry does not tell."""
    match entry.detail:
        case RunInputs(provider=provider) | CheckReport(provider=provider) | Explanation(provider=provider):
            return provider
        case _:
            exchange = find_exchange(entry)
            return exchange.provider if exchange else ""


def find_path(entry: Entry) -> str:
    """`byok`, `mesh`, `platform`, `compare`, `check`, `program` or `log`, of the entry that a run begins with."""
    return entry.detail.path if isinstance(entry.detail, RunInputs) else ""


def find_verdict(entry: Entry) -> Verdict | None:
    """Of a run that came to its end: one that was stopped has a verdict only in form."""
    return entry.detail if isinstance(entry.detail, Verdict) and not entry.cancelled else None


def collect_search_text(entry: Entry) -> str:
    """Further texts that a search should find: names, the cause in words, the model, its answer, and the request id
    that the vendor's support asks for."""
    detail, exchange, cause = entry.detail, find_exchange(entry), find_cause_label(entry)
    parts = [entry.credential, find_provider(entry)]
    if cause:
        parts += [cause, cause.replace("_", " "), CAUSES[cause].title if cause in CAUSES else ""]
    if exchange:
        parts += [str(exchange.status or ""), exchange.request_id, exchange.request.url]
    if isinstance(detail, (Attempt, RunInputs)):
        parts.append(detail.text if isinstance(detail, Attempt) else detail.model)
    if isinstance(detail, Attempt):
        parts.append(detail.process)
    return "\n".join(parts)

"""What a comparison comes to: one conclusion out of a closed list, by the first row that fits.

| conclusion | when | exit status |
| --- | --- | --- |
| Mesh key refused | Mesh turns the Mesh key away: unknown, suspended, capped or limited | 4 to 6, by the cause |
| served by credits | Mesh's own credentials served what went to Mesh as it is configured | 3 |
| provider refuses the key | called from here, without Mesh | 4 to 6, by the cause |
| key fine at the provider, Mesh's copy is not | it failed behind Mesh alone | as above; 3 where Mesh fell back |
| model needs BYOK | Mesh's own credentials do not have the model, and your key does | 0 |
| platform down | Mesh's own credentials failed, and your key works | 7 |
| key fine everywhere | it works from here, and Mesh used it | 0 |
| cannot be told | anything else, with what would tell | 8 |
"""

from __future__ import annotations

from enum import Enum, auto

from meshtui.base.provider_names import PROVIDER_NAMES
from meshtui.explain.causes import CAUSES, PROVIDER
from meshtui.runs.model import OWN_KEY, ROLES, Attempt, Conclusion, ConclusionKind, Served, Verdict


class Seen(Enum):
    """The result of one of the three requests."""

    NOTHING = auto()
    """It was not tried."""
    OWN_KEY = auto()
    PLATFORM = auto()
    FELL_BACK = auto()
    ANSWERED = auto()
    """It was answered; by which credential is not reported."""
    KEY_REFUSED = auto()
    """The provider's key: it, or the copy that Mesh holds."""
    MESH_REFUSED = auto()
    """The Mesh key."""
    NO_MODEL = auto()
    DOWN = auto()
    """Mesh says that the provider, or its own credential there, failed."""
    FAILED = auto()


_DOWN = frozenset(cause.label for cause in CAUSES.values() if cause.who == PROVIDER)
_NO_MODEL = frozenset({"model_not_found", "model_access_not_granted"})
Row = tuple[ConclusionKind, frozenset[Seen], frozenset[Seen], frozenset[Seen]]


def _make_row(what: ConclusionKind, own: str = "", mesh: str = "", platform: str = "") -> Row:
    """What must have been seen of each; empty: anything."""
    return what, _parse_seen(own), _parse_seen(mesh), _parse_seen(platform)


def _parse_seen(names: str) -> frozenset[Seen]:
    return frozenset(Seen[name] for name in names.split())


ROWS = (
    _make_row(ConclusionKind.MESH_KEY_REFUSED, mesh="MESH_REFUSED"),
    _make_row(ConclusionKind.CREDITS, mesh="PLATFORM"),
    _make_row(ConclusionKind.COPY_BAD, own="OWN_KEY", mesh="KEY_REFUSED FELL_BACK"),
    _make_row(ConclusionKind.CREDITS, mesh="FELL_BACK"),
    _make_row(ConclusionKind.PROVIDER_REFUSES, own="KEY_REFUSED"),
    _make_row(ConclusionKind.NEEDS_BYOK, own="OWN_KEY", mesh="OWN_KEY ANSWERED", platform="NO_MODEL"),
    _make_row(ConclusionKind.PLATFORM_DOWN, own="OWN_KEY", mesh="OWN_KEY ANSWERED DOWN", platform="DOWN"),
    _make_row(ConclusionKind.FINE, own="OWN_KEY", mesh="OWN_KEY"),
)
SENTENCES = {
    ConclusionKind.MESH_KEY_REFUSED: "Mesh refuses the Mesh key, so the provider key behind it was not used: {mesh}.",
    ConclusionKind.CREDITS: "Mesh serves this from your balance: its own credentials answered, not your key.{own}",
    ConclusionKind.COPY_BAD: "Your key works at {provider}, and behind Mesh it failed: the copy stored in Mesh is old, "
    "is another key, or was set up wrongly there.",
    ConclusionKind.PROVIDER_REFUSES: "{provider} itself refuses your key, so Mesh is not to blame.{own}",
    ConclusionKind.NEEDS_BYOK: "Your key serves this model and Mesh's own credentials do not: it needs BYOK, or is not "
    "enabled for the team of the platform key.",
    ConclusionKind.PLATFORM_DOWN: "Your key works at {provider}, and Mesh's own credentials fail: nothing would "
    "catch a fallback now.",
    ConclusionKind.FINE: "Your key works at {provider}, and Mesh uses it.",
    ConclusionKind.UNTOLD: "Whether Mesh uses your key is not known.",
}


def make_conclusion(attempts: tuple[Attempt, ...], found: Verdict) -> Conclusion:
    """`found` is the verdict about the attempt through Mesh as it is configured."""
    own, mesh, platform = (next((a for a in attempts if a.role == role), None)
                           for role in ROLES)  # fmt: skip
    seen = classify_attempt(own, None), classify_attempt(mesh, found), classify_attempt(platform, None)
    what = next((what for what, *rows in ROWS if all(not row or s in row for row, s in zip(rows, seen, strict=True))),
                ConclusionKind.UNTOLD)  # fmt: skip
    sentence = SENTENCES[what].format(
        provider=PROVIDER_NAMES.get(own.provider, "its provider") if own else "its provider",
        own=f" {_find_headline(own)}." if own and own.explanation else "",
        mesh=_find_headline(mesh),
    )
    return Conclusion(what, sentence, _suggest_comparison(seen[0], seen[1]) if what is ConclusionKind.UNTOLD else "")


def classify_attempt(attempt: Attempt | None, found: Verdict | None) -> Seen:
    """`found` for the attempt whose server is in question."""
    if attempt is None:
        return Seen.NOTHING
    if attempt.ok:
        if found is None:
            return Seen.OWN_KEY if attempt.role == OWN_KEY else Seen.PLATFORM
        platform = Seen.FELL_BACK if found.fell_back else Seen.PLATFORM
        return {Served.OWN_KEY: Seen.OWN_KEY, Served.PLATFORM: platform}.get(found.served, Seen.ANSWERED)
    explanation = attempt.explanation
    if explanation is None or explanation.certainty != "certain" or not attempt.exchange.status:
        return Seen.FAILED
    if explanation.credential and attempt.exchange.status >= 400:
        return Seen.MESH_REFUSED if explanation.credential == "mesh" else Seen.KEY_REFUSED
    if explanation.cause in _NO_MODEL:
        return Seen.NO_MODEL
    return Seen.DOWN if explanation.cause in _DOWN and explanation.rule.startswith("mesh.") else Seen.FAILED


def _suggest_comparison(own: Seen, mesh: Seen) -> str:
    if mesh is Seen.NOTHING:
        return "Compare again with the Mesh key of the team that holds your provider keys, named 'mesh'."
    if mesh is Seen.ANSWERED and own is Seen.OWN_KEY:
        return "Look at the logs in Mesh's dashboard, or set the key to exclusive use and send again."
    if mesh is Seen.NO_MODEL or own is Seen.NO_MODEL:
        return "Compare again with a model that your provider and Mesh both have."
    if own is not Seen.OWN_KEY:
        return "Compare again once the call with your own key is answered: what stopped it says nothing about the key."
    return "Compare again once Mesh answers: what stopped it says nothing about the key."


def _find_headline(attempt: Attempt | None) -> str:
    return attempt.explanation.headline.rstrip(".") if attempt and attempt.explanation else "no answer came"

"""A run or a check as the history has it, and whether it worked. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from meshtui.base.credential import CheckStatus
from meshtui.checks.model import CheckReport
from meshtui.journal.entry import Entry, EntryKind, RunInputs
from meshtui.runs.model import ConclusionKind, Path, Served, Verdict


@dataclass(frozen=True, slots=True)
class Past:
    """`entries` in their order; in a list of many only the first and the last of them: what was asked, how it ended."""

    run: str
    entries: tuple[Entry, ...]

    @property
    def at(self) -> float:
        return self.entries[0].at

    @property
    def inputs(self) -> RunInputs:
        """All empty where that was not kept, or cannot be read any more."""
        return next((e.detail for e in self.entries if isinstance(e.detail, RunInputs)), RunInputs())

    @property
    def ended(self) -> Entry | None:
        """The entry of the verdict; None where it never came to one, as when meshtui was killed."""
        return next((e for e in self.entries if e.what is EntryKind.VERDICT), None)

    @property
    def credential(self) -> str:
        return self.inputs.credential or self.entries[0].credential

    @property
    def model(self) -> str:
        """The requested model; for a check it is in the check report."""
        return self.inputs.model or (self.check_report.model if self.check_report else "")

    @property
    def check_report(self) -> CheckReport | None:
        """Of a check that came to its end."""
        detail = self.ended.detail if self.ended else None
        return detail if isinstance(detail, CheckReport) else None

    @property
    def worked(self) -> bool | None:
        """None: it does not tell, as where it was stopped, or Mesh's cache answered."""
        ended = self.ended
        if ended is None or ended.cancelled:
            return None
        if isinstance(ended.detail, CheckReport):
            wrong = ended.detail.deciding
            return True if wrong is None else False if wrong.status is CheckStatus.FAILED else None
        return did_work(ended.detail, self.inputs.path) if isinstance(ended.detail, Verdict) else None


_CONCLUDED = {ConclusionKind.FINE: True, ConclusionKind.NEEDS_BYOK: True, ConclusionKind.UNTOLD: None}


def did_work(verdict: Verdict, path: str) -> bool | None:
    """Whether it was answered, and nothing shows that another credential than intended answered. A plain 200 of Mesh
    counts, because the path `mesh` may never get more."""
    if verdict.conclusion is not None:
        return _CONCLUDED.get(verdict.conclusion.what, False)
    if verdict.served is Served.NOBODY or verdict.fell_back or verdict.alarm:
        return False
    if verdict.served is Served.PLATFORM:
        return path == Path.PLATFORM
    return None if verdict.served is Served.CACHE else True


def group_runs(entries: Iterable[Entry]) -> tuple[Past, ...]:
    """The runs among the entries, in the order in which they began. Notes belong to none."""
    runs: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.run:
            runs.setdefault(entry.run, []).append(entry)
    return tuple(Past(run, tuple(its)) for run, its in runs.items())


def find_last_success(runs: Sequence[Past], since: Past) -> Past | None:
    """The newest run before this one that worked, of the same path and credential: with the same model where there is
    one, else with another; where none was on this path, of another path. Of a check: the newest in which the check held
    that decided this one, for a check without `--prompt`, or of one check only, proves nothing of the others. `runs`
    with the newest first. None: it never did, as far as the history goes."""
    alike = [
        past
        for past in runs
        if past.at < since.at
        and (past.inputs.path, past.credential) == (since.inputs.path, since.credential)
        and _did_work(past, since)
    ]
    if not alike and since.check_report is None:
        alike = [
            past
            for past in runs
            if past.at < since.at and past.credential == since.credential and not past.check_report and past.worked
        ]
    return next((past for past in alike if past.model == since.model), next(iter(alike), None))


def _did_work(past: Past, since: Past) -> bool:
    if since.check_report is None or since.check_report.deciding is None:
        return bool(past.worked)
    wrong = since.check_report.deciding.name
    return past.check_report is not None and any(
        r.name == wrong and r.status is CheckStatus.PASSED for r in past.check_report.checks
    )


def find_newest_failure(runs: Sequence[Past], credential: str = "") -> Past | None:
    """The newest run that did not work; of this credential, where one is named. `runs` with the newest first."""
    return next((p for p in runs if p.worked is False and credential in ("", p.credential)), None)

"""What a run or a check was made of."""

from __future__ import annotations

from meshtui.journal.entry import CHECK, RunInputs
from meshtui.providers.registry import find_kind
from meshtui.tui.widgets.page import Lines, labelled

POLICIES = {"exclusive": "exclusive use", "fallback": "fallback allowed"}


def asked_lines(asked: RunInputs, width: int) -> Lines:
    """One fact a line; what has no meaning here is left out."""
    check = asked.path == CHECK
    sent = [f"prompt of {asked.prompt} characters"]
    sent += [f"system prompt of {asked.system}"] if asked.system else []
    sent += [f"at most {asked.max_tokens} tokens", "streamed" if asked.stream else "not streamed"]
    sent += ["Mesh's cache may answer"] if asked.cache else []
    kind = find_kind(asked.kind)
    return labelled(
        (
            ("Path", "" if check else asked.path),
            (
                "Credential",
                " · ".join(
                    part
                    for part in (asked.credential, kind.title if kind else "", POLICIES.get(asked.policy, ""))
                    if part
                ),
            ),
            ("Source", asked.source),
            ("Fingerprint", asked.fingerprint),
            ("Model", asked.model),
            ("Region", asked.region),
            ("Host", asked.host),
            ("Sent", "" if check or not asked.prompt else " · ".join(sent)),
            ("Timeout", f"{asked.timeout:g} s" if asked.timeout else ""),
            ("By", f"meshtui {asked.version}" if asked.version else ""),
        ),
        width,
        13,
    )

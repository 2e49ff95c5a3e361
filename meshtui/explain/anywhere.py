"""Finding answers in whatever was pasted: `curl -i`, HAR, stack traces and log lines, a bare body."""

from __future__ import annotations

from meshtui.explain.model import Signal
from meshtui.explain.read import MAX_BODY, read

_BODIES = ("{", "[", "<", '"', "data:", "event:", ":")


def find(text: str, *, provider: str = "") -> tuple[Signal, ...]:
    """The failed answers in a text, in their order; the whole text as one where no form is recognised.

    Never raises and never empty. `provider` is believed where given; else it is told by address, form or words.
    """
    text = text[:MAX_BODY].replace("\r\n", "\n").lstrip("\ufeff")
    bare = text.lstrip()
    if "HTTP/" in text:
        from meshtui.explain.transcript import transcripts

        if found := transcripts(text, provider):
            return found
    if bare[:1] == "{" and '"response"' in bare and '"request"' in bare:
        from meshtui.explain.har import har

        if found := har(bare, provider):
            return found
    if not bare or bare.startswith(_BODIES):
        signal = read(text, provider=provider)
        if signal.origin or not bare:
            return (signal,)
    from meshtui.explain.traces import traces

    return traces(text, provider)

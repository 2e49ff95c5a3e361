"""Finding answers in whatever was pasted: `curl -i`, HAR, stack traces and log lines, a bare body."""

from __future__ import annotations

from collections.abc import Mapping

from meshtui.explain.fields import MAX_TEXT
from meshtui.explain.model import Signal
from meshtui.explain.read import MAX_BODY, read

_BODIES = ("{", "[", "<", '"', "data:", "event:", ":")


def find(
    text: str, *, provider: str = "", status: int = 0, headers: Mapping[str, str] | None = None
) -> tuple[Signal, ...]:
    """The failed answers in a text, in their order; the whole text as one where no form is recognised.

    Never raises and never empty. `provider`, `status` and `headers` are believed where given, whatever the text says;
    else they are found in it, by address, form or words.
    """
    text = text[:MAX_BODY].replace("\r\n", "\n").lstrip("\ufeff")
    found = _found(text, provider)
    return tuple(_given(signal, status, headers or {}) for signal in found) if status or headers else found


def _found(text: str, provider: str) -> tuple[Signal, ...]:
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


def _given(signal: Signal, status: int, headers: Mapping[str, str]) -> Signal:
    """The signal as it would be with this status and these headers, which go before those that were found."""
    call = "" if status and signal.call == "local" else signal.call
    both = {**signal.headers, **{name.lower(): value for name, value in headers.items()}}
    if not 0 < len(signal.text) < MAX_TEXT:  # no body, or not the whole of it
        return signal._replace(call=call, status=status or signal.status, headers=both)
    return read(signal.text, provider=signal.provider, call=call, status=status or signal.status, headers=both,
                context=signal.context)  # fmt: skip

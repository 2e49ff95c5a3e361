"""Attempts as spans for a team's own collector, by OpenTelemetry's conventions for generative AI.

Only where the extra `otel` is installed and the standard variables name a collector; without them nothing of
OpenTelemetry is loaded. Conventions: "Semantic conventions for generative client AI spans" (attributes `gen_ai.…`) and
"HTTP spans"; what they have no name for begins with `meshtui.`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from meshtui.base.redaction import redact
from meshtui.base.text import make_one_line
from meshtui.checks.model import CheckResult
from meshtui.journal.entry import Entry, EntryKind, RunInputs, find_exchange, find_explanation
from meshtui.journal.journal import Journal
from meshtui.providers.check import CheckStatus
from meshtui.runs.costs import count_tokens
from meshtui.runs.model import Attempt, Verdict

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    from meshtui.base.exchange import Exchange

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
FLUSH_MILLISECONDS = 3000
MAX_OPEN = 1000
"""Runs that have begun and not ended; of older ones the spans are sent without their verdict."""
# The well-known values of gen_ai.provider.name; Mesh has none.
_PROVIDERS = {"openai": "openai", "bedrock": "aws.bedrock", "vertex": "gcp.vertex_ai", "mesh": "mesh_api"}
Attributes = dict[str, str | int | float | bool]
Tell = Callable[[str], None]


def are_spans_wanted(environ: Mapping[str, str]) -> bool:
    """Whether the standard variables name a collector for traces."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    exporters = {name.strip() for name in environ.get("OTEL_TRACES_EXPORTER", "otlp").split(",")}
    return "otlp" in exporters and any(environ.get(name) for name in ENDPOINTS)


def make_span_writer(journal: Journal, environ: Mapping[str, str], tell: Tell, *, sandboxed: bool) -> SpanWriter | None:
    """Starts sending the attempts of this journal as spans; None where that is not wanted or not possible: `tell` is
    then called with the reason. `sandboxed`: whether the keys are made up."""
    if not are_spans_wanted(environ):
        return None
    protocol = environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or environ.get("OTEL_EXPORTER_OTLP_PROTOCOL") or ""
    if protocol not in ("", "http/protobuf"):
        tell(f"no spans are sent: OTLP over {make_one_line(protocol, 20)} is not spoken here; set "
             "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf and the collector's port for it, mostly 4318")  # fmt: skip
        return None
    try:
        return SpanWriter(journal, environ, tell, sandboxed=sandboxed)
    except ImportError:
        tell("no spans are sent: OTEL_EXPORTER_OTLP_… names a collector, and the extra is not installed: "
             "pip install 'meshapi-tui[otel]'")  # fmt: skip
        return None


class SpanWriter:
    """Sends the attempts and checks of a journal as spans, those of one run when its verdict is there."""

    def __init__(self, journal: Journal, environ: Mapping[str, str], tell: Tell, *, sandboxed: bool) -> None:
        """Raises ImportError where the extra is not installed."""
        self._provider = _make_provider(environ, tell)
        self._tracer = self._provider.get_tracer("meshtui")
        self._sandboxed = sandboxed
        self._journal, self._next = journal, journal.next
        self._runs: dict[str, list[Entry]] = {}
        self._leave = journal.subscribe(self._take_new)

    def _take_new(self) -> None:
        journal = self._journal
        for number in range(max(self._next, journal.first), journal.next):
            self._take(journal.numbered(number))
        self._next = journal.next

    def _take(self, entry: Entry) -> None:
        if not entry.run:
            return
        entries = self._runs.setdefault(entry.run, [])
        entries.append(entry)
        if entry.what is EntryKind.VERDICT:
            self._send(self._runs.pop(entry.run))
        elif len(self._runs) > MAX_OPEN:
            self._send(self._runs.pop(next(iter(self._runs))))

    def _send(self, entries: Sequence[Entry]) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        inputs = next((entry.detail for entry in entries if isinstance(entry.detail, RunInputs)), RunInputs())
        verdict = next((entry.detail for entry in entries if isinstance(entry.detail, Verdict)), None)
        for entry, exchange in _list_calls(entries):
            attributes = {**describe_call(entry, exchange, inputs), **_describe_verdict(verdict)}
            if self._sandboxed:
                attributes["meshtui.sandbox"] = True
            # A program that traces itself sends the id of its own span along: ours belongs below it.
            headers = {name.lower(): value for name, value in exchange.request.headers}
            span = self._tracer.start_span(
                f"{attributes['gen_ai.operation.name']} {attributes.get('gen_ai.request.model', '')}".strip(),
                context=TraceContextTextMapPropagator().extract(headers),
                kind=SpanKind.CLIENT,
                attributes={name: redact(v) if isinstance(v, str) else v for name, v in attributes.items()},
                start_time=int(exchange.started * 1e9),
            )
            if "error.type" in attributes:
                span.set_status(Status(StatusCode.ERROR, redact(entry.text)))
            span.end(int((exchange.started + (exchange.timings.total or 0.0)) * 1e9))

    async def close(self) -> None:
        """Sends what is left; waits some seconds for the collector at most."""
        self._leave()
        while self._runs:
            self._send(self._runs.pop(next(iter(self._runs))))
        await asyncio.to_thread(self._shut_down)

    def _shut_down(self) -> None:
        self._provider.force_flush(FLUSH_MILLISECONDS)
        self._provider.shutdown()


def _list_calls(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Exchange]]:
    """The attempts and checks among them that sent something."""
    for entry in entries:
        if isinstance(entry.detail, (Attempt, CheckResult)) and (exchange := find_exchange(entry)) is not None:
            yield entry, exchange


def describe_call(entry: Entry, exchange: Exchange, inputs: RunInputs) -> Attributes:
    """The attributes of one attempt or check."""
    detail, explanation, answer = entry.detail, find_explanation(entry), exchange.answer
    found: Attributes = {
        "gen_ai.operation.name": exchange.call or "connect",
        "gen_ai.provider.name": _PROVIDERS.get(exchange.provider, exchange.provider or "unknown"),
        "http.request.method": exchange.request.method,
        "server.address": urlsplit(exchange.request.url).hostname or "",
        "meshtui.key.name": entry.credential,
        "meshtui.key.fingerprint": inputs.fingerprint if entry.credential == inputs.credential else "",
        "gen_ai.request.model": inputs.model if exchange.call in ("chat", "embeddings") else "",
    }
    if answer is not None:
        found["http.response.status_code"] = answer.status
        if tokens := count_tokens(answer):
            found |= {"gen_ai.usage.input_tokens": tokens[0], "gen_ai.usage.output_tokens": tokens[1]}
    if exchange.request_id:
        found["meshtui.request_id"] = exchange.request_id
    if isinstance(detail, Attempt):
        found |= {"meshtui.role": detail.role, "meshtui.process": detail.process}
        if detail.injected:
            found["meshtui.injected"] = True
        if detail.bill is not None:
            found["meshtui.cost_usd"] = float(detail.bill.cost)
    elif isinstance(detail, CheckResult):
        found |= {"meshtui.role": "check", "meshtui.check": detail.name, "meshtui.check.status": str(detail.status)}
    failed = isinstance(detail, CheckResult) and detail.status is CheckStatus.FAILED
    if explanation is not None or failed or exchange.failure is not None:
        kind = exchange.failure.kind if exchange.failure else ""
        found["error.type"] = kind or (str(answer.status) if answer and answer.status >= 400 else "_OTHER")
    if explanation is not None:
        found |= {"meshtui.cause": explanation.cause, "meshtui.certainty": str(explanation.certainty)}
    return {name: value for name, value in found.items() if value != ""}


def _describe_verdict(verdict: Verdict | None) -> Attributes:
    """Of the run that the attempt belongs to."""
    if verdict is None:
        return {}
    found: Attributes = {
        "meshtui.run.served": str(verdict.served),
        "meshtui.run.basis": str(verdict.basis),
        "meshtui.run.paid": str(verdict.paid),
    }
    if verdict.fell_back is not None:
        found["meshtui.run.fell_back"] = verdict.fell_back
    return found


def _make_provider(environ: Mapping[str, str], tell: Tell) -> TracerProvider:
    import logging

    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    logging.getLogger("opentelemetry").propagate = False  # it would write over the screen; failures are told below
    logging.getLogger("opentelemetry").addHandler(logging.NullHandler())
    is_named = environ.get("OTEL_SERVICE_NAME") or "service.name=" in environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
    resource = Resource.create({} if is_named else {SERVICE_NAME: "meshtui"})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(_tell_failures(OTLPSpanExporter(), tell)))
    return provider


def _tell_failures(exporter: SpanExporter, tell: Tell) -> SpanExporter:
    """The exporter, which says once that the collector does not take what is sent."""
    from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult

    class Telling(SpanExporter):
        def __init__(self) -> None:
            self._is_told = False

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            result = exporter.export(spans)
            if result is not SpanExportResult.SUCCESS and not self._is_told:
                self._is_told = True
                tell("the collector that OTEL_EXPORTER_OTLP_… names does not take the spans: is it there, and does it "
                     "speak OTLP over HTTP?")  # fmt: skip
            return result

        def shutdown(self) -> None:
            exporter.shutdown()

    return Telling()

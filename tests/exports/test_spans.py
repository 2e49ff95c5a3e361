"""With the extra `otel` and a collector named by the standard variables, every attempt is a span there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from meshtui.base.exchange import Answer, Exchange, Failure, Request, Timings
from meshtui.checks.model import CheckResult
from meshtui.explain.model import Explanation
from meshtui.exports.spans import are_spans_wanted, describe_call, make_span_writer
from meshtui.journal.entry import Entry, EntryKind, RunInputs, find_exchange
from meshtui.journal.journal import Journal
from meshtui.providers.check import CheckStatus
from meshtui.runs.model import Attempt, Basis, Bill, Paid, Served, Verdict
from tests.canaries import KEYS
from tests.each import each, leave_to_sweep

ROOT = Path(__file__).parents[2]
CALL = """
import httpx, os
trace = "00-11111111111111111111111111111111-2222222222222222-01"
for path in ("chat/completions", "chat/completions"):
    httpx.post("https://api.openai.com/v1/" + path, json={"model": "gpt-4o-mini", "messages": [
        {"role": "user", "content": "hi"}]},
        headers={"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], "traceparent": trace})
"""
NO_EXTRA = "raise ImportError('not installed')"


ENDPOINT, TRACES = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"


@each(
    "environ, wanted",
    [
        ({}, False), ({ENDPOINT: "http://c"}, True), ({TRACES: "http://c"}, True), ({ENDPOINT: "", TRACES: ""}, False),
        ({ENDPOINT: "http://c", "OTEL_SDK_DISABLED": " TRUE "}, False),
        ({ENDPOINT: "http://c", "OTEL_SDK_DISABLED": "false"}, True),
        ({ENDPOINT: "http://c", "OTEL_TRACES_EXPORTER": "none"}, False),
        ({ENDPOINT: "http://c", "OTEL_TRACES_EXPORTER": "console, otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)  # fmt: skip
def test_spans_are_sent_where_the_standard_variables_name_a_collector(environ: dict[str, str], wanted: bool):
    assert are_spans_wanted(environ) is wanted


@each("variable", ["OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"])
def test_another_protocol_than_ours_is_told_and_nothing_is_sent(variable: str):
    told: list[str] = []
    environ = {ENDPOINT: "http://127.0.0.1:9", variable: "grpc" + "!" * 40}
    assert make_span_writer(Journal(), environ, told.append, sandboxed=True) is None
    (said,) = told
    assert f"OTLP over grpc{'!' * 15}… is not spoken here" in said
    assert make_span_writer(Journal(), {variable: "grpc"}, told.append, sandboxed=True) is None
    assert told == [said], "nothing is said where no collector is named"


ASKED = RunInputs("byok", "openai", model="gpt-4o-mini", fingerprint="aaaaaaaa")
USAGE = '{"usage": {"prompt_tokens": 3, "completion_tokens": 1}}'
REFUSED = Explanation("credential_invalid", "r", "certain", "openai", 401, None, "key owner", False, None, "yes", "h",
                      "p", "b")  # fmt: skip


def exchange(status: int = 200, body: str = "", failure: str = "", **changes: Any) -> Exchange:
    sent = Request("POST", "https://api.openai.com/v1/chat/completions?a=1")
    answer = Answer(status, (("x-request-id", "req_1"),), body) if status else None
    made = Exchange("openai", "chat", sent, 1000.0, answer, Failure(failure, "it broke") if failure else None,
                    Timings(total=0.5))  # fmt: skip
    return replace(made, **changes)


def tried(sent: Exchange, told: Explanation | None = None, credential: str = "openai", **changes: Any) -> Entry:
    made = Attempt("own key", credential, "openai", (sent,), told is None, explanation=told)
    return Entry(1.0, EntryKind.ATTEMPT, "said", "r", credential, replace(made, **changes))


def checked(status: CheckStatus, sent: Exchange | None, told: Explanation | None = None) -> Entry:
    made = CheckResult("openai", "identity", status, "", "it", "", "nothing", "", sent, told)
    return Entry(1.0, EntryKind.CHECK, "said", "r", "openai", made)


PLAIN: dict[str, object] = {
    "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "http.request.method": "POST",
    "server.address": "api.openai.com", "meshtui.key.name": "openai", "meshtui.key.fingerprint": "aaaaaaaa",
    "gen_ai.request.model": "gpt-4o-mini", "http.response.status_code": 200, "meshtui.request_id": "req_1",
    "meshtui.role": "own key",
}  # fmt: skip


@each(
    "entry, changed",
    [
        (tried(exchange()), {}),
        (tried(exchange(call="embeddings")), {"gen_ai.operation.name": "embeddings"}),
        (tried(exchange(call="token")), {"gen_ai.operation.name": "token", "gen_ai.request.model": None}),
        (tried(exchange(call="")), {"gen_ai.operation.name": "connect", "gen_ai.request.model": None}),
        (tried(exchange(provider="bedrock")), {"gen_ai.provider.name": "aws.bedrock"}),
        (tried(exchange(provider="vertex")), {"gen_ai.provider.name": "gcp.vertex_ai"}),
        (tried(exchange(provider="mesh")), {"gen_ai.provider.name": "mesh_api"}),
        (tried(exchange(provider="toy")), {"gen_ai.provider.name": "toy"}),
        (tried(exchange(provider="")), {"gen_ai.provider.name": "unknown"}),
        (tried(exchange(request=Request("GET", ""))), {"http.request.method": "GET", "server.address": None}),
        (tried(exchange(), credential="mesh"), {"meshtui.key.name": "mesh", "meshtui.key.fingerprint": None}),
        (tried(exchange(body=USAGE)), {"gen_ai.usage.input_tokens": 3, "gen_ai.usage.output_tokens": 1}),
        (tried(exchange(), process="python 42", injected=True, bill=Bill(Decimal("0.5"))),
         {"meshtui.process": "python 42", "meshtui.injected": True, "meshtui.cost_usd": 0.5}),
        (tried(exchange(401), REFUSED), {"http.response.status_code": 401, "error.type": "401",
                                         "meshtui.cause": "credential_invalid", "meshtui.certainty": "certain"}),
        (tried(exchange(400), REFUSED), {"http.response.status_code": 400, "error.type": "400",
                                         "meshtui.cause": "credential_invalid", "meshtui.certainty": "certain"}),
        (tried(exchange(399), REFUSED), {"http.response.status_code": 399, "error.type": "_OTHER",
                                         "meshtui.cause": "credential_invalid", "meshtui.certainty": "certain"}),
        (tried(exchange(0, failure="dns")), {"http.response.status_code": None, "meshtui.request_id": None,
                                             "error.type": "dns"}),
        (tried(exchange(0), REFUSED), {"http.response.status_code": None, "meshtui.request_id": None,
                                       "error.type": "_OTHER", "meshtui.cause": "credential_invalid",
                                       "meshtui.certainty": "certain"}),
        (tried(exchange(500)), {"http.response.status_code": 500}),
        (checked(CheckStatus.PASSED, exchange()),
         {"meshtui.role": "check", "meshtui.check": "identity", "meshtui.check.status": "passed"}),
        (checked(CheckStatus.FAILED, exchange(404)),
         {"meshtui.role": "check", "meshtui.check": "identity", "meshtui.check.status": "failed",
          "http.response.status_code": 404, "error.type": "404"}),
    ],
)  # fmt: skip
def test_what_a_span_tells_of_a_call(entry: Entry, changed: dict[str, object]):
    sent = find_exchange(entry)
    assert sent is not None
    expected = {name: value for name, value in {**PLAIN, **changed}.items() if value is not None}
    assert describe_call(entry, sent, ASKED) == expected


@pytest.fixture
def named(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a process in which the collector is named."""
    monkeypatch.setenv(ENDPOINT, collector.address)
    return {ENDPOINT: collector.address}


async def test_the_spans_of_a_run_are_sent_with_its_verdict_and_what_is_left_at_the_end(
    collector: Collector, named: dict[str, str]
):
    journal, told = Journal(), []
    journal.append(replace(tried(exchange()), run="before it began"))
    writer = make_span_writer(journal, named, told.append, sandboxed=False)
    assert writer is not None
    verdict = Verdict(Served.PLATFORM, True, Basis.OBSERVED, "s", paid=Paid.MESH_BALANCE)
    unknown = replace(verdict, fell_back=None)
    key = KEYS["project key"]
    for run, ended in (("a", verdict), ("b", unknown), ("c", None)):
        refused = replace(tried(exchange(401, timings=Timings()), REFUSED), text=f"no {key}")
        journal.extend([
            Entry(0.0, EntryKind.RUN, "", run, "openai", replace(ASKED, model=f"model-{run}")),
            replace(tried(exchange()), run=run), replace(refused, run=run),
            replace(checked(CheckStatus.PASSED, None), run=run),
        ])  # fmt: skip
        if ended:
            journal.append(Entry(2.0, EntryKind.VERDICT, "", run, "openai", ended))
    journal.append(replace(tried(exchange()), run=""))
    await writer.close()
    journal.append(replace(tried(exchange()), run="after it ended"))
    assert writer._runs == {}, "it does not listen any more"
    spans = collector.spans()
    told_of = [(span.name, read.get("meshtui.run.served"), read.get("meshtui.run.fell_back"))
               for span, read, _ in spans]  # fmt: skip
    assert told_of == [
        ("chat model-a", "platform", True), ("chat model-a", "platform", True), ("chat model-b", "platform", None),
        ("chat model-b", "platform", None), ("chat model-c", None, None), ("chat model-c", None, None),
    ]  # fmt: skip
    (good, fine, _), (bad, _, _) = spans[:2]
    assert (fine["meshtui.run.basis"], fine["meshtui.run.paid"]) == ("observed", "mesh balance")
    assert "meshtui.sandbox" not in fine
    assert (good.start_time_unix_nano, good.end_time_unix_nano) == (1000 * 10**9, 1000 * 10**9 + 5 * 10**8)
    assert (bad.start_time_unix_nano, bad.end_time_unix_nano) == (1000 * 10**9, 1000 * 10**9)
    assert (good.kind, good.status.code, bad.status.code) == (3, 0, 2)
    assert bad.status.message.startswith("no sk-proj-…")
    assert told == []


@pytest.mark.parametrize(
    ("more", "name"),
    [({}, "meshtui"), ({"OTEL_SERVICE_NAME": "ours"}, "ours"),
     ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=mine"}, "mine"),
     ({"OTEL_RESOURCE_ATTRIBUTES": "a=b"}, "meshtui")],
)  # fmt: skip
async def test_a_service_that_is_named_keeps_its_name(
    collector: Collector, named: dict[str, str], monkeypatch: pytest.MonkeyPatch, more: dict[str, str], name: str
):
    for variable, value in more.items():
        monkeypatch.setenv(variable, value)
    journal = Journal()
    spoken = {"OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf"}
    writer = make_span_writer(journal, {**named, **spoken, **more}, print, sandboxed=True)
    assert writer is not None
    journal.append(tried(exchange()))
    await writer.close()
    ((_, _, about),) = collector.spans()
    assert (about["service.name"], about["scope"]) == (name, "meshtui")


async def test_a_collector_that_refuses_is_told_once_and_not_logged_besides(
    collector: Collector, named: dict[str, str], caplog: pytest.LogCaptureFixture
):
    collector.status = 400
    told: list[str] = []
    for run in ("a", "b"):
        journal = Journal()
        writer = make_span_writer(journal, named, told.append, sandboxed=True)
        assert writer is not None
        for _ in range(2):
            journal.append(replace(tried(exchange()), run=run))
            journal.append(Entry(2.0, EntryKind.VERDICT, "", run, "openai"))
            writer._provider.force_flush()
        await writer.close()
        assert len(told) == ["a", "b"].index(run) + 1
    assert len(collector.bodies) == 4
    assert not [record for record in caplog.records if record.name.startswith("opentelemetry")]


async def test_of_runs_that_never_end_the_oldest_are_sent_first(
    collector: Collector, named: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("meshtui.exports.spans.MAX_OPEN", 2)
    journal = Journal()
    writer = make_span_writer(journal, named, print, sandboxed=True)
    assert writer is not None
    for run in "abc":
        journal.append(replace(tried(exchange()), run=run, credential=run))
    assert list(writer._runs) == ["b", "c"]
    await writer.close()
    assert [read["meshtui.key.name"] for _, read, _ in collector.spans()] == ["a", "b", "c"]
    assert all(read["meshtui.sandbox"] is True for _, read, _ in collector.spans())


@dataclass
class Collector:
    """A receiver of OTLP over HTTP, as teams run one."""

    address: str
    bodies: list[bytes] = field(default_factory=list)
    status: int = 200

    def spans(self) -> list[tuple[object, dict[str, object], dict[str, object]]]:
        """Each span with its attributes, and those of its resource with the name of what made it."""
        trace = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
        found = []
        for body in self.bodies:
            request = trace.ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                for by in resource.scope_spans:
                    about = {**read(resource.resource.attributes), "scope": by.scope.name}
                    found += [(span, read(span.attributes), about) for span in by.spans]
        return found


def read(attributes: object) -> dict[str, object]:
    return {a.key: getattr(a.value, a.value.WhichOneof("value")) for a in attributes}  # type: ignore[attr-defined]


@pytest.fixture
def collector() -> Iterator[Collector]:
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http", reason="the extra otel is not installed")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            assert self.path == "/v1/traces"
            made.bodies.append(body)
            self.send_response(made.status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield made
    server.shutdown()
    thread.join(10)
    server.server_close()


def meshtui(folder: Path, *arguments: str, path: str = str(ROOT), **more: str) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": path, **more}
    return subprocess.run([sys.executable, "-m", "meshtui", *arguments], env=environ, cwd=ROOT, capture_output=True,
                          text=True, timeout=120, check=False)  # fmt: skip


def test_every_call_of_a_program_is_a_span_below_the_programs_own(collector: Collector, tmp_path: Path):
    done = meshtui(tmp_path, "run", "--sandbox", "--fault", "openai=revoked:after-1", "--", sys.executable, "-c", CALL,
                   OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)  # fmt: skip
    (good, fine, about), (bad, failed, _) = collector.spans()
    assert about["service.name"] == "meshtui"
    assert good.name == "chat gpt-4o-mini"  # type: ignore[attr-defined]
    assert good.trace_id.hex() == "1" * 32  # type: ignore[attr-defined]
    assert good.parent_span_id.hex() == "2" * 16  # type: ignore[attr-defined]
    assert good.end_time_unix_nano > good.start_time_unix_nano  # type: ignore[attr-defined]
    assert fine["gen_ai.operation.name"] == "chat"
    assert fine["gen_ai.provider.name"] == "openai"
    assert fine["gen_ai.request.model"] == "gpt-4o-mini"
    assert fine["gen_ai.usage.output_tokens"] > 0  # type: ignore[operator]
    assert fine["http.response.status_code"] == 200
    assert fine["server.address"] == "api.openai.com"
    assert fine["meshtui.role"] == "your program"
    assert fine["meshtui.run.served"] == "own key"
    assert fine["meshtui.sandbox"] is True
    assert "error.type" not in fine
    assert failed["error.type"] == "401"
    assert failed["meshtui.cause"] == "credential_invalid"
    assert failed["meshtui.certainty"] == "certain"
    assert len(str(failed["meshtui.key.fingerprint"])) == 8
    assert failed["meshtui.key.fingerprint"] == fine["meshtui.key.fingerprint"]
    assert bad.status.code == 2  # type: ignore[attr-defined]
    assert done.returncode == 0


def test_sends_and_checks_are_spans_with_the_verdict(collector: Collector, tmp_path: Path):
    meshtui(tmp_path, "send", "--sandbox", "--path", "mesh", "--credential", "openai", "--fault", "openai=revoked",
            OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=f"{collector.address}/v1/traces", OTEL_SERVICE_NAME="ours")  # fmt: skip
    ((_, sent, about),) = collector.spans()
    assert about["service.name"] == "ours"
    assert sent["gen_ai.provider.name"] == "mesh_api"
    assert sent["meshtui.run.fell_back"] is True
    assert sent["meshtui.run.served"] == "platform"
    collector.bodies.clear()
    meshtui(tmp_path, "check", "--sandbox", "openai", OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)
    checks = [attributes for _, attributes, _ in collector.spans()]
    assert checks
    assert {attributes["meshtui.role"] for attributes in checks} == {"check"}


def test_no_key_gets_to_the_collector(collector: Collector, tmp_path: Path):
    """The sandbox answers a key that it does not know by repeating it, as OpenAI does."""
    from tests.canaries import KEYS, parts_in

    key = KEYS["project key"]
    code = CALL.replace("OPENAI_API_KEY", "MINE").replace('"gpt-4o-mini"', 'os.environ["MINE"]')
    meshtui(tmp_path, "run", "--sandbox", "--", sys.executable, "-c", code, MINE=key,
            OTEL_EXPORTER_OTLP_ENDPOINT=collector.address)  # fmt: skip
    assert collector.bodies
    received = b"\n".join(collector.bodies).decode("latin-1")
    assert parts_in(received, key) == []
    assert parts_in(received + key[20:40], key)


@pytest.mark.parametrize(
    "more",
    leave_to_sweep([{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_SDK_DISABLED": "true"}]),
    ids=["nothing set", "switched off"],
)
def test_nothing_of_it_is_loaded_unless_a_collector_is_named(tmp_path: Path, more: dict[str, str]):
    trap = tmp_path / "trap" / "opentelemetry"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text(f"open({str(tmp_path / 'loaded')!r}, 'w').close()\n{NO_EXTRA}\n")
    path = f"{trap.parent}:{ROOT}"
    done = meshtui(tmp_path, "run", "--sandbox", "--", sys.executable, "-c", CALL, path=path, **more)
    assert "2 calls" in done.stderr
    meshtui(tmp_path, "send", "--sandbox", path=path, **more)
    assert not (tmp_path / "loaded").exists()


def test_a_collector_without_the_extra_is_told_how_to_get_it(tmp_path: Path):
    trap = tmp_path / "trap" / "opentelemetry"
    trap.mkdir(parents=True)
    (trap / "__init__.py").write_text(NO_EXTRA)
    done = meshtui(tmp_path, "run", "--sandbox", "--", sys.executable, "-c", CALL, path=f"{trap.parent}:{ROOT}",
                   OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")  # fmt: skip
    assert "pip install 'meshapi-tui[otel]'" in done.stderr
    assert "2 calls" in done.stderr


def test_a_collector_that_is_not_there_costs_a_sentence_and_nothing_else(collector: Collector, tmp_path: Path):
    done = meshtui(tmp_path, "run", "--sandbox", "--", sys.executable, "-c", CALL, OTEL_EXPORTER_OTLP_TIMEOUT="1",
                   OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:9")  # fmt: skip
    assert done.returncode == 0
    assert "does not take the spans" in done.stderr
    assert "Traceback" not in done.stderr
    assert "export" not in done.stderr, "what the library itself would write over the screen"

"""With the extra `otel` and a collector named by the standard variables, every attempt is a span there."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.each import leave_to_sweep

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


@dataclass
class Collector:
    """A receiver of OTLP over HTTP, as teams run one."""

    address: str
    bodies: list[bytes] = field(default_factory=list)

    def spans(self) -> list[tuple[object, dict[str, object], dict[str, object]]]:
        """Each span with its attributes and those of its resource."""
        trace = pytest.importorskip("opentelemetry.proto.collector.trace.v1.trace_service_pb2")
        found = []
        for body in self.bodies:
            request = trace.ExportTraceServiceRequest.FromString(body)
            for resource in request.resource_spans:
                about = read(resource.resource.attributes)
                found += [(s, read(s.attributes), about) for scope in resource.scope_spans for s in scope.spans]
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
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Collector(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
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

"""A session with a past that never changes: what the pictures are taken of. Nothing in it is random or real."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from meshtui.base.credential import BearerKey, Credential, Finding, Level, Policy, Source
from meshtui.base.exchange import Answer, Exchange, Failure, Request, Timings
from meshtui.base.secret import Secret
from meshtui.demo_sandbox import DemoSandbox
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.model import Context, Explanation, Step
from meshtui.journal.recording import make_recorder
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY, AwsKeys, BedrockKey
from meshtui.providers.mesh.provider import MESH_KEY
from meshtui.providers.openai import provider as openai
from meshtui.providers.vertex.provider import SERVICE_ACCOUNT, ServiceAccount
from meshtui.runs.model import (
    Attempt,
    AttemptEnded,
    AttemptStarted,
    Basis,
    Bill,
    Evidence,
    Paid,
    Path,
    Prompt,
    Run,
    RunEnded,
    RunRequest,
    Served,
    Verdict,
)
from meshtui.sandbox.mesh.ledger import TriedCredential as Tried
from meshtui.sandbox.mesh.ledger import Truth
from meshtui.session import Session

NOON = 1795435200.0
"""2026-11-23 12:00:00 UTC: when everything here happened."""
OPENAI_KEY = "sk-proj-" + "Zz9" * 9 + "tail"
ACCOUNT = "meshtui@demo-project.iam.gserviceaccount.com"
SANDBOX = Source("sandbox")

CREDENTIALS = (
    Credential("openai", openai.OPENAI_KEY, SANDBOX, BearerKey(Secret(OPENAI_KEY)),
               facts={"kind": "project key", "shape": "sk-proj-… of 39 characters"}),
    Credential("bedrock", BEDROCK_KEY, SANDBOX, BedrockKey(Secret("ABSK" + "Qm9n" * 8), "us-east-1")),
    Credential("aws", AWS_KEYS, SANDBOX,
               AwsKeys(Secret("AKIA" + "Q7" * 8), Secret("wJal" + "rX" * 18), "us-east-1"), policy=Policy.EXCLUSIVE),
    Credential("vertex", SERVICE_ACCOUNT, SANDBOX,
               ServiceAccount(ACCOUNT, Secret("-----BEGIN nothing"), "demo-project"),
               facts={"account": ACCOUNT, "project": "demo-project",
                      "region": "global"}),
    Credential("mesh", MESH_KEY, SANDBOX, BearerKey(Secret("rsk_" + "01" + "TEAM" * 6))),
    Credential("platform", MESH_KEY, SANDBOX, BearerKey(Secret("rsk_" + "01" + "PLAT" * 6))),
)  # fmt: skip
BAD = Credential(
    "service-account", SERVICE_ACCOUNT, Source("file", "~/keys/vertex.json"), None,
    (
        Finding("pem.escaped", Level.ERROR, "The private key's line breaks are written as \\n twice over",
                "field private_key, column 29", "Replace \\\\n by \\n in the file, or download the key anew"),
        Finding("google.region", Level.NOTE, "No region is given, so Mesh uses global", "field region", ""),
        Finding("google.token-uri", Level.WARNING, "token_uri is not Google's own address",
                "token_uri: https://oauth2.example.test/token", "Put https://oauth2.googleapis.com/token there"),
    ),
)  # fmt: skip

UNKNOWN_KEY = Explanation(
    "credential_invalid", "openai.key-unknown", "certain", "openai", 401, "provider", "key owner", False, None, "yes",
    headline="OpenAI does not know this key: it is mistyped, deleted or revoked",
    proof="Incorrect API key provided: sk-proj-…tail. You can find your API key at "
    "https://platform.openai.com/account/api-keys.",
    proof_from="error.message",
    retry_advice="Never unchanged: the same key will be refused again.",
    mesh_does="With fallback on, Mesh serves with its own credentials and bills your Mesh balance; with exclusive use "
    "you get this failure.",
    steps=(
        Step("Compare the last four characters with the keys in the project's list", url="https://platform.openai.com/api-keys"),
        Step("Try the key without Mesh in between",
             """printf 'header = "Authorization: Bearer %s"\\n' "$OPENAI_API_KEY" | """
             "curl -sS -i -K - https://api.openai.com/v1/models"),
        Step("If it is gone, make a new one and give it to Mesh in place of the old one"),
    ),
    request_id="req_5b1f0c",
)  # fmt: skip
NO_PERMISSION = Explanation(
    "permission_missing", "bedrock.implicit-deny", "certain", "bedrock", 403, "provider", "account admin", False,
    None, "yes",
    headline="The AWS identity is known, and no policy allows it to call this model",
    proof="User: arn:aws:iam::123456789012:user/meshtui is not authorized to perform: bedrock:InvokeModel on resource: "
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0 because no identity-based policy allows the "
    "bedrock:InvokeModel action",
    proof_from="message",
    not_this="403, but the key itself is good: its signature was accepted.",
    retry_advice="Not until a policy allows it; then at once.",
    mesh_does="Mesh falls back on it, unless the key is set to exclusive use.",
    steps=(Step("Attach a policy that allows bedrock:InvokeModel and bedrock:InvokeModelWithResponseStream",
                "aws iam put-user-policy --user-name meshtui --policy-name bedrock --policy-document file://bedrock.json"),),
    request_id="8d1f4c1e-52b7-4c7e-9a55-0f8e6f9d2f11",
)  # fmt: skip
THROTTLED = Explanation(
    "rate_limited_requests", "vertex.quota-per-minute", "likely", "vertex", 429, "provider", "caller", True, 20.0,
    "yes",
    headline="Too many requests in this minute",
    proof="Quota exceeded for aiplatform.googleapis.com/generate_content_requests_per_minute_per_project",
    proof_from="error.message",
    retry_advice="In 20 s, unchanged; until then every try counts against the same limit.",
    mesh_does="Mesh falls back on it, unless the key is set to exclusive use.",
    also=("capacity_exhausted",),
    numbers=("free in 20 s",),
    steps=(Step("Wait, then send again with growing pauses"),
           Step("Ask for a higher quota", url="https://console.cloud.google.com/iam-admin/quotas")),
)  # fmt: skip
NO_ANSWER = Explanation(
    "connection_failed", "local.refused", "certain", "openai", 0, None, "caller", True, None, "not documented",
    headline="Nothing listens at that address",
    proof="[Errno 111] Connection refused", proof_from="the network library",
    retry_advice="Once the address is right or the server runs.",
    mesh_does="Its documentation does not say whether Mesh falls back on this.",
    steps=(Step("See whether the address answers at all", "curl -sSI https://api.openai.com/v1/models"),),
)  # fmt: skip

SANDBOX_AT = "http://127.0.0.1:40404"
PROMPT = "Reply with the single word: pong"


class Wire(NamedTuple):
    """What a request to one provider looks like."""

    url: str
    authorization: str
    body: object
    refusal: object


CHAT = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": PROMPT}], "max_tokens": 16}
WIRES = {
    "openai": Wire(
        f"{SANDBOX_AT}/openai/v1/chat/completions", f"Bearer {OPENAI_KEY}", CHAT,
        {"error": {"message": UNKNOWN_KEY.proof.replace("sk-proj-…tail", OPENAI_KEY), "type": "invalid_request_error",
                   "param": None, "code": "invalid_api_key"}},
    ),
    "bedrock": Wire(
        f"{SANDBOX_AT}/aws/model/amazon.nova-micro-v1%3A0/converse",
        "AWS4-HMAC-SHA256 Credential=AKIA" + "Q7" * 8 + "/20261123/us-east-1/bedrock/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, Signature=" + "5f" * 32,
        {"messages": [{"role": "user", "content": [{"text": PROMPT}]}], "inferenceConfig": {"maxTokens": 16}},
        {"message": NO_PERMISSION.proof},
    ),
    "vertex": Wire(
        f"{SANDBOX_AT}/vertex/v1/projects/demo-project/locations/global/publishers/google/models/"
        "gemini-3.1-flash-lite:generateContent",
        "Bearer ya29." + "c0" * 20 + "goog",
        {"contents": [{"role": "user", "parts": [{"text": PROMPT}]}], "generationConfig": {"maxOutputTokens": 16}},
        {"error": {"code": 429, "message": THROTTLED.proof, "status": "RESOURCE_EXHAUSTED",
                   "details": [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "20s"}]}},
    ),
    "mesh": Wire(f"{SANDBOX_AT}/mesh/v1/chat/completions", "Bearer rsk_01" + "TEAM" * 6, CHAT, {}),
}  # fmt: skip
PONG = {"id": "chatcmpl-1", "choices": [{"index": 0, "message": {"role": "assistant", "content": "pong"}}]}


FAULTS = {
    "revoked": "the key was deleted; the provider no longer knows it",
    "expired": "it was valid once and has expired",
    "no_permission": "known, but nothing allows it to call a model",
    "model_not_granted": "the account was not given this model",
    "rate_limited": "too many requests: the first is refused, then one is let through every 20 s",
    "clock_skew": "the provider's clock runs 61 minutes ahead",
    "down": "the connection is closed without an answer",
}


class RecordedStage(DemoSandbox):
    """Has no sandbox, and tells what one would."""

    @property
    def fault_names(self) -> dict[str, str]:
        return FAULTS

    def truths(self, attempts: Iterable[Attempt]) -> tuple[Truth, ...]:
        """Mesh's own credentials served what was sent with the platform's key; yours, what was sent with yours."""
        served = {"mesh": ("own key", "openai"), "platform": ("platform", "platform-openai")}
        return tuple(
            Truth("req_77aa10", NOON, a.credential, "gpt-4o-mini", False, 200, "", *served[a.credential],
                  (Tried(served[a.credential][1]),), False, False, "0.0000015" if a.role == "platform" else "0")
            for a in attempts if a.provider == "mesh"
        )  # fmt: skip


class Recorded(Session):
    """Starts nothing and listens to nobody. In the demo's dress where `sandboxed`."""

    def __init__(self, *credentials: Credential, sandboxed: bool = True, **faults: str) -> None:
        super().__init__(sandboxed=sandboxed)
        self.stage = RecordedStage(faults)
        self.found = credentials

    async def start(self) -> None:
        for credential in self.found:
            self.credentials.keep(credential)

    def play(self, name: str, verdict: Verdict, *attempts: Attempt, path: Path = Path.BYOK, at: float = NOON,
             stream: bool = False, cancelled: bool = False) -> None:  # fmt: skip
        """Puts one run into the journal, as `fire` would have."""
        ask = RunRequest(path, {c.name: c for c in self.found}[name], prompt=Prompt(stream=stream))
        run = f"run-{len(self.journal)}"
        record = make_recorder(self.journal, ask)
        for attempt in attempts:
            record(AttemptStarted(run, attempt.role, attempt.credential, attempt.provider, at))
            record(AttemptEnded(run, attempt))
        record(RunEnded(Run(run, ask, at, attempts, verdict, cancelled)))


def demo(**faults: str) -> Recorded:
    return Recorded(*CREDENTIALS, **faults)


def attempt(role: str, credential: str, provider: str, told: Explanation | None = None, *, at: float = NOON,
            took: float = 0.142, failure: Failure | None = None, text: str = "pong") -> Attempt:  # fmt: skip
    """An attempt that failed as `told`, or was answered with `text`."""
    wire = WIRES[provider]
    headers = (("content-type", "application/json"), ("x-request-id", told.request_id if told else "req_77aa10"))
    answer = Answer(told.status if told else 200, headers, json.dumps(wire.refusal if told else PONG))
    sent = (("Authorization", wire.authorization), ("Content-Type", "application/json"))
    exchange = Exchange(
        provider, "chat", Request("POST", wire.url, sent, json.dumps(wire.body)), at,
        answer=None if failure else answer, failure=failure,
        timings=Timings(0.003, 0.004, None if failure else took - 0.005, took),
    )  # fmt: skip
    ok = told is None and failure is None
    bill = Bill(Decimal(FELL_BACK.cost_usd)) if role == "platform" and ok else None
    return Attempt(role, credential, provider, (exchange,), ok, "" if told else text, told, bill=bill)


def limited(credential: str, provider: str, at: float = NOON, wait: str = "20") -> Attempt:
    """An attempt that met a limit of 3 requests a minute and was told so at that time, to wait so many seconds; empty:
    not told how long."""
    said = "Rate limit reached on requests per min (RPM): Limit 3, Used 3."
    refusal = {"error": {"message": said, "type": "requests", "code": "rate_limit_exceeded"}}
    answer = Answer(429, (("retry-after", wait),) if wait else (), json.dumps(refusal))
    request = Request("POST", WIRES[provider].url)
    exchange = Exchange(provider, "chat", request, at - 0.07, answer, timings=Timings(0.003, 0.004, 0.07, 0.071))
    told = explain_exchange(exchange, Context(now=at))
    return Attempt("own key", credential, provider, (exchange,), False, "", told)


FELL_BACK = Verdict(
    Served.PLATFORM, True, Basis.OBSERVED,
    "Your key failed and Mesh's own credentials served. OpenAI does not know this key. It cost $0.0000015, paid from "
    "your Mesh balance.",
    (Evidence(1, "header X-BYOK-Fallback-Triggered: true", Served.PLATFORM, True, Basis.OBSERVED),
     Evidence(5, "OpenAI answered 401 to your key, and Mesh answered 200", Served.PLATFORM, True, Basis.OBSERVED)),
    paid=Paid.MESH_BALANCE, cost_usd="0.0000015",
)  # fmt: skip
OWN_KEY = Verdict(
    Served.OWN_KEY, False, Basis.OBSERVED, "Your own key served: OpenAI answered it.", paid=Paid.KEY_OWNER
)
NOT_TOLD = Verdict(
    Served.UNKNOWN, None, Basis.NOT_REPORTED,
    "Mesh answered, and nothing in the answer says whose credential served. To find out, look at the logs in Mesh's "
    "dashboard, or set the key to exclusive use and send again. Who paid is not known.",
)  # fmt: skip
STOPPED = Verdict(Served.NOBODY, None, Basis.OBSERVED, "You stopped it before the answer was complete.")


def nobody(told: Explanation) -> Verdict:
    sentence = f"{told.headline}. With exclusive use Mesh stops here too and returns this error."
    return Verdict(Served.NOBODY, False, Basis.OBSERVED, sentence, paid=Paid.NOBODY)


FELL_BACK_ON_LIMIT = replace(
    FELL_BACK, sentence=FELL_BACK.sentence.replace("does not know this key", "counts too many requests"),
    evidence=(FELL_BACK.evidence[0],),
)  # fmt: skip


def fallen_back() -> Recorded:
    """The story of the README: a revoked key, and Mesh pays."""
    session = demo(openai="revoked")
    session.play("openai", OWN_KEY, attempt("own key", "openai", "openai", took=0.187))
    session.play("openai", FELL_BACK, attempt("own key", "openai", "openai", UNKNOWN_KEY, at=NOON + 21, took=0.095),
                 attempt("platform", "platform", "mesh", at=NOON + 21.1), at=NOON + 21)  # fmt: skip
    return session


def all_kinds() -> Recorded:
    """401, 403 and 429, stopped by exclusive use; a plain 200 through Mesh; no answer; a stopped stream."""
    session = demo(openai="revoked", aws="no_permission", vertex="rate_limited")
    exclusive = [replace(c, policy=Policy.EXCLUSIVE) if c.provider != "mesh" else c for c in session.found]
    session.found = tuple(exclusive)
    for number, (name, provider, told) in enumerate(
        (("openai", "openai", UNKNOWN_KEY), ("aws", "bedrock", NO_PERMISSION), ("vertex", "vertex", THROTTLED))
    ):
        at = NOON + 60 * number
        session.play(name, nobody(told), attempt("own key", name, provider, told, at=at, took=0.088), at=at)
    session.play("openai", NOT_TOLD, attempt("mesh", "mesh", "mesh", at=NOON + 200), path=Path.MESH, at=NOON + 200)
    refused = Failure("refused", "[Errno 111] Connection refused")
    unheard = attempt("own key", "openai", "openai", NO_ANSWER, at=NOON + 260, took=0.002, failure=refused)
    session.play("openai", nobody(NO_ANSWER), unheard, at=NOON + 260)
    cancelled = Failure("cancelled", "you stopped it")
    stopped = attempt("own key", "openai", "openai", at=NOON + 300, failure=cancelled, text="pong, pong,")
    session.play("openai", STOPPED, stopped, at=NOON + 300, stream=True, cancelled=True)
    return session

"""Who served: decided by the strongest evidence, and unknown where there is none."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from meshtui.base.credential import Policy
from meshtui.runs.exit_status import find_exit_status
from meshtui.runs.model import Attempt, Basis, Bill, Paid, Path, Prompt, Run, RunRequest, Served
from meshtui.runs.verdict import judge_run
from tests.runs.made import ANSWERED, ask, attempt

UNKNOWN_KEY = {"message": "Incorrect API key provided: x", "type": "invalid_request_error", "code": "invalid_api_key"}
REFUSED = {"error": UNKNOWN_KEY}
BYOK_REFUSED = {"error": {"code": "upstream_auth_error", "message": "no", "provider_code": "invalid_auth"}}
MASKED = {"error": {"code": "upstream_error", "message": "The provider failed.", "provider_code": "unknown"}}


def usage(**fields: object) -> dict[str, object]:
    return {**ANSWERED, "usage": {"total_tokens": 3, **fields}}


def streamed(*events: object) -> str:
    return "".join(f"data: {json.dumps(e)}\n\n" for e in events) + "data: [DONE]\n\n"


MESH = ask(Path.MESH)
MESH_EXCLUSIVE = ask(Path.MESH, Policy.EXCLUSIVE)
LLAMA_EXCLUSIVE = replace(MESH_EXCLUSIVE, prompt=Prompt(model="meta-llama/llama-3.3-70b-instruct"))
BYOK, BYOK_EXCLUSIVE, BYOK_ALONE = ask(Path.BYOK), ask(Path.BYOK, Policy.EXCLUSIVE), ask(Path.BYOK, platform=False)
PLATFORM = ask(Path.PLATFORM)
OWN, OBS = Served.OWN_KEY, Basis.OBSERVED
OK, BAD = attempt("own key"), attempt("own key", 401, REFUSED)
WRONG = attempt("own key", 400, {"error": {"message": "bad", "type": "invalid_request_error", "code": "invalid_value"}})
GONE = attempt("own key", 0, "", failure="refused")


def mesh(status: int = 200, body: object = ANSWERED, failure: str = "", **headers: str) -> tuple[Attempt, ...]:
    """One attempt at Mesh; `_` in a header's name stands for `-`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (attempt("mesh", status, body, named, failure),)


def platform(status: int = 200, body: object = ANSWERED, **headers: str) -> Attempt:
    return attempt("platform", status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def told(**fields: object) -> dict[str, object]:
    return {"body": usage(**fields)}


def charged(cost: str, catalogue: str = "0.0001", **headers: str) -> tuple[Attempt, ...]:
    """The same attempt, with its usage row."""
    (attempt,) = mesh(**headers)
    return (replace(attempt, bill=Bill(Decimal(cost), Decimal(catalogue))),)


def row_says(used: bool, fell_back: bool) -> tuple[Attempt, ...]:
    return (replace(mesh()[0], bill=Bill(Decimal(0), byok_used=used, fell_back=fell_back)),)


UNKNOWN, POOL, NOBODY, CACHE = Served.UNKNOWN, Served.PLATFORM, Served.NOBODY, Served.CACHE
NONE, INF, LIKELY = Basis.NOT_REPORTED, Basis.INFERRED, Basis.LIKELY
LAST_CHUNK = streamed({"choices": []}, {"usage": {"byok_used": True}})
FIRST_CHUNK = 'data: {"choices": [{"delta": {"content": "po"}}]}\n\n'
ERROR_IN_STREAM = FIRST_CHUNK + streamed(MASKED)
CAPPED = {"error": {"code": "spend_limit_exceeded", "message": "no"}}

# what was asked, what came, who served, fell back, basis, exit status
TABLE: dict[str, tuple[RunRequest, tuple[Attempt, ...], Served, bool | None, Basis, int]] = {
    "a plain 200 proves nothing": (MESH, mesh(), UNKNOWN, None, NONE, 8),
    "the fallback header": (MESH, mesh(X_BYOK_Fallback_Triggered="true"), POOL, True, OBS, 3),
    "whatever its case and value": (MESH, mesh(x_byok_fallback_triggered="auth"), POOL, True, OBS, 3),
    "even an empty one": (MESH, mesh(X_BYOK_Fallback_Triggered=""), POOL, True, OBS, 3),
    "the header says no": (MESH, mesh(X_BYOK_Fallback_Triggered="false"), UNKNOWN, False, NONE, 8),
    "usage names your key": (MESH, mesh(**told(byok_used=True, fallback_triggered=False)), OWN, False, OBS, 0),
    "without the second field": (MESH, mesh(**told(byok_used=True)), OWN, False, OBS, 0),
    "usage names the fallback": (MESH, mesh(**told(byok_used=True, fallback_triggered=True)), POOL, True, OBS, 3),
    "usage names no key": (MESH, mesh(**told(byok_used=False, fallback_triggered=False)), POOL, False, OBS, 3),
    "usage in the last chunk": (MESH, mesh(body=LAST_CHUNK), OWN, False, OBS, 0),
    "the header beats usage": (
        MESH, mesh(**told(byok_used=True), X_BYOK_Fallback_Triggered="1"), POOL, True, OBS, 3),
    "a cache hit used no key": (MESH, mesh(X_Cache="HIT", X_BYOK_Fallback_Triggered="true"), CACHE, False, OBS, 8),
    "exclusive use, known": (MESH_EXCLUSIVE, mesh(), OWN, False, INF, 0),
    "exclusive use, believed": (ask(Path.MESH, Policy.EXCLUSIVE, "env"), mesh(), UNKNOWN, None, NONE, 8),
    "exclusive, yet the header": (MESH_EXCLUSIVE, mesh(X_BYOK_Fallback_Triggered="true"), POOL, True, OBS, 3),
    "routing is no evidence": (MESH, mesh(X_Mesh_Routing_Fallback="true"), UNKNOWN, None, NONE, 8),
    "your key failed behind Mesh": (MESH, mesh(401, BYOK_REFUSED), NOBODY, None, OBS, 4),
    "exclusive, and it failed": (MESH_EXCLUSIVE, mesh(401, BYOK_REFUSED), NOBODY, False, OBS, 4),
    "a header that says nothing": (MESH, mesh(X_BYOK_Fallback_Triggered="none"), UNKNOWN, False, NONE, 8),
    "exclusive for another provider": (LLAMA_EXCLUSIVE, mesh(), UNKNOWN, None, NONE, 8),
    "charged nothing": (MESH, charged("0.0000000"), OWN, False, LIKELY, 0),
    "charged a fee": (MESH, charged("0.0000050"), OWN, False, LIKELY, 0),
    "charged the whole price": (MESH, charged("0.0001000"), POOL, None, LIKELY, 3),
    "charged half of it": (MESH, charged("0.0000500"), UNKNOWN, None, NONE, 8),
    "the header says no, the price yes": (
        MESH, charged("0.0001000", X_BYOK_Fallback_Triggered="false"), POOL, False, LIKELY, 3),
    "the cache costs nothing": (MESH, charged("0.0000000", X_Cache="HIT"), CACHE, False, OBS, 8),
    "a stream that carries an error": (MESH, mesh(body=ERROR_IN_STREAM), NOBODY, None, OBS, 7),
    "the same, after a fallback": (
        MESH, mesh(body=ERROR_IN_STREAM, X_BYOK_Fallback_Triggered="true"), NOBODY, True, OBS, 7),
    "the same, told by the last of several usages": (
        MESH, mesh(body=streamed({"usage": {"byok_used": False}}, {"usage": {"fallback_triggered": True}}, MASKED)),
        NOBODY, True, OBS, 7),
    "a stream that broke off": (MESH, mesh(body=FIRST_CHUNK, failure="dropped"), NOBODY, None, OBS, 7),
    "a masked failure": (MESH, mesh(502, MASKED), NOBODY, None, OBS, 7),
    "masked, after a fallback": (MESH, mesh(502, MASKED, X_BYOK_Fallback_Triggered="true"), NOBODY, True, OBS, 7),
    "no Mesh at all": (MESH, mesh(0, "", "dns"), NOBODY, None, OBS, 7),
    "own key": (BYOK, (OK,), OWN, False, OBS, 0),
    "own key, then platform": (BYOK, (BAD, platform()), POOL, True, OBS, 3),
    "own key, then platform, which had none": (
        BYOK, (BAD, platform(X_BYOK_Fallback_Triggered="false", **told(byok_used=False, fallback_triggered=False))),
        POOL, True, OBS, 3),
    "the same in its usage row": (
        BYOK, (BAD, replace(platform(), bill=Bill(Decimal(1), byok_used=False, fell_back=False))),
        POOL, True, OBS, 3),
    "a usage row that names your key": (MESH, row_says(True, False), OWN, False, OBS, 0),
    "a usage row that names the fallback": (MESH, row_says(False, True), POOL, True, OBS, 3),
    "the platform fails, your key is exclusive": (
        ask(Path.PLATFORM, Policy.EXCLUSIVE), (platform(502, MASKED),), NOBODY, None, OBS, 7),
    "own key, then neither": (BYOK, (BAD, platform(502, MASKED)), NOBODY, True, OBS, 4),
    "exclusive ends it": (BYOK_EXCLUSIVE, (BAD,), NOBODY, False, OBS, 4),
    "nobody to fall back to": (BYOK_ALONE, (BAD,), NOBODY, None, OBS, 4),
    "a wrong request": (BYOK, (WRONG,), NOBODY, False, OBS, 7),
    "no connection": (BYOK, (GONE,), NOBODY, None, OBS, 7),
    "the platform as asked": (PLATFORM, (platform(),), POOL, False, INF, 0),
    "its team has a key after all": (PLATFORM, (platform(**told(byok_used=True)),), OWN, False, OBS, 8),
    "its team's key failed": (PLATFORM, (platform(X_BYOK_Fallback_Triggered="true"),), POOL, True, OBS, 3),
    "the platform refuses": (PLATFORM, (platform(402, CAPPED),), NOBODY, False, OBS, 6),
    "nothing to send with": (PLATFORM, (), NOBODY, None, NONE, 8),
}  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "attempts", "served", "fell_back", "basis", "status"), TABLE.values(), ids=list(TABLE)
)
def test_the_verdict_follows_the_strongest_evidence(
    asked: RunRequest, attempts: tuple[Attempt, ...], served: Served, fell_back: bool | None, basis: Basis, status: int
):
    found = judge_run(asked, attempts)
    assert (found.served, found.fell_back, found.basis) == (served, fell_back, basis)
    assert find_exit_status(Run("id", asked, 0.0, attempts, found)) == status
    assert found.sentence.endswith(".")
    assert len(found.sentence) < 300
    ranks = [evidence.rank for evidence in found.evidence]
    assert ranks == sorted(ranks)


@pytest.mark.parametrize(
    ("asked", "attempts", "says"),
    [
        (MESH, (attempt("mesh"),), "nothing in the answer says whose credential served"),
        (BYOK_EXCLUSIVE, (BAD,), "With exclusive use Mesh stops here too"),
        (BYOK_ALONE, (BAD,), "Mesh would now fall back"),
        (BYOK, (GONE,), "not documented"),
        (BYOK, (WRONG,), "does not fall back on a wrong request"),
        (BYOK, (BAD, attempt("platform", 502, MASKED)), "so did Mesh's own credentials"),
        (MESH, (attempt("mesh", 401, BYOK_REFUSED),), "Mesh used your provider key, and nothing else served"),
        (PLATFORM, (), "'platform'"),
        (MESH, (attempt("mesh", 200, ANSWERED, failure="cancelled"),), "You stopped it"),
        (MESH, mesh(body=ERROR_IN_STREAM), "began and did not finish"),
        (MESH, mesh(body=ERROR_IN_STREAM, X_BYOK_Fallback_Triggered="1"), "had fallen back to its own credentials"),
    ],
)
def test_the_sentence_gives_the_reason(asked: RunRequest, attempts: tuple[Attempt, ...], says: str):
    assert says in judge_run(asked, attempts).sentence


@pytest.mark.parametrize(
    ("asked", "attempts", "alarm", "cost", "says"),
    [
        (
            MESH,
            charged("0.0001", X_BYOK_Fallback_Triggered="true"),
            True,
            "0.0001",
            "It cost $0.0001, paid from your Mesh balance",
        ),
        (MESH, charged("0.0001000"), True, "0.0001000", "Most likely Mesh's own credentials served"),
        (MESH, mesh(X_BYOK_Fallback_Triggered="true"), True, "", "Paid from your Mesh balance"),
        (MESH, charged("0"), False, "0", "nothing in the answer says"),
        (MESH, charged("0.0000000"), False, "0.0000000", "Most likely your own key served"),
        (BYOK, (BAD, platform()), True, "", "Your key failed and Mesh's own credentials served"),
        (PLATFORM, (platform(),), False, "", "as this path asks"),
    ],
)
def test_a_silent_fallback_is_an_alarm_and_says_what_it_cost(
    asked: RunRequest, attempts: tuple[Attempt, ...], alarm: bool, cost: str, says: str
):
    found = judge_run(asked, attempts)
    assert (found.alarm, found.cost_usd) == (alarm, cost)
    assert says in found.sentence


def test_a_stopped_run_proves_nothing():
    attempts = (attempt("mesh", 0, "", failure="cancelled"),)
    assert find_exit_status(Run("id", MESH, 0.0, attempts, judge_run(MESH, attempts), cancelled=True)) == 8


BEGUN = {"choices": [{"delta": {"content": "po"}}]}
# What was asked, what came, what of it is shown as evidence, and what is said.
SHOWN = {
    "a price that tells nothing": (
        MESH, charged("0.00005"), ["charged: $0.00005, which does not tell whose credential served"],
        "Mesh answered, and nothing in the answer says whose credential served"),
    "a fee": (
        MESH, charged("0.000005"), ["charged: $0.000005, at most a fee on the catalogue price of $0.0001"],
        "Most likely your own key served: Mesh charged $0.000005, no more than its fee."),
    "a stream that broke off": (
        MESH, mesh(200, streamed(BEGUN), failure="dropped"),
        ["Mesh: the answer began and broke off: 200, dropped, connection_failed"],
        "The answer began and did not finish: The connection broke before the answer was complete."),
    "a stream with an error": (
        MESH, mesh(200, streamed(BEGUN, {"error": {"code": "upstream_error", "message": "no"}})),
        ["Mesh: the answer began and then carried an error: 200, provider_error"],
        "The answer began and did not finish: Something failed at the provider behind Mesh"),
    "a code that is of provider keys alone": (
        MESH, mesh(401, BYOK_REFUSED),
        ["Mesh: 401, credential_invalid, error.code upstream_auth_error: your provider key was used"],
        "The provider does not accept the provider key stored in Mesh. Mesh used your provider key, and nothing else"),
    "a code that is not": (
        MESH, mesh(502, MASKED), ["Mesh: 502, provider_error"],
        "Something failed at the provider behind Mesh; which key was used is not told."),
    "no answer": (MESH, mesh(0, "", failure="refused"), ["Mesh: refused, connection_failed"],
                  "Nothing listens at that address."),
    "stopped": (MESH, mesh(0, "", failure="cancelled"), ["Mesh: cancelled, unknown"],
                "You stopped it before the answer was complete."),
    "a header": (MESH, mesh(X_BYOK_Fallback_Triggered="true"), ["header X-BYOK-Fallback-Triggered: true"],
                 "Mesh fell back: your key failed there, and Mesh's own credentials served."),
    "the usage": (MESH, mesh(**told(byok_used=True)), ["usage: byok_used true"],
                  "Your own key served, and Mesh did not fall back."),
    "the platform after the own key": (
        BYOK, (BAD, platform()),
        ["Mesh answered with its own credentials after your key had failed",
         "your key at OpenAI: 401, credential_malformed"], "Your key failed and Mesh's own credentials served."),
    "the own key": (BYOK, (OK,), ["OpenAI itself answered your key"], "Your own key served: OpenAI answered it."),
    "the whole price": (
        MESH, charged("0.0001100"), ["charged: $0.00011, the full catalogue price, $0.0001"],
        "Most likely Mesh's own credentials served and your key did not: Mesh charged $0.00011, its full price."),
    "a cost without a price": (
        MESH, (replace(mesh()[0], bill=Bill(Decimal("0.5"))),), ["charged: $0.5"],
        "Mesh answered, and nothing in the answer says whose credential served"),
    "the cache": (
        MESH, mesh(X_Cache="hit"), ["header X-Cache: HIT, so no credential was used"],
        "Mesh's response cache answered: no credential was used, so it proves nothing about a key."),
    "a header that says no": (
        MESH, mesh(X_BYOK_Fallback_Triggered="no"), ["header X-BYOK-Fallback-Triggered: no"],
        "Mesh answered and says that it did not fall back; it does not say that a key of yours served."),
    "no key of yours": (
        MESH, mesh(**told(byok_used=False, fallback_triggered=False)),
        ["usage: byok_used false, fallback_triggered false"],
        "Mesh's own credentials served, and no key of yours had failed before."),
    "a key not used, and no more": (
        MESH, mesh(**told(byok_used=False)), ["usage: byok_used false"],
        "Mesh's own credentials served; whether your key failed before is not reported."),
    "a usage that cannot be read": (
        MESH, mesh(**told(byok_used="perhaps")), ["usage: nothing that can be read"],
        "Mesh answered, and nothing in the answer says whose credential served"),
    "a usage whose flags are words": (
        MESH, mesh(**told(byok_used="yes", fallback_triggered="no")),
        ["usage: byok_used true, fallback_triggered false"], "Your own key served, and Mesh did not fall back."),
    "a usage row that says the key was used": (
        MESH, (replace(mesh()[0], bill=Bill(Decimal(0), byok_used=True)),),
        ["usage row: byok_used true", "charged: $0"], "Your own key served, and Mesh did not fall back."),
    "a usage row that says it fell back": (
        MESH, (replace(mesh()[0], bill=Bill(Decimal(0), fell_back=True)),),
        ["usage row: fallback_triggered true", "charged: $0"], "Mesh fell back: your key failed there"),
    "exclusive use": (
        MESH_EXCLUSIVE, mesh(), ["exclusive use is on: only your key may serve"],
        "Your own key served, and Mesh did not fall back."),
    "the platform": (
        PLATFORM, (platform(),), ["the Mesh key's team has no provider keys, as you set it up"],
        "Mesh's own credentials served, as this path asks."),
    "a comparison without Mesh": (
        ask(Path.COMPARE), (OK,), [],
        "No Mesh key is loaded, so nothing went through Mesh as it is configured."),
    "the own key of nobody we know": (
        BYOK, (replace(OK, provider="another"),), ["the provider itself answered your key"],
        "Your own key served: The provider answered it."),
    "the own key, then neither": (
        BYOK, (BAD, platform(502, MASKED)),
        ["Mesh: 502, provider_error", "your key at OpenAI: 401, credential_malformed"],
        "Your key failed, and so did Mesh's own credentials."),
    "a failure that nobody explained": (
        BYOK_ALONE, (replace(BAD, explanation=None),), ["your key at OpenAI: 401"], "OpenAI gave no answer. Whether"),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_the_verdict_shows_what_it_rests_on(name: str):
    asked, attempts, evidence, begins = SHOWN[name]
    found = judge_run(asked, attempts)
    assert [each.what for each in found.evidence] == evidence
    assert found.sentence.startswith(begins)
    if asked.path is Path.COMPARE:  # it speaks of what went to Mesh, and that is nothing
        assert found.sentence == begins


FELL = told(fallback_triggered=True)
# What was asked and what came → the whole sentence, and who paid.
SAID_WHOLE = {
    "usage that names the fallback": (
        MESH, mesh(**FELL), "Mesh fell back: your key failed there, and Mesh's own credentials served. "
        "Paid from your Mesh balance, at Mesh's price.", Paid.MESH_BALANCE),
    "TLS failed": (MESH, mesh(0, "", failure="tls"), "Mesh billed nothing", Paid.NOBODY),
    "the name is not known": (MESH, mesh(0, "", failure="dns"), "Mesh billed nothing", Paid.NOBODY),
    "no connection in time": (MESH, mesh(0, "", failure="connect_timeout"), "Mesh billed nothing", Paid.NOBODY),
    "the proxy refused": (MESH, mesh(0, "", failure="proxy"), "Mesh billed nothing", Paid.NOBODY),
    "no answer in time": (MESH, mesh(0, "", failure="read_timeout"), "Who paid is not known.", Paid.UNKNOWN),
    "a refusal of Mesh's own": (
        MESH, mesh(401, {"error": {"code": "unauthorized", "message": "no"}}), "Mesh billed nothing", Paid.NOBODY),
    "the fallback failed too": (
        MESH, mesh(502, MASKED, X_BYOK_Fallback_Triggered="true"),
        "It had fallen back to its own credentials, and they failed too.", Paid.NOBODY),
    "a provider key that was refused after the fallback": (
        MESH, mesh(401, BYOK_REFUSED, X_BYOK_Fallback_Triggered="true"), "and they failed too.", Paid.NOBODY),
    "nothing": (BYOK, (), "Nothing was sent, so nothing was billed.", Paid.NOBODY),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID_WHOLE)
def test_the_sentence_ends_with_who_paid(name: str):
    asked, attempts, says, paid = SAID_WHOLE[name]
    found = judge_run(asked, attempts)
    assert says in found.sentence
    assert found.sentence.endswith((".", ")."))
    assert ".." not in found.sentence
    assert found.paid is paid


STATUS = {
    "the own key served": (BYOK, (OK,), 0),
    "Mesh fell back": (MESH, mesh(X_BYOK_Fallback_Triggered="true"), 3),
    "the platform after the own key": (BYOK, (BAD, platform()), 3),
    "the platform, which alone was asked": (PLATFORM, (platform(),), 0),
    "not told": (MESH, mesh(), 8),
    "the key was refused": (BYOK_EXCLUSIVE, (BAD,), 4),
    "both were, and it is about the key": (BYOK, (BAD, platform(502, MASKED)), 4),
    "the network": (BYOK_EXCLUSIVE, (GONE,), 7),
    "a wrong request": (BYOK_EXCLUSIVE, (WRONG,), 7),
    "nothing was sent": (BYOK, (), 8),
}


@pytest.mark.parametrize("name", STATUS)
def test_the_exit_status_tells_scripts_what_the_sentence_tells_people(name: str):
    asked, attempts, status = STATUS[name]
    run = Run("id", asked, 0.0, attempts, judge_run(asked, attempts))
    assert find_exit_status(run) == status
    assert find_exit_status(replace(run, cancelled=True)) == 8


def test_a_failure_that_nobody_explained_cannot_be_told():
    unexplained = replace(BAD, explanation=None)
    assert find_exit_status(Run("id", BYOK_EXCLUSIVE, 0.0, (unexplained,), judge_run(BYOK_EXCLUSIVE, (BAD,)))) == 8


def test_a_team_with_a_provider_key_is_no_way_to_meshs_own_credentials():
    served = judge_run(PLATFORM, (attempt("platform", 200, usage(byok_used=True)),))
    assert served.sentence.startswith("A provider key of that Mesh key's own team served, so this key does not reach")
    fell = judge_run(PLATFORM, (platform(X_BYOK_Fallback_Triggered="true"),))
    own = judge_run(PLATFORM, (platform(X_BYOK_Fallback_Triggered="false"),))
    assert len({served.sentence, fell.sentence, own.sentence}) == 3


@pytest.mark.parametrize("code", ["upstream_auth_error", "upstream_rate_limit_error", "insufficient_credits"])
def test_a_failure_of_the_provider_key_is_told_by_its_code_with_a_reason_beside_it(code: str):
    error = {"code": code, "message": "no"}
    (with_reason,) = judge_run(MESH, mesh(402, {"error": {**error, "provider_code": "x"}})).evidence
    assert with_reason.what.endswith(f", error.code {code}: your provider key was used")
    (without,) = judge_run(MESH, mesh(402, {"error": error})).evidence
    assert "your provider key was used" not in without.what


@pytest.mark.parametrize("code", ["unauthorized", "forbidden", "spend_limit_exceeded", "rate_limit_exceeded"])
def test_what_mesh_refuses_of_its_own_reached_no_credential(code: str):
    error = {"code": code, "message": "no"}
    assert judge_run(MESH, mesh(403, {"error": error})).fell_back is False
    assert judge_run(MESH, mesh(403, {"error": {**error, "provider_code": "x"}})).fell_back is None
    assert judge_run(MESH, mesh(403, {"error": error}, X_BYOK_Fallback_Triggered="true")).fell_back is True


def test_a_refusal_of_the_mesh_key_does_not_speak_of_the_provider_key():
    found = judge_run(MESH, mesh(401, {"error": {"code": "unauthorized", "message": "no"}}))
    assert found.sentence == (
        "Mesh does not know this Mesh key (rsk_…): missing, mistyped, unknown or revoked. "
        "Mesh billed nothing, by its documentation."
    )


NEEDS = {
    Path.BYOK: "No provider credential is chosen: load one to try it at its provider.",
    Path.MESH: "No Mesh key is loaded: this path needs the one whose team holds your provider keys.",
    Path.PLATFORM: "No platform key is loaded: this path needs a Mesh key of a team without provider keys, named "
    "'platform'.",
}


@pytest.mark.parametrize("path", NEEDS)
def test_a_path_on_which_nothing_was_sent_says_what_it_needs(path: Path):
    assert judge_run(ask(path), ()).sentence == f"{NEEDS[path]} Nothing was sent, so nothing was billed."

"""One error within another, and one that nobody signed: which row speaks, whose key it is, and what is quoted."""

from __future__ import annotations

import pytest

from meshtui.base.exchange import Exchange, Failure, Request
from meshtui.explain.causes import NO, NO_PART, NOT_STORED_YET
from meshtui.explain.engine import MAX_PROOF, explain
from meshtui.explain.explain_exchange import explain_exchange
from meshtui.explain.model import ParsedError
from meshtui.explain.parse import parse_response

REFUSED = ParsedError(
    provider="openai", origin="error", status=401, code="invalid_api_key", type="invalid_request_error",
    message="Incorrect API key provided: x. You can find your API key at https://platform.openai.com/account/api-keys.",
    request_id="req_inner",
)  # fmt: skip
GUESSED = ParsedError(provider="openai", status=401)
UPSTREAM = ParsedError(
    provider="mesh", status=502, origin="error", code="upstream_error", message="It failed", request_id="req_01OUTER",
)  # fmt: skip
UNKNOWN_KEY = ParsedError(provider="mesh", status=401, origin="error", code="invalid_api_key", message="no such key")


# What is around, what is in it → rule, certainty, whose key, status.
NESTED = {
    "who passed it on says only that something failed": (
        UPSTREAM, REFUSED, ("openai.key-misshapen", "certain", "provider", 502)),
    "and so a guess within it knows more": (UPSTREAM, GUESSED, ("openai.unauthorized", "likely", "provider", 502)),
    "but what nobody can tell does not": (
        UPSTREAM, ParsedError(message="blah"), ("mesh.upstream", "likely", None, 502)),
    "a general meaning knows more than that": (
        UPSTREAM, ParsedError(status=429, message="Too many requests, slow down"),
        ("general.rate", "likely", "provider", 502)),
    "who passed it on is certain, and the provider's own word is too": (
        UNKNOWN_KEY, REFUSED, ("openai.key-misshapen", "certain", "provider", 401)),
    "who passed it on is certain, and what is in it guesses": (
        UNKNOWN_KEY, GUESSED, ("mesh.key-unknown", "certain", "mesh", 401)),
    "nor does a general meaning know more than that": (
        UNKNOWN_KEY, ParsedError(status=429, message="Too many requests, slow down"),
        ("mesh.key-unknown", "certain", "mesh", 401)),
    "what nobody signed is of the provider whose answer it is in": (
        ParsedError(provider="openai", status=500, origin="error", code="server_error"),
        ParsedError(message="Rate limit reached"), ("openai.rate-said", "likely", "provider", 500)),
    "and a provider that does not say why knows no more": (
        UPSTREAM, ParsedError(provider="openai", status=403), ("mesh.upstream", "likely", None, 502)),
    "that something failed is only the word around an error": (
        ParsedError(provider="mesh", status=500, origin="error", code="internal_error"), ParsedError(message="blah"),
        ("mesh.failed", "likely", None, 500)),
}  # fmt: skip


@pytest.mark.parametrize("name", NESTED)
def test_of_two_errors_the_one_speaks_that_knows_more(name: str):
    around, inner, expected = NESTED[name]
    told = explain(around._replace(inner=inner))
    assert (told.rule, told.certainty, told.credential, told.status) == expected


def test_what_was_passed_on_keeps_the_envelopes_id_and_says_whose_words_it_quotes():
    told = explain(UPSTREAM._replace(inner=REFUSED, headers={"retry-after": "7"}))
    assert (told.request_id, told.retry_after) == ("req_01OUTER", 7.0)
    assert told.proof_from == "error.message, the provider's own words"
    assert told.mesh_does != explain(REFUSED).mesh_does
    without = explain(UPSTREAM._replace(inner=REFUSED, request_id="", status=0))
    assert (without.request_id, without.status) == ("req_inner", 401)
    first = REFUSED._replace(headers={"retry-after": "3"})
    assert explain(UPSTREAM._replace(inner=first, headers={"retry-after": "7"})).retry_after == 3.0


def test_words_that_are_around_no_error_are_not_doubted():
    assert (
        explain(ParsedError(provider="mesh", status=500, origin="error", code="internal_error")).certainty == "certain"
    )


# Whoever did not sign is known by the form, or by a sentence that nobody else says.
UNSIGNED = {
    "OpenAI's form": (REFUSED._replace(provider=""), "openai", "openai.key-misshapen"),
    "AWS's sentence": (
        ParsedError(status=400, message="The security token included in the request is invalid."), "bedrock",
        "bedrock.token-invalid"),
    "a sentence of OpenAI's": (
        ParsedError(message="You exceeded your current quota, please check your plan and billing details."), "openai",
        "openai.quota"),
    "nobody's": (ParsedError(status=403, message="nothing that anybody knows"), "", "status.403"),
    "nothing": (ParsedError(), "", "status.unknown"),
}  # fmt: skip


@pytest.mark.parametrize("name", UNSIGNED)
def test_an_answer_that_nobody_signed_is_told_by_its_form_or_its_sentence(name: str):
    error, provider, rule = UNSIGNED[name]
    told = explain(error)
    assert (told.provider, told.rule) == (provider, rule)


# Sentences that one provider alone says.
SENTENCES = {
    "openai": "You exceeded your current quota, please check your plan and billing details.",
    "bedrock": "The AWS Access Key Id needs a subscription for the service",
    "vertex": "Vertex AI API has not been used in project acme before or it is disabled",
}


@pytest.mark.parametrize("said_by", SENTENCES)
@pytest.mark.parametrize("provider", ["openai", "bedrock", "vertex", "mesh"])
def test_whose_answer_it_is_known_to_be_no_sentence_changes(provider: str, said_by: str):
    for status in (400, 403, 429):
        told = explain(ParsedError(provider=provider, status=status, message=SENTENCES[said_by]))
        assert told.provider == provider
        assert told.rule.partition(".")[0] in (provider, "general", "status")


def test_nor_does_one_where_the_answer_itself_shows_whose_it_is():
    for said in SENTENCES.values():
        told = explain(ParsedError(status=403, headers={"x-groq-region": "x"}, message=said))
        assert told.provider == "groq"


LOGGED = 'ERROR ask.py:12 the model did not answer: {"message": "Not Found"}'


def test_a_page_in_front_is_told_by_its_words_where_they_tell_more_than_its_form():
    for provider in ("", "mesh"):
        told = explain(parse_response(LOGGED, provider=provider, status=404))
        assert (told.rule, told.cause) == ("general.model-unknown-named", "model_not_found")


# What a provider's row knows by the form alone, and its words → the row that speaks.
WORDED = {
    "an end": ("openai", {"status": 401, "message": "The admin key has expired."}, "general.expired"),
    "a form": ("openai", {"status": 401, "message": "JWT malformed"}, "general.key-malformed"),
    "nothing sent": ("mesh", {"status": 401, "message": "Missing Authorization header."}, "general.key-missing"),
    "a filter": ("openai", {"status": 400, "message": "Output blocked by content filtering policy"}, "general.content"),
    "an end beside a type that says nothing": (
        "openai", {"status": 401, "type": "invalid_request_error", "message": "The key has expired."},
        "general.expired"),
    "an end beside a code": (
        "openai", {"status": 401, "code": "invalid_api_key", "message": "The admin key has expired."},
        "openai.key-refused"),
    "an end beside a provider's code": (
        "mesh", {"status": 502, "code": "upstream_auth_error", "provider_code": "invalid_auth",
                 "message": "The admin key has expired."}, "mesh.provider-key-refused"),
    "an end beside a reason": (
        "vertex", {"status": 403, "word": "PERMISSION_DENIED", "reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED",
                   "message": "The key has expired."}, "vertex.token-kind"),
    "what the row does not leave open": (
        "vertex", {"status": 403, "word": "PERMISSION_DENIED", "message": "The key has expired."}, "vertex.denied"),
    "no words": ("openai", {"status": 401}, "openai.unauthorized"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORDED)
def test_what_the_words_mean_is_told_where_a_provider_is_known_by_the_form_alone(name: str):
    provider, fields, rule = WORDED[name]
    told = explain(ParsedError(provider=provider, origin="error", **fields))
    assert (told.rule, told.provider) == (rule, provider)


def test_a_row_of_one_provider_says_nothing_of_another_whose_answer_it_fits():
    """Only Google's two APIs share keys and projects, and there too not what is said of Vertex AI."""
    busy = ParsedError(provider="google-ai-studio", origin="error", word="UNAVAILABLE", message="Not now.", status=503)
    told = explain(busy)
    assert (told.rule, told.headline) == ("vertex.unavailable", "Google AI Studio has no capacity left at the moment")
    grant = ParsedError(provider="google-ai-studio", origin="token", code="invalid_grant", status=400,
                        message="The subject token is invalid or expired.")  # fmt: skip
    told = explain(grant)
    assert (told.rule, told.headline) == ("vertex.grant", "Google does not accept this credential")
    assert explain(busy._replace(provider="vertex")).headline == "Vertex AI cannot take the request at the moment"


def test_a_sentence_alone_makes_its_provider_likely_and_no_more():
    told = explain(ParsedError(message="The AWS Access Key Id needs a subscription for the service"))
    assert (told.provider, told.rule, told.certainty) == ("bedrock", "bedrock.subscription-needed", "likely")
    signed = explain(
        ParsedError(provider="bedrock", message="The AWS Access Key Id needs a subscription for the service")
    )
    assert signed.certainty == "certain"


def test_a_key_in_a_request_id_is_masked():
    key = "sk-proj-" + "Zq7xK2mP9vLw" * 6
    for told in (explain(REFUSED._replace(request_id=key)), explain(UPSTREAM._replace(inner=REFUSED, request_id=key))):
        assert told.request_id == "sk-proj-…9vLw"


def test_a_request_id_without_an_end_is_cut():
    for error in (REFUSED._replace(request_id="r" * 900), UPSTREAM._replace(inner=REFUSED, request_id="r" * 900)):
        assert explain(error).request_id == "r" * 199 + "…"
    assert explain(REFUSED._replace(request_id="r" * 200)).request_id == "r" * 200


# What the row went by, what is quoted of it, and where that stood.
QUOTED = {
    "a message": (REFUSED, "error.message", "Incorrect API key provided: x."),
    "a code alone": (REFUSED._replace(message=""), "error.code", "invalid_api_key"),
    "a type alone": (REFUSED._replace(message="", code=""), "error.type", "invalid_request_error"),
    "a reason alone": (
        ParsedError(provider="vertex", origin="error", reason="API_KEY_INVALID"),
        "error.details[].reason",
        "API_KEY_INVALID",
    ),
    "a word alone": (
        ParsedError(provider="vertex", origin="error", word="PERMISSION_DENIED"),
        "error.status",
        "PERMISSION_DENIED",
    ),
    "a status alone": (GUESSED, "the status", "401"),
    "nothing": (ParsedError(), "", ""),
}


@pytest.mark.parametrize("name", QUOTED)
def test_the_proof_is_the_best_that_the_answer_has(name: str):
    error, spot, begins = QUOTED[name]
    told = explain(error)
    assert told.proof_from == spot
    assert told.proof.startswith(begins)


def test_of_a_long_message_the_sentence_that_decides_is_quoted():
    filler = "Something quite long is said here. " * 30
    decides = "Incorrect API key provided: abc, and more."
    early = explain(REFUSED._replace(message=f"{decides} {filler}")).proof
    late = explain(REFUSED._replace(message=f"{filler}{decides} {filler}")).proof
    assert early.startswith(decides)
    assert late.startswith(f"… {decides}")
    assert len(early) == len(late) == MAX_PROOF
    exactly = f"{'x' * 40}. {decides} ".ljust(MAX_PROOF, "y")
    assert explain(REFUSED._replace(message=exactly)).proof == exactly
    without_sentences = f"{'so ' * 200}{decides} {filler}"
    assert explain(REFUSED._replace(message=without_sentences)).proof.startswith(f"… {'so ' * 13}{decides}")
    for at, begins in ((149, "x"), (150, "… Incorrect")):
        said = f"{'x' * (at - 2)}. {decides} {filler}"
        assert explain(REFUSED._replace(message=said)).proof.startswith(begins)
    for end in (";", ":"):
        said = explain(REFUSED._replace(message=f"{'so ' * 200}{end} {decides} {filler}")).proof
        assert said.startswith(f"… {decides}")
    short = f"Well. {decides}"
    assert explain(REFUSED._replace(message=short)).proof == short
    by_pattern = "data retention mode 'default' is not available for this model"
    told = explain(ParsedError(provider="bedrock", status=400, message=f"{filler}{by_pattern}. {filler}"))
    assert told.rule == "bedrock.data-retention"
    assert told.proof.startswith(f"… {by_pattern}")
    told = explain(ParsedError(
        provider="mesh", code="rate_limit_exceeded", message=f"{filler}Too many tokens were asked for. {filler}",
    ))  # fmt: skip
    assert told.rule == "mesh.tokens"
    assert told.proof.startswith("… Too many tokens")


@pytest.mark.parametrize(("seconds", "retryable"), [("20", True), ("3600", True), ("3601", False)])
def test_who_has_to_wait_for_more_than_an_hour_is_not_told_to_send_it_again(seconds: str, retryable: bool):
    told = explain(ParsedError(
        provider="openai", status=429, headers={"retry-after": seconds}, code="rate_limit_exceeded", type="requests",
        message="Rate limit reached for gpt-4o in organization o on requests per min (RPM): Limit 3, Used 3",
    ))  # fmt: skip
    assert (told.retryable, told.retry_after) == (retryable, float(seconds))


def test_the_fields_that_the_row_went_by_are_named_and_no_others():
    assert explain(REFUSED._replace(message="")).structure == (("error.code", "invalid_api_key"),)
    assert explain(GUESSED).structure == ()


def test_a_key_that_was_not_sent_from_here_is_not_yet_in_mesh_and_in_a_paste_mesh_had_no_part():
    missing = Exchange("openai", "chat", Request("POST", ""), 0.0, failure=Failure("credential_missing", "no key"))
    assert explain_exchange(missing).mesh_does == NOT_STORED_YET
    pasted = explain(parse_response("Unable to locate credentials", provider="bedrock"))
    assert (pasted.mesh_does, pasted.falls_back) == (NO_PART, NO)
    assert explain_exchange(missing).falls_back != NO

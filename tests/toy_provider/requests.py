"""What it is asked, and how it answers."""

from __future__ import annotations

from meshtui.base.endpoints import Endpoints
from meshtui.base.secret import Secret
from meshtui.http.call import Call, PromptRequest, make_get_call, make_json_call
from meshtui.http.decoding import Dialect, dig, list_strings
from meshtui.providers.base import Listing, RequestFormat


def find_address(endpoints: Endpoints) -> str:
    return endpoints.find("toy", "https://api.toy.example/v1")


def prompt_call(endpoints: Endpoints, key: Secret, question: PromptRequest) -> Call:
    body = {"toy": question.model, "say": question.text, "stream": question.stream}
    return make_json_call("toy", "chat", f"{find_address(endpoints)}/say", key, body)


def models_call(endpoints: Endpoints, key: Secret | None) -> Call:
    return make_get_call("toy", "models", f"{find_address(endpoints)}/toys", key)


def _words(value: object) -> str | None:
    said = dig(value, "said")
    return said if isinstance(said, str) else None


FORMAT = RequestFormat(
    prompt=lambda endpoints, material, _, question: prompt_call(endpoints, material.secret, question),
    dialect=lambda _: Dialect(_words, lambda _, value: _words(value)),
    reach=lambda endpoints, _: models_call(endpoints, None),
    address=lambda endpoints, _: find_address(endpoints),
    listings=lambda endpoints, material, _: [
        Listing(lambda _: models_call(endpoints, material.secret), lambda answer: list_strings(answer, "name"))
    ],
)

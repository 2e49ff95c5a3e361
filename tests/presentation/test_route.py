"""The route is drawn from what is known, and what is not known is drawn as not known."""

from __future__ import annotations

import pytest

from meshtui.presentation.lines import join_parts
from meshtui.presentation.route import draw_route
from meshtui.runs.model import Attempt, Path
from meshtui.runs.verdict import judge_run
from tests.runs.made import ask, attempt

UNKNOWN_KEY = {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key",
                         "type": "invalid_request_error"}}  # fmt: skip
AT_MESH = {"error": {"code": "upstream_auth_error", "message": "no", "provider_code": "invalid_auth"}}
FELL_BACK = {"X-BYOK-Fallback-Triggered": "true"}

ROUTES = {
    "your key at its provider": (
        Path.BYOK, (attempt("own key"),),
        ["your app ─▶ OpenAI ─▶ openai  ✓ 200  paid: your provider account"],
    ),
    "a replayed fallback": (
        Path.BYOK, (attempt("own key", 401, UNKNOWN_KEY), attempt("platform")),
        ["your app ─▶ OpenAI ─▶ openai            ✗ 401 The key is unknown",
         "your app ─▶ Mesh ─▶ Mesh's credentials  ✓ 200  paid: Mesh balance"],
    ),
    "a fallback at Mesh": (
        Path.MESH, (attempt("mesh", headers=FELL_BACK),),
        ["your app ─▶ Mesh ─▶ your key            ✗ failed; Mesh does not say why",
         "                └─▶ Mesh's credentials  ✓ 200  paid: Mesh balance"],
    ),
    "a plain 200": (
        Path.MESH, (attempt("mesh"),), ["your app ─▶ Mesh ─▶ your key or Mesh's  ? 200, which one is not known"],
    ),
    "your key failed behind Mesh": (
        Path.MESH, (attempt("mesh", 401, AT_MESH),),
        ["your app ─▶ Mesh ─▶ your key            ✗ 401 The key is unknown",
         "                └─▶ Mesh's credentials  ? not known whether they were tried"],
    ),
    "the cache": (
        Path.MESH, (attempt("mesh", headers={"X-Cache": "HIT"}),), ["your app ─▶ Mesh ─▶ response cache  ≡ 200"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("path", "attempts", "lines"), ROUTES.values(), ids=ROUTES)
def test_a_line_a_credential(path: Path, attempts: tuple[Attempt, ...], lines: list[str]):
    verdict = judge_run(ask(path, source="paste"), attempts)
    route = draw_route(attempts, verdict)
    assert route is not None
    assert [join_parts(line) for line in route.lines] == lines


def test_where_nothing_was_sent_there_is_no_route():
    assert draw_route((), judge_run(ask(Path.MESH), ())) is None

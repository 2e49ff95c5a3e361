"""All that is read of a text: its kind, what is used and hidden of it, every finding and every fact, and no more."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from meshtui.base.credential import Finding
from tests.credentials import samples as s
from tests.credentials.test_findings import TEXTS
from tests.credentials.test_recognised import READ, VALID

DUMP = json.dumps
OLD = s.filler(20)

# What no finding is named for.
OTHERS: dict[str, str | tuple[str, str]] = {
    "OpenAI service account, once": s.openai_key("sk-service-"),
    "OpenAI service account, with its name": f"sk-my-bot-{OLD}T3BlbkFJ{OLD}",
    "OpenAI service account, of another length": s.openai_key("sk-svcacct-", 60),
    "OpenAI user key, of a project": s.openai_key("sk-None-"),
    "OpenAI admin key, short": s.openai_key("sk-admin-", 58),
    "OpenAI key without marker, of a usual length": "sk-" + s.filler(48),
    "OpenAI key, two at once": s.openai_key() + s.openai_key("sk-svcacct-"),
    "OpenAI key, one half too long": s.openai_key() + "x",
    "OpenAI key too short to be doubled": f"OPENAI_API_KEY={s.filler(10) * 2}",
    "OpenAI key just long enough to be doubled": f"OPENAI_API_KEY={OLD * 2}",
    "OpenAI project": "proj_" + OLD,
    "OpenAI user, shortest": "user-" + OLD[:8],
    "a word behind user": "user-" + OLD[:7],
    "OpenAI organisation, longest": "org-" + OLD * 2,
    "what is too long for an organisation": "org-" + OLD * 2 + "x",
    "OpenAI user": "user-" + OLD,
    "blank": " \n ",
    "key behind a value of several lines": f'NOTE="first\nOPENAI_API_KEY=x\nlast"\nOPENAI_API_KEY={s.openai_key()}\n',
    "key behind a quote that is never closed": f'NOTE="first\nOPENAI_API_KEY={s.openai_key()}\n',
    "Mesh key, not of ASCII": s.mesh_key()[:20] + "–" + s.mesh_key()[21:],
    "Google file of another kind, with its universe": DUMP({"type": "robot", "universe_domain": "googleapis.com"}),
    "Azure key, new": f"{s.filler(52)}JQQJ99{s.filler(26)}",
    "Bedrock key, with its Region": (s.long_term(), "eu-west-3"),
    "Bedrock key of an account that is none": (s.long_term("12345"), "eu-west-3"),
    "Bedrock key, inside other fields": DUMP({"api_key": s.long_term(), "region": "eu-west-3", "expiration": "soon"}),
    "Google web client": DUMP({"web": {"client_id": "x", "client_secret": "y"}}),
    "Google user without type": DUMP({"refresh_token": "x", "client_id": "y"}),
    "Google impersonation without type": DUMP({"source_credentials": {}, "service_account_impersonation_url": "x"}),
    "Google federation without type": DUMP({"credential_source": {}, "audience": "x"}),
    "Google key, new": "AQ." + s.filler(50),
    "service account, its location beside it": (DUMP(s.account()), "europe-west4"),
    "service account, project and e-mail unfit": DUMP(s.account(project_id="a/../b", client_email="nobody")),
    "service account, location unfit": DUMP(s.account(region="evil.example/#")),
    "Mesh's twin": "msh_" + s.filler(30),
    "Mesh's other twin": "msy_" + s.filler(30),
    **{
        f"key of {vendor}": prefix + s.filler(40)
        for prefix, vendor in (
            ("sk-or-", "OpenRouter"), ("sk-lf-", "Langfuse"), ("gsk_", "Groq"), ("xai-", "xAI"),
            ("hf_", "Hugging Face"),
            ("r8_", "Replicate"), ("pplx-", "Perplexity"), ("nvapi-", "NVIDIA"), ("csk-", "Cerebras"),
            ("fw_", "Fireworks"), ("ghp_", "GitHub"), ("github_pat_", "GitHub, new"),
        )
    },
}  # fmt: skip
GIVEN: dict[str, str | bytes | tuple[str, str]] = {
    **TEXTS,
    **{name: text for name, (text, _) in VALID.items()},
    **{f"AWS keys, {name}": text for name, (text, _) in READ.items()},
    **OTHERS,
}
READINGS = dict(
    line.split(": ", 1) for line in (Path(__file__).parent / "readings.txt").read_text().splitlines() if line[0] != "#"
)
"""Written down once more, apart from the code, so that nothing of it changes unseen."""


def name_finding(finding: Finding) -> str:
    """Its id, and the numbers that it tells: lines, columns, lengths. A private key is another one in each run."""
    told = re.findall(r"\d+", f"{finding.title} {finding.proof}") if not finding.id.startswith("pem.") else []
    return f"{finding.id}({','.join(told)})" if told else finding.id


def describe(name: str) -> str:
    given = GIVEN[name]
    text, region = given if isinstance(given, tuple) else (given, "")
    read = s.read(text, region=region)
    sent = "usable" if read.usable else "refused" if read.material else "unread"
    vendor = [f.title for f in read.findings if f.id in ("vendor.other", "mesh.lookalike", "openai.id")]
    facts = "; ".join([*vendor, *(f"{label} {value}" for label, value in read.facts.items())])
    findings = " ".join(map(name_finding, read.findings))
    return f"{read.kind.id} {sent}, {len(read.hidden)} hidden [{findings}] {facts}".rstrip()


@pytest.mark.parametrize("name", GIVEN)
def test_this_is_read_of_it_and_nothing_else(name: str):
    """A new text needs its line in readings.txt: what this test says was read."""
    assert describe(name) == READINGS.get(name)


def test_each_reading_is_of_a_text():
    assert sorted(READINGS) == sorted(GIVEN)

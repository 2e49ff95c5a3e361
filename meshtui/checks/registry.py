"""The check_reports: which checks a credential of each kind runs, cheapest first, a row each.

What each check proves and leaves open follows the providers' references, and what their answers showed in practice.
"""

from __future__ import annotations

from meshtui.base.credential import Kind
from meshtui.checks.common import make_prompt_checks
from meshtui.checks.model import Check
from meshtui.checks.preliminary import CLOCK, FORM, NETWORK
from meshtui.providers.bedrock import checks as aws
from meshtui.providers.mesh import checks as mesh
from meshtui.providers.openai import checks as openai
from meshtui.providers.vertex import checks as google

CHECKS: dict[Kind, tuple[Check, ...]] = {
    Kind.OPENAI_KEY: (FORM, NETWORK, openai.IDENTITY, CLOCK, openai.PROJECT, openai.MODEL, openai.SCOPE,
                      *make_prompt_checks("openai")),
    Kind.BEDROCK_KEY: (FORM, NETWORK, aws.MODELS, CLOCK, aws.AVAILABILITY, *make_prompt_checks("bedrock")),
    Kind.AWS_KEYS: (FORM, NETWORK, aws.IDENTITY, CLOCK, aws.MODELS, aws.AVAILABILITY, aws.PERMISSION,
                    aws.STREAMS, *make_prompt_checks("bedrock")),
    Kind.SERVICE_ACCOUNT: (FORM, NETWORK, google.CERTIFICATE, google.IDENTITY, CLOCK, google.PERMISSION, google.MODEL,
                           *make_prompt_checks("vertex")),
    Kind.MESH_KEY: (FORM, NETWORK, mesh.IDENTITY, CLOCK, mesh.LIMITS, mesh.MODEL, mesh.STORED, *mesh.TESTS,
                    *make_prompt_checks("mesh")),
    Kind.UNRECOGNISED: (FORM,),
}  # fmt: skip

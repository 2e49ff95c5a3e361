"""The ladders: which rungs a credential of each kind climbs, cheapest first, a row each.

What each rung proves and leaves open follows the providers' references, and what their answers showed in practice.
"""

from __future__ import annotations

from meshtui.checks.common import asking
from meshtui.checks.model import Rung
from meshtui.checks.preliminary import CLOCK, FORM, NETWORK
from meshtui.credentials.model import Kind
from meshtui.providers.bedrock import checks as aws
from meshtui.providers.mesh import checks as mesh
from meshtui.providers.openai import checks as openai
from meshtui.providers.vertex import checks as google

RUNGS: dict[Kind, tuple[Rung, ...]] = {
    Kind.OPENAI_KEY: (FORM, NETWORK, openai.IDENTITY, CLOCK, openai.PROJECT, openai.MODEL, openai.SCOPE,
                      *asking("openai")),
    Kind.BEDROCK_KEY: (FORM, NETWORK, aws.MODELS, CLOCK, aws.AVAILABILITY, *asking("bedrock")),
    Kind.AWS_KEYS: (FORM, NETWORK, aws.IDENTITY, CLOCK, aws.MODELS, aws.AVAILABILITY, aws.PERMISSION,
                    aws.STREAMS, *asking("bedrock")),
    Kind.SERVICE_ACCOUNT: (FORM, NETWORK, google.CERTIFICATE, google.IDENTITY, CLOCK, google.PERMISSION, google.MODEL,
                           *asking("vertex")),
    Kind.MESH_KEY: (FORM, NETWORK, mesh.IDENTITY, CLOCK, mesh.LIMITS, mesh.MODEL, mesh.STORED, *mesh.TESTS,
                    *asking("mesh")),
    Kind.UNRECOGNISED: (FORM,),
}  # fmt: skip

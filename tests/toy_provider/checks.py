"""Its free checks, and the prompt."""

from meshtui.providers.check import CLOCK, FORM, NETWORK, PROMPT, STREAMED_PROMPT, Check
from tests.toy_provider.provider import TOY_KEY
from tests.toy_provider.requests import models_call

IDENTITY = Check(
    "identity", "the key is known", "that it may call a model",
    lambda state: models_call(state.endpoints, state.credential.secret),
)  # fmt: skip
CHECKS = {TOY_KEY: (FORM, NETWORK, IDENTITY, CLOCK, PROMPT, STREAMED_PROMPT)}

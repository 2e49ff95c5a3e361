"""Is this the name of a model that OpenAI has had? Its refusal uses the same words for a misspelt name and a closed
model, so the name decides which of the two is the likelier."""

from __future__ import annotations

import re

from meshtui.explain.lazy import Pattern

_NAME = Pattern(r"\bmodel:? [`'\"]?(?P<model>[\w.:/-]{1,120})", re.IGNORECASE)
_KNOWN = Pattern(
    r"(?:gpt-3\.5-turbo(?:-16k|-instruct)?|gpt-4(?:-32k|-turbo|-vision)?|gpt-4o(?:-mini)?|gpt-4\.1(?:-mini|-nano)?|gpt-4\.5"
    r"|gpt-4o(?:-mini)?-(?:audio|realtime|search|transcribe|tts)|gpt-5(?:\.\d)?(?!-turbo)(?:-[a-z]{3,8}){0,3}"
    r"|chatgpt-4o|o1(?:-mini|-pro)?|o3(?:-mini|-pro|-deep-research)?|o4-mini(?:-deep-research)?|codex-mini"
    r"|gpt-image-\d(?:\.\d)?(?:-mini)?|dall-e-[23]|sora-2(?:-pro)?|whisper-1|tts-1(?:-hd)?|gpt-realtime(?:-mini)?|gpt-audio"
    r"|text-embedding-(?:ada-002|3-small|3-large)|(?:babbage|davinci)-002|omni-moderation|text-moderation"
    r"|computer-use|code-davinci-00[12]|text-(?:davinci-00[123]|curie-001|babbage-001|ada-001))"
    r"(?:-preview|-latest|-stable)?(?:-20\d\d-\d\d-\d\d|-[01]\d{3})?(?:-preview)?",
    re.IGNORECASE,
)


def is_known(message: str) -> bool:
    """True where the model that the sentence names is, or was, one of OpenAI's."""
    found = _NAME.search(message)
    return found is not None and _KNOWN.fullmatch(found["model"]) is not None

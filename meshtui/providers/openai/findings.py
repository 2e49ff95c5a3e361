"""What is told of an OpenAI key, and of keys that other vendors made.

Prefixes, lengths, the marker `T3BlbkFJ`: gitleaks' and trufflehog's rules for OpenAI. Lengths are habit, no contract.
"""

from meshtui.base.credential import ERROR, WARNING, Row, Rows

ROWS: Rows = {
    "openai.length": Row(
        WARNING,
        "Its length is unusual for an OpenAI key",
        "Copy it again whole. If it is whole, it may be a key of another service that also begins with sk-.",
        "{length} characters; such keys have had {usual}",
    ),
    "openai.cut-off": Row(
        WARNING,
        "It looks cut off",
        "Copy it again whole, or make a new key: the whole key is shown only once.",
        "{before} characters stand before the marker in its middle, {after} behind it; they are equal in whole keys",
    ),
    "openai.no-marker": Row(
        WARNING,
        "The marker that OpenAI puts into its keys is not in it",
        "Compare it with the original. DeepSeek, LiteLLM and others also make keys that begin with sk-.",
        "T3BlbkFJ stands nowhere in it",
    ),
    "openai.doubled": Row(
        ERROR, "The key was pasted twice, one behind the other", "Delete one half.", "{length} characters, {where}"
    ),
    "openai.no-prefix": Row(
        WARNING,
        "It does not begin with sk- as OpenAI's keys do",
        "Check that it is the key, not its name or id.",
        "read as an OpenAI key only because of {variable}",
    ),
    "openai.admin": Row(
        WARNING,
        "An admin key: it manages an organisation and calls no model",
        "Make a project key (sk-proj-…) at platform.openai.com/api-keys.",
        "prefix sk-admin-",
    ),
    "openai.session": Row(
        ERROR,
        "A token of a browser session, not an API key",
        "Make a key at platform.openai.com/api-keys.",
        "prefix sess-",
    ),
    "openai.realtime": Row(
        ERROR,
        "A realtime client secret: made for a browser, good for minutes, not an API key",
        "Use the API key it was made with.",
        "prefix ek_",
    ),
    "openai.chatgpt-token": Row(
        ERROR,
        "A sign-in token of ChatGPT or Codex, not an API key",
        "A ChatGPT plan includes no API use. Make a key at platform.openai.com/api-keys.",
        "a JWT issued by OpenAI's sign-in",
    ),
    "openai.id": Row(
        ERROR,
        "The id of {what}, not a key",
        "Ids are no secrets and open nothing. Make a key at platform.openai.com/api-keys.",
        "prefix {prefix}",
    ),
    "vendor.other": Row(
        ERROR,
        "A key of {vendor}",
        "meshtui tests keys of OpenAI, AWS Bedrock and Google Vertex AI, for Mesh's BYOK. Mesh also stores Azure's, "
        "which "
        "meshtui cannot test.",
        "{sign}",
    ),
    "vendor.azure": Row(
        ERROR,
        "Looks like a key of Azure OpenAI, which opens only its own Azure address",
        "Mesh stores Azure keys too, but meshtui cannot test them. For OpenAI itself make a key at "
        "platform.openai.com/api-keys.",
        "{sign}, in the form of Azure's keys",
    ),
    "vendor.found-elsewhere": Row(
        WARNING,
        "It stands in {variable}, but it is a credential for {vendor}",
        "Move it to the variable of its own kind, or the wrong service gets it; unless your program is given "
        "{vendor}'s base URL, in a variable beside it or in its code.",
        "it looks like a credential for {vendor}",
    ),
    "jwt.unknown": Row(
        ERROR,
        "A signed token (JWT), not an API key",
        "Find out which service issued it; none of OpenAI, Bedrock and Vertex takes it as a key.",
        "three parts between dots, the first one begins with eyJ",
    ),
}

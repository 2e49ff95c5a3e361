"""What is told of the text itself, before anyone knows which credential it is."""

from meshtui.credentials.catalogue.row import ERROR, NOTE, WARNING, Row, Rows

_CLEAN = "Taken out here. Paste it without into Mesh's form: nothing says that Mesh takes it out as well."

ROWS: Rows = {
    "text.empty": Row(
        ERROR,
        "There is no text",
        "Paste the key or the JSON itself. If it came from a variable, that variable is set to nothing.",
        "{where}",
    ),
    "text.too-large": Row(
        ERROR,
        "Too large to be a credential",
        "Paste only the key or the JSON; the largest credential has a few thousand characters.",
        "{size} characters, {limit} are read at most",
    ),
    "text.binary": Row(
        ERROR,
        "This is not text",
        "Give the text or JSON file. A Google key in .p12 form is not taken by Mesh: create a JSON key instead.",
        "{where}",
    ),
    "text.utf16": Row(
        NOTE,
        "Stored as UTF-16, as PowerShell's > does; read as such",
        "Write it as UTF-8 for other programs: Out-File -Encoding utf8.",
        "the first two bytes",
    ),
    "text.bom": Row(NOTE, "An invisible byte-order mark stood before it", _CLEAN, "first character"),
    "text.invisible": Row(
        NOTE, "Invisible characters (zero-width or direction marks) stood in it", _CLEAN, "{count}, first at {where}"
    ),
    "text.spaces": Row(
        NOTE,
        "Non-breaking or other unusual spaces stood in it, as web pages and chats put them",
        _CLEAN,
        "{count}, first at {where}",
    ),
    "text.control": Row(NOTE, "Terminal control characters stood in it", _CLEAN, "{count}, first at {where}"),
    "text.crlf": Row(NOTE, "Lines ended as on Windows (CRLF)", _CLEAN, "{count}, first at {where}"),
    "text.whitespace": Row(NOTE, "White space stood around it", _CLEAN, "{where}"),
    "text.quotes": Row(NOTE, "It stood in quotes", _CLEAN, "{where}"),
    "text.brackets": Row(NOTE, "It stood in angle brackets, as in a template", _CLEAN, "first and last character"),
    "text.variable": Row(NOTE, "It came as an assignment: {variable}=…", _CLEAN, "{where}"),
    "text.bearer": Row(NOTE, "It came with the word Bearer, which belongs to the header", _CLEAN, "its first word"),
    "text.header": Row(NOTE, "It came as a whole HTTP header", _CLEAN, "what stands before the colon"),
    "text.fence": Row(NOTE, "It stood in a Markdown code block", _CLEAN, "its first line"),
    "text.punctuation": Row(NOTE, "A comma or semicolon stood after it, as in code", _CLEAN, "last character"),
    "text.line-breaks": Row(
        WARNING,
        "The key was broken over several lines; joined here",
        "Copy it from where it was made without the line breaks; a character may have been lost at one of them.",
        "line breaks inside: {count}",
    ),
    "text.embedded": Row(
        WARNING,
        "The key was found inside other text and taken out of it",
        "Check that it is the whole key you meant, and paste only the key.",
        "{where}, {before} characters before and {after} after it",
    ),
    "text.several": Row(
        WARNING,
        "The text holds more than one credential; only one was read",
        "Load the others on their own, or start meshtui in the folder of the .env file.",
        "also {others}",
    ),
    "text.json-in-string": Row(
        NOTE,
        "The JSON was itself wrapped in a JSON string; unwrapped here",
        "Paste the inner JSON into Mesh's form: whoever stored it encoded it once too often.",
        "it begins with a quote, and the quotes inside are escaped",
    ),
    "text.base64": Row(
        NOTE,
        "The JSON was encoded in base64; decoded here",
        "Paste the decoded JSON into Mesh's form.",
        "the whole text",
    ),
    "text.array": Row(
        NOTE, "The JSON object stood in a list of one; taken out here", _CLEAN, "its first and last character"
    ),
    "text.reference": Row(
        ERROR,
        "This is a reference to a secret, not the secret",
        "Whatever should have put the value in its place did not run. Paste the value, or start meshtui where the "
        "variable is set.",
        "{form}",
    ),
    "text.placeholder": Row(
        ERROR,
        "This is a placeholder, not a key",
        "Replace it by the real key; the example text was never changed, or the variable was unset.",
        "{form}",
    ),
    "text.masked": Row(
        ERROR,
        "This is the masked form that is shown on a page, not the key",
        "The whole key was shown once, when it was made. Take it from where it was stored, or make a new one.",
        "{where}",
    ),
    "text.too-long": Row(
        ERROR,
        "Longer than any key",
        "Paste only the key; something else was copied with it.",
        "{where}: {length} characters",
    ),
    "text.path": Row(
        ERROR,
        "This is the path of a file, not what is in it",
        "Load it as a file (--file), or paste what is in the file.",
        "it looks like a path ending in {ending}",
    ),
    "text.not-ascii": Row(
        ERROR,
        "A character that no key has stands in it",
        "Copy the key again from where it was made; word processors and chats turn hyphens and quotes into others.",
        "{where}: {character}",
    ),
    "text.odd-character": Row(
        WARNING,
        "A character that such keys do not have stands in it",
        "Compare it with the original; something was added when it was copied.",
        "{where}: {character}",
    ),
    "text.unrecognised": Row(
        ERROR,
        "Not recognised as any credential meshtui knows",
        "Known are OpenAI sk-…, Bedrock ABSK… or bedrock-api-key-…, an AWS key pair or Google service account as JSON, "
        "Mesh rsk_…. If it is one of them, write its variable before it, such as OPENAI_API_KEY=….",
        "{form}",
    ),
}

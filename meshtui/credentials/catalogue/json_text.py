"""What is told of JSON that cannot be read, and of JSON that can but is no credential. Nothing of it is guessed at."""

from meshtui.credentials.catalogue.row import ERROR, NOTE, WARNING, Row, Rows

_AT = "line {line}, column {column}: {there}"

ROWS: Rows = {
    "json.trailing-comma": Row(
        ERROR, "A comma stands before a closing bracket", "Remove that comma; JSON allows none there.", _AT
    ),
    "json.missing-comma": Row(
        ERROR, "A comma is missing between two entries", "Put a comma at the end of the entry before.", _AT
    ),
    "json.missing-colon": Row(ERROR, "A colon is missing after a name", 'Write "name": "value".', _AT),
    "json.single-quotes": Row(
        ERROR,
        "Quotes are single, as Python prints a dictionary",
        "JSON wants double quotes. Print it with json.dumps, or take the original file.",
        _AT,
    ),
    "json.smart-quotes": Row(
        ERROR,
        "Quotes are typographic ones",
        "Replace them by plain double quotes; a word processor or chat changed them. Better take the original file.",
        _AT,
    ),
    "json.comment": Row(ERROR, "A comment stands in it", "Remove it; JSON has no comments.", _AT),
    "json.unquoted": Row(ERROR, "A name or value stands without quotes", "Put double quotes around it.", _AT),
    "json.python-word": Row(
        ERROR,
        "A word of Python or JavaScript stands where JSON has another",
        "Write true, false or null in lower case.",
        _AT,
    ),
    "json.line-break": Row(
        ERROR,
        "A real line break stands inside a quoted text",
        "Inside quotes a line break is written \\n. In private_key this happens when the key is pasted by hand or "
        "printed with its escapes undone: take the original file.",
        _AT,
    ),
    "json.bad-escape": Row(
        ERROR,
        "A backslash is followed by what JSON does not know",
        "Write \\\\ for a backslash itself, \\n for a line break.",
        _AT,
    ),
    "json.open-string": Row(
        ERROR,
        "A quoted text is never closed",
        "The end was cut off, or a closing quote is missing. Copy it again whole.",
        _AT,
    ),
    "json.cut-off": Row(ERROR, "It ends before it is complete", "The end was cut off. Copy it again whole.", _AT),
    "json.more-behind": Row(
        ERROR, "More text stands behind the JSON", "Paste one JSON object and nothing behind it.", _AT
    ),
    "json.no-brace": Row(
        ERROR, "The opening brace is missing", "Copy the whole object, from {{ to }}.", "it begins with a quoted name"
    ),
    "json.bad": Row(ERROR, "It is not valid JSON", "Correct it there, or take the original file.", _AT),
    "json.deep": Row(
        ERROR, "It is nested far too deeply to be a credential", "Paste only the credential's own object.", "{where}"
    ),
    "json.duplicate": Row(
        WARNING,
        "A field stands in it twice; the last one counts",
        "Remove the one that is wrong: programs differ in which of the two they take.",
        "{field}",
    ),
    "json.spelt-twice": Row(
        WARNING,
        "The same field stands in it under two names with different values",
        "Remove one of them; the first was read here.",
        "{field}",
    ),
    "json.not-object": Row(ERROR, "It is JSON, but not an object", "Paste the object, from {{ to }}.", "it is {what}"),
    "json.unknown-form": Row(
        ERROR,
        "It is JSON, but none of the forms a credential has",
        'For AWS give "access_key_id", "secret_access_key" and "region"; for a Bedrock API key "credential_type": '
        '"bedrock_api_key", "api_key" and "region"; for Vertex the whole service account file.',
        "its fields: {fields}",
    ),
    "json.wrapped": Row(NOTE, "The credential stood inside another object; taken out here", "", "under {field}"),
    "field.missing": Row(ERROR, "The field {field} is missing", "Add it: {how}", "fields of {form}"),
    "field.empty": Row(ERROR, "The field {field} is empty", "Fill it: {how}", "field {field}"),
    "field.not-text": Row(ERROR, "The field {field} is not a text", "Put its value in double quotes.", "field {field}"),
    "field.white-space": Row(
        NOTE,
        "White space or quotes stood around a value; taken out here",
        "Correct it before you paste it into Mesh's form.",
        "field {field}",
    ),
    "field.credential-type": Row(
        WARNING,
        "credential_type does not fit the other fields",
        "Write {right}. A wrong credential_type fails silently at Mesh, hidden by the fallback.",
        "credential_type says one thing, the fields are those of {form}",
    ),
    "field.key-only": Row(
        NOTE,
        "Mesh takes this key as a bare text, not as JSON",
        "Paste only the key into Mesh's form.",
        "JSON with {field}",
    ),
}

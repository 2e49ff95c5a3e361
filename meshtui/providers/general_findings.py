"""Findings about the text itself, before anyone knows which credential it is; about where it lies (files, variables,
addresses that would send it elsewhere); and about JSON that cannot be read or is no credential.
"""

from meshtui.base.credential import ERROR, NOTE, WARNING, Row, Rows

_CLEAN = "Taken out here. Paste it without into Mesh's form: nothing says that Mesh takes it out as well."

TEXT_ROWS: Rows = {
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
        "Write it as plain text for other programs: Out-File -Encoding ascii, or utf8NoBOM in PowerShell 7.",
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
        "Load the others on their own, or let all variables of the file be read: meshtui check --env-file PATH.",
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
        "It was encoded in base64; decoded here",
        "Paste what is decoded into Mesh's form.",
        "the whole text",
    ),
    "text.base64-twice": Row(
        WARNING,
        "It is encoded in base64 below stringData:, where Kubernetes encodes it once more",
        "Write the key itself there, or put what is encoded below data:.",
        "stringData: above it",
    ),
    "text.base64-line-break": Row(
        WARNING,
        "What is encoded in base64 ends in a line break, which becomes part of the key",
        'Encode it without: printf %s "$KEY" | base64 -w0, as echo adds the line break.',
        "last byte of what is decoded",
    ),
    "text.array": Row(
        NOTE, "The JSON object stood in a list of one; taken out here", _CLEAN, "its first and last character"
    ),
    "text.comment": Row(NOTE, "A comment stood before the JSON; taken out here", _CLEAN, "its first line"),
    "text.percent": Row(
        WARNING,
        "The key is written as in an address, with percent signs; decoded here",
        "Copy the key itself: %3D stands for =, %2B for +, %2F for /.",
        "a percent sign, which no key has",
    ),
    "text.latin1": Row(
        WARNING, "It is not UTF-8; read as Latin-1", "Save it as UTF-8.", "a byte that UTF-8 has not so"
    ),
    "text.presigned": Row(
        ERROR,
        "This is a signed request of AWS's, not a key",
        "It opens what it was signed for, for minutes. A short-term Bedrock key begins with bedrock-api-key-.",
        "X-Amz- fields in {length} characters",
    ),
    "text.joined": Row(
        ERROR,
        "Two keys stand here without anything between them",
        "Paste one of them.",
        "the second begins at character {where}",
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


SOURCE_ROWS: Rows = {
    "file.missing": Row(
        ERROR,
        "There is no such file",
        "Check the path. In a container it is the one inside, and the file must be mounted there.",
        "{what}",
    ),
    "file.not-a-file": Row(
        ERROR,
        "This is {what}, not a file",
        "Give a regular file, or paste what it would hold. Where "
        "the file to mount is missing, Docker makes a folder of its name.",
        "its kind on disk",
    ),
    "file.unreadable": Row(
        ERROR, "The file cannot be read", "Check who owns it: ls -l tells; chmod u+r lets the owner read.", "{what}"
    ),
    "file.open": Row(
        WARNING,
        "Others on this machine may read the file",
        "chmod 600 on it; and if the machine is shared, make a new key.",
        "mode {mode}",
    ),
    "env.sent-unasked": Row(
        NOTE,
        "OpenAI's libraries also send {variable}, unasked",
        "Where it names another than the key's own, they get 401 mismatched. meshtui does not send it.",
        "environment variable {variable}",
    ),
    "env.bearer-beats-keys": Row(
        WARNING,
        "AWS_BEARER_TOKEN_BEDROCK is set and silently beats this key pair in AWS's libraries",
        "Unset the one you do not mean. meshtui tests each on its own.",
        "environment variable AWS_BEARER_TOKEN_BEDROCK",
    ),
    "env.shadowed": Row(
        WARNING,
        "It is not the one in use: {winner} comes before it",
        "Remove one of the two, so that you know which one you test.",
        "{place}",
    ),
    "env.shadows": Row(NOTE, "It hides another credential: {losers}", "Remove the one you do not mean.", "{place}"),
    "env.foreign-address": Row(
        ERROR,
        "{variable} would send this key to {host}, which is not {owner}'s: the key is not sent",
        "Unset {variable} if the key is {owner}'s. If it is that host's own key, meshtui cannot test it.",
        "environment variable {variable}",
    ),
    "env.loopback-address": Row(
        WARNING,
        "{variable} points to this machine; meshtui does not obey it and talks to {owner} itself",
        "Unset it, or use --sandbox for keys of a sandbox.",
        "environment variable {variable}",
    ),
    "env.sent-as-is": Row(
        WARNING,
        "Your program sends this as it stands, with {what}; meshtui removed it here",
        "Take it out where the variable is set: libraries clean nothing, so the service sees another key.",
        "{variable}",
    ),
    "env.sent-encoded": Row(
        WARNING,
        "Your program sends this as it stands, in base64; meshtui decoded it here",
        "Decode it where the variable is set. Kubernetes decodes what stands below data: once, and nothing of what "
        "stands below stringData:.",
        "{variable}",
    ),
    "env.public-prefix": Row(
        WARNING,
        "{variable} begins with {prefix}, so it is built into the page that every visitor loads",
        "Take the key back (make a new one), and name the variable without {prefix}: only the server may read it.",
        "the variable's name",
    ),
    "env.empty": Row(
        ERROR,
        "{variable} is set, to nothing",
        "Give it the key. A secret of GitHub Actions or a variable of Compose that does not exist gives this, and so "
        "does a pull request from a fork; no .env file replaces it.",
        "{variable} has no characters",
    ),
    "env.gateway-key": Row(
        ERROR,
        "This looks like the key of the gateway at {host}, not one of {owner}: it is not sent to {owner}",
        "Test it at that gateway. For a key of {owner}, unset {variable}.",
        "{variable} names that host, and the key has not the form of one of {owner}",
    ),
    "env.parts-apart": Row(
        WARNING,
        "The parts of this key pair come from different places: {first}, and {others}",
        "Set all parts in one place, and unset those of an older pair.",
        "environment and .env files together",
    ),
    "env.tilde": Row(
        WARNING,
        "{variable} begins with ~, which Google's libraries do not expand: they find no file",
        "Write the whole path, or $HOME in double quotes.",
        "environment variable {variable}",
    ),
    "env.two-profiles": Row(
        WARNING,
        "AWS_PROFILE and AWS_DEFAULT_PROFILE differ: boto3 takes the second, other SDKs of AWS the first",
        "Unset AWS_DEFAULT_PROFILE.",
        "environment",
    ),
    "dotenv.odd-line": Row(
        WARNING,
        "{file} has lines that loaders of .env files leave out: {lines}",
        "Write them as NAME=value, quotes closed on the same line.",
        "{file}, line {lines}",
    ),
    "dotenv.template": Row(
        ERROR,
        "{variable} in {file} is an expression that nothing has put a value in the place of",
        "Only the workflow's own file knows such expressions: let it write the file's value, or set the variable in "
        "its env: instead.",
        "{file}, line {line}: an expression in double braces",
    ),
    "dotenv.json-unquoted": Row(
        ERROR,
        "{variable} in {file} begins JSON over several lines, of which loaders take the first alone",
        "Put it on one line, or in single quotes from the first brace to the last.",
        "{file}, line {line}",
    ),
    "dotenv.docker": Row(
        NOTE,
        "docker run --env-file reads {variable} otherwise than Compose and python-dotenv: {how}",
        "Docker takes each line as it stands. Write NAME=value, without export, quotes and comment.",
        "{file}, line {line}",
    ),
    "dotenv.twice": Row(
        WARNING,
        "{variable} stands in {file} more than once; the last one counts",
        "Remove the others.",
        "{file}",
    ),
    "dotenv.encoding": Row(
        WARNING,
        "{file} is {encoding}; python-dotenv ends in an error, and Node reads other values",
        "Save it as UTF-8.",
        "its bytes",
    ),
    "dotenv.order": Row(
        WARNING,
        "Loaders of .env files take {variable} from different files: {order}",
        "Keep one of them, or put it into the environment, which comes before all files.",
        "{variable}",
    ),
    "env.two-regions": Row(
        NOTE,
        "AWS_REGION and AWS_DEFAULT_REGION differ; the first is used",
        "boto3 reads only AWS_DEFAULT_REGION, most other AWS libraries AWS_REGION. Make them equal.",
        "environment",
    ),
    "env.region-unread": Row(
        NOTE,
        "boto3 does not read AWS_REGION: {instead}",
        "Other AWS libraries do. Set AWS_DEFAULT_REGION as well, to the same.",
        "AWS_REGION is set, AWS_DEFAULT_REGION is not",
    ),
    "env.json-not-path": Row(
        WARNING,
        "GOOGLE_APPLICATION_CREDENTIALS holds the JSON itself; Google's libraries want the path of a file there",
        "They fail with an error that prints the whole private key. Put the JSON into a file of mode 600 and its path "
        "into the variable.",
        "environment variable GOOGLE_APPLICATION_CREDENTIALS",
    ),
    "env.google-api-key": Row(
        NOTE,
        "{variable} is set; Google's libraries may send it instead of this account",
        "Vertex AI answers it with 401 API keys are not supported. Unset it.",
        "environment variable {variable}",
    ),
    "env.project-differs": Row(
        NOTE,
        "GOOGLE_CLOUD_PROJECT names {other}, the file names {project}",
        "Libraries take the variable's project, Mesh the file's. Make them equal, or know which one you test.",
        "environment variable GOOGLE_CLOUD_PROJECT",
    ),
    "env.profile-unknown": Row(
        WARNING,
        "{variable} names a profile that no AWS configuration file has",
        "boto3 then refuses even good keys. Unset it, or correct the name.",
        "environment variable {variable}",
    ),
}


_AT = "line {line}, column {column}: {there}"

JSON_ROWS: Rows = {
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

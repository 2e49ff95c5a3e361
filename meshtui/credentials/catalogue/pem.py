"""What is told of the private key inside a service account.

Which library takes what was tried with google-auth 2.62 and Node 20.
"""

from meshtui.credentials.catalogue.row import ERROR, NOTE, WARNING, Row, Rows

_FILE = "Take private_key from the file that Google gave, or make a new key: gcloud iam service-accounts keys create."

ROWS: Rows = {
    "pem.escaped-newlines": Row(
        WARNING,
        "The private key has \\n as two characters where line breaks belong; mended here",
        "google-auth and Node both refuse it so. It was escaped once too often, mostly by an environment variable: "
        "paste the original file into Mesh's form.",
        "field private_key",
    ),
    "pem.one-line": Row(
        WARNING,
        "The private key's line breaks are lost; mended here",
        "google-auth takes it, Node and OpenSSL do not, and what Mesh does is not documented: paste the original file.",
        "field private_key",
    ),
    "pem.surrounded": Row(
        WARNING,
        "Something stands around the private key; taken out here",
        "Paste the original file: Node and OpenSSL refuse a key with anything beside its BEGIN line.",
        "field private_key, {where}",
    ),
    "pem.no-begin": Row(
        ERROR,
        "The private key has no BEGIN line",
        _FILE,
        "field private_key: -----BEGIN PRIVATE KEY----- stands nowhere",
    ),
    "pem.no-end": Row(
        ERROR,
        "The private key is cut off: it has no END line",
        _FILE,
        "field private_key: no -----END PRIVATE KEY----- after the BEGIN line",
    ),
    "pem.truncated": Row(
        ERROR, "The private key is cut off in its middle", _FILE, "field private_key: {have} bytes of {want}"
    ),
    "pem.too-long": Row(
        ERROR,
        "The private key has more in it than one key",
        _FILE,
        "field private_key: {have} bytes where its own header says {want}",
    ),
    "pem.character": Row(
        ERROR,
        "A character that no private key has stands in it",
        _FILE,
        "field private_key, line {line}: {character}",
    ),
    "pem.base64": Row(
        ERROR,
        "The private key's base64 text has lost or gained characters",
        _FILE,
        "field private_key: {length} characters",
    ),
    "pem.damaged": Row(
        ERROR,
        "The private key is damaged: its length is right, its numbers do not fit together",
        "One or more characters were changed. Node would sign with it all the same, and Google answer Invalid JWT "
        "Signature. " + _FILE,
        "field private_key",
    ),
    "pem.encrypted": Row(
        ERROR,
        "The private key is encrypted with a passphrase",
        "Google's keys are not. " + _FILE,
        "field private_key: {label}",
    ),
    "pem.public": Row(ERROR, "This is a public key, not the private one", _FILE, "field private_key: BEGIN {label}"),
    "pem.certificate": Row(
        ERROR, "This is a certificate, not a private key", _FILE, "field private_key: BEGIN {label}"
    ),
    "pem.not-rsa": Row(
        ERROR,
        "The private key is not an RSA key ({what})",
        "Google's service accounts sign with RSA. " + _FILE,
        "field private_key",
    ),
    "pem.other": Row(
        ERROR, "This is another kind of PEM, not Google's private key", _FILE, "field private_key: BEGIN {label}"
    ),
    "pem.pkcs1": Row(
        NOTE,
        "The private key was converted: Google gives it as BEGIN PRIVATE KEY",
        "It works in google-auth. If Mesh refuses it, paste the original file.",
        "field private_key: BEGIN RSA PRIVATE KEY",
    ),
    "pem.short": Row(
        WARNING,
        "The RSA key has only {bits} bits",
        "Google makes 2048 unless asked for less. Make a new key of 2048 bits.",
        "field private_key",
    ),
}

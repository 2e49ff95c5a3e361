"""Findings about a Google service account and its private key, and about Google's other JSON files and keys that
people take for one.

Which library takes what was tried with google-auth 2.62 and Node 20. The six `type` values are those google-auth
knows; the other shapes are Google's OAuth and Firebase downloads.
"""

from meshtui.base.credential import ERROR, NOTE, WARNING, Row, Rows

_FILE = "Take private_key from the file that Google gave, or make a new key: gcloud iam service-accounts keys create."

PRIVATE_KEY_ROWS: Rows = {
    "pem.escaped-newlines": Row(
        WARNING,
        "The private key has \\n as two characters where line breaks belong; repaired here",
        "google-auth and Node both refuse it so. It was escaped once too often, mostly by an environment variable: "
        "paste the original file into Mesh's form.",
        "field private_key",
    ),
    "pem.one-line": Row(
        WARNING,
        "The private key's line breaks are lost; repaired here",
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


_NEW = (
    "Make a service account key: gcloud iam service-accounts keys create key.json --iam-account NAME@PROJECT.iam."
    "gserviceaccount.com."
)


def _make_other_row(title: str, proof: str, why: str = "") -> Row:
    return Row(ERROR, title, (why + " " if why else "") + "Mesh takes only a service account key. " + _NEW, proof)


SERVICE_ACCOUNT_ROWS: Rows = {
    "google.authorized-user": _make_other_row(
        "A person's gcloud login (authorized_user), not a service account",
        "field type",
        "It ends when the login ends, and belongs to a person.",
    ),
    "google.external-account": _make_other_row(
        "A workload identity federation file (external_account): it holds no secret of its own",
        "field type",
        "It works only where its outside identity is present, which Mesh is not.",
    ),
    "google.external-user": _make_other_row("A workforce login (external_account_authorized_user)", "field type"),
    "google.impersonated": _make_other_row(
        "An impersonation file (impersonated_service_account): it points to another credential", "field type"
    ),
    "google.gdch": _make_other_row(
        "A key of Google Distributed Cloud (gdch_service_account), which Vertex does not know", "field type"
    ),
    "google.oauth-client": _make_other_row(
        "An OAuth client of an app, not a service account", "its outermost field is {field}"
    ),
    "google.firebase-config": _make_other_row(
        "A Firebase web configuration: public, and no secret for Vertex", "fields apiKey and authDomain"
    ),
    "google.google-services": _make_other_row(
        "A google-services.json of a mobile app", "fields project_info and client"
    ),
    "google.other-type": _make_other_row("A Google file of the type {type}, not a service account", "field type"),
    "google.api-key": _make_other_row(
        "A Google API key (Gemini or Maps), not a service account",
        "{sign}",
        "Mesh's form takes the JSON file; Vertex AI itself takes API keys at some addresses only.",
    ),
    "google.access-token": _make_other_row(
        "A Google access token, which lives an hour at most",
        "prefix ya29.",
        "It would be dead in Mesh within the hour.",
    ),
    "google.id-token": _make_other_row("A Google identity token, not a key", "a JWT issued by accounts.google.com"),
    "google.client-secret": _make_other_row("The secret of a Google OAuth client", "prefix GOCSPX-"),
    "google.refresh-token": _make_other_row("A Google refresh token", "prefix 1//"),
    "vertex.pem-alone": Row(
        ERROR,
        "Only the private key of a service account; the rest of the file is missing",
        "Paste the whole JSON file, from {{ to }}.",
        "it begins with a BEGIN line",
    ),
    "vertex.email-alone": Row(
        ERROR, "Only the e-mail address of a service account, not its key", _NEW, "it ends in gserviceaccount.com"
    ),
    "vertex.type-missing": Row(
        WARNING,
        "The field type is missing",
        'Add "type": "service_account"; Google\'s libraries look for it.',
        "fields private_key and client_email are there",
    ),
    "vertex.spelling": Row(
        WARNING,
        "The fields are spelt otherwise than in Google's file; read all the same",
        "Paste Google's own file into Mesh's form: client_email, private_key, project_id.",
        "{fields}",
    ),
    "vertex.project-mismatch": Row(
        WARNING,
        "The e-mail belongs to the project {email_project}, the file names {project}",
        "If that is meant, the account needs roles/aiplatform.user in {project}. Otherwise two files were mixed.",
        "fields client_email and project_id",
    ),
    "vertex.project-missing": Row(
        WARNING,
        "The field project_id is missing; {project} is read from the e-mail",
        "Add it: Mesh asks for the full file.",
        "field client_email",
    ),
    "vertex.project-number": Row(
        NOTE,
        "project_id is a project's number, not its id",
        "It works in addresses; Google's own file has the id.",
        "field project_id",
    ),
    "vertex.project-shape": Row(
        WARNING,
        "project_id does not look like a project's id",
        "An id has 6 to 30 small letters, digits and hyphens. With spaces or capitals it is the display name: "
        "gcloud projects list shows both.",
        "field project_id",
    ),
    "vertex.project-unsafe": Row(
        ERROR,
        "project_id holds characters that no project's id has",
        "Write the id as gcloud projects list shows it; it becomes part of an address.",
        "field project_id",
    ),
    "vertex.email-shape": Row(
        ERROR,
        "client_email is not an e-mail address",
        "Take it from the original file; it ends in gserviceaccount.com.",
        "field client_email",
    ),
    "vertex.email-foreign": Row(
        WARNING,
        "client_email is not a service account's address",
        "It should end in gserviceaccount.com; a person's address cannot sign in with a key.",
        "field client_email",
    ),
    "vertex.default-account": Row(
        NOTE,
        "A default service account of Google's",
        "Its address does not name the project, so the two could not be compared.",
        "field client_email",
    ),
    "vertex.key-id-missing": Row(
        WARNING,
        "private_key_id is missing",
        "It can sign in, but nobody can look up whether Google still has this key. Take the original file.",
        "fields of the file",
    ),
    "vertex.key-id-shape": Row(
        WARNING,
        "private_key_id is not 40 hexadecimal digits; left out here",
        "Take it from the original file.",
        "field private_key_id: {length} characters",
    ),
    "vertex.token-uri-foreign": Row(
        ERROR,
        "token_uri points to {host}, which is not Google's: the key is not sent",
        "Whoever gets what is signed there could use it at Google for an hour. Take the original file, where it is "
        "https://oauth2.googleapis.com/token, and ask who changed it.",
        "field token_uri",
    ),
    "vertex.token-uri-old": Row(
        NOTE,
        "token_uri is one of Google's older addresses",
        "meshtui uses https://oauth2.googleapis.com/token.",
        "field token_uri",
    ),
    "vertex.token-uri-loopback": Row(
        NOTE,
        "token_uri points to this machine, as a sandbox's does",
        "Do not paste this file into Mesh's form.",
        "field token_uri",
    ),
    "vertex.token-uri-missing": Row(
        WARNING,
        "token_uri is missing; Google's own is assumed",
        'Add "token_uri": "https://oauth2.googleapis.com/token": Google\'s libraries refuse the file without it.',
        "fields of the file",
    ),
    "vertex.universe": Row(
        ERROR,
        "The key belongs to another cloud: {universe}",
        "Vertex AI at googleapis.com does not know it. " + _NEW,
        "field universe_domain",
    ),
    "vertex.missing": Row(
        ERROR,
        "The field {field} is missing",
        "Paste Google's whole file: it was copied in part or edited.",
        "fields of the service account",
    ),
}

ROWS: Rows = {**PRIVATE_KEY_ROWS, **SERVICE_ACCOUNT_ROWS}

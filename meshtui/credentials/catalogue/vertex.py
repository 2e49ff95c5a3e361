"""What is told of a Google service account, and of Google's other JSON files and keys that people take for one.

The six `type` values are those google-auth knows; the other shapes are Google's OAuth and Firebase downloads.
"""

from meshtui.credentials.catalogue.row import ERROR, NOTE, WARNING, Row, Rows

_NEW = (
    "Make a service account key: gcloud iam service-accounts keys create key.json --iam-account NAME@PROJECT.iam."
    "gserviceaccount.com."
)


def _other(title: str, proof: str, why: str = "") -> Row:
    return Row(ERROR, title, (why + " " if why else "") + "Mesh takes only a service account key. " + _NEW, proof)


ROWS: Rows = {
    "google.authorized-user": _other(
        "A person's gcloud login (authorized_user), not a service account",
        "field type",
        "It ends when the login ends, and belongs to a person.",
    ),
    "google.external-account": _other(
        "A workload identity federation file (external_account): it holds no secret of its own",
        "field type",
        "It works only where its outside identity is present, which Mesh is not.",
    ),
    "google.external-user": _other("A workforce login (external_account_authorized_user)", "field type"),
    "google.impersonated": _other(
        "An impersonation file (impersonated_service_account): it points to another credential", "field type"
    ),
    "google.gdch": _other(
        "A key of Google Distributed Cloud (gdch_service_account), which Vertex does not know", "field type"
    ),
    "google.oauth-client": _other("An OAuth client of an app, not a service account", "its outermost field is {field}"),
    "google.firebase-config": _other(
        "A Firebase web configuration: public, and no secret for Vertex", "fields apiKey and authDomain"
    ),
    "google.google-services": _other("A google-services.json of a mobile app", "fields project_info and client"),
    "google.other-type": _other("A Google file of the type {type}, not a service account", "field type"),
    "google.api-key": _other(
        "A Google API key (Gemini or Maps), not a service account", "{sign}", "Vertex AI answers it with 401."
    ),
    "google.access-token": _other(
        "A Google access token, which lives an hour at most",
        "prefix ya29.",
        "It would be dead in Mesh within the hour.",
    ),
    "google.id-token": _other("A Google identity token, not a key", "a JWT issued by accounts.google.com"),
    "google.client-secret": _other("The secret of a Google OAuth client", "prefix GOCSPX-"),
    "google.refresh-token": _other("A Google refresh token", "prefix 1//"),
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

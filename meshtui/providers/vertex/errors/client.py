"""Google's client libraries: what they say when the key cannot be used or is not found.

The same broken private key is told three ways: by Python's cryptography, by Node with OpenSSL 3, and by older OpenSSL.
Sentences from google-auth for Python and Node, cryptography, OpenSSL.
"""

from __future__ import annotations

from meshtui.explain.model import Rule
from meshtui.providers.vertex import fixes as google_key
from meshtui.providers.vertex import fixes as google_project

_FORM = "https://docs.cloud.google.com/iam/docs/keys-create-delete"
_PEM = "https://cryptography.io/en/latest/faq/#why-can-t-i-import-my-pem-file"
_ADC = "https://docs.cloud.google.com/docs/authentication/application-default-credentials"
_PRIVATE = "Nothing was sent: the private_key in the file cannot be read, so Google has not judged it."

_NO_JSON = (
    "not a valid json file", "jsondecodeerror", "utf-8 bom", "expecting value: line", "in json at position",
    "is not valid json", "unexpected end of json", "expecting property name", "extra data: line",
    "invalid control character", "invalid \\escape", "unexpected token", "parse json", "looking for beginning of value",
)  # fmt: skip
"""How libraries say that a text is no JSON. Of a credential's text they say so, and of anything else."""

# The private key.
PEM = (
    Rule(
        "vertex.pem-escaped", "credential_malformed", says=("invalid symbol 92", "invalid byte 92"),
        headline="The private key's line breaks are the two characters \\n instead of real line breaks",
        not_this=_PRIVATE, reference=_PEM,
    ),
    Rule(
        "vertex.pem-public", "credential_wrong_kind", says=("no begin/end delimiters for a private key found",),
        also=("credential_malformed",),
        headline="The PEM in private_key is not a private key",
        not_this="Nothing was sent: a public key or a certificate stands where the private key belongs.",
        steps=google_key.PASTE_FILE, reference=_PEM,
    ),
    Rule(
        "vertex.pem-encrypted", "credential_malformed",
        says=("private key is encrypted", "bad decrypt", "unsupported encryption"), also=("credential_wrong_kind",),
        headline="The private key is encrypted; Google's files never are",
        not_this=_PRIVATE, reference=_FORM,
    ),
    Rule(
        "vertex.pem-curve", "credential_wrong_kind",
        pattern=r"ecprivatekey|expected (?:private|rsa) key|not an rsa (?:private )?key|key type .{0,40}(?:rsa|rs256)",
        says=("ecprivatekey", "expected private key", "expected rsa key", "not an rsa", "key type"),
        also=("credential_malformed",),
        headline="The private key is not an RSA key; Google's service accounts have RSA keys",
        not_this=_PRIVATE, steps=google_key.PASTE_FILE, reference=_FORM,
    ),
    Rule(
        "vertex.pem-empty", "credential_malformed",
        says=("no key provided to sign", "secretorprivatekey must have a value"),
        certainty="likely", also=("credential_missing",),
        headline="The private key is empty",
        not_this=_PRIVATE, reference=_FORM,
    ),
    Rule(
        "vertex.pem-unreadable", "credential_malformed",
        says=("unable to load pem file", "could not deserialize key data", "no key could be detected",
              "decoder routines", "pem routines", "no start line", "malformedframing", "invaliddata(",
              "private key from pem", "parse private key", "parse the private key", "asn1 encoding routines",
              "error:1e08010c", "error:0909006c", "not enough data", "asn.1 pars", "wrong tag", "invalidcharactererror",
              "invalid private key", "private key is invalid", "secretorprivatekey",
              "must be pkcs8", "pkcs#8", "invalid pem", "bad base64 decode", "key must be pem"),
        status=(0, 500),
        headline="The private key cannot be read",
        not_this=_PRIVATE, reference=_PEM,
    ),
)  # fmt: skip

# The file around it.
FILE = (
    Rule(
        "vertex.file-is-text", "credential_malformed",
        pattern=r"(?:file|open|stat|access) [`'\"]?\{.{0,4000}(?:was not found|no such file|name too long)"
                r"|(?:no such file or directory|name too long), (?:open|l?stat|access) [`'\"]?\{",
        says=("was not found", "no such file", "name too long"), also=("credential_missing",),
        headline="The key's text was given where the path of its file belongs",
        not_this="Careful: this message repeats the whole private key. Do not pass it on.",
        steps=google_key.PATH_NOT_TEXT, reference=_ADC,
    ),
    Rule(
        "vertex.file-kind", "credential_wrong_kind",
        pattern=r"does not have a valid type|type is (?:none|[`'\"]?\w*[`'\"]?), expected one of"
                r"|unknown credential type",
        says=("valid type", "expected one of", "unknown credential type"), also=("credential_malformed",),
        headline="This JSON is not a Google credential file: its type is missing or another",
        not_this="Nothing was sent.", reference=_ADC,
    ),
    Rule(
        "vertex.file-other", "credential_wrong_kind",
        pattern=r"missing fields? (?P<missing>\w+, [\w, ]+)", says=("missing field",), also=("credential_malformed",),
        certainty="likely",
        headline="This JSON is not a service account's: {missing} are missing",
        not_this="Nothing was sent.", reference=_FORM,
    ),
    Rule(
        "vertex.file-field", "credential_malformed",
        pattern=r"(?:missing fields?|must contain an?|does not contain an?|no|missing"
                r"|the) [`'\"]?(?P<missing>client_email"
                r"|private_key|token_uri|client_id|refresh_token|project_id)[`'\"]?(?: field| property|\s*$|\.)",
        says=("client_email", "private_key", "token_uri", "refresh_token", "client_id", "project_id"), status=(0,),
        certainty="likely", also=("credential_missing", "credential_wrong_kind"),
        headline="The file lacks {missing}",
        not_this="Nothing was sent.", steps=google_key.RIGHT_FILE, reference=_FORM,
    ),
    Rule(
        "vertex.file-json", "credential_malformed", says=_NO_JSON, status=(0,),
        pattern=r"service[ _]?account|credential|key ?file|\.json\b|private_key|google\.auth",
        headline="The credential is not valid JSON",
        not_this="Nothing was sent.", reference=_FORM,
    ),
    Rule(
        "vertex.json-unreadable", "credential_malformed", says=_NO_JSON, status=(0,), certainty="likely",
        also=("request_invalid", "provider_error", "unknown"),
        headline="The credential is not valid JSON",
        not_this="Nothing was sent.", reference=_FORM,
    ),
    Rule(
        "vertex.credentials-object", "credential_malformed", status=(0,), certainty="likely", who="caller",
        pattern=r"'(?P<kind>\w{1,40})' object has no attribute '(?:before_request|authorize|with_scopes|signer|refresh"
                r"|create_scoped|universe_domain)'",
        says=("object has no attribute",), also=("credential_wrong_kind", "request_invalid"),
        headline="The program gave Google's library a {kind} where a credentials object belongs",
        not_this="Nothing was sent, so nothing was refused.",
        steps=google_key.CREDENTIALS_OBJECT, reference=_ADC,
    ),
    Rule(
        "vertex.file-absent", "credential_missing",
        pattern=r"(?:file|path|enoent).{0,300}(?:was not found|no such file|does not exist|cannot be read)"
                r"|no such file",
        says=("was not found", "no such file", "does not exist", "cannot be read"), status=(0,),
        also=("credential_malformed", "request_invalid"), certainty="likely",
        headline="The file with the key is not where the program looks for it",
        not_this="Nothing was sent.", steps=google_key.FILE_PATH, reference=_ADC,
    ),
)  # fmt: skip

# No credential on this machine, or a login that ran out.
FOUND = (
    Rule(
        "vertex.login-again", "credential_expired",
        says=("gcloud auth application-default login to reauthenticate", "gcloud auth login to reauthenticate",
              "please run `gcloud auth", "to reauthenticate", "refreshing your current auth tokens",
              "does not have any valid credentials"),
        headline="The gcloud login on this machine has expired",
        not_this="No service-account key ever gets this answer: this is a user's login.",
        steps=google_key.LOGIN_AGAIN, reference=_ADC,
    ),
    Rule(
        "vertex.credentials-none", "credential_missing",
        says=("default credentials were not found", "could not load the default credentials",
              "could not automatically determine credentials", "unable to authenticate your request",
              "default credentials not found", "default credentials are not available",
              "metadata server unavailable", "metadata from the google compute engine",
              "could not find default credentials", "no credentials provided", "no key or keyfile set",
              "noauthmethod"),
        headline="Google's library found no credentials on this machine",
        not_this="Nothing was sent, so nothing was refused.",
        steps=google_key.NO_CREDENTIALS, reference=_ADC,
    ),
    Rule(
        "vertex.metadata-server", "credential_missing", says=("metadata.google.internal",), status=(0,),
        certainty="likely", also=("connection_failed", "network_blocked"),
        headline="No key was given, and no Google machine is there to ask for one",
        not_this="Nothing was sent to Vertex AI, so nothing was refused.",
        steps=google_key.NO_CREDENTIALS, reference=_ADC,
    ),
    Rule(
        "vertex.project-none", "request_invalid",
        says=("unable to detect a project id", "project id could not be determined", "project was not passed",
              "unable to find your project", "no project id could be determined", "missing project"),
        status=(0,), also=("account_mismatch", "credential_missing"), certainty="likely",
        headline="No Google Cloud project is set",
        not_this="Nothing was sent, so nothing was refused.",
        steps=google_project.SET_PROJECT, reference=_ADC,
    ),
)  # fmt: skip

RULES: tuple[Rule, ...] = tuple(rule._replace(local=True) for rule in (*PEM, *FILE, *FOUND))

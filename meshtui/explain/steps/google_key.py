"""What to do about the key: the service account, its file, its token, and the login it may be mistaken for.

Commands are those of the gcloud CLI. Rows ask for these by name through `steps.vertex`.
"""

from __future__ import annotations

from meshtui.explain.model import Step

_CREATE = "gcloud iam service-accounts keys create key.json --iam-account <email>"
_CHECK = Step("Let meshtui read the file offline: PEM, fields, e-mail, token_uri.", "meshtui check")
_SERVICE_ACCOUNTS = "https://console.cloud.google.com/iam-admin/serviceaccounts?project={project}"

# The service account's key.
KEY_LISTED: tuple[Step, ...] = (
    Step("See whether the file's private_key_id is among the account's keys; if not, the key was deleted.",
         "gcloud iam service-accounts keys list --iam-account <email>"),
    Step("The same without any permission: Google publishes the living keys of every account.",
         "curl -s https://www.googleapis.com/robot/v1/metadata/x509/<email>"),
    Step("If it is listed, private_key is damaged or of another file: one changed character signs wrongly."),
    Step("Otherwise make a new key and put it wherever the old one is used, Mesh included.", _CREATE),
)  # fmt: skip
ACCOUNT_EXISTS: tuple[Step, ...] = (
    Step("See whether the account still exists, and its e-mail is the one in the file.",
         "gcloud iam service-accounts list --project {project}", _SERVICE_ACCOUNTS),
    Step("Deleted within the last 30 days it can come back.",
         "gcloud beta iam service-accounts undelete <unique-id>"),
)  # fmt: skip
ENABLE_ACCOUNT: tuple[Step, ...] = (
    Step("Enable the service account again.", "gcloud iam service-accounts enable <email>", _SERVICE_ACCOUNTS),
    Step("If it is not disabled itself, its project may be shut: look there too.",
         "gcloud projects describe {project}"),
)  # fmt: skip
PASTE_FILE: tuple[Step, ...] = (
    Step("Give the downloaded JSON file as it is; copying single fields breaks the key's line breaks."),
    _CHECK,
    Step("If the file itself is damaged make a new key; Google cannot show an old one again.", _CREATE),
)
RIGHT_FILE: tuple[Step, ...] = (
    Step("Download a service account's JSON key: its type is service_account. A Firebase configuration, an OAuth "
         "client "
         "or gcloud's own login is something else.", _CREATE),
    _CHECK,
)  # fmt: skip
PATH_NOT_TEXT: tuple[Step, ...] = (
    Step("Write the text to a file that only you can read, and set the variable to its path.",
         "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
    Step("If the message was logged or shown, the key is out: delete it and make a new one.", _CREATE),
)  # fmt: skip
CREDENTIALS_OBJECT: tuple[Step, ...] = (
    Step("Build the object from the file: google.oauth2.service_account.Credentials.from_service_account_file(path)."),
    Step("Or pass no credentials and name the file in the environment.",
         "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
)  # fmt: skip
FILE_PATH: tuple[Step, ...] = (
    Step("See where the variable points, as the program's own user and inside its container.",
         "ls -l \"$GOOGLE_APPLICATION_CREDENTIALS\""),
)  # fmt: skip
KEY_POLICY: tuple[Step, ...] = (
    Step("Ask the organization's policy administrator for an exception for this project.",
         "gcloud resource-manager org-policies describe iam.disableServiceAccountKeyCreation --project {project} "
         "--effective"),
    Step("Or use workload identity federation; Mesh's BYOK form, though, takes a key only."),
)  # fmt: skip

# The request for a token.
TOKEN_URI: tuple[Step, ...] = (
    Step("token_uri in the file has to be https://oauth2.googleapis.com/token; the JWT's aud the same.",
         "meshtui check"),
    Step("If it is, see that no proxy or captive portal answers in Google's place.",
         "curl -si -X POST https://oauth2.googleapis.com/token"),
)  # fmt: skip
SCOPE: tuple[Step, ...] = (
    Step("Ask for the scope https://www.googleapis.com/auth/cloud-platform and fetch a new token."),
    Step("On a virtual machine the scopes are the machine's.",
         "gcloud compute instances describe <machine> --format=value(serviceAccounts[].scopes)"),
)  # fmt: skip
NO_SUBJECT: tuple[Step, ...] = (
    Step("Leave the subject (sub, subject, delegated user) out: Vertex AI needs no delegation."),
    Step("If it is meant, a Workspace administrator has to allow this client the scope.",
         url="https://admin.google.com/ac/owl/domainwidedelegation"),
)  # fmt: skip
GRANT_UNKNOWN: tuple[Step, ...] = (
    Step("Look at the clock first.", "timedatectl status"),
    Step("Then at the account's e-mail and its keys.", "gcloud iam service-accounts keys list --iam-account <email>"),
    Step("If the file is a user's login (type authorized_user), sign in again.",
         "gcloud auth application-default login"),
)  # fmt: skip
TOKEN_CREATOR: tuple[Step, ...] = (
    Step("Let this identity make tokens for the target account.",
         "gcloud iam service-accounts add-iam-policy-binding <target-email> --member serviceAccount:<email> "
         "--role roles/iam.serviceAccountTokenCreator"),
    Step("See that the target's e-mail is spelt right: Google answers the same for one that does not exist."),
)  # fmt: skip

# A user's login, federation.
LOGIN_AGAIN: tuple[Step, ...] = (
    Step("Sign in again.", "gcloud auth application-default login"),
    Step("For anything that runs by itself, Mesh included, use a service account's key: it has no login to run out."),
)
NOT_A_CLIENT: tuple[Step, ...] = (
    Step("Use a service account's key file; this one belongs to an OAuth client.", _CREATE),
    Step("If the client is meant, look at it in the console.",
         url="https://console.cloud.google.com/apis/credentials?project={project}"),
)  # fmt: skip
FEDERATION: tuple[Step, ...] = (
    Step("Compare audience in the file with the pool and provider, and see that both are enabled.",
         "gcloud iam workload-identity-pools providers list --location global --workload-identity-pool <pool>"),
    Step("The provider's attribute condition decides who is let in.",
         url="https://console.cloud.google.com/iam-admin/workload-identity-pools?project={project}"),
)  # fmt: skip

# What travels with the call.
SEND_TOKEN: tuple[Step, ...] = (
    Step("Send an OAuth access token: Authorization: Bearer ya29.…, made from the service account's key."),
    Step("Try once with a token of your own.", "gcloud auth print-access-token"),
    Step("Have the library fetch it: give it the key file, no API key and no ID token.",
         "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
)  # fmt: skip
FRESH_TOKEN: tuple[Step, ...] = (
    Step("Fetch a new token from the same key: tokens live an hour.", "gcloud auth print-access-token"),
    Step("Keep the credential object, not the token: Google's libraries renew it in time."),
    Step("If new tokens are refused too, look at the clock.", "timedatectl status"),
)
NO_API_KEY: tuple[Step, ...] = (
    Step("Take the API key out: ?key=, x-goog-api-key, and these variables.",
         "unset GOOGLE_API_KEY GEMINI_API_KEY"),
    Step("Send an access token of a service account instead; Mesh takes its JSON key for Vertex AI."),
)  # fmt: skip
ONE_CREDENTIAL: tuple[Step, ...] = (
    Step("Send either the access token or the API key, not both: look at ?key= and x-goog-api-key beside "
         "Authorization.", "unset GOOGLE_API_KEY GEMINI_API_KEY"),
)  # fmt: skip
API_KEY: tuple[Step, ...] = (
    Step("Compare the key with the list; make a new one if it is not there.",
         url="https://console.cloud.google.com/apis/credentials?project={project}"),
    Step("For Vertex AI by Mesh an API key is no use: it takes a service account's JSON key."),
)  # fmt: skip
API_KEY_LIMITS: tuple[Step, ...] = (
    Step("Open the key and change its API or application restrictions.",
         url="https://console.cloud.google.com/apis/credentials?project={project}"),
)  # fmt: skip
NO_CREDENTIALS: tuple[Step, ...] = (
    Step("Give the program a key file.", "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
    Step("Or sign in on this machine.", "gcloud auth application-default login"),
)

"""What to do at Google Cloud: steps by name, which rules ask for, and by cause, for rules that name none.

Commands are those of the gcloud CLI.
"""

from __future__ import annotations

from meshtui.explain.model import Step, cite

_SOURCE_KEYS_LIST_GET = "https://docs.cloud.google.com/iam/docs/keys-list-get"
_SOURCE_SERVICE_ACCOUNT = "https://developers.google.com/identity/protocols/oauth2/service-account"
_SOURCE_SERVICE_ACCOUNTS_DISABLE_ENABLE = "https://docs.cloud.google.com/iam/docs/service-accounts-disable-enable"
_SOURCE_APPLICATION_DEFAULT_CREDENTIALS = (
    "https://docs.cloud.google.com/docs/authentication/application-default-credentials"
)
_SOURCE_RESTRICTING_SERVICE_ACCOUNTS = (
    "https://docs.cloud.google.com/resource-manager/docs/organization-policy/restricting-service-accounts"
)
_SOURCE_SERVICE_ACCOUNT_DELEGATINGAUTHORITY = (
    "https://developers.google.com/identity/protocols/oauth2/service-account#delegatingauthority"
)
_SOURCE_SERVICE_ACCOUNT_IMPERSONATION = "https://docs.cloud.google.com/iam/docs/service-account-impersonation"
_SOURCE_REAUTHENTICATION = "https://support.google.com/a/answer/9368756"
_SOURCE_FEDERATION = "https://docs.cloud.google.com/iam/docs/troubleshooting-workload-identity-federation"
_SOURCE_ACCOUNT_HELP = "https://support.google.com/accounts/answer/114129"
_SOURCE_AUTHENTICATION = "https://docs.cloud.google.com/docs/authentication"
_SOURCE_API_KEYS = "https://docs.cloud.google.com/docs/authentication/api-keys"
_SOURCE_ENABLE_DISABLE = "https://docs.cloud.google.com/service-usage/docs/enable-disable"
_SOURCE_MODIFY_PROJECT = "https://docs.cloud.google.com/billing/docs/how-to/modify-project"
_SOURCE_ACCESS_CONTROL = "https://docs.cloud.google.com/vertex-ai/docs/general/access-control"
_SOURCE_CREATING_MANAGING_PROJECTS = "https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects"
_SOURCE_USER_CREDS = "https://docs.cloud.google.com/docs/authentication/adc-troubleshooting/user-creds"
_SOURCE_ERRORS = "https://docs.cloud.google.com/apis/design/errors"
_SOURCE_PROJECT_SUSPENSION_GUIDELINES = (
    "https://docs.cloud.google.com/resource-manager/docs/project-suspension-guidelines"
)
_SOURCE_ORG_POLICY = "https://docs.cloud.google.com/resource-manager/docs/organization-policy/overview"
_SOURCE_PERIMETERS = "https://docs.cloud.google.com/vpc-service-controls/docs/troubleshooting"
_SOURCE_ORG_RESTRICTIONS = "https://docs.cloud.google.com/resource-manager/docs/organization-restrictions/overview"
_SOURCE_ERROR_CATALOGUE = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/troubleshooting"
_SOURCE_SERVICES_ON_OR_OFF = "https://support.google.com/a/answer/9197205"
_SOURCE_DENY_OVERVIEW = "https://docs.cloud.google.com/iam/docs/deny-overview"
_SOURCE_MODEL_VERSIONS = "https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions"
_SOURCE_INFERENCE = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"
_SOURCE_USE_PARTNER_MODELS = (
    "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/partner-models/use-partner-models"
)
_SOURCE_BILLING = "https://ai.google.dev/gemini-api/docs/billing"
_SOURCE_QUOTAS = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/quotas"
_SOURCE_ERROR_CODE_429 = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/error-code-429"
_SOURCE_CONFIGURE_SAFETY_FILTERS = (
    "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/configure-safety-filters"
)

_CREATE = "gcloud iam service-accounts keys create key.json --iam-account {email}"
_CHECK = Step("Let meshtui read the file offline: PEM, fields, e-mail, token_uri.", "meshtui check --offline")
_ASK_FOR_ONE = "gcloud auth application-default print-access-token >/dev/null && echo ok"
"""`gcloud auth print-access-token` would ask for gcloud's own account, and leave a living token on the screen."""
_IS_FILE = 'test -f "$GOOGLE_APPLICATION_CREDENTIALS" && echo file || echo no file'
"""Says nothing of what the variable holds: where that is the key itself, `ls` would print it in its error."""
_SERVICE_ACCOUNTS = "https://console.cloud.google.com/iam-admin/serviceaccounts?project={project}"

# The service account's key.
KEY_LISTED: tuple[Step, ...] = cite(
    _SOURCE_KEYS_LIST_GET,
    Step("See whether the file's private_key_id is among the account's keys, and not DISABLED; if it is absent, the "
         "key "
         "was deleted.",
         "gcloud iam service-accounts keys list --iam-account {email}"),
    Step("The same without any permission: Google publishes the living keys of every account.",
         "curl -s https://www.googleapis.com/robot/v1/metadata/x509/{email}"),
    Step("If it is listed as disabled, by a person or by Google after a leak, it can be enabled again.",
         "gcloud iam service-accounts keys enable {key_id} --iam-account {email}"),
    Step("If it is listed and enabled, private_key is damaged or of another file: one changed character signs "
         "wrongly."),
    Step("Otherwise make a new key and put it wherever the old one is used, Mesh included.", _CREATE),
)  # fmt: skip
ACCOUNT_EXISTS: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("See whether the account still exists, and its e-mail is the one in the file.",
         "gcloud iam service-accounts list --project {project}", _SERVICE_ACCOUNTS),
    Step("Deleted within the last 30 days it can come back, though not always.",
         "gcloud iam service-accounts undelete {client_id}"),
)  # fmt: skip
ENABLE_ACCOUNT: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNTS_DISABLE_ENABLE,
    Step("Enable the service account again.", "gcloud iam service-accounts enable {email}", _SERVICE_ACCOUNTS),
    Step("If it is not disabled itself, its project may be disabled: look there too.",
         "gcloud projects describe {project}"),
)  # fmt: skip
PASTE_FILE: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("Give the downloaded JSON file as it is; copying single fields breaks the key's line breaks."),
    _CHECK,
    Step("If the file itself is damaged make a new key; Google cannot show an old one again.", _CREATE),
)
RIGHT_FILE: tuple[Step, ...] = cite(
    _SOURCE_APPLICATION_DEFAULT_CREDENTIALS,
    Step("Download a service account's JSON key: its type is service_account. A Firebase configuration, an OAuth "
         "client "
         "or gcloud's own login is something else.", _CREATE),
    _CHECK,
)  # fmt: skip
PATH_NOT_TEXT: tuple[Step, ...] = cite(
    _SOURCE_APPLICATION_DEFAULT_CREDENTIALS,
    Step("Write the text to a file that only you can read, and set the variable to its path.",
         "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
    Step("If the message was logged or shown, the key is out: delete it.",
         "gcloud iam service-accounts keys delete {key_id} --iam-account {email}"),
    Step("Then make a new one.", _CREATE),
)  # fmt: skip
CREDENTIALS_OBJECT: tuple[Step, ...] = cite(
    _SOURCE_APPLICATION_DEFAULT_CREDENTIALS,
    Step("Build the object from the file: google.oauth2.service_account.Credentials.from_service_account_file(path)."),
    Step("Or pass no credentials and name the file in the environment.",
         "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
)  # fmt: skip
FILE_PATH: tuple[Step, ...] = cite(
    _SOURCE_APPLICATION_DEFAULT_CREDENTIALS,
    Step("See where the variable points, as the program's own user and inside its container.",
         _IS_FILE),
    Step("Where it holds the key's text in place of a path, write that to a file that only you can read."),
)  # fmt: skip
KEY_POLICY: tuple[Step, ...] = cite(
    _SOURCE_RESTRICTING_SERVICE_ACCOUNTS,
    Step("Ask the organization's policy administrator for an exception for this project. Two constraints do this: see "
         "which one is enforced.",
         "for name in iam.disableServiceAccountKeyCreation iam.managed.disableServiceAccountKeyCreation; do "
         "gcloud org-policies describe $name --project {project} --effective; done"),
    Step("Or use workload identity federation; Mesh's BYOK form, though, takes a key only."),
)  # fmt: skip

# The request for a token.
TOKEN_URI: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("token_uri in the file has to be https://oauth2.googleapis.com/token; the JWT's aud the same.",
         "meshtui check --offline"),
    Step("If it is, see that no proxy or captive portal answers in Google's place.",
         "curl -si -d '' https://oauth2.googleapis.com/token"),
)  # fmt: skip
SCOPE: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("Ask for the scope https://www.googleapis.com/auth/cloud-platform and fetch a new token."),
    Step("On a virtual machine the scopes are the machine's.",
         "gcloud compute instances describe {machine} --zone {zone} --format='value(serviceAccounts[].scopes)'"),
)  # fmt: skip
NO_SUBJECT: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT_DELEGATINGAUTHORITY,
    Step("Leave the subject (sub, subject, delegated user) out: Vertex AI needs no delegation."),
    Step("If it is meant, a Workspace administrator has to allow this client the scope.",
         url="https://admin.google.com/ac/owl/domainwidedelegation"),
)  # fmt: skip
GRANT_UNKNOWN: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("Look at the clock first.", "timedatectl status"),
    Step("Then at the account's e-mail and its keys.", "gcloud iam service-accounts keys list --iam-account {email}"),
    Step("If the file is a user's login (type authorized_user), sign in again.",
         "gcloud auth application-default login"),
)  # fmt: skip
TOKEN_CREATOR: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT_IMPERSONATION,
    Step("Let this identity make tokens for the target account.",
         "gcloud iam service-accounts add-iam-policy-binding {target_email} --member serviceAccount:{email} "
         "--role roles/iam.serviceAccountTokenCreator"),
    Step("See that the target's e-mail is spelt right: Google answers the same for one that does not exist."),
)  # fmt: skip

# A user's login, federation.
LOGIN_AGAIN: tuple[Step, ...] = cite(
    _SOURCE_REAUTHENTICATION,
    Step("Sign in again.", "gcloud auth application-default login"),
    Step("For anything that runs by itself, Mesh included, use a service account's key: it has no login to run out."),
)
NOT_A_CLIENT: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("Use a service account's key file; this one belongs to an OAuth client.", _CREATE),
    Step("If the client is meant, look at it in the console.",
         url="https://console.cloud.google.com/apis/credentials?project={project}"),
)  # fmt: skip
FEDERATION: tuple[Step, ...] = cite(
    _SOURCE_FEDERATION,
    Step("Compare audience in the file with the pool and provider, and see that both are enabled.",
         "gcloud iam workload-identity-pools providers list --location global "
         "--workload-identity-pool {pool}"),
    Step("The provider's attribute condition decides who is let in.",
         url="https://console.cloud.google.com/iam-admin/workload-identity-pools?project={project}"),
)  # fmt: skip

VALIDATE: tuple[Step, ...] = cite(
    _SOURCE_ACCOUNT_HELP,
    Step("Open the page that the answer names, signed in as this very account, and confirm it there.",
         url="{validation_page}"),
    Step("Where the answer names no page, look at the account's own security page.",
         url="https://myaccount.google.com/security-checkup"),
    Step("For anything that runs by itself use a service account's key: no person has to confirm it."),
)  # fmt: skip

# What travels with the call.
SEND_TOKEN: tuple[Step, ...] = cite(
    _SOURCE_AUTHENTICATION,
    Step("Send an OAuth access token: Authorization: Bearer ya29.…, made from the service account's key."),
    Step("See that the key still gives one; it is not shown.", _ASK_FOR_ONE),
    Step("Have the library fetch it: give it the key file, no API key and no ID token.",
         "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
)  # fmt: skip
FRESH_TOKEN: tuple[Step, ...] = cite(
    _SOURCE_AUTHENTICATION,
    Step(
        "Fetch a new token from the same key, with its file in GOOGLE_APPLICATION_CREDENTIALS: tokens live an hour.",
        _ASK_FOR_ONE,
    ),
    Step("Keep the credential object, not the token: Google's libraries renew it in time."),
    Step("If new tokens are refused too, look at the clock.", "timedatectl status"),
)
NO_API_KEY: tuple[Step, ...] = cite(
    _SOURCE_AUTHENTICATION,
    Step("Take the API key out: ?key=, x-goog-api-key, and these variables.",
         "unset GOOGLE_API_KEY GEMINI_API_KEY"),
    Step("Send an access token of a service account instead; Mesh takes its JSON key for Vertex AI."),
)  # fmt: skip
ONE_CREDENTIAL: tuple[Step, ...] = cite(
    _SOURCE_AUTHENTICATION,
    Step("Send either the access token or the API key, not both: look at ?key= and x-goog-api-key beside "
         "Authorization.", "unset GOOGLE_API_KEY GEMINI_API_KEY"),
)  # fmt: skip
API_KEY: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("Compare the key with the list; make a new one if it is not there.",
         url="https://console.cloud.google.com/apis/credentials?project={project}"),
    Step("For Vertex AI by Mesh an API key is no use: it takes a service account's JSON key."),
)  # fmt: skip
API_KEY_LIMITS: tuple[Step, ...] = cite(
    _SOURCE_API_KEYS,
    Step("Open the key and change its API or application restrictions.",
         url="https://console.cloud.google.com/apis/credentials?project={project}"),
)  # fmt: skip
NO_CREDENTIALS: tuple[Step, ...] = cite(
    _SOURCE_APPLICATION_DEFAULT_CREDENTIALS,
    Step("Give the program a key file.", "export GOOGLE_APPLICATION_CREDENTIALS=/path/to/key.json"),
    Step("Or sign in on this machine.", "gcloud auth application-default login"),
)


_CHECK_AGAIN = Step("Run the checks: they show how far this key still gets.", "meshtui check")
_MODELS = "https://console.cloud.google.com/vertex-ai/model-garden?project={project}"
_LOCATIONS = "https://docs.cloud.google.com/vertex-ai/generative-ai/docs/learn/locations"

# The project and who may use it.
ENABLE_API: tuple[Step, ...] = cite(
    _SOURCE_ENABLE_DISABLE,
    Step("Switch the API on that the answer names, then wait a few minutes.",
         "gcloud services enable {service} --project {project}",
         "https://console.cloud.google.com/apis/dashboard?project={project}"),
    Step("Is it generativelanguage.googleapis.com, then a Vertex AI credential was sent to the wrong host: "
         "aiplatform.googleapis.com is "
         "Vertex AI's. Without cloudresourcemanager.googleapis.com only a check is blind; models answer."),
    Step("If that is not the project you meant, set yours: Google charged {project}."),
)  # fmt: skip
BILLING: tuple[Step, ...] = cite(
    _SOURCE_MODIFY_PROJECT,
    Step("Link a living billing account, and pay what is open.",
         "gcloud billing projects link {project} --billing-account={billing_account}",
         "https://console.cloud.google.com/billing/linkedaccount?project={project}"),
    Step("Wait a few minutes after that."),
)  # fmt: skip
GRANT_USER: tuple[Step, ...] = cite(
    _SOURCE_ACCESS_CONTROL,
    Step("See that the project's id is right: Google answers the same for one that does not exist.",
         "gcloud projects describe {project}"),
    Step("Give the service account a role that holds {permission}; roles/aiplatform.user holds those that begin with "
         "aiplatform. only.",
         "gcloud projects add-iam-policy-binding {project} --member serviceAccount:{email} "
         "--role {role}"),
    Step("Ask Google what it may do, without calling the model. This needs the Cloud Asset API and its viewer role, "
         "and "
         "sees no deny policy.",
         "gcloud asset analyze-iam-policy --project {project} --identity serviceAccount:{email} "
         "--permissions {permission}"),
    _CHECK_AGAIN,
)  # fmt: skip
PROJECT_ID: tuple[Step, ...] = cite(
    _SOURCE_CREATING_MANAGING_PROJECTS,
    Step("Use the project's id (6 to 30 small letters, digits, hyphens), not its display name or a placeholder.",
         "gcloud projects list --format='value(projectId)'"),
    Step("For Mesh the id is project_id in the service account's file; it must be the project you mean.",
         "meshtui check --offline"),
    Step("If it is a foreign project, its owner has to give this account roles/aiplatform.user."),
)  # fmt: skip
QUOTA_PROJECT: tuple[Step, ...] = cite(
    _SOURCE_USER_CREDS,
    Step("Name the project to charge.", "gcloud auth application-default set-quota-project {project}"),
    Step("Or use a service account's key, which brings its own project; Mesh takes nothing else."),
    Step("If the header x-goog-user-project is set, leave it out or correct it."),
)
USE_PROJECT: tuple[Step, ...] = cite(
    _SOURCE_USER_CREDS,
    Step("Let the account charge the project.",
         "gcloud projects add-iam-policy-binding {project} --member serviceAccount:{email} "
         "--role roles/serviceusage.serviceUsageConsumer"),
    Step("Or leave the header x-goog-user-project out."),
)  # fmt: skip
UNDELETE: tuple[Step, ...] = cite(
    _SOURCE_ERRORS,
    Step("Within 30 days a project can come back.", "gcloud projects undelete {project}"),
    Step("Otherwise use a key of a living project."),
)
APPEAL: tuple[Step, ...] = cite(
    _SOURCE_PROJECT_SUSPENSION_GUIDELINES,
    Step("Look at the project's state and at the mail to its owners, and appeal there.",
         "gcloud projects describe {project}",
         "https://console.cloud.google.com/home/dashboard?project={project}"),
    Step("Until then use only a project that is no part of this."),
)  # fmt: skip
SET_PROJECT: tuple[Step, ...] = cite(
    _SOURCE_APPLICATION_DEFAULT_CREDENTIALS,
    Step("Set the project.", "export GOOGLE_CLOUD_PROJECT={project}"),
)

# Policies and networks.
POLICY: tuple[Step, ...] = cite(
    _SOURCE_ORG_POLICY,
    Step("Ask the organization's policy administrator to allow it, quoting {constraint} and the value in the answer.",
         "gcloud resource-manager org-policies list --project {project} --show-unset",
         "https://console.cloud.google.com/iam-admin/orgpolicies?project={project}"),
    Step("Or use a model, a location or a service that the policy leaves open."),
)  # fmt: skip
PERIMETER: tuple[Step, ...] = cite(
    _SOURCE_PERIMETERS,
    Step("Hand the id {uid} to the perimeter's administrator: with it the refusal is found in the audit log.",
         url="https://console.cloud.google.com/security/service-perimeter/troubleshoot;uniqueId={uid}"),
    Step("Or call from inside the perimeter. Mesh calls from Mesh's network, so an ingress rule has to let it in."),
)  # fmt: skip
ORG_RESTRICTION: tuple[Step, ...] = cite(
    _SOURCE_ORG_RESTRICTIONS,
    Step("Ask whoever runs the proxy to add the project's organization to X-Goog-Allowed-Resources."),
    Step("From another network the same key works."),
)
NETWORK: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CATALOGUE,
    Step("See whether the hosts answer from this machine.", "curl -sI https://oauth2.googleapis.com/token"),
    Step("Behind a proxy set HTTPS_PROXY; in a container or VPC look at DNS and the firewall."),
)

LOGIN_POLICY: tuple[Step, ...] = cite(
    _SOURCE_SERVICE_ACCOUNT,
    Step("Ask the Workspace administrator: API controls decide which programs may sign in.",
         url="https://admin.google.com/ac/owl"),
    Step("For anything that runs by itself use a service account's key: sign-in policies do not touch it."),
)  # fmt: skip
SERVICE_OFF: tuple[Step, ...] = cite(
    _SOURCE_SERVICES_ON_OR_OFF,
    Step("Ask the Workspace administrator to turn Google Cloud on for this user.",
         url="https://support.google.com/a/answer/9197205"),
)  # fmt: skip
IAM_DENY: tuple[Step, ...] = cite(
    _SOURCE_DENY_OVERVIEW,
    Step("Find the deny policy that names {permission}; its owner can make an exception.",
         "gcloud iam policies list --kind=denypolicies "
         "--attachment-point=cloudresourcemanager.googleapis.com/projects/{project}"),
    Step("Granting roles changes nothing: a deny policy wins over them."),
)  # fmt: skip
BEHIND_GOOGLE: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CATALOGUE,
    Step("Google's own checks had passed, so no role is missing. Open the model in Model Garden: access and terms.",
         url=_MODELS),
    Step("Otherwise read the sentence as Anthropic's own refusal.", url="https://platform.claude.com/docs/en/api/errors"),
)  # fmt: skip

# The model.
HOST: tuple[Step, ...] = cite(
    _LOCATIONS,
    Step("global is served by aiplatform.googleapis.com, us and eu by aiplatform.us.rep.googleapis.com and "
         "aiplatform.eu.rep.googleapis.com, a region by {region}-aiplatform.googleapis.com.", url=_LOCATIONS),
    Step("An unset variable makes a host such as undefined-aiplatform; host and locations/… in the path must agree."),
)  # fmt: skip
LOCATION: tuple[Step, ...] = cite(
    _LOCATIONS,
    Step("Ask for the model in locations/global first, then in a region that is listed for it.", url=_LOCATIONS),
    Step("For Mesh set region in the Vertex AI credential; left out it is global."),
)
MODEL_NAME: tuple[Step, ...] = cite(
    _SOURCE_MODEL_VERSIONS,
    Step("Compare the name with the list, version included; the newest Gemini models are in global, us and eu "
         "only. Gemini 2.0 and 2.5 have ended: take 3.5-flash, 3.5-flash-lite or 3.1-flash-lite.",
         url="https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions"),
    Step("Ask for the same model in locations/global: if it answers there, only the location was wrong."),
    Step("If it answers nowhere, open it in Model Garden and see whether it wants to be enabled.", url=_MODELS),
)  # fmt: skip
SUCCESSOR: tuple[Step, ...] = cite(
    _SOURCE_MODEL_VERSIONS,
    Step("Take {replacement} in its place; the page says which models are current, and until when.",
         url="https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/model-versions"),
    Step("The newest Gemini models are in global, us and eu only."),
)  # fmt: skip
SERVICE_AGENTS: tuple[Step, ...] = cite(
    _SOURCE_ACCESS_CONTROL,
    Step("Wait a few minutes and send the same request again: Google makes them when they are first needed."),
    Step("If it lasts, make them yourself.",
         "gcloud beta services identity create --service aiplatform.googleapis.com --project {project}"),
)  # fmt: skip
RIGHT_PUBLISHER: tuple[Step, ...] = cite(
    _SOURCE_INFERENCE,
    Step("Write publishers/{maker}/models/{model} in the path.", url=_MODELS),
)
WRITTEN: tuple[Step, ...] = cite(
    _SOURCE_USE_PARTNER_MODELS,
    Step("Write {written}: Vertex AI puts an @ before the version.", url=_MODELS),
)
PUBLISHER_PATH: tuple[Step, ...] = cite(
    _SOURCE_INFERENCE,
    Step("Call projects/{project}/locations/{region}/publishers/google/models/{model}; endpoints/… is for models that "
         "you deployed.", url="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"),
)  # fmt: skip
MODEL_GARDEN: tuple[Step, ...] = cite(
    _SOURCE_USE_PARTNER_MODELS,
    Step("Open the model in Model Garden and enable it for the project; partner models ask to accept terms.",
         url=_MODELS),
    Step("An organization policy may forbid the model as well.",
         "gcloud resource-manager org-policies describe vertexai.allowedModels --project {project} --effective"),
)  # fmt: skip

# Limits and failures.
CREDITS: tuple[Step, ...] = cite(
    _SOURCE_BILLING,
    Step("Add credit or raise the cap; waiting does not help.",
         url="https://console.cloud.google.com/billing/linkedaccount?project={project}"),
)  # fmt: skip
RAISE_QUOTA: tuple[Step, ...] = cite(
    _SOURCE_QUOTAS,
    Step("See {metric} and its limit, and ask for more; on new projects and for Claude it may be 0.",
         url="https://console.cloud.google.com/iam-admin/quotas?project={project}"),
    Step("Meanwhile send less, or to another location: quotas count per location and base model."),
)  # fmt: skip
SHARED_CAPACITY: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CODE_429,
    Step("Try again with growing pauses; Google advises two retries at most, the first after a second or more."),
    Step("Use the global location, which draws on more capacity, or buy Provisioned Throughput.",
         url="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/provisioned-throughput/overview"),
)  # fmt: skip
TIMEOUT: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CATALOGUE,
    Step("Stream the answer, or ask for a shorter one."),
    Step("Allow the client more time: Google's own limit is 10 minutes."),
)

# The request.
CONTENT: tuple[Step, ...] = cite(
    _SOURCE_CONFIGURE_SAFETY_FILTERS,
    Step("Change the prompt or the picture.", url="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/"
                                                  "configure-safety-filters"),
)  # fmt: skip
SAFETY_SETTING: tuple[Step, ...] = cite(
    _SOURCE_CONFIGURE_SAFETY_FILTERS,
    Step(
        "Ask for BLOCK_ONLY_HIGH instead. There is OFF as well; whether the project needs Google's consent for it is "
        "for Google to say first.",
        url="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/multimodal/configure-safety-filters",
    ),
)
METHOD: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CATALOGUE,
    Step(
        "Call Gemini by generateContent, Claude by rawPredict or streamRawPredict, others as their card says.",
        url=_MODELS,
    ),
)
TOO_LONG: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CATALOGUE,
    Step("Send less, or ask for fewer tokens back; the sentence names the limit."),
    Step("Or use a model with a longer context."),
)
PRECONDITION: tuple[Step, ...] = cite(
    _SOURCE_ERROR_CATALOGUE,
    Step("See whether the model wants to be enabled.", url=_MODELS),
    Step("See which organization policies hold for the project.",
         "gcloud resource-manager org-policies list --project {project}"),
)  # fmt: skip
REQUEST: tuple[Step, ...] = cite(
    _SOURCE_ERRORS,
    Step("Correct what the sentence names; field names are Vertex AI's, not the Gemini API's.",
         url="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"),
)  # fmt: skip


STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": SEND_TOKEN,
    "credential_malformed": PASTE_FILE,
    "credential_wrong_kind": RIGHT_FILE,
    "credential_invalid": KEY_LISTED,
    "credential_disabled": ENABLE_ACCOUNT,
    "credential_expired": FRESH_TOKEN,
    "clock_skew": cite(
        _SOURCE_ERROR_CATALOGUE,
        Step("Look at the clock of the machine that signs.", "timedatectl status"),
        Step("Set it by the network.", "sudo timedatectl set-ntp true"),
        Step("In a container or virtual machine set the host's clock; on macOS:", "sudo sntp -sS time.apple.com"),
        Step("A new key would fail alike."),
    ),
    "account_mismatch": PROJECT_ID,
    "network_blocked": PERIMETER,
    "permission_missing": GRANT_USER,
    "permission_denied_explicitly": POLICY,
    "model_access_not_granted": MODEL_GARDEN,
    "model_not_found": MODEL_NAME,
    "region_unsupported": LOCATION,
    "api_not_enabled": ENABLE_API,
    "billing_inactive": BILLING,
    "quota_exhausted": RAISE_QUOTA,
    "rate_limited_requests": RAISE_QUOTA,
    "rate_limited_tokens": RAISE_QUOTA,
    "rate_limited": SHARED_CAPACITY,
    "capacity_exhausted": SHARED_CAPACITY,
    "request_invalid": REQUEST,
    "content_blocked": CONTENT,
    "provider_error": cite(
        _SOURCE_ERROR_CATALOGUE,
        Step("Try again with growing pauses; Google advises two retries at most."),
        Step("See whether Google reports an outage.", url="https://status.cloud.google.com"),
    ),
    "timeout": TIMEOUT,
    "connection_failed": NETWORK,
    "unknown": GRANT_UNKNOWN,
}  # fmt: skip

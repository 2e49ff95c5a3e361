"""What to do at Google Cloud about project, permission, policy, model, quota and request. Rows ask for these by name.

Commands are those of the gcloud CLI; steps about the key itself stand in `google_key`.
"""

from __future__ import annotations

from meshtui.explain.model import Step

_CHECK = Step("Run the ladder: it shows which rung this key still reaches.", "meshtui check")
_MODELS = "https://console.cloud.google.com/vertex-ai/model-garden?project={project}"
_LOCATIONS = "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations"

# The project and who may use it.
ENABLE_API: tuple[Step, ...] = (
    Step("Switch the API on, then wait a few minutes.",
         "gcloud services enable aiplatform.googleapis.com --project {project}",
         "https://console.cloud.google.com/apis/library/aiplatform.googleapis.com?project={project}"),
    Step("If that is not the project you meant, set yours: Google charged {project}."),
)  # fmt: skip
BILLING: tuple[Step, ...] = (
    Step("Link a living billing account, and pay what is open.",
         "gcloud billing projects describe {project}",
         "https://console.cloud.google.com/billing/linkedaccount?project={project}"),
    Step("Wait a few minutes after that."),
)  # fmt: skip
GRANT_USER: tuple[Step, ...] = (
    Step("See that the project's id is right: Google answers the same for one that does not exist.",
         "gcloud projects describe {project}"),
    Step("Give the service account the role that holds the permission.",
         "gcloud projects add-iam-policy-binding {project} --member serviceAccount:<email> "
         "--role roles/aiplatform.user"),
    Step("Ask Google what it may do, without calling the model.",
         "gcloud asset analyze-iam-policy --project {project} --identity serviceAccount:<email> "
         "--permissions aiplatform.endpoints.predict"),
    _CHECK,
)  # fmt: skip
PROJECT_ID: tuple[Step, ...] = (
    Step("Use the project's id (6 to 30 small letters, digits, hyphens), not its display name or a placeholder.",
         "gcloud projects list --format=value(projectId)"),
    Step("For Mesh the id is project_id in the service account's file; it must be the project you mean.",
         "meshtui check"),
    Step("If it is a foreign project, its owner has to give this account roles/aiplatform.user."),
)  # fmt: skip
QUOTA_PROJECT: tuple[Step, ...] = (
    Step("Name the project to charge.", "gcloud auth application-default set-quota-project <project>"),
    Step("Or use a service account's key, which brings its own project; Mesh takes nothing else."),
    Step("If the header x-goog-user-project is set, leave it out or correct it."),
)
USE_PROJECT: tuple[Step, ...] = (
    Step("Let the account charge the project.",
         "gcloud projects add-iam-policy-binding {project} --member serviceAccount:<email> "
         "--role roles/serviceusage.serviceUsageConsumer"),
    Step("Or leave the header x-goog-user-project out."),
)  # fmt: skip
UNDELETE: tuple[Step, ...] = (
    Step("Within 30 days a project can come back.", "gcloud projects undelete {project}"),
    Step("Otherwise use a key of a living project."),
)
APPEAL: tuple[Step, ...] = (
    Step("Look at the project's state and at the mail to its owners, and appeal there.",
         "gcloud projects describe {project}",
         "https://console.cloud.google.com/home/dashboard?project={project}"),
    Step("Until then use a key of another project."),
)  # fmt: skip
SET_PROJECT: tuple[Step, ...] = (Step("Set the project.", "export GOOGLE_CLOUD_PROJECT=<project>"),)

# Policies and networks.
POLICY: tuple[Step, ...] = (
    Step("Ask the organization's policy administrator to allow it, quoting {constraint} and the value in the answer.",
         "gcloud resource-manager org-policies list --project {project} --show-unset",
         "https://console.cloud.google.com/iam-admin/orgpolicies?project={project}"),
    Step("Or use a model, a location or a service that the policy leaves open."),
)  # fmt: skip
PERIMETER: tuple[Step, ...] = (
    Step("Hand the id {uid} to the perimeter's administrator: with it the refusal is found in the audit log.",
         url="https://console.cloud.google.com/security/service-perimeter/troubleshoot"),
    Step("Or call from inside the perimeter. Mesh calls from Mesh's network, so an ingress rule has to let it in."),
)  # fmt: skip
ORG_RESTRICTION: tuple[Step, ...] = (
    Step("Ask whoever runs the proxy to add the project's organization to X-Goog-Allowed-Resources."),
    Step("From another network the same key works."),
)
NETWORK: tuple[Step, ...] = (
    Step("See whether the hosts answer from this machine.", "curl -sI https://oauth2.googleapis.com/token"),
    Step("Behind a proxy set HTTPS_PROXY; in a container or VPC look at DNS and the firewall."),
)

# The model.
HOST: tuple[Step, ...] = (
    Step("global is served by aiplatform.googleapis.com, us and eu by aiplatform.us.rep.googleapis.com and "
         "aiplatform.eu.rep.googleapis.com, a region by {region}-aiplatform.googleapis.com.", url=_LOCATIONS),
    Step("An unset variable makes a host such as undefined-aiplatform; host and locations/… in the path must agree."),
)  # fmt: skip
LOCATION: tuple[Step, ...] = (
    Step("Ask for the model in locations/global first, then in a region that is listed for it.", url=_LOCATIONS),
    Step("For Mesh set region in the Vertex AI credential; left out it is global."),
)
MODEL_NAME: tuple[Step, ...] = (
    Step("Compare the name with the list, version included; the newest Gemini models are in global, us and eu only.",
         url="https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"),
    Step("Ask for the same model in locations/global: if it answers there, only the location was wrong."),
    Step("If it answers nowhere, open it in Model Garden and see whether it wants to be enabled.", url=_MODELS),
)  # fmt: skip
RIGHT_PUBLISHER: tuple[Step, ...] = (Step("Write publishers/{maker}/models/{model} in the path.", url=_MODELS),)
WRITTEN: tuple[Step, ...] = (Step("Write {written}: Vertex AI puts an @ before the version.", url=_MODELS),)
PUBLISHER_PATH: tuple[Step, ...] = (
    Step("Call projects/{project}/locations/{region}/publishers/google/models/{model}; endpoints/… is for models that "
         "you deployed.", url="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"),
)  # fmt: skip
MODEL_GARDEN: tuple[Step, ...] = (
    Step("Open the model in Model Garden and enable it for the project; partner models ask to accept terms.",
         url=_MODELS),
    Step("An organization policy may forbid the model as well.",
         "gcloud resource-manager org-policies describe vertexai.allowedModels --project {project} --effective"),
)  # fmt: skip

# Limits and failures.
CREDITS: tuple[Step, ...] = (
    Step("Add credit or raise the cap; waiting does not help.",
         url="https://console.cloud.google.com/billing/linkedaccount?project={project}"),
)  # fmt: skip
RAISE_QUOTA: tuple[Step, ...] = (
    Step("See {metric} and its limit, and ask for more; on new projects and for Claude it may be 0.",
         url="https://console.cloud.google.com/iam-admin/quotas?project={project}"),
    Step("Meanwhile send less, or to another location: quotas count per location and base model."),
)  # fmt: skip
SHARED_CAPACITY: tuple[Step, ...] = (
    Step("Try again with growing pauses; Google advises two retries at most, the first after a second or more."),
    Step("Use the global location, which draws on more capacity, or buy Provisioned Throughput.",
         url="https://cloud.google.com/vertex-ai/generative-ai/docs/provisioned-throughput/overview"),
)  # fmt: skip
TIMEOUT: tuple[Step, ...] = (
    Step("Stream the answer, or ask for a shorter one."),
    Step("Allow the client more time: Google's own limit is 10 minutes."),
)

# The request.
CONTENT: tuple[Step, ...] = (
    Step("Change the prompt or the picture.", url="https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/"
                                                  "configure-safety-filters"),
)  # fmt: skip
SAFETY_SETTING: tuple[Step, ...] = (
    Step(
        "Ask for BLOCK_ONLY_HIGH instead; to switch the filter off the project needs Google's consent or invoiced "
        "billing."
    ),
)
METHOD: tuple[Step, ...] = (
    Step(
        "Call Gemini by generateContent, Claude by rawPredict or streamRawPredict, others as their card says.",
        url=_MODELS,
    ),
)
TOO_LONG: tuple[Step, ...] = (
    Step("Send less, or ask for fewer tokens back; the sentence names the limit."),
    Step("Or use a model with a longer context."),
)
PRECONDITION: tuple[Step, ...] = (
    Step("See whether the model wants to be enabled.", url=_MODELS),
    Step("See which organization policies hold for the project.",
         "gcloud resource-manager org-policies list --project {project}"),
)  # fmt: skip
REQUEST: tuple[Step, ...] = (
    Step("Correct what the sentence names; field names are Vertex AI's, not the Gemini API's.",
         url="https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference"),
)  # fmt: skip

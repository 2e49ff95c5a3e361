"""What to do at AWS about the account's models, limits and the request. Rows of the tables ask for these by name."""

from __future__ import annotations

from meshtui.explain.model import Step
from meshtui.explain.steps.aws import CONSOLE_MODELS, CONSOLE_QUOTAS, LIST_MODELS, LIST_PROFILES, SUPPORT_CASE, allow

# What the account may use.
MODEL_ACCESS: tuple[Step, ...] = (
    Step("Look at the Region first: access is given per Region, and {region} may be another than you think."),
    Step("Open the model in the console of that Region and finish what it asks for.", url=CONSOLE_MODELS),
    Step("Ask AWS what is missing.",
         "aws bedrock get-foundation-model-availability --region {region} --model-id {model}"),
)  # fmt: skip
USE_CASE_FORM: tuple[Step, ...] = (
    Step("Fill in Anthropic's use case form, once for the account; with AWS Organizations in the management account.",
         url=CONSOLE_MODELS),
    Step("Wait 15 minutes after sending it, then try again."),
)  # fmt: skip
MARKETPLACE: tuple[Step, ...] = (
    Step("Let somebody who may subscribe call this model once; after that every identity of the account can use it.",
         allow('"aws-marketplace:Subscribe","aws-marketplace:ViewSubscriptions"', '"*"')),
    Step("Then wait a few minutes: the first call may still fail while the subscription is made."),
    Step("The same sentence also comes where the account cannot pay: look at the payment methods.",
         url="https://console.aws.amazon.com/billing/home#/paymentmethods"),
)  # fmt: skip
PAYMENT: tuple[Step, ...] = (
    Step("Add a valid card and make it the default; AWS Marketplace does not take every method that AWS takes.",
         url="https://console.aws.amazon.com/billing/home#/paymentmethods"),
    Step("Finish the account's sign-up if it was never finished, then wait a few minutes and try again.",
         url="https://portal.aws.amazon.com/billing/signup?type=resubscribe"),
)  # fmt: skip
VERIFICATION: tuple[Step, ...] = (
    Step("Wait up to two hours; nothing else is needed."),
    Step("After that write to aws-verification@amazon.com, and see that a valid payment method is on file.",
         url="https://console.aws.amazon.com/billing/home#/paymentmethods"),
)  # fmt: skip
RESELLER: tuple[Step, ...] = (
    Step("Ask the reseller or distributor of the account to open the model; AWS Support cannot."),
    Step("Meanwhile use a model of Amazon's own (Nova), which needs no such opening.", LIST_MODELS),
)
GATED: tuple[Step, ...] = (
    Step("Ask AWS for access; such models are opened one account at a time.",
         url="https://aws.amazon.com/contact-us/sales-support/"),
    Step("Meanwhile use a model that the account has.", LIST_MODELS),
)  # fmt: skip
AGREEMENT: tuple[Step, ...] = (
    Step("See which agreement is open, then accept it in the console.",
         "aws bedrock get-foundation-model-availability --region {region} --model-id {model}", CONSOLE_MODELS),
)  # fmt: skip
SUPPORT: tuple[Step, ...] = (
    SUPPORT_CASE,
    Step("Try one call in the console's playground: if that fails too, it is the account and not the key.",
         url="https://console.aws.amazon.com/bedrock/home?region={region}#/text-generation-playground"),
)  # fmt: skip

# The model.
PROFILE: tuple[Step, ...] = (
    Step("Take the profile's id: the model's id with us., eu., apac., jp., au. or global. in front, as your Region "
         "offers.", LIST_PROFILES),
    Step("Allow bedrock:InvokeModel on the profile and on the model in the Regions it leads to."),
)  # fmt: skip
MODEL_ID: tuple[Step, ...] = (
    Step("Compare the id letter by letter: vendor, date and version count (anthropic.claude-…-v1:0).", LIST_MODELS),
    Step("See whether a profile prefix fits this Region: us. works only from the US, eu. only from Europe.",
         LIST_PROFILES),
    Step("On bedrock-mantle ids are shorter (openai.gpt-oss-120b) than on bedrock-runtime (openai.gpt-oss-120b-1:0)."),
)  # fmt: skip
NEWER_MODEL: tuple[Step, ...] = (
    Step("Take a current version of the model.",
         "aws bedrock list-foundation-models --region {region} "
         "--query 'modelSummaries[?modelLifecycle.status==`ACTIVE`].modelId'"),
)  # fmt: skip
REGION: tuple[Step, ...] = (
    Step("Call a Region that has the model, or an inference profile that reaches one.", LIST_PROFILES),
    Step("Set the same Region in Mesh's Bedrock credential."),
)
REGION_OPT_IN: tuple[Step, ...] = (
    Step("Switch the Region on for the account, or use one that is always on.",
         "aws account enable-region --region-name {region}"),
)  # fmt: skip
PATH: tuple[Step, ...] = (
    Step("Compare host and path: bedrock-runtime takes /model/{model}/converse and /openai/v1, bedrock-mantle takes "
         "/v1, "
         "/openai/v1 and /anthropic/v1, bedrock only lists and manages."),
    Step("Use the path that this model is served on.",
         url="https://docs.aws.amazon.com/bedrock/latest/userguide/models-endpoint-availability.html"),
)  # fmt: skip

# Limits and failures.
TOKEN_QUOTA: tuple[Step, ...] = (
    Step("Wait a minute. What you allow in max tokens is reserved at the start and counts: lower it."),
    Step(
        "If it comes often, ask for more tokens per minute, or use a cross-Region inference profile.",
        url=CONSOLE_QUOTAS,
    ),
)
REQUEST_QUOTA: tuple[Step, ...] = (
    Step("Send fewer at once, and wait longer after each refusal."),
    Step("If it comes often, see and raise the account's quota.",
         "aws service-quotas list-service-quotas --service-code bedrock --region {region}", CONSOLE_QUOTAS),
)  # fmt: skip
DAILY_QUOTA: tuple[Step, ...] = (
    Step("See the quota per day: on a new or free account it may be close to 0.", url=CONSOLE_QUOTAS),
    SUPPORT_CASE,
    Step("Until then use another model or Region, each has a quota of its own."),
)
QUOTA: tuple[Step, ...] = (
    Step("See which quota is at its limit, and ask for more.",
         "aws service-quotas list-service-quotas --service-code bedrock --region {region}", CONSOLE_QUOTAS),
)  # fmt: skip
NOT_READY: tuple[Step, ...] = (
    Step("Try again until it is loaded; a minute or two is usual for an imported model."),
    Step("See that the import is finished.", "aws bedrock list-imported-models --region {region}"),
)
BUSY: tuple[Step, ...] = (
    Step("Try again with growing pauses."),
    Step("Use a cross-Region inference profile: it reaches more capacity.", LIST_PROFILES),
    Step("See whether AWS reports an outage.", url="https://health.aws.amazon.com/health/status"),
)
TIMEOUT: tuple[Step, ...] = (
    Step("Stream the answer, or ask for a shorter one."),
    Step("Allow the client more time: botocore gives up after 60 s by default."),
)

# The request.
GUARDRAIL: tuple[Step, ...] = (
    Step("See which guardrails and versions there are.", "aws bedrock list-guardrails --region {region}"),
)
CONTENT: tuple[Step, ...] = (
    Step("Change the prompt or the picture; the answer does not say which part was refused."),
    Step("If a guardrail of your own refused it, its trace says which policy did: send trace=enabled."),
)
CACHING: tuple[Step, ...] = (Step("Leave cachePoint (cache_control) out, or use a model that caches prompts."),)
FEATURE: tuple[Step, ...] = (
    Step(
        "Leave out what the sentence names, or use a model that has it: tools, streaming, images, documents, system "
        "prompts and caching differ by model."
    ),
)
TOO_LONG: tuple[Step, ...] = (
    Step("Send less, or ask for fewer tokens back; the sentence names the limit where AWS tells it."),
    Step("Or use a model with a longer context."),
)
BODY: tuple[Step, ...] = (
    Step("Compare the body with what this model takes; InvokeModel wants each vendor's own form, Converse the same for "
         "all.", url="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html"),
)  # fmt: skip

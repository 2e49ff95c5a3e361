"""What to do where no provider has steps of its own: by cause, the same everywhere."""

from __future__ import annotations

from meshtui.explain.model import Step

_CHECK = Step("See what the key itself can do, without Mesh in between.", "meshtui check")
_RAW = Step("Look at the whole answer below, and keep its request id for the provider's support.")

STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": (
        Step("Make sure the variable or setting that holds the key is set where the program runs."),
        Step("Send it in the header this provider reads; an empty value counts as no key."),
    ),
    "credential_malformed": (
        Step("Paste the bare key again: no quotes, no label, no blank, not cut off."),
        Step("Let meshtui read it offline and say what is wrong with it.", "meshtui check"),
    ),
    "credential_wrong_kind": (
        Step("Use a key of the kind that this service takes, or send this one to its own service."),
        Step("Let meshtui say what kind of key it is.", "meshtui check"),
    ),
    "credential_invalid": (
        Step("Compare the last four characters with the list of keys in the provider's console."),
        Step("If it is not there, make a new key and put it wherever the old one is used, Mesh included."),
        _CHECK,
    ),
    "credential_disabled": (
        Step("Ask whoever runs the account: only they see why it was shut and can open it again."),
        Step("Until then use a key of another, living account or project."),
    ),
    "credential_expired": (
        Step("Make a fresh credential and replace the old one wherever it is used."),
        Step("For anything that runs for long, use a credential that does not run out, or renew it in time."),
    ),
    "clock_skew": (
        Step("Set the clock of the machine that signs, and keep it set.", "timedatectl set-ntp true"),
        Step("In a container or virtual machine set the clock of its host."),
    ),
    "account_mismatch": (
        Step("Name the organization, project or account that this credential belongs to, or leave the name out."),
    ),
    "network_blocked": (
        Step("Find out which rule stops you: a company proxy or VPN on your side, an address list on the account's."),
        Step("Try once from another network; if that works, the key is good."),
    ),
    "country_unsupported": (
        Step("Send from a country that the provider serves; this answer says nothing about the key."),
    ),
    "permission_missing": (
        Step("Ask the account's administrator to allow exactly the action named in the answer."),
        _CHECK,
    ),
    "permission_denied_explicitly": (
        Step("Ask whoever owns the policy named in the answer to take the denial out or make an exception."),
        Step("Granting the same permission elsewhere does not help: a denial wins over it."),
    ),
    "model_access_not_granted": (
        Step("Have the model enabled for the account, or finish the verification it asks for."),
        Step("Meanwhile use a model that the account has."),
    ),
    "model_not_found": (
        Step("Compare the model's name letter by letter with the provider's list of models."),
        Step("If it has been retired, take its successor."),
    ),
    "region_unsupported": (
        Step("Call the region that has this model, or the one that the key was made for."),
    ),
    "inference_profile_required": (
        Step("Call the model by the id of an inference profile of your region instead of its bare id."),
    ),
    "api_not_enabled": (
        Step("Switch the API on in the project that the answer names, and wait a few minutes."),
    ),
    "billing_inactive": (
        Step("Let the account's administrator look at payment method and open invoices."),
    ),
    "quota_exhausted": (
        Step("Let the account's administrator add credit or raise the spending limit."),
        Step("Waiting a minute does not help, and neither does another key of the same account."),
    ),
    "rate_limited_requests": (
        Step("Wait as long as the answer says, then send fewer requests at once."),
        Step("If it happens often, ask for a higher limit."),
    ),
    "rate_limited_tokens": (
        Step("Wait as long as the answer says, then send shorter prompts or ask for fewer tokens."),
        Step("If it happens often, ask for a higher limit."),
    ),
    "rate_limited": (
        Step("Wait, then send again with growing pauses."),
        Step("Look up in the provider's console which limit was reached: requests, tokens or money."),
    ),
    "capacity_exhausted": (
        Step("Send again with growing pauses; nothing on your side is wrong."),
        Step("If it lasts, use another region or model for a while."),
    ),
    "request_invalid": (
        Step("Repair what the answer names; changing the key will not help."),
    ),
    "content_blocked": (
        Step("Change the content that the filter refused; changing the key will not help."),
    ),
    "provider_error": (
        Step("Send again after a pause. If it lasts, look at the provider's status page."),
        _RAW,
    ),
    "timeout": (
        Step("Send again, with a shorter prompt or fewer tokens to wait for, or with a longer time limit."),
    ),
    "connection_failed": (
        Step("Check address, name resolution, proxy and certificates from the machine that sends."),
        Step("The key has not been tested: do not change it because of this."),
    ),
    "unknown": (
        _RAW,
        Step("Ask the provider directly with the same key, to see whether it is the key at all.", "meshtui check"),
    ),
}  # fmt: skip

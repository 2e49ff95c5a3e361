"""Findings about a Mesh key, and about what would go wrong, silently, where a credential is stored in Mesh.

Shapes: Mesh documentation, "Authentication", "Admin keys" and chat completions. Stored keys: "BYOK" and "Debug BYOK".
Where a stored key fails and fallback is on, as it is by default, Mesh's own credentials serve; the header
X-BYOK-Fallback-Triggered and a badge in Logs say so.
"""

from meshtui.base.credential import ERROR, NOTE, WARNING, Row, Rows

_NEW = "Make an inference key (rsk_…) in the dashboard, app.meshapi.ai, under API keys."

KEY_ROWS: Rows = {
    "mesh.length": Row(
        WARNING,
        "Its length is unusual for a Mesh key",
        "Copy it again whole. " + _NEW,
        "{length} characters behind rsk_; Mesh's keys have had 26",
    ),
    "mesh.alphabet": Row(
        WARNING,
        "What follows rsk_ is not a ULID, as Mesh's keys have it",
        "Compare it with the original; ULIDs have no I, L, O or U, which are easily mistyped.",
        "{where}: {character}",
    ),
    "mesh.time": Row(
        WARNING,
        "The creation time inside the key cannot be right",
        "Compare the first ten characters behind rsk_ with the original, and this machine's clock.",
        "it says {when}",
    ),
    "mesh.admin": Row(
        ERROR,
        "An admin key: it manages keys and limits, and calls no model",
        _NEW,
        "prefix mak_",
    ),
    "mesh.dashboard-token": Row(
        WARNING,
        "A dashboard session token: it opens the dashboard's calls, such as provider keys, but no chat",
        _NEW,
        "a signed token (JWT), as Mesh's dashboard uses it",
    ),
    "mesh.token-expired": Row(
        ERROR, "The dashboard session token has expired", "Sign in to the dashboard again. " + _NEW, "it ended {when}"
    ),
    "mesh.lookalike": Row(
        ERROR,
        "A key of {vendor}, which is not Mesh API",
        "Its name is alike, but api.meshapi.ai does not know its keys. " + _NEW,
        "prefix {prefix}",
    ),
    "mesh.no-prefix": Row(
        WARNING,
        "It does not begin with rsk_ as Mesh's keys do",
        "Check that it is the key. " + _NEW,
        "read as a Mesh key only because of {variable}",
    ),
}


FORM_ROWS: Rows = {
    "form.not-provider": Row(
        ERROR,
        "A Mesh key does not belong into the BYOK form",
        "The form takes keys of OpenAI, AWS Bedrock, Google Vertex AI and Azure. The rsk_ key goes into your program.",
        "kind of credential",
    ),
    "form.unreadable": Row(
        ERROR,
        "There is nothing to paste: the credential could not be read",
        "Mend what its findings name first.",
        "findings",
    ),
    "form.has-error": Row(
        ERROR,
        "Mesh would store it, but it cannot work: {title}",
        "{fix}",
        "finding {id}",
    ),
    "form.as-cleaned": Row(
        WARNING,
        "Paste the cleaned text, not the one you had",
        "Type or paste exactly the fields shown. Nothing says that Mesh cleans what it is given.",
        "{what}",
    ),
    "form.key-only": Row(
        NOTE, "OpenAI's field takes the key alone", "No quotes, no Bearer, no JSON around it.", "Mesh's BYOK page"
    ),
    "form.credential-type": Row(
        NOTE,
        "A wrong credential_type fails silently",
        "It must be {right} for this credential.",
        "Mesh's page on debugging BYOK",
    ),
    "form.old-spelling": Row(
        NOTE,
        "Older dashboards ask for accessKeyId, secretAccessKey and region",
        "The values are the same; follow the names that the form shows.",
        "Mesh's BYOK page, first version",
    ),
    "form.region-unknown": Row(
        WARNING,
        "The region is not known, only assumed, and a missing or wrong region fails silently",
        "Put the region whose models you use into the form.",
        "field region",
    ),
    "form.region-bound": Row(
        NOTE,
        "A Bedrock API key is bound to the region it is stored with",
        "The region cannot be changed in Mesh later; for another one store another key.",
        "Mesh's BYOK page",
    ),
    "form.session-token": Row(
        ERROR,
        "Mesh's form has no field for a session token: there this key fails at every request",
        "Store a long-term pair (AKIA…) or a Bedrock API key.",
        "access key id begins with ASIA",
    ),
    "form.short-term": Row(
        WARNING,
        "A short-term key is dead within 12 hours; from then on Mesh's own credentials serve and bill",
        "Store a long-term key (ABSK…) or a key pair.",
        "prefix bedrock-api-key-",
    ),
    "form.region-default": Row(
        NOTE,
        "Without a region Mesh takes global",
        "Give a region if your data must stay in one place; some models are only in global, us or eu.",
        "Mesh's BYOK page",
    ),
    "form.admin-key": Row(
        WARNING,
        "An admin key calls no model: at Mesh every request would fall back",
        "Store a project key (sk-proj-…).",
        "prefix sk-admin-",
    ),
}

ROWS: Rows = {**KEY_ROWS, **FORM_ROWS}

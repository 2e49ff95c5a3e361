"""What is told of a Mesh key. Shapes: Mesh documentation, "Authentication", "Admin keys" and chat completions."""

from meshtui.credentials.catalogue.row import ERROR, WARNING, Row, Rows

_NEW = "Make an inference key (rsk_…) in the dashboard, app.meshapi.ai, under API keys."

ROWS: Rows = {
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

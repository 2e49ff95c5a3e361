"""What is told of a Bedrock API key.

Inside of a short-term key: aws-bedrock-token-generator's source. Of a long-term key, base64 of
`BedrockAPIKey-…-at-<account>:<secret>`: as BeyondTrust and Wiz describe it.
"""

from meshtui.credentials.catalogue.row import ERROR, WARNING, Row, Rows

_NEW = "Make a new one in the Bedrock console under API keys, or with aws-bedrock-token-generator."

ROWS: Rows = {
    "bedrock.expired": Row(
        ERROR,
        "The short-term key has expired",
        _NEW + " For Mesh use a long-term key (ABSK…) or a key pair. A wrong local clock shows so too.",
        "it ended {when}",
    ),
    "bedrock.short-term": Row(
        WARNING,
        "A short-term key: it ends within 12 hours, and earlier where the session that made it ends",
        "Good for a test from here. Stored in Mesh it fails silently from then on: use a long-term key (ABSK…) there.",
        "prefix bedrock-api-key-",
    ),
    "bedrock.not-yet": Row(
        WARNING,
        "The short-term key begins in the future",
        "Compare this machine's clock with the one that made the key.",
        "it begins {when}",
    ),
    "bedrock.undecodable": Row(
        WARNING,
        "What follows the prefix cannot be decoded",
        "Compare it with the original: a character may have been lost or changed. " + _NEW,
        "{what}",
    ),
    "bedrock.cut-off": Row(
        ERROR,
        "The short-term key is cut off",
        "Copy it again whole; it has several hundred characters. " + _NEW,
        "the decoded text has no {part}",
    ),
    "bedrock.life": Row(
        WARNING,
        "Its life is longer than AWS allows",
        _NEW,
        "{hours} hours; 12 are allowed",
    ),
    "bedrock.without-token": Row(
        ERROR,
        "The short-term key was signed by a temporary key whose session token is not inside",
        _NEW,
        "it was signed by an ASIA… id, and the decoded text has no X-Amz-Security-Token",
    ),
    "bedrock.other-service": Row(
        WARNING, "The short-term key is signed for another service than bedrock", _NEW, "its scope names {service}"
    ),
    "bedrock.region-differs": Row(
        WARNING,
        "The region given is {given}, but the key was made for {own}, and works only there; {own} is used",
        "Give {own} as region here and in Mesh's form, or make a key in {given}.",
        "field region, and the scope inside the key",
    ),
    "bedrock.no-prefix": Row(
        WARNING,
        "It begins neither with ABSK nor with bedrock-api-key-",
        "Check that it is the API key itself; for a key pair give access_key_id and secret_access_key.",
        "read as a Bedrock API key only because of {variable}",
    ),
    "bedrock.inactive": Row(
        ERROR,
        "AWS lists this API key as inactive",
        "Activate it: aws iam update-service-specific-credential --status Active, or make a new one.",
        "field Status",
    ),
    "bedrock.long-expired": Row(ERROR, "The API key has expired", _NEW, "it ended {when}"),
}

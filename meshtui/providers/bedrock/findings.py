"""Findings about an AWS key pair, a Bedrock API key, and regions.

Id prefixes: AWS documentation "IAM identifiers". The account in the id: Tal Be'ery's decoding. Inside of a short-term
key: aws-bedrock-token-generator's source. Of a long-term key, base64 of `BedrockAPIKey-…-at-<account>:<secret>`: as
BeyondTrust and Wiz describe it.
"""

from meshtui.base.credential import ERROR, NOTE, WARNING, Row, Rows
from meshtui.providers.bedrock.profile_findings import PROFILE_ROWS

_NEW_PAIR = (
    "Make one for an IAM user that has bedrock:InvokeModel, InvokeModelWithResponseStream and ListFoundationModels: "
    "IAM console, the user's security credentials. A user holds two keys at most."
)

KEY_PAIR_ROWS: Rows = {
    "aws.temporary-without-token": Row(
        ERROR,
        "A temporary key (ASIA…) without its session token",
        "AWS will answer that the security token is invalid. Add the session token, or for Mesh use a long-term pair: "
        + _NEW_PAIR,
        "access key id begins with ASIA; no session token is given",
    ),
    "aws.temporary": Row(
        WARNING,
        "A temporary key: it works from here, but Mesh's form has no field for its session token",
        "For Mesh use a long-term pair. " + _NEW_PAIR,
        "access key id begins with ASIA",
    ),
    "aws.stray-token": Row(
        WARNING,
        "A session token stands beside a long-term key, which has none; it is left out here",
        "Remove it (unset AWS_SESSION_TOKEN): AWS refuses the pair with a foreign token as an invalid security token.",
        "access key id begins with AKIA",
    ),
    "aws.wrong-id": Row(
        ERROR,
        "This is the id of {what}, not an access key id",
        "Take the access key id, which begins with AKIA. " + _NEW_PAIR,
        "it begins with {prefix}",
    ),
    "aws.unknown-prefix": Row(
        WARNING,
        "The access key id does not begin as AWS's do",
        "AWS's begin with AKIA (long-term) or ASIA (temporary). Other services that speak AWS's protocol make others.",
        "field access_key_id",
    ),
    "aws.id-shape": Row(
        WARNING,
        "The access key id is not 20 capital letters and digits",
        "Copy it again; a character was lost or added.",
        "{length} characters",
    ),
    "aws.service-bearer": Row(
        WARNING,
        "An id of a service's own bearer or context-specific credential, not of a key pair",
        "For Mesh use a key pair whose id begins with AKIA.",
        "it begins with {prefix}",
    ),
    "aws.secret-length": Row(
        WARNING,
        "The secret access key is not 40 characters long",
        "Copy it again whole. It was shown once; if it is lost, make a new pair.",
        "{length} characters",
    ),
    "aws.secret-shape": Row(
        WARNING,
        "The secret access key has characters that AWS's secrets do not have",
        "They have letters, digits, + and /. A % means that it was encoded for a URL: decode it.",
        "{where}: {character}",
    ),
    "aws.swapped": Row(
        ERROR,
        "The access key id and the secret access key have changed places",
        "Swap them.",
        "the secret field holds what begins like an access key id",
    ),
    "aws.example": Row(
        ERROR,
        "The example key of AWS's documentation",
        "Replace it by your own pair. " + _NEW_PAIR,
        "{field} ends in EXAMPLE or EXAMPLEKEY",
    ),
    "aws.id-alone": Row(
        ERROR,
        "Only an access key id; its secret is missing",
        'Give both, with the region: {{"access_key_id": …, "secret_access_key": …, "region": …}}.',
        "20 characters beginning like an access key id",
    ),
    "aws.secret-alone": Row(
        ERROR,
        "This may be an AWS secret access key without its id",
        'Give both, with the region: {{"access_key_id": …, "secret_access_key": …, "region": …}}.',
        "40 characters of base64's alphabet",
    ),
    "aws.inactive": Row(
        ERROR,
        "AWS lists this key as inactive",
        "Activate it: aws iam update-access-key --status Active --access-key-id ID, or make a new one.",
        "field Status",
    ),
    "aws.expired": Row(
        ERROR,
        "The temporary key has expired",
        "Get a new one: aws sso login, or repeat the call that made it. A wrong local clock shows so too.",
        "it ended {when}",
    ),
    "aws.no-account": Row(
        NOTE,
        "The account number cannot be read from this key id",
        "aws sts get-access-key-info --access-key-id ID tells it.",
        "it is an older id (its fifth letter is I or J), or not one that AWS made",
    ),
    "aws.several-profiles": Row(
        WARNING,
        "The file holds several profiles; {used} was read",
        "Keep one profile, or choose with AWS_PROFILE.",
        "{count} sections",
    ),
    "region.missing": Row(
        WARNING,
        "No region is given; {assumed} is assumed here, and boto3 ends in NoRegionError",
        'Set AWS_DEFAULT_REGION, or region in the profile; in JSON add "region". In Mesh\'s form a missing region '
        "fails silently, hidden by the fallback.",
        "field region, AWS_REGION, AWS_DEFAULT_REGION",
    ),
    "region.unsafe": Row(
        ERROR,
        "The region is not a region's name",
        "Write it as AWS and Google do, such as eu-central-1 or europe-west4: it becomes part of a host name.",
        "field region: {length} characters that are spelt as no region is",
    ),
    "region.google-spelling": Row(
        ERROR,
        "The region {region} is spelt as Google spells regions",
        "AWS writes a hyphen before the number: {right}.",
        "field region",
    ),
    "region.aws-spelling": Row(
        ERROR,
        "The region {region} is spelt as AWS spells regions",
        "Google writes no hyphen before the number: such as us-east1 or europe-west4; or take global.",
        "field region",
    ),
    "region.zone": Row(
        ERROR, "{region} is a zone, not a region", "Leave out the letter at its end: {right}.", "field region"
    ),
    "region.case": Row(
        WARNING,
        "The region was written with capitals, spaces or quotes; read as {region}",
        "Write it in small letters alone: programs take it as it stands.",
        "field region",
    ),
    "region.unknown": Row(
        WARNING,
        "{region} is not a region known to this version of meshtui",
        "Check the spelling. {perhaps}",
        "field region",
    ),
}


_NEW = "Make a new one in the Bedrock console under API keys, or with aws-bedrock-token-generator."
_NEW_LONG = (
    "Make a new one in the Bedrock console under API keys, or with aws iam create-service-specific-credential. Give "
    "it an "
    "end date: AWS means such keys for trying out."
)

API_KEY_ROWS: Rows = {
    "bedrock.expired": Row(
        ERROR,
        "The short-term key has expired",
        _NEW + " For Mesh use a key pair, or to try it out a long-term key (ABSK…). A wrong local clock shows so too.",
        "it ended {when}",
    ),
    "bedrock.short-term": Row(
        WARNING,
        "A short-term key: it ends within 12 hours, and earlier where the session that made it ends",
        "Good for a test from here. Stored in Mesh it fails silently from then on: use a key pair there, or to try "
        "it out a long-term key (ABSK…).",
        "prefix bedrock-api-key-",
    ),
    "bedrock.not-yet": Row(
        WARNING,
        "The short-term key begins in the future",
        "Compare this machine's clock with the one that made the key.",
        "it begins {when}",
    ),
    "bedrock.short": Row(
        WARNING,
        "The end of the Bedrock API key is missing",
        "Copy it again whole; AWS shows it once, when it is made.",
        "{length} characters, which end before the key does",
    ),
    "bedrock.undecodable": Row(
        WARNING,
        "What follows the prefix cannot be decoded",
        "Compare it with the original: a character may have been lost or changed. " + _NEW_LONG,
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
        "Activate it: aws iam update-service-specific-credential --status Active "
        "--service-specific-credential-id ID --user-name NAME, or make a new one.",
        "field Status",
    ),
    "bedrock.long-expired": Row(ERROR, "The API key has expired", _NEW_LONG, "it ended {when}"),
}

ROWS: Rows = {**KEY_PAIR_ROWS, **API_KEY_ROWS, **PROFILE_ROWS}

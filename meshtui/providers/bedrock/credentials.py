"""What an AWS key pair and a Bedrock API key tell offline.

Prefixes of ids: AWS documentation "IAM identifiers". Neither half of a key pair has a checksum, so whether they belong
together cannot be known here. A Bedrock API key is judged by what is encoded in it: the short-term form as
aws-bedrock-token-generator writes it, a prefix and base64 of a presigned address.
"""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from meshtui.base.credential import Credential, Finding
from meshtui.base.secret import Secret, mask
from meshtui.base.times import format_relative, format_utc, parse_compact, parse_iso
from meshtui.providers.base import CredentialForms, ForeignKey, FormFields, JsonObject, KeyForm
from meshtui.providers.bedrock.aws_config_files import find_active_profile
from meshtui.providers.bedrock.provider import AWS_KEYS, BEDROCK_KEY, LONG_TERM, SHORT_TERM, AwsKeys, BedrockKey
from meshtui.providers.credential_reading import (
    Given,
    Reading,
    describe_character,
    fill_form,
    find_unfit_character,
    make_optional_field,
    make_required_field,
    refuse,
)
from meshtui.providers.finding_catalogue import make_finding
from meshtui.providers.regions import describe_region, judge_aws_region


@dataclass(frozen=True, repr=False)
class AwsForm:
    """A key pair as AWS's tools, SDKs and Mesh's form write it."""

    access_key_id: str = make_required_field("the id that begins with AKIA; aws iam list-access-keys names it.")
    secret_access_key: str = make_required_field(
        "it was shown once, when the key was made; if it is lost, make a new pair."
    )
    session_token: str = make_optional_field()
    region: str = make_optional_field()
    expiration: str | int | float = make_optional_field(str, int, float)
    """ISO 8601, or milliseconds since 1970 as `aws sso get-role-credentials` gives them."""
    status: str = make_optional_field()


@dataclass(frozen=True, repr=False)
class BedrockForm:
    """A Bedrock API key as Mesh's form or `aws iam create-service-specific-credential` writes it."""

    api_key: str = make_required_field("the key itself, ABSK… or bedrock-api-key-… for Bedrock.")
    region: str = make_optional_field()
    expiration: str | int | float = make_optional_field(str, int, float)
    status: str = make_optional_field()


KEYS = {
    "AKIA": "long-term",
    "ASIA": "temporary",
    "ABIA": "service bearer token",
    "ACCA": "context-specific credential",
}
NOT_KEYS = {
    "AIDA": "an IAM user",
    "AROA": "an IAM role",
    "AGPA": "a user group",
    "AIPA": "an instance profile",
    "ANPA": "a managed policy",
    "ANVA": "a version of a policy",
    "APKA": "a public key",
    "ASCA": "a certificate",
}


def decode_account(key_id: str) -> str:
    """The twelve digits of the account that the key belongs to, or empty where the id does not hold them.

    What follows the prefix is base32; bits 1 to 40 of its first six bytes are the account (found by Tal Be'ery). Older
    ids, whose fifth letter is I or J, hold something else.
    """
    if len(key_id) != 20 or key_id[:4] not in KEYS or key_id[4] in "IJ":
        return ""
    try:
        head = base64.b32decode(key_id[4:])[:6]
    except ValueError:
        return ""
    account = (int.from_bytes(head, "big") & 0x7FFFFFFFFF80) >> 7
    return f"{account:012d}" if account < 10**12 else ""


_DUMMY = re.compile(
    r"[A-Z]{0,4}(?:x{4,}|y{4,}|\*{3,}|\.{3,}|0{8,})|(?:your|my|insert|enter|put|paste|replace)[-_ ]\S*", re.IGNORECASE
)
"""A placeholder that was not replaced by a key."""


def read_aws(values: Mapping[str, object], given: Given) -> Reading:
    """The reading of a key pair whose fields have their canonical names."""
    form = fill_form(AwsForm, values, "an AWS key pair")
    if isinstance(form, tuple):
        return refuse(AWS_KEYS, *form)
    key_id, secret, token = form.access_key_id, form.secret_access_key, form.session_token
    texts = (("access_key_id", key_id), ("secret_access_key", secret), ("session_token", token))
    refusals = [bad for field, text in texts if (bad := find_unfit_character(text, field))]
    if refusals:
        return refuse(AWS_KEYS, *refusals)
    if dummies := [field for field, text in texts[:2] if _DUMMY.fullmatch(text)]:
        return refuse(AWS_KEYS, *(make_finding("text.placeholder", form=f"field {field}") for field in dummies))
    if secret[:4] in ("AKIA", "ASIA") and len(secret) < 30 <= len(key_id):
        return refuse(AWS_KEYS, make_finding("aws.swapped"))
    region, region_findings = judge_aws_region(given.region)
    facts = _list_facts(key_id, describe_region(region, region_findings))
    findings = [*_judge_id(key_id), *_judge_secret(secret), *_judge_token(key_id, token), *region_findings]
    if form.status.lower() == "inactive":
        findings.append(make_finding("aws.inactive"))
    if (expires := parse_expiry(form.expiration)) is not None:
        facts["expires"] = format_relative(expires, given.now)
        if expires <= given.now:
            findings.append(make_finding("aws.expired", when=facts["expires"]))
    kept = Secret(token) if token and not key_id.startswith("AKIA") else None
    material = AwsKeys(Secret(key_id), Secret(secret), region, kept) if region else None
    hidden = (Secret(token),) if token and kept is None else ()
    return Reading(AWS_KEYS, material, tuple(findings), facts, hidden)


def parse_expiry(expiration: str | int | float) -> float | None:
    """Unix time of an expiry as AWS's tools give it: a date, or seconds or milliseconds since 1970. None if neither."""
    if isinstance(expiration, str):
        return parse_iso(expiration)
    if not 0 < expiration < 1e14:
        return None
    return expiration / 1000 if expiration > 1e11 else expiration


def _list_facts(key_id: str, region: str) -> dict[str, str]:
    facts = {"key type": f"{KEYS.get(key_id[:4], 'unknown')} key", "region": region}
    if account := decode_account(key_id):
        facts["account"] = account
    return facts


def _judge_id(key_id: str) -> list[Finding]:
    prefix = key_id[:4]
    if key_id.endswith("EXAMPLE"):
        return [make_finding("aws.example", field="access_key_id")]
    if prefix in NOT_KEYS:
        return [make_finding("aws.wrong-id", what=NOT_KEYS[prefix], prefix=prefix)]
    if prefix not in KEYS:
        return [make_finding("aws.unknown-prefix")]
    if prefix in ("ABIA", "ACCA"):
        return [make_finding("aws.service-bearer", prefix=prefix)]
    if not re.fullmatch("[A-Z0-9]{20}", key_id):
        return [make_finding("aws.id-shape", length=len(key_id))]
    return [] if decode_account(key_id) else [make_finding("aws.no-account")]


def _judge_secret(secret: str) -> list[Finding]:
    if secret.endswith("EXAMPLEKEY"):
        return [make_finding("aws.example", field="secret_access_key")]
    findings = []
    if len(secret) != 40:
        findings.append(make_finding("aws.secret-length", length=len(secret)))
    if odd := re.search("[^A-Za-z0-9+/=]", secret):
        where = f"character {odd.start() + 1}"
        findings.append(make_finding("aws.secret-shape", where=where, character=describe_character(odd[0])))
    return findings


def _judge_token(key_id: str, token: str) -> list[Finding]:
    if key_id.startswith("ASIA"):
        return [make_finding("aws.temporary" if token else "aws.temporary-without-token")]
    if key_id.startswith("AKIA") and token:
        return [make_finding("aws.stray-token")]
    return []


_LONGEST = 12 * 3600
_SHORTEST_SECRET = 30
"""Characters after account and user in a long-term key; AWS's have more."""
_ACTION = re.compile(r"bedrock\.amazonaws\.com/\?(.*Action=CallWithBearerToken.*)")
_OWNER = re.compile(r"([\w+=,.@-]{1,64}?)-at-(\d{12}):(.+)")
_SCOPE = re.compile(r"([A-Za-z0-9]{3,128})/(\d{8})/([a-z0-9-]{1,32})/([a-z0-9-]{1,64})/aws4_request")


def read_bedrock(key: str, given: Given) -> Reading:
    """The reading of what is meant to be a Bedrock API key; `given.region` is where it is to be used."""
    if bad := find_unfit_character(key):
        return refuse(BEDROCK_KEY, bad)
    if key.startswith(SHORT_TERM):
        return _read_short_term(key, given)
    region, findings = judge_aws_region(given.region)
    facts = {
        "key type": "long-term API key",
        "length": f"{len(key)} characters",
        "region": describe_region(region, findings),
    }
    hidden: tuple[Secret, ...] = ()
    if key.startswith(LONG_TERM):
        owner, secret = _decode_owner(key)
        facts |= owner
        hidden = (Secret(secret),) if secret else ()
        if not owner:
            findings += (make_finding("bedrock.undecodable", what="no user and account stand in it"),)
        if (len(key.rstrip("=")) % 4 and not key.endswith("=")) or (secret and len(secret) < _SHORTEST_SECRET):
            findings += (make_finding("bedrock.short", length=len(key)),)
    else:
        facts["key type"] = "unknown form"
        findings += (make_finding("bedrock.no-prefix", variable=given.variable or "the field it stands in"),)
    return Reading(BEDROCK_KEY, _make_material(key, region), findings, facts, hidden)


def _make_material(key: str, region: str) -> BedrockKey | None:
    return BedrockKey(Secret(key), region) if region else None


def _decode_owner(key: str) -> tuple[dict[str, str], str]:
    """IAM user and account in a long-term key, and the secret after them; empty where it does not decode."""
    match = _OWNER.fullmatch(_decode_base64(key[len(LONG_TERM) :]))
    return ({"IAM user": match[1], "account": match[2]}, match[3]) if match else ({}, "")


def _read_short_term(key: str, given: Given) -> Reading:
    length = f"{len(key)} characters"
    match = _ACTION.fullmatch(_decode_base64(key[len(SHORT_TERM) :]))
    if match is None:
        region, findings = judge_aws_region(given.region)
        facts = {"key type": "short-term API key", "length": length, "region": describe_region(region, findings)}
        findings += (make_finding("bedrock.undecodable", what="it is not base64 of a signed Bedrock address"),)
        return Reading(BEDROCK_KEY, _make_material(key, region), findings, facts)
    fields = defaultdict(str, {name: values[0] for name, values in parse_qs(match[1]).items()})
    scope = _SCOPE.fullmatch(fields["X-Amz-Credential"])
    own = scope[3] if scope else ""
    region, region_findings = judge_aws_region(own or given.region)
    if own and given.region and given.region.strip().lower() != own:
        region_findings += (
            make_finding(
                "bedrock.region-differs", given=judge_aws_region(given.region)[0] or "no region at all", own=own
            ),
        )
    facts = {"key type": "short-term API key", "length": length, "region": describe_region(region, region_findings)}
    if scope:
        facts["signed by"] = f"{mask(scope[1])} ({'temporary' if scope[1].startswith('ASIA') else 'long-term'} key)"
        if account := decode_account(scope[1]):
            facts["account"] = account
    life, life_findings = _judge_lifetime(fields, given.now)
    findings = (*region_findings, *_judge_fields(fields, scope), *life_findings, make_finding("bedrock.short-term"))
    secrets = (scope[1] if scope else "", fields["X-Amz-Security-Token"], match[0])
    hidden = tuple(Secret(text) for text in secrets if text)
    return Reading(BEDROCK_KEY, _make_material(key, region), findings, facts | life, hidden)


def _judge_fields(fields: defaultdict[str, str], scope: re.Match[str] | None) -> list[Finding]:
    findings = []
    if scope is None:
        findings.append(make_finding("bedrock.cut-off", part="X-Amz-Credential of the usual form"))
    elif scope[4] != "bedrock":
        findings.append(make_finding("bedrock.other-service", service=scope[4]))
    if not re.fullmatch("[0-9a-f]{64}", fields["X-Amz-Signature"]):
        findings.append(make_finding("bedrock.cut-off", part="X-Amz-Signature of 64 digits"))
    if scope and scope[1].startswith("ASIA") and not fields["X-Amz-Security-Token"]:
        findings.append(make_finding("bedrock.without-token"))
    return findings


def _judge_lifetime(fields: defaultdict[str, str], now: float) -> tuple[dict[str, str], list[Finding]]:
    """When the key begins and ends, and what is wrong with that. AWS lets clocks differ by five minutes."""
    begun = parse_compact(fields["X-Amz-Date"])
    lasts = fields["X-Amz-Expires"]
    if begun is None or not re.fullmatch(r"\d{1,9}", lasts):
        return {}, [make_finding("bedrock.cut-off", part="X-Amz-Date and X-Amz-Expires")]
    ends = begun + int(lasts)
    findings = []
    if int(lasts) > _LONGEST:
        findings.append(make_finding("bedrock.life", hours=f"{int(lasts) / 3600:.0f}"))
    if begun > now + 300:
        findings.append(make_finding("bedrock.not-yet", when=format_relative(begun, now)))
    if ends <= now:
        findings.append(make_finding("bedrock.expired", when=format_relative(ends, now)))
    return {"issued": format_utc(begun), "expires": format_relative(ends, now)}, findings


def _decode_base64(text: str) -> str:
    """What base64 (either alphabet, padding optional) encodes, as text; empty where it does not decode."""
    text = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("ascii")
    except ValueError:
        return ""


def _read_bedrock_object(fields: Mapping[str, object], given: Given) -> Reading:
    form = fill_form(BedrockForm, fields, "a Bedrock API key")
    if isinstance(form, tuple):
        return refuse(BEDROCK_KEY, *form)
    reading = read_bedrock(form.api_key, given)
    findings: list[Finding] = []
    if form.status.lower() == "inactive":
        findings.append(make_finding("bedrock.inactive"))
    facts: dict[str, str] = {}
    if (expires := parse_expiry(form.expiration)) is not None:
        facts["expires"] = format_relative(expires, given.now)
        if expires <= given.now:
            findings.append(make_finding("bedrock.long-expired", when=facts["expires"]))
    return replace(reading, findings=(*reading.findings, *findings), facts={**reading.facts, **facts})


def _read_stated_type(fields: Mapping[str, object]) -> str:
    """Mesh's `credential_type` without its punctuation."""
    stated = fields.get("credential_type")
    return re.sub("[^a-z]", "", stated.lower()) if isinstance(stated, str) else ""


def _read_object(given: JsonObject) -> Reading | None:
    """A key pair, or a Bedrock API key that says that it is one."""
    fields, stated = given.fields, _read_stated_type(given.fields)
    if "private_key" in fields or "client_email" in fields:
        return None
    has_pair = "access_key_id" in fields or "secret_access_key" in fields
    if has_pair and not (stated == "bedrockapikey" and "api_key" in fields):
        wrong = stated not in ("", "iamcredentials", "iam", "awscredentials")
        added = (make_finding("field.credential-type", right="iam_credentials", form="a key pair"),) if wrong else ()
        return read_aws(fields, given.given).after(added)
    if stated.startswith("bedrock"):
        return _read_bedrock_object(fields, given.given)
    has_key = isinstance(fields.get("api_key"), str) and bool(fields["api_key"])
    if (stated.startswith("iam") and "api_key" not in fields) or (given.hint is AWS_KEYS and not has_key):
        return read_aws(fields, given.given)
    return None


def _read_key_object(given: JsonObject, _: Reading) -> Reading:
    """A Bedrock API key that says nothing of it, or calls itself something else."""
    right = {"right": "bedrock_api_key", "form": "a Bedrock API key"}
    added = (make_finding("field.credential-type", **right),) if _read_stated_type(given.fields) else ()
    return _read_bedrock_object(given.fields, given.given).after(added)


def _find_surroundings(
    credential: Credential, variables: Mapping[str, str], profiles: Mapping[str, str]
) -> list[Finding]:
    findings = []
    if credential.kind is AWS_KEYS and variables.get("AWS_BEARER_TOKEN_BEDROCK"):
        findings.append(make_finding("env.bearer-beats-keys"))
    chosen, default = (variables.get(name, "") for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"))
    if credential.kind is AWS_KEYS:
        findings += [
            make_finding("env.profile-unknown", variable=variable)
            for variable, name in (("AWS_PROFILE", chosen), ("AWS_DEFAULT_PROFILE", default))
            if name and name not in profiles
        ]
        if chosen and default and chosen != default:
            findings.append(make_finding("env.two-profiles"))
    one, other = variables.get("AWS_REGION"), variables.get("AWS_DEFAULT_REGION")
    if one and other and one != other:
        findings.append(make_finding("env.two-regions"))
    active, variable = find_active_profile(variables)
    if credential.source.where == "AWS_ACCESS_KEY_ID" and variable and active in profiles:
        findings.append(make_finding("aws.profile-beaten", profile=active, variable=variable))
    of_profile = profiles.get(active, "")
    used = credential.facts.get("region from", "").endswith("AWS_REGION") and credential.kind is AWS_KEYS
    if used and one and not other and one != of_profile:
        instead = f"it takes {of_profile}, the profile's" if of_profile else "it ends in NoRegionError"
        findings.append(make_finding("env.region-unread", instead=instead))
    return findings


def fill_mesh_form(credential: Credential) -> FormFields:
    """What to paste into Mesh's BYOK form."""
    unknown = any(finding.id == "region.missing" for finding in credential.findings)
    region = ("region", "<your region>" if unknown else credential.region)
    unsure = [make_finding("form.region-unknown")] if unknown else []
    material = credential.material
    if isinstance(material, AwsKeys):
        fields = (
            ("credential_type", "iam_credentials"), ("access_key_id", material.access_key_id.masked),
            ("secret_access_key", material.secret_access_key.masked), region,
        )  # fmt: skip
        temporary = material.session_token is not None or material.access_key_id.reveal().startswith("ASIA")
        traps = [make_finding("form.session-token")] if temporary else []
        traps += [make_finding("form.credential-type", right="iam_credentials"), make_finding("form.old-spelling")]
        return FormFields(fields, traps=(*traps, *unsure))
    traps = [make_finding("form.credential-type", right="bedrock_api_key"), make_finding("form.region-bound")]
    assert isinstance(material, BedrockKey)
    if material.is_short_term:
        traps.append(make_finding("form.short-term"))
    key = (("credential_type", "bedrock_api_key"), ("api_key", credential.shown), region)
    return FormFields(key, traps=(*traps, *unsure))


FORMS = CredentialForms(
    keys=(
        KeyForm(
            BEDROCK_KEY, prefixes=(SHORT_TERM, LONG_TERM),
            in_text=rf"{SHORT_TERM}[\w+/=-]{{40,}}|{LONG_TERM}[\w+/=-]{{40,}}",
            variables=("AWS_BEARER_TOKEN_BEDROCK", "BEDROCK_API_KEY"),
            sign=rf"(?i:bedrock_?api_?key|{LONG_TERM}|{SHORT_TERM})", read_key=read_bedrock,
        ),
        KeyForm(
            AWS_KEYS, variables=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
            sign="(?i:access_?key|secret_?access)", fields=("access_key_id", "secret_access_key"),
        ),
    ),
    foreign=(
        ForeignKey(re.compile(r"(?=(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,28}\Z)"), "aws.id-alone", AWS_KEYS),
        ForeignKey(
            re.compile(r"(?=[A-Za-z0-9+/]{40}\Z)(?=.*[+/A-Z])(?=.*[a-z])(?=.*\d)"), "aws.secret-alone", AWS_KEYS,
            weak=True,
        ),
    ),
    # AWS's CLI, SDKs, SSO, instance metadata and console's CSV; both versions of Mesh's BYOK page.
    spellings={
        "access_key_id": "accesskeyid awsaccesskeyid accesskey awsaccesskey",
        "secret_access_key": "secretaccesskey awssecretaccesskey secretkey awssecretkey secretaccess",
        "session_token": "sessiontoken awssessiontoken securitytoken awssecuritytoken",
        "region": "awsregion awsdefaultregion awsregionname bedrockregion",
        "expiration": "expiration expirationdate awsexpiration awscredentialexpiration xsecuritytokenexpires",
        "api_key": "awsbearertokenbedrock bedrockapikey bedrocktoken servicecredentialsecret",
    },
    wrappers=("Credentials", "AccessKey", "credentials", "roleCredentials", "ServiceSpecificCredential", "accessKey",
              "aws"),
    csv_header="access key id,secret access key",
    read_object=_read_object,
    read_key_object={BEDROCK_KEY.id: _read_key_object},
    find_surroundings=_find_surroundings,
    fill_mesh_form=fill_mesh_form,
)  # fmt: skip

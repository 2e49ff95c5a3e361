"""What is said of an AWS profile that gives no keys. `{named}` is the profile's name, quoted for a shell."""

from meshtui.base.credential import ERROR, WARNING, Row, Rows

_BY_AWS = (
    "Let AWS's own command line get the keys, and give the file: (umask 077; aws configure export-credentials "
    "--profile {named} > keys.json), then meshtui check --file keys.json."
)

PROFILE_ROWS: Rows = {
    "aws.profile-failed": Row(
        ERROR,
        "The AWS profile {profile} gives no keys",
        "Give it keys (aws configure --profile {named}) or single sign-on (aws configure sso --profile {named}).",
        "{what}",
    ),
    "aws.profile-missing": Row(
        ERROR,
        "There is no AWS profile named {missing}",
        "{there} In ~/.aws/config the section is [profile NAME], in ~/.aws/credentials [NAME].",
        "asked for as profile {profile}",
    ),
    "aws.profile-spelt": Row(
        ERROR,
        "There is no AWS profile named {missing}; there is [{there}], which is spelt otherwise",
        "{fix}",
        "asked for as profile {profile}",
    ),
    "aws.config-broken": Row(
        ERROR,
        "{file} cannot be read as an AWS configuration file: {what}",
        "Correct it: a file is UTF-8 and has [section] lines, and below them lines of the form name = value.",
        "{what}",
    ),
    "aws.config-mark": Row(
        ERROR,
        "{file} begins with a byte order mark, for which AWS's libraries refuse the whole file",
        "Save it as UTF-8 without a mark (in Notepad: UTF-8, not UTF-8 with BOM).",
        "the first three bytes of the file",
    ),
    "aws.profile-quotes": Row(
        WARNING,
        "The AWS profile {profile} has quotes around {setting}; AWS's libraries keep them, and it is refused",
        "Take the quotes out: aws configure set {setting} VALUE --profile {named}. meshtui removed them here.",
        "setting {setting}",
    ),
    "aws.profile-comment": Row(
        WARNING,
        "The AWS profile {profile} has a comment behind {setting}; AWS's libraries take it as part of the value",
        "Put the comment on a line of its own, which begins with #. meshtui removed it here.",
        "setting {setting}",
    ),
    "aws.profile-export": Row(
        ERROR,
        "The AWS profile {profile} has a setting named {setting}, which AWS's libraries do not know",
        "Take the word export out: AWS's files are no shell scripts.",
        "setting {setting}",
    ),
    "aws.profile-beaten": Row(
        WARNING,
        "{variable} names {profile}, and the key pair in the environment comes before it",
        "Unset AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN to use the profile.",
        "environment",
    ),
    "aws.profile-bare-section": Row(
        ERROR,
        "[{missing}] in the AWS configuration file is no profile: there, a section is named [profile {missing}]",
        "Rename the section to [profile {missing}]; only in the credentials file it is [{missing}].",
        "asked for as profile {profile}",
    ),
    "aws.profile-incomplete": Row(
        ERROR,
        "The AWS profile {profile} is not complete: {what}",
        "Correct the profile in ~/.aws/config; aws configure list --profile {named} shows what AWS's libraries read.",
        "{what}",
    ),
    "aws.profile-region": Row(
        ERROR,
        "{setting} is not the name of an AWS region, and would become part of a host name: nothing is sent",
        "Correct {setting}: a region is spelt like eu-central-1.",
        "{setting}: {length} characters that are no region",
    ),
    "aws.profile-foreign-address": Row(
        ERROR,
        "{setting} would send secrets of the AWS profile {profile} to {address}, which is not AWS's over TLS: "
        "nothing is sent",
        "Remove {setting} ({where}). If the keys are that host's own, meshtui cannot test them.",
        "{setting}, {where}",
    ),
    "aws.profile-loopback-address": Row(
        WARNING,
        "{setting} points to this machine: single sign-on and STS are asked there for this profile's keys",
        "Remove {setting} to ask AWS itself.",
        "{setting}, {where}",
    ),
    "aws.profile-offline": Row(
        ERROR,
        "The AWS profile {profile} gets its keys by {how}, which --offline does not ask",
        "Leave out --offline.",
        "--offline opens no connection and starts no program",
    ),
    "aws.profile-program": Row(
        ERROR,
        "The AWS profile {profile} gets its keys from a program, which is run only when you ask for it",
        "Look at credential_process in ~/.aws/config. If you trust that program, add --run-credential-process.",
        "setting credential_process",
    ),
    "aws.program-failed": Row(
        ERROR,
        "The credential_process of the AWS profile {profile} gave no keys",
        "Run the command yourself; it must print JSON with Version, AccessKeyId and SecretAccessKey. It gets no keys "
        "from the environment here, and starts in the root folder.",
        "{what}",
    ),
    "aws.profile-mfa": Row(
        ERROR,
        "The AWS profile {profile} wants a code of a second factor, which meshtui never asks for",
        _BY_AWS,
        "setting mfa_serial",
    ),
    "aws.profile-login": Row(
        ERROR,
        "The AWS profile {profile} gets its keys by aws login, whose keys only AWS's own command line can renew",
        _BY_AWS,
        "setting login_session",
    ),
    "aws.sso-token": Row(
        ERROR,
        "There is no single sign-on token in force for the AWS profile {profile}: {what}",
        "Sign in: aws sso login --profile {named}.",
        "{what}",
    ),
    "aws.profile-refused": Row(
        ERROR,
        "AWS gave no keys for the AWS profile {profile} when {service} was asked",
        "Check that the role exists and that this identity may assume it: aws sts get-caller-identity "
        "--profile {named} shows the same error.",
        "{what}",
    ),
    "aws.role-offline": Row(
        ERROR,
        "The keys of the {how} are got from AWS, which --offline does not ask",
        "Leave out --offline.",
        "--offline opens no connection and starts no program",
    ),
    "aws.role-incomplete": Row(
        ERROR,
        "The {how} gives no keys: {what}",
        "Correct the variables by which AWS's libraries find it: AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE, "
        "AWS_CONTAINER_CREDENTIALS_…, AWS_EC2_METADATA_….",
        "{what}",
    ),
    "aws.role-refused": Row(
        ERROR,
        "AWS gave no keys for the {how} when {service} was asked",
        "Check that a role is attached to the task, pod or machine, and that its trust policy names it.",
        "{what}",
    ),
    "aws.role-unreachable": Row(
        ERROR,
        "No keys for the {how}: {service} could not be reached",
        "Run it in that container or on that machine. From a container on EC2 the hop limit must be 2: aws ec2 "
        "modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2.",
        "{what}",
    ),
    "aws.profile-unreachable": Row(
        ERROR,
        "No keys for the AWS profile {profile}: {service} could not be reached",
        "Check the network, HTTPS_PROXY and SSL_CERT_FILE, and try again.",
        "{what}",
    ),
}

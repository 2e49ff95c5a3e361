"""What is told of where a credential lies: files, variables, addresses that would send it elsewhere."""

from meshtui.credentials.catalogue.row import ERROR, NOTE, WARNING, Row, Rows

ROWS: Rows = {
    "file.missing": Row(ERROR, "There is no such file", "Check the path.", "{what}"),
    "file.not-a-file": Row(
        ERROR, "This is {what}, not a file", "Give a regular file, or paste what it would hold.", "its kind on disk"
    ),
    "file.unreadable": Row(
        ERROR, "The file cannot be read", "Check who owns it: ls -l tells; chmod u+r lets the owner read.", "{what}"
    ),
    "file.open": Row(
        WARNING,
        "Others on this machine may read the file",
        "chmod 600 on it; and if the machine is shared, make a new key.",
        "mode {mode}",
    ),
    "env.sent-unasked": Row(
        NOTE,
        "OpenAI's libraries also send {variable}, unasked",
        "Where it names another than the key's own, they get 401 mismatched. meshtui does not send it.",
        "environment variable {variable}",
    ),
    "env.bearer-beats-keys": Row(
        WARNING,
        "AWS_BEARER_TOKEN_BEDROCK is set and silently beats this key pair in AWS's libraries",
        "Unset the one you do not mean. meshtui tests each on its own.",
        "environment variable AWS_BEARER_TOKEN_BEDROCK",
    ),
    "env.shadowed": Row(
        WARNING,
        "It is not the one in use: {winner} comes before it",
        "Remove one of the two, so that you know which one you test.",
        "{place}",
    ),
    "env.shadows": Row(NOTE, "It hides another credential: {losers}", "Remove the one you do not mean.", "{place}"),
    "env.foreign-address": Row(
        ERROR,
        "{variable} would send this key to {host}, which is not {owner}'s: the key is not sent",
        "Unset {variable} if the key is {owner}'s. If it is that host's own key, meshtui cannot test it.",
        "environment variable {variable}",
    ),
    "env.loopback-address": Row(
        WARNING,
        "{variable} points to this machine; meshtui does not obey it and talks to {owner} itself",
        "Unset it, or use --sandbox for keys of a sandbox.",
        "environment variable {variable}",
    ),
    "env.two-regions": Row(
        NOTE,
        "AWS_REGION and AWS_DEFAULT_REGION differ; the first is used",
        "boto3 reads only AWS_DEFAULT_REGION, most other AWS libraries AWS_REGION. Make them equal.",
        "environment",
    ),
    "env.json-not-path": Row(
        WARNING,
        "GOOGLE_APPLICATION_CREDENTIALS holds the JSON itself; Google's libraries want the path of a file there",
        "They fail with an error that prints the whole private key. Put the JSON into a file of mode 600 and its path "
        "into the variable.",
        "environment variable GOOGLE_APPLICATION_CREDENTIALS",
    ),
    "env.google-api-key": Row(
        NOTE,
        "{variable} is set; Google's libraries may send it instead of this account",
        "Vertex AI answers it with 401 API keys are not supported. Unset it.",
        "environment variable {variable}",
    ),
    "env.project-differs": Row(
        NOTE,
        "GOOGLE_CLOUD_PROJECT names {other}, the file names {project}",
        "Libraries take the variable's project, Mesh the file's. Make them equal, or know which one you test.",
        "environment variable GOOGLE_CLOUD_PROJECT",
    ),
    "env.profile-unknown": Row(
        WARNING,
        "AWS_PROFILE names a profile that no AWS configuration file has",
        "boto3 then refuses even good keys. Unset it, or correct the name.",
        "environment variable AWS_PROFILE",
    ),
}

"""Set-ups as they lie on real machines, after public threads: what `check --offline` says of each, and its exit status.

Each is judged by what a program on that machine would do: the line says it, or names what keeps the program from it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.conftest import Meshtui
from tests.credentials import samples as s

OPENAI, OTHER, MESH, ABSK = s.openai_key(), s.openai_key(half=58), s.mesh_key(), s.long_term()
ACCOUNT, EMAIL = json.dumps(s.account(), indent=2), "caller@acme-prod-7.iam.gserviceaccount.com"
ENV_PAIR = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET}
SSO = "sso_account_id = 123456789012\nsso_role_name = Dev\nregion = us-east-1\n"
SESSION = "[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\n"
OTHER_SESSION = SESSION.replace("corp", "crop")
TOKEN = f"~/.aws/sso/cache/{hashlib.sha1(b'corp', usedforsecurity=False).hexdigest()}.json"
ADC = "~/.config/gcloud/application_default_credentials.json"


def pair(key_id: str = s.key_id()) -> str:
    return f"aws_access_key_id = {key_id}\naws_secret_access_key = {s.SECRET}\n"


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@dataclass(frozen=True)
class Machine:
    """`files`: path, from the working directory or the home (`~/`), → what is in it."""

    status: int
    says: tuple[str, ...]
    files: dict[str, str | bytes] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def aws(status: int, *says: str, credentials: str | bytes = "", config: str = "", arguments: tuple[str, ...] = (),
        **environ: str) -> Machine:  # fmt: skip
    files: dict[str, str | bytes] = {"~/.aws/credentials": credentials} if credentials else {}
    return Machine(status, says, {**files, **({"~/.aws/config": config} if config else {})}, environ, arguments)


def dotenv(status: int, *says: str, text: str | bytes, name: str = ".env", never: tuple[str, ...] = (),
           **environ: str) -> Machine:  # fmt: skip
    return Machine(status, says, {name: text}, environ, never=never)


def variables(status: int, *says: str, never: tuple[str, ...] = (), **environ: str) -> Machine:
    return Machine(status, says, {}, environ, never=never)


def given(status: int, *says: str, text: str, name: str = "given.txt", option: str = "--file") -> Machine:
    return Machine(status, says, {name: text}, {}, (option, name))


MACHINES = {
    # AWS's two files
    "a good default": aws(0, "aws: AWS key pair AKIA…7WML, from profile default", "region eu-west-1 (profile default)",
                          credentials=f"[default]\n{pair()}", config="[default]\nregion = eu-west-1\n"),
    "a default without region": aws(0, "boto3 ends in NoRegionError", credentials=f"[default]\n{pair()}"),
    "AWS_PROFILE names none": aws(4, "There is no AWS profile named prod", "This machine has: default.",
                                  credentials=f"[default]\n{pair()}", AWS_PROFILE="prod"),
    "AWS_PROFILE is empty": aws(0, "from profile default", credentials=f"[default]\n{pair()}", AWS_PROFILE=""),
    "AWS_PROFILE is null": aws(4, "There is no AWS profile named null", credentials=f"[default]\n{pair()}",
                               AWS_PROFILE="null"),
    "a bare section in config": aws(4, "[dev] in the AWS configuration file is no profile", "Rename the section to",
                                    config=f"[default]\n{pair()}[dev]\n{pair()}", AWS_DEFAULT_PROFILE="dev"),
    "profile in credentials": aws(4, "there is [profile dev], which is spelt otherwise", "write [dev], without",
                                  credentials=f"[profile dev]\n{pair()}", AWS_PROFILE="dev"),
    "a default in capitals": aws(8, "there is no profile [default], in small letters", "meshtui check profile-Default",
                                 credentials=f"[Default]\n{pair()}"),
    "only another profile": aws(8, "AWS_PROFILE names none", "meshtui check profile-local",
                                credentials=f"[local]\n{pair()}", config="[profile local]\nregion = us-east-1\n"),
    "the pair twice": aws(4, "line 4 repeats a section or a name", credentials=f"[default]\n{pair()}{pair()}"),
    "a byte order mark": aws(4, "begins with a byte order mark", credentials=f"\ufeff[default]\n{pair()}"),
    "UTF-16": aws(4, "it is UTF-16, as PowerShell's > writes it", credentials=f"[default]\n{pair()}".encode("utf-16")),
    "CRLF": aws(0, "from profile default", credentials=f"[default]\n{pair()}".replace("\n", "\r\n"),
                config="[default]\r\nregion = us-east-1\r\n"),
    "no section": aws(4, "line 1 stands before any [section]", credentials=pair()),
    "the console's table": aws(4, "line 1 stands before any [section]",
                               credentials=f"Access key ID,Secret access key\n{s.key_id()},{s.SECRET}\n"),
    "quotes": aws(0, "has quotes around aws_access_key_id; AWS's libraries keep them",
                  credentials=f'[default]\naws_access_key_id = "{s.key_id()}"\naws_secret_access_key = {s.SECRET}\n'),
    "a comment behind a value": aws(0, "has a comment behind aws_access_key_id",
                                    credentials=f"[default]\n{pair(s.key_id() + ' # mine')}"),
    "export": aws(4, "has a setting named export aws_access_key_id", "no shell scripts",
                  credentials=f"[default]\nexport AWS_ACCESS_KEY_ID={s.key_id()}\n"),
    "names in capitals": aws(0, "from profile default",
                             credentials=f"[default]\nAWS_ACCESS_KEY_ID={s.key_id()}\nAWS_SECRET_ACCESS_KEY={s.SECRET}\n"),
    "x for a key": aws(4, "This is a placeholder, not a key",
                       credentials="[default]\naws_access_key_id=xxxx\naws_secret_access_key=xxxxxxxxxxxx\n"),
    "AWS's sample": aws(4, "The example key of AWS's documentation",
                        credentials="[default]\naws_access_key_id = AKIA" + "IOSFODNN7EXAMPLE\n"
                                    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY\n"),
    "a name that no library reads": Machine(8, ("under a name that its libraries do not read", "meshtui check file-1"),
                                            {"~/.aws/credentials.txt": f"[default]\n{pair()}"}),
    "a stray session token": aws(0, "A session token stands beside a long-term key",
                                 credentials=f"[default]\n{pair()}aws_session_token = {s.SESSION}\n"),
    "a temporary key alone": aws(4, "without its session token", credentials=f"[default]\n{pair(s.key_id('ASIA'))}"),
    "single sign-on": aws(8, "keys by single sign-on", "meshtui check profile-default",
                          config=f"[default]\nsso_session = corp\n{SSO}{SESSION}"),
    "a session by another name": aws(4, "there is no section [sso-session corp]",
                                     config=f"[profile dev]\nsso_session = corp\n{SSO}{OTHER_SESSION}",
                                     arguments=("profile-dev",)),
    "nobody has signed in": aws(4, "nobody has signed in on this machine", "aws sso login --profile dev",
                                config=f"[profile dev]\nsso_session = corp\n{SSO}{SESSION}",
                                                            arguments=("profile-dev",)),
    "the sign-in has ended": Machine(4, ("the token ended at 2026-01-01", "aws sso login"), {
        "~/.aws/config": f"[default]\nsso_session = corp\n{SSO}{SESSION}",
        TOKEN: json.dumps({"accessToken": "x", "expiresAt": "2026-01-01T00:00:00Z"})}, {}, ("profile-default",)),
    "a second factor": aws(8, "keys by assumed role", config="[default]\nrole_arn = arn:aws:iam::123456789012:role/r\n"
                           f"source_profile = b\nmfa_serial = m\n[profile b]\n{pair()}"),
    # AWS's variables
    "keys before the profile": Machine(0, ("AWS_PROFILE names work, and the key pair in the environment comes before",),
                                       {"~/.aws/credentials": f"[work]\n{pair()}"}, {**ENV_PAIR,
                                                            "AWS_PROFILE": "work"}),
    "a region that boto3 does not read": variables(0, "boto3 does not read AWS_REGION", **ENV_PAIR,
                                                   AWS_REGION="us-east-1"),
    "a zone": aws(4, "us-east-1a is a zone", credentials=f"[default]\n{pair()}", AWS_DEFAULT_REGION="us-east-1a"),
    "a region in quotes": aws(0, "written with capitals, spaces or quotes", credentials=f"[default]\n{pair()}",
                              AWS_DEFAULT_REGION='"us-east-1"'),
    "a secret alone": variables(4, "access_key_id is missing", AWS_SECRET_ACCESS_KEY=s.SECRET),
    "swapped": variables(4, "have changed places", AWS_ACCESS_KEY_ID=s.SECRET, AWS_SECRET_ACCESS_KEY=s.key_id()),
    "a container": variables(8, "keys by container role", "meshtui check aws-container",
                             AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v2/x"),
    "a pod": variables(8, "keys by web identity", "meshtui check aws-web-identity",
                       AWS_WEB_IDENTITY_TOKEN_FILE="/none", AWS_ROLE_ARN="arn:aws:iam::123456789012:role/r"),
    "a bearer before a program": aws(0, "bedrock: Bedrock API key", config="[default]\ncredential_process = awsmfa\n",
                                     AWS_BEARER_TOKEN_BEDROCK=ABSK, AWS_REGION="us-west-2"),
    "a bearer that has ended": variables(4, "The short-term key has expired",
                                         AWS_BEARER_TOKEN_BEDROCK=s.short_term(begins="20250101T000000Z")),
    "a bearer of another region": variables(4, "region eu-central-1 (the key itself)", "works only there",
                                            AWS_BEARER_TOKEN_BEDROCK=s.short_term(begins="20250101T000000Z"),
                                            AWS_REGION="us-west-2"),
    "another vendor's bearer": variables(0, "It stands in AWS_BEARER_TOKEN_BEDROCK, but it is a credential for OpenAI",
                                         AWS_BEARER_TOKEN_BEDROCK=OPENAI),
    # Google
    "a tilde": Machine(0, ("begins with ~, which Google's libraries do not expand",), {"~/key.json": ACCOUNT},
                       {"GOOGLE_APPLICATION_CREDENTIALS": "~/key.json"}),
    "the JSON for its path": variables(0, "holds the JSON itself", GOOGLE_APPLICATION_CREDENTIALS=ACCOUNT),
    "base64 for its path": variables(0, "holds the JSON itself", GOOGLE_APPLICATION_CREDENTIALS=encode(ACCOUNT)),
    "a path of the host": variables(4, "nothing lies at C:\\Users\\me\\adc.json", "In a container it is the one inside",
                                    GOOGLE_APPLICATION_CREDENTIALS="C:\\Users\\me\\adc.json"),
    "a relative path": variables(4, "nothing lies at key.json, seen from", GOOGLE_APPLICATION_CREDENTIALS="key.json"),
    "a mounted folder": Machine(4, ("This is a folder", "Docker makes a folder"), {"key.json/x": ""},
                                {"GOOGLE_APPLICATION_CREDENTIALS": "key.json"}),
    "an API key for a path": variables(4, "A Google API key", GOOGLE_APPLICATION_CREDENTIALS="AIza" + s.filler(35)),
    "a person's login": Machine(8, ("gcloud login (authorized_user)", "Mesh takes only a service account key"),
                                {ADC: '{"type": "authorized_user", "refresh_token": "x"}'}),
    "a federation": Machine(4, ("workload identity federation file", "holds no secret of its own"),
                            {"c.json": '{"type": "external_account", "audience": "x"}'},
                            {"GOOGLE_APPLICATION_CREDENTIALS": "c.json"}),
    "an app's client": Machine(4, ("An OAuth client of an app",), {"c.json": '{"installed": {"client_id": "x"}}'},
                               {"GOOGLE_APPLICATION_CREDENTIALS": "c.json"}),
    "e-mail and key apart": variables(0, EMAIL, "has \\n as two characters", GOOGLE_CLIENT_EMAIL=EMAIL,
                                      GOOGLE_PRIVATE_KEY=s.pem().replace("\n", "\\n"),
                                                            GOOGLE_VERTEX_PROJECT="acme-prod-7"),
    "a key on one line": variables(0, "line breaks are lost", GOOGLE_CLIENT_EMAIL=EMAIL,
                                   GOOGLE_PRIVATE_KEY=s.pem().replace("\n", " ")),
    "JSON over several lines": dotenv(4, "GOOGLE_CREDENTIALS in .env begins JSON over several lines",
                                      "in single quotes",
                                      text=f"GOOGLE_CREDENTIALS={ACCOUNT}\nOPENAI_API_KEY={OPENAI}\n"),
    # OpenAI's and Mesh's keys, and .env files
    "a byte order mark in .env": dotenv(0, "openai: OpenAI key", text=f"\ufeffOPENAI_API_KEY={OPENAI}\n"),
    "UTF-16 in .env": dotenv(0, ".env is UTF-16", text=f"OPENAI_API_KEY={OPENAI}\n".encode("utf-16")),
    "typographic quotes": dotenv(0, "with quotes around the key", text=f"OPENAI_API_KEY=\u201c{OPENAI}\u201d\n"),
    "an old key in the shell": dotenv(0, "from env OPENAI_API_KEY", "It hides another credential: dotenv",
                                      text=f"OPENAI_API_KEY={OPENAI}\n", OPENAI_API_KEY=OTHER),
    "nothing in the shell": dotenv(8, "OPENAI_API_KEY is set, to nothing", "meshtui check openai-2",
                                   text=f"OPENAI_API_KEY={OPENAI}\n", OPENAI_API_KEY=""),
    "a missing secret of GitHub": variables(8, "A secret of GitHub Actions", OPENAI_API_KEY=""),
    "quotes of docker": variables(0, "with quotes around the key", OPENAI_API_KEY=f'"{OPENAI}"'),
    "a line break": variables(0, "with a line break at the end", OPENAI_API_KEY=f"{OPENAI}\n"),
    "base64 of Kubernetes": variables(0, "as it stands, in base64", "ends in a line break",
                                      OPENAI_API_KEY=encode(f"{OPENAI}\n")),
    "dots": variables(4, "This is a placeholder", OPENAI_API_KEY="..."),
    "a reference": dotenv(4, "This is a reference to a secret", text="OPENAI_API_KEY=op://vault/openai/key\n"),
    "an expression of GitHub": dotenv(4, "is an expression that nothing has put a value", never=("Not recognised",),
                                      text="MESHAPI_API_KEY=${{ secrets.MESH }}\n"),
    "sops": dotenv(4, "This is a reference to a secret",
                   text="OPENAI_API_KEY=ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]\n"),
    "dotenvx": dotenv(4, "This is a reference to a secret", text='OPENAI_API_KEY="encrypted:BDb7t3QkTRp2"\n'),
    "another name": dotenv(8, "OpenAI's libraries do not look into a variable of that name",
                           "meshtui check OPEN_AI_KEY",
                           text=f"OPEN_AI_KEY='{OPENAI}'\n"),
    "a name nearly right": variables(8, "libraries do not look into a variable of that name", OPENAI_KEY=OPENAI),
    "an account under another name": variables(8, "GCP_SA_KEY (caller@acme-prod-7", GCP_SA_KEY=ACCOUNT),
    "an account in base64": variables(8, "meshtui check SA_B64", SA_B64=encode(ACCOUNT)),
    "JSON and tokens of others": variables(2, never=("SETTINGS", "ANON_KEY"), ANON_KEY=s.jwt(role="anon"),
                                           SETTINGS='{"token": "abcdefghijklmnopqrstuvwxyz0123", "key": "' + "k" * 40 +
                                           '"}'),
    "only Gemini's key": variables(2, "GEMINI_API_KEY: env GEMINI_API_KEY: A Google API key (Gemini or Maps)",
                                   never=("meshtui check GEMINI",), GEMINI_API_KEY="AIza" + s.filler(35)),
    "only Anthropic's key": variables(2, "A key of Anthropic", ANTHROPIC_API_KEY="sk-ant-api03-" + s.filler(95)),
    "only Azure's key": variables(2, "Looks like a key of Azure OpenAI",
                                  AZURE_OPENAI_API_KEY=s.filler(32, "0123456789abcdef")),
    "a hash in hexadecimal": variables(2, never=("CACHE_API_KEY",), CACHE_API_KEY=s.filler(32, "0123456789abcdef")),
    "a key of another beside ours": variables(0, "OpenAI key", never=("ANTHROPIC",), OPENAI_API_KEY=OPENAI,
                                              ANTHROPIC_API_KEY="sk-ant-api03-" + s.filler(95)),
    "a folder below": Machine(8, ("backend/.env (.env file) is not used: it is not in the working directory",
                                  "meshtui check file-1"), {"backend/.env": f"OPENAI_API_KEY={OPENAI}\n"}),
    "a folder below, asked for": Machine(0, ("file-1: OpenAI key",), {"backend/.env": f"OPENAI_API_KEY={OPENAI}\n"},
                                         {}, ("file-1",)),
    "the folder above": Machine(8, ("it is not in the working directory",), {"../.env": f"OPENAI_API_KEY={OPENAI}\n"}),
    "Streamlit": Machine(8, ("secrets.toml (Streamlit's secrets) is not used",),
                         {".streamlit/secrets.toml": f'OPENAI_API_KEY = "{OPENAI}"\n'}),
    "a folder below, and a key": Machine(0, ("OpenAI key",), {"web/.env": f"OPENAI_API_KEY={OTHER}\n"},
                                         {"OPENAI_API_KEY": OPENAI}, never=("web/.env",)),
    "a folder in the file's place": Machine(8, (".env (not read) is not used: this is a folder, not a file",),
                                            {".env/x": ""}),
    "a virtual environment": Machine(0, ("OpenAI key",), {".env/pyvenv.cfg": ""}, {"OPENAI_API_KEY": OPENAI},
                                     never=("folder",)),
    "a key for every visitor": dotenv(8, "is built into the page that every visitor loads", name=".env.local",
                                      text=f"NEXT_PUBLIC_OPENAI_API_KEY={OPENAI}\n"),
    "commented out": dotenv(8, "the line is commented out", text=f'# OPENAI_API_KEY="{OPENAI}"\n',
                            never=("meshtui check unread",)),
    "a colon": dotenv(8, "it is written with a colon", text=f"OPENAI_API_KEY: {OPENAI}\n"),
    "a name of Windows": dotenv(8, "no loader reads .env.txt", text=f"OPENAI_API_KEY={OPENAI}\n", name=".env.txt"),
    "direnv": dotenv(8, "direnv has not put it into the environment", name=".envrc",
                     text=f"export OPENAI_API_KEY={OPENAI}\n"),
    "two files": Machine(0, ("take OPENAI_API_KEY from different files: python-dotenv: .env; Next.js",),
                         {".env": f"OPENAI_API_KEY={OPENAI}\n", ".env.local": f"OPENAI_API_KEY={OTHER}\n"}),
    "a gateway's key": variables(4, "the key of the gateway at litellm.corp", OPENAI_API_KEY="sk-1234567890abcdef",
                                 OPENAI_BASE_URL="http://litellm.corp:4000"),
    "Mesh by OpenAI's library": variables(0, "mesh: Mesh key", never=("but it is",), OPENAI_API_KEY=MESH,
                                          OPENAI_BASE_URL="https://api.meshapi.ai/v1"),
    "a Mesh key for OpenAI": variables(0, "[!] It stands in OPENAI_API_KEY, but it is a credential for Mesh",
                                       OPENAI_API_KEY=MESH),
    "Bedrock by OpenAI's library": variables(0, "region us-west-2 (the host name in env OPENAI_BASE_URL)",
                                             OPENAI_API_KEY=ABSK,
                                             OPENAI_BASE_URL="https://bedrock-runtime.us-west-2.amazonaws.com/openai/v1"),
    "another vendor's key": variables(4, "A key of OpenRouter", OPENAI_API_KEY="sk-or-v1-" + s.filler(64)),
    "Azure": variables(4, "Looks like a key of Azure OpenAI", OPENAI_API_KEY=s.filler(32, "0123456789abcdef")),
    # Files that are given
    "docker's file": given(0, "it keeps the quotes", "it refuses the file for the white space", option="--env-file",
                           text=f'OPENAI_API_KEY="{OPENAI}"\nexport MESHAPI_API_KEY={MESH}\n'),
    "a Secret of Kubernetes": given(0, "OpenAI key", "ends in a line break",
                                    text=f"kind: Secret\ndata:\n  OPENAI_API_KEY: {encode(OPENAI + chr(10))}\n"),
    "encoded twice": given(0, "below stringData:",
                           text=f"kind: Secret\nstringData:\n  OPENAI_API_KEY: {encode(OPENAI)}\n"),
    "Compose": given(0, "OpenAI key", text=f"services:\n  a:\n    environment:\n      - OPENAI_API_KEY={OPENAI}\n"),
    "Secrets Manager": given(0, "OpenAI key", text=json.dumps({"Name": "x",
                             "SecretString": json.dumps({"OPENAI_API_KEY": OPENAI})})),
    "PowerShell": given(0, "OpenAI key", text=f'$env:OPENAI_API_KEY="{OPENAI}"; $env:AWS_REGION="us-east-1"\n'),
    "Terraform": given(0, "OpenAI key", "meshtui check --env-file", name="a.tfvars",
                       text=f'openai_api_key = "{OPENAI}"\naws_access_key = "{s.key_id()}"\n'
                       f'aws_secret_key = "{s.SECRET}"\n'),
    "LiteLLM": Machine(0, ("file-1: OpenAI key",),
                       {"~/.litellm/config.yaml": f"litellm_params:\n  api_key: {OPENAI}\n"}, {},
                       ("file-1",)),
    "nothing at all": Machine(2, ()),
}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_what_is_said_of_a_machine_is_what_its_programs_meet(
    name: str, meshtui: Meshtui, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    machine, home, folder = MACHINES[name], tmp_path / "home", tmp_path / "project"
    home.mkdir()
    folder.mkdir()
    for path, text in machine.files.items():
        file = home / path[2:] if path.startswith("~/") else folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(0o600)
    for variable in os.environ:
        if variable.startswith(("AWS_", "OPENAI_", "GOOGLE_", "GEMINI_", "ANTHROPIC_", "AZURE_", "MESH", "NODE_ENV")):
            monkeypatch.delenv(variable)
    for variable, value in {"HOME": str(home), **machine.environ}.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.chdir(folder)
    outcome = meshtui("check", "--offline", *machine.arguments)
    said = " ".join(outcome.out.split())
    assert outcome.status == machine.status, outcome.out + outcome.err
    assert [text for text in machine.says if text not in said] == [], outcome.out + outcome.err
    assert not [text for text in machine.never if text in said], outcome.out
    assert not [key for key in (OPENAI, OTHER, MESH, ABSK, s.SECRET, s.SESSION) if key in outcome.out + outcome.err]

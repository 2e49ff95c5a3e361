"""All that is found on a machine: each row in its order, whether a program takes it, and what is said of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from meshtui.base.credential import UNRECOGNISED, Source
from meshtui.credentials.discovery import (
    discover,
    find_named_only,
    list_in_use,
    list_rows,
    read_credential_file,
    read_sandbox_credentials,
)
from meshtui.credentials.sources import Found
from tests.canaries import parts_in
from tests.credentials import samples as s

OPENAI, OTHER, MESH, ABSK = s.openai_key(), s.openai_key(half=58), s.mesh_key(), s.long_term()
OTHER_MESH = s.mesh_key(1_750_000_000_000)
ACCOUNT = json.dumps(s.account())
LOGIN = json.dumps({"type": "authorized_user", "client_id": "c", "client_secret": "s", "refresh_token": "r"})
ADC, MESH_FILE = "~/.config/gcloud/application_default_credentials.json", "~/.meshapi/credentials"
PAIR = {"AWS_ACCESS_KEY_ID": s.key_id(), "AWS_SECRET_ACCESS_KEY": s.SECRET, "AWS_DEFAULT_REGION": "eu-west-1"}
KEYS = f"aws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\nregion = eu-west-1\n"
ROLE = "role_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
WEB = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/none/token", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r"}
CONTAINER = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/x"}
MACHINE = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"}
BEDROCK = "https://bedrock-mantle.us-west-2.api.aws/v1"


HERE = "1/2/3/4/here"
"""So deep that what is looked at above it is of the test as well."""


class Machine(NamedTuple):
    """`files`: path, from the working directory or the home (`~/`), → what is in it."""

    environ: Mapping[str, str] = {}
    files: Mapping[str, str | bytes] = {}
    given: str = ""
    """The .env file that a person names, instead of those of the folder."""


def env(**environ: str) -> Machine:
    return Machine(environ)


def dotenv(text: str | bytes, name: str = ".env", **environ: str) -> Machine:
    return Machine(environ, {name: text})


def named(text: str, **environ: str) -> Machine:
    return Machine(environ, {"app.env": text}, "app.env")


def aws(config: str = "", credentials: str = "", **environ: str) -> Machine:
    files = {"~/.aws/config": config, "~/.aws/credentials": credentials}
    return Machine(environ, {path: text for path, text in files.items() if text})


def folder(environ: Mapping[str, str] | None = None, **files: str) -> Machine:
    """`_env_local` is the file `.env.local`."""
    return Machine(environ or {}, {name.replace("_", "."): text for name, text in files.items()})


MACHINES = {
    # .env files
    "no file at all": env(),
    "a file that has nothing": dotenv("# nothing\n"),
    "each file of the usual mode": folder(
        _env=f"OPENAI_API_KEY={OPENAI}", _env_local=f"OPENAI_API_KEY={OTHER}",
        _env_development=f"OPENAI_API_KEY={OPENAI}x", _env_development_local=f"OPENAI_API_KEY={OPENAI}y"),
    "the mode's files": folder(
        {"NODE_ENV": "production"}, _env=f"OPENAI_API_KEY={OPENAI}", _env_production=f"OPENAI_API_KEY={OTHER}",
        _env_production_local=f"MESH_API_KEY={MESH}"),
    "another mode's file": folder(_env_production=f"OPENAI_API_KEY={OPENAI}", _env_staging_local="OPENAI_API_KEY="),
    "an empty mode": folder({"NODE_ENV": ""}, _env_development=f"OPENAI_API_KEY={OPENAI}"),
    "files that nobody reads": Machine({}, {
        f".env.{ending}": f"OPENAI_API_KEY={OPENAI}" for ending in (
            "txt", "sh", "json", "yaml", "yml", "env", "prod")}),
    "files that are no more than samples": Machine({}, {
        f".env.{ending}": f"OPENAI_API_KEY={OPENAI}" for ending in (
            "example", "sample", "template", "dist", "vault", "keys", "schema", "bak", "swp", "orig", "local~")}),
    "files of two orders": folder(_env_local=f"OPENAI_API_KEY={OPENAI}", _env_development=f"OPENAI_API_KEY={OTHER}"),
    "files of the same value": folder(_env=f"OPENAI_API_KEY={OPENAI}", _env_local=f"OPENAI_API_KEY={OPENAI}"),
    "files, and the environment": folder(
        {"OPENAI_API_KEY": OPENAI}, _env=f"OPENAI_API_KEY={OTHER}", _env_local=f"OPENAI_API_KEY={OTHER}x"),
    "a file, and an empty variable": folder({"OPENAI_API_KEY": ""}, _env=f"OPENAI_API_KEY={OTHER}"),
    "a shell's file": dotenv(
        f"export OPENAI_API_KEY={OPENAI}\nMESH_API_KEY={MESH}\nexport AWS_BEARER_TOKEN_BEDROCK=`x`\n"
        f"export MESHAPI_TOKEN=${{X}}\n", ".envrc"),
    "a folder in a file's place": Machine({}, {".env/x": ""}),
    "a file of Latin-1": dotenv(f"# é\nOPENAI_API_KEY={OPENAI}\n".encode("latin-1")),
    "a file of UTF-16": dotenv(f"OPENAI_API_KEY={OPENAI}\n".encode("utf-16")),
    "a file of UTF-16, the other way round": dotenv(b"\xfe\xff" + f"OPENAI_API_KEY={OPENAI}".encode("utf-16-be")),
    "a file that is cut UTF-16": dotenv(b"\xff\xfe" + f"\nOPENAI_API_KEY={OPENAI}\n".encode()),
    "a file with a mark": dotenv(f"\ufeffOPENAI_API_KEY={OPENAI}\n"),
    "a file of old line ends": dotenv(f"# x\rOPENAI_API_KEY={OPENAI}\rA=1".encode()),
    "six odd lines": dotenv(f"a b\nc d\ne f\ng h\ni j\nk l\nOPENAI_API_KEY={OPENAI}"),
    "lines further down": dotenv(f"\n\n# x\n\nOPENAI_API_KEY={OPENAI}\n"),
    "a line that is commented out": dotenv(f"#OPENAI_API_KEY={OPENAI}\n"),
    "a line that is commented out, and exported": dotenv(f" ## export  OPENAI_API_KEY: '{OPENAI}' x\n"),
    "a line with a colon": dotenv(f"A=1\n  OPENAI_API_KEY: {OPENAI}\n"),
    "lines of two slots with a colon": dotenv(f"OPENAI_API_KEY: {OPENAI}\nMESH_API_KEY: {MESH}\n"),
    "a placeholder that is commented out": dotenv("# OPENAI_API_KEY=your-key\n"),
    "a comment with nothing": dotenv("# OPENAI_API_KEY=\n"),
    "another variable that is commented out": dotenv("# DATABASE_URL=x\n"),
    "a line that is commented out beside another": dotenv(f"OPENAI_API_KEY={OPENAI}\n# OPENAI_API_KEY={OTHER}\n"),
    "a line that is commented out beside the environment": dotenv(
        f"# OPENAI_API_KEY={OTHER}\n", OPENAI_API_KEY=OPENAI),
    "a line that is commented out beside an empty one": dotenv(f"OPENAI_API_KEY=\n# OPENAI_API_KEY={OTHER}\n"),
    "a line that is commented out beside a placeholder": dotenv(f"OPENAI_API_KEY=xxx\n# OPENAI_API_KEY={OTHER}\n"),
    "a line that is commented out, of Windows": dotenv(f"A=1\r\n\r\n# OPENAI_API_KEY={OTHER}\r\n".encode()),
    "a line that is commented out, of old line ends": dotenv(f"A=1\r\r# OPENAI_API_KEY={OTHER}\r".encode()),
    "a variable twice": dotenv(f"OPENAI_API_KEY={OTHER}\nOPENAI_API_KEY={OPENAI}\n"),
    "a variable twice, the same": dotenv(f"OPENAI_API_KEY={OPENAI}\nOPENAI_API_KEY={OPENAI}\n"),
    "an expression": dotenv("OPENAI_API_KEY='{{ openai }}'\nMESH_API_KEY=${{ secrets.MESH }}\n"),
    "JSON over lines": dotenv(f"GOOGLE_CREDENTIALS={{\n{ACCOUNT[1:]}\n"),
    "JSON on a line": dotenv(f"GOOGLE_CREDENTIALS='{ACCOUNT}'\n"),
    "another variable of the file": dotenv(f"K={OPENAI}\nOPENAI_API_KEY=${{K}}\n"),
    "a variable that there is not": dotenv("OPENAI_API_KEY=${NONE}\n"),
    "a default of a variable": dotenv(f"OPENAI_API_KEY=${{NONE:-{OPENAI}}}\n"),
    "the environment's own variable": dotenv("OPENAI_API_KEY=${OPENAI_KEY}\n", OPENAI_KEY=OPENAI),
    "the environment's variable of another kind": dotenv("MESH_API_KEY=${OPENAI_KEY}\n", OPENAI_KEY=OPENAI),
    "the environment's variable and more": dotenv("OPENAI_API_KEY=x${OPENAI_KEY}\n", OPENAI_KEY=OPENAI),
    "the environment's variable for none": dotenv("K=x${OPENAI_KEY}\nOPENAI_API_KEY=${K}", OPENAI_KEY=OPENAI),
    "the environment's variable before the file's": dotenv(
        f"OPENAI_KEY={OTHER}\nOPENAI_API_KEY=${{OPENAI_KEY}}\n", OPENAI_KEY=OPENAI),
    "the environment's variable in a file that is named": named("MESH_API_KEY=${OPENAI_KEY}\n", OPENAI_KEY=OPENAI),
    # a file that a person names, and Docker
    "a file that is named": named(f"OPENAI_API_KEY={OPENAI}\n"),
    "a file that is named and is not there": Machine({}, {}, "none.env"),
    "docker and quotes": named(f'OPENAI_API_KEY= "{OPENAI}"\n'),
    "docker and single quotes": named(f"OPENAI_API_KEY='{OPENAI}'\n"),
    "docker and a comment": named(f"OPENAI_API_KEY={OPENAI} # mine\n"),
    "docker and a space": named(f"A=1\n  OPENAI_API_KEY ={OPENAI}\n"),
    "docker and a space before": named(f"A=1\n  OPENAI_API_KEY={OPENAI}\nB=2\n"),
    "docker and another variable behind": named(f"OPENAI_API_KEY='{OPENAI}'\nB=2\n"),
    "docker and export": named(f"export OPENAI_API_KEY={OPENAI}\n"),
    "docker and two lines": named(f"OPENAI_API_KEY='{OTHER}'\nOPENAI_API_KEY={OPENAI}\n"),
    "docker and another order": named(f"OPENAI_API_KEY={OTHER}\nOPENAI_API_KEY='{OPENAI}'\n"),
    # variables of other names, and empty ones
    "a key of another name": env(MY_KEY=MESH),
    "a key of another name with a space": env(MY_KEY=f" {MESH} "),
    "keys for every visitor": Machine({f"{prefix}KEY": MESH for prefix in (
        "NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "PUBLIC_", "GATSBY_", "MY_PUBLIC_")}),
    "a key of another name without its mark": env(LITELLM_API_KEY="sk-" + s.filler(30)),
    "a key of another name that has ended": env(MY_KEY=s.short_term(begins="20261120T000000Z")),
    "an OpenAI key of another name": env(MY_KEY=OPENAI, YOURS=ABSK),
    "empty variables": env(OPENAI_API_KEY="", MESH_API_KEY="", AWS_ACCESS_KEY_ID="", AWS_BEARER_TOKEN_BEDROCK=""),
    "an empty variable before another": env(MESHAPI_API_KEY="", MESH_API_KEY=MESH),
    "an empty id, and a profile": aws(f"[default]\n{KEYS}", AWS_ACCESS_KEY_ID=""),
    "an empty id, and a Bedrock key": env(AWS_ACCESS_KEY_ID="", AWS_BEARER_TOKEN_BEDROCK=ABSK, AWS_REGION="eu-west-1"),
    "an empty id, and a Bedrock key for OpenAI's SDK": env(AWS_ACCESS_KEY_ID="", OPENAI_API_KEY=ABSK),
    "an empty id, and a secret": env(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=s.SECRET),
    "accounts under other names": env(GCP_KEY=ACCOUNT, MY_AWS=json.dumps(s.aws()), NOTE='{"a": 1}', B64="eyJhIjogMX0="),
    "keys of services that are not tested": env(
        GEMINI_API_KEY="AIza" + s.filler(35), AZURE_OPENAI_API_KEY=s.filler(32, "0123456789abcdef"),
        GROQ_API_KEY="gsk_" + s.filler(52), ANTHROPIC_KEY="sk-ant-" + s.filler(90),
        OTHER_API_KEY=s.filler(32, "0123456789abcdef"), HF_API_KEY=" hf_" + s.filler(34)),
    "keys of services that are not tested, and another": env(GROQ_API_KEY="gsk_" + s.filler(52), MESH_API_KEY=MESH),
    "files near": Machine({}, {f"{near}/.env": f"MESH_API_KEY={MESH}" for near in (
        "a", "b", ".c", "a/d", "..", "../..", "../../..", "../../../..", "../../../../..")} | {
            ".streamlit/secrets.toml": "x", "a.txt": "x"}),
    "files near, and a key": Machine({"MESH_API_KEY": MESH}, {"../.env": "x", ".streamlit/secrets.toml": "x"}),
    # which of several is used
    "three Mesh keys": Machine(
        {"MESHAPI_API_KEY": MESH, "MESH_API_KEY": OTHER_MESH, "MESHAPI_TOKEN": MESH}, {MESH_FILE: OTHER_MESH}),
    "the same Mesh key thrice": env(MESHAPI_API_KEY=MESH, MESH_API_KEY=MESH, MESHAPI_TOKEN=MESH),
    "a Mesh key in OpenAI's variable, and one in its own": env(OPENAI_API_KEY=MESH, MESH_API_KEY=OTHER_MESH),
    "a Mesh key in OpenAI's variable": env(OPENAI_API_KEY=MESH),
    "a Mesh key beside its own address": env(OPENAI_API_KEY=MESH, OPENAI_BASE_URL="https://api.meshapi.ai/v1"),
    "a Mesh key beside its own address with white space": env(
        OPENAI_API_KEY=MESH, OPENAI_BASE_URL=" https://api.meshapi.ai/v1 "),
    "a Mesh key beside two addresses": env(
        OPENAI_API_KEY=MESH, OPENAI_BASE_URL="https://api.meshapi.ai/v1", OPENAI_API_BASE="https://api.openai.com"),
    "a Mesh key beside a foreign address": env(OPENAI_API_KEY=MESH, OPENAI_BASE_URL="https://gw.example"),
    "an OpenAI key in Mesh's variable": env(MESH_API_KEY=OPENAI),
    "a Bedrock key in OpenAI's variable": env(OPENAI_API_KEY=ABSK, AWS_REGION="eu-west-3"),
    "a Bedrock key in OpenAI's variable, and a pair": env(OPENAI_API_KEY=ABSK, **PAIR),
    "a Bedrock key beside its own address": env(OPENAI_API_KEY=ABSK, OPENAI_BASE_URL=BEDROCK),
    "a Bedrock key beside its own address in another variable": env(OPENAI_API_KEY=ABSK, OPENAI_API_BASE=BEDROCK),
    "a Bedrock key, and a pair": env(AWS_BEARER_TOKEN_BEDROCK=ABSK, **PAIR),
    "a Bedrock key, its region in an address": env(
        AWS_BEARER_TOKEN_BEDROCK=ABSK, AWS_ENDPOINT_URL_BEDROCK_RUNTIME="https://bedrock-runtime.eu-west-3.amazonaws.com"),
    "a Bedrock key, its region in another service's address": env(
        AWS_BEARER_TOKEN_BEDROCK=ABSK, AWS_ENDPOINT_URL="https://sts.eu-west-3.amazonaws.com"),
    "a Bedrock key, its region in a profile": aws("[default]\nregion = eu-north-1\n", AWS_BEARER_TOKEN_BEDROCK=ABSK),
    "a Bedrock key in a file, and a region beside it": dotenv(f"AWS_BEARER_TOKEN_BEDROCK={ABSK}\nAWS_REGION=eu-west-2"),
    "a Bedrock key, and a region in a file": dotenv("AWS_REGION=eu-west-2", AWS_BEARER_TOKEN_BEDROCK=ABSK),
    "a short-term key of another region": env(AWS_BEARER_TOKEN_BEDROCK=s.short_term(), AWS_REGION="us-west-2"),
    "a short-term key": env(AWS_BEARER_TOKEN_BEDROCK=s.short_term()),
    "another vendor's key": env(OPENAI_API_KEY="gsk_" + s.filler(40), MESH_API_KEY="hf_" + s.filler(30)),
    "another vendor's key beside its address": env(
        OPENAI_API_KEY="gsk_" + s.filler(40), OPENAI_BASE_URL="https://api.groq.com/openai/v1"),
    "a key beside addresses with white space": env(OPENAI_API_KEY=OPENAI, OPENAI_BASE_URL=" ", OPENAI_API_BASE=" x "),
    "a key beside its own address, and another": env(
        OPENAI_API_KEY=OPENAI, OPENAI_BASE_URL=" https://api.openai.com/v1 ", OPENAI_API_BASE="http://localhost:1"),
    "a marked key beside a gateway": env(OPENAI_API_KEY=OPENAI, OPENAI_BASE_URL="https://gw.example"),
    "an unmarked key beside its own address": env(
        OPENAI_API_KEY="sk-" + s.filler(48), OPENAI_BASE_URL="https://api.openai.com/v1"),
    "an unmarked key beside an address that cannot be read": env(
        OPENAI_API_KEY="sk-" + s.filler(48), OPENAI_BASE_URL="x"),
    "a Mesh file beside an address": Machine({"MESHAPI_BASE_URL": "https://gw.example"}, {MESH_FILE: f" {MESH}\n"}),
    "a Mesh file with a key in base64": Machine({}, {MESH_FILE: base64.b64encode(MESH.encode()).decode()}),
    "a pair, and a region in a file": dotenv(
        "AWS_REGION=eu-west-2", AWS_ACCESS_KEY_ID=s.key_id(), AWS_SECRET_ACCESS_KEY=s.SECRET),
    "a pair and its region in a file": dotenv(
        f"AWS_ACCESS_KEY_ID={s.key_id()}\nAWS_SECRET_ACCESS_KEY={s.SECRET}\nAWS_REGION=eu-west-2\n"),
    # in parts
    "a pair in two places": dotenv(f"AWS_SECRET_ACCESS_KEY={s.SECRET}\n", AWS_ACCESS_KEY_ID=s.key_id()),
    "a pair in a file, and an id": dotenv(
        f"AWS_ACCESS_KEY_ID={s.key_id('ASIA')}\nAWS_SECRET_ACCESS_KEY={s.SECRET}\n", AWS_ACCESS_KEY_ID=s.key_id()),
    "the same pair in two places": dotenv("\n".join(f"{k}={v}" for k, v in PAIR.items()), **PAIR),
    "an older token's variable": env(**PAIR, AWS_SECURITY_TOKEN="x", AWS_SESSION_TOKEN="y"),
    "a temporary pair": env(**{**PAIR, "AWS_ACCESS_KEY_ID": s.key_id("ASIA")}, AWS_SESSION_TOKEN=s.SESSION),
    "a token alone": env(AWS_SESSION_TOKEN=s.SESSION),
    "a secret alone": env(AWS_SECRET_ACCESS_KEY=s.SECRET),
    "a secret alone, and a profile": aws(f"[default]\n{KEYS}", AWS_SECRET_ACCESS_KEY=s.SECRET),
    "a pair in a file of another mode": folder(
        _env_production="\n".join(f"{k}={v}" for k, v in PAIR.items()), _env="AWS_ACCESS_KEY_ID=x"),
    "a private key and its address": env(
        GOOGLE_PRIVATE_KEY=s.pem(), GOOGLE_CLIENT_EMAIL="caller@acme-prod-7.iam.gserviceaccount.com"),
    "a private key alone": env(GOOGLE_PRIVATE_KEY=s.pem()),
    # Google's
    "the JSON in a path's variable": env(GOOGLE_APPLICATION_CREDENTIALS=ACCOUNT),
    "the JSON in base64 in a path's variable": env(GOOGLE_APPLICATION_CREDENTIALS="eyJ0eXBlIjogIngifQ=="),
    "a key in a path's variable": env(GOOGLE_APPLICATION_CREDENTIALS=OPENAI),
    "an API key in a path's variable": env(GOOGLE_APPLICATION_CREDENTIALS="AIza" + s.filler(35)),
    "a placeholder in a path's variable": env(GOOGLE_APPLICATION_CREDENTIALS="your-key"),
    "a path": Machine({"GOOGLE_APPLICATION_CREDENTIALS": "~HOME/a.json"}, {"~/a.json": ACCOUNT}),
    "a path with a tilde": Machine({"GOOGLE_APPLICATION_CREDENTIALS": "~/a.json"}, {"~/a.json": ACCOUNT}),
    "a path in a variable for either": Machine({"GOOGLE_CREDENTIALS": "~HOME/a.json"}, {"~/a.json": ACCOUNT}),
    "a relative path in a variable for either": Machine({}, {
        ".env": "VERTEX_CREDENTIALS=./a.json\nVERTEXAI_CREDENTIALS=b.json\n", "a.json": ACCOUNT, "b.json": ACCOUNT}),
    "a path in a variable for text": env(GOOGLE_APPLICATION_CREDENTIALS_JSON="/none/a.json"),
    "a login": Machine({}, {ADC: LOGIN}),
    "a login that is an account": Machine({}, {ADC: ACCOUNT}),
    "a login that is nothing": Machine({}, {ADC: "what"}),
    "a path that is a key": env(GOOGLE_APPLICATION_CREDENTIALS=f"/none/{MESH}"),
    "a login, and a path": Machine(
        {"GOOGLE_APPLICATION_CREDENTIALS": "~HOME/a.json"}, {"~/a.json": ACCOUNT, ADC: LOGIN}),
    "a location": env(
        GOOGLE_CREDENTIALS=ACCOUNT, GOOGLE_CLOUD_LOCATION="europe-west4", GOOGLE_CLOUD_PROJECT="acme-prod-7"),
    "two locations": env(GOOGLE_CREDENTIALS=ACCOUNT, VERTEXAI_LOCATION="us-east4", CLOUD_ML_REGION="us-east5"),
    "another project": env(GOOGLE_CREDENTIALS=ACCOUNT, GOOGLE_CLOUD_PROJECT="other-1", GOOGLE_API_KEY="x"),
    "another project beside what is no account": env(GOOGLE_CREDENTIALS="undefined", GOOGLE_CLOUD_PROJECT="other-1"),
    "both API keys": env(GOOGLE_CREDENTIALS=ACCOUNT, GOOGLE_API_KEY="x", GEMINI_API_KEY="y"),
    "OpenAI's other variables": env(OPENAI_API_KEY=OPENAI, OPENAI_ORG_ID="a", OPENAI_PROJECT_ID="b", OPENAI_PROJECT=""),
    # AWS's profiles and roles
    "a profile": aws(f"[default]\n{KEYS}"),
    "a profile and a pair": aws(f"[default]\n{KEYS}", **PAIR),
    "a profile that is chosen": aws(f"[default]\n{KEYS}[profile work]\n{ROLE}", AWS_PROFILE="work"),
    "a profile that there is not": aws(f"[default]\n{KEYS}", AWS_PROFILE="gone"),
    "no default": aws(f"[profile a]\n{KEYS}[profile b]\n{ROLE}"),
    "a profile without keys": aws("[default]\nregion = eu-west-1\n[profile a]\noutput = json\n"),
    "a profile of a shell": aws("[default]\nexport aws_access_key_id = x\n"),
    "a file that is broken": aws("what\n"),
    "a file that is broken, and a pair": aws("what\n", **PAIR),
    "a profile with a local address": aws(f"[default]\n{KEYS}endpoint_url = http://localhost:4566\n"),
    "a profile with a local address of the environment": aws(
        f"[default]\n{KEYS}", AWS_ENDPOINT_URL="http://localhost:4566", AWS_BEARER_TOKEN_BEDROCK=""),
    "a profile beside two regions": aws(f"[default]\n{KEYS}", AWS_REGION="eu-west-2", AWS_DEFAULT_REGION="eu-west-3"),
    "a profile with a foreign address of Bedrock": aws(f"[default]\n{KEYS}", AWS_ENDPOINT_URL_BEDROCK="https://x.example"),
    "a web identity": env(**WEB),
    "a web identity without a role": env(AWS_WEB_IDENTITY_TOKEN_FILE="/none/token"),
    "a web identity and a pair": env(**WEB, **PAIR),
    "a web identity and a profile": aws(f"[default]\n{KEYS}", **WEB),
    "a web identity and a role": aws(f"[default]\n{ROLE}[profile base]\n{KEYS}", **WEB),
    "a container": env(**CONTAINER),
    "a container with a whole address": env(AWS_CONTAINER_CREDENTIALS_FULL_URI="http://127.0.0.1:1/x"),
    "a container and a profile": aws(f"[default]\n{KEYS}", **CONTAINER),
    "a machine": env(**MACHINE),
    "a machine that is switched off": env(**MACHINE, AWS_EC2_METADATA_DISABLED="True"),
    "a machine and a pair": env(**MACHINE, **PAIR),
    "a machine and a container": env(**MACHINE, **CONTAINER),
    "a machine and a Bedrock key": env(**MACHINE, AWS_BEARER_TOKEN_BEDROCK=ABSK),
    "a secret without its id, and a container": env(**CONTAINER, AWS_SECRET_ACCESS_KEY=s.SECRET),
    "an id without its secret, and a container": env(**CONTAINER, AWS_ACCESS_KEY_ID=s.key_id()),
    # files of other programs
    "files of other programs": Machine({}, {
        f"~/{path}": "x" for path in (
            ".config/io.datasette.llm/keys.json", ".codex/auth.json", ".litellm/config.yaml", ".claude/settings.json",
            ".continue/config.yaml", ".continue/config.json", ".aws/credentials.txt", ".aws/credentials.csv",
            ".aws/credentials.ini", ".aws/config.txt", ".aws/config.csv", ".aws/config.ini", ".aws/config.bak")}),
    "files of other programs elsewhere": Machine(
        {"LLM_USER_PATH": "~HOME/llm", "CODEX_HOME": "~HOME/x"}, {"~/llm/keys.json": "{}", "~/x/auth.json": "{}"}),
    # what a program would send as it is
    "a key in base64": env(MESH_API_KEY=base64.b64encode(MESH.encode()).decode()),
    "a key with white space and a line break": env(OPENAI_API_KEY=f" {OPENAI} \n"),
    "a placeholder with white space": env(OPENAI_API_KEY=" undefined"),
    "an account in base64": env(GOOGLE_CREDENTIALS=base64.b64encode(ACCOUNT.encode()).decode()),
    "an account in base64 and quotes": env(GOOGLE_CREDENTIALS=f"'{base64.b64encode(ACCOUNT.encode()).decode()}'"),
    "a key in base64 and quotes": env(MESH_API_KEY=f"'{base64.b64encode(MESH.encode()).decode()}'"),
    "a key in quotes and white space twice": env(OPENAI_API_KEY=f" ' {OPENAI} ' "),
    "a Bedrock key with percent signs": env(AWS_BEARER_TOKEN_BEDROCK=s.short_term().rstrip("=") + "%3D"),
    "a key with a line break in the middle": env(OPENAI_API_KEY=f"{OPENAI[:90]}\n{OPENAI[90:]}\n"),
    "a pair with quotes": env(**{**PAIR, "AWS_SECRET_ACCESS_KEY": f"'{s.SECRET}'"}),
    "JSON with white space": env(GOOGLE_CREDENTIALS=f" {ACCOUNT}\n"),
    "JSON with a key and white space": env(OPENAI_API_KEY=json.dumps({"api_key": f"{OPENAI} "})),
}  # fmt: skip


def lay_out(machine: Machine, place: Path) -> tuple[Found, ...]:
    home, here = place / "home", place / HERE
    home.mkdir()
    here.mkdir(parents=True)
    for path, text in machine.files.items():
        file = home / path[2:] if path.startswith("~/") else here / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        file.chmod(0o600)
    environ = {name: value.replace("~HOME", str(home)) for name, value in machine.environ.items()}
    given = str(here / machine.given) if machine.given else ""
    return discover({"HOME": str(home), **environ}, folder=str(here), env_file=given, now=s.NOW)


def describe(machine: Machine, place: Path) -> list[str]:
    """A line each; `=` before what programs take, `?` before what is only named."""
    found = lay_out(machine, place)
    taken, only = {id(c) for c in list_in_use(found)}, find_named_only(found)
    lines = []
    for row, (name, _, where, in_use) in zip(found, list_rows(found), strict=True):
        mark = f"{'=' if id(row.credential) in taken else ''}{'?' if row in only else ''}" or "-"
        credential = row.credential
        key = credential.shown or f"unread {credential.kind.id}" if credential else ""
        beside = (
            [credential.facts[fact] for fact in ("region from", "file") if fact in credential.facts]
            if credential
            else []
        )
        told = " ".join(s.tell(finding) for finding in credential.findings) if credential else ""
        line = f"{mark} {name} ({row.slot}), {where}: {key or row.how}; {in_use} [{told}] {', '.join(beside)}"
        lines.append(
            line.replace(f"{place}/home", "HOME").replace(f"{place}/{HERE}", "HERE").replace(f"{place}/", "").rstrip()
        )
    return lines


FOUND = s.read_blocks(Path(__file__).parent / "rows_found.txt")
"""Written down once more, apart from the code, so that nothing of it changes unseen."""


@pytest.mark.parametrize("name", MACHINES)
def test_this_is_found_on_the_machine_and_nothing_else(name: str, tmp_path: Path):
    """A new machine needs its block in rows_found.txt: what this test says was found."""
    assert describe(MACHINES[name], tmp_path) == FOUND.get(name)


def test_a_file_that_is_given_is_read_under_its_own_name_or_another(tmp_path: Path):
    path = tmp_path / "my-key.txt"
    path.write_text(f" {OPENAI}")
    path.chmod(0o644)
    for name in ("", "other"):
        credential = read_credential_file(str(path), name=name)
        assert (credential.name, credential.source) == (name or "my-key", Source("file", str(path)))
        assert s.ids(credential) == ["file.open", "text.whitespace"]
        assert credential.secret is not None
    gone = read_credential_file(str(tmp_path / "gone.json"))
    assert (gone.name, gone.kind, s.ids(gone)) == ("gone", UNRECOGNISED, ["file.missing"])


def test_a_key_that_was_typed_for_a_path_is_not_in_the_name():
    credential = read_credential_file(f"/none/{MESH}.json")
    assert not parts_in(f"{credential.name} {credential.source} {credential.findings}", MESH)


def test_the_table_says_of_what_cannot_be_read_why(tmp_path: Path):
    found = lay_out(env(OPENAI_API_KEY=" undefined", MESH_API_KEY=MESH, **CONTAINER), tmp_path)
    assert [line[1].rpartition(" ")[0] or line[1] for line in list_rows(found)] == [
        "This is a placeholder, not a", "rsk_…ZF51", "container"]  # fmt: skip


def test_what_the_sandbox_prints_is_read_as_a_person_would_paste_it():
    """Its own addresses are where each credential is from; its administrator's token is none."""
    pair = s.aws()
    printed = {
        "openai": {"base_url": "http://127.0.0.1:1/openai", "key": OPENAI},
        "aws": {**pair, "endpoint_url": "http://127.0.0.1:1/aws"},
        "vertex": {"service_account": s.account(), "base_url": "http://127.0.0.1:1/google"},
        "vertex-2": {"service_account": s.account(), "region": "europe-west4"},
        "admin": {"key": MESH, "base_url": "http://127.0.0.1:1/admin"},
    }
    read = {credential.name: credential for credential in read_sandbox_credentials(printed)}
    assert {name: str(credential.source) for name, credential in read.items()} == {
        "openai": "sandbox http://127.0.0.1:1/openai", "aws": "sandbox http://127.0.0.1:1/aws",
        "vertex": "sandbox http://127.0.0.1:1/google", "vertex-2": "sandbox",
    }  # fmt: skip
    assert [credential.findings for credential in read.values()] == [(), (), (), ()]
    assert [credential.region for credential in read.values()] == ["", "eu-central-1", "global", "europe-west4"]


def test_each_block_is_of_a_machine():
    assert list(FOUND) == list(MACHINES)

"""`meshtui check --offline` opens no socket and starts no process, whatever lies on the machine: an audit hook sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.credentials import samples as s

pytestmark = pytest.mark.attack

# Runs the command line with a hook that ends it at the first such event; what it prints goes where it would.
PROGRAM = """
import sys
SEEN = []
def watch(event, args):
    if event.startswith(("socket.", "subprocess.", "os.posix_spawn", "os.fork", "os.exec", "os.system", "urllib.")):
        SEEN.append(event)
sys.addaudithook(watch)
from meshtui.cli.main import run
status = run(sys.argv[1:])
print("SEEN", sorted(set(SEEN)), file=sys.stderr)
sys.exit(status)
"""
CONFIGS = {
    "nothing": "",
    "pair": f"[default]\naws_access_key_id = {s.key_id()}\naws_secret_access_key = {s.SECRET}\nregion = us-east-1\n",
    "single sign-on": (
        "[default]\nsso_start_url = https://a\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n"
    ),
    "role": "[default]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = b\n[profile b]\naws_access_key_id = x\n",
    "second factor": "[default]\nrole_arn = arn:aws:iam::1:role/r\nmfa_serial = m\nsource_profile = default\n",
    "program": "[default]\ncredential_process = /bin/sh -c 'touch RAN'\n",
    "web identity": "[default]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = /none\n",
    "machine": "[default]\nrole_arn = arn:aws:iam::1:role/r\ncredential_source = Ec2InstanceMetadata\n",
}
ENVIRONS = {
    "keys": {
        "OPENAI_API_KEY": s.openai_key(), "MESHAPI_API_KEY": s.mesh_key(),
        "AWS_BEARER_TOKEN_BEDROCK": s.long_term()},
    "container": {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x"},
    "endpoints": {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "OPENAI_BASE_URL": "http://127.0.0.1:1"},
}  # fmt: skip


def watch(home: Path, environ: dict[str, str], *arguments: str) -> tuple[list[str], str]:
    base = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "check", "--offline", *arguments],
        capture_output=True, text=True, cwd=home, check=False,
        env={**base, "HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), **environ},
    )  # fmt: skip
    line = next(line for line in done.stderr.splitlines() if line.startswith("SEEN"))
    return json.loads(line.removeprefix("SEEN ").replace("'", '"')), done.stdout


@pytest.mark.parametrize("environ", ENVIRONS)
@pytest.mark.parametrize("config", CONFIGS)
def test_nothing_is_opened_and_nothing_is_started(config: str, environ: str, tmp_path: Path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text(CONFIGS[config])
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://127.0.0.1:1/$(touch RAN)\nAWS_REGION=s3\n")
    (tmp_path / ".envrc").write_text("export MESH_API_KEY=$(touch RAN)\n")
    (tmp_path / "service.json").write_text(json.dumps(s.account()))
    variables = {**ENVIRONS[environ], "GOOGLE_APPLICATION_CREDENTIALS": str(tmp_path / "service.json")}
    seen, printed = watch(tmp_path, variables)
    assert seen == ALLOWED
    assert "vertex" in printed
    assert not (tmp_path / "RAN").exists()
    named, _ = watch(tmp_path, variables, "--profile", "default")
    assert named == ALLOWED


@pytest.mark.parametrize("name", ["aws-container", "aws-instance", "aws-web-identity"])
def test_a_role_is_not_asked_for_its_keys_offline(name: str, tmp_path: Path):
    variables = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x",
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/r",
        "AWS_WEB_IDENTITY_TOKEN_FILE": "/none",
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1",
    }
    seen, printed = watch(tmp_path, variables, name)
    assert seen == ALLOWED
    assert "--offline does not ask" in printed


@pytest.mark.parametrize("environ", ENVIRONS)
def test_a_list_of_sources_opens_and_starts_nothing_either(environ: str, tmp_path: Path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("".join(CONFIGS.values()).replace("[default]", "[profile p]", 4))
    seen, _ = watch(tmp_path, ENVIRONS[environ], "--sources")
    assert seen == ALLOWED


ALLOWED: list[str] = []


def test_the_hook_sees_what_it_looks_for(tmp_path: Path):
    program = PROGRAM.replace("status = run(sys.argv[1:])", "import socket; socket.socket().close(); status = 0")
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True,
                          env=environ)  # fmt: skip
    assert "socket.__new__" in done.stderr

"""The child's environment: what makes programs go through the proxy and trust this run's authority.

Variables: the documentation of OpenSSL, requests, curl, the AWS SDKs, Node, Deno, gRPC, libwww-perl, git, Cargo, gcloud
and the JDK. All but two replace the default roots, so that they name a bundle of those and ours.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from meshtui.tap.provider_hosts import is_target
from meshtui.tap.tls import (
    TRUST_STORE_PASSWORD,
    RunAuthority,
    read_roots,
    write_authority,
    write_bundle,
    write_trust_store,
)
from meshtui.tap.upstream import is_exempt

PROXY_VARIABLES = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")
EXEMPT_VARIABLES = ("NO_PROXY", "no_proxy")
BUNDLE_VARIABLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "AWS_CA_BUNDLE", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    "PERL_LWP_SSL_CA_FILE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO", "HTTPLIB2_CA_CERTS",
    "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE",
)  # fmt: skip
EXTRA_VARIABLES = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
"""These add to the program's own roots."""
BUNDLE_VARIABLES_IF_SET = ("NIX_SSL_CERT_FILE", "PIP_CERT", "NPM_CONFIG_CAFILE", "npm_config_cafile")
"""Variables with the same effect that are only changed where they are set."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SAMPLES = (
    "api.openai.com", "api.meshapi.ai", "bedrock-runtime.us-east-1.amazonaws.com", "sts.amazonaws.com",
    "sts.us-east-1.amazonaws.com", "iam.amazonaws.com", "oauth2.googleapis.com", "iamcredentials.googleapis.com",
    "aiplatform.googleapis.com", "us-central1-aiplatform.googleapis.com", "bedrock.cn-north-1.amazonaws.com.cn",
)  # fmt: skip
# The base URL variables of SDKs, and the address of ours that each takes. Documentation of openai-python and -node, the
# AWS SDKs ("Service-specific endpoints"), google-genai, Mesh's SDKs.
_BASE_URLS = (
    ("OPENAI_BASE_URL", "/openai/v1"),
    ("MESHAPI_BASE_URL", "/mesh"),
    ("AWS_ENDPOINT_URL_BEDROCK", "/aws"),
    ("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "/aws"),
    ("AWS_ENDPOINT_URL_STS", "/aws"),
    ("GOOGLE_VERTEX_BASE_URL", "/vertex"),
)


@dataclass(frozen=True, slots=True)
class TrustFiles:
    """The files of one run in its private folder."""

    bundle: Path
    authority: Path
    trust_store: Path | None = None
    """Java's trust store; None where there is no Java on this machine."""


def write_trust_files(folder: Path, authority: RunAuthority, environ: Mapping[str, str]) -> TrustFiles:
    """Writes what the child's programs are to trust into the run's private folder. Raises OSError."""
    roots = read_roots(environ)
    extra = _read_extra(environ)
    store = write_trust_store(folder, roots, authority) if has_java(environ) else None
    return TrustFiles(write_bundle(folder, roots, authority), write_authority(folder, authority, extra), store)


def _read_extra(environ: Mapping[str, str]) -> bytes:
    extra = b""
    for name in EXTRA_VARIABLES:
        try:
            extra += Path(environ[name]).read_bytes() + b"\n" if environ.get(name) else b""
        except OSError:
            continue
    return extra


def has_java(environ: Mapping[str, str]) -> bool:
    """Whether there is a Java on this machine. Its variable is set only then, because every JVM prints a note about
    it."""
    if environ.get("JAVA_HOME"):
        return True
    return any(os.path.exists(os.path.join(folder, "java")) for folder in environ.get("PATH", "").split(os.pathsep))


def make_changes(environ: Mapping[str, str], proxy: str, port: int, files: TrustFiles) -> dict[str, str]:
    """The variables that the child gets in addition to the parent's, or instead of them. `proxy` is the proxy's address
    with its credential."""
    exempt = keep_exempt(environ.get("no_proxy") or environ.get("NO_PROXY") or "")
    changes = {
        **dict.fromkeys(PROXY_VARIABLES, proxy),
        **dict.fromkeys(EXEMPT_VARIABLES, exempt),
        **dict.fromkeys(BUNDLE_VARIABLES, str(files.bundle)),
        **dict.fromkeys((name for name in BUNDLE_VARIABLES_IF_SET if environ.get(name)), str(files.bundle)),
        **dict.fromkeys(EXTRA_VARIABLES, str(files.authority)),
        "NODE_USE_ENV_PROXY": "1",
    }
    if files.trust_store is not None:
        options = " ".join(make_java_options(port, files.trust_store))
        changes["JAVA_TOOL_OPTIONS"] = f"{environ.get('JAVA_TOOL_OPTIONS', '')} {options}".strip()
    return changes


def keep_exempt(exempt: str) -> str:
    """NO_PROXY without what would exempt a provider's host, and with loopback: what a program reaches there without
    us it still reaches itself."""
    entries = [entry for entry in re.split(r"[\s,]+", exempt) if entry]
    kept = [entry for entry in entries if not _is_target_exempt(entry)]
    return ",".join(dict.fromkeys([*kept, *LOOPBACK]))


def _is_target_exempt(entry: str) -> bool:
    host = entry.removeprefix("*").removeprefix(".").rpartition(":")[0] or entry
    return is_target(host) or any(is_exempt(sample, 443, entry) for sample in _SAMPLES)


def make_java_options(port: int, trust_store: Path) -> tuple[str, ...]:
    """The JVM's options. It knows no credential for a proxy: the process is recognised by its environment instead."""
    options = {
        "https.proxyHost": "127.0.0.1",
        "https.proxyPort": str(port),
        "http.nonProxyHosts": "localhost|127.*|[::1]",
        "javax.net.ssl.trustStore": str(trust_store),
        "javax.net.ssl.trustStoreType": "PKCS12",
        "javax.net.ssl.trustStorePassword": TRUST_STORE_PASSWORD,
    }
    return tuple(_quote_for_java(f"-D{name}={value}") for name, value in options.items())


def _quote_for_java(option: str) -> str:
    return f'"{option}"' if re.search(r"\s", option) else option


def make_base_urls(environ: Mapping[str, str], address: str) -> dict[str, str]:
    """The base URL variables for programs that obey no proxy. `address` is the port's address with its credential. One
    that points to another host already stays, unless that is a provider's: OpenAI's SDK is also Mesh's client."""
    changes = {}
    for name, path in _BASE_URLS:
        host = _find_host(environ.get(name, ""))
        if host == "api.meshapi.ai" and name == "OPENAI_BASE_URL":
            changes[name] = f"{address}/mesh/v1"
        elif not host or is_target(host):
            changes[name] = address + path
    return changes


def _find_host(url: str) -> str:
    found = re.match(r"https?://([^/:?#]+)", url)
    return found[1].lower() if found else ""


def print_exports(changes: Mapping[str, str], unset: Iterable[str] = ()) -> str:
    """Lines for `eval` in a POSIX shell, and a comment for containers."""
    lines = [f"export {name}={shlex.quote(value)}" for name, value in changes.items()]
    lines += [f"unset {name}" for name in unset]
    hint = (
        "# A container has another loopback: run it with --network host, and mount the folder of SSL_CERT_FILE\n"
        "# read-only at the same path."
    )
    return "\n".join([*lines, hint]) + "\n"

"""What to do, by cause, where no provider has steps of its own; and where no answer came, or a machine in front of the
provider gave it.
"""

from __future__ import annotations

from meshtui.explain.model import Step, cite

_STATUS_CODES = "RFC 9110, HTTP Semantics, section 15: status codes"
_CURL_NAME = "curl manual: exit codes 6 and 7, --verbose"
_CURL_REFUSED = "curl manual: exit code 7; environment variables HTTP_PROXY, HTTPS_PROXY"
_CERTIFICATE_STORES = (
    "OpenSSL: default certificate file; Requests: SSL verification; Node.js: NODE_EXTRA_CA_CERTS; AWS CLI: "
    "AWS_CA_BUNDLE"
)
_PROXY_LOGIN = "RFC 9110, section 15.5.8: 407 Proxy Authentication Required"
_CURL_TIME = "curl manual: exit code 28, --verbose"
_OPENAI_ERRORS = "https://developers.openai.com/api/docs/guides/error-codes"
_INCOMPLETE = "RFC 9112, section 8: incomplete messages"
_CURL_NETWORK = "curl manual: --verbose; environment variables HTTP_PROXY, HTTPS_PROXY"
_HOST_RULE = "meshtui's own rule: a credential goes to its own hosts only"
_OWN_DOING = "meshtui's own doing"
_POSIX = "POSIX: awk, ENVIRON; tried in bash and dash"
_BEARER = "RFC 6750, section 2.1: Authorization request header field"
_FIELD_VALUES = "RFC 9110, section 5.5: field values"
_OWN_FINDINGS = "meshtui's own findings"
_CLOUDFLARE = "Cloudflare docs: 1xxx errors and challenge pages"
_CAPTIVE_PORTAL = "RFC 8952, Captive Portal Architecture"
_SERVER_ERRORS = "RFC 9110, section 15.6: server errors"
_GATEWAY_TIMEOUT = "RFC 9110, section 15.6.5: 504 Gateway Timeout"
_CONTENT_TOO_LARGE = "RFC 9110, section 15.5.14: 413 Content Too Large"
_HTTPS_SCHEME = "RFC 9110, section 4.2.2: https URI scheme"
_NOT_FOUND = "RFC 9110, section 15.5.5: 404 Not Found"

_CHECK = Step("See what the key itself can do, without Mesh in between.", "meshtui check")
_RAW = Step("Read the whole answer, and keep its request id for the provider's support.")

DAILY_LIMIT: tuple[Step, ...] = cite(
    _STATUS_CODES,
    Step("Wait until the limit starts anew, often at midnight in the provider's time zone; until then use another "
         "model if that has a limit of its own."),
    Step("Look up in the provider's console which limit it is and when it starts anew; ask there for a higher one."),
)  # fmt: skip
STEPS: dict[str, tuple[Step, ...]] = {
    "credential_missing": cite(
        _STATUS_CODES,
        Step("Make sure the variable or setting that holds the key is set where the program runs."),
        Step("Send it in the header this provider reads; an empty value counts as no key."),
    ),
    "credential_malformed": cite(
        _STATUS_CODES,
        Step("Paste the bare key again: no quotes, no label, no blank, not cut off."),
        Step("Let meshtui read it offline and say what is wrong with it.", "meshtui check --offline"),
    ),
    "credential_wrong_kind": cite(
        _STATUS_CODES,
        Step("Use a key of the kind that this service takes, or send this one to its own service."),
        Step("Let meshtui say what kind of key it is, offline.", "meshtui check --offline"),
    ),
    "credential_invalid": cite(
        _STATUS_CODES,
        Step("Compare the last four characters with the list of keys in the provider's console."),
        Step("If it is not there, make a new key and put it wherever the old one is used, Mesh included."),
        _CHECK,
    ),
    "credential_disabled": cite(
        _STATUS_CODES,
        Step("Ask whoever runs the account: only they see why it was disabled and can open it again."),
        Step("Until then use only an account or project that is no part of what was disabled."),
    ),
    "credential_expired": cite(
        _STATUS_CODES,
        Step("Make a fresh credential and replace the old one wherever it is used."),
        Step("For anything that runs for long, use a credential that does not expire, or renew it in time."),
    ),
    "clock_skew": cite(
        _STATUS_CODES,
        Step("Set the clock of the machine that signs, and keep it set.", "timedatectl set-ntp true"),
        Step("In a container or virtual machine set the clock of its host."),
    ),
    "account_mismatch": cite(
        _STATUS_CODES,
        Step("Name the organization, project or account that this credential belongs to, or leave the name out."),
    ),
    "network_blocked": cite(
        _STATUS_CODES,
        Step("Find out which rule stops you: a company proxy or VPN on your side, an address list on the account's."),
        Step("Try once from another network; if that works, the key is good."),
    ),
    "country_unsupported": cite(
        _STATUS_CODES,
        Step("Send from a country that the provider serves; this answer says nothing about the key."),
    ),
    "permission_missing": cite(
        _STATUS_CODES,
        Step("Ask the account's administrator to allow exactly the action named in the answer."),
        _CHECK,
    ),
    "permission_denied_explicitly": cite(
        _STATUS_CODES,
        Step("Ask whoever owns the policy named in the answer to take the denial out or make an exception."),
        Step("Granting the same permission elsewhere does not help: a denial wins over it."),
    ),
    "model_access_not_granted": cite(
        _STATUS_CODES,
        Step("Have the model enabled for the account, or finish the verification it asks for."),
        Step("Meanwhile use a model that the account has."),
    ),
    "model_not_found": cite(
        _STATUS_CODES,
        Step("Compare the model's name letter by letter with the provider's list of models."),
        Step("If it has been retired, take its successor."),
    ),
    "region_unsupported": cite(
        _STATUS_CODES,
        Step("Call the region that has this model, or the one that the key was made for."),
    ),
    "inference_profile_required": cite(
        _STATUS_CODES,
        Step("Call the model by the id of an inference profile of your region instead of its bare id."),
    ),
    "api_not_enabled": cite(
        _STATUS_CODES,
        Step("Switch the API on in the project that the answer names, and wait a few minutes."),
    ),
    "billing_inactive": cite(
        _STATUS_CODES,
        Step("Let the account's administrator look at payment method and open invoices."),
    ),
    "quota_exhausted": cite(
        _STATUS_CODES,
        Step("Let the account's administrator add credit or raise the spending limit."),
        Step("Waiting a minute does not help, and neither does another key of the same account."),
    ),
    "rate_limited_requests": cite(
        _STATUS_CODES,
        Step("Wait as long as the answer says, then send fewer requests at once."),
        Step("If it happens often, ask for a higher limit."),
    ),
    "rate_limited_tokens": cite(
        _STATUS_CODES,
        Step("Wait as long as the answer says, then send shorter prompts or ask for fewer tokens."),
        Step("If it happens often, ask for a higher limit."),
    ),
    "rate_limited": cite(
        _STATUS_CODES,
        Step("Wait, then send again with growing pauses."),
        Step("Look up in the provider's console which limit was reached: requests, tokens or money."),
    ),
    "capacity_exhausted": cite(
        _STATUS_CODES,
        Step("Send again with growing pauses; nothing on your side is wrong."),
        Step("If it lasts, use another region or model for a while."),
    ),
    "request_invalid": cite(
        _STATUS_CODES,
        Step("Fix what the answer names; changing the key will not help."),
    ),
    "content_blocked": cite(
        _STATUS_CODES,
        Step("Change the content that the filter refused; changing the key will not help."),
    ),
    "provider_error": cite(
        _STATUS_CODES,
        Step("Send again after a pause. If it lasts, look at the provider's status page."),
        _RAW,
    ),
    "timeout": cite(
        _STATUS_CODES,
        Step("Send again, with a shorter prompt or fewer tokens to wait for, or with a longer time limit."),
    ),
    "connection_failed": cite(
        _STATUS_CODES,
        Step("Check address, name resolution, proxy and certificates from the machine that sends."),
        Step("The key has not been tested: do not change it because of this."),
    ),
    "unknown": cite(
        _STATUS_CODES,
        _RAW,
        Step("Ask the provider directly with the same key, to see whether it is the key at all.", "meshtui check"),
    ),
}  # fmt: skip


_KEEP = Step("Leave the key as it is: it has not been tested.")
_OUTSIDE = "curl -sS -o /dev/null -v https://{host} 2>&1 | head -20"
_PROXIES = "env | grep -i '_proxy=' | sed 's#=.*@#=...@#'"
"""Without name and password, whatever signs the password has."""
"""Without the user and password that a proxy's address may have."""
_NAMES = "awk 'BEGIN{for(n in ENVIRON) print n}' | grep -iE 'key|token'"
"""Names only. What splits `env` into lines would print the middle of a variable that holds a private key."""

DNS = cite(
    _CURL_NAME,
    Step("Compare the host in the base URL letter by letter; a wrong region or a typing error has no address."),
    Step("See whether this machine resolves the name, and what stops it.", _OUTSIDE),
    _KEEP,
)
REFUSED = cite(
    _CURL_REFUSED,
    Step("Check host and port in the base URL; if it is a local server or the sandbox, see that it runs."),
    Step("See which proxy the environment names.", _PROXIES),
    _KEEP,
)
TLS = cite(
    _CERTIFICATE_STORES,
    Step("Behind a company proxy that opens TLS, name its certificate to the program, do not switch checks off. The "
         "file replaces the public roots, so it must hold them as well; only NODE_EXTRA_CA_CERTS adds to them.",
         "export SSL_CERT_FILE=/path/to/roots-and-company-ca.pem REQUESTS_CA_BUNDLE=/path/to/roots-and-company-ca.pem "
         "AWS_CA_BUNDLE=/path/to/roots-and-company-ca.pem NODE_EXTRA_CA_CERTS=/path/to/company-ca.pem"),
    Step("Check that the address begins with https only where the port speaks TLS, and that the clock is right."),
    _KEEP,
)  # fmt: skip
PROXY = cite(
    _PROXY_LOGIN,
    Step("Give the proxy its login, or let its administrator allow the provider's host.", _PROXIES),
    Step("Try once without the proxy, from another network."),
    _KEEP,
)
PROXY_FAILED = cite(
    _CURL_NETWORK,
    Step("Look at the proxy's address: a proxy that speaks plain HTTP is named with http://, also for https "
         "addresses.", _PROXIES),
    Step("Try once without the proxy, or ask its administrator whether it reaches the provider's host."),
    _KEEP,
)  # fmt: skip
CONNECT_TIMEOUT = cite(
    _CURL_TIME,
    Step("See whether a firewall drops the connection: it works from another network then.", _OUTSIDE),
    Step("Check host and region in the base URL."),
    _KEEP,
)
READ_TIMEOUT = cite(
    _OPENAI_ERRORS,
    Step("Send again with fewer tokens to wait for, or ask for a stream."),
    Step("Raise the client's time limit: long answers take minutes."),
)
BETA = cite(
    "https://docs.litellm.ai/docs/tutorials/claude_code_beta_headers",
    Step("With Claude Code, switch its experimental features off and start it anew; if the failure stays, take another "
         "version of it.", "export CLAUDE_CODE_DISABLE_EXPERIMENTAL_BETAS=1"),
    Step("In your own program, take the named value out of the header anthropic-beta, or out of anthropic_beta in the "
         "body: Bedrock and Vertex AI know fewer of them than Anthropic itself."),
    Step("A gateway between can remove such values: LiteLLM's newer versions do."),
)  # fmt: skip
CORS = cite(
    "Fetch Standard: CORS protocol",
    Step("Call the API from a server of your own and let the page call that: a key in a web page can be read by "
         "everybody."),
    Step("Look at the request in the browser's network view: an answer with an error often lacks the header that the "
         "browser misses."),
)  # fmt: skip
DROPPED = cite(
    _INCOMPLETE,
    Step("Send again. What had arrived of a stream is not the whole answer."),
    Step("If it breaks after the same span of time, look for a proxy that cuts idle connections."),
)
TOO_LONG = cite(
    _STATUS_CODES,
    Step("Look at what was received: it may be from a proxy, or from another server at that address."),
    Step("If it is a real answer, ask for fewer tokens."),
)
NETWORK = cite(
    _CURL_NETWORK,
    Step("See whether this machine reaches the provider at all.", _OUTSIDE),
    Step("See which proxy the environment names.", _PROXIES),
    _KEEP,
)
FOREIGN_HOST = cite(
    _HOST_RULE,
    Step("Correct the address (base URL or token_uri), or leave it out so that the provider's own is used."),
    Step("Who wanted the key to go elsewhere? A token_uri in a pasted file can be an attempt to get at it."),
)
CANCELLED = cite(
    _OWN_DOING,
    Step("Fire again when you want to know."),
)
PROGRAM_CLOSED = cite(
    _OPENAI_ERRORS,
    Step("Look at your client's time limit: models may take longer than it allows. Raise it, or ask for a stream."),
    Step("Where the program stopped reading on purpose, nothing is wrong; the provider may bill what it had written."),
)

EMPTY_KEY = cite(
    _POSIX,
    Step("Set the variable that holds the key; it is empty or not there where the program runs.", _NAMES),
)  # fmt: skip
VARIABLE = cite(
    _POSIX,
    Step("Set the variable where the program itself runs: in its service, container or CI job; another shell's "
         "variables do not count. See which are set there.", _NAMES),
    Step("In CI, see that the secret has this very name and is open to this repository and environment; GitHub gives "
         "no secrets to pull requests from forks."),
)  # fmt: skip
NO_HEADER = cite(
    _BEARER,
    Step(
        "Send the key as “Authorization: Bearer” and the key behind it; see that no proxy or redirect takes the "
        "header away."
    ),
    *EMPTY_KEY,
)
BROKEN_KEY = cite(
    _FIELD_VALUES,
    Step("Paste the bare key again, without line break, blanks, quotes or dots in place of its middle."),
    Step("Let meshtui read it offline: it names the place.", "meshtui check --offline"),
)
NOT_SENT = cite(
    _FIELD_VALUES,
    Step("Look at the client's words above: they name the part that could not be written."),
    Step("Let meshtui read the key offline.", "meshtui check --offline"),
)
UNUSABLE = cite(
    _OWN_FINDINGS,
    Step("Look at what is known of the key: it names the place, and how to fix it.", "meshtui check --offline"),
)

LIBRARY_NEWER = cite(
    "https://github.com/openai/openai-python/discussions/742",
    Step("Let the program have the library that it was written for.", "pip install 'openai<1'"),
    Step("Or rewrite its calls for the new one.",
         url="https://github.com/openai/openai-python/discussions/742"),
)  # fmt: skip
LIBRARY_OLDER = cite(
    "https://pypi.org/project/openai/#history",
    Step("See which version is installed where the program runs, and compare it with the one that it asks for.",
         "python3 -m pip show openai"),
    Step("See that no file of your own is named openai.py: Python would load it instead of the library."),
)  # fmt: skip

WALL = cite(
    _CLOUDFLARE,
    Step("Send once from another network, without VPN; if that works, this network's address is what is refused."),
    Step("Set a plain base URL of the API: pages for browsers stand in front of websites, not of APIs."),
    _KEEP,
)
PORTAL = cite(
    _CAPTIVE_PORTAL,
    Step("Check the base URL or token_uri: it points at a page for people."),
    Step("In a hotel or company network, sign in to the network first."),
    _KEEP,
)
GATEWAY = cite(
    _SERVER_ERRORS,
    Step("Send again with growing pauses; no key is at fault."),
    Step("If it lasts, look at the provider's status page, and at a proxy of your own if there is one."),
)
GATEWAY_TIMEOUT = cite(
    _GATEWAY_TIMEOUT,
    Step("Send again; ask for a stream or for fewer tokens, so that something arrives before the gateway gives up."),
    Step("If it lasts, look at the provider's status page."),
)
TOO_LARGE = cite(
    _CONTENT_TOO_LARGE,
    Step("Send less: a shorter prompt, smaller files, or several requests."),
)
HTTPS = cite(
    _HTTPS_SCHEME,
    Step("Write https:// in the base URL."),
)
ADDRESS = cite(
    _NOT_FOUND,
    Step("Check base URL and path; most clients add the path themselves to a base that ends in /v1."),
    Step("The key has not been looked at.", "meshtui check"),
)

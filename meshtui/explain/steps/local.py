"""What to do where no answer came, or where a machine in front of the provider gave it."""

from __future__ import annotations

from meshtui.explain.model import Step

_KEEP = Step("Leave the key as it is: it has not been tested.")
_OUTSIDE = "curl -sS -o /dev/null -v https://api.openai.com 2>&1 | head -20"

DNS = (
    Step("Compare the host in the base URL letter by letter; a wrong region or a typing error has no address."),
    Step("See whether this machine resolves names at all.", "getent hosts api.openai.com"),
    _KEEP,
)
REFUSED = (
    Step("Check host and port in the base URL; if it is a local server or the sandbox, see that it runs."),
    Step("See which proxy the environment names.", "env | grep -i _proxy"),
    _KEEP,
)
TLS = (
    Step("Behind a company proxy that opens TLS, name its certificate to the program, do not switch checks off.",
         "export SSL_CERT_FILE=/path/to/company-ca.pem REQUESTS_CA_BUNDLE=/path/to/company-ca.pem "
         "NODE_EXTRA_CA_CERTS=/path/to/company-ca.pem"),
    Step("Check that the address begins with https only where the port speaks TLS, and that the clock is right."),
    _KEEP,
)  # fmt: skip
PROXY = (
    Step("Give the proxy its login, or let its administrator allow the provider's host.", "env | grep -i _proxy"),
    Step("Try once without the proxy, from another network."),
    _KEEP,
)
CONNECT_TIMEOUT = (
    Step("See whether a firewall drops the connection: it works from another network then.", _OUTSIDE),
    Step("Check host and region in the base URL."),
    _KEEP,
)
READ_TIMEOUT = (
    Step("Send again with fewer tokens to wait for, or ask for a stream."),
    Step("Raise the client's time limit: long answers take minutes."),
)
DROPPED = (
    Step("Send again. What had arrived of a stream is not the whole answer."),
    Step("If it breaks after the same span of time, look for a proxy that cuts idle connections."),
)
NETWORK = (
    Step("See whether this machine reaches the provider at all.", _OUTSIDE),
    Step("See which proxy the environment names.", "env | grep -i _proxy"),
    _KEEP,
)
FOREIGN_HOST = (
    Step("Correct the address (base URL or token_uri), or leave it out so that the provider's own is used."),
    Step("Who wanted the key to go elsewhere? A token_uri in a pasted file can be an attempt to get at it."),
)
CANCELLED = (Step("Fire again when you want to know."),)

EMPTY_KEY = (
    Step("Set the variable that holds the key; it is empty or not there where the program runs.",
         "env | cut -d= -f1 | grep -iE 'key|token'"),
)  # fmt: skip
NO_HEADER = (
    Step("Send the key as Authorization: Bearer <key>; see that no proxy or redirect takes the header away."),
    *EMPTY_KEY,
)
BROKEN_KEY = (
    Step("Paste the bare key again, without line break, blanks, quotes or dots in place of its middle."),
    Step("Let meshtui read it offline: it names the place.", "meshtui check --offline"),
)
NOT_SENT = (
    Step("Look at the client's words above: they name the part that could not be written."),
    Step("Let meshtui read the key offline.", "meshtui check --offline"),
)
UNUSABLE = (
    Step("Look at what is known of the key: it names the place, and how to mend it.", "meshtui check --offline"),
)

WALL = (
    Step("Send once from another network, without VPN; if that works, this network's address is what is refused."),
    Step("Set a plain base URL of the API: pages for browsers stand in front of websites, not of APIs."),
    _KEEP,
)
PORTAL = (
    Step("Check the base URL or token_uri: it points at a page for people."),
    Step("In a hotel or company network, sign in to the network first."),
    _KEEP,
)
GATEWAY = (
    Step("Send again with growing pauses; no key is at fault."),
    Step("If it lasts, look at the provider's status page, and at a proxy of your own if there is one."),
)
GATEWAY_TIMEOUT = (
    Step("Send again; ask for a stream or for fewer tokens, so that something arrives before the gateway gives up."),
    Step("If it lasts, look at the provider's status page."),
)
TOO_LARGE = (Step("Send less: a shorter prompt, smaller files, or several requests."),)
HTTPS = (Step("Write https:// in the base URL."),)
ADDRESS = (
    Step("Check base URL and path; most clients add the path themselves to a base that ends in /v1."),
    Step("The key has not been looked at.", "meshtui check"),
)

"""The one way to the network."""

import logging

# At DEBUG these tell what they sign and send, a session token among it, to whatever handler the process has: nobody
# who reads a log of meshtui asked for that.
for _library in ("botocore", "boto3", "urllib3", "google", "httpx", "httpcore"):
    logging.getLogger(_library).setLevel(logging.CRITICAL + 1)

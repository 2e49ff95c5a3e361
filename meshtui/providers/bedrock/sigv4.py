"""Signs an AWS request with botocore's SigV4; httpx sends what comes out (AWS, "Signature Version 4")."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from meshtui.base.exchange import Failure
from meshtui.base.secret import Secret
from meshtui.http.call import Call
from meshtui.providers.bedrock.provider import AwsKeys

if TYPE_CHECKING:
    from botocore.awsrequest import AWSRequest

_SIGNED_BY_US = ("X-Amz-Date", "X-Amz-Security-Token", "Authorization")


def sign(call: Call, keys: AwsKeys, service: str) -> Call:
    """The call with its signature, and with the canonical request and the string to sign to show. `service` is the
    signing name: bedrock (for both of its hosts) or sts. Where botocore cannot sign, the call says so instead."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import ReadOnlyCredentials

    class Signer(SigV4Auth):
        canonical: str
        to_sign: str

        def canonical_request(self, request: AWSRequest) -> str:
            self.canonical = super().canonical_request(request)
            return self.canonical

        def string_to_sign(self, request: AWSRequest, canonical_request: str) -> str:
            self.to_sign = super().string_to_sign(request, canonical_request)
            return self.to_sign

    token = keys.session_token
    request = AWSRequest(method=call.method, url=call.url, data=call.body, headers=call.headers)
    # Made in place: a name that holds the clear text would be in every traceback that shows local variables.
    signer = Signer(
        ReadOnlyCredentials(
            keys.access_key_id.reveal(), keys.secret_access_key.reveal(), token.reveal() if token else None
        ),
        service,
        keys.region,
    )
    try:
        signer.add_auth(request)
    except Exception as problem:  # whatever botocore cannot sign is not sent; why is told
        return replace(call, failure=Failure("not_sent", f"the request could not be signed: {problem}"))
    signature: dict[str, str | Secret] = {k: request.headers[k] for k in _SIGNED_BY_US if k in request.headers}
    if token:
        signature["X-Amz-Security-Token"] = token
    return replace(call, headers={**call.headers, **signature}, signed=f"{signer.canonical}\n\n{signer.to_sign}")

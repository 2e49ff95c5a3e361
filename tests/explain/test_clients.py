"""What the clients of many languages print of a failure in their own words, each with its cause."""

from __future__ import annotations

import pytest

from meshtui.explain.find import find_errors

SAID: dict[str, tuple[str, str]] = {
    "openai-go": (
        'POST "https://api.openai.com/v1/chat/completions": 401 Unauthorized {"message":"Incorrect '
        'API key provided: sk-abcde*****wxyz.","type":"invalid_request_error"}',
        "credential_invalid",
    ),
    "Rust's reqwest": (
        "HTTP status client error (401 Unauthorized) for url (https://api.openai.com/v1/chat/completions)",
        "credential_invalid",
    ),
    "reqwest, too late": (
        "error sending request for url (https://api.openai.com/v1/chat/completions): operation timed out",
        "timeout",
    ),
    "OkHttp": (
        "Response{protocol=h2, code=429, message=, url=https://api.openai.com/v1/chat/completions}",
        "rate_limited",
    ),
    "aiohttp": (
        "aiohttp.client_exceptions.ClientResponseError: 401, message='Unauthorized', "
        "url='https://api.openai.com/v1/chat/completions'",
        "credential_invalid",
    ),
    "httpx": (
        "httpx.HTTPStatusError: Client error '404 Not Found' for url 'https://api.openai.com/v1/chat/completion'",
        "request_invalid",
    ),
    "Elixir's Req": (
        '{:error, %Req.Response{status: 429, headers: %{"content-type" => ["application/json"]}, '
        'body: %{"error" => %{"code" => "insufficient_quota", "message" => "You exceeded your '
        'current quota"}}}}',
        "quota_exhausted",
    ),
    "Elixir's Tesla": (
        '{:ok, %Tesla.Env{method: :post, url: "https://api.openai.com/v1/chat/completions", status: 401, body: ""}}',
        "credential_invalid",
    ),
    "Ruby's Net::HTTP": (
        '/usr/lib/ruby/net/http/response.rb:124:in `error!\': 401 "Unauthorized" (Net::HTTPServerException)',
        "credential_invalid",
    ),
    "PHP's curl, too late": (
        "cURL error 28: Operation timed out after 30001 milliseconds with 0 bytes received (see "
        "https://curl.haxx.se/libcurl/c/libcurl-errors.html) for "
        "https://api.openai.com/v1/chat/completions",
        "timeout",
    ),
    "PHP's curl, certificate": (
        "cURL error 60: SSL certificate problem: unable to get local issuer certificate",
        "connection_failed",
    ),
    "PHP's curl, name": (
        "cURL error 6: Could not resolve host: api.openai.com",
        "connection_failed",
    ),
    "PHP's curl, refused": (
        "cURL error 7: Failed to connect to api.openai.com port 443: Connection refused",
        "connection_failed",
    ),
    "PHP's curl, reset": (
        "cURL error 35: OpenSSL SSL_connect: Connection reset by peer in connection to api.openai.com:443",
        "connection_failed",
    ),
    "Apple's URL loading, too late": (
        'Error Domain=NSURLErrorDomain Code=-1001 "The request timed out." '
        "UserInfo={NSErrorFailingURLStringKey=https://api.openai.com/v1/chat/completions}",
        "timeout",
    ),
    "Apple's, offline": (
        'Error Domain=NSURLErrorDomain Code=-1009 "The Internet connection appears to be offline."',
        "connection_failed",
    ),
    "Apple's, name": (
        'Error Domain=NSURLErrorDomain Code=-1003 "A server with the specified hostname could not be found."',
        "connection_failed",
    ),
    "Apple's, lost": (
        'Error Domain=NSURLErrorDomain Code=-1005 "The network connection was lost."',
        "connection_failed",
    ),
    "Ktor": (
        "io.ktor.client.plugins.ClientRequestException: Client request(POST "
        "https://api.openai.com/v1/chat/completions) invalid: 401 Unauthorized. Text: "
        '"{"error":{"message":"Missing scopes: model.request"}}"',
        "permission_missing",
    ),
    "Spring's RestClient": (
        "org.springframework.web.client.HttpClientErrorException$TooManyRequests: 429 Too Many "
        'Requests: "{<EOL>    "error": {<EOL>        "message": "You exceeded your current quota, '
        'please check your plan and billing details.",<EOL>        "type": '
        '"insufficient_quota",<EOL>        "param": null,<EOL>        "code": '
        '"insufficient_quota"<EOL>    }<EOL>}<EOL>"',
        "quota_exhausted",
    ),
    "Spring's WebClient": (
        "org.springframework.web.reactive.function.client.WebClientResponseException$Unauthorized: "
        "401 Unauthorized from POST https://api.openai.com/v1/chat/completions",
        "credential_invalid",
    ),
    "Spring AI": (
        'org.springframework.ai.retry.NonTransientAiException: HTTP 404 - {"error":{"message":"The '
        "model `gpt-9` does not exist or you do not have access to "
        'it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}',
        "model_not_found",
    ),
    "Azure's core": (
        "Azure.RequestFailedException: Service request failed. Status: 401 (Unauthorized)",
        "credential_invalid",
    ),
    ".NET": (
        "System.Net.Http.HttpRequestException: Response status code does not indicate success: 403 (Forbidden).",
        "unknown",
    ),
    "Dart": (
        "ClientException with SocketException: Failed host lookup: 'api.openai.com' (OS Error: No "
        "address associated with hostname, errno = 7), uri=https://api.openai.com/v1/chat/completions",
        "connection_failed",
    ),
    "Android": (
        'java.net.UnknownHostException: Unable to resolve host "api.openai.com": No address associated with hostname',
        "connection_failed",
    ),
    "PowerShell": (
        "Invoke-RestMethod : The remote server returned an error: (401) Unauthorized.\nAt line:1 char:1",
        "credential_invalid",
    ),
    "R's httr2": (
        "Error in `req_perform()`:\n! HTTP 429 Too Many Requests.\nRun `rlang::last_trace()` to see "
        "where the error occurred.",
        "rate_limited",
    ),
    "Julia's HTTP": (
        'HTTP.Exceptions.StatusError(401, "POST", "/v1/chat/completions", '
        'HTTP.Messages.Response:\n"""\nHTTP/1.1 401 Unauthorized\r\n\r\n{"error": {"message": "You didn\'t '
        'provide an API key."}}""")',
        "credential_missing",
    ),
    "Google Apps Script": (
        "Exception: Request failed for https://api.openai.com returned code 429. Truncated server "
        'response: { "error": { "message": "Rate limit reached for gpt-4o in organization org-x on '
        "tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. (use muteHttpExceptions "
        "option to examine full response)",
        "rate_limited_tokens",
    ),
    "Chrome's console": (
        "POST https://api.openai.com/v1/chat/completions 401 (Unauthorized)",
        "credential_invalid",
    ),
    "Chrome's console, CORS": (
        "Access to fetch at 'https://api.openai.com/v1/chat/completions' from origin "
        "'http://localhost:3000' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' "
        "header is present on the requested resource.",
        "request_invalid",
    ),
    "axios": (
        "AxiosError: Request failed with status code 503\n    at settle (axios.js:1)\n  code: 'ERR_BAD_RESPONSE'",
        "provider_error",
    ),
    "AWS for Go": (
        "operation error Bedrock Runtime: Converse, get identity: get credentials: failed to refresh "
        "cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, canceled, "
        "context deadline exceeded",
        "credential_missing",
    ),
    "AWS for Java": (
        "software.amazon.awssdk.core.exception.SdkClientException: Unable to load credentials from "
        "any of the providers in the chain "
        "AwsCredentialsProviderChain(credentialsProviders=[SystemPropertyCredentialsProvider()])",
        "credential_missing",
    ),
    "AWS for JavaScript": (
        "CredentialsProviderError: Could not load credentials from any providers",
        "credential_missing",
    ),
    "AWS for PHP": (
        "Aws\\Exception\\CredentialsException: Cannot read credentials from /root/.aws/credentials",
        "credential_missing",
    ),
    "AWS for Ruby": (
        "Aws::Errors::MissingCredentialsError: unable to sign request without credentials set",
        "credential_missing",
    ),
    "AWS for .NET": (
        "Amazon.Runtime.AmazonClientException: Failed to resolve AWS credentials. The credential "
        "providers used to search for credentials returned the following errors",
        "credential_missing",
    ),
    "AWS for Rust": (
        "DispatchFailure(DispatchFailure { source: ConnectorError { kind: Other(None), source: "
        'CredentialsNotLoaded(CredentialsNotLoaded { source: Some("no providers in chain provided '
        'credentials") })',
        "credential_missing",
    ),
    "boto3, no Region": (
        "botocore.exceptions.NoRegionError: You must specify a region.",
        "request_invalid",
    ),
    "boto3, no such Region": (
        "botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "
        '"https://bedrock-runtime.eu-west-9.amazonaws.com/model/x/converse"',
        "connection_failed",
    ),
    "boto3, too old": (
        "botocore.exceptions.UnknownServiceError: Unknown service: 'bedrock-runtime'. Valid service "
        "names are: accessanalyzer, account",
        "request_invalid",
    ),
    "Google for Java": (
        "java.io.IOException: Your default credentials were not found. To set up Application Default "
        "Credentials for your environment, see "
        "https://cloud.google.com/docs/authentication/external/set-up-adc.",
        "credential_missing",
    ),
    "Google for Go": (
        "credentials: could not find default credentials. See "
        "https://cloud.google.com/docs/authentication/external/set-up-adc for more information",
        "credential_missing",
    ),
    "Google for Node": (
        "Error: Could not load the default credentials. Browse to "
        "https://cloud.google.com/docs/authentication/getting-started for more information.",
        "credential_missing",
    ),
    "Google for Node, no project": (
        "Error: Unable to detect a Project Id in the current environment.",
        "request_invalid",
    ),
    "gcp_auth for Rust": (
        "Error: GCPAuth(NoAuthMethod(Custom service account, Status { code: 404 }))",
        "credential_missing",
    ),
    "Make": (
        "[401] Incorrect API key provided: sk-abcde***wxyz. You can find your API key at "
        "https://platform.openai.com/account/api-keys.",
        "credential_invalid",
    ),
    "Zapier": (
        'The app returned "Error 429: You exceeded your current quota, please check your plan and billing details".',
        "quota_exhausted",
    ),
    "VBA": (
        "Run-time error '-2147012889 (80072ee7)': The server name or address could not be resolved",
        "connection_failed",
    ),
    ".NET, name": (
        "System.Net.Http.HttpRequestException: No such host is known. (api.openai.com:443)",
        "connection_failed",
    ),
    ".NET, certificate": (
        "The SSL connection could not be established, see inner exception. ---> "
        "System.Security.Authentication.AuthenticationException: The remote certificate is invalid "
        "because of errors in the certificate chain: PartialChain",
        "connection_failed",
    ),
    "Java, certificate": (
        "javax.net.ssl.SSLHandshakeException: PKIX path building failed: "
        "sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid "
        "certification path to requested target",
        "connection_failed",
    ),
    "Go, certificate": (
        'Post "https://api.openai.com/v1/chat/completions": tls: failed to verify certificate: x509: '
        "certificate signed by unknown authority",
        "connection_failed",
    ),
    "Go, too late": (
        'Post "https://api.openai.com/v1/chat/completions": context deadline exceeded '
        "(Client.Timeout exceeded while awaiting headers)",
        "timeout",
    ),
    ".NET, too late": (
        "System.Threading.Tasks.TaskCanceledException: The request was canceled due to the "
        "configured HttpClient.Timeout of 100 seconds elapsing.",
        "timeout",
    ),
    "Java, too late": (
        "java.net.http.HttpTimeoutException: request timed out",
        "timeout",
    ),
    "Erlang's Mint, name": (
        "{:error, %Mint.TransportError{reason: :nxdomain}}",
        "connection_failed",
    ),
    "HTTPoison, too late": (
        "%HTTPoison.Error{reason: :timeout, id: nil}",
        "timeout",
    ),
    "Finch, closed": (
        "{:error, %Finch.TransportError{reason: :closed}}",
        "connection_failed",
    ),
    "Python's json": (
        "json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)",
        "unknown",
    ),
    "OpenAI for Python": (
        "openai.OpenAIError: The api_key client option must be set either by passing api_key to the "
        "client or by setting the OPENAI_API_KEY environment variable",
        "credential_missing",
    ),
    "OpenAI for Node": (
        "OpenAIError: The OPENAI_API_KEY environment variable is missing or empty; either provide "
        "it, or instantiate the OpenAI client with an apiKey option, like new OpenAI({ apiKey: 'My "
        "API Key' }).",
        "credential_missing",
    ),
    "Vercel's AI SDK": (
        "AI_LoadAPIKeyError: OpenAI API key is missing. Pass it using the 'apiKey' parameter or the "
        "OPENAI_API_KEY environment variable.",
        "credential_missing",
    ),
    "Vercel's AI SDK, no Region": (
        "AI_LoadSettingError: AWS region setting is missing. Pass it using the 'region' parameter or "
        "the AWS_REGION environment variable.",
        "request_invalid",
    ),
    "LangChain": (
        "Did not find openai_api_key, please add an environment variable `OPENAI_API_KEY` which "
        "contains it, or pass `openai_api_key` as a named parameter.",
        "credential_missing",
    ),
    "LangChain with Gemini": (
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for "
        "ChatGoogleGenerativeAI\n  Value error, API key required for Gemini Developer API. Provide "
        "api_key parameter or set GOOGLE_API_KEY/GEMINI_API_KEY environment variable.",
        "credential_missing",
    ),
    "google-genai": (
        "ValueError: Missing key inputs argument! To use the Google AI API, provide (`api_key`) "
        "arguments. To use the Google Cloud API, provide (`vertexai`, `project` & `location`) "
        "arguments.",
        "credential_missing",
    ),
    "LangChain with Bedrock": (
        "Could not load credentials to authenticate with AWS client. Please check that credentials "
        "in the specified profile name are valid. Bedrock error: The config profile (dev) could not "
        "be found",
        "credential_missing",
    ),
}


@pytest.mark.parametrize("client", SAID)
def test_the_words_of_this_client_are_understood(client: str):
    text, cause = SAID[client]
    assert find_errors(text)[0].explanation.cause == cause


STATUSES = {"BadRequest": 400, "Forbidden": 403, "Not Found": 404, "UnsupportedMediaType": 415, "TooManyRequests": 429,
            "ServiceUnavailable": 503}  # fmt: skip


@pytest.mark.parametrize("name", STATUSES)
@pytest.mark.parametrize("words", ["Request failed with status code: ", "StatusCode: HttpStatusCode.",
                                   "Response status code does not indicate success: "])  # fmt: skip
def test_a_status_by_its_name_is_a_status(words: str, name: str):
    assert find_errors(f"HttpRequestException: {words}{name}")[0].explanation.status == STATUSES[name]


APPLE = {-1001: "timeout", -1003: "connection_failed", -1005: "connection_failed", -1009: "connection_failed",
         -1202: "connection_failed"}  # fmt: skip


@pytest.mark.parametrize("code", APPLE)
def test_apples_codes_count_in_any_language_of_the_device(code: int):
    told = find_errors(f'Error Domain=NSURLErrorDomain Code={code} "Es ist ein Fehler aufgetreten."')[0].explanation
    assert told.cause == APPLE[code]
    assert told.rule.startswith("local.apple-")

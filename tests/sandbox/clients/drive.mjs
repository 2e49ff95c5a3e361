// Drives one client in JavaScript against a sandbox, with the client's own defaults: `node drive.mjs CLIENT`.
// The same contract as drive.py; packages are found from NODE_FOLDER, a folder with a node_modules of its own.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const PROMPT = "Reply with the single word: pong";
const MESSAGES = [{ role: "user", content: PROMPT }];
const FAULTS = { revoked: "revoked", rate_limited: "rate_limited:first-99", shared_capacity: "shared_capacity" };
const env = process.env;
const require = createRequire(`${env.NODE_FOLDER}/package.json`);
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

async function setFault(name, fault) {
  const [base, token] = env.ADMIN.split(" ");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  await fetch(`${base}/state`, { method: "PATCH", headers, body: JSON.stringify({ faults: { [name]: fault } }) });
}

async function join(parts, textOf) {
  let text = "";
  for await (const part of parts) text += textOf(part) ?? "";
  return text;
}

const CLIENTS = {
  async openai_chat(stream) {
    const { OpenAI } = await load("openai");
    const client = new OpenAI({ maxRetries: 0 });
    const answer = await client.chat.completions.create({ model: "gpt-4o-mini", messages: MESSAGES, stream });
    return stream ? join(answer, (chunk) => chunk.choices[0]?.delta.content) : answer.choices[0].message.content;
  },
  async openai_responses(stream) {
    const { OpenAI } = await load("openai");
    const client = new OpenAI({ maxRetries: 0 });
    const answer = await client.responses.create({ model: "gpt-4o-mini", input: PROMPT, stream });
    return stream ? join(answer, (event) => event.type === "response.output_text.delta" && event.delta || "")
                  : answer.output_text;
  },
  async aws_sdk(stream) {
    // HTTP/2 with prior knowledge over plain HTTP and by ALPN over TLS are its own defaults.
    const sdk = await load("@aws-sdk/client-bedrock-runtime");
    const client = new sdk.BedrockRuntimeClient({ maxAttempts: 1 });
    const asked = { modelId: "amazon.nova-micro-v1:0", messages: [{ role: "user", content: [{ text: PROMPT }] }] };
    if (!stream) return (await client.send(new sdk.ConverseCommand(asked))).output.message.content[0].text;
    const answer = await client.send(new sdk.ConverseStreamCommand(asked));
    return join(answer.stream, (event) => event.contentBlockDelta?.delta.text);
  },
  async aws_sdk_plain(stream) {
    env.AWS_ENDPOINT_URL = env.PLAIN_AWS;
    delete env.AWS_BEARER_TOKEN_BEDROCK;
    return CLIENTS.aws_sdk(stream);
  },
  async google_genai(stream) {
    // google-auth-library asks Google's own token endpoint whatever token_uri says: the ready token is the recipe.
    const { GoogleGenAI } = await load("@google/genai");
    const { OAuth2Client } = await load("google-auth-library");
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: env.GOOGLE_OAUTH_ACCESS_TOKEN });
    const client = new GoogleGenAI({
      vertexai: true, project: env.GOOGLE_CLOUD_PROJECT, location: env.GOOGLE_CLOUD_LOCATION,
      googleAuthOptions: { authClient }, httpOptions: { baseUrl: env.GOOGLE_VERTEX_BASE_URL },
    });
    const asked = { model: "gemini-3.1-flash-lite", contents: PROMPT };
    if (!stream) return (await client.models.generateContent(asked)).text;
    return join(await client.models.generateContentStream(asked), (chunk) => chunk.text);
  },
  async ai_sdk(stream) {
    // The provider's default since version 5 is the Responses API.
    const { generateText, streamText } = await load("ai");
    const { createOpenAI } = await load("@ai-sdk/openai");
    const openai = createOpenAI({ baseURL: env.OPENAI_BASE_URL, apiKey: env.OPENAI_API_KEY });
    const asked = { model: openai("gpt-4o-mini"), prompt: PROMPT, maxRetries: 0 };
    if (!stream) return (await generateText(asked)).text;
    return join(streamText(asked).textStream, (text) => text);
  },
  async anthropic_at_mesh(stream) {
    const { Anthropic } = await load("@anthropic-ai/sdk");
    const client = new Anthropic({ maxRetries: 0 });
    const asked = { model: "anthropic/claude-haiku-4.5", max_tokens: 50, messages: MESSAGES };
    if (!stream) return (await client.messages.create(asked)).content[0].text;
    return join(client.messages.stream(asked), (event) => event.delta?.text);
  },
};

const found = {};
for (const condition of ["healthy", "stream", ...Object.keys(FAULTS)]) {
  await setFault(env.CREDENTIAL, FAULTS[condition] ?? null);
  try {
    found[condition] = (await CLIENTS[process.argv[2]](condition === "stream")).trim();
  } catch (error) {
    if (env.DRIVE_DEBUG) console.error(error);
    const named = error.constructor.name === "Object" || error.constructor.name === "Error" ? error.name : error.constructor.name;
    found[condition] = error.statusCode && named.endsWith("APICallError") ? `${named} ${error.statusCode}` : named;
  }
  await setFault(env.CREDENTIAL, null);
}
console.log(JSON.stringify(found));
process.exit(0);

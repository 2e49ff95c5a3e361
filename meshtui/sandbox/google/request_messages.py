"""What Google's front end takes as a generateContent request, and its words about a field that it cannot read.

The table is Google's own description (the protocol buffers of aiplatform v1 and v1beta1, and what its SDK adds). Names
are taken in both spellings, `topP` and `top_p`; one thing is taken where several may stand, as Google takes it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass

PACKAGE = "type.googleapis.com/google.cloud.aiplatform.v1."
ROOT = "GenerateContentRequest"
# Of each message its fields and their types: `[]` several, `{}` by name, `any` whatever JSON holds.
MESSAGES = {
    "GenerateContentRequest": (
        "model:string contents:Content[] systemInstruction:Content cachedContent:string tools:Tool[] "
        "toolConfig:ToolConfig labels:{string} safetySettings:SafetySetting[] modelArmorConfig:ModelArmorConfig "
        "generationConfig:GenerationConfig"
    ),
    "Content": "role:string parts:Part[]",
    "Part": (
        "text:string inlineData:Blob fileData:FileData functionCall:FunctionCall functionResponse:FunctionResponse "
        "executableCode:ExecutableCode codeExecutionResult:CodeExecutionResult thought:bool thoughtSignature:bytes "
        "videoMetadata:VideoMetadata mediaResolution:Part.MediaResolution toolCall:any toolResponse:any "
        "partMetadata:any audioMetadata:any audioTranscription:any documentMetadata:any mediaProcessing:any "
        "speechMetadata:any spreadsheetMetadata:any"
    ),
    "Blob": "mimeType:string data:bytes",
    "FileData": "mimeType:string fileUri:string",
    "FunctionCall": "name:string args:any partialArgs:PartialArg[] willContinue:bool id:string",
    "PartialArg": (
        "nullValue:enum=NullValue numberValue:double stringValue:string boolValue:bool jsonPath:string "
        "willContinue:bool"
    ),
    "FunctionResponse": (
        "name:string response:any parts:FunctionResponsePart[] id:string scheduling:any willContinue:bool"
    ),
    "FunctionResponsePart": "inlineData:FunctionResponseBlob fileData:FunctionResponseFileData",
    "FunctionResponseBlob": "mimeType:string data:bytes displayName:string",
    "FunctionResponseFileData": "mimeType:string fileUri:string displayName:string",
    "ExecutableCode": "language:enum=Language code:string",
    "CodeExecutionResult": "outcome:enum=Outcome output:string",
    "VideoMetadata": "startOffset:any endOffset:any fps:double",
    "Part.MediaResolution": "level:enum=Part.MediaResolution.Level",
    "Tool": (
        "functionDeclarations:FunctionDeclaration[] retrieval:Retrieval googleSearch:Tool.GoogleSearch "
        "googleSearchRetrieval:GoogleSearchRetrieval googleMaps:GoogleMaps enterpriseWebSearch:EnterpriseWebSearch "
        "parallelAiSearch:Tool.ParallelAiSearch exaAiSearch:Tool.ExaAiSearch codeExecution:Tool.CodeExecution "
        "urlContext:UrlContext computerUse:Tool.ComputerUse fileSearch:any mcpServers:any"
    ),
    "FunctionDeclaration": (
        "name:string description:string parameters:Schema parametersJsonSchema:any response:Schema "
        "responseJsonSchema:any behavior:any"
    ),
    "Schema": (
        "type:enum=Type format:string title:string description:string nullable:bool default:any items:Schema "
        "minItems:int64 maxItems:int64 enum:string[] properties:{Schema} propertyOrdering:string[] required:string[] "
        "minProperties:int64 maxProperties:int64 minimum:double maximum:double minLength:int64 maxLength:int64 "
        "pattern:string example:any anyOf:Schema[] additionalProperties:any ref:string defs:{Schema}"
    ),
    "Retrieval": "vertexAiSearch:VertexAISearch vertexRagStore:VertexRagStore disableAttribution:bool",
    "VertexAISearch": (
        "datastore:string engine:string maxResults:int32 filter:string dataStoreSpecs:VertexAISearch.DataStoreSpec[]"
    ),
    "VertexAISearch.DataStoreSpec": "dataStore:string filter:string",
    "VertexRagStore": (
        "ragResources:VertexRagStore.RagResource[] similarityTopK:int32 vectorDistanceThreshold:double "
        "ragRetrievalConfig:RagRetrievalConfig ragCorpora:string[] storeContext:bool"
    ),
    "VertexRagStore.RagResource": "ragCorpus:string ragFileIds:string[]",
    "RagRetrievalConfig": (
        "topK:int32 filter:RagRetrievalConfig.Filter ranking:RagRetrievalConfig.Ranking "
        "hybridSearch:RagRetrievalConfig.HybridSearch"
    ),
    "RagRetrievalConfig.Filter": (
        "vectorDistanceThreshold:double vectorSimilarityThreshold:double metadataFilter:string"
    ),
    "RagRetrievalConfig.Ranking": (
        "rankService:RagRetrievalConfig.Ranking.RankService llmRanker:RagRetrievalConfig.Ranking.LlmRanker"
    ),
    "RagRetrievalConfig.Ranking.RankService": "modelName:string",
    "RagRetrievalConfig.Ranking.LlmRanker": "modelName:string",
    "Tool.GoogleSearch": "excludeDomains:string[] blockingConfidence:enum=PhishBlockThreshold",
    "GoogleSearchRetrieval": "dynamicRetrievalConfig:DynamicRetrievalConfig",
    "DynamicRetrievalConfig": "mode:enum=DynamicRetrievalConfig.Mode dynamicThreshold:float",
    "GoogleMaps": "enableWidget:bool",
    "EnterpriseWebSearch": "excludeDomains:string[] blockingConfidence:enum=PhishBlockThreshold",
    "Tool.ParallelAiSearch": "apiKey:string enableZeroDataRetention:bool customConfigs:any",
    "Tool.ExaAiSearch": "apiKey:string customConfigs:any",
    "Tool.CodeExecution": "",
    "UrlContext": "",
    "Tool.ComputerUse": "environment:enum=Environment excludedPredefinedFunctions:string[]",
    "ToolConfig": (
        "functionCallingConfig:FunctionCallingConfig retrievalConfig:RetrievalConfig "
        "includeServerSideToolInvocations:bool"
    ),
    "FunctionCallingConfig": (
        "mode:enum=FunctionCallingConfig.Mode allowedFunctionNames:string[] streamFunctionCallArguments:bool"
    ),
    "RetrievalConfig": "latLng:google.type.LatLng languageCode:string",
    "google.type.LatLng": "latitude:double longitude:double",
    "SafetySetting": "category:enum=HarmCategory threshold:enum=HarmBlockThreshold method:enum=HarmBlockMethod",
    "ModelArmorConfig": "promptTemplateName:string responseTemplateName:string",
    "GenerationConfig": (
        "temperature:float topP:float topK:float candidateCount:int32 maxOutputTokens:int32 stopSequences:string[] "
        "responseLogprobs:bool logprobs:int32 presencePenalty:float frequencyPenalty:float seed:int32 "
        "responseMimeType:string responseSchema:Schema responseJsonSchema:any "
        "routingConfig:GenerationConfig.RoutingConfig audioTimestamp:bool responseModalities:enum=Modality[] "
        "mediaResolution:enum=MediaResolution speechConfig:SpeechConfig "
        "thinkingConfig:GenerationConfig.ThinkingConfig imageConfig:ImageConfig "
        "modelConfig:GenerationConfig.ModelConfig enableAffectiveDialog:any modelSelectionConfig:any "
        "audioTranscriptionConfig:any enableEnhancedCivicAnswers:any responseFormat:any translationConfig:any"
    ),
    "GenerationConfig.RoutingConfig": (
        "autoMode:GenerationConfig.RoutingConfig.AutoRoutingMode "
        "manualMode:GenerationConfig.RoutingConfig.ManualRoutingMode"
    ),
    "GenerationConfig.RoutingConfig.AutoRoutingMode": "modelRoutingPreference:enum=ModelRoutingPreference",
    "GenerationConfig.RoutingConfig.ManualRoutingMode": "modelName:string",
    "SpeechConfig": "voiceConfig:VoiceConfig languageCode:string multiSpeakerVoiceConfig:MultiSpeakerVoiceConfig",
    "VoiceConfig": "prebuiltVoiceConfig:PrebuiltVoiceConfig replicatedVoiceConfig:ReplicatedVoiceConfig",
    "PrebuiltVoiceConfig": "voiceName:string",
    "ReplicatedVoiceConfig": "mimeType:string voiceSampleAudio:bytes",
    "MultiSpeakerVoiceConfig": "speakerVoiceConfigs:SpeakerVoiceConfig[]",
    "SpeakerVoiceConfig": "speaker:string voiceConfig:VoiceConfig",
    "GenerationConfig.ThinkingConfig": "includeThoughts:bool thinkingBudget:int32 thinkingLevel:enum=ThinkingLevel",
    "ImageConfig": (
        "imageOutputOptions:ImageConfig.ImageOutputOptions aspectRatio:string personGeneration:enum=PersonGeneration "
        "imageSize:string"
    ),
    "ImageConfig.ImageOutputOptions": "mimeType:string compressionQuality:int32",
    "RagRetrievalConfig.HybridSearch": "alpha:float",
    "GenerationConfig.ModelConfig": "featureSelectionPreference:enum=FeatureSelectionPreference",
}
ENUMERATIONS = {
    "NullValue": "NULL_VALUE",
    "Language": "LANGUAGE_UNSPECIFIED PYTHON",
    "Outcome": "OUTCOME_UNSPECIFIED OUTCOME_OK OUTCOME_FAILED OUTCOME_DEADLINE_EXCEEDED",
    "Part.MediaResolution.Level": (
        "MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW MEDIA_RESOLUTION_MEDIUM MEDIA_RESOLUTION_HIGH "
        "MEDIA_RESOLUTION_ULTRA_HIGH"
    ),
    "Type": "TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT",
    "PhishBlockThreshold": (
        "PHISH_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_HIGH_AND_ABOVE "
        "BLOCK_HIGHER_AND_ABOVE BLOCK_VERY_HIGH_AND_ABOVE BLOCK_ONLY_EXTREMELY_HIGH"
    ),
    "DynamicRetrievalConfig.Mode": "MODE_UNSPECIFIED MODE_DYNAMIC",
    "Environment": "ENVIRONMENT_UNSPECIFIED ENVIRONMENT_BROWSER",
    "FunctionCallingConfig.Mode": "MODE_UNSPECIFIED AUTO ANY NONE VALIDATED",
    "HarmCategory": (
        "HARM_CATEGORY_UNSPECIFIED HARM_CATEGORY_HATE_SPEECH HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_HARASSMENT "
        "HARM_CATEGORY_SEXUALLY_EXPLICIT HARM_CATEGORY_CIVIC_INTEGRITY HARM_CATEGORY_JAILBREAK"
    ),
    "HarmBlockThreshold": (
        "HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF"
    ),
    "HarmBlockMethod": "HARM_BLOCK_METHOD_UNSPECIFIED SEVERITY PROBABILITY",
    "Modality": "MODALITY_UNSPECIFIED TEXT IMAGE AUDIO VIDEO",
    "MediaResolution": (
        "MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW MEDIA_RESOLUTION_MEDIUM MEDIA_RESOLUTION_HIGH"
    ),
    "ModelRoutingPreference": "UNKNOWN PRIORITIZE_QUALITY BALANCED PRIORITIZE_COST",
    "ThinkingLevel": "THINKING_LEVEL_UNSPECIFIED LOW MEDIUM HIGH MINIMAL",
    "PersonGeneration": "PERSON_GENERATION_UNSPECIFIED ALLOW_ALL ALLOW_ADULT ALLOW_NONE",
    "FeatureSelectionPreference": (
        "FEATURE_SELECTION_PREFERENCE_UNSPECIFIED PRIORITIZE_QUALITY BALANCED PRIORITIZE_COST"
    ),
}
MAX_PROBLEMS = 20
"""In one answer."""

Body = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """`field`: where it is, in Google's spelling; empty for the request itself."""

    field: str
    description: str


def read_request(body: Body) -> tuple[dict[str, object], list[FieldProblem]]:
    """The request with its names in camel case and lists where several values are allowed; and what is wrong with
    it."""
    problems: list[FieldProblem] = []
    made = _read_message(ROOT, body, "", problems)
    return made, problems[:MAX_PROBLEMS]


@functools.cache
def _list_fields(message: str) -> dict[str, str]:
    return dict(field.split(":", 1) for field in MESSAGES[message].split())


def _read_message(message: str, value: Body, path: str, problems: list[FieldProblem]) -> dict[str, object]:
    fields, made = _list_fields(message), {}
    for given, inner in value.items():
        name = _to_camel_case(given)
        if name not in fields:
            problems.append(_refuse_name(given, path, "Cannot find field."))
        elif inner is not None:
            at = f"{path}.{_to_snake_case(name)}" if path else _to_snake_case(name)
            made[name] = _read_field(fields[name], inner, at, given, path, problems)
    return made


def _read_field(kind: str, value: object, at: str, given: str, path: str, problems: list[FieldProblem]) -> object:
    if kind.startswith("{") and isinstance(value, Mapping):
        return {key: _read_value(kind[1:-1], each, f"{at}['{key}']", problems) for key, each in value.items()}
    if kind.endswith("[]"):
        several = value if isinstance(value, list) else [value]
        return [_read_value(kind[:-2], each, f"{at}[{number}]", problems) for number, each in enumerate(several)]
    if isinstance(value, list) and kind != "any":
        problems.append(_refuse_name(given, path, "Proto field is not repeating, cannot start list."))
        return None
    return _read_value(kind, value, at, problems)


def _read_value(kind: str, value: object, at: str, problems: list[FieldProblem]) -> object:
    if kind in MESSAGES:
        if isinstance(value, Mapping):
            return _read_message(kind, value, at, problems)
        problems.append(_refuse_value(at, PACKAGE + kind, value))
    elif kind.startswith("enum="):
        name = kind.removeprefix("enum=")
        known = isinstance(value, str) and value.upper() in ENUMERATIONS[name].split()
        if not known and (isinstance(value, bool) or not isinstance(value, int)):  # a number is as good
            problems.append(_refuse_value(at, PACKAGE + name, value))
    elif not _is_fitting(kind, value):
        problems.append(_refuse_value(at, f"TYPE_{kind.upper()}", value))
    return value


def _is_fitting(kind: str, value: object) -> bool:
    """Whether a scalar can be read as this type; numbers may be text."""
    match kind:
        case "string" | "bytes":
            return isinstance(value, str)
        case "bool":
            return isinstance(value, bool)
        case "int32" | "int64":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return (whole and not isinstance(value, bool)) or _is_number(value, r"-?\d+")
        case "float" | "double":
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return number or _is_number(value, r"-?\d+(\.\d+)?([eE][-+]?\d+)?|NaN|-?Infinity")
        case _:
            return True


def _is_number(value: object, pattern: str) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _refuse_name(name: str, path: str, why: str) -> FieldProblem:
    where = f" at '{path}'" if path else ""
    return FieldProblem(path, f'Invalid JSON payload received. Unknown name "{name[:200]}"{where}: {why}')


def _refuse_value(at: str, kind: str, value: object) -> FieldProblem:
    said = f', "{value[:200]}"' if isinstance(value, str) else f", {str(value).lower()[:200]}"
    said = "" if isinstance(value, Mapping | list) else said
    return FieldProblem(at, f"Invalid value at '{at}' ({kind}){said}")


def _to_camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _to_snake_case(name: str) -> str:
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name)

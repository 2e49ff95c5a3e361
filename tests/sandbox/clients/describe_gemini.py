"""Runs where google-cloud-aiplatform is: prints each message of a generateContent request with its fields, as its
protocol buffers describe them: name → (type, message, values of an enumeration, whether several, whether by name)."""

import json

from google.cloud.aiplatform_v1.types import GenerateContentRequest

found = {}


def describe(message):
    if message.full_name in found or message.full_name.startswith("google.protobuf"):
        return
    fields = found[message.full_name] = {}
    for field in message.fields:
        inner, by_name = field.message_type, bool(field.message_type and field.message_type.GetOptions().map_entry)
        fields[field.camelcase_name] = {
            "type": field.type,
            "message": inner.full_name if inner else "",
            "values": [value.name for value in field.enum_type.values] if field.enum_type else [],
            "several": getattr(field, "is_repeated", False) and not by_name,
            "by_name": by_name,
        }
        if inner and not by_name:
            describe(inner)


describe(GenerateContentRequest.pb(GenerateContentRequest()).DESCRIPTOR)
print(json.dumps(found))

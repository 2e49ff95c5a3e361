"""Vectors for texts: of length one, the same for the same text, and near nothing else."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from collections.abc import Mapping, Sequence


def read_inputs(given: object) -> list[str]:
    """The inputs: one text, several, one list of token numbers, several such lists, or objects with a text in them."""
    if isinstance(given, str):
        return [given]
    entries = given if isinstance(given, list) else []
    if entries and all(isinstance(entry, int) for entry in entries):
        return [" ".join(map(str, entries))]
    return [" ".join(map(str, entry)) if isinstance(entry, list) else _read_input(entry) for entry in entries]


def make_vector(text: str, dimensions: int) -> list[float]:
    """Of length one; the same for the same text, and near nothing else."""
    raw = hashlib.shake_256(text.encode("utf-8", "replace")).digest(dimensions * 2)
    numbers = [number / 32768 for number in struct.unpack(f"<{dimensions}h", raw)]
    length = math.sqrt(sum(number * number for number in numbers)) or 1.0
    return [round(number / length, 8) for number in numbers]


def format_vectors(texts: Sequence[str], dimensions: int, encoding: object = None) -> list[dict[str, object]]:
    """OpenAI's `data`, with numbers or, where `encoding` is "base64", with their bytes."""
    vectors = [make_vector(text, dimensions) for text in texts]
    coded = [pack_vector(vector) for vector in vectors] if encoding == "base64" else vectors
    return [{"object": "embedding", "index": number, "embedding": made} for number, made in enumerate(coded)]


def pack_vector(numbers: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(numbers)}f", *numbers)).decode()


def _read_input(entry: object) -> str:
    return str(entry.get("text", "")) if isinstance(entry, Mapping) else str(entry)

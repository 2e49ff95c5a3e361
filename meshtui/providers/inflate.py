"""Takes compression off an answer, and never makes more of it than is wanted.

None is asked for; a proxy or an edge may compress all the same. Two thousand bytes can stand for gigabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

from meshtui.providers.sse import DamagedError

Inflate = Callable[[bytes, int], bytes]
"""From the next bytes of the body to at most so many of what they stand for."""

_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


def inflater(encoding: str) -> Inflate:
    """For the value of a Content-Encoding header; empty for none. Raises DamagedError for one that is not known, or for
    several on top of each other, and so does what it returns for bytes that are not what the header says."""
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return lambda data, limit: data[:limit]
    if name not in ("gzip", "x-gzip", "deflate"):
        raise DamagedError(f"the answer is encoded as {name[:40]!r}, which was not asked for")
    stream = zlib.decompressobj(_GZIP_OR_ZLIB)

    def inflate(data: bytes, limit: int) -> bytes:
        try:
            return stream.decompress(data, limit)
        except zlib.error as problem:
            raise DamagedError(f"the answer is not compressed as {name}, as it says it is: {problem}") from None

    return inflate

from __future__ import annotations
from schemas.records import Decoded

def decode(data: bytes, *, content_type: str | None = None) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return Decoded(data.decode("gb18030", "replace"), "gb18030")

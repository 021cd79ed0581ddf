"""The words of a text file, whatever its encoding."""

from __future__ import annotations

import codecs
import contextlib
from pathlib import Path

from gis.files.reading import unreadable


def text_of(raw: bytes, path: Path) -> tuple[str, str]:
    """Return a text file's content and encoding: UTF-8 strictly (with or without BOM), else GB18030.

    Excel saves "Unicode text" as UTF-16; its byte-order mark says so.

    Raises
    ------
    InputError
        When it is in none of them.
    """
    encodings = ["utf-8-sig", "gb18030"]
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding), encoding.removesuffix("-sig")
    raise unreadable(path, "neither UTF-8 nor GB18030")

"""Shapefiles as they come: incomplete, truncated, in GBK with a .cpg that says otherwise."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from gis.errors import InputError, Text
from gis.files.reading import unique
from gis.note import Note

_END_OF_FIELDS = 0x0D
_NAME_BYTES = {10, 11}
"""A field name of this length may have been cut within a character."""
_CUT_REASONS = ("unexpected end of data", "incomplete multibyte sequence")


def sidecar(path: Path, suffix: str) -> Path | None:
    """Return the companion file with a suffix in either case, if it is there."""
    for candidate in (path.with_suffix(suffix), path.with_suffix(suffix.upper())):
        if candidate.exists():
            return candidate
    return None


def check_whole(path: Path) -> None:
    """Raise unless the .shp, .shx and .dbf are as long as their headers say.

    GDAL reads a truncated shapefile up to the cut and says nothing: records would be lost.

    Raises
    ------
    InputError
        For a missing .shx, or a file shorter than it says.
    """
    _check_shape_length(path)
    index = sidecar(path, ".shx")
    if index is None:
        raise InputError(
            "shx_missing",
            Text(f"“{path.name}”缺少同名的.shx文件。", f"'{path.name}' comes without its .shx."),
            Text(
                "请连同.shp、.shx、.dbf、.prj一起提供（或打成zip）。",
                "Give .shp, .shx, .dbf and .prj together (or as a zip).",
            ),
        )
    _check_shape_length(index)
    table = sidecar(path, ".dbf")
    if table is not None:
        _check_table_length(table, records(path))


def _check_shape_length(path: Path) -> None:
    with path.open("rb") as stream:
        header = stream.read(100)
    stated = struct.unpack(">i", header[24:28])[0] * 2 if len(header) == 100 else -1
    if stated != path.stat().st_size:
        raise _truncated(path, stated)


def _check_table_length(path: Path, shapes: int) -> None:
    with path.open("rb") as stream:
        header = stream.read(32)
    if len(header) < 32:
        raise _truncated(path, 32)
    count, header_bytes, record_bytes = struct.unpack("<IHH", header[4:12])
    if path.stat().st_size < header_bytes + count * record_bytes:
        raise _truncated(path, header_bytes + count * record_bytes)
    if count != shapes:
        raise InputError(
            "record_counts_differ",
            Text(
                f"“{path.name}”有{count}条属性，图形却有{shapes}个。",
                f"'{path.name}' has {count} records for {shapes} shapes.",
            ),
            Text("请重新导出整套shapefile。", "Export the whole shapefile again."),
        )


def _truncated(path: Path, stated: int) -> InputError:
    size = path.stat().st_size
    return InputError(
        "file_truncated",
        Text(
            f"“{path.name}”不完整：应有{max(stated, 100)}字节，实有{size}字节。",
            f"'{path.name}' is not whole: {max(stated, 100)} bytes expected, {size} found.",
        ),
        Text("请重新导出或重新拷贝。", "Export or copy it again."),
    )


def records(path: Path) -> int:
    """Return how many shapes a shapefile's index lists."""
    index = sidecar(path, ".shx")
    return 0 if index is None else (index.stat().st_size - 100) // 8


def deleted(path: Path) -> int:
    """Return how many records of the .dbf are marked as deleted; GDAL leaves them out."""
    table = sidecar(path, ".dbf")
    if table is None:
        return 0
    raw = table.read_bytes()
    count, header_bytes, record_bytes = struct.unpack("<IHH", raw[4:12])
    flags = raw[header_bytes : header_bytes + count * record_bytes : max(1, record_bytes)]
    return flags.count(b"*")


def notes_on_sidecars(path: Path) -> tuple[Note, ...]:
    """Tell of a missing .dbf (the shapes can be measured) and of records deleted in it."""
    if sidecar(path, ".dbf") is not None:
        count = deleted(path)
        return (_deleted_note(path, count),) if count else ()
    return (
        Note(
            "dbf_missing",
            "warning",
            Text(f"“{path.name}”缺少.dbf，没有属性。", f"'{path.name}' has no .dbf, so no attributes."),
            Text("只读取图形。", "Only the shapes were read."),
        ),
    )


def _deleted_note(path: Path, count: int) -> Note:
    return Note(
        "records_deleted",
        "warning",
        Text(
            f"“{path.name}”有{count}条记录在属性表中已标记删除。",
            f"{count} records of '{path.name}' are marked as deleted in its table.",
        ),
        Text("没有读入；行号按未删除的记录计。", "They were not read; rows are counted without them."),
    )


def text_widths(path: Path) -> set[int]:
    """Return the widths in bytes of the text fields of a shapefile's .dbf."""
    table = sidecar(path, ".dbf")
    if table is None:
        return set()
    header = table.read_bytes()[: 32 + 32 * 255]
    widths = set()
    for start in range(32, len(header) - 31, 32):
        if header[start] == _END_OF_FIELDS:
            break
        if header[start + 11 : start + 12] == b"C":
            widths.add(header[start + 16])
    return widths


def decode(
    raw: pd.DataFrame, widths: Iterable[int], path: Path, stated: str
) -> tuple[pd.DataFrame, str, tuple[Note, ...]]:
    """Decode attributes that were read byte by byte: UTF-8 strictly, else GB18030.

    Parameters
    ----------
    raw
        Text columns and column names read as ISO-8859-1, which maps every byte to itself.
    widths
        Field widths in bytes; a value that fills its field may have been cut within a character.
    path
        For messages.
    stated
        What the .cpg says, or an empty string; it is believed only where the bytes bear it out.

    Returns
    -------
    frame, encoding, notes

    Raises
    ------
    InputError
        When the bytes are in neither encoding.
    """
    values = _byte_values(raw)
    names = [str(name).encode("latin-1") for name in raw.columns]
    limits = set(widths)
    for encoding in ("utf-8", "gb18030"):
        cut: list[bytes] = []
        readable = all(_decodes(name, encoding, _NAME_BYTES, cut) for name in names)
        readable = readable and all(_decodes(value, encoding, limits, cut) for value in values)
        if readable and not (encoding == "utf-8" and _rather_gbk([*names, *values], stated)):
            frame = _decoded(raw, encoding)
            return frame, encoding, _encoding_notes(path, stated, encoding, values, cut)
    raise InputError(
        "encoding_unknown",
        Text(
            f"“{path.name}”的属性既不是UTF-8也不是GBK/GB18030编码。",
            f"The attributes of '{path.name}' are neither UTF-8 nor GBK/GB18030.",
        ),
        Text("请以UTF-8或GBK重新导出。", "Export it again as UTF-8 or GBK."),
    )


def _rather_gbk(values: list[bytes], stated: str) -> bool:
    """Tell whether bytes that could be UTF-8 are rather GBK.

    "猫" in GBK is "è" in UTF-8. Chinese in UTF-8 has three bytes a character; a table whose every
    letter has two is Chinese in GBK, unless its .cpg says otherwise.
    """
    letters = "".join(value.decode("utf-8", errors="ignore") for value in values if not value.isascii())
    two_bytes = all(ord(letter) < 0x800 for letter in letters)
    if not letters or not two_bytes or _is_utf8(stated):
        return False
    return all(_decodes(value, "gb18030", set(), []) for value in values)


def _is_utf8(stated: str) -> bool:
    return stated.upper().replace("-", "") in ("UTF8", "65001")


def _byte_values(raw: pd.DataFrame) -> list[bytes]:
    values: set[str] = set()
    for column in raw.columns:
        if not pd.api.types.is_numeric_dtype(raw[column].dtype):
            values.update(value for value in raw[column] if isinstance(value, str))
    return [value.encode("latin-1") for value in sorted(values)]


def _decodes(value: bytes, encoding: str, limits: set[int], cut: list[bytes]) -> bool:
    try:
        value.decode(encoding)
    except UnicodeDecodeError as error:
        if error.reason not in _CUT_REASONS or len(value) not in limits:
            return False
        cut.append(value)
    return True


def _decoded(raw: pd.DataFrame, encoding: str) -> pd.DataFrame:
    def text(value: object) -> object:
        if isinstance(value, str):
            return value.encode("latin-1").decode(encoding, errors="ignore").rstrip("\0")
        return value

    names = unique([str(text(str(name))) for name in raw.columns])
    columns = {
        name: raw[old] if pd.api.types.is_numeric_dtype(raw[old].dtype) else raw[old].map(text)
        for name, old in zip(names, raw.columns, strict=True)
    }
    return pd.DataFrame(columns, index=raw.index)


def _encoding_notes(
    path: Path, stated: str, encoding: str, values: list[bytes], cut: list[bytes]
) -> tuple[Note, ...]:
    notes = []
    plain = all(value.isascii() for value in values)
    if not plain and stated and _is_utf8(stated) != (encoding == "utf-8"):
        notes.append(
            Note(
                "cpg_wrong",
                "info",
                Text(
                    f"“{path.name}”的.cpg写的是{stated}，实际是{encoding.upper()}。",
                    f"The .cpg of '{path.name}' says {stated}; the bytes are {encoding.upper()}.",
                ),
                Text(f"按{encoding.upper()}读取。", f"Read as {encoding.upper()}."),
            )
        )
    if cut:
        notes.append(
            Note(
                "text_cut",
                "warning",
                Text(
                    f"“{path.name}”有{len(cut)}个属性值在字段末尾被截断了半个字。",
                    f"{len(cut)} values of '{path.name}' were cut within a character at the field's end.",
                ),
                Text("去掉了残缺的半个字。", "The broken half was left out."),
            )
        )
    return tuple(notes)


def stated_encoding(path: Path) -> str:
    """Return what the .cpg says, or an empty string."""
    found = sidecar(path, ".cpg")
    return found.read_text(encoding="ascii", errors="replace").strip() if found else ""

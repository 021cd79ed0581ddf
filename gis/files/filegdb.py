"""File geodatabases that are not whole: GDAL reads what is left of one and calls it all."""

from __future__ import annotations

import struct
from pathlib import Path

from gis.errors import InputError, Text

_BLOCK_ROWS = 1024
_HEADER_BYTES = 16


def check_whole(folder: Path) -> None:
    """Raise unless every table is as long as it says and comes with its whole index of rows.

    The row index (.gdbtablx) tells where each row lies; cut short, its rows are simply not there
    for GDAL, and a layer comes out with fewer features or none.

    Raises
    ------
    InputError
        For a table or index that is missing or shorter than it says.
    """
    tables = {item.stem: item for item in folder.glob("*.gdbtable")}
    indexes = {item.stem: item for item in folder.glob("*.gdbtablx")}
    if "a00000001" not in tables:
        raise _broken(folder, "a00000001.gdbtable")
    for stem in sorted(tables.keys() | indexes.keys()):
        if stem not in tables or stem not in indexes:
            raise _broken(folder, f"{stem}.gdbtable" if stem in indexes else f"{stem}.gdbtablx")
        if not _table_whole(tables[stem]):
            raise _broken(folder, tables[stem].name)
        if not _index_whole(indexes[stem]):
            raise _broken(folder, indexes[stem].name)


def _table_whole(path: Path) -> bool:
    with path.open("rb") as stream:
        header = stream.read(40)
    if len(header) < 40:
        return False
    (stated_bytes,) = struct.unpack("<q", header[24:32])
    return bool(path.stat().st_size >= stated_bytes)


def _index_whole(path: Path) -> bool:
    with path.open("rb") as stream:
        header = stream.read(_HEADER_BYTES)
    if len(header) < _HEADER_BYTES:
        return False
    _, blocks, _, offset_bytes = struct.unpack("<4I", header)
    # After the blocks comes a trailer of at least four integers.
    return bool(path.stat().st_size >= _HEADER_BYTES + blocks * _BLOCK_ROWS * offset_bytes + 16)


def _broken(folder: Path, member: str) -> InputError:
    return InputError(
        "gdb_truncated",
        Text(
            f"“{folder.name}”不完整：其中的{member}缺失或被截断。",
            f"'{folder.name}' is not whole: its {member} is missing or cut short.",
        ),
        Text(
            "请把整个.gdb文件夹重新拷贝（或打成zip）。",
            "Copy the whole .gdb folder again (or pack it as a zip).",
        ),
    )

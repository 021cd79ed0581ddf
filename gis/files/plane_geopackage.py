"""Polygons of a GeoPackage as bytes: SQLite rows, each a short head and well-known binary behind it.

Read by SQLite itself: GDAL and what it brings along take longer to load than a layer takes to read.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from gis.edges import IntArray
from gis.errors import InputError, Text
from gis.wkb import ByteArray

_HEAD_BYTES = 8
_ENVELOPE_BYTES = np.array([0, 32, 48, 48, 64, 0, 0, 0])
"""By three bits of the fourth byte (OGC 12-128r19, 2.1.3); the last three are not in use."""
_ROWS_AT_ONCE = 256
_MAPPED_BYTES = 1 << 31
_LAYERS = """SELECT g.table_name, g.column_name, s.definition
    FROM gpkg_geometry_columns AS g JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id"""


def parts(path: Path, part_bytes: int) -> Iterator[tuple[ByteArray, IntArray]]:
    """Yield the polygons of a GeoPackage as :func:`gis.wkb.edges_of` takes them, some at a time.

    Raises
    ------
    InputError
        When it can't be read, or has not just one layer.
    ValueError
        When a geometry is not as a GeoPackage has it.
    """
    try:
        with closing(_opened(path)) as database:
            table, column, _ = _layer(database, path)
            rows = database.execute(f"SELECT {_quoted(column)} FROM {_quoted(table)} ORDER BY rowid")  # noqa: S608
            first, held, held_bytes = 0, list[bytes](), 0
            while some := rows.fetchmany(_ROWS_AT_ONCE):
                values = [value or b"" for (value,) in some]
                held += values
                held_bytes += sum(map(len, values))
                if held_bytes >= part_bytes:
                    yield _arrays(held, first)
                    first, held, held_bytes = first + len(held), [], 0
            yield _arrays(held, first)
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error


def system_name(path: Path) -> str | None:
    """Return the name of the coordinate system of a GeoPackage's layer.

    Raises
    ------
    InputError
        As :func:`parts`.
    """
    try:
        with closing(_opened(path)) as database:
            _, _, definition = _layer(database, path)
    except sqlite3.Error as error:
        raise _unreadable(path, error) from error
    named = re.match(r'\s*[A-Z]+\["([^"]*)"', definition or "")
    return named[1] if named else None


def _opened(path: Path) -> sqlite3.Connection:
    # Parts are read in one thread, and given up in another when a question fails.
    database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    database.execute(f"PRAGMA mmap_size = {_MAPPED_BYTES}")
    return database


def _layer(database: sqlite3.Connection, path: Path) -> tuple[str, str, str]:
    """Return table, geometry column and definition of the coordinate system of the only layer."""
    found: list[tuple[str, str, str]] = database.execute(_LAYERS).fetchall()
    if len(found) != 1:
        names = "、".join(table for table, _, _ in found)
        raise InputError(
            "several_layers",
            Text(
                f"“{path.name}”应只有一个图层（有：{names or '无'}）。",
                f"'{path.name}' should hold one layer (it holds: {names or 'none'}).",
            ),
            Text("请把该图层单独导出为一个文件。", "Export the layer to a file of its own."),
        )
    return found[0]


def _arrays(values: list[bytes], first: int) -> tuple[ByteArray, IntArray]:
    """Return values back to back, and where the well-known binary of each begins, behind its head."""
    buffer = np.frombuffer(b"".join(values), np.uint8)
    size = np.fromiter(map(len, values), np.int64, len(values))
    end = np.cumsum(size)
    begin = end - size
    present = np.flatnonzero(size)
    head = begin[present]
    whole = size[present] > _HEAD_BYTES
    sound = whole & (buffer[head] == ord("G")) & (buffer[np.minimum(head + 1, len(buffer) - 1)] == ord("P"))
    if not sound.all():
        raise ValueError(f"geometry {first + int(present[~sound][0])} is cut off or damaged")
    begin[present] += _HEAD_BYTES + _ENVELOPE_BYTES[(buffer[head + 3] >> 1) & 7]
    return buffer, np.append(begin, len(buffer))


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'


def _unreadable(path: Path, error: sqlite3.Error) -> InputError:
    return InputError(
        "file_unreadable",
        Text(f"“{path.name}”读不出来（{error}）。", f"'{path.name}' can't be read ({error})."),
        Text(
            "文件可能不完整或已损坏，请重新导出或重新拷贝。",
            "It may be truncated or damaged: export or copy it again.",
        ),
    )

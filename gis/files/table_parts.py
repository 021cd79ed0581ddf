"""Tables made in parts: written whole or not at all, read back only when they are what was written.

A part is a Parquet file behind a checksum of all its bytes and of what it was made from. Nothing of it is
parsed before the checksum is right: Parquet's own page checksums leave headers and footer unguarded.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gis.errors import InputError, Text
from gis.files.atomic import whole

_DIGEST_BYTES = hashlib.sha256().digest_size


def write(path: Path, key: str, table: pd.DataFrame) -> None:
    """Write one part, sealed with what it was made from."""
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), buffer, compression="zstd")
    content = buffer.getvalue()
    with whole(path) as target, target.open("wb") as stream:
        stream.write(_digest(key, content))
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def is_whole(path: Path, key: str) -> bool:
    """Return whether a part is there, made from the same and to its last byte what was written."""
    return _content(path, key) is not None


def read(path: Path, key: str) -> pd.DataFrame:
    """Read one part.

    Raises
    ------
    InputError
        When it is not what was written.
    """
    frame: pd.DataFrame = _table(path, key).to_pandas()
    return frame


def join(parts: Iterable[tuple[Path, str]], target: Path) -> int:
    """Write parts one after another into one Parquet file, one in memory at a time; return the rows.

    Parameters
    ----------
    parts
        Path and key of each.
    target
        The file.

    Raises
    ------
    InputError
        When a part is not what was written, or the file can't be written.
    """
    rows = 0
    with whole(target) as made:
        writer: pq.ParquetWriter | None = None
        try:
            for path, key in parts:
                table = _table(path, key).replace_schema_metadata(None)
                if writer is None:
                    writer = pq.ParquetWriter(made, table.schema, compression="zstd")
                writer.write_table(table.cast(writer.schema))
                rows += table.num_rows
        finally:
            if writer is not None:
                writer.close()
    return rows


def _table(path: Path, key: str) -> pa.Table:
    content = _content(path, key)
    if content is None:
        raise InputError(
            "part_damaged",
            Text(
                f"批量检查的中间结果“{path}”在运行中被改动或删除。",
                f"'{path}', a part of the batch's result, was changed or removed during the run.",
            ),
            Text("请用同一命令重新运行，损坏的部分会重算。", "Run the same command again: it is made anew."),
        )
    return pq.read_table(io.BytesIO(content))


def _content(path: Path, key: str) -> bytes | None:
    """Return a part's Parquet file; None when it is missing, damaged or made from something else."""
    try:
        sealed = path.read_bytes()
    except OSError:
        return None
    digest, content = sealed[:_DIGEST_BYTES], sealed[_DIGEST_BYTES:]
    return content if digest == _digest(key, content) else None


def _digest(key: str, content: bytes) -> bytes:
    return hashlib.sha256(key.encode() + content).digest()


def write_csv(frame: pd.DataFrame, target: Path) -> None:
    """Write a table that Excel opens with its Chinese intact."""
    with whole(target) as made:
        frame.to_csv(made, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def checksum(frame: gpd.GeoDataFrame) -> str:
    """Return a checksum of geometries and labels."""
    wkb = b"".join(frame.geometry.to_wkb())
    return f"{zlib.crc32(wkb):08x}{zlib.crc32(frame.index.to_numpy().tobytes()):08x}"

"""Tables made in parts: written whole or not at all, read back only when they are what was written."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from gis.files.atomic import whole

_CHECKSUM = b"planner.key"


def write(path: Path, key: str, table: pd.DataFrame) -> None:
    """Write one part, marked with what it was made from."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    arrow = arrow.replace_schema_metadata({**(arrow.schema.metadata or {}), _CHECKSUM: key.encode()})
    with whole(path) as target:
        pq.write_table(arrow, target, compression="zstd")
        with target.open("ab") as stream:
            stream.flush()
            os.fsync(stream.fileno())


def is_whole(path: Path, key: str) -> bool:
    """Return whether a part is there, made from the same and readable to its last byte."""
    try:
        file = pq.ParquetFile(path, page_checksum_verification=True)
        if (file.schema_arrow.metadata or {}).get(_CHECKSUM) != key.encode():
            return False
        file.read()
        return True
    except (OSError, pa.ArrowInvalid):
        return False


def read(path: Path) -> pd.DataFrame:
    """Read one part."""
    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    return frame


def join(parts: Iterable[Path], target: Path) -> int:
    """Write parts one after another into one Parquet file, one in memory at a time; return the rows."""
    rows = 0
    with whole(target) as made:
        writer: pq.ParquetWriter | None = None
        try:
            for path in parts:
                table = pq.read_table(path).replace_schema_metadata(None)
                if writer is None:
                    writer = pq.ParquetWriter(made, table.schema, compression="zstd")
                writer.write_table(table.cast(writer.schema))
                rows += table.num_rows
        finally:
            if writer is not None:
                writer.close()
    return rows


def write_csv(frame: pd.DataFrame, target: Path) -> None:
    """Write a table that Excel opens with its Chinese intact."""
    with whole(target) as made:
        frame.to_csv(made, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def checksum(frame: gpd.GeoDataFrame) -> str:
    """Return a checksum of geometries and labels."""
    wkb = b"".join(frame.geometry.to_wkb())
    return f"{zlib.crc32(wkb):08x}{zlib.crc32(frame.index.to_numpy().tobytes()):08x}"

"""Features kept ready to use: in spatial parts as GeoParquet, with their edges to be mapped into memory.

A store is a folder that holds what came of reading, repairing and projecting one file. It is keyed by
everything that went into it (the file's content, how it was to be read, the code that read it). A store
with another key, a missing file or a byte that changed is not used: it is made anew.
"""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import shapely

from gis.equal_area import CountArray, FloatArray
from gis.files import atomic
from gis.projection import CGCS2000

FORMAT = 2
VERTICES_PER_PART = 200_000
"""About 3 MB: small enough to travel, large enough that a part is worth a file."""
_INDEX = "index.json"
_ROW = ".row"

Bounds = tuple[float, float, float, float]


class DamagedStoreError(Exception):
    """A file of a store is missing or not the one that was written: the store must be made anew."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a store: neighbouring features."""

    file: str
    rows: int
    bounds: Bounds
    checksum: int


@dataclass(frozen=True, eq=False)
class FeatureStore:
    """A store that was opened; features are read when asked for.

    Parameters
    ----------
    folder
        Where it lies.
    key
        What it was made from.
    meta
        What its maker wrote down with it.
    parts
        Its files.
    """

    folder: Path
    key: str
    meta: Mapping[str, Any]
    parts: tuple[Part, ...]

    @cached_property
    def bounds(self) -> FloatArray:
        """Box of each part, degrees, shape (parts, 4)."""
        return np.array([part.bounds for part in self.parts], dtype=float).reshape(-1, 4)

    def near(self, bounds: Bounds | None) -> gpd.GeoDataFrame:
        """Return the features whose boxes meet some bounds, all of them for None.

        Only the parts that meet the bounds are read. Rows keep their labels, in whose order they come. In a
        column of objects, what is missing may come back as another kind of missing (NaN for None).

        Raises
        ------
        DamagedStoreError
            When a part is not what was written.
        """
        return joined([frame_of(self.bytes_of(position)) for position in self.touching(bounds)], bounds)

    def touching(self, bounds: Bounds | None) -> CountArray:
        """Return the positions of the parts that meet some bounds, all of them for None.

        There is always one, so that an empty answer has columns too.
        """
        if bounds is None:
            return np.arange(len(self.parts))
        meets = (self.bounds[:, :2] <= bounds[2:]).all(axis=1) & (self.bounds[:, 2:] >= bounds[:2]).all(
            axis=1
        )
        return np.flatnonzero(meets) if meets.any() else np.zeros(1, dtype=np.intp)

    def part(self, position: int, *, geometry: bool = True) -> gpd.GeoDataFrame | pd.DataFrame:
        """Return the features of one part; without their geometry, when only attributes are wanted.

        Raises
        ------
        DamagedStoreError
            When it is not what was written.
        """
        content = self.bytes_of(position)
        if geometry:
            return frame_of(content)
        names = [name for name in pq.read_schema(io.BytesIO(content)).names if name != "geometry"]
        return pd.read_parquet(io.BytesIO(content), columns=names).set_index(_ROW)

    def bytes_of(self, position: int) -> bytes:
        """Return a part as it lies on the disk.

        Raises
        ------
        DamagedStoreError
            When it is not what was written.
        """
        part = self.parts[position]
        try:
            content = (self.folder / part.file).read_bytes()
        except OSError as error:
            raise DamagedStoreError(part.file) from error
        if zlib.crc32(content) != part.checksum:
            raise DamagedStoreError(part.file)
        return content


def joined(frames: Sequence[gpd.GeoDataFrame], bounds: Bounds | None) -> gpd.GeoDataFrame:
    """Return parts as one frame in the order of their labels, without what lies off some bounds."""
    frame = pd.concat(frames).sort_index()
    if bounds is not None:
        box = shapely.bounds(frame.geometry.to_numpy())
        frame = frame[(box[:, :2] <= bounds[2:]).all(axis=1) & (box[:, 2:] >= bounds[:2]).all(axis=1)]
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=CGCS2000).rename_axis(None)


def frame_of(content: bytes) -> gpd.GeoDataFrame:
    """Return the features of one part, on the labels they were stored with."""
    return gpd.read_parquet(io.BytesIO(content)).set_index(_ROW)


def write(folder: Path, key: str, frame: gpd.GeoDataFrame, meta: Mapping[str, Any]) -> None:
    """Write a store, whole or not at all, in the place of an older one.

    Parameters
    ----------
    folder
        Where it shall lie.
    key
        Everything that went into it, as one hash.
    frame
        Features in EPSG:4490 on an ascending index of whole numbers, none without ground.
    meta
        What JSON can hold.

    Raises
    ------
    OSError
        When the place can't be written to.
    ValueError
        When labels repeat or don't ascend, or a geometry is missing or empty.
    """
    if not (frame.index.is_unique and frame.index.is_monotonic_increasing):
        raise ValueError("a store needs ascending labels: they are the order in which rows come back")
    with atomic.whole_folder(folder) as made:
        parts = [
            _write_part(made, number, frame.iloc[rows]) for number, rows in enumerate(_neighbours(frame))
        ]
        index = {"format": FORMAT, "key": key, "meta": meta, "parts": parts}
        sealed = {"checksum": _checksum(index), "index": index}
        (made / _INDEX).write_text(json.dumps(sealed, ensure_ascii=False), encoding="utf-8", newline="\n")


def _checksum(index: object) -> int:
    """Return the checksum of an index as it is read back: a changed bound would hide features."""
    return zlib.crc32(json.dumps(index).encode())


def _neighbours(frame: gpd.GeoDataFrame) -> Iterable[CountArray]:
    """Return rows in groups of neighbours (along a Hilbert curve), each of about the same size."""
    if len(frame) == 0:
        return [np.arange(0)]
    order = np.argsort(frame.geometry.hilbert_distance().to_numpy(), kind="stable")
    vertices = shapely.get_num_coordinates(frame.geometry.to_numpy())[order]
    number = (np.cumsum(vertices) - vertices) // VERTICES_PER_PART
    return [np.sort(rows) for rows in np.split(order, np.flatnonzero(np.diff(number)) + 1)]


def _write_part(folder: Path, number: int, frame: gpd.GeoDataFrame) -> dict[str, Any]:
    path = folder / f"part-{number:05d}.parquet"
    frame.rename_axis(_ROW).reset_index().to_parquet(path, index=False)
    bounds = (
        [float(value) for value in frame.total_bounds] if len(frame) else [np.inf, np.inf, -np.inf, -np.inf]
    )
    return {
        "file": path.name,
        "rows": len(frame),
        "bounds": bounds,
        "checksum": zlib.crc32(path.read_bytes()),
    }


def open_store(folder: Path, key: str) -> FeatureStore | None:
    """Return the store in a folder, None when there is none, or a damaged one, or one of other content.

    Parameters
    ----------
    folder
        Where it lies.
    key
        What it must have been made from.
    """
    try:
        sealed = json.loads((folder / _INDEX).read_text(encoding="utf-8"))
        index = sealed["index"]
        if sealed["checksum"] != _checksum(index) or index["format"] != FORMAT or index["key"] != key:
            return None
        parts = tuple(
            Part(item["file"], item["rows"], tuple(item["bounds"]), item["checksum"])
            for item in index["parts"]
        )
        return FeatureStore(folder, key, index["meta"], parts)
    except (OSError, ValueError, KeyError, TypeError):
        return None

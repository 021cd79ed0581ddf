"""Overlap areas straight from files in the plane: no geometry objects, no index, and never a whole layer.

For one question about layers that lie there as files. A layer that is asked again and again is better
kept ready (:mod:`gis.files.feature_store`).
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from gis import edge_overlap, wkb
from gis.boxes import grid_of
from gis.edges import IntArray
from gis.equal_area import PLANE_NAME, CountArray, FloatArray
from gis.errors import InputError, Text
from gis.files import plane_geopackage
from gis.wkb import ByteArray

PART_BYTES = 16_000_000
"""How much of a layer is laid out at a time."""
PARTS_AHEAD = 4
"""How many parts may wait in memory: about what is read while compiled code is loaded."""


def areas(
    sites: Path, layer: Path, *, threads: int | None = None, part_bytes: int = PART_BYTES
) -> tuple[CountArray, CountArray, FloatArray]:
    """Return every pair of a site and a polygon of a layer that share ground, and how much.

    The sites are read whole; the layer passes by in parts, of which only polygons near a site are laid
    out as edges.

    Parameters
    ----------
    sites, layer
        GeoParquet or GeoPackage with polygons, as well-known binary, that say they are in the plane
        (:data:`gis.equal_area.PLANE_WKT`).
    threads
        How many to use; all cores for None.
    part_bytes
        Size of the parts; it changes the speed and the memory, not the answer.

    Returns
    -------
    site_position, layer_position : ndarray of int
        Rows of the files, ordered by site, then polygon.
    area_m2 : ndarray of float
        Ellipsoidal, above :data:`gis.edge_overlap.NOISE_M2`.

    Raises
    ------
    InputError
        When a file is in another coordinate system, or says none: in two systems nothing would meet.
    gis.edge_overlap.NotValidError
        When a site, or a polygon whose box meets a site's, is not valid.
    ValueError
        When a geometry is missing, damaged or no polygon.
    """
    nowhere = np.empty(0, np.intp)
    found: list[tuple[CountArray, CountArray, FloatArray]] = [(nowhere, nowhere, np.empty(0))]
    first = 0
    with _read_ahead(parts(layer, part_bytes)) as coming:
        asked = edge_overlap.proven(wkb.edges_of(*whole(sites)), threads=threads)
        grid, tree = grid_of(asked.feature_box), edge_overlap.tree_of(asked.feature_box)
        for buffer, offset in coming:
            positions, edges = wkb.edges_near(buffer, offset, grid)
            try:
                near, site, area_m2 = edge_overlap.areas(edges, asked, threads=threads, tree=tree)
            except edge_overlap.NotValidError as error:
                raise edge_overlap.NotValidError(first + positions[error.positions]) from None
            found.append((site, first + positions[near], area_m2))
            first += len(offset) - 1
    site, polygon, area_m2 = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((polygon, site))
    return site[order], polygon[order], area_m2[order]


def parts(path: Path, part_bytes: int = PART_BYTES) -> Iterator[tuple[ByteArray, IntArray]]:
    """Yield the polygons of a file as :func:`gis.wkb.edges_of` takes them, some at a time.

    Raises
    ------
    InputError
        As :func:`areas`.
    ValueError
        When the file holds no geometry as well-known binary.
    """
    if path.suffix.lower() == ".gpkg":
        _check_system(path, plane_geopackage.system_name(path))
        return plane_geopackage.parts(path, part_bytes)
    return _parquet_parts(path, part_bytes)


def _parquet_parts(path: Path, part_bytes: int) -> Iterator[tuple[ByteArray, IntArray]]:
    with parquet.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
        name, system = _geometry_column(file)
        _check_system(path, system)
        groups = [file.metadata.row_group(group) for group in range(file.metadata.num_row_groups)]
        at = file.schema_arrow.get_field_index(name)
        column_bytes = sum(group.column(at).total_uncompressed_size for group in groups)
        rows = max(1, part_bytes * file.metadata.num_rows // max(column_bytes, 1))
        for batch in file.iter_batches(rows, columns=[name], use_threads=False):
            yield _arrays(batch.column(0))


def _check_system(path: Path, name: str | None) -> None:
    if name != PLANE_NAME:
        raise InputError(
            "not_in_plane",
            Text(
                f"“{path.name}”的坐标系是“{name or '未注明'}”，不是等积平面“{PLANE_NAME}”。",
                f"'{path.name}' is in '{name or 'no system that it states'}', not in '{PLANE_NAME}'.",
            ),
            Text(
                "请先转换到该平面（gis.equal_area.PLANE_WKT）。",
                "Bring it to that plane first (gis.equal_area.PLANE_WKT).",
            ),
        )


@contextmanager
def _read_ahead(
    coming: Iterator[tuple[ByteArray, IntArray]],
) -> Iterator[Iterator[tuple[ByteArray, IntArray]]]:
    """Give parts in turn, of which another thread reads some ahead, from now on."""
    with ThreadPoolExecutor(1) as reader:
        ahead = deque(reader.submit(next, coming, None) for _ in range(PARTS_AHEAD))

        def in_turn() -> Iterator[tuple[ByteArray, IntArray]]:
            while (part := ahead.popleft().result()) is not None:
                ahead.append(reader.submit(next, coming, None))
                yield part

        try:
            yield in_turn()
        finally:
            reader.shutdown(cancel_futures=True)


def whole(path: Path) -> tuple[ByteArray, IntArray]:
    """Return all polygons of a file as :func:`gis.wkb.edges_of` takes them.

    Raises
    ------
    InputError, ValueError
        As :func:`parts`.
    """
    held = list(parts(path))
    buffers = [buffer[offset[0] : offset[-1]] for buffer, offset in held]
    sizes = [np.diff(offset) for _, offset in held]
    return np.concatenate([*buffers, np.empty(0, np.uint8)]), np.cumsum(np.concatenate([[0], *sizes]))


def _geometry_column(file: parquet.ParquetFile) -> tuple[str, str | None]:
    """Return the name of the geometry column, and of its coordinate system."""
    stated = (file.schema_arrow.metadata or {}).get(b"geo")
    if stated is None:
        raise ValueError("a Parquet file without geometry")
    geo = json.loads(stated)
    name = str(geo["primary_column"])
    column = geo["columns"][name]
    if column["encoding"] != "WKB":
        raise ValueError(f"geometry is written as {column['encoding']}, not as well-known binary")
    system = column.get("crs")
    return name, system.get("name") if system else None


def _arrays(column: pa.Array) -> tuple[ByteArray, IntArray]:
    """Return the bytes of an Arrow binary array, and where each value begins."""
    _, offset, values = column.buffers()
    kind = np.int64 if pa.types.is_large_binary(column.type) else np.int32
    begin = np.frombuffer(offset, kind)[column.offset : column.offset + len(column) + 1]
    return np.frombuffer(values, np.uint8), begin.astype(np.int64)

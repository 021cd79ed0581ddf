"""Polygons as arrays of edges: what the overlap and distance kernels read.

All rings lie back to back in one array of vertices, in the order in which they came. Consecutive edges
of a ring form *chunks* with a box each, so that most of a large polygon is answered for by its boxes.
Nothing is cut, sorted or subdivided: building the index is one pass over the vertices, and the arrays
can be written to disk and mapped back as they are (:mod:`gis.files.edge_store`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from gis.compiled import compiled
from gis.equal_area import CountArray, FloatArray, GeometryArray

IntArray = npt.NDArray[np.int64]

_KIND = shapely.GeometryType
_AREAS = (_KIND.POLYGON, _KIND.MULTIPOLYGON)
_PATHS = (_KIND.POINT, _KIND.MULTIPOINT, _KIND.LINESTRING, _KIND.LINEARRING, _KIND.MULTILINESTRING)

EDGES_PER_CHUNK = 32


class Arrays(NamedTuple):
    """The arrays of :class:`Edges`, as the compiled kernels take them."""

    xy: FloatArray
    start: IntArray
    stop: IntArray
    box: FloatArray
    chunk: IntArray
    feature_box: FloatArray
    feature_m2: FloatArray


@dataclass(frozen=True, eq=False)
class Edges:
    """Polygons in the plane of :mod:`gis.equal_area`, as arrays.

    Parameters
    ----------
    xy
        Shape (vertices, 2), metres: all rings, each closed by its first vertex; outer rings run
        counter-clockwise, holes clockwise.
    chunk_start, chunk_stop
        Shape (chunks,): first and last vertex of the path that a chunk of edges forms.
    chunk_box
        Shape (chunks, 4): west, south, east, north.
    feature_chunk
        Shape (features + 1,): where the chunks of each polygon begin.
    feature_box
        Shape (features, 4); an empty polygon has an inside-out box that nothing meets.
    area_m2
        Shape (features,): signed sum of the rings, the ellipsoidal area of a valid polygon.
    proven
        Whether every polygon is known to be valid. An overlap of others is refused.
    """

    xy: FloatArray
    chunk_start: IntArray
    chunk_stop: IntArray
    chunk_box: FloatArray
    feature_chunk: IntArray
    feature_box: FloatArray
    area_m2: FloatArray
    proven: bool = False

    def __len__(self) -> int:
        return len(self.feature_box)

    @property
    def arrays(self) -> Arrays:
        """What the kernels read."""
        return Arrays(
            self.xy,
            self.chunk_start,
            self.chunk_stop,
            self.chunk_box,
            self.feature_chunk,
            self.feature_box,
            self.area_m2,
        )


def of_geometries(plane: GeometryArray, edges_per_chunk: int = EDGES_PER_CHUNK) -> Edges:
    """Return the edges of polygons.

    Parameters
    ----------
    plane
        Polygons and multipolygons in the plane, none missing.
    edges_per_chunk
        Size of the chunks; it changes the speed, not the answer.

    Raises
    ------
    ValueError
        When a geometry is missing or no polygon, or a coordinate is not finite.

    Examples
    --------
    >>> edges = of_geometries(np.array([shapely.box(0, 0, 3, 2)]))
    >>> edges.area_m2.tolist(), edges.feature_box.tolist(), edges.chunk_stop.tolist()
    ([6.0], [[0.0, 0.0, 3.0, 2.0]], [4])
    """
    _check_kinds(plane, _AREAS, "polygons")
    parts, owner = shapely.get_parts(plane, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring_of_vertex = shapely.get_coordinates(rings, return_index=True)
    ring_stop = np.cumsum(np.bincount(ring_of_vertex, minlength=len(rings)))
    is_hole = np.concatenate([[False], part_of_ring[1:] == part_of_ring[:-1]])[: len(rings)]
    return of_rings(
        np.ascontiguousarray(xy),
        np.concatenate([[0], ring_stop]).astype(np.int64),
        owner[part_of_ring].astype(np.int64),
        is_hole,
        len(plane),
        edges_per_chunk,
    )


def of_rings(
    xy: FloatArray,
    ring_offset: IntArray,
    ring_feature: IntArray,
    is_hole: npt.NDArray[np.bool_],
    features: int,
    edges_per_chunk: int = EDGES_PER_CHUNK,
) -> Edges:
    """Return the edges of rings that lie back to back.

    Parameters
    ----------
    xy
        Shape (vertices, 2), metres in the plane. Rings that run the wrong way are turned round in place.
    ring_offset
        Shape (rings + 1,): where each ring begins.
    ring_feature
        Shape (rings,): the polygon it belongs to, ascending.
    is_hole
        Shape (rings,).
    features
        How many polygons there are.
    edges_per_chunk
        Size of the chunks.

    Raises
    ------
    ValueError
        When a coordinate is not finite, or a ring is not closed: its polygon would silently be
        nowhere, or somewhere else.

    Examples
    --------
    3 m × 2 m with a hole of 1 m × 1 m: 6 - 1 = 5 m².

    >>> outer, hole = shapely.box(0, 0, 3, 2), shapely.box(1, 0.5, 2, 1.5)
    >>> xy = np.vstack([shapely.get_coordinates(ring) for ring in (outer, hole)])
    >>> of_rings(xy, np.array([0, 5, 10]), np.array([0, 0]), np.array([False, True]), 1).area_m2.tolist()
    [5.0]
    """
    _check_finite(xy)
    ring_m2 = np.empty(len(is_hole))
    open_ring = _orient(xy, ring_offset, is_hole, ring_m2)
    if open_ring >= 0:
        raise ValueError(f"geometry {ring_feature[open_ring]} has a ring that is not closed")
    area_m2 = np.bincount(ring_feature, weights=ring_m2, minlength=features).astype(np.float64)
    return _indexed(xy, ring_offset, ring_feature, area_m2, edges_per_chunk)


def _check_kinds(plane: GeometryArray, allowed: tuple[shapely.GeometryType, ...], wanted: str) -> None:
    others = np.flatnonzero(~np.isin(shapely.get_type_id(plane), allowed))
    if len(others):
        raise ValueError(f"edges need {wanted}; these are none: {others[:10].tolist()}")


def _check_finite(xy: FloatArray) -> None:
    if not np.isfinite(xy).all():
        raise ValueError("edges need finite coordinates")


def _indexed(
    xy: FloatArray, path_offset: IntArray, path_feature: IntArray, area_m2: FloatArray, edges_per_chunk: int
) -> Edges:
    """Cut paths into chunks, with the boxes of chunks and features."""
    per_path = -(-np.maximum(np.diff(path_offset) - 1, 0) // edges_per_chunk)
    chunks = int(per_path.sum())
    start, stop, box = np.empty(chunks, np.int64), np.empty(chunks, np.int64), np.empty((chunks, 4))
    _fill_chunks(xy, path_offset, edges_per_chunk, start, stop, box)
    per_feature = np.bincount(path_feature, weights=per_path, minlength=len(area_m2)).astype(np.int64)
    feature_chunk = np.concatenate([[0], np.cumsum(per_feature)]).astype(np.int64)
    feature_box = np.empty((len(area_m2), 4))
    _fill_feature_boxes(box, feature_chunk, feature_box)
    return Edges(xy, start, stop, box, feature_chunk, feature_box, area_m2)


def of_paths(plane: GeometryArray, edges_per_chunk: int = EDGES_PER_CHUNK) -> Edges:
    """Return the edges of lines and points, for distances; a point is one edge without length.

    Raises
    ------
    ValueError
        When a geometry is missing, or neither a line nor a point, or a coordinate is not finite.

    Examples
    --------
    >>> of_paths(np.array([shapely.Point(3, 2)])).xy.tolist()
    [[3.0, 2.0], [3.0, 2.0]]
    """
    _check_kinds(plane, _PATHS, "lines or points")
    parts, owner = shapely.get_parts(plane, return_index=True)
    xy, path = shapely.get_coordinates(parts, return_index=True)
    alone = np.bincount(path, minlength=len(parts))[path] == 1
    xy, path = np.repeat(xy, 1 + alone, axis=0), np.repeat(path, 1 + alone)
    offset = np.concatenate([[0], np.cumsum(np.bincount(path, minlength=len(parts)))]).astype(np.int64)
    _check_finite(xy)
    return _indexed(xy, offset, owner.astype(np.int64), np.zeros(len(plane)), edges_per_chunk)


def together(several: Sequence[Edges]) -> Edges:
    """Return the polygons of several sets as one set, in their order.

    Examples
    --------
    >>> two = [of_geometries(np.array([shapely.box(k, 0, k + 1, 1)])) for k in (0, 5)]
    >>> together(two).feature_box[:, 0].tolist(), together(two).area_m2.tolist()
    ([0.0, 5.0], [1.0, 1.0])
    """
    vertices = np.cumsum([0, *(len(edges.xy) for edges in several)])[:-1]
    chunks = np.cumsum([0, *(len(edges.chunk_box) for edges in several)])[:-1]
    return Edges(
        xy=np.concatenate([edges.xy for edges in several]),
        chunk_start=np.concatenate([e.chunk_start + k for e, k in zip(several, vertices, strict=True)]),
        chunk_stop=np.concatenate([e.chunk_stop + k for e, k in zip(several, vertices, strict=True)]),
        chunk_box=np.concatenate([edges.chunk_box for edges in several]),
        feature_chunk=np.concatenate(
            [[0], *(e.feature_chunk[1:] + k for e, k in zip(several, chunks, strict=True))]
        ).astype(np.int64),
        feature_box=np.concatenate([edges.feature_box for edges in several]),
        area_m2=np.concatenate([edges.area_m2 for edges in several]),
        proven=all(edges.proven for edges in several),
    )


def take(edges: Edges, positions: CountArray) -> Edges:
    """Return some of the polygons; the vertices stay where they are and are shared.

    Examples
    --------
    >>> edges = of_geometries(shapely.box([0, 5], 0, [1, 8], 2))
    >>> edges.area_m2.tolist(), take(edges, np.array([1])).area_m2.tolist()
    ([2.0, 6.0], [6.0])
    """
    first, last = edges.feature_chunk[positions], edges.feature_chunk[positions + 1]
    counts = last - first
    feature_chunk = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    chunks = np.repeat(first - feature_chunk[:-1], counts) + np.arange(feature_chunk[-1])
    return replace(
        edges,
        chunk_start=edges.chunk_start[chunks],
        chunk_stop=edges.chunk_stop[chunks],
        chunk_box=edges.chunk_box[chunks],
        feature_chunk=feature_chunk,
        feature_box=edges.feature_box[positions],
        area_m2=edges.area_m2[positions],
    )


@compiled
def _orient(
    xy: FloatArray, ring_offset: IntArray, is_hole: npt.NDArray[np.bool_], ring_m2: FloatArray
) -> int:
    """Turn rings that run the wrong way round, fill in their signed areas; return an open ring, or -1."""
    for ring in range(len(ring_offset) - 1):
        first, last = ring_offset[ring], ring_offset[ring + 1]
        if first < last and (xy[first, 0] != xy[last - 1, 0] or xy[first, 1] != xy[last - 1, 1]):
            return ring
        twice = 0.0
        for k in range(first + 1, last - 1):
            twice += (xy[k, 0] - xy[first, 0]) * (xy[k + 1, 1] - xy[first, 1])
            twice -= (xy[k + 1, 0] - xy[first, 0]) * (xy[k, 1] - xy[first, 1])
        if (twice < 0.0) != is_hole[ring]:
            low, high = first, last - 1
            while low < high:
                x, y = xy[low, 0], xy[low, 1]
                xy[low, 0], xy[low, 1] = xy[high, 0], xy[high, 1]
                xy[high, 0], xy[high, 1] = x, y
                low += 1
                high -= 1
        ring_m2[ring] = -0.5 * abs(twice) if is_hole[ring] else 0.5 * abs(twice)
    return -1


@compiled
def _fill_chunks(
    xy: FloatArray,
    ring_offset: IntArray,
    edges_per_chunk: int,
    start: IntArray,
    stop: IntArray,
    box: FloatArray,
) -> None:
    """Fill in where each chunk begins and ends, and its box."""
    chunk = 0
    for ring in range(len(ring_offset) - 1):
        first, last = ring_offset[ring], ring_offset[ring + 1] - 1
        while first < last:
            end = min(first + edges_per_chunk, last)
            west = east = xy[first, 0]
            south = north = xy[first, 1]
            for k in range(first + 1, end + 1):
                west, east = min(west, xy[k, 0]), max(east, xy[k, 0])
                south, north = min(south, xy[k, 1]), max(north, xy[k, 1])
            start[chunk], stop[chunk] = first, end
            box[chunk, 0], box[chunk, 1], box[chunk, 2], box[chunk, 3] = west, south, east, north
            chunk += 1
            first = end


@compiled
def _fill_feature_boxes(chunk_box: FloatArray, feature_chunk: IntArray, feature_box: FloatArray) -> None:
    for feature in range(len(feature_chunk) - 1):
        west = south = np.inf
        east = north = -np.inf
        for chunk in range(feature_chunk[feature], feature_chunk[feature + 1]):
            west, south = min(west, chunk_box[chunk, 0]), min(south, chunk_box[chunk, 1])
            east, north = max(east, chunk_box[chunk, 2]), max(north, chunk_box[chunk, 3])
        feature_box[feature, 0], feature_box[feature, 1] = west, south
        feature_box[feature, 2], feature_box[feature, 3] = east, north

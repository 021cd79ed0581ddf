"""Well-known binary straight to rings: polygons from a file without a geometry object in between."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gis.compiled import compiled
from gis.edges import Edges, IntArray, of_rings

ByteArray = npt.NDArray[np.uint8]

_POLYGON, _MULTIPOLYGON = 3, 6
_BROKEN, _OTHER_KIND = -1, -2


def edges_of(buffer: ByteArray, offset: IntArray) -> Edges:
    """Return the edges of polygons in well-known binary, not yet proven valid.

    Parameters
    ----------
    buffer
        The polygons' bytes back to back, as in the data buffer of an Arrow binary array. Either byte
        order, ISO and extended flavour; Z and M values are passed over.
    offset
        Shape (polygons + 1,): where each begins. Coordinates are in the plane of :mod:`gis.equal_area`.

    Returns
    -------
    Edges
        With ``proven`` false: :func:`gis.edges.prove` comes before any overlap.

    Raises
    ------
    ValueError
        When a value is cut off, or is no polygon.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.to_wkb(shapely.box(0, 0, 3, 2))
    >>> edges_of(np.frombuffer(square, np.uint8), np.array([0, len(square)])).area_m2.tolist()
    [6.0]
    """
    rings, vertices, fault = _count(buffer, offset)
    if fault:
        reason = "is cut off or damaged" if fault == _BROKEN else "is no polygon"
        raise ValueError(f"geometry {rings} {reason}")
    xy = np.empty((vertices, 2))
    ring_offset, ring_feature = np.empty(rings + 1, np.int64), np.empty(rings, np.int64)
    is_hole = np.empty(rings, np.bool_)
    _fill(buffer, offset, xy.view(np.uint8).reshape(vertices, 16), ring_offset, ring_feature, is_hole)
    return of_rings(xy, ring_offset, ring_feature, is_hole, len(offset) - 1)


@compiled
def _unsigned(buffer: ByteArray, at: int, little: bool) -> int:
    """Read four bytes as a number."""
    number = 0
    for k in range(4):
        number = number * 256 + int(buffer[at + 3 - k] if little else buffer[at + k])
    return number


@compiled
def _head(buffer: ByteArray, at: int, end: int) -> tuple[int, int, int, bool]:
    """Read a geometry's head: kind (negative: a fault), bytes per point, first byte after, byte order."""
    if at + 5 > end or buffer[at] > 1:
        return _BROKEN, 0, at, True
    little = buffer[at] == 1
    code = _unsigned(buffer, at + 1, little)
    at += 5
    if code & 0x20000000:
        at += 4
    dimensions = 2
    for flag in (0x80000000, 0x40000000):
        if code & flag:
            dimensions += 1
    code &= 0x1FFFFFFF
    thousands = code // 1000
    if thousands > 3:
        return _OTHER_KIND, 0, at, little
    if thousands > 0:
        dimensions += 2 if thousands == 3 else 1
    if at + 4 > end:
        return _BROKEN, 0, at, little
    return code % 1000, 8 * dimensions, at, little


@compiled
def _count(buffer: ByteArray, offset: IntArray) -> tuple[int, int, int]:
    """Return how many rings and vertices there are, or the faulty geometry's number and what is wrong."""
    rings = 0
    vertices = 0
    for feature in range(len(offset) - 1):
        at, end = offset[feature], offset[feature + 1]
        kind, point_bytes, at, little = _head(buffer, at, end)
        parts = 1
        if kind == _MULTIPOLYGON:
            parts = _unsigned(buffer, at, little)
            at += 4
        elif kind != _POLYGON:
            return feature, 0, _BROKEN if kind == _BROKEN else _OTHER_KIND
        for _ in range(parts):
            if kind == _MULTIPOLYGON:
                part_kind, point_bytes, at, little = _head(buffer, at, end)
                if part_kind != _POLYGON:
                    return feature, 0, _BROKEN if part_kind == _BROKEN else _OTHER_KIND
            part_rings = _unsigned(buffer, at, little)
            at += 4
            for _ in range(part_rings):
                if at + 4 > end:
                    return feature, 0, _BROKEN
                points = _unsigned(buffer, at, little)
                at += 4 + points * point_bytes
                if at > end:
                    return feature, 0, _BROKEN
                rings += 1
                vertices += points
    return rings, vertices, 0


@compiled
def _fill(
    buffer: ByteArray,
    offset: IntArray,
    xy: ByteArray,
    ring_offset: IntArray,
    ring_feature: IntArray,
    is_hole: npt.NDArray[np.bool_],
) -> None:
    """Copy all vertices; the counts were checked by :func:`_count`."""
    ring = 0
    vertex = 0
    ring_offset[0] = 0
    for feature in range(len(offset) - 1):
        kind, point_bytes, at, little = _head(buffer, offset[feature], offset[feature + 1])
        parts = 1
        if kind == _MULTIPOLYGON:
            parts = _unsigned(buffer, at, little)
            at += 4
        for _ in range(parts):
            if kind == _MULTIPOLYGON:
                _, point_bytes, at, little = _head(buffer, at, offset[feature + 1])
            part_rings = _unsigned(buffer, at, little)
            at += 4
            for number in range(part_rings):
                points = _unsigned(buffer, at, little)
                at += 4
                for _ in range(points):
                    for k in range(8):
                        xy[vertex, k] = buffer[at + k if little else at + 7 - k]
                        xy[vertex, 8 + k] = buffer[at + 8 + k if little else at + 15 - k]
                    vertex += 1
                    at += point_bytes
                ring_feature[ring], is_hole[ring] = feature, number > 0
                ring += 1
                ring_offset[ring] = vertex

"""Well-known binary straight to rings: polygons from a file without a geometry object in between."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gis.boxes import BoxGrid
from gis.compiled import compiled
from gis.edges import Edges, IntArray, of_rings
from gis.equal_area import FloatArray

ByteArray = npt.NDArray[np.uint8]

_POLYGON, _MULTIPOLYGON = 3, 6
_BROKEN, _OTHER_KIND, _NOT_FINITE, _OPEN = -1, -2, -3, -4


def edges_of(buffer: ByteArray, offset: IntArray, positions: IntArray | None = None) -> Edges:
    """Return the edges of polygons in well-known binary, not yet proven valid.

    Parameters
    ----------
    buffer
        The polygons' bytes back to back, as in the data buffer of an Arrow binary array. Either byte
        order, ISO and extended flavour; Z and M values are passed over.
    offset
        Shape (polygons + 1,): where each begins. Coordinates are in the plane of :mod:`gis.equal_area`.
    positions
        Which to read; all for None.

    Returns
    -------
    Edges
        With ``proven`` false: :func:`gis.edge_overlap.areas` proves those that take part.

    Raises
    ------
    ValueError
        When a value is cut off, or is no polygon, or has an open ring or a coordinate that is not finite.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.to_wkb(shapely.box(0, 0, 3, 2))
    >>> edges_of(np.frombuffer(square, np.uint8), np.array([0, len(square)])).area_m2.tolist()
    [6.0]
    """
    begin, end = offset[:-1], offset[1:]
    if positions is not None:
        begin, end = begin[positions], end[positions]
    rings, vertices, fault = _count(buffer, begin, end)
    if fault:
        raise _refusal(rings if positions is None else int(positions[rings]), fault)
    xy = np.empty((vertices, 2))
    ring_offset, ring_feature = np.empty(rings + 1, np.int64), np.empty(rings, np.int64)
    is_hole = np.empty(rings, np.bool_)
    _fill(buffer, begin, end, xy.view(np.uint8).reshape(vertices, 16), ring_offset, ring_feature, is_hole)
    return of_rings(xy, ring_offset, ring_feature, is_hole, len(begin))


def edges_near(buffer: ByteArray, offset: IntArray, grid: BoxGrid) -> tuple[IntArray, Edges]:
    """Return the polygons that may meet one of some boxes; the others are looked at, but not laid out.

    For one question about a large layer: reading how far a polygon reaches is much less work than
    laying out its edges.

    Parameters
    ----------
    buffer, offset
        As for :func:`edges_of`.
    grid
        What the layer is asked about (:func:`gis.boxes.grid_of`).

    Returns
    -------
    positions : ndarray of int
        Which polygons these are, ascending.
    edges : Edges
        One for each position, not yet proven.

    Raises
    ------
    ValueError
        As for :func:`boxes_of`, whether the polygon in question is near or not.

    Examples
    --------
    >>> import shapely
    >>> from gis.boxes import grid_of
    >>> squares = [shapely.to_wkb(shapely.box(west, 0, west + 1, 1)) for west in (0, 5000, 9000)]
    >>> buffer, offset = np.frombuffer(b"".join(squares), np.uint8), np.cumsum([0, *map(len, squares)])
    >>> positions, edges = edges_near(buffer, offset, grid_of(np.array([[8990.0, 0, 9000.5, 1]])))
    >>> positions.tolist(), edges.feature_box.tolist()
    ([2], [[9000.0, 0.0, 9001.0, 1.0]])
    """
    positions = np.flatnonzero(grid.may_meet(boxes_of(buffer, offset))).astype(np.int64)
    return positions, edges_of(buffer, offset, positions)


def boxes_of(buffer: ByteArray, offset: IntArray) -> FloatArray:
    """Return the box of each polygon in well-known binary.

    Parameters
    ----------
    buffer, offset
        As for :func:`edges_of`.

    Returns
    -------
    ndarray of float
        Shape (polygons, 4): west, south, east, north; inside out for an empty polygon.

    Raises
    ------
    ValueError
        As for :func:`edges_of`.

    Examples
    --------
    >>> import shapely
    >>> square = shapely.to_wkb(shapely.box(0, 0, 3, 2))
    >>> boxes_of(np.frombuffer(square, np.uint8), np.array([0, len(square)])).tolist()
    [[0.0, 0.0, 3.0, 2.0]]
    """
    feature, _, fault = _count(buffer, offset[:-1], offset[1:])
    if fault:
        raise _refusal(feature, fault)
    box = np.empty((len(offset) - 1, 4))
    feature, fault = _fill_boxes(buffer, offset[:-1], offset[1:], box)
    if fault:
        raise _refusal(feature, fault)
    return box


def _refusal(feature: int, fault: int) -> ValueError:
    reason = {
        _BROKEN: "is cut off or damaged",
        _OTHER_KIND: "is no polygon",
        _NOT_FINITE: "has a coordinate that is not finite",
        _OPEN: "has a ring that is not closed",
    }
    return ValueError(f"geometry {feature} {reason[fault]}")


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
    has_z, has_m = code & 0x80000000 != 0, code & 0x40000000 != 0
    code &= 0x1FFFFFFF
    thousands = code // 1000
    if thousands > 3:
        return _OTHER_KIND, 0, at, little
    has_z |= thousands in (1, 3)
    has_m |= thousands in (2, 3)
    if at + 4 > end:
        return _BROKEN, 0, at, little
    return code % 1000, 16 + 8 * has_z + 8 * has_m, at, little


@compiled
def _count(buffer: ByteArray, begins: IntArray, ends: IntArray) -> tuple[int, int, int]:
    """Return how many rings and vertices there are, or the faulty geometry's number and what is wrong."""
    rings = 0
    vertices = 0
    for feature in range(len(begins)):
        at, end = begins[feature], ends[feature]
        if at < 0 or end > len(buffer):
            return feature, 0, _BROKEN
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
    begins: IntArray,
    ends: IntArray,
    xy: ByteArray,
    ring_offset: IntArray,
    ring_feature: IntArray,
    is_hole: npt.NDArray[np.bool_],
) -> None:
    """Copy all vertices; the counts were checked by :func:`_count`."""
    ring = 0
    vertex = 0
    ring_offset[0] = 0
    for feature in range(len(begins)):
        kind, point_bytes, at, little = _head(buffer, begins[feature], ends[feature])
        parts = 1
        if kind == _MULTIPOLYGON:
            parts = _unsigned(buffer, at, little)
            at += 4
        for _ in range(parts):
            if kind == _MULTIPOLYGON:
                _, point_bytes, at, little = _head(buffer, at, ends[feature])
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


@compiled
def _fill_boxes(buffer: ByteArray, begins: IntArray, ends: IntArray, box: FloatArray) -> tuple[int, int]:
    """Fill in the box of each polygon's rings; return the first faulty polygon and what is wrong, or 0.

    The counts were checked by :func:`_count`.
    """
    for feature in range(len(begins)):
        kind, point_bytes, at, little = _head(buffer, begins[feature], ends[feature])
        parts = 1
        if kind == _MULTIPOLYGON:
            parts = _unsigned(buffer, at, little)
            at += 4
        west = south = np.inf
        east = north = -np.inf
        for _ in range(parts):
            if kind == _MULTIPOLYGON:
                _, point_bytes, at, little = _head(buffer, at, ends[feature])
            part_rings = _unsigned(buffer, at, little)
            at += 4
            for _ in range(part_rings):
                ring_bytes = _unsigned(buffer, at, little) * point_bytes
                at += 4
                ring = _numbers(buffer[at : at + ring_bytes], little)
                x = y = 0.0
                for k in range(0, len(ring), point_bytes // 8):
                    x, y = ring[k], ring[k + 1]
                    if not (np.isfinite(x) and np.isfinite(y)):
                        return feature, _NOT_FINITE
                    west, east = min(west, x), max(east, x)
                    south, north = min(south, y), max(north, y)
                if len(ring) > 0 and (ring[0] != x or ring[1] != y):
                    return feature, _OPEN
                at += ring_bytes
        box[feature, 0], box[feature, 1], box[feature, 2], box[feature, 3] = west, south, east, north
    return 0, 0


@compiled
def _numbers(ring: ByteArray, little: bool) -> FloatArray:
    """Return a ring's bytes as numbers: in place, or turned round."""
    if little:
        return ring.view(np.float64)
    turned = np.empty(len(ring), np.uint8)
    for k in range(len(ring)):
        turned[k ^ 7] = ring[k]
    return turned.view(np.float64)

"""The room in which the overlap kernel works: a window, and what of a polygon stands in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from gis.edges import Arrays, IntArray
from gis.equal_area import FloatArray


class Window(NamedTuple):
    """The ground that two boxes share, in the plane."""

    west: float
    south: float
    east: float
    north: float


class Cut(NamedTuple):
    """Room for the part of one polygon in a window, in the window's own coordinates.

    Parameters
    ----------
    spans
        One row for each span.
    ranges
        The first edge of each span, and the one after its last.
    edges
        One row for each edge.
    """

    spans: FloatArray
    ranges: IntArray
    edges: FloatArray


def room(polygons: Arrays, positions: IntArray) -> Cut:
    """Return room for any one of some polygons, whole: no window can hold more of it.

    The kernels neither make arrays nor look whether an index is within one; this is what they rely on.

    Parameters
    ----------
    polygons
        Edges of all polygons.
    positions
        Those that will be cut.

    Examples
    --------
    A triangle and a square: three and four edges, each in one chunk.

    >>> import shapely
    >>> from gis.edges import of_geometries
    >>> edges = of_geometries(np.array([shapely.Polygon([(0, 0), (1, 0), (0, 1)]), shapely.box(0, 0, 1, 1)]))
    >>> [array.shape for array in room(edges.arrays, np.array([0, 1]))]
    [(1, 7), (1, 2), (4, 5)]
    """
    first, last = polygons.chunk[positions], polygons.chunk[positions + 1]
    first, last = first[first < last], last[first < last]
    spans = int((last - first).max(initial=0))
    edges = int((polygons.stop[last - 1] - polygons.start[first]).max(initial=0))
    return Cut(np.empty((spans, 7)), np.empty((spans, 2), np.int64), np.empty((edges, 5)))

"""Long arrays of geometries in blocks, so that what a step needs meanwhile stays small."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import shapely

from gis.equal_area import GeometryArray

VERTICES = 1_000_000
"""Of a block: 16 MB of coordinates, of which mending needs about a dozen copies."""


def slices(geometries: GeometryArray, vertices: int = VERTICES) -> Sequence[slice]:
    """Cut an array into runs of geometries of about so many vertices.

    Parameters
    ----------
    geometries
        Any geometries, None included.
    vertices
        Of a block; a geometry with more of them is a block of its own.

    Returns
    -------
    sequence of slice
        In order, without gaps; one empty slice for no geometries.

    Examples
    --------
    Squares of five vertices each, ten vertices a block:

    >>> squares = np.array([shapely.box(0, 0, 1, 1)] * 5)
    >>> [(rows.start, rows.stop) for rows in slices(squares, 10)]
    [(0, 2), (2, 4), (4, 5)]
    """
    counts = shapely.get_num_coordinates(geometries)
    number = (np.cumsum(counts) - 1) // vertices
    edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(geometries)]
    return [slice(start, stop) for start, stop in itertools.pairwise(edges)]


def mapped(function: Callable[[GeometryArray], GeometryArray], geometries: GeometryArray) -> GeometryArray:
    """Return what a function that treats each geometry by itself makes of all, block by block."""
    return np.concatenate([function(geometries[rows]) for rows in slices(geometries)])

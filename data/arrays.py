"""The kinds of arrays that the makers hand to each other, and how to get at their parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]
Geometries = NDArray[Any]


def points(xy: Floats) -> Geometries:
    """Return coordinates (last axis: x, y) as an array of points."""
    return np.asarray(shapely.points(xy), dtype=object)


def polygon_parts(geometries: Geometries | shapely.Geometry) -> Geometries:
    """Return the polygons within geometries of any kind; lines and points are dropped."""
    parts = shapely.get_parts(shapely.get_parts(np.atleast_1d(np.asarray(geometries, dtype=object))))
    parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
    polygons: Geometries = parts[~shapely.is_empty(parts)]
    return polygons


def largest_polygon(geometry: Geometries | shapely.Geometry) -> shapely.Polygon:
    """Return the largest polygon within geometries of any kind."""
    parts = polygon_parts(geometry)
    polygon: shapely.Polygon = parts[int(np.argmax(shapely.area(parts)))]
    return polygon

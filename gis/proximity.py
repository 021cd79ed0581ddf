"""Nearest distances in ellipsoidal metres, each with the error it may have."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from gis import equal_area
from gis.ellipsoid import FLATTENING, SEMI_MAJOR_M
from gis.equal_area import GeometryArray
from gis.errors import CrsMixUpError
from gis.overlap import Ground
from gis.projection import CGCS2000, transform

_GEOD = pyproj.Geod(a=SEMI_MAJOR_M, f=FLATTENING)
_PLANE = pyproj.CRS.from_epsg(4547)
_WORST_SCALE = 1.0003
"""Largest scale of the 3° zone 38 between 112.5°E and 115.5°E at these latitudes."""
DISTANCE_ERROR_SHARE = 1e-6
DISTANCE_ERROR_M = 0.001
EDGE_ERROR_SHARE = 1e-5
"""Of the edge kernel, whose metric is a shade off a long way from the middle of a feature."""
FEW = 32
_NEAR_THE_MERIDIAN_M = 150_000.0
"""From 113.5°E: as far as the Gauss–Krüger plane of 114°E has that scale."""
_NOTHING = pd.DataFrame({"right": [], "distance_m": [], "error_m": []}, dtype=float)


def nearest(left: gpd.GeoSeries, right: gpd.GeoSeries, *, within_m: float) -> pd.DataFrame:
    """Return the nearest feature to each geometry, where one lies within a radius.

    The closest two points are found in the Gauss–Krüger plane of 114°E, whose scale is the same in
    all directions, and their distance is then measured on the ellipsoid.

    Parameters
    ----------
    left, right
        Any geometry in CGCS2000 degrees (EPSG:4490), edges not longer than 50 m, unique indexes.
    within_m
        Radius.

    Returns
    -------
    DataFrame
        One row per geometry of ``left`` that has a neighbour, on the index of ``left``: ``right``
        (label), ``distance_m`` (0 where they touch or overlap), ``error_m`` (the distance is this
        certain; near a threshold compare both).

    Raises
    ------
    CrsMixUpError
        When a series is in another system.

    Examples
    --------
    Two points on one meridian, 0.001° of latitude apart, 111.0 m at 38°N:

    >>> left = gpd.GeoSeries([shapely.Point(113.5, 38.0)], crs=4490)
    >>> right = gpd.GeoSeries([shapely.Point(113.5, 38.001)], crs=4490)
    >>> print(nearest(left, right, within_m=500)["distance_m"].round(1)[0])
    111.0
    """
    return _nearest(_plane(left), _plane(right), left.index, right.index, within_m)


def _nearest(
    flat_left: GeometryArray,
    flat_right: GeometryArray,
    left_index: pd.Index[int],
    right_index: pd.Index[int],
    within_m: float,
) -> pd.DataFrame:
    """Return the nearest feature to each geometry; both in the Gauss–Krüger plane."""
    tree = shapely.STRtree(flat_right)
    left_position, right_position = tree.query_nearest(
        flat_left, max_distance=within_m * _WORST_SCALE, all_matches=False
    )
    lines = shapely.shortest_line(flat_left[left_position], flat_right[right_position])
    ends = shapely.get_coordinates(transform(np.asarray(lines, dtype=object), _PLANE, CGCS2000))
    start, stop = ends[0::2], ends[1::2]
    _, _, distance_m = _GEOD.inv(start[:, 0], start[:, 1], stop[:, 0], stop[:, 1])
    found = pd.DataFrame(
        {
            "right": right_index[right_position],
            "distance_m": distance_m,
            "error_m": DISTANCE_ERROR_M + DISTANCE_ERROR_SHARE * np.asarray(distance_m),
        },
        index=left_index[left_position],
    )
    return found[found["distance_m"] <= within_m].sort_index()


def pairs_within(series: gpd.GeoSeries, *, within_m: float) -> pd.DataFrame:
    """Return every pair of geometries that lie within a distance of each other.

    Parameters
    ----------
    series
        Any geometry in CGCS2000 degrees (EPSG:4490), edges not longer than 50 m, unique index.
    within_m
        Ellipsoidal distance between the nearest points of two geometries; 0 for those that touch or overlap.

    Returns
    -------
    DataFrame
        ``first`` and ``second``: labels, each pair once, the one that stands earlier in the series first.

    Raises
    ------
    CrsMixUpError
        When the series is in another system.

    Examples
    --------
    Three points on one meridian, 111.0 m and 222.0 m apart:

    >>> points = gpd.GeoSeries([shapely.Point(113.5, 38 + step) for step in (0, 0.001, 0.003)], crs=4490)
    >>> pairs_within(points, within_m=200).values.tolist()
    [[0, 1]]
    """
    flat = _plane(series)
    first, second = shapely.STRtree(flat).query(
        flat, predicate="dwithin", distance=max(0.0, within_m) * _WORST_SCALE
    )
    once = first < second
    first, second = first[once], second[once]
    # The plane is nowhere shorter than the ellipsoid: only pairs just beyond the limit are measured.
    in_doubt = np.flatnonzero(shapely.distance(flat[first], flat[second]) > within_m)
    lines = shapely.shortest_line(flat[first[in_doubt]], flat[second[in_doubt]])
    ends = shapely.get_coordinates(transform(np.asarray(lines, dtype=object), _PLANE, CGCS2000))
    start, stop = ends[0::2], ends[1::2]
    _, _, distance_m = _GEOD.inv(start[:, 0], start[:, 1], stop[:, 0], stop[:, 1])
    kept = np.ones(len(first), bool)
    kept[in_doubt] = np.asarray(distance_m) <= within_m
    order = np.lexsort((second[kept], first[kept]))
    return pd.DataFrame(
        {"first": series.index[first[kept][order]], "second": series.index[second[kept][order]]}
    )


def nearest_ground(left: Ground, right: Ground, *, within_m: float) -> pd.DataFrame:
    """Return the nearest polygon to each polygon, where one lies within a radius.

    Parameters
    ----------
    left, right
        Polygons in the plane of :mod:`gis.equal_area`, edges not longer than 50 m.
    within_m
        Radius, metres on the ellipsoid.

    Returns
    -------
    DataFrame
        As of :func:`nearest`. Many polygons go through the edge kernel, a few through GEOS: compiled
        code takes longer to load than a few distances take to find.

    Examples
    --------
    >>> cells = gpd.GeoSeries([shapely.box(113.5, 38, 113.51, 38.01),
    ...                        shapely.box(113.5, 38.011, 113.51, 38.02)], crs=4490)
    >>> found = nearest_ground(Ground(cells.iloc[:1]), Ground(cells.iloc[1:]), within_m=500)
    >>> print(found["right"][0], found["distance_m"].round(1)[0])
    1 111.0
    """
    bounds = shapely.bounds(left.plane)
    if len(left) < FEW and np.abs(bounds[:, [0, 2]]).max(initial=0.0) < _NEAR_THE_MERIDIAN_M:
        # The plane's distances are wrong by less than 1 %: a margin of 10 % loses nothing.
        bounds = bounds + np.array([-1, -1, 1, 1]) * 1.1 * within_m
        near = np.unique(right.tree.query(shapely.box(*bounds.T))[1])
        if not len(near):
            return _NOTHING.copy()
        # What lies beyond the radius of every polygon can't be nearest: long lines are cut short.
        around = (*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0))
        features = shapely.clip_by_rect(right.plane[near], *around)
        return _nearest(_flat(left.plane), _flat(features), left.index, right.index[near], within_m)
    from gis import edge_overlap

    right_position, ends = edge_overlap.nearest(left.edges, right.edges, within_m=1.001 * within_m)
    met = np.flatnonzero(right_position >= 0)
    start, stop = equal_area.from_plane(ends[met, :2]), equal_area.from_plane(ends[met, 2:])
    distance_m = _GEOD.inv(start[:, 0], start[:, 1], stop[:, 0], stop[:, 1])[2]
    found = pd.DataFrame(
        {
            "right": right.index[right_position[met]],
            "distance_m": distance_m,
            "error_m": DISTANCE_ERROR_M + EDGE_ERROR_SHARE * np.asarray(distance_m),
        },
        index=left.index[met],
    )
    return found[found["distance_m"] <= within_m].sort_index()


def _flat(plane: GeometryArray) -> GeometryArray:
    """Bring polygons from the equal-area plane to the Gauss–Krüger plane."""
    degrees = np.asarray(shapely.transform(plane, equal_area.from_plane), dtype=object)
    return transform(degrees, CGCS2000, _PLANE)


def _plane(series: gpd.GeoSeries) -> GeometryArray:
    if series.crs is None or not series.crs.equals(CGCS2000, ignore_axis_order=True):
        raise CrsMixUpError(f"distance needs EPSG:4490, got {series.crs}")
    return transform(series.to_numpy(), CGCS2000, _PLANE)

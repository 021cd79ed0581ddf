"""Reference rings: the ground around a patch that was neither mined nor restored."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis import equal_area, overlap
from gis.errors import InputError, Text

GAP_M = 30.0
WIDTH_M = 300.0


def around(
    patches: gpd.GeoSeries, others: gpd.GeoSeries, *, gap_m: float = GAP_M, width_m: float = WIDTH_M
) -> gpd.GeoSeries:
    """Return a ring around each patch, without any mine.

    Parameters
    ----------
    patches
        Restored patches, EPSG:4490, unique index.
    others
        Every known mine, ranked or not, treated or not; the patches may be among them.
    gap_m
        Kept free around every mine: mixed cells, dust, works beside the boundary.
    width_m
        From the gap outwards.

    Returns
    -------
    GeoSeries
        EPSG:4490, on the patches' index; an empty polygon where other mines leave nothing.

    Raises
    ------
    InputError
        For a width or gap that is no length.

    Examples
    --------
    A point-like patch, gap 0 and width 100 m: nearly a disc of π·100² = 31 416 m².

    >>> patch = gpd.GeoSeries([shapely.Point(113.5, 38.0).buffer(1e-6)], crs=4490)
    >>> ring = around(patch, patch, gap_m=0, width_m=100)
    >>> abs(overlap.Ground(ring).area_m2[0] / (np.pi * 100**2) - 1) < 0.01
    np.True_
    """
    if not (np.isfinite([gap_m, width_m]).all() and gap_m >= 0 and width_m > 0):
        raise InputError(
            "ring_width",
            Text("参照环的间隔须不小于 0，宽度须大于 0。", "A ring's gap is 0 or more, its width above 0."),
            Text("以米为单位给出。", "Give them in metres."),
        )
    flat = equal_area.geometries_to_plane(patches.to_numpy())
    mines = equal_area.geometries_to_plane(others.to_numpy()[~shapely.is_missing(others.to_numpy())])
    kept_free = shapely.buffer(mines, gap_m)
    rings = shapely.difference(shapely.buffer(flat, gap_m + width_m), shapely.buffer(flat, gap_m))
    tree = shapely.STRtree(kept_free)
    ring_place, mine_place = tree.query(rings, predicate="intersects")
    for place in np.unique(ring_place):
        near = shapely.union_all(kept_free[mine_place[ring_place == place]])
        rings[place] = shapely.difference(rings[place], near)
    only_ground = overlap.difference(rings, np.full(len(rings), shapely.Polygon(), dtype=object))
    return gpd.GeoSeries(equal_area.geometries_from_plane(only_ground), index=patches.index, crs=4490)

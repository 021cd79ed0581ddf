"""What is odd about a footprint as a whole: where it lies, and parcels that lie on one another."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis import equal_area
from gis.errors import Text
from gis.note import Note
from layers import study

LEAST_SHARED_M2 = 1.0
"""Neighbours that share less merely touch."""


def overlapping(parcels: gpd.GeoDataFrame) -> list[Note]:
    """Tell of parcels that overlap one another: each is judged whole, the site's totals count once."""
    geometries = parcels.geometry.to_numpy()
    one, other = shapely.STRtree(geometries).query(geometries, predicate="intersects")
    one, other = one[one < other], other[one < other]
    shared = shapely.intersection(geometries[one], geometries[other])
    deep = shapely.area(equal_area.geometries_to_plane(shared)) > LEAST_SHARED_M2
    rows = tuple(
        sorted({int(row) - 1 for row in parcels["row"].to_numpy()[np.append(one[deep], other[deep])]})
    )
    if not rows:
        return []
    return [
        Note(
            "parcels_overlap",
            "warning",
            Text(f"{len(rows)}个地块互相重叠。", f"{len(rows)} parcels overlap one another."),
            Text(
                "每个地块分别评估；整个项目的总面积、禁止区和剩余面积只计一次，小于各地块之和。",
                "Each is judged whole; the site's total, prohibited and remaining ground count once, "
                "so they are less than the sums over parcels.",
            ),
            rows,
        )
    ]


def outside_city(parcels: gpd.GeoDataFrame) -> list[Note]:
    """Tell of parcels outside the city: a sign of a wrong coordinate system, and beyond every layer."""
    west, south, east, north = study.EXTENT_DEG
    bounds = shapely.bounds(parcels.geometry.to_numpy())
    outside = (bounds[:, 0] < west) | (bounds[:, 1] < south) | (bounds[:, 2] > east) | (bounds[:, 3] > north)
    rows = tuple((parcels["row"].to_numpy()[outside] - 1).tolist())
    if not rows:
        return []
    return [
        Note(
            "outside_city",
            "warning",
            Text(
                f"{len(rows)}个地块全部或部分位于阳泉市范围以外。",
                f"{len(rows)} parcels lie wholly or partly outside Yangquan.",
            ),
            Text(
                "图层覆盖不到的部分一律未评估；请核对坐标系。",
                "What the layers don't reach is not assessed; check the coordinate system.",
            ),
            rows,
        )
    ]

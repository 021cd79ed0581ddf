"""What a drawing (DXF) can carry of a layer: lines, points, and rings as closed lines."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from gis.equal_area import CountArray, GeometryArray
from gis.errors import InputError, Text


def entities(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return each ring, line and point as an entity of its own, with the drawing layer's name.

    Raises
    ------
    InputError
        When a row has nothing to draw: it would vanish.
    """
    parts, owner = _single(frame.geometry.to_numpy())
    nothing = np.setdiff1d(np.arange(len(frame)), owner)
    if len(nothing):
        raise _lost(nothing)
    is_polygon = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, polygon = shapely.get_rings(parts[is_polygon], return_index=True)
    drawn = np.concatenate([rings, parts[~is_polygon]])
    owner = np.concatenate([owner[is_polygon][polygon], owner[~is_polygon]])
    order = np.argsort(owner, kind="stable")
    drawn, owner = drawn[order], owner[order]
    names = frame["Layer"].to_numpy()[owner] if "Layer" in frame else np.full(len(owner), "0")
    return gpd.GeoDataFrame({"Layer": names}, geometry=drawn, crs=frame.crs)


def _single(geometries: GeometryArray) -> tuple[GeometryArray, CountArray]:
    """Return the single parts that are not empty, also of collections in collections, and their rows."""
    parts, owner = geometries, np.arange(len(geometries))
    while (shapely.get_type_id(parts) >= shapely.GeometryType.MULTIPOINT).any():
        parts, inner = shapely.get_parts(parts, return_index=True)
        owner = owner[inner]
    drawn = ~(shapely.is_missing(parts) | shapely.is_empty(parts))
    return parts[drawn], owner[drawn]


def _lost(rows: CountArray) -> InputError:
    named = ", ".join(str(row + 1) for row in rows[:10])
    return InputError(
        "rows_without_geometry",
        Text(
            f"第{named}行没有图形，写入DXF会丢失。", f"Rows {named} have no geometry: a DXF would lose them."
        ),
        Text("请先补全或删除这些行，或改用GeoPackage。", "Complete or delete them, or use GeoPackage."),
    )

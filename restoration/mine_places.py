"""Which patches lie outside the city, by the outlines of its counties; and which share their ground."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis import equal_area, projection
from gis.errors import Text
from gis.note import Note
from layers.layer import Layer
from layers.study import COUNTIES, EXTENT_DEG
from restoration.evidence import PLANE

OUTLINE_ERROR_M = 1_500.0
"""How far a county's outline may be off where its layer states no accuracy: the shipped one is, by up to 1.4 km."""
LIMIT_ERROR = 2.0
LEAST_SHARED_M2 = 1.0
"""Less is the rounding of a common side."""


def beyond_extent(series: gpd.GeoSeries) -> npt.NDArray[np.bool_]:
    """Return which geometries lie outside the rectangle around the city, EPSG:4490."""
    west, south, east, north = EXTENT_DEG
    bounds = shapely.bounds(series.to_numpy())
    outside = (bounds[:, 2] < west) | (bounds[:, 0] > east) | (bounds[:, 3] < south) | (bounds[:, 1] > north)
    result: npt.NDArray[np.bool_] = outside & np.isfinite(bounds).all(axis=1)
    return result


def within_city(mines: gpd.GeoDataFrame, counties: Layer | None) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Mark the patches that lie outside every county.

    Parameters
    ----------
    mines
        From :func:`restoration.mines.read`: ``outside`` marks those beyond the rectangle around the city.
    counties
        The workspace's counties. Only a layer that has all five can say what is outside.

    Returns
    -------
    mines, notes
        ``outside`` is also True for patches that lie beyond the outline by more than it may be off. Those that lie
        beyond it by less stay, and are told.
    """
    if counties is None or not _is_whole(counties.features):
        return mines, [_no_outline()]
    outline = shapely.union_all(
        projection.transform(counties.features.geometry.to_numpy(), projection.CGCS2000, PLANE)
    )
    accuracy_m = counties.source.positional_accuracy_m
    tolerance_m = OUTLINE_ERROR_M if accuracy_m is None else LIMIT_ERROR * accuracy_m
    placed = ~mines.geometry.is_empty.to_numpy() & mines.geometry.notna().to_numpy()
    away_m = np.zeros(len(mines))
    shapely.prepare(outline)
    plane = projection.transform(mines.geometry.to_numpy()[placed], projection.CGCS2000, PLANE)
    away_m[placed] = shapely.distance(plane, outline)
    beyond, near = away_m > tolerance_m, (away_m > 0) & (away_m <= tolerance_m)
    known = mines["outside"].to_numpy(dtype=bool)
    told = (
        (
            beyond & ~known, "mine_outside",
            Text("图斑不在工作区县界图层的五县（区）范围内。", "Patches lie outside the five counties."),
            Text("不参与排序，另列。", "Not ranked, listed apart."),
        ),
        (
            near & ~known, "mine_near_border",
            Text(f"图斑在县界以外不到{tolerance_m:g}米，界线本身可能有此误差。",
                 f"Patches lie less than {tolerance_m:g} m beyond the outline, which may be off by as much."),
            Text("仍参与排序；请核对是否在阳泉市内。", "Ranked; check whether they lie in Yangquan."),
        ),
    )  # fmt: skip
    rows = mines["row"].to_numpy()
    notes = [
        Note(
            code,
            "warning",
            Text(f"{int(where.sum())}行：{what.zh}", f"{int(where.sum())} rows: {what.en}"),
            done,
            tuple(f"{int(row)}" for row in rows[where]),
        )
        for where, code, what, done in told
        if where.any()
    ]
    return mines.assign(outside=known | beyond), notes


def _is_whole(features: gpd.GeoDataFrame) -> bool:
    names = set(features["name"].astype(str)) if "name" in features else set()
    codes = set(features["county_code"].astype(str)) if "county_code" in features else set()
    return all(code in codes or title.zh in names for code, title in COUNTIES.items())


def _no_outline() -> Note:
    return Note(
        "city_outline_missing",
        "info",
        Text(
            "工作区没有含全部五县（区）的县界图层。",
            "The workspace has no layer with all five counties.",
        ),
        Text(
            "只按包围阳泉市的经纬度矩形判断图斑是否在市内。",
            "Whether a patch lies in the city was judged by a rectangle around it only.",
        ),
    )


def shared_ground(mines: gpd.GeoDataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the patches that cover the same ground.

    Parameters
    ----------
    mines
        Polygons in EPSG:4490, unique index.
    pairs
        ``first``, ``second``: patches near each other (:func:`gis.proximity.pairs_within`).

    Returns
    -------
    DataFrame
        ``first``, ``second``, ``shared_m2``, the greatest first.

    Examples
    --------
    0.001 degrees are 111.0 m north and 87.8 m east:

    >>> field = shapely.box(113.5, 38.0, 113.501, 38.001)
    >>> mines = gpd.GeoDataFrame(index=["A", "B"], geometry=[field, field], crs=4490)
    >>> shared_ground(mines, pd.DataFrame({"first": ["A"], "second": ["B"]}))["shared_m2"].round().tolist()
    [9749.0]
    """
    plane = pd.Series(equal_area.geometries_to_plane(mines.geometry.to_numpy()), index=mines.index)
    first, second = (plane.reindex(pairs[end]).to_numpy() for end in ("first", "second"))
    touching = shapely.intersects(first, second)
    shared = np.zeros(len(pairs))
    shared[touching] = shapely.area(shapely.intersection(first[touching], second[touching]))
    found = pairs[["first", "second"]].assign(shared_m2=shared)[shared > LEAST_SHARED_M2]
    return found.sort_values("shared_m2", ascending=False, kind="stable").reset_index(drop=True)

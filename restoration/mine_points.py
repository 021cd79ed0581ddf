"""Mine patches known as points only: circles of their stated area, and always said so."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gis import equal_area
from gis.equal_area import FloatArray, GeometryArray
from gis.errors import Text
from gis.note import Note
from restoration.measured import LIMIT_ERROR

LONGEST_EDGE_M = 40.0
FEWEST_CORNERS = 64
LATITUDES_DEG, LONGITUDES_DEG = (17.0, 55.0), (72.0, 137.0)
"""Roughly China: a pair that fits only the other way round is swapped."""


def circles(points: GeometryArray, area_m2: FloatArray) -> GeometryArray:
    """Return, around each point, a regular polygon of exactly the given ellipsoidal area.

    Parameters
    ----------
    points
        CGCS2000 degrees.
    area_m2
        One per point, above 0.

    Examples
    --------
    >>> circle = circles(np.array([shapely.Point(113.5, 38.0)]), np.array([10_000.0]))
    >>> float(shapely.area(equal_area.geometries_to_plane(circle)).round(4)[0])
    10000.0
    """
    centres = equal_area.to_plane(shapely.get_coordinates(points))
    result = np.empty(len(points), dtype=object)
    for place, (centre, area) in enumerate(zip(centres, area_m2, strict=True)):
        corners = max(FEWEST_CORNERS, int(np.ceil(2 * np.sqrt(np.pi * area) / LONGEST_EDGE_M)))
        # area of a regular polygon: corners / 2 · radius² · sin(2π / corners)
        radius = np.sqrt(2 * area / (corners * np.sin(2 * np.pi / corners)))
        angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
        ring = centre + radius * np.column_stack([np.cos(angle), np.sin(angle)])
        result[place] = shapely.Polygon(ring)
    return equal_area.geometries_from_plane(result)


def ground_of(
    geometries: GeometryArray,
    stated_m2: FloatArray,
    rows: npt.NDArray[np.int64],
    assumed_area_m2: float | None,
) -> tuple[GeometryArray, dict[str, np.ndarray], list[Note]]:
    """Give points ground: their stated area, else an assumed one, else none.

    Parameters
    ----------
    geometries
        CGCS2000 degrees: polygons, points, or missing.
    stated_m2
        Area each patch states, 0 where it states none.
    rows
        Row numbers, for the notes.
    assumed_area_m2
        Area of points that state none.

    Returns
    -------
    polygons, columns, notes
        Polygons or None; of each row ``area_assumed`` (a circle stands for a point), ``area_unknown`` (and the
        point states no area) and ``boundary_tolerance_m``: how far the boundary may lie from the one drawn, of a
        circle its radius, so anywhere from the point to twice the radius.
    """
    result = np.asarray(geometries, dtype=object).copy()
    is_point = shapely.get_dimensions(result) == 0
    area = np.where(stated_m2 > 0, stated_m2, assumed_area_m2 or 0.0)
    drawn = is_point & (area > 0)
    result[drawn] = circles(result[drawn], area[drawn])
    lost = ~drawn & (shapely.get_dimensions(result) != 2)
    result[lost] = None
    assumed = drawn & ~(stated_m2 > 0)
    told = (
        (
            drawn & ~assumed, "mine_point", "warning",
            Text("只有点位，没有图斑边界", "known as points only"),
            Text("以填写面积的圆代替：面积按填写，边界为假定，可在点位到两倍半径之间；距离、占比和地形得分按此取区间。",
                 "A circle of the stated area stands for them: its edge is assumed and may lie anywhere from the point "
                 "to twice the radius; distances, shares and terrain are intervals accordingly."),
        ),
        (
            assumed, "mine_area_assumed", "warning",
            Text("只有点位，也没有面积", "known as points only, and state no area"),
            Text(f"按假定面积 {assumed_area_m2 or 0:g} 平方米的圆代替：边界可在点位到两倍半径之间，面积指标未评估。",
                 f"A circle of the assumed {assumed_area_m2 or 0:g} m² stands for them: its edge may lie anywhere from "
                 "the point to twice the radius, and criteria of area are not assessed."),
        ),
        (
            lost, "mine_without_ground", "error",
            Text("没有可用的图形，或只有点位而没有面积", "without usable geometry, or points without an area"),
            Text("不参与排序，另列；可补面积或给出假定面积。",
                 "Not ranked, listed apart: add an area, or give one to assume."),
        ),
    )  # fmt: skip
    notes = [
        Note(
            code,
            severity,  # type: ignore[arg-type]
            Text(f"{int(where.sum())}个图斑{what.zh}。", f"{int(where.sum())} patches are {what.en}."),
            done,
            tuple(str(int(row)) for row in rows[where]),
        )
        for where, code, severity, what, done in told
        if where.any()
    ]
    radius_m = np.where(drawn, np.sqrt(area / np.pi), 0.0)
    return result, {"area_assumed": drawn, "area_unknown": assumed, "boundary_tolerance_m": radius_m}, notes


def with_accuracy(mines: gpd.GeoDataFrame, accuracy_m: float | None) -> gpd.GeoDataFrame:
    """Return mines whose boundaries are known as well as their layer says: twice that is how far they may lie off.

    Parameters
    ----------
    mines
        With ``boundary_tolerance_m``.
    accuracy_m
        Positional accuracy of the layer (mean square error); None when nobody said: nothing is added.

    Examples
    --------
    >>> mines = gpd.GeoDataFrame({"boundary_tolerance_m": [0.0, 30.0], "patch": ["M1", "M2"]})
    >>> with_accuracy(mines, 2.5)["boundary_tolerance_m"].tolist()
    [5.0, 35.0]
    """
    if accuracy_m is None:
        return mines
    return mines.assign(boundary_tolerance_m=mines["boundary_tolerance_m"] + LIMIT_ERROR * accuracy_m)


def lon_lat_points(first: FloatArray, second: FloatArray) -> tuple[GeometryArray, npt.NDArray[np.bool_]]:
    """Return points of the table's centre columns, and which rows had them the wrong way round.

    Parameters
    ----------
    first, second
        The columns for longitude and latitude, degrees.

    Returns
    -------
    points, swapped
        None where a number is missing or fits neither way.

    Examples
    --------
    >>> points, swapped = lon_lat_points(np.array([113.5, 37.9, 0.0]), np.array([37.9, 113.5, 0.0]))
    >>> [None if point is None else (point.x, point.y) for point in points], swapped.tolist()
    ([(113.5, 37.9), (113.5, 37.9), None], [False, True, False])
    """

    def fits(longitude: FloatArray, latitude: FloatArray) -> npt.NDArray[np.bool_]:
        (west, east), (south, north) = LONGITUDES_DEG, LATITUDES_DEG
        inside: npt.NDArray[np.bool_] = (
            (longitude > west) & (longitude < east) & (latitude > south) & (latitude < north)
        )
        return inside

    right, swapped = fits(first, second), fits(second, first)
    points = np.full(len(first), None, dtype=object)
    points[right] = shapely.points(first[right], second[right])
    points[swapped & ~right] = shapely.points(second[swapped & ~right], first[swapped & ~right])
    return points, swapped & ~right

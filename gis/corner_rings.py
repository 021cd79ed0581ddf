"""Rings of corner points (界址点) made into geometry: holes told from parts, crossings named.

Shared by the land-approval text (:mod:`gis.corner_points`) and by tables (:mod:`gis.corner_tables`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from gis.corner_axes import Axes, CornerPoint, Sentences, fault, noted
from gis.equal_area import FloatArray, GeometryArray
from gis.errors import InputError, Text
from gis.note import Note
from gis.validity import made_valid

ParcelKind = Literal["点", "线", "面"]
IndexArray = npt.NDArray[np.intp]
_SENTENCES: Sentences = {
    "point_number_twice": (
        "{parcel}同一圈内点号{number}有两处不同坐标（第{line}行与第{other}行）。",
        "In one ring of {parcel} point {number} lies in two places (lines {line} and {other}).",
        "若为闭合点请改正其坐标；若为另一圈请改圈号；若为另一点请改点号。",
        "Mend its coordinates if it closes the ring, its ring number if it begins another, else its number.",
    ),
    "ring_too_short": (
        "{parcel}从第{line}行开始的一圈不足{least}个不同的点。",
        "The ring of {parcel} from line {line} has fewer than {least} different points.",
        "请补全界址点，或改正圈号。",
        "Add the missing corner points, or correct the ring numbers.",
    ),
    "ring_without_area": (
        "{parcel}从第{line}行开始的一圈各点几乎在一条线上，没有面积。",
        "The points of the ring of {parcel} from line {line} lie on one line; it has no area.",
        "请核对界址点坐标。",
        "Check the coordinates of the corner points.",
    ),
    "ring_self_crossing": (
        "{parcel}的界址线自相交：{one} 与 {other} 相交（第{line}行、第{other_line}行）。",
        "The boundary of {parcel} crosses itself: {one} and {other} cross (lines {line}, {other_line}).",
        "请核对界址点的次序和坐标。",
        "Check the order of the corner points, and their coordinates.",
    ),
    "rings_overlap": (
        "{parcel}从第{line}行和第{other}行开始的两圈互相压盖，既不是洞也不是独立部分。",
        "Two rings of {parcel} (from lines {line} and {other}) overlap: neither a hole nor a further part.",
        "请核对两圈的坐标和圈号；不同地块请分开写。",
        "Check the coordinates and numbers of both rings; write different parcels apart.",
    ),
    "ring_reading": (
        "有地块不止一圈：{said}。",
        "There are parcels with more than one ring: {said}.",
        "按几何位置判定：圈内为洞，圈外为独立部分。",
        "Told by position: a ring inside another is a hole, one outside is a further part.",
    ),
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel (地块) with its points; what the source does not state is None or empty."""

    line: int
    stated_point_count: int | None
    stated_area_ha: float | None
    number: str
    name: str
    kind: ParcelKind
    map_sheet: str
    purpose: str
    land_class: str
    points: tuple[CornerPoint, ...]

    @property
    def title(self) -> Text:
        """How the parcel is called in a message."""
        called = " ".join(word for word in (self.number, self.name) if word)
        return Text(f"地块“{called}”（第{self.line}行）", f"parcel '{called}' (line {self.line})")


@dataclass(frozen=True, eq=False, slots=True)
class Corners:
    """Parcels as geometry.

    Parameters
    ----------
    frame
        One row per parcel, without a coordinate system; x is easting or longitude.
    stated
        The system that the source states, None when it does not say enough.
    gcj02
        The source says that its coordinates are GCJ-02 (``stated`` is None then).
    precision_m
        The precision that the source states.
    notes
        What was noticed; rows are labels of ``frame``.
    """

    frame: gpd.GeoDataFrame
    stated: pyproj.CRS | None
    gcj02: bool
    precision_m: float | None
    notes: tuple[Note, ...]


def rings_of(parcel: Parcel, axes: Axes) -> list[list[CornerPoint]]:
    """Return the rings of a parcel without their closing points.

    A ring ends where the ring number changes, and where it comes back to its first point: some
    files give all rings the number 1.

    Examples
    --------
    >>> places = [("1", 0, 0), ("2", 0, 1), ("3", 1, 1), ("4", 0, 0)]
    >>> points = tuple(CornerPoint(number, 1, x, y, 0) for number, x, y in places)
    >>> parcel = Parcel(1, None, None, "", "", "面", "", "", "", points)
    >>> [[point.number for point in ring] for ring in rings_of(parcel, Axes("m", None, False))]
    [['1', '2', '3']]
    """
    rings: list[list[CornerPoint]] = []
    ended = True
    for point in parcel.points:
        goes_on = bool(rings) and point.ring == rings[-1][0].ring
        if goes_on and parcel.kind == "面" and len(rings[-1]) > 2 and point.place == rings[-1][0].place:
            ended = True
        elif goes_on and not ended:
            if point.number and point.number == rings[-1][0].number != rings[-1][-1].number:
                _must_be_near(parcel, rings[-1][0], point, axes)
            rings[-1].append(point)
        else:
            rings.append([point])
            ended = parcel.kind == "点"
    return rings


def _must_be_near(parcel: Parcel, one: CornerPoint, other: CornerPoint, axes: Axes) -> None:
    if np.hypot(one.first - other.first, one.second - other.second) > 10 * axes.tolerance:
        raise fault(
            _SENTENCES,
            "point_number_twice",
            parcel=parcel.title,
            number=one.number,
            line=one.line,
            other=other.line,
        )


def frame(parcels: Sequence[Parcel], geometries: GeometryArray) -> gpd.GeoDataFrame:
    """Return parcels as rows, without a coordinate system."""
    columns = {
        "parcel_number": [parcel.number for parcel in parcels],
        "parcel_name": [parcel.name for parcel in parcels],
        "purpose": [parcel.purpose for parcel in parcels],
        "land_class": [parcel.land_class for parcel in parcels],
        "map_sheet": [parcel.map_sheet for parcel in parcels],
        "stated_area_m2": np.array([parcel.stated_area_ha for parcel in parcels], dtype=float) * 10_000,
        "stated_point_count": pd.array([parcel.stated_point_count for parcel in parcels], dtype="Int64"),
        "line": [parcel.line for parcel in parcels],
    }
    return gpd.GeoDataFrame(columns, geometry=geometries)


def geometries(
    parcels: Sequence[Parcel], rings: Sequence[Sequence[Sequence[CornerPoint]]], axes: Axes
) -> tuple[GeometryArray, tuple[Note, ...]]:
    """Build the geometry of parcels from their rings; tell which ring was read as what.

    A ring inside another is a hole in it; a ring outside all others is a part, and so is an island
    inside a hole. Exteriors run counter-clockwise, holes clockwise.

    Raises
    ------
    InputError
        For a ring with fewer than three places or without area, one that crosses itself, and for
        rings that cross one another.
    """
    built = np.array([_unfilled(*pair, axes) for pair in zip(parcels, rings, strict=True)], dtype=object)
    said: dict[int, Text] = {}
    areal = [row for row, parcel in enumerate(parcels) if parcel.kind == "面"]
    linear = _linear_rings([(parcels[row], ring) for row in areal for ring in rings[row]], axes)
    start = 0
    for row in areal:
        own = linear[start : start + len(rings[row])]
        start += len(own)
        parent = _parents(parcels[row], rings[row], own, axes) if len(own) > 1 else np.array([-1])
        built[row] = _polygon(own, parent)
        if len(own) > 1 or rings[row][0][0].ring > 1:
            said[row] = _reading(parcels[row], rings[row], parent)
    if not said:
        return built, ()
    shown = list(said.values())[:10]
    more = "；……" if len(said) > len(shown) else ""
    listed = Text("；".join(text.zh for text in shown) + more, "; ".join(text.en for text in shown) + more)
    return built, (noted(_SENTENCES, "ring_reading", "info", tuple(said), said=listed),)


def _unfilled(parcel: Parcel, rings: Sequence[Sequence[CornerPoint]], axes: Axes) -> shapely.Geometry | None:
    """Return the geometry of a parcel of points or lines, None for one of areas."""
    if parcel.kind == "面":
        return None
    if parcel.kind == "点":
        points = [shapely.Point(xy) for xy in axes.xy(parcel.points)]
        return points[0] if len(points) == 1 else shapely.MultiPoint(points)
    for ring in rings:
        _must_have(2, parcel, ring)
    lines = [shapely.LineString(axes.xy(ring)) for ring in rings]
    return lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)


def _must_have(least: int, parcel: Parcel, points: Sequence[CornerPoint]) -> None:
    if len({point.place for point in points}) < least:
        raise fault(_SENTENCES, "ring_too_short", parcel=parcel.title, line=points[0].line, least=least)


def _linear_rings(owned: Sequence[tuple[Parcel, Sequence[CornerPoint]]], axes: Axes) -> GeometryArray:
    """Return sound rings, all at once because a file may hold a hundred thousand points."""
    for parcel, ring in owned:
        _must_have(3, parcel, ring)
    if not owned:
        return np.empty(0, dtype=object)
    xy = axes.xy([point for _, ring in owned for point in ring])
    owner = np.repeat(np.arange(len(owned)), [len(ring) for _, ring in owned])
    rings: GeometryArray = np.asarray(shapely.linearrings(xy, indices=owner), dtype=object)
    for suspect in np.flatnonzero(~shapely.is_simple(rings)).tolist():
        parcel, ring = owned[suspect]
        edges = crossing_edges(axes.xy(ring), axes.tolerance)
        if edges is not None:
            raise _crossing(parcel, ring, edges)
    thin = axes.tolerance / 8 * shapely.length(rings)
    for suspect in np.flatnonzero(shapely.area(_polygons(rings)) < thin).tolist():
        # Lobes of opposite direction that touch in a point cancel out: only the valid area tells.
        if shapely.area(_valid(_polygons(rings[[suspect]]))[0]) < thin[suspect]:
            parcel, ring = owned[suspect]
            raise fault(_SENTENCES, "ring_without_area", parcel=parcel.title, line=ring[0].line)
    return rings


def _polygons(rings: GeometryArray) -> GeometryArray:
    polygons: GeometryArray = np.asarray(shapely.polygons(rings), dtype=object)
    return polygons


def _valid(polygons: GeometryArray) -> GeometryArray:
    broken = ~shapely.is_valid(polygons)
    polygons[broken] = made_valid(polygons[broken])
    return polygons


def crossing_edges(xy: FloatArray, tolerance: float) -> tuple[int, int] | None:
    """Return the first two edges of an open ring that cross, None when none do.

    Edges that touch (within the tolerance), share a point or lie on one another do not cross.

    Parameters
    ----------
    xy
        Points of the ring without the closing one; edge k runs from point k to the next.

    Examples
    --------
    A bow-tie, whose first edge crosses its third:

    >>> crossing_edges(np.array([[0.0, 0.0], [2.0, 2.0], [2.0, 0.0], [0.0, 2.0]]), 0.001)
    (0, 2)
    """
    kept = np.flatnonzero((xy != np.roll(xy, -1, axis=0)).any(axis=1))
    start = xy[kept] - xy[0]
    corners = np.stack([start, np.roll(start, -1, axis=0), np.roll(start, -2, axis=0)], axis=1)
    edges: GeometryArray = np.asarray(shapely.linestrings(corners[:, :2]), dtype=object)
    tree = shapely.STRtree(edges)
    # A few edges at a time: all pairs of a scrambled ring of 100 000 points would fill the memory.
    low, size = 0, 1
    while low < len(edges):
        one, other = tree.query(edges[low : low + size])
        found = np.flatnonzero(_cross(corners[one + low], corners[other], tolerance))
        if len(found):
            pairs = np.sort(np.column_stack([one[found] + low, other[found]]), axis=1)
            first, second = min(pairs.tolist())
            return int(kept[first]), int(kept[second])
        low, size = low + size, min(2 * size, 64)
    return None


def _cross(one: FloatArray, other: FloatArray, tolerance: float) -> npt.NDArray[np.bool_]:
    """Return whether edges cross; given are their start, end and the point after it."""
    along = other[:, 1] - other[:, 0]
    length = np.hypot(*along.T)
    sides, across = _sides(one, other), _sides(other[:, :2], one)
    far = np.abs(sides) > tolerance
    proper = (sides[:, 0] * sides[:, 1] < 0) & far[:, 0] & far[:, 1]
    proper &= (across[:, 0] * across[:, 1] < 0) & (np.abs(across) > tolerance).all(axis=1)
    # The path may also go through the other edge right at a corner.
    reach = np.einsum("ij,ij->i", one[:, 1] - other[:, 0], along) / length
    through = (reach > tolerance) & (reach < length - tolerance) & ~far[:, 1]
    through &= (sides[:, 0] * sides[:, 2] < 0) & far[:, 0] & far[:, 2]
    crosses: npt.NDArray[np.bool_] = proper | through
    return crosses


def _sides(points: FloatArray, edges: FloatArray) -> FloatArray:
    """Return how far points lie to the left of the line through an edge."""
    along = (edges[:, 1] - edges[:, 0])[:, None]
    to_point = points - edges[:, :1]
    cross = along[..., 0] * to_point[..., 1] - along[..., 1] * to_point[..., 0]
    left: FloatArray = cross / np.hypot(along[..., 0], along[..., 1])
    return left


def _crossing(parcel: Parcel, ring: Sequence[CornerPoint], edges: tuple[int, int]) -> InputError:
    one, other = (_edge_title(ring[edge], ring[(edge + 1) % len(ring)]) for edge in edges)
    line, other_line = (ring[edge].line for edge in edges)
    return fault(
        _SENTENCES,
        "ring_self_crossing",
        parcel=parcel.title,
        one=one,
        other=other,
        line=line,
        other_line=other_line,
    )


def _edge_title(start: CornerPoint, end: CornerPoint) -> Text:
    zh, en = (
        "–".join(point.number or f"{line}{point.line}" for point in (start, end)) for line in ("行", "line ")
    )
    return Text(zh, en)


def _parents(
    parcel: Parcel, rings: Sequence[Sequence[CornerPoint]], linear: GeometryArray, axes: Axes
) -> IndexArray:
    """Return for each ring the ring it is a hole of, -1 for parts."""
    filled = _valid(_polygons(linear))
    area = shapely.area(filled)
    slack = np.minimum(axes.tolerance / 2 * shapely.length(linear), area / 4)
    shapely.prepare(filled)
    # Only the larger one of a pair is asked, which is prepared: a hole would ask its whole exterior.
    outer, inner = shapely.STRtree(filled).query(filled)
    larger = (area[outer] > area[inner]) | ((area[outer] == area[inner]) & (outer < inner))
    outer, inner = outer[larger], inner[larger]
    inside = shapely.contains_properly(filled[outer], filled[inner])
    near = np.flatnonzero(~inside & ~shapely.disjoint(filled[outer], filled[inner]))
    shared = shapely.area(shapely.intersection(filled[outer[near]], filled[inner[near]]))
    allowed = slack[inner[near]]
    inside[near] = shared >= area[inner[near]] - allowed
    alike = inside[near] & (area[outer[near]] - shared <= allowed)
    for pair in near[alike | (~inside[near] & (shared > allowed))]:
        one, other = sorted((rings[outer[pair]][0].line, rings[inner[pair]][0].line))
        raise fault(_SENTENCES, "rings_overlap", parcel=parcel.title, line=one, other=other)
    outer, inner = outer[inside], inner[inside]
    parent = np.full(len(linear), -1)
    # The smallest ring around another comes last and stays.
    order = np.argsort(-area[outer], kind="stable")
    parent[inner[order]] = outer[order]
    depth = np.bincount(inner, minlength=len(linear))
    parent[depth % 2 == 0] = -1
    return parent


def _polygon(rings: GeometryArray, parent: IndexArray) -> shapely.Geometry:
    parts = [shapely.Polygon(rings[k], rings[parent == k].tolist()) for k in np.flatnonzero(parent < 0)]
    whole = parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    return shapely.orient_polygons(whole)


def _reading(parcel: Parcel, rings: Sequence[Sequence[CornerPoint]], parent: IndexArray) -> Text:
    zh, en = [], []
    for ring, outer in zip(rings, parent, strict=True):
        if ring is rings[0] and outer < 0 and ring[0].ring == 1:
            continue
        zh.append(f"圈{ring[0].ring}（第{ring[0].line}行起）为{'独立部分' if outer < 0 else '洞'}")
        en.append(f"ring {ring[0].ring} (from line {ring[0].line}) is a {'part' if outer < 0 else 'hole'}")
    return Text(f"{parcel.title.zh}{'、'.join(zh)}", f"{parcel.title.en}: {', '.join(en)}")

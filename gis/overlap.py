"""Overlap of polygons: which pairs, how much, and the ground they share.

Everything happens in the equal-area plane of :mod:`gis.equal_area`, so that pieces, unions and wholes
are measured with one ruler and add up. :func:`pairs` cuts the shared polygons (STRtree, prepared
predicates, GEOS intersection); :func:`areas` gives the same areas without cutting anything, one to two
orders of magnitude faster. The two referee each other in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal
from weakref import WeakKeyDictionary

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis import equal_area
from gis.equal_area import CountArray, FloatArray, GeometryArray
from gis.errors import CrsMixUpError
from gis.projection import CGCS2000

if TYPE_CHECKING:
    from gis.edges import Edges

NOISE_M2 = 1e-4
"""Shared ground below 1 cm² is rounding of coordinates (neighbours that touch), not overlap."""

EMPTY = shapely.Polygon()

_Found = WeakKeyDictionary["Ground", "Pieces"]
Engine = Literal["edges", "geos"]


class Ground:
    """Polygons laid out in the plane once, to be overlaid many times.

    Parameters
    ----------
    frame
        Valid polygons in CGCS2000 degrees (EPSG:4490) with edges not longer than 50 m, on a
        unique index. No missing geometry.

    Raises
    ------
    CrsMixUpError
        When the frame is in another system or in none: its overlay would be empty, which reads
        "no conflict".
    ValueError
        When the index is not unique, or a geometry is missing or not a valid polygon.
    """

    def __init__(self, frame: gpd.GeoDataFrame | gpd.GeoSeries) -> None:
        series = frame.geometry
        if series.crs is None or not series.crs.equals(CGCS2000, ignore_axis_order=True):
            raise CrsMixUpError(f"overlap needs EPSG:4490, got {series.crs}")
        if not series.index.is_unique:
            raise ValueError("overlap needs a unique index")
        geometries = series.to_numpy()
        if shapely.is_missing(geometries).any() or not shapely.is_valid(geometries).all():
            raise ValueError("overlap needs valid geometry in every row")
        if (shapely.get_dimensions(geometries) != 2).any():
            raise ValueError("overlap needs polygons")
        self.index: pd.Index[int] = series.index
        self.plane: GeometryArray = equal_area.geometries_to_plane(geometries)
        self._found: _Found = WeakKeyDictionary()

    @classmethod
    def of_plane(cls, plane: GeometryArray, index: pd.Index[int]) -> Ground:
        """Return the ground of polygons that are already in the plane (pieces of an overlay)."""
        ground = cls.__new__(cls)
        ground.index = index
        ground.plane = plane
        ground._found = WeakKeyDictionary()
        return ground

    def take(self, positions: CountArray) -> Ground:
        """Return the ground of some of the polygons."""
        return Ground.of_plane(self.plane[positions], self.index[positions])

    def __len__(self) -> int:
        return len(self.plane)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Spatial index over the polygons."""
        return shapely.STRtree(self.plane)

    @cached_property
    def edges(self) -> Edges:
        """The polygons as arrays of edges, for the compiled kernels."""
        from gis import edges

        return replace(edges.of_geometries(self.plane), proven=True)

    @cached_property
    def area_m2(self) -> FloatArray:
        """Ellipsoidal area of each polygon, m²."""
        area: FloatArray = shapely.area(self.plane)
        return area


def pairs(left: Ground, right: Ground) -> pd.DataFrame:
    """Return every pair of polygons that share ground, with the ground they share.

    Parameters
    ----------
    left, right
        Polygons; either may overlap within itself.

    Returns
    -------
    DataFrame
        One row per pair, ordered by position in ``left`` then ``right``: ``left`` and ``right``
        (labels of the two indexes), ``left_position``, ``right_position``, ``area_m2``
        (ellipsoidal, > 1 cm²) and ``plane`` (the shared polygon in the plane). Pairs that only touch
        are not in it.

    Examples
    --------
    Two cells of 0.01° side by side, overlapping by half:

    >>> cells = gpd.GeoSeries([shapely.box(113.50, 38, 113.51, 38.01),
    ...                        shapely.box(113.505, 38, 113.515, 38.01)], crs=4490)
    >>> found = pairs(Ground(cells.iloc[:1]), Ground(cells.iloc[1:]))
    >>> found[["left", "right"]].values.tolist()
    [[0, 1]]
    >>> print(round(found["area_m2"][0] / Ground(cells).area_m2[0], 6))
    0.5
    """
    found = pieces(left, right)
    return pd.DataFrame(
        {
            "left": left.index[found.left_position],
            "right": right.index[found.right_position],
            "left_position": found.left_position,
            "right_position": found.right_position,
            "area_m2": found.area_m2,
            "plane": found.plane,
        }
    )


@dataclass(frozen=True, eq=False, slots=True)
class Pieces:
    """The ground that two sets of polygons share, as arrays with one entry for each pair.

    The columns of :func:`pairs` without the labels: what is asked thousands of times in a check is
    not made a frame each time.
    """

    left_position: CountArray
    right_position: CountArray
    area_m2: FloatArray
    plane: GeometryArray

    def __len__(self) -> int:
        return len(self.plane)

    def where(self, chosen: npt.NDArray[np.bool_]) -> Pieces:
        """Return the pieces that are chosen."""
        return Pieces(
            self.left_position[chosen], self.right_position[chosen], self.area_m2[chosen], self.plane[chosen]
        )

    def union_per_left(self, count: int) -> GeometryArray:
        """Return the union of the pieces of each of so many polygons; see :func:`union_per_position`."""
        return union_per_position(self.left_position, self.plane, count)


def pieces(left: Ground, right: Ground) -> Pieces:
    """Return what :func:`pairs` returns, as arrays; the same two are cut once.

    Examples
    --------
    3 m × 2 m and 2 m × 2 m share 1 m × 2 m = 2 m²:

    >>> left = Ground.of_plane(np.array([shapely.box(0, 0, 3, 2)]), pd.Index(["plot"]))
    >>> right = Ground.of_plane(np.array([shapely.box(2, 0, 4, 2)]), pd.Index(["farmland"]))
    >>> pieces(left, right).area_m2.tolist(), pieces(left, right).plane[0].bounds
    ([2.0], (2.0, 0.0, 3.0, 2.0))
    """
    known = left._found.get(right)
    if known is None:
        known = left._found[right] = _pieces(left, right)
    return known


def _pieces(left: Ground, right: Ground) -> Pieces:
    left_position, right_position = right.tree.query(left.plane, predicate="intersects")
    if not len(left_position):
        nothing = np.array([], dtype=np.intp)
        return Pieces(nothing, nothing, np.array([]), np.array([], dtype=object))
    order = np.lexsort((right_position, left_position))
    left_position, right_position = left_position[order], right_position[order]
    shared = _polygons_only(_intersections(left.plane[left_position], right.plane[right_position]))
    area_m2 = shapely.area(shared)
    kept = area_m2 > NOISE_M2
    return Pieces(left_position[kept], right_position[kept], area_m2[kept], shared[kept])


def _intersections(left: GeometryArray, right: GeometryArray) -> GeometryArray:
    """Intersect pairwise, sparing the work where one polygon lies wholly in the other."""
    shapely.prepare(left)
    shapely.prepare(right)
    left_covers = shapely.covers(left, right)
    right_covers = ~left_covers & shapely.covers(right, left)
    crossing = ~(left_covers | right_covers)
    shared = np.where(left_covers, right, left)
    shared[crossing] = shapely.intersection(left[crossing], right[crossing])
    return shared


def _polygons_only(geometries: GeometryArray) -> GeometryArray:
    """Drop the points and lines at which polygons merely touch."""
    result = geometries.copy()
    is_collection = shapely.get_type_id(result) == shapely.GeometryType.GEOMETRYCOLLECTION
    for row in np.flatnonzero(is_collection):
        parts = shapely.get_parts(result[row])
        result[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    result[shapely.get_dimensions(result) < 2] = EMPTY
    return result


def areas(
    left: Ground, right: Ground, *, engine: Engine = "edges", threads: int | None = None
) -> pd.DataFrame:
    """Return every pair of polygons that share ground, and how much.

    For many pairs, where only areas are wanted. Both engines give the same rows and, to 1e-9, the same areas.

    Parameters
    ----------
    left, right
        Polygons; either may overlap within itself.
    engine
        ``edges``: the kernel of :mod:`gis.overlap_kernel`, which cuts no geometry; ``geos``: shapely alone,
        nothing compiled, much slower.
    threads
        How many the kernel uses; all cores for None. The answer does not depend on it.

    Returns
    -------
    DataFrame
        As of :func:`pairs`, without ``plane``.

    Examples
    --------
    >>> cells = gpd.GeoSeries([shapely.box(113.50, 38, 113.51, 38.01),
    ...                        shapely.box(113.505, 38, 113.515, 38.01)], crs=4490)
    >>> found = areas(Ground(cells.iloc[:1]), Ground(cells.iloc[1:]))
    >>> print(round(found["area_m2"][0] / Ground(cells).area_m2[0], 6))
    0.5
    """
    if engine == "geos":
        return pairs(left, right).drop(columns="plane")
    from gis import edge_overlap

    left_position, right_position, area_m2 = edge_overlap.areas(left.edges, right.edges, threads=threads)
    return pd.DataFrame(
        {
            "left": left.index[left_position],
            "right": right.index[right_position],
            "left_position": left_position,
            "right_position": right_position,
            "area_m2": area_m2,
        }
    )


def union_per_position(positions: CountArray, plane: GeometryArray, count: int) -> GeometryArray:
    """Return the union of the pieces at each position.

    Parameters
    ----------
    positions
        Of each piece: the polygon that it was cut from.
    plane
        The pieces, in the plane.
    count
        How many polygons there are.

    Returns
    -------
    ndarray
        One polygon in the plane for each, empty where nothing was found: ground that several
        features share is in it once.

    Examples
    --------
    Of polygon 0, 2 m × 2 m and 2 m × 2 m, of which 1 m × 2 m is in both: 4 + 4 - 2 = 6 m².

    >>> found = union_per_position(np.array([0, 0]), shapely.box([0, 1], 0, [2, 3], 2), 2)
    >>> shapely.area(found).tolist()
    [6.0, 0.0]
    """
    result = np.full(count, EMPTY, dtype=object)
    if not len(positions):
        return result
    order = np.argsort(positions, kind="stable")
    starts = np.flatnonzero(np.diff(positions[order], prepend=-1))
    for group in np.split(order, starts[1:]):
        union_of_group = plane[group[0]] if len(group) == 1 else shapely.union_all(plane[group])
        result[positions[group[0]]] = union_of_group
    return _polygons_only(result)


def covered_m2(left: Ground, right: Ground) -> pd.Series[float]:
    """Return how much of each polygon of ``left`` lies under at least one polygon of ``right``.

    Returns
    -------
    Series
        m², on the index of ``left``.

    Examples
    --------
    Two features lie on a plot of 3 m × 2 m: 2 m × 2 m and 2 m × 2 m, of which 1 m × 2 m is in both. They
    cover 4 + 4 - 2 = 6 m², all of it; the other plot is apart.

    >>> plots = Ground.of_plane(shapely.box([0, 9], 0, [3, 10], 2), pd.Index(["A", "B"]))
    >>> features = Ground.of_plane(shapely.box([0, 1], 0, [2, 3], 2), pd.Index([0, 1]))
    >>> covered_m2(plots, features).to_dict()
    {'A': 6.0, 'B': 0.0}
    """
    under = pieces(left, right).union_per_left(len(left))
    return pd.Series(shapely.area(under), index=left.index, name="covered_m2")


def difference(whole: GeometryArray, removed: GeometryArray) -> GeometryArray:
    """Return what is left of each polygon, pairwise, in the plane.

    Examples
    --------
    3 m × 2 m less 1 m × 2 m: 6 - 2 = 4 m².

    >>> left = difference(np.array([shapely.box(0, 0, 3, 2)]), np.array([shapely.box(2, 0, 9, 2)]))
    >>> shapely.area(left).tolist()
    [4.0]
    """
    return _polygons_only(shapely.difference(whole, removed))


def intersection(left: GeometryArray, right: GeometryArray) -> GeometryArray:
    """Return what polygons share, pairwise, in the plane.

    Examples
    --------
    The first two share 1 m × 2 m = 2 m², the others a side, which is no ground:

    >>> shared = intersection(shapely.box([0, 0], 0, [3, 3], 2), shapely.box([2, 3], 0, [9, 9], 2))
    >>> shapely.area(shared).tolist()
    [2.0, 0.0]
    """
    return _polygons_only(shapely.intersection(left, right))


def union(parts: Sequence[GeometryArray]) -> GeometryArray:
    """Return the union of several polygons, row by row, in the plane.

    Examples
    --------
    3 m × 2 m and 2 m × 2 m, of which 1 m × 2 m is in both: 6 + 4 - 2 = 8 m².

    >>> both = union([np.array([shapely.box(0, 0, 3, 2)]), np.array([shapely.box(2, 0, 4, 2)])])
    >>> shapely.area(both).tolist()
    [8.0]
    """
    stacked = np.column_stack([np.asarray(part, dtype=object) for part in parts])
    return _polygons_only(np.asarray(shapely.union_all(stacked, axis=1), dtype=object))


def has_ground(geometries: GeometryArray) -> npt.NDArray[np.bool_]:
    """Return which polygons have more ground than rounding noise.

    Examples
    --------
    1 m × 1 mm = 10 cm² is ground, 1 m × 0.01 mm = 0.1 cm² is rounding:

    >>> has_ground(shapely.box(0, 0, 1, [0.001, 0.00001])).tolist()
    [True, False]
    """
    present: npt.NDArray[np.bool_] = shapely.area(geometries) > NOISE_M2
    return present

"""How sure a hit is, given how well the lines are known.

A line that is known to ``d`` metres may lie anywhere between the layer shrunk and the layer grown by
``d``. The ground a site shares with the two is the range of the overlap. But a feature narrower than
``2 d`` does not vanish by lying elsewhere: what of it is further than ``d`` from the parcel's edge stays
in the parcel wherever a shift by ``d`` brings it. The least overlap is the larger of the two. ``d`` is
read as the limit error (限差, twice the mean square error), so a hit that survives a shift by ``d`` is
*definite*, one that survives ``d / 2`` is *probable*, and any other is *within tolerance*. That reading
is a convention of this software; no official one is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gis import overlap
from gis.equal_area import FloatArray, GeometryArray

DEFINITE, PROBABLE, WITHIN_TOLERANCE = "definite", "probable", "within_tolerance"
_SEGMENTS = 8
"""Segments of a quarter circle where a line is shifted: the arc is short by at most 0.5 %."""


@dataclass(frozen=True, eq=False, slots=True)
class Shifted:
    """Features near each parcel, as they are and moved by an accuracy, in the plane.

    The plane is equal-area, not equidistant: at 37.6-38.6°N its distances are wrong by at most
    0.8 %, which is far below what an accuracy is known to.

    Parameters
    ----------
    shrunk, half_shrunk, half_grown, grown
        With lines moved inwards and outwards.
    within, half_within
        As drawn, where further than the accuracy (half of it) from the parcel's edge: a shift as a
        whole takes none of that ground off the parcel, but may bring it elsewhere in it.
    """

    shrunk: GeometryArray
    half_shrunk: GeometryArray
    half_grown: GeometryArray
    grown: GeometryArray
    within: GeometryArray
    half_within: GeometryArray


def shift(parcels: overlap.Ground, features: overlap.Ground, accuracy_m: float) -> Shifted:
    """Return the features near each parcel, shrunk and grown by an accuracy and cut to the parcel.

    Parameters
    ----------
    parcels, features
        In the plane; of the features, those around the parcels are enough.
    accuracy_m
        Limit error of the line, m.

    Examples
    --------
    A strip 4 m wide crosses a parcel of 10 m × 10 m. With its lines known to 1 m it covers from 10 × 2 to
    10 × 6 m²; with half of that, from 10 × 3 to 10 × 5. Further than 1 m from the parcel's edge lie 8 × 4 m² of
    it, further than 0.5 m 9 × 4.

    >>> parcel, strip = (
    ...     overlap.Ground.of_plane(np.array([shapely.box(*ends)]), np.array([0]))
    ...     for ends in ((0, 0, 10, 10), (-50, 3, 60, 7))
    ... )
    >>> moved = shift(parcel, strip, 1.0)
    >>> parts = (moved.shrunk, moved.half_shrunk, moved.half_grown, moved.grown, moved.within, moved.half_within)
    >>> [round(float(shapely.area(part)[0]), 6) for part in parts]
    [20.0, 30.0, 50.0, 60.0, 32.0, 36.0]
    """
    near = _near(parcels, features, 2 * accuracy_m)
    if shapely.is_empty(near).all():
        return Shifted(near, near, near, near, near, near)

    def moved(distance_m: float) -> GeometryArray:
        grown = shapely.buffer(near, distance_m, quad_segs=_SEGMENTS)
        return overlap.intersection(parcels.plane, np.asarray(grown, dtype=object))

    return Shifted(
        moved(-accuracy_m),
        moved(-accuracy_m / 2),
        moved(accuracy_m / 2),
        moved(accuracy_m),
        overlap.intersection(near, deep(parcels.plane, accuracy_m)),
        overlap.intersection(near, deep(parcels.plane, accuracy_m / 2)),
    )


def deep(ground: GeometryArray, distance_m: float) -> GeometryArray:
    """Return what of some ground is further than a distance from its edge.

    Examples
    --------
    >>> deep(np.array([shapely.box(0, 0, 10, 10)]), 2)[0].bounds
    (2.0, 2.0, 8.0, 8.0)
    """
    return np.asarray(shapely.buffer(ground, -distance_m, quad_segs=_SEGMENTS), dtype=object)


def larger(one: GeometryArray, other: GeometryArray) -> GeometryArray:
    """Return the larger of two polygons, pairwise: where each is a least, that is a least too.

    Not their union: no single place of a feature need cover both.

    Examples
    --------
    >>> larger(np.array([shapely.box(0, 0, 1, 1)]), np.array([shapely.box(5, 5, 9, 9)]))[0].area
    16.0
    """
    return np.where(shapely.area(other) > shapely.area(one), other, one)


def _near(parcels: overlap.Ground, features: overlap.Ground, margin_m: float) -> GeometryArray:
    """Return the union of features around each parcel, cut to a box so much wider that no edge shows."""
    bounds = shapely.bounds(parcels.plane) + np.array([-margin_m, -margin_m, margin_m, margin_m])
    boxes = shapely.box(*bounds.T)
    result = np.full(len(parcels), overlap.EMPTY, dtype=object)
    parcel, feature = features.tree.query(boxes, predicate="intersects")
    for position in np.unique(parcel):
        around = features.plane[feature[parcel == position]]
        # clip_by_rect would be faster, but gets some areas wrong.
        clipped = overlap.intersection(around, np.full(len(around), boxes[position], dtype=object))
        result[position] = shapely.union_all(clipped)
    return result


def standing(low_m2: FloatArray, half_m2: FloatArray) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """Return how sure each hit is, from the ground that survives a full and a half shift.

    Examples
    --------
    >>> standing(np.array([5.0, 0.0, 0.0]), np.array([9.0, 3.0, 0.0])).tolist()
    ['definite', 'probable', 'within_tolerance']
    """
    return np.where(
        low_m2 > overlap.NOISE_M2,
        DEFINITE,
        np.where(half_m2 > overlap.NOISE_M2, PROBABLE, WITHIN_TOLERANCE),
    ).astype(object)


def mean_width_m(geometries: GeometryArray) -> FloatArray:
    """Return the mean width of polygons, 2 × area / perimeter: right for slivers, a hint for others.

    Examples
    --------
    >>> mean_width_m(np.array([shapely.box(0, 0, 1000, 1)])).round(3).tolist()
    [0.999]
    """
    perimeter = shapely.length(geometries)
    width: FloatArray = np.divide(
        2 * shapely.area(geometries), perimeter, out=np.zeros(len(geometries)), where=perimeter > 0
    )
    return width

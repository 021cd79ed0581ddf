"""Geometry made valid at the door, every fault counted.

What is done, in this order: missing and empty geometry is left and told; coordinates that are not
finite make the row unusable; Z and M are dropped; repeated points and spikes are removed; rings
that cross themselves are rebuilt so that overlapping parts count once; of a collection only the
parts of the wanted kind are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.equal_area import FloatArray, GeometryArray

GeometryKind = Literal["polygon", "line", "point"]
SPIKE_WIDTH_M = 0.001
"""A corner is a spike when the path goes out and comes back within this width."""
SPIKE_REACH_M = 0.01
FAULTS = (
    "missing",
    "empty",
    "not_finite",
    "z_dropped",
    "repeated_points",
    "spikes",
    "self_crossing",
    "parts_of_other_kind",
    "wrong_kind",
)
UNUSABLE = ("missing", "empty", "not_finite", "wrong_kind")
_DIMENSION: dict[GeometryKind, int] = {"point": 0, "line": 1, "polygon": 2}


@dataclass(frozen=True, eq=False, slots=True)
class Repaired:
    """Geometry after repair, and what was wrong with each row.

    Parameters
    ----------
    geometries
        Same length and order as given; None where the row is unusable.
    faults
        One column of booleans per fault, on the caller's index.
    doubtful_units2
        How far the rebuilt area is from the area the original rings enclose by their own
        direction, in square units of the coordinates: 0 for a sound ring, twice the smaller lobe
        for a bow-tie. A large value says that the intended shape is not known.
    """

    geometries: GeometryArray
    faults: pd.DataFrame
    doubtful_units2: FloatArray


def repair(
    geometries: GeometryArray, index: pd.Index[int], kind: GeometryKind, *, metres_per_unit: float
) -> Repaired:
    """Repair geometries of one kind.

    Parameters
    ----------
    geometries
        Any geometries, None included, in the file's own coordinates.
    index
        The rows' labels.
    kind
        What the layer is made of.
    metres_per_unit
        Rough length of a coordinate unit (111 700 for degrees, 1 for metres).

    Examples
    --------
    A bow-tie of 2 × 2 has two lobes of 1 each; planar geometry says its area is 0:

    >>> bow_tie = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    >>> mended = repair(np.array([bow_tie]), pd.RangeIndex(1), "polygon", metres_per_unit=1)
    >>> mended.geometries[0].area, bool(mended.faults["self_crossing"][0]), mended.doubtful_units2.tolist()
    (2.0, True, [2.0])
    """
    faults = pd.DataFrame(False, index=index, columns=list(FAULTS))
    result = np.asarray(geometries, dtype=object).copy()
    faults["missing"] = shapely.is_missing(result)
    faults["empty"] = shapely.is_empty(result)
    faults["not_finite"] = ~_finite(result)
    lost = faults[["missing", "empty", "not_finite"]].to_numpy().any(axis=1)
    result[lost] = None
    faults["z_dropped"] = shapely.has_z(result) | shapely.has_m(result)
    result = shapely.force_2d(result)
    result = _without_repeated_points(result, faults)
    if kind == "polygon":
        result = _without_spikes(
            result, faults, SPIKE_WIDTH_M / metres_per_unit, SPIKE_REACH_M / metres_per_unit
        )
    crossing = ~(shapely.is_valid(result) | shapely.is_missing(result))
    faults["self_crossing"] = crossing
    result, doubtful = _rebuilt(result, crossing)
    return Repaired(_of_kind(result, faults, kind), faults, doubtful)


def _finite(geometries: GeometryArray) -> npt.NDArray[np.bool_]:
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    broken = np.bincount(owner[~np.isfinite(coordinates).all(axis=1)], minlength=len(geometries))
    finite: npt.NDArray[np.bool_] = broken == 0
    return finite


def _without_repeated_points(geometries: GeometryArray, faults: pd.DataFrame) -> GeometryArray:
    cleaned = shapely.remove_repeated_points(geometries)
    fewer = shapely.get_num_coordinates(cleaned) < shapely.get_num_coordinates(geometries)
    faults["repeated_points"] = fewer
    result = geometries.copy()
    result[fewer] = cleaned[fewer]
    return result


def _without_spikes(
    geometries: GeometryArray, faults: pd.DataFrame, width: float, reach: float
) -> GeometryArray:
    parts, part_owner = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    xy, ring_of_point = _open_rings(rings)
    spiky = np.unique(ring_of_point[_spikes(xy, ring_of_point, width, reach)])
    owners = np.unique(part_owner[ring_part[spiky]])
    faults["spikes"] = np.isin(np.arange(len(geometries)), owners)
    result = geometries.copy()
    for owner in owners:
        result[owner] = _rebuild_without_spikes(geometries[owner], width, reach)
    return result


def _open_rings(rings: GeometryArray) -> tuple[FloatArray, npt.NDArray[np.intp]]:
    """Return the points of rings without the closing one, and the ring each belongs to."""
    xy, owner = shapely.get_coordinates(rings, return_index=True)
    closing = np.append(owner[1:] != owner[:-1], True) if len(owner) else np.zeros(0, dtype=bool)
    return xy[~closing], owner[~closing]


def _spikes(
    xy: FloatArray, ring_of_point: npt.NDArray[np.intp], width: float, reach: float
) -> npt.NDArray[np.bool_]:
    """Return which points of open rings the path runs out to and straight back from."""
    position = np.arange(len(xy))
    starts = np.searchsorted(ring_of_point, ring_of_point, side="left")
    ends = np.searchsorted(ring_of_point, ring_of_point, side="right") - 1
    before = xy[np.where(position == starts, ends, position - 1)] - xy
    after = xy[np.where(position == ends, starts, position + 1)] - xy
    length_before, length_after = np.hypot(*before.T), np.hypot(*after.T)
    longer = np.maximum(length_before, length_after)
    cross = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    found: npt.NDArray[np.bool_] = (
        ((before * after).sum(axis=1) > 0)
        & (cross <= width * longer)
        & (np.minimum(length_before, length_after) > reach)
    )
    return found


def _rebuild_without_spikes(geometry: shapely.Geometry, width: float, reach: float) -> shapely.Geometry:
    polygons = []
    for part in shapely.get_parts(geometry):
        rings = [_ring_without_spikes(ring, width, reach) for ring in shapely.get_rings(part)]
        if rings[0] is not None:
            polygons.append(shapely.Polygon(rings[0], [ring for ring in rings[1:] if ring is not None]))
    return polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)


def _ring_without_spikes(ring: shapely.Geometry, width: float, reach: float) -> FloatArray | None:
    xy = shapely.get_coordinates(ring)[:-1]
    while len(xy) >= 3:
        found = _spikes(xy, np.zeros(len(xy), dtype=np.intp), width, reach)
        if not found.any():
            return np.vstack([xy, xy[:1]])
        xy = np.delete(xy, np.argmax(found), axis=0)
        xy = xy[np.any(xy != np.roll(xy, 1, axis=0), axis=1)]
    return None


def _rebuilt(geometries: GeometryArray, crossing: npt.NDArray[np.bool_]) -> tuple[GeometryArray, FloatArray]:
    """Rebuild the crossing geometries; return them all, and by how much each one's parts changed.

    Part by part, because parts that merely overlap one another leave no doubt about the shape.
    """
    doubtful = np.zeros(len(geometries))
    if not crossing.any():
        return geometries, doubtful
    parts, owner = shapely.get_parts(geometries[crossing], return_index=True)
    mended = shapely.make_valid(parts, method="structure", keep_collapsed=False)
    # shapely.area of a ring that crosses itself is what its direction encloses: lobes cancel out.
    change = np.abs(shapely.area(mended) - shapely.area(parts))
    doubtful[crossing] = np.bincount(owner, weights=change, minlength=int(crossing.sum()))
    result = geometries.copy()
    result[crossing] = shapely.make_valid(geometries[crossing], method="structure", keep_collapsed=False)
    return result, doubtful


def _of_kind(geometries: GeometryArray, faults: pd.DataFrame, kind: GeometryKind) -> GeometryArray:
    wanted = _DIMENSION[kind]
    result = geometries.copy()
    # shapely says -1 for a missing geometry.
    is_collection = shapely.get_type_id(result) == shapely.GeometryType.GEOMETRYCOLLECTION
    dropped = np.zeros(len(result), dtype=bool)
    for row in np.flatnonzero(is_collection):
        parts = _flat_parts(result[row])
        kept = [part for part in parts if shapely.get_dimensions(part) == wanted]
        dropped[row] = bool(kept) and len(kept) < len(parts)
        result[row] = shapely.union_all(kept) if kept else shapely.Point()
    faults["parts_of_other_kind"] = dropped
    present = ~shapely.is_missing(result)
    wrong = present & ((shapely.get_dimensions(result) != wanted) | shapely.is_empty(result))
    faults["wrong_kind"] = wrong
    result[wrong] = None
    return result


def _flat_parts(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    flat: list[shapely.Geometry] = []
    for part in shapely.get_parts(geometry):
        if shapely.get_type_id(part) == shapely.GeometryType.GEOMETRYCOLLECTION:
            flat += _flat_parts(part)
        else:
            flat.append(part)
    return flat

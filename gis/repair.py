"""Geometry made valid at the door, every fault counted.

What is done, in this order: missing and empty geometry is left and told; coordinates that are not
finite make the row unusable; Z and M are dropped; repeated points and spikes are removed; rings
that cross themselves are rebuilt so that overlapping parts count once; of a collection only the
parts of the wanted kind are kept, and it is told when another part reaches beyond them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from gis.blocks import slices
from gis.equal_area import FloatArray, GeometryArray
from gis.validity import made_valid

GeometryKind = Literal["polygon", "line", "point"]
SPIKE_WIDTH_M = 0.001
"""A corner is a spike when the path goes out and comes back within this width."""
SPIKE_REACH_M = 0.01
FAULTS = (
    "missing",
    "empty",
    "not_finite",
    "z_dropped",
    "empty_parts",
    "repeated_points",
    "spikes",
    "self_crossing",
    "parts_of_other_kind",
    "parts_lost",
    "collapsed",
    "wrong_kind",
)
NOT_WHOLE = ("empty_parts", "parts_lost")
"""Of these rows something is left; something else lies, or lay, where nothing is left."""
UNUSABLE = ("missing", "empty", "not_finite", "collapsed", "wrong_kind")
_COLLECTION = shapely.GeometryType.GEOMETRYCOLLECTION
_COLLECT: dict[int, Callable[..., object]] = {
    shapely.GeometryType.MULTIPOINT: shapely.multipoints,
    shapely.GeometryType.MULTILINESTRING: shapely.multilinestrings,
    shapely.GeometryType.MULTIPOLYGON: shapely.multipolygons,
}
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
    blocks = [_repaired(geometries[rows], index[rows], kind, metres_per_unit) for rows in slices(geometries)]
    return Repaired(
        np.concatenate([block.geometries for block in blocks]),
        pd.concat([block.faults for block in blocks]),
        np.concatenate([block.doubtful_units2 for block in blocks]),
    )


def _repaired(
    geometries: GeometryArray, index: pd.Index[int], kind: GeometryKind, metres_per_unit: float
) -> Repaired:
    faults = pd.DataFrame(False, index=index, columns=list(FAULTS))
    result = np.asarray(geometries, dtype=object).copy()
    meant = _has_kind(result, kind)
    faults["missing"] = shapely.is_missing(result)
    faults["empty"] = shapely.is_empty(result)
    faults["not_finite"] = ~_finite(result)
    lost = faults[["missing", "empty", "not_finite"]].to_numpy().any(axis=1)
    result[lost] = None
    faults["z_dropped"] = shapely.has_z(result) | shapely.has_m(result)
    result = shapely.force_2d(result)
    result = _without_empty_parts(result, faults)
    result = _without_repeated_points(result, faults)
    if kind == "polygon":
        result = _without_spikes(
            result, faults, SPIKE_WIDTH_M / metres_per_unit, SPIKE_REACH_M / metres_per_unit
        )
    crossing = ~(shapely.is_valid(result) | shapely.is_missing(result))
    faults["self_crossing"] = crossing
    result, doubtful = _rebuilt(result, crossing)
    return Repaired(_of_kind(result, faults, kind, meant), faults, doubtful)


def _has_kind(geometries: GeometryArray, kind: GeometryKind) -> npt.NDArray[np.bool_]:
    # Of a collection shapely says the highest dimension in it.
    found: npt.NDArray[np.bool_] = shapely.get_dimensions(geometries) >= _DIMENSION[kind]
    return found


def _finite(geometries: GeometryArray) -> npt.NDArray[np.bool_]:
    coordinates, owner = shapely.get_coordinates(geometries, return_index=True)
    broken = np.bincount(owner[~np.isfinite(coordinates).all(axis=1)], minlength=len(geometries))
    finite: npt.NDArray[np.bool_] = broken == 0
    return finite


def _without_empty_parts(geometries: GeometryArray, faults: pd.DataFrame) -> GeometryArray:
    """Leave out empty parts of collections: GEOS crashes on some of them."""
    parts, owner = shapely.get_parts(geometries, return_index=True)
    owners = np.unique(owner[shapely.is_empty(parts)])
    owners = owners[~shapely.is_empty(geometries[owners])]
    faults["empty_parts"] = np.isin(np.arange(len(geometries)), owners)
    result = geometries.copy()
    for row in owners:
        kept = np.array(
            [part for part in _flat_parts(geometries[row]) if not shapely.is_empty(part)], dtype=object
        )
        collect = _COLLECT.get(int(shapely.get_type_id(geometries[row])), shapely.geometrycollections)
        result[row] = collect(kept)
    return result


def _without_repeated_points(geometries: GeometryArray, faults: pd.DataFrame) -> GeometryArray:
    cleaned = _cleaned(geometries)
    fewer = shapely.get_num_coordinates(cleaned) < shapely.get_num_coordinates(geometries)
    faults["repeated_points"] = fewer
    result = geometries.copy()
    result[fewer] = cleaned[fewer]
    return result


def _cleaned(geometries: GeometryArray) -> GeometryArray:
    try:
        return np.asarray(shapely.remove_repeated_points(geometries), dtype=object)
    except shapely.errors.GEOSException:
        # GEOS gives up on rings of one point said several times; such a ring has collapsed.
        whole = [_rebuilt_by_rings(geometry, _ring_without_repeated_points) for geometry in geometries]
        result = np.empty(len(whole), dtype=object)
        result[:] = whole
        return np.asarray(shapely.remove_repeated_points(result), dtype=object)


def _ring_without_repeated_points(ring: shapely.Geometry) -> FloatArray | None:
    xy = shapely.get_coordinates(ring)[:-1]
    xy = xy[np.any(xy != np.roll(xy, 1, axis=0), axis=1)]
    return np.vstack([xy, xy[:1]]) if len(xy) >= 3 else None


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
        result[owner] = _rebuilt_by_rings(
            geometries[owner], lambda ring: _ring_without_spikes(ring, width, reach)
        )
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


def _rebuilt_by_rings(
    geometry: shapely.Geometry | None, mended: Callable[[shapely.Geometry], FloatArray | None]
) -> shapely.Geometry | None:
    """Rebuild the polygons of a geometry ring by ring; a ring that mends to None is left out."""
    if geometry is None:
        return None
    kept: list[shapely.Geometry] = []
    for part in _flat_parts(geometry):
        if shapely.get_type_id(part) != shapely.GeometryType.POLYGON:
            kept.append(part)
            continue
        rings = [mended(ring) for ring in shapely.get_rings(part)]
        if rings and rings[0] is not None:
            kept.append(shapely.Polygon(rings[0], [ring for ring in rings[1:] if ring is not None]))
    if len(kept) == 1:
        return kept[0]
    if shapely.get_dimensions(geometry) == 2 and shapely.get_type_id(geometry) != _COLLECTION:
        return cast("shapely.Geometry", shapely.multipolygons(np.array(kept, dtype=object)))
    return geometry if shapely.get_type_id(geometry) != _COLLECTION else shapely.GeometryCollection(kept)


def _ring_without_spikes(ring: shapely.Geometry, width: float, reach: float) -> FloatArray | None:
    xy = shapely.get_coordinates(ring)[:-1]
    while len(xy) >= 3:
        found = _spikes(xy, np.zeros(len(xy), dtype=np.intp), width, reach)
        if not found.any():
            return np.vstack([xy, xy[:1]])
        xy = np.delete(xy, _not_adjacent(np.flatnonzero(found), len(xy)), axis=0)
        xy = xy[np.any(xy != np.roll(xy, 1, axis=0), axis=1)]
    return None


def _not_adjacent(positions: npt.NDArray[np.intp], count: int) -> list[int]:
    """Return positions on a ring of which no two are neighbours: they can be removed at once."""
    chosen: list[int] = []
    for position in positions.tolist():
        if not chosen or (position > chosen[-1] + 1 and (position + 1) % count != chosen[0]):
            chosen.append(position)
    return chosen


def _rebuilt(geometries: GeometryArray, crossing: npt.NDArray[np.bool_]) -> tuple[GeometryArray, FloatArray]:
    """Rebuild the crossing geometries; return them all, and by how much each one's parts changed.

    Part by part, because parts that merely overlap one another leave no doubt about the shape.
    """
    doubtful = np.zeros(len(geometries))
    if not crossing.any():
        return geometries, doubtful
    parts, owner = shapely.get_parts(geometries[crossing], return_index=True)
    mended = made_valid(parts)
    # shapely.area of a ring that crosses itself is what its direction encloses: lobes cancel out.
    change = np.abs(shapely.area(mended) - shapely.area(parts))
    doubtful[crossing] = np.bincount(owner, weights=change, minlength=int(crossing.sum()))
    result = geometries.copy()
    result[crossing] = made_valid(geometries[crossing])
    return result, doubtful


def _of_kind(
    geometries: GeometryArray, faults: pd.DataFrame, kind: GeometryKind, meant: npt.NDArray[np.bool_]
) -> GeometryArray:
    """Keep what is of the kind; a polygon that repair left no area of is collapsed, not of another kind."""
    wanted = _DIMENSION[kind]
    result = geometries.copy()
    # shapely says -1 for a missing geometry.
    is_collection = shapely.get_type_id(result) == _COLLECTION
    dropped, lost = np.zeros((2, len(result)), dtype=bool)
    for row in np.flatnonzero(is_collection):
        parts = np.array(_flat_parts(result[row]), dtype=object)
        of_kind = shapely.get_dimensions(parts) == wanted
        result[row] = shapely.union_all(parts[of_kind]) if of_kind.any() else shapely.Point()
        if of_kind.any() and not of_kind.all():
            # The point of a label or a line along the boundary says nothing more than the polygon.
            lost[row] = not shapely.covers(result[row], parts[~of_kind]).all()
            dropped[row] = not lost[row]
    faults["parts_of_other_kind"] = dropped
    faults["parts_lost"] = lost
    present = ~shapely.is_missing(result)
    wrong = present & ((shapely.get_dimensions(result) != wanted) | shapely.is_empty(result))
    faults["collapsed"] = (
        wrong & meant & (shapely.is_empty(result) | (shapely.get_dimensions(result) < wanted))
    )
    faults["wrong_kind"] = wrong & ~faults["collapsed"].to_numpy()
    result[wrong] = None
    return result


def _flat_parts(geometry: shapely.Geometry) -> list[shapely.Geometry]:
    flat: list[shapely.Geometry] = []
    for part in shapely.get_parts(geometry):
        if shapely.get_type_id(part) == _COLLECTION:
            flat += _flat_parts(part)
        else:
            flat.append(part)
    return flat

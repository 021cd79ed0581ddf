"""Points and lines as footprints: a well with its yard, a road's centre line with its width."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import shapely

from gis import recognition
from gis.equal_area import CountArray, GeometryArray
from gis.errors import InputError, Text
from gis.note import Note
from gis.projection import CGCS2000, transform
from gis.recognition import Recognition

_METRIC = pyproj.CRS.from_epsg(4547)
"""CGCS2000 Gauss-Krüger at 114°E: in Yangquan a metre there is a metre to 1.2e-4."""
MOST_M = 2000.0


def widen(geometries: GeometryArray, found: Recognition, width_m: float) -> tuple[GeometryArray, Recognition]:
    """Turn points into discs and lines into strips of a width; polygons stay as they are.

    The points and lines of a collection are widened one by one and stay in it beside its polygons:
    the door joins them.

    Parameters
    ----------
    geometries
        In the file's own coordinates, None included.
    found
        Their coordinate system.
    width_m
        Diameter of the discs, width of the strips.

    Returns
    -------
    geometries, recognition
        In EPSG:4547, and the recognition that says so with a note of what was widened.

    Raises
    ------
    InputError
        For a width that is not between 0 and 2,000 m.
    """
    if not 0 < width_m <= MOST_M:
        raise InputError(
            "width",
            Text(f"宽度{width_m:g}米不合理。", f"A width of {width_m:g} m makes no sense."),
            Text(f"请给出0到{MOST_M:g}米之间的宽度。", f"Give a width between 0 and {MOST_M:g} m."),
        )
    result = np.asarray(geometries, dtype=object).copy()
    usable = _finite(result)
    stubs = np.zeros(len(result), dtype=bool)
    for row in np.flatnonzero(usable & _is_collection(result)):
        result[row], stubs[row] = _without_stubs(result[row])
    usable &= ~shapely.is_empty(result) & ~_without_length(result)
    moved = transform(recognition.to_cgcs2000(result[usable], found), CGCS2000, _METRIC)
    mixed = _is_collection(moved)
    joined = np.zeros(len(moved), dtype=bool)
    for position in np.flatnonzero(mixed):
        has_polygon = shapely.get_dimensions(moved[position]) == 2
        moved[position], changed = _widened_parts(moved[position], width_m)
        mixed[position], joined[position] = changed, changed and has_polygon
    is_flat = ~_is_collection(moved) & (shapely.get_dimensions(moved) < 2)
    moved[is_flat] = _widened(moved[is_flat], width_m)
    result[usable] = moved
    rows = np.flatnonzero(usable)
    told = _notes(rows[(is_flat | mixed) & ~joined], rows[joined], np.flatnonzero(stubs), width_m)
    notes = (*found.notes, *told)
    return result, replace(found, crs=_METRIC, swapped=False, notes=notes, datum="CGCS2000")


def _widened(flat: GeometryArray, width_m: float) -> GeometryArray:
    strips = shapely.buffer(flat, width_m / 2, cap_style="flat", quad_segs=32)
    discs = shapely.buffer(flat, width_m / 2, quad_segs=32)
    return np.asarray(np.where(shapely.get_dimensions(flat) == 0, discs, strips), dtype=object)


def _widened_parts(collection: shapely.Geometry, width_m: float) -> tuple[shapely.Geometry, bool]:
    """Widen the points and lines of a collection; say whether there were any."""
    parts = shapely.get_parts(collection)
    nested = _is_collection(parts)
    changed = ~nested & (shapely.get_dimensions(parts) < 2)
    parts[changed] = _widened(parts[changed], width_m)
    for position in np.flatnonzero(nested):
        parts[position], changed[position] = _widened_parts(parts[position], width_m)
    return shapely.GeometryCollection(parts.tolist()), bool(changed.any())


def _without_stubs(collection: shapely.Geometry) -> tuple[shapely.Geometry, bool]:
    """Drop the lines of a collection that begin and end in one point; say whether there were any."""
    parts = shapely.get_parts(collection)
    stubs = _without_length(parts) & ~_is_collection(parts)
    kept, dropped = [], bool(stubs.any())
    for part in parts[~stubs]:
        if shapely.get_type_id(part) == shapely.GeometryType.GEOMETRYCOLLECTION:
            mended, inside = _without_stubs(part)
            kept.append(mended)
            dropped |= inside
        else:
            kept.append(part)
    return (shapely.GeometryCollection(kept) if dropped else collection), dropped


def _notes(alone: CountArray, joined: CountArray, stubs: CountArray, width_m: float) -> list[Note]:
    """Tell which rows were widened, which were joined with a polygon, and which lost a part."""
    done = Text(f"按宽度{width_m:g}米扩成面。", f"Widened to {width_m:g} m.")
    notes = []
    if len(alone):
        what = Text(f"{len(alone)}个点或线要素。", f"{len(alone)} points or lines.")
        notes.append(Note("widened", "info", what, done, tuple(alone.tolist())))
    if len(joined):
        what = Text(
            f"{len(joined)}个要素既有面又有点或线。",
            f"{len(joined)} features hold polygons and also points or lines.",
        )
        done = Text(
            f"点和线按宽度{width_m:g}米扩成面后与原有的面合并，请核对。",
            f"Points and lines were widened to {width_m:g} m and joined with the polygons; please check.",
        )
        notes.append(Note("widened_and_joined", "warning", what, done, tuple(joined.tolist())))
    if len(stubs):
        what = Text(
            f"{len(stubs)}个要素夹有没有长度的线。", f"{len(stubs)} features hold lines without length."
        )
        done = Text("这些线已略去，请核对。", "These lines were left out; please check.")
        notes.append(Note("line_without_length", "warning", what, done, tuple(stubs.tolist())))
    return notes


def _is_collection(geometries: GeometryArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        shapely.get_type_id(geometries) == shapely.GeometryType.GEOMETRYCOLLECTION
    )
    return found


def _without_length(geometries: GeometryArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which lines begin and end in one point: they have no direction to widen across."""
    without: np.ndarray[tuple[int], np.dtype[np.bool_]] = (shapely.get_dimensions(geometries) == 1) & (
        shapely.length(geometries) == 0
    )
    return without


def _finite(geometries: GeometryArray) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    present = ~(shapely.is_missing(geometries) | shapely.is_empty(geometries))
    bounds = shapely.bounds(geometries)
    finite: np.ndarray[tuple[int], np.dtype[np.bool_]] = present & np.isfinite(bounds).all(axis=1)
    return finite

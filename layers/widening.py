"""Points and lines as footprints: a well with its yard, a road's centre line with its width."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyproj
import shapely

from gis import recognition
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.note import Note
from gis.projection import CGCS2000, transform
from gis.recognition import Recognition

_METRIC = pyproj.CRS.from_epsg(4547)
"""CGCS2000 Gauss-Krüger at 114°E: in Yangquan a metre there is a metre to 1.2e-4."""
MOST_M = 2000.0


def widen(geometries: GeometryArray, found: Recognition, width_m: float) -> tuple[GeometryArray, Recognition]:
    """Turn points into discs and lines into strips of a width; polygons stay as they are.

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
    usable = _finite(result) & ~_without_length(result)
    moved = transform(recognition.to_cgcs2000(result[usable], found), CGCS2000, _METRIC)
    is_flat = shapely.get_dimensions(moved) < 2
    strips = shapely.buffer(moved[is_flat], width_m / 2, cap_style="flat", quad_segs=32)
    discs = shapely.buffer(moved[is_flat], width_m / 2, quad_segs=32)
    is_point = shapely.get_dimensions(moved[is_flat]) == 0
    moved[is_flat] = np.where(is_point, discs, strips)
    result[usable] = moved
    rows = tuple(np.flatnonzero(usable)[is_flat].tolist())
    note = Note(
        "widened",
        "info",
        Text(f"{len(rows)}个点或线要素。", f"{len(rows)} points or lines."),
        Text(f"按宽度{width_m:g}米扩成面。", f"Widened to {width_m:g} m."),
        rows,
    )
    notes = (*found.notes, note) if rows else found.notes
    return result, replace(found, crs=_METRIC, swapped=False, notes=notes, datum="CGCS2000")


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

"""Arcs of drawings and geodatabases: GDAL reads them as chords, so fine that no answer depends on them.

GDAL's own chords of 4° lie up to 0.6 m from an arc of 1 km radius, which is a conflict missed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import shapely

from gis.blocks import slices
from gis.equal_area import GeometryArray
from gis.errors import Text
from gis.files.reading import Reading
from gis.note import Note

STEP_DEG = 0.05
"""Of an arc for each chord: 1 mm from an arc of 10 km radius, as for layers in a database."""
GDAL_OPTIONS = {"OGR_ARC_STEPSIZE": str(STEP_DEG)}
KINDS = ("dxf", "filegdb", "flatgeobuf", "geopackage")
"""Formats that can hold arcs."""
_RUN = 8
"""So many even chords in a row are an arc; nobody draws them by hand."""


def told(reading: Reading) -> Reading:
    """Return a reading with a note on the rows whose arcs were read as chords."""
    geometries = reading.frame.geometry.to_numpy()
    found = [rows_with_arcs(geometries[rows]) for rows in slices(geometries)]
    rows = np.flatnonzero(np.concatenate(found)) if found else np.array([], dtype=np.intp)
    return replace(reading, notes=(*reading.notes, _note(rows))) if len(rows) else reading


def rows_with_arcs(geometries: GeometryArray) -> npt.NDArray[np.bool_]:
    """Return which geometries have runs of chords as GDAL makes of arcs: equal in length and in turn.

    Examples
    --------
    >>> circle, coarse, fine = (shapely.Point(0, 0).buffer(500, quad_segs=n) for n in (1800, 8, 18000))
    >>> rows_with_arcs(np.array([circle, coarse, fine, shapely.box(0, 0, 1, 1), None])).tolist()
    [True, False, False, False, False]
    """
    xy, owner = shapely.get_coordinates(geometries, return_index=True)
    result = np.zeros(len(geometries), dtype=bool)
    if len(xy) < _RUN + 3:
        return result
    with np.errstate(invalid="ignore"):
        edges = np.diff(xy, axis=0)
        length = np.hypot(*edges.T)
        one, next_one = edges[:-1], edges[1:]
        turn = np.arctan2(
            one[:, 0] * next_one[:, 1] - one[:, 1] * next_one[:, 0], (one * next_one).sum(axis=1)
        )
        # Rounded coordinates blur the chords of small arcs. Straight lines that were densified in
        # another system are even too, but turn much less.
        steps = np.abs(turn) / np.radians(STEP_DEG)
        fine = (steps > 0.8) & (steps < 1.05)
        even = fine[:-1] & fine[1:] & (np.abs(np.diff(turn)) < 0.05 * np.abs(turn[1:]))
        even &= np.abs(np.diff(length))[1:] < 1e-3 * length[2:]
    runs = np.convolve(even, np.ones(_RUN), mode="valid") == _RUN
    starts = np.flatnonzero(runs)
    whole = owner[starts] == owner[np.minimum(starts + _RUN + 2, len(owner) - 1)]
    result[owner[starts[whole]]] = True
    return result


def _note(rows: npt.NDArray[np.intp]) -> Note:
    return Note(
        "arcs_as_chords",
        "info",
        Text(f"{len(rows)}个图形含有圆弧。", f"{len(rows)} shapes have arcs."),
        Text(
            f"已按每{STEP_DEG}度一段的弦线读取，半径10千米时偏差1毫米，半径越小偏差越小。",
            f"They were read as chords of {STEP_DEG}°: 1 mm off at a radius of 10 km, less at smaller ones.",
        ),
        tuple(rows.tolist()),
    )

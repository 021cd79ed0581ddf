"""Valid polygons of invalid ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]
_SAME_AREA_SHARE = 1e-8


def made_valid(geometries: Geometries) -> Geometries:
    """Rebuild geometries from their rings' structure; nothing that has collapsed is kept.

    GEOS may leave two parts that share an edge side by side, which is not valid either: their union is.

    Parameters
    ----------
    geometries
        Any geometries, None included.

    Returns
    -------
    ndarray
        Valid geometries, in the same order.

    Examples
    --------
    Two triangles of half a unit each, drawn in one line that runs along their common side:

    >>> ring = [(0, 0), (1, 0), (0, 1), (0, 0), (-1, 0), (0, 1)]
    >>> made = made_valid(np.array([shapely.Polygon(ring)]))
    >>> bool(made[0].is_valid), made[0].area
    (True, 1.0)
    """
    try:
        made = _by_structure(geometries)
    except shapely.GEOSException:
        made = geometries.copy()
        for row in np.flatnonzero(~shapely.is_missing(geometries)):
            made[row] = _one(geometries[row])
    for row in np.flatnonzero(~(shapely.is_valid(made) | shapely.is_missing(made))):
        made[row] = shapely.union_all(shapely.get_parts(made[row]))
    return made


def _by_structure(geometries: Geometries) -> Geometries:
    return np.asarray(shapely.make_valid(geometries, method="structure", keep_collapsed=False), dtype=object)


def _one(geometry: shapely.Geometry) -> shapely.Geometry:
    """Rebuild one geometry; from its lines where GEOS can't by structure, if that leaves its area as it is.

    Edges that come closer than rounding may stop GEOS. Where rings overlap, though, lines count their common
    ground out: then the fault stays loud.
    """
    try:
        return _by_structure(np.array([geometry], dtype=object))[0]
    except shapely.GEOSException:
        parts = shapely.get_parts(shapely.make_valid(geometry, method="linework"))
        made = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
        rounding = np.spacing(np.abs(geometry.bounds).max()) * geometry.length
        if abs(made.area - geometry.area) > _SAME_AREA_SHARE * geometry.area + 8 * rounding:
            raise
        return made

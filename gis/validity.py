"""Valid polygons of invalid ones."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

Geometries = npt.NDArray[np.object_]


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
    made: Geometries = np.asarray(
        shapely.make_valid(geometries, method="structure", keep_collapsed=False), dtype=object
    )
    for row in np.flatnonzero(~(shapely.is_valid(made) | shapely.is_missing(made))):
        made[row] = shapely.union_all(shapely.get_parts(made[row]))
    return made

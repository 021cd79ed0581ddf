r"""Slope of a height grid, by Horn's weights.

.. math::
    \frac{\partial z}{\partial x} = \frac{(c + 2f + i) - (a + 2d + g)}{8\,w}, \quad
    \frac{\partial z}{\partial y} = \frac{(a + 2b + c) - (g + 2h + i)}{8\,h}, \quad
    \beta = \arctan\sqrt{(\partial z/\partial x)^2 + (\partial z/\partial y)^2}

with the neighbours a b c / d e f / g h i from north-west to south-east (Horn 1981, Proc. IEEE 69(1), 14-47; as
known, the paper was not reopened), and w, h the size of a cell **on the ellipsoid**, row by row: on a raster in
degrees, too, slopes are in true degrees. Plain NumPy: xarray-spatial's ``slope`` gives the same numbers in
float32 for one cell size, and compiles for seconds first (see docs/decisions/0010-terrain-libraries.md).
"""

from __future__ import annotations

import numpy as np

from gis.raster import FloatArray, Raster
from gis.terrain import cell_size

MARGIN_CELLS = 1


def degrees(heights: Raster) -> FloatArray:
    """Return the slope of each cell in degrees.

    Parameters
    ----------
    heights
        Metres, NaN where there are no data.

    Returns
    -------
    ndarray
        Same shape; NaN on the rim and where one of the nine cells has no data.

    Examples
    --------
    One metre up for each metre east is 45°:

    >>> import pyproj
    >>> from affine import Affine
    >>> plane = Raster(np.tile(30.0 * np.arange(3), (3, 1)), Affine(30, 0, 5e5, 0, -30, 4.2e6), pyproj.CRS(4547), None)
    >>> print(degrees(plane)[1, 1].round(6))
    45.0
    """
    z = heights.values.astype(np.float64)
    result = np.full(z.shape, np.nan)
    if min(z.shape) < 3:
        return result
    width_m, height_m = cell_size.of(heights)
    west = z[:-2, :-2] + 2 * z[1:-1, :-2] + z[2:, :-2]
    east = z[:-2, 2:] + 2 * z[1:-1, 2:] + z[2:, 2:]
    north = z[:-2, :-2] + 2 * z[:-2, 1:-1] + z[:-2, 2:]
    south = z[2:, :-2] + 2 * z[2:, 1:-1] + z[2:, 2:]
    rise = np.hypot((east - west) / (8 * width_m[1:-1, None]), (north - south) / (8 * height_m[1:-1, None]))
    # the middle cell has no weight of its own: without data there is no slope either
    result[1:-1, 1:-1] = np.where(np.isnan(z[1:-1, 1:-1]), np.nan, np.degrees(np.arctan(rise)))
    return result

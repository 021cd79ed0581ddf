"""How large the cells of a raster are on the ground."""

from __future__ import annotations

import numpy as np
import pyproj
from affine import Affine

from gis import rasters
from gis.raster import FloatArray, Raster, RasterSource


def of(raster: Raster) -> tuple[FloatArray, FloatArray]:
    """Return width and height of the cells of each row in metres, on the ellipsoid.

    A cell of a geographic raster is narrower in the north, one of Web Mercator is larger on the map than on the
    ground; both are measured as geodesics across the middle column.

    Returns
    -------
    width_m, height_m
        Shape (rows,).

    Raises
    ------
    ValueError
        When the raster's system has no ellipsoid (an engineering system).

    Examples
    --------
    One arc-second at 38°N: 24.4 m by 30.8 m.

    >>> from affine import Affine
    >>> second = Raster(np.zeros((1, 1)), Affine(1 / 3600, 0, 113.5, 0, -1 / 3600, 38), pyproj.CRS(4490), None)
    >>> [round(float(size[0]), 1) for size in of(second)]
    [24.4, 30.8]
    """
    crs = rasters.horizontal(raster.crs)
    rows, columns = raster.shape
    row, middle = np.arange(rows) + 0.5, np.full(rows, columns / 2)
    steps = ((0.0, 0.5), (0.5, 0.0))
    geodetic = crs if crs.is_geographic else crs.geodetic_crs
    ellipsoid = crs.get_geod()
    if geodetic is None or ellipsoid is None:
        raise ValueError(f"{crs.name} has no ellipsoid")
    to_degrees = pyproj.Transformer.from_crs(crs, geodetic, always_xy=True)
    lengths = []
    for down, right in steps:
        ends = []
        for sign in (-1, 1):
            x = raster.transform.c + raster.transform.a * (middle + sign * right)
            y = raster.transform.f + raster.transform.e * (row + sign * down)
            ends.append(to_degrees.transform(x, y))
        lengths.append(np.asarray(ellipsoid.inv(*ends[0], *ends[1])[2], dtype=np.float64))
    return lengths[0], lengths[1]


def cells_across(raster: RasterSource, distance_m: float) -> int:
    """Return how many cells a distance is long where cells are smallest, rounded up.

    Examples
    --------
    >>> grid = Raster(np.zeros((3, 3)), Affine(30, 0, 5e5, 0, -30, 4.2e6), pyproj.CRS(4547), None)
    >>> cells_across(grid, 5000)
    167
    """
    grid, (rows, columns) = raster.transform, raster.shape
    sizes = []
    for row in (0, rows - 1):
        moved = Affine(grid.a, 0.0, grid.c, 0.0, grid.e, grid.f + grid.e * row)
        sizes += [float(size[0]) for size in of(Raster(np.zeros((1, columns)), moved, raster.crs, None))]
    return int(np.ceil(distance_m / min(sizes)))

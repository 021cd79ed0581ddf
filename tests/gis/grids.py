"""Small rasters and polygons on round coordinates of EPSG:4547, for cases that can be counted by hand."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from affine import Affine

from gis import projection
from gis.raster import Raster

PLANE = pyproj.CRS.from_epsg(4547)
WEST_M, NORTH_M, CELL_M = 500_000.0, 4_200_000.0, 30.0


def raster(values: npt.ArrayLike, *, nodata: float | None = None, cell_m: float = CELL_M) -> Raster:
    """Cells from (500 000, 4 200 000) to the south-east; on the central meridian the scale is 1."""
    grid = Affine(cell_m, 0, WEST_M, 0, -cell_m, NORTH_M)
    return Raster(np.asarray(values), grid, PLANE, nodata, "test.tif")


def in_cells(
    *boxes: tuple[float, float, float, float], index: Sequence[object] | None = None
) -> gpd.GeoSeries:
    """Boxes (left column, top row, right column, bottom row), in cells from the north-west corner."""
    shapes = [
        shapely.box(WEST_M + a * CELL_M, NORTH_M - d * CELL_M, WEST_M + c * CELL_M, NORTH_M - b * CELL_M)
        for a, b, c, d in boxes
    ]
    return lonlat(shapes, index)


def lonlat(shapes: Sequence[shapely.Geometry], index: Sequence[object] | None = None) -> gpd.GeoSeries:
    """Shapes of EPSG:4547 in EPSG:4490."""
    moved = projection.transform(np.array(shapes, dtype=object), PLANE, projection.CGCS2000)
    return gpd.GeoSeries(moved, crs=4490, index=index)

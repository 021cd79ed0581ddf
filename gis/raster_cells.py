"""The cells under each polygon, one by one, with the share of each that is covered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gis import equal_area, projection, rasters
from gis.errors import InputError, Text
from gis.raster import FloatArray, RasterSource

GRID_TOLERANCE = 1e-6
"""Of a cell: grids nearer than this are one grid."""


@dataclass(frozen=True, eq=False, slots=True)
class CellsUnder:
    """The cells that a polygon touches.

    Parameters
    ----------
    values
        Shape (rasters, cells); NaN where there are no data.
    share
        Share of each cell that the polygon covers. Ground of the polygon outside the raster is one last cell
        without data, so that shares times the cell's area are the polygon's area.
    cell_m2
        Ellipsoidal area of a whole cell there.
    """

    values: FloatArray
    share: FloatArray
    cell_m2: float


def require_one_grid(one: RasterSource, other: RasterSource) -> None:
    """Refuse two rasters whose cells do not lie on each other.

    Raises
    ------
    InputError
        ``raster_grids``.
    """
    steps = np.array([one.transform.a, one.transform.e])
    ends = np.array(one.transform[:6]) - np.array(other.transform[:6])
    same = (
        one.shape == other.shape
        and rasters.horizontal(one.crs).equals(rasters.horizontal(other.crs), ignore_axis_order=True)
        and bool((np.abs(ends) <= GRID_TOLERANCE * np.abs(steps).min()).all())
    )
    if not same:
        raise InputError(
            "raster_grids",
            Text(
                f"两期栅格“{one.name}”与“{other.name}”的网格（坐标系、像元大小或范围）不同。",
                f"The grids of '{one.name}' and '{other.name}' differ (system, cell size or extent).",
            ),
            Text("请先在GIS软件中重采样到同一网格。", "Resample them to one grid in your GIS first."),
        )


def under(polygons: gpd.GeoSeries, sources: Sequence[RasterSource]) -> list[CellsUnder]:
    """Return the cells of rasters on one grid under each polygon.

    Parameters
    ----------
    polygons
        Valid polygons in CGCS2000 degrees (EPSG:4490); an empty one has no cells.
    sources
        Rasters on one grid (:func:`require_one_grid`), north up.

    Raises
    ------
    CrsMixUpError
        When the polygons are in another system.
    """
    shapes = rasters.in_system_of(sources[0], polygons)
    cell_m2 = _cell_m2(sources[0])
    cell_units2 = abs(sources[0].transform.a * sources[0].transform.e)
    found = []
    for shape in shapes:
        values, share = _of_one(shape, sources)
        outside = 0.0 if shape is None else shapely.area(shape) / cell_units2 - share.sum()
        if outside > 1e-6:
            values = np.column_stack([values, np.full(len(sources), np.nan)])
            share = np.append(share, outside)
        found.append(CellsUnder(values, share, cell_m2))
    return found


def _of_one(shape: shapely.Geometry | None, sources: Sequence[RasterSource]) -> tuple[FloatArray, FloatArray]:
    from exactextract import exact_extract  # noqa: PLC0415 - compiled, and the siting check does without it
    from exactextract.raster import NumPyRasterSource  # noqa: PLC0415

    nothing = np.zeros((len(sources), 0)), np.zeros(0)
    if shape is None or shapely.is_empty(shape):
        return nothing
    rows, columns = rasters.window_over(sources[0], shapely.bounds(shape).tolist())
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return nothing
    windows = [rasters.read_window(source, rows, columns) for source in sources]
    grid, (height, width) = windows[0].transform, windows[0].shape
    blank = NumPyRasterSource(
        np.zeros((height, width)),
        xmin=grid.c,
        ymin=grid.f + height * grid.e,
        xmax=grid.c + width * grid.a,
        ymax=grid.f,
        srs_wkt=windows[0].crs.to_wkt(),
    )
    frame = gpd.GeoDataFrame(geometry=[shape], crs=windows[0].crs)
    table = exact_extract(blank, frame, ["cell_id", "coverage"], output="pandas")
    cells = np.asarray(table["cell_id"].iloc[0], dtype=np.int64)
    share = np.asarray(table["coverage"].iloc[0], dtype=np.float64)
    values = np.stack([rasters.raster_values(window).ravel()[cells] for window in windows])
    return values, share


def _cell_m2(source: RasterSource) -> float:
    """Return the ellipsoidal area of the cell in the middle of a raster."""
    grid, (rows, columns) = source.transform, source.shape
    west, north = grid.c + grid.a * (columns // 2), grid.f + grid.e * (rows // 2)
    cell = np.array([shapely.box(west, north + grid.e, west + grid.a, north)], dtype=object)
    moved = projection.transform(cell, rasters.horizontal(source.crs), projection.CGCS2000)
    return float(shapely.area(equal_area.geometries_to_plane(moved))[0])

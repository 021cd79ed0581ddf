"""THE raster verb: what lies under each polygon, by exact shares of cells, read window by window."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely
from affine import Affine

from gis import projection
from gis.equal_area import GeometryArray
from gis.errors import CrsMixUpError
from gis.raster import FloatArray, Raster, RasterSource

TILE_CELLS = 1024
STRIP_CELLS = 4_000_000
EDGE_DEG = 0.0005
"""About 50 m: edges are this short before a straight line changes its meaning from one system to another."""
LEAST_SHARE = 1e-4
"""A cell counts when this share of it is covered: less (3 mm of 30 m) is the sagitta of an edge."""
_PLAIN = {"mean": "mean", "min": "min", "max": "max"}
Derive = Callable[[Raster], FloatArray]
BoolArray = npt.NDArray[np.bool_]
IntegerArray = npt.NDArray[np.int64]


def zonal(
    polygons: gpd.GeoSeries,
    raster: RasterSource,
    statistics: Sequence[str] = ("mean",),
    *,
    above: Sequence[float] = (),
    below: Sequence[float] = (),
    derive: Derive | None = None,
    margin_cells: int = 0,
) -> pd.DataFrame:
    """Return statistics of the cells under each polygon, each cell weighted by the exact share covered.

    Parameters
    ----------
    polygons
        Valid polygons in CGCS2000 degrees (EPSG:4490), unique index. They are moved to the raster's system,
        with edges cut to 50 m first.
    raster
        North up, in any horizontal system.
    statistics
        Of ``mean``, ``min``, ``max`` and ``pNN`` (the NN-th percentile, ``p90``; cells weigh by their share).
    above, below
        Thresholds: columns ``share_above_T`` (share of the ground with data where the value is > T) and
        ``share_below_T`` (< T).
    derive
        Makes what is measured from a window of cells (a slope from heights).
    margin_cells
        How many cells around the window ``derive`` needs.

    Returns
    -------
    DataFrame
        On the polygons' index: the statistics (NaN where no cell has data), ``cells`` (sum of the shares of
        cells with data) and ``covered_share`` (share of the polygon on cells with data; 0 outside the raster).
        **A value with ``covered_share`` below 1 speaks for that share only.**

    Raises
    ------
    CrsMixUpError
        When the polygons are in another system.

    Examples
    --------
    A polygon over the left half of two cells above each other, of which the upper one has data:

    >>> raster = Raster(np.array([[1.0], [np.nan]]), Affine(0.001, 0, 113.5, 0, -0.001, 38), pyproj.CRS(4490), None)
    >>> left = gpd.GeoSeries([shapely.box(113.5, 37.998, 113.5005, 38)], crs=4490)
    >>> zonal(left, raster).round(6).values.tolist()
    [[1.0, 0.5, 0.5]]
    """
    if not polygons.index.is_unique:
        raise ValueError("zonal statistics need a unique index")
    shapes = in_system_of(raster, polygons)
    names = [*statistics, *(f"share_above_{t:g}" for t in above), *(f"share_below_{t:g}" for t in below)]
    result = np.full((len(polygons), len(names) + 1), np.nan)
    result[:, -1] = 0.0
    for positions, rows, columns in tiles(shapes, raster, margin_cells):
        window = read_window(raster, rows, columns)
        values = raster_values(window) if derive is None else derive(window)
        chosen = shapes[positions]
        found = _extract(chosen, values, window, [_operation(name) for name in statistics])
        bands = [np.where(np.isnan(values), np.nan, values > t) for t in above]
        bands += [np.where(np.isnan(values), np.nan, values < t) for t in below]
        shares = [_extract(chosen, band, window, [_operation("mean")])[:, :1] for band in bands]
        result[positions] = np.column_stack([found[:, :-1], *shares, found[:, -1]])
    table = pd.DataFrame(result, index=polygons.index, columns=[*names, "cells"])
    ground = shapely.area(shapes)
    cell = abs(raster.transform.a * raster.transform.e)
    covered = np.divide(table["cells"] * cell, ground, out=np.zeros(len(table)), where=ground > 0)
    table["covered_share"] = np.clip(covered, 0.0, 1.0)
    return table


def raster_values(window: Raster) -> FloatArray:
    """Return the cells of a window as they are."""
    return window.cells(slice(0, window.shape[0]), slice(0, window.shape[1]))


def _operation(name: str) -> str:
    if name in _PLAIN:
        return f"{_PLAIN[name]}(min_coverage_frac={LEAST_SHARE})"
    if re.fullmatch(r"p\d{1,2}", name):
        return f"quantile(q={int(name[1:]) / 100},min_coverage_frac={LEAST_SHARE})"
    raise ValueError(f"no statistic {name!r}")


def _extract(shapes: GeometryArray, values: FloatArray, window: Raster, operations: list[str]) -> FloatArray:
    """Return one column per operation, and the count of cells."""
    from exactextract import exact_extract  # noqa: PLC0415 - compiled, and the siting check does without it

    frame = gpd.GeoDataFrame(geometry=shapes, crs=window.crs)
    wanted = [*operations, f"count(min_coverage_frac={LEAST_SHARE})"]
    table = exact_extract(_grid(values, window), frame, wanted, output="pandas")
    numbers: FloatArray = table.to_numpy(dtype=np.float64)
    return numbers


def _grid(values: FloatArray, window: Raster) -> object:
    from exactextract.raster import NumPyRasterSource  # noqa: PLC0415

    rows, columns = values.shape
    west, north = window.transform.c, window.transform.f
    return NumPyRasterSource(
        np.ascontiguousarray(values),
        xmin=west,
        ymin=north + rows * window.transform.e,
        xmax=west + columns * window.transform.a,
        ymax=north,
        nodata=np.nan,
        srs_wkt=gpd.GeoSeries([], crs=window.crs).crs.to_wkt(),
    )


def in_system_of(raster: RasterSource, shapes: gpd.GeoSeries) -> GeometryArray:
    """Return geometries of EPSG:4490 in the raster's system, edges cut short before they move.

    Raises
    ------
    CrsMixUpError
        When they are in another system.
    """
    if shapes.crs is None or not shapes.crs.equals(projection.CGCS2000, ignore_axis_order=True):
        raise CrsMixUpError(f"raster statistics need EPSG:4490, got {shapes.crs}")
    short = shapely.segmentize(shapes.to_numpy(), EDGE_DEG)
    return projection.transform(np.asarray(short, dtype=object), projection.CGCS2000, horizontal(raster.crs))


def horizontal(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the horizontal part of a system that also has heights."""
    return crs.sub_crs_list[0] if crs.is_compound else crs


def window_over(raster: RasterSource, bounds: Sequence[float], margin_cells: int = 0) -> tuple[slice, slice]:
    """Return the rows and columns of the cells that bounds touch, clipped to the raster; may be empty.

    Parameters
    ----------
    bounds
        West, south, east, north in the raster's system.

    Examples
    --------
    Cells of 10 m from (0, 30) down: 12 m to 25 m from the west edge touch columns 1 and 2, 5 m to 15 m from
    the south edge, which is at 0, rows 1 and 2.

    >>> raster = Raster(np.zeros((3, 4)), Affine(10, 0, 0, 0, -10, 30), pyproj.CRS(4547), None)
    >>> window_over(raster, (12, 5, 25, 15))
    (slice(1, 3, None), slice(1, 3, None))
    """
    west, south, east, north = bounds
    total_rows, total_columns = raster.shape
    step_x, step_y = raster.transform.a, -raster.transform.e
    first = int(np.floor((raster.transform.f - north) / step_y)) - margin_cells
    last = int(np.ceil((raster.transform.f - south) / step_y)) + margin_cells
    left = int(np.floor((west - raster.transform.c) / step_x)) - margin_cells
    right = int(np.ceil((east - raster.transform.c) / step_x)) + margin_cells
    rows = slice(min(max(first, 0), total_rows), min(max(last, 0), total_rows))
    columns = slice(min(max(left, 0), total_columns), min(max(right, 0), total_columns))
    return rows, columns


def read_window(raster: RasterSource, rows: slice, columns: slice) -> Raster:
    """Return a window as a raster of its own: numbers, NaN where there are no data."""
    grid = raster.transform
    west, north = grid.c + grid.a * columns.start, grid.f + grid.e * rows.start
    corner = Affine(grid.a, 0.0, west, 0.0, grid.e, north)
    return Raster(raster.cells(rows, columns), corner, horizontal(raster.crs), None, raster.name)


def tiles(
    shapes: GeometryArray, raster: RasterSource, margin_cells: int
) -> Iterator[tuple[npt.NDArray[np.intp], slice, slice]]:
    """Give polygons tile by tile, with the window that holds all of them; those beside the raster are left out."""
    bounds = shapely.bounds(shapes)
    usable = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    centre_x, centre_y = (bounds[:, 0] + bounds[:, 2]) / 2, (bounds[:, 1] + bounds[:, 3]) / 2
    step = np.array([raster.transform.a, raster.transform.e]) * TILE_CELLS
    column = np.floor((centre_x[usable] - raster.transform.c) / step[0]).astype(np.int64)
    row = np.floor((centre_y[usable] - raster.transform.f) / step[1]).astype(np.int64)
    order = np.lexsort((column, row))
    changes = np.flatnonzero((np.diff(row[order]) != 0) | (np.diff(column[order]) != 0)) + 1
    for group in np.split(usable[order], changes) if len(order) else ():
        extent = np.concatenate([bounds[group, :2].min(axis=0), bounds[group, 2:].max(axis=0)])
        rows, columns = window_over(raster, extent.tolist(), margin_cells)
        if rows.start < rows.stop and columns.start < columns.stop:
            yield group, rows, columns


def strips(raster: RasterSource) -> Iterator[FloatArray]:
    """Give all cells strip by strip, never all at once."""
    rows, columns = raster.shape
    height = max(1, STRIP_CELLS // max(1, columns))
    for start in range(0, rows, height):
        yield raster.cells(slice(start, min(start + height, rows)), slice(0, columns))


def burn(shapes: GeometryArray, window: Raster, *, least_share: float = 0.5) -> BoolArray:
    """Return which cells of a window polygons cover.

    Parameters
    ----------
    shapes
        Polygons in the window's system.
    least_share
        A cell counts when polygons cover at least this share of it; 0: when they touch it.

    Examples
    --------
    >>> window = Raster(np.zeros((1, 3)), Affine(1, 0, 0, 0, -1, 1), pyproj.CRS(4547), None)
    >>> burn(np.array([shapely.box(0, 0, 1.6, 1)]), window).tolist()
    [[True, True, False]]
    """
    from exactextract import exact_extract  # noqa: PLC0415

    share = np.zeros(window.shape)
    present = np.asarray(shapes)[~shapely.is_empty(shapes)]
    if len(present):
        frame = gpd.GeoDataFrame(geometry=present, crs=window.crs)
        source = _grid(np.zeros(window.shape), window)
        table = exact_extract(source, frame, ["cell_id", "coverage"], output="pandas")
        for cell, covered in zip(table["cell_id"], table["coverage"], strict=True):
            np.maximum.at(share.ravel(), np.asarray(cell, dtype=np.int64), covered)
    covered_enough: BoolArray = (share >= least_share) & (share > 0)
    return covered_enough


def cells_in(shape: shapely.Geometry, window: RasterSource) -> IntegerArray:
    """Return row and column of the cells whose centre lies in a polygon; when none does, of a point inside it.

    Examples
    --------
    >>> window = Raster(np.zeros((1, 3)), Affine(1, 0, 0, 0, -1, 1), pyproj.CRS(4547), None)
    >>> cells_in(shapely.box(0.4, 0, 1.6, 1), window).tolist()
    [[0, 0], [0, 1]]
    """
    rows, columns = window_over(window, shape.bounds)
    row, column = (index.ravel() for index in np.mgrid[rows, columns])
    x = window.transform.c + window.transform.a * (column + 0.5)
    y = window.transform.f + window.transform.e * (row + 0.5)
    inside = shapely.contains_xy(shape, x, y)
    if not inside.any():
        return rows_and_columns(window, shapely.get_coordinates(shapely.point_on_surface(shape)))
    return np.column_stack([row[inside], column[inside]]).astype(np.int64)


def rows_and_columns(window: RasterSource, xy: FloatArray) -> IntegerArray:
    """Return row and column of the cell each point lies in, shape (n, 2); may be outside the grid.

    Examples
    --------
    12 m east and 25 m south of the corner, in cells of 10 m: row 2, column 1.

    >>> raster = Raster(np.zeros((3, 4)), Affine(10, 0, 0, 0, -10, 30), pyproj.CRS(4547), None)
    >>> rows_and_columns(raster, np.array([[12.0, 5.0]])).tolist()
    [[2, 1]]
    """
    column = np.floor((xy[:, 0] - window.transform.c) / window.transform.a)
    row = np.floor((xy[:, 1] - window.transform.f) / window.transform.e)
    return np.column_stack([row, column]).astype(np.int64)

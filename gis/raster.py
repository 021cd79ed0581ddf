"""A raster: cells on a regular grid, in memory or read from its file window by window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyproj
from affine import Affine

FloatArray = npt.NDArray[np.float64]


class RasterSource(Protocol):
    """One band that gives its cells by window.

    Attributes
    ----------
    name
        What messages call it (a file's name).
    crs
        The coordinate system.
    transform
        From column and row to coordinates of ``crs``.
    shape
        Rows and columns.
    """

    @property
    def name(self) -> str:
        """What messages call it."""
        ...

    @property
    def crs(self) -> pyproj.CRS:
        """The coordinate system."""
        ...

    @property
    def transform(self) -> Affine:
        """From column and row to coordinates of ``crs``."""
        ...

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        ...

    def cells(self, rows: slice, columns: slice) -> FloatArray:
        """Return the cells of a window that lies within the grid, NaN where there are no data."""
        ...


@dataclass(frozen=True, eq=False, slots=True)
class Raster:
    """One band of cells on a regular grid.

    Parameters
    ----------
    values
        Shape (rows, columns), north row first.
    transform
        From column and row to coordinates of ``crs``.
    crs
        The coordinate system.
    nodata
        The value that means "no data here", if any.
    name
        What messages call it.

    Examples
    --------
    >>> raster = Raster(np.array([[1, -9], [3, 4]]), Affine(30, 0, 0, 0, -30, 60), pyproj.CRS(4547), -9)
    >>> raster.cells(slice(0, 1), slice(0, 2)).tolist()
    [[1.0, nan]]
    """

    values: npt.NDArray[np.generic]
    transform: Affine
    crs: pyproj.CRS
    nodata: float | None
    name: str = ""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.values.shape
        return rows, columns

    def cells(self, rows: slice, columns: slice) -> FloatArray:
        """Return the cells of a window, NaN where there are no data."""
        return without_nodata(self.values[rows, columns], self.nodata)


def without_nodata(values: npt.NDArray[np.generic], nodata: float | None) -> FloatArray:
    """Return stored cells as numbers: NaN where they hold the no-data value, or are infinite.

    Examples
    --------
    >>> without_nodata(np.array([6.0, -9999.0, np.inf]), -9999).tolist()
    [6.0, nan, nan]
    """
    cells = values.astype(np.float64)
    if nodata is not None:
        # a float32 band holds the nearest float32 of the no-data value its header writes in full
        cells[cells == values.dtype.type(nodata).astype(np.float64)] = np.nan
    cells[~np.isfinite(cells)] = np.nan
    return cells

"""Rasters, opened and written in one place."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyproj
import rasterio
from rasterio.errors import RasterioIOError
from rasterio.transform import Affine

from gis.errors import InputError, Text
from gis.files.atomic import whole
from gis.files.reading import unreadable


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
    """

    values: npt.NDArray[np.generic]
    transform: Affine
    crs: pyproj.CRS
    nodata: float | None


def read(path: Path, band: int = 1) -> Raster:
    """Read one band.

    Raises
    ------
    InputError
        When it can't be read, or states no coordinate system.
    """
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise InputError(
                    "raster_without_crs",
                    Text(
                        f"栅格“{path.name}”没有坐标系。",
                        f"The raster '{path.name}' states no coordinate system.",
                    ),
                    Text("请在GIS软件中为其定义坐标系。", "Define it in your GIS."),
                )
            crs = pyproj.CRS.from_wkt(source.crs.to_wkt())
            return Raster(source.read(band), source.transform, crs, source.nodata)
    except RasterioIOError as error:
        raise unreadable(path, str(error)) from error


def write(path: Path, raster: Raster) -> None:
    """Write one band as a compressed GeoTIFF, whole or not at all."""
    rows, columns = raster.values.shape
    with (
        whole(path) as target,
        rasterio.open(
            target,
            "w",
            driver="GTiff",
            height=rows,
            width=columns,
            count=1,
            dtype=raster.values.dtype,
            crs=raster.crs.to_wkt(),
            transform=raster.transform,
            nodata=raster.nodata,
            compress="deflate",
        ) as sink,
    ):
        sink.write(raster.values, 1)

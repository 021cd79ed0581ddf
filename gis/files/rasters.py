"""Rasters, opened and written in one place."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import rasterio
from affine import Affine
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError
from rasterio.windows import Window

from gis.errors import InputError, Text
from gis.files.atomic import whole
from gis.files.reading import unreadable
from gis.raster import FloatArray, Raster, without_nodata

__all__ = ["FileRaster", "Raster", "open_band", "read", "write"]


@dataclass(frozen=True, eq=False, slots=True)
class FileRaster:
    """One band of a raster file, read window by window; the file is open only while it is read.

    Parameters
    ----------
    path
        The file.
    crs, transform, shape
        Its grid.
    stored
        Type of the stored cells (``int16``).
    nodata
        The value that the header says means "no data here", if any.
    missing
        Further stored values that mean the same although no header says so.
    scale, offset
        A cell's value is stored × scale + offset.
    unit
        As the band states it, empty when it doesn't.
    band
        From 1.
    """

    path: Path
    crs: pyproj.CRS
    transform: Affine
    shape: tuple[int, int]
    stored: str
    nodata: float | None
    missing: tuple[float, ...] = ()
    scale: float = 1.0
    offset: float = 0.0
    unit: str = ""
    band: int = 1

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    def cells(self, rows: slice, columns: slice) -> FloatArray:
        """Return the cells of a window, NaN where there are no data.

        Raises
        ------
        InputError
            ``file_unreadable``: the file is damaged there.
        """
        height, width = rows.stop - rows.start, columns.stop - columns.start
        if height <= 0 or width <= 0:
            return np.zeros((max(height, 0), max(width, 0)))
        try:
            with rasterio.open(self.path) as source:
                window = Window(columns.start, rows.start, width, height)
                stored = source.read(self.band, window=window)
        except RasterioIOError as error:
            raise unreadable(self.path, str(error)) from error
        values = without_nodata(stored, self.nodata)
        for value in self.missing:
            values[stored == np.asarray(value, dtype=np.float64).astype(stored.dtype)] = np.nan
        if self.scale != 1.0 or self.offset != 0.0:
            values = values * self.scale + self.offset
        return values


def open_band(path: Path, band: int = 1) -> FileRaster:
    """Open one band without reading its cells.

    Raises
    ------
    InputError
        ``file_unreadable``, ``raster_without_crs``, ``raster_without_place`` or ``raster_rotated``.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as source:
                if source.crs is None:
                    raise _without_crs(path)
                found = FileRaster(
                    path=path,
                    crs=pyproj.CRS.from_wkt(source.crs.to_wkt()),
                    transform=source.transform,
                    shape=(source.height, source.width),
                    stored=source.dtypes[band - 1],
                    nodata=source.nodatavals[band - 1],
                    scale=float(source.scales[band - 1]),
                    offset=float(source.offsets[band - 1]),
                    unit=source.units[band - 1] or "",
                    band=band,
                )
    except RasterioIOError as error:
        raise unreadable(path, str(error)) from error
    _check_grid(found)
    return found


def _check_grid(found: FileRaster) -> None:
    grid, name = found.transform, found.path.name
    if grid == Affine.identity():
        raise InputError(
            "raster_without_place",
            Text(f"栅格“{name}”没有地理位置信息。", f"The raster '{name}' does not say where it lies."),
            Text("请补上坐标文件（如 .tfw）或重新导出。", "Add its world file (.tfw) or export it again."),
        )
    if grid.b != 0 or grid.d != 0 or grid.a <= 0 or grid.e >= 0:
        raise InputError(
            "raster_rotated",
            Text(f"栅格“{name}”是旋转或翻转的。", f"The raster '{name}' is rotated or flipped."),
            Text(
                "请用 gdalwarp 或GIS软件重采样为正北向上。", "Resample it north up (gdalwarp, or your GIS)."
            ),
        )


def _without_crs(path: Path) -> InputError:
    return InputError(
        "raster_without_crs",
        Text(
            f"栅格“{path.name}”没有坐标系。",
            f"The raster '{path.name}' states no coordinate system.",
        ),
        Text("请在GIS软件中为其定义坐标系。", "Define it in your GIS."),
    )


def read(path: Path, band: int = 1) -> Raster:
    """Read one band whole, as it is stored. For small rasters; see :func:`open_band`.

    Raises
    ------
    InputError
        When it can't be read, or states no coordinate system.
    """
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise _without_crs(path)
            crs = pyproj.CRS.from_wkt(source.crs.to_wkt())
            return Raster(source.read(band), source.transform, crs, source.nodata, path.name)
    except RasterioIOError as error:
        raise unreadable(path, str(error)) from error


def write(path: Path, raster: Raster, *, scale: float = 1.0, unit: str = "", tiled: bool = False) -> None:
    """Write one band as a compressed GeoTIFF, whole or not at all.

    Parameters
    ----------
    path
        Where.
    raster
        The cells as they are stored.
    scale, unit
        Stated in the header: a cell's value is stored × scale.
    tiled
        In tiles of 256 cells, each compressed by the differences of its cells: small, and quick to read in
        windows.
    """
    rows, columns = raster.values.shape
    integer = np.issubdtype(raster.values.dtype, np.integer)
    layout = (
        {"tiled": True, "blockxsize": 256, "blockysize": 256, "predictor": 2 if integer else 3, "zlevel": 6}
        if tiled
        else {}
    )
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
            **layout,
        ) as sink,
    ):
        sink.write(raster.values, 1)
        if scale != 1.0:
            sink.scales = (scale,)
        if unit:
            sink.units = (unit,)

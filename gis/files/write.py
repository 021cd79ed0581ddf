"""The one way to write a layer, whatever the format; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from gis import corner_points
from gis.errors import InputError, Text
from gis.files import shapefile_write
from gis.files.atomic import whole
from gis.files.vector import listening
from gis.note import Note

_DRIVERS = {
    ".gpkg": "GPKG",
    ".geojson": "GeoJSON",
    ".kml": "KML",
    ".fgb": "FlatGeobuf",
    ".gdb": "OpenFileGDB",
    ".dxf": "DXF",
}
SUFFIXES = (*_DRIVERS, ".parquet", ".shp", ".zip", ".txt")
_STALE = (".sbn", ".sbx", ".qix", ".fbn", ".fbx", ".ain", ".aih", ".ixs", ".mxs", ".atx", ".shp.xml")
_WRITE_ERRORS = (DataSourceError, DataLayerError, FeatureError, GeometryError, FieldError)
_FIXED_DATE = "1980-01-01T00:00:00Z"


def write(
    frame: gpd.GeoDataFrame, path: Path, *, layer: str | None = None, encoding: str = "GBK"
) -> tuple[Note, ...]:
    """Write a frame in the format that the path's suffix names.

    Parameters
    ----------
    frame
        Geometry in a known coordinate system, which is written as it is.
    path
        ``.gpkg .geojson .kml .fgb .gdb .dxf .parquet .shp .zip`` (a zipped shapefile) or ``.txt``
        (land-approval corner points). Replaced when it is there.
    layer
        Name of the layer; the file's stem by default.
    encoding
        Of shapefile attributes: ``GBK`` or ``UTF-8``.

    Returns
    -------
    tuple of Note
        What could not be kept as it was (shortened field names or texts of a shapefile).

    Raises
    ------
    InputError
        For an unknown suffix, a frame without coordinate system, or a place that can't be written.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            "format_unwritable",
            Text(f"不能写成“{path.name}”这种格式。", f"'{path.name}' is not a format we write."),
            Text(f"可写：{' '.join(SUFFIXES)}。", f"Formats we write: {' '.join(SUFFIXES)}."),
        )
    if frame.crs is None:
        raise InputError(
            "crs_unknown",
            Text("没有坐标系的数据不能写出。", "Data without a coordinate system can't be written."),
            Text("请用 --crs 声明坐标系。", "Declare the system with --crs."),
        )
    name = layer or path.stem
    if suffix in (".shp", ".zip"):
        stale = _STALE if suffix == ".shp" else ()
        with whole(path, stale=stale) as target:
            return shapefile_write.write(frame, target, name, encoding)
    with whole(path) as target:
        return _writer(suffix)(frame, target, name)


def _writer(suffix: str) -> Callable[[gpd.GeoDataFrame, Path, str], tuple[Note, ...]]:
    return {".parquet": _write_parquet, ".txt": _write_corner_text}.get(suffix, _write_with_gdal)


def _write_parquet(frame: gpd.GeoDataFrame, path: Path, _layer: str) -> tuple[Note, ...]:
    frame.to_parquet(path, index=False)
    return ()


def _write_corner_text(frame: gpd.GeoDataFrame, path: Path, _layer: str) -> tuple[Note, ...]:
    path.write_bytes(corner_points.write(frame, crs=frame.crs).encode("gb18030"))
    return ()


def _write_with_gdal(frame: gpd.GeoDataFrame, path: Path, layer: str) -> tuple[Note, ...]:
    driver = _DRIVERS[path.suffix.lower()]
    if driver in ("GeoJSON", "KML"):
        frame = frame.to_crs(4326)
    if driver == "DXF":
        frame = _as_drawing(frame)
    # GeoPackage stamps its contents with the date, FileGDB with random names: fixed, for same bytes.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE, "OPENFILEGDB_REPRODUCIBLE_UUID": "YES"})
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": 9} if driver == "GeoJSON" else {}
    try:
        with listening() as heard:
            pyogrio.write_dataframe(
                _writable(frame, driver),
                path,
                layer=layer,
                driver=driver,
                geometry_type=_kind(frame, driver),
                **options,
            )
    except _WRITE_ERRORS as error:
        raise InputError(
            "format_refuses",
            Text(f"{driver}格式写不下这些数据（{error}）。", f"{driver} can't hold these data ({error})."),
            Text("请换一种格式，如GeoPackage。", "Use another format, such as GeoPackage."),
        ) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OPENFILEGDB_REPRODUCIBLE_UUID": None})
    return tuple(_driver_note(driver, message) for message in dict.fromkeys(heard.messages))


def _driver_note(driver: str, message: str) -> Note:
    return Note(
        "driver_warning",
        "warning",
        Text(f"写出{driver}时驱动提示：{message}", f"While writing {driver}: {message}"),
        Text("已写出，请核对。", "It was written; please check."),
    )


def _kind(frame: gpd.GeoDataFrame, driver: str) -> str | None:
    """Return a geometry type where pyogrio can't tell it: for a frame without any geometry."""
    if not shapely.is_missing(frame.geometry.to_numpy()).all():
        return None
    return "MultiPolygon" if driver == "OpenFileGDB" else "Unknown"


def _as_drawing(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rings as lines with the drawing layer's name: all that a DXF can carry."""
    rings, owner = shapely.get_rings(frame.geometry.to_numpy(), return_index=True)
    names = frame["Layer"].to_numpy()[owner] if "Layer" in frame else np.full(len(owner), "0")
    return gpd.GeoDataFrame({"Layer": names}, geometry=rings, crs=frame.crs)


def _writable(frame: gpd.GeoDataFrame, driver: str) -> gpd.GeoDataFrame:
    """Return a frame whose columns a GDAL driver can take: dates as yyyy-mm-dd text.

    ArcMap reads no 64-bit numbers in a FileGDB: they are written as 32-bit ones, or as floats.
    """
    result = frame.reset_index(drop=True)
    for column in result.columns.drop(result.geometry.name):
        values = result[column]
        if isinstance(values.dtype, pd.CategoricalDtype) or pd.api.types.is_datetime64_any_dtype(values):
            result[column] = values.astype(str).where(values.notna(), None)
        elif driver == "OpenFileGDB" and pd.api.types.is_integer_dtype(values.dtype):
            small = values.isna().sum() == 0 and (not len(values) or values.abs().max() < 2**31)
            result[column] = values.astype("int32" if small else "float64")
        elif values.dtype == object and any(hasattr(value, "isoformat") for value in values):
            result[column] = values.map(
                lambda value: value.isoformat() if hasattr(value, "isoformat") else value
            )
    return result

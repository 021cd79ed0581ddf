"""The one way to write a layer, whatever the format; whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

from gis import corner_points
from gis.errors import InputError, Text
from gis.files import drawing_write, shapefile_write, write_notes
from gis.files.atomic import whole
from gis.files.vector import Heard, listening
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
_MOST_IN_FLOAT = 2**53
"""Beyond this, floats skip whole numbers."""
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
        What could not be kept as it was: shortened field names or texts of a shapefile, attributes of
        a drawing, whole numbers too large for the format, a coordinate system that it can't have.

    Raises
    ------
    InputError
        For an unknown suffix, a frame without coordinate system, data that the format can't hold
        whole, or a place that can't be written.
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
    notes: list[Note] = []
    if driver in ("GeoJSON", "KML"):
        notes += write_notes.in_degrees(driver, frame.crs)
        frame = frame.to_crs(4326)
    if driver == "DXF":
        notes += write_notes.attributes_left_out(frame)
        frame = drawing_write.entities(frame)
    frame, as_text = _writable(frame, driver)
    notes += write_notes.integers_as_text(driver, as_text)
    heard = _write_whole(frame, path, layer, driver)
    return (*notes, *(_driver_note(driver, message) for message in dict.fromkeys(heard.messages)))


def _write_whole(frame: gpd.GeoDataFrame, path: Path, layer: str, driver: str) -> Heard:
    # GeoPackage stamps its contents with the date, FileGDB with random names: fixed, for same bytes.
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_DATE, "OPENFILEGDB_REPRODUCIBLE_UUID": "YES"})
    options = {"RFC7946": "YES", "COORDINATE_PRECISION": 9} if driver == "GeoJSON" else {}
    try:
        with listening() as heard:
            pyogrio.write_dataframe(
                frame,
                path,
                layer=layer,
                driver=driver,
                geometry_type=_kind(frame, driver),
                **options,
            )
            written = pyogrio.read_info(path, force_feature_count=True)["features"]
    except _WRITE_ERRORS as error:
        raise _refused(driver, str(error)) from error
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None, "OPENFILEGDB_REPRODUCIBLE_UUID": None})
    if written < len(frame):
        raise _refused(driver, f"{written} of {len(frame)} features")
    return heard


def _refused(driver: str, detail: str) -> InputError:
    return InputError(
        "format_refuses",
        Text(f"{driver}格式写不下这些数据（{detail}）。", f"{driver} can't hold these data ({detail})."),
        Text("请换一种格式，如GeoPackage。", "Use another format, such as GeoPackage."),
    )


def _driver_note(driver: str, message: str) -> Note:
    return Note(
        "driver_warning",
        "warning",
        Text(f"写出{driver}时驱动提示：{message}", f"While writing {driver}: {message}"),
        Text("已写出，请核对。", "It was written; please check."),
    )


def _kind(frame: gpd.GeoDataFrame, driver: str) -> str | None:
    """Return a geometry type where pyogrio can't tell it: in drawings, and without any geometry."""
    if driver == "DXF":
        return "Unknown"
    if not shapely.is_missing(frame.geometry.to_numpy()).all():
        return None
    return "MultiPolygon" if driver == "OpenFileGDB" else "Unknown"


def _writable(frame: gpd.GeoDataFrame, driver: str) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return a frame whose columns a GDAL driver can take, and which whole numbers became text.

    Dates become text as yyyy-mm-dd.
    """
    result, as_text = frame.reset_index(drop=True), []
    for column in result.columns.drop(result.geometry.name):
        values = result[column]
        if isinstance(values.dtype, pd.CategoricalDtype) or pd.api.types.is_datetime64_any_dtype(values):
            result[column] = values.astype(str).where(values.notna(), None)
        elif pd.api.types.is_integer_dtype(values.dtype):
            kind = _integer_kind(values, driver)
            result[column] = _as_texts(values) if kind is None else values.astype(kind)
            as_text += [str(column)] if kind is None else []
        elif values.dtype == object and any(hasattr(value, "isoformat") for value in values):
            result[column] = values.map(
                lambda value: value.isoformat() if hasattr(value, "isoformat") else value
            )
    return result, as_text


def _integer_kind(values: pd.Series[int], driver: str) -> str | None:
    """Return the type in which a driver holds whole numbers as they are, None where it has none.

    ArcMap reads no 64-bit numbers in a FileGDB: they are written as 32-bit ones, or as floats.
    """
    largest = max((abs(int(value)) for value in (values.min(), values.max()) if pd.notna(value)), default=0)
    if driver == "OpenFileGDB":
        if largest < 2**31 and not values.isna().any():
            return "int32"
        return "float64" if largest <= _MOST_IN_FLOAT else None
    return str(values.dtype) if largest < 2**63 else None


def _as_texts(values: pd.Series[int]) -> pd.Series[str]:
    texts = [None if pd.isna(value) else str(int(value)) for value in values]
    return pd.Series(texts, index=values.index, dtype=object)

"""Vector formats that GDAL or Arrow read, each with its own traps taken care of."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError

from gis.equal_area import FloatArray
from gis.errors import InputError, Text
from gis.files import arcs, drawing, filegdb, kml, mapinfo, shapefile
from gis.files.reading import Reading, choose_layer, geometry_unreadable, unique, unreadable
from gis.note import Note

# OGR_GEOMETRY_ACCEPT_UNCLOSED_RING must stay as it is: forbidding such rings makes GDAL drop them
# in silence, so that a hole becomes the plot, or crash.
pyogrio.set_gdal_config_options({"DXF_CLOSED_LINE_AS_POLYGON": "TRUE", **arcs.GDAL_OPTIONS})
_UNCLOSED = "Non closed ring detected"

_READ_ERRORS = (DataSourceError, DataLayerError, RuntimeError, UnicodeDecodeError, OSError)
_DRIVERS = {
    "shapefile": ("ESRI Shapefile",),
    "filegdb": ("OpenFileGDB",),
    "geopackage": ("GPKG",),
    "geojson": ("GeoJSON", "ESRIJSON", "TopoJSON"),
    "dxf": ("DXF",),
    "flatgeobuf": ("FlatGeobuf",),
    "mapinfo_tab": ("MapInfo File",),
    "mapinfo_mif": ("MapInfo File",),
}
_MOST_IN_FLOAT = 2**53
"""Beyond this, floats skip whole numbers: two identifiers become one."""
_BYTE_BY_BYTE = "ISO-8859-1"
_DATAV_COLUMNS = {"acroutes", "childrenNum", "subFeatureIndex", "centroid"}


def read(path: Path, kind: str, wanted: str | None) -> Reading:
    """Read one layer (or, for ``*``, all layers together) of a vector file.

    Parameters
    ----------
    path, kind
        The file or FileGDB folder, and what :func:`gis.files.kind.of` says it is.
    wanted
        Name of the layer, ``*``, or None when there should be only one.

    Raises
    ------
    InputError
        When it can't be read whole.
    """
    _check_name(path)
    if kind == "shapefile":
        shapefile.check_whole(path)
    if kind == "filegdb":
        filegdb.check_whole(path)
    if kind == "kml":
        return kml.read(path, wanted)
    if kind == "geoparquet":
        return _read_parquet(path)
    names = choose_layer(path, _layer_names(path), wanted)
    readings = [_read_layer(path, kind, name) for name in names]
    reading = readings[0] if len(readings) == 1 else together(readings, path, kind)
    if kind == "dxf":
        reading = drawing.closed_polylines_only(reading)
    return arcs.told(reading) if kind in arcs.KINDS else reading


def _check_name(path: Path) -> None:
    # pyogrio takes a path for an address and drops these characters, as browsers do.
    if any(character in str(path.absolute()) for character in "\n\r\t"):
        raise InputError(
            "file_name",
            Text(
                f"路径“{path!s}”里有换行或制表符。", f"There is a line break or a tab in the path '{path!s}'."
            ),
            Text("请改名后再试。", "Rename it and try again."),
        )


@dataclass(slots=True)
class Heard:
    """What GDAL murmured while reading: it logs faults that pyogrio does not raise."""

    messages: list[str] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Heard]:
    """Collect what is logged and what is warned; both are how pyogrio passes GDAL's warnings on."""
    heard = Heard()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.messages.append(record.getMessage())

    ear, logger = Ear(level=logging.WARNING), logging.getLogger("pyogrio")
    before = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield heard
    finally:
        heard.messages += [str(warning.message) for warning in caught]
        logger.removeHandler(ear)
        logger.propagate = before


def _layer_names(path: Path) -> list[str]:
    with listening():
        try:
            found = pyogrio.list_layers(path)
        except _READ_ERRORS as error:
            raise unreadable(path, str(error)) from error
    return [str(name) for name, geometry_type in found if geometry_type is not None]


def _read_layer(path: Path, kind: str, layer: str) -> Reading:
    with listening() as heard:
        columns, wkb, stated, as_bytes = _columns(path, kind, layer)
    notes = _heard_notes(path, heard)
    found_encoding = ""
    if kind == "mapinfo_mif":
        mapinfo.check_whole(path, len(wkb))
    if kind == "shapefile":
        notes += shapefile.notes_on_sidecars(path)
    if as_bytes:
        widths, cpg = (
            (shapefile.text_widths(path), shapefile.stated_encoding(path))
            if kind == "shapefile"
            else ((), "")
        )
        columns, found_encoding, more = shapefile.decode(columns, widths, path, cpg)
        notes += more
    geometries, more = _geometries(wkb, path)
    return Reading(
        frame=gpd.GeoDataFrame(columns, geometry=geometries),
        stated=_crs(stated, path),
        path=path,
        layer=layer,
        kind=kind,
        encoding=found_encoding,
        suspected_gcj02=_web_map(columns),
        notes=notes + more,
    )


def _columns(
    path: Path, kind: str, layer: str
) -> tuple[pd.DataFrame, npt.NDArray[np.object_], str | None, bool]:
    """Return attributes, geometries, the stated system, and whether texts are still bytes.

    Bytes come as ISO-8859-1, which maps every byte to itself: what a .cpg or a MapInfo charset
    says is often not true.
    """
    encodings = {"shapefile": (_BYTE_BY_BYTE,), "mapinfo_tab": (None, _BYTE_BY_BYTE)}
    encodings["mapinfo_mif"] = encodings["mapinfo_tab"]
    for encoding in encodings.get(kind, (None,)):
        try:
            info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
            meta, _, wkb, values = pyogrio.raw.read(path, layer=layer, encoding=encoding)
        except UnicodeDecodeError as error:
            fault: Exception = error
            continue
        except (CRSError, *_READ_ERRORS) as error:
            raise unreadable(path, str(error)) from error
        expected = info["features"]
        if kind == "shapefile":
            expected = min(expected, shapefile.records(path) - shapefile.deleted(path))
        if wkb is None or len(wkb) != expected:
            raise unreadable(path, f"{0 if wkb is None else len(wkb)} of {expected} features")
        if info["driver"] not in _DRIVERS[kind]:
            raise unreadable(path, f"{info['driver']}, not {kind}")
        values = [
            _exact(path, layer, encoding, str(name), column)
            if declared == "int64" and column.dtype == np.float64
            else column
            for name, declared, column in zip(meta["fields"], info["dtypes"], values, strict=True)
        ]
        names = unique([str(name) for name in meta["fields"]])
        columns = pd.DataFrame(dict(zip(names, values, strict=True)), index=range(len(wkb)))
        return columns, wkb, meta["crs"], encoding is not None
    raise unreadable(path, str(fault)) from fault


def _exact(path: Path, layer: str, encoding: str | None, name: str, values: FloatArray) -> Any:
    """Return long whole numbers digit by digit, where blanks among them made floats of them."""
    if not np.nanmax(np.abs(values), initial=0.0) >= _MOST_IN_FLOAT:
        return values
    _, table = pyogrio.read_arrow(path, layer=layer, encoding=encoding, columns=[name], read_geometry=False)
    return pd.array(table[name].to_pylist(), dtype="Int64")


def _crs(stated: str | None, path: Path) -> pyproj.CRS | None:
    if not stated:
        return None
    try:
        crs = pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError as error:
        raise unreadable(path, str(error)) from error
    if crs.is_compound:
        # Plan databases are CGCS2000 with the heights of 1985; only the plane concerns us.
        crs = crs.sub_crs_list[0]
    return crs if crs.is_projected or crs.is_geographic else None


def _geometries(wkb: npt.NDArray[np.object_], path: Path) -> tuple[npt.NDArray[np.object_], tuple[Note, ...]]:
    with np.errstate(invalid="ignore"):  # NaN coordinates are for gis.repair to tell
        geometries = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
        broken = np.flatnonzero(~pd.isna(wkb) & shapely.is_missing(geometries))
        geometries[broken] = shapely.from_wkb(wkb[broken], on_invalid="fix")
    lost = shapely.is_missing(geometries[broken])
    notes = []
    if not lost.all():
        notes.append(_closed_note(path, broken[~lost].tolist()))
    if lost.any():
        notes.append(geometry_unreadable(path, broken[lost].tolist()))
    return geometries, tuple(notes)


def _closed_note(path: Path, rows: list[int]) -> Note:
    return Note(
        "rings_closed",
        "warning",
        Text(
            f"“{path.name}”有{len(rows)}个图形的边界没有闭合。",
            f"The boundaries of {len(rows)} shapes of '{path.name}' are not closed.",
        ),
        Text("已用直线连回起点。", "They were closed with a straight line."),
        tuple(rows),
    )


def _heard_notes(path: Path, heard: Heard) -> tuple[Note, ...]:
    return tuple(
        Note(
            "driver_warning",
            "warning",
            Text(f"读取“{path.name}”时驱动提示：{message}", f"While reading '{path.name}': {message}"),
            Text("已继续读取，请核对。", "Reading went on; please check."),
        )
        for message in dict.fromkeys(heard.messages)
        if _UNCLOSED not in message  # told row by row
    )


def _web_map(attributes: pd.DataFrame) -> bool:
    """Tell whether the fields are those of DataV's exports, which are in GCJ-02 and say WGS84."""
    return len(_DATAV_COLUMNS & set(map(str, attributes.columns))) >= 2


def together(readings: list[Reading], path: Path, kind: str) -> Reading:
    """Put several layers of one coordinate system under one another.

    The whole is no more precise than the least precise of its layers.

    Raises
    ------
    InputError
        When they state or declare different systems.
    """
    systems = {(reading.stated.to_wkt() if reading.stated else "", reading.declared) for reading in readings}
    if len(systems) > 1:
        raise InputError(
            "layers_differ_in_crs",
            Text(
                f"“{path.name}”各图层坐标系不同。",
                f"The layers of '{path.name}' differ in coordinate system.",
            ),
            Text("请用 --layer 逐个读取。", "Read them one by one with --layer."),
        )
    frame = pd.concat([reading.frame for reading in readings], ignore_index=True)
    return Reading(
        frame=gpd.GeoDataFrame(frame, geometry="geometry"),
        stated=readings[0].stated,
        path=path,
        layer="*",
        kind=kind,
        encoding=readings[0].encoding,
        declared=readings[0].declared,
        precision_m=max((reading.precision_m or 0.0 for reading in readings), default=0.0) or None,
        suspected_gcj02=any(reading.suspected_gcj02 for reading in readings),
        notes=_notes_together(readings),
    )


def _notes_together(readings: list[Reading]) -> tuple[Note, ...]:
    """Return the notes of all layers, their rows counted as in the whole."""
    notes, first = [], 0
    for reading in readings:
        for note in reading.notes:
            rows = tuple(first + row if isinstance(row, int) else row for row in note.rows)
            notes.append(replace(note, rows=rows))
        first += len(reading.frame)
    return tuple(notes)


def _read_parquet(path: Path) -> Reading:
    try:
        with np.errstate(invalid="ignore"):
            frame = gpd.read_parquet(path)
    except (OSError, ValueError, TypeError, KeyError, CRSError, shapely.errors.ShapelyError) as error:
        raise unreadable(path, str(error)) from error
    frame = frame.reset_index(drop=True)
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name))
    return Reading(
        gpd.GeoDataFrame(attributes, geometry=frame.geometry.to_numpy()),
        None if frame.crs is None else _crs(frame.crs.to_wkt(), path),
        path,
        path.stem,
        "geoparquet",
        suspected_gcj02=_web_map(attributes),
    )

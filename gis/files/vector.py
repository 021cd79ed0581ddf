"""Vector formats that GDAL or Arrow read, each with its own traps taken care of."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyogrio.errors import CRSError, DataLayerError, DataSourceError

from gis.errors import InputError, Text
from gis.files import shapefile
from gis.files.reading import Reading, choose_layer, unreadable
from gis.note import Note

pyogrio.set_gdal_config_options(
    {"DXF_CLOSED_LINE_AS_POLYGON": "TRUE", "OGR_GEOMETRY_ACCEPT_UNCLOSED_RING": "NO"}
)

_READ_ERRORS = (DataSourceError, DataLayerError, RuntimeError, UnicodeDecodeError, OSError)
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
    if kind == "shapefile":
        shapefile.check_whole(path)
    if kind == "kml":
        _refuse_entities(path)
    if kind == "geoparquet":
        return _read_parquet(path)
    names = choose_layer(path, _layer_names(path), wanted)
    readings = [_read_layer(path, kind, name) for name in names]
    reading = readings[0] if len(readings) == 1 else together(readings, path, kind)
    return _closed_polylines_only(reading) if kind == "dxf" else reading


def _refuse_entities(path: Path) -> None:
    head = path.read_bytes()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise InputError(
            "xml_entities",
            Text(
                f"“{path.name}”含有外部实体声明，已拒绝读取。",
                f"'{path.name}' declares XML entities; refused.",
            ),
            Text("请用正常软件重新导出KML。", "Export the KML again from ordinary software."),
        )


@dataclass(slots=True)
class _Heard:
    """What GDAL murmured while reading: it logs faults that pyogrio does not raise."""

    messages: list[str] = field(default_factory=list)


@contextmanager
def _listening() -> Iterator[_Heard]:
    heard = _Heard()

    class Ear(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.messages.append(record.getMessage())

    ear, logger = Ear(level=logging.WARNING), logging.getLogger("pyogrio")
    before = logger.propagate
    logger.addHandler(ear)
    logger.propagate = False
    try:
        yield heard
    finally:
        logger.removeHandler(ear)
        logger.propagate = before


def _layer_names(path: Path) -> list[str]:
    with _listening():
        try:
            found = pyogrio.list_layers(path)
        except _READ_ERRORS as error:
            raise unreadable(path, str(error)) from error
    return [str(name) for name, geometry_type in found if geometry_type is not None]


def _read_layer(path: Path, kind: str, layer: str) -> Reading:
    encoding = "ISO-8859-1" if kind == "shapefile" else None
    with _listening() as heard:
        try:
            expected = pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]
            meta, _, wkb, columns = pyogrio.raw.read(path, layer=layer, encoding=encoding)
        except CRSError as error:
            raise unreadable(path, str(error)) from error
        except _READ_ERRORS as error:
            raise unreadable(path, str(error)) from error
    if wkb is None or len(wkb) != expected:
        raise unreadable(path, f"{0 if wkb is None else len(wkb)} of {expected} features")
    attributes = pd.DataFrame(dict(zip(meta["fields"], columns, strict=True)), index=range(len(wkb)))
    notes = _heard_notes(path, heard)
    found_encoding = ""
    if kind == "shapefile":
        stated = shapefile.stated_encoding(path)
        widths = shapefile.text_widths(path)
        attributes, found_encoding, more = shapefile.decode(attributes, widths, path, stated)
        notes += more + shapefile.notes_on_sidecars(path)
    geometries, more = _geometries(wkb, path)
    crs = _crs(meta["crs"], path)
    _refuse_web_map(attributes, path)
    return Reading(
        frame=gpd.GeoDataFrame(attributes, geometry=geometries),
        stated=crs,
        path=path,
        layer=layer,
        kind=kind,
        encoding=found_encoding,
        notes=notes + more,
    )


def _crs(stated: str | None, path: Path) -> pyproj.CRS | None:
    if not stated:
        return None
    try:
        crs = pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError as error:
        raise unreadable(path, str(error)) from error
    return crs if crs.is_projected or crs.is_geographic else None


def _geometries(wkb: npt.NDArray[np.object_], path: Path) -> tuple[npt.NDArray[np.object_], tuple[Note, ...]]:
    geometries = np.asarray(shapely.from_wkb(wkb, on_invalid="ignore"), dtype=object)
    lost = np.flatnonzero([raw is not None for raw in wkb] & shapely.is_missing(geometries))
    if not len(lost):
        return geometries, ()
    note = Note(
        "geometry_unreadable",
        "error",
        Text(
            f"“{path.name}”有{len(lost)}个图形残缺（如只有两个点的环）。",
            f"{len(lost)} shapes of '{path.name}' are broken (such as rings of two points).",
        ),
        Text("这些行没有可用的图形。", "These rows have no usable geometry."),
        tuple(int(row) for row in lost),
    )
    return geometries, (note,)


def _heard_notes(path: Path, heard: _Heard) -> tuple[Note, ...]:
    return tuple(
        Note(
            "driver_warning",
            "warning",
            Text(f"读取“{path.name}”时驱动提示：{message}", f"While reading '{path.name}': {message}"),
            Text("已继续读取，请核对。", "Reading went on; please check."),
        )
        for message in dict.fromkeys(heard.messages)
    )


def _refuse_web_map(attributes: pd.DataFrame, path: Path) -> None:
    """Web-map exports are in GCJ-02 although their format says WGS84: ask, don't trust."""
    if len(_DATAV_COLUMNS & set(map(str, attributes.columns))) >= 2 or path.suffix.lower() == ".ovkml":
        raise SuspectedGcj02Error(path)


class SuspectedGcj02Error(InputError):
    """A file shows the marks of a web map, whose coordinates are moved by about 560 m here."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            "gcj02_suspected",
            Text(
                f"“{path.name}”像是网络地图导出的数据，疑为GCJ-02坐标（在阳泉偏移约560米）。",
                f"'{path.name}' looks like a web-map export, probably in GCJ-02 (about 560 m off here).",
            ),
            Text(
                "请问清来源：用 --crs GCJ-02 或 --crs EPSG:4326 声明。",
                "Ask where it comes from and declare --crs GCJ-02 or --crs EPSG:4326.",
            ),
        )


def together(readings: list[Reading], path: Path, kind: str) -> Reading:
    """Put several layers of one coordinate system under one another."""
    systems = {reading.stated.to_wkt() if reading.stated else "" for reading in readings}
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
        notes=tuple(note for reading in readings for note in reading.notes),
    )


def _closed_polylines_only(reading: Reading) -> Reading:
    """Keep the closed polylines of a drawing; count what else was in it."""
    dimension = shapely.get_dimensions(reading.frame.geometry.to_numpy())
    kept = reading.frame[dimension == 2].reset_index(drop=True)
    lines, points = int((dimension == 1).sum()), int((dimension == 0).sum())
    if kept.empty:
        raise InputError(
            "dxf_no_closed_polyline",
            Text(
                f"“{reading.path.name}”里没有闭合多段线（有{lines}条未闭合的线）。",
                f"There is no closed polyline in '{reading.path.name}' ({lines} open lines).",
            ),
            Text("请在CAD中把范围线闭合（PEDIT→C）。", "Close the boundary in CAD (PEDIT, C)."),
        )
    notes = list(reading.notes)
    if lines or points:
        notes.append(
            Note(
                "dxf_left_out",
                "warning",
                Text(
                    f"图中有{lines}条未闭合的线、{points}个点或文字未读入。",
                    f"{lines} open lines and {points} points or texts of the drawing were left out.",
                ),
                Text(f"只读取{len(kept)}条闭合多段线。", f"Only the {len(kept)} closed polylines were read."),
            )
        )
    nested = _nested_rows(kept.geometry.to_numpy())
    if nested:
        notes.append(
            Note(
                "dxf_nested",
                "warning",
                Text("有闭合线位于另一条闭合线之内。", "A closed polyline lies inside another."),
                Text(
                    "按独立地块读取，未当作内部扣除；若为扣除请改用带内环的格式。",
                    "Read as a parcel of its own, not as a hole; use a format with inner rings for holes.",
                ),
                nested,
            )
        )
    return Reading(
        kept, None, reading.path, reading.layer, reading.kind, reading.encoding, notes=tuple(notes)
    )


def _nested_rows(polygons: npt.NDArray[np.object_]) -> tuple[int, ...]:
    tree = shapely.STRtree(polygons)
    outer, inner = tree.query(polygons, predicate="contains_properly")
    return tuple(sorted({int(row) for row in inner[outer != inner]}))


def _read_parquet(path: Path) -> Reading:
    try:
        frame = gpd.read_parquet(path)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise unreadable(path, str(error)) from error
    frame = frame.reset_index(drop=True)
    if frame.geometry.name != "geometry":
        frame = frame.rename_geometry("geometry")
    stated = frame.crs
    return Reading(
        gpd.GeoDataFrame(pd.DataFrame(frame), geometry=frame.geometry.to_numpy()),
        stated,
        path,
        path.stem,
        "geoparquet",
    )

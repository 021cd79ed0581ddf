"""Shapefiles that Chinese desktop programs open: explicit widths, short names, GBK with its .cpg.

Written with fiona, because only an explicit schema keeps widths and types; read back with pyogrio
and compared, because a plain ``to_file`` of Chinese names writes files that can't be read.
"""

from __future__ import annotations

import itertools
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiona
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis.errors import InputError, PlannerError, Text
from gis.files import vector
from gis.files.atomic import zip_folder
from gis.note import Note

MAX_NAME_BYTES = 10
MAX_TEXT_BYTES = 254
OFFICIAL_WIDTHS = {
    "BSM": "str:18",
    "YSDM": "str:10",
    "XZQDM": "str:12",
    "XZQMC": "str:100",
    "BZ": "str:254",
    "XMDM": "str:32",
    "DZJGH": "str:19",
}
"""Field widths of the plan database and of the land-use registers (domain notes §3.1, S)."""
_GEOMETRY_NAMES = {0: "Point", 1: "LineString", 2: "Polygon"}


class ReadBackError(PlannerError):
    """What was written to a shapefile is not what is read from it."""


@dataclass(frozen=True, eq=False, slots=True)
class _Table:
    """Attributes ready for a .dbf: short names, plain values, a type for each."""

    attributes: pd.DataFrame
    schema: dict[str, str]
    notes: tuple[Note, ...]


def write(frame: gpd.GeoDataFrame, target: Path, layer: str, encoding: str) -> tuple[Note, ...]:
    """Write a shapefile beside ``target`` (.shp), or zipped into it (.zip).

    Raises
    ------
    InputError
        When a text can't be written in the encoding, or the frame mixes points, lines and polygons.
    ReadBackError
        When the file does not read back as it was meant.
    """
    frame = frame.set_geometry(_plain_geometry(frame))
    table = _table(frame, encoding)
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder) / f"{layer}.shp" if target.suffix.lower() == ".zip" else target
        _write_files(frame, table, path, encoding)
        _compare(frame, table, path)
        if target.suffix.lower() == ".zip":
            zip_folder(Path(folder), target)
    return table.notes


def _plain_geometry(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return what a shapefile can hold: no heights, nothing empty, points all single or all multiple."""
    geometries = shapely.force_2d(frame.geometry.to_numpy())
    geometries[shapely.is_empty(geometries)] = None
    kinds = shapely.get_type_id(geometries)
    if (kinds == shapely.GeometryType.MULTIPOINT).any():
        single = kinds == shapely.GeometryType.POINT
        geometries[single] = [shapely.MultiPoint([point]) for point in geometries[single]]
    return gpd.GeoSeries(geometries, index=frame.index, crs=frame.crs)


def short_names(names: list[str], encoding: str) -> dict[str, str]:
    """Return a field name of at most 10 bytes for each column, all different.

    A name that fits stays; a longer one is shortened between characters and numbered, on purpose
    and told, rather than cut by the driver in the middle of a character.

    Examples
    --------
    >>> short_names(["XZQDM", "永久基本农田面积", "永久基本农田等级"], "GBK")
    {'XZQDM': 'XZQDM', '永久基本农田面积': '永久基本01', '永久基本农田等级': '永久基本02'}
    """
    result: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        if len(name.encode(encoding)) <= MAX_NAME_BYTES and name and name.upper() not in taken:
            result[name] = name
            taken.add(name.upper())
    for name in names:
        if name not in result:
            result[name] = _numbered(name or "FIELD", taken, encoding)
            taken.add(result[name].upper())
    return {name: result[name] for name in names}


def _numbered(name: str, taken: set[str], encoding: str) -> str:
    for number in itertools.count(1):
        suffix = f"{number:02d}"
        candidate = _fitting(name, MAX_NAME_BYTES - len(suffix), encoding) + suffix
        if candidate.upper() not in taken:
            break
    return candidate


def _fitting(text: str, limit: int, encoding: str) -> str:
    while len(text.encode(encoding)) > limit:
        text = text[:-1]
    return text


def _table(frame: gpd.GeoDataFrame, encoding: str) -> _Table:
    attributes = pd.DataFrame(frame.drop(columns=frame.geometry.name)).reset_index(drop=True)
    _check_encodable(attributes, encoding)
    names = short_names([str(name) for name in attributes.columns], encoding)
    columns, schema, cut = {}, {}, []
    for column in attributes.columns:
        short = names[str(column)]
        columns[short], schema[short], was_cut = _field(attributes[column], short, encoding)
        if was_cut:
            cut.append(str(column))
    renamed = {name: short for name, short in names.items() if name != short}
    return _Table(pd.DataFrame(columns, index=attributes.index), schema, _notes(renamed, cut))


def _check_encodable(attributes: pd.DataFrame, encoding: str) -> None:
    for column in attributes.columns:
        texts = [str(column), *(value for value in attributes[column] if isinstance(value, str))]
        for text in texts:
            try:
                text.encode(encoding)
            except UnicodeEncodeError as error:
                character = text[error.start]
                raise InputError(
                    "not_encodable",
                    Text(
                        f"“{text}”中的“{character}”无法用{encoding}编码。",
                        f"'{character}' in '{text}' can't be encoded as {encoding}.",
                    ),
                    Text("请改用 --encoding UTF-8。", "Use --encoding UTF-8."),
                ) from error


def _field(values: pd.Series[Any], name: str, encoding: str) -> tuple[pd.Series[Any], str, bool]:
    """Return a column's plain values, its fiona type, and whether a text had to be cut."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype("Int64"), "int:1", False
    if pd.api.types.is_numeric_dtype(values.dtype):
        largest = np.abs(pd.to_numeric(values).astype(float)).max()
        if pd.api.types.is_integer_dtype(values.dtype) and not largest >= 1e17:
            return values, "int:18", False
        # 24 bytes with 9 decimals; larger numbers and infinity are written as text.
        if pd.api.types.is_float_dtype(values.dtype) and not largest >= 1e13:
            return values, "float:24.9", False
    # As objects: in a column of strings pandas would turn None into NaN.
    texts = pd.Series([_plain_text(value) for value in values], index=values.index, dtype=object)
    limit = int(OFFICIAL_WIDTHS.get(name, f"str:{MAX_TEXT_BYTES}").partition(":")[2])
    sizes = [0 if text is None else len(text.encode(encoding)) for text in texts]
    longest = max(sizes, default=0)
    if name in OFFICIAL_WIDTHS and longest <= limit:
        return texts, OFFICIAL_WIDTHS[name], False
    if longest <= MAX_TEXT_BYTES:
        return texts, f"str:{max(1, longest)}", False
    mark = "…"
    room = MAX_TEXT_BYTES - len(mark.encode(encoding))
    shortened = [
        text if length <= MAX_TEXT_BYTES else _fitting(text, room, encoding) + mark
        for text, length in zip(texts, sizes, strict=True)
    ]
    return pd.Series(shortened, index=texts.index, dtype=object), f"str:{MAX_TEXT_BYTES}", True


def _plain_text(value: object) -> str | None:
    if value is None or value is pd.NaT or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    if hasattr(value, "strftime"):
        return str(value.strftime("%Y%m%d"))
    return str(value)


def _notes(renamed: dict[str, str], cut: list[str]) -> tuple[Note, ...]:
    notes = []
    if renamed:
        listed = "、".join(f"{name}→{short}" for name, short in renamed.items())
        notes.append(
            Note(
                "fields_renamed",
                "info",
                Text("shapefile字段名最长10字节。", "Shapefile field names have at most 10 bytes."),
                Text(f"已改名：{listed}。", f"Renamed: {listed}."),
            )
        )
    if cut:
        notes.append(
            Note(
                "texts_shortened",
                "warning",
                Text("shapefile文本最长254字节。", "Shapefile texts have at most 254 bytes."),
                Text(
                    f"字段 {'、'.join(cut)} 的长文本以“…”截短，全文见GeoPackage或Excel。",
                    f"Long texts of {', '.join(cut)} end in '…'; the GeoPackage and Excel have them whole.",
                ),
            )
        )
    return tuple(notes)


def _write_files(frame: gpd.GeoDataFrame, table: _Table, path: Path, encoding: str) -> None:
    geometries = frame.geometry.to_numpy()
    dimensions = set(shapely.get_dimensions(geometries[~shapely.is_missing(geometries)]).tolist())
    is_collection = shapely.get_type_id(geometries) == shapely.GeometryType.GEOMETRYCOLLECTION
    if len(dimensions) > 1 or is_collection.any():
        raise InputError(
            "mixed_kinds",
            Text("一个shapefile只能放一种图形。", "A shapefile holds one kind of geometry."),
            Text("请分开写出，或改用GeoPackage。", "Write them apart, or as GeoPackage."),
        )
    kind = _GEOMETRY_NAMES[dimensions.pop() if dimensions else 2]
    if (shapely.get_type_id(geometries) == shapely.GeometryType.MULTIPOINT).any():
        kind = "MultiPoint"
    options = {"DBF_DATE_LAST_UPDATE": "1980-01-01"}
    with fiona.open(
        path,
        "w",
        driver="ESRI Shapefile",
        schema={"geometry": kind, "properties": table.schema},
        crs_wkt=frame.crs.to_wkt("WKT1_ESRI"),
        encoding=encoding,
        **options,
    ) as sink:
        records = table.attributes.to_dict("records")
        sink.writerecords(
            {
                "type": "Feature",
                "geometry": None if geometry is None else shapely.geometry.mapping(geometry),
                "properties": {name: _plain(value) for name, value in record.items()},
            }
            for geometry, record in zip(geometries, records, strict=True)
        )


def _plain(value: object) -> object:
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def _compare(frame: gpd.GeoDataFrame, table: _Table, path: Path) -> None:
    """Read the file back and hold it against what was meant."""
    found = vector.read(path, "shapefile", None)
    names = [name for name in found.frame.columns if name != "geometry"]
    if names != list(table.schema) or len(found.frame) != len(frame):
        raise ReadBackError(f"{path.name}: wrote {list(table.schema)} × {len(frame)}, read {names}")
    for name, kind in table.schema.items():
        meant, read = table.attributes[name].map(_plain), found.frame[name].map(_plain)
        if kind.startswith("str"):
            same = meant.fillna("") == read.fillna("")
        else:
            # float() and not the dtype: a column of nothing but nulls has none.
            same = np.isclose(meant.astype(float), read.astype(float), rtol=1e-12, atol=1e-9, equal_nan=True)
        if not np.all(same):
            row = int(np.flatnonzero(~np.asarray(same))[0])
            raise ReadBackError(
                f"{path.name} {name}[{row}]: wrote {meant.iloc[row]!r}, read {read.iloc[row]!r}"
            )
    area = shapely.area(frame.geometry.to_numpy()), shapely.area(found.frame.geometry.to_numpy())
    if not np.allclose(area[0], area[1], rtol=1e-9, atol=0, equal_nan=True):
        raise ReadBackError(f"{path.name}: geometry changed while writing")

"""Mine patches from a file: polygons, points, or a table with a longitude and a latitude."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gis import recognition, repair
from gis.equal_area import GeometryArray
from gis.errors import InputError, Text
from gis.files import kind, tables
from gis.files import read as files
from gis.files.reading import Reading
from gis.note import Note
from gis.recognition import Recognition
from gis.validity import made_valid
from layers import columns, fault_notes, load, spec
from layers.issue import Issue, from_notes
from restoration import mine_codes, mine_numbers, mine_points

KIND = "abandoned_mine"
HEADER_WITHIN = 10
"""Rows of a sheet among which the header is looked for: titles and units may stand above it."""
LEAST_FIELDS = 3
ILLUSTRATIVE_FIELDS = ("SYBZ", "示意标注")


@dataclass(frozen=True, eq=False, slots=True)
class MineFile:
    """Mine patches as they stand in a file, under the catalogue's names.

    Parameters
    ----------
    features
        Columns of the kind ``abandoned_mine``; polygons, points or None in EPSG:4490.
    name, sha256
        Of the file.
    illustrative
        Whether its own mark says 示意.
    issues
        What was noticed.
    """

    features: gpd.GeoDataFrame
    name: str
    sha256: str
    illustrative: bool
    issues: tuple[Issue, ...]


def read(
    path: Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    column_names: Mapping[str, str] = MappingProxyType({}),
) -> MineFile:
    """Read mine patches from any vector format, or from a CSV or XLSX table.

    Parameters
    ----------
    path
        The file.
    layer
        Layer of a geodatabase, sheet of a workbook.
    crs
        Coordinate system declared by the user; a table without geometry needs it.
    column_names
        Our column to the file's field, where the user chose it; else the aliases are searched.

    Raises
    ------
    InputError
        When it can't be read, is no table of patches, or its coordinate system is not known.
    """
    if not (path.is_file() and kind.of(path) in tables.TABLE_KINDS):
        reading = files.read(path, layer=layer)
        return of_reading(
            reading, name=path.name, sha256=load.sha256_of(path), crs=crs, column_names=column_names
        )
    attributes, notes = _table(path, layer, column_names)
    raw: GeometryArray = np.full(len(attributes), None, dtype=object)
    return _mine_file(path.name, load.sha256_of(path), attributes, raw, None, notes, crs, column_names)


def of_reading(
    reading: Reading,
    *,
    name: str,
    sha256: str,
    crs: str | None = None,
    column_names: Mapping[str, str] = MappingProxyType({}),
) -> MineFile:
    """Return the mine patches of what was read from a file or a database; see :func:`read`."""
    attributes = pd.DataFrame(reading.frame.drop(columns=reading.frame.geometry.name))
    raw = reading.frame.geometry.to_numpy()
    found = None if shapely.is_missing(raw).all() else load.recognised(reading, crs)
    return _mine_file(name, sha256, attributes, raw, found, list(reading.notes), crs, column_names)


def _mine_file(
    name: str,
    sha256: str,
    attributes: pd.DataFrame,
    raw: GeometryArray,
    found: Recognition | None,
    notes: list[Note],
    crs: str | None,
    column_names: Mapping[str, str],
) -> MineFile:
    _need_fields(name, attributes, column_names)
    plain = _with_plain_codes(attributes, column_names)
    interpreted, column_notes = columns.interpret(plain, spec.catalogue()[KIND], column_names)
    geometry = np.full(len(raw), None, dtype=object)
    if found is not None:
        notes = [*notes, *found.notes]
        geometry, more = _placed(raw, found)
        notes += more
    centres, more = _centres(name, interpreted, shapely.is_missing(geometry), crs, found)
    features = gpd.GeoDataFrame(
        interpreted, geometry=np.where(shapely.is_missing(geometry), centres, geometry), crs=4490
    )
    return MineFile(
        features=features,
        name=name,
        sha256=sha256,
        illustrative=_is_illustrative(attributes),
        issues=from_notes(name, [*notes, *more, *column_notes]),
    )


def _table(path: Path, sheet: str | None, column_names: Mapping[str, str]) -> tuple[pd.DataFrame, list[Note]]:
    table = tables.read(path, sheet=sheet)
    aliases = {
        alias.upper() for column in spec.catalogue()[KIND].columns.values() for alias in column.aliases
    }
    aliases |= {field.upper() for field in column_names.values()}
    matches = [sum(cell.upper() in aliases for cell in row) for row in table.rows[:HEADER_WITHIN]]
    header = int(np.argmax(matches))
    names, seen = [], set()
    for place, cell in enumerate(table.rows[header]):
        names.append(cell if cell and cell not in seen else f"column {place + 1}")
        seen.add(cell)
    body = [row for row in table.rows[header + 1 :] if any(row)]
    notes = []
    if header:
        what = Text(
            f"表头在第{header + table.first_row}行。", f"The header is row {header + table.first_row}."
        )
        done = Text(
            "其上各行未读入；行号从数据第一行起算。",
            "Rows above it were not read; rows count from the first record.",
        )
        notes.append(Note("header_below", "info", what, done))
    return pd.DataFrame(body, columns=names, dtype=object), notes


def _need_fields(name: str, attributes: pd.DataFrame, column_names: Mapping[str, str]) -> None:
    names = [str(name) for name in attributes.columns]
    catalogue = spec.catalogue()[KIND]
    known = [
        column
        for column in catalogue.columns.values()
        if column.id in column_names or columns.find(names, column.aliases)
    ]
    if len(known) >= LEAST_FIELDS:
        return
    raise InputError(
        "not_a_patch_table",
        Text(
            f"“{name}”不像矿山图斑核查表（字段：{'、'.join(names[:12]) or '无'}）。",
            f"'{name}' does not look like a table of mine patches (fields: {', '.join(names[:12]) or 'none'}).",
        ),
        Text(
            "需要 id、tbdl、hfzlqk、tbmj 等核查表字段；可用 planner layers show abandoned_mine 查看全部字段名。",
            "It needs fields such as id, tbdl, hfzlqk, tbmj: see planner layers show abandoned_mine.",
        ),
    )


def _with_plain_codes(attributes: pd.DataFrame, column_names: Mapping[str, str]) -> pd.DataFrame:
    """Write the large class as its bare code where it is known, so that the catalogue finds it."""
    names = [str(name) for name in attributes.columns]
    field = column_names.get("sub_class") or columns.find(
        names, spec.catalogue()[KIND].columns["sub_class"].aliases
    )
    if field not in names:
        return attributes
    codes, unknown = mine_codes.read(attributes[field], mine_codes.CLASSES)
    return attributes.assign(**{field: attributes[field].where(unknown | (codes == ""), codes)})


def _placed(raw: GeometryArray, found: Recognition) -> tuple[GeometryArray, list[Note]]:
    """Mend polygons, keep points, and bring both to CGCS2000."""
    index = pd.RangeIndex(len(raw))
    is_point = shapely.get_dimensions(raw) == 0
    unit = load.METRES_PER_DEGREE if found.crs.is_geographic else 1.0
    mended = repair.repair(
        np.where(is_point, np.array(None, dtype=object), raw), index, "polygon", metres_per_unit=unit
    )
    first_points = raw.copy()
    # The table has one place a patch; of a multipoint its centre is it.
    first_points[is_point] = shapely.force_2d(shapely.centroid(raw[is_point]))
    first_points[is_point & shapely.is_empty(first_points)] = None
    together = np.where(is_point, first_points, mended.geometries)
    usable = ~shapely.is_missing(together)
    result = np.full(len(raw), None, dtype=object)
    result[usable] = recognition.to_cgcs2000(together[usable], found)
    broken = usable & ~shapely.is_valid(result)
    result[broken] = made_valid(result[broken])
    return result, _repair_notes(mended.faults[~is_point])


def _repair_notes(faults: pd.DataFrame) -> list[Note]:
    return [note for note in fault_notes.of_faults(faults) if note.code != "missing"]


def _centres(
    name: str,
    interpreted: pd.DataFrame,
    wanted: np.ndarray,
    crs: str | None,
    found: Recognition | None,
) -> tuple[GeometryArray, list[Note]]:
    """Return a point for patches without geometry, from the table's own centre columns."""
    nowhere: GeometryArray = np.full(len(interpreted), None, dtype=object)
    if not wanted.any() or not {"centre_lon", "centre_lat"} <= set(interpreted):
        if found is None:
            raise _without_place(name)
        return nowhere, []
    first, second = (
        mine_numbers.read_degrees(interpreted[column].where(wanted, None)).numbers
        for column in ("centre_lon", "centre_lat")
    )
    numbers = first, second
    complete = np.isfinite(numbers[0]) & np.isfinite(numbers[1])
    if not complete.any():
        if found is None:
            raise _unreadable_centres(name, interpreted)
        return nowhere, []
    points, swapped = mine_points.lon_lat_points(*numbers)
    in_degrees = not shapely.is_missing(points[complete]).all()
    if not in_degrees:
        points[complete] = shapely.points(numbers[0][complete], numbers[1][complete])
    placed = ~shapely.is_missing(points)
    bounds = shapely.total_bounds(points[placed])
    declared = crs if crs is not None else None if found is None else "EPSG:4490"
    system = recognition.recognise(tuple(float(value) for value in bounds), None, declared)  # type: ignore[arg-type]
    nowhere[placed] = recognition.to_cgcs2000(points[placed], system)
    return nowhere, [*system.notes, *_centre_notes(swapped, complete & ~placed)]


def _centre_notes(swapped: np.ndarray, unplaced: np.ndarray) -> list[Note]:
    told = (
        (
            swapped,
            "centre_swapped",
            Text("中心经纬度写反。", "Longitude and latitude of the centre are swapped."),
            Text("已对调。", "They were exchanged."),
        ),
        (
            unplaced,
            "centre_unusable",
            Text("中心坐标不是经纬度。", "The centre is no longitude and latitude."),
            Text("没有位置，不参与排序，另列。", "Without a place: not ranked, listed apart."),
        ),
    )
    return [
        Note(code, "warning", what, done, tuple(str(row + 1) for row in np.flatnonzero(where)))
        for where, code, what, done in told
        if where.any()
    ]


def _without_place(name: str) -> InputError:
    return InputError(
        "mines_without_place",
        Text(
            f"“{name}”里没有图形，也没有中心经纬度（kfx、kfy）。",
            f"'{name}' has neither geometry nor longitude and latitude (kfx, kfy).",
        ),
        Text("请补上中心坐标，或提供图斑边界。", "Add them, or give the patches' boundaries."),
    )


def _unreadable_centres(name: str, interpreted: pd.DataFrame) -> InputError:
    words = [
        mine_codes.words(word) or "（空）"
        for column in ("centre_lon", "centre_lat")
        for word in interpreted[column][:1]
    ]
    return InputError(
        "centres_unreadable",
        Text(
            f"“{name}”的中心经纬度没有一行是坐标（第1行：{'、'.join(words)}）。",
            f"No row of '{name}' has coordinates as its centre (row 1: {', '.join(words)}).",
        ),
        Text(
            "写成 113.4、113°24′00″ 或投影坐标（米）。",
            "Write 113.4, 113°24′00″ or projected metres.",
        ),
    )


def _is_illustrative(attributes: pd.DataFrame) -> bool:
    field = columns.find([str(name) for name in attributes.columns], ILLUSTRATIVE_FIELDS)
    return field is not None and bool(attributes[field].map(mine_codes.spelling).ne("").any())

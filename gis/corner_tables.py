"""Tables of corner points (CSV, XLSX): which column is what, told by name and by magnitude."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyproj

from gis import corner_rings, recognition
from gis.corner_axes import (
    BLANK,
    Axes,
    CornerPoint,
    Sentences,
    axes_of,
    coordinate,
    fault,
    half_width,
    listed,
    noted,
    stated_crs,
)
from gis.corner_rings import Corners, Parcel
from gis.errors import InputError
from gis.note import Note, Severity
from gis.projection import datum_named

# By what a column holds, the names it goes by, the better one first.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "crs": ("坐标系", "坐标系统", "坐标参考系", "crs", "epsg", "srid"),
    "number": (
        "点号",
        "界址点号",
        "界址点编号",
        "点名",
        "拐点号",
        "拐点编号",
        "point",
        "pointno",
        "序号",
        "id",
    ),
    "ring": ("圈号", "地块圈号", "环号", "ring", "ringno", "ringid"),
    "parcel_number": ("地块号", "地块编号", "地块", "宗地号", "parcel", "parcelid", "parcelno"),
    "parcel_name": ("地块名称", "地块名", "parcelname"),
    "x": ("x", "pointx"),
    "y": ("y", "pointy"),
    "northing": ("北", "纵", "北x", "纵x", "x北", "northing", "north", "纬度", "纬", "lat", "latitude", "b"),
    "easting": (
        "东",
        "横",
        "东y",
        "横y",
        "y东",
        "easting",
        "east",
        "经度",
        "经",
        "lon",
        "longitude",
        "lng",
        "long",
        "l",
    ),
}
_UNDERSTOOD = (
    "点号, 圈号, 地块号, 地块名称, X, Y, 北坐标, 东坐标, 纵坐标, 横坐标, 经度, 纬度, lon, lat, 坐标系"
)
_HEADING_ROWS = 10
_SENTENCES: Sentences = {
    "columns_missing": (
        "表中认不出坐标列；现有的列：{seen}。",
        "No coordinate columns were recognised in the table; its columns are: {seen}.",
        "请把列名改为：{understood}。",
        "Name the columns: {understood}.",
    ),
    "columns_ambiguous": (
        "表中有不止一组坐标列：{seen}。",
        "The table has more than one set of coordinate columns: {seen}.",
        "请只保留一组坐标列；左右并排的点请改为上下排列。",
        "Keep one set; put points that stand side by side below one another.",
    ),
    "coordinate_not_number": (
        "第{line}行的坐标“{seen}”不是有效的数。",
        "The coordinate '{seen}' on line {line} is not a finite number.",
        "请改正或补上该坐标。",
        "Correct the coordinate, or fill it in.",
    ),
    "no_points": (
        "表中没有界址点。",
        "There are no corner points in the table.",
        "请重新导出界址点表。",
        "Export the table again.",
    ),
    "mixed_crs": (
        "坐标系列中有不同的坐标系：{seen}。",
        "The column of coordinate systems holds several: {seen}.",
        "请按坐标系分成几个文件。",
        "Make a file for each system.",
    ),
    "rows_without_coordinates": (
        "第{lines}行没有坐标。",
        "There are no coordinates on lines {lines}.",
        "不作界址点；如同空行，其后另起一圈。",
        "They are not corner points; like blank lines they end a ring.",
    ),
    "blank_rows": (
        "空行把同一地块的点分成几段（第{lines}行起）。",
        "Blank rows divide the points of a parcel (from lines {lines}).",
        "各段作为各自的圈。",
        "Each block was read as a ring of its own.",
    ),
    "axes_by_magnitude": (
        "X列是东坐标（或经度），Y列是北坐标（或纬度）。",
        "Column X holds eastings (or longitudes), column Y northings (or latitudes).",
        "由数值大小判定。",
        "Told by the size of the numbers.",
    ),
    "axes_swapped": (
        "列名与数值不符：北坐标列里是东坐标（经度列里是纬度）。",
        "The columns are misnamed: the northing's holds eastings (or the longitude's latitudes).",
        "已对调。",
        "They were turned round.",
    ),
}


def assemble(table: pd.DataFrame) -> Corners:
    """Turn a table of corner points, one on a row, into geometry.

    Parameters
    ----------
    table
        Cells as text, blank rows kept; the names of the columns are line 1 in messages.

    Raises
    ------
    InputError
        When columns can't be told, or for points that make no parcel.

    Examples
    --------
    >>> corners = assemble(pd.DataFrame({"X": ["464500", "464600", "464600"],
    ...                                  "Y": ["4190200", "4190200", "4190100"]}))
    >>> corners.frame.geometry[0].area, corners.stated is None, corners.notes[0].code
    (5000.0, True, 'axes_by_magnitude')
    """
    filled = table.astype(object).where(table.notna(), "").to_numpy()
    rows = [[str(value).strip(BLANK) for value in row] for row in filled]
    columns, first_row = _headed([str(name) for name in table.columns], rows)
    reading = _Reading(columns)
    for line, row in enumerate(rows[first_row:], start=first_row + 2):
        reading.take(row, line)
    parcels = reading.parcels()
    axes = axes_of([point for parcel in parcels for point in parcel.points])
    notes = reading.notes()
    if axes.swapped:
        named = "northing" in columns
        severity: Severity = "warning" if named else "info"
        notes.append(noted(_SENTENCES, "axes_swapped" if named else "axes_by_magnitude", severity))
    rings = [corner_rings.rings_of(parcel, axes) for parcel in parcels]
    geometries, ring_notes = corner_rings.geometries(parcels, rings, axes)
    crs_values = {row[columns["crs"]] for row in rows[first_row:]} - {""} if "crs" in columns else set()
    stated, is_gcj02 = _declared(crs_values, axes)
    return Corners(corner_rings.frame(parcels, geometries), stated, is_gcj02, None, (*notes, *ring_notes))


def _headed(names: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[dict[str, int], int]:
    """Return which column holds what, and the first row below the heading.

    A title often stands above the heading, which then is one of the first rows.
    """
    for first_row, heading in enumerate([names, *rows[:_HEADING_ROWS]]):
        columns = _columns(heading)
        if {"x", "y"} <= columns.keys() or {"northing", "easting"} <= columns.keys():
            return columns, first_row
    seen = ", ".join(names)[:200]
    raise fault(_SENTENCES, "columns_missing", seen=seen, understood=_UNDERSTOOD)


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = [_plain(name) for name in heading]
    columns: dict[str, int] = {}
    for holds, names in _NAMES.items():
        places = [place for name in names for place, word in enumerate(plain) if word == name]
        if len(places) > 1 and holds in ("x", "y", "northing", "easting", "crs"):
            raise _ambiguous([heading[place] for place in places])
        if places:
            columns[holds] = places[0]
    if {"x", "y", "northing", "easting"} <= columns.keys():
        raise _ambiguous([heading[columns[holds]] for holds in ("x", "y", "northing", "easting")])
    return columns


def _plain(name: str) -> str:
    """Return a column's name without units, brackets, and the number pandas gives to a second one.

    Examples
    --------
    >>> [_plain(name) for name in ("Ｘ坐标（m）", "Point_X", "坐标系", "X.1")]
    ['x', 'pointx', '坐标系', 'x']
    """
    word = half_width(name).strip(BLANK).lower()
    word = re.sub(r"\(.*?\)|\[.*?\]|\.\d+$|[\s_\-./]|/?(米|°)$", "", word)
    return word if word.startswith("坐标系") else word.replace("坐标", "")


def _ambiguous(seen: Sequence[str]) -> InputError:
    return fault(_SENTENCES, "columns_ambiguous", seen=", ".join(seen)[:200])


@dataclass(slots=True)
class _Reading:
    """What has been read so far; parcels are told apart by number and name."""

    columns: Mapping[str, int]
    points: dict[tuple[str, str], list[CornerPoint]] = field(default_factory=dict)
    key: tuple[str, str] = ("", "")
    ring: str = ""
    parted: bool = False
    without_coordinates: list[int] = field(default_factory=list)
    blocks: list[int] = field(default_factory=list)

    def take(self, row: Sequence[str], line: int) -> None:
        """Take one row."""
        cells = {holds: row[place] for holds, place in self.columns.items()}
        first, second = (cells[holds] for holds in (("x", "y") if "x" in cells else ("northing", "easting")))
        if not first and not second and not cells.get("number"):
            self.parted = True
            if any(row):
                self.without_coordinates.append(line)
            return
        values = [coordinate(word) for word in (first, second)]
        if values[0] is None or values[1] is None:
            seen = (first if values[0] is None else second)[:60]
            raise fault(_SENTENCES, "coordinate_not_number", line=line, seen=seen)
        ring = self._ring(cells, line)
        point = CornerPoint(cells.get("number", ""), ring, values[0], values[1], line)
        self.points.setdefault(self.key, []).append(point)

    def _ring(self, cells: Mapping[str, str], line: int) -> int:
        """Return the count of the ring a point belongs to; merged cells repeat the cell above."""
        number, name = cells.get("parcel_number", ""), cells.get("parcel_name", "")
        same_number = number in ("", self.key[0])
        key = (number or self.key[0], name or (self.key[1] if same_number else ""))
        ring = cells.get("ring", "") or (self.ring if key == self.key else "")
        parted = self.parted and "ring" not in self.columns
        own = self.points.get(key, [])
        count = own[-1].ring if own else 1
        if own and (parted or key != self.key or ring != self.ring):
            count += 1
            self.blocks += [line] if parted and key == self.key else []
        self.key, self.ring, self.parted = key, ring, False
        return count

    def parcels(self) -> list[Parcel]:
        """Return the parcels in the order of their first points."""
        if not self.points:
            raise fault(_SENTENCES, "no_points")
        return [
            Parcel(points[0].line, None, None, number, name, "面", "", "", "", tuple(points))
            for (number, name), points in self.points.items()
        ]

    def notes(self) -> list[Note]:
        """Return what was noticed about rows."""
        found = []
        if self.without_coordinates:
            lines = listed(self.without_coordinates)
            found.append(noted(_SENTENCES, "rows_without_coordinates", "warning", lines=lines))
        if self.blocks:
            found.append(noted(_SENTENCES, "blank_rows", "info", lines=listed(self.blocks)))
        return found


def _declared(values: set[str], axes: Axes) -> tuple[pyproj.CRS | None, bool]:
    """Return the system that the table's own column names, and whether it is GCJ-02."""
    if len(values) > 1:
        raise fault(_SENTENCES, "mixed_crs", seen=listed(sorted(values)))
    for value in values:
        datum = datum_named(value)
        if datum is not None:
            return stated_crs(datum, axes), datum == "GCJ-02"
        return recognition.from_declaration(value).crs, False
    return None, False

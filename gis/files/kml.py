"""KML as people draw it: folders as layers, Chinese field names kept as they are.

Read with the standard library and not with GDAL: its LIBKML driver turns every Chinese letter of a
field name into an underscore, so that two fields of the same length become one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gis.errors import InputError, Text
from gis.files.reading import Reading, choose_layer, geometry_unreadable, unreadable
from gis.files.text import text_of
from gis.note import Note

_GEOMETRIES = ("Point", "LineString", "LinearRing", "Polygon", "MultiGeometry", "Track", "MultiTrack")
_COLLECT: dict[int, Callable[..., object]] = {
    shapely.GeometryType.POINT: shapely.multipoints,
    shapely.GeometryType.LINESTRING: shapely.multilinestrings,
    shapely.GeometryType.POLYGON: shapely.multipolygons,
}
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read(path: Path, wanted: str | None) -> Reading:
    """Read the placemarks of one folder of a KML (of all folders for ``*``).

    Raises
    ------
    InputError
        When it is no well-formed KML, declares entities, or has several folders and nobody said which.
    """
    root = _parse(path)
    placed = list(_placemarks(root, path.stem))
    chosen = set(choose_layer(path, list(dict.fromkeys(layer for layer, _ in placed)), wanted))
    marks = [(layer, mark) for layer, mark in placed if layer in chosen]
    geometries = np.full(len(marks), None, dtype=object)
    broken: list[int] = []
    for row, (_, mark) in enumerate(marks):
        try:
            geometries[row] = _geometry(mark)
        except (ValueError, shapely.errors.ShapelyError):
            broken.append(row)
    columns = _columns(marks)
    notes = [geometry_unreadable(path, broken)] if broken else []
    links = sum(1 for element in root.iter() if _tag(element) == "NetworkLink")
    if links:
        notes.append(_links_note(links))
    return Reading(
        frame=gpd.GeoDataFrame(columns, geometry=geometries),
        stated=pyproj.CRS.from_epsg(4326),
        path=path,
        layer="*" if wanted == "*" else next(iter(chosen)),
        kind="kml",
        suspected_gcj02=path.suffix.lower() == ".ovkml",
        notes=tuple(notes),
    )


def _parse(path: Path) -> Element:
    text, _ = text_of(path.read_bytes(), path)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise InputError(
            "xml_entities",
            Text(
                f"“{path.name}”含有外部实体声明，已拒绝读取。",
                f"'{path.name}' declares XML entities; refused.",
            ),
            Text("请用正常软件重新导出KML。", "Export the KML again from ordinary software."),
        )
    try:
        # The declaration's encoding has been dealt with; entities have been refused above.
        return ElementTree.fromstring(_DECLARATION.sub("", text, count=1).strip())  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise unreadable(path, str(error)) from error


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: Element, name: str) -> str:
    return next(((child.text or "").strip() for child in element if _tag(child) == name), "")


def _placemarks(root: Element, stem: str) -> Iterator[tuple[str, Element]]:
    """Give every placemark with the folder it lies in, in the file's order."""
    waiting: list[tuple[tuple[str, ...], Element]] = [((), root)]
    while waiting:
        names, element = waiting.pop()
        if _tag(element) == "Placemark":
            yield "/".join(names) or stem, element
            continue
        if _tag(element) == "Folder":
            names = (*names, _text(element, "name") or "Folder")
        waiting += [(names, child) for child in reversed(element)]


def _columns(marks: list[tuple[str, Element]]) -> dict[str, list[str | None]]:
    rows = [_attributes(layer, mark) for layer, mark in marks]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _attributes(layer: str, mark: Element) -> dict[str, str | None]:
    row: dict[str, str | None] = {
        "Name": _text(mark, "name") or None,
        "description": _text(mark, "description") or None,
        "Folder": layer,
    }
    for element in mark.iter():
        key = element.get("name")
        if _tag(element) == "Data" and key:
            row[_own(key, row)] = _text(element, "value") or None
        elif _tag(element) == "SimpleData" and key:
            row[_own(key, row)] = (element.text or "").strip() or None
    return row


def _own(key: str, row: dict[str, str | None]) -> str:
    """Return a field's name, marked where KML's own element or ours already has it."""
    return f"{key}_" if key in ("Name", "description", "Folder", "geometry") and row.get(key) else key


def _geometry(mark: Element) -> shapely.Geometry | None:
    found = [child for child in mark if _tag(child) in _GEOMETRIES]
    return _shape(found[0]) if found else None


def _shape(element: Element) -> shapely.Geometry:
    kind = _tag(element)
    if kind in ("MultiGeometry", "MultiTrack"):
        return _together([_shape(child) for child in element if _tag(child) in _GEOMETRIES])
    if kind == "Polygon":
        outer = [_ring(child) for child in element if _tag(child) == "outerBoundaryIs"]
        if len(outer) != 1:
            raise ValueError("a polygon has one outer boundary")
        holes = [child for child in element if _tag(child) == "innerBoundaryIs"]
        return shapely.Polygon(outer[0], [_ring(hole) for hole in holes])
    if kind == "Track":
        points = [(child.text or "").split()[:2] for child in element if _tag(child) == "coord"]
        return shapely.LineString([(float(x), float(y)) for x, y in points])
    points_deg = _coordinates(_text(element, "coordinates"))
    return shapely.Point(points_deg[0]) if kind == "Point" else shapely.LineString(points_deg)


def _together(parts: list[shapely.Geometry]) -> shapely.Geometry:
    array = np.array(parts, dtype=object)
    kinds = set(shapely.get_type_id(array).tolist())
    only = kinds.pop() if len(kinds) == 1 else -1
    return cast("shapely.Geometry", _COLLECT.get(only, shapely.geometrycollections)(array))


def _ring(boundary: Element) -> list[tuple[float, float]]:
    ring = next((child for child in boundary if _tag(child) == "LinearRing"), None)
    if ring is None:
        raise ValueError("a boundary without ring")
    return _coordinates(_text(ring, "coordinates"))


def _coordinates(text: str) -> list[tuple[float, float]]:
    # Hand-made files have blanks after the commas within a point.
    points = [point.split(",") for point in re.sub(r"\s*,\s*", ",", text).split()]
    if not points:
        raise ValueError("no coordinates")
    if min(map(len, points)) < 2:
        raise ValueError("a point of one number")
    return [(float(point[0]), float(point[1])) for point in points]


def _links_note(links: int) -> Note:
    return Note(
        "network_links",
        "warning",
        Text(f"有{links}个网络链接指向别处的数据。", f"{links} network links point to data elsewhere."),
        Text("没有跟随读取。", "They were not followed."),
    )

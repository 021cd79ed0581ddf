"""The land-approval text of corner points written (read: :mod:`gis.corner_points`)."""

from __future__ import annotations

import re
from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from gis.corner_axes import Sentences, fault
from gis.errors import CrsMixUpError
from gis.projection import DATUM_TITLES, GEOGRAPHIC_EPSG, datum_of, gauss_kruger_epsg

_SENTENCES: Sentences = {
    "crs_not_writable": (
        "界址点文本不能表示坐标系“{name}”。",
        "The corner-point text cannot state the system '{name}'.",
        "请先换算到2000国家大地坐标系3度带（如 EPSG:4526）。",
        "Convert to a CGCS2000 3° zone first (such as EPSG:4526).",
    ),
    "not_writable": (
        "第{row}个地块不是面，或在{decimals}位小数下不成面，不能写成界址点文本。",
        "Parcel {row} is not an area, or none at {decimals} decimals: it can't be written as corner points.",
        "请去掉该地块，或修复其图形。",
        "Leave the parcel out, or repair its geometry.",
    ),
}


def write(frame: gpd.GeoDataFrame, *, crs: pyproj.CRS, header: Mapping[str, str] | None = None) -> str:
    r"""Write polygons as a corner-point text, lines ended by CRLF.

    Parameters
    ----------
    frame
        Polygons, x easting or longitude. The columns ``parcel_number``, ``parcel_name``,
        ``map_sheet``, ``purpose``, ``land_class`` and ``area_m2`` (ellipsoidal) are written where
        they are there.
    crs
        The system of the coordinates, which are written as they are: give one with the zone number
        in front of eastings (EPSG:4526) where the land administration is to read the text.
    header
        Further keys (数据产生单位, 数据产生日期, …); what follows from the system is not overruled.

    Raises
    ------
    CrsMixUpError
        When the frame itself says another system.
    InputError
        When the system or a geometry can't be written in this text.

    Examples
    --------
    >>> square = gpd.GeoDataFrame(geometry=[shapely.box(38464500, 4190100, 38464600, 4190200)])
    >>> print(write(square, crs=pyproj.CRS.from_epsg(4526)).split("[地块坐标]")[1].replace("\r", "").strip())
    5,,1,,面,,,,@
    J1,1,4190200.000,38464500.000
    J2,1,4190200.000,38464600.000
    J3,1,4190100.000,38464600.000
    J4,1,4190100.000,38464500.000
    J1,1,4190200.000,38464500.000
    """
    if frame.crs is not None and not frame.crs.equals(crs, ignore_axis_order=True):
        raise CrsMixUpError(f"frame is in {frame.crs.name}, to be written as {crs.name}")
    lines = ["[属性描述]"]
    lines += [f"{key}={_field(value, '')}" for key, value in _header_written(crs, header or {}).items()]
    lines.append("[地块坐标]")
    decimals = 9 if crs.is_geographic else 3
    attributes = frame.drop(columns=frame.geometry.name).astype(object)
    records = attributes.where(attributes.notna(), "").to_dict("records")
    for row, (values, geometry) in enumerate(zip(records, frame.geometry, strict=True), start=1):
        points = _points_written(geometry, decimals)
        if points is None:
            raise fault(_SENTENCES, "not_writable", row=row, decimals=decimals)
        area_m2 = values.get("area_m2", "")
        hectares = "" if area_m2 == "" else f"{float(area_m2) / 10_000:.4f}"
        number = _field(values.get("parcel_number", "")) or str(row)
        rest = [_field(values.get(name, "")) for name in ("map_sheet", "purpose", "land_class")]
        fields = [str(len(points)), hectares, number, _field(values.get("parcel_name", "")), "面", *rest, "@"]
        lines += [",".join(fields), *points]
    return "\r\n".join(lines) + "\r\n"


def _field(value: object, comma: str = "，") -> str:
    """Return a value as one field: the comma that separates fields becomes a full-width one."""
    word = re.sub(r"\s+", " ", str(value)).strip()
    return word.replace(",", comma) if comma else word


def _header_written(crs: pyproj.CRS, header: Mapping[str, str]) -> dict[str, str]:
    width, zone = _zone_of(crs)
    stated = {
        "坐标系": DATUM_TITLES[datum_of(crs)].zh,
        "几度分带": width,
        "投影类型": "高斯克吕格" if width else "",
        "计量单位": "米" if width else "度",
        "带号": zone,
    }
    first = {"格式版本号": "1.01版本", "数据产生单位": "", "数据产生日期": ""}
    return first | stated | {"精度": "0.001", "转换参数": ",,,,,,"} | dict(header) | stated


def _zone_of(crs: pyproj.CRS) -> tuple[str, str]:
    """Return width and number of the zone, empty for degrees."""
    datum, code = datum_of(crs), crs.to_epsg()
    if code is not None and code == GEOGRAPHIC_EPSG.get(datum):
        return "", ""
    if datum in ("CGCS2000", "Xian80", "Beijing54"):
        for width, zones in ((3, range(25, 46)), (6, range(13, 24))):
            for zone in zones:
                codes = [
                    gauss_kruger_epsg(datum, width, zone, prefixed=prefixed) for prefixed in (True, False)
                ]
                if code in codes:
                    return str(width), str(zone)
    raise fault(_SENTENCES, "crs_not_writable", name=crs.name)


def _points_written(geometry: shapely.Geometry | None, decimals: int) -> list[str] | None:
    """Return point lines: rings closed, from the north-west corner, exteriors clockwise."""
    if not isinstance(geometry, shapely.Polygon | shapely.MultiPolygon) or geometry.is_empty:
        return None
    parts = shapely.get_parts(shapely.orient_polygons(geometry, exterior_cw=True))
    lines: list[str] = []
    numbered = 0
    for ring, boundary in enumerate(shapely.get_rings(parts), start=1):
        xy = np.round(shapely.get_coordinates(boundary)[:-1], decimals)
        xy = xy[(xy != np.roll(xy, 1, axis=0)).any(axis=1)]
        if len(np.unique(xy, axis=0)) < 3 or not np.isfinite(xy).all():
            return None
        xy = np.roll(xy, -int(np.argmax(xy[:, 1] - xy[:, 0])), axis=0)
        numbers = [numbered + place + 1 for place in range(len(xy))] + [numbered + 1]
        lines += [
            f"J{number},{ring},{y:.{decimals}f},{x:.{decimals}f}"
            for number, (x, y) in zip(numbers, [*xy, xy[0]], strict=True)
        ]
        numbered += len(xy)
    return lines

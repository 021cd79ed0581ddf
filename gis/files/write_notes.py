"""What a format could not keep as it was, in words."""

from __future__ import annotations

import geopandas as gpd
import pyproj

from gis.errors import Text
from gis.note import Note

_DEGREES = ("EPSG:4326", "EPSG:4490")
"""Coordinates in these are written as they are."""


def in_degrees(driver: str, crs: pyproj.CRS) -> list[Note]:
    """Tell that a format is in degrees of longitude and latitude, whatever system was wished for."""
    if any(crs.equals(pyproj.CRS.from_user_input(name), ignore_axis_order=True) for name in _DEGREES):
        return []
    return [
        Note(
            "written_in_degrees",
            "warning",
            Text(
                f"{driver}按标准只能是经纬度，没有按“{crs.name}”写出。",
                f"{driver} is in degrees by its standard, not in '{crs.name}'.",
            ),
            Text(
                "已换算为WGS84经纬度；需要该坐标系请用GeoPackage或shapefile。",
                "It was written in WGS 84 degrees; for that system use GeoPackage or shapefile.",
            ),
        )
    ]


def attributes_left_out(frame: gpd.GeoDataFrame) -> list[Note]:
    """Name the attributes that a drawing can't hold."""
    attributes = frame.drop(columns=[frame.geometry.name, "Layer"], errors="ignore")
    names = [str(name) for name in attributes.columns if attributes[name].notna().any()]
    if not names:
        return []
    return [
        Note(
            "attributes_left_out",
            "warning",
            Text(f"DXF放不下属性：{'、'.join(names)}。", f"A DXF has no attributes: {', '.join(names)}."),
            Text("只写出了图形和图层名。", "Only the shapes and their drawing layer were written."),
        )
    ]


def integers_as_text(driver: str, columns: list[str]) -> list[Note]:
    """Tell which whole numbers are too large for a format, and stand there as text."""
    if not columns:
        return []
    return [
        Note(
            "integers_as_text",
            "warning",
            Text(
                f"{driver}存不下字段 {'、'.join(columns)} 的大整数。",
                f"{driver} can't hold the large whole numbers of {', '.join(columns)}.",
            ),
            Text("已写成文本，数字不变。", "They were written as text, digit by digit."),
        )
    ]

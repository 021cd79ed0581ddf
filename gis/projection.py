"""Coordinate systems used in China: zones, datums, and moving geometry between systems.

Which system a file is in is the matter of :mod:`gis.recognition`.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pyproj
import shapely

from gis.equal_area import FloatArray, GeometryArray
from gis.errors import InputError, Text

CGCS2000 = pyproj.CRS.from_epsg(4490)
MAX_EDGE_M = 50.0

Datum = Literal["CGCS2000", "WGS84", "Xian80", "Beijing54", "GCJ-02", "other"]

DATUM_TITLES: dict[Datum, Text] = {
    "CGCS2000": Text("2000国家大地坐标系", "CGCS2000"),
    "WGS84": Text("WGS84", "WGS84"),
    "Xian80": Text("1980西安坐标系", "Xian 1980"),
    "Beijing54": Text("1954北京坐标系", "Beijing 1954"),
    "GCJ-02": Text("GCJ-02（火星坐标）", "GCJ-02 (web-map offset)"),
    "other": Text("其他基准", "another datum"),
}
GEOGRAPHIC_EPSG: dict[Datum, int] = {"CGCS2000": 4490, "WGS84": 4326, "Xian80": 4610, "Beijing54": 4214}
# EPSG code of 3° zone 25, 3° central meridian 75°E, 6° zone 13, 6° central meridian 75°E.
_FIRST_GAUSS_KRUGER_EPSG: dict[Datum, tuple[int, int, int, int]] = {
    "CGCS2000": (4513, 4534, 4491, 4502),
    "Xian80": (2349, 2370, 2327, 2338),
    "Beijing54": (2401, 2422, 21413, 21453),
}


def gauss_kruger_epsg(datum: Datum, degrees: int, zone: int, *, prefixed: bool) -> int:
    """Return the EPSG code of a Gauss–Krüger zone.

    Parameters
    ----------
    degrees
        Width of the zone, 3 or 6.
    zone
        Number of the zone (38 for 112.5–115.5°E in 3° zones, 19 for 108–114°E in 6° zones).
    prefixed
        Whether eastings carry the zone number in front (38 489 455 m rather than 489 455 m).

    Raises
    ------
    InputError
        For a zone outside China.

    Examples
    --------
    >>> gauss_kruger_epsg("CGCS2000", 3, 38, prefixed=True)
    4526
    >>> gauss_kruger_epsg("Beijing54", 3, 38, prefixed=False)
    2435
    """
    first, last = (25, 45) if degrees == 3 else (13, 23)
    if degrees not in (3, 6) or not first <= zone <= last or datum not in _FIRST_GAUSS_KRUGER_EPSG:
        raise InputError(
            "zone_unknown",
            Text(f"{degrees}度分带没有第{zone}带。", f"China has no zone {zone} of {degrees}° zones."),
            Text("阳泉为3度带第38带（或6度带第19带）。", "Yangquan lies in 3° zone 38 (or 6° zone 19)."),
        )
    code = _FIRST_GAUSS_KRUGER_EPSG[datum][(0 if degrees == 3 else 2) + (0 if prefixed else 1)]
    return code + zone - first


def datum_named(words: str) -> Datum | None:
    """Return the datum that a header or a person names, in any of the usual spellings.

    Examples
    --------
    >>> [datum_named(word) for word in ("2000国家大地坐标系", "80国家大地坐标系", "火星坐标系", "北京54")]
    ['CGCS2000', 'Xian80', 'GCJ-02', 'Beijing54']
    """
    word = re.sub(r"[\s_\-]", "", words).upper()
    if "GCJ" in word or "火星" in word:
        return "GCJ-02"
    if "CGCS2000" in word or word == "2000" or ("2000" in word and ("大地" in word or "国家" in word)):
        return "CGCS2000"
    if "XIAN" in word or "西安" in word or word == "80" or word.startswith("80国家"):
        return "Xian80"
    if "BEIJING" in word or "北京" in word or word == "54":
        return "Beijing54"
    return "WGS84" if word in ("WGS84", "WGS1984") else None


def geodetic_of(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the geographic system beneath a system."""
    geodetic = crs.geodetic_crs
    if geodetic is None:
        raise ValueError(f"{crs.name} has no geographic system")
    return geodetic


def datum_of(crs: pyproj.CRS) -> Datum:
    """Return the datum of a system, recognised by name or by its ellipsoid's figure."""
    geodetic = geodetic_of(crs)
    name = re.sub(r"[\s_\-]", "", (geodetic.name + (geodetic.datum.name if geodetic.datum else "")).upper())
    if "CGCS2000" in name or "CHINA2000" in name or "CHINAGEODETIC" in name:
        return "CGCS2000"
    if "XIAN1980" in name or "XIAN80" in name:
        return "Xian80"
    if "BEIJING1954" in name or "BEIJING54" in name:
        return "Beijing54"
    if "WGS84" in name or "WGS1984" in name or "WORLDGEODETICSYSTEM1984" in name:
        return "WGS84"
    return "other"


def transform(geometries: GeometryArray, source: pyproj.CRS, target: pyproj.CRS) -> GeometryArray:
    """Move geometries between systems, easting/longitude first on both sides.

    Raises
    ------
    InputError
        When a coordinate can't be moved: it would come out infinite.
    """
    if source.equals(target, ignore_axis_order=True):
        return geometries
    if {datum_of(source), datum_of(target)} == {"WGS84", "CGCS2000"} and source.is_geographic:
        # The two agree within a metre (V); PROJ has no better transformation without epochs.
        source = CGCS2000 if datum_of(target) == "CGCS2000" else source
    transformer = pyproj.Transformer.from_crs(source, target, always_xy=True)

    def move(xy: FloatArray) -> FloatArray:
        moved = np.column_stack(transformer.transform(xy[:, 0], xy[:, 1]))
        if not np.isfinite(moved).all():
            raise InputError(
                "crs_out_of_range",
                Text(f"有坐标超出“{source.name}”的适用范围。", f"Coordinates lie outside '{source.name}'."),
                Text("请核对坐标系声明。", "Check the declared coordinate system."),
            )
        return moved

    return np.asarray(shapely.transform(geometries, move), dtype=object)

"""Coordinate systems used in China: zones, datums, and moving geometry between systems.

Which system a file is in is the matter of :mod:`gis.recognition`.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import pyproj
import shapely
from pyproj.exceptions import ProjError

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
_DATUM_WORDS: dict[Datum, tuple[str, ...]] = {
    "CGCS2000": ("CGCS2000", "CHINA2000", "CHINAGEODETIC"),
    "Xian80": ("XIAN1980", "XIAN80"),
    "Beijing54": ("BEIJING1954", "BEIJING54"),
    "WGS84": ("WGS84", "WGS1984", "WORLDGEODETICSYSTEM1984"),
}
# A name made of nothing else is that of a datum in degrees.
_DATUM_SPELLINGS = re.compile(
    r"(GCS|CGCS|WGS|XIAN|BEIJING|2000|1984|1980|1954|84|80|54|西安|北京|国家|大地|地理|经纬度|坐标系|坐标|年)+"
    r"|.*(GCJ|火星).*"
)
# Semi-major axis in metres and inverse flattening.
_FIGURES: dict[Datum, tuple[float, float]] = {
    "CGCS2000": (6_378_137, 298.257222101),
    "Xian80": (6_378_140, 298.257),
    "Beijing54": (6_378_245, 298.3),
    "WGS84": (6_378_137, 298.257223563),
}
_ZONES = {3: (25, 45), 6: (13, 23)}
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
    first, last = _ZONES.get(degrees, (0, -1))
    if not first <= zone <= last or datum not in _FIRST_GAUSS_KRUGER_EPSG:
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


def names_datum_alone(words: str) -> bool:
    """Return whether words name a datum and nothing else: no projection, zone or code beside it.

    Examples
    --------
    >>> [names_datum_alone(word) for word in ("2000国家大地坐标系", "Xian 1980", "CGCS2000 / CM 114E", "西安80 38带")]
    [True, True, False, False]
    """
    rest = re.sub(r"[\s_\-]", "", words).upper()
    return datum_named(rest) is not None and _DATUM_SPELLINGS.fullmatch(rest) is not None


def title(crs: pyproj.CRS) -> str:
    """Return the name of a system with its EPSG code where it has one.

    Examples
    --------
    >>> title(pyproj.CRS(4547))
    'CGCS2000 / 3-degree Gauss-Kruger CM 114E (EPSG:4547)'
    """
    code = crs.to_epsg()
    return f"{crs.name} (EPSG:{code})" if code else str(crs.name)


def geodetic_of(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the geographic system beneath a system.

    Raises
    ------
    ValueError
        When there is none beneath it (an engineering system).
    """
    if crs.is_bound and crs.source_crs is not None:
        # With transformation parameters; the system they lead to is not the one it is in.
        crs = crs.source_crs
    geodetic = crs.geodetic_crs
    if geodetic is None:
        raise ValueError(f"{crs.name} has no geographic system")
    return geodetic


def datum_of(crs: pyproj.CRS) -> Datum:
    """Return the datum of a system: by its name, borne out by its ellipsoid.

    A home-made datum without a name is recognised by its ellipsoid where that tells it.

    Examples
    --------
    >>> [datum_of(pyproj.CRS(code)) for code in (4547, 2362, 4326)]
    ['CGCS2000', 'Xian80', 'WGS84']
    """
    geodetic = geodetic_of(crs)
    title = geodetic.datum.name.upper() if geodetic.datum else ""
    name = re.sub(r"[\s_\-]", "", geodetic.name.upper() + title)
    for datum, words in _DATUM_WORDS.items():
        if any(word in name for word in words):
            return datum if _has_figure(geodetic, datum) else "other"
    if "UNKNOWN" in title or "USER" in title or "CUSTOM" in title:
        if geodetic.ellipsoid is not None and "CGCS2000" in geodetic.ellipsoid.name.upper():
            return "CGCS2000"
        home_made: tuple[Datum, ...] = ("Xian80", "Beijing54")
        return next((datum for datum in home_made if _has_figure(geodetic, datum)), "other")
    return "other"


def _has_figure(geodetic: pyproj.CRS, datum: Datum) -> bool:
    semi_major_m, inverse_flattening = _FIGURES[datum]
    found = geodetic.ellipsoid
    return (
        found is not None
        and abs(found.semi_major_metre - semi_major_m) < 0.5
        and abs(found.inverse_flattening - inverse_flattening) < 0.001
    )


def standard(crs: pyproj.CRS) -> pyproj.CRS:
    """Return the EPSG system with the same parameters, whatever name a system goes by.

    Examples
    --------
    >>> home_made = pyproj.CRS.from_wkt(pyproj.CRS.from_epsg(4547).to_wkt().replace("CM 114E", "阳泉"))
    >>> standard(home_made).to_epsg()
    4547
    """
    datum = datum_of(crs)
    if crs.to_epsg() is not None or crs.is_bound or datum not in GEOGRAPHIC_EPSG:
        return crs
    if crs.is_geographic:
        return pyproj.CRS.from_epsg(GEOGRAPHIC_EPSG[datum])
    found = _gauss_kruger_parameters(crs)
    if found is None or datum not in _FIRST_GAUSS_KRUGER_EPSG:
        return crs
    meridian_deg, false_easting_m = found
    for degrees, zone in ((3, meridian_deg / 3), (6, (meridian_deg + 3) / 6)):
        first, last = _ZONES[degrees]
        if zone in range(first, last + 1) and false_easting_m in (500_000, zone * 1_000_000 + 500_000):
            prefixed = false_easting_m > 500_000
            return pyproj.CRS.from_epsg(gauss_kruger_epsg(datum, degrees, int(zone), prefixed=prefixed))
    return crs


def _gauss_kruger_parameters(crs: pyproj.CRS) -> tuple[float, float] | None:
    """Return central meridian and false easting of a Gauss–Krüger system in metres, else None."""
    operation = crs.coordinate_operation
    if operation is None or operation.method_name not in ("Transverse Mercator", "Gauss-Kruger"):
        return None
    values = {parameter.name: float(parameter.value) for parameter in operation.params}
    ordinary = {
        "Latitude of natural origin": 0,
        "Scale factor at natural origin": 1,
        "False northing": 0,
    }
    metres = all(axis.unit_conversion_factor == 1 for axis in crs.axis_info)
    if not metres or any(values.get(name) != value for name, value in ordinary.items()):
        return None
    return values["Longitude of natural origin"], values["False easting"]


def to_degrees(crs: pyproj.CRS, x: list[float], y: list[float]) -> tuple[list[float], list[float]]:
    """Return longitudes and latitudes, on the system's own datum, of points of a projected system.

    Points outside the reach of the projection come out infinite.

    Raises
    ------
    InputError
        When the system's parameters are impossible (a scale of 0).
    """
    try:
        transformer = pyproj.Transformer.from_crs(crs, geodetic_of(crs), always_xy=True)
    except ProjError as error:
        raise InputError(
            "crs_unreadable",
            Text(f"坐标系“{crs.name}”的参数不成立。", f"The parameters of '{crs.name}' are impossible."),
            Text(
                "请用 --crs 声明真正的坐标系（如 EPSG:4547）。",
                "Declare the real system with --crs (such as EPSG:4547).",
            ),
        ) from error
    longitude, latitude = transformer.transform(np.asarray(x), np.asarray(y))
    # PROJ wraps absurd northings round the globe and into China; the way back tells them apart.
    with np.errstate(invalid="ignore"):
        back = transformer.transform(longitude, latitude, direction="INVERSE")
        same = (np.abs(back[0] - x) < 1) & (np.abs(back[1] - y) < 1)
    return np.where(same, longitude, np.inf).tolist(), np.where(same, latitude, np.inf).tolist()


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

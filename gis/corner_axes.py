"""Coordinates of corner points (界址点): numbers read, axes and zones told by magnitude."""

from __future__ import annotations

import math
import re
import string
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyproj

from gis.equal_area import FloatArray
from gis.errors import InputError, Text
from gis.note import Note, Severity
from gis.projection import GEOGRAPHIC_EPSG, Datum, gauss_kruger_epsg

Sentences = Mapping[str, tuple[str, str, str, str]]
"""By code: what is wrong in Chinese and English, and how to mend it (or what was done) likewise."""

BLANK = string.whitespace + "\u3000\xa0\ufeff\u200b\x00\x1a"
"""What may stand around a field; NUL and Ctrl-Z end some old files."""
_NO_PREFIX, _DEGREES = -1, 0
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.ASCII | re.IGNORECASE)
_SEXAGESIMAL = re.compile(
    r"(?:东经|北纬|[NE])?(\d{1,3})[°度:](?:(\d{1,2}(?:\.\d+)?)(?:['分:](?:(\d{1,2}(?:\.\d+)?)[\"秒]?)?)?)?[NE]?",
    re.ASCII,
)
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}
_SIGNS = {"′": "'", "’": "'", "‘": "'", "´": "'", "″": '"', "”": '"', "“": '"', "º": "°"}
_ANGLES = str.maketrans(_SIGNS)
_SENTENCES: Sentences = {
    "coordinate_magnitude": (
        "第{line}行的坐标（{first:.12g}, {second:.12g}）既不像高斯-克吕格坐标，也不像中国境内的经纬度。",
        "The coordinates on line {line} ({first:.12g}, {second:.12g}) are neither Gauss-Krüger metres "
        "nor degrees in China.",
        "北坐标应为7位，东坐标应为6位（或带号加6位共8位）；独立坐标系请先换算到2000国家大地坐标系。",
        "A northing has 7 digits, an easting 6 (8 with the zone number); convert local systems to CGCS2000.",
    ),
    "mixed_zones": (
        "第{line}行与第{other}行的坐标带号、加带号与否或单位不一致。",
        "Lines {line} and {other} differ in zone, in the zone number before the easting, or in unit.",
        "请统一到同一坐标系，或分成几个文件。",
        "Bring all points into one system, or make several files.",
    ),
    "mixed_axes": (
        "第{line}行与第{other}行的纵、横坐标次序不一致。",
        "Lines {line} and {other} have northing and easting in different orders.",
        "请统一为北坐标在前、东坐标在后。",
        "Write the northing first and the easting second on all lines.",
    ),
}


def fault(sentences: Sentences, code: str, **values: object) -> InputError:
    """Return the error of a code with its sentences filled in; values may be texts."""
    return InputError(code, *_filled(sentences[code], values))


def noted(
    sentences: Sentences, code: str, severity: Severity, rows: Sequence[Hashable] = (), **values: object
) -> Note:
    """Return the note of a code with its sentences filled in; values may be texts."""
    return Note(code, severity, *_filled(sentences[code], values), tuple(rows))


def _filled(sentences: tuple[str, str, str, str], values: Mapping[str, object]) -> tuple[Text, Text]:
    zh = {name: value.zh if isinstance(value, Text) else value for name, value in values.items()}
    en = {name: value.en if isinstance(value, Text) else value for name, value in values.items()}
    what_zh, what_en, then_zh, then_en = sentences
    return Text(what_zh.format(**zh), what_en.format(**en)), Text(then_zh.format(**zh), then_en.format(**en))


def half_width(word: str) -> str:
    """Return a word with its full-width letters, digits and signs made ASCII.

    Not by Unicode's compatibility forms, under which 4190² would become 41902.

    Examples
    --------
    >>> half_width("Ｊ１，１"), half_width("4190²")
    ('J1,1', '4190²')
    """
    return word if word.isascii() else word.translate(_HALF_WIDTH)


def listed(values: Sequence[object]) -> str:
    """Return the first ten values."""
    return ", ".join(str(value) for value in values[:10]) + (", ..." if len(values) > 10 else "")


@dataclass(frozen=True, slots=True)
class CornerPoint:
    """A corner point, its coordinates in the order written."""

    number: str
    ring: int
    first: float
    second: float
    line: int

    @property
    def place(self) -> tuple[float, float]:
        """Both coordinates, in the order written."""
        return self.first, self.second


@dataclass(frozen=True, slots=True)
class Axes:
    """What the magnitudes of coordinates tell.

    Parameters
    ----------
    unit
        ``m`` for Gauss-Krüger metres, ``deg`` for degrees.
    zone
        Number in front of the eastings, None when there is none.
    swapped
        The first coordinate is the easting or longitude.
    """

    unit: Literal["m", "deg"]
    zone: int | None
    swapped: bool

    @property
    def tolerance(self) -> float:
        """A millimetre in units of the coordinates."""
        return 0.001 if self.unit == "m" else 1e-8

    def xy(self, points: Sequence[CornerPoint]) -> FloatArray:
        """Return points as an array, easting or longitude first."""
        places = np.array([point.place for point in points])
        return places if self.swapped else places[:, ::-1]


def coordinate(word: str) -> float | None:
    """Return a coordinate written as a decimal number or as degrees, minutes and seconds.

    None when it is no finite number.

    Examples
    --------
    >>> coordinate("４１９０５１２.３４"), coordinate("113:30:36"), coordinate("113°30′36″")
    (4190512.34, 113.51, 113.51)
    >>> coordinate("nan"), coordinate("1e999"), coordinate("113°75′")
    (None, None, None)
    """
    if not word.isascii():
        word = half_width(word).translate(_ANGLES)
    word = word.strip()
    if _DECIMAL.fullmatch(word.rstrip("°度")):
        value = float(word.rstrip("°度"))
        return value if math.isfinite(value) else None
    match = _SEXAGESIMAL.fullmatch(re.sub(r"\s", "", word).replace("''", '"').upper())
    if match is None:
        return None
    degrees, minutes, seconds = (float(part or 0) for part in match.groups())
    return degrees + minutes / 60 + seconds / 3600 if max(minutes, seconds) < 60 else None


def axes_of(points: Sequence[CornerPoint]) -> Axes:
    """Tell by magnitude which coordinate is which, and whether eastings carry a zone number.

    In China latitudes are 3-54, longitudes 73-136, northings have 7 digits, eastings 6, or 8 with
    the zone number in front; no number belongs to two of these.

    Raises
    ------
    InputError
        When a point fits nowhere, or when two points don't fit together.

    Examples
    --------
    >>> axes_of([CornerPoint("J1", 1, 4190512.340, 38464210.115, 1)])
    Axes(unit='m', zone=38, swapped=False)
    """
    first, second = np.array([point.place for point in points]).T
    straight, turned = _systems(first, second), _systems(second, first)
    for lost in np.flatnonzero(np.isnan(straight) & np.isnan(turned)).tolist():
        point = points[lost]
        raise fault(
            _SENTENCES, "coordinate_magnitude", line=point.line, first=point.first, second=point.second
        )
    swapped = np.isnan(straight)
    systems = np.where(swapped, turned, straight)
    for kinds, code in ((systems, "mixed_zones"), (swapped, "mixed_axes")):
        for other in np.flatnonzero(kinds != kinds[0]).tolist():
            raise fault(_SENTENCES, code, line=points[0].line, other=points[other].line)
    system = int(systems[0])
    return Axes("deg" if system == _DEGREES else "m", system if system > 0 else None, bool(swapped[0]))


def _systems(northing: FloatArray, easting: FloatArray) -> FloatArray:
    """Return the zone in front of eastings, or that there is none, or degrees; NaN: no such reading."""
    system = np.full(len(northing), np.nan)
    prefixed = (easting >= 1.3e7) & (easting < 4.6e7)
    metres = np.where(prefixed, easting % 1e6, easting)
    fits = (northing >= 1e6) & (northing < 1e7) & (metres >= 1e5) & (metres < 9e5)
    system[fits] = np.where(prefixed, easting // 1e6, _NO_PREFIX)[fits]
    system[(northing >= 3) & (northing <= 54) & (easting >= 73) & (easting <= 136)] = _DEGREES
    return system


def stated_crs(
    datum: Datum | None, axes: Axes, *, degrees: int | None = None, zone: int | None = None
) -> pyproj.CRS | None:
    """Return the system given by a stated datum and the magnitudes; None when that is not enough.

    Parameters
    ----------
    degrees, zone
        Width and number of the zone where stated; a number in front of the eastings goes first.

    Examples
    --------
    >>> stated_crs("Xian80", Axes("m", None, False), degrees=3, zone=38).to_epsg()
    2383
    >>> stated_crs("Xian80", Axes("m", None, False)) is None
    True
    """
    if datum is None or datum not in GEOGRAPHIC_EPSG:
        return None
    if axes.unit == "deg":
        return pyproj.CRS.from_epsg(GEOGRAPHIC_EPSG[datum])
    number = zone if axes.zone is None else axes.zone
    if number is None or datum == "WGS84":
        return None
    # Numbers of 3° zones in China begin at 25, those of 6° zones end at 23.
    width = degrees or (3 if number >= 25 else 6)
    return pyproj.CRS.from_epsg(gauss_kruger_epsg(datum, width, number, prefixed=axes.zone is not None))

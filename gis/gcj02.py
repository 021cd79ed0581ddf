"""GCJ-02, the shifted coordinates of Chinese web maps (高德, 腾讯, DataV), to CGCS2000 and back.

GCJ-02 is not a datum: it is WGS84 moved by a smooth pseudo-random field of 50–700 m. The field below
is the one known from public code (U: no official text exists); programs that apply it agree to
better than a metre, web maps themselves only to a few metres.
"""

from __future__ import annotations

import numpy as np

from gis.equal_area import FloatArray

_SEMI_MAJOR_M = 6_378_245.0
_ECCENTRICITY_SQUARED = 0.00669342162296594323
ACCURACY_M = 5.0


def _waves(x: FloatArray, y: FloatArray, terms: tuple[tuple[float, FloatArray, float], ...]) -> FloatArray:
    total: FloatArray = (20 * np.sin(6 * np.pi * x) + 20 * np.sin(2 * np.pi * x)) * 2 / 3
    for amplitude, argument, divisor in terms:
        total = total + amplitude * np.sin(argument * np.pi / divisor) * 2 / 3
    return total


def _shift_deg(lonlat: FloatArray) -> FloatArray:
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    root = np.sqrt(np.abs(x))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + _waves(x, y, ((20, y, 1), (40, y, 3), (160, y, 12), (320, y, 30)))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + _waves(x, y, ((20, x, 1), (40, x, 3), (150, x, 12), (300, x, 30)))
    latitude = np.radians(lonlat[:, 1])
    w_squared = 1 - _ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
    meridian_m = _SEMI_MAJOR_M * (1 - _ECCENTRICITY_SQUARED) / w_squared**1.5
    parallel_m = _SEMI_MAJOR_M / np.sqrt(w_squared) * np.cos(latitude)
    return np.column_stack([np.degrees(east / parallel_m), np.degrees(north / meridian_m)])


def from_cgcs2000(lonlat: FloatArray) -> FloatArray:
    """Return the GCJ-02 coordinates of CGCS2000 longitude and latitude.

    Parameters
    ----------
    lonlat
        Shape (n, 2), degrees, longitude first.

    Examples
    --------
    In Yangquan a web map is about 560 m off, mostly to the east:

    >>> (from_cgcs2000(np.array([[113.58, 37.857]])) - [[113.58, 37.857]]).round(4)
    array([[0.0064, 0.0005]])
    """
    return lonlat + _shift_deg(lonlat)


def to_cgcs2000(lonlat: FloatArray) -> FloatArray:
    """Return the CGCS2000 longitude and latitude of GCJ-02 coordinates.

    The shift is inverted by iteration; five steps leave less than 1e-10 degrees.
    """
    found = lonlat
    for _ in range(5):
        found = lonlat - _shift_deg(found)
    return found

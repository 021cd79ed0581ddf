r"""The plane in which everything is overlaid: planar area there *is* ellipsoidal area.

A cylindrical equal-area map of the CGCS2000 ellipsoid, true to scale at 38°N, centred on 113.5°E,
in closed form (no PROJ):

.. math::
    x = a \cos\beta_0 (L - L_0), \qquad y = \frac{a\,(q(B) - q(B_0))}{2\cos\beta_0}, \qquad
    q(B) = (1-e^2)\left(\frac{\sin B}{1-e^2\sin^2 B} + \frac{\operatorname{artanh}(e\sin B)}{e}\right)

with :math:`\cos\beta_0 = \cos B_0 / \sqrt{1 - e^2\sin^2 B_0}` [1]_. An edge that is straight in this
plane is exactly the edge of the trapezoid formula of TD/T 1055-2019 (:mod:`gis.area`), so the two
give the same area; the shoelace formula merely needs no series.

References
----------
.. [1] J. P. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), §10.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from gis.ellipsoid import ECCENTRICITY, ECCENTRICITY_SQUARED, SEMI_MAJOR_M
from gis.validity import made_valid

CENTRAL_MERIDIAN_DEG = 113.5
TRUE_LATITUDE_DEG = 38.0

FloatArray = npt.NDArray[np.float64]
GeometryArray = npt.NDArray[np.object_]
CountArray = npt.NDArray[np.intp]


def authalic_q(latitude_rad: FloatArray) -> FloatArray:
    """Return q(B), twice the area of the zone from the equator to B over a² per radian.

    Examples
    --------
    0 at the equator; 2π a² q at the pole is the surface of the Earth, 510 million km²:

    >>> q = authalic_q(np.radians([0.0, 90.0]))
    >>> (2 * np.pi * SEMI_MAJOR_M**2 * q / 1e12).round(1).tolist()
    [0.0, 510.1]
    """
    sine = np.sin(latitude_rad)
    product = ECCENTRICITY * sine
    q: FloatArray = (1 - ECCENTRICITY_SQUARED) * (
        sine / (1 - product * product) + np.arctanh(product) / ECCENTRICITY
    )
    return q


_TRUE_LATITUDE_RAD = np.radians(TRUE_LATITUDE_DEG)
_SCALE = float(
    np.cos(_TRUE_LATITUDE_RAD) / np.sqrt(1 - ECCENTRICITY_SQUARED * np.sin(_TRUE_LATITUDE_RAD) ** 2)
)
_ORIGIN_Q = float(authalic_q(np.asarray(_TRUE_LATITUDE_RAD)))
_X_M_PER_DEGREE = SEMI_MAJOR_M * _SCALE * np.pi / 180
_Y_M_PER_Q = SEMI_MAJOR_M / (2 * _SCALE)

PLANE_NAME = f"CGCS2000 / equal-area plane {CENTRAL_MERIDIAN_DEG:g}E {TRUE_LATITUDE_DEG:g}N"
"""By which a file says that its coordinates are in the plane; another plane has another name."""
PLANE_WKT = f"""PROJCRS["{PLANE_NAME}",
    BASEGEOGCRS["China Geodetic Coordinate System 2000",
        DATUM["China 2000", ELLIPSOID["CGCS2000", {SEMI_MAJOR_M}, 298.257222101, LENGTHUNIT["metre", 1]]],
        PRIMEM["Greenwich", 0, ANGLEUNIT["degree", 0.0174532925199433]]],
    CONVERSION["equal-area plane",
        METHOD["Lambert Cylindrical Equal Area", ID["EPSG", 9835]],
        PARAMETER["Latitude of 1st standard parallel", {TRUE_LATITUDE_DEG},
            ANGLEUNIT["degree", 0.0174532925199433]],
        PARAMETER["Longitude of natural origin", {CENTRAL_MERIDIAN_DEG},
            ANGLEUNIT["degree", 0.0174532925199433]],
        PARAMETER["False easting", 0, LENGTHUNIT["metre", 1]],
        PARAMETER["False northing", {-_Y_M_PER_Q * _ORIGIN_Q!r}, LENGTHUNIT["metre", 1]]],
    CS[Cartesian, 2], AXIS["easting (X)", east], AXIS["northing (Y)", north], LENGTHUNIT["metre", 1]]"""
"""The plane as PROJ knows it, for files that others write."""


def to_plane(lonlat: FloatArray) -> FloatArray:
    """Map CGCS2000 longitude and latitude to the plane.

    Parameters
    ----------
    lonlat
        Shape (n, 2), degrees, longitude first.

    Returns
    -------
    ndarray
        Shape (n, 2), metres.

    Examples
    --------
    One degree of longitude at the true latitude is its length on the ellipsoid, 87 832.5 m
    (a cos β₀ π/180 with cos β₀ = 0.789 012):

    >>> to_plane(np.array([[114.5, 38.0]])).round(1) + 0
    array([[87832.5,     0. ]])
    """
    plane = np.empty((len(lonlat), 2))
    plane[:, 0] = _X_M_PER_DEGREE * (lonlat[:, 0] - CENTRAL_MERIDIAN_DEG)
    plane[:, 1] = _Y_M_PER_Q * (authalic_q(np.radians(lonlat[:, 1])) - _ORIGIN_Q)
    return plane


def from_plane(plane: FloatArray) -> FloatArray:
    """Map the plane back to CGCS2000 longitude and latitude, exact to about 1e-13 degrees.

    Parameters
    ----------
    plane
        Shape (n, 2), metres.

    Returns
    -------
    ndarray
        Shape (n, 2), degrees, longitude first.

    Examples
    --------
    87 832.5 m east of 113.5°E at 38°N is one degree (see :func:`to_plane`):

    >>> from_plane(np.array([[87_832.5, 0.0]])).round(6).tolist()
    [[114.5, 38.0]]
    """
    q = plane[:, 1] / _Y_M_PER_Q + _ORIGIN_Q
    latitude = np.arcsin(np.clip(q / 2, -1, 1))
    for _ in range(4):
        w_squared = 1 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2
        slope = 2 * (1 - ECCENTRICITY_SQUARED) * np.cos(latitude) / w_squared**2
        latitude = latitude + (q - authalic_q(latitude)) / slope
    return np.column_stack([plane[:, 0] / _X_M_PER_DEGREE + CENTRAL_MERIDIAN_DEG, np.degrees(latitude)])


def x_metres_per_metre(y: FloatArray) -> FloatArray:
    """Return how many metres of x one metre of ground spans at an ordinate; of y it spans the inverse.

    Examples
    --------
    True to scale at 38°N, and x is drawn out north of it: by 0.8 % at 38.6°N (y = 66 km).

    >>> x_metres_per_metre(np.array([0.0, 66_000.0])).round(4).tolist()
    [1.0, 1.0082]
    """
    latitude = np.radians(from_plane(np.column_stack([np.zeros(len(y)), y]))[:, 1])
    parallel = np.cos(latitude) / np.sqrt(1 - ECCENTRICITY_SQUARED * np.sin(latitude) ** 2)
    scale: FloatArray = _SCALE / parallel
    return scale


def geometries_to_plane(geometries: GeometryArray) -> GeometryArray:
    """Map an array of geometries in CGCS2000 degrees to the plane, kept valid.

    The map is smooth and its edges are short, so a valid polygon stays valid except where two
    edges come closer than rounding; those are mended.

    Examples
    --------
    The cell of 0.01° of :func:`gis.area.ellipsoidal_m2` has the same area by the shoelace formula here:

    >>> plane = geometries_to_plane(np.array([shapely.box(113.5, 38.0, 113.51, 38.01)]))
    >>> round(float(shapely.area(plane)[0]))
    974844
    """
    return _valid(shapely.transform(geometries, to_plane))


def geometries_from_plane(geometries: GeometryArray) -> GeometryArray:
    """Map an array of geometries in the plane back to CGCS2000 degrees, kept valid.

    Examples
    --------
    The middle of the plane is 113.5°E 38°N:

    >>> shapely.get_coordinates(geometries_from_plane(np.array([shapely.Point(0, 0)]))).round(9).tolist()
    [[113.5, 38.0]]
    """
    return _valid(shapely.transform(geometries, from_plane))


def _valid(geometries: GeometryArray) -> GeometryArray:
    broken = ~(shapely.is_valid(geometries) | shapely.is_missing(geometries))
    if broken.any():
        geometries = geometries.copy()
        geometries[broken] = made_valid(geometries[broken])
    return geometries

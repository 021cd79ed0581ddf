r"""Areas on the CGCS2000 ellipsoid as the land administration computes them (TD/T 1055-2019).

The legal area of a plot (椭球面积) is the sum of signed trapezoids between each edge and a meridian
:math:`L_0`. For an edge from :math:`(B_1, L_1)` to :math:`(B_2, L_2)`, with
:math:`\Delta B = B_2 - B_1`, :math:`B_m = (B_1+B_2)/2`, :math:`\Delta L = (L_1+L_2)/2 - L_0`:

.. math::
    S = 2 b^2 \Delta L \left[ A\sin\tfrac{\Delta B}{2}\cos B_m - B\sin\tfrac{3\Delta B}{2}\cos 3B_m
        + C\sin\tfrac{5\Delta B}{2}\cos 5B_m - D\sin\tfrac{7\Delta B}{2}\cos 7B_m
        + E\sin\tfrac{9\Delta B}{2}\cos 9B_m \right]

Structure of the formula: S (from public code that quotes the standard; the standard's own text was
not at hand). Its error against the exact integral (:mod:`gis.equal_area`) is below 1e-9 relative on
plots of Yangquan's size, for edges not longer than 50 m.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from gis.ellipsoid import ECCENTRICITY_SQUARED, SEMI_MINOR_M
from gis.equal_area import FloatArray, GeometryArray
from gis.errors import PlannerError

_E2 = ECCENTRICITY_SQUARED
_COEFFICIENTS = (
    1 + 3 / 6 * _E2 + 30 / 80 * _E2**2 + 35 / 112 * _E2**3 + 630 / 2304 * _E2**4,
    1 / 6 * _E2 + 15 / 80 * _E2**2 + 21 / 112 * _E2**3 + 420 / 2304 * _E2**4,
    3 / 80 * _E2**2 + 7 / 112 * _E2**3 + 180 / 2304 * _E2**4,
    1 / 112 * _E2**3 + 45 / 2304 * _E2**4,
    5 / 2304 * _E2**4,
)

StatedArea = Literal["ellipsoidal", "planar", "either", "neither"]


class PiecesError(PlannerError):
    """Pieces do not add up to the whole they were cut from: a fault of ours, never reported away."""


def ellipsoidal_m2(polygons: GeometryArray) -> FloatArray:
    """Return the ellipsoidal area of polygons.

    Parameters
    ----------
    polygons
        Polygons or multipolygons, CGCS2000 degrees, longitude first, edges not longer than 50 m
        (:func:`gis.recognition.to_cgcs2000` sees to that). Ring direction does not matter.

    Returns
    -------
    ndarray
        m², one per polygon; 0 for an empty one, NaN for a missing one.

    Examples
    --------
    A cell of 0.01° × 0.01° with its south-west corner at 113.5°E 38°N is 878 m wide at its south
    and 1110 m high, a little under 0.975 km²:

    >>> cell = shapely.segmentize(shapely.box(113.5, 38.0, 113.51, 38.01), 0.0004)
    >>> round(ellipsoidal_m2(np.array([cell]))[0])
    974844
    """
    parts, part_owner = shapely.get_parts(polygons, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    is_hole = np.concatenate([[False], ring_part[1:] == ring_part[:-1]]) if len(rings) else np.zeros(0, bool)
    area = np.abs(_signed_ring_m2(rings))
    total = np.bincount(
        part_owner[ring_part], weights=np.where(is_hole, -area, area), minlength=len(polygons)
    ).astype(float)
    total[shapely.is_missing(polygons)] = np.nan
    return total


def _signed_ring_m2(rings: GeometryArray) -> FloatArray:
    coordinates, owner = shapely.get_coordinates(rings, return_index=True)
    if not len(coordinates):
        return np.zeros(len(rings))
    longitude, latitude = np.radians(coordinates).T
    inside = owner[1:] == owner[:-1]
    first = longitude[np.searchsorted(owner, np.arange(len(rings)))]
    delta_latitude = (latitude[1:] - latitude[:-1])[inside]
    middle = ((latitude[1:] + latitude[:-1]) / 2)[inside]
    delta_longitude = ((longitude[1:] + longitude[:-1]) / 2)[inside] - first[owner[1:][inside]]
    series = np.zeros(len(middle))
    for order, coefficient in enumerate(_COEFFICIENTS):
        multiple = 2 * order + 1
        sign = -1 if order % 2 else 1
        series += sign * coefficient * np.sin(multiple * delta_latitude / 2) * np.cos(multiple * middle)
    trapezoids = 2 * SEMI_MINOR_M**2 * delta_longitude * series
    return np.bincount(owner[1:][inside], weights=trapezoids, minlength=len(rings)).astype(float)


def planar_m2(polygons: GeometryArray, crs: pyproj.CRS) -> FloatArray:
    """Return the area of polygons in the plane of a projected system.

    It is too large by the square of the projection's scale: at Yangquan by 0 (114°E) to 0.023 %
    (112.9°E) in the CGCS2000 3° zone 38, which is visible in a table of hectares.

    Raises
    ------
    ValueError
        When the system is not projected.

    Examples
    --------
    3 m × 2 m of the plane:

    >>> plot = np.array([shapely.box(500_000, 4_200_000, 500_003, 4_200_002)])
    >>> planar_m2(plot, pyproj.CRS(4547)).tolist()
    [6.0]
    """
    if not crs.is_projected:
        raise ValueError("planar area needs a projected coordinate system")
    area: FloatArray = shapely.area(polygons)
    return area


def which_was_stated(
    stated_m2: float, ellipsoidal: float, planar: float | None, rounding_m2: float = 0.5
) -> StatedArea:
    """Tell whether a stated area is the ellipsoidal or the planar one.

    Parameters
    ----------
    stated_m2
        The area a file states.
    ellipsoidal, planar
        What was measured, m²; ``planar`` is None when the file is in degrees.
    rounding_m2
        Half of the last digit the statement was written with (hectares to 4 decimals: 0.5 m²).

    Examples
    --------
    Plot 1 of the land-approval example: 5.4783 ha stated, 54 783.137 m² on the ellipsoid,
    54 785.6 m² in the plane.

    >>> which_was_stated(54783.0, 54783.137, 54785.6)
    'ellipsoidal'
    """
    tolerance = rounding_m2 + 1e-6
    on_ellipsoid = abs(stated_m2 - ellipsoidal) <= tolerance
    in_plane = planar is not None and abs(stated_m2 - planar) <= tolerance
    if on_ellipsoid and in_plane:
        return "either"
    if on_ellipsoid:
        return "ellipsoidal"
    return "planar" if in_plane else "neither"


def round_to_whole(
    pieces_m2: npt.ArrayLike, whole_m2: npt.ArrayLike, *, decimals: int = 2
) -> tuple[FloatArray, FloatArray]:
    """Round pieces so that they still add up to the rounded whole (配赋 to the largest piece).

    Parameters
    ----------
    pieces_m2
        Shape (n, k): k pieces of each of n wholes.
    whole_m2
        Shape (n,).
    decimals
        Digits kept.

    Returns
    -------
    pieces, whole
        Rounded; every row of ``pieces`` sums exactly to ``whole`` at that number of digits.

    Raises
    ------
    PiecesError
        When pieces differ from their whole by more than the overlay's own noise
        (1 cm² + 1e-9 of the whole): a lost or doubled piece is never hidden by rounding.

    Examples
    --------
    >>> round_to_whole([[1.004, 2.004, 3.004]], [6.012])[0].tolist()
    [[1.0, 2.0, 3.01]]
    """
    pieces = np.atleast_2d(np.asarray(pieces_m2, dtype=float))
    whole = np.asarray(whole_m2, dtype=float)
    difference = np.abs(pieces.sum(axis=1) - whole)
    if (difference > 1e-4 + 1e-9 * whole).any() or not np.isfinite(pieces).all():
        worst = int(np.argmax(difference))
        raise PiecesError(f"pieces {pieces[worst].tolist()} do not add up to {whole[worst]!r}")
    unit = 10.0**decimals
    counts = np.rint(pieces * unit)
    total = np.rint(whole * unit)
    largest = np.argmax(pieces, axis=1)
    counts[np.arange(len(counts)), largest] += total - counts.sum(axis=1)
    return counts / unit, total / unit

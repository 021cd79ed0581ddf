r"""Who sees what: lines of sight over a height grid, with the Earth's curvature and refraction.

The line from an observer to a target is walked from cell to cell along its longer axis; between two cells of the
other axis heights are interpolated linearly. A point at the distance d sinks by

.. math:: \Delta = \frac{d^2 (1-k)}{2R}, \qquad k = 0.13, \quad R = 6371\ \mathrm{km}

below the observer's horizon, k being the usual coefficient of refraction of surveying. The target is seen when
no point of the line stands above the straight view to it. Observers and targets stand at cell centres.

Every target has a ray of its own ("R3" of Franklin & Ray 1994; as known, not reopened): the result is exact for
this surface, and the same backwards and forwards. Written here because xarray-spatial 0.5.3 compiles its sweep for
13 s at every start, takes 0.16 s for one viewshed of 5 km on one core, and knows no curvature, no radius in
metres and no cells without data (docs/decisions/0010-terrain-libraries.md).
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.compiled import compiled
from gis.raster import FloatArray, Raster
from gis.terrain import cell_size

EARTH_RADIUS_M = 6_371_000.0
REFRACTION = 0.13
HIDDEN, VISIBLE, OUTSIDE, NOT_ASSESSED = 0, 1, 2, 3
TOLERANCE_M = 1e-6
"""What blocks a view stands at least a thousandth of a millimetre into it: less is rounding."""

IntegerArray = npt.NDArray[np.int64]
SeenArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class View:
    """How one looks.

    Parameters
    ----------
    radius_m
        Targets further off are not asked for.
    observer_height_m, target_height_m
        Above the ground.
    refraction
        Coefficient k; 1 switches curvature and refraction off.
    """

    radius_m: float
    observer_height_m: float = 1.6
    target_height_m: float = 0.0
    refraction: float = REFRACTION

    @property
    def drop_per_m2(self) -> float:
        """(1 - k) / 2R: times the squared distance, the drop below the horizon.

        Examples
        --------
        At 5 km: 5000² · 0.87 / (2 · 6 371 000) = 1.707 m.

        >>> print(round(5000**2 * View(5000).drop_per_m2, 3))
        1.707
        """
        return (1 - self.refraction) / (2 * EARTH_RADIUS_M)


@dataclass(frozen=True, eq=False, slots=True)
class Viewshed:
    """What is seen from one cell.

    Parameters
    ----------
    first_row, first_column
        Where the window lies in the raster.
    seen
        ``HIDDEN``, ``VISIBLE``, ``OUTSIDE`` (the radius) or ``NOT_ASSESSED`` (no data at the target, or on the
        way there with nothing known that hides it).
    """

    first_row: int
    first_column: int
    seen: SeenArray


def viewsheds(
    heights: Raster, rows: IntegerArray, columns: IntegerArray, view: View, *, threads: int | None = None
) -> list[Viewshed]:
    """Return the viewshed of each observer, cut to its radius.

    Parameters
    ----------
    heights
        Metres, NaN where there are no data.
    rows, columns
        Cells of the observers, inside the raster.
    view
        Radius and heights.
    threads
        Used at most; does not change the result.

    Examples
    --------
    A wall of 10 m hides the flat ground behind it from a person of 2 m:

    >>> import pyproj
    >>> from affine import Affine
    >>> ground = Raster(np.array([[0.0, 0, 10, 0, 0]]), Affine(30, 0, 5e5, 0, -30, 4.2e6), pyproj.CRS(4547), None)
    >>> viewsheds(ground, np.array([0]), np.array([0]), View(200, 2.0))[0].seen.tolist()
    [[1, 1, 1, 0, 0]]
    """
    z = np.ascontiguousarray(heights.values, dtype=np.float64)
    width_m, height_m = cell_size.of(heights)
    total_rows, total_columns = z.shape

    def one(position: int) -> Viewshed:
        row, column = int(rows[position]), int(columns[position])
        size = float(width_m[row]), float(height_m[row])
        reach = int(view.radius_m / size[1]), int(view.radius_m / size[0])
        top, left = max(0, row - reach[0]), max(0, column - reach[1])
        part = z[top : min(total_rows, row + reach[0] + 1), left : min(total_columns, column + reach[1] + 1)]
        seen = _around(
            part,
            row - top,
            column - left,
            size[0],
            size[1],
            view.radius_m,
            view.observer_height_m,
            view.target_height_m,
            view.drop_per_m2,
        )
        return Viewshed(top, left, seen)

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        return list(pool.map(one, range(len(rows))))


def lines_of_sight(
    heights: Raster, observers: IntegerArray, targets: IntegerArray, view: View, *, threads: int | None = None
) -> SeenArray:
    """Return whether each observer sees its target.

    Parameters
    ----------
    heights
        Metres, NaN where there are no data.
    observers, targets
        Shape (n, 2): row and column of each; outside the raster: not assessed.
    view
        Heights; a target beyond the radius is ``OUTSIDE``.

    Returns
    -------
    ndarray
        Shape (n,), as :class:`Viewshed`.
    """
    z = np.ascontiguousarray(heights.values, dtype=np.float64)
    width_m, height_m = cell_size.of(heights)
    result = np.full(len(observers), NOT_ASSESSED, dtype=np.uint8)
    workers = threads or os.cpu_count() or 1
    cuts = np.linspace(0, len(observers), 4 * workers + 1).astype(np.int64)

    def some(start: int, stop: int) -> None:
        _pairs(
            z,
            np.ascontiguousarray(observers[start:stop], dtype=np.int64),
            np.ascontiguousarray(targets[start:stop], dtype=np.int64),
            width_m,
            height_m,
            view.radius_m,
            view.observer_height_m,
            view.target_height_m,
            view.drop_per_m2,
            result[start:stop],
        )

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(some, cuts[:-1], cuts[1:]))
    return result


@compiled
def _ray(
    z: FloatArray,
    row: int,
    column: int,
    down: int,
    right: int,
    squared_m2: float,
    eye_m: float,
    target_height_m: float,
    drop_per_m2: float,
) -> int:
    """Walk from (row, column) by (down, right); heights are compared where the view would meet the target."""
    steps = max(abs(down), abs(right))
    end = z[row + down, column + right]
    if np.isnan(end) or np.isnan(eye_m):
        return NOT_ASSESSED
    if steps <= 1:
        return VISIBLE
    aim = end + target_height_m - squared_m2 * drop_per_m2 - eye_m + TOLERANCE_M
    long_is_row = abs(down) >= abs(right)
    forward = (1 if down > 0 else -1) if long_is_row else (1 if right > 0 else -1)
    slant = (right / steps) if long_is_row else (down / steps)
    unknown = False
    for step in range(1, steps):
        aside = step * slant
        low = int(np.floor(aside))
        part = aside - low
        if long_is_row:
            first = z[row + forward * step, column + low]
            second = z[row + forward * step, column + low + 1] if part > 0 else first
        else:
            first = z[row + low, column + forward * step]
            second = z[row + low + 1, column + forward * step] if part > 0 else first
        share = step / steps
        ground = first + part * (second - first)
        if np.isnan(ground):
            unknown = True
        elif (ground - eye_m) / share - share * squared_m2 * drop_per_m2 > aim:
            return HIDDEN
    return NOT_ASSESSED if unknown else VISIBLE


@compiled
def _around(
    z: FloatArray,
    row: int,
    column: int,
    width_m: float,
    height_m: float,
    radius_m: float,
    observer_height_m: float,
    target_height_m: float,
    drop_per_m2: float,
) -> SeenArray:
    rows, columns = z.shape
    seen = np.full((rows, columns), OUTSIDE, dtype=np.uint8)
    eye_m = z[row, column] + observer_height_m
    for r in range(rows):
        for c in range(columns):
            squared = ((r - row) * height_m) ** 2 + ((c - column) * width_m) ** 2
            if squared <= radius_m * radius_m:
                seen[r, c] = _ray(
                    z, row, column, r - row, c - column, squared, eye_m, target_height_m, drop_per_m2
                )
    return seen


@compiled
def _pairs(
    z: FloatArray,
    observers: IntegerArray,
    targets: IntegerArray,
    width_m: FloatArray,
    height_m: FloatArray,
    radius_m: float,
    observer_height_m: float,
    target_height_m: float,
    drop_per_m2: float,
    result: SeenArray,
) -> None:
    rows, columns = z.shape
    for pair in range(len(observers)):
        row, column = observers[pair, 0], observers[pair, 1]
        end_row, end_column = targets[pair, 0], targets[pair, 1]
        inside = 0 <= row < rows and 0 <= column < columns
        if not inside or not (0 <= end_row < rows and 0 <= end_column < columns):
            result[pair] = NOT_ASSESSED
            continue
        down, right = end_row - row, end_column - column
        middle = (row + end_row) // 2
        squared = (down * height_m[middle]) ** 2 + (right * width_m[middle]) ** 2
        if squared > radius_m * radius_m:
            result[pair] = OUTSIDE
            continue
        eye_m = z[row, column] + observer_height_m
        result[pair] = _ray(z, row, column, down, right, squared, eye_m, target_height_m, drop_per_m2)

"""Where water runs: eight directions (D8) after filling, and how far along the flow a target lies.

Hollows are filled by ``pyflwdir`` (MIT; a priority flood after Wang & Liu 2006). Its own directions lead to the
*lowest* neighbour, so that water on an even slope drifts along a diagonal; here it takes the *steepest* way down,
with the true lengths of the steps, and pyflwdir's only over filled (flat) ground. Heights are taken in whole
millimetres: flats are then exactly flat, and no way runs in a circle. Distances are added up here as well: those
of pyflwdir 0.5.12 fail with affine 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gis.compiled import compiled
from gis.raster import FloatArray, Raster
from gis.rasters import BoolArray
from gis.terrain import cell_size

LEAVES, NO_DATA = -2, -1

IntegerArray = npt.NDArray[np.int64]
MillimetreArray = npt.NDArray[np.float32]
DirectionArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False, slots=True)
class Flow:
    """The way of water over a height grid.

    Parameters
    ----------
    downstream
        Shape (rows, columns): number (row × columns + column) of the cell each cell drains to; ``LEAVES`` where
        water leaves the data, ``NO_DATA``.
    width_m, height_m
        Size of the cells of each row.
    """

    downstream: IntegerArray
    width_m: FloatArray
    height_m: FloatArray


def route(heights: Raster) -> Flow:
    """Return the way of water.

    Water on the rim of the data leaves them unless a neighbour lies lower.

    Parameters
    ----------
    heights
        Metres, NaN where there are no data.

    Examples
    --------
    The floor of a valley that falls to the east drains to the east:

    >>> import pyproj
    >>> from affine import Affine
    >>> z = np.tile([3.0, 2.0, 1.0], (3, 1)) + np.array([[9.0], [0.0], [9.0]])
    >>> valley = Raster(z, Affine(30, 0, 5e5, 0, -30, 4.2e6), pyproj.CRS(4547), None)
    >>> route(valley).downstream[1].tolist()
    [4, 5, -2]
    """
    from pyflwdir import dem  # noqa: PLC0415 - compiled when it is first used

    width_m, height_m = cell_size.of(heights)
    millimetres = np.rint(heights.values.astype(np.float64) * 1000).astype(np.float32)
    downstream = np.full(heights.shape, NO_DATA, dtype=np.int64)
    if not np.isnan(millimetres).all():
        filled, over_flats = dem.fill_depressions(millimetres, nodata=np.nan, outlets="edge")
        _descend(filled, over_flats, width_m, height_m, downstream)
    return Flow(downstream, width_m, height_m)


def distance_m(flow: Flow, targets: BoolArray) -> FloatArray:
    """Return how far water runs from each cell to the first target.

    Parameters
    ----------
    flow
        From :func:`route`.
    targets
        Shape (rows, columns).

    Returns
    -------
    ndarray
        Metres; 0 on a target; infinite where the way leaves the data before it meets one (**not assessed**, not
        "never": see :func:`until_unknown_m`); NaN without data.
    """
    result = np.full(flow.downstream.shape, np.nan)
    _gather(flow.downstream, flow.width_m, flow.height_m, targets, np.inf, result)
    return result


def until_unknown_m(flow: Flow, known: BoolArray | None = None) -> FloatArray:
    """Return how far water runs from each cell until it leaves the data, or the known ground.

    Parameters
    ----------
    flow
        From :func:`route`.
    known
        Shape (rows, columns): where targets would be known; None: everywhere.
    """
    unknown = np.zeros(flow.downstream.shape, dtype=bool) if known is None else ~known
    result = np.full(flow.downstream.shape, np.nan)
    _gather(flow.downstream, flow.width_m, flow.height_m, unknown, 0.0, result)
    return result


@compiled
def _descend(
    filled: MillimetreArray,
    over_flats: DirectionArray,
    width_m: FloatArray,
    height_m: FloatArray,
    downstream: IntegerArray,
) -> None:
    rows, columns = filled.shape
    for row in range(rows):
        diagonal_m = np.sqrt(width_m[row] ** 2 + height_m[row] ** 2)
        for column in range(columns):
            here = filled[row, column]
            if np.isnan(here):
                continue
            best, target, on_rim = 0.0, LEAVES, False
            for down in range(-1, 2):
                for right in range(-1, 2):
                    r, c = row + down, column + right
                    if not (0 <= r < rows and 0 <= c < columns) or np.isnan(filled[r, c]):
                        on_rim = True
                        continue
                    length_m = (
                        diagonal_m
                        if down != 0 and right != 0
                        else (height_m[row] if down != 0 else width_m[row])
                    )
                    drop = (here - filled[r, c]) / length_m
                    if drop > best:
                        best, target = drop, r * columns + c
            if target == LEAVES and not on_rim:
                target = _over_flat(over_flats[row, column], row, column, columns)
            downstream[row, column] = target


@compiled
def _over_flat(direction: int, row: int, column: int, columns: int) -> int:
    """Follow a direction code: 1 east, 2 south-east, clockwise to 128 north-east; 0 leaves."""
    down = (1 if direction in (2, 4, 8) else 0) - (1 if direction in (32, 64, 128) else 0)
    right = (1 if direction in (1, 2, 128) else 0) - (1 if direction in (8, 16, 32) else 0)
    if down == 0 and right == 0:
        return LEAVES
    return (row + down) * columns + column + right


@compiled
def _gather(
    downstream: IntegerArray,
    width_m: FloatArray,
    height_m: FloatArray,
    ends: BoolArray,
    beyond_m: float,
    result: FloatArray,
) -> None:
    columns = downstream.shape[1]
    way = np.empty(downstream.size, dtype=np.int32)
    for start in range(downstream.size):
        cell, length = start, 0
        while True:
            row, column = cell // columns, cell % columns
            below = downstream[row, column]
            if below == NO_DATA or not np.isnan(result[row, column]):
                break
            if ends[row, column]:
                result[row, column] = 0.0
                break
            if below == LEAVES:
                result[row, column] = beyond_m + min(width_m[row], height_m[row]) / 2
                break
            way[length] = cell
            length += 1
            cell = below
        for step in range(length - 1, -1, -1):
            row, column = way[step] // columns, way[step] % columns
            below = downstream[row, column]
            next_row, next_column = below // columns, below % columns
            result[row, column] = result[next_row, next_column] + np.sqrt(
                ((next_row - row) * height_m[row]) ** 2 + ((next_column - column) * width_m[row]) ** 2
            )

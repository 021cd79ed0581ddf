"""Boxes around features: which of many cannot meet any of others, without a tree over all of them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gis.equal_area import FloatArray

_CELLS = 512


def may_meet(box: FloatArray, others: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which of the other boxes may meet one of the boxes.

    A grid of 512 × 512 cells over the boxes marks the cells they touch; of a table of running sums the
    number of marked cells under any box is four look-ups. Boxes that meet always share a cell, so none
    is lost; some that only come near are kept.

    Parameters
    ----------
    box, others
        Shape (n, 4) and (m, 4): west, south, east, north. Inside-out boxes meet nothing.

    Returns
    -------
    ndarray of bool
        Shape (m,).

    Examples
    --------
    >>> box = np.array([[0.0, 0, 1, 1], [99, 99, 100, 100]])
    >>> may_meet(box, np.array([[1.0, 1, 2, 2], [50, 50, 51, 51], [101, 0, 102, 1]])).tolist()
    [True, False, False]
    """
    box = box[box[:, 0] <= box[:, 2]]
    if not len(box):
        return np.zeros(len(others), np.bool_)
    low, high = box[:, :2].min(axis=0), box[:, 2:].max(axis=0)
    inside: npt.NDArray[np.bool_] = (
        (others[:, :2] <= high).all(axis=1)
        & (others[:, 2:] >= low).all(axis=1)
        & (others[:, 0] <= others[:, 2])
    )
    cells_per_metre = _CELLS / np.maximum(high - low, np.finfo(np.float64).tiny * _CELLS)
    marked = _running_sum(_under(box, low, cells_per_metre))
    west, south, east, north = _cells(others[inside], low, cells_per_metre).T
    found = marked[east, north] - marked[west, north] - marked[east, south] + marked[west, south]
    inside[inside] = found > 0
    return inside


def _cells(box: FloatArray, low: FloatArray, cells_per_metre: FloatArray) -> npt.NDArray[np.int64]:
    """Return the first cell and the one after the last, as west, south, east, north."""
    with np.errstate(over="ignore"):
        cell = (box.reshape(-1, 2, 2) - low) * cells_per_metre
    whole = np.clip(cell, 0, _CELLS - 1).astype(np.int64)
    whole[:, 1] += 1
    return whole.reshape(-1, 4)


def _under(box: FloatArray, low: FloatArray, cells_per_metre: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which cells a box touches: each box is four steps, summed up along both axes."""
    west, south, east, north = _cells(box, low, cells_per_metre).T
    step = np.zeros((_CELLS + 1, _CELLS + 1), np.int64)
    for x, y, by in ((west, south, 1), (east, north, 1), (west, north, -1), (east, south, -1)):
        np.add.at(step, (x, y), by)
    return step.cumsum(axis=0).cumsum(axis=1)[:-1, :-1] > 0


def _running_sum(cells: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Return how many cells are marked below and left of each corner."""
    table = np.zeros((_CELLS + 1, _CELLS + 1), np.int64)
    cells.cumsum(axis=0).cumsum(axis=1, out=table[1:, 1:])
    return table
